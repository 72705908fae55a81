package bulletin_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// A run reaches everybody of its audience once, in portions, and says of everybody else why not.
func TestARunReachesEverybodyOnce(t *testing.T) {
	s := newSite(t)
	const all = 2*bulletin.Portion + 300
	s.people(all, func(i int, c *bot.Contact) {
		switch i % 10 {
		case 1:
			c.StoppedAt = 1
		case 2:
			c.Consent.State = bot.ConsentPending
		case 3:
			c.AgeBand = bot.AgeUnder15
		case 4:
			c.Lang = bot.Bambara // in which there is no text
		case 5:
			c.ReplyBy = bot.ReplyByUSSD
		}
	})
	b := s.bulletin(nil)
	run, fresh := s.send(b)
	if again, second := s.send(b); !fresh || second || again.ID != run.ID {
		t.Fatalf("pressed twice: a second run %v", again)
	}
	s.advance(run.ID)
	var sent []bot.ContactKey
	for {
		some := s.claim(400)
		if len(some) == 0 {
			break
		}
		sent = append(sent, some...)
	}
	once := slices.Compact(slices.SortedFunc(slices.Values(sent), func(a, b bot.ContactKey) int { return slices.Compare(a[:], b[:]) }))
	if len(sent) != all/2 || len(once) != len(sent) {
		t.Errorf("%d messages to %d people, want %d", len(sent), len(once), all/2)
	}
	s.advance(run.ID)
	run, tally := s.run(run.ID)
	want := map[string]int{
		people.ReasonStopped: all / 10, bulletin.ReasonNoConsent: all / 10, bulletin.ReasonUnderAge: all / 10,
		bulletin.ReasonNoText: all / 10, people.ReasonInMenu: all / 10,
	}
	if run.State != bot.BroadcastDone || run.Looked != all || !maps.Equal(run.LeftOut, want) || tally.States[bot.OutHandedOver] != all/2 || tally.Total() != all/2 {
		t.Errorf("run %+v, sums %+v", run, tally)
	}
}

// Who said STOP, or no, after the row was queued does not get it; the row says why.
func TestARowIsCheckedAgainWhenItLeaves(t *testing.T) {
	s := newSite(t)
	s.people(6, nil)
	run, _ := s.send(s.bulletin(nil))
	s.advance(run.ID)
	for n, change := range map[int]func(*bot.Contact){
		1: func(c *bot.Contact) { c.StoppedAt = s.store.Time.Instant() },
		2: func(c *bot.Contact) { c.Consent.State = bot.ConsentWithdrawn },
		3: func(c *bot.Contact) { c.MaybeStop = s.store.Time.Instant() },
		4: func(c *bot.Contact) { c.Number, c.ErasedAt = bot.Address{}, s.store.Time.Instant() },
	} {
		s.update(func(tx storage.Tx) error {
			c, err := tx.Contact(key(n))
			if err != nil {
				return err
			}
			change(&c)
			return tx.PutContact(c, c.Rev)
		})
	}
	if sent := s.claim(10); len(sent) != 2 {
		t.Errorf("sent to %d, want 2", len(sent))
	}
	_, tally := s.run(run.ID)
	want := map[string]int{"suppressed stopped": 1, "suppressed no_consent": 1, "suppressed maybe_stop": 1, "suppressed erased": 1}
	if !maps.Equal(tally.Reasons, want) {
		t.Errorf("reasons %v, want %v", tally.Reasons, want)
	}
}

// The weekly cap holds; an alert goes beyond it and counts.
func TestTheWeeklyCap(t *testing.T) {
	s := newSite(t)
	s.people(1, nil)
	send := func(kind bot.BulletinKind, want int) {
		t.Helper()
		run, _ := s.send(s.bulletin(func(b *bot.Bulletin) { b.Kind = kind }))
		s.advance(run.ID)
		if sent := s.claim(10); len(sent) != want {
			t.Errorf("%s: sent to %d, want %d", kind, len(sent), want)
		}
	}
	send(bot.BulletinNews, 1)
	s.store.Time.Add(24 * time.Hour)
	send(bot.BulletinPrevention, 1)
	send(bot.BulletinAlert, 1)
	send(bot.BulletinNews, 0)
	send(bot.BulletinAlert, 1)
	s.store.Time.Add(7 * 24 * time.Hour)
	send(bot.BulletinNews, 1)
}

// A correction goes to exactly those who may have got the first version; what was still queued of that is not sent.
func TestACorrectionGoesToThoseWhoMayHaveGotTheFirst(t *testing.T) {
	s := newSite(t)
	s.people(8, nil)
	first := s.bulletin(nil)
	run, _ := s.send(first)
	s.advance(run.ID)
	got := s.claim(5)
	correction := s.bulletin(func(b *bot.Bulletin) { b.Kind, b.Corrects = bot.BulletinCorrection, first.ID })
	second, _ := s.send(correction)
	s.advance(run.ID)
	s.advance(second.ID)
	if told := s.claim(10); !slices.Equal(told, got) {
		t.Errorf("the correction went to %d, the first version to %d", len(told), len(got))
	}
	run, tally := s.run(run.ID)
	if run.State != bot.BroadcastWithdrawn || tally.Reasons["suppressed withdrawn"] != 3 || tally.Open() != 0 {
		t.Errorf("the first run %+v, sums %+v", run, tally)
	}
	// A correction of the correction is for all of them too, once each.
	third, _ := s.send(s.bulletin(func(b *bot.Bulletin) { b.Kind, b.Corrects = bot.BulletinCorrection, correction.ID }))
	s.advance(third.ID)
	if told := s.claim(20); len(told) != 5 {
		t.Errorf("the second correction went to %d, want 5", len(told))
	}
}
