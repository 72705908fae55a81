package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the demo prints on its first start is typed as it stands, from the first report to the answer on the phone; then it
// ends as Ctrl-C ends it, and a second start goes on with the same data.
func TestDemoAsPrinted(t *testing.T) {
	s := NewSite(t, nil)
	if err := os.Mkdir(filepath.Join(s.Dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(Build(t), filepath.Join(s.Dir, "bin/tinye")); err != nil {
		t.Fatal(err)
	}
	phones := FreeAddr(t)
	demo := []string{"demo", "--web", s.Listen(), "--phones", phones}
	p := Start(t, s, demo...)
	p.Ready(t)

	sixDigits := regexp.MustCompile(`[0-9]{6}`)
	var report, rumour string
	typed := 0
	for _, line := range printedCommands(t, p) {
		line = strings.NewReplacer("111111", report, "222222", rumour).Replace(line)
		out := shell(t, s, line)
		typed++
		switch {
		case strings.Contains(line, "--send COUPURE"):
			if !strings.Contains(out, "Plus rien ne part") {
				t.Errorf("%s: nothing is held:\n%s", line, out)
			}
		case strings.Contains(line, "phone") && strings.Contains(line, "--send"):
			if !strings.Contains(out, "< TINYE ") {
				t.Fatalf("%s: no acknowledgement:\n%s", line, out)
			}
			if report == "" {
				report = sixDigits.FindString(out)
			} else if !strings.Contains(out, "les écoles de Mopti sont ouvertes") {
				t.Errorf("%s: not answered at once:\n%s", line, out)
			}
		case strings.Contains(line, "report list --auto"):
			if !strings.Contains(out, "reconnue par la machine") {
				t.Errorf("%s: nothing that the machine linked:\n%s", line, out)
			}
		case strings.Contains(line, "report list"):
			if !strings.Contains(out, report) {
				t.Errorf("%s: no report %s:\n%s", line, report, out)
			}
		case strings.Contains(line, "rumour new"):
			rumour = sixDigits.FindString(out)
		case strings.Contains(line, "rumour list"):
			if strings.Count(out, "\n") < 5 || !strings.Contains(out, rumour) {
				t.Errorf("%s: want four rumours and a head:\n%s", line, out)
			}
		}
	}
	if typed != 12 {
		t.Errorf("%d commands are printed, want 12:\n%s", typed, p.Log())
	}
	inbox := ""
	Eventually(t, readyWithin, func() error {
		var err error
		inbox, err = get("http://" + phones + "/phone/+22370123456")
		if err == nil {
			err = mustContain(inbox, "TINYE "+report+": Le pont est ouvert")
		}
		return err
	})

	if code := p.Stop(t); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, p.Log())
	}
	again := Start(t, s, demo...)
	again.Ready(t)
	if out := shell(t, s, "bin/tinye rumour list --as AMI"); !strings.Contains(out, rumour) {
		t.Errorf("the second start has lost rumour %s:\n%s", rumour, out)
	}
	again.Kill9(t)
	last := Start(t, s, demo...)
	last.Ready(t)
	if out := shell(t, s, "bin/tinye rumour list --as AMI"); !strings.Contains(out, rumour) {
		t.Errorf("after a kill rumour %s is lost:\n%s", rumour, out)
	}
}

// printedCommands are the command lines that the demo shows, but for the one that waits for somebody to type.
func printedCommands(t *testing.T, p *Process) []string {
	t.Helper()
	var lines []string
	Eventually(t, readyWithin, func() error { return mustContain(p.Log(), "Ctrl-C here ends the demo") })
	for line := range strings.Lines(p.Log()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "bin/tinye ") && (!strings.Contains(line, "phone") || strings.Contains(line, "--send")) {
			lines = append(lines, line)
		}
	}
	return lines
}

// shell types a line in the site's folder; it must succeed.
func shell(t *testing.T, s Site, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = s.Dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}

func mustContain(s, want string) error {
	if !strings.Contains(s, want) {
		return fmt.Errorf("no %q in:\n%s", want, s)
	}
	return nil
}
