package match

// Weights are what was learned offline.
type Weights struct {
	Version string `json:"version"`
}
