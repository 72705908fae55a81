package match

import "tinye/bot"

// mostCandidates is how many claims are judged.
const mostCandidates = 30

// Find looks for the claim that a telling tells.
func (x *Index) Find(q Query) Result {
	c := x.Candidates(q, mostCandidates)
	x.weights.Order(c)
	sure := x.weights.Confidence(c)
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	r := Result{Outcome: Unknown}
	for _, c := range c[:min(len(c), limit)] {
		r.Hits = append(r.Hits, Hit{Claim: c.Claim, Score: c.Score})
	}
	if len(r.Hits) > 0 {
		r.Hits[0].Confidence = sure
		switch {
		case sure >= x.weights.Certain:
			r.Outcome = Certain
		case sure >= x.weights.Likely:
			r.Outcome = Likely
		}
	}
	return r
}

// Search finds open claims by words that somebody typed to look something up: fewer and other words than a telling has. The best
// first.
func (x *Index) Search(text string, limit int) []bot.ID { return nil }

// Neighbours are the reports and claims nearest to a text, the best first, for the desk.
func (x *Index) Neighbours(q Query) []Near { return nil }

// Groups are the reports linked to no claim that tell the same, told since a moment, the largest group first.
func (x *Index) Groups(since bot.Instant, limit int) []Group { return nil }

// Copies counts different people who told nearly the words of a text within the time before at.
func (x *Index) Copies(text string, at bot.Instant) (numbers int) { return 0 }

// Alike are pairs of claims that may be one.
func (x *Index) Alike(limit int) []Pair { return nil }

// Pair are two claims.
type Pair struct {
	A, B  bot.ID
	Score float64
}
