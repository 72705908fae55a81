package match

// FeatureNames are the names of Features. A weights table asks for features by these names: one whose meaning changes gets a
// new name.
func FeatureNames() []string { return []string{"fused"} }

// judge takes the features of claims.
func (x *Index) judge(q *doc, leads []*lead) []Candidate {
	out := make([]Candidate, len(leads))
	for i, l := range leads {
		out[i] = Candidate{Claim: l.claim, Fused: l.fused, Features: Features{l.fused}}
	}
	return out
}
