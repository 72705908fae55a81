package match_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// rumours are of the kind that the desk publishes.
var rumours = []string{
	"Le vaccin contre la rougeole distribué à Gao rend les enfants stériles",
	"Le pont de Markala sera fermé pendant trois mois à partir de lundi",
	"Le prix du litre d'essence passe à 1500 francs CFA à Bamako",
	"Des hommes armés ont enlevé le maire de Douentza sur la route de Hombori",
	"Le gouvernement distribue 50 000 francs à chaque famille déplacée de Mopti",
	"L'examen du baccalauréat est reporté à cause de la pénurie de carburant",
	"L'eau du fleuve Niger à Ségou est empoisonnée par les mines d'or",
	"Les cartes NINA expirées ne permettent plus de voter",
}

// With the weights that are shipped: what is plainly told is certain, however it is typed; what is told of something else is not.
func TestShippedWeightsTellKnownFromUnknown(t *testing.T) {
	x := claims(t, match.Options{}, rumours...)
	for _, c := range []struct {
		text string
		want int // -1 = nothing may be certain
	}{
		{"on dit que le vaccin de la rougeole donné à Gao rend les enfants stériles", 0},
		{"c vrai ke le vaxin rougeole a gao rend lé enfan steril?", 0},
		{"est ce que le pont de markala va etre fermé lundi pour 3 mois", 1},
		{"gvt donne 50000 par famille déplacé mopti", 4},
		{"l'eau du fleuve est empoisonnée à Ségou à cause des mines, ne buvez pas", 6},
		{"bonjour je voudrais savoir comment on s'inscrit chez vous", -1},
		{"des hommes armés ont brûlé le marché de Bankass et tué des femmes", -1},
		{"l'essence va monter a 2000f le litre a bamako", -1},
		{"la fievre aphteuse tue les boeufs du village depuis hier", -1},
		{"les enfants de Gao jouent au football avec le maire", -1},
		{"pont fermé", -1},
		{"", -1},
	} {
		r := x.Find(match.Query{Text: c.text, Lang: bot.French})
		switch {
		case c.want < 0 && r.Outcome == match.Certain:
			t.Errorf("%q is held to tell %q", c.text, rumours[r.Hits[0].Claim[15]])
		case c.want >= 0 && (r.Outcome != match.Certain || r.Hits[0].Claim != id('c', c.want)):
			t.Errorf("%q: %s, %+v, want %q for certain", c.text, r.Outcome, r.Hits, rumours[c.want])
		}
	}
}

// What must not be answered with is never certain, and few words are said to be few.
func TestWhatIsCertainMayBeAnswered(t *testing.T) {
	x := claims(t, match.Options{}, rumours...)
	q := match.Query{Text: "on dit que le vaccin de la rougeole donné à Gao rend les enfants stériles", Lang: bot.French}
	if r := x.Find(q); r.Outcome != match.Certain || r.Few || r.Words < match.FewestWords || len(r.Hits) > 5 {
		t.Fatalf("%+v", r)
	}
	x.PutClaim(match.Claim{ID: id('c', 0), Open: true, Texts: []match.Text{{Kind: match.KindClaim, Lang: bot.French, Text: rumours[0]}}})
	if r := x.Find(q); r.Outcome != match.Likely || r.Hits[0].Claim != id('c', 0) {
		t.Errorf("not to be answered with: %+v", r)
	}
	q.Not = []bot.ID{id('c', 0)}
	if r := x.Find(q); r.Outcome == match.Certain || len(r.Hits) > 0 && r.Hits[0].Claim == id('c', 0) {
		t.Errorf("what people said it is not: %+v", r)
	}
	if r := x.Find(match.Query{Text: "vaccin Gao", Lang: bot.French}); !r.Few || r.Words != 2 || r.Outcome == match.Certain {
		t.Errorf("two words: %+v", r)
	}
}

// An earlier telling that people linked is another way of telling a claim.
func TestConfirmedTellingIsAVariant(t *testing.T) {
	x := claims(t, match.Options{}, rumours...)
	q := match.Query{Text: "attention aux blouses blanches, ils piquent nos petits, après il n'y a plus de descendance", Lang: bot.French}
	if r := x.Find(q); r.Outcome == match.Certain {
		t.Fatalf("certain without any: %+v", r)
	}
	x.PutReport(match.Report{ID: id('r', 1), Claim: id('c', 0), Text: "attention aux blouses blanches qui piquent nos petits, plus de descendance après", Lang: bot.French})
	if r := x.Find(q); r.Outcome == match.Certain {
		t.Fatalf("certain by what only a machine linked: %+v", r)
	}
	x.PutReport(match.Report{ID: id('r', 1), Claim: id('c', 0), Confirmed: true, Text: "attention aux blouses blanches qui piquent nos petits, plus de descendance après", Lang: bot.French})
	if r := x.Find(q); r.Outcome != match.Certain || r.Hits[0].Claim != id('c', 0) {
		t.Errorf("not certain by what people linked: %+v", r)
	}
	q.Self = id('r', 1)
	if r := x.Find(q); r.Outcome == match.Certain {
		t.Errorf("compared with itself: %+v", r)
	}
}
