package admin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

func text(s string) *string { return &s }

// drafted is a draft in French for readers of French, until a day.
func drafted(kind bot.BulletinKind, words string) admin.NewBulletin {
	return admin.NewBulletin{
		By: by("CISSE"), Kind: kind, Texts: map[string]string{"fr": words},
		SetBulletin: admin.SetBulletin{Title: text("Pont"), Until: text("+3d"), Langs: &[]string{"fr"}},
	}
}

// harmless answers the whole list with no.
func harmless(as, ref string) admin.AnswerHarm {
	return admin.AnswerHarm{By: by(as), Ref: ref, No: bot.HarmQuestions()}
}

// approved brings a draft to its approval, and gives its reference.
func (s *site) approved(q admin.NewBulletin) string {
	s.t.Helper()
	var b admin.Bulletin
	s.ask("/bulletin/new", q, &b)
	ref := string(b.Ref)
	s.ask("/bulletin/harm", harmless("CISSE", ref), &b)
	s.ask("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, &b)
	s.ask("/bulletin/approve", admin.MoveBulletin{By: by("AMI"), Ref: ref}, &b)
	return ref
}

// From the first word to the approval on the socket: what it costs is shown, the times are the site's, and what lacks is named.
func TestABulletinFromDraftToApproval(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Prices = map[string]int{"sim": 15, "free": 0}
	q := drafted(bot.BulletinPrevention, "Le pont de Markala est ouvert à tous.")
	day := s.store.Time.Now().AddDate(0, 0, 3).Format("2006-01-02")
	q.Until = &day
	var b admin.Bulletin
	s.ask("/bulletin/new", q, &b)
	ref := string(b.Ref)
	end, err := time.Parse("2006-01-02", day)
	must(t, err)
	if b.State != bot.BulletinDraft || b.ExpiresAt != bot.At(end.AddDate(0, 0, 1).Add(-time.Minute)) {
		t.Errorf("a draft until the end of %s: %s until %v", day, b.State, b.ExpiresAt.Time())
	}
	x := b.Texts[0]
	want := "TINYE: Le pont de Markala est ouvert à tous. VERIF " + ref
	if len(b.Texts) != 1 || string(x.Sent) != want || x.Measure.Parts != 1 || !slices.Equal(x.Prices, []admin.PartPrice{{Gateway: "sim", XOF: 15}}) {
		t.Errorf("the text: %q, %+v, %+v", string(x.Sent), x.Measure, x.Prices)
	}
	s.ask("/bulletin/write", admin.WriteBulletin{By: by("CISSE"), Ref: ref, Lang: "fr", Text: strings.Repeat("Le pont de Markala est ouvert à tous ✓ ", 2)}, &b)
	if x := b.Texts[0]; x.Prices[0].XOF != 30 || x.Measure.Parts != 2 {
		t.Errorf("the dear text: %+v, %+v", x.Measure, x.Prices)
	}
	var found admin.Findings
	s.ask("/bulletin/check", admin.ShowBulletin{By: by("AMI"), Ref: ref}, &found)
	if len(found.Findings) != 2 || !found.Findings[0].Blocks || found.Findings[0].Key != "desk.bulletin_harm_open" ||
		found.Findings[1].Rewrite == "" || !strings.Contains(found.Findings[1].Sentence, "✓ (U+2713)") {
		t.Errorf("found %+v", found.Findings)
	}
	s.refused("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, http.StatusUnprocessableEntity, "desk.bulletin_harm_open")
	partly := admin.AnswerHarm{By: by("CISSE"), Ref: ref, No: []bot.HarmQuestion{bot.HarmPanic}}
	p := s.refused("/bulletin/harm", partly, http.StatusUnprocessableEntity, "desk.bulletin_harm_left")
	if !strings.Contains(p.Sentence, "[names_someone]") || strings.Contains(p.Sentence, "[panic]") {
		t.Errorf("the questions that are left: %s", p.Sentence)
	}
	s.ask("/bulletin/harm", harmless("CISSE", ref), &b)
	s.ask("/bulletin/edit", admin.EditBulletin{By: by("CISSE"), Ref: ref, SetBulletin: admin.SetBulletin{Until: text("+2d")}}, &b)
	if b.Harm == nil || !b.Harm.Void || b.Harm.By != "CISSE" {
		t.Errorf("the list was answered about something else: %+v", b.Harm)
	}
	s.ask("/bulletin/harm", harmless("CISSE", ref), &b)
	s.ask("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, &b)
	s.refused("/bulletin/approve", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, http.StatusForbidden, "desk.no_role")
	s.ask("/bulletin/return", admin.MoveBulletin{By: by("AMI"), Ref: ref, Reason: "Quel pont ?"}, &b)
	s.ask("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, &b)
	s.ask("/bulletin/approve", admin.MoveBulletin{By: by("AMI"), Ref: ref}, &b)
	if b.State != bot.BulletinApproved || len(b.Approvals) != 1 || b.Approvals[0].By != "AMI" || b.Texts[0].ApprovedBy != "AMI" {
		t.Errorf("approved: %+v", b)
	}
	for path, q := range map[string]any{
		"/bulletin/edit":  admin.EditBulletin{By: by("CISSE"), Ref: ref, SetBulletin: admin.SetBulletin{Title: text("Autre")}},
		"/bulletin/write": admin.WriteBulletin{By: by("CISSE"), Ref: ref, Lang: "fr", Text: "Autre chose."},
		"/bulletin/back":  admin.BackBulletin{By: by("CISSE"), Ref: ref, Lang: "fr", Text: "Autre chose."},
		"/bulletin/harm":  harmless("CISSE", ref),
	} {
		s.refused(path, q, http.StatusUnprocessableEntity, "desk.bulletin_frozen")
	}
	var list admin.Bulletins
	s.ask("/bulletin/list", admin.ListBulletins{By: by("DJENEBA"), State: bot.BulletinApproved}, &list)
	if len(list.Bulletins) != 1 || list.Bulletins[0].Title != "Pont" {
		t.Errorf("approved ones: %+v", list.Bulletins)
	}
	var events admin.History
	s.ask("/bulletin/history", admin.ShowBulletin{By: by("DJENEBA"), Ref: ref}, &events)
	var kinds []string
	for _, e := range events.Events {
		kinds = append(kinds, strings.TrimPrefix(e.Kind, "bulletin."))
	}
	all := "created written written harm_answered edited harm_answered submitted returned submitted approved"
	if got := strings.Join(kinds, " "); got != all {
		t.Errorf("noted %q, want %q", got, all)
	}
}

// A bulletin names nobody; where somebody looked and lets a name stand, the do-no-harm list says why.
func TestABulletinNamesNobodyUnlessItSaysWhy(t *testing.T) {
	s := newSite(t)
	q := drafted(bot.BulletinPrevention, "Les Peuls et les autres sont en paix, dit Amadou Traoré.")
	s.refused("/bulletin/new", q, http.StatusUnprocessableEntity, "desk.names_somebody")
	q.NamesChecked = true
	var b admin.Bulletin
	s.ask("/bulletin/new", q, &b)
	ref := string(b.Ref)
	s.refused("/bulletin/write", admin.WriteBulletin{By: by("CISSE"), Ref: ref, Lang: "fr", Channel: bot.VariantRadio, Text: "Appelez le 76 12 34 56."}, http.StatusUnprocessableEntity, "desk.names_somebody")
	s.refused("/bulletin/edit", admin.EditBulletin{By: by("CISSE"), Ref: ref, SetBulletin: admin.SetBulletin{Action: text("Appelez Amadou Traoré")}}, http.StatusUnprocessableEntity, "desk.names_somebody")
	s.ask("/bulletin/harm", harmless("CISSE", ref), &b)
	p := s.refused("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, http.StatusUnprocessableEntity, "desk.bulletin_names")
	if !strings.Contains(p.Sentence, "un nom de groupe (2)") {
		t.Errorf("refused with %q", p.Sentence)
	}
	var found admin.Findings
	s.ask("/bulletin/check", admin.ShowBulletin{By: by("AMI"), Ref: ref}, &found)
	if len(found.Findings) != 1 || found.Findings[0].Key != "desk.bulletin_names" || !found.Findings[0].Blocks {
		t.Errorf("found %+v", found.Findings)
	}
	owned := harmless("CISSE", ref)
	owned.No, owned.Yes = owned.No[1:], map[bot.HarmQuestion]string{bot.HarmNames: "Il parle lui-même à la radio."}
	s.ask("/bulletin/harm", owned, &b)
	s.ask("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, &b)
}

// Whom a bulletin is for is said by places with their list, and no finer than a cercle.
func TestWhomABulletinIsFor(t *testing.T) {
	s := newSite(t)
	var b admin.Bulletin
	s.ask("/bulletin/new", drafted(bot.BulletinPrevention, "Le pont est ouvert."), &b)
	ref := string(b.Ref)
	set := func(q admin.SetBulletin) admin.EditBulletin {
		return admin.EditBulletin{By: by("CISSE"), Ref: ref, SetBulletin: q}
	}
	s.ask("/place/import", admin.ImportPlaces{By: by("ROOT"), File: []byte(gao)}, &admin.PlacesImported{})
	// The same code is two places: the name that is shown tells which.
	for scheme, name := range map[bot.PlaceScheme]string{bot.SchemeCT2023: "Mopti", bot.SchemeOCHA2021: "Bandiagara"} {
		s.ask("/bulletin/edit", set(admin.SetBulletin{Places: &[]bot.PlaceCode{{Scheme: scheme, Code: "ML0501"}}}), &b)
		if len(b.Audience.Names) != 1 || !strings.HasPrefix(b.Audience.Names[0], name) || !slices.Equal(b.Audience.Langs, []bot.Lang{bot.French}) {
			t.Errorf("%s ML0501 is shown as %q; langs %v", scheme, b.Audience.Names, b.Audience.Langs)
		}
	}
	for key, q := range map[string]admin.SetBulletin{
		"desk.bad_place":               {Places: &[]bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML9999"}}},
		"desk.bulletin_sex":            {Sexes: &[]bot.Sex{"femme"}},
		"desk.bulletin_age":            {Ages: &[]bot.AgeBand{"20"}},
		"desk.bulletin_under_age":      {Ages: &[]bot.AgeBand{bot.AgeUnder15}},
		"desk.bulletin_role":           {Groups: &[]string{"chef"}},
		"desk.bulletin_theme":          {Themes: &[]bot.Theme{"sport"}},
		"desk.no_such_project":         {Enrolled: text("NOWHERE")},
		"desk.bad_lang":                {Langs: &[]string{"en"}},
		"desk.bulletin_moment":         {Until: text("demain")},
		"desk.bulletin_rumour_private": {Rumours: &[]string{s.rumour("Le pont serait coupé", s.tell(fanta, "Il paraît que le pont de Markala est coupé depuis hier"))}},
	} {
		p, refused := s.try("/bulletin/edit", set(q))
		if !refused || p.Key != key || strings.Contains(p.Sentence, "{") {
			t.Errorf("refused %v with %+v, want %s", refused, p, key)
		}
	}
}

// A script is printed once it is approved, as long as it holds, and who read it where is kept.
func TestScriptsAndReadings(t *testing.T) {
	s := newSite(t)
	q := drafted(bot.BulletinPrevention, "Le pont est ouvert.")
	var b admin.Bulletin
	s.ask("/bulletin/new", q, &b)
	ref := string(b.Ref)
	script := admin.AskScript{By: by("DJENEBA"), Ref: ref, Lang: "fr", Channel: bot.VariantRadio}
	s.ask("/bulletin/write", admin.WriteBulletin{By: by("CISSE"), Ref: ref, Lang: "fr", Channel: bot.VariantRadio, Text: "Chers auditeurs, le pont est ouvert."}, &b)
	s.refused("/bulletin/script", script, http.StatusUnprocessableEntity, "desk.bulletin_not_approved")
	s.ask("/bulletin/harm", harmless("CISSE", ref), &b)
	s.ask("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, &b)
	s.ask("/bulletin/approve", admin.MoveBulletin{By: by("AMI"), Ref: ref}, &b)
	var paper admin.Script
	s.ask("/bulletin/script", script, &paper)
	if string(paper.Text) != "Chers auditeurs, le pont est ouvert." || string(paper.Ref) != ref || paper.Service != "TINYE" || paper.ExpiresAt != b.ExpiresAt {
		t.Errorf("the script: %+v", paper)
	}
	script.Channel = bot.VariantAloud
	s.refused("/bulletin/script", script, http.StatusNotFound, "desk.bulletin_no_script")
	script.Channel = bot.VariantSMS
	s.refused("/bulletin/script", script, http.StatusBadRequest, "desk.bulletin_script_channel")

	air := admin.AirBulletin{By: by("DJENEBA"), Ref: ref, Where: "Radio Hannibal"}
	s.store.Time.Add(time.Hour)
	s.ask("/bulletin/aired", air, &b)
	if len(b.Aired) != 1 || b.Aired[0].Where != "Radio Hannibal" || b.Aired[0].By != "DJENEBA" || b.Aired[0].At != s.store.Time.Instant() || b.Aired[0].Lang != bot.French {
		t.Errorf("read: %+v", b.Aired)
	}
	for key, at := range map[string]string{"desk.bulletin_aired_future": "+1h", "desk.bulletin_aired_before": "2020-01-01 10:00", "desk.bulletin_moment": "hier"} {
		air.At = at
		s.refused("/bulletin/aired", air, http.StatusBadRequest, key)
	}
	air.At, air.Where = "", " "
	s.refused("/bulletin/aired", air, http.StatusBadRequest, "desk.bulletin_where")
	// It was heard: so it can be corrected, though nobody got it by SMS; then it is printed no more, and that it was read is still noted.
	c := drafted(bot.BulletinCorrection, "Le pont est fermé aux camions.")
	c.Corrects, c.Langs = ref, nil
	s.approved(c)
	script.Channel = bot.VariantRadio
	s.refused("/bulletin/script", script, http.StatusUnprocessableEntity, "desk.bulletin_is_corrected")
	air.Where = "Marché de Gao"
	s.ask("/bulletin/aired", air, &b)
	if len(b.Aired) != 2 || b.Corrected == "" {
		t.Errorf("read after its correction: %+v", b)
	}
}

// The desk is told of bulletins that do not stand any more.
func TestStatusTellsOfDoubtfulBulletins(t *testing.T) {
	s := newSite(t)
	var r admin.Rumour
	told := s.rumour("Le puits serait empoisonné", s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier"))
	q := finding(told, bot.ConfirmedFalse)
	q.Finding, q.Texts = "", map[string]string{"fr": "L'eau du puits est bonne."}
	s.ask("/rumour/submit", q, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: told, Fallback: "fr"}, &r)
	news := drafted(bot.BulletinNews, "L'eau est bonne à Gao.")
	news.Rumours = &[]string{told}
	ref := s.approved(news)
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if len(st.Doubtful) > 0 {
		t.Errorf("doubtful before anything happened: %v", st.Doubtful)
	}
	s.ask("/rumour/withdraw", admin.MoveRumour{By: by("AMI"), Rumour: told, Comment: "Un autre test"}, &r)
	s.ask("/status", admin.Nothing{}, &st)
	if len(st.Doubtful) != 1 || string(st.Doubtful[0]) != ref {
		t.Errorf("doubtful: %v, want %s", st.Doubtful, ref)
	}
	var b admin.Bulletin
	s.ask("/bulletin/show", admin.ShowBulletin{By: by("DJENEBA"), Ref: ref}, &b)
	if string(b.Fell) != told {
		t.Errorf("fell with %q, want %s", b.Fell, told)
	}
	s.ask("/bulletin/withdraw", admin.MoveBulletin{By: by("AMI"), Ref: ref, Reason: "Un autre test"}, &b)
	s.ask("/status", admin.Nothing{}, &st)
	if len(st.Doubtful) > 0 || b.State != bot.BulletinWithdrawn {
		t.Errorf("doubtful after it was withdrawn: %v", st.Doubtful)
	}
}

// saysYes has somebody who wrote before agree to bulletins.
func (s *site) saysYes(phone string) {
	s.t.Helper()
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(s.Store.ContactKey(s.Numbers.Normalise(phone)))
		if err != nil {
			return err
		}
		c.Consent = bot.Consent{State: bot.ConsentGranted, Scope: []string{"reply", "bulletins"}}
		return tx.PutContact(c, c.Rev)
	}))
}

// A bulletin names a project that somebody added, and the project shows how many it pays and how many of these were sent; an audience of a
// project holds all whom it brought, whoever brought them first.
func TestAProjectPaysBulletins(t *testing.T) {
	s := newSite(t)
	s.agreed(0, 5, "")
	must(t, s.store.Update(t.Context(), func(tx storage.Tx) error {
		for i, e := range []struct {
			first string
			also  []string
		}{{"TABALE", nil}, {"JADE", []string{"TABALE"}}, {"", []string{"TABALE"}}, {"JADE", nil}} {
			c, err := tx.Contact(s.store.ContactKey(bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237%07d", i)}))
			if err != nil {
				return err
			}
			c.Enrolled.Project, c.Projects = e.first, e.also
			if err := tx.PutContact(c, c.Rev); err != nil {
				return err
			}
		}
		return nil
	}))
	q := drafted(bot.BulletinPrevention, "Le pont de Markala est ouvert à tous.")
	q.Project, q.Enrolled = text("TABALE"), text("tabale")
	s.refused("/bulletin/new", q, http.StatusNotFound, "desk.no_such_project")
	for _, code := range []string{"TABALE", "JADE"} {
		s.ask("/project/new", admin.NewProject{By: by("AMI"), Code: code, Title: "x"}, &admin.ProjectRow{})
	}
	ref := s.approved(q)
	s.ask("/bulletin/new", q, &admin.Bulletin{})
	other := drafted(bot.BulletinPrevention, "Le puits est bon.")
	other.Project = text("JADE")
	s.ask("/bulletin/new", other, &admin.Bulletin{})
	if v, _ := s.previewed("AMI", ref); v.People != 3 {
		t.Errorf("the audience holds %d people, want the three whom the project brought", v.People)
	}
	s.ask("/bulletin/send", admin.NameRun{By: by("AMI"), Ref: ref}, &admin.Run{})
	var shown admin.ProjectShown
	s.ask("/project/show", admin.ShowProject{By: by("AMI"), Code: "TABALE"}, &shown)
	if shown.Bulletins != 2 || shown.Sent != 1 {
		t.Errorf("it pays %d bulletins, %d of them sent, want 2 and 1", shown.Bulletins, shown.Sent)
	}
}
