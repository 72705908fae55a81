package match

// mostCandidates is how many claims are judged.
const mostCandidates = 30

// Find looks for the claim that a telling tells.
func (x *Index) Find(q Query) Result {
	d := x.take(q.Text, q.Lang)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.findIn(q, d)
}

func (x *Index) findIn(q Query, d *doc) Result {
	c := x.candidates(q, d, 0)
	x.weights.Order(c)
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	r := Result{Outcome: Unknown, Words: d.content, Few: d.content < FewestWords}
	for _, c := range c[:min(len(c), limit)] {
		r.Hits = append(r.Hits, Hit{Claim: c.Claim, Score: c.Score, Vetoes: c.Vetoes, Denied: c.Denied})
	}
	if len(r.Hits) == 0 {
		return r
	}
	sure := x.weights.Confidence(c)
	r.Hits[0].Confidence = sure
	switch first := r.Hits[0]; {
	case first.Denied:
	case sure >= x.weights.Certain && len(first.Vetoes) == 0 && x.claims[first.Claim].Answers:
		r.Outcome = Certain
	case sure >= x.weights.Likely:
		r.Outcome = Likely
	}
	return r
}
