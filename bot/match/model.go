package match

import (
	"errors"
	"fmt"
	"math"
)

// Model is a function of features, learned offline (room lab): a linear part on clipped values plus the mean of what small
// trees say. Its numbers are rounded before they are shipped, and judged as rounded.
type Model struct {
	Bias   float64   `json:"bias"`
	Linear []float64 `json:"linear"` // per feature; 0 for one that the linear part does not look at
	Low    []float64 `json:"low"`    // per feature: values are clipped to what was seen when learning, since a base of
	High   []float64 `json:"high"`   // another size, or an odd text, may give others
	Trees  []Tree    `json:"trees,omitempty"`
}

// Tree is a complete binary tree laid out level by level: node i goes on to 2i+1 where its feature is at most its border, else
// to 2i+2. Below the inner nodes lie the leaves.
type Tree struct {
	Feature []int     `json:"f"` // per inner node; -1: always to the left
	Border  []float64 `json:"b"` // per inner node
	Leaf    []float64 `json:"v"` // one more than inner nodes
}

// Score judges features x, which are as many as the model was learned on.
func (m *Model) Score(x []float64) float64 {
	s := m.Bias
	for i, w := range m.Linear {
		if w != 0 {
			// The conversion forbids fused multiply-add: every processor gives the same digits.
			s += float64(w * min(max(x[i], m.Low[i]), m.High[i]))
		}
	}
	for i := range m.Trees {
		s += m.Trees[i].score(x)
	}
	return s
}

func (t *Tree) score(x []float64) float64 {
	inner, i := len(t.Feature), 0
	for i < inner {
		if f := t.Feature[i]; f < 0 || x[f] <= t.Border[i] {
			i = 2*i + 1
		} else {
			i = 2*i + 2
		}
	}
	return t.Leaf[i-inner]
}

// check tells whether Score may be called with that many features.
func (m *Model) check(features int) error {
	if len(m.Linear) != features || len(m.Low) != features || len(m.High) != features {
		return fmt.Errorf("%d linear weights, %d and %d borders for %d features", len(m.Linear), len(m.Low), len(m.High), features)
	}
	for i, t := range m.Trees {
		if len(t.Border) != len(t.Feature) || len(t.Leaf) != len(t.Feature)+1 || len(t.Leaf)&len(t.Feature) != 0 {
			return fmt.Errorf("tree %d has %d inner nodes, %d borders and %d leaves", i, len(t.Feature), len(t.Border), len(t.Leaf))
		}
		for _, f := range t.Feature {
			if f >= features {
				return fmt.Errorf("tree %d asks for feature %d of %d", i, f, features)
			}
		}
	}
	if math.IsNaN(m.Bias) || math.IsInf(m.Bias, 0) {
		return errors.New("the bias is not a number")
	}
	return nil
}
