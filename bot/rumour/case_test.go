package rumour_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// All moves of a protected report: it is accepted before it is handed over, and closed once it was handed over or could not be;
// what is refused changes nothing, and says what goes before it.
func TestTheMovesOfAProtectedReport(t *testing.T) {
	moves := map[bot.CaseState][]bot.CaseState{
		bot.CaseNew:         {bot.CaseAccepted, bot.CaseCannotRefer},
		bot.CaseAccepted:    {bot.CaseHandedOver, bot.CaseCannotRefer},
		bot.CaseHandedOver:  {bot.CaseClosed},
		bot.CaseCannotRefer: {bot.CaseClosed},
		bot.CaseClosed:      nil,
	}
	says := map[string]string{
		"new handed_over": "desk.case_not_accepted", "new closed": "desk.case_open", "accepted closed": "desk.case_open",
	}
	store := storagetest.Open(t)
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	update := func(do func(tx storage.Tx) error) error { return store.Update(t.Context(), do) }
	for name, role := range map[string]bot.Role{"FOUSSENI": bot.RoleProtectionFocal, "AMI": bot.RoleCoordinator, "ROOT": bot.RoleAdmin} {
		must(t, update(func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: name, Roles: []bot.Role{role}}, 0) }))
	}
	draw := uint64(0)
	for _, from := range bot.CaseStates() {
		for _, to := range bot.CaseStates() {
			id := store.IDs.New()
			var ref bot.Ref
			must(t, update(func(tx storage.Tx) error {
				draw += 977
				one, err := bot.NewRef(draw, 6)
				if err != nil {
					return err
				}
				if ref, err = tx.TakeRef([]bot.Ref{one}, bot.RefReport, id); err != nil {
					return err
				}
				rep := bot.Report{ID: id, Ref: ref, State: bot.ReportProtected, Protect: true, ReceivedAt: store.Time.Instant()}
				if err := tx.PutReport(rep, 0); err != nil {
					return err
				}
				return tx.PutCase(bot.Case{ID: id, Ref: ref, State: from, Sealed: []byte("x")}, 0)
			}))
			move := func(as string) error {
				return update(func(tx storage.Tx) error {
					act := people.Act{At: store.Time.Instant(), As: as, Via: "socket", Site: "test"}
					_, err := rumour.MoveCase(tx, act, string(ref), to)
					return err
				})
			}
			for _, other := range []string{"AMI", "ROOT"} {
				if err := move(other); bot.CodeOf(err) != bot.CodeForbidden {
					t.Errorf("%s moves %s to %s: %v", other, from, to, err)
				}
			}
			allowed := false
			for _, next := range moves[from] {
				allowed = allowed || next == to
			}
			store.Time.Add(time.Second)
			err := move("FOUSSENI")
			var now bot.Case
			must(t, store.View(t.Context(), func(tx storage.Tx) (err error) {
				now, err = tx.Case(id)
				return err
			}))
			switch {
			case allowed && (err != nil || now.State != to):
				t.Errorf("%s to %s: %v, it is %s", from, to, err, now.State)
			case allowed:
				at := map[bot.CaseState]bot.Instant{
					bot.CaseAccepted: now.AcceptedAt, bot.CaseHandedOver: now.HandedAt, bot.CaseCannotRefer: now.CannotAt, bot.CaseClosed: now.EndedAt,
				}[to]
				if at != store.Time.Instant() {
					t.Errorf("%s to %s: noted at %v", from, to, at)
				}
			default:
				want := says[fmt.Sprint(from, " ", to)]
				if want == "" {
					want = "desk.bad_case_state"
				}
				fault := new(bot.Error)
				errors.As(err, &fault)
				if key := fault.Key; key != want || now.State != from {
					t.Errorf("%s to %s: %q, want %q; it is %s", from, to, key, want, now.State)
				}
			}
		}
	}
}
