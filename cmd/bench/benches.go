package main

import (
	"context"
	"slices"
	"strings"
)

// bench is one thing to measure.
type bench struct {
	name string // for -only
	// run is called once in each round and adds its figures.
	run func(context.Context, *lab, figures) error
}

// benches are all there are, in the order of a round.
func benches() []bench {
	return []bench{
		{"fsync", fsync},
		{"noop", edge(modeNoop)},
		{"parse", edge(modeParse)},
		{"inbound", edge(modeInbound)},
		{"plain", edge(modePlain)},
		{"limits", limits},
		{"ussd", ussd},
		{"imports", imports},
		{"match", matching},
		{"million", million},
		{"forget", forgetting},
		{"broadcast", broadcast},
	}
}

func find(all []bench, name string) []bench {
	i := slices.IndexFunc(all, func(b bench) bool { return b.name == name })
	if i < 0 {
		return nil
	}
	return all[i : i+1]
}

func names(all []bench) string {
	var list []string
	for _, b := range all {
		list = append(list, b.name)
	}
	return strings.Join(list, ", ")
}
