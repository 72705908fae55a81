package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A day with a code, from the command line and on phones in the terminal: a market, an agent, their counts and the paper.
func TestADayWithACode(t *testing.T) {
	s := start(t)
	s.says([]string{"Aucun agent, aucun événement."}, "AMI", "agent", "list")
	s.says([]string{"MARCHE ajouté: événement, Gao", "tinye code new MARCHE"}, "AMI", "agent", "add", "MARCHE", "--event", "--place", "ml_ct_2023:ML0701")
	s.says([]string{"GAO-1 ajouté: agent, Gao", "Bamanankan"}, "AMI", "agent", "add", "GAO-1", "--number", "66000077", "--place", "ml_ct_2023:ML0701", "--lang", "bm")
	if out, errs, code := s.desk("CISSE", "agent", "add", "X1", "--event"); code != exitFailed || !strings.Contains(errs, "coordinator") || strings.Contains(out+errs, "desk.") {
		t.Errorf("a verifier adds an event: exit %d: %s%s", code, out, errs)
	}
	drawn := s.says([]string{"Code ", " pour MARCHE, valable le ", "seul OUI inscrit"}, "AMI", "code", "new", "MARCHE")
	code := regexp.MustCompile(`\b[1-9]\d{3}\b`).FindString(drawn)
	s.says([]string{code, "MARCHE", "oui"}, "AMI", "code", "list")
	s.says([]string{"MARCHE: événement", "Etat:", "actif depuis le", code}, "AMI", "agent", "show", "MARCHE")

	script := filepath.Join(t.TempDir(), "enrol.txt")
	must(t, os.WriteFile(script, fmt.Appendf(nil, `# By SMS: three texts.
> %[1]s
< TINYE: recevoir des infos vérifiées, 2 SMS/semaine au plus? OUI ou NON. STOP arrete tout. Aucun nom gardé. Votre opérateur peut voir vos SMS. AIDE=aide
> oui
< TINYE: c'est noté. Votre age? Répondez 1=moins de 15, 2=15-17, 3=18-24, 4=25-29, 5=30-35, 6=36 et plus. STOP arrete tout.
> 3
< TINYE: c'est noté, vous recevrez des infos vérifiées. STOP arrete tout.
# By the menu: the code dialled in one go stops at the consent text.
66123457> *384*%[1]s*1#
< TINYE: recevoir des infos vérifiées, 2 SMS/semaine au plus? STOP arrete tout. Aucun nom gardé. Votre opérateur peut voir vos SMS.
< 1 Oui
< …
> 1
< …
> 5
< …
< (end)
`, code), 0o600))
	if out, exit := s.phone("--from", "70123456", "--script", script); exit != 0 {
		t.Fatalf("exit %d:\n%s", exit, out)
	}
	tally := s.says([]string{
		"Code " + code + " de MARCHE, valable le ", "venus: 2, OUI: 2, NON: 0", "part de OUI: 100 %", "OUI par lieu: Gao", "OUI par age: 18-24 1, 30-35 1",
		"OUI par sexe: non dit 2", "OUI par langue: Français 2",
	}, "AMI", "code", "tally")
	for _, number := range []string{"70123456", "66123457", "3456", "3457"} {
		if strings.Contains(tally, number) {
			t.Errorf("the tally shows a number:\n%s", tally)
		}
	}
	s.says([]string{"Code " + code}, "AMI", "code", "tally", "MARCHE")
	s.says([]string{"Aucun code pour cela."}, "AMI", "code", "tally", "GAO-1")
	s.says([]string{"Aucun code valable ou à venir."}, "GAO-1", "code", "list")

	page, plain := filepath.Join(t.TempDir(), "fiche.html"), filepath.Join(t.TempDir(), "fiche.txt")
	s.says([]string{"Fiche écrite", "5 personnes", "code " + code, "détruisez-la"}, "AMI", "agent", "form", "MARCHE", "--rows", "5", "--out", page)
	s.says([]string{"Fiche écrite"}, "AMI", "agent", "form", "MARCHE", "--rows", "5", "--out", plain)
	for file, row := range map[string]string{page: `<div class="row">`, plain: "__ __ __ __"} {
		b, err := os.ReadFile(file)
		must(t, err)
		text := html.UnescapeString(string(b))
		for _, want := range []string{code, "Aucun nom, jamais", "STOP", "Awɔ", "15-17", "36+", "femme", "Bamanankan", "DÉTRUIRE", "*384*" + code + "#"} {
			if !strings.Contains(text, want) && !(file == plain && strings.HasPrefix(want, "*384*") || file == plain && want == "Awɔ") {
				t.Errorf("%s lacks %q", filepath.Base(file), want)
			}
		}
		if n := strings.Count(text, row); n != 5 {
			t.Errorf("%s is for %d people", filepath.Base(file), n)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v (%v)", filepath.Base(file), info.Mode(), err)
		}
	}
	if b, err := os.ReadFile(page); err != nil || strings.Contains(string(b), "http") || strings.Contains(string(b), "<script") {
		t.Errorf("the page needs something from elsewhere (%v)", err)
	}
	if _, errs, exit := s.desk("AMI", "agent", "form", "MARCHE", "--out", page); exit != exitFailed || !strings.Contains(errs, "existe déjà") {
		t.Errorf("a form over a form: exit %d: %s", exit, errs)
	}
	if _, _, exit := s.desk("AMI", "agent", "form", "MARCHE", "--rows", "0", "--out", page); exit != exitConfig {
		t.Errorf("a form for nobody: exit %d", exit)
	}

	s.says([]string{"MARCHE est en pause"}, "AMI", "agent", "pause", "MARCHE")
	s.says([]string{"MARCHE inscrit de nouveau."}, "AMI", "agent", "resume", "MARCHE")
	s.says([]string{"GAO-1 est parti"}, "AMI", "agent", "exit", "GAO-1")
	for _, verb := range []string{"resume", "pause"} {
		if out, errs, code := s.desk("AMI", "agent", verb, "GAO-1"); code != exitFailed || !strings.Contains(errs, "un autre nom de code") {
			t.Errorf("%s after a departure: exit %d: %s%s", verb, code, out, errs)
		}
	}
	s.says([]string{"actif", "parti"}, "AMI", "agent", "list")
	s.says([]string{"agent ajouté", "code du jour tiré", "agent en pause", "agent parti"}, "AMI", "events", "list")
}
