package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tinye/bot"
	"tinye/bot/gateway/generic/sim"
)

// small is a hotline with three screens, behind a carrier with both dialects. It keeps to the rules of the real one: a hop
// that comes again is answered as before, and each session's telling is counted once.
type small struct {
	t       *testing.T
	carrier string
	hook    string

	mu       sync.Mutex
	sessions map[string]*smallSession
	hops     []string // session id and hop, as often as they came
	ends     []string // how the carrier told of ends
	told     []string
	forget   bool // repeats get another answer: what a broken hotline does
	broken   bool // it answers 500
}

type smallSession struct {
	screen  string
	said    string // cumulative dialects
	answers map[string][]byte
}

func startSmall(t *testing.T) *small {
	t.Helper()
	h := &small{t: t, sessions: make(map[string]*smallSession)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in/s/sim/mo", h.generic)
	mux.HandleFunc("POST /in/s/sim/dlr", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /in/s/at/ussd", h.at)
	mux.HandleFunc("POST /in/s/at/event", h.event)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	h.hook = web.URL + "/in/s"
	c, err := sim.New(sim.Config{
		Token: "t", Callback: h.hook + "/sim", NewID: newID, AT: &sim.AT{Key: "k", Callback: h.hook + "/at"},
	})
	must(t, err)
	carrier := httptest.NewServer(c)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		carrier.Close()
		must(t, <-ended)
	})
	h.carrier = carrier.URL
	return h
}

func (h *small) generic(w http.ResponseWriter, r *http.Request) {
	var m struct {
		Channel, From, Text, Event, Hop string
		SessionID                       string `json:"session_id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		h.t.Errorf("mo: %v", err)
	}
	switch {
	case m.Channel == "sms":
		h.reply(m.From, m.Text)
	case m.Event == "end":
		h.mu.Lock()
		defer h.mu.Unlock()
		h.ends = append(h.ends, "end")
	default:
		h.answer(w, m.SessionID, m.Hop, func(*smallSession) []string { return []string{m.Text} }, func(text, end string) []byte {
			action := map[string]string{"CON": "continue", "END": "end"}[end]
			b, err := json.Marshal(map[string]string{"text": text, "action": action})
			h.check(err)
			return b
		})
	}
}

func (h *small) at(w http.ResponseWriter, r *http.Request) {
	h.check(r.ParseForm())
	text := r.PostForm.Get("text")
	h.answer(w, r.PostForm.Get("sessionId"), text, func(s *smallSession) []string {
		input := strings.TrimPrefix(strings.TrimPrefix(text, s.said), "*")
		first := s.screen == ""
		s.said = text
		if first && text != "" {
			return append([]string{"dial"}, strings.Split(text, "*")...)
		}
		return []string{input}
	}, func(text, end string) []byte { return []byte(end + " " + text) })
}

func (h *small) event(_ http.ResponseWriter, r *http.Request) {
	h.check(r.ParseForm())
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ends = append(h.ends, r.PostForm.Get("status")+" "+r.PostForm.Get("hopsCount"))
}

// answer takes the inputs of a hop and writes what the dialect makes of the screen.
func (h *small) answer(w http.ResponseWriter, id, hop string, inputs func(*smallSession) []string, write func(text, end string) []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h.hops = append(h.hops, hop)
	s := h.sessions[id]
	if s == nil {
		s = &smallSession{answers: make(map[string][]byte)}
		h.sessions[id] = s
	}
	if answer, ok := s.answers[hop]; ok && !h.forget {
		_, _ = w.Write(answer)
		return
	}
	for _, input := range inputs(s) {
		h.step(s, input)
	}
	text, end := map[string]string{
		"home":  "TINYE\n1 Signaler\n2 Aide",
		"words": "Dites-le en quelques mots:\n0 Retour",
		"help":  "Danger: 17\n\n0 Retour",
		"told":  "Merci. Référence 48291" + fmt.Sprint(len(h.told)) + ".\nNe relayez pas.",
	}[s.screen], "CON"
	if s.screen == "told" {
		end = "END"
	}
	s.answers[hop] = write(text, end)
	_, _ = w.Write(s.answers[hop])
}

func (h *small) step(s *smallSession, input string) {
	switch {
	case s.screen == "": // whatever dials
		s.screen = "home"
		if _, through, ok := strings.Cut(strings.TrimPrefix(input, "*384"), "*"); ok {
			for part := range strings.SplitSeq(strings.TrimSuffix(through, "#"), "*") {
				h.step(s, part)
			}
		}
	case input == "0":
		s.screen = "home"
	case s.screen == "home" && input == "1":
		s.screen = "words"
	case s.screen == "home" && input == "2":
		s.screen = "help"
	case s.screen == "words":
		h.told = append(h.told, input)
		s.screen = "told"
	}
}

// reply sends an SMS back, as the hotline's queue does.
func (h *small) reply(to, text string) {
	body, err := json.Marshal(map[string]string{"id": newID().String(), "to": to, "text": "TINYE 482911: reçu " + text})
	h.check(err)
	req, err := http.NewRequest(http.MethodPost, h.carrier+"/messages", bytes.NewReader(body))
	h.check(err)
	req.Header.Set("Authorization", "Bearer t")
	resp, err := http.DefaultClient.Do(req)
	h.check(err)
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusAccepted {
		h.t.Errorf("the carrier answers %d: %v", resp.StatusCode, err)
	}
}

// check is must for where a test may not end: in a handler.
func (h *small) check(err error) {
	if err != nil {
		h.t.Error(err)
	}
}

// saw is what the hotline has seen so far.
func (h *small) saw() (hops, ends, told []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.hops), slices.Clone(h.ends), slices.Clone(h.told)
}

// breaks makes the hotline a broken one.
func (h *small) breaks(how *bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*how = true
}

func (h *small) phone(args ...string) (string, int) {
	return tinyeRun(append([]string{"phone", "--carrier", h.carrier, "--from", "70123456", "--wait", "2s", "--quiet", "100ms"}, args...)...)
}

func (h *small) script(dialect, text string) (string, int) {
	h.t.Helper()
	file := filepath.Join(h.t.TempDir(), "script.txt")
	must(h.t, os.WriteFile(file, []byte(text), 0o600))
	return h.phone("--dialect", dialect, "--script", file)
}

// dialectNames are the dialects of tinye phone.
func dialectNames() []string { return []string{"generic", "at"} }

// dialling is a phone on the small hotline.
func (h *small) dialling(t *testing.T, dialect string) *ussdPhone {
	t.Helper()
	c := phoneCmd{Carrier: h.carrier, Dialect: dialect}
	p, err := c.dials(t.Context(), bot.Address{Value: "+22370123456"})
	must(t, err)
	return p
}

func do(t *testing.T, p *ussdPhone, line string) ussdResult {
	t.Helper()
	r, err := p.do(t.Context(), line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return r
}

func shows(t *testing.T, p *ussdPhone, line, want string) {
	t.Helper()
	r := do(t, p, line)
	if r.screen == nil || !strings.HasPrefix(r.screen.text, want) || r.lost || r.repeated {
		t.Fatalf("%s leads to %+v, want the screen %q", line, r, want)
	}
}

// A report over both dialects, and what is told of its end.
func TestAReportByUSSD(t *testing.T) {
	for dialect, ends := range map[string]string{"generic": "", "at": "Success 3"} {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			p := h.dialling(t, dialect)
			shows(t, p, "*384#", "TINYE\n1 Signaler")
			shows(t, p, "1", "Dites-le")
			shows(t, p, "le prix est de 3*4 = 12*", "Merci")
			if p.session != nil {
				t.Error("the session is still open")
			}
			_, ended, told := h.saw()
			if got := strings.Join(told, "|"); got != "le prix est de 3*4 = 12*" {
				t.Errorf("told %q", got)
			}
			if got := strings.Join(ended, "|"); got != ends {
				t.Errorf("ends told: %q, want %q", got, ends)
			}
			if _, err := p.do(t.Context(), "1"); err == nil {
				t.Error("something was typed into a session that is over")
			}
			shows(t, p, "!dial *384*1#", "Dites-le")
			shows(t, p, "!dial", "Dites-le")
			shows(t, p, "*384*2#", "Danger: 17")
		})
	}
}

// The button !dup brings the last hop again, !late the one before it; the phone stays where it is.
func TestHopsComeAgain(t *testing.T) {
	for _, dialect := range dialectNames() {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			p := h.dialling(t, dialect)
			for _, button := range []string{"!dup", "!late"} {
				if _, err := p.do(t.Context(), button); err == nil {
					t.Errorf("%s before a hop", button)
				}
			}
			shows(t, p, "*384#", "TINYE")
			shows(t, p, "1", "Dites-le")
			for button, want := range map[string]string{"!dup": "Dites-le", "!late": "TINYE"} {
				r := do(t, p, button)
				if !r.repeated || !r.same || !strings.HasPrefix(r.screen.text, want) {
					t.Errorf("%s: %+v", button, r)
				}
				hops, _, _ := h.saw()
				if got, want := hops[len(hops)-1], hops[map[string]int{"!dup": 1, "!late": 0}[button]]; got != want {
					t.Errorf("%s brings hop %q, want %q", button, got, want)
				}
			}
			shows(t, p, "le pont est coupé", "Merci")
			r := do(t, p, "!dup")
			if _, _, told := h.saw(); !r.same || len(told) != 1 {
				t.Errorf("after the end: %+v, told %q", r, told)
			}
			h.breaks(&h.forget)
			if r := do(t, p, "!late"); !r.repeated || r.same {
				t.Errorf("another answer passes for the same: %+v", r)
			}
		})
	}
}

// The button !drop loses an answer and the session, and nobody tells of it; the hop has arrived.
func TestAnswerIsLost(t *testing.T) {
	for _, dialect := range dialectNames() {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			p := h.dialling(t, dialect)
			shows(t, p, "*384*1#", "Dites-le")
			do(t, p, "!drop")
			if r := do(t, p, "le pont est coupé"); !r.lost || r.screen != nil || p.session != nil {
				t.Errorf("%+v, session open: %v", r, p.session != nil)
			}
			if _, ends, told := h.saw(); len(told) != 1 || len(ends) != 0 {
				t.Errorf("told %q, ends %q", told, ends)
			}
			r := do(t, p, "!dup")
			if _, _, told := h.saw(); !r.same || len(told) != 1 {
				t.Errorf("the lost answer, again: %+v, told %q", r, told)
			}
			shows(t, p, "!dial", "Dites-le") // one answer is lost, not all that follow
		})
	}
}

// The button !lost loses a hop: the hotline never hears of it, and the next hop follows it.
func TestHopIsLost(t *testing.T) {
	for dialect, next := range map[string]string{"generic": "3", "at": "2*0"} {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			p := h.dialling(t, dialect)
			shows(t, p, "*384#", "TINYE")
			do(t, p, "!lost")
			if r := do(t, p, "2"); !r.lost || r.screen != nil || p.session == nil {
				t.Errorf("%+v, session open: %v", r, p.session != nil)
			}
			if hops, _, _ := h.saw(); len(hops) != 1 {
				t.Errorf("hops %q", hops)
			}
			do(t, p, "0")
			hops, _, _ := h.saw()
			if got := hops[len(hops)-1]; got != next {
				t.Errorf("the next hop is %q, want %q", got, next)
			}
			do(t, p, "!lost")
			if r := do(t, p, "*384#"); !r.lost || p.session != nil {
				t.Errorf("a lost call: %+v, session open: %v", r, p.session != nil)
			}
		})
	}
}

func TestHangUp(t *testing.T) {
	for dialect, told := range map[string]string{"generic": "end", "at": "Incomplete 1"} {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			p := h.dialling(t, dialect)
			if _, err := p.do(t.Context(), "!hang"); err == nil {
				t.Error("hung up without a session")
			}
			shows(t, p, "*384#", "TINYE")
			do(t, p, "!hang")
			_, ends, _ := h.saw()
			if got := strings.Join(ends, "|"); got != told || p.session != nil {
				t.Errorf("told %q, want %q; session open: %v", got, told, p.session != nil)
			}
		})
	}
}

// A hotline that answers no screen ends the session, and what is said of it does not hold the secret address.
func TestNoScreen(t *testing.T) {
	for _, dialect := range dialectNames() {
		h := startSmall(t)
		p := h.dialling(t, dialect)
		shows(t, p, "*384#", "TINYE")
		h.breaks(&h.broken)
		if _, err := p.do(t.Context(), "1"); err == nil || !strings.Contains(err.Error(), "500") || p.session != nil {
			t.Errorf("%s: %v, session open: %v", dialect, err, p.session != nil)
		}
		nobody := listen(t)
		must(t, nobody.Close())
		c := phoneCmd{Hook: "http://" + nobody.Addr().String() + "/in/SECRET/at/ussd", Dialect: dialect}
		p, err := c.dials(t.Context(), bot.Address{Value: "+22370123456"})
		must(t, err)
		if _, err := p.do(t.Context(), "*384#"); err == nil || strings.Contains(err.Error(), "SECRET") || !strings.Contains(err.Error(), nobody.Addr().String()) {
			t.Errorf("nobody there: %v", err)
		}
	}
}

// A real site on the LAN is known by its addresses alone.
func TestHooksOfARealSite(t *testing.T) {
	h := startSmall(t)
	file := filepath.Join(t.TempDir(), "script.txt")
	must(t, os.WriteFile(file, []byte("> *384#\n< TINYE\n< …\n> !hang\n"), 0o600))
	args := []string{"phone", "--from", "70123456", "--dialect", "at", "--script", file}
	if out, code := tinyeRun(append(args, "--hook", h.hook+"/at/ussd", "--event-hook", h.hook+"/at/event")...); code != 0 {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if _, ends, _ := h.saw(); strings.Join(ends, "|") != "Incomplete 1" {
		t.Errorf("ends told: %q", ends)
	}
	if out, code := tinyeRun(append(args, "--hook", h.hook+"/at/ussd", "--event-hook", h.hook+"/at/nowhere")...); code != 1 || !strings.Contains(out, "answered 404 when it was told of the end") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun(append(args, "--hook", "10.0.0.7")...); code != 1 || !strings.Contains(out, "--hook must be an http address") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	must(t, os.WriteFile(file, []byte("> bonjour\n"), 0o600))
	if out, code := tinyeRun(append(args, "--hook", h.hook+"/at/ussd")...); code != 1 || !strings.Contains(out, "no carrier for SMS") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

// A whole conversation in the terminal: screens in their frame, SMS between them, and every button.
func TestTalkByUSSD(t *testing.T) {
	for _, dialect := range dialectNames() {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			number, err := phoneNumber("70123456")
			must(t, err)
			var out output
			typed := newTyping()
			c := phoneCmd{Carrier: h.carrier, Dialect: dialect, USSD: "*384#"}
			ended := make(chan error, 1)
			go func() { ended <- c.dial(t.Context(), streams{in: typed, out: &out, err: &out}, number) }()
			seen := 0
			sees := func(want string) {
				t.Helper()
				eventually(t, func() error { return contains(out.String()[seen:], want) })
				seen += strings.Index(out.String()[seen:], want) + len(want)
			}
			types := func(line, want string) {
				t.Helper()
				typed.lines <- line + "\n"
				sees(want)
			}
			sees("" +
				"+--------------------------------+\n" +
				"| TINYE                          |\n" +
				"| 1 Signaler                     |\n" +
				"| 2 Aide                         |\n" +
				"+------------------------ 23/160 +\n> ")
			types("2", "| Danger: 17                     |\n|                                |\n| 0 Retour                       |\n")
			types("!dup", "the same, byte for byte")
			types("!late", "the same, byte for byte")
			types("!sms le puits", "< TINYE 482911: reçu le puits\n> ")
			types("!help", "the next hop never reaches the hotline")
			types("!what", "there is no button !what")
			types("!lost", "The next hop will be lost.")
			types("0", "The session is still open.")
			types("!hang", "The session is over.")
			types("1", "No session is open.")
			types("!dial *384*1#", "Dites-le")
			types("!drop", "will be lost")
			types("le pont est coupé", "Network error. The session is gone")
			types("!dial", "Dites-le")
			types("le pont est coupé", "Merci. Référence 482912.")
			sees("The session is over. !dial dials again.\n> ")
			close(typed.lines)
			must(t, <-ended)
		})
	}
}

// What one typed cannot be a code, and what the phone cannot do is said.
func TestUSSDFlags(t *testing.T) {
	h := startSmall(t)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--ussd", "384"}, 1, "--ussd needs a code"},
		{[]string{"--ussd", "*384#", "--code", "384"}, 1, "--code needs a code"},
		{[]string{"--ussd", "*384#", "--send", "bonjour"}, exitConfig, "--ussd"},
		{[]string{"--ussd", "*384#", "--dialect", "orange"}, exitConfig, "--dialect"},
	} {
		if out, code := h.phone(c.args...); code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%q: exit %d:\n%s", c.args, code, out)
		}
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	if out, code := tinyeRun("phone", "--from", "70123456", "--carrier", other.URL, "--ussd", "*384#"); code != 1 || !strings.Contains(out, "is not the demo's carrier") {
		t.Errorf("another server: exit %d:\n%s", code, out)
	}
}

// A screen is drawn whole, however long its words are, and its size is the network's.
func TestFrame(t *testing.T) {
	s := ussdScreen{text: "Dites-le en quelques mots, ou 1 pour l'écrire\n" + strings.Repeat("x", 35) + "\nŋ"}
	want := "" +
		"+--------------------------------+\n" +
		"| Dites-le en quelques mots, ou  |\n" +
		"| 1 pour l'écrire                |\n" +
		"| xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx |\n" +
		"| xxxxx                          |\n" +
		"| ŋ                              |\n" +
		"+------------------------- 83/70 +\n"
	if got := s.frame(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := (ussdScreen{text: "[1] €"}).size(); got != "8/160" {
		t.Errorf("size %s", got)
	}
}
