package admin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/seal"
	"tinye/storage/storagetest"
)

// focalKey makes a focal point's key and registers its public half.
func (s *site) focalKey(name string) *seal.CaseKey {
	s.t.Helper()
	k, err := seal.NewCaseKey(filepath.Join(s.t.TempDir(), name), s.Now())
	must(s.t, err)
	var row admin.ProtectionKeyRow
	s.ask("/protect/key", admin.ProtectionKey{By: by("FOUSSENI"), Public: k.Public()}, &row)
	if row.Public != k.Public() || row.AddedBy != "FOUSSENI" || !row.RetiredAt.IsZero() {
		s.t.Errorf("registered %+v", row)
	}
	return k
}

// backupHolds tells which of the words can be read in a backup made now, with the master key, in whatever was ever sealed.
func (s *site) backupHolds(words ...string) (found []string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "copy")
	must(s.t, s.store.Backup(s.t.Context(), path))
	all := storagetest.Plaintexts(s.t, path, s.store.Master,
		"messages", "quarantine", "contacts", "rumours", "events", "vault", "users", "sources", "told", "protect_keys")
	for _, w := range words {
		if slices.ContainsFunc(all, func(plain []byte) bool { return strings.Contains(string(plain), w) }) {
			found = append(found, w)
		}
	}
	return found
}

// opened is what a key reads in the export.
func (s *site) opened(k *seal.CaseKey) map[bot.Ref]rumour.ProtectedReport {
	s.t.Helper()
	var e admin.ProtectedExport
	s.ask("/protect/export", admin.ExportProtected{By: by("FOUSSENI")}, &e)
	all := make(map[bot.Ref]rumour.ProtectedReport)
	for _, c := range e.Cases {
		plain, err := k.Open([]byte(c.Age))
		must(s.t, err)
		var r rumour.ProtectedReport
		must(s.t, json.Unmarshal(plain, &r))
		all[c.Ref] = r
	}
	return all
}

const (
	abuse = "Un oncle fait du mal à une fillette chez les voisins"
	more  = "Elle a douze ans et elle pleure"
	well  = "Il paraît que le puits de Gao est empoisonné depuis hier"
)

// After it is protected a report with two texts is read by the focal points' keys and by nothing else: no role, no endpoint,
// no backup, although that has free pages and every key of the ring; the other reports are as they were.
func TestAProtectedReportIsGone(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Limits.Join = 10 * time.Minute
	one, two := s.focalKey("one"), s.focalKey("two")
	ordinary := s.tell(moussa, well)
	ref := s.tell(fanta, abuse)
	s.tell(fanta, more) // joins it
	before := filepath.Join(t.TempDir(), "before")
	s.ask("/backup", admin.Backup{By: by("ROOT"), Path: before}, &admin.BackupMade{})
	if got := s.backupHolds(abuse, more, well); len(got) != 3 {
		t.Fatalf("before, a backup must hold all three, or this test shows nothing: %q", got)
	}
	s.store.Time.Add(time.Minute)
	var done admin.ReportProtected
	s.ask("/report/protect", admin.ProtectReport{By: by("DJENEBA"), Ref: ref, Kind: bot.ReferChild}, &done)
	if string(done.Ref) != ref || !done.Sealed || !done.Told || done.Pending || len(done.Backups) != 1 {
		t.Errorf("protected: %+v", done)
	}
	if got := s.backupHolds(abuse, more, "fillette", "douze", well); !slices.Equal(got, []string{well}) {
		t.Errorf("a backup made afterwards holds %q, want the other report alone", got)
	}

	heard := s.heard.Len()
	for _, name := range []string{"ROOT", "AMI", "BAKARY", "CISSE", "DJENEBA", "ELI", "FOUSSENI"} {
		p, refused := s.try("/report/show", admin.ShowReport{By: by(name), Ref: ref})
		if !refused || p.Key != "desk.report_sealed" && p.Key != "desk.no_role" {
			t.Errorf("%s looks at it: %v %s", name, refused, p.Key)
		}
		p, refused = s.try("/report/show", admin.ShowReport{By: by(name), Ref: ref, Raw: true, Reason: "enquête en cours"})
		if !refused || p.Key != "desk.report_sealed" && p.Key != "desk.no_role" {
			t.Errorf("%s looks at it unmasked: %v %s", name, refused, p.Key)
		}
		p, refused = s.try("/rumour/new", admin.NewRumour{By: by(name), Claim: "x", From: []string{ref}})
		if !refused || p.Key != "desk.report_sealed" && p.Key != "desk.no_role" {
			t.Errorf("%s puts it under a rumour: %v %s", name, refused, p.Key)
		}
		s.try("/outbox/list", admin.ListMessages{By: by(name)})
		s.try("/quarantine/list", admin.ListQuarantine{By: by(name), All: true})
		s.try("/rumour/list", admin.ListRumours{By: by(name)})
		s.try("/protect/list", admin.ListProtected{By: by(name)})
		s.try("/protect/export", admin.ExportProtected{By: by(name)})
		for _, state := range []bot.ReportState{"", bot.ReportReceived} {
			var list admin.Reports
			body, err := json.Marshal(admin.ListReports{By: by(name), State: state})
			must(t, err)
			status, answer := s.post(http.MethodPost, "/report/list", string(body))
			if status != http.StatusOK {
				continue
			}
			must(t, json.Unmarshal(answer, &list))
			if slices.ContainsFunc(list.Reports, func(r admin.ReportRow) bool { return string(r.Ref) == ref }) {
				t.Errorf("%s finds it in the list of state %q", name, state)
			}
		}
	}
	for _, word := range []string{"fillette", "douze", "oncle"} {
		if strings.Contains(s.heard.String()[heard:], word) {
			t.Errorf("an answer or the log says %q", word)
		}
	}
	s.refused("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferChild}, http.StatusForbidden, "desk.report_sealed")
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: ordinary}, &shown)
	if len(shown.Said) != 1 || shown.Said[0].Text != well {
		t.Errorf("the other report: %+v", shown.Said)
	}

	for _, k := range []*seal.CaseKey{one, two} {
		r := s.opened(k)[bot.Ref(ref)]
		if len(r.Texts) != 2 || r.Texts[0].Text != abuse || r.Texts[1].Text != more || r.Kind != bot.ReferChild || r.Number != "+223"+fanta {
			t.Errorf("opened: %+v", r)
		}
	}
	stranger, err := seal.NewCaseKey(filepath.Join(t.TempDir(), "stranger"), s.Now())
	must(t, err)
	var e admin.ProtectedExport
	s.ask("/protect/export", admin.ExportProtected{By: by("FOUSSENI")}, &e)
	if _, err := stranger.Open([]byte(e.Cases[0].Age)); err == nil {
		t.Error("a stranger's key opens it")
	}
	for _, want := range []string{"DJENEBA report.protected " + ref, "FOUSSENI protection.key_added " + one.Public()} {
		if events := s.events(); !slices.Contains(events, want) {
			t.Errorf("no event %q in %q", want, events)
		}
	}
}

// A report that is linked and answered leaves its rumour; what is queued about it is not sent; the person reads one neutral
// sentence, and nothing else, whatever is published later.
func TestALinkedReportIsProtected(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Limits.Join = 10 * time.Minute
	s.focalKey("one")
	ref := s.tell(fanta, abuse)
	s.send(bot.OutHandedOver) // its acknowledgement
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Un bruit du quartier", From: []string{ref, s.tell(moussa, well)}}, &r)
	var done admin.ReportProtected
	s.ask("/report/protect", admin.ProtectReport{By: by("CISSE"), Ref: ref, Kind: bot.ReferGBV}, &done)
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		got, err := rumour.Find(tx, string(r.Ref))
		must(t, err)
		links, err := tx.Links(got.ID, bot.LinkCursor{}, 10)
		if got.Reports != 1 || len(links) != 1 {
			t.Errorf("the rumour has %d reports and %d links, want the other one", got.Reports, len(links))
		}
		rep, findErr := rumour.FindReport(tx, ref)
		if !rep.Rumour.IsZero() || rep.State != bot.ReportProtected || !rep.Protect {
			t.Errorf("the report is %+v", rep)
		}
		must(t, findErr)
		return err
	}))
	s.store.Time.Add(time.Second)
	var sent []string
	for _, c := range s.send(bot.OutHandedOver) {
		if string(c.To.Value) == "+223"+fanta {
			sent = append(sent, string(c.Text))
		}
	}
	if len(sent) != 1 || !strings.Contains(sent[0], ref) || !strings.Contains(sent[0], "message noté") {
		t.Errorf("the person is sent %q, want the neutral sentence", sent)
	}
	for _, word := range []string{"protect", "abus", "enfant", "fillette"} {
		if strings.Contains(strings.ToLower(strings.Join(sent, " ")), word) {
			t.Errorf("it says %q", word)
		}
	}
	// What the person writes just after is protected too; nobody else sees it.
	in := bot.Inbound{Gateway: "sim", ExternalID: "later", Sender: fanta, To: "36000", Text: "Venez vite, elle est seule avec lui"}
	_, err := s.Receive(t.Context(), in)
	must(t, err)
	var list admin.Reports
	s.ask("/report/list", admin.ListReports{By: by("AMI")}, &list)
	if len(list.Reports) != 1 {
		t.Errorf("a coordinator sees %d reports, want the other person's", len(list.Reports))
	}
}

// What was queued before leaves no more, whichever way it is tried: one neutral sentence is all that the person gets.
func TestOnlyTheNeutralSentenceLeaves(t *testing.T) {
	s := newSite(t)
	s.focalKey("one")
	ref := s.tell(fanta, abuse) // its acknowledgement has not left yet
	s.ask("/report/reply", admin.ReplyToReport{By: by("AMI"), Ref: ref, Text: "Nous appelons la fillette et son oncle."}, &admin.Written{})
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferChild}, &admin.ReportProtected{})
	if got := s.backupHolds(abuse, "et son oncle"); len(got) != 0 {
		t.Errorf("a backup holds %q", got)
	}
	s.store.Time.Add(time.Second)
	sent := s.send(bot.OutHandedOver)
	if len(sent) != 1 || sent[0].Row.Key != rumour.ProtectedKey {
		t.Errorf("%d messages leave", len(sent))
	}
}

// Without a key a report is hidden and waits. The focal point's command seals all that wait, those of the menu too; the
// sweep seals them by itself once nothing joins them any more.
func TestWhatWaitsIsSealed(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, abuse)
	var done admin.ReportProtected
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferChild}, &done)
	if done.Sealed || !done.Told {
		t.Errorf("without a key: %+v", done)
	}
	s.refused("/protect/seal-waiting", admin.SealWaiting{By: by("FOUSSENI")}, http.StatusUnprocessableEntity, "desk.no_protection_key")
	s.refused("/report/show", admin.ShowReport{By: by("AMI"), Ref: ref}, http.StatusForbidden, "desk.report_protected")
	must(t, s.Sweep(t.Context()))
	var list admin.ProtectedList
	s.ask("/protect/list", admin.ListProtected{By: by("FOUSSENI")}, &list)
	if len(list.Protected) != 1 || string(list.Protected[0].Ref) != ref || list.Protected[0].State != "" || len(list.Keys) != 0 {
		t.Errorf("waiting: %+v", list)
	}
	k := s.focalKey("one")
	s.ask("/protect/seal-waiting", admin.SealWaiting{By: by("FOUSSENI")}, &admin.WaitingSealed{})
	if got := s.opened(k)[bot.Ref(ref)]; len(got.Texts) != 1 || got.Texts[0].Text != abuse || got.Kind != bot.ReferChild {
		t.Errorf("sealed later: %+v", got)
	}
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		if r, err := rumour.FindReport(tx, ref); err != nil || r.Referral != "" {
			t.Errorf("the report still says what it was about: %q, %v", r.Referral, err)
		}
		return nil
	}))
	if got := s.backupHolds(abuse); len(got) != 0 {
		t.Errorf("a backup holds %q", got)
	}

	menu := s.tell(moussa, well)
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error { // as the menu's path does
		rep, err := rumour.FindReport(tx, menu)
		must(t, err)
		rep.Protect = true
		return tx.PutReport(rep, rep.Rev)
	}))
	must(t, s.Sweep(t.Context()))
	if got := s.backupHolds(well); len(got) != 1 {
		t.Error("a report of the menu was sealed while further texts may join it")
	}
	s.store.Time.Add(16 * time.Minute)
	must(t, s.Sweep(t.Context()))
	if got := s.backupHolds(well); len(got) != 0 {
		t.Error("the sweep did not seal a report of the menu")
	}
	if got := s.opened(k)[bot.Ref(menu)]; len(got.Texts) != 1 || got.Texts[0].Text != well {
		t.Errorf("sealed by the sweep: %+v", got)
	}
}

// A raw request that was handled again out of quarantine holds the words too; they go with the report.
func TestARawRequestGoesWithItsReport(t *testing.T) {
	s := newSite(t)
	s.focalKey("one")
	raw, other := s.NewID(), s.NewID()
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		for id, body := range map[bot.ID]string{raw: "text=" + abuse, other: "text=" + well} {
			q := bot.Quarantined{ID: id, Gateway: "sim", Route: "mo", At: bot.At(s.Now()), Reason: "failed", Body: []byte(body)}
			if err := tx.PutQuarantined(q); err != nil {
				return err
			}
		}
		return nil
	}))
	s.decoded = func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) {
		return []bot.Inbound{{Gateway: "sim", ExternalID: "q", Sender: fanta, To: "36000", Text: abuse}}, nil, nil
	}
	s.ask("/quarantine/retry", admin.RetryQuarantined{By: by("AMI"), ID: raw.String()}, &admin.QuarantinedRow{})
	var list admin.Reports
	s.ask("/report/list", admin.ListReports{By: by("AMI")}, &list)
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: string(list.Reports[0].Ref), Kind: bot.ReferChild}, &admin.ReportProtected{})
	if got := s.backupHolds(abuse, well); !slices.Equal(got, []string{well}) {
		t.Errorf("a backup holds %q, want the request that was not handled", got)
	}
}

// A case goes from state to state with its dates; thirty days after it was handed over its content is destroyed, and it is
// counted still.
func TestACaseIsHandedOverAndDestroyed(t *testing.T) {
	s := newSite(t)
	k := s.focalKey("one")
	ref := s.tell(fanta, abuse)
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferChild}, &admin.ReportProtected{})
	move := func(to bot.CaseState) admin.MoveProtected {
		return admin.MoveProtected{By: by("FOUSSENI"), Ref: ref, State: to}
	}
	s.refused("/protect/state", move(bot.CaseClosed), http.StatusUnprocessableEntity, "desk.case_open")
	p := s.refused("/protect/state", move(bot.CaseHandedOver), http.StatusUnprocessableEntity, "desk.case_not_accepted")
	if !strings.Contains(p.Sentence, "--to accepted") {
		t.Errorf("%q does not say what goes before", p.Sentence)
	}
	var row admin.ProtectedRow
	s.ask("/protect/state", move(bot.CaseAccepted), &row)
	s.store.Time.Add(time.Hour)
	s.ask("/protect/state", move(bot.CaseHandedOver), &row)
	if row.State != bot.CaseHandedOver || row.HandedAt.Sub(row.AcceptedAt) != time.Hour {
		t.Errorf("handed over: %+v", row)
	}
	s.refused("/protect/state", move(bot.CaseAccepted), http.StatusUnprocessableEntity, "desk.bad_case_state")
	s.store.Time.Add(rumour.CaseKept - time.Minute)
	must(t, s.Sweep(t.Context()))
	if len(s.opened(k)) != 1 {
		t.Error("the content is gone before its time")
	}
	s.store.Time.Add(time.Minute)
	must(t, s.Sweep(t.Context()))
	if len(s.opened(k)) != 0 {
		t.Error("the content is there after its time")
	}
	s.ask("/protect/state", move(bot.CaseClosed), &row)
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if st.Protected[bot.CaseClosed].N != 1 || st.Protected[bot.CaseNew].N != 0 {
		t.Errorf("counted: %+v", st.Protected)
	}
	var list admin.ProtectedList
	s.ask("/protect/list", admin.ListProtected{By: by("FOUSSENI")}, &list)
	if len(list.Protected) != 1 || list.Protected[0].DestroyedAt.IsZero() || list.Protected[0].Keys != 1 {
		t.Errorf("listed: %+v", list.Protected)
	}
}

// What is no public key, a private one above all, is refused and not repeated; a retired key gets nothing more.
func TestProtectionKeys(t *testing.T) {
	s := newSite(t)
	for _, typed := range []string{"", "age1x", "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ"} {
		p := s.refused("/protect/key", admin.ProtectionKey{By: by("FOUSSENI"), Public: typed}, http.StatusBadRequest, "desk.bad_protection_key")
		if strings.Contains(p.Sentence, "SECRET") {
			t.Errorf("%q", p.Sentence)
		}
	}
	one, two := s.focalKey("one"), s.focalKey("two")
	var row admin.ProtectionKeyRow
	s.ask("/protect/key", admin.ProtectionKey{By: by("FOUSSENI"), Public: one.Public(), Retire: true}, &row)
	if row.RetiredAt.IsZero() {
		t.Errorf("retired: %+v", row)
	}
	ref := s.tell(fanta, abuse)
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferChild}, &admin.ReportProtected{})
	var e admin.ProtectedExport
	s.ask("/protect/export", admin.ExportProtected{By: by("FOUSSENI")}, &e)
	if _, err := one.Open([]byte(e.Cases[0].Age)); err == nil {
		t.Error("a retired key opens what was sealed afterwards")
	}
	if _, err := two.Open([]byte(e.Cases[0].Age)); err != nil {
		t.Error(err)
	}
	s.refused("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: s.tell(moussa, well), Kind: "c'est grave"}, http.StatusBadRequest, "desk.bad_referral")
}

// Each endpoint lets in the accounts it names.
func TestWhoMayProtectAndAsk(t *testing.T) {
	s := newSite(t)
	everybody := []string{"ROOT", "AMI", "CISSE", "DJENEBA", "ELI", "FOUSSENI"}
	keepers := []string{"AMI", "CISSE"}
	for path, c := range map[string]struct {
		may      []string
		question func(admin.By) any
	}{
		"/report/protect": {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any {
			return admin.ProtectReport{By: b, Ref: "482918", Kind: bot.ReferChild}
		}},
		"/protect/key":          {[]string{"FOUSSENI"}, func(b admin.By) any { return admin.ProtectionKey{By: b, Public: "x"} }},
		"/protect/list":         {[]string{"FOUSSENI"}, func(b admin.By) any { return admin.ListProtected{By: b} }},
		"/protect/seal-waiting": {[]string{"FOUSSENI"}, func(b admin.By) any { return admin.SealWaiting{By: b} }},
		"/protect/export":       {[]string{"FOUSSENI"}, func(b admin.By) any { return admin.ExportProtected{By: b} }},
		"/protect/state": {[]string{"FOUSSENI"}, func(b admin.By) any {
			return admin.MoveProtected{By: b, Ref: "482918", State: bot.CaseAccepted}
		}},
		"/source/add":    {keepers, func(b admin.By) any { return admin.AddSource{By: b, Kind: "x"} }},
		"/source/list":   {keepers, func(b admin.By) any { return admin.ListSources{By: b} }},
		"/source/show":   {keepers, func(b admin.By) any { return admin.ShowSource{By: b, Code: "GAO1"} }},
		"/source/retire": {keepers, func(b admin.By) any { return admin.RetireSource{By: b, Code: "GAO1"} }},
		"/source/for":    {keepers, func(b admin.By) any { return admin.WhomToAsk{By: b} }},
	} {
		for _, name := range everybody {
			if slices.Contains(c.may, name) {
				s.letIn(path, c.question(by(name)))
			} else {
				s.refused(path, c.question(by(name)), http.StatusForbidden, "desk.no_role")
			}
		}
		s.refused(path, c.question(by("NOBODY")), http.StatusForbidden, "desk.no_such_user")
		s.refused(path, c.question(by("")), http.StatusBadRequest, "desk.as_needed")
	}
}

// Many reports are sealed in portions.
func TestManyWait(t *testing.T) {
	s := newSite(t)
	const many = 60
	for i := range many {
		in := bot.Inbound{Gateway: "sim", ExternalID: fmt.Sprint(i), Sender: fmt.Sprintf("7012%04d", i), To: "36000", Text: bot.Text(fmt.Sprintf("%s, maison %d", abuse, i))}
		_, err := s.Receive(t.Context(), in)
		must(t, err)
	}
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		list, err := tx.Reports("", storage.Page{})
		for _, r := range list {
			r.Protect = true
			if err := tx.PutReport(r, r.Rev); err != nil {
				return err
			}
		}
		return err
	}))
	k := s.focalKey("one")
	var w admin.WaitingSealed
	s.ask("/protect/seal-waiting", admin.SealWaiting{By: by("FOUSSENI")}, &w)
	if w.Sealed != many || len(s.opened(k)) != many {
		t.Errorf("sealed %d, opened %d, want %d", w.Sealed, len(s.opened(k)), many)
	}
	if got := s.backupHolds("maison"); len(got) != 0 {
		t.Error("a backup holds some of them")
	}
}
