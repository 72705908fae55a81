package lab

import (
	"math"
	"slices"

	"tinye/bot/match"
)

// rows are what a model is learned on: features of single things, which belong to sets. In a set one thing is drawn by its score
// (softmax), or, where a set is a single row, it is drawn or not (logistic).
type rows struct {
	x      [][]float64
	y      []float64 // of a set with one row: 1 right, 0 wrong; of others: shares that add up to 1
	sets   []span
	weight []float64 // per set
}

type span struct{ from, to int }

// loss is the mean negative log likelihood of what was drawn, for these scores; it writes its first and second derivatives by each
// score, the second only where h is not nil.
func (r *rows) loss(scores, g, h []float64) float64 {
	total, weights := 0.0, 0.0
	for _, w := range r.weight {
		weights += w
	}
	for k, s := range r.sets {
		w := r.weight[k] / weights
		if s.to-s.from == 1 {
			i := s.from
			p := match.Logistic(scores[i])
			total += w * (softplus(scores[i]) - float64(r.y[i]*scores[i]))
			g[i] = w * (p - r.y[i])
			if h != nil {
				h[i] = w * p * (1 - p)
			}
			continue
		}
		top := slices.Max(scores[s.from:s.to])
		z := 0.0
		for i := s.from; i < s.to; i++ {
			z += math.Exp(scores[i] - top)
		}
		norm := top + math.Log(z)
		for i := s.from; i < s.to; i++ {
			p := math.Exp(scores[i] - norm)
			total -= w * r.y[i] * (scores[i] - norm)
			g[i] = w * (p - r.y[i])
			if h != nil {
				h[i] = w * p * (1 - p)
			}
		}
	}
	return total
}

// softplus is log(1+exp(x)).
func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

// linearModel learns the linear part: L2 on features that were clipped to their bulk and brought to the same spread.
func linearModel(r *rows, l2 float64, steps int) match.Model {
	n := len(r.x[0])
	m := match.Model{Linear: make([]float64, n), Low: make([]float64, n), High: make([]float64, n)}
	mean, spread := make([]float64, n), make([]float64, n)
	column := make([]float64, len(r.x))
	for j := range n {
		for i, x := range r.x {
			column[i] = x[j]
		}
		slices.Sort(column)
		m.Low[j], m.High[j] = significant(column[len(column)/500]), significant(column[len(column)-1-len(column)/500])
		for i, v := range column {
			column[i] = min(max(v, m.Low[j]), m.High[j])
			mean[j] += column[i]
		}
		mean[j] /= float64(len(column))
		for _, v := range column {
			spread[j] += float64((v - mean[j]) * (v - mean[j]))
		}
		spread[j] = math.Sqrt(spread[j] / float64(len(column)))
	}
	z := make([][]float64, len(r.x))
	flat := make([]float64, len(r.x)*n)
	for i, x := range r.x {
		z[i] = flat[i*n : (i+1)*n]
		for j := range z[i] {
			if spread[j] > 1e-9 {
				z[i][j] = (min(max(x[j], m.Low[j]), m.High[j]) - mean[j]) / spread[j]
			}
		}
	}
	w := make([]float64, n+1) // the last one is the bias; over sets it makes no difference
	scores, g := make([]float64, len(z)), make([]float64, len(z))
	minimise(w, steps, func(w, gradient []float64) float64 {
		for i := range z {
			scores[i] = w[n] + dot(z[i], w[:n])
		}
		value := r.loss(scores, g, nil)
		clear(gradient)
		for i := range z {
			if g[i] != 0 {
				add(gradient[:n], g[i], z[i])
				gradient[n] += g[i]
			}
		}
		for j := range n {
			value += l2 / 2 * w[j] * w[j]
			gradient[j] += float64(l2 * w[j])
		}
		return value
	})
	m.Bias = w[n]
	for j := range n {
		if spread[j] > 1e-9 {
			m.Linear[j] = w[j] / spread[j]
			m.Bias -= float64(m.Linear[j] * mean[j])
		}
	}
	return m
}

// significant rounds to what is shipped: 6 digits.
func significant(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-5)
	if unit < 1e-12 {
		return 0
	}
	if unit < 1 {
		return math.Round(x*math.Round(1/unit)) / math.Round(1/unit) // a division by a whole power of ten has a short decimal
	}
	return math.Round(x/unit) * unit
}

// round makes a model's numbers what is shipped.
func round(m match.Model) match.Model {
	m.Bias = significant(m.Bias)
	for i := range m.Linear {
		m.Linear[i] = significant(m.Linear[i])
	}
	for _, t := range m.Trees {
		for i := range t.Border {
			t.Border[i] = significant(t.Border[i])
		}
		for i := range t.Leaf {
			t.Leaf[i] = significant(t.Leaf[i])
		}
	}
	return m
}
