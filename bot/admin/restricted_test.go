package admin_test

import (
	"net/http"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// What people told about a restricted rumour is read by those who need to know of it: coordinators and whoever works on it.
func TestReportsOfARestrictedRumour(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "On dit que le pont est coupé")
	var made admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: "Le pont serait coupé", From: []string{ref}}, &made)
	show := func(who string) admin.ShowReport { return admin.ShowReport{By: by(who), Ref: ref} }
	var shown admin.Report
	s.ask("/report/show", show("DJENEBA"), &shown)
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		list, err := tx.Rumours("", storage.Page{})
		if err != nil {
			return err
		}
		r := list[0]
		r.Restricted = true
		return tx.PutRumour(r, r.Rev)
	}))
	s.refused("/report/show", show("DJENEBA"), http.StatusForbidden, "desk.rumour_restricted")
	for _, who := range []string{"AMI", "CISSE"} { // a coordinator, and who made the rumour
		s.ask("/report/show", show(who), &shown)
	}
	if shown.Rumour != bot.Ref(made.Ref) {
		t.Errorf("report %s is under %s, want %s", ref, shown.Rumour, made.Ref)
	}
}
