package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/hotline"
	"tinye/bot/outbox"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
	"tinye/storage/storagetest"
)

// tower is a carrier that takes everything at once, and knows when.
type tower struct {
	mu  sync.Mutex
	got []rung
}

type rung struct {
	at       time.Time
	to, text string
}

func (*tower) Name() string            { return "sim" }
func (*tower) Routes() []gateway.Route { return nil }

func (t *tower) Send(_ context.Context, m gateway.Message) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.got = append(t.got, rung{time.Now(), m.To.Value, m.Text})
	return "", nil
}

// alarms are the messages that tell of a reference.
func (t *tower) alarms(ref string) (list []rung) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.got {
		if strings.HasPrefix(r.text, "Urgent "+ref) {
			list = append(list, r)
		}
	}
	return list
}

// month is a hotline with the loops of tinye serve, in a bubble: what they wait for is virtual time, and it passes only while
// nothing is left to do. The store is a real file.
type month struct {
	t       *testing.T
	p       *process
	o       *opened
	service *hotline.Service
	tower   *tower
	dir     string
	wg      sync.WaitGroup
}

// sweepInMonth is five times as long as it is for tinye serve, so that a month takes seconds with the race detector, too; a step of
// an escalation is a whole number of it.
const sweepInMonth = 5 * sweepEvery

var onDuty = []string{"AMI", "BAKARY", "CISSE"}

func phoneOf(name string) string { return fmt.Sprintf("+2236600009%d", slices.Index(onDuty, name)) }

func newMonth(t *testing.T) *month {
	m := &month{t: t, tower: &tower{}, dir: t.TempDir(), p: &process{d: deps{log: slog.New(slog.DiscardHandler), sweep: sweepInMonth}}}
	m.open()
	ctx := context.Background()
	m.must(m.service.Store.Update(ctx, func(tx storage.Tx) error {
		for i, name := range onDuty {
			number := bot.Address{Kind: bot.Phone, Value: phoneOf(name)}
			role := bot.RoleCoordinator
			if i == 0 {
				role = bot.RoleAdmin
			}
			key := m.service.Store.ContactKey(number)
			if err := tx.PutUser(bot.User{Name: name, Roles: []bot.Role{role, bot.RoleCoordinator}, Number: number, NumberKey: key}, 0); err != nil {
				return err
			}
			if err := tx.PutDeskNumber(bot.DeskNumber{Key: key, User: name, Since: bot.At(time.Now())}, 0); err != nil {
				return err
			}
		}
		_, err := rumour.SetDuty(tx, act("AMI"), onDuty)
		return err
	}))
	return m
}

func act(name string) people.Act {
	return people.Act{At: bot.At(time.Now()), As: name, Via: "socket", Site: "test"}
}

func (m *month) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// open opens the store and starts the loops.
func (m *month) open() {
	store, err := bolt.Open(context.Background(), storagetest.Options(m.t, m.dir))
	m.must(err)
	service, err := hotline.New("ML")
	m.must(err)
	langs := []bot.Lang{bot.French, bot.Bambara}
	hours := rumour.Hours{Zone: time.UTC, Holidays: map[string]bool{"2000-01-03": true, "2000-01-20": true}}
	for day := range 5 {
		hours.Week[day] = []locales.Span{{From: 10 * 60, To: 18 * 60}}
	}
	catalog, err := locales.Load()
	m.must(err)
	service.Site = hotline.Site{
		ID: "test", Service: "TINYE", Langs: langs, Danger: "80001234", Cap: 2, Zone: time.UTC, Gateway: "sim", Hours: hours,
		Quiet: people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}, Limits: people.Limits{Join: 10 * time.Minute},
		Retention: hotline.Retention{Texts: 90 * 24 * time.Hour, Numbers: 365 * 24 * time.Hour},
	}
	service.Matcher, err = hotline.NewMatcher(hotline.MatcherOptions{})
	m.must(err)
	service.Store, service.Now, service.NewID, service.Random, service.Log = service.Matcher.Watch(store), time.Now, newID, newRandom(), m.p.d.log
	service.Texts = catalog.Printer(locales.Policy{AllowUnreviewed: langs, Hours: hours.Week})
	service.Desk = rumour.Desk{Service: "TINYE", Langs: langs, Wire: sms.GSMAccent, Texts: service.Texts}
	service.CloseCase = seal.Case
	sender, err := outbox.New(outbox.Config{
		Store: service.Store, Lines: []outbox.Line{{Gateway: m.tower}}, Prepare: service.Prepare, Lost: outbox.Resend(newID, time.Now),
		Wire: sms.GSMAccent, NewID: newID, Log: m.p.d.log,
	})
	m.must(err)
	m.must(service.Matcher.Load(context.Background()))
	service.Wake = sender.Wake
	m.service, m.o = service, &opened{store: store, service: service, sender: sender}
	m.p.launch(m.o)
}

// close stops the loops and closes the file.
func (m *month) close() {
	m.o.stop()
	m.o.loops.Wait()
	m.must(m.o.store.Close())
}

// at does something at a moment of the month.
func (m *month) at(when time.Time, do func()) {
	m.wg.Go(func() {
		time.Sleep(time.Until(when))
		do()
	})
}

// texted has a number write to us, and gives the reference of the report that came of it, "" for none.
func (m *month) texted(number, text string) string {
	m.t.Helper()
	_, err := m.service.Receive(context.Background(), bot.Inbound{Gateway: "sim", Sender: number, Text: bot.Text(text), SentAt: bot.At(time.Now())})
	m.must(err)
	var ref string
	m.must(m.service.Store.View(context.Background(), func(tx storage.Tx) error {
		list, err := tx.Reports("", storage.Page{Newest: true, Limit: 1})
		if err == nil && len(list) > 0 {
			ref = string(list[0].Ref)
		}
		return err
	}))
	return ref
}

func (m *month) report(ref string) (rep bot.Report) {
	m.t.Helper()
	m.must(m.service.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		rep, err = rumour.FindReport(tx, ref)
		return err
	}))
	return rep
}

// countedOut is when so much time of a clock has passed, found by going through the minutes one by one: a minute counts if
// the desk opens on its day (open_days), or is open in it (working_hours).
func countedOut(h rumour.Hours, clock bot.DeskClock, from time.Time, target time.Duration) time.Time {
	at := from
	for target > 0 {
		step := min(target, at.Truncate(time.Minute).Add(time.Minute).Sub(at))
		weekday := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && !h.Holidays[at.Format(time.DateOnly)]
		counts := clock == bot.ClockElapsed || weekday && (clock == bot.ClockOpenDays || at.Hour() >= 10 && at.Hour() < 18)
		if counts {
			target -= step
		}
		at = at.Add(step)
	}
	return at
}

// Thirty days of the loops of tinye serve: alarms at any hour, on holidays and at week-ends too, ring at once and every quarter
// of an hour, in the order of the list, until somebody answers; the due times of what they tell of are right on all three
// clocks, and late to the second.
func TestAMonthOfClocksHolidaysAndEscalations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMonth(t)
		begin := time.Now() // midnight UTC, a Saturday
		random := rand.New(rand.NewPCG(20, 26))
		places := []string{"Gao", "Mopti", "Kayes", "Kidal", "Sikasso", "Koulikoro", "Tombouctou"}
		var days [7]int
		holidays := 0
		for i := range 60 {
			came := begin.Add(time.Duration(i)*12*time.Hour + time.Duration(random.IntN(9*3600))*time.Second)
			place, steps, number := places[i%len(places)], 1+random.IntN(10), fmt.Sprintf("701234%02d", i)
			answers, allowed := phoneOf(onDuty[random.IntN(3)]), sweepInMonth
			if i == 17 || i == 46 { // the program is stopped for some minutes in the midst of it
				steps, allowed = 9, 2*sweepInMonth
				m.at(came.Add(rumour.DutyEvery+time.Minute), func() {
					m.close()
					time.Sleep(3 * time.Minute)
					m.open()
				})
			}
			if days[came.Weekday()]++; m.service.Site.Hours.Holidays[came.Format(time.DateOnly)] {
				holidays++
			}
			m.at(came, func() {
				ref := m.texted(number, "Attaque à "+place)
				last := m.clocks(ref, came)
				time.Sleep(time.Duration(steps-1)*rumour.DutyEvery + 7*time.Minute)
				if steps < 10 { // one in ten waits for an answer in vain
					m.texted(answers, ref)
				}
				time.Sleep(3 * time.Hour)
				m.rangRight(ref, place, came, min(steps, 9), allowed)
				time.Sleep(time.Until(last.Add(time.Minute))) // it is not looked at any more
				_, err := m.service.CloseReport(context.Background(), act("BAKARY"), ref, bot.CloseNoClaim)
				m.must(err)
			})
		}
		m.wg.Wait()
		if passed := time.Since(begin); passed < 30*24*time.Hour {
			t.Errorf("only %s passed", passed)
		}
		if slices.Contains(days[:], 0) || holidays == 0 {
			t.Errorf("alarms by weekday %v, on holidays %d", days, holidays)
		}
		m.close()
	})
}

// rangRight: so many were told, in their order, the first at once and the others every quarter of an hour, by the ticks of
// the sweep at most so much later.
func (m *month) rangRight(ref, place string, came time.Time, steps int, allowed time.Duration) {
	got := m.tower.alarms(ref)
	if len(got) != steps {
		m.t.Errorf("%s, %s: %d were told, want %d: %v", came, ref, len(got), steps, got)
		return
	}
	for i, r := range got {
		due := came.Add(time.Duration(i) * rumour.DutyEvery)
		late := r.at.Sub(due)
		if r.to != phoneOf(onDuty[i%3]) || r.text != "Urgent "+ref+" "+place+". Répondez "+ref || late < 0 || late > allowed || i == 0 && late > time.Second {
			m.t.Errorf("%s, step %d: %s was told %q at %s, %s after it was due", came, i, r.to, r.text, r.at, late)
		}
	}
}

// clocks looks at what a critical report is due by, on each clock, and at that moment whether it is late; last is the last of
// these moments.
func (m *month) clocks(ref string, came time.Time) (last time.Time) {
	hours := m.service.Site.Hours
	for _, clock := range bot.DeskClocks() {
		calendar := rumour.Calendar{Hours: hours, Clock: clock}
		want := countedOut(hours, clock, came, time.Hour)
		due, ok := calendar.ReportDue(m.report(ref))
		if !ok || !due.At.Time().Equal(want) {
			m.t.Errorf("%s on the clock %s: due %s, want %s", came.Format("Mon 2 15:04:05"), clock, due.At, want)
			continue
		}
		if want.After(last) {
			last = want
		}
		for after, late := range map[time.Duration]bool{-time.Second: false, 0: false, time.Second: true} {
			m.at(want.Add(after), func() {
				if due, ok := calendar.ReportDue(m.report(ref)); !ok || due.Late(bot.At(time.Now())) != late {
					m.t.Errorf("%s on the clock %s, %s after it was due: late %v", came, clock, after, !late)
				}
			})
		}
		claim := bot.Rumour{State: bot.RumourNew, CreatedAt: bot.At(came), Risk: bot.Risk{Level: bot.RiskCritical}}
		for i, target := range []time.Duration{time.Hour, 4 * time.Hour, 12 * time.Hour} {
			dues := calendar.Dues(claim)
			if want := countedOut(hours, clock, came, target); len(dues) != 3 || !dues[i].At.Time().Equal(want) {
				m.t.Errorf("%s on the clock %s: %v, want %s by %s", came, clock, dues, target, want)
			}
		}
	}
	return last
}
