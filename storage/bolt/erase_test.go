package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// texts puts n texts of a month, and gives their ids.
func texts(t *testing.T, db *DB, at time.Time, n int) []bot.ID {
	t.Helper()
	ids := make([]bot.ID, n)
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for i := range ids {
			ids[i] = bot.ID{byte(at.Month()), byte(i >> 8), byte(i), 1}
			in := bot.Inbound{ID: ids[i], Text: bot.Text(fmt.Sprintf("text %d", i)), ReceivedAt: bot.At(at)}
			if err := errors.Join(tx.PutInbound(in), tx.PutReport(bot.Report{ID: ids[i], State: bot.ReportReceived}, 0)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// sealedText is what lies on the disk of a text.
func sealedText(t *testing.T, db *DB, id bot.ID) (value []byte) {
	t.Helper()
	err := db.view(t.Context(), func(tx *Tx) error {
		value = append(value, tx.bucket(messagesBucket).Get(messageKey(id, inboundRow))...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// readTexts tells that every text but the erased ones reads as it was written.
func readTexts(t *testing.T, db *DB, ids []bot.ID, erased ...int) {
	t.Helper()
	err := db.View(t.Context(), func(tx storage.Tx) error {
		for i, id := range ids {
			want := bot.Text(fmt.Sprintf("text %d", i))
			for _, e := range erased {
				if i == e {
					want = ""
				}
			}
			if in, err := tx.Inbound(id); err != nil || in.Text != want {
				t.Errorf("text %d reads %q (%v), want %q", i, string(in.Text), err, string(want))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func erase(t *testing.T, db *DB, ids ...bot.ID) {
	t.Helper()
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for _, id := range ids {
			if err := tx.EraseText(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func finish(t *testing.T, db *DB) {
	t.Helper()
	if pending, err := db.FinishErasures(t.Context()); err != nil || pending {
		t.Fatalf("finish: pending %v, %v", pending, err)
	}
}

// What lay on the disk of an erased text opens for nobody once the erasure is finished: not with the ring in memory and not
// with the one on the disk. Every other text of the month, and of others, is read as before, also after a restart.
func TestErasedForGood(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	november, october := o.Now(), o.Now().AddDate(0, -1, 0)
	ids, older := texts(t, db, november, resealRows*2+5), texts(t, db, october, 3)
	was, kept := sealedText(t, db, ids[7]), sealedText(t, db, ids[8])
	key := messageKey(ids[7], inboundRow)
	erase(t, db, ids[7])
	if _, err := db.ring.Open(nil, "messages", key, was); err != nil {
		t.Fatalf("before it is finished free pages must still open, or this test shows nothing: %v", err)
	}
	finish(t, db)
	if _, err := db.ring.Open(nil, "messages", key, was); !errors.Is(err, seal.ErrKeyDropped) {
		t.Errorf("what lay on the disk: %v, want ErrKeyDropped", err)
	}
	if _, err := db.ring.Open(nil, "messages", messageKey(ids[8], inboundRow), kept); !errors.Is(err, seal.ErrKeyDropped) {
		t.Errorf("the former copy of another text: %v, want ErrKeyDropped", err)
	}
	readTexts(t, db, ids, 7)
	readTexts(t, db, older)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, o)
	if _, err := db.ring.Open(nil, "messages", key, was); !errors.Is(err, seal.ErrKeyDropped) {
		t.Errorf("with the ring on the disk: %v, want ErrKeyDropped", err)
	}
	readTexts(t, db, ids, 7)
	before := len(db.ring.Bytes())
	finish(t, db)
	if after := len(db.ring.Bytes()); after != before {
		t.Error("with nothing to finish the ring changed")
	}
}

// A process that dies on the way goes on with the next call, whatever was erased or written in between.
func TestErasureInterrupted(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	ids := texts(t, db, o.Now(), 5)
	first := sealedText(t, db, ids[0])
	erase(t, db, ids[0])
	if err := db.ring.RenewTexts(seal.MonthOf(o.Now())); err != nil { // and then the power went
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, o)
	late := bot.ID{11, 9, 9, 1}
	if err := putInbound(t, db, bot.Inbound{ID: late, Text: "late", ReceivedAt: bot.At(o.Now())}); err != nil {
		t.Fatal(err)
	}
	second := sealedText(t, db, late)
	erase(t, db, late)
	finish(t, db)
	for i, c := range []struct {
		id     bot.ID
		sealed []byte
	}{{ids[0], first}, {late, second}} {
		if _, err := db.ring.Open(nil, "messages", messageKey(c.id, inboundRow), c.sealed); !errors.Is(err, seal.ErrKeyDropped) {
			t.Errorf("erased %d: %v, want ErrKeyDropped", i, err)
		}
	}
	readTexts(t, db, ids, 0)
}

// What is erased while an erasure is being finished keeps its mark, also where its row had been passed, and the next run finishes
// it. A run goes on where it stopped, also after a restart, and the keys go at its end alone.
func TestErasedMeanwhile(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	ids := texts(t, db, o.Now(), 20)
	first, second := sealedText(t, db, ids[0]), sealedText(t, db, ids[1])
	erase(t, db, ids[0])
	db.work = 30
	if pending, err := db.FinishErasures(t.Context()); err != nil || !pending {
		t.Fatalf("a part of the run: pending %v, %v", pending, err)
	}
	again := sealedText(t, db, ids[1]) // under the month's new key
	erase(t, db, ids[1])
	calls := 1
	for pending := true; pending; calls++ {
		if _, err := db.ring.Open(nil, "messages", messageKey(ids[0], inboundRow), first); err != nil {
			t.Fatalf("before the run is over an old key opens nothing any more: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = open(t, o)
		db.work = 30
		var err error
		if pending, err = db.FinishErasures(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if calls < 3 || calls > 5 {
		t.Errorf("the run took %d calls: it does not go on where it stopped, or all is done in one", calls)
	}
	for i, sealed := range [][]byte{first, second} {
		if _, err := db.ring.Open(nil, "messages", messageKey(ids[i], inboundRow), sealed); !errors.Is(err, seal.ErrKeyDropped) {
			t.Errorf("text %d as it lay there before: %v, want ErrKeyDropped", i, err)
		}
	}
	if _, err := db.ring.Open(nil, "messages", messageKey(ids[1], inboundRow), again); err != nil {
		t.Fatalf("what was erased meanwhile must still open, or this test shows nothing: %v", err)
	}
	db.work = walkWork
	finish(t, db)
	if _, err := db.ring.Open(nil, "messages", messageKey(ids[1], inboundRow), again); !errors.Is(err, seal.ErrKeyDropped) {
		t.Errorf("what was erased meanwhile, after the next run: %v, want ErrKeyDropped", err)
	}
	keys := len(db.ring.Bytes())
	finish(t, db)
	if len(db.ring.Bytes()) != keys {
		t.Error("with nothing left to finish the ring changed")
	}
	readTexts(t, db, ids, 0, 1)
}

// A backup that is being written finds the keys that its copy needs; a backup made before does not bring an erased text
// back on the machine that erased it, and brings everything else.
func TestErasureAndBackups(t *testing.T) {
	dir := t.TempDir()
	o := options(t, dir)
	db := open(t, o)
	ids := texts(t, db, o.Now(), 5)
	request := bot.Quarantined{ID: bot.ID{11, 7}, Body: []byte("text 1"), At: bot.At(o.Now())}
	other := bot.Quarantined{ID: bot.ID{11, 8}, Body: []byte("other"), At: bot.At(o.Now())}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.PutQuarantined(request), tx.PutQuarantined(other))
	})
	if err != nil {
		t.Fatal(err)
	}
	early := filepath.Join(t.TempDir(), "early")
	if err := db.Backup(t.Context(), early); err != nil {
		t.Fatal(err)
	}
	erase(t, db, ids[1])
	if err := db.Update(t.Context(), func(tx storage.Tx) error { return tx.EraseQuarantined(request.ID) }); err != nil {
		t.Fatal(err)
	}
	db.copying.RLock() // as Backup does
	if pending, err := db.FinishErasures(t.Context()); err != nil || !pending {
		t.Errorf("during a backup: pending %v, %v", pending, err)
	}
	db.copying.RUnlock()
	finish(t, db)
	late := filepath.Join(t.TempDir(), "late")
	if err := errors.Join(db.Backup(t.Context(), late), db.Close()); err != nil {
		t.Fatal(err)
	}
	for name, backup := range map[string]string{"early": early, "late": late} {
		if _, err := Restore(context.WithoutCancel(t.Context()), o, backup, true); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		db := open(t, o)
		readTexts(t, db, ids, 1)
		err := db.View(t.Context(), func(tx storage.Tx) error {
			gone, err := tx.Quarantined(request.ID)
			kept, keptErr := tx.Quarantined(other.ID)
			if len(gone.Body) > 0 || string(kept.Body) != "other" {
				t.Errorf("%s: requests %q and %q", name, gone.Body, kept.Body)
			}
			return errors.Join(err, keptErr)
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		o.Now = func() time.Time { return time.Date(2026, 11, 21, 13, 0, 0, 0, time.UTC) } // another name to set aside under
	}
}
