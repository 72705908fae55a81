package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinye/bot/admin"
	"tinye/storage/seal"
)

// protectionSite is a running site with a focal point, FANTA, and a key of theirs at the path.
func protectionSite(t *testing.T) (s *site, key string) {
	t.Helper()
	s = start(t)
	s.says([]string{"FANTA"}, "ADAMA", "user", "add", "FANTA", "--role", "protection_focal")
	key = filepath.Join(t.TempDir(), "focal.key")
	out, code := tinyeRun("protect", "new-key", key)
	if code != 0 || strings.Contains(out, "AGE-SECRET") || !strings.Contains(out, "tinye protect key age1") {
		t.Fatalf("new-key: exit %d: %s", code, out)
	}
	return s, key
}

// public is the public half of a key file.
func public(t *testing.T, path string) string {
	t.Helper()
	k, err := seal.ReadCaseKey(path)
	must(t, err)
	return k.Public()
}

// The whole way on the command line: key, seal, list, export, and reading on a machine without a hotline.
func TestAProtectedReportOnTheCommandLine(t *testing.T) {
	s, key := protectionSite(t)
	const words = "Un voisin frappe sa fille tous les soirs"
	report := s.received(words)
	s.says([]string{"Aucune clé enregistrée"}, "FANTA", "protect", "list")
	s.says([]string{"scellés pour age1"}, "FANTA", "protect", "key", public(t, key))

	// There is no way back, and that is said before.
	out, errs, code := s.deskWith("oui\n", "report", "protect", report, "--reason", "child", "--as", "AMI")
	if code != exitFailed || !strings.Contains(errs, "on ne peut pas revenir en arrière") || !strings.Contains(errs, "rien n'a été fait") || out != "" {
		t.Errorf("not confirmed: exit %d: %s%s", code, out, errs)
	}
	s.says([]string{report}, "AMI", "report", "list")
	out, errs, code = s.deskWith(report+"\n", "report", "protect", report, "--reason", "child", "--as", "AMI")
	if code != 0 || !strings.Contains(out, "seule la clé du point focal protection l'ouvre") || !strings.Contains(out, "message neutre") {
		t.Fatalf("confirmed: exit %d: %s%s", code, out, errs)
	}
	if out := s.says(nil, "AMI", "report", "list"); strings.Contains(out, report) {
		t.Errorf("it is in the list still:\n%s", out)
	}
	if _, errs, code := s.desk("AMI", "report", "show", report); code != exitFailed || !strings.Contains(errs, "scellé") || strings.Count(errs, "\n") != 1 {
		t.Errorf("shown: exit %d: %s", code, errs)
	}
	s.says([]string{"RÉF", report, "nouveau", "age1"}, "FANTA", "protect", "list")
	s.says([]string{"scellé, pour le point focal protection seul", "protection", "nouveau"}, "AMI", "status")

	file := filepath.Join(t.TempDir(), "cases.age")
	s.says([]string{"Signalements scellés écrits", ": 1."}, "FANTA", "protect", "export", "--out", file)
	data, err := os.ReadFile(file)
	must(t, err)
	if strings.Contains(string(data), "voisin") || !strings.Contains(string(data), report) {
		t.Errorf("exported: %s", data)
	}
	if _, errs, code := s.desk("FANTA", "protect", "export", "--out", file); code != exitFailed || !strings.Contains(errs, "existe déjà") {
		t.Errorf("over a file: exit %d: %s", code, errs)
	}
	if _, errs, code := s.desk("FANTA", "protect", "state", report, "--to", "handed_over"); code != exitFailed || !strings.Contains(errs, "pas encore accepté") {
		t.Errorf("handed over before it is accepted: exit %d: %s", code, errs)
	}
	s.says([]string{"accepté"}, "FANTA", "protect", "state", report, "--to", "accepted")
	s.says([]string{"transmis", "30 jours"}, "FANTA", "protect", "state", report, "--to", "handed_over")
	s.stop()
	out, code = tinyeRun("protect", "read", file, "--key", key)
	if code != 0 || !strings.Contains(out, "Signalement "+report) || !strings.Contains(out, "  "+words) || !strings.Contains(out, "+22370123456") || !strings.Contains(out, "enfant") {
		t.Errorf("read: exit %d: %s", code, out)
	}

	other := filepath.Join(t.TempDir(), "other.key")
	tinyeRun("protect", "new-key", other)
	for name, c := range map[string]struct{ args, want string }{
		"another key":     {other, "cette clé n'ouvre aucun des 1 signalements"},
		"no key":          {filepath.Join(t.TempDir(), "none"), "n'est pas là"},
		"no key in it":    {file, "n'est pas une clé"},
		"over a key file": {"", "existe déjà"},
	} {
		args := []string{"protect", "read", file, "--key", c.args}
		if c.args == "" {
			args = []string{"protect", "new-key", other}
		}
		if out, code := tinyeRun(args...); code != exitFailed || !strings.Contains(out, c.want) || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: exit %d: %s", name, code, out)
		}
	}
	must(t, os.WriteFile(file, data[:len(data)-80], 0o600))
	if out, code := tinyeRun("protect", "read", file, "--key", key); code != exitFailed || !strings.Contains(out, "abîmé") {
		t.Errorf("cut short: exit %d: %s", code, out)
	}
}

// A private key that is typed in place of the public one goes nowhere.
func TestAPrivateKeyIsNotSent(t *testing.T) {
	s, key := protectionSite(t)
	data, err := os.ReadFile(key)
	must(t, err)
	secret := strings.TrimSpace(string(data)[strings.Index(string(data), "AGE-SECRET"):])
	_, errs, code := s.desk("FANTA", "protect", "key", secret)
	if code != exitFailed || !strings.Contains(errs, "clé privée") || strings.Contains(errs, secret) || strings.Contains(s.log.String(), secret) {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// Without a key a report is hidden at once and sealed later, and both are said.
func TestProtectedBeforeThereIsAKey(t *testing.T) {
	s, key := protectionSite(t)
	report := s.received("On dit qu'une fille de la cour est battue")
	s.says([]string{"Aucune clé n'est enregistrée", "il sera scellé"}, "AMI", "report", "protect", report, "--reason", "gbv", "--yes")
	s.says([]string{report, "à sceller"}, "FANTA", "protect", "list")
	if out := s.says([]string{report, "réservé au point focal, à sceller"}, "FANTA", "report", "list"); strings.Contains(out, "à rattacher") {
		t.Errorf("the focal point is told to put it under a rumour:\n%s", out)
	}
	s.says([]string{"Aucun numéro enregistré", "tinye user number"}, "AMI", "status")
	if out := s.says([]string{"Sur des signalements protégés: 1"}, "AMI", "events", "list", "--key", report); strings.Contains(out, "AMI") {
		t.Errorf("a coordinator sees what was done to it:\n%s", out)
	}
	s.says([]string{"AMI", report}, "FANTA", "events", "list", "--key", report)
	s.says([]string{"seal-waiting"}, "FANTA", "protect", "key", public(t, key))
	s.says([]string{"Signalements scellés: 1."}, "FANTA", "protect", "seal-waiting")
	s.says([]string{report, "nouveau"}, "FANTA", "protect", "list")
}

// The address book in words.
func TestSourcesOnTheCommandLine(t *testing.T) {
	s := start(t)
	s.says([]string{"Aucune source."}, "CISSE", "source", "list")
	s.says([]string{"Source GAO1 notée", "agent de santé"}, "CISSE", "source", "add", "--code", "gao1", "--kind", "health_worker",
		"--place", "ml_ct_2023:ML0701", "--theme", "health_vaccine", "--contact", "66554433, le matin")
	s.says([]string{"Source MAIRE notée", "autorité ou partie"}, "CISSE", "source", "add", "--code", "MAIRE", "--kind", "local_official", "--contact", "au bureau")
	out := s.says([]string{"CODE", "GAO1", "agent de santé", "Gao", "santé, vaccins"}, "CISSE", "source", "list")
	if strings.Contains(out, "66554433") {
		t.Errorf("the list shows a contact:\n%s", out)
	}
	s.says([]string{"Contact:", "66554433, le matin"}, "AMI", "source", "show", "GAO1")
	out = s.says([]string{"sur place", "sans lieu", "tinye source show"}, "CISSE", "source", "for", "--place", "ml_ct_2023:ML0701", "--theme", "health_vaccine")
	if strings.Contains(out, "66554433") || strings.Contains(out, "ne suffit pas") || strings.Index(out, "GAO1") > strings.Index(out, "MAIRE") {
		t.Errorf("whom to ask:\n%s", out)
	}
	s.says([]string{"Source GAO1 retirée"}, "CISSE", "source", "retire", "GAO1")
	s.says([]string{"MAIRE", "cela ne suffit pas pour confirmer"}, "CISSE", "source", "for", "--place", "ml_ct_2023:ML0701")
	var list admin.SourceRows
	s.json(&list, "source", "list")
	if len(list.Sources) != 2 {
		t.Errorf("%+v", list)
	}
}

// Labelling a report as one of protection takes it from everybody else: a slip is caught before.
func TestALabelOfProtectionIsConfirmed(t *testing.T) {
	s := start(t)
	ref := s.received("Il paraît que le pont de Markala est fermé")
	_, errs, code := s.deskWith("482918\n", "report", "label", ref, "protection", "--as", "AMI")
	if code == 0 || !strings.Contains(errs, "rien n'a été fait") {
		t.Errorf("exit %d: %s", code, errs)
	}
	s.says([]string{ref}, "AMI", "report", "show", ref)
	if out, errs, code := s.deskWith(ref+"\n", "report", "label", ref, "protection", "--as", "AMI"); code != 0 || !strings.Contains(out, "point focal") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
