package redact

import "tinye/bot"

// spots are the exact spots: what follows quartier, rue, porte and the like; derrière la mosquée, près du puits; misiri kɔfɛ;
// chez somebody. Words such as quartier stay where what follows them is hidden.
func (t *read) spots(names []bool) []Span {
	var spans []Span
	for i, w := range t.words {
		from, to := 0, 0
		switch {
		case w.class&(spot|spotNo) != 0:
			from, to = t.numbered(i)
		case w.key == "chez":
			from, to = t.at(i).from, t.home(i, names)
		case w.class&(landmark|landmarkBm) != 0 && t.near(i+1) && t.at(i+1).class&behindBm != 0:
			from, to = w.from, t.at(i+1).to
		case w.class&beside != 0:
			from, to = w.from, t.landmark(i)
		}
		if to > from {
			spans = append(spans, Span{From: from, To: to, Kind: bot.MaskSpot})
		}
	}
	return spans
}

// skip passes over words of some classes from i on, at most n.
func (t *read) skip(i, n int, over class) int {
	for ; n > 0 && t.near(i) && t.at(i).class&over != 0; n-- {
		i++
	}
	return i
}

// numbered is what follows a word such as quartier or porte: a number, a capital, or for some any strange word.
func (t *read) numbered(i int) (from, to int) {
	any := t.words[i].class&spot != 0
	j := t.skip(i+1, 2, link|article|numberSign)
	w := t.at(j)
	if !t.nearSign(j) || w.hides != "" || w.class&stays != 0 {
		return 0, 0
	}
	if !w.digits && !(w.strange() && (any || t.capital(w))) {
		return 0, 0
	}
	if w.digits && w.to-w.from > 5 { // a reference or a number, which have rules of their own
		return 0, 0
	}
	from, to = w.from, w.to
	for n := 1; n <= 3; n++ {
		next := t.at(j + n)
		if !t.near(j+n) || !(t.capital(next) && next.strange() && !next.begins || next.digits && next.to-next.from <= 3 && n == 1 && !w.digits) {
			break
		}
		to = next.to
	}
	return from, to
}

// nearSign is near, with a sign for "number" allowed between.
func (t *read) nearSign(i int) bool {
	if t.near(i) {
		return true
	}
	if i <= 0 || i >= len(t.words) {
		return false
	}
	switch t.text[t.words[i-1].to:t.words[i].from] {
	case "°", "° ", " ° ", " : ", ": ", " #", " №", " № ":
		return true
	}
	return false
}

// landmark is the end of "derrière la mosquée", seen from its first word; 0 where there is none.
func (t *read) landmark(i int) int {
	j := t.skip(i+1, 3, link|article)
	w := t.at(j)
	if !t.near(j) || w.class&landmark == 0 {
		return 0
	}
	to := t.extended(j)
	if t.words[i].key == "entre" {
		for k := j + 1; k < min(j+6, len(t.words)); k++ {
			if t.words[k].key != "et" {
				continue
			}
			if l := t.skip(k+1, 3, link|article); t.near(l) && t.at(l).class&landmark != 0 {
				to = max(to, t.extended(l))
			}
			break
		}
	}
	return to
}

// extended is the end of a landmark with what it is called by: the mosquée du vendredi, the école Z.
func (t *read) extended(j int) int {
	to := t.words[j].to
	k := t.skip(j+1, 3, link|article)
	if w := t.at(k); t.near(k) && (w.strange() || w.hides != "") && w.class&stays == 0 && (k > j+1 || t.capital(w)) {
		to = w.to
		if next := t.at(k + 1); t.near(k+1) && t.capital(next) && next.strange() {
			to = next.to
		}
	}
	return to
}

// home is the end of "chez the fils de Z", "chez Z"; 0 where chez names nobody, as in chez nous.
func (t *read) home(i int, names []bool) int {
	j := t.skip(i+1, 2, article)
	w := t.at(j)
	if !t.near(j) {
		return 0
	}
	called := func(k int) bool {
		return t.near(k) && t.at(k).hides == "" && t.at(k).key != "" && t.at(k).class&(common|stays) == 0
	}
	switch {
	case w.class&(kin|title) != 0:
		to := w.to
		k := t.skip(j+1, 3, link|article)
		for n := 0; n < 3 && (called(k) && (k > j+1 || t.capital(t.at(k)) || names[k]) || t.near(k) && t.at(k).hides == bot.MaskName); n++ {
			if n > 0 && !names[k] && !t.capital(t.at(k)) && t.at(k).class&kin == 0 {
				break
			}
			to = t.at(k).to
			k = t.skip(k+1, 2, link)
		}
		return to
	case w.hides == bot.MaskName || j < len(names) && names[j] || t.capital(w) && w.strange():
		to := w.to
		for k := j + 1; t.near(k) && (names[k] || t.at(k).hides == bot.MaskName); k++ {
			to = t.at(k).to
		}
		return to
	}
	return 0
}
