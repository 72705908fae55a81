package hotline_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

var errUndo = errors.New("taken back")

// Every step of the desk on a report, in every state and by every account: done, or refused with which sentence.
func TestReportsByStateStepAndRole(t *testing.T) {
	const role, hidden, linked, answered, closed = "desk.no_role", "desk.report_protected", "desk.report_under_rumour",
		"desk.report_answered", "desk.report_closed"
	d := newDesk(t)
	ctx := context.Background()
	id := d.NewID()
	steps := []struct {
		name string
		may  []string
		do   func(tx storage.Tx, as, ref string) error
	}{
		{"ask", []string{"AMI", "DJENEBA", "CISSE"}, func(tx storage.Tx, as, ref string) error {
			_, err := d.Desk.Ask(tx, d.act(as), ref, "Où ?", id)
			return err
		}},
		{"reply", []string{"AMI", "DJENEBA"}, func(tx storage.Tx, as, ref string) error {
			_, err := d.Desk.Reply(tx, d.act(as), ref, "oui.", id)
			return err
		}},
		{"question", []string{"AMI", "DJENEBA", "CISSE"}, func(tx storage.Tx, as, ref string) error {
			_, err := d.Desk.Label(tx, d.act(as), ref, bot.LabelQuestion, id)
			return err
		}},
		{"protection", []string{"AMI", "DJENEBA", "CISSE"}, func(tx storage.Tx, as, ref string) error {
			_, err := d.Desk.Label(tx, d.act(as), ref, bot.LabelProtection, id)
			return err
		}},
		{"close", []string{"AMI", "DJENEBA"}, func(tx storage.Tx, as, ref string) error {
			_, err := d.Desk.CloseReport(tx, d.act(as), ref, bot.CloseDuplicate)
			return err
		}},
		{"call", []string{"AMI", "DJENEBA"}, func(tx storage.Tx, as, ref string) error {
			_, err := d.Desk.CallOf(tx, d.act(as), ref)
			return err
		}},
	}
	label := func(as string, l bot.ReportLabel) func(bot.Ref) {
		return func(ref bot.Ref) {
			_, err := d.LabelReport(ctx, d.act(as), string(ref), l)
			must(t, err)
		}
	}
	for _, c := range []struct {
		state bot.ReportState
		get   func(bot.Ref)
		want  []string // by step, for those who may; "" = done
	}{
		{bot.ReportReceived, func(bot.Ref) {}, []string{"", "", "", "", "", "desk.no_call_waits"}},
		{bot.ReportLinked, func(ref bot.Ref) { d.create(t, ref) }, []string{"", linked, linked, "", linked, "desk.no_call_waits"}},
		{bot.ReportAnswered, func(ref bot.Ref) { d.answer(t, ref) }, []string{answered, answered, answered, "", linked, "desk.no_call_waits"}},
		{bot.ReportAnsweredDirect, func(ref bot.Ref) {
			_, err := d.ReplyToReport(ctx, d.act("AMI"), string(ref), "oui.")
			must(t, err)
		}, []string{answered, answered, answered, "", "", "desk.no_call_waits"}},
		{bot.ReportOutOfScope, label("CISSE", bot.LabelOutOfScope), []string{answered, answered, answered, "", "", "desk.no_call_waits"}},
		{bot.ReportSpam, label("CISSE", bot.LabelSpam), []string{closed, closed, "", "", "", "desk.no_call_waits"}},
		{bot.ReportClosed, label("CISSE", bot.LabelChat), []string{closed, closed, "", "", closed, "desk.no_call_waits"}},
		{"", label("CISSE", bot.LabelProtection), []string{"", "", "", "", "", "desk.no_call_waits"}}, // received, and protected
	} {
		phone := "7600000" + string(rune('1'+len(d.reports())))
		d.texted(phone, "Le pont de Markala est fermé, dit-on au marché")
		ref := d.reports()[len(d.reports())-1].Ref
		c.get(ref)
		rep := d.reports()[len(d.reports())-1]
		protected := c.state == ""
		if !protected && rep.State != c.state || rep.Protect != protected {
			t.Fatalf("the report is %s, want %s", rep.State, c.state)
		}
		for i, step := range steps {
			for _, as := range []string{"AMI", "BAKARY", "CISSE", "DJENEBA", "ELI", "FOUSSENI"} {
				want, has := role, slices.Contains(step.may, as) || as == "BAKARY"
				switch {
				case protected && as == "FOUSSENI", !protected && has:
					want = c.want[i]
				case protected && has:
					want = hidden
				}
				err := d.Store.Update(ctx, func(tx storage.Tx) error {
					if err := step.do(tx, as, string(ref)); err != nil {
						return err
					}
					return errUndo
				})
				var fault *bot.Error
				switch {
				case errors.Is(err, errUndo):
					if want != "" {
						t.Errorf("%s: %s may %s, want %s", rep.State, as, step.name, want)
					}
				case !asFault(err, &fault) || fault.Key != want:
					t.Errorf("%s, protected %v: %s by %s: %v, want %q", rep.State, protected, step.name, as, err, want)
				}
			}
		}
	}
}

// What was put aside and is a rumour after all is closed no more: its texts stay as long as the rumour's.
func TestWhatIsPutUnderARumourIsClosedNoMore(t *testing.T) {
	d := newDesk(t)
	d.texted("70123456", "Le pont de Markala est fermé, dit-on au marché")
	ref := d.reports()[0].Ref
	_, err := d.LabelReport(context.Background(), d.act("CISSE"), string(ref), bot.LabelChat)
	must(t, err)
	if r := d.reports()[0]; r.State != bot.ReportClosed || r.ClosedAt.IsZero() || r.Closed == "" {
		t.Fatalf("chat is %s, closed at %v", r.State, r.ClosedAt)
	}
	d.create(t, ref)
	if r := d.reports()[0]; r.State != bot.ReportLinked || !r.ClosedAt.IsZero() || r.Closed != "" || r.Label != "" {
		t.Errorf("linked, it is %s, closed at %v, labelled %q", r.State, r.ClosedAt, r.Label)
	}
}
