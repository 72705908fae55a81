package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

func testFailedClosures(t *testing.T, s *site) {
	failed := errors.New("failed")
	id, x := s.ids.New(), s.session(1, s.now())
	secret := "Kidal 76123456"
	for name, c := range map[string]struct {
		end  func() error
		want func(error) bool
	}{
		"error": {func() error { return failed }, func(err error) bool { return errors.Is(err, failed) }},
		"panic": {func() error { panic(secret) }, func(err error) bool { return err != nil && !strings.Contains(err.Error(), secret) }},
		"fault": {func() error { var o *bot.Outbound; return errors.New(o.Key) }, func(err error) bool { return err != nil }},
	} {
		err := s.Update(t.Context(), func(tx storage.Tx) error {
			err := errors.Join(
				tx.PutRepeat(bot.RepeatKey{1}, s.now(), 0, bot.Mark{Inbound: id}),
				tx.PutContact(bot.Contact{Key: bot.ContactKey{1}}, 0),
				tx.PutActivity(bot.ContactKey{1}, s.now(), bot.Activity{Texts: 1}),
				tx.PutInbound(bot.Inbound{ID: id}),
				tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived}, 0),
				tx.PutReport(bot.Report{ID: id, State: bot.ReportLinked}, 1),
				tx.PutRumour(bot.Rumour{ID: id, State: bot.RumourNew, FanOut: bot.FanOut{Open: true}}, 0),
				tx.PutRumour(bot.Rumour{ID: id, State: bot.RumourPublished, PublishedAt: s.now(), FanOut: bot.FanOut{Open: true}}, 1),
				tx.PutSession(x, 0),
				tx.PutHop(x, bot.HopKey{1}, bot.Hop{Screen: "1 Signaler"}),
				tx.AddTallies(s.now(), []bot.ScreenTally{{Flow: "youth", Screen: "home", Shown: 1}}),
				tx.PutPlace(place(bot.SchemeCT2023, "ML01", "Kayes")),
				tx.Link(id, bot.LinkCursor{Report: id}),
				tx.PutTold(id, bot.ContactKey{1}, bot.Told{AnswerNo: 1}),
				tx.PutOutbound(outbound(id, nil), 0),
				tx.PutQuarantined(bot.Quarantined{ID: id}),
				tx.PutUser(bot.User{Name: "awa"}, 0),
				tx.Append(bot.Event{Kind: "user.added"}),
			)
			if _, e := tx.TakeRef([]bot.Ref{"482918"}, bot.RefReport, id); e != nil {
				return e
			}
			if err != nil {
				return err
			}
			return c.end()
		})
		if !c.want(err) {
			t.Errorf("%s: update gave %v", name, err)
		}
		s.view(func(tx storage.Tx) error {
			for what, found := range found(tx, id, x, s.now()) {
				if found {
					t.Errorf("%s: a trace in %s", name, what)
				}
			}
			return nil
		})
	}
}

// found tells where a row with the id, or the first key, is found in a store that should be empty.
func found(tx storage.Tx, id bot.ID, x bot.Session, now bot.Instant) map[string]bool {
	there := func(_ any, err error) bool { return !errors.Is(err, storage.ErrNotFound) }
	some := func(n int, err error) bool { return n != 0 || err != nil }
	length := func(n int) func(error) bool { return func(err error) bool { return some(n, err) } }
	list, err := tx.Reports("", storage.Page{})
	activity, activityErr := tx.Activity(bot.ContactKey{1}, now)
	events, eventsErr := tx.Events(0, 1)
	links, linksErr := tx.Links(id, bot.LinkCursor{}, 1)
	fanOuts, fanOutsErr := tx.FanOuts(storage.Page{})
	_, _, refErr := tx.FindRef("482918")
	mark, markErr := tx.Repeat(bot.RepeatKey{1})
	contact, contactErr := tx.Contact(bot.ContactKey{1})
	inbound, inboundErr := tx.Inbound(id)
	rumour, rumourErr := tx.Rumour(id)
	told, toldErr := tx.Told(id, bot.ContactKey{1})
	out, outErr := tx.Outbound(id)
	quarantined, quarantinedErr := tx.Quarantined(id)
	user, userErr := tx.User("awa")
	received, receivedErr := tx.CountReports(bot.ReportReceived, 1)
	linked, linkedErr := tx.CountReports(bot.ReportLinked, 1)
	queued, queuedErr := tx.CountOutbounds(bot.OutQueued, 1)
	open, openErr := tx.CountQuarantines(1)
	fresh, freshErr := tx.CountRumours("", 1)
	session, sessionErr := tx.Session(bot.SessionKey{1}, now)
	hop, hopErr := tx.Hop(x, bot.HopKey{1})
	sessions, sessionsErr := tx.OpenSessions(bot.Forever, bot.Session{}, 1)
	tallies, talliesErr := tx.Tallies(0)
	places, placesErr := tx.Places(bot.PlaceCode{}, 1)
	news, newsErr := tx.News(1)
	return map[string]bool{
		"reports":          length(len(list))(err),
		"activity":         activity.Texts != 0 || activityErr != nil,
		"events":           length(len(events))(eventsErr),
		"links":            length(len(links))(linksErr),
		"fan-outs":         length(len(fanOuts))(fanOutsErr),
		"references":       there(nil, refErr),
		"repeats":          there(mark, markErr),
		"contacts":         there(contact, contactErr),
		"inbounds":         there(inbound, inboundErr),
		"rumours":          there(rumour, rumourErr),
		"told":             there(told, toldErr),
		"outbounds":        there(out, outErr),
		"quarantine":       there(quarantined, quarantinedErr),
		"users":            there(user, userErr),
		"reports received": some(received, receivedErr),
		"reports linked":   some(linked, linkedErr),
		"queue":            some(queued, queuedErr),
		"open quarantine":  some(open, openErr),
		"rumours by state": some(fresh, freshErr),
		"sessions":         there(session, sessionErr),
		"hops":             there(hop, hopErr),
		"open sessions":    length(len(sessions))(sessionsErr),
		"tallies":          length(len(tallies))(talliesErr),
		"places":           length(len(places))(placesErr),
		"news":             length(len(news))(newsErr),
	}
}

func testContexts(t *testing.T, s *site) {
	ctx, cancel := context.WithCancel(t.Context())
	id := s.ids.New()
	err := s.Update(ctx, func(tx storage.Tx) error {
		cancel() // too late: an update that has begun ends with the truth
		return tx.PutInbound(bot.Inbound{ID: id})
	})
	if err != nil {
		t.Errorf("an update whose caller left meanwhile: %v", err)
	}
	s.view(func(tx storage.Tx) error {
		_, err := tx.Inbound(id)
		return err
	})
	ran := false
	if err := s.Update(ctx, func(storage.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("an update of a caller who left before: %v, ran %v", err, ran)
	}
	if err := s.View(ctx, func(storage.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("a view of a caller who left before: %v, ran %v", err, ran)
	}
}

func testSnapshot(t *testing.T, s *site) {
	id := s.ids.New()
	s.view(func(tx storage.Tx) error {
		done := make(chan error)
		go func() {
			done <- s.Update(t.Context(), func(tx storage.Tx) error { return tx.PutInbound(bot.Inbound{ID: id}) })
		}()
		if err := <-done; err != nil { // a reader does not hold up a writer
			t.Errorf("update beside a view: %v", err)
		}
		if _, err := tx.Inbound(id); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a view sees what came after it began: %v", err)
		}
		return nil
	})
	s.view(func(tx storage.Tx) error {
		_, err := tx.Inbound(id)
		return err
	})
	failed := errors.New("failed")
	if err := s.View(t.Context(), func(storage.Tx) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("a view that fails gave %v", err)
	}
	if err := s.View(t.Context(), func(storage.Tx) error { panic("no") }); err == nil {
		t.Error("a view that panics gave no error")
	}
}

// testViewEnds: list methods look at the view's context.
func testViewEnds(t *testing.T, s *site) {
	s.update(func(tx storage.Tx) error {
		for range 200 {
			if err := tx.PutReport(bot.Report{ID: s.ids.New(), State: bot.ReportReceived}, 0); err != nil {
				return err
			}
		}
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	err := s.View(ctx, func(tx storage.Tx) error {
		cancel()
		for name, list := range map[string]func() error{
			"Reports":        func() error { _, err := tx.Reports("", storage.Page{Limit: 200}); return err },
			"CountReports":   func() error { _, err := tx.CountReports(bot.ReportReceived, 200); return err },
			"Rumours":        func() error { _, err := tx.Rumours("", storage.Page{}); return err },
			"Outbounds":      func() error { _, err := tx.Outbounds(bot.OutQueued, storage.Page{}); return err },
			"CountOutbounds": func() error { _, err := tx.CountOutbounds(bot.OutQueued, 1); return err },
			"Links":          func() error { _, err := tx.Links(s.ids.New(), bot.LinkCursor{}, 1); return err },
			"Quarantines":    func() error { _, err := tx.Quarantines(storage.Page{}); return err },
			"OpenSessions":   func() error { _, err := tx.OpenSessions(bot.Forever, bot.Session{}, 0); return err },
			"Tallies":        func() error { _, err := tx.Tallies(0); return err },
			"Places":         func() error { _, err := tx.Places(bot.PlaceCode{}, 0); return err },
			"News":           func() error { _, err := tx.News(0); return err },
			"Users":          func() error { _, err := tx.Users(); return err },
			"Events":         func() error { _, err := tx.Events(0, 1); return err },
			"EventPage":      func() error { _, err := tx.EventPage(storage.EventPage{}); return err },
			"Epochs":         func() error { _, err := tx.Epochs(); return err },
		} {
			if err := list(); !errors.Is(err, context.Canceled) {
				t.Errorf("%s after the end: %v", name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func testKeyed(t *testing.T, s *site) {
	phone := func(number string) bot.ContactKey {
		return s.ContactKey(bot.Address{Kind: bot.Phone, Value: number})
	}
	one := phone("+22370123456")
	if again := phone("+22370123456"); again != one || one == phone("+22370123457") || one.IsZero() {
		t.Error("a number has one key of its own")
	}
	keys := map[bot.RepeatKey]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}, {"2:ab1:c"}} {
		key := s.RepeatKey(parts...)
		if other, taken := keys[key]; taken {
			t.Errorf("%q and %s have one fingerprint", parts, other)
		}
		keys[key] = fmt.Sprintf("%q", parts)
		if key != s.RepeatKey(parts...) {
			t.Errorf("%q has two fingerprints", parts)
		}
	}
}
