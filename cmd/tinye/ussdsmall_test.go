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
