package bulletin

import (
	"slices"
	"strings"
	"unicode"

	"tinye/bot"
	"tinye/bot/spelling"
)

// banned are words that put people in danger or set sides against each other (domain §8, S-13), on the folding key.
func banned() []string {
	return []string{
		"informateur", "informateurs", "informatrice", "denonciation", "denonciations", "denoncer", "denoncez", "delateur", "delateurs",
		"espion", "espions", "espionne", "indic", "indics", "traitre", "traitres", "collabo", "collabos",
	}
}

// clicks are words of asks that cost readers nothing and change nothing (domain §1, 1.4), or lead where no phone of theirs goes.
func clicks() []string {
	return []string{"cliquez", "likez", "http", "https", "www"}
}

// rumours are words for what people tell each other; opening are the ways in which a text begins with it instead of with the fact.
func rumours() []string { return []string{"rumeur", "rumeurs", "mankan", "mankanw"} }

func opening() []string {
	return []string{"la rumeur", "une rumeur", "des rumeurs", "les rumeurs", "selon la rumeur", "on dit", "on raconte", "il parait", "le bruit court", "mankan"}
}

// words are the folded words of a text.
func folds(text string) []string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := make([]string, 0, len(fields))
	for _, f := range fields {
		out = append(out, spelling.Key(f))
	}
	return out
}

// keyed are words on the folding key.
func keyed(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.Join(folds(w), " ")
	}
	return out
}

// words looks at the words of one text: those that should not leave, and how it speaks of a rumour.
func (l *linting) words(v bot.Variant) {
	text := string(v.Text)
	all := folds(text)
	args := []string{"lang", string(v.Lang), "channel", string(v.Channel)}
	for _, bad := range banned() {
		if slices.Contains(all, spelling.Key(bad)) {
			l.add(true, "desk.bulletin_banned", append(args, "word", bad)...)
		}
	}
	for _, bad := range clicks() {
		if slices.Contains(all, spelling.Key(bad)) {
			l.add(true, "desk.bulletin_clicks", append(args, "word", bad)...)
		}
	}
	named, names := 0, keyed(rumours())
	for _, w := range all {
		if slices.Contains(names, w) {
			named++
		}
	}
	if named > 1 {
		l.add(true, "desk.bulletin_rumour_twice", args...)
	}
	start := strings.Join(all[:min(len(all), 4)], " ") + " "
	if slices.ContainsFunc(keyed(opening()), func(o string) bool { return strings.HasPrefix(start, o+" ") }) {
		l.add(false, "desk.bulletin_rumour_first", args...)
	}
	if strings.ContainsAny(text, "«“\"") && named > 0 {
		l.add(false, "desk.bulletin_quotes", args...)
	}
}

// action looks at what is asked of readers: one thing at most, which begins with a verb, stands in the text and says until when.
func (l *linting) action(texts []bot.Variant) {
	for _, v := range texts {
		if len(asks(v.Lang, string(v.Text))) > 1 {
			l.add(true, "desk.bulletin_two_asks")
		}
	}
	if l.b.Action == "" {
		return
	}
	action := string(l.b.Action)
	found := asks(bot.French, action)
	words := folds(action)
	switch {
	case len(found) > 1:
		l.add(true, "desk.bulletin_two_asks")
	case len(found) == 0 || len(words) == 0 || found[0] != words[0]:
		l.add(false, "desk.bulletin_action_verb")
	}
	for _, v := range texts {
		if v.Lang != bot.French {
			continue // the ask is written in French
		}
		if !strings.Contains(strings.Join(folds(string(v.Text)), " "), strings.Join(words, " ")) {
			l.add(false, "desk.bulletin_action_absent")
		}
		if !dated(string(v.Text)) {
			l.add(false, "desk.bulletin_action_when")
		}
	}
}

// dated tells whether a text names a time: a number, or a word that leads to one.
func dated(text string) bool {
	if strings.ContainsFunc(text, unicode.IsDigit) {
		return true
	}
	when := keyed([]string{"jusqu", "avant", "aujourd", "demain", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"})
	return slices.ContainsFunc(folds(text), func(w string) bool { return slices.Contains(when, w) })
}

// notAsked are words that end like an order and are none.
func notAsked() []string {
	return []string{"chez", "assez", "nez", "rez", "merguez", "fez", "suez"}
}

// irregular are orders that do not end in -ez.
func irregular() []string { return []string{"dites", "faites", "redites", "refaites"} }

// asks are the orders of a French text, folded: words in -ez that no "vous" and no "ne" leads. Bambara has no such rule here yet.
func asks(lang bot.Lang, text string) []string {
	if lang != bot.French {
		return nil
	}
	var found []string
	for _, sentence := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(".!?;:", r) }) {
		found = append(found, asksIn(sentence)...)
	}
	return found
}

// asksIn are the orders of one sentence in small letters.
func asksIn(sentence string) (found []string) {
	plain := strings.FieldsFunc(sentence, func(r rune) bool { return !unicode.IsLetter(r) })
	for i, w := range plain {
		order := len(w) > 3 && strings.HasSuffix(w, "ez") && !slices.Contains(notAsked(), w) || slices.Contains(irregular(), w)
		if !order {
			continue
		}
		led := false
		for _, before := range plain[max(0, i-2):i] { // vous pouvez, vous la buvez, ne relayez, n'allez
			led = led || before == "vous" || before == "ne" || before == "n" || before == "si"
		}
		if !led {
			found = append(found, spelling.Key(w))
		}
	}
	return found
}

// leastEcho and mostEcho are how many words in a row a text must share with a claim to repeat it: all of a short claim, and
// never fewer than leastEcho.
const leastEcho, mostEcho = 4, 6

// echoes tells whether a text repeats a claim in its own words.
func echoes(text, claim string) bool {
	said, told := folds(text), folds(claim)
	n := min(mostEcho, len(told))
	if n < leastEcho {
		return false
	}
	for i := 0; i+n <= len(told); i++ {
		for j := 0; j+n <= len(said); j++ {
			if slices.Equal(told[i:i+n], said[j:j+n]) {
				return true
			}
		}
	}
	return false
}

// trimmed puts the spaces right that signs which were left out leave behind.
func trimmed(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, sign := range []string{".", ","} {
		text = strings.ReplaceAll(text, " "+sign, sign)
	}
	return text
}
