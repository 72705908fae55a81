package lab

import "math"

// minimise finds where a smooth convex function is least, by L-BFGS from x on, and leaves it in x. f gives the value and writes the
// gradient. It stops after so many steps at the latest.
func minimise(x []float64, steps int, f func(x, gradient []float64) float64) {
	const memory = 10
	n := len(x)
	var ss, ys [][]float64
	var rhos []float64
	g, next, ng, d := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	value := f(x, g)
	for range steps {
		copy(d, g)
		alphas := make([]float64, len(ss))
		for i := len(ss) - 1; i >= 0; i-- {
			alphas[i] = rhos[i] * dot(ss[i], d)
			add(d, -alphas[i], ys[i])
		}
		if last := len(ss) - 1; last >= 0 {
			scale(d, dot(ss[last], ys[last])/dot(ys[last], ys[last]))
		} else {
			scale(d, 1/math.Max(1, math.Sqrt(dot(g, g))))
		}
		for i := range ss {
			add(d, alphas[i]-rhos[i]*dot(ys[i], d), ss[i])
		}
		slope := dot(g, d)
		if slope <= 1e-12 {
			return
		}
		step, found := 1.0, false
		var nextValue float64
		for range 30 {
			for i := range x {
				next[i] = x[i] - float64(step*d[i])
			}
			if nextValue = f(next, ng); nextValue <= value-1e-4*step*slope {
				found = true
				break
			}
			step /= 2
		}
		if !found {
			return
		}
		s, y := make([]float64, n), make([]float64, n)
		for i := range x {
			s[i], y[i] = next[i]-x[i], ng[i]-g[i]
		}
		if sy := dot(s, y); sy > 1e-12 {
			ss, ys, rhos = append(ss, s), append(ys, y), append(rhos, 1/sy)
			if len(ss) > memory {
				ss, ys, rhos = ss[1:], ys[1:], rhos[1:]
			}
		}
		done := value-nextValue < 1e-7*math.Max(1, math.Abs(value))
		copy(x, next)
		copy(g, ng)
		if value = nextValue; done {
			return
		}
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += float64(a[i] * b[i])
	}
	return s
}

func add(to []float64, factor float64, what []float64) {
	for i := range to {
		to[i] += float64(factor * what[i])
	}
}

func scale(x []float64, factor float64) {
	for i := range x {
		x[i] *= factor
	}
}
