package storagetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const day = 24 * time.Hour

func testRepeats(t *testing.T, s *site) {
	marks := map[bot.RepeatKey]bot.Mark{
		{1}: {Inbound: s.ids.New()},
		{2}: {Inbound: s.ids.New(), Answer: []byte("CON 1 Signaler\n2 ɛ")},
		{3}: {Inbound: s.ids.New(), Answer: []byte{0, 255}},
	}
	at := map[bot.RepeatKey]bot.Instant{{1}: s.now().Add(-13 * day), {2}: s.now().Add(-day), {3}: s.now()}
	for key, m := range marks {
		s.update(func(tx storage.Tx) error { return tx.PutRepeat(key, at[key], 0, m) })
	}
	check := func(known ...bot.RepeatKey) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			for key, want := range marks {
				got, err := tx.Repeat(key)
				if slices.Contains(known, key) {
					if err != nil || !reflect.DeepEqual(got, want) {
						t.Errorf("mark %d reads %+v (%v), want %+v", key[0], got, err, want)
					}
				} else if !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("mark %d: %v, want ErrNotFound", key[0], err)
				}
			}
			return nil
		})
	}
	check(bot.RepeatKey{1}, bot.RepeatKey{2}, bot.RepeatKey{3})
	for key := range marks { // known on every day, not on its own alone
		s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutRepeat(key, s.now(), 0, bot.Mark{Inbound: s.ids.New()}) })
	}
	s.update(func(tx storage.Tx) error {
		if err := tx.DropRepeats(s.now().Add(-13 * day)); err != nil { // the day of the moment stays
			return err
		}
		_, err := tx.Repeat(bot.RepeatKey{1})
		return err
	})
	check(bot.RepeatKey{1}, bot.RepeatKey{2}, bot.RepeatKey{3})
	s.update(func(tx storage.Tx) error {
		if err := tx.DropRepeats(s.now().Add(-12 * day)); err != nil {
			return err
		}
		if _, err := tx.Repeat(bot.RepeatKey{1}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a mark dropped in this transaction: %v, want ErrNotFound", err)
		}
		return nil
	})
	check(bot.RepeatKey{2}, bot.RepeatKey{3})
	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		if err := tx.DropRepeats(s.now().Add(day)); err != nil {
			return err
		}
		return failed
	})
	check(bot.RepeatKey{2}, bot.RepeatKey{3})
	s.update(func(tx storage.Tx) error { return tx.PutRepeat(bot.RepeatKey{1}, s.now(), 0, marks[bot.RepeatKey{1}]) })
	check(bot.RepeatKey{1}, bot.RepeatKey{2}, bot.RepeatKey{3})
}

func testActivity(t *testing.T, s *site) {
	key := bot.ContactKey{1}
	yesterday, today := s.now().Add(-day), s.now()
	expect := func(at bot.Instant, want bot.Activity) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			got, err := tx.Activity(key, at)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("activity of %s is %+v (%v), want %+v", at, got, err, want)
			}
			return nil
		})
	}
	expect(today, bot.Activity{})
	was := bot.Activity{Texts: 3, Recent: []bot.Instant{1, 2, 3}, LastAck: 4, Report: s.ids.New(), ReportAt: 5}
	is := bot.Activity{Texts: 1}
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutActivity(key, yesterday, was), tx.PutActivity(key, today, bot.Activity{Texts: 9}))
	})
	s.update(func(tx storage.Tx) error { return tx.PutActivity(key, today, is) })
	expect(yesterday, was)
	expect(today, is)
	expect(today.Add(11*time.Hour), is) // the same UTC day
	expect(today.Add(12*time.Hour), bot.Activity{})
	s.update(func(tx storage.Tx) error { return tx.DropActivity(today) })
	expect(yesterday, bot.Activity{})
	expect(today, is)
}

func testRefs(t *testing.T, s *site) {
	refs := make([]bot.Ref, 4)
	for i := range refs {
		ref, err := bot.NewRef(uint64(10_000+i), bot.RefDigits)
		if err != nil {
			t.Fatal(err)
		}
		refs[i] = ref
	}
	report, rumour := s.ids.New(), s.ids.New()
	take := func(want bot.Ref, kind bot.RefKind, id bot.ID, candidates ...bot.Ref) {
		t.Helper()
		s.update(func(tx storage.Tx) error {
			got, err := tx.TakeRef(candidates, kind, id)
			if got != want {
				t.Errorf("took %q, want %q", got, want)
			}
			return err
		})
	}
	take(refs[0], bot.RefReport, report, refs[0], refs[1])
	take(refs[1], bot.RefRumour, rumour, refs[0], refs[1], refs[2]) // one namespace for all kinds
	s.refuse(storage.ErrNoRef, func(tx storage.Tx) error {
		_, err := tx.TakeRef(refs[:2], bot.RefBulletin, s.ids.New())
		return err
	})
	s.refuse(storage.ErrNoRef, func(tx storage.Tx) error {
		_, err := tx.TakeRef(nil, bot.RefBulletin, s.ids.New())
		return err
	})
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		_, err := tx.TakeRef([]bot.Ref{"482919"}, bot.RefReport, s.ids.New()) // wrong check digit
		return err
	})
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		_, err := tx.TakeRef(refs[2:], "sms", s.ids.New())
		return err
	})
	s.view(func(tx storage.Tx) error {
		for ref, want := range map[bot.Ref]bot.ID{refs[0]: report, refs[1]: rumour} {
			kind, id, err := tx.FindRef(ref)
			if err != nil || id != want || (kind == bot.RefReport) != (id == report) {
				t.Errorf("%s stands for %s %s (%v)", ref, kind, id, err)
			}
		}
		for _, ref := range []bot.Ref{refs[2], ""} {
			if _, _, err := tx.FindRef(ref); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("a free reference %q: %v, want ErrNotFound", ref, err)
			}
		}
		return nil
	})
}

// testPages lists each kind of row page by page, both ways.
func testPages(t *testing.T, s *site) {
	var ids []bot.ID
	for range 7 {
		ids = append(ids, s.ids.New())
	}
	s.update(func(tx storage.Tx) error {
		for _, i := range []int{3, 0, 6, 1, 5, 2, 4} { // not in the order of their ids
			if err := errors.Join(
				tx.PutInbound(bot.Inbound{ID: ids[i]}),
				tx.PutReport(bot.Report{ID: ids[i], State: bot.ReportReceived}, 0),
				tx.PutRumour(bot.Rumour{ID: ids[i], State: bot.RumourNew, FanOut: bot.FanOut{Open: true}}, 0),
				tx.PutOutbound(outbound(ids[i], func(o *bot.Outbound) { o.NextAt -= bot.Instant(i) }), 0),
				tx.PutQuarantined(bot.Quarantined{ID: ids[i], At: s.now()}),
			); err != nil {
				return err
			}
		}
		return nil
	})
	for name, list := range map[string]func(storage.Tx, storage.Page) ([]bot.ID, error){
		"all reports":      func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Reports("", p)) },
		"reports":          func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Reports(bot.ReportReceived, p)) },
		"all rumours":      func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Rumours("", p)) },
		"rumours":          func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Rumours(bot.RumourNew, p)) },
		"fan-outs":         func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return tx.FanOuts(p) },
		"all outbounds":    func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Outbounds("", p)) },
		"queued outbounds": func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Outbounds(bot.OutQueued, p)) },
		"quarantine":       func(tx storage.Tx, p storage.Page) ([]bot.ID, error) { return idsOf(tx.Quarantines(p)) },
	} {
		for _, newest := range []bool{false, true} {
			want := slices.Clone(ids)
			if newest {
				slices.Reverse(want)
			}
			for _, size := range []int{0, 1, 3, 7, 8} {
				var got []bot.ID
				s.view(func(tx storage.Tx) error {
					got = nil
					p := storage.Page{Limit: size, Newest: newest}
					for {
						page, err := list(tx, p)
						if err != nil {
							return err
						}
						if len(page) > p.Size() {
							t.Errorf("%s: %d rows in a page of %d", name, len(page), p.Size())
						}
						got = append(got, page...)
						if len(page) < p.Size() {
							return nil
						}
						p.After = page[len(page)-1]
					}
				})
				if !slices.Equal(got, want) {
					t.Errorf("%s, newest %v, %d a page: %v, want %v", name, newest, size, got, want)
				}
			}
		}
	}
}

// idsOf gives the ids of listed rows.
func idsOf[R any](list []R, err error) ([]bot.ID, error) {
	var ids []bot.ID
	for _, r := range list {
		ids = append(ids, reflect.ValueOf(r).FieldByName("ID").Interface().(bot.ID))
	}
	return ids, err
}

// testStates moves rows from state to state: each is listed and counted in its own only.
func testStates(t *testing.T, s *site) {
	ids := []bot.ID{s.ids.New(), s.ids.New(), s.ids.New()}
	reports := map[bot.ReportState][]bot.ID{}
	check := func() {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			all := 0
			for _, state := range []bot.ReportState{bot.ReportReceived, bot.ReportLinked, bot.ReportAnswered} {
				got, err := idsOf(tx.Reports(state, storage.Page{}))
				if err != nil || !slices.Equal(got, reports[state]) {
					t.Errorf("reports %s: %v (%v), want %v", state, got, err, reports[state])
				}
				n, err := tx.CountReports(state, 2)
				if err != nil || n != min(2, len(reports[state])) {
					t.Errorf("up to 2 reports %s: %d (%v)", state, n, err)
				}
				all += len(reports[state])
			}
			if n, err := tx.CountReports("", 100); err != nil || n != all {
				t.Errorf("reports: %d (%v), want %d", n, err, all)
			}
			return nil
		})
	}
	put := func(i int, state bot.ReportState, ifRev uint64) {
		t.Helper()
		s.update(func(tx storage.Tx) error { return tx.PutReport(bot.Report{ID: ids[i], State: state}, ifRev) })
	}
	check()
	for i := range ids {
		put(i, bot.ReportReceived, 0)
	}
	reports[bot.ReportReceived] = ids
	check()
	put(1, bot.ReportLinked, 1)
	reports[bot.ReportReceived], reports[bot.ReportLinked] = []bot.ID{ids[0], ids[2]}, []bot.ID{ids[1]}
	check()
	put(1, bot.ReportLinked, 2) // stays where it is
	check()
	put(0, bot.ReportLinked, 1)
	put(1, bot.ReportAnswered, 3)
	reports[bot.ReportReceived], reports[bot.ReportLinked], reports[bot.ReportAnswered] = ids[2:], ids[:1], ids[1:2]
	check()
}

func testRumours(t *testing.T, s *site) {
	id, other := s.ids.New(), s.ids.New()
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutRumour(bot.Rumour{ID: id, State: bot.RumourNew}, 0), tx.PutRumour(bot.Rumour{ID: other, State: bot.RumourNew}, 0))
	})
	states := func(want map[bot.RumourState]int, open int) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			for _, state := range []bot.RumourState{bot.RumourNew, bot.RumourDecided, bot.RumourPublished} {
				if n, err := tx.CountRumours(state, 10); err != nil || n != want[state] {
					t.Errorf("rumours %s: %d (%v), want %d", state, n, err, want[state])
				}
			}
			if list, err := tx.FanOuts(storage.Page{}); err != nil || len(list) != open {
				t.Errorf("fan-outs: %v (%v), want %d", list, err, open)
			}
			return nil
		})
	}
	states(map[bot.RumourState]int{bot.RumourNew: 2}, 0)
	s.update(func(tx storage.Tx) error {
		return tx.PutRumour(bot.Rumour{ID: id, State: bot.RumourPublished, FanOut: bot.FanOut{Open: true}}, 1)
	})
	states(map[bot.RumourState]int{bot.RumourNew: 1, bot.RumourPublished: 1}, 1)
	s.update(func(tx storage.Tx) error { return tx.PutRumour(bot.Rumour{ID: id, State: bot.RumourPublished}, 2) })
	states(map[bot.RumourState]int{bot.RumourNew: 1, bot.RumourPublished: 1}, 0)

	var links []bot.LinkCursor
	for c := range 3 {
		for range 2 {
			links = append(links, bot.LinkCursor{Contact: bot.ContactKey{byte(c)}, Report: s.ids.New()})
		}
	}
	s.update(func(tx storage.Tx) error {
		for _, i := range []int{5, 0, 3, 1, 4, 2, 2} { // any order, one of them twice
			if err := tx.Link(id, links[i]); err != nil {
				return err
			}
		}
		return tx.Link(other, links[0])
	})
	listed := func(want []bot.LinkCursor) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			var got []bot.LinkCursor
			var after bot.LinkCursor
			for {
				page, err := tx.Links(id, after, 2)
				if err != nil {
					return err
				}
				got = append(got, page...)
				if len(page) < 2 {
					break
				}
				after = page[1]
			}
			if !slices.Equal(got, want) {
				t.Errorf("links: %d, want %d, ordered by contact and then report", len(got), len(want))
			}
			return nil
		})
	}
	listed(links)
	s.update(func(tx storage.Tx) error { return errors.Join(tx.Unlink(id, links[2]), tx.Unlink(id, links[2])) })
	listed(slices.Concat(links[:2], links[3:]))

	told := bot.Told{
		AnswerNo: 1, Outbound: s.ids.New(), Report: s.ids.New(), Heard: 1, FollowUp: s.now(), Asked: true, Held: s.now(), Neutral: s.ids.New(), Before: s.ids.New(),
	}
	s.update(func(tx storage.Tx) error {
		if _, err := tx.Told(id, bot.ContactKey{1}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("told before: %v", err)
		}
		return errors.Join(tx.PutTold(id, bot.ContactKey{1}, bot.Told{AnswerNo: 9}), tx.PutTold(id, bot.ContactKey{1}, told))
	})
	s.view(func(tx storage.Tx) error {
		if got, err := tx.Told(id, bot.ContactKey{1}); err != nil || got != told {
			t.Errorf("told %+v (%v), want %+v", got, err, told)
		}
		for after, want := range map[bot.ContactKey][]bot.ContactKey{{}: {{1}}, {1}: nil} {
			if got, err := tx.Hearers(id, after, 0); err != nil || !slices.Equal(got, want) {
				t.Errorf("hearers after %v: %d (%v), want %d", after[0], len(got), err, len(want))
			}
		}
		for _, nobody := range []func() (bot.Told, error){
			func() (bot.Told, error) { return tx.Told(other, bot.ContactKey{1}) },
			func() (bot.Told, error) { return tx.Told(id, bot.ContactKey{2}) },
		} {
			if _, err := nobody(); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("told somebody else or of another rumour: %v", err)
			}
		}
		return nil
	})
}

func testQuarantine(t *testing.T, s *site) {
	count := func(want int) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			if n, err := tx.CountQuarantines(10); err != nil || n != want {
				t.Errorf("%d in quarantine (%v), want %d", n, err, want)
			}
			return nil
		})
	}
	count(0)
	q := bot.Quarantined{ID: s.ids.New(), Gateway: "kannel", At: s.now(), Reason: "undecodable", Body: []byte{0, 0xff, 'x'}, Query: []byte("a=%00")}
	s.update(func(tx storage.Tx) error { return tx.PutQuarantined(q) })
	count(1)
	q.Tries, q.Reason = 1, "failed"
	s.update(func(tx storage.Tx) error { return tx.PutQuarantined(q) })
	count(1)
	q.Done = s.now()
	s.update(func(tx storage.Tx) error { return tx.PutQuarantined(q) })
	count(0)
	s.view(func(tx storage.Tx) error {
		if got, err := tx.Quarantined(q.ID); err != nil || !reflect.DeepEqual(got, q) {
			t.Errorf("quarantined %+v (%v), want %+v", got, err, q)
		}
		return nil
	})
	q.Done = 0
	s.update(func(tx storage.Tx) error { return tx.PutQuarantined(q) })
	count(1)
}

func testUsers(t *testing.T, s *site) {
	for _, name := range []string{"sidi", "awa", "bintou"} {
		s.update(func(tx storage.Tx) error {
			return tx.PutUser(bot.User{Name: name, Roles: []bot.Role{bot.RoleVerifier}}, 0)
		})
	}
	s.view(func(tx storage.Tx) error {
		users, err := tx.Users()
		var names []string
		for _, u := range users {
			names = append(names, u.Name)
		}
		if err != nil || !slices.Equal(names, []string{"awa", "bintou", "sidi"}) {
			t.Errorf("users %v (%v), want them by name", names, err)
		}
		if _, err := tx.User(""); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the user without a name: %v", err)
		}
		return nil
	})
	stake := bot.Conflict{Places: []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}, {Scheme: bot.SchemeCT2023, Code: "ML01"}}, Themes: []bot.RumourTheme{bot.RumourReligion}}
	for rev, want := range []bot.Conflict{stake, {}} { // declared, then lifted
		s.update(func(tx storage.Tx) error {
			u, err := tx.User("awa")
			if err != nil {
				return err
			}
			u.Conflict = want
			return tx.PutUser(u, uint64(rev)+1)
		})
		s.view(func(tx storage.Tx) error {
			if u, err := tx.User("awa"); err != nil || !reflect.DeepEqual(u.Conflict, want) || !slices.Equal(u.Roles, []bot.Role{bot.RoleVerifier}) {
				t.Errorf("a stake: %+v (%v), want %+v", u.Conflict, err, want)
			}
			return nil
		})
	}
}

func testEvents(t *testing.T, s *site) {
	for i := range 5 {
		e := bot.Event{At: s.now(), Actor: "awa", Kind: "rumour.decided", Key: fmt.Sprint(i)}
		s.update(func(tx storage.Tx) error { return tx.Append(e) })
		s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { // a number taken and given back
			return errors.Join(tx.Append(e), storage.ErrInvalid)
		})
	}
	s.view(func(tx storage.Tx) error {
		for after := range uint64(6) {
			list, err := tx.Events(after, 3)
			if err != nil || len(list) != int(min(3, 5-after)) {
				t.Fatalf("%d events after %d (%v)", len(list), after, err)
			}
			for i, e := range list {
				if want := after + uint64(i) + 1; e.Seq != want || e.Key != fmt.Sprint(want-1) || e.Epoch.IsZero() {
					t.Errorf("event %d of epoch %s is about %s, want number %d", e.Seq, e.Epoch, e.Key, want)
				}
			}
		}
		epochs, err := tx.Epochs()
		if err != nil || len(epochs) != 1 {
			t.Fatalf("epochs %v (%v), want one", epochs, err)
		}
		page := func(p storage.EventPage, want ...uint64) {
			t.Helper()
			list, err := tx.EventPage(p)
			var got []uint64
			for _, e := range list {
				got = append(got, e.Seq)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%+v: %v (%v), want %v", p, got, err, want)
			}
		}
		page(storage.EventPage{Limit: 2}, 1, 2)
		page(storage.EventPage{Epoch: epochs[0], Seq: 2, Limit: 2}, 3, 4)
		page(storage.EventPage{Epoch: epochs[0], Seq: 4}, 5)
		page(storage.EventPage{Newest: true, Limit: 2}, 5, 4)
		page(storage.EventPage{Epoch: epochs[0], Seq: 4, Newest: true}, 3, 2, 1)
		page(storage.EventPage{Epoch: epochs[0], Seq: 1, Newest: true})
		return nil
	})
}
