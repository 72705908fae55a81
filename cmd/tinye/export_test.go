package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/storage/seal"
)

// An export is written to a new file, for its owner alone; one with texts takes a token and a second person.
func TestExportToAFile(t *testing.T) {
	s := start(t)
	report := s.received("Il paraît que le pont de Markala est fermé, dit Zoumana Traoré")
	dir := t.TempDir()
	clear, sealed := filepath.Join(dir, "clear"), filepath.Join(dir, "sealed")
	s.says([]string{"Export écrit dans " + clear}, "ADAMA", "export", "--out", clear, "--since", "2000-01-01", "--until", "2999-12-31")
	body, err := os.ReadFile(clear)
	must(t, err)
	if !strings.Contains(string(body), report) || strings.Contains(string(body), "Markala") {
		t.Errorf("exported:\n%s", body)
	}
	if info, err := os.Stat(clear); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	refused := func(want, as string, args ...string) {
		t.Helper()
		if _, errs, code := s.desk(as, append([]string{"export"}, args...)...); code != exitFailed || !strings.Contains(errs, want) {
			t.Errorf("tinye export %q: exit %d, %q, want %q", args, code, errs, want)
		}
	}
	refused("existe déjà", "ADAMA", "--out", clear)
	if again, err := os.ReadFile(clear); err != nil || string(again) != string(body) {
		t.Error("a file that was there is written to")
	}
	refused("--out", "ADAMA")
	refused("--texts", "ADAMA", "--to", "age1x", "--out", sealed)
	refused("n'est pas un jour", "ADAMA", "--since", "hier", "--out", sealed)
	refused("rôle", "CISSE", "--out", sealed)
	if _, err := os.Stat(sealed); !os.IsNotExist(err) {
		t.Error("a refused export leaves its file")
	}

	k, err := seal.NewCaseKey(filepath.Join(dir, "key"), time.Now())
	must(t, err)
	out := s.says([]string{"tinye export approve", "SON-COMPTE", sealed}, "AMI", "export", "--texts", "--to", k.Public(), "--out", sealed)
	_, rest, _ := strings.Cut(out, "tinye export approve ")
	token := strings.Fields(rest)[0]
	refused("approuver", "AMI", "--token", token, "--out", sealed)
	s.says([]string{"approuvé l'export de AMI", k.Public()}, "ADAMA", "export", "approve", token)
	s.says([]string{sealed}, "AMI", "export", "--token", token, "--out", sealed)
	if body, err := os.ReadFile(sealed); err != nil || !strings.HasPrefix(string(body), "age-encryption.org/v1") || strings.Contains(string(body), report) {
		t.Errorf("the sealed file: %d bytes, %v", len(body), err)
	}
	refused("jeton", "AMI", "--token", token, "--out", filepath.Join(dir, "again"))
	for _, c := range [][]string{{"export", "seulement comptés"}, {"export", "file", "--since"}, {"export", "approve", "<token>"}} {
		args, want := append(c[:len(c)-1:len(c)-1], "--help"), c[len(c)-1]
		if help, code := tinyeRun(args...); code != 0 || !strings.Contains(help, want) {
			t.Errorf("tinye %q: exit %d, without %q:\n%s", args, code, want, help)
		}
	}
}
