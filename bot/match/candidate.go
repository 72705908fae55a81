package match

import "tinye/bot"

// Features describe how a telling and a claim agree, one number each, in the order of FeatureNames.
type Features []float64

// Candidate is a claim that a query may tell, with what the models judge it by.
type Candidate struct {
	Claim    bot.ID
	Features Features
	Fused    float64 // the channels' scores put together, unlearned
	Score    float64 // set by Weights.Order
}

// FeatureNames are the names of Features. A weights table asks for features by these names: one whose meaning changes gets a
// new name.
func FeatureNames() []string { return []string{"fused"} }

// Candidates are the claims that may be told, at most max, the best fused score first; what Find judges, and what is learned on.
func (x *Index) Candidates(q Query, max int) []Candidate { return nil }
