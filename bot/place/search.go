package place

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tinye/bot"
	"tinye/bot/spelling"
)

// entry is a place with the folded forms of its names.
type entry struct {
	place bot.Place
	name  string   // the French one
	keys  []string // all of them
}

func newEntry(p bot.Place) entry {
	e := entry{place: p, name: alphabetical(p.Names[bot.French])}
	for _, name := range names(p) {
		if key := spelling.Key(name); key != "" && !slices.Contains(e.keys, key) {
			e.keys = append(e.keys, key)
		}
	}
	return e
}

// alphabetical is a French name as a reader looks for it in a list: without case and accents, but spelled as it is (the
// folding key would put Djebock under J).
func alphabetical(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}

// names are all names of a place and its aliases.
func names(p bot.Place) []string {
	all := make([]string, 0, len(p.Names)+len(p.Aliases))
	for _, name := range p.Names {
		all = append(all, name)
	}
	return append(all, p.Aliases...)
}

// Begins finds the places among those given that have a name or an alias which begins as typed, in the order given: first
// letters as people press them on a phone, in either spelling. Where a whole name was typed (San), those that only begin
// so (Sanankoroba) are left out. Nothing begins with no letters.
func (g *Gazetteer) Begins(among []bot.Place, typed string) []bot.Place {
	want := closed(typed)
	if want == "" {
		return nil
	}
	var exact, begin []bot.Place
	for _, p := range among {
		ways, ok := g.typed[p.Code]
		if !ok {
			ways = typings(p)
		}
		if whole, ok := ways[want]; ok && whole {
			exact = append(exact, p)
		} else if ok {
			begin = append(begin, p)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return begin
}

// closed is the folding key without spaces, since Tin-Essako is also typed in one word. It is folded once more for
// letters that come to stand beside their like.
func closed(text string) string {
	return spelling.Key(strings.ReplaceAll(spelling.Key(text), " ", ""))
}

// typed are all ways to begin the names of a place, each folded, and whether it is a whole name.
type typed map[string]bool

// typings folds the names letter by letter, as somebody types them, for a rule sees what comes next: the key of D is no
// beginning of that of Djenné (jene), nor that of Bo of Bougouni's (buguni).
func typings(p bot.Place) typed {
	ways := make(typed)
	for _, name := range names(p) {
		for i := range name {
			if start := closed(name[:i]); start != "" && !ways[start] {
				ways[start] = false
			}
		}
		whole := closed(name)
		for i := range whole { // and what is written as it sounds: Jo for Dioïla's Joyila is a beginning of its key alone
			if start := whole[:i]; start != "" && !ways[start] {
				ways[start] = false
			}
		}
		if whole != "" {
			ways[whole] = true
		}
	}
	return ways
}

// Named finds the place that the folded words of a text name: of several, the one with the longest name, then the larger
// unit. Only whole words count, and names of less than three letters do not.
func (g *Gazetteer) Named(words []string) (bot.Place, bool) {
	text := " " + strings.Join(words, " ") + " "
	var found entry
	longest := 0
	for _, e := range g.ordered {
		for _, key := range e.keys {
			if len(key) < shortestName || !strings.Contains(text, " "+key+" ") {
				continue
			}
			if len(key) > longest || len(key) == longest && e.place.Level < found.place.Level {
				found, longest = e, len(key)
			}
		}
	}
	return found.place, longest > 0
}

// shortestName is how long a name is at least that is found within a text.
const shortestName = 3

// Search looks through all names and aliases for the words of a line, the best matches first: a whole name before the
// beginning of one, before words within one; then larger units before smaller ones, those of the law before others,
// and by name. At most limit places, none for no words.
func (g *Gazetteer) Search(words string, limit int) []bot.Place {
	want := spelling.Words(words)
	if len(want) == 0 || limit <= 0 {
		return nil
	}
	type hit struct {
		entry
		rank rank
	}
	var hits []hit
	for _, e := range g.ordered {
		if r := e.rank(want); r != unlike {
			hits = append(hits, hit{e, r})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { // the list is in the order of names
		return cmp.Or(
			cmp.Compare(a.rank, b.rank),
			cmp.Compare(a.place.Level, b.place.Level),
			cmp.Compare(schemeOrder(a.place.Code.Scheme), schemeOrder(b.place.Code.Scheme)),
		)
	})
	found := make([]bot.Place, 0, min(limit, len(hits)))
	for _, h := range hits[:min(limit, len(hits))] {
		found = append(found, h.place)
	}
	return found
}

// rank is how well a place fits what was looked for, the best first.
type rank int

const (
	whole  rank = 0
	start  rank = 1
	within rank = 2
	unlike rank = 3
)

func (e entry) rank(want []string) rank {
	best := unlike
	key := strings.Join(want, " ")
	for _, k := range e.keys {
		switch {
		case k == key:
			return whole
		case strings.HasPrefix(k, key):
			best = min(best, start)
		case holds(strings.Split(k, " "), want):
			best = min(best, within)
		}
	}
	return best
}

// holds tells whether each word that was looked for begins one of the name's words.
func holds(name, want []string) bool {
	for _, w := range want {
		if !slices.ContainsFunc(name, func(n string) bool { return strings.HasPrefix(n, w) }) {
			return false
		}
	}
	return true
}

// schemeOrder puts the scheme that the desk reads first.
func schemeOrder(s bot.PlaceScheme) int {
	if s == bot.SchemeCT2023 {
		return 0
	}
	return 1
}
