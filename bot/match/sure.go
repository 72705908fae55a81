package match

import "math"

// sureFeatures are what the confidence in a first candidate is judged by: its own features, by how much they exceed those of the
// second, and how its score stands out from the others. picked are the features of the first and, where there is one, the
// second; scores are of all candidates, the best first.
func sureFeatures(picked [][]float64, scores []float64) []float64 {
	first := picked[0]
	x := make([]float64, 0, 2*len(first)+5)
	x = append(x, first...)
	for i := range first {
		second := 0.0
		if len(picked) > 1 {
			second = picked[1][i]
		}
		x = append(x, first[i]-second)
	}
	nth := func(n int) float64 { // by how much the first exceeds the one at n; a base may have fewer
		if n < len(scores) {
			return min(scores[0]-scores[n], farthest)
		}
		return farthest
	}
	mean, n := 0.0, 0
	for _, s := range scores[1:min(len(scores), 10)] {
		mean += min(scores[0]-s, farthest)
		n++
	}
	if n == 0 {
		mean, n = farthest, 1
	}
	share := 0.0 // of the first, were one of them drawn by its score
	for _, s := range scores {
		share += math.Exp(max(s-scores[0], -50))
	}
	return append(x, scores[0], nth(1), nth(2), mean/float64(n), 1/share)
}

// farthest is a lead from which on a larger one says no more: a score is a log odds.
const farthest = 12

// SureNames are the names of Weights.SureFeatures, for candidates with those features.
func SureNames(features []string) []string {
	names := make([]string, 0, 2*len(features)+5)
	names = append(names, features...)
	for _, f := range features {
		names = append(names, "lead."+f)
	}
	return append(names, "score", "lead2", "lead3", "lead_mean", "share")
}

// Logistic turns log odds into a share.
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
