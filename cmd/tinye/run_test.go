package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/flows"
	"tinye/storage"
	"tinye/storage/seal"
)

// A request of which only the half came does not keep the hotline from stopping within 10 s.
func TestStopsWithHalfARequest(t *testing.T) {
	s := start(t)
	conn, err := net.Dial("tcp", s.web.Addr().String())
	must(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /in/x/sim/mo HTTP/1.1\r\nHost: tinye\r\nContent-Length: 50\r\n\r\n{\"half\":")
	must(t, err)
	if _, status := s.get("/healthz"); status != 200 { // so the server has seen the connection before
		t.Fatalf("healthz: %d", status)
	}
	begin := time.Now()
	s.stop()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("stopped after %v, want at most 10 s", took)
	}
	must(t, s.err)
	if _, err := net.DialTimeout("tcp", s.web.Addr().String(), time.Second); err == nil {
		t.Error("it still takes connections")
	}
	if _, err := os.Stat(s.cfg.Admin.Socket); err == nil {
		t.Error("the admin socket is still there")
	}
}

// Under a passphrase the hotline starts locked: carriers are told to come again, and tinye unlock opens it.
func TestLockedUntilUnlocked(t *testing.T) {
	s := prepare(t)
	s.key("cinq mots sans lien")
	s.run(true)
	if body, status := s.get("/readyz"); status != 503 || body != "locked" {
		t.Errorf("readyz: %d %q, want 503 locked", status, body)
	}
	if out, code := s.phone("--from", "70123456", "--send", "On dit que le pont est fermé"); code != 1 || !strings.Contains(out, "503") {
		t.Errorf("a text while locked: exit %d:\n%s", code, out)
	}
	unlock := func(passphrase string) (string, int) {
		var out output
		code := execute(t.Context(), []string{"unlock", "--socket", s.cfg.Admin.Socket},
			streams{in: strings.NewReader(passphrase + "\n"), out: &out, err: &out})
		return out.String(), code
	}
	if out, code := unlock("another one"); code == 0 {
		t.Errorf("unlocked with a wrong passphrase:\n%s", out)
	}
	if body, _ := s.get("/readyz"); body != "locked" {
		t.Errorf("readyz after a wrong passphrase: %q", body)
	}
	if out, code := unlock("cinq mots sans lien"); code != 0 {
		t.Fatalf("unlock: exit %d:\n%s", code, out)
	}
	if body, status := s.get("/readyz"); status != 200 {
		t.Errorf("readyz after unlock: %d %q", status, body)
	}
	if out, code := s.phone("--from", "70123456", "--send", "On dit que le pont est fermé"); code != 0 {
		t.Errorf("a text after unlock: exit %d:\n%s", code, out)
	}
	if out, code := unlock("cinq mots sans lien"); code != 0 {
		t.Errorf("unlock once more: exit %d:\n%s", code, out)
	}
}

// Each reason why a hotline cannot start is one sentence that names what to do, and nothing is harmed.
func TestCannotStart(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*testing.T, *site)
		want  string
	}{
		"no key": {
			func(t *testing.T, s *site) { must(t, os.Remove(s.cfg.Storage.Key)) },
			"tinye key new",
		},
		"another key": {
			func(t *testing.T, s *site) { must(t, os.Remove(s.cfg.Storage.Key)); s.key("") },
			"does not open",
		},
		"no ring": {
			func(t *testing.T, s *site) { must(t, os.Remove(ringPath(s.cfg.Storage.Path))) },
			"put the key ring back",
		},
		"a ring of nobody": {
			func(t *testing.T, s *site) {
				must(t, os.WriteFile(ringPath(s.cfg.Storage.Path), []byte("nothing of ours"), 0o600))
			},
			"damaged",
		},
		"no key in the key file": {
			func(t *testing.T, s *site) {
				must(t, os.WriteFile(s.cfg.Storage.Key, []byte("nothing of ours"), 0o600))
			},
			"is no master key",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.stop()
			must(t, s.err)
			c.spoil(t, s)
			before, err := os.ReadFile(s.cfg.Storage.Path)
			must(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			again := newDemo(s.dir, listen(t), listen(t))
			err = again.run(ctx, deps{log: slog.New(slog.DiscardHandler)})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want one sentence with %q", err, c.want)
			}
			after, err := os.ReadFile(s.cfg.Storage.Path)
			must(t, err)
			if string(before) != string(after) {
				t.Error("the database was changed")
			}
		})
	}
}

// A second hotline on the same data is told so before it does any harm.
func TestSecondProcess(t *testing.T) {
	s := start(t)
	again := newDemo(s.dir, listen(t), listen(t))
	err := again.run(t.Context(), deps{log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "another tinye runs already") {
		t.Errorf("%v", err)
	}
	again = newDemo(s.dir, listen(t), listen(t))
	again.cfg.Admin.Socket = filepath.Join(s.dir, "other.sock")
	err = again.run(t.Context(), deps{log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "is in use") || !errors.Is(err, storage.ErrInUse) {
		t.Errorf("%v", err)
	}
	for _, args := range [][]string{{"compact", "--data", s.dir}, {"restore", "nothing.tar", "--replace", "--data", s.dir}} {
		if out, code := tinyeRun(args...); code != 1 || !strings.Contains(out, "is in use") {
			t.Errorf("%s: exit %d:\n%s", args[0], code, out)
		}
	}
	if out, code := s.phone("--from", "70123456", "--send", "On dit que le pont est fermé"); code != 0 {
		t.Errorf("the first one is harmed: exit %d:\n%s", code, out)
	}
}

func TestNewerSchemaSaysSo(t *testing.T) {
	err := storeFault(fmt.Errorf("storage: open: %w", storage.ErrNewerSchema), "/var/lib/tinye/tinye.db")
	if !strings.Contains(err.Error(), "newer version of tinye") || !errors.Is(err, storage.ErrNewerSchema) {
		t.Errorf("%v", err)
	}
}

// A panic in a part ends the process with an error, and says neither more nor less than where it was.
func TestPanicEndsTheProcessLoudly(t *testing.T) {
	err := guard("outbox", func() error { panic("On dit que 70123456 est fermé") })
	if err == nil || !strings.Contains(err.Error(), "run_test.go") || strings.Contains(err.Error(), "70123456") {
		t.Errorf("%v", err)
	}
	failure := errors.New("something broke")
	h, err := assemble(config.Demo("var", "http://127.0.0.1:1/messages", ""), deps{log: slog.New(slog.DiscardHandler)})
	must(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	h.fail = cancel
	h.fallible("part", func() error { return failure })
	if cause := context.Cause(ctx); !errors.Is(cause, failure) {
		t.Errorf("the process ends with %v", cause)
	}
}

// /metrics counts, and holds neither a number, a text nor a reference.
func TestMetricsSayNothingAboutPeople(t *testing.T) {
	s := start(t)
	out, code := s.phone("--from", "70123456", "--send", "On dit que le pont de Markala est fermé")
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	ref := regexp.MustCompile(`[0-9]{6}`).FindString(out)
	script := filepath.Join(t.TempDir(), "menu.txt")
	must(t, os.WriteFile(script, []byte("> *384*1*1*1#\n< Dites-le en quelques mots, sans nom de personne. Ou:\n< …\n> Le puits serait vide\n< …\n< (end)\n> !dup\n< (same)\n"), 0o600))
	if out, code := s.phone("--from", "66123456", "--script", script); code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	flow, err := flows.Load()
	must(t, err)
	page, status := s.get("/metrics")
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	for _, want := range []string{
		`tinye_messages_total{class="report",repeat="false"} 1`, `tinye_outbox_sent_total{gateway="sim"} 1`,
		`tinye_ussd_screens_total{event="ended",flow="youth",lang="fra",screen="told",version="` + flow.Version() + `"} 1`,
		"tinye_ussd_repeats_total 1", "tinye_storage_commits_total", "tinye_web_request_seconds_count", "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	for _, secret := range []string{"70123456", "66123456", "Markala", "puits", ref, s.cfg.Web.Secret.Reveal()} {
		if strings.Contains(page, secret) || strings.Contains(s.log.String(), secret) {
			t.Errorf("metrics or log show %q", secret)
		}
	}
}

// A message that nobody can read is kept, shown to the desk without digits, and can be handled again.
func TestQuarantineIsDecodedAgain(t *testing.T) {
	h, err := assemble(config.Demo("var", "http://127.0.0.1:1/messages", ""), deps{log: slog.New(slog.DiscardHandler)})
	must(t, err)
	q := quarantined("sim", "mo", "POST", `{"message_id":"1","channel":"sms","from":"70123456","text":"Bonjour"}`)
	inbounds, _, err := h.decode(q)
	if err != nil || len(inbounds) != 1 || inbounds[0].Text != "Bonjour" {
		t.Errorf("%v, %v", inbounds, err)
	}
	q.Gateway = "gone"
	if _, _, err := h.decode(q); err == nil {
		t.Error("a gateway that is no longer there decoded it")
	}
}

// References differ from one start to the next, and rapidly drawn ones from each other.
func TestRandomIsSeeded(t *testing.T) {
	a, b := newRandom(), newRandom()
	if a() == b() {
		t.Error("two starts draw the same references")
	}
}

func TestKannelIsConnected(t *testing.T) {
	cfg := config.Demo("var", "http://127.0.0.1:1/messages", "")
	cfg.Gateways = append(cfg.Gateways, config.Gateway{
		Name: "operator", Type: config.GatewayKannel, Rate: 2, InFlight: 3, Timeout: time.Second,
		Kannel: &config.Kannel{URL: "http://127.0.0.1:13013/cgi-bin/sendsms", Username: "tinye", Password: config.NewSecret("x"), DLRMask: 31},
	})
	all, err := connect(cfg, "")
	must(t, err)
	if len(all.lines) != 2 || all.lines[1].Window != 3 || all.lines[1].PartsPerSecond != 2 || all.mounts[1].Gateway.Name() != "operator" {
		t.Errorf("lines %+v", all.lines)
	}
}

func TestUnlockAfterStopIsRefused(t *testing.T) {
	s := prepare(t)
	s.key("cinq mots sans lien")
	h, err := assemble(newDemo(s.dir, listen(t), listen(t)).cfg, deps{log: slog.New(slog.DiscardHandler)})
	must(t, err)
	h.stopping = true
	h.key, err = seal.ReadMasterKey(h.cfg.Storage.Key)
	must(t, err)
	if err := h.unlock(t.Context(), "cinq mots sans lien"); err == nil || h.open.Load() != nil {
		t.Errorf("opened while stopping: %v", err)
	}
}

func quarantined(gateway, route, method, body string) bot.Quarantined {
	return bot.Quarantined{Gateway: gateway, Route: route, Method: method, Type: "application/json", Body: []byte(body)}
}
