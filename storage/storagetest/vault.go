package storagetest

import (
	"errors"
	"reflect"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

func testVault(t *testing.T, s *site) {
	var want []bot.Case
	for i := range 3 {
		c := bot.Case{ID: s.ids.New(), Ref: bot.Ref([]string{"482918", "100006", "200001"}[i]), Sealed: []byte{byte(i), 0, 255}, State: bot.CaseNew}
		s.update(func(tx storage.Tx) error { return tx.PutCase(c, 0) })
		c.Rev = 1
		want = append(want, c)
	}
	s.view(func(tx storage.Tx) error {
		list, err := tx.Cases(storage.Page{Limit: 2})
		if err != nil || !reflect.DeepEqual(list, want[:2]) {
			t.Errorf("the first two: %+v (%v)", list, err)
		}
		list, err = tx.Cases(storage.Page{After: want[1].ID})
		if err != nil || !reflect.DeepEqual(list, want[2:]) {
			t.Errorf("after the second: %+v (%v)", list, err)
		}
		list, err = tx.Cases(storage.Page{Newest: true, Limit: 1})
		if err != nil || !reflect.DeepEqual(list, want[2:]) {
			t.Errorf("the newest: %+v (%v)", list, err)
		}
		return nil
	})
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutProtectionKey(bot.ProtectionKey{Public: "age1b"}, 0), tx.PutProtectionKey(bot.ProtectionKey{Public: "age1a", AddedBy: "awa"}, 0))
	})
	s.view(func(tx storage.Tx) error {
		keys, err := tx.ProtectionKeys()
		if err != nil || len(keys) != 2 || keys[0].Public != "age1a" || keys[0].AddedBy != "awa" || keys[1].Public != "age1b" {
			t.Errorf("keys %+v (%v)", keys, err)
		}
		return nil
	})
}

func testSources(t *testing.T, s *site) {
	for _, code := range []string{"MO2", "GAO1"} {
		s.update(func(tx storage.Tx) error { return tx.PutSource(bot.Source{Code: code, Kind: bot.SourceMedia}, 0) })
	}
	s.view(func(tx storage.Tx) error {
		list, err := tx.Sources()
		if err != nil || len(list) != 2 || list[0].Code != "GAO1" || list[1].Code != "MO2" {
			t.Errorf("sources %+v (%v), want them by code", list, err)
		}
		if _, err := tx.Source(""); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the source without a code: %v", err)
		}
		return nil
	})
}

// testErasures takes a text and a raw request out; the rows stay, with all that is no text, and the others keep theirs.
func testErasures(t *testing.T, s *site) {
	gone, kept := s.ids.New(), s.ids.New()
	s.update(func(tx storage.Tx) error {
		return errors.Join(
			tx.PutInbound(bot.Inbound{ID: gone, Gateway: "sim", Text: "on dit", ReceivedAt: s.now(), Class: bot.ClassReport}),
			tx.PutInbound(bot.Inbound{ID: kept, Text: "le puits", ReceivedAt: s.now()}),
			tx.PutQuarantined(bot.Quarantined{ID: gone, Gateway: "sim", Query: []byte("a=1"), Body: []byte("on dit"), At: s.now()}),
			tx.PutQuarantined(bot.Quarantined{ID: kept, Body: []byte("le puits"), At: s.now()}),
		)
	})
	s.refuse(storage.ErrNotFound, func(tx storage.Tx) error { return tx.EraseText(s.ids.New()) })
	s.refuse(storage.ErrNotFound, func(tx storage.Tx) error { return tx.EraseQuarantined(s.ids.New()) })
	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		return errors.Join(tx.EraseText(gone), tx.EraseQuarantined(gone), failed)
	})
	look := func(text bot.Text, body string) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			in, err := tx.Inbound(gone)
			if err != nil || in.Text != text || in.Gateway != "sim" || in.Class != bot.ClassReport || in.ReceivedAt != s.now() {
				t.Errorf("the text erased: %+v %q (%v)", in, string(in.Text), err)
			}
			q, err := tx.Quarantined(gone)
			if err != nil || string(q.Body) != body || (len(q.Query) == 0) != (body == "") || q.Gateway != "sim" {
				t.Errorf("the request erased: %+v (%v)", q, err)
			}
			in, err = tx.Inbound(kept)
			if err != nil || in.Text != "le puits" {
				t.Errorf("another text: %q (%v)", string(in.Text), err)
			}
			q, err = tx.Quarantined(kept)
			if err != nil || string(q.Body) != "le puits" {
				t.Errorf("another request: %q (%v)", q.Body, err)
			}
			return nil
		})
	}
	look("on dit", "on dit")
	s.update(func(tx storage.Tx) error { return errors.Join(tx.EraseText(gone), tx.EraseQuarantined(gone)) })
	look("", "")
	for range 2 { // the second has nothing to do
		if pending, err := s.FinishErasures(t.Context()); err != nil || pending {
			t.Errorf("finish: %v, %v", pending, err)
		}
		look("", "")
	}
	if n, err := countQuarantines(s); err != nil || n != 2 {
		t.Errorf("%d requests wait (%v), want both: erasing one handles nothing", n, err)
	}
}

func countQuarantines(s *site) (n int, err error) {
	s.view(func(tx storage.Tx) error {
		n, err = tx.CountQuarantines(10)
		return nil
	})
	return n, err
}
