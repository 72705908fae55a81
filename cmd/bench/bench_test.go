package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/gateway"
)

// TestModes runs each mode for a moment over real connections: every request that was answered is in the database.
func TestModes(t *testing.T) {
	filled := t.TempDir()
	if err := fill(t.Context(), fillOptions{Dir: filled, Messages: 300}); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []string{modeNoop, modeParse, modeInbound, modePlain, modeLimits} {
		t.Run(mode, func(t *testing.T) {
			o := serveOptions{Mode: mode, Dir: t.TempDir()}
			if err := os.CopyFS(o.Dir, os.DirFS(filled)); err != nil {
				t.Fatal(err)
			}
			stdin, stop := io.Pipe()
			stdout, out := io.Pipe()
			served := make(chan error, 1)
			go func() { served <- serve(context.Background(), o, stdin, out) }()
			lines := json.NewDecoder(stdout)
			var hello greeting
			if err := lines.Decode(&hello); err != nil {
				t.Fatal(err)
			}
			var seen bytes.Buffer
			err := load(t.Context(), loadOptions{Addr: hello.Addr, Connections: 4, Window: 200 * time.Millisecond, Run: 1}, &seen)
			if err != nil {
				t.Fatal(err)
			}
			stop.Close()
			var done outcome
			if err := lines.Decode(&done.server); err != nil {
				t.Fatal(err)
			}
			if err := <-served; err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(seen.Bytes(), &done.load); err != nil {
				t.Fatal(err)
			}
			if done.load.Answered == 0 || done.load.Answered != done.server.Handled || done.load.Others != 0 {
				t.Errorf("answered %d, otherwise %d, handled %d", done.load.Answered, done.load.Others, done.server.Handled)
			}
			if done.load.InWindow > done.load.Answered || done.load.P50 <= 0 || done.load.P99 < done.load.P50 {
				t.Errorf("%+v", done.load)
			}
		})
	}
}

// TestRequests shows that what the load generator writes is what Kannel would, and ids do not repeat.
func TestRequests(t *testing.T) {
	carrier, err := newCarrier()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	r := newRequests("127.0.0.1:80", 7, 255)
	ids := make(map[string]bool)
	for _, sender := range []int{0, 1, senders - 1} {
		for n := range uint32(len(french)) {
			text := textOf(sender, n)
			req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.next(sender, text, at))))
			if err != nil {
				t.Fatal(err)
			}
			if req.URL.Path != moPath || req.Host != "127.0.0.1:80" {
				t.Fatalf("%s on %s", req.URL.Path, req.Host)
			}
			d, err := carrier.Routes()[0].Decode(gateway.Request{Method: req.Method, Query: req.URL.Query()})
			if err != nil {
				t.Fatal(err)
			}
			id := d.Inbounds[0].ExternalID
			if len(d.Inbounds) != 1 || d.Inbounds[0] != inbound(sender, text, id, at) || len(id) != 36 || ids[id] {
				t.Errorf("sender %d, text %d: not the message meant, or a repeated id", sender, n)
			}
			ids[id] = true
		}
	}
}

// TestTexts: about 100 characters, and of the language that their sender keeps to.
func TestTexts(t *testing.T) {
	s, err := newService(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for lang, texts := range map[bot.Lang][]string{bot.French: french, bot.Bambara: bambara} {
		for i, text := range texts {
			if n := utf8.RuneCountInString(text); n < 90 || n > 115 {
				t.Errorf("%s %d has %d characters", lang, i, n)
			}
			if got := s.Langs.Detect(text).Lang; got != lang {
				t.Errorf("%s %d is taken for %q", lang, i, got)
			}
		}
	}
}

func TestAnswer(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n"
	for name, c := range map[string]struct {
		bytes  string
		status int // 0: an error
	}{
		"ok":        {ok, 200},
		"busy":      {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", 503},
		"cut":       {ok[:30], 0},
		"with body": {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\r\n\r\n", 0},
		"not http":  {"200\r\n\r\n", 0},
		"endless":   {strings.Repeat("x", 10_000), 0},
	} {
		t.Run(name, func(t *testing.T) {
			status, err := answer(strings.NewReader(c.bytes), make([]byte, 4096))
			if status != c.status || (err != nil) != (c.status == 0) {
				t.Errorf("got %d, %v", status, err)
			}
		})
	}
}

// TestQuantile: the histogram's quantiles are those of the values, to 3 %.
func TestQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 1<<longest-1), 1, 200).Draw(t, "µs")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		var h, half histogram
		for i, v := range values {
			to := &h
			if i%2 == 0 {
				to = &half
			}
			to.add(time.Duration(v) * time.Microsecond)
		}
		h.merge(&half)
		slices.Sort(values)
		want := float64(values[min(int(q*float64(len(values))), len(values)-1)]) / 1000
		if got := h.quantile(q); got < want*.97-1e-9 || got > want*1.03+1e-9 {
			t.Errorf("quantile %v of %v: %v, want %v", q, values, got, want)
		}
	})
}

func TestFigures(t *testing.T) {
	f := medians([]figures{
		{"inbound_c1_rps": 10, "plain_c1_rps": 20, "bytes_per_message": 900},
		{"inbound_c1_rps": 30, "plain_c1_rps": 20},
		{"inbound_c1_rps": 20, "plain_c1_rps": 50},
	})
	f.derive()
	if f["inbound_c1_rps"] != 20 || f["inbound_c1_vs_plain"] != 1 {
		t.Errorf("%v", f)
	}
	f["inbound_c256_vs_plain"] = 4.9
	var out strings.Builder
	f.print(&out)
	for _, line := range strings.Split(out.String(), "\n") {
		name, _, _ := strings.Cut(line, " ")
		missed := strings.Contains(line, "MISSED")
		if missed != (name == "inbound_c256_vs_plain") {
			t.Errorf("%s", line)
		}
	}
}
