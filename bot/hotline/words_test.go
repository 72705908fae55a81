package hotline

import (
	"testing"

	"tinye/bot"
	"tinye/bot/spelling"
)

// Both sides of the line: what is a word for us, and what only looks like one.
func TestWordsForUs(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]word{
		"STOP": wordStop, "stop.": wordStop, "Stopp !": wordStop, "ARRÊT": wordStop, "arret": wordStop, "Arrêter": wordStop,
		"stop svp": wordStop, "SVP STOP merci": wordStop, "arretez de m'envoyer les sms": wordStop, "stop tout": wordStop,
		"Stop SMS": wordStop, "a dabila": wordStop, "Dabila": wordStop, "stop les messages s'il vous plait": wordStop,
		"desabonnez moi": wordStop, "désabonner": wordStop,

		"STP": wordNone, "stp": wordNone, "svp": wordNone, "": wordNone, "sms": wordNone,
		"stop au mensonge, le gouverneur a fui": wordNone, "arret des bus demain": wordNone,
		"aide alimentaire détournée": wordNone, "stop aux attaques": wordNone, "les sms mentent": wordNone,
		"oui le marché brûle": wordNone, "non c'est faux": wordNone, "FR est dangereux": wordNone,

		"OUI": wordYes, "oui svp": wordYes, "awɔ": wordYes, "AWO": wordYes, "owo": wordYes, "Oui merci": wordYes,
		"non": wordNo, "NON merci": wordNo, "ayi": wordNo,
		"start": wordStart, "START svp": wordStart,
		"aide": wordHelp, "AIDE svp": wordHelp, "dɛmɛ": wordHelp, "Deme": wordHelp, "dèmè": wordHelp, "help": wordHelp, "menu": wordHelp,
		"FR": wordLang, "français": wordLang, "en francais svp": wordLang, "bm": wordLang, "Bambara": wordLang, "bamanankan": wordLang,
	} {
		if got, _ := v.word(spelling.Words(text)); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
	if _, l := v.word(spelling.Words("bambara")); l != bot.Bambara {
		t.Errorf("bambara is %q", l)
	}
}

func TestMaybeStop(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"je ne veux plus recevoir vos messages":          true,
		"stop avec ces sms mes enfants dorment":          true,
		"effacer mon numero":                             true,
		"stop au mensonge, le gouverneur a fui":          false,
		"arret des bus demain":                           false,
		"on dit que l'armée veut fermer le marché":       false,
		"j'ai reçu un sms qui dit que le pont est fermé": false,
	} {
		if got := v.maybeStop(spelling.Words(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
