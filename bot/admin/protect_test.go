package admin_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/storage"
)

// begun has somebody begin a report in the menu and finish it by SMS; it gives the report.
func (s *site) begun(phone string, d bot.Draft, text string) bot.Report {
	s.t.Helper()
	number := bot.Address{Kind: bot.Phone, Value: "+223" + phone}
	key := s.Store.ContactKey(number)
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		c, err := people.Find(tx, key, number, "sim", bot.At(s.Now()))
		if err == nil {
			_, err = people.Save(tx, people.Draft(c, d, bot.At(s.Now())))
		}
		return err
	}))
	in := bot.Inbound{Gateway: "sim", ExternalID: s.NewID().String(), Sender: phone, To: "36000", Text: bot.Text(text)}
	_, err := s.Receive(s.t.Context(), in)
	must(s.t, err)
	var newest []bot.Report
	must(s.t, s.Store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		newest, err = tx.Reports("", storage.Page{Limit: 1, Newest: true})
		return err
	}))
	return newest[0]
}

const aboutAChild = "Un voisin frappe un enfant chaque soir derrière le marché"

// What is for the protection focal point is in no list of anybody else, cannot be opened, and cannot be put under a rumour.
func TestProtectedReportsAreForTheFocalPoint(t *testing.T) {
	s := newSite(t)
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutUser(bot.User{Name: "GAOUSSOU", Roles: []bot.Role{bot.RoleModerator, bot.RoleProtectionFocal}}, 0)
	}))
	ordinary := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	hidden := string(s.begun(moussa, bot.Draft{Protect: true}, aboutAChild).Ref)

	refs := func(as string, state bot.ReportState) (refs []string, flagged int) {
		t.Helper()
		var list admin.Reports
		s.ask("/report/list", admin.ListReports{By: by(as), State: state}, &list)
		if list.More {
			t.Errorf("%s is told of more reports than there are", as)
		}
		for _, r := range list.Reports {
			refs = append(refs, string(r.Ref))
			if r.Protect {
				flagged++
			}
		}
		return refs, flagged
	}
	for _, state := range []bot.ReportState{"", bot.ReportReceived} {
		for as, want := range map[string][]string{
			"AMI": {ordinary}, "CISSE": {ordinary}, "DJENEBA": {ordinary}, "FOUSSENI": {hidden}, "GAOUSSOU": {hidden, ordinary},
		} {
			got, flagged := refs(as, state)
			if !slices.Equal(got, want) || flagged != len(want)-1 && as != "FOUSSENI" || as == "FOUSSENI" && flagged != 1 {
				t.Errorf("%s sees %q (%d flagged), want %q", as, got, flagged, want)
			}
		}
	}
	var one admin.Reports // the page is filled with what may be seen
	s.ask("/report/list", admin.ListReports{By: by("AMI"), Limit: 1}, &one)
	if len(one.Reports) != 1 || string(one.Reports[0].Ref) != ordinary || one.More {
		t.Errorf("one row for AMI: %+v", one)
	}

	for _, as := range []string{"AMI", "CISSE", "DJENEBA"} {
		s.refused("/report/show", admin.ShowReport{By: by(as), Ref: hidden}, http.StatusForbidden, "desk.report_protected")
		s.refused("/rumour/new", admin.NewRumour{By: by(as), Claim: "Un enfant serait frappé", From: []string{hidden}},
			http.StatusForbidden, "desk.report_protected")
	}
	s.refused("/report/show", admin.ShowReport{By: by("FOUSSENI"), Ref: ordinary}, http.StatusForbidden, "desk.no_role")
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("FOUSSENI"), Ref: hidden}, &shown)
	if !shown.Protect || shown.Raw || len(shown.Said) != 1 || shown.Said[0].Text != "Un voisin frappe un enfant chaque soir [lieu]" {
		t.Errorf("the focal point sees %+v", shown)
	}
	s.ask("/report/show", admin.ShowReport{By: by("FOUSSENI"), Ref: hidden, Raw: true, Reason: "aider"}, &shown)
	if !shown.Raw || shown.Said[0].Text != aboutAChild {
		t.Errorf("the focal point reads %+v", shown)
	}
	raw := admin.ShowReport{By: by("AMI"), Ref: hidden, Raw: true, Reason: "aider"}
	s.refused("/report/show", raw, http.StatusForbidden, "desk.report_protected")

	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le puits serait empoisonné", From: []string{ordinary}}, &r)
	link := admin.LinkReports{By: by("AMI"), Rumour: string(r.Ref), Reports: []string{hidden}}
	s.refused("/rumour/link", link, http.StatusForbidden, "desk.report_protected")
	link.By = by("GAOUSSOU")
	s.ask("/rumour/link", link, &r)
	for as, want := range map[string]int{"AMI": 1, "GAOUSSOU": 2} {
		if s.ask("/rumour/show", admin.ShowRumour{By: by(as), Rumour: string(r.Ref)}, &r); len(r.Reports) != want {
			t.Errorf("%s sees %d reports in the rumour, want %d", as, len(r.Reports), want)
		}
	}
	for as, want := range map[string]bool{"AMI": false, "ROOT": false, "GAOUSSOU": true} {
		var list admin.Messages
		s.ask("/outbox/list", admin.ListMessages{By: by(as)}, &list)
		if got := slices.ContainsFunc(list.Messages, func(m admin.Message) bool { return string(m.Report) == hidden }); got != want {
			t.Errorf("the messages show %s the report: %v", as, got)
		}
	}

	var st admin.Status
	if s.ask("/status", admin.Nothing{}, &st); st.Reports[bot.ReportLinked].N != 2 {
		t.Errorf("counts: %+v", st.Reports)
	}
	want := []string{
		"FOUSSENI report.read " + hidden, "FOUSSENI report.raw_shown " + hidden + " aider", "FOUSSENI report.read " + hidden,
		"AMI rumour.created " + string(r.Ref), "AMI report.linked " + ordinary + " " + string(r.Ref),
		"GAOUSSOU report.linked " + hidden + " " + string(r.Ref),
	}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// What somebody chose in a menu is shown by the place's name and by the theme.
func TestPlaceAndThemeAreShown(t *testing.T) {
	s := newSite(t)
	region := s.Places().Regions(bot.SchemeCT2023)[0]
	cercle := bot.Place{
		Code: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: region.Code.Code + "99"}, Level: bot.LevelCercle,
		Names: map[bot.Lang]string{bot.French: "Un cercle"}, Parent: region.Code.Code,
	}
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error { return tx.PutPlace(cercle) }))
	must(t, s.ReloadPlaces(t.Context()))
	for _, c := range []struct {
		code bot.PlaceCode
		want string
	}{
		{region.Code, region.Name(bot.French)},
		{cercle.Code, cercle.Name(bot.French) + " (" + region.Name(bot.French) + ")"},
		{bot.PlaceCode{Scheme: "ml_ct_2099", Code: "ML99"}, "ml_ct_2099:ML99"},
		{bot.PlaceCode{}, ""},
	} {
		r := s.begun(fanta, bot.Draft{Place: c.code, Theme: bot.ThemeHealth}, "Il paraît que le centre de santé est fermé")
		var list admin.Reports
		s.ask("/report/list", admin.ListReports{By: by("AMI"), Limit: 1}, &list)
		if row := list.Reports[0]; row.Ref != r.Ref || row.PlaceName != c.want || row.Place != c.code || row.Theme != bot.ThemeHealth || row.Protect {
			t.Errorf("row: %+v, want the place %q", row, c.want)
		}
		var shown admin.Report
		if s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: string(r.Ref)}, &shown); shown.PlaceName != c.want || shown.Theme != bot.ThemeHealth {
			t.Errorf("report: %+v, want the place %q", shown, c.want)
		}
	}
}

// Titles are given at publication or later, one for each language with an approved answer.
func TestTitles(t *testing.T) {
	s := newSite(t)
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le pont serait fermé", From: []string{s.tell(fanta, "Le pont de Markala est fermé dit-on")}}, &r)
	ref := string(r.Ref)
	s.find(ref, bot.ConfirmedFalse, &r)
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fra", Text: "Le pont est ouvert, vu ce matin."}, &r)
	s.ask("/rumour/approve", admin.ApproveAnswer{By: by("AMI"), Rumour: ref, Lang: "fra"}, &r)
	publish := func(as string, titles map[string]string) admin.Publish {
		return admin.Publish{By: by(as), Rumour: ref, Titles: titles}
	}
	s.refused("/rumour/publish", publish("AMI", map[string]string{"bam": "Tiɲɛ tɛ"}), http.StatusUnprocessableEntity, "desk.no_answer")
	s.refused("/rumour/publish", publish("AMI", map[string]string{"ses": "Pont"}), http.StatusBadRequest, "desk.bad_lang")
	s.ask("/rumour/publish", publish("AMI", map[string]string{"fr": "Pont de Markala ouvert"}), &r)
	if r.State != bot.RumourPublished || r.TitledOnly || r.Answers[0].Title != "Pont de Markala ouvert" {
		t.Errorf("published: %+v", r)
	}
	s.refused("/rumour/publish", publish("AMI", nil), http.StatusUnprocessableEntity, "desk.already_published")
	s.refused("/rumour/publish", publish("CISSE", map[string]string{"fra": "Pont ouvert"}), http.StatusForbidden, "desk.no_role")
	published := r.PublishedAt
	s.store.Time.Add(time.Second)
	s.ask("/rumour/publish", publish("BAKARY", map[string]string{"fra": " Pont ouvert "}), &r)
	if !r.TitledOnly || r.PublishedAt != published || r.Answers[0].Title != "Pont ouvert" {
		t.Errorf("given a title later: %+v", r)
	}
	s.ask("/rumour/show", admin.ShowRumour{By: by("CISSE"), Rumour: ref}, &r)
	if r.Answers[0].Title != "Pont ouvert" || r.FanOut.Queued != 1 {
		t.Errorf("shown: %+v", r)
	}
	events := s.events()
	for _, want := range []string{"AMI rumour.titled " + ref + " fra", "BAKARY rumour.titled " + ref + " fra"} {
		if !slices.Contains(events, want) {
			t.Errorf("no event %q in %q", want, events)
		}
	}
}
