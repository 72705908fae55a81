package place

import (
	"slices"

	"tinye/bot"
)

// Called finds the units of a level that have a name in some spelling, those of the law first.
func (g *Gazetteer) Called(name string, level bot.PlaceLevel) []bot.Place {
	want := closed(name)
	if want == "" {
		return nil
	}
	var found []bot.Place
	for _, e := range g.ordered {
		if e.place.Level == level && slices.ContainsFunc(names(e.place), func(n string) bool { return closed(n) == want }) {
			found = append(found, e.place)
		}
	}
	slices.SortStableFunc(found, func(a, b bot.Place) int { return schemeOrder(a.Code.Scheme) - schemeOrder(b.Code.Scheme) })
	return found
}

// Nearest finds the region or cercle whose name differs from what was written by the fewest letters: by one in three at most, or
// there is none.
func (g *Gazetteer) Nearest(name string) (bot.Place, bool) {
	want := closed(name)
	best, found := len(want)/3+1, bot.Place{}
	for _, e := range g.ordered {
		if e.place.Level > bot.LevelCercle {
			continue
		}
		for _, n := range names(e.place) {
			if d := distance(want, closed(n), best); d < best {
				best, found = d, e.place
			}
		}
	}
	return found, !found.Code.IsZero()
}

// distance is how many letters have to be put in, left out or changed to make b of a (Levenshtein); most, if that many or more.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], most)
}
