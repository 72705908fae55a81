package match

// Version is of the weights that judge.
func (x *Index) Version() string { return x.weights.Version }
