package storagetest

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// menuModel is what a store should hold of menus, kept in maps.
type menuModel struct {
	sessions map[sessionPlace]modelSession
	hops     map[hopPlace]bot.Hop
	tallies  map[tallyPlace]bot.ScreenTally
	places   map[bot.PlaceCode]string // French names
	rumours  map[bot.ID]bot.Rumour
	handed   map[string]modelHanded
}

// sessionPlace is a key on a UTC day.
type sessionPlace struct {
	day time.Time
	key bot.SessionKey
}

type hopPlace struct {
	sessionPlace
	hop bot.HopKey
}

type tallyPlace struct {
	day    time.Time
	screen string
}

type modelSession struct {
	bot.Session
	open bool // not over, and no other was put in its place
}

type modelHanded struct {
	day time.Time
	id  bot.ID
}

func newMenuModel() menuModel {
	return menuModel{
		sessions: map[sessionPlace]modelSession{},
		hops:     map[hopPlace]bot.Hop{},
		tallies:  map[tallyPlace]bot.ScreenTally{},
		places:   map[bot.PlaceCode]string{},
		rumours:  map[bot.ID]bot.Rumour{},
		handed:   map[string]modelHanded{},
	}
}

func (m menuModel) clone() menuModel {
	return menuModel{maps.Clone(m.sessions), maps.Clone(m.hops), maps.Clone(m.tallies), maps.Clone(m.places),
		maps.Clone(m.rumours), maps.Clone(m.handed)}
}

func dayOf(at bot.Instant) time.Time { return at.Time().Truncate(day) }

func placeOf(x bot.Session) sessionPlace { return sessionPlace{dayOf(x.StartedAt), x.Key} }

func (m menuModel) session(key bot.SessionKey, at bot.Instant) (bot.Session, error) {
	for _, d := range []time.Time{dayOf(at), dayOf(at).Add(-day)} {
		if x, there := m.sessions[sessionPlace{d, key}]; there {
			return x.Session, nil
		}
	}
	return bot.Session{}, storage.ErrNotFound
}

func (m menuModel) putSession(x bot.Session, ifRev uint64) error {
	at := placeOf(x)
	old, there := m.sessions[at]
	open := !x.Over()
	if ifRev > 0 {
		if !there || old.Rev != ifRev || old.ID != x.ID || old.StartedAt != x.StartedAt {
			return storage.ErrConflict
		}
		open = open && (old.open || old.Over())
	} else if !there {
		before := sessionPlace{at.day.Add(-day), x.Key}
		if old, there := m.sessions[before]; there {
			old.open = false
			m.sessions[before] = old
		}
	}
	x.Rev = ifRev + 1
	m.sessions[at] = modelSession{x, open}
	return nil
}

func (m menuModel) hop(x bot.Session, key bot.HopKey) (bot.Hop, error) {
	h, there := m.hops[hopPlace{placeOf(x), key}]
	if !there || h.Session != x.ID {
		return bot.Hop{}, storage.ErrNotFound
	}
	return h, nil
}

func (m menuModel) openSessions() []bot.Session {
	var list []bot.Session
	for _, x := range m.sessions {
		if x.open {
			list = append(list, x.Session)
		}
	}
	slices.SortFunc(list, func(a, b bot.Session) int {
		return cmp.Or(cmp.Compare(a.StartedAt, b.StartedAt), bytes.Compare(a.Key[:], b.Key[:]))
	})
	return list
}

func (m menuModel) dropSessions(before bot.Instant) {
	maps.DeleteFunc(m.sessions, func(at sessionPlace, _ modelSession) bool { return at.day.Before(dayOf(before)) })
	maps.DeleteFunc(m.hops, func(at hopPlace, _ bot.Hop) bool { return at.day.Before(dayOf(before)) })
}

func (m menuModel) addTally(at bot.Instant, t bot.ScreenTally) {
	place := tallyPlace{dayOf(at), t.Screen}
	t.Shown += m.tallies[place].Shown
	m.tallies[place] = t
}

func (m menuModel) talliesSince(since bot.Instant) []bot.ScreenTally {
	sums := map[string]bot.ScreenTally{}
	for place, t := range m.tallies {
		if !place.day.Before(dayOf(since)) {
			t.Shown += sums[place.screen].Shown
			sums[place.screen] = t
		}
	}
	var list []bot.ScreenTally
	for _, screen := range slices.Sorted(maps.Keys(sums)) {
		list = append(list, sums[screen])
	}
	return list
}

func (m menuModel) putRumour(r bot.Rumour, ifRev uint64) error {
	if m.rumours[r.ID].Rev != ifRev {
		return storage.ErrConflict
	}
	r.Rev = ifRev + 1
	m.rumours[r.ID] = r
	return nil
}

// news are the published rumours, the latest first.
func (m menuModel) news() []bot.ID {
	var list []bot.Rumour
	for _, r := range m.rumours {
		if r.Public() {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b bot.Rumour) int {
		return cmp.Or(cmp.Compare(b.PublishedAt, a.PublishedAt), bytes.Compare(b.ID[:], a.ID[:]))
	})
	ids, _ := idsOf(list, nil)
	return ids
}
