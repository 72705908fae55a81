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
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/seal"
)

// silent are the endpoints that change nothing and show nobody's words or number, and those that nobody's account asks.
func silent() []string {
	return []string{
		"/user/list", "/user/numbers", "/report/list", "/report/calls", "/report/history", "/rumour/list", "/rumour/show", "/rumour/sends",
		"/rumour/history", "/outbox/list", "/quarantine/list", "/place/find", "/place/list", "/source/list", "/source/for",
		"/protect/list", "/duty/show", "/agent/list", "/agent/show", "/agent/form", "/code/list", "/code/tally", "/status", "/unlock",
		"/project/list", "/project/show", "/cohort/list", "/cohort/show", "/cohort/member", "/cohort/incidents",
		"/people/import/list", "/people/import/show", "/people/maybe",
		"/bulletin/check", "/bulletin/show", "/bulletin/list", "/bulletin/history",
		"/match/alike", "/match/status", "/rumour/search",
		"/bulletin/preview", "/broadcast/list", "/broadcast/show", "/broadcast/report", "/broadcast/walk",
	}
}

func (w *walk) maybeStops() {
	w.t.Helper()
	for _, c := range []struct {
		stop bool
		kind string
	}{{false, "person.goes_on"}, {true, "person.stopped"}} {
		ref := w.tell("66000077", "je ne veux plus recevoir vos messages")
		w.does("/people/decide", admin.DecideMaybeStop{By: by("AMI"), Ref: ref, Stop: c.stop}, &admin.MaybeStopRow{}, "AMI", c.kind, ref)
	}
	w.tell("66000041", "le pont de Konna est tombé")
	w.does("/people/lang", admin.SetPersonLang{AskPerson: asking("AMI", "au téléphone"), Lang: "ses"}, &admin.Person{}, "AMI", "person.lang_set", "…41")
}

func (w *walk) duty() {
	w.t.Helper()
	w.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "BAKARY", Number: "76111214"}, &admin.Number{})
	w.does("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY"}}, &admin.Duty{}, "AMI", "duty.set", "test")
	ref := w.tell(moussa, "Attaque au marché de Gao")
	w.does("/duty/take", admin.TakeAlarm{By: by("AMI"), Ref: ref}, &admin.Alarm{}, "AMI", "alarm.taken", ref)
	w.does("/duty/release", admin.ReleaseAlarm{By: by("AMI"), Ref: ref}, &admin.Alarm{}, "AMI", "alarm.released", ref)
	w.does("/duty/set", admin.SetDuty{By: by("AMI")}, &admin.Duty{}, "AMI", "duty.set", "test")
}

func (w *walk) stock() {
	w.t.Helper()
	for _, name := range []string{"AMI", "BAKARY"} {
		w.does("/stock/approve", admin.ApproveStock{By: by(name), Kind: bot.StockHolding}, &admin.Stock{}, name, "stock.approved", "holding")
	}
	var r admin.Rumour
	report := w.tell(moussa, "Le bac de Dioro a coulé")
	w.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: "Le bac aurait coulé", From: []string{report}}, &r)
	var sent admin.StockSent
	q := admin.SendStock{By: by("AMI"), Rumour: string(r.Ref), Kind: bot.StockHolding}
	w.does("/rumour/stock", q, &sent, "AMI", "rumour.stock_sent", string(r.Ref))
	if sent.Queued != 1 {
		w.t.Errorf("the stock wording was queued %d times", sent.Queued)
	}
}

func (w *walk) bulletins() {
	w.t.Helper()
	var b admin.Bulletin
	q := drafted(bot.BulletinPrevention, "Le pont est ouvert.")
	q.Texts, q.Langs = nil, nil
	before := len(w.all())
	w.ask("/bulletin/new", q, &b)
	w.asked["/bulletin/new"] = true
	ref := string(b.Ref)
	if e := w.all()[before:]; len(e) != 1 || e[0].Kind != "bulletin.created" || e[0].Key != ref || e[0].Actor != "CISSE" {
		w.t.Errorf("/bulletin/new left %+v", e)
	}
	does := func(verb string, q any, as, kind string) {
		w.t.Helper()
		w.does("/bulletin/"+verb, q, &b, as, "bulletin."+kind, ref)
	}
	move := func(as string) admin.MoveBulletin {
		return admin.MoveBulletin{By: by(as), Ref: ref, Reason: "à revoir"}
	}
	does("write", admin.WriteBulletin{By: by("CISSE"), Ref: ref, Lang: "fr", Text: "Le pont est ouvert."}, "CISSE", "written")
	does("write", admin.WriteBulletin{By: by("DJENEBA"), Ref: ref, Lang: "fr", Channel: bot.VariantRadio, Text: "Le pont est ouvert."}, "DJENEBA", "written")
	does("write", admin.WriteBulletin{By: by("CISSE"), Ref: ref, Lang: "bm", Text: "Aw k'a sɛgɛsɛgɛ fɔlɔ."}, "CISSE", "written")
	does("back", admin.BackBulletin{By: by("DJENEBA"), Ref: ref, Lang: "bm", Text: "Vérifiez d'abord."}, "DJENEBA", "back_translated")
	does("edit", admin.EditBulletin{By: by("CISSE"), Ref: ref, SetBulletin: admin.SetBulletin{Title: text("Pont")}}, "CISSE", "edited")
	does("schedule", admin.ScheduleBulletin{By: by("CISSE"), Ref: ref, Cron: "0 8 * * *"}, "CISSE", "scheduled")
	does("harm", harmless("CISSE", ref), "CISSE", "harm_answered")
	does("submit", move("CISSE"), "CISSE", "submitted")
	does("return", move("AMI"), "AMI", "returned")
	does("submit", move("CISSE"), "CISSE", "submitted")
	does("approve", move("AMI"), "AMI", "approved")
	w.does("/bulletin/script", admin.AskScript{By: by("CISSE"), Ref: ref, Lang: "fr", Channel: bot.VariantRadio}, &admin.Script{}, "CISSE", "bulletin.script_made", ref)
	does("aired", admin.AirBulletin{By: by("CISSE"), Ref: ref, Where: "Radio"}, "CISSE", "aired")
	does("withdraw", move("AMI"), "AMI", "withdrawn")

	w.saysYes(fanta)
	ref = w.approved(drafted(bot.BulletinPrevention, "Le pont de Markala est ouvert."))
	var run admin.Run
	var resent admin.Resent
	for _, step := range []struct{ verb, kind string }{
		{"send", "bulletin.sent"}, {"pause", "broadcast.paused"}, {"resume", "broadcast.resumed"},
	} {
		w.does("/bulletin/"+step.verb, admin.NameRun{By: by("AMI"), Ref: ref}, &run, "AMI", step.kind, ref)
	}
	w.ask("/broadcast/walk", admin.NameRun{By: by("AMI"), Ref: ref}, &run)
	w.send(bot.OutFailed)
	must(w.t, w.Sweep(w.t.Context()))
	again := admin.ResendBroadcast{NameRun: admin.NameRun{By: by("AMI"), Ref: ref}, Only: bot.OutFailed, Reason: "Panne finie"}
	w.does("/broadcast/resend", again, &resent, "AMI", "broadcast.resent", ref)
	if resent.Queued != 1 {
		w.t.Errorf("%d rows were queued again", resent.Queued)
	}
}

// all are the events in their order.
func (s *site) all() (events []bot.Event) {
	s.t.Helper()
	must(s.t, s.Store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		events, err = tx.Events(0, 1000)
		return err
	}))
	return events
}

// walk asks endpoints, and tells after each whether it left events that say who did what to what.
type walk struct {
	*site
	asked map[string]bool
}

// does asks an endpoint that changes or shows something, and wants the event of that kind.
func (w *walk) does(path string, question, answer any, as, kind, key string) {
	w.t.Helper()
	w.asked[path] = true
	before := len(w.all())
	w.ask(path, question, answer)
	events := w.all()[before:]
	if len(events) == 0 {
		w.t.Errorf("%s left no event", path)
	}
	found := false
	for _, e := range events {
		if e.Actor != as || e.Role == "" || e.Via != "socket" || e.Kind == "" || e.Key == "" || e.At.IsZero() || e.Site != "test" {
			w.t.Errorf("%s left an event with something missing: %+v", path, e)
		}
		found = found || e.Kind == kind && e.Key == key
	}
	if !found {
		w.t.Errorf("%s left no %s about %s: %+v", path, kind, key, events)
	}
	w.store.Time.Add(time.Second)
}

// Whatever is changed at the desk, and every look at words or numbers, is an event with who, in which role, by which way,
// what and to what. A new endpoint has to be walked here, or named among the silent ones.
func TestEveryEndpointLeavesItsEvent(t *testing.T) {
	s := newSite(t)
	w := &walk{site: s, asked: make(map[string]bool)}
	const called = "76998877" // whose number is asked for, and so stands in an answer
	var u admin.User
	w.does("/user/add", admin.AddUser{By: by("ROOT"), Name: "NEW", Roles: []bot.Role{bot.RoleVerifier}}, &u, "ROOT", "user.added", "NEW")
	w.does("/user/number", admin.SetNumber{By: by("ROOT"), Name: "NEW", Number: "76111213"}, &admin.Number{}, "ROOT", "user.number_set", "NEW")
	w.does("/user/number", admin.SetNumber{By: by("ROOT"), Name: "NEW", Remove: true}, &admin.Number{}, "ROOT", "user.number_removed", "NEW")
	w.does("/user/conflict", admin.DeclareConflict{By: by("CISSE"), Name: "CISSE", Themes: []bot.RumourTheme{bot.RumourReligion}}, &u,
		"CISSE", "user.conflict_declared", "CISSE")
	w.does("/user/conflict", admin.DeclareConflict{By: by("ROOT"), Name: "CISSE", Themes: []bot.RumourTheme{bot.RumourReligion}, Lift: true}, &u,
		"ROOT", "user.conflict_lifted", "CISSE")
	w.does("/codes/print", admin.PrintCodes{By: by("AMI"), Count: 2}, &admin.Sheet{}, "AMI", "codes.printed", "AMI")
	w.does("/outbox/sending", admin.SetSending{By: by("AMI"), State: bot.SendPaused}, &admin.Sending{}, "AMI", "sending.paused", "test")
	w.does("/outbox/sending", admin.SetSending{By: by("AMI")}, &admin.Sending{}, "AMI", "sending.resumed", "test")
	w.does("/place/import", admin.ImportPlaces{By: by("ROOT"), File: []byte(gao)}, &admin.PlacesImported{}, "ROOT", "place.imported", "test")
	w.does("/clock/accept", admin.AcceptClock{By: by("ROOT")}, &admin.Nothing{}, "ROOT", "clock.accepted", "test")
	w.does("/backup", admin.Backup{By: by("ROOT"), Path: filepath.Join(t.TempDir(), "copy")}, &admin.BackupMade{}, "ROOT", "backup.made", "test")
	k, err := seal.NewCaseKey(filepath.Join(t.TempDir(), "key"), s.Now())
	must(t, err)
	var asked admin.ExportAsked
	w.does("/export/ask", admin.AskExport{By: by("AMI"), To: k.Public()}, &asked, "AMI", "export.asked", "test")
	w.does("/export/approve", admin.ApproveExport{By: by("BAKARY"), Token: asked.Token}, &admin.ExportAsked{}, "BAKARY", "export.approved", "test")
	before := len(s.all())
	s.fetch(admin.Export{By: by("ROOT")})
	s.fetch(admin.Export{By: by("AMI"), Token: asked.Token})
	if e := s.all()[before:]; len(e) != 2 || e[0].Kind != "export.made" || e[0].Actor != "ROOT" || !strings.Contains(e[1].Reason, "texts") {
		t.Errorf("/export left %+v", e)
	}
	w.asked["/export"] = true
	w.does("/events/list", admin.ListEvents{By: by("ROOT")}, &admin.Events{}, "ROOT", "events.read", "test")
	w.does("/looks/list", admin.ListLooks{By: by("ROOT"), Month: "2026-10"}, &admin.Looks{}, "ROOT", "looks.read", "2026-10")
	w.does("/looks/review", admin.ReviewLooks{By: by("AMI"), Month: "2026-10"}, &admin.Looks{}, "AMI", "looks.reviewed", "2026-10")

	must(t, s.Quarantine(t.Context(), bot.Quarantined{Gateway: "sim", Route: "mo", Reason: "undecodable", Body: []byte("x=y")}))
	id := s.quarantined(false)[0].ID.String()
	w.does("/quarantine/show", admin.ShowQuarantined{By: by("AMI"), ID: id}, &admin.Quarantined{}, "AMI", "quarantine.read", id)
	s.decoded = func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) { return nil, nil, nil }
	w.does("/quarantine/retry", admin.RetryQuarantined{By: by("AMI"), ID: id}, &admin.QuarantinedRow{}, "AMI", "quarantine.retried", id)

	w.people()
	w.maybeStops()
	w.agents()
	w.imports()
	w.cohorts()
	w.duty()
	w.stock()
	w.reports(called)
	w.rumours()
	w.bulletins()
	w.requests()
	w.protection()
	w.matches()
	for _, path := range s.server.Paths() {
		if !w.asked[path] && !slices.Contains(silent(), path) {
			t.Errorf("nobody looked at the events of %s: let this test ask it", path)
		}
	}
	for _, path := range silent() {
		if !slices.Contains(s.server.Paths(), path) {
			t.Errorf("%s is no path", path)
		}
	}
	for _, e := range s.all() {
		for _, number := range []string{fanta, moussa, called, "76111213"} {
			if strings.Contains(e.Key+e.Reason, number) {
				t.Errorf("%s holds a number", e.Kind)
			}
		}
	}
}

func (w *walk) reports(called string) {
	w.t.Helper()
	var made admin.ReportEntered
	told := admin.NewReport{By: by("ELI"), Channel: bot.ChannelVoiceCall, Number: called, ReplyBy: bot.ReplyByCall, Text: "Où faire vacciner ?"}
	before := len(w.all())
	w.ask("/report/new", told, &made)
	if e := w.all()[before:]; len(e) != 1 || e[0].Kind != "report.entered" || e[0].Key != string(made.Ref) || e[0].Actor != "ELI" {
		w.t.Errorf("/report/new left %+v", e)
	}
	w.asked["/report/new"] = true
	ref := string(made.Ref)
	w.does("/report/show", admin.ShowReport{By: by("CISSE"), Ref: ref}, &admin.Report{}, "CISSE", "report.read", ref)
	w.does("/report/show", admin.ShowReport{By: by("AMI"), Ref: ref, Raw: true, Reason: "voir"}, &admin.Report{}, "AMI", "report.raw_shown", ref)
	w.does("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: ref, Words: "vacciner"}, &admin.Report{}, "CISSE", "report.masked", ref)
	w.does("/report/mask", admin.MaskReport{By: by("AMI"), Ref: ref, Unmask: 1}, &admin.Report{}, "AMI", "report.unmasked", ref)
	w.does("/report/reply", admin.ReplyToReport{By: by("AMI"), Ref: ref, Text: "Au centre."}, &admin.Written{}, "AMI", "report.replied", ref)
	w.does("/report/call", admin.ShowCall{By: by("AMI"), Ref: ref}, &admin.Call{}, "AMI", "report.number_read", ref)
	w.does("/report/called", admin.NoteCall{By: by("AMI"), Ref: ref, Outcome: rumour.CallNobody}, &admin.ReportDone{}, "AMI", "report.called", ref)
	asked := w.tell(moussa, "Le marché de Gao ferme dit-on")
	w.does("/report/ask", admin.AskReporter{By: by("AMI"), Ref: asked, Text: "Quel jour ?"}, &admin.Written{}, "AMI", "report.asked", asked)
	w.does("/report/label", admin.LabelReport{By: by("AMI"), Ref: asked, Label: bot.LabelQuestion}, &admin.ReportDone{}, "AMI", "report.labelled", asked)
	w.does("/report/close", admin.CloseReport{By: by("AMI"), Ref: asked, Reason: bot.CloseNoClaim}, &admin.ReportDone{}, "AMI", "report.closed", asked)
}

// made makes a rumour of a new report.
func (w *walk) made(text string) (ref, report string) {
	w.t.Helper()
	report = w.tell(fanta, text)
	var r admin.Rumour
	before := len(w.all())
	w.ask("/rumour/new", admin.NewRumour{By: by("DJENEBA"), Claim: text, From: []string{report}}, &r)
	w.asked["/rumour/new"] = true
	if e := w.all()[before:]; len(e) != 2 || e[0].Kind != "rumour.created" || e[0].Key != string(r.Ref) || e[1].Key != report {
		w.t.Errorf("/rumour/new left %+v", e)
	}
	return string(r.Ref), report
}

func (w *walk) rumours() {
	w.t.Helper()
	ref, _ := w.made("Le pont de Markala serait fermé")
	other, _ := w.made("Le pont de Markala est fermé")
	var r admin.Rumour
	move := func(as string, q admin.MoveRumour, verb, kind string) {
		w.t.Helper()
		if q.By = by(as); q.Rumour == "" {
			q.Rumour = ref
		}
		w.does("/rumour/"+verb, q, &r, as, kind, q.Rumour)
	}
	more := w.tell(moussa, "Le pont est coupé à Markala")
	w.does("/rumour/link", admin.LinkReports{By: by("CISSE"), Rumour: ref, Reports: []string{more}, Yes: true}, &r, "CISSE", "report.linked", more)
	low := admin.MoveRumour{Theme: bot.RumourOtherTheme, Risk: bot.RiskLow, Redacted: true}
	move("CISSE", admin.MoveRumour{Claim: "On dit le pont de Markala fermé"}, "claim", "rumour.claim")
	move("AMI", low, "triage", "rumour.triaged")
	move("AMI", admin.MoveRumour{}, "watch", "rumour.watched")
	move("AMI", admin.MoveRumour{Assignee: "CISSE"}, "assign", "rumour.assigned")
	move("CISSE", admin.MoveRumour{Risk: bot.RiskMedium}, "risk", "rumour.risk")
	checks := []admin.Check{
		{Method: bot.MethodVisit, Source: bot.SourceEyewitness, Supports: bot.SupportsFalse},
		{Method: bot.MethodCall, Source: bot.SourceLocalOfficial, Supports: bot.SupportsFalse},
	}
	move("CISSE", admin.MoveRumour{Evidence: checks[:1]}, "evidence", "evidence.added")
	submit := admin.MoveRumour{Verdict: bot.ConfirmedFalse, Finding: "Vu sur place.", Evidence: checks}
	move("CISSE", submit, "submit", "rumour.submitted")
	move("AMI", admin.MoveRumour{Comment: "Quel jour ?"}, "return", "rumour.returned")
	move("CISSE", submit, "submit", "rumour.submitted")
	move("AMI", admin.MoveRumour{}, "decide", "rumour.decided")
	w.does("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fr", Text: "Le pont est ouvert."}, &r, "CISSE", "answer.written", ref)
	w.does("/rumour/approve", admin.ApproveAnswer{By: by("AMI"), Rumour: ref, Lang: "fr"}, &r, "AMI", "answer.approved", ref)
	w.does("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref, Fallback: "fr"}, &r, "AMI", "rumour.published", ref)
	w.does("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref, Titles: map[string]string{"fr": "Pont ouvert"}}, &r, "AMI", "rumour.titled", ref)
	claims := w.send(bot.OutFailed)
	for _, c := range claims {
		if c.Row.Kind == bot.KindAnswer {
			sent := c.Row.ID.String()
			w.does("/outbox/retry", admin.RetryMessage{By: by("AMI"), ID: sent}, &admin.Message{}, "AMI", "message.resent", sent)
			break
		}
	}
	w.does("/rumour/split", admin.MoveRumour{By: by("AMI"), Rumour: ref, Claim: "Autre pont", Reports: []string{more}}, &r, "AMI", "rumour.split", ref)
	w.does("/rumour/merge", admin.MoveRumour{By: by("AMI"), Rumour: other, Into: ref, Yes: true}, &r, "AMI", "rumour.merged", other)

	ref, _ = w.made("Le puits de Gao serait empoisonné")
	w.ask("/rumour/submit", finding(ref, bot.ConfirmedFalse), &r)
	w.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fr", Text: "L'eau est bonne."}, &r)
	move("AMI", admin.MoveRumour{Fallback: "fr"}, "confirm", "rumour.published")

	move("BAKARY", admin.MoveRumour{Verdict: bot.Misleading, Comment: "Un seul puits"}, "correct", "rumour.corrected")
	move("AMI", admin.MoveRumour{Comment: "Mauvais puits"}, "withdraw", "rumour.withdrawn")

	ref = w.rumour("Le maire de Kayes aurait démissionné")
	w.find(ref, bot.ConfirmedFalse, &r)
	move("AMI", admin.MoveRumour{Comment: "Risque de vengeance."}, "withhold", "rumour.first_of_two")
	for _, name := range []string{"AMI", "BAKARY"} { // whoever told it gets this wording, before it may be closed
		w.ask("/stock/approve", admin.ApproveStock{By: by(name), Kind: bot.StockClosed}, &admin.Stock{})
	}
	move("FOUSSENI", admin.MoveRumour{}, "withhold", "rumour.withheld")
	move("DJENEBA", admin.MoveRumour{Reason: bot.ClosedWithheld}, "close", "rumour.closed")
	move("AMI", admin.MoveRumour{Comment: "Le calme est revenu"}, "reopen", "rumour.reopened")
	move("FOUSSENI", admin.MoveRumour{Comment: "Le calme est revenu"}, "lift", "rumour.lifted")

	ref, _ = w.made("Tu as gagné un million")
	move("DJENEBA", admin.MoveRumour{Reason: bot.ClosedSpam}, "reject", "rumour.rejected")
	move("DJENEBA", admin.MoveRumour{Comment: "Trop vite"}, "reopen", "rumour.reopened")
	move("DJENEBA", low, "triage", "rumour.triaged")
	move("DJENEBA", admin.MoveRumour{Reason: bot.ClosedDuplicate}, "close", "rumour.closed")
}

func (w *walk) protection() {
	w.t.Helper()
	w.asked["/protect/key"] = true
	k := w.focalKey("one")
	if e := w.all(); e[len(e)-1].Kind != "protection.key_added" || e[len(e)-1].Key != k.Public() {
		w.t.Errorf("/protect/key left %+v", e[len(e)-1])
	}
	ref := w.tell(moussa, abuse)
	w.does("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: bot.ReferChild}, &admin.ReportProtected{}, "AMI", "report.protected", ref)
	w.does("/protect/state", admin.MoveProtected{By: by("FOUSSENI"), Ref: ref, State: bot.CaseAccepted}, &admin.ProtectedRow{}, "FOUSSENI", "protection.accepted", ref)
	w.does("/protect/export", admin.ExportProtected{By: by("FOUSSENI")}, &admin.ProtectedExport{}, "FOUSSENI", "protection.exported", "test")
	w.begun(fanta, bot.Draft{Protect: true}, aboutAChild) // which waits
	w.does("/protect/seal-waiting", admin.SealWaiting{By: by("FOUSSENI")}, &admin.WaitingSealed{}, "FOUSSENI", "protection.sealed_waiting", "test")
	w.does("/source/add", admin.AddSource{By: by("CISSE"), Code: "GAO1", Kind: bot.SourceEyewitness, Contact: secret}, &admin.SourceRow{}, "CISSE", "source.added", "GAO1")
	w.does("/source/show", admin.ShowSource{By: by("CISSE"), Code: "GAO1"}, &admin.Source{}, "CISSE", "source.read", "GAO1")
	w.does("/source/retire", admin.RetireSource{By: by("CISSE"), Code: "GAO1"}, &admin.SourceRow{}, "CISSE", "source.retired", "GAO1")
}

// The list of events narrows, goes on behind a number, and its reading is an event once an hour for each reader.
func TestEventsAreListed(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	for range 3 {
		s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: ref}, &admin.Report{})
		s.store.Time.Add(time.Minute)
	}
	s.ask("/report/label", admin.LabelReport{By: by("AMI"), Ref: ref, Label: bot.LabelChat}, &admin.ReportDone{})
	kinds := func(q admin.ListEvents) (list admin.Events, kinds string) {
		t.Helper()
		s.ask("/events/list", q, &list)
		for _, e := range list.Events {
			kinds += " " + e.Actor + ":" + e.Kind
		}
		return list, strings.TrimSpace(kinds)
	}
	list, got := kinds(admin.ListEvents{By: by("AMI"), Limit: 2})
	if got != "CISSE:report.read AMI:report.labelled" || !list.More || list.Events[1].Seq != 4 || list.Events[1].Reason != "chat" {
		t.Errorf("the newest two: %q, %+v", got, list)
	}
	if list, got = kinds(admin.ListEvents{By: by("AMI"), After: &admin.EventNo{Seq: 1}, Limit: 2}); got != "CISSE:report.read CISSE:report.read" || !list.More {
		t.Errorf("behind the first: %q, more %v", got, list.More)
	}
	for want, q := range map[string]admin.ListEvents{
		"AMI:report.labelled AMI:events.read": {Actor: "AMI"},
		"AMI:report.labelled":                 {Kind: "report.labelled"},
		"AMI:events.read":                     {Kind: "events"},
		"":                                    {Key: "482918", Kind: "report"},
		"CISSE:report.read CISSE:report.read CISSE:report.read": {Key: ref, Actor: "CISSE"},
	} {
		q.By = by("AMI")
		if list, got = kinds(q); got != want || list.More {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
	if _, got = kinds(admin.ListEvents{By: by("AMI"), Since: when(bot.At(s.Now()).Add(-time.Minute)), Kind: "report"}); got != "CISSE:report.read AMI:report.labelled" {
		t.Errorf("since a minute ago: %q", got)
	}
	s.ask("/people/show", admin.AskPerson{By: by("AMI"), Number: fanta, Reason: "Zoumana Traoré insiste"}, &admin.Person{})
	if list, got = kinds(admin.ListEvents{By: by("AMI"), Kind: "person"}); got != "AMI:person.shown" || !strings.Contains(list.Events[0].Reason, "[nom") {
		t.Errorf("a reason in free words: %q, %+v", got, list)
	}
	s.ask("/events/list", admin.ListEvents{By: by("ROOT")}, &list)
	s.store.Time.Add(time.Hour)
	s.ask("/events/list", admin.ListEvents{By: by("AMI")}, &list)
	s.ask("/events/list", admin.ListEvents{By: by("AMI")}, &list)
	if _, got = kinds(admin.ListEvents{By: by("AMI"), Kind: "events.read"}); got != "AMI:events.read ROOT:events.read AMI:events.read" {
		t.Errorf("readings: %q", got)
	}
	for _, name := range []string{"CISSE", "DJENEBA", "ELI"} {
		s.refused("/events/list", admin.ListEvents{By: by(name)}, http.StatusForbidden, "desk.no_role")
	}
}

// Histories tell in order who did what; free words in them are redacted, for coordinators too, and a protected report has
// none but for the focal point.
func TestHistories(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: ref, Raw: true, Reason: "rappeler Zoumana Traoré au 76 99 88 77"}, &admin.Report{})
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("DJENEBA"), Claim: "Puits", From: []string{ref}}, &r)
	s.store.Time.Add(time.Second)
	s.ask("/rumour/reject", admin.MoveRumour{By: by("DJENEBA"), Rumour: string(r.Ref), Reason: bot.ClosedSpam}, &r)
	s.store.Time.Add(time.Second)
	s.ask("/rumour/reopen", admin.MoveRumour{By: by("AMI"), Rumour: string(r.Ref), Comment: "Zoumana Traoré, 76 99 88 77, insiste"}, &r)
	told := func(h admin.History) (told string) {
		for _, e := range h.Events {
			told += " " + e.Actor + ":" + e.Kind
			for _, secret := range []string{"Zoumana", "99 88"} {
				if strings.Contains(e.Reason+string(e.Note), secret) {
					t.Errorf("%s says %q", e.Kind, secret)
				}
			}
		}
		return strings.TrimSpace(told)
	}
	var h admin.History
	s.ask("/report/history", admin.ReportHistory{By: by("CISSE"), Ref: ref}, &h)
	if got := told(h); string(h.Ref) != ref || got != "AMI:report.raw_shown AMI:report.read DJENEBA:report.linked" || !strings.Contains(h.Events[0].Reason, "rappeler") {
		t.Errorf("of the report: %q", got)
	}
	s.ask("/rumour/history", admin.RumourHistory{By: by("AMI"), Rumour: string(r.Ref)}, &h)
	got := told(h)
	if got != "DJENEBA:rumour.created DJENEBA:report.linked DJENEBA:rumour.rejected AMI:rumour.reopened" || !strings.Contains(string(h.Events[3].Note), "insiste") {
		t.Errorf("of the rumour: %q, %q", got, h.Events[3].Note)
	}
	hidden := string(s.begun(moussa, bot.Draft{Protect: true}, aboutAChild).Ref)
	s.refused("/report/history", admin.ReportHistory{By: by("AMI"), Ref: hidden}, http.StatusForbidden, "desk.report_protected")
	s.ask("/report/history", admin.ReportHistory{By: by("FOUSSENI"), Ref: hidden}, &h)
	for _, name := range []string{"ROOT", "ELI"} {
		s.refused("/report/history", admin.ReportHistory{By: by(name), Ref: ref}, http.StatusForbidden, "desk.no_role")
	}
}
