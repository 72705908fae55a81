package match_test

import (
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

func TestTheOppositeIsNotTheSame(t *testing.T) {
	const (
		schools = "Les écoles de Mopti sont fermées jusqu'à la fin de l'année"
		rice    = "La mairie de Ségou donnerait 50 kg de riz par famille lundi"
		price   = "Le prix du carburant va augmenter à Bamako"
	)
	for _, c := range []struct {
		claim, telling string
		want           bool
	}{
		{schools, "les ecoles de mopti sont fermées jusqu'a la fin de l'année", false},
		{schools, "ecol de mopti fermé juska fin de lané", false},
		{schools, "Les écoles de Mopti ne seront pas fermées jusqu'à la fin de l'année", true},
		{schools, "les ecole de mopti son pa fermé juska la fin de lannée", true},
		{schools, "aucune école de Mopti ne ferme jusqu'à la fin de l'année", true},
		{schools, "les écoles de mopti n'ont jamais été fermées cette année", true},
		{schools, "les écoles de mopti rouvrent a la fin de l'année", true},
		{schools, "les écoles de mopti n'ont pas encore rouvert cette année", false},
		{schools, "les ecoles de mopti sont fermées jusqu'a la fin de l'année c pa vré", true},
		{schools, "les ecoles de mopti sont fermées jusqu'a la fin de l'année, vrai ou pas", false},
		{schools, "les ecoles de mopti sont fermées, je sais pas si c'est vrai", false},
		{schools, "les ecoles de mopti sont fermées et plus de cent élèves sont partis", false},
		{"Les écoles de Mopti ne rouvriront pas avant la fin de l'année", "les ecoles de mopti rouvrent avant la fin de l'année", true},
		{"Les écoles de Mopti ne rouvriront pas avant la fin de l'année", "les ecoles de mopti restent fermées avant la fin de l'année", false},
		{rice, "La mairie de Ségou ne donne pas de riz aux familles lundi", true},
		{rice, "la mairie de segou vend le riz aux familles lundi", true},
		{rice, "la mairie de segou donne le riz aux familles lundi", false},
		{rice, "la mairie de segou n'a plus de riz pour les familles lundi", true},
		{price, "le prix du carburant va baisser a bamako", true},
		{price, "le carburant va monter a bamako, le prix augmente", false},
		{"Le président est mort à l'hôpital de Bamako", "le président est vivant à l'hôpital de bamako", true},
		{"Les soldats maliens ont perdu la bataille de Tessit", "les soldats maliens ont gagné la bataille de tessit", true},
		{"Le vaccin contre le choléra est gratuit à Mopti", "le vaccin contre le cholera est payant a mopti", true},
		{"Les soldats étrangers sont arrivés à Ménaka", "les soldats étrangers sont partis de ménaka", true},
	} {
		x := claims(t, match.Options{}, c.claim)
		if got := slices.Contains(first(t, x, match.Query{Text: c.telling, Lang: bot.French}), match.VetoOpposite); got != c.want {
			t.Errorf("%q against %q: opposite %v, want %v", c.telling, c.claim, got, c.want)
		}
	}
}

// An answer denies what is told; a title may. Only where the desk's words say nothing of a thing does the title tell.
func TestAnAnswerMayDeny(t *testing.T) {
	x, err := match.New(match.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x.PutClaim(match.Claim{ID: id('c', 0), Open: true, Answers: true, Texts: []match.Text{
		{Kind: match.KindClaim, Text: "Les écoles de Mopti seraient fermées"},
		{Kind: match.KindTitle, Lang: bot.French, Text: "Écoles de Mopti: pas fermées"},
		{Kind: match.KindAnswer, Lang: bot.French, Text: "Faux. Les écoles de Mopti ne sont pas fermées, elles restent ouvertes."},
	}})
	for telling, want := range map[string]bool{
		"on dit que les écoles de mopti sont fermées":   false,
		"les écoles de mopti restent ouvertes":          true,
		"les écoles de mopti ne sont pas fermées non ?": true,
	} {
		if got := slices.Contains(first(t, x, match.Query{Text: telling, Lang: bot.French}), match.VetoOpposite); got != want {
			t.Errorf("%q: opposite %v, want %v", telling, got, want)
		}
	}
}

// A long telling denies much that has nothing to do with the claim.
func TestALongTellingDeniesMuch(t *testing.T) {
	const long = "Bonjour à tous, je ne suis pas de la région mais ma tante qui vend des tissus au marché dit depuis trois semaines que personne ne l'écoute. " +
		"Elle raconte que les écoles de Mopti %s jusqu'à la fin de l'année, que les enseignants cherchent un travail ailleurs, et que son fils ne trouve pas de place dans un car pour Sikasso."
	for said, want := range map[string]bool{"sont fermées": false, "ne sont pas fermées": true, "sont ouvertes": true} {
		x := claims(t, match.Options{}, "Les écoles de Mopti sont fermées jusqu'à la fin de l'année")
		q := match.Query{Text: strings.ReplaceAll(long, "%s", said), Lang: bot.French}
		if got := slices.Contains(first(t, x, q), match.VetoOpposite); got != want {
			t.Errorf("%s: opposite %v, want %v", said, got, want)
		}
	}
}
