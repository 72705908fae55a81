package bulletin_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// site is a desk with its store, people who agreed to bulletins, and a clock that stands still.
type site struct {
	t     *testing.T
	store *storagetest.Store
	drawn uint64
	bulletin.Desk
}

func newSite(t *testing.T) *site {
	t.Helper()
	catalog, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, store: storagetest.Open(t), Desk: bulletin.Desk{
		Service: "TINYE", Langs: []bot.Lang{bot.French, bot.Bambara}, Wire: sms.GSMAccent, Texts: catalog.Printer(locales.Policy{}), Zone: time.UTC, Cap: 3, Gateway: "sim",
	}}
	s.desk("awa", bot.RoleCoordinator)
	return s
}

// desk adds an account.
func (s *site) desk(name string, role bot.Role) {
	s.t.Helper()
	s.update(func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: name, Roles: []bot.Role{role}}, 0) })
}

func (s *site) update(fn func(tx storage.Tx) error) {
	s.t.Helper()
	if err := s.store.Update(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// key is the key of the n-th person; keys rise with n.
func key(n int) bot.ContactKey {
	var k bot.ContactKey
	binary.BigEndian.PutUint32(k[:], uint32(n))
	return k
}

// person is the n-th person, who reads French and agreed to bulletins.
func person(n int) bot.Contact {
	return bot.Contact{
		Key: key(n), Number: bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237%07d", n)}, Gateway: "sim", Lang: bot.French,
		Consent: bot.Consent{State: bot.ConsentGranted, Scope: []string{"reply", "bulletins"}},
	}
}

// people stores n persons, as change has them.
func (s *site) people(n int, change func(i int, c *bot.Contact)) {
	s.t.Helper()
	for from := 1; from <= n; from += 500 {
		s.update(func(tx storage.Tx) error {
			for i := from; i <= min(n, from+499); i++ {
				c := person(i)
				if change != nil {
					change(i, &c)
				}
				if err := tx.PutContact(c, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (s *site) act(name string) people.Act {
	return people.Act{At: s.store.Time.Instant(), As: name, Via: "socket", Site: "test"}
}

// bulletin is an approved bulletin in French.
func (s *site) bulletin(change func(*bot.Bulletin)) bot.Bulletin {
	s.t.Helper()
	id, now := s.store.IDs.New(), s.store.Time.Instant()
	b := bot.Bulletin{
		ID: id, Kind: bot.BulletinNews, State: bot.BulletinApproved, ExpiresAt: now.Add(48 * time.Hour), CreatedBy: "ben", CreatedAt: now,
		Variants: []bot.Variant{{Lang: bot.French, Channel: bot.VariantSMS, Text: "Le pont est ouvert.", State: bot.TranslationDone}},
	}
	if change != nil {
		change(&b)
	}
	s.drawn++
	ref, err := bot.NewRef(s.drawn*977, bot.RefDigits)
	if err != nil {
		s.t.Fatal(err)
	}
	s.update(func(tx storage.Tx) (err error) {
		if b.Ref, err = tx.TakeRef([]bot.Ref{ref}, bot.RefBulletin, id); err != nil {
			return err
		}
		return tx.PutBulletin(b, 0)
	})
	b.Rev = 1
	return b
}

// send begins a run by hand.
func (s *site) send(b bot.Bulletin) (run bot.Broadcast, fresh bool) {
	s.t.Helper()
	id := s.store.IDs.New()
	s.update(func(tx storage.Tx) (err error) {
		run, fresh, err = s.Send(tx, s.act("awa"), string(b.Ref), id)
		return err
	})
	return run, fresh
}

// ids are as many as a portion takes.
func (s *site) ids() []bot.ID {
	ids := make([]bot.ID, bulletin.Portion)
	for i := range ids {
		ids[i] = s.store.IDs.New()
	}
	return ids
}

// advance goes on with a run until there is nothing to do at once.
func (s *site) advance(run bot.ID) {
	s.t.Helper()
	for more := true; more; {
		ids := s.ids()
		s.update(func(tx storage.Tx) (err error) {
			more, err = s.Advance(tx, run, ids, s.store.Time.Instant())
			return err
		})
	}
}

// run reads a run and its sums.
func (s *site) run(id bot.ID) (b bot.Broadcast, t bot.BroadcastTally) {
	s.t.Helper()
	err := s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		if b, err = tx.Broadcast(id); err != nil {
			return err
		}
		t, err = tx.BroadcastTally(id)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return b, t
}

// request asks for up to n rows that Check lets go.
func (s *site) request(n int) storage.ClaimRequest {
	now := s.store.Time.Instant()
	return storage.ClaimRequest{
		Gateway: "sim", N: n, Now: now, Lease: time.Minute, Token: s.store.IDs.New(),
		Decide: func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
			c, err := tx.Contact(o.Contact)
			if err != nil {
				return storage.Decision{}, err
			}
			k, err := s.Check(tx, o, c, now)
			if err != nil || !k.Send {
				return storage.Decision{End: k.State, Reason: k.Reason}, err
			}
			return storage.Decision{Send: true, To: c.Number, Text: k.Text, Lang: k.Lang, Mark: k.Mark}, nil
		},
	}
}

// claim claims up to n rows, asking Check, and hands those over that may go.
func (s *site) claim(n int) (sent []bot.ContactKey) {
	s.t.Helper()
	now := s.store.Time.Instant()
	claims, err := s.store.Claim(s.t.Context(), s.request(n))
	if err != nil {
		s.t.Fatal(err)
	}
	var outcomes []storage.Outcome
	for _, c := range claims.Rows {
		sent = append(sent, c.Row.Contact)
		outcomes = append(outcomes, storage.Outcome{ID: c.Row.ID, Token: c.Row.Token, State: bot.OutHandedOver, At: now, Parts: 1})
	}
	if err := s.store.Settle(s.t.Context(), outcomes, nil); err != nil {
		s.t.Fatal(err)
	}
	return sent
}
