package bulletin_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/locales"
	"tinye/storage"
)

// moves are what can be done to a bulletin, in the order of the work.
var moves = []string{
	"edit", "write", "back", "harm", "submit", "return", "approve", "send", "pause", "resume", "correct", "withdraw", "script", "air",
}

// ready is a bulletin in a state, written by others than who moves it, with all that any move could ask for.
func (s *site) ready(state bot.BulletinState, ref bot.Ref) (bot.Bulletin, bot.Broadcast) {
	now := s.store.Time.Instant()
	b := bot.Bulletin{
		ID: s.store.IDs.New(), Ref: ref, Kind: bot.BulletinPrevention, State: state, CreatedBy: "author", CreatedAt: now, Lang: bot.French,
		Audience: bot.Audience{Langs: []bot.Lang{bot.French, bot.Bambara}}, ExpiresAt: now.Add(48 * time.Hour),
		Variants: []bot.Variant{
			{Lang: bot.French, Channel: bot.VariantSMS, Text: "Le pont est ouvert.", State: bot.TranslationDraft, WrittenBy: "author"},
			{Lang: bot.French, Channel: bot.VariantRadio, Text: "Le pont est ouvert.", State: bot.TranslationDraft, WrittenBy: "author"},
			{Lang: bot.Bambara, Channel: bot.VariantSMS, Text: "Aw k'a sɛgɛsɛgɛ fɔlɔ.", State: bot.TranslationBack, WrittenBy: "author", BackBy: "other"},
		},
	}
	var run bot.Broadcast
	if state != bot.BulletinDraft && state != bot.BulletinReview {
		b.Approvals = []bot.Approval{{By: "other", At: now}}
		for i := range b.Variants {
			b.Variants[i].State = bot.TranslationDone
		}
	}
	if state == bot.BulletinSending || state == bot.BulletinSent || state == bot.BulletinWithdrawn {
		run = bot.Broadcast{ID: s.store.IDs.New(), Bulletin: b.ID, Ref: ref, State: bot.BroadcastSending, StartedAt: now, ExpiresAt: b.ExpiresAt}
		if state != bot.BulletinSending {
			run.State, run.EndedAt = bot.BroadcastDone, now
		}
		b.Runs, b.LastRun = 1, run.ID
	}
	if state == bot.BulletinWithdrawn {
		b.Taken = bot.Taken{By: "other", At: now}
	}
	return b, run
}

// move makes one move with all that it needs.
func (s *site) move(tx storage.Tx, a people.Act, move string, b bot.Bulletin, run bot.Broadcast, fresh []bot.Ref) error {
	ref, title := string(b.Ref), "Pont"
	switch move {
	case "edit":
		_, err := s.Edit(tx, a, ref, bulletin.Draft{Title: &title})
		return err
	case "write":
		_, err := s.Write(tx, a, ref, bot.French, bot.VariantSMS, "Le pont tient.")
		return err
	case "back":
		_, err := s.BackTranslate(tx, a, ref, bot.Bambara, bot.VariantSMS, "Vérifiez d'abord.", true)
		return err
	case "harm":
		_, err := s.AnswerHarm(tx, a, ref, bot.HarmQuestions(), nil)
		return err
	case "submit":
		_, err := s.Submit(tx, a, ref)
		return err
	case "return":
		_, err := s.Return(tx, a, ref, "Quel pont ?")
		return err
	case "approve":
		_, err := s.Approve(tx, a, ref)
		return err
	case "send":
		_, _, err := s.Send(tx, a, ref, s.store.IDs.New())
		return err
	case "pause":
		_, err := s.Pause(tx, a, ref)
		return err
	case "resume":
		if run.State == bot.BroadcastSending {
			run.Before, run.State = run.State, bot.BroadcastPaused
			if err := tx.PutBroadcast(run, 1); err != nil {
				return err
			}
		}
		_, err := s.Resume(tx, a, ref)
		return err
	case "correct":
		_, err := s.New(tx, a, s.store.IDs.New(), fresh, bot.BulletinCorrection, ref, bulletin.Draft{})
		return err
	case "withdraw":
		_, err := s.Withdraw(tx, a, ref, "Vu sur place")
		return err
	case "script":
		if _, err := a.Actor(tx, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator); err != nil {
			return err
		}
		_, _, err := s.Scripted(tx, ref, bot.French, bot.VariantRadio, a.At)
		return err
	case "air":
		_, err := s.Air(tx, a, ref, bot.Airing{Lang: bot.French, Channel: bot.VariantRadio, Where: "Radio"})
		return err
	}
	return fmt.Errorf("no such move %s", move)
}

var errMoved = errors.New("undone: every move begins on the same bulletin")

// try makes one move in one state by one role, and undoes it. It gives the state that came of it, or why it is refused.
func (s *site) try(state bot.BulletinState, move string, role bot.Role) (to bot.BulletinState, err error) {
	s.t.Helper()
	var refs []bot.Ref
	for n := range 2 {
		ref, err := bot.NewRef(uint64(70001+n*977), bot.RefDigits)
		if err != nil {
			s.t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	err = s.store.Update(s.t.Context(), func(tx storage.Tx) error {
		b, run := s.ready(state, refs[0])
		if _, err := tx.TakeRef(refs[:1], bot.RefBulletin, b.ID); err != nil {
			return err
		}
		if err := tx.PutBulletin(b, 0); err != nil {
			return err
		}
		if state == bot.BulletinDraft || state == bot.BulletinReview {
			act := s.act("author")
			answered, err := s.AnswerHarm(tx, act, string(b.Ref), bot.HarmQuestions(), nil)
			if err != nil {
				return err
			}
			b = answered
		}
		if !run.ID.IsZero() {
			if err := tx.PutBroadcast(run, 0); err != nil {
				return err
			}
		}
		if err := s.move(tx, s.act(string(role)), move, b, run, refs[1:]); err != nil {
			return err
		}
		after, err := tx.Bulletin(b.ID)
		to = after.State
		return errors.Join(err, errMoved)
	})
	if errors.Is(err, errMoved) {
		err = nil
	}
	return to, err
}

// Every move in every state by every role: allowed, with the state that comes of it, or refused with the sentence that says why.
// testdata/moves.txt is the table as a desk reads it; whoever is not in a line's roles lacks the role.
func TestEveryMoveInEveryStateByEveryRole(t *testing.T) {
	s := newSite(t)
	s.desk("author", bot.RoleVerifier)
	for _, role := range bot.Roles() {
		s.desk(string(role), role)
	}
	var table strings.Builder
	for _, state := range bot.BulletinStates() {
		for _, move := range moves {
			var to bot.BulletinState
			var may []string
			why := map[string]bool{}
			for _, role := range bot.Roles() {
				end, err := s.try(state, move, role)
				var fault *bot.Error
				switch {
				case err == nil:
					to, may = end, append(may, string(role))
				case !errors.As(err, &fault):
					t.Fatalf("%s of a %s: %v", move, state, err)
				case fault.Key != "desk.no_role":
					why[fault.Key] = true
					if said := s.Texts.Text(bot.French, fault.Key, fault.Args); said.Reason == locales.ReasonMissingValue || said.Text == "" {
						t.Errorf("%s is said without its values: %q", fault.Key, said.Text)
					}
				}
			}
			switch {
			case len(may) > 0 && len(why) == 0:
				fmt.Fprintf(&table, "%-10s %-8s > %-10s %s\n", state, move, to, strings.Join(may, ", "))
			case len(may) == 0 && len(why) == 1:
				for key := range why {
					fmt.Fprintf(&table, "%-10s %-8s   %s\n", state, move, key)
				}
			default:
				t.Errorf("%s of a %s: allowed to %q, refused with %v", move, state, may, why)
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
