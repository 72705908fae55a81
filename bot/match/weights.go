package match

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
)

// shipped is what tinye match train wrote.
//
//go:embed weights.json
var shipped []byte

// Weights are what was learned offline: how candidates are ordered, how sure the first one is, and from where on that is enough.
// They are a table that is only read.
type Weights struct {
	Version  string     `json:"version"`  // hash of the rest
	Langs    []bot.Lang `json:"langs"`    // that were learned, or shown to be served as well
	Features []string   `json:"features"` // of a candidate, by their names, in the models' order
	Rank     Model      `json:"rank"`     // orders candidates, by Features
	Sure     Model      `json:"sure"`     // log odds that the first one is right, by SureFeatures
	Certain  float64    `json:"certain"`  // confidence from which on a first hit is answered at once
	Likely   float64    `json:"likely"`   // confidence from which on it is asked about

	// Common is how common words are; without it a base goes by its own texts.
	Common Common `json:"common"`

	at []int // where each of Features is found in a candidate's
}

// Shipped are the weights that are built in.
func Shipped() (*Weights, error) { return ParseWeights(shipped) }

// ParseWeights reads a table. One that was learned before a feature was dropped or renamed is refused; features that are new
// since then are not looked at.
func ParseWeights(table []byte) (*Weights, error) {
	var w Weights
	if err := json.Unmarshal(table, &w); err != nil {
		return nil, fmt.Errorf("match: weights: %w", err)
	}
	return &w, w.bind()
}

// bind finds the features that the models ask for.
func (w *Weights) bind() error {
	if w.Version == "" {
		return errors.New("match: weights have no version")
	}
	known := FeatureNames()
	w.at = make([]int, len(w.Features))
	for i, name := range w.Features {
		if w.at[i] = slices.Index(known, name); w.at[i] < 0 {
			return fmt.Errorf("match: weights ask for the feature %q, which is gone", name)
		}
	}
	if len(w.Features) == 0 {
		return nil // nothing was learned
	}
	if err := w.Rank.check(len(w.Features)); err != nil {
		return fmt.Errorf("match: weights: rank: %w", err)
	}
	if err := w.Sure.check(len(SureNames(w.Features))); err != nil && w.Sure.Linear != nil {
		return fmt.Errorf("match: weights: sure: %w", err)
	}
	return nil
}

// Learned tells whether anything was learned: else candidates stay in the order of their fused score, and nothing is sure.
func (w *Weights) Learned() bool { return len(w.Features) > 0 }

// Bind readies weights that were put together in memory, as ParseWeights does.
func (w *Weights) Bind() error { return w.bind() }

// pick takes the features that the models ask for.
func (w *Weights) pick(f Features) []float64 {
	x := make([]float64, len(w.at))
	for i, at := range w.at {
		x[i] = f[at]
	}
	return x
}

// Order scores candidates and puts the best first; equal ones by their ids.
func (w *Weights) Order(c []Candidate) {
	for i := range c {
		c[i].Score = w.score(c[i])
	}
	slices.SortFunc(c, func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return slices.Compare(a.Claim[:], b.Claim[:])
	})
}

// score is what orders a candidate: by what was learned, or, where nothing was, by the channels alone.
func (w *Weights) score(c Candidate) float64 {
	if !w.Learned() {
		return c.Fused
	}
	return w.Rank.Score(w.pick(c.Features))
}

// Confidence is how often a first candidate like the first of these, which Order has put in order, is what is told: 0 to 1.
func (w *Weights) Confidence(c []Candidate) float64 {
	if len(c) == 0 || !w.Learned() {
		return 0
	}
	sure := Logistic(w.Sure.Score(w.SureFeatures(c)))
	if c[0].Copy {
		sure = max(sure, copySure)
	}
	return sure
}

// copySure is how sure the repetition of a telling is that people linked: of 179 posts none was wrong (doc.go). Weights that were
// learned where a variant has words of its claim do not trust one that has none.
const copySure = 0.99

// SureFeatures are what Confidence judges candidates by that Order has put in order; there is at least one.
func (w *Weights) SureFeatures(c []Candidate) []float64 {
	scores, picked := make([]float64, len(c)), make([][]float64, min(len(c), 2))
	for i := range c {
		scores[i] = c[i].Score
	}
	for i := range picked {
		picked[i] = w.pick(c[i].Features)
	}
	return sureFeatures(picked, scores)
}
