// Package match finds, in memory and without a model or a network, which checked claim a telling tells, and groups tellings
// that tell the same.
package match
