package match_test

import (
	"fmt"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

func contact(n int) (k bot.ContactKey) {
	k[0], k[1] = byte(n), byte(n>>8)
	k[15] = 1
	return k
}

func TestSearchFindsByFewWords(t *testing.T) {
	x := claims(t, match.Options{})
	for i, title := range []string{
		"Les vaccins contre la rougeole rendent stérile", "Le prix du carburant double à Gao", "Des soldats ont quitté le camp de Ménaka", "Le pont de Konna s'est effondré",
	} {
		x.PutClaim(match.Claim{ID: id('c', i), Open: true, Texts: []match.Text{
			{Kind: match.KindClaim, Lang: bot.French, Text: title + ", c'est Tartempion qui le dit"}, {Kind: match.KindTitle, Lang: bot.French, Text: title},
		}})
	}
	x.PutClaim(match.Claim{ID: id('c', 10), Open: false, Texts: []match.Text{{Kind: match.KindClaim, Lang: bot.French, Text: "Un vaccin secret"}}})
	x.PutClaim(match.Claim{ID: id('c', 11), Open: true, Lookup: true, Texts: []match.Text{{Kind: match.KindTitle, Lang: bot.French, Text: "Bulletin: la route de Sévaré est ouverte"}}})
	for _, c := range []struct {
		words string
		want  int // -1 = nothing
	}{
		{"vaccin", 0}, {"vacc", 0}, {"vaccins rougeole", 0}, {"essence", 1}, {"carburan", 1}, {"militaires menaka", 2}, {"pont konna", 3}, {"sevare", 11}, {"route", 11}, {"girafe", -1}, {"tartempion", -1}, {"", -1}, {"!", -1},
	} {
		got := x.Search(c.words, 3)
		switch {
		case c.want < 0 && len(got) > 0:
			t.Errorf("%q finds %v", c.words, got)
		case c.want >= 0 && (len(got) == 0 || got[0] != id('c', c.want)):
			t.Errorf("%q finds %v, want %d first", c.words, got, c.want)
		case slices.Contains(got, id('c', 10)):
			t.Errorf("%q finds what is not open", c.words)
		}
	}
	if r := x.Find(match.Query{Text: "la route de Sévaré est ouverte à tous, bulletin", Lang: bot.French}); slices.ContainsFunc(r.Hits, func(h match.Hit) bool { return h.Claim == id('c', 11) }) {
		t.Error("a telling finds what is only looked up")
	}
}

func TestTellingsThatTellTheSameAreOneGroup(t *testing.T) {
	x := claims(t, match.Options{}, "Le prix du carburant double à Gao")
	hour := day / 24
	put := func(n int, text string, who int, at bot.Instant) {
		x.PutReport(match.Report{ID: id('r', n), Text: text, Lang: bot.French, Contact: contact(who), At: at})
	}
	put(1, "Des hommes armés ont bloqué la route de Tessit ce matin", 1, 1*hour)
	put(2, "hommes armes bloquent la route de tessit", 2, 2*hour)
	put(3, "la route de tessit est bloquée par des hommes armés", 2, 9*hour)
	put(4, "on distribue du riz gratuit à la mairie de Djenné", 3, 2*hour)
	put(5, "riz gratuit distribué devant la mairie de djenne", 4, 2*hour+hour/2)
	put(6, "le puits du village est empoisonné", 5, 2*hour)
	put(7, "ok", 6, 2*hour)
	put(8, "Ok!", 7, 3*hour)
	x.PutReport(match.Report{ID: id('r', 9), Claim: id('c', 0), Text: "hommes armes bloquent la route de tessit", Contact: contact(9), At: 2 * hour})
	got := x.Groups(0, 0)
	want := []match.Group{
		{Reports: []bot.ID{id('r', 1), id('r', 2), id('r', 3)}, Numbers: 2, Burst: 2, Since: 1 * hour, Last: 9 * hour},
		{Reports: []bot.ID{id('r', 4), id('r', 5)}, Numbers: 2, Burst: 2, Since: 2 * hour, Last: 2*hour + hour/2},
		{Reports: []bot.ID{id('r', 7), id('r', 8)}, Numbers: 2, Burst: 2, Since: 2 * hour, Last: 3 * hour},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("groups\n%v, want\n%v", got, want)
	}
	if got := x.Groups(4*hour, 0); len(got) != 0 {
		t.Errorf("since later: %v", got)
	}
	x.DropContact(contact(2))
	for _, g := range x.Groups(0, 0) {
		if slices.Contains(g.Reports, id('r', 2)) || slices.Contains(g.Reports, id('r', 3)) {
			t.Errorf("a forgotten person's telling is in %v", g.Reports)
		}
	}
}

func TestCopiesAreCountedByPeopleWithinAnHour(t *testing.T) {
	x := claims(t, match.Options{})
	text := "URGENT partagez: le camp sera attaqué cette nuit, fuyez tous vers la ville"
	at := 5 * day
	for i := range 6 {
		x.PutReport(match.Report{ID: id('r', i), Text: text, Contact: contact(i % 4), At: at - bot.Instant(i)*day/24/4})
	}
	x.PutReport(match.Report{ID: id('r', 20), Text: "urgent, partagez! le camp sera attaque cette nuit: fuyez vers la ville", Contact: contact(20), At: at - 1})
	x.PutReport(match.Report{ID: id('r', 21), Text: "le camp de Gossi a été fermé l'an dernier", Contact: contact(21), At: at - 1})
	x.PutReport(match.Report{ID: id('r', 22), Text: text, At: at - 1})
	x.PutReport(match.Report{ID: id('r', 23), Text: text, Contact: contact(23), At: at + 1})
	if got := x.Copies(text, at); got != 5 {
		t.Errorf("%d people, want 4 and the one with other signs", got)
	}
	if got := x.Copies(text, at+2*day); got != 0 {
		t.Errorf("%d people two days later", got)
	}
}

func TestNeighboursAreReportsAndClaims(t *testing.T) {
	x := claims(t, match.Options{}, "Le prix du carburant double à Gao", "Un vaccin rend stérile")
	x.PutReport(match.Report{ID: id('r', 1), Text: "à gao le carburant est à 2000 francs le litre", Lang: bot.French})
	x.PutReport(match.Report{ID: id('r', 2), Text: "le vaccin du centre de santé rend les filles stériles", Lang: bot.French, Claim: id('c', 1), Confirmed: true})
	q := match.Query{Text: "le carburant coute 2000 francs a gao", Lang: bot.French, Self: id('r', 3)}
	x.PutReport(match.Report{ID: q.Self, Text: q.Text, Lang: bot.French})
	got := x.Neighbours(q)
	if len(got) != 2 || got[0].Report != id('r', 1) || got[1].Claim != id('c', 0) {
		t.Errorf("neighbours %v", got)
	}
	if got := x.Neighbours(match.Query{Text: "vaccin filles steriles centre de sante"}); len(got) != 1 || got[0].Claim != id('c', 1) || got[0].Report != id('r', 2) {
		t.Errorf("neighbours %v, want the claim by its telling", got)
	}
}

func TestClaimsThatMayBeOne(t *testing.T) {
	x := claims(t, match.Options{}, "Le prix du carburant double à Gao", "Un vaccin rend les femmes stériles", "Le carburant double de prix à Gao", "Le pont de Konna s'est effondré")
	if got := x.Alike(5); len(got) != 1 || got[0].A != id('c', 0) || got[0].B != id('c', 2) {
		t.Errorf("pairs %v", got)
	}
}

// A burst of copies makes neither the base larger nor a claim's other tellings weaker.
func TestBurstTakesOnePlace(t *testing.T) {
	x := claims(t, match.Options{}, "Le prix du carburant double à Gao", "Un vaccin rend les femmes stériles")
	n := 0
	put := func(text string, at bot.Instant) {
		n++
		r := match.Report{Text: text, Lang: bot.French, Claim: id('c', 0), Confirmed: true, At: at, Contact: contact(n)}
		r.ID[0], r.ID[14], r.ID[15] = 'r', byte(n>>8), byte(n)
		x.PutReport(r)
	}
	put("les stations vendent le litre mille francs de plus", 1)
	before := x.Neighbours(match.Query{Text: "stations litre mille francs"})
	for i := range 2000 {
		put("PARTAGEZ le carburant double demain", bot.Instant(i))
	}
	if got := x.Stats(); got.Variants != 2 || got.Reports != 2001 || got.Confirmed[bot.French] != 2001 {
		t.Errorf("%+v", got)
	}
	if got := x.Neighbours(match.Query{Text: "stations litre mille francs"}); len(got) == 0 || len(before) == 0 || got[0].Report != before[0].Report {
		t.Errorf("neighbours %v, before the burst %v", got, before)
	}
	for i := range 300 {
		put(fmt.Sprintf("le carburant double a la station numero %d", i), 1)
	}
	if got := x.Stats().Variants; got != 60 {
		t.Errorf("%d variants", got)
	}
}
