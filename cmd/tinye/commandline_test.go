package main

import (
	"bytes"
	"strings"
	"testing"
)

// A command line that cannot be read is answered in French, with the help that fits; nothing of the parser's English is left.
func TestWhatIsWrongWithACommandLine(t *testing.T) {
	for line, want := range map[string]string{
		"rumour":                                "il manque un mot: new, link, list, show, history, near",
		"rumour submit 482918":                  "il manque: --verdict=VERDICT. Voir: tinye rumour submit --help",
		"report new --channel radio":            "il manque: --text=TEX",
		"rumour show":                           "il manque: <rumour>. Voir: tinye rumour show --help",
		"report list --state foo":               "--state: « foo » n'est pas un choix; choix: received,linked,",
		"report called 482918 --outcome x":      "--outcome: « x » n'est pas un choix; choix: reached,nobody,wrong_number.",
		"rumour list --limit x":                 "--limit: « x » n'est pas un nombre. Voir: tinye rumour list --help",
		"rumour submit 482918 --text foo":       "--text: écrivez LANGUE=TEXTE",
		"rumour show 482918 482918":             "« 482918 » n'est pas connu ici, ou est de trop",
		"rumour list --stat new":                "l'option --stat n'existe pas; peut-être --state ?",
		"rumour list --foo":                     "l'option --foo n'existe pas",
		"rumour watch 482918 --until":           "--until: il manque la valeur",
		"rumour evidence add 482918 --method x": "il manque: --source=TYPE, --supports=WAY",
		"rumour submit 482918 --evidence x":     "--evidence: « x » n'est pas METHOD:SOURCE, comme site_visit:eyewitness",
		"rumour triage 482918 --area x":         "ml_ct_2023:ML0701",
		"rumour watch 482918 --until x":         "« x » n'est pas un jour",
		"restore x --config a --data b":         "ne vont pas ensemble",
		"sing":                                  "« sing » n'est pas connu ici",
	} {
		var out, errs bytes.Buffer
		code := execute(t.Context(), strings.Fields(line), streams{in: strings.NewReader(""), out: &out, err: &errs})
		if code != exitConfig || !strings.Contains(errs.String(), want) {
			t.Errorf("tinye %s: exit %d: %swant %q", line, code, &errs, want)
		}
		for _, english := range []string{"expected", "missing", "unexpected", "unknown", " must be", "did you mean"} {
			if strings.Contains(errs.String(), english) {
				t.Errorf("tinye %s: %s", line, &errs)
			}
		}
	}
}

// The help of the desk is French, and lists what may be typed with what it means.
func TestHelpOfTheDesk(t *testing.T) {
	for line, want := range map[string][]string{
		"":                    {"une ligne contre les rumeurs", "Le bureau (parle avec Tinye qui tourne):"},
		"rumour triage":       {"Options:", "violence_48h (violence annoncée", "health_vaccine (santé, vaccins)", "Par exemple: tinye rumour triage"},
		"rumour evidence add": {"site_visit (visite sur place)", "false (faux)", "Montrer cette aide."},
		"rumour close":        {"duplicate (doublon)"},
		"user add":            {"protection_focal (point focal protection)"},
		"rumour answer":       {"bam (bambara)", "--names-checked"},
		"rumour risk":         {"Ajoute un signe:", "Retire un signe;"},
		"key new":             {"Demander une phrase secrète"},
		"config check":        {"Le fichier de configuration."},
		"restore":             {"La sauvegarde, faite par tinye backup."},
		"flows check":         {"Un fichier de menus;"},
		"phone":               {"Le numéro du téléphone"},
	} {
		var out, errs bytes.Buffer
		code := execute(t.Context(), append(strings.Fields(line), "--help"), streams{in: strings.NewReader(""), out: &out, err: &errs})
		help := strings.Join(strings.Fields(out.String()), " ")
		for _, words := range want {
			if code != 0 || !strings.Contains(help, words) {
				t.Errorf("tinye %s --help: exit %d, without %q:\n%s%s", line, code, words, &out, &errs)
			}
		}
		if strings.Contains(help, "${") || strings.Contains(help, "Flags:") || strings.Contains(help, "Show context") {
			t.Errorf("tinye %s --help:\n%s", line, &out)
		}
	}
}
