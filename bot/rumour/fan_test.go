package rumour_test

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// many is a rumour that more people told than one portion takes, on a store that can be closed and opened again.
type many struct {
	*site
	dir    string
	rumour bot.Rumour
	people []bot.ContactKey
}

// More than two portions, and not a whole number of them.
const manyPeople = 2*rumour.FanIDs + 37

func newMany(t *testing.T) *many {
	t.Helper()
	s := newSite(t)
	m := &many{site: s, dir: t.TempDir()}
	clock := s.store.Time
	s.store = &storagetest.Store{Time: clock, IDs: s.store.IDs}
	m.open()
	t.Cleanup(func() { m.must(m.store.Close()) })
	for _, r := range bot.Roles() {
		m.must(m.update(func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: string(r), Roles: []bot.Role{r}}, 0) }))
	}
	m.rumour = m.put(bot.RumourDecided, nil)
	at := clock.Instant()
	ids, refs := make([]bot.ID, manyPeople), make([][]bot.Ref, manyPeople)
	for i := range ids {
		ids[i], refs[i] = m.store.IDs.New(), m.refs()
	}
	for i := range ids {
		var key bot.ContactKey
		binary.BigEndian.PutUint32(key[:], uint32(i+1))
		m.people = append(m.people, key)
	}
	m.must(m.update(func(tx storage.Tx) error {
		row, err := tx.Rumour(m.rumour.ID)
		if err != nil {
			return err
		}
		for i, key := range m.people {
			c := bot.Contact{Key: key, Number: bot.Address{Kind: bot.Phone, Value: "+22370000000"}}
			in := bot.Inbound{ID: ids[i], Gateway: "sim", Contact: key, ReceivedAt: at}
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
			rep, err := rumour.Tell(tx, rumour.Telling{In: in, Refs: refs[i], Lang: bot.French})
			if err != nil {
				return err
			}
			rep.Rumour, rep.State = row.ID, bot.ReportLinked
			if err := errors.Join(tx.PutReport(rep, rep.Rev), tx.Link(row.ID, bot.LinkCursor{Contact: key, Report: rep.ID})); err != nil {
				return err
			}
		}
		row.Reports = manyPeople
		return tx.PutRumour(row, row.Rev)
	}))
	return m
}

func (m *many) open() {
	m.t.Helper()
	o := storagetest.Options(m.t, m.dir)
	o.Now, o.NewID, o.RunTwice = m.store.Time.Now, m.store.IDs.New, true
	db, err := bolt.Open(m.t.Context(), o)
	m.must(err)
	m.store.DB = db
}

var errPulled = errors.New("the plug was pulled")

// fanAll queues what a rumour owes, portion by portion: before each the store is closed and opened again, and each is lost
// once before it is on disk. It tells how many portions there were.
func (m *many) fanAll() (portions int) {
	m.t.Helper()
	for more := true; more; portions++ {
		ids := make([]bot.ID, rumour.FanIDs)
		for i := range ids {
			ids[i] = m.store.IDs.New()
		}
		portion := func(then error) error {
			return m.update(func(tx storage.Tx) (err error) {
				if more, err = m.Fan(tx, m.rumour.ID, ids, m.store.Time.Instant()); err != nil {
					return err
				}
				return then
			})
		}
		if err := portion(errPulled); !errors.Is(err, errPulled) {
			m.t.Fatalf("a portion: %v", err)
		}
		m.must(m.store.Close())
		m.open()
		m.must(portion(nil))
		if portions > 20 {
			m.t.Fatal("the queueing has no end")
		}
	}
	return portions
}

// sent are the messages with a key, by who they are to.
func (m *many) sent(key string) map[bot.ContactKey]int {
	m.t.Helper()
	got := map[bot.ContactKey]int{}
	m.each(func(o bot.Outbound) {
		if o.Key == key {
			got[o.Contact]++
		}
	})
	return got
}

func (m *many) each(do func(bot.Outbound)) {
	m.t.Helper()
	var all []bot.Outbound
	m.must(m.store.View(m.t.Context(), func(tx storage.Tx) error {
		all = nil
		var page storage.Page
		for page.Limit = 500; ; {
			list, err := tx.Outbounds("", page)
			if err != nil {
				return err
			}
			all = append(all, list...)
			if len(list) < page.Limit {
				return nil
			}
			page.After = list[len(list)-1].ID
		}
	}))
	for _, o := range all {
		do(o)
	}
}

// leave lets the queued messages leave; those to people for whom lost is true fail.
func (m *many) leave(lost func(bot.ContactKey) bool) {
	m.t.Helper()
	var queued []bot.Outbound
	m.each(func(o bot.Outbound) {
		if o.State == bot.OutQueued {
			queued = append(queued, o)
		}
	})
	tokens := make([]bot.ID, len(queued))
	for i := range tokens {
		tokens[i] = m.store.IDs.New()
	}
	m.must(m.update(func(tx storage.Tx) error {
		for i, o := range queued {
			o.State, o.Token, o.LeaseUntil = bot.OutClaimed, tokens[i], m.store.Time.Instant().Add(time.Minute)
			if err := tx.PutOutbound(o, o.Rev); err != nil {
				return err
			}
			o.State, o.Token, o.LeaseUntil = bot.OutHandedOver, bot.ID{}, 0
			if lost(o.Contact) {
				o.State = bot.OutFailed
			}
			if err := tx.PutOutbound(o, o.Rev+1); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (m *many) everyone(what string, got map[bot.ContactKey]int, want func(int) bool) {
	m.t.Helper()
	for i, key := range m.people {
		n := 0
		if want(i) {
			n = 1
		}
		if got[key] != n {
			m.t.Errorf("%s: person %d got it %d times, want %d", what, i, got[key], n)
		}
	}
}

func all(int) bool { return true }

// A correction, and a withdrawal, to more people than a portion takes, with the process killed before, and the store closed and opened
// between, any two portions: everybody gets what is theirs once.
func TestAnInterruptedCorrectionReachesEachPersonOnce(t *testing.T) {
	m := newMany(t)
	m.must(m.update(func(tx storage.Tx) error {
		_, err := m.Publish(tx, m.act(bot.RoleCoordinator), string(m.rumour.Ref), bot.French, nil)
		return err
	}))
	if n := m.fanAll(); n < 3 {
		t.Fatalf("%d portions are too few to show anything", n)
	}
	m.everyone("the answer", m.sent(rumour.AnswerKey), all)
	lost := func(i int) bool { return i%5 == 0 } // these never heard the first one
	m.leave(func(key bot.ContactKey) bool { return lost(int(binary.BigEndian.Uint32(key[:])) - 1) })

	m.store.Time.Add(time.Hour)
	m.must(m.update(func(tx storage.Tx) error {
		step := rumour.Step{Comment: "vu sur place", Texts: []rumour.Wording{{Lang: bot.French, Text: "le pont tient bien."}}}
		if _, err := m.Correct(tx, m.act(bot.RoleCoordinator), string(m.rumour.Ref), step); err != nil {
			return err
		}
		row, err := tx.Rumour(m.rumour.ID)
		if err != nil {
			return err
		}
		row.Answers[0].Author = string(bot.RoleVerifier) // the only other one here who may approve
		if err := tx.PutRumour(row, row.Rev); err != nil {
			return err
		}
		if _, err := m.Approve(tx, m.act(bot.RoleCoordinator), string(m.rumour.Ref), bot.French); err != nil {
			return err
		}
		_, err = m.Publish(tx, m.act(bot.RoleCoordinator), string(m.rumour.Ref), bot.French, nil)
		return err
	}))
	if n := m.fanAll(); n < 3 {
		t.Fatalf("%d portions are too few to show anything", n)
	}
	m.everyone("the correction", m.sent(rumour.CorrectionKey), func(i int) bool { return !lost(i) })
	second := map[bot.ContactKey]int{}
	m.each(func(o bot.Outbound) {
		if o.Key == rumour.AnswerKey && o.AnswerNo == 2 {
			second[o.Contact]++
		}
	})
	m.everyone("the new answer as a first one", second, lost)
	m.leave(func(bot.ContactKey) bool { return false })

	m.store.Time.Add(time.Hour)
	m.must(m.update(func(tx storage.Tx) error {
		_, err := m.Withdraw(tx, m.act(bot.RoleCoordinator), string(m.rumour.Ref), rumour.Step{Comment: "deux témoins disent le contraire"})
		return err
	}))
	m.fanAll()
	m.everyone("the withdrawal", m.sent(rumour.WithdrawnKey), all)
	before := 0
	m.each(func(bot.Outbound) { before++ })
	m.fanAll()
	after := 0
	m.each(func(bot.Outbound) { after++ })
	if before != after {
		t.Errorf("when all was queued, %d more messages were", after-before)
	}
}

// The neutral answer to what is withheld, likewise.
func TestAnInterruptedNeutralAnswerReachesEachPersonOnce(t *testing.T) {
	m := newMany(t)
	m.must(m.update(func(tx storage.Tx) error {
		return tx.PutStock(bot.Stock{Kind: bot.StockClosed, Text: m.StockText(bot.StockClosed), First: "AMI", Second: "BAKARY"}, 0)
	}))
	for _, role := range []bot.Role{bot.RoleCoordinator, bot.RoleProtectionFocal} {
		_, err := m.as(string(role), rumour.Desk.Withhold, m.rumour, rumour.Step{Comment: "des gens seraient frappés"})
		m.must(err)
	}
	if n := m.fanAll(); n < 3 {
		t.Fatalf("%d portions are too few to show anything", n)
	}
	m.everyone("the neutral answer", m.sent(rumour.StockKey(bot.StockClosed)), all)
}
