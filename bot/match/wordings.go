package match

import "iter"

// wordingsOf are a claim's wordings and titles: what a veto goes by. An answer may deny what is told, and speak of much else.
func (x *Index) wordingsOf(p *pair) iter.Seq[*doc] {
	return func(yield func(*doc) bool) {
		c := x.claims[p.lead.claim]
		if c == nil {
			return
		}
		for _, slot := range c.slots {
			if d := x.sideOf(c).docs[slot]; d.says != KindAnswer && !d.joined && !yield(d) {
				return
			}
		}
	}
}

// repeatedBy are the variants that a telling may repeat; none where it repeats none.
func (p *pair) repeatedBy() iter.Seq[*doc] {
	return func(yield func(*doc) bool) {
		for i, v := range p.lead.variants {
			if p.variant.dice < repeated || i == mostCompared || !yield(v.doc) {
				return
			}
		}
	}
}
