package rumour_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/locales"
	"tinye/storage"
)

// walk is one verb on one rumour that is ready for everything.
type walk struct {
	*site
	tx     storage.Tx
	a      people.Act
	r      bot.Rumour
	target bot.Rumour
	report bot.Report
	ids    []bot.ID
	refs   []bot.Ref
}

var errWalked = errors.New("undone: every verb begins on the same rumour")

// ready is a rumour in a state, with all that any verb there could ask for.
func (s *site) ready(state bot.RumourState) bot.Rumour {
	at := s.store.Time.Instant()
	approved := bot.Answer{Lang: bot.French, Text: "le pont tient.", Author: "CISSE", WrittenAt: at, Approver: "AMI", ApprovedAt: at}
	unapproved := bot.Answer{Lang: bot.Bambara, Text: "Tiɲɛ tɛ.", Author: "CISSE", WrittenAt: at}
	r := bot.Rumour{
		ID: s.store.IDs.New(), Claim: "Le pont serait tombé", State: state, CreatedBy: "CISSE", CreatedAt: at,
		Theme: bot.RumourOtherTheme, Risk: bot.Risk{Level: bot.RiskLow}, Evidence: finding("").Evidence,
		Proposal:   bot.Proposal{Verdict: bot.ConfirmedFalse, Public: "Vu sur place.", By: "CISSE", At: at},
		AssignedAt: at.Add(-rumour.OverdueDays * 24 * time.Hour), Answers: []bot.Answer{approved, unapproved},
	}
	for i := range r.Evidence {
		r.Evidence[i].Supports = bot.SupportsFalse
	}
	switch state {
	case bot.RumourDecided, bot.RumourWithheld:
		r.Verdict, r.DecidedAt = bot.ConfirmedFalse, at
	case bot.RumourPublished, bot.RumourMonitoring, bot.RumourClosed:
		r.Verdict, r.DecidedAt, r.PublishedAt, r.AnswerNo, r.Told = bot.ConfirmedFalse, at, at, 1, bot.ConfirmedFalse
	}
	if state == bot.RumourWithheld {
		r.HarmNote, r.NeutralAt = "Des gens pourraient être frappés.", at
	}
	return r
}

// do makes one verb with a step that says all that it needs.
func (w walk) do(v rumour.Verb) (bot.Rumour, error) {
	s, ref := finding(bot.ConfirmedFalse), string(w.r.Ref)
	s.Comment, s.Assignee, s.Into, s.Claim, s.Reports = "à revoir", "verifier", string(w.target.Ref), "Le bac serait coulé", []string{string(w.report.Ref)}
	switch v {
	case rumour.Triage:
		return w.Triage(w.tx, w.a, ref, s)
	case rumour.AssessRisk:
		s.Risk.Level = bot.RiskMedium
		return w.Assess(w.tx, w.a, ref, s)
	case rumour.Watch:
		return w.Watch(w.tx, w.a, ref, s)
	case rumour.Assign:
		return w.Assign(w.tx, w.a, ref, s)
	case rumour.AddEvidence:
		s.Evidence[0].Supports, s.Evidence[1].Supports = bot.SupportsFalse, bot.SupportsFalse
		return w.AddEvidence(w.tx, w.a, ref, s)
	case rumour.Submit:
		return w.Submit(w.tx, w.a, ref, s)
	case rumour.Return:
		return w.Return(w.tx, w.a, ref, s)
	case rumour.Decide:
		if w.r.State == bot.RumourInvestigating {
			s.Verdict = bot.Unverifiable
		}
		return w.Decide(w.tx, w.a, ref, s)
	case rumour.Confirm:
		return w.Confirm(w.tx, w.a, ref, rumour.Step{}, nil, nil)
	case rumour.Withhold:
		return w.Withhold(w.tx, w.a, ref, s)
	case rumour.Lift:
		return w.Lift(w.tx, w.a, ref, s)
	case rumour.Publish:
		return w.Publish(w.tx, w.a, ref, bot.French, nil)
	case rumour.Merge:
		return w.Merge(w.tx, w.a, ref, s.Into)
	case rumour.Split:
		_, from, err := w.Split(w.tx, w.a, ref, s, w.ids[0], w.refs)
		return from, err
	case rumour.Reject:
		s.Reason = bot.ClosedSpam
		return w.Reject(w.tx, w.a, ref, s)
	case rumour.Close:
		switch {
		case w.r.Public():
			s.Reason = bot.ClosedAnswered
		case w.r.State == bot.RumourWithheld:
			s.Reason = bot.ClosedWithheld
		default:
			s.Reason = bot.ClosedOvertaken
		}
		return w.Close(w.tx, w.a, ref, s)
	case rumour.Correct:
		return w.Correct(w.tx, w.a, ref, s)
	case rumour.Withdraw:
		return w.Withdraw(w.tx, w.a, ref, s)
	case rumour.Reopen:
		return w.Reopen(w.tx, w.a, ref, s)
	case rumour.Link:
		return w.Link(w.tx, w.a, ref, []string{string(w.report.Ref)}, w.ids)
	case rumour.Write:
		return w.Write(w.tx, w.a, ref, bot.Bambara, "Nkalon don.")
	case rumour.Approve:
		return w.Approve(w.tx, w.a, ref, bot.Bambara)
	case rumour.Entitle:
		return w.Title(w.tx, w.a, ref, []rumour.Title{{Lang: bot.French, Text: "Pont intact"}})
	}
	return bot.Rumour{}, fmt.Errorf("no such verb %s", v)
}

// try makes one verb by one role in one state, and undoes it. It gives the state that came of it, or why it is refused.
func (s *site) try(state bot.RumourState, v rumour.Verb, role bot.Role) (bot.RumourState, error) {
	s.t.Helper()
	var to bot.RumourState
	err := s.update(func(tx storage.Tx) error {
		w := walk{site: s, tx: tx, a: s.act(role), r: s.ready(state), ids: []bot.ID{s.store.IDs.New()}, refs: s.refs()}
		rep, err := rumour.FindReport(tx, s.report)
		if err != nil {
			return err
		}
		w.target = s.ready(state)
		if state == bot.RumourMerged || state == bot.RumourRejected {
			w.target = s.ready(bot.RumourNew)
		}
		for _, x := range []*bot.Rumour{&w.r, &w.target} {
			if x.Ref, err = tx.TakeRef(s.refs(), bot.RefRumour, x.ID); err != nil {
				return err
			}
		}
		if v != rumour.Link { // it is under the rumour already
			rep.Rumour, rep.State, w.r.Reports = w.r.ID, bot.ReportLinked, 1
			if err := errors.Join(tx.PutReport(rep, rep.Rev), tx.Link(w.r.ID, bot.LinkCursor{Contact: rep.Contact, Report: rep.ID})); err != nil {
				return err
			}
		}
		w.report = rep
		if v == rumour.Withhold { // the other of the two has said so
			w.r.Pending = bot.Pending{Verb: string(v), Value: string(v), By: "AMI", Role: bot.RoleCoordinator}
			if role == bot.RoleCoordinator {
				w.r.Pending.Role = bot.RoleProtectionFocal
			}
		}
		if v == rumour.Lift { // it was withheld before
			w.r.WithheldAt = w.r.CreatedAt
		}
		if err := errors.Join(tx.PutRumour(w.r, 0), tx.PutRumour(w.target, 0)); err != nil {
			return err
		}
		if _, err := w.do(v); err != nil {
			return err
		}
		after, err := tx.Rumour(w.r.ID)
		if err != nil {
			return err
		}
		to = after.State
		return errWalked
	})
	if errors.Is(err, errWalked) {
		err = nil
	}
	return to, err
}

// Every verb in every state by every role: allowed, with the state that comes of it, or refused with the sentence that says
// why. testdata/moves.txt is the table as a desk reads it; whoever is not in a line's roles lacks the role.
func TestEveryVerbInEveryStateByEveryRole(t *testing.T) {
	s := newSite(t)
	printer := s.Texts
	var table strings.Builder
	sentence := func(err error) string {
		t.Helper()
		var fault *bot.Error
		if !errors.As(err, &fault) {
			t.Fatalf("not a refusal: %v", err)
		}
		if got := printer.Text(bot.French, fault.Key, fault.Args); got.Reason == locales.ReasonMissingValue || got.Text == "" {
			t.Errorf("%s is said without its values: %q", fault.Key, got.Text)
		}
		return fault.Key
	}
	for _, state := range bot.RumourStates() {
		for _, v := range rumour.Verbs() {
			var to bot.RumourState
			var may []string
			why := map[string]bool{}
			for _, role := range bot.Roles() {
				end, err := s.try(state, v, role)
				if err == nil {
					to, may = end, append(may, string(role))
					continue
				}
				if key := sentence(err); key != "desk.no_role" {
					why[key] = true
				}
			}
			switch {
			case len(may) > 0 && len(why) == 0:
				fmt.Fprintf(&table, "%-14s %-9s > %-14s %s\n", state, v, to, strings.Join(may, ", "))
			case len(may) == 0 && len(why) == 1:
				for key := range why {
					fmt.Fprintf(&table, "%-14s %-9s   %s\n", state, v, key)
				}
			default:
				t.Errorf("%s from %s: allowed to %q, refused with %v", v, state, may, why)
			}
		}
	}
	path := filepath.Join("testdata", "moves.txt")
	want, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(want)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if got := table.String(); got != strings.Join(lines, "") {
		t.Errorf("%s has another table than this:\n%s", path, got)
	}
}
