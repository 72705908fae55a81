package match_test

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// towns are two regions, towns of one of them, and names that are ordinary words too.
func towns(word string) ([]bot.PlaceCode, bool) {
	named := map[string][]string{
		"segu": {"ML04"}, "markala": {"ML0401", "ML04"}, "niono": {"ML0402", "ML04"}, "gao": {"ML07"}, "san": {"ML17"}, "dire": {"ML0602", "ML06"},
		"nioro du sahel": {"ML11"}, "bamako": {"ML20"},
	}[word]
	var codes []bot.PlaceCode
	for _, c := range named {
		codes = append(codes, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: c})
	}
	return codes, len(codes) > 0
}

func TestAnotherPlace(t *testing.T) {
	const (
		bridge = "Le pont de Markala serait fermé aux camions"
		well   = "L'eau du puits est empoisonnée, des enfants sont malades"
	)
	for _, c := range []struct {
		claim, area, telling, chosen string
		want                         bool
	}{
		{bridge, "", "le pont de markala est ferme o camions depuis hier", "", false},
		{bridge, "", "le pont de niono est ferme aux camions depuis hier", "", true},
		{bridge, "ML04", "le pont de niono est ferme aux camions depuis hier", "", true},
		{bridge, "", "le pont de segou est ferme aux camions depuis hier", "", false},
		{bridge, "", "le pont de markala est ferme aux camions, et celui de gao", "", true},
		{bridge, "", "le pont de Nioro du Sahel est fermé aux camions", "", true},
		{bridge, "", "le pont est ferme aux camions depuis hier", "ML0402", true},
		{bridge, "", "le pont est ferme aux camions depuis hier", "ML040103", false},
		{bridge, "", "le pont de markala est ferme aux camions", "ML07", false},
		{"Le pont serait fermé aux camions", "ML04", "le pont de niono est ferme aux camions", "", false},
		{"Le pont serait fermé aux camions", "ML0401", "le pont de niono est ferme aux camions", "", true},
		{"Le pont serait fermé aux camions", "ML0401", "le pont de segou est ferme aux camions", "", false},
		{"Le pont serait fermé aux camions", "ML0401", "le pont est ferme aux camions", "ML07", true},
		{well, "", "l'eau du puits de gao est empoisonnée, les enfants malades", "", true},
		{well, "", "l'eau du puits de Diré est empoisonnée, les enfants malades", "", true},
		{well, "", "l'eau du puits est empoisonnée, les enfants malades", "ML07", false},
		{well, "", "on veut dire que l'eau du puits est empoisonnée, les enfants malades", "", false},
		{well, "", "l'eau du puits est empoisonnée, les enfants vomissent du sang", "", false},
		{well, "", "a san l'eau du puits est empoisonnée, les enfants malades", "", true},
	} {
		x, err := match.New(match.Options{Place: towns})
		if err != nil {
			t.Fatal(err)
		}
		claim := match.Claim{ID: id('c', 0), Open: true, Answers: true, Texts: []match.Text{
			{Kind: match.KindClaim, Text: c.claim}, {Kind: match.KindAnswer, Lang: bot.French, Text: "Faux. À Gao comme à Bamako, la mairie dit que rien n'est vrai."},
		}}
		if c.area != "" {
			claim.Places = []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: c.area}}
		}
		x.PutClaim(claim)
		q := match.Query{Text: c.telling, Lang: bot.French}
		if c.chosen != "" {
			q.Place = bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: c.chosen}
		}
		if got := slices.Contains(first(t, x, q), match.VetoPlace); got != c.want {
			t.Errorf("%q (%s) against %q (%s): another place %v, want %v", c.telling, c.chosen, c.claim, c.area, got, c.want)
		}
	}
}

// Where nothing says where a claim is, people's words do; where it says so, theirs do not move it.
func TestAPlaceThatPeopleAdded(t *testing.T) {
	const told = "l'eau du puits de gao est empoisonnée, les enfants malades"
	for _, c := range []struct {
		claim string
		want  bool
	}{
		{"L'eau du puits est empoisonnée, des enfants sont malades", false},
		{"L'eau du puits de Markala est empoisonnée, des enfants sont malades", true},
	} {
		x := claims(t, match.Options{Place: towns}, c.claim)
		x.PutReport(match.Report{ID: id('r', 0), Claim: id('c', 0), Confirmed: true, Text: told, Lang: bot.French})
		if got := slices.Contains(first(t, x, match.Query{Text: told, Lang: bot.French}), match.VetoPlace); got != c.want {
			t.Errorf("%q: another place %v, want %v", c.claim, got, c.want)
		}
	}
}
