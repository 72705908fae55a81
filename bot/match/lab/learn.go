package lab

import (
	"cmp"
	"errors"
	"slices"

	"tinye/bot/match"
)

// recipe is how models are learned. Recipes were compared on the folds: for the order a linear model is as good as trees alone and
// trees on what it leaves add a little; for the confidence trees alone are far better than with a linear part.
type recipe struct {
	rankL2    float64 // of the linear part
	rankTrees boosting
	sureTrees boosting
	negatives int     // wrong candidates of a list that are learned on, the best fused ones first
	aim       float64 // precision at which the threshold for certain is set
	likely    float64 // confidence from which on a candidate is asked about
}

// shippedRecipe is the recipe of what is shipped.
func shippedRecipe() recipe {
	return recipe{
		rankL2:    0.006,
		rankTrees: boosting{trees: 60, depth: 3, rate: 0.04, l2: 10, least: 10, sample: 0.5, columns: 0.3, seed: 1},
		sureTrees: boosting{trees: 300, depth: 3, rate: 0.055, l2: 2, least: 2, sample: 0.5, columns: 0.2, seed: 2},
		negatives: 12, aim: 0.975, likely: 0.4,
	}
}

// innerGroups is into how many parts posts are split, a rumour in one of them, so that the confidence is learned on orders of lists
// that the ranking had not seen, and the thresholds are set on confidences in lists that neither had.
const innerGroups = 6

// errNothing is said to whoever brought the files: no candidate was right, or none wrong, of anything.
var errNothing = errors.New("trop peu à apprendre: presque aucun message n'a sa rumeur parmi d'autres. Donnez davantage de messages et de rumeurs")

// learn learns a table from lists.
func (r recipe) learn(lists []list) (*match.Weights, error) {
	w, _, err := r.learnAll(lists)
	return w, err
}

// learnAll gives the first candidates too, as they were judged by what had not seen their rumours.
func (r recipe) learnAll(lists []list) (*match.Weights, []first, error) {
	var ranked [innerGroups + 1]match.Model
	err := together(innerGroups+1, func(k int) error {
		in := slices.DeleteFunc(slices.Clone(lists), func(l list) bool { return l.group == k }) // the last k leaves out nothing
		rows := rankRows(in, r.negatives)
		if len(rows.sets) == 0 {
			return errNothing
		}
		ranked[k] = r.order(rows)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	names := match.FeatureNames()
	firsts := make([]first, 0, len(lists))
	for _, l := range lists {
		w := match.Weights{Version: "fold", Features: names, Rank: ranked[l.group]}
		if f, ok := firstOf(&w, l); ok {
			firsts = append(firsts, f)
		}
	}
	var sure [innerGroups + 1]match.Model
	err = together(innerGroups+1, func(k int) error {
		rows := sureRows(slices.DeleteFunc(slices.Clone(firsts), func(f first) bool { return f.list.group == k }))
		if len(rows.sets) == 0 {
			return errNothing
		}
		sure[k] = r.confidence(rows)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i := range firsts {
		firsts[i].confidence = match.Logistic(sure[firsts[i].list.group].Score(firsts[i].x))
	}
	w := &match.Weights{
		Version: "new", Features: names, Rank: ranked[innerGroups], Sure: sure[innerGroups],
		Certain: threshold(firsts, r.aim), Likely: r.likely,
	}
	return w, firsts, w.Bind()
}

// order learns a linear part, and trees on what it leaves.
func (r recipe) order(rows *rows) match.Model {
	m := round(linearModel(rows, r.rankL2, 150))
	from := make([]float64, len(rows.x))
	for i, x := range rows.x {
		from[i] = m.Score(x)
	}
	m.Trees = round(boostedModel(rows, from, r.rankTrees)).Trees
	return m
}

// confidence learns trees.
func (r recipe) confidence(rows *rows) match.Model {
	return round(boostedModel(rows, make([]float64, len(rows.x)), r.sureTrees))
}

// together calls do with 0 to n-1, two at a time, each for a place of its own in what it makes.
func together(n int, do func(k int) error) error {
	errs := make([]error, n)
	done := make(chan struct{})
	work := make(chan int)
	for range 2 {
		go func() {
			for k := range work {
				errs[k] = do(k)
			}
			done <- struct{}{}
		}()
	}
	for k := range n {
		work <- k
	}
	close(work)
	<-done
	<-done
	return errors.Join(errs...)
}

// rankRows are the lists in which something right was found, with the best of what is wrong.
func rankRows(lists []list, negatives int) *rows {
	r := &rows{}
	for _, l := range lists {
		right := 0
		for _, g := range l.gold {
			if g {
				right++
			}
		}
		if right == 0 || right == len(l.gold) {
			continue
		}
		from, wrong := len(r.x), 0
		for i, c := range l.found {
			y := 0.0
			if l.gold[i] {
				y = 1 / float64(right)
			} else if wrong++; wrong > negatives {
				continue
			}
			r.x, r.y = append(r.x, c.Features), append(r.y, y)
		}
		r.sets, r.weight = append(r.sets, span{from, len(r.x)}), append(r.weight, l.way.weight)
	}
	return r
}

// first is a first candidate, as a model put it there.
type first struct {
	list       *list
	order      []int // places in list.found, the best first
	x          []float64
	right      bool
	vetoed     bool
	confidence float64
}

// firstOf puts a list in order; ok is false for an empty one.
func firstOf(w *match.Weights, l list) (f first, ok bool) {
	if len(l.found) == 0 {
		return first{}, false
	}
	place := make(map[[16]byte]int, len(l.found))
	for i, c := range l.found {
		place[c.Claim] = i
	}
	if err := w.Bind(); err != nil {
		return first{}, false
	}
	c := slices.Clone(l.found)
	w.Order(c)
	f = first{list: &l, right: l.gold[place[c[0].Claim]], vetoed: len(c[0].Vetoes) > 0, x: w.SureFeatures(c)}
	for i := range c {
		f.order = append(f.order, place[c[i].Claim])
	}
	return f, true
}

// sureRows are first candidates, each right or wrong.
func sureRows(firsts []first) *rows {
	r := &rows{}
	for _, f := range firsts {
		y := 0.0
		if f.right {
			y = 1
		}
		r.sets, r.weight = append(r.sets, span{len(r.x), len(r.x) + 1}), append(r.weight, f.list.way.weight)
		r.x, r.y = append(r.x, f.x), append(r.y, y)
	}
	return r
}

// threshold is the lowest confidence from which on so large a share of the first candidates is right, by the posts as they were
// written, of both kinds of bases, and smallAim of those in small bases, twins among them; the highest of the three.
func threshold(firsts []first, aim float64) float64 {
	t := 0.0
	for _, of := range []struct {
		is  func(w way) bool
		aim float64
	}{
		{func(w way) bool { return w.figured() && !w.variants }, aim},
		{func(w way) bool { return w.figured() && w.variants }, aim},
		{func(w way) bool { return w.size > 0 && !w.noise }, smallAim},
	} {
		var in []first
		for _, f := range firsts {
			if of.is(f.list.way) && !f.vetoed {
				in = append(in, f)
			}
		}
		if of.aim == smallAim && len(in) == 0 {
			continue // the files have too few claims to draw from
		}
		t = max(t, lowest(in, of.aim))
	}
	return t
}

// smallAim is the share of right answers where a third of what is asked has a twin of its claim in the base, and a third nothing.
const smallAim = 0.95

// lowest is the lowest confidence from which on so large a share is right.
func lowest(in []first, aim float64) float64 {
	slices.SortStableFunc(in, func(a, b first) int { return cmp.Compare(b.confidence, a.confidence) })
	least, right := 1.0, 0
	for i, f := range in {
		if f.right {
			right++
		}
		last := i == len(in)-1 || in[i+1].confidence < f.confidence
		if last && float64(right) >= aim*float64(i+1) {
			least = f.confidence
		}
	}
	return least
}
