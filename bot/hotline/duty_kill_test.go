package hotline_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// mortal is a desk whose process ends without a word after some of its steps; the next one finds the files as they are.
type mortal struct {
	*desk
	dir   string
	dies  func(step int) bool
	steps int
	sent  map[bot.ID]int  // how often each message went to the carrier
	lost  map[bot.ID]bool // those of which nobody knows any more
}

func newMortal(t *testing.T, dies func(step int) bool, names ...string) *mortal {
	m := &mortal{desk: newDesk(t), dir: t.TempDir(), dies: dies, sent: make(map[bot.ID]int), lost: make(map[bot.ID]bool)}
	m.open()
	must(t, m.updated(func(tx storage.Tx) error {
		for i, name := range names {
			number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+223660000%02d", 90+i)}
			key := m.Store.ContactKey(number)
			if err := tx.PutUser(bot.User{Name: name, Roles: []bot.Role{bot.RoleCoordinator}, Number: number, NumberKey: key}, 0); err != nil {
				return err
			}
			if err := tx.PutDeskNumber(bot.DeskNumber{Key: key, User: name, Since: m.clock.Instant()}, 0); err != nil {
				return err
			}
		}
		_, err := rumour.SetDuty(tx, people.Act{At: m.clock.Instant(), As: names[0], Via: "socket", Site: "test"}, names)
		return err
	}))
	return m
}

func (m *mortal) open() {
	m.t.Helper()
	o := storagetest.Options(m.t, m.dir)
	o.Now, o.NewID = m.clock.Now, m.NewID
	store, err := bolt.Open(context.Background(), o)
	must(m.t, err)
	m.t.Cleanup(func() { must(m.t, store.Close()) })
	m.use(store)
}

// step counts, and ends the process if it is its time: nothing is closed, and the files go on elsewhere as they are.
func (m *mortal) step() (died bool) {
	m.t.Helper()
	m.steps++
	if !m.dies(m.steps) {
		return false
	}
	next := m.t.TempDir()
	must(m.t, os.CopyFS(next, os.DirFS(m.dir)))
	m.dir = next
	m.open()
	_, err := m.Store.Abandon(context.Background(), bot.Forever, func(_ storage.Tx, o bot.Outbound) error {
		m.lost[o.ID] = true
		return nil
	})
	must(m.t, err)
	return true
}

// send lets leave what is due, as the outbox does: claimed in one commit, settled in another.
func (m *mortal) send() {
	m.t.Helper()
	claims, err := m.Store.Claim(context.Background(), storage.ClaimRequest{
		Gateway: "sim", N: 50, Now: m.clock.Instant(), Lease: time.Minute, Token: m.NewID(), Decide: m.Prepare,
	})
	must(m.t, err)
	if m.step() {
		return
	}
	var outcomes []storage.Outcome
	for _, c := range claims.Rows {
		m.sent[c.Row.ID]++
		outcomes = append(outcomes, storage.Outcome{ID: c.Row.ID, Token: c.Row.Token, State: bot.OutHandedOver, At: m.clock.Instant()})
	}
	if m.step() { // it left, and nobody wrote it down
		return
	}
	if len(outcomes) > 0 {
		must(m.t, m.Store.Settle(context.Background(), outcomes, nil))
	}
	m.step()
}

// night plays an alarm to its end, and gives whom it told, and when.
func (m *mortal) night() {
	m.t.Helper()
	m.texted("70123456", "Attaque à Gao")
	came := m.clock.Now()
	m.step()
	m.send()
	for i := range 10 {
		m.set(came.Add(time.Duration(i+1) * rumour.DutyEvery))
		must(m.t, m.Sweep(context.Background()))
		m.step()
		must(m.t, m.Sweep(context.Background()))
		m.step()
		m.send()
	}
	var calls []bot.DutyCall
	must(m.t, m.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		calls, err = tx.DutyCalls(storage.Page{})
		return err
	}))
	if len(calls) != 1 || calls[0].State != bot.DutyUnanswered {
		m.t.Fatalf("in the morning: %+v", calls)
	}
	var told []string
	var messages []bot.ID
	for i, s := range calls[0].Steps {
		told = append(told, s.Name)
		if want := came.Add(time.Duration(i) * rumour.DutyEvery); !s.At.Time().Equal(want) {
			m.t.Errorf("step %d at %s, want %s", i, s.At, want)
		}
		if slices.Contains(messages, s.Outbound) {
			m.t.Errorf("step %d is the message of an earlier one", i)
		}
		messages = append(messages, s.Outbound)
		// Each left once; of one that was under way when the process ended nobody knows, and it is sent no second time for its step.
		if times := m.sent[s.Outbound]; times > 1 || times == 0 && !m.lost[s.Outbound] {
			m.t.Errorf("step %d, to %s: sent %d times", i, s.Name, times)
		}
	}
	want := []string{"AMI", "BAKARY", "CISSE", "AMI", "BAKARY", "CISSE", "AMI", "BAKARY", "CISSE"}
	if !slices.Equal(told, want) {
		m.t.Errorf("told were %q, want %q", told, want)
	}
	must(m.t, m.Store.View(context.Background(), func(tx storage.Tx) error {
		for _, state := range []bot.OutState{bot.OutQueued, bot.OutClaimed, bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed} {
			rows, err := tx.Outbounds(state, storage.Page{})
			if err != nil {
				return err
			}
			for _, o := range rows {
				if o.Lane == bot.LaneAlarm && !slices.Contains(messages, o.ID) {
					m.t.Errorf("a message of no step: %s, %s", o.ID, o.State)
				}
			}
		}
		return nil
	}))
}

// The process is killed after each of its steps in turn, and after every one of them: nobody is told twice for the same step,
// and nobody is left out.
func TestKilledInTheMidstOfAnEscalation(t *testing.T) {
	names := []string{"AMI", "BAKARY", "CISSE"}
	unharmed := newMortal(t, func(int) bool { return false }, names...)
	unharmed.night()
	for at := 1; at <= unharmed.steps; at++ {
		t.Run(fmt.Sprint("after step ", at), func(t *testing.T) {
			newMortal(t, func(step int) bool { return step == at }, names...).night()
		})
	}
	t.Run("after every step", func(t *testing.T) {
		m := newMortal(t, func(int) bool { return true }, names...)
		m.night()
		if len(m.lost) == 0 {
			t.Error("nothing was under way when it was killed")
		}
	})
}
