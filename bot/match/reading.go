package match

import (
	"bytes"
	"cmp"
	"slices"

	"tinye/bot"
)

// otherReading tells whether a query is read a second time, as text of which the language is not known: what the desk writes is
// taken for French then, also where it is not. Words of another language are the same words, but their stems are not.
func otherReading(lang bot.Lang) bool {
	return lang != "" && lang != bot.French && lang != englishLang
}

// readAgain adds what the other reading of a query finds. Of a claim that both find, the reading is taken that speaks for it more.
func (x *Index) readAgain(q Query, d *doc, found []Candidate, most int, sc *scratch) []Candidate {
	again := x.take(q.Text, "")
	again.content = min(again.content, d.content)
	at := make(map[bot.ID]int, len(found))
	for i, c := range found {
		at[c.Claim] = i
	}
	for _, c := range x.judge(q, again, x.leads(again, q.Not, q.Self, most, sc)) {
		switch i, both := at[c.Claim]; {
		case !both:
			found = append(found, c)
		case x.weights.score(c) > x.weights.score(found[i]):
			found[i] = c
		}
	}
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Fused, a.Fused), bytes.Compare(a.Claim[:], b.Claim[:]))
	})
	return found[:min(len(found), most)]
}
