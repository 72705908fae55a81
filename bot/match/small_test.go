package match_test

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// A young site has one, two, three rumours. What is told in a rumour's own words is answered; what shares words with it is not, and
// what shares none is not even asked about.
func TestFewClaims(t *testing.T) {
	young := []string{
		"Le pont de Wabaria sera coupé à partir de lundi, les camions attendent",
		"Du riz avarié a été distribué aux déplacés à Sofara",
		"Le vaccin contre la rougeole rend les enfants stériles",
	}
	for n := 1; n <= len(young); n++ {
		x := claims(t, match.Options{}, young[:n]...)
		for i, text := range young[:n] {
			r := x.Find(match.Query{Text: text, Lang: bot.French})
			if r.Outcome != match.Certain || r.Hits[0].Claim != id('c', i) {
				t.Errorf("%d claims: %q in its own words: %s, %+v", n, text, r.Outcome, r.Hits)
			}
		}
		for _, text := range []string{
			"On dit que le pont de Mopti serait coupé à partir de demain",
			"On dit que le pont de Mopti sera coupé, les camions attendent",
			"le pont de mopti sera coupé a partir de lundi, les camions attendent",
			"Le prix du riz a doublé à Sofara",
			"Le pont de Wabaria a été inauguré par le ministre avec une grande fête",
			"Le vaccin contre la rougeole est arrivé au centre de santé de Djenné",
		} {
			if r := x.Find(match.Query{Text: text, Lang: bot.French}); r.Outcome == match.Certain {
				t.Errorf("%d claims: %q is certain (%.3f) of %q", n, text, r.Hits[0].Confidence, young[r.Hits[0].Claim[15]])
			}
		}
		for _, text := range []string{
			"bonjour je voudrais savoir comment on s'inscrit chez vous",
			"la fievre aphteuse tue les boeufs du village depuis hier",
			"mon telephone est tombé, rappelle moi ce soir à la maison",
		} {
			if r := x.Find(match.Query{Text: text, Lang: bot.French}); r.Outcome != match.Unknown {
				t.Errorf("%d claims: %q: %s (%.3f)", n, text, r.Outcome, r.Hits[0].Confidence)
			}
		}
	}
}

// The desk's wording has no language. The same words find it in whichever they are taken to be.
func TestWordingWithoutALanguageIsFoundInAny(t *testing.T) {
	x := claimsIn(t, match.Options{}, "", "Kalanso bɛɛ bɛna datugu ji kosɔn baji la", "Du riz avarié a été distribué aux déplacés à Sofara", "Malo sɔngɔ yɛlɛla Sofara sugu la")
	text := "kalanso bee bena datugu ji koson baji la"
	as := map[bot.Lang]match.Result{}
	for _, lang := range []bot.Lang{bot.French, bot.Bambara, ""} {
		r := x.Find(match.Query{Text: text, Lang: lang})
		if as[lang] = r; r.Outcome == match.Unknown || r.Hits[0].Claim != id('c', 0) {
			t.Errorf("as %q: %s, %+v", lang, r.Outcome, r.Hits)
		}
	}
	french, bambara := as[bot.French], as[bot.Bambara]
	if len(french.Hits) == 0 || len(bambara.Hits) == 0 || bambara.Hits[0].Confidence < french.Hits[0].Confidence-0.05 {
		t.Errorf("less sure in its own language: %+v, %+v", bambara.Hits, french.Hits)
	}
	if bambara.Outcome == match.Certain || !slices.Contains(bambara.Hits[0].Vetoes, match.VetoLanguage) {
		t.Errorf("certain in a language without weights: %+v", bambara)
	}
}
