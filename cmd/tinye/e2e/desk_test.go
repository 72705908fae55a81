package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// NewCarrierSite is a site behind a carrier, with its folder for data and its key, not started.
func NewCarrierSite(t testing.TB, carrier *Carrier) Site {
	t.Helper()
	s := NewSite(t, carrierConfig(carrier.URL, ""))
	s.MakeKey(t)
	return s
}

// MakeKey makes the folder for data and the master key.
func (s Site) MakeKey(t testing.TB, args ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(s.Dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.Must(t, append([]string{"key", "new", filepath.Join(s.Dir, "tinye.key")}, args...)...)
}

// Serve starts the hotline of a site.
func (s Site) Serve(t testing.TB) *Process {
	t.Helper()
	return Start(t, s, "serve", "--config", s.Config, "--log-level", "debug")
}

// Must runs a command line that has to succeed; it returns what it printed.
func (s Site) Must(t testing.TB, args ...string) string {
	t.Helper()
	out, errs, code := Run(t, s, args...)
	if code != 0 {
		t.Fatalf("tinye %q: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// Ask runs a command of the desk and reads its JSON.
func Ask[A any](t testing.TB, s Site, args ...string) A {
	t.Helper()
	var answer A
	out := s.Must(t, append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("tinye %q printed no JSON: %v\n%s", args, err, out)
	}
	return answer
}

// Desk accounts of every test that answers a rumour: the author of an answer may not approve it.
const (
	chief  = "chef"
	author = "cisse"
	second = "ami"
)

// Staff makes the desk accounts.
func (s Site) Staff(t testing.TB) {
	t.Helper()
	s.Must(t, "user", "add", chief, "--role", "admin", "--role", "coordinator")
	s.Must(t, "user", "add", author, "--role", "verifier", "--as", chief)
	s.Must(t, "user", "add", second, "--role", "coordinator", "--as", chief)
}

// Found has a rumour submitted as false by the author, and decided by the second.
func (s Site) Found(t testing.TB, ref string) {
	t.Helper()
	s.Must(t, "rumour", "submit", ref, "--verdict", "confirmed_false", "--risk", "low", "--theme", "other", "--redaction-checked", "--finding", "Vu sur place.",
		"--evidence", "site_visit:eyewitness", "--evidence", "call_stakeholder:local_official", "--as", author)
	s.Must(t, "rumour", "decide", ref, "--as", second)
}

// Reports are the newest reports.
func (s Site) Reports(t testing.TB) []admin.ReportRow {
	t.Helper()
	list := Ask[admin.Reports](t, s, "report", "list", "--limit", "500", "--as", chief)
	if list.More {
		t.Fatal("there are more reports than one list shows")
	}
	return list.Reports
}

// Report is one report with its texts as they were written.
func (s Site) Report(t testing.TB, ref bot.Ref) admin.Report {
	t.Helper()
	return Ask[admin.Report](t, s, "report", "show", string(ref), "--raw", "--reason", "essai", "--as", chief)
}

// ByText are the newest reports by what was said; no two may say the same.
func (s Site) ByText(t testing.TB) map[string]admin.Report {
	t.Helper()
	found := make(map[string]admin.Report)
	for _, row := range s.Reports(t) {
		r := s.Report(t, row.Ref)
		for _, said := range r.Said {
			if other, twice := found[string(said.Text)]; twice {
				t.Errorf("reports %s and %s say the same", other.Ref, r.Ref)
			}
			found[string(said.Text)] = r
		}
	}
	return found
}

// Messages are the newest messages to send and sent.
func (s Site) Messages(t testing.TB) []admin.Message {
	t.Helper()
	list := Ask[admin.Messages](t, s, "outbox", "list", "--limit", "500", "--as", chief)
	if list.More {
		t.Fatal("there are more messages than one list shows")
	}
	return list.Messages
}

// AwaitState waits until the message of a report that pick chooses is in a state.
func (s Site) AwaitState(t testing.TB, ref bot.Ref, pick func(admin.Report) *admin.Delivery, want bot.OutState) {
	t.Helper()
	Eventually(t, 30*time.Second, func() error {
		d := pick(s.Report(t, ref))
		if d == nil {
			return fmt.Errorf("report %s has no such message", ref)
		}
		if d.State != want {
			return fmt.Errorf("the message of report %s is %s, not %s", ref, d.State, want)
		}
		return nil
	})
}

func acknowledgement(r admin.Report) *admin.Delivery { return r.Acknowledgement }
func answerOf(r admin.Report) *admin.Delivery        { return r.Answer }
