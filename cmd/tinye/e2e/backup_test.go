package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// NewMachine is an empty site elsewhere, behind a carrier, with a copy of a site's key.
func (s Site) NewMachine(t testing.TB, carrier *Carrier) Site {
	t.Helper()
	other := NewSite(t, carrierConfig(carrier.URL, ""))
	if err := os.Mkdir(filepath.Join(other.Dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(s.Dir, "tinye.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.Dir, "tinye.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	return other
}

// TestBackup copies a hotline that is at work, and goes on with the copy on another machine: what was acknowledged before
// the copy is there, what may have been sent since is unknown and is not sent by itself, and a new epoch of events begins.
func TestBackup(t *testing.T) {
	carrier := NewCarrier(t, nil)
	s := NewCarrierSite(t, carrier)
	p := s.Serve(t)
	p.Ready(t)
	s.Staff(t)
	first := rumours("+22370130001", 5)
	bringAgain(t, s, first)
	carrier.Await(t, "+22370130001", len(first))
	ref := s.ByText(t)[first[0].Text].Ref
	made := Ask[admin.Rumour](t, s, "rumour", "new", "--claim", "Le marché fermerait", "--from", string(ref), "--as", author)
	s.Found(t, string(made.Ref))
	s.Must(t, "rumour", "answer", string(made.Ref), "--lang", "fra", "--text", "Le marché reste ouvert.", "--as", author)
	s.Must(t, "rumour", "approve", string(made.Ref), "--lang", "fra", "--as", second)
	carrier.busy.Store(true) // what is queued from here on stays queued
	s.Must(t, "rumour", "publish", string(made.Ref), "--no-auto", "--as", second)
	waiting := rumours("+22370130002", 5)
	bringAgain(t, s, waiting)
	Eventually(t, 10*time.Second, func() error {
		for _, m := range s.Messages(t) {
			if m.State == bot.OutClaimed {
				return fmt.Errorf("message %s is claimed", m.ID)
			}
		}
		return nil
	})

	during := rumours("+22370130003", 50)
	var load sync.WaitGroup
	load.Go(func() {
		for _, m := range during {
			if got := s.Try(m); got != http.StatusOK {
				t.Errorf("message %s was answered with %d during the backup", m.ID, got)
			}
		}
	})
	backup := filepath.Join(s.Dir, "copy.tinye")
	s.Must(t, "backup", backup, "--as", chief)
	load.Wait()
	if _, _, code := Run(t, s, "backup", backup, "--as", chief); code != 1 {
		t.Errorf("a backup over a file that is there ended with %d", code)
	}
	if code := p.Stop(t); code != 0 {
		t.Errorf("the stop ended with %d", code)
	}
	before := s.Stored(t)

	carrier2 := NewCarrier(t, nil)
	s2 := s.NewMachine(t, carrier2)
	contains(t, s2.Must(t, "restore", "--config", s2.Config, backup), "en état unknown")
	_, said, code := Run(t, s2, "restore", "--config", s2.Config, backup)
	if code != 1 {
		t.Errorf("a restore over a database ended with %d", code)
	}
	contains(t, said, "il y a déjà une base dans", "--replace")
	p2 := s2.Serve(t)
	p2.Ready(t)
	reports := s2.ByText(t)
	for _, m := range first {
		if d := reports[m.Text].Acknowledgement; d == nil || d.State != bot.OutHandedOver {
			t.Errorf("the acknowledgement of message %s, handed over before the backup, is %v", m.ID, d)
		}
	}
	shown := Ask[admin.Rumour](t, s2, "rumour", "show", string(made.Ref), "--as", chief)
	if shown.State != bot.RumourPublished || len(shown.Answers) != 1 || shown.Answers[0].Text != "Le marché reste ouvert." {
		t.Errorf("the rumour came back as %v", shown)
	}
	if d := s2.Report(t, ref).Answer; d == nil || d.State != bot.OutUnknown {
		t.Errorf("the answer that was queued at the backup is %v, not unknown", d)
	}
	for _, m := range waiting {
		if d := reports[m.Text].Acknowledgement; d == nil || d.State != bot.OutUnknown {
			t.Errorf("the acknowledgement of message %s, queued at the backup, is %v", m.ID, d)
		}
	}

	// Brought again, everything is stored once; what came before the backup is known to be handled.
	everything := append(append(append([]MO(nil), first...), waiting...), during...)
	bringAgain(t, s2, everything)
	next := rumours("+22370130004", 1)
	bringAgain(t, s2, next)
	carrier2.Await(t, "+22370130004", 1)
	for _, number := range []string{"+22370130001", "+22370130002"} {
		if n := len(carrier2.To(number)); n != 0 {
			t.Errorf("%d messages to one person left by themselves after the restore", n)
		}
	}
	s2.Must(t, "rumour", "new", "--claim", "Une autre", "--from", string(s2.Reports(t)[0].Ref), "--as", author)
	if code := p2.Stop(t); code != 0 {
		t.Errorf("the stop ended with %d", code)
	}
	storedOnce(t, s2, append(everything, next...))
	after := s2.Stored(t)
	if len(after.events) == 0 || len(before.events) == 0 || after.events[0].Epoch == before.events[0].Epoch || after.events[0].Seq != 1 {
		t.Errorf("no new epoch of events: it was %v, now the events are %v", before.events[0], after.events)
	}
}
