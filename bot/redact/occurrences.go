package redact

// Occurrences are the places where words stand in a text, whatever their spelling, case and accents; without a kind. Words
// are those that somebody types to have them hidden. Nil where the words have no letter or digit, or do not stand there.
func Occurrences(text, words string) []Span {
	var plain Redactor
	want := plain.read(words, nil, nil).words
	if len(want) == 0 {
		return nil
	}
	have := plain.read(text, nil, nil).words
	var spans []Span
	for i := 0; i+len(want) <= len(have); i++ {
		same := true
		for k, w := range want {
			same = same && w.key != "" && have[i+k].key == w.key
		}
		if same {
			spans = append(spans, Span{From: have[i].from, To: have[i+len(want)-1].to})
			i += len(want) - 1
		}
	}
	return spans
}

// Readable are the places of words in what spans leave of a text: nobody learns by asking whether a hidden word is there.
func Readable(text, words string, hidden []Span) []Span {
	var spans []Span
	for _, s := range Occurrences(text, words) {
		if !overlaps(hidden, s.From, s.To) {
			spans = append(spans, s)
		}
	}
	return spans
}
