package storagetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// row is a kind of row with a key of its own, seen from outside: how it is put and read.
type row struct {
	name string
	// fresh is a valid row with every field set, as it reads after it was put as a new one.
	fresh func(*site) any
	put   func(tx storage.Tx, row any) error
	get   func(tx storage.Tx, row any) (any, error)
}

func rows() []row {
	return []row{
		{"inbound",
			func(s *site) any {
				in := bot.Inbound{ID: s.ids.New()}
				fill(reflect.ValueOf(&in).Elem(), new(int))
				in.ReceivedAt = s.now()
				return in
			},
			func(tx storage.Tx, r any) error { return tx.PutInbound(r.(bot.Inbound)) },
			func(tx storage.Tx, r any) (any, error) { return tx.Inbound(r.(bot.Inbound).ID) }},
		{"contact",
			func(s *site) any {
				c := bot.Contact{Key: bot.ContactKey(s.ids.New())}
				fill(reflect.ValueOf(&c).Elem(), new(int))
				c.Rev = 1
				return c
			},
			func(tx storage.Tx, r any) error { return tx.PutContact(r.(bot.Contact), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Contact(r.(bot.Contact).Key) }},
		{"report",
			func(s *site) any {
				r := bot.Report{ID: s.ids.New()}
				fill(reflect.ValueOf(&r).Elem(), new(int))
				r.Rev = 1
				return r
			},
			func(tx storage.Tx, r any) error { return tx.PutReport(r.(bot.Report), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Report(r.(bot.Report).ID) }},
		{"rumour",
			func(s *site) any {
				r := bot.Rumour{ID: s.ids.New()}
				fill(reflect.ValueOf(&r).Elem(), new(int))
				r.Rev = 1
				return r
			},
			func(tx storage.Tx, r any) error { return tx.PutRumour(r.(bot.Rumour), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Rumour(r.(bot.Rumour).ID) }},
		{"outbound",
			func(s *site) any {
				o := bot.Outbound{ID: s.ids.New()}
				fill(reflect.ValueOf(&o).Elem(), new(int))
				o.Rev, o.Lane, o.State = 1, bot.LaneBulletin, bot.OutClaimed
				return o
			},
			func(tx storage.Tx, r any) error { return tx.PutOutbound(r.(bot.Outbound), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Outbound(r.(bot.Outbound).ID) }},
		{"quarantined",
			func(s *site) any {
				q := bot.Quarantined{ID: s.ids.New()}
				fill(reflect.ValueOf(&q).Elem(), new(int))
				q.At = s.now()
				return q
			},
			func(tx storage.Tx, r any) error { return tx.PutQuarantined(r.(bot.Quarantined)) },
			func(tx storage.Tx, r any) (any, error) { return tx.Quarantined(r.(bot.Quarantined).ID) }},
		{"session",
			func(s *site) any {
				x := bot.Session{Key: bot.SessionKey(s.ids.New())}
				fill(reflect.ValueOf(&x).Elem(), new(int))
				x.Rev, x.StartedAt = 1, s.now()
				return x
			},
			func(tx storage.Tx, r any) error { return tx.PutSession(r.(bot.Session), 0) },
			func(tx storage.Tx, r any) (any, error) {
				x := r.(bot.Session)
				return tx.Session(x.Key, x.StartedAt)
			}},
		{"hop",
			func(s *site) any {
				h := hop{in: bot.Session{Key: bot.SessionKey(s.ids.New()), ID: s.ids.New(), StartedAt: s.now()}, key: bot.HopKey{1}}
				fill(reflect.ValueOf(&h.Hop).Elem(), new(int))
				h.Session = h.in.ID
				return h
			},
			func(tx storage.Tx, r any) error { return tx.PutHop(r.(hop).in, r.(hop).key, r.(hop).Hop) },
			func(tx storage.Tx, r any) (any, error) {
				h := r.(hop)
				var err error
				h.Hop, err = tx.Hop(h.in, h.key)
				return h, err
			}},
		{"place",
			func(s *site) any {
				p := bot.Place{Code: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML" + s.ids.New().String()}}
				fill(reflect.ValueOf(&p).Elem(), new(int))
				p.Names[bot.French] = "Bangassi"
				return p
			},
			func(tx storage.Tx, r any) error { return tx.PutPlace(r.(bot.Place)) },
			func(tx storage.Tx, r any) (any, error) {
				list, err := tx.Places(bot.PlaceCode{}, 0)
				for _, p := range list {
					if p.Code == r.(bot.Place).Code {
						return p, err
					}
				}
				return nil, errors.Join(err, storage.ErrNotFound)
			}},
		{"user",
			func(s *site) any {
				u := bot.User{Name: fmt.Sprintf("u%d", s.ids.New()[15])}
				fill(reflect.ValueOf(&u).Elem(), new(int))
				u.Rev = 1
				return u
			},
			func(tx storage.Tx, r any) error { return tx.PutUser(r.(bot.User), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.User(r.(bot.User).Name) }},
		{"desk number",
			func(s *site) any {
				n := bot.DeskNumber{Key: bot.ContactKey(s.ids.New())}
				fill(reflect.ValueOf(&n).Elem(), new(int))
				n.Rev = 1
				return n
			},
			func(tx storage.Tx, r any) error { return tx.PutDeskNumber(r.(bot.DeskNumber), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.DeskNumber(r.(bot.DeskNumber).Key) }},
		{"duty",
			func(*site) any {
				var d bot.Duty
				fill(reflect.ValueOf(&d).Elem(), new(int))
				d.Rev = 1
				return d
			},
			func(tx storage.Tx, r any) error { return tx.PutDuty(r.(bot.Duty), 0) },
			func(tx storage.Tx, _ any) (any, error) { return setDuty(tx) }},
		{"duty call",
			func(s *site) any {
				c := bot.DutyCall{Report: s.ids.New()}
				fill(reflect.ValueOf(&c).Elem(), new(int))
				c.Rev = 1
				return c
			},
			func(tx storage.Tx, r any) error { return tx.PutDutyCall(r.(bot.DutyCall), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.DutyCall(r.(bot.DutyCall).Report) }},
		{"code of a sheet",
			func(s *site) any {
				c := bot.SheetCode{Key: bot.CodeKey(s.ids.New())}
				fill(reflect.ValueOf(&c).Elem(), new(int))
				c.Rev = 1
				return c
			},
			func(tx storage.Tx, r any) error { return tx.PutSheetCode(r.(bot.SheetCode), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.SheetCode(r.(bot.SheetCode).Key) }},
		{"switch",
			func(*site) any {
				var sw bot.Switch
				fill(reflect.ValueOf(&sw).Elem(), new(int))
				sw.Rev, sw.State = 1, bot.SendCut
				return sw
			},
			func(tx storage.Tx, r any) error { return tx.PutSwitch(r.(bot.Switch), 0) },
			func(tx storage.Tx, _ any) (any, error) { return touched(tx) }},
		{"case",
			func(s *site) any {
				c := bot.Case{ID: s.ids.New()}
				fill(reflect.ValueOf(&c).Elem(), new(int))
				c.Rev = 1
				return c
			},
			func(tx storage.Tx, r any) error { return tx.PutCase(r.(bot.Case), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Case(r.(bot.Case).ID) }},
		{"protection key",
			func(s *site) any {
				k := bot.ProtectionKey{Public: fmt.Sprintf("age1%d", s.ids.New()[15])}
				fill(reflect.ValueOf(&k).Elem(), new(int))
				k.Rev = 1
				return k
			},
			func(tx storage.Tx, r any) error { return tx.PutProtectionKey(r.(bot.ProtectionKey), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.ProtectionKey(r.(bot.ProtectionKey).Public) }},
		{"source",
			func(s *site) any {
				x := bot.Source{Code: fmt.Sprintf("S%d", s.ids.New()[15])}
				fill(reflect.ValueOf(&x).Elem(), new(int))
				x.Rev = 1
				return x
			},
			func(tx storage.Tx, r any) error { return tx.PutSource(r.(bot.Source), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Source(r.(bot.Source).Code) }},
		{"member",
			func(s *site) any {
				m := bot.Member{CodeName: fmt.Sprintf("M%d", s.ids.New()[15])}
				fill(reflect.ValueOf(&m).Elem(), new(int))
				m.Rev = 1
				return m
			},
			func(tx storage.Tx, r any) error { return tx.PutMember(r.(bot.Member), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Member(r.(bot.Member).CodeName) }},
		{"incident",
			func(s *site) any {
				i := bot.Incident{ID: s.ids.New()}
				fill(reflect.ValueOf(&i).Elem(), new(int))
				i.Rev = 1
				return i
			},
			func(tx storage.Tx, r any) error { return tx.PutIncident(r.(bot.Incident), 0) },
			func(tx storage.Tx, r any) (any, error) { return tx.Incident(r.(bot.Incident).ID) }},
		{"event",
			func(s *site) any {
				e := bot.Event{Seq: 1}
				fill(reflect.ValueOf(&e).Elem(), new(int))
				return e
			},
			func(tx storage.Tx, r any) error { return tx.Append(r.(bot.Event)) },
			func(tx storage.Tx, _ any) (any, error) {
				list, err := tx.Events(0, 1)
				if err != nil {
					return nil, err
				}
				if len(list) == 0 {
					return nil, storage.ErrNotFound
				}
				list[0].Epoch = bot.ID{} // drawn by the store
				return list[0], nil
			}},
	}
}

// touched is the switch; ErrNotFound where nobody ever touched it.
func touched(tx storage.Tx) (bot.Switch, error) {
	sw, err := tx.Switch()
	if err == nil && sw.Rev == 0 {
		err = storage.ErrNotFound
	}
	return sw, err
}

// setDuty is who is on duty, once somebody has said so.
func setDuty(tx storage.Tx) (bot.Duty, error) {
	d, err := tx.Duty()
	if err == nil && d.Rev == 0 {
		err = storage.ErrNotFound
	}
	return d, err
}

// hop is a bot.Hop with its place.
type hop struct {
	bot.Hop
	in  bot.Session `cbor:"-"`
	key bot.HopKey  `cbor:"-"`
}

// fill sets every field of a row that has a cbor number, each to something else.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("cbor") != "-" {
				fill(v.Field(i), n)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprintf("ɲɔ%d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(*n%255 + 1))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	default:
		panic("fill knows no " + v.Kind().String())
	}
}

func testRoundTrip(t *testing.T, s *site) {
	for _, r := range rows() {
		want := r.fresh(s)
		s.view(func(tx storage.Tx) error {
			if _, err := r.get(tx, want); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: before it was put, reading gave %v, want ErrNotFound", r.name, err)
			}
			return nil
		})
		s.update(func(tx storage.Tx) error {
			if err := r.put(tx, want); err != nil {
				return err
			}
			if got, err := r.get(tx, want); err != nil || !reflect.DeepEqual(got, without(want)) {
				t.Errorf("%s: in its transaction it reads %+v (%v), want %+v", r.name, got, err, want)
			}
			return nil
		})
		s.view(func(tx storage.Tx) error {
			if got, err := r.get(tx, want); err != nil || !reflect.DeepEqual(got, without(want)) {
				t.Errorf("%s: it reads %+v (%v), want %+v", r.name, got, err, want)
			}
			return nil
		})
	}
}

// without is the row without what is never stored.
func without(row any) any {
	if in, ok := row.(bot.Inbound); ok {
		in.Sender = ""
		return in
	}
	return row
}

// testInvalid puts a broken text into each text of each row in turn.
func testInvalid(t *testing.T, s *site) {
	for _, r := range rows() {
		valid := r.fresh(s)
		for _, bad := range []string{"\xff", "a\x00b"} {
			for i := 0; ; i++ {
				broken := reflect.New(reflect.TypeOf(valid)).Elem()
				broken.Set(reflect.ValueOf(r.fresh(s)))
				at := breakText(broken, i, bad)
				if at == "" {
					if i == 0 {
						t.Errorf("%s has no text to break", r.name)
					}
					break
				}
				err := s.Update(t.Context(), func(tx storage.Tx) error { return r.put(tx, broken.Interface()) })
				if !errors.Is(err, storage.ErrInvalid) {
					t.Errorf("%s with %q in %s: %v, want ErrInvalid", r.name, bad, at, err)
				}
			}
		}
	}
	for name, put := range map[string]func(storage.Tx) error{
		"inbound without id":  func(tx storage.Tx) error { return tx.PutInbound(bot.Inbound{}) },
		"contact without key": func(tx storage.Tx) error { return tx.PutContact(bot.Contact{}, 0) },
		"report without id":   func(tx storage.Tx) error { return tx.PutReport(bot.Report{State: bot.ReportReceived}, 0) },
		"report label with NUL": func(tx storage.Tx) error {
			return tx.PutReport(bot.Report{ID: s.ids.New(), State: bot.ReportReceived, Label: "spam\x00"}, 0)
		},
		"report without state":    func(tx storage.Tx) error { return tx.PutReport(bot.Report{ID: s.ids.New()}, 0) },
		"rumour without state":    func(tx storage.Tx) error { return tx.PutRumour(bot.Rumour{ID: s.ids.New()}, 0) },
		"quarantined without id":  func(tx storage.Tx) error { return tx.PutQuarantined(bot.Quarantined{}) },
		"desk number without key": func(tx storage.Tx) error { return tx.PutDeskNumber(bot.DeskNumber{User: "awa"}, 0) },
		"desk number of nobody": func(tx storage.Tx) error {
			return tx.PutDeskNumber(bot.DeskNumber{Key: bot.ContactKey{1}}, 0)
		},
		"duty call without report":  func(tx storage.Tx) error { return tx.PutDutyCall(bot.DutyCall{State: bot.DutyOpen}, 0) },
		"duty call without state":   func(tx storage.Tx) error { return tx.PutDutyCall(bot.DutyCall{Report: s.ids.New()}, 0) },
		"duty with NUL":             func(tx storage.Tx) error { return tx.PutDuty(bot.Duty{Names: []string{"a\x00"}}, 0) },
		"code without key":          func(tx storage.Tx) error { return tx.PutSheetCode(bot.SheetCode{User: "awa"}, 0) },
		"code of nobody":            func(tx storage.Tx) error { return tx.PutSheetCode(bot.SheetCode{Key: bot.CodeKey{1}}, 0) },
		"switch in no state":        func(tx storage.Tx) error { return tx.PutSwitch(bot.Switch{State: "half"}, 0) },
		"case without id":           func(tx storage.Tx) error { return tx.PutCase(bot.Case{State: bot.CaseNew}, 0) },
		"case without state":        func(tx storage.Tx) error { return tx.PutCase(bot.Case{ID: s.ids.New()}, 0) },
		"protection key of nothing": func(tx storage.Tx) error { return tx.PutProtectionKey(bot.ProtectionKey{}, 0) },
		"source without code":       func(tx storage.Tx) error { return tx.PutSource(bot.Source{}, 0) },
		"user without name":         func(tx storage.Tx) error { return tx.PutUser(bot.User{}, 0) },
		"activity of nobody":        func(tx storage.Tx) error { return tx.PutActivity(bot.ContactKey{}, s.now(), bot.Activity{}) },
		"session without key": func(tx storage.Tx) error {
			return tx.PutSession(bot.Session{ID: s.ids.New(), StartedAt: s.now()}, 0)
		},
		"session without id": func(tx storage.Tx) error {
			return tx.PutSession(bot.Session{Key: bot.SessionKey{1}, StartedAt: s.now()}, 0)
		},
		"session without start": func(tx storage.Tx) error {
			return tx.PutSession(bot.Session{Key: bot.SessionKey{1}, ID: s.ids.New()}, 0)
		},
		"session before 1970": func(tx storage.Tx) error {
			return tx.PutSession(bot.Session{Key: bot.SessionKey{1}, ID: s.ids.New(), StartedAt: -1}, 0)
		},
		"hop of no session":    func(tx storage.Tx) error { return tx.PutHop(bot.Session{}, bot.HopKey{1}, bot.Hop{}) },
		"place without scheme": func(tx storage.Tx) error { return tx.PutPlace(place("", "ML01", "Kayes")) },
		"place without code":   func(tx storage.Tx) error { return tx.PutPlace(place(bot.SchemeCT2023, "", "Kayes")) },
		"place without name":   func(tx storage.Tx) error { return tx.PutPlace(place(bot.SchemeCT2023, "ML01", "")) },
		"place with a broken scheme": func(tx storage.Tx) error {
			return tx.PutPlace(place("ml\x00", "ML01", "Kayes"))
		},
		"place with a broken code": func(tx storage.Tx) error {
			return tx.PutPlace(place(bot.SchemeCT2023, "ML\xff", "Kayes"))
		},
		"tally of no flow":   func(tx storage.Tx) error { return tx.AddTallies(s.now(), []bot.ScreenTally{{Screen: "home"}}) },
		"tally of no screen": func(tx storage.Tx) error { return tx.AddTallies(s.now(), []bot.ScreenTally{{Flow: "youth"}}) },
		"tally of a broken flow": func(tx storage.Tx) error {
			return tx.AddTallies(s.now(), []bot.ScreenTally{{Flow: "a\x00b", Screen: "home"}})
		},
		"tally of a broken version": func(tx storage.Tx) error {
			return tx.AddTallies(s.now(), []bot.ScreenTally{{Flow: "youth", Version: "a\x00b", Screen: "home"}})
		},
		"tally of a broken screen": func(tx storage.Tx) error {
			return tx.AddTallies(s.now(), []bot.ScreenTally{{Flow: "youth", Screen: "a\x00b"}})
		},
		"told nobody":         func(tx storage.Tx) error { return tx.PutTold(s.ids.New(), bot.ContactKey{}, bot.Told{}) },
		"link to no report":   func(tx storage.Tx) error { return tx.Link(s.ids.New(), bot.LinkCursor{}) },
		"outbound without id": func(tx storage.Tx) error { return tx.PutOutbound(outbound(bot.ID{}, nil), 0) },
		"outbound nowhere": func(tx storage.Tx) error {
			return tx.PutOutbound(outbound(s.ids.New(), func(o *bot.Outbound) { o.Gateway = "" }), 0)
		},
		"outbound in no lane": func(tx storage.Tx) error {
			return tx.PutOutbound(outbound(s.ids.New(), func(o *bot.Outbound) { o.Lane = "fast" }), 0)
		},
		"outbound in no state": func(tx storage.Tx) error {
			return tx.PutOutbound(outbound(s.ids.New(), func(o *bot.Outbound) { o.State = "sent" }), 0)
		},
		"claimed without a token": func(tx storage.Tx) error {
			return tx.PutOutbound(outbound(s.ids.New(), func(o *bot.Outbound) { o.State = bot.OutClaimed }), 0)
		},
	} {
		if err := s.Update(t.Context(), put); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}

// outbound is a valid row, changed.
func outbound(id bot.ID, change func(*bot.Outbound)) bot.Outbound {
	o := bot.Outbound{ID: id, Gateway: "g", Lane: bot.LaneReply, State: bot.OutQueued, NextAt: bot.At(Start())}
	if change != nil {
		change(&o)
	}
	return o
}

// breakText puts bad behind the i-th text of a row, and tells where that is; "" if there is no such text.
func breakText(v reflect.Value, i int, bad string) string {
	at := ""
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Struct:
			for f := range v.NumField() {
				if field := v.Type().Field(f); field.Tag.Get("cbor") != "-" {
					walk(v.Field(f), path+"."+field.Name)
				}
			}
		case reflect.Pointer:
			walk(v.Elem(), path)
		case reflect.Slice:
			if v.Type().Elem().Kind() != reflect.Uint8 {
				walk(v.Index(v.Len()-1), path+"[]")
			}
		case reflect.Map:
			keys := v.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
			for _, key := range keys {
				if i == 0 {
					broken := reflect.New(key.Type()).Elem()
					broken.SetString(key.String() + bad)
					v.SetMapIndex(broken, reflect.Zero(v.Type().Elem())) // nothing under it: the key alone is the fault
					at = path + " (key)"
				}
				i--
				value := reflect.New(v.Type().Elem()).Elem()
				value.Set(v.MapIndex(key))
				walk(value, path+" (value)")
				v.SetMapIndex(key, value)
			}
		case reflect.String:
			if i == 0 {
				v.SetString(v.String() + bad)
				at = path
			}
			i--
		}
	}
	walk(v, "")
	return strings.TrimPrefix(at, ".")
}

func testInbounds(t *testing.T, s *site) {
	in := bot.Inbound{ID: s.ids.New(), Sender: "+22370123456", Text: "Aw ni ce", ReceivedAt: s.now()}
	s.update(func(tx storage.Tx) error { return tx.PutInbound(in) })
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutInbound(in) })
	s.view(func(tx storage.Tx) error {
		got, err := tx.Inbound(in.ID)
		if err != nil || got.Text != in.Text {
			t.Errorf("read %v (%v)", got, err)
		}
		if got.Sender != "" {
			t.Error("the sender as the gateway wrote it was stored; numbers live on contacts alone")
		}
		return nil
	})
	early := bot.Inbound{ID: s.ids.New()} // no time at all: its id bears one
	s.update(func(tx storage.Tx) error { return tx.PutInbound(early) })
	s.view(func(tx storage.Tx) error {
		if _, err := tx.Inbound(early.ID); err != nil {
			t.Errorf("an inbound without a time: %v", err)
		}
		return nil
	})
}

func testRevisions(t *testing.T, s *site) {
	key, id, rumour, user := bot.ContactKey(s.ids.New()), s.ids.New(), s.ids.New(), "awa"
	for name, c := range map[string]struct {
		put func(tx storage.Tx, ifRev uint64) error
		get func(tx storage.Tx) (uint64, error)
	}{
		"contact": {
			func(tx storage.Tx, ifRev uint64) error { return tx.PutContact(bot.Contact{Key: key, Rev: 77}, ifRev) },
			func(tx storage.Tx) (uint64, error) { c, err := tx.Contact(key); return c.Rev, err }},
		"report": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived, Rev: 77}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { r, err := tx.Report(id); return r.Rev, err }},
		"rumour": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutRumour(bot.Rumour{ID: rumour, State: bot.RumourNew, Rev: 77}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { r, err := tx.Rumour(rumour); return r.Rev, err }},
		"outbound": {
			func(tx storage.Tx, ifRev uint64) error { return tx.PutOutbound(outbound(id, nil), ifRev) },
			func(tx storage.Tx) (uint64, error) { o, err := tx.Outbound(id); return o.Rev, err }},
		"case": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutCase(bot.Case{ID: id, State: bot.CaseNew, Rev: 77}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { c, err := tx.Case(id); return c.Rev, err }},
		"protection key": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutProtectionKey(bot.ProtectionKey{Public: "age1"}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { k, err := tx.ProtectionKey("age1"); return k.Rev, err }},
		"source": {
			func(tx storage.Tx, ifRev uint64) error { return tx.PutSource(bot.Source{Code: "GAO1"}, ifRev) },
			func(tx storage.Tx) (uint64, error) { x, err := tx.Source("GAO1"); return x.Rev, err }},
		"user": {
			func(tx storage.Tx, ifRev uint64) error { return tx.PutUser(bot.User{Name: user}, ifRev) },
			func(tx storage.Tx) (uint64, error) { u, err := tx.User(user); return u.Rev, err }},
		"desk number": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutDeskNumber(bot.DeskNumber{Key: key, User: user, Rev: 77}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { n, err := tx.DeskNumber(key); return n.Rev, err }},
		"duty": {
			func(tx storage.Tx, ifRev uint64) error { return tx.PutDuty(bot.Duty{By: user, Rev: 77}, ifRev) },
			func(tx storage.Tx) (uint64, error) { d, err := setDuty(tx); return d.Rev, err }},
		"duty call": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutDutyCall(bot.DutyCall{Report: id, State: bot.DutyOpen, Rev: 77}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { c, err := tx.DutyCall(id); return c.Rev, err }},
		"code": {
			func(tx storage.Tx, ifRev uint64) error {
				return tx.PutSheetCode(bot.SheetCode{Key: bot.CodeKey(id), User: user, Rev: 77}, ifRev)
			},
			func(tx storage.Tx) (uint64, error) { c, err := tx.SheetCode(bot.CodeKey(id)); return c.Rev, err }},
		"switch": {
			func(tx storage.Tx, ifRev uint64) error { return tx.PutSwitch(bot.Switch{By: user, Rev: 77}, ifRev) },
			func(tx storage.Tx) (uint64, error) { sw, err := touched(tx); return sw.Rev, err }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range []struct {
				ifRev uint64
				want  error
				rev   uint64 // afterwards; 0 = no row
			}{
				{1, storage.ErrConflict, 0}, // never there
				{0, nil, 1},
				{0, storage.ErrConflict, 1}, // there already
				{1, nil, 2},
				{1, storage.ErrConflict, 2}, // somebody was faster
				{3, storage.ErrConflict, 2},
				{2, nil, 3},
			} {
				err := s.Update(t.Context(), func(tx storage.Tx) error { return c.put(tx, step.ifRev) })
				if !errors.Is(err, step.want) {
					t.Fatalf("put at revision %d: %v, want %v", step.ifRev, err, step.want)
				}
				s.view(func(tx storage.Tx) error {
					rev, err := c.get(tx)
					if step.rev == 0 && !errors.Is(err, storage.ErrNotFound) || step.rev > 0 && err != nil || rev != step.rev {
						t.Fatalf("after put at revision %d the row is at %d (%v), want %d", step.ifRev, rev, err, step.rev)
					}
					return nil
				})
			}
		})
	}
}

func testReadOnly(t *testing.T, s *site) {
	s.view(func(tx storage.Tx) error {
		for name, err := range map[string]error{
			"PutRepeat":        tx.PutRepeat(bot.RepeatKey{1}, s.now(), 0, bot.Mark{Inbound: s.ids.New()}),
			"DropRepeats":      tx.DropRepeats(s.now()),
			"PutInbound":       tx.PutInbound(bot.Inbound{ID: s.ids.New()}),
			"PutContact":       tx.PutContact(bot.Contact{Key: bot.ContactKey{1}}, 0),
			"PutActivity":      tx.PutActivity(bot.ContactKey{1}, s.now(), bot.Activity{}),
			"DropActivity":     tx.DropActivity(s.now()),
			"PutReport":        tx.PutReport(bot.Report{ID: s.ids.New(), State: bot.ReportReceived}, 0),
			"PutRumour":        tx.PutRumour(bot.Rumour{ID: s.ids.New(), State: bot.RumourNew}, 0),
			"Link":             tx.Link(s.ids.New(), bot.LinkCursor{Report: s.ids.New()}),
			"Unlink":           tx.Unlink(s.ids.New(), bot.LinkCursor{Report: s.ids.New()}),
			"PutSession":       tx.PutSession(s.session(1, s.now()), 0),
			"PutHop":           tx.PutHop(s.session(1, s.now()), bot.HopKey{1}, bot.Hop{}),
			"DropSessions":     tx.DropSessions(s.now()),
			"AddTallies":       tx.AddTallies(s.now(), []bot.ScreenTally{{Flow: "youth", Screen: "home"}}),
			"AddTallies none":  tx.AddTallies(s.now(), nil),
			"DropTallies":      tx.DropTallies(s.now()),
			"PutPlace":         tx.PutPlace(place(bot.SchemeCT2023, "ML01", "Kayes")),
			"DropHanded":       tx.DropHanded(s.now()),
			"PutTold":          tx.PutTold(s.ids.New(), bot.ContactKey{1}, bot.Told{}),
			"PutFollowUp":      tx.PutFollowUp(bot.FollowUp{At: 1, Rumour: s.ids.New(), Contact: bot.ContactKey{1}}),
			"DropFollowUp":     tx.DropFollowUp(bot.FollowUp{At: 1, Rumour: s.ids.New(), Contact: bot.ContactKey{1}}),
			"PutStock":         tx.PutStock(bot.Stock{Kind: bot.StockHolding}, 0),
			"AddHelped":        tx.AddHelped(s.now(), bot.Helped{Yes: 1}),
			"DropHelped":       tx.DropHelped(s.now()),
			"PutAgent":         tx.PutAgent(bot.Agent{Name: "GAO-1"}, 0),
			"PutEnrolCode":     tx.PutEnrolCode(bot.EnrolCode{ID: s.ids.New(), Digits: "4731", Agent: "GAO-1"}, 0),
			"PutCohort":        tx.PutCohort(bot.Cohort{Name: "JADE"}, 0),
			"PutMember":        tx.PutMember(bot.Member{CodeName: "GAO-01", Cohort: "JADE"}, 0),
			"PutIncident":      tx.PutIncident(bot.Incident{ID: s.ids.New(), CodeName: "GAO-01"}, 0),
			"PutArrival":       tx.PutArrival(bot.Arrival{Code: s.ids.New(), Contact: bot.ContactKey{1}}),
			"PutOutbound":      tx.PutOutbound(outbound(s.ids.New(), nil), 0),
			"PutQuarantined":   tx.PutQuarantined(bot.Quarantined{ID: s.ids.New()}),
			"PutCase":          tx.PutCase(bot.Case{ID: s.ids.New(), State: bot.CaseNew}, 0),
			"PutProtectionKey": tx.PutProtectionKey(bot.ProtectionKey{Public: "age1"}, 0),
			"EraseText":        tx.EraseText(s.ids.New()),
			"EraseQuarantined": tx.EraseQuarantined(s.ids.New()),
			"PutSource":        tx.PutSource(bot.Source{Code: "GAO1"}, 0),
			"PutUser":          tx.PutUser(bot.User{Name: "awa"}, 0),
			"PutDeskNumber":    tx.PutDeskNumber(bot.DeskNumber{Key: bot.ContactKey{1}, User: "awa"}, 0),
			"DropDeskNumber":   tx.DropDeskNumber(bot.ContactKey{1}),
			"PutDuty":          tx.PutDuty(bot.Duty{}, 0),
			"PutDutyCall":      tx.PutDutyCall(bot.DutyCall{Report: s.ids.New(), State: bot.DutyOpen}, 0),
			"PutSheetCode":     tx.PutSheetCode(bot.SheetCode{Key: bot.CodeKey{1}, User: "awa"}, 0),
			"PutSwitch":        tx.PutSwitch(bot.Switch{}, 0),
			"Append":           tx.Append(bot.Event{Kind: "user.added"}),
		} {
			if !errors.Is(err, storage.ErrReadOnly) {
				t.Errorf("%s in a view: %v, want ErrReadOnly", name, err)
			}
		}
		if _, err := tx.TakeRef([]bot.Ref{"482918"}, bot.RefReport, s.ids.New()); !errors.Is(err, storage.ErrReadOnly) {
			t.Errorf("TakeRef in a view: %v, want ErrReadOnly", err)
		}
		if _, err := tx.DropSheet("awa"); !errors.Is(err, storage.ErrReadOnly) {
			t.Errorf("DropSheet in a view: %v, want ErrReadOnly", err)
		}
		return nil
	})
}
