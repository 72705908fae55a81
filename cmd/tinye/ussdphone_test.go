package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinye/bot"
)

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
