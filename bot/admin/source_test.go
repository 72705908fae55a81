package admin_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/storagetest"
)

const (
	gaoTown = "ml_ct_2023:ML0701"
	inGao   = "ml_ct_2023:ML07"
	kayes   = "ml_ct_2023:ML0101"
	secret  = "Sory, boucher, 66 55 44 33"
)

// source adds a source and gives its code.
func (s *site) source(q admin.AddSource) string {
	s.t.Helper()
	q.By, q.Contact = by("CISSE"), secret
	var made admin.SourceRow
	s.ask("/source/add", q, &made)
	return made.Code
}

// How to reach a source is shown to verifiers and coordinators who ask for it, each time an event, and stands nowhere else:
// not in the list, not in an event, not in the log, not on the disk. A retired source's is forgotten.
func TestContactsOfSourcesStayHidden(t *testing.T) {
	s := newSite(t)
	code := s.source(admin.AddSource{Kind: bot.SourceEyewitness, Place: gaoTown, Themes: []bot.RumourTheme{bot.RumourHealth}, Group: "marche", Note: "parle songhay"})
	if len(code) != 5 {
		t.Errorf("a code was drawn: %q", code)
	}
	var list admin.SourceRows
	s.ask("/source/list", admin.ListSources{By: by("AMI")}, &list)
	if len(list.Sources) != 1 || list.Sources[0].Code != code || list.Sources[0].Kind != bot.SourceEyewitness ||
		list.Sources[0].Place.String() != gaoTown || list.Sources[0].Group != "marche" || list.Sources[0].AddedBy != "CISSE" {
		t.Errorf("listed: %+v", list)
	}
	s.ask("/source/for", admin.WhomToAsk{By: by("AMI"), Place: gaoTown}, &admin.ToAsk{})
	copied := filepath.Join(t.TempDir(), "copy")
	s.ask("/backup", admin.Backup{By: by("ROOT"), Path: copied}, &admin.BackupMade{})
	for _, word := range []string{"Sory", "boucher", "66 55 44 33", "songhay"} {
		if strings.Contains(s.heard.String(), word) {
			t.Errorf("an answer or the log says %q", word)
		}
		plain := storagetest.Plaintexts(t, copied, s.store.Master, "events", "users", "messages", "rumours", "refs")
		if slices.ContainsFunc(plain, func(b []byte) bool { return strings.Contains(string(b), word) }) {
			t.Errorf("a row other than the source's holds %q", word)
		}
	}
	held := storagetest.Plaintexts(t, copied, s.store.Master, "sources")
	if !slices.ContainsFunc(held, func(b []byte) bool { return strings.Contains(string(b), secret) }) {
		t.Error("the source's own row does not hold it, or this test shows nothing")
	}

	var shown admin.Source
	for _, name := range []string{"CISSE", "AMI"} {
		s.ask("/source/show", admin.ShowSource{By: by(name), Code: " " + strings.ToLower(code)}, &shown)
		if shown.Contact != secret || shown.Note != "parle songhay" {
			t.Errorf("%s is shown %+v", name, shown.SourceRow)
		}
	}
	s.ask("/source/retire", admin.RetireSource{By: by("AMI"), Code: code}, &admin.SourceRow{})
	s.ask("/source/show", admin.ShowSource{By: by("AMI"), Code: code}, &shown)
	if shown.Contact != "" || shown.Note != "" || shown.RetiredAt.IsZero() {
		t.Errorf("retired: %q", string(shown.Contact))
	}
	var found admin.ToAsk
	s.ask("/source/for", admin.WhomToAsk{By: by("AMI"), Place: gaoTown}, &found)
	if len(found.Sources) != 0 {
		t.Errorf("a retired source is named: %+v", found)
	}
	want := []string{
		"CISSE source.added " + code + " eyewitness", "ROOT backup.made test", "CISSE source.read " + code, "AMI source.read " + code,
		"AMI source.retired " + code, "AMI source.read " + code,
	}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestSourcesAreChecked(t *testing.T) {
	s := newSite(t)
	good := admin.AddSource{By: by("AMI"), Code: "GAO1", Kind: bot.SourceMedia, Contact: "radio du quartier"}
	s.ask("/source/add", good, &admin.SourceRow{})
	for key, change := range map[string]func(*admin.AddSource){
		"desk.source_exists":   func(q *admin.AddSource) { q.Code = "gao1" },
		"desk.bad_pseudonym":   func(q *admin.AddSource) { q.Code = "70123456" }, // a number is no pseudonym
		"desk.bad_source_kind": func(q *admin.AddSource) { q.Kind = "friend" },
		"desk.source_contact":  func(q *admin.AddSource) { q.Contact = " " },
	} {
		q := good
		q.Code = ""
		change(&q)
		if p, refused := s.try("/source/add", q); !refused || p.Key != key {
			t.Errorf("%+v: %v %s, want %s", q, refused, p.Key, key)
		}
	}
	for _, change := range []func(*admin.AddSource){
		func(q *admin.AddSource) { q.Code = "A" },
		func(q *admin.AddSource) { q.Code = "GAO-1" },
		func(q *admin.AddSource) { q.Code = "ABCDEFGHIJKLM" },
		func(q *admin.AddSource) { q.Group = "les gens du marché" },
	} {
		q := good
		q.Code = ""
		change(&q)
		s.refused("/source/add", q, http.StatusBadRequest, "desk.bad_pseudonym")
	}
	for _, at := range []string{"Gao", "ml_ct_2023:ML9999"} {
		q := good
		q.Code, q.Place = "", at
		s.refused("/source/add", q, http.StatusBadRequest, "desk.bad_source_place")
	}
	q := good
	q.Code, q.Themes = "", []bot.RumourTheme{"weather"}
	s.refused("/source/add", q, http.StatusBadRequest, "desk.bad_rumour_theme")
	q = good
	q.Code, q.Contact = "", strings.Repeat("x", rumour.MaxSourceContact+1)
	s.refused("/source/add", q, http.StatusBadRequest, "desk.source_contact")
	s.refused("/source/show", admin.ShowSource{By: by("AMI"), Code: "NONE"}, http.StatusNotFound, "desk.no_such_source")
}

// The nearest come first; of those equally near one of each kind and origin; who was asked longest ago before the others; from
// elsewhere only who is named for the theme.
func TestWhomToAsk(t *testing.T) {
	s := newSite(t)
	health := []bot.RumourTheme{bot.RumourHealth}
	for _, q := range []admin.AddSource{
		{Code: "NURSE", Kind: bot.SourceHealthWorker, Place: gaoTown, Themes: health, Group: "csref"},
		{Code: "NURSE2", Kind: bot.SourceHealthWorker, Place: gaoTown, Themes: health},
		{Code: "DOCTOR", Kind: bot.SourceExpert, Place: gaoTown, Themes: health, Group: "csref"},
		{Code: "POLICE", Kind: bot.SourceSecurityForce, Place: gaoTown},
		{Code: "RADIO", Kind: bot.SourceMedia, Place: inGao},
		{Code: "CHIEF", Kind: bot.SourceCommunityLeader, Place: kayes},
		{Code: "LAB", Kind: bot.SourceExpert, Place: kayes, Themes: health},
		{Code: "UN", Kind: bot.SourceNGO},
		{Code: "SOLDIER", Kind: bot.SourceSecurityForce, Place: kayes, Themes: []bot.RumourTheme{bot.RumourArmedGroup}},
	} {
		s.source(q)
	}
	codes := func(q admin.WhomToAsk) (list []string, independent bool) {
		t.Helper()
		q.By = by("CISSE")
		var found admin.ToAsk
		s.ask("/source/for", q, &found)
		for _, x := range found.Sources {
			list = append(list, x.Code)
			if x.Authority != (x.Code == "POLICE" || x.Code == "SOLDIER") {
				t.Errorf("%s is marked %v", x.Code, x.Authority)
			}
		}
		return list, found.Independent
	}
	ask := admin.WhomToAsk{Place: gaoTown, Themes: health}
	if got, ok := codes(ask); !ok || !slices.Equal(got, []string{"DOCTOR", "NURSE2", "POLICE", "NURSE", "RADIO", "UN", "LAB"}) {
		t.Errorf("for health in Gao: %q, independent %v", got, ok)
	}
	s.store.Time.Add(time.Hour)
	s.ask("/source/show", admin.ShowSource{By: by("CISSE"), Code: "DOCTOR"}, &admin.Source{})
	if got, _ := codes(ask); !slices.Equal(got[:4], []string{"NURSE", "POLICE", "NURSE2", "DOCTOR"}) {
		t.Errorf("once the doctor was asked: %q", got)
	}
	if got, ok := codes(admin.WhomToAsk{Place: kayes, Themes: []bot.RumourTheme{bot.RumourArmedGroup}}); !ok || !slices.Equal(got, []string{"CHIEF", "SOLDIER", "LAB", "UN"}) {
		t.Errorf("for an armed group in Kayes: %q, independent %v", got, ok)
	}

	// What a rumour or a report is about is looked up; a report that is the focal point's alone tells nobody its place.
	ref := s.tell(fanta, "On dit que le vaccin rend malade à Gao")
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		rep, err := rumour.FindReport(tx, ref)
		must(t, err)
		rep.Place, _ = bot.ParsePlaceCode(gaoTown)
		rep.Theme = bot.ThemeHealth
		return tx.PutReport(rep, rep.Rev)
	}))
	byRef, _ := codes(admin.WhomToAsk{Ref: ref})
	if byPlace, _ := codes(ask); !slices.Equal(byRef, byPlace) {
		t.Errorf("by the report %q, by its place and theme %q", byRef, byPlace)
	}
	s.focalKey("one")
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferOther}, &admin.ReportProtected{})
	s.refused("/source/for", admin.WhomToAsk{By: by("CISSE"), Ref: ref}, http.StatusForbidden, "desk.report_sealed")
	s.refused("/source/for", admin.WhomToAsk{By: by("CISSE"), Ref: "482918"}, http.StatusNotFound, "desk.no_such_rumour")
}

// Evidence that names a source counts as asking it: the next verifier is shown another first.
func TestEvidenceCountsAsAsking(t *testing.T) {
	s := newSite(t)
	s.source(admin.AddSource{Code: "RADIO1", Kind: bot.SourceMedia, Place: gaoTown})
	s.source(admin.AddSource{Code: "RADIO2", Kind: bot.SourceMedia, Place: gaoTown})
	first := func() string {
		t.Helper()
		var found admin.ToAsk
		s.ask("/source/for", admin.WhomToAsk{By: by("CISSE"), Place: gaoTown}, &found)
		return found.Sources[0].Code
	}
	if got := first(); got != "RADIO1" {
		t.Fatalf("first %s", got)
	}
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le marché serait fermé"}, &r)
	act := people.Act{At: bot.At(s.Now()), As: "CISSE", Via: "socket", Site: "test"}
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		triage := act
		triage.As = "DJENEBA"
		_, err := s.Desk.Triage(tx, triage, string(r.Ref), rumour.Step{Theme: bot.RumourAid, Risk: rumour.GivenRisk{Harm: 1, Spread: 1}, RedactionChecked: true})
		if err != nil {
			return err
		}
		for _, code := range []string{"radio1", "UNKNOWN"} { // whoever stands in no address book may be named too
			e := bot.Evidence{Method: bot.MethodCall, Source: bot.SourceMedia, Code: code, Supports: bot.SupportsFalse}
			if _, err := s.Desk.AddEvidence(tx, act, string(r.Ref), rumour.Step{Evidence: []bot.Evidence{e}}); err != nil {
				return err
			}
		}
		return nil
	}))
	if got := first(); got != "RADIO2" {
		t.Errorf("after RADIO1 was asked the first is %s", got)
	}
}

// Two sources that repeat one origin, or two authorities, do not do to confirm anything, and the answer says so.
func TestSourcesThatDoNotDo(t *testing.T) {
	s := newSite(t)
	independent := func() bool {
		t.Helper()
		var found admin.ToAsk
		s.ask("/source/for", admin.WhomToAsk{By: by("CISSE"), Place: gaoTown}, &found)
		return found.Independent
	}
	s.source(admin.AddSource{Code: "MAYOR", Kind: bot.SourceLocalOfficial, Place: gaoTown})
	s.source(admin.AddSource{Code: "POLICE", Kind: bot.SourceSecurityForce, Place: gaoTown})
	if independent() {
		t.Error("two authorities would do")
	}
	s.source(admin.AddSource{Code: "RADIO", Kind: bot.SourceMedia, Place: kayes, Group: "one"})
	if independent() {
		t.Error("one from elsewhere who is not named for the theme would do")
	}
	s.source(admin.AddSource{Code: "PAPER", Kind: bot.SourceMedia, Place: gaoTown, Group: "one"})
	if !independent() {
		t.Error("a newspaper beside an authority would not do")
	}
}
