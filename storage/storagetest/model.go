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

// model is what a store should hold, kept in maps.
type model struct {
	now       bot.Instant
	contacts  map[bot.ContactKey]bot.Contact
	reports   map[bot.ID]bot.Report
	outbounds map[bot.ID]bot.Outbound
	refs      map[bot.Ref]bot.ID
	links     map[bot.LinkCursor]bool // of one rumour
	told      map[bot.ContactKey]bot.Told
	repeats   map[bot.RepeatKey]modelMark
	events    int
	paused    bool // the run
	menuModel
}

type modelMark struct {
	at   bot.Instant
	mark bot.Mark
}

func newModel(now bot.Instant) *model {
	return &model{
		now:       now,
		contacts:  map[bot.ContactKey]bot.Contact{},
		reports:   map[bot.ID]bot.Report{},
		outbounds: map[bot.ID]bot.Outbound{},
		refs:      map[bot.Ref]bot.ID{},
		links:     map[bot.LinkCursor]bool{},
		told:      map[bot.ContactKey]bot.Told{},
		repeats:   map[bot.RepeatKey]modelMark{},
		menuModel: newMenuModel(),
	}
}

func (m *model) clone() *model {
	c := *m
	c.menuModel = m.menuModel.clone()
	c.contacts, c.reports, c.outbounds = maps.Clone(m.contacts), maps.Clone(m.reports), maps.Clone(m.outbounds)
	c.refs, c.links, c.told, c.repeats = maps.Clone(m.refs), maps.Clone(m.links), maps.Clone(m.told), maps.Clone(m.repeats)
	return &c
}

func (m *model) putContact(c bot.Contact, ifRev uint64) error {
	if m.contacts[c.Key].Rev != ifRev {
		return storage.ErrConflict
	}
	c.Rev = ifRev + 1
	m.contacts[c.Key] = c
	return nil
}

func (m *model) putReport(r bot.Report, ifRev uint64) error {
	if m.reports[r.ID].Rev != ifRev {
		return storage.ErrConflict
	}
	r.Rev = ifRev + 1
	m.reports[r.ID] = r
	return nil
}

func (m *model) putOutbound(o bot.Outbound, ifRev uint64) error {
	old, there := m.outbounds[o.ID]
	switch {
	case o.State == bot.OutClaimed && o.Token.IsZero():
		return storage.ErrInvalid
	case old.Rev != ifRev:
		return storage.ErrConflict
	case there && old.State != o.State && !old.State.CanBecome(o.State):
		return storage.ErrInvalid
	case there && old.Broadcast != o.Broadcast:
		return storage.ErrInvalid
	}
	o.Rev = ifRev + 1
	m.outbounds[o.ID] = o
	return nil
}

func (m *model) takeRef(candidates []bot.Ref, id bot.ID) (bot.Ref, error) {
	for _, ref := range candidates {
		if _, taken := m.refs[ref]; !taken {
			m.refs[ref] = id
			return ref, nil
		}
	}
	return "", storage.ErrNoRef
}

func (m *model) putRepeat(key bot.RepeatKey, mark bot.Mark) error {
	if _, known := m.repeats[key]; known {
		return storage.ErrConflict
	}
	m.repeats[key] = modelMark{m.now, mark}
	return nil
}

func (m *model) dropRepeats(before bot.Instant) {
	limit := before.Time().Truncate(day)
	maps.DeleteFunc(m.repeats, func(_ bot.RepeatKey, r modelMark) bool { return r.at.Time().Before(limit) })
}

// decision is what the test decides about a row, by its id: mostly to send it.
func (m *model) decision(o bot.Outbound) (d storage.Decision, fails bool) {
	switch o.ID[len(o.ID)-1] % 6 {
	case 0:
		return storage.Decision{Hold: m.now.Add(time.Minute), Reason: "quiet_hours"}, false
	case 1:
		return storage.Decision{End: bot.OutSuppressed, Reason: "stopped"}, false
	case 2:
		return storage.Decision{}, true
	}
	return storage.Decision{Send: true, Text: "ok"}, false
}

// claim moves due rows as Claim should, and tells which are handed out, in their order.
func (m *model) claim(c storage.ClaimRequest) []bot.ID {
	var due []bot.Outbound
	for _, o := range m.outbounds {
		if o.State == bot.OutQueued && o.Gateway == c.Gateway && o.NextAt <= c.Now && !m.held(o) {
			due = append(due, o)
		}
	}
	slices.SortFunc(due, func(a, b bot.Outbound) int {
		lanes := bot.Lanes()
		return cmp.Or(cmp.Compare(slices.Index(lanes, a.Lane), slices.Index(lanes, b.Lane)),
			ofRun(a)-ofRun(b), cmp.Compare(a.NextAt, b.NextAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
	var out []bot.ID
	for _, o := range due {
		if len(out) == c.N {
			break
		}
		d, fails := m.decision(o)
		o.Rev++
		switch {
		case fails:
			o.NextAt, o.Reason = c.Now.Add(5*time.Minute), "check_failed"
		case d.Send:
			o.State, o.Token, o.LeaseUntil = bot.OutClaimed, c.Token, c.Now.Add(c.Lease)
			out = append(out, o.ID)
		case d.End != "":
			o.State, o.Reason, o.EndedAt = d.End, d.Reason, c.Now
		default:
			o.NextAt, o.Reason = d.Hold, d.Reason
		}
		m.outbounds[o.ID] = o
	}
	return out
}

func (m *model) settle(out storage.Outcome) error {
	o, there := m.outbounds[out.ID]
	if !there || o.Token != out.Token || o.Token.IsZero() || o.State == bot.OutQueued {
		return storage.ErrFenced
	}
	claimed := o.State == bot.OutClaimed
	o.Rev++
	o.Token, o.LeaseUntil = bot.ID{}, 0
	if out.Counted {
		o.Attempts++
	}
	if out.State == bot.OutHandedOver && (claimed || o.HandedAt == 0) {
		o.HandedAt = out.At
	}
	if claimed {
		o.State, o.Reason = out.State, out.Reason
		if out.State == bot.OutQueued {
			o.NextAt = out.NextAt
		}
		if out.State == bot.OutFailed {
			o.EndedAt = out.At
		}
	}
	if claimed || o.ExternalID == "" {
		o.ExternalID = out.ExternalID
	}
	m.outbounds[o.ID] = o
	if out.Remember {
		m.handed[out.ExternalID] = modelHanded{dayOf(out.At), out.ID}
	}
	return nil
}

func (m *model) abandon(before bot.Instant) (n int) {
	for id, o := range m.outbounds {
		if o.State == bot.OutClaimed && o.LeaseUntil < before {
			o.Rev++
			o.State, o.Reason, o.Token, o.LeaseUntil = bot.OutUnknown, "lease_ended", bot.ID{}, 0
			m.outbounds[id] = o
			n++
		}
	}
	return n
}

// mayMove is what the test decides about a row that is looked at, by its id.
func (m *model) mayMove(o bot.Outbound) bool { return o.ID[len(o.ID)-1]%3 != 0 }

// reroute moves queued rows as Reroute should, and tells how many.
func (m *model) reroute(from, to string, lanes []bot.Lane) (n int) {
	for id, o := range m.outbounds {
		if o.State == bot.OutQueued && o.Gateway == from && !m.held(o) && slices.Contains(lanes, o.Lane) && m.mayMove(o) {
			o.Rev++
			o.Gateway = to
			m.outbounds[id] = o
			n++
		}
	}
	return n
}

func (m *model) nextDue(gateway string) bot.Instant {
	var first bot.Instant
	for _, o := range m.outbounds {
		if o.State == bot.OutQueued && o.Gateway == gateway && !m.held(o) && (first == 0 || o.NextAt < first) {
			first = o.NextAt
		}
	}
	return first
}

// outboundsIn lists the ids of rows in a state, as Outbounds should.
func (m *model) outboundsIn(state bot.OutState) []bot.ID {
	var ids []bot.ID
	for id, o := range m.outbounds {
		if state == "" || o.State == state && state != bot.OutHandedOver && state != bot.OutDelivered {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b bot.ID) int { return bytes.Compare(a[:], b[:]) })
	return ids
}

func (m *model) reportsIn(state bot.ReportState) []bot.ID {
	var ids []bot.ID
	for id, r := range m.reports {
		if state == "" || r.State == state {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b bot.ID) int { return bytes.Compare(a[:], b[:]) })
	return ids
}
