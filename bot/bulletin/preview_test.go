package bulletin_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// preview counts all of a bulletin's people.
func (s *site) preview(b bot.Bulletin) bulletin.Preview {
	s.t.Helper()
	now := s.store.Time.Instant()
	var p bulletin.Preview
	for more, begun := true, false; more; begun = true {
		err := s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
			if !begun {
				if p, err = s.Preview(tx, string(b.Ref), now); err != nil {
					return err
				}
			}
			p, more, err = s.PreviewOn(tx, p, now)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return p
}

// agree holds a preview against the run that began after it: the same people looked at, left out for the same reasons, queued at the same
// gateways with the same texts.
func (s *site) agree(p bulletin.Preview, id bot.ID) error {
	run, tally := s.run(id)
	if p.Run.Looked != run.Looked || p.Run.Fell != run.Fell || !maps.Equal(p.Run.LeftOut, run.LeftOut) {
		return fmt.Errorf("previewed %d looked at, %d fell back, left out %v; the run: %d, %d, %v",
			p.Run.Looked, p.Run.Fell, p.Run.LeftOut, run.Looked, run.Fell, run.LeftOut)
	}
	if p.Total() != tally.People() {
		return fmt.Errorf("previewed %d people, the run has %d", p.Total(), tally.People())
	}
	parts := map[bot.Lang]int{}
	for _, text := range run.Texts {
		parts[text.Lang] = text.Parts
	}
	var wrong error
	s.update(func(tx storage.Tx) error {
		gateways, cells := map[string]bulletin.Share{}, map[bulletin.Cell]int{}
		for after := (bot.ID{}); ; {
			rows, err := tx.BroadcastRows(id, "", storage.Page{After: after, Limit: 1000})
			if err != nil {
				return err
			}
			for _, o := range rows {
				c, err := tx.Contact(o.Contact)
				if err != nil {
					return err
				}
				g := gateways[o.Gateway]
				g.People, g.Parts = g.People+1, g.Parts+parts[o.Lang]
				if o.Lang == bot.Bambara {
					g.UCS2++
				}
				gateways[o.Gateway] = g
				cells[bulletin.Cell{Lang: o.Lang, Place: c.Place}]++
				after = o.ID
			}
			if len(rows) < 1000 {
				break
			}
		}
		if !maps.Equal(gateways, p.Gateways) || !maps.Equal(cells, p.People) {
			wrong = fmt.Errorf("previewed %v and %v, the rows give %v and %v", p.Gateways, p.People, gateways, cells)
		}
		return nil
	})
	return wrong
}

// A preview and the run that begins after it find the same people, whoever they are.
func TestPreviewAndRunAgree(t *testing.T) {
	gao, kayes := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML01"}
	storagetest.Walk(t, 10*time.Second, func(rt *rapid.T) {
		s := newSite(t)
		defer func() {
			if err := s.store.Close(); err != nil {
				rt.Fatal(err)
			}
		}()
		s.Wire = "official" // Bambara in its own letters is UCS-2
		s.Route = func(number bot.Address, known string) string {
			switch number.Value[len(number.Value)-1] {
			case '0':
				return ""
			case '1', '2', '3':
				return "other"
			}
			return known
		}
		of := func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) }
		n := rapid.SampledFrom([]int{0, 1, 20, 40}).Draw(rt, "people")
		s.people(n, func(i int, c *bot.Contact) {
			c.Lang = []bot.Lang{bot.French, bot.Bambara, "ses", ""}[of("lang", 4)]
			c.Place = []bot.PlaceCode{gao, kayes, {}}[of("place", 3)]
			c.Sex = []bot.Sex{"f", "m", ""}[of("sex", 3)]
			c.AgeBand = []bot.AgeBand{"", bot.AgeUnder15, bot.Age18to24}[of("age", 3)]
			switch of("what", 10) {
			case 0:
				c.StoppedAt = 1
			case 1:
				c.Consent = bot.Consent{State: bot.ConsentPending}
			case 2:
				c.Number = bot.Address{}
			case 3:
				c.Number, c.ErasedAt = bot.Address{}, 1
			case 4:
				c.ReplyBy = bot.ReplyByUSSD
			case 5:
				c.MaybeStop = 1
			}
		})
		b := s.bulletin(func(b *bot.Bulletin) {
			b.Variants = append(b.Variants, bot.Variant{Lang: bot.Bambara, Channel: bot.VariantSMS, Text: "Bɔgɔ ɲɛ ŋ ɔ ɛ.", State: bot.TranslationDone})
			b.Fallback = []bot.Lang{"", bot.French}[of("fallback", 2)]
			if of("narrow", 2) == 0 {
				b.Audience = bot.Audience{Places: []bot.PlaceCode{gao}, Sexes: []bot.Sex{"f"}}
			}
		})
		p := s.preview(b)
		run, _ := s.send(b)
		s.advance(run.ID)
		if err := s.agree(p, run.ID); err != nil {
			rt.Fatal(err)
		}
	})
}

// More people than one portion are counted once each.
func TestAPreviewInPortions(t *testing.T) {
	for _, n := range []int{bulletin.Portion, bulletin.Portion + 1} {
		s := newSite(t)
		s.people(n, nil)
		b := s.bulletin(nil)
		p := s.preview(b)
		run, _ := s.send(b)
		s.advance(run.ID)
		if err := s.agree(p, run.ID); p.Total() != n || err != nil {
			t.Errorf("%d of %d previewed: %v", p.Total(), n, err)
		}
	}
}

// A correction's preview counts exactly those who may have got the first version.
func TestPreviewOfACorrection(t *testing.T) {
	s := newSite(t)
	s.people(7, nil)
	first := s.bulletin(nil)
	run, _ := s.send(first)
	s.advance(run.ID)
	s.claim(4)
	fix := s.bulletin(func(b *bot.Bulletin) { b.Kind, b.Corrects = bot.BulletinCorrection, first.ID })
	p := s.preview(fix)
	again, _ := s.send(fix)
	s.advance(again.ID)
	if p.Total() != 4 || p.AtMost {
		t.Errorf("previewed %d people, at most: %v; 4 have the first version", p.Total(), p.AtMost)
	}
	if err := s.agree(p, again.ID); err != nil {
		t.Error(err)
	}
}

// Whose week is full, and whose text may have meant STOP, is said beside the people; a draft is counted as it stands.
func TestPreviewSaysWhoMayWait(t *testing.T) {
	s := newSite(t)
	s.Cap = 1
	s.people(3, func(i int, c *bot.Contact) {
		if i == 3 {
			c.MaybeStop = 1
		}
	})
	s.update(func(tx storage.Tx) error { return tx.MarkSent(key(1), s.store.IDs.New(), s.store.Time.Instant()) })
	b := s.bulletin(func(b *bot.Bulletin) {
		b.State, b.Variants[0].State, b.ExpiresAt = bot.BulletinDraft, bot.TranslationDraft, 0
	})
	p := s.preview(b)
	if p.Total() != 3 || p.Capped != 1 || p.MaybeSTOP != 1 || !p.Draft {
		t.Errorf("%d people, %d with a full week, %d to look at, a draft: %v", p.Total(), p.Capped, p.MaybeSTOP, p.Draft)
	}
	if got := p.Takes(10, 1, people.Quiet{}, s.store.Time.Instant()); got.Unsent != 0 {
		t.Errorf("without an expiry %+v", got)
	}
}

// The estimate against a clock that counts every second.
func TestTakesLikeAClock(t *testing.T) {
	start := bot.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	storagetest.Walk(t, 10*time.Second, func(rt *rapid.T) {
		quiet := people.Quiet{From: rapid.IntRange(0, 1439).Draw(rt, "from"), To: rapid.IntRange(0, 1439).Draw(rt, "to"), Zone: time.UTC}
		at := start.Add(time.Duration(rapid.IntRange(0, 86399).Draw(rt, "at")) * time.Second)
		rate := rapid.SampledFrom([]float64{1, 2, 5}).Draw(rt, "rate")
		parts := rapid.IntRange(1, 300_000).Draw(rt, "parts")
		p := bulletin.Preview{Run: bot.Broadcast{
			StartedAt: at, ExpiresAt: at.Add(time.Duration(rapid.IntRange(1, 72).Draw(rt, "hours")) * time.Hour),
			Urgent: rapid.IntRange(0, 3).Draw(rt, "urgent") == 0,
		}}
		left, now := float64(parts), at
		for ; left > 0 && now < p.Run.ExpiresAt; now = now.Add(time.Second) {
			if _, is := quiet.Until(now); !is || p.Run.Urgent {
				left -= rate
			}
		}
		got := p.Takes(parts, rate, quiet, at)
		slack := 10 * time.Second // parts of a second at every edge of the quiet hours
		switch {
		case got.Unsent > 0 && left < -10*rate, got.Unsent == 0 && left > 10*rate:
			rt.Fatalf("%d would not leave, the clock has %v left", got.Unsent, left)
		case got.Unsent > 0 && (got.Ends != p.Run.ExpiresAt || got.Far):
			rt.Fatalf("ends at %v, expires at %v", got.Ends, p.Run.ExpiresAt)
		case got.Unsent == 0 && left <= 0 && (got.Ends < now.Add(-slack) || got.Ends > now.Add(slack)):
			rt.Fatalf("ends at %v, the clock says %v", got.Ends.Time(), now.Time())
		}
	})
}

// What would take longer than can be told is said, and takes no longer to find out.
func TestTakesTooLongToTell(t *testing.T) {
	at := bot.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	p := bulletin.Preview{Run: bot.Broadcast{StartedAt: at, ExpiresAt: bot.Forever}}
	got := p.Takes(1_000_000_000, 0.2, people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}, at)
	if !got.Far || got.Unsent == 0 || !got.Held || got.HeldFrom != at.Add(9*time.Hour) || got.HeldTo != at.Add(19*time.Hour) {
		t.Errorf("%+v", got)
	}
}
