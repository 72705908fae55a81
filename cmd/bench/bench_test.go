package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
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
	for _, mode := range []string{modeNoop, modeParse, modeInbound, modePlain, modeLimits, modeUSSD} {
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
			err := load(t.Context(), loadOptions{
				Mode: mode, Addr: hello.Addr, Connections: 4, Window: 200 * time.Millisecond, Run: 1,
			}, &seen)
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
			if done.load.Complete != done.server.Complete || (done.load.Complete > 0) != (mode == modeUSSD) {
				t.Errorf("%d reports were told to their end, %d are stored", done.load.Complete, done.server.Complete)
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

// TestHops shows that what the load generator types is a report as Africa's Talking would bring it, hop by hop; that no
// session id repeats, and that two connections never share a sender.
func TestHops(t *testing.T) {
	aggregator, err := newAggregator()
	if err != nil {
		t.Fatal(err)
	}
	const connections = 3
	ids, of := make(map[string]bool), make(map[string]int)
	random := rand.New(rand.NewPCG(1, 2))
	for connection := range connections {
		m := newMenus("127.0.0.1:80", 7, connection, connections)
		for n := range 200 {
			var first bot.Inbound
			said := ""
			for hop := range reportHops {
				in := hopOf(t, aggregator, m.next(random, time.Time{}))
				if hop == 0 {
					first = in
				}
				rest, ok := strings.CutPrefix(string(in.Text), said)
				typed := strings.TrimPrefix(rest, "*")
				switch line, _ := strconv.Atoi(typed); hop {
				case 0:
					ok = ok && in.Text == ""
				case 1:
					ok = ok && rest == reportLine
				case 2:
					ok = ok && rest[0] == '*' && line >= 1 && line <= len(menuPlaces())
				case 3:
					ok = ok && rest[0] == '*' && line >= 1 && line <= themes
				default:
					words, found := strings.CutSuffix(typed, " "+strconv.Itoa(n+1)) // no report has the words of another
					ok = ok && found && rest[0] == '*' && slices.Contains(slices.Concat(frenchTyped, bambaraTyped), words)
				}
				if !ok || in.SessionID != first.SessionID || in.Sender != first.Sender || !in.Cumulative || in.To != menuCode {
					t.Fatalf("connection %d, report %d, hop %d: %+v", connection, n, hop, in)
				}
				said = string(in.Text)
				kind := "CON "
				if hop == reportHops-1 {
					kind = "END "
				}
				if ok, err := m.read(strings.NewReader(screenOf(kind+"Merci")), make([]byte, 4096)); !ok || err != nil {
					t.Fatalf("hop %d: %t, %v", hop, ok, err)
				}
			}
			if was, known := of[first.Sender]; ids[first.SessionID] || known && was != connection || m.complete() != n+1 {
				t.Errorf("connection %d, report %d: an id twice, a sender of connection %d, or %d reports", connection, n, was, m.complete())
			}
			ids[first.SessionID], of[first.Sender] = true, connection
		}
	}
}

// hopOf is a request as the adapter hands it over.
func hopOf(t *testing.T, g gateway.Gateway, raw []byte) bot.Inbound {
	t.Helper()
	from := bufio.NewReader(bytes.NewReader(raw))
	req, err := http.ReadRequest(from)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil || from.Buffered() > 0 || req.URL.Path != hopPath {
		t.Fatalf("%s, %d bytes left over, %v", req.URL.Path, from.Buffered(), err)
	}
	route := g.Routes()[0]
	d, err := route.Decode(gateway.Request{Method: req.Method, ContentType: req.Header.Get("Content-Type"), Body: body})
	if err != nil || route.Method != req.Method || !strings.HasSuffix(hopPath, "/"+route.Path) || len(d.Inbounds) != 1 {
		t.Fatalf("%s %s: %v", route.Method, route.Path, err)
	}
	return d.Inbounds[0]
}

func screenOf(text string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + strconv.Itoa(len(text)) + "\r\n\r\n" + text
}

// TestScreens: an answer that is not the expected kind is none, and the next session begins.
func TestScreens(t *testing.T) {
	for name, c := range map[string]struct {
		bytes      string
		last       bool // at a report's last hop
		ok, broken bool
	}{
		"goes on":         {screenOf("CON 1 Gao"), false, true, false},
		"ends early":      {screenOf("END Merci"), false, false, false},
		"ends":            {screenOf("END Merci"), true, true, false},
		"does not end":    {screenOf("CON 1 Gao"), true, false, false},
		"no screen":       {screenOf(""), false, false, false},
		"busy":            {strings.Replace(screenOf("CON x"), "200", "503", 1), false, false, false},
		"cut":             {screenOf("CON 1 Gao")[:40], false, false, true},
		"cut body":        {strings.TrimSuffix(screenOf("CON 1 Gao"), "o"), false, false, true},
		"two":             {screenOf("CON 1 Gao") + screenOf("CON 1 Gao"), false, false, true},
		"no length":       {"HTTP/1.1 200 OK\r\n\r\nCON 1 Gao", false, false, true},
		"negative length": {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", false, false, true},
		"endless":         {screenOf(strings.Repeat("x", 10_000)), false, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMenus("127.0.0.1:80", 1, 0, 1)
			if c.last {
				m.hop = reportHops - 1
			}
			ok, err := m.read(iotest.OneByteReader(strings.NewReader(c.bytes)), make([]byte, 4096))
			if name == "two" {
				ok, err = m.read(strings.NewReader(c.bytes), make([]byte, 4096))
			}
			if ok != c.ok || (err != nil) != c.broken {
				t.Errorf("%t, %v", ok, err)
			}
			if err == nil && (m.hop != 0) != (c.ok && !c.last) {
				t.Errorf("hop %d is next", m.hop)
			}
		})
	}
}

// TestTexts: about 100 characters, or 60 in a menu, and of the language that their sender keeps to.
func TestTexts(t *testing.T) {
	s, err := newService(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lang        bot.Lang
		texts       []string
		least, most int
	}{
		{bot.French, french, 90, 115}, {bot.Bambara, bambara, 90, 115},
		{bot.French, frenchTyped, 55, 65}, {bot.Bambara, bambaraTyped, 55, 65},
	} {
		for i, text := range c.texts {
			if n := utf8.RuneCountInString(text); n < c.least || n > c.most {
				t.Errorf("%s %d has %d characters", c.lang, i, n)
			}
			if got := s.Langs.Detect(text).Lang; got != c.lang {
				t.Errorf("%s %d is taken for %q", c.lang, i, got)
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

// TestImports brings a short list of either kind in over a real socket: everybody on it is in the database.
func TestImports(t *testing.T) {
	for _, workbook := range []bool{false, true} {
		dir, err := os.MkdirTemp("", "tinye-") // short, for the socket
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		var out bytes.Buffer
		o := importOptions{Dir: filepath.Join(dir, "data"), Socket: filepath.Join(dir, "s"), Rows: 1200, Workbook: workbook}
		if err := importList(t.Context(), o, &out); err != nil {
			t.Fatal(err)
		}
		var done imported
		if err := json.Unmarshal(out.Bytes(), &done); err != nil || done.New != 1200 || done.Seconds <= 0 || done.AnonBytes <= 0 {
			t.Errorf("%+v, %v", done, err)
		}
	}
}
