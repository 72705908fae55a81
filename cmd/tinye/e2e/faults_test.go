package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tinye/bot"
)

// rumours are messages of one person, each with an id and a text of its own.
func rumours(from string, n int) []MO {
	var list []MO
	for i := range n {
		list = append(list, MO{
			ID: fmt.Sprintf("f-%s-%d", from, i), From: from,
			Text: fmt.Sprintf("On raconte que le marché numéro %d du quartier %s est fermé", i, from[len(from)-2:]),
		})
	}
	return list
}

// bringAgain brings messages until each was answered with 200, as a gateway does.
func bringAgain(t testing.TB, s Site, list []MO) {
	t.Helper()
	for _, m := range list {
		Eventually(t, 30*time.Second, func() error {
			if got := s.Try(m); got != http.StatusOK {
				return fmt.Errorf("message %s was answered with %d", m.ID, got)
			}
			return nil
		})
	}
}

// storedOnce checks that the site holds exactly these messages, each as one report with one acknowledgement.
func storedOnce(t *testing.T, s Site, list []MO) {
	t.Helper()
	rows := s.Stored(t)
	texts := make(map[string]bot.ID)
	for id, in := range rows.inbounds {
		texts[string(in.Text)] = id
	}
	acks := make(map[bot.ID]int)
	for _, o := range rows.outbounds {
		if o.Kind == bot.KindAck && o.ResendOf.IsZero() {
			acks[o.Report]++
		}
	}
	for _, m := range list {
		if id, ok := texts[m.Text]; !ok || acks[id] != 1 {
			t.Errorf("message %s: stored %v, with %d acknowledgements", m.ID, ok, acks[id])
		}
	}
	if len(rows.reports) != len(list) {
		t.Errorf("%d reports are stored for %d messages", len(rows.reports), len(list))
	}
}

// refusal runs tinye serve, which has to end with exit code 1 and one sentence, and returns the sentence.
func refusal(t *testing.T, s Site) string {
	t.Helper()
	p := s.Serve(t)
	if code := p.Exit(t, readyWithin); code != 1 {
		t.Errorf("tinye serve ended with %d, not with 1", code)
	}
	said := strings.TrimSpace(p.Log())
	if strings.Contains(said, "\n") {
		t.Errorf("it said more than one sentence:\n%s", said)
	}
	return said
}

func contains(t *testing.T, said string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("it said %q, without %q", said, w)
		}
	}
}

// dataFiles are the files in the site's folder for data.
func dataFiles(t *testing.T, s Site) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	entries, err := os.ReadDir(filepath.Join(s.Dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(s.Dir, "data", e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// untouched checks that the site's data are what they were, to the byte.
func untouched(t *testing.T, s Site, before map[string][]byte) {
	t.Helper()
	after := dataFiles(t, s)
	for name := range after {
		if _, ok := before[name]; !ok {
			t.Errorf("%s is new", name)
		}
	}
	for name, data := range before {
		if !bytes.Equal(after[name], data) {
			t.Errorf("%s was changed", name)
		}
	}
}

// TestFaults meets the built program with what goes wrong around it: it says so in one sentence, harms nothing, and where
// it can go on by itself it does.
func TestFaults(t *testing.T) {
	t.Run("wrong key", testWrongKey)
	t.Run("second process", testSecondProcess)
	t.Run("newer schema", testNewerSchema)
	t.Run("full disk", testFullDisk)
	t.Run("failed fsync", testFailedFsync)
	t.Run("locked", testLocked)
}

// filledSite is a stopped site that holds some messages.
func filledSite(t *testing.T) (Site, []MO) {
	t.Helper()
	s := NewCarrierSite(t, NewCarrier(t, nil))
	list := rumours("+22370120001", 3)
	p := s.Serve(t)
	p.Ready(t)
	bringAgain(t, s, list)
	if code := p.Stop(t); code != 0 {
		t.Fatalf("the stop ended with %d", code)
	}
	return s, list
}

func testWrongKey(t *testing.T) {
	s, list := filledSite(t)
	before := dataFiles(t, s)
	key, aside := filepath.Join(s.Dir, "tinye.key"), filepath.Join(s.Dir, "right.key")
	if err := os.Rename(key, aside); err != nil {
		t.Fatal(err)
	}
	contains(t, refusal(t, s), "the master key "+key+" is not there")
	s.Must(t, "key", "new", key)
	contains(t, refusal(t, s), "this key does not open", "tinye.db", "Nothing was changed")
	untouched(t, s, before)
	if err := os.Rename(aside, key); err != nil {
		t.Fatal(err)
	}
	p := s.Serve(t)
	p.Ready(t)
	p.Stop(t)
	storedOnce(t, s, list)
}

func testSecondProcess(t *testing.T) {
	carrier := NewCarrier(t, nil)
	s := NewCarrierSite(t, carrier)
	p := s.Serve(t)
	p.Ready(t)
	list := rumours("+22370120002", 2)
	bringAgain(t, s, list[:1])

	contains(t, refusal(t, s), "address already in use")
	other := s
	other.URL = "http://" + FreeAddr(t)
	other.Config = filepath.Join(s.Dir, "other.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(other.Config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(carrierConfig(carrier.URL, "")(other))
	contains(t, refusal(t, other), "another tinye runs already")
	write(replaceAll(t, carrierConfig(carrier.URL, "")(other), `"admin.sock"`, `"other.sock"`))
	contains(t, refusal(t, other), "tinye.db is in use")
	_, said, code := Run(t, s, "compact", "--config", s.Config)
	if code != 1 {
		t.Errorf("tinye compact ended with %d", code)
	}
	contains(t, said, "tinye.db is in use")

	p.Ready(t) // the first goes on as if nothing had been
	bringAgain(t, s, list[1:])
	p.Stop(t)
	storedOnce(t, s, list)
}

func testNewerSchema(t *testing.T) {
	s, list := filledSite(t)
	path := filepath.Join(s.Dir, "data", "tinye.db")
	rightData, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// In the bucket meta (storage/bolt/schema.go) the number of the schema follows its key.
	number := regexp.MustCompile(`(?s)schema\x00\x00\x00.`)
	if !number.Match(rightData) {
		t.Fatal("the schema's number is not where it was; this test has to follow")
	}
	newer := number.ReplaceAll(rightData, []byte("schema\x00\x00\x00\x63"))
	if err := os.WriteFile(path, newer, 0o600); err != nil {
		t.Fatal(err)
	}
	before := dataFiles(t, s)
	contains(t, refusal(t, s), "newer version of tinye", "Nothing was changed")
	untouched(t, s, before)
	if err := os.WriteFile(path, rightData, 0o600); err != nil {
		t.Fatal(err)
	}
	p := s.Serve(t)
	p.Ready(t)
	p.Stop(t)
	storedOnce(t, s, list)
}

func testFullDisk(t *testing.T) {
	needRoot(t)
	s := NewCarrierSite(t, NewCarrier(t, nil))
	data := filepath.Join(s.Dir, "data")
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=8m"); err != nil {
		lacking(t, "The small disk cannot be mounted here: "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, 0); err != nil {
			t.Error(err)
		}
	})
	list := rumours("+22370120003", 60)
	p := s.Serve(t)
	t.Cleanup(func() { p.Kill9(t) }) // before the disk is unmounted
	p.Ready(t)
	bringAgain(t, s, list[:5])
	ballast := filepath.Join(data, "ballast")
	fill(t, ballast)

	refused := 0
	for _, m := range list[5:] {
		switch got := s.Try(m); got {
		case http.StatusServiceUnavailable:
			refused++
		case http.StatusOK: // in room that the file already had
		default:
			t.Errorf("message %s was answered with %d", m.ID, got)
		}
	}
	if refused == 0 {
		t.Fatal("the disk is full, and every message was stored")
	}
	p.Await(t, "full")
	contains(t, s.Must(t, "status", "--json"), `"storage":"full"`)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	bringAgain(t, s, list)
	p.Ready(t)
	t.Logf("%d of %d messages were refused while the disk was full", refused, len(list)-5)
	if code := p.Stop(t); code != 0 {
		t.Errorf("the stop ended with %d", code)
	}
	storedOnce(t, s, list)
}

// fill writes a file until its disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		_, err := f.Write(make([]byte, size))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			t.Fatal(err)
		}
	}
}

func testFailedFsync(t *testing.T) {
	strace := needProgram(t, "strace")
	s := NewCarrierSite(t, NewCarrier(t, nil))
	list := rumours("+22370120004", 12)
	p := s.Serve(t)
	p.Ready(t)
	bringAgain(t, s, list[:5])

	faults := startProgram(t, s.Dir, strace, "-f", "-p", strconv.Itoa(p.Pid), "-o", os.DevNull,
		"-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO")
	Eventually(t, 10*time.Second, func() error {
		faults.running(t)
		return mustContain(faults.log.String(), "attached")
	})
	for _, m := range list[5:] {
		if got := s.Try(m); got != http.StatusServiceUnavailable {
			t.Errorf("message %s was answered with %d while no fsync worked", m.ID, got)
		}
	}
	faults.stop(syscall.SIGINT) // strace lets go, and the disk works again
	bringAgain(t, s, list)
	p.Ready(t)
	contains(t, p.Log(), "the database was opened again and checked")
	if code := p.Stop(t); code != 0 {
		t.Errorf("the stop ended with %d", code)
	}
	storedOnce(t, s, list)
}

func testLocked(t *testing.T) {
	s := NewSite(t, carrierConfig(NewCarrier(t, nil).URL, ""))
	words := filepath.Join(s.Dir, "words")
	if err := os.WriteFile(words, []byte("cinq mots sans aucun lien\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.MakeKey(t, "--passphrase-file", words)
	list := rumours("+22370120005", 3)
	unlock := func(p *Process) {
		t.Helper()
		if _, said, code := RunInput(t, s, "cinq mots sans aucun lien\n", "unlock"); code != 0 {
			t.Fatalf("unlock ended with %d: %s", code, said)
		}
		p.Ready(t)
	}
	p := s.Serve(t) // a new database
	p.Await(t, "locked")
	unlock(p)
	bringAgain(t, s, list[:1])
	p.Kill9(t)

	p = s.Serve(t)
	p.Await(t, "locked")
	if got := s.Try(list[1]); got != http.StatusServiceUnavailable {
		t.Errorf("a locked hotline answered %d", got)
	}
	if _, said, code := Run(t, s, "report", "list", "--as", chief); code != 1 {
		t.Errorf("a locked hotline listed reports: %d %s", code, said)
	}
	if _, said, code := RunInput(t, s, "six autres mots\n", "unlock"); code != 1 {
		t.Errorf("unlock with a wrong passphrase ended with %d: %s", code, said)
	}
	p.Await(t, "locked")
	unlock(p)
	bringAgain(t, s, list)
	s.Staff(t)
	if n := len(s.Reports(t)); n != len(list) {
		t.Errorf("%d reports are stored for %d messages", n, len(list))
	}
}
