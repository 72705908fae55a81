package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinye/bot/admin"
)

// The people of enrolmentStory, beside a name that an agent typed where none belongs.
const (
	hiddenAgent    = "+22372135790"
	hiddenEntered  = "+22365246801"
	hiddenEnrolled = "+22391357924"
	hiddenName     = "Fatoumata Diarrassouba"
)

// enrolmentStory enrols one person by a code of the day and one by an agent's text, and gives what the desk is shown of it.
func enrolmentStory(t *testing.T, s Site, carrier *Carrier) map[string][]byte {
	t.Helper()
	s.Must(t, "agent", "add", "GAO-1", "--number", hiddenAgent, "--place", "ml_ct_2023:ML0701", "--as", chief)
	code := Ask[admin.CodeRow](t, s, "code", "new", "GAO-1", "--as", chief).Digits
	s.Bring(t, MO{ID: "e1", From: hiddenEnrolled, Text: "code " + code})
	carrier.Await(t, hiddenEnrolled, 1)
	s.Bring(t, MO{ID: "e2", From: hiddenEnrolled, Text: "OUI"})
	carrier.Await(t, hiddenEnrolled, 2)
	s.Bring(t, MO{ID: "e3", From: hiddenEnrolled, Text: "3"})
	carrier.Await(t, hiddenEnrolled, 3)
	s.Bring(t, MO{ID: "e4", From: hiddenAgent, Text: "Inscrire " + hiddenName + " " + hiddenEntered + " fr F 18-24"})
	if got := carrier.Await(t, hiddenAgent, 1)[0].Text; !strings.Contains(got, "finissant par "+hiddenEntered[len(hiddenEntered)-2:]) {
		t.Errorf("the agent is told %q", got)
	}
	carrier.Await(t, hiddenEntered, 1)
	s.Bring(t, MO{ID: "e5", From: hiddenEntered, Text: "Oui"})
	carrier.Await(t, hiddenEntered, 2)
	s.Bring(t, MO{ID: "e6", From: hiddenAgent, Text: "bilan"})
	if got := carrier.Await(t, hiddenAgent, 2)[1].Text; !strings.Contains(got, "personnes 2, OUI 2, NON 0, sans réponse 0") {
		t.Errorf("the agent counts %q", got)
	}
	tallies := Ask[admin.CodeTallies](t, s, "code", "tally", code, "--as", chief).Tallies
	if len(tallies) != 1 || tallies[0].Started != 2 || tallies[0].Yes != 2 {
		t.Errorf("the tally: %+v", tallies)
	}
	page, text := filepath.Join(s.Dir, "fiche.html"), filepath.Join(s.Dir, "fiche.txt")
	seen := map[string][]byte{
		"tally":      []byte(s.Must(t, "code", "tally", "--as", chief) + s.Must(t, "code", "tally", "GAO-1", "--as", chief, "--json")),
		"codes":      []byte(s.Must(t, "code", "list", "--as", chief)),
		"agents":     []byte(s.Must(t, "agent", "list", "--as", chief) + s.Must(t, "agent", "show", "GAO-1", "--as", chief)),
		"events":     []byte(s.Must(t, "events", "list", "--as", chief)),
		"agent form": []byte(s.Must(t, "agent", "form", "GAO-1", "--out", page, "--as", chief) + s.Must(t, "agent", "form", "GAO-1", "--out", text, "--as", chief)),
	}
	for _, file := range []string{page, text} {
		written, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(written), code) || !strings.Contains(string(written), "DÉTRUIRE") {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
	return seen
}
