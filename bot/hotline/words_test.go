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
		"desabonnez moi": wordStop, "désabonner": wordStop, "je me désabonne": wordStop, "STOPPEZ": wordStop,
		"j'ai dit stop": wordStop, "stop ça suffit": wordStop, "stop d'envoyer": wordStop, "aw ka a dabila": wordStop,
		"arretez vos messages": wordStop, "arretez tous ces sms": wordStop, "desinscrire": wordStop,

		// A plea to arrest somebody is no STOP.
		"Arrêtez-les svp": wordNone, "arretez les tous": wordNone, "Arrêtez tout": wordNone, "arretez ces bandits": wordNone,

		"STP": wordNone, "stp": wordNone, "svp": wordNone, "": wordNone, "sms": wordNone,
		"stop au mensonge, le gouverneur a fui": wordNone, "arret des bus demain": wordNone,
		"aide alimentaire détournée": wordNone, "stop aux attaques": wordNone, "les sms mentent": wordNone,
		"oui le marché brûle": wordNone, "non c'est faux": wordNone, "FR est dangereux": wordNone,

		"OUI": wordYes, "oui svp": wordYes, "awɔ": wordYes, "AWO": wordYes, "owo": wordYes, "Oui merci": wordYes, "oui d'accord": wordYes,
		"Oui bien sûr": wordYes, "oui je veux": wordYes, "ouais": wordYes, "awɔ n b'a fɛ": wordYes,
		"non": wordNo, "NON merci": wordNo, "ayi": wordNo,
		"start": wordStart, "START svp": wordStart,
		"aide": wordHelp, "AIDE svp": wordHelp, "dɛmɛ": wordHelp, "Deme": wordHelp, "dèmè": wordHelp, "help": wordHelp, "aide menu": wordHelp,
		"menu": wordMenu, "MENU svp": wordMenu, "Le menu du restaurant": wordNone,
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
		"je ne veux plus de vos infos":                   true,
		"plus de sms svp":                                true,
		"stop je veux plus":                              true,
		"mesaziw dabila sisan":                           true,
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

func TestChat(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"merci beaucoup": "chat", "Merci bcp": "chat", "ok": "chat", "aw ni ce": "chat", "i ni baara": "chat", "👍": "chat", "": "chat",
		"c'est compris": "chat", "stp": "chat",
		"Bonjour": "greeting", "Bonjour ça va": "greeting", "i ni sogoma": "greeting", "bsr": "greeting", "Salam aleykoum": "greeting",
		"merci mais le puits est empoisonné": "", "attaque ce soir Gao": "", "reçu menace": "", "bonjour le pont est tombé": "", "bien mal": "",
	} {
		chat, greeting := v.chat(spelling.Words(text))
		got := ""
		if chat {
			got = "chat"
		}
		if greeting {
			got = "greeting"
		}
		if got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

// While a question is open, only what can be nothing else is asked about again; an alarm never is.
func TestDoubtful(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"ok": true, "ok d'accord": true, "oui non": true, "bien": true,
		"attaque ce soir Gao": false, "bien mal recu menace": false, "recu menace de mort": false, "u nana ni marfa": false,
		"oui le marché brûle": false, "aw ni ce": false, "": false,
	} {
		if got := v.doubtful(spelling.Words(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestReferences(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	const service = "INFO VRAI"
	for text, want := range map[string]bot.Ref{
		"482918": "482918", "482 918": "482918", "REF482918": "482918", "verif482918": "482918", "VERIF 482918": "482918",
		"ref: 482918 svp": "482918", "réf n° 482918": "482918", "et 482918 ?": "482918", "INFO VRAI 482918": "482918",
		"482919": "", "le pont 482918": "", "482918 morts": "", "a482918": "", "": "", "verif": "",
	} {
		if got, _, ok := v.reference(spelling.Words(text), service); ok != (want != "") || got != want {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}
