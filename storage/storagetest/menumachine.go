package storagetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/storage"
)

// menuStep draws one call about menus.
func (x *machine) menuStep(rt *rapid.T) step {
	switch rapid.IntRange(0, 10).Draw(rt, "menu kind") {
	case 0, 1, 2:
		return x.sessionStep(rt)
	case 3:
		s, hop := x.drawSession(rt), x.drawHop(rt)
		h := bot.Hop{Session: s.ID, Screen: bot.Text(fmt.Sprint(rapid.IntRange(0, 3).Draw(rt, "screen"))), End: rapid.Bool().Draw(rt, "end")}
		return step{"PutHop", func(m *model) error { m.hops[hopPlace{placeOf(s), hop}] = h; return nil },
			func(tx storage.Tx) error { return tx.PutHop(s, hop, h) }}
	case 4:
		at := x.m.now.Add(-time.Duration(rapid.IntRange(0, 1).Draw(rt, "tallied before")) * day)
		if at < x.kept {
			at = x.m.now
		}
		t := bot.ScreenTally{Flow: "youth", Screen: rapid.SampledFrom([]string{"home", "place"}).Draw(rt, "screen"), Shown: 1}
		return step{"AddTallies", func(m *model) error { m.addTally(at, t); return nil },
			func(tx storage.Tx) error { return tx.AddTallies(at, []bot.ScreenTally{t}) }}
	case 5:
		p := place(bot.SchemeCT2023, fmt.Sprint(rapid.IntRange(1, 3).Draw(rt, "code")), rapid.SampledFrom([]string{"Kayes", "Ségou"}).Draw(rt, "name"))
		return step{"PutPlace", func(m *model) error { m.places[p.Code] = p.Names[bot.French]; return nil },
			func(tx storage.Tx) error { return tx.PutPlace(p) }}
	case 6, 7:
		r := bot.Rumour{ID: x.drawRumour(rt), PublishedAt: bot.Instant(rapid.IntRange(0, 3).Draw(rt, "published")),
			State: rapid.SampledFrom([]bot.RumourState{bot.RumourNew, bot.RumourPublished, bot.RumourMonitoring, bot.RumourWithheld}).Draw(rt, "state")}
		at := x.m.rumours[r.ID].Rev
		if r.PublishedAt == 0 { // it would stand among those of the first microsecond
			r.PublishedAt = 1
		}
		return step{"PutRumour", func(m *model) error { return m.putRumour(r, at) }, func(tx storage.Tx) error { return tx.PutRumour(r, at) }}
	default:
		return x.dropStep(rt)
	}
}

func (x *machine) dropStep(rt *rapid.T) step {
	before := x.m.now.Add(-time.Duration(rapid.IntRange(0, 2).Draw(rt, "days")) * day)
	x.kept = max(x.kept, bot.At(dayOf(before)))
	switch rapid.IntRange(0, 2).Draw(rt, "dropped") {
	case 0:
		return step{"DropSessions", func(m *model) error { m.dropSessions(before); return nil }, func(tx storage.Tx) error { return tx.DropSessions(before) }}
	case 1:
		return step{"DropTallies", func(m *model) error {
			for place := range m.tallies {
				if place.day.Before(dayOf(before)) {
					delete(m.tallies, place)
				}
			}
			return nil
		}, func(tx storage.Tx) error { return tx.DropTallies(before) }}
	default:
		return step{"DropHanded", func(m *model) error {
			for id, h := range m.handed {
				if h.day.Before(dayOf(before)) {
					delete(m.handed, id)
				}
			}
			return nil
		}, func(tx storage.Tx) error { return tx.DropHanded(before) }}
	}
}

func (x *machine) drawHop(rt *rapid.T) bot.HopKey {
	return bot.HopKey{byte(rapid.IntRange(1, 3).Draw(rt, "hop"))}
}

func (x *machine) drawRumour(rt *rapid.T) bot.ID {
	for len(x.news) < 3 {
		x.news = append(x.news, x.ids.New())
	}
	return rapid.SampledFrom(x.news).Draw(rt, "rumour")
}

// drawSession is one that there was at some time, on a day that this transaction has not dropped, or a new one.
func (x *machine) drawSession(rt *rapid.T) bot.Session {
	var known []bot.Session
	for _, s := range x.begun {
		if s.StartedAt >= x.kept {
			known = append(known, s)
		}
	}
	if len(known) == 0 || rapid.IntRange(0, 2).Draw(rt, "new session") == 0 {
		s := bot.Session{Key: bot.SessionKey{byte(rapid.IntRange(1, 2).Draw(rt, "session"))}, ID: x.ids.New(), StartedAt: x.m.now}
		x.begun = append(x.begun, s)
		return s
	}
	known = known[max(0, len(known)-6):]
	return rapid.SampledFrom(known).Draw(rt, "known session")
}

func (x *machine) sessionStep(rt *rapid.T) step {
	s := x.drawSession(rt)
	s.LastAt = x.m.now
	if rapid.IntRange(0, 2).Draw(rt, "over") == 0 {
		s.EndedAt, s.End = x.m.now, bot.EndTimeout
	}
	at := x.m.sessions[placeOf(s)].Rev
	switch rapid.IntRange(0, 5).Draw(rt, "session rev") {
	case 0:
		at = 0
	case 1:
		at = uint64(rapid.IntRange(1, 3).Draw(rt, "wrong rev"))
	}
	return step{"PutSession", func(m *model) error { return m.putSession(s, at) }, func(tx storage.Tx) error { return tx.PutSession(s, at) }}
}

// compareMenus looks at everything about menus.
func (x *machine) compareMenus(tx storage.Tx) error {
	for key := range byte(4) {
		for _, at := range []bot.Instant{x.m.now, x.m.now.Add(-day), x.m.now.Add(day)} {
			got, err := tx.Session(bot.SessionKey{key}, at)
			want, wantErr := x.m.session(bot.SessionKey{key}, at)
			if !errors.Is(err, wantErr) || !reflect.DeepEqual(got, want) {
				return fmt.Errorf("session %+v (%v), the model %+v (%v)", got, err, want, wantErr)
			}
		}
	}
	for _, s := range x.begun {
		for hop := range byte(5) {
			got, err := tx.Hop(s, bot.HopKey{hop})
			want, wantErr := x.m.hop(s, bot.HopKey{hop})
			if !errors.Is(err, wantErr) || got != want {
				return fmt.Errorf("hop %+v (%v), the model %+v (%v)", got, err, want, wantErr)
			}
		}
	}
	open, err := tx.OpenSessions(bot.Forever, bot.Session{}, 1000)
	if want := x.m.openSessions(); err != nil || !reflect.DeepEqual(open, want) {
		return fmt.Errorf("open sessions %+v (%v), the model %+v", open, err, want)
	}
	for _, since := range []bot.Instant{0, x.m.now, x.m.now.Add(-day)} {
		tallies, err := tx.Tallies(since)
		if want := x.m.talliesSince(since); err != nil || !slices.Equal(tallies, want) {
			return fmt.Errorf("tallies since %s %+v (%v), the model %+v", since, tallies, err, want)
		}
	}
	places, err := tx.Places(bot.PlaceCode{}, 0)
	if err != nil || len(places) != len(x.m.places) {
		return fmt.Errorf("%d places (%v), the model %d", len(places), err, len(x.m.places))
	}
	for _, p := range places {
		if name := p.Names[bot.French]; name != x.m.places[p.Code] {
			return fmt.Errorf("%s is %s, the model %s", p.Code, name, x.m.places[p.Code])
		}
	}
	return errors.Join(x.compareNews(tx), x.compareHanded(tx))
}

func (x *machine) compareNews(tx storage.Tx) error {
	news, err := tx.News(0)
	if want := x.m.news(); err != nil || !slices.Equal(news, want) {
		return fmt.Errorf("news %v (%v), the model %v", news, err, want)
	}
	return nil
}

func (x *machine) compareHanded(tx storage.Tx) error {
	for n := range 4 {
		got, err := tx.Handed("g", fmt.Sprint(n))
		if want, there := x.m.handed[fmt.Sprint(n)]; there != (err == nil) || got != want.id {
			return fmt.Errorf("handed %s (%v), the model %s", got, err, want.id)
		}
	}
	return nil
}
