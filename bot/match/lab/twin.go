package lab

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// twinOf makes of a claim one that says something else in nearly its words: a name that the telling has is another's there (the
// bridge of another town), or a half of it is another claim's (the rice of that town, but its price). ok is false where
// the telling has nothing of what is changed, so that it would tell the twin as well.
func twinOf(c Claim, others []Claim, telling string, random *rand.Rand) (twin Claim, ok bool) {
	told := make(map[string]bool)
	for _, w := range strings.Fields(telling) {
		told[plain(w)] = true
	}
	words := strings.Fields(c.Text)
	twin = Claim{ID: "twin " + c.ID}
	if random.Float64() < 0.6 {
		names := namesOf(others)
		changed := false
		out := slices.Clone(words)
		for i, w := range words {
			if i > 0 && named(w) && told[plain(w)] && len(names) > 0 {
				out[i] = names[random.IntN(len(names))]
				changed = changed || plain(out[i]) != plain(w)
			}
		}
		if changed {
			twin.Text = strings.Join(out, " ")
			return twin, true
		}
	}
	other := others[random.IntN(len(others))]
	theirs := strings.Fields(other.Text)
	half, theirHalf := len(words)/2, len(theirs)/2
	changed, kept, added := words[half:], words[:half], theirs[theirHalf:]
	ahead := random.IntN(2) == 0
	if ahead {
		changed, kept, added = words[:half], words[half:], theirs[:theirHalf]
	}
	lost := 0
	for _, w := range changed {
		if len(w) > 4 && told[plain(w)] {
			lost++
		}
	}
	if half < 2 || lost < 2 {
		return Claim{}, false
	}
	if ahead {
		kept, added = added, kept
	}
	twin.Text = strings.Join(slices.Concat(kept, added), " ")
	return twin, true
}

// namesOf are the words of claims that are written with a capital within a sentence.
func namesOf(claims []Claim) []string {
	var names []string
	for _, c := range claims {
		for i, w := range strings.Fields(c.Text) {
			if i > 0 && named(w) {
				names = append(names, strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
			}
		}
	}
	return names
}

func named(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r) && utf8.RuneCountInString(word) > 3
}

// plain is a word without its accents, capitals and signs.
func plain(word string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(word))
}
