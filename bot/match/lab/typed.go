package lab

import (
	"hash/fnv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Typed writes a French text the way SMS are typed: no accents, short forms, letters that sound the same, vowels left out. heavy is
// the share of words, 0 to 1, that are more than stripped of accents. It depends on the text alone. The forms were seen in
// real French SMS (88milSMS): it is a worse case of what arrives, to measure and to learn on.
func Typed(text string, heavy float64) string {
	text = strings.NewReplacer("’", "'", "œ", "oe", "Œ", "oe").Replace(text)
	var stripped strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		if r < 0x300 || r > 0x36f {
			stripped.WriteRune(r)
		}
	}
	words := strings.Fields(stripped.String())
	for i, w := range words {
		h := fnv.New64a()
		h.Write([]byte(w))
		h.Write([]byte{byte(i), byte(i >> 8)})
		dice := h.Sum64()
		if float64(dice%1000) < heavy*1000 {
			words[i] = typedWord(w, dice/1000)
		}
	}
	return strings.Join(words, " ")
}

// shortForms are whole words as they are typed.
var shortForms = map[string]string{
	"pour": "pr", "dans": "ds", "avec": "ac", "que": "ke", "qui": "ki", "quoi": "koi", "quand": "kan", "c'est": "c", "j'ai": "g",
	"est": "e", "et": "é", "tout": "tt", "tous": "ts", "toute": "tte", "toujours": "tjs", "beaucoup": "bcp", "pourquoi": "pk",
	"parce": "pck", "plus": "+", "pas": "pa", "vous": "vs", "nous": "ns", "les": "lé", "des": "dé", "ses": "c", "mais": "mé",
	"aujourd'hui": "auj", "demain": "2m1", "quelqu'un": "kelk1", "rien": "r1", "bien": "bi1", "un": "1", "une": "1", "de": "2",
	"deux": "2", "sont": "st", "etre": "etr", "jamais": "jam", "personne": "pers", "personnes": "pers", "depuis": "dps", "meme": "mm",
	"temps": "tps", "message": "msg", "probleme": "pb", "long": "lg", "grand": "gd", "mort": "mor", "president": "presi",
}

// typedWord shortens one word in a way that dice chooses.
func typedWord(w string, dice uint64) string {
	if short, ok := shortForms[w]; ok {
		return short
	}
	if strings.ContainsAny(w, "0123456789#@:/") || len(w) < 4 {
		return w
	}
	w = strings.NewReplacer("qu", "k", "ph", "f", "eaux", "o", "eau", "o", "aux", "o", "au", "o", "ss", "s", "tt", "t", "ll", "l", "mm", "m", "nn", "n", "rr", "r", "pp", "p").Replace(w)
	switch dice % 4 {
	case 0: // ending that is not heard
		for _, end := range []string{"ent", "es", "ts", "e", "s", "t", "x", "d"} {
			if strings.HasSuffix(w, end) && len(w)-len(end) >= 3 {
				return strings.TrimSuffix(w, end)
			}
		}
	case 1: // vowels left out after the first letter
		var b strings.Builder
		for i, r := range w {
			if i > 0 && i < len(w)-1 && strings.ContainsRune("aeiou", r) {
				continue
			}
			b.WriteRune(r)
		}
		return b.String()
	case 2: // as it sounds
		return strings.NewReplacer("ca", "ka", "co", "ko", "cu", "ku", "ait", "é", "ez", "é", "tion", "sion", "oi", "wa", "ge", "je").Replace(w)
	}
	return w
}
