package main

import "tinye/bot/admin"

// due is by when something is to be done, marked where that time has passed; "" for nothing.
func (p *page) due(d *admin.Due) string {
	switch {
	case d == nil:
		return ""
	case d.Late:
		return p.at(d.At) + " EN RETARD"
	default:
		return p.at(d.At)
	}
}

// nextDue is what a rumour waits for first.
func (p *page) nextDue(dues []admin.Due) string {
	if len(dues) == 0 {
		return ""
	}
	return p.stage(dues[0].Stage) + " " + p.due(&dues[0])
}

// allDue is all that a rumour waits for.
func (p *page) allDue(dues []admin.Due) string {
	words := make([]string, len(dues))
	for i, d := range dues {
		words[i] = p.stage(d.Stage) + " " + p.due(&d)
	}
	return joined("; ", words...)
}
