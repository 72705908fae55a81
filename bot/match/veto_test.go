package match_test

import (
	"fmt"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

const (
	gao   = "ML07"
	mopti = "ML05"
	konna = "ML0501"
)

// places are a region, another one and a commune in it.
func places(word string) ([]bot.PlaceCode, bool) {
	code := func(c string) bot.PlaceCode { return bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: c} }
	switch word {
	case "gao":
		return []bot.PlaceCode{code(gao)}, true
	case "mopti":
		return []bot.PlaceCode{code(mopti)}, true
	case "kona": // as package spelling folds Konna
		return []bot.PlaceCode{code(konna), code(mopti)}, true
	}
	return nil, false
}

// claims puts claims with what the desk wrote into an index, as c0, c1 …
func claims(t *testing.T, o match.Options, texts ...string) *match.Index {
	t.Helper()
	return claimsIn(t, o, bot.French, texts...)
}

func claimsIn(t *testing.T, o match.Options, lang bot.Lang, texts ...string) *match.Index {
	t.Helper()
	x, err := match.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		x.PutClaim(match.Claim{
			ID: id('c', i), Open: true, Answers: true, Checked: 10*day + day/2,
			Texts: []match.Text{{Kind: match.KindClaim, Lang: lang, Text: text}},
		})
	}
	return x
}

// first are the vetoes against the claim that fits best.
func first(t *testing.T, x *match.Index, q match.Query) []match.Veto {
	t.Helper()
	c := x.Candidates(q, 0)
	if len(c) == 0 {
		t.Fatalf("%q finds nothing", q.Text)
	}
	if c[0].Claim != id('c', 0) {
		t.Fatalf("%q finds %v first", q.Text, c[0].Claim)
	}
	return c[0].Vetoes
}

func TestWhatDiffersSpeaksAgainstAClaim(t *testing.T) {
	for _, c := range []struct {
		claim, telling string
		at             bot.Instant
		place          string
		want           match.Veto // "" = none
	}{
		{"Le pont de Mopti sera fermé aux camions citernes", "il parait que le pont de mopti sera ferme aux camions citernes", 0, "", ""},
		{"Le pont de Mopti sera fermé aux camions citernes", "il parait que le pont de gao sera ferme aux camions citernes", 0, "", match.VetoPlace},
		{"Le pont de Mopti sera fermé aux camions citernes", "le pont de konna sera ferme aux camions citernes", 0, "", match.VetoOther}, // in Mopti's cercle, and another bridge
		{"Le pont de Mopti sera fermé aux camions citernes", "le pont sera ferme aux camions citernes chez nous", 0, gao, match.VetoPlace},
		{"L'explosion du dépôt a fait 30 morts au marché", "explosion du depot au marché, trente morts", 0, "", ""},
		{"L'explosion du dépôt a fait 30 morts au marché", "explosion du depot au marché, 12 morts", 0, "", match.VetoNumber},
		{"Le litre d'essence passe à 1500 francs dans la capitale", "l'essence va monter a 2000f le litre dans la capitale", 0, "", match.VetoNumber},
		{"Le litre d'essence passe à 1500 francs dans la capitale", "l'essence va monter a 1.500f le litre dans la capitale", 0, "", ""},
		{"Le pont de Mopti sera fermé pendant 3 mois", "le pont 2 mopti sera fermé pendant des mois", 0, "", ""},
		{"Le colonel Moussa Diabaté vend les rations des soldats", "on dit que Moussa Diabate vend les rations des soldats", 0, "", ""},
		{"Le colonel Moussa Diabaté vend les rations des soldats", "on dit que Oumar Kassogué vend les rations des soldats", 0, "", match.VetoName},
		{"Les écoles ferment à cause des inondations du fleuve", "ce soir les ecoles ferment a cause des inondations du fleuve", 10 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "aujourd'hui les ecoles ferment a cause des inondations du fleuve", 10 * day, "", ""},
		{"Les écoles ferment à cause des inondations du fleuve", "auj les ecoles ferment a cause des inondations du fleuve", 11 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "depuis hier les ecoles ferment a cause des inondations du fleuve", 10 * day, "", ""},
		{"Les écoles ferment à cause des inondations du fleuve", "depuis hier les ecoles ferment a cause des inondations du fleuve", 12 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "les ecoles ferment 2m1 a cause des inondations du fleuve", 10 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "tt a l'heure les ecoles ferment a cause des inondations du fleuve", 10 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "les ecoles ferment cet apres-midi a cause des inondations du fleuve", 10 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "les ecoles ferment le soir a cause des inondations du fleuve", 10 * day, "", ""},
		{"Les écoles ferment à cause des inondations du fleuve", "les ecoles ferment une heure a cause des inondations du fleuve", 10 * day, "", ""},
		{"Les écoles ferment cette nuit à cause des inondations", "ce soir les ecoles ferment a cause des inondations", 10 * day, "", ""},
		{"Les écoles ferment cette nuit à cause des inondations", "ce soir les ecoles ferment a cause des inondations", 11 * day, "", match.VetoTime},
		{"Les écoles ferment le 12 janvier à cause des inondations", "demain les ecoles ferment a cause des inondations", 10 * day, "", ""},
		{"Les écoles ferment lundi à cause des inondations", "demain les ecoles ferment a cause des inondations", 10 * day, "", ""},
		{"Les écoles ferment mardi à cause des inondations", "demain les ecoles ferment a cause des inondations", 10 * day, "", match.VetoTime},
		{"Les écoles ferment mardi à cause des inondations", "samedi les ecoles ferment a cause des inondations", 10 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "demain les ecoles ferment a cause des inondations du fleuve", 12 * day, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "les ecoles ferment samedi a cause des inondations du fleuve", 20 * day, "", match.VetoTime},
		{"Les écoles ferment le 3 mars à cause des inondations du fleuve", "les ecoles ferment le 3 avril a cause des inondations du fleuve", 0, "", match.VetoTime},
		{"Les écoles ferment à cause des inondations du fleuve", "mes ecoles preferees organisent une kermesse formidable", 0, "", match.VetoThin},
		{"Les écoles ferment à cause des inondations du fleuve", "ecoles ferment inondations", 0, "", match.VetoFew},
		{"Les écoles de Mopti seraient fermées jusqu'à la fin de l'année", "L'hopital de Mopti est fermé jusqu'à la fin de l'année", 0, "", match.VetoOther},
		{"Les écoles de Mopti seraient fermées jusqu'à la fin de l'année", "les ekol de mopti c fermé jusqa la fin de lané", 0, "", ""},
		{"L'eau du puits serait empoisonnée", "Les soldats ont empoisonné l'eau du puits à Tessit", 0, "", match.VetoOther},
	} {
		x := claims(t, match.Options{Place: places}, c.claim, "Un vaccin rend les femmes stériles", "Le carburant coûte 2000 francs")
		q := match.Query{Text: c.telling, Lang: bot.French, At: c.at}
		if c.place != "" {
			q.Place = bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: c.place}
		}
		got := first(t, x, q)
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%q against %q: %v, want %q", c.telling, c.claim, got, c.want)
		}
	}
}

// A language without learned weights is not answered in before people confirmed two hundred matches in it.
func TestLanguageWithoutWeightsWaitsForPeople(t *testing.T) {
	x := claimsIn(t, match.Options{}, bot.Bambara, "Kalanso bɛɛ bɛna datugu ji kosɔn baji la")
	q := match.Query{Text: "kalanso bee bena datugu ji koson baji la", Lang: bot.Bambara}
	for i := range 200 {
		if got := first(t, x, q); !slices.Contains(got, match.VetoLanguage) {
			t.Fatalf("trusted after %d", i)
		}
		if unsure := (match.Query{Text: q.Text}); i < 2 && !slices.Contains(first(t, x, unsure), match.VetoLanguage) {
			t.Fatal("trusted where nobody knows the language")
		}
		x.PutReport(match.Report{ID: id('r', i), Claim: id('c', 0), Confirmed: true, Text: fmt.Sprintf("ko kuma %d", i%7), Lang: bot.Bambara})
	}
	if got := first(t, x, q); slices.Contains(got, match.VetoLanguage) {
		t.Error("not trusted after two hundred")
	}
	x.DropReport(id('r', 0))
	if got := first(t, x, q); !slices.Contains(got, match.VetoLanguage) {
		t.Error("trusted with 199")
	}
}
