package lab

import (
	"math/rand/v2"
	"slices"

	"tinye/bot/match"
)

// boosting is how trees are grown.
type boosting struct {
	trees, depth int
	rate         float64 // how much of a tree's word counts
	l2           float64 // on leaves, as many sets' weights
	least        float64 // second derivatives that a leaf has at least, as many sets' weights
	sample       float64 // share of sets that a tree is grown on
	columns      float64 // share of features that a tree may ask
	seed         uint64
}

// mostBins is how many values of a feature are told apart.
const mostBins = 32

// binned are rows with each feature's values put into bins of about the same number of rows.
type binned struct {
	bins    [][]uint8   // per feature, per row
	borders [][]float64 // per feature: a row is in bin b where its value is at most borders[b], and in no lower one
}

func bin(x [][]float64) binned {
	n := len(x[0])
	b := binned{bins: make([][]uint8, n), borders: make([][]float64, n)}
	column := make([]float64, len(x))
	for j := range n {
		for i := range x {
			column[i] = x[i][j]
		}
		sorted := slices.Clone(column)
		slices.Sort(sorted)
		distinct := slices.Compact(slices.Clone(sorted))
		var borders []float64
		if len(distinct) <= mostBins {
			for i := range len(distinct) - 1 {
				borders = append(borders, significant((distinct[i]+distinct[i+1])/2))
			}
		} else {
			for k := 1; k < mostBins; k++ {
				borders = append(borders, significant(sorted[k*len(sorted)/mostBins]))
			}
		}
		slices.Sort(borders)
		b.borders[j] = slices.Compact(borders)
		b.bins[j] = make([]uint8, len(x))
		for i, v := range column {
			at, _ := slices.BinarySearch(b.borders[j], v)
			b.bins[j][i] = uint8(at)
		}
	}
	return b
}

// boostedModel grows trees, each on what those before it got wrong, by the second-order gain; from is added to the scores of
// the rows and is no part of the model.
func boostedModel(r *rows, from []float64, o boosting) match.Model {
	n := len(r.x[0])
	m := match.Model{Linear: make([]float64, n), Low: make([]float64, n), High: make([]float64, n)}
	o.l2, o.least = o.l2/float64(len(r.sets)), o.least/float64(len(r.sets)) // the loss is a mean
	b := bin(r.x)
	random := rand.New(rand.NewPCG(o.seed, 11))
	scores := make([]float64, len(r.x))
	copy(scores, from)
	g, h := make([]float64, len(r.x)), make([]float64, len(r.x))
	node := make([]int16, len(r.x)) // of this tree; -1: left out
	for range o.trees {
		r.loss(scores, g, h)
		for _, s := range r.sets {
			in := random.Float64() < o.sample
			for i := s.from; i < s.to; i++ {
				if node[i] = 0; !in {
					node[i] = -1
				}
			}
		}
		var columns []int
		for j := range n {
			if random.Float64() < o.columns && len(b.borders[j]) > 0 {
				columns = append(columns, j)
			}
		}
		t := b.grow(columns, node, g, h, o)
		for i, x := range r.x {
			at, inner := 0, len(t.Feature)
			for at < inner {
				if f := t.Feature[at]; f < 0 || x[f] <= t.Border[at] {
					at = 2*at + 1
				} else {
					at = 2*at + 2
				}
			}
			scores[i] += t.Leaf[at-inner]
		}
		m.Trees = append(m.Trees, t)
	}
	return m
}

// grow makes one tree, level by level. node says in which node of the level a row is.
func (b *binned) grow(columns []int, node []int16, g, h []float64, o boosting) match.Tree {
	type sums struct{ g, h float64 }
	type split struct {
		feature, bin int
		gain         float64
	}
	inner := 1<<o.depth - 1
	t := match.Tree{Feature: make([]int, inner), Border: make([]float64, inner), Leaf: make([]float64, inner+1)}
	gain := func(s sums) float64 { return s.g * s.g / (s.h + o.l2) }
	for level := range o.depth {
		width := 1 << level
		best := make([]split, width)
		total := make([]sums, width)
		for k := range best {
			best[k] = split{feature: -1}
		}
		for i, k := range node {
			if k >= 0 {
				total[k].g += g[i]
				total[k].h += h[i]
			}
		}
		histogram := make([]sums, width*mostBins)
		for _, j := range columns {
			clear(histogram)
			bins := b.bins[j]
			for i, k := range node {
				if k >= 0 {
					s := &histogram[int(k)*mostBins+int(bins[i])]
					s.g += g[i]
					s.h += h[i]
				}
			}
			for k := range width {
				var left sums
				for at := range b.borders[j] {
					s := histogram[k*mostBins+at]
					left.g += s.g
					left.h += s.h
					right := sums{total[k].g - left.g, total[k].h - left.h}
					if left.h < o.least || right.h < o.least {
						continue
					}
					if won := gain(left) + gain(right) - gain(total[k]); won > best[k].gain+1e-15 {
						best[k] = split{j, at, won}
					}
				}
			}
		}
		first := width - 1
		for k, s := range best {
			t.Feature[first+k] = s.feature
			if s.feature >= 0 {
				t.Border[first+k] = b.borders[s.feature][s.bin]
			}
		}
		for i, k := range node {
			if k < 0 {
				continue
			}
			s := best[k]
			if node[i] = 2 * k; s.feature >= 0 && int(b.bins[s.feature][i]) > s.bin {
				node[i]++
			}
		}
	}
	leaves := make([]sums, inner+1)
	for i, k := range node {
		if k >= 0 {
			leaves[k].g += g[i]
			leaves[k].h += h[i]
		}
	}
	for k, s := range leaves {
		if s.h > 0 {
			t.Leaf[k] = -o.rate * s.g / (s.h + o.l2)
		}
	}
	return t
}
