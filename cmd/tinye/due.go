package main

import "tinye/bot/admin"

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
