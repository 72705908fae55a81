package hotline_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
	"tinye/storage/storagetest"
)

// yearDesk is a desk on a store whose files a test reads.
type yearDesk struct {
	*desk
	dir    string
	db     *bolt.DB
	master *seal.MasterKey
	names  int
}

func newYear(t *testing.T) *yearDesk {
	t.Helper()
	y := &yearDesk{desk: newDesk(t), dir: t.TempDir()}
	y.set(time.Date(2025, 12, 1, 10, 0, 0, 0, time.UTC))
	o := storagetest.Options(t, y.dir)
	o.Now, o.NewID = y.clock.Now, storagetest.NewIDs(y.clock).New
	db, err := bolt.Open(t.Context(), o)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	y.db, y.master, y.NewID = db, o.Master, o.NewID
	y.use(db)
	must(t, os.Mkdir(filepath.Join(y.dir, "backups"), 0o700))
	y.Site.Retention = hotline.Retention{Texts: 90 * 24 * time.Hour, Numbers: 365 * 24 * time.Hour}
	return y
}

// told is one report of the year.
type told struct {
	id     bot.ID
	mark   string
	person int
	at     time.Time
	over   time.Time // when its rumour or it was closed; zero = its rumour is open
}

func phoneOf(person int) string { return fmt.Sprintf("701%05d", 23400+person*7) }

// tell has somebody report something that is said nowhere else.
func (y *yearDesk) tell(person int) *told {
	y.names++
	mark := fmt.Sprintf("Marqueur%04dZ", y.names)
	y.receive(bot.Inbound{ExternalID: fmt.Sprint("x", y.names), Sender: phoneOf(person), Text: bot.Text("il paraît que le puits " + mark + " est sec")})
	w := &told{mark: mark, person: person, at: y.clock.Now(), over: y.clock.Now()}
	must(y.t, y.Store.View(context.Background(), func(tx storage.Tx) error {
		list, err := tx.Reports("", storage.Page{Limit: 1, Newest: true})
		if err == nil {
			w.id = list[0].ID
		}
		return err
	}))
	return w
}

// close closes a report, or puts it under a rumour that is closed then, or stays open.
func (y *yearDesk) close(w *told, rumour bot.RumourState) {
	now := y.clock.Instant()
	w.over = y.clock.Now()
	must(y.t, y.Store.Update(context.Background(), func(tx storage.Tx) error {
		r, err := tx.Report(w.id)
		if err != nil {
			return err
		}
		if rumour == "" {
			r.State, r.Closed, r.ClosedAt = bot.ReportClosed, bot.CloseNoClaim, now
			return tx.PutReport(r, r.Rev)
		}
		about := bot.Rumour{ID: y.NewID(), State: rumour, Claim: "Le puits serait sec", CreatedAt: now}
		if rumour == bot.RumourClosed {
			about.ClosedAt = now
		} else {
			w.over = time.Time{}
		}
		r.State, r.Rumour = bot.ReportLinked, about.ID
		if err := tx.Link(about.ID, bot.LinkCursor{Contact: r.Contact, Report: r.ID}); err != nil {
			return err
		}
		if err := tx.PutRumour(about, 0); err != nil {
			return err
		}
		return tx.PutReport(r, r.Rev)
	}))
}

func (y *yearDesk) sweep() {
	y.deliver()
	must(y.t, y.Sweep(context.Background()))
}

func (y *yearDesk) backup() {
	must(y.t, y.db.Backup(context.Background(), filepath.Join(y.dir, "backups", y.clock.Now().Format("20060102")+".tar")))
}

// TestAYear runs a year and more of messages, erasures and retention, and then reads with the master key, the ring and the
// rings of all kept backups whatever opens in the database, free pages included, and in the backups.
func TestAYear(t *testing.T) {
	y := newYear(t)
	var all []*told
	gone := make(map[int]time.Time) // people who asked to be forgotten
	start := y.clock.Now()
	day := func() int { return int(y.clock.Now().Sub(start).Hours() / 24) }
	for day() < 430 {
		n := len(all)
		person := n % 30
		if day() < 30 {
			person = 30 + n // these are never heard of again
		}
		if _, forgotten := gone[person]; !forgotten {
			all = append(all, y.tell(person))
		} else {
			all = append(all, y.tell(29))
		}
		if n >= 8 && n%2 == 0 {
			w := all[n-8]
			if _, forgotten := gone[w.person]; !forgotten {
				y.close(w, []bot.RumourState{"", bot.RumourClosed, bot.RumourInvestigating}[n/2%3])
			}
		}
		switch d := day(); {
		case d/40 != (d-2)/40 && d/40-1 < 8 && d > 60:
			person := d/40 + 10
			y.deliver()
			for i, text := range []string{"EFFACER", "EFFACER 1"} {
				y.receive(bot.Inbound{ExternalID: fmt.Sprintf("e%d.%d", d, i), Sender: phoneOf(person), Text: bot.Text(text)})
			}
			gone[person] = y.clock.Now()
		}
		y.sweep()
		if day()%10 == 0 {
			y.backup()
			_, _, err := bolt.PruneBackups(filepath.Join(y.dir, "backups"), 30*24*time.Hour, y.clock.Now())
			must(t, err)
		}
		if day() == 60 {
			found := y.readable()
			if !bytes.Contains(found, []byte(all[0].mark)) || !bytes.Contains(found, []byte("+223"+phoneOf(all[0].person))) {
				t.Fatal("while they are kept, a text and a number are not found: this test would show nothing")
			}
		}
		y.clock.Add(2 * 24 * time.Hour)
	}
	// From now on nothing new is due but what the last days made so; the backups of before expire meanwhile.
	end := y.clock.Now()
	for y.clock.Now().Before(end.Add(40 * 24 * time.Hour)) {
		y.sweep()
		if day()%10 == 0 {
			y.backup()
			_, left, err := bolt.PruneBackups(filepath.Join(y.dir, "backups"), 30*24*time.Hour, y.clock.Now())
			must(t, err)
			if len(left) == 0 {
				t.Fatal("no backup is left to look at")
			}
		}
		y.clock.Add(2 * 24 * time.Hour)
	}
	found := y.readable()
	erased, kept := 0, 0
	for _, w := range all {
		_, asked := gone[w.person]
		due := !w.over.IsZero() && w.over.Add(90*24*time.Hour).Before(end)
		has := bytes.Contains(found, []byte(w.mark))
		switch {
		case asked && w.at.Before(gone[w.person]) || due:
			erased++
			if has {
				t.Errorf("%s (told %s by %d, over %s, asked %v) can be read", w.mark, w.at.Format(time.DateOnly), w.person, w.over.Format(time.DateOnly), asked)
			}
		case w.over.IsZero() || w.over.Add(90*24*time.Hour).After(y.clock.Now()):
			kept++
			must(t, y.Store.View(t.Context(), func(tx storage.Tx) error {
				in, err := tx.Inbound(w.id)
				if err == nil && !strings.Contains(string(in.Text), w.mark) {
					t.Errorf("%s is not due and cannot be read", w.mark)
				}
				return err
			}))
		}
	}
	if erased < 50 || kept < 20 || len(gone) < 5 {
		t.Errorf("%d texts erased, %d kept, %d people forgotten: the year shows too little", erased, kept, len(gone))
	}
	for person := range gone {
		if bytes.Contains(found, []byte(phoneOf(person))) {
			t.Errorf("the number of person %d, who was forgotten, can be read", person)
		}
		if c := y.contact(phoneOf(person)); !c.Stopped() || c.Number.Value != "" || c.Question != nil {
			t.Errorf("of person %d more than the STOP is left: %+v", person, c)
		}
	}
	for person := 30; person < 40; person++ {
		if bytes.Contains(found, []byte(phoneOf(person))) {
			t.Errorf("the number of person %d, not heard of for a year, can be read", person)
		}
	}
	if !bytes.Contains(found, []byte("+223"+phoneOf(29))) {
		t.Error("the number of somebody who wrote lately is gone")
	}
}

// readable is all that opens, one after the other.
func (y *yearDesk) readable() []byte {
	y.t.Helper()
	type file struct {
		name string
		data []byte
	}
	var files []file
	var rings []*seal.Ring
	ring := func(data []byte) {
		r, err := seal.ParseRing(data, y.master)
		must(y.t, err)
		rings = append(rings, r)
	}
	data, err := os.ReadFile(filepath.Join(y.dir, "tinye.db"))
	must(y.t, err)
	files = append(files, file{"tinye.db", data})
	data, err = os.ReadFile(filepath.Join(y.dir, "tinye.ring"))
	must(y.t, err)
	ring(data)
	backups, err := filepath.Glob(filepath.Join(y.dir, "backups", "*"))
	must(y.t, err)
	for _, path := range backups {
		for name, data := range untar(y.t, path) {
			if strings.HasSuffix(name, ".ring") {
				ring(data)
			} else {
				files = append(files, file{path, data})
			}
		}
	}
	// What two files hold alike opens alike.
	seen := make(map[string]bool)
	days := make(map[string]bool)
	var values []pair
	for _, f := range files {
		for at := 0; at+os.Getpagesize() <= len(f.data); at += os.Getpagesize() {
			values = leaf(f.data[at:], "", values, days)
		}
	}
	var found []byte
	for _, v := range values {
		name := string(v.key) + "\x00" + string(v.value)
		if seen[name] {
			continue
		}
		seen[name] = true
		for _, r := range rings {
			if plain, _, ok := v.open(r, days); ok {
				found = append(append(found, plain...), 0)
				break
			}
		}
	}
	return found
}

// untar reads a backup whole.
func untar(t testing.TB, path string) map[string][]byte {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	entries := make(map[string][]byte)
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		must(t, err)
		entries[h.Name], err = io.ReadAll(r)
		must(t, err)
	}
	must(t, f.Close())
	return entries
}

// pair is a key with its value as it lies in a page; day is the bucket that the page is within, where that is known.
type pair struct {
	key, value []byte
	day        string
}

var dayName = regexp.MustCompile(`^20[0-9]{6}$`)

// leaf reads a page of bbolt that has rows: its header (id 8 bytes, flags 2, count 2, overflow 4), then for each row flags,
// the place of its key from there, and the lengths of key and value, 4 bytes each. A bucket that is small lies within a value.
func leaf(page []byte, day string, values []pair, days map[string]bool) []pair {
	if binary.LittleEndian.Uint16(page[8:]) != 2 {
		return values
	}
	for i := range int(binary.LittleEndian.Uint16(page[10:])) {
		row := 16 + i*16
		if row+16 > len(page) {
			return values
		}
		flags, pos := binary.LittleEndian.Uint32(page[row:]), int(binary.LittleEndian.Uint32(page[row+4:]))
		ksize, vsize := int(binary.LittleEndian.Uint32(page[row+8:])), int(binary.LittleEndian.Uint32(page[row+12:]))
		from := row + pos
		if ksize < 0 || vsize < 0 || from+ksize+vsize > len(page) {
			continue
		}
		key, value := page[from:from+ksize], page[from+ksize:from+ksize+vsize]
		if flags&1 == 0 {
			values = append(values, pair{key, value, day})
			continue
		}
		within := ""
		if dayName.Match(key) {
			within = string(key)
			days[within] = true
		}
		if len(value) > 32 {
			values = leaf(value[16:], within, values, days)
		}
	}
	return values
}

// open tries every bucket that the value may be from, and tells which it was.
func (v pair) open(r *seal.Ring, days map[string]bool) (plain []byte, bucket string, ok bool) {
	for _, b := range []string{
		"messages", "contacts", "quarantine", "told", "rumours", "users", "desk_numbers", "codes", "switches", "vault",
		"protect_keys", "sources", "events", "places", "duty", "duty_calls", "stocks",
	} {
		if plain, err := r.Open(nil, b, v.key, v.value); err == nil {
			return plain, b, true
		}
	}
	within := days
	if v.day != "" {
		within = map[string]bool{v.day: true}
	}
	for _, b := range []string{"activity", "sessions", "tallies", "repeats"} {
		value := v.value
		if b == "repeats" && len(value) > 16 {
			value = value[16:]
		}
		if _, err := seal.KeyID(value); err != nil || len(value) < 41 {
			continue
		}
		for day := range within {
			if plain, err := r.Open(nil, b, append([]byte(day), v.key...), value); err == nil {
				return plain, b, true
			}
		}
	}
	return nil, "", false
}
