package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A report is begun in the menu, in either dialect, and the machine dies between two hops. Place and theme were on the disk
// with the screens that asked for them: after the start the caller goes on where it stopped, or finishes by SMS, and the
// desk sees one report with all of it.
func TestADraftOutlivesAKill(t *testing.T) {
	s := NewSite(t, nil)
	phones := FreeAddr(t)
	demo := []string{"demo", "--web", s.Listen(), "--phones", phones}
	p := Start(t, s, demo...)
	p.Ready(t)
	play := func(dialect, number, script string) {
		t.Helper()
		file := filepath.Join(s.Dir, "script.txt")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, code := p.Run(t, "phone", "--carrier", "http://"+phones, "--from", number, "--dialect", dialect, "--script", file)
		if code != 0 {
			t.Fatalf("%s, %s: %d\n%s%s", dialect, number, code, out, errs)
		}
	}
	begun := "> *384*1#\n< Dans quel lieu?\n< …\n> 2\n< De quoi s'agit-il?\n< …\n> 2\n< Dites-le en quelques mots, sans nom de personne. Ou:\n< …\n"
	play("generic", "70123456", begun)
	play("at", "66123456", begun)

	p.Kill9(t)
	p = Start(t, s, demo...)
	p.Ready(t)
	play("generic", "70123456", "> Le vaccin contre la rougeole rendrait les enfants malades\n< TINYE {ref}: message noté. Nous vérifions et répondons ici. Ne relayez pas avant. N'envoyez aucun nom de personne. Vous pouvez effacer ce SMS.\n")
	play("at", "66123456", "> *384#\n< Votre message n'est pas fini.\n< 1 Continuer\n< …\n> 1\n< Dites-le en quelques mots, sans nom de personne. Ou:\n< …\n"+
		"> Le puits serait empoisonné\n< TINYE {ref}: message noté. Nous vérifions, puis nous répondons. Ne relayez pas avant. Ne nommez personne.\n< (end)\n")

	out, errs, code := p.Run(t, "report", "list", "--as", "AMI", "--socket", filepath.Join(s.Dir, "var/admin.sock"), "--limit", "2")
	if code != 0 {
		t.Fatal(errs)
	}
	told := 0
	for line := range strings.Lines(out) {
		if strings.Contains(line, "Mopti") && strings.Contains(line, "Santé") {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d of the two newest reports are from Mopti about health:\n%s", told, out)
	}
}
