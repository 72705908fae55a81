package lab

import (
	"errors"
	"slices"

	"tinye/bot/match"
)

// recipe is how models are learned; recipes were compared on the folds (README of figures: bot/match/doc.go).
type recipe struct {
	rankL2, sureL2       float64 // of the linear parts
	rankTrees, sureTrees boosting
	rankShare, sureShare float64 // of the linear part in the mean of both
	negatives            int     // wrong candidates of a list that are learned on, the best fused ones first
	aim                  float64 // precision at which the threshold for certain is set
	likely               float64 // confidence from which on a candidate is asked about
}

// shippedRecipe is the recipe of what is shipped.
func shippedRecipe() recipe {
	return recipe{
		rankL2: 0.003, sureL2: 0.01,
		rankTrees: boosting{trees: 120, depth: 3, rate: 0.08, l2: 2, least: 3, sample: 0.6, columns: 0.4, seed: 1},
		sureTrees: boosting{trees: 100, depth: 3, rate: 0.06, l2: 2, least: 3, sample: 0.6, columns: 0.3, seed: 2},
		rankShare: 0.5, sureShare: 0.5, negatives: 15, aim: 0.982, likely: 0.5,
	}
}

// innerGroups is into how many parts posts are split, a rumour in one of them, so that the confidence is learned on orders of lists
// that the ranking had not seen, and the thresholds are set on confidences in lists that neither had.
const innerGroups = 6

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
			return errors.New("lab: nothing to learn an order from")
		}
		ranked[k] = r.model(rows, r.rankL2, r.rankTrees, r.rankShare)
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
			return errors.New("lab: nothing to learn a confidence from")
		}
		sure[k] = r.model(rows, r.sureL2, r.sureTrees, r.sureShare)
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

// model learns both parts on the same rows and takes their mean.
func (r recipe) model(rows *rows, l2 float64, o boosting, share float64) match.Model {
	linear := linearModel(rows, l2, 150)
	if o.trees == 0 || share == 1 {
		return round(linear)
	}
	return round(mix(linear, share, boostedModel(rows, make([]float64, len(rows.x)), o)))
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
// written, of both kinds of bases; the higher of the two.
func threshold(firsts []first, aim float64) float64 {
	t := 0.0
	for _, variants := range []bool{false, true} {
		var in []first
		for _, f := range firsts {
			if f.list.way.figured() && f.list.way.variants == variants && !f.vetoed {
				in = append(in, f)
			}
		}
		slices.SortStableFunc(in, func(a, b first) int {
			switch {
			case a.confidence > b.confidence:
				return -1
			case a.confidence < b.confidence:
				return 1
			}
			return 0
		})
		lowest, right := 1.0, 0
		for i, f := range in {
			if f.right {
				right++
			}
			last := i == len(in)-1 || in[i+1].confidence < f.confidence
			if last && float64(right) >= aim*float64(i+1) {
				lowest = f.confidence
			}
		}
		t = max(t, lowest)
	}
	return t
}
