package main

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic/sim"
)

// wire is what sessions are made with in tests: a clock that stands 1.5 s later at each look, and one id.
func wire() ussdSource {
	clock := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	return ussdSource{
		hooks: sim.Hooks{Generic: "http://h/in/s/sim/mo", ATUSSD: "http://h/in/s/at/ussd", ATEvent: "http://h/in/s/at/event"},
		now:   func() time.Time { t := clock; clock = clock.Add(1500 * time.Millisecond); return t },
		newID: func() bot.ID { return bot.ID{0: 0xab, 15: 1} },
	}
}

func begin(t *testing.T, s ussdSource, dialect string) ussdSession {
	t.Helper()
	d, err := s.dialect(dialect)
	must(t, err)
	return d("+22370123456", "*384#")
}

func wantRequest(t *testing.T, what string, got ussdRequest, url, body string) {
	t.Helper()
	if got.url != url || string(got.body) != body {
		t.Errorf("%s: to %s\n got %s\nwant %s (to %s)", what, got.url, got.body, body, url)
	}
}

// Africa's Talking, byte for byte: all that was typed so far, joined with stars, whatever it holds.
func TestATOnTheWire(t *testing.T) {
	const (
		hook = "http://h/in/s/at/ussd"
		head = "networkCode=99999&phoneNumber=%2B22370123456&serviceCode=%2A384%23&sessionId=ATUid_ab000000000000000000000000000001&text="
	)
	s := begin(t, wire(), "at")
	r := s.dial(nil)
	if r.contentType != "application/x-www-form-urlencoded" {
		t.Errorf("content type %q", r.contentType)
	}
	wantRequest(t, "first hop", r, hook, head)
	wantRequest(t, "a choice", s.input("1"), hook, head+"1")
	wantRequest(t, "free text with a star", s.input("3*4 vélos # Gao"), hook, head+"1%2A3%2A4+v%C3%A9los+%23+Gao")
	wantRequest(t, "nothing typed", s.input(""), hook, head+"1%2A3%2A4+v%C3%A9los+%23+Gao%2A")
	wantRequest(t, "after nothing", s.input("0"), hook, head+"1%2A3%2A4+v%C3%A9los+%23+Gao%2A%2A0")

	through := begin(t, wire(), "at")
	wantRequest(t, "dialled through", through.dial([]string{"1", "2"}), hook, head+"1%2A2")
	wantRequest(t, "after that", through.input("9"), hook, head+"1%2A2%2A9")

	empty := begin(t, wire(), "at")
	empty.dial(nil)
	wantRequest(t, "nothing typed first", empty.input(""), hook, head)
	wantRequest(t, "then a choice", empty.input("1"), hook, head+"%2A1")
}

func TestATTellsOfTheEnd(t *testing.T) {
	for how, status := range map[ussdEnd]string{endedByHotline: "Success", endedByCaller: "Incomplete"} {
		s := begin(t, wire(), "at")
		s.dial(nil)
		s.input("1")
		r, ok := s.end(how, ussdAnswer{status: 200, body: []byte("END Merci\nFin")})
		if !ok {
			t.Fatalf("%s: no request", status)
		}
		wantRequest(t, status, r, "http://h/in/s/at/event",
			"cost=XOF+0.00&date=2026-11-21+12%3A00%3A01&durationInMillis=1500&hopsCount=2&input=1&lastAppResponse=END+Merci%0AFin"+
				"&networkCode=99999&phoneNumber=%2B22370123456&serviceCode=%2A384%23&sessionId=ATUid_ab000000000000000000000000000001&status="+status)
	}
	mute := wire()
	mute.hooks.ATEvent = ""
	if _, ok := begin(t, mute, "at").end(endedByCaller, ussdAnswer{}); ok {
		t.Error("a request to nowhere")
	}
}

// The generic dialect, byte for byte: the last input alone, and the hop's number.
func TestGenericOnTheWire(t *testing.T) {
	const (
		hook = "http://h/in/s/sim/mo"
		id   = "ab000000-0000-0000-0000-000000000001"
	)
	body := func(hop, event, text, at string) string {
		return `{"message_id":"` + id + `-` + hop + `","channel":"ussd","session_id":"` + id + `","hop":"` + hop + `","event":"` + event +
			`","from":"+22370123456","to":"*384#","text":"` + text + `","sent_at":"2026-11-21T12:00:` + at + `Z"}`
	}
	s := begin(t, wire(), "generic")
	r := s.dial(nil)
	if r.contentType != "application/json" {
		t.Errorf("content type %q", r.contentType)
	}
	wantRequest(t, "first hop", r, hook, body("1", "begin", "*384#", "00"))
	wantRequest(t, "a choice", s.input("1"), hook, body("2", "input", "1", "01.5"))
	wantRequest(t, "free text with a star", s.input("3*4 vélos"), hook, body("3", "input", "3*4 vélos", "03"))
	end, ok := s.end(endedByCaller, ussdAnswer{})
	if !ok {
		t.Error("nobody tells that the caller hung up")
	}
	wantRequest(t, "hung up", end, hook, body("4", "end", "", "04.5"))
	if _, ok := s.end(endedByHotline, ussdAnswer{}); ok {
		t.Error("the hotline is told of the end that it made")
	}
	wantRequest(t, "dialled through", begin(t, wire(), "generic").dial([]string{"1", "2"}), hook, body("1", "begin", "*384*1*2#", "00"))
}

func TestScreensAreRead(t *testing.T) {
	for _, c := range []struct {
		dialect, body string
		want          ussdScreen
		fails         bool
	}{
		{"at", "CON TINYE\n1 Signaler", ussdScreen{text: "TINYE\n1 Signaler"}, false},
		{"at", "END  Merci\n", ussdScreen{text: " Merci\n", end: true}, false},
		{"at", "CONTINUE", ussdScreen{}, true},
		{"at", "END", ussdScreen{}, true},
		{"at", "con Merci", ussdScreen{}, true},
		{"at", "", ussdScreen{}, true},
		{"generic", `{"text":"TINYE\n1 Signaler","action":"continue"}`, ussdScreen{text: "TINYE\n1 Signaler"}, false},
		{"generic", `{"text":"Merci","action":"end"}`, ussdScreen{text: "Merci", end: true}, false},
		{"generic", `{"status":"stored"}`, ussdScreen{}, true},
		{"generic", `CON TINYE`, ussdScreen{}, true},
	} {
		got, err := begin(t, wire(), c.dialect).read(ussdAnswer{status: 200, body: []byte(c.body)})
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s %q: %+v, %v", c.dialect, c.body, got, err)
		}
	}
}

func TestDialectNeedsAnAddress(t *testing.T) {
	s := wire()
	s.hooks = sim.Hooks{Generic: "http://h/in/s/sim/mo"}
	if _, err := s.dialect("at"); err == nil {
		t.Error("at without an address")
	}
	if _, err := s.dialect("generic"); err != nil {
		t.Error(err)
	}
}

// What is dialled has the service's code in front: its first number, unless the code is known to be longer.
func TestDialledThrough(t *testing.T) {
	for _, c := range []struct {
		code, dialled, want string
		through             int
	}{
		{"", "*384#", "*384#", 0},
		{"", "*384*1*2#", "*384#", 2},
		{"*384*1234#", "*384*1234#", "*384*1234#", 0},
		{"*384*1234#", "*384*1234*1#", "*384*1234#", 1},
		{"*384*1234#", "*384*12345#", "*384#", 1},
		{"*384#", "*360*1#", "*360#", 1},
	} {
		p := ussdPhone{code: c.code}
		code, through := p.split(c.dialled)
		if code != c.want || len(through) != c.through {
			t.Errorf("%s at a service with %q: %s and %q", c.dialled, c.code, code, through)
		}
	}
}
