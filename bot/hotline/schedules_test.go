package hotline_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// timed is a hotline with bulletins that have a schedule, whose process and clock are not to be relied on.
type timed struct {
	*mortal
	random    *rand.Rand
	bulletins []*scheduled
	seq       uint64      // of the last event that was looked at
	sweeps    []time.Time // what the clock showed at each sweep that did something, since it was last set back
	saw       map[string]int
}

// scheduled is one bulletin and what is known of its moments from outside.
type scheduled struct {
	id      bot.ID
	ref     bot.Ref
	late    time.Duration
	moments []time.Time // that it should have, found without its spec
	begun   map[int64]int
	skipped map[int64]bool
}

const (
	timedPeople = 3
	timedDays   = 60
)

// timedStart is a Monday before a change of the clock in Europe.
func timedStart() time.Time { return time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC) }

func newTimed(t *testing.T, seed uint64) *timed {
	h := &timed{random: rand.New(rand.NewPCG(seed, 60)), saw: make(map[string]int)}
	h.mortal = newMortal(t, func(int) bool { // the process is killed now and then, after any commit
		killed := h.random != nil && h.random.IntN(300) == 0
		if killed {
			h.saw["killed"]++
		}
		return killed
	}, "AMI")
	h.set(timedStart())
	h.Site.Cap, h.Site.Quiet = 0, people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	must(t, h.updated(func(tx storage.Tx) error {
		for i := range timedPeople {
			number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237000000%d", i)}
			c := bot.Contact{
				Key: h.Store.ContactKey(number), Number: number, Gateway: "sim", Lang: bot.French,
				Consent: bot.Consent{State: bot.ConsentGranted, Scope: []string{"bulletins"}},
			}
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

func (h *timed) act() people.Act {
	return people.Act{At: bot.At(h.clock.Now()), As: "AMI", Via: "socket", Site: "test"}
}

// schedule adds an approved bulletin. On the days that it names, it has a moment at a time of the day of a zone.
func (h *timed) schedule(plan bulletin.Plan, zone, clock string, on func(time.Time) bool) *scheduled {
	h.t.Helper()
	in, err := time.LoadLocation(zone)
	must(h.t, err)
	hour, err := time.Parse("15:04", clock)
	must(h.t, err)
	b := &scheduled{id: h.NewID(), late: plan.Late, begun: make(map[int64]int), skipped: make(map[int64]bool)}
	begin := h.clock.Now()
	for day := range timedDays + 2 {
		at := time.Date(begin.Year(), begin.Month(), begin.Day()+day, hour.Hour(), hour.Minute(), 0, 0, in)
		if on(at) && at.After(begin) && at.Before(begin.Add(timedDays*24*time.Hour)) {
			b.moments = append(b.moments, at.UTC())
		}
	}
	must(h.t, h.updated(func(tx storage.Tx) error {
		var err error
		if b.ref, err = tx.TakeRef(h.Refs(), bot.RefBulletin, b.id); err != nil {
			return err
		}
		row := bot.Bulletin{
			ID: b.id, Ref: b.ref, Kind: bot.BulletinPrevention, State: bot.BulletinApproved, CreatedBy: "BEN", Lang: bot.French,
			ExpiresAt: bot.At(begin.Add(timedDays * 24 * time.Hour)), Approvals: []bot.Approval{{By: "AMI", At: bot.At(begin)}},
			Variants: []bot.Variant{{Lang: bot.French, Channel: bot.VariantSMS, Text: "Lavez vos mains.", State: bot.TranslationDone}},
		}
		if err := tx.PutBulletin(row, 0); err != nil {
			return err
		}
		_, err = h.Bulletins().Schedule(tx, h.act(), string(b.ref), plan)
		return err
	}))
	h.bulletins = append(h.bulletins, b)
	return b
}

// sweep does what tinye serve does every half minute, and lets what is due leave; then it looks at what the schedules did.
func (h *timed) sweep() {
	h.t.Helper()
	if h.Store.Clock().Behind {
		h.saw["not trusted"]++
	}
	trusted := !h.Store.Clock().Behind
	must(h.t, h.Sweep(context.Background()))
	h.step()
	if trusted {
		h.send()
		h.look()
		h.sweeps = append(h.sweeps, h.clock.Now())
		return
	}
	h.look()
}

// look reads what the schedules noted since the last look.
func (h *timed) look() {
	h.t.Helper()
	now := h.clock.Now()
	var events []bot.Event
	must(h.t, h.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		events, err = tx.Events(h.seq, 100000)
		return err
	}))
	for _, e := range events {
		h.seq = e.Seq
		i := slices.IndexFunc(h.bulletins, func(b *scheduled) bool { return string(b.ref) == e.Key })
		if i < 0 || e.Actor != "schedule" {
			continue
		}
		b := h.bulletins[i]
		words := strings.Fields(e.Reason)
		moment, err := time.Parse(time.RFC3339, words[len(words)-1])
		must(h.t, err)
		if !slices.ContainsFunc(b.moments, moment.Equal) {
			h.t.Errorf("%s: %s %s is none of its moments", now, e.Kind, e.Reason)
		}
		switch e.Kind {
		case "bulletin.begun":
			b.begun[moment.Unix()]++
			if late := now.Sub(moment); late < 0 || late > b.late {
				h.t.Errorf("%s: begun %s after its moment, at most %s are allowed", moment, late, b.late)
			}
		case "bulletin.skipped":
			b.skipped[moment.Unix()] = true
			h.saw["skipped "+words[0]]++
			h.skippedRightly(b, moment, bot.SkipReason(words[0]))
		}
	}
	if h.Store.Clock().Behind {
		return
	}
	for _, b := range h.bulletins {
		for _, m := range b.moments {
			if !m.After(now) && b.begun[m.Unix()] == 0 && !b.skipped[m.Unix()] {
				h.t.Fatalf("%s: nobody says what became of %s", now, m)
			}
			if b.begun[m.Unix()] > 1 {
				h.t.Fatalf("%s: %s was begun %d times", now, m, b.begun[m.Unix()])
			}
		}
	}
}

// skippedRightly: too late is what nobody swept in its time, sent before is what was.
func (h *timed) skippedRightly(b *scheduled, moment time.Time, why bot.SkipReason) {
	h.t.Helper()
	switch why {
	case bot.SkipLate:
		for _, at := range h.sweeps {
			if !at.Before(moment) && at.Sub(moment) <= b.late && b.begun[moment.Unix()] == 0 {
				h.t.Errorf("%s was let pass as too late, and at %s it was not", moment, at)
			}
		}
	case bot.SkipRepeated:
		if h.saw["set back"] == 0 {
			h.t.Errorf("%s was let pass as begun before, and the clock was never set back", moment)
		}
	case bot.SkipBusy:
		if len(b.begun) == 0 { // paused, or it waits for the end of the quiet hours
			h.t.Errorf("%s was let pass for a run under way, and none was begun", moment)
		}
	default:
		h.t.Errorf("%s was let pass: %q", moment, why)
	}
}

// pass lets time go by, in sweeps some minutes apart.
func (h *timed) pass(d time.Duration) {
	h.t.Helper()
	for end := h.clock.Now().Add(d); h.clock.Now().Before(end); {
		h.clock.Add(time.Duration(10+h.random.IntN(80)) * time.Minute)
		h.sweep()
	}
}

// trouble is one thing that goes wrong.
func (h *timed) trouble() {
	h.t.Helper()
	hours := func(most int) time.Duration { return time.Duration(1+h.random.IntN(most)) * time.Hour }
	switch h.random.IntN(5) {
	case 0:
		h.saw["off"]++
		must(h.t, h.Store.Close())
		h.clock.Add(hours(70))
		h.open()
	case 1: // the clock shows a later day for a while, and then what is right: the desk waits, or says that it is
		h.saw["jumped"]++
		wrong := hours(90)
		h.clock.Add(wrong)
		h.pass(hours(5))
		h.clock.Add(-wrong)
		h.saw["set back"]++
		h.pass(hours(5))
		if h.Store.Clock().Behind && h.random.IntN(2) == 0 {
			h.saw["accepted"]++
			must(h.t, h.AcceptClock(context.Background()))
			h.sweeps = nil
		}
	case 2: // it lags, and catches up
		h.clock.Add(-hours(10))
		h.pass(hours(3))
	case 3:
		b := h.bulletins[h.random.IntN(len(h.bulletins))]
		var refused error
		_ = h.updated(func(tx storage.Tx) error {
			_, refused = h.Bulletins().Pause(tx, h.act(), string(b.ref))
			return refused
		})
		if refused != nil { // no run of it is under way
			return
		}
		h.saw["paused"]++
		h.pass(hours(60))
		_ = h.updated(func(tx storage.Tx) error {
			_, err := h.Bulletins().Resume(tx, h.act(), string(b.ref))
			return err
		})
	case 4:
		h.pass(hours(48))
	}
}

// Sixty days of schedules with a process that is killed or off for days and a clock that jumps forward and back: each moment began one run, or was let
// pass with its reason; no moment began two, and nobody got a run twice.
func TestSixtyDaysOfSchedules(t *testing.T) {
	saw, lives := make(map[string]int), uint64(2)
	if s := os.Getenv("TINYE_SCHEDULE_LIVES"); s != "" { // more of them, on demand
		var err error
		lives, err = strconv.ParseUint(s, 10, 16)
		must(t, err)
	}
	for seed := range lives {
		t.Run(fmt.Sprint("life ", seed), func(t *testing.T) {
			h := newTimed(t, seed)
			every := func(time.Time) bool { return true }
			h.schedule(bulletin.Plan{Cron: "0 8 * * *", Zone: "Africa/Bamako", Late: 6 * time.Hour}, "Africa/Bamako", "08:00", every)
			h.schedule(bulletin.Plan{Cron: "30 22 * * *", Late: time.Hour}, "UTC", "22:30", every) // in quiet hours: the run waits
			h.schedule(bulletin.Plan{Cron: "15 9 * * MON", Zone: "Europe/Paris", Late: 24 * time.Hour}, "Europe/Paris", "09:15",
				func(t time.Time) bool { return t.Weekday() == time.Monday })
			h.schedule(bulletin.Plan{At: "2027-03-20 10:00", Late: 3 * time.Hour}, "UTC", "10:00",
				func(t time.Time) bool { return t.Month() == time.March && t.Day() == 20 })
			end := timedStart().Add((timedDays + 1) * 24 * time.Hour)
			for h.clock.Now().Before(end) {
				h.pass(time.Duration(h.random.IntN(30)) * time.Hour)
				h.trouble()
			}
			if h.Store.Clock().Behind {
				must(t, h.AcceptClock(context.Background()))
				h.sweeps = nil
			}
			h.pass(end.Add(48 * time.Hour).Sub(h.clock.Now()))
			h.ended()
			for what, n := range h.saw {
				saw[what] += n
			}
		})
	}
	for _, what := range []string{
		"killed", "off", "jumped", "set back", "accepted", "not trusted", "paused", "skipped late", "skipped busy", "skipped repeated",
	} {
		if saw[what] == 0 {
			t.Errorf("it never happened: %s (%v)", what, saw)
		}
	}
}

// ended looks at every run, when all is over.
func (h *timed) ended() {
	h.t.Helper()
	sent, runs := 0, make(map[string]bool)
	must(h.t, h.Store.View(context.Background(), func(tx storage.Tx) error {
		list, err := tx.Broadcasts(storage.Page{Limit: 10000})
		if err != nil {
			return err
		}
		for _, run := range list {
			name := run.Bulletin.String() + " " + run.DueAt.String()
			if runs[name] {
				h.t.Errorf("two runs of %s", name)
			}
			runs[name] = true
			if !run.State.Ended() {
				h.t.Errorf("the run %s is %s", name, run.State)
			}
			rows, err := tx.BroadcastRows(run.ID, "", storage.Page{Limit: 100})
			if err != nil {
				return err
			}
			told := make(map[bot.ContactKey]bool)
			for _, o := range rows {
				if told[o.Contact] || h.sent[o.ID] > 1 {
					h.t.Errorf("the run %s tells somebody twice", name)
				}
				told[o.Contact] = true
				sent += h.sent[o.ID]
			}
		}
		for _, b := range h.bulletins {
			row, err := tx.Bulletin(b.id)
			if err != nil {
				return err
			}
			began := 0
			for moment, n := range b.begun {
				began += n
				if !runs[b.id.String()+" "+bot.At(time.Unix(moment, 0)).String()] {
					h.t.Errorf("no run of %s for %d", b.ref, moment)
				}
			}
			if !row.Schedule.Next.IsZero() || row.Runs != began || began == 0 && len(b.moments) > 1 {
				h.t.Errorf("%s at its end: %d runs, %d were begun, next %s", b.ref, row.Runs, began, row.Schedule.Next)
			}
		}
		return nil
	}))
	if sent == 0 {
		h.t.Error("nothing was sent")
	}
}

// After a backup was put back, what may have been sent since it was made is not sent by itself; what comes later is.
func TestWhatMayHaveBeenSentSinceTheBackup(t *testing.T) {
	h := newTimed(t, 1)
	h.random = rand.New(rand.NewPCG(1, 1))
	h.dies = func(int) bool { return false }
	daily := h.schedule(bulletin.Plan{Cron: "0 8 * * *", Late: 6 * time.Hour}, "UTC", "08:00", func(time.Time) bool { return true })
	once := h.schedule(bulletin.Plan{At: "2027-03-03 08:00", Late: 6 * time.Hour}, "UTC", "08:00", func(t time.Time) bool { return t.Day() == 3 })
	h.set(timedStart().Add(20*time.Hour + 30*time.Minute)) // a run of the first day is under way
	must(t, h.Sweep(context.Background()))
	backup := filepath.Join(t.TempDir(), "backup")
	must(t, h.Store.Backup(context.Background(), backup))
	h.set(time.Date(2027, 3, 3, 9, 0, 0, 0, time.UTC)) // two moments later; nobody knows any more what was sent
	o := storagetest.Options(t, h.dir)
	o.Path, o.Now, o.NewID = filepath.Join(t.TempDir(), "tinye.db"), h.clock.Now, h.NewID
	_, err := bolt.Restore(t.Context(), o, backup, false)
	must(t, err)
	store, err := bolt.Open(t.Context(), o)
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	h.use(store)
	must(t, h.Sweep(t.Context()))
	var got []string
	must(t, h.Store.View(t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 100)
		for _, e := range events {
			if e.Actor == "schedule" {
				got = append(got, e.Kind+" "+e.Key+" "+e.Reason)
			}
		}
		missed, err2 := bulletin.Missed(tx, bot.At(h.clock.Now()), 10)
		if len(missed) != 2 {
			t.Errorf("the desk is told of %d, want 2", len(missed))
		}
		must(t, err2)
		return err
	}))
	want := []string{
		"bulletin.skipped " + string(daily.ref) + " restored 2027-03-03T08:00:00Z",
		"bulletin.skipped " + string(once.ref) + " restored 2027-03-03T08:00:00Z",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("after the restore: %q, want %q", got, want)
	}
	h.set(time.Date(2027, 3, 4, 8, 0, 0, 0, time.UTC))
	must(t, h.Sweep(t.Context()))
	must(t, h.Store.View(t.Context(), func(tx storage.Tx) error {
		row, err := tx.Bulletin(daily.id)
		if row.Schedule.Last.String() != "2027-03-04T08:00:00Z" || row.State != bot.BulletinSending {
			t.Errorf("the day after: %s, last begun for %s", row.State, row.Schedule.Last)
		}
		return err
	}))
}

// A moment that comes in quiet hours, or while bulletins are held, begins its run; its messages wait.
func TestAScheduledRunWaits(t *testing.T) {
	h := newTimed(t, 1)
	h.random, h.dies = nil, func(int) bool { return false }
	h.schedule(bulletin.Plan{Cron: "30 22 * * *", Late: time.Hour}, "UTC", "22:30", func(time.Time) bool { return true })
	sent := func(at time.Time, want int) {
		t.Helper()
		h.set(at)
		must(t, h.Sweep(t.Context()))
		h.send()
		if got := len(h.sent); got != want {
			t.Errorf("%s: %d messages have left, want %d", at, got, want)
		}
	}
	night := time.Date(2027, 3, 1, 22, 30, 0, 0, time.UTC)
	sent(night, 0)
	sent(night.Add(8*time.Hour), 0)
	sent(time.Date(2027, 3, 2, 7, 0, 1, 0, time.UTC), timedPeople)
	must(t, h.updated(func(tx storage.Tx) error {
		s, err := tx.Switch()
		if err != nil {
			return err
		}
		s.State = bot.SendPaused
		return tx.PutSwitch(s, s.Rev)
	}))
	h.set(night.Add(24 * time.Hour))
	must(t, h.Sweep(t.Context())) // the run before is over, and nobody has noted that yet
	sent(time.Date(2027, 3, 3, 8, 0, 0, 0, time.UTC), timedPeople)
	must(t, h.updated(func(tx storage.Tx) error {
		s, err := tx.Switch()
		if err != nil {
			return err
		}
		s.State = bot.SendAll
		return tx.PutSwitch(s, s.Rev)
	}))
	sent(time.Date(2027, 3, 3, 8, 1, 0, 0, time.UTC), 2*timedPeople)
}
