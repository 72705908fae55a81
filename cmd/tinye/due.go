package main

import (
	"tinye/bot/admin"
	"tinye/bot/rumour"
)

// due is by when something is to be done, marked where that time has passed; "" for nothing.
func due(d *admin.Due) string {
	switch {
	case d == nil:
		return ""
	case d.Late:
		return at(d.At) + " EN RETARD"
	default:
		return at(d.At)
	}
}

// nextDue is what a rumour waits for first.
func nextDue(dues []admin.Due) string {
	if len(dues) == 0 {
		return ""
	}
	return stage(dues[0].Stage) + " " + due(&dues[0])
}

// allDue is all that a rumour waits for.
func allDue(dues []admin.Due) string {
	words := make([]string, len(dues))
	for i, d := range dues {
		words[i] = stage(d.Stage) + " " + due(&d)
	}
	return joined("; ", words...)
}

// stage is what something is due for.
func stage(s rumour.Stage) string {
	switch s {
	case rumour.StageTriage:
		return "trier"
	case rumour.StageHolding:
		return "faire patienter"
	case rumour.StageDecision:
		return "décider"
	case rumour.StageReview:
		return "revoir"
	default:
		return string(s)
	}
}
