package lab

import (
	"fmt"
	"io"
	"slices"

	"tinye/bot/match"
)

// judged is a list as a table judged it.
type judged struct {
	list     list
	ranks    []int // of the right claims, from 0
	answered bool
	likely   bool // answered or asked about
	right    bool // the first one is right
}

// judge asks a table.
func judge(w *match.Weights, l list) judged {
	j := judged{list: l}
	f, ok := firstOf(w, l)
	if !ok {
		return j
	}
	for rank, at := range f.order {
		if l.gold[at] {
			j.ranks = append(j.ranks, rank)
		}
	}
	j.right = f.right
	sure := match.Logistic(w.Sure.Score(f.x))
	j.likely = sure >= w.Likely
	j.answered = !f.vetoed && sure >= w.Certain
	return j
}

func countAnswered(w *match.Weights, lists []list) int {
	n := 0
	for _, l := range lists {
		if judge(w, l).answered {
			n++
		}
	}
	return n
}

// crossValidate learns without each fold in turn, judges it, and prints what came of it.
func (r recipe) crossValidate(lists, heavy, strangers []list, out io.Writer) error {
	var folds []int
	for _, l := range lists {
		if l.fold != noFold {
			folds = append(folds, l.fold)
		}
	}
	slices.Sort(folds)
	folds = slices.Compact(folds)
	if len(folds) < 2 {
		fmt.Fprintln(out, "Les messages n'ont pas de plis (colonne fold): rien n'est mesuré.")
		return nil
	}
	var all, allHeavy []judged
	answered := 0
	for _, fold := range folds {
		w, err := r.learn(slices.DeleteFunc(slices.Clone(lists), func(l list) bool { return l.fold == fold }))
		if err != nil {
			return err
		}
		var in, inHeavy []judged
		for _, l := range lists {
			if l.fold == fold {
				in = append(in, judge(w, l))
			}
		}
		for _, l := range heavy {
			if l.fold == fold {
				inHeavy = append(inHeavy, judge(w, l))
			}
		}
		n := countAnswered(w, strangers)
		answered += n
		printFigures(out, fmt.Sprintf("Pli %d (seuil %.3f, sans rapport répondus: %d)", fold, w.Certain, n), in, inHeavy)
		all, allHeavy = append(all, in...), append(allHeavy, inHeavy...)
	}
	printFigures(out, fmt.Sprintf("Tous les plis (sans rapport répondus: %d de %d)", answered, len(folds)*len(strangers)), all, allHeavy)
	return nil
}

// printFigures prints a line for each way of asking.
func printFigures(out io.Writer, head string, js, heavy []judged) {
	fmt.Fprintf(out, "\n%s\n%-28s %-22s %-22s %-22s %-22s %s\n", head, "", "MAP@5", "P@1", "precision", "recall", "false answers")
	for _, row := range []struct {
		name string
		is   func(w way) bool
	}{
		{"rumeurs seules", func(w way) bool { return w.figured() && !w.variants }},
		{"avec variantes", func(w way) bool { return w.figured() && w.variants }},
		{"petite base, seules", func(w way) bool { return w.thin && !w.variants }},
		{"petite base, variantes", func(w way) bool { return w.thin && w.variants }},
		{"160 caractères, seules", func(w way) bool { return w.size == 0 && w.text == shortened && !w.variants }},
		{"160 caractères, variantes", func(w way) bool { return w.size == 0 && w.text == shortened && w.variants }},
		{"tapé en SMS, seules", func(w way) bool { return w.size == 0 && w.text == typed && !w.variants }},
		{"tapé en SMS, variantes", func(w way) bool { return w.size == 0 && w.text == typed && w.variants }},
	} {
		printRow(out, row.name, slices.DeleteFunc(slices.Clone(js), func(j judged) bool { return !row.is(j.list.way) }))
	}
	printRow(out, "tout en SMS, seules", heavy)
	printSmall(out, js)
}

func printRow(out io.Writer, name string, js []judged) {
	s := scoresOf(js)
	fmt.Fprintf(out, "%-28s %-22s %-22s %-22s %-22s %s\n", name, s.MAP5, s.P1, s.Precision, s.Recall, s.False)
}

func scoresOf(js []judged) Scores {
	var ap, rr, p1 []float64
	given, right, unknown, wrong := 0, 0, 0, 0
	for _, j := range js {
		if j.answered {
			given++
		}
		if !j.list.way.known {
			unknown++
			if j.answered {
				wrong++
			}
			continue
		}
		if j.answered && j.right {
			right++
		}
		ap, rr, p1 = append(ap, averagePrecision(j.ranks, j.list.golds, 5)), append(rr, reciprocal(j.ranks)), append(p1, precisionAt1(j.ranks))
	}
	return Scores{
		MAP5: meanOf(ap), MRR: meanOf(rr), P1: shareOf(sum(p1), len(p1)),
		Precision: shareOf(right, given), Recall: shareOf(right, len(p1)), False: shareOf(wrong, unknown),
	}
}
