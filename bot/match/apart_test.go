package match_test

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// Tellings of other places, other numbers or the opposite are no group, although most of their words are the same; what names no
// place goes with the others, and binds no two places together.
func TestWhatDiffersIsNoGroup(t *testing.T) {
	for name, told := range map[string][2]string{
		"known places":     {"Les écoles de Mopti seront fermées jusqu'à la fin de l'année", "les écoles de Gao seront fermées jusqu'à la fin de l'année"},
		"names":            {"Le pont de Markala serait fermé à tous les camions", "On dit que le pont de Niono serait fermé à tous les camions"},
		"a name typed low": {"Le pont de Markala serait fermé à tous les camions", "le pont de niono serait ferme a tous les camions"},
		"numbers":          {"Trente morts dans un accident de car: 30 morts sur la route", "12 morts dans un accident de car sur la route"},
		"open":             {"Les écoles seront fermées demain dans tout le cercle", "les écoles seront ouvertes demain dans tout le cercle"},
		"not":              {"Les écoles seront fermées demain dans tout le cercle", "les écoles ne seront pas fermées demain dans tout le cercle"},
	} {
		x := claims(t, match.Options{Place: places})
		for i, text := range []string{told[0], told[0] + "!", told[1], told[1] + " ??", told[0] + ", dit-on"} {
			x.PutReport(match.Report{ID: id('r', i), Text: text, Lang: bot.French, Contact: contact(i), At: day + bot.Instant(i)})
		}
		var sizes []int
		for _, g := range x.Groups(0, 0) {
			sizes = append(sizes, len(g.Reports))
		}
		if !slices.Equal(sizes, []int{3, 2}) {
			t.Errorf("%s: groups of %v", name, sizes)
		}
		for _, n := range x.Neighbours(match.Query{Text: told[0], Lang: bot.French}) {
			if other := n.Report == id('r', 2) || n.Report == id('r', 3); other != (n.Apart != "") {
				t.Errorf("%s: report %s is apart by %q", name, n.Report, n.Apart)
			}
		}
	}
	x := claims(t, match.Options{Place: places})
	for i, text := range []string{
		"Les écoles de Mopti seront fermées jusqu'à la fin de l'année", "les écoles seront fermées jusqu'à la fin de l'année", "les écoles de Gao seront fermées jusqu'à la fin de l'année",
		"les écoles ne seront-elles pas ouvertes jusqu'à la fin de l'année à Mopti",
	} {
		x.PutReport(match.Report{ID: id('r', i), Text: text, Lang: bot.French, Contact: contact(i), At: day + bot.Instant(i)})
	}
	if g := x.Groups(0, 0); len(g) != 1 || !slices.Equal(g[0].Reports, []bot.ID{id('r', 0), id('r', 1), id('r', 3)}) {
		t.Errorf("between two places: %v", g)
	}
	x = claims(t, match.Options{Place: places}, "Le gouvernement ferme les écoles de Mopti jusqu'à la fin de l'année scolaire", "Le gouvernement ferme les écoles de Gao jusqu'à la fin de l'année scolaire")
	if p := x.Alike(0); len(p) != 1 || p[0].Apart != match.ApartPlace {
		t.Errorf("claims of two places: %+v", p)
	}
}
