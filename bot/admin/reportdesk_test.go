package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/storage"
)

// What somebody says on another way is typed down for them: they are answered as they wish, and agree to nothing by it.
func TestAReportEnteredForSomebody(t *testing.T) {
	s := newSite(t)
	const words = "On dit que le pont de Gao est coupé"
	region := s.Places().Regions(bot.SchemeCT2023)[0]
	var made admin.ReportEntered
	s.ask("/report/new", admin.NewReport{
		By: by("ELI"), Channel: bot.ChannelVoiceCall, Number: "70 12 34 56", SaidBy: "GAO-12", Lang: "bm", Place: region.Code,
		Theme: bot.ThemeSecurity, ReplyBy: bot.ReplyByCall, Text: " " + words + " ",
	}, &made)
	if made.ReplyBy != bot.ReplyByCall || made.Doubt != "" {
		t.Errorf("made: %+v", made)
	}
	if left := s.send(bot.OutHandedOver); len(left) != 0 {
		t.Errorf("%d messages left: nobody asked for one", len(left))
	}
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: string(made.Ref)}, &shown)
	if shown.SaidBy != "GAO-12" || shown.EnteredBy != "ELI" || shown.Channel != bot.ChannelVoiceCall || shown.Lang != bot.Bambara ||
		shown.PlaceName != region.Name(bot.French) || shown.Theme != bot.ThemeSecurity || shown.State != bot.ReportReceived {
		t.Errorf("shown: %+v", shown)
	}
	if len(shown.Said) != 1 || shown.Said[0].Text != words {
		t.Errorf("said: %d texts", len(shown.Said))
	}
	number := bot.Address{Kind: bot.Phone, Value: "+223" + fanta}
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(s.Store.ContactKey(number))
		if c.Consent.State != bot.ConsentNone || c.Question != nil || c.Lang != bot.Bambara || c.Number != number {
			t.Errorf("the contact is %+v, with consent %q", c, c.Consent.State)
		}
		return err
	}))

	// Who chose a language, or no SMS at all, keeps that whatever is typed.
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(s.Store.ContactKey(number))
		if err != nil {
			return err
		}
		c.ReplyBy, c.Lang, c.LangBy, c.StoppedAt = bot.ReplyByUSSD, bot.Bambara, bot.LangChosen, bot.At(s.Now())
		return tx.PutContact(c, c.Rev)
	}))
	again := admin.NewReport{By: by("ELI"), Channel: bot.ChannelPaper, Number: fanta, Lang: "fra", ReplyBy: bot.ReplyBySMS, Text: "x y z"}
	s.ask("/report/new", again, &made)
	if made.ReplyBy != bot.ReplyByUSSD {
		t.Errorf("the person is answered by %q", made.ReplyBy)
	}
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(s.Store.ContactKey(number))
		if c.Lang != bot.Bambara || !c.Stopped() {
			t.Errorf("the contact is %+v", c)
		}
		return err
	}))

	var nobody admin.ReportEntered
	s.ask("/report/new", admin.NewReport{By: by("AMI"), Channel: bot.ChannelRadio, Text: "Un auditeur le dit"}, &nobody)
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: string(nobody.Ref)}, &shown)
	if nobody.ReplyBy != "" || shown.SaidBy != "anonymous" || shown.EnteredBy != "AMI" {
		t.Errorf("without a number: %+v, %+v", nobody, shown)
	}
	s.ask("/report/new", admin.NewReport{By: by("AMI"), Channel: bot.ChannelWhatsApp, Number: "+33612345678", Text: "Le pont"}, &made)
	if made.ReplyBy != bot.ReplyBySMS || !strings.Contains(made.Doubt, "autre pays") {
		t.Errorf("a number from abroad: %+v", made)
	}
	for name, c := range map[string]struct {
		q   admin.NewReport
		key string
	}{
		"no text":           {admin.NewReport{Text: " "}, "desk.told_empty"},
		"a text that sets":  {admin.NewReport{Text: "a\x1b[2J"}, "desk.text_control"},
		"a name":            {admin.NewReport{SaidBy: "Fanta Traoré", Text: "x"}, "desk.bad_said_by"},
		"a number for code": {admin.NewReport{SaidBy: "70998877", Text: "x"}, "desk.bad_said_by"},
		"a short code":      {admin.NewReport{Number: "36000", Text: "x"}, "desk.bad_number"},
		"a language":        {admin.NewReport{Lang: "ses", Text: "x"}, "desk.bad_lang"},
		"a place":           {admin.NewReport{Place: bot.PlaceCode{Scheme: "ml_ct_2023", Code: "ML99"}, Text: "x"}, "desk.bad_place"},
		"a theme":           {admin.NewReport{Theme: "weather", Text: "x"}, "desk.bad_request"},
		"a way":             {admin.NewReport{Number: fanta, ReplyBy: "pigeon", Text: "x"}, "desk.bad_request"},
		"a way to nobody":   {admin.NewReport{ReplyBy: bot.ReplyByCall, Text: "x"}, "desk.reply_by_needs_number"},
		"a channel":         {admin.NewReport{Channel: bot.ChannelSMS, Text: "x"}, "desk.bad_request"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			c.q.By = by("ELI")
			if c.q.Channel == "" {
				c.q.Channel = bot.ChannelPaper
			}
			s.refused("/report/new", c.q, http.StatusBadRequest, c.key)
		})
	}
	s.t = t
	events := s.events()
	if len(events) != 6 || events[0] != "ELI report.entered "+strings.Fields(events[0])[2]+" voice_call" || !strings.HasSuffix(events[3], " radio") {
		t.Errorf("events: %q", events)
	}
}

// A question and an answer are told what they cost, and shown with the report they are about.
func TestAskingAndReplying(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "A quelle heure ouvre le centre de santé de Gao demain matin")
	s.send(bot.OutHandedOver)
	var w admin.Written
	s.ask("/report/ask", admin.AskReporter{By: by("CISSE"), Ref: ref, Text: "Quel jour ?"}, &w)
	if w.Measure.Parts != 1 || w.Measure.Encoding != bot.GSM7 || !w.Waits.IsZero() || string(w.Ref) != ref {
		t.Errorf("asked: %+v", w)
	}
	if left := s.send(bot.OutHandedOver); len(left) != 1 || string(left[0].Text) != "TINYE "+ref+": Quel jour ?" || left[0].Row.Kind != bot.KindQuestion {
		t.Errorf("%d messages left", len(left))
	}
	s.refused("/report/ask", admin.AskReporter{By: by("AMI"), Ref: ref, Text: "Où ?"}, http.StatusUnprocessableEntity, "desk.question_open")
	s.store.Time.Add(3 * time.Hour)
	in := bot.Inbound{Gateway: "sim", ExternalID: "1", Sender: fanta, Text: "Demain jeudi"}
	_, err := s.Receive(t.Context(), in)
	must(t, err)
	s.send(bot.OutHandedOver)

	s.refused("/report/reply", admin.ReplyToReport{By: by("AMI"), Ref: ref, Text: strings.Repeat("le centre ouvre à 8h. ", 30)},
		http.StatusUnprocessableEntity, "desk.answer_too_long")
	const answer = "le centre ouvre à 8h. 😀 Apportez le carnet de santé de l'enfant, et venez tôt: il y a du monde."
	s.ask("/report/reply", admin.ReplyToReport{By: by("DJENEBA"), Ref: ref, Text: answer}, &w)
	if w.Measure.Parts != 2 || w.Measure.Encoding != bot.UCS2 || w.Measure.PartsWithout != 1 || w.State != bot.ReportAnsweredDirect {
		t.Errorf("replied: %+v", w)
	}
	s.refused("/report/reply", admin.ReplyToReport{By: by("DJENEBA"), Ref: ref, Text: answer}, http.StatusUnprocessableEntity, "desk.report_answered")
	if left := s.send(bot.OutHandedOver); len(left) != 1 || string(left[0].Text) != "TINYE "+ref+": "+answer {
		t.Errorf("%d messages left", len(left))
	}
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: ref}, &shown)
	if len(shown.Said) != 2 || shown.Said[1].Text != "Demain jeudi" || len(shown.Asked) != 1 || shown.Asked[0].Text != "Quel jour ?" ||
		shown.Reply == nil || shown.Reply.Text != answer || shown.Reply.Delivery == nil || shown.State != bot.ReportAnsweredDirect {
		t.Errorf("shown: %+v", shown)
	}
	want := []string{"CISSE report.asked " + ref, "DJENEBA report.replied " + ref, "CISSE report.read " + ref}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// Labels are counted, and lists go by the state that a label brings about.
func TestLabelsAndClosing(t *testing.T) {
	s := newSite(t)
	question, spam := s.tell(fanta, "A quelle heure ouvre le centre de santé de Gao"), s.tell(moussa, "Gagnez un million en jouant ce soir")
	var done admin.ReportDone
	s.ask("/report/label", admin.LabelReport{By: by("CISSE"), Ref: question, Label: bot.LabelQuestion}, &done)
	if done.Label != bot.LabelQuestion || done.State != bot.ReportReceived {
		t.Errorf("labelled: %+v", done)
	}
	s.ask("/report/label", admin.LabelReport{By: by("DJENEBA"), Ref: spam, Label: bot.LabelChat}, &done)
	s.ask("/report/label", admin.LabelReport{By: by("DJENEBA"), Ref: spam, Label: bot.LabelSpam}, &done)
	s.ask("/report/label", admin.LabelReport{By: by("DJENEBA"), Ref: spam, Label: bot.LabelSpam}, &done) // no second event
	if done.State != bot.ReportSpam {
		t.Errorf("spam: %+v", done)
	}
	s.refused("/report/label", admin.LabelReport{By: by("AMI"), Ref: spam, Label: "ad"}, http.StatusBadRequest, "desk.bad_label")
	for state, want := range map[bot.ReportState]string{bot.ReportReceived: question, bot.ReportSpam: spam} {
		var list admin.Reports
		s.ask("/report/list", admin.ListReports{By: by("AMI"), State: state}, &list)
		if len(list.Reports) != 1 || string(list.Reports[0].Ref) != want || list.Reports[0].Label == "" {
			t.Errorf("%s: %+v", state, list.Reports)
		}
	}
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if st.Labels[bot.LabelQuestion].N != 1 || st.Labels[bot.LabelSpam].N != 1 || st.Labels[bot.LabelChat].N != 0 || st.Reports[bot.ReportSpam].N != 1 {
		t.Errorf("counts: %+v %+v", st.Labels, st.Reports)
	}
	s.ask("/report/close", admin.CloseReport{By: by("AMI"), Ref: question, Reason: bot.CloseOvertaken}, &done)
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: question}, &shown)
	if shown.State != bot.ReportClosed || shown.Closed != bot.CloseOvertaken || shown.ClosedAt.IsZero() {
		t.Errorf("closed: %+v", shown)
	}
	want := []string{
		"CISSE report.labelled " + question + " question", "DJENEBA report.labelled " + spam + " chat",
		"DJENEBA report.labelled " + spam + " spam", "AMI report.closed " + question + " overtaken_by_events",
		"AMI report.read " + question,
	}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// A report that is marked for protection leaves the rumour that it was put under.
func TestALabelForProtectionTakesAReportAway(t *testing.T) {
	s := newSite(t)
	child, bridge := s.tell(fanta, aboutAChild), s.tell(moussa, "Le pont de Markala est fermé dit-on")
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Un enfant serait frappé", From: []string{child, bridge}}, &r)
	var done admin.ReportDone
	s.ask("/report/label", admin.LabelReport{By: by("DJENEBA"), Ref: child, Label: bot.LabelProtection}, &done)
	if done.State != bot.ReportReceived {
		t.Errorf("labelled: %+v", done)
	}
	s.ask("/rumour/show", admin.ShowRumour{By: by("AMI"), Rumour: string(r.Ref)}, &r)
	if r.ReportCount != 1 || len(r.Reports) != 1 || string(r.Reports[0].Ref) != bridge {
		t.Errorf("the rumour has %d reports: %+v", r.ReportCount, r.Reports)
	}
	s.refused("/report/show", admin.ShowReport{By: by("DJENEBA"), Ref: child}, http.StatusForbidden, "desk.report_protected")
	s.refused("/report/reply", admin.ReplyToReport{By: by("AMI"), Ref: child, Text: "x"}, http.StatusForbidden, "desk.report_protected")
	s.refused("/report/label", admin.LabelReport{By: by("AMI"), Ref: child, Label: bot.LabelSpam}, http.StatusForbidden, "desk.report_protected")
	s.ask("/report/label", admin.LabelReport{By: by("FOUSSENI"), Ref: child, Label: bot.LabelComplaint}, &done)
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: child}, &shown)
	if shown.Protect || shown.Label != bot.LabelComplaint {
		t.Errorf("let go of: %+v", shown)
	}
}

// Whoever may ring sees the number, which is an event; the list shows none.
func TestCalls(t *testing.T) {
	s := newSite(t)
	const phone = "76998877"
	var made admin.ReportEntered
	s.ask("/report/new", admin.NewReport{
		By: by("AMI"), Channel: bot.ChannelMissedCall, Number: phone, ReplyBy: bot.ReplyByCall, Text: "Où faire vacciner un enfant ?",
	}, &made)
	ref := string(made.Ref)
	var calls admin.Calls
	if s.ask("/report/calls", admin.ListCalls{By: by("DJENEBA")}, &calls); len(calls.Calls) != 0 {
		t.Errorf("calls before there is an answer: %+v", calls)
	}
	p := s.refused("/report/ask", admin.AskReporter{By: by("DJENEBA"), Ref: ref, Text: "Dans quelle ville ?"}, http.StatusUnprocessableEntity, "desk.person_by_call")
	var asked admin.Call
	s.ask("/report/call", admin.ShowCall{By: by("DJENEBA"), Ref: ref}, &asked)
	if !strings.Contains(p.Sentence, "tinye report call "+ref) || asked.Number != "+223"+phone || asked.Text != "" {
		t.Errorf("whom to ring with a question: %q, %q", p.Sentence, asked.Text)
	}
	s.refused("/report/call", admin.ShowCall{By: by("CISSE"), Ref: ref}, http.StatusForbidden, "desk.no_role")
	texted := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	s.refused("/report/call", admin.ShowCall{By: by("DJENEBA"), Ref: texted}, http.StatusUnprocessableEntity, "desk.no_call_waits")
	s.send(bot.OutHandedOver)
	var w admin.Written
	s.ask("/report/reply", admin.ReplyToReport{By: by("DJENEBA"), Ref: ref, Text: "au centre de santé."}, &w)
	if w.ReplyBy != bot.ReplyByCall {
		t.Errorf("replied: %+v", w)
	}
	s.ask("/report/calls", admin.ListCalls{By: by("DJENEBA")}, &calls)
	if len(calls.Calls) != 1 || calls.Calls[0].Ref != made.Ref || calls.More {
		t.Errorf("calls: %+v", calls)
	}
	if left := s.send(bot.OutHandedOver); len(left) != 0 {
		t.Errorf("%d messages left", len(left))
	}
	var call admin.Call
	s.ask("/report/call", admin.ShowCall{By: by("DJENEBA"), Ref: ref}, &call)
	if call.Number != "+223"+phone || string(call.Text) != "TINYE "+ref+": au centre de santé." {
		t.Errorf("call: %q", call.Text)
	}
	var done admin.ReportDone
	s.ask("/report/called", admin.NoteCall{By: by("AMI"), Ref: ref, Outcome: rumour.CallNobody}, &done)
	s.refused("/report/called", admin.NoteCall{By: by("AMI"), Ref: ref, Outcome: "busy"}, http.StatusBadRequest, "desk.bad_request")
	if s.ask("/report/calls", admin.ListCalls{By: by("AMI")}, &calls); len(calls.Calls) != 1 {
		t.Errorf("calls after nobody answered: %+v", calls)
	}
	s.ask("/report/called", admin.NoteCall{By: by("AMI"), Ref: ref, Outcome: rumour.CallReached}, &done)
	s.refused("/report/called", admin.NoteCall{By: by("AMI"), Ref: ref, Outcome: rumour.CallReached}, http.StatusUnprocessableEntity, "desk.no_call_waits")
	s.refused("/report/call", admin.ShowCall{By: by("AMI"), Ref: ref}, http.StatusUnprocessableEntity, "desk.no_call_waits")
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: ref}, &shown)
	if shown.Answer == nil || shown.Answer.State != bot.OutDelivered || shown.Answer.Reason != "called" {
		t.Errorf("the answer: %+v", shown.Answer)
	}
	want := []string{
		"AMI report.entered " + ref + " missed_call", "DJENEBA report.number_read " + ref + " question", "DJENEBA report.replied " + ref, "DJENEBA report.number_read " + ref,
		"AMI report.called " + ref + " nobody", "AMI report.called " + ref + " reached", "AMI report.read " + ref,
	}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}
