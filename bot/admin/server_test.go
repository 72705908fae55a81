package admin_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

func TestOnlyTheOwnerOpensTheSocket(t *testing.T) {
	s := newSite(t)
	info, err := os.Stat(s.socket)
	must(t, err)
	if info.Mode().Type() != fs.ModeSocket || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want a socket of 0600", info.Mode())
	}
}

func TestASecondProcessIsRefused(t *testing.T) {
	s := newSite(t)
	if _, err := admin.Listen(s.socket); !errors.Is(err, admin.ErrInUse) {
		t.Fatalf("a second server: %v", err)
	}
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st) // the first goes on
}

func TestASocketLeftBehindIsTakenOver(t *testing.T) {
	path := filepath.Join(socketDir(t), "admin.sock")
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	must(t, err)
	left.SetUnlinkOnClose(false) // as after a kill
	must(t, left.Close())
	ln, err := admin.Listen(path)
	must(t, err)
	must(t, ln.Close())
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket stays after a stop: %v", err)
	}
}

func TestNothingElseIsOverwritten(t *testing.T) {
	dir := socketDir(t)
	path := filepath.Join(dir, "admin.sock")
	must(t, os.WriteFile(path, []byte("x"), 0o600))
	if _, err := admin.Listen(path); err == nil {
		t.Error("a file was taken for a socket")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "x" {
		t.Errorf("the file is now %q, %v", b, err)
	}
	must(t, os.Chmod(dir, 0o777))
	if _, err := admin.Listen(filepath.Join(dir, "other.sock")); err == nil {
		t.Error("listens where others could replace the socket")
	}
	if _, err := admin.Listen(filepath.Join(dir, "none", "admin.sock")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func TestLockedAnswers(t *testing.T) {
	s := newSite(t)
	s.locked = true
	p := s.refused("/report/list", admin.ListReports{By: by("AMI")}, http.StatusServiceUnavailable, "desk.locked")
	if !strings.Contains(p.Sentence, "tinye unlock") {
		t.Errorf("%q does not say how to unlock", p.Sentence)
	}
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if !st.Locked || st.Version != "test" || st.Storage != "" {
		t.Errorf("status while locked: %+v", st)
	}
	s.refused("/unlock", admin.Unlock{Passphrase: "wrong"}, http.StatusForbidden, "desk.wrong_key")
	s.ask("/unlock", admin.Unlock{Passphrase: "cinq mots sans lien"}, &admin.Nothing{})
	s.ask("/unlock", admin.Unlock{Passphrase: "again"}, &admin.Nothing{}) // it is open: nothing to do
	s.ask("/report/list", admin.ListReports{By: by("AMI")}, &admin.Reports{})
}

func TestStatus(t *testing.T) {
	s := newSite(t)
	s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	s.tell(moussa, "Le pont de Mopti est coupé dit-on")
	s.Texts.Text("taq", "sms.help", map[string]string{"service": "TINYE"})
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if st.Storage != "ok" || st.Locked || st.ClockBehind || len(st.Gateways) != 1 || st.Gateways[0].InFlight != 2 {
		t.Errorf("status: %+v", st)
	}
	if st.Reports[bot.ReportReceived].String() != "2" || st.Outbox[bot.OutQueued].N != 2 || st.Quarantine.N != 0 {
		t.Errorf("counts: %+v %+v %+v", st.Reports, st.Outbox, st.Quarantine)
	}
	if !slices.ContainsFunc(st.Missing, func(m admin.Miss) bool { return m.Lang == "taq" && m.Key == "sms.help" && m.Count == 1 }) {
		t.Errorf("missing texts: %+v", st.Missing)
	}
	if got := (admin.Count{N: 1000, More: true}).String(); got != "1000+" {
		t.Errorf("a capped count shows as %q", got)
	}
}

func TestTheClockIsAccepted(t *testing.T) {
	s := newSite(t)
	s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	s.store.Time.Add(-time.Hour)
	var st admin.Status
	if s.ask("/status", admin.Nothing{}, &st); !st.ClockBehind {
		t.Fatal("the clock went back an hour and the status does not say so")
	}
	s.ask("/clock/accept", admin.AcceptClock{By: by("AMI")}, &admin.Nothing{})
	st = admin.Status{}
	if s.ask("/status", admin.Nothing{}, &st); st.ClockBehind {
		t.Error("the clock is still not trusted")
	}
	if got := s.events(); !slices.Contains(got, "AMI clock.accepted test") {
		t.Errorf("events: %q", got)
	}
}

func TestBackup(t *testing.T) {
	s := newSite(t)
	path := filepath.Join(t.TempDir(), "copy.tinye")
	ask := admin.Backup{By: by("ROOT"), Path: path}
	var made admin.BackupMade
	s.ask("/backup", ask, &made)
	if info, err := os.Stat(made.Path); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("backup at %q: %v, %v", made.Path, info, err)
	}
	s.refused("/backup", ask, http.StatusUnprocessableEntity, "desk.backup_path")
	ask.Path = filepath.Join(t.TempDir(), "none", "copy.tinye")
	s.refused("/backup", ask, http.StatusUnprocessableEntity, "desk.backup_path")
	ask.Path = "copy.tinye"
	s.refused("/backup", ask, http.StatusBadRequest, "desk.backup_path")
	if got := s.events(); !slices.Equal(got, []string{"ROOT backup.made test"}) {
		t.Errorf("events: %q", got)
	}
}

func TestRequestsAreReadStrictly(t *testing.T) {
	s := newSite(t)
	long := `{"as":"AMI","claim":"` + strings.Repeat("x", 70<<10) + `"}`
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"nothing":        {"POST", "/report/list", "", http.StatusBadRequest},
		"no JSON":        {"POST", "/report/list", "as=AMI", http.StatusBadRequest},
		"unknown field":  {"POST", "/report/list", `{"as":"AMI","claim":"x"}`, http.StatusBadRequest},
		"wrong type":     {"POST", "/report/list", `{"as":1}`, http.StatusBadRequest},
		"two objects":    {"POST", "/report/list", `{"as":"AMI"}{}`, http.StatusBadRequest},
		"too long":       {"POST", "/rumour/new", long, http.StatusBadRequest},
		"unknown path":   {"POST", "/report/delete", `{"as":"AMI"}`, http.StatusNotFound},
		"another method": {"GET", "/report/list", "", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refusedRaw(c.method, c.path, c.body, c.status, "desk.bad_request")
		})
	}
	s.t = t
}

// A fault of ours is told as such; what it was about stays in the process.
func TestFaultsOfOursAreNotExplained(t *testing.T) {
	s := newSite(t)
	s.server.Running = func() admin.Running { panic("about +223" + fanta) }
	s.refused("/status", admin.Nothing{}, http.StatusInternalServerError, "desk.internal")
	if log := s.heard.String(); !strings.Contains(log, "panic of type string at ") || !strings.Contains(log, "/status") {
		t.Errorf("the log does not tell what happened: %s", log)
	}
	s.server.Unlock = func(context.Context, string) error { return errors.New("the key file is a folder") }
	s.locked = true
	p := s.refused("/unlock", admin.Unlock{}, http.StatusInternalServerError, "desk.internal")
	if strings.Contains(p.Sentence, "folder") {
		t.Errorf("%q tells a cause", p.Sentence)
	}
}

func TestStoppingWaitsForWhatIsUnderWay(t *testing.T) {
	s := newSite(t)
	started, goOn := make(chan struct{}), make(chan struct{})
	s.server.Running = func() admin.Running {
		close(started)
		<-goOn
		return admin.Running{Version: "slow"}
	}
	answered := make(chan string, 1)
	go func() {
		_, body := s.post(http.MethodPost, "/status", "{}")
		answered <- string(body)
	}()
	<-started
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Shutdown(context.Background()) }()
	for { // the socket goes first
		if _, err := os.Lstat(s.socket); errors.Is(err, fs.ErrNotExist) {
			break
		}
		runtime.Gosched()
	}
	select {
	case <-stopped:
		t.Error("stopped before the answer was given")
	default:
	}
	close(goOn)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := <-answered; !strings.Contains(got, `"slow"`) {
		t.Errorf("answer: %s", got)
	}
}
