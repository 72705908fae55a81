package redact

// Groups are the words of a text that name a people, in its order; their Kind is "". A language is no people: what stands
// behind "en" or "langue" is left out.
func (r *Redactor) Groups(text string) []Span {
	var spans []Span
	t := r.read(text, nil, nil)
	for i, w := range t.words {
		if !r.groups[w.key] {
			continue
		}
		if before := t.at(i - 1).key; t.near(i) && (before == "en" || before == fold("langue")) {
			continue
		}
		spans = append(spans, Span{From: w.from, To: w.to})
	}
	return spans
}
