package gatewaytest

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
)

// Dialect is how a carrier brings the hops of a session.
type Dialect struct {
	// New makes the adapter under a name.
	New func(t testing.TB, name string) gateway.Gateway
	// Hop is the request of a hop.
	Hop func(Hop) Call
	// End is the request that tells of a session's end; nil where the carrier says nothing of it.
	End func(Hop) Call
	// Read takes a screen out of an answer; ok is false where there is none to show.
	Read func(status int, body []byte) (screen string, end, ok bool)
	// Late tells whether the carrier's words tell a hop that comes again after another one from a new hop.
	Late bool
	// Cumulative tells whether a hop repeats all that was typed before.
	Cumulative bool
}

// Hop is one hop of a session, whatever its carrier makes of it.
type Hop struct {
	Session string
	Caller  string // an international number
	Code    string // as it is dialled, such as *384#
	Inputs  []string
	Number  int  // 1 = the first, whose inputs were dialled behind the code
	Use     int  // sessions that had the same id before
	More    bool // with fields that nobody knows
	Less    bool // without the fields that may be missing
}

// Last is the input of this hop, "" for the first.
func (h Hop) Last() string {
	if h.Number == 1 || len(h.Inputs) == 0 {
		return ""
	}
	return h.Inputs[len(h.Inputs)-1]
}

// Dialled is the code with the inputs that were dialled behind it: *384*1*2#.
func (h Hop) Dialled() string {
	return strings.Join(append([]string{strings.TrimSuffix(h.Code, "#")}, h.Inputs...), "*") + "#"
}

// Call is a request of the carrier, POSTed to a route of its gateway.
type Call struct{ Path, ContentType, Body string }

// HopFault is what can be wrong with the hotline behind an adapter.
type HopFault string

// Faults. All but the panics last until they are mended; a panic comes once, at the next hop.
const (
	StoreFull   HopFault = "full"   // everything is refused when it is to be written
	StoreStuck  HopFault = "stuck"  // nothing begins to be written
	StoreSlow   HopFault = "slow"   // what is written is not known to be written
	PanicInside HopFault = "inside" // while the hop is being written
	PanicBefore HopFault = "before" // while it is only looked at
)

// Rig is a whole hotline with adapters in front of it, for the cases of RunHops. Its site has four places, of which the
// first two are Gao and Mopti, and speaks French and Bambara. Its clock stands still but for Wait and Pass.
type Rig interface {
	// Post brings a request of the carrier and gives the answer. It may be called by several at once.
	Post(gateway string, c Call) (status int, answer []byte, err error)
	// Wait lets time go by, and what time alone brings about.
	Wait(time.Duration)
	// Pass lets time go by before anything is done about it.
	Pass(time.Duration)
	// Restart ends the hotline as a stop does and begins it again on the same files.
	Restart()
	// ChangeMenus begins it again with another version of the menus, which ask the same.
	ChangeMenus()
	// Break makes something fail until mend is called.
	Break(HopFault) (mend func())
	// Told are the reports of a number, the oldest first.
	Told(caller string) []Telling
	// Draft is the report that a number has begun.
	Draft(caller string) (bot.Draft, bool)
	// Quarantined is how many requests are in quarantine and not done.
	Quarantined() int
	// Retry handles all that is in quarantine again.
	Retry()
	// Says is a sentence of the menus as it travels.
	Says(key string, l bot.Lang) string
	// Fits tells whether a screen goes onto one page of a gateway and is in wire form.
	Fits(gateway, screen string) bool
}

// Telling is one report with its words.
type Telling struct {
	Text  string
	Place bot.PlaceCode
	Theme bot.Theme
	Ref   bot.Ref
}

// NewRig starts a hotline that gives each request so much time at most; 0 = as long as outside of tests.
type NewRig func(t testing.TB, timeout time.Duration, gateways ...gateway.Gateway) Rig

// RunHops holds an adapter and the hotline behind it to what a caller may rely on, whatever a network does to a session.
func RunHops(t *testing.T, d Dialect, newRig NewRig) {
	t.Helper()
	for _, list := range [][]hopCase{wordCases(), repeatCases(), sessionCases(), faultCases()} {
		for _, c := range list {
			if c.late && !d.Late || c.cumulative && !d.Cumulative || c.ends && d.End == nil {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				t.Parallel() // each has files and a clock of its own, and mostly waits for the disk
				line := &line{t: t, dialect: d}
				gateways := []gateway.Gateway{d.New(t, "line-1"), d.New(t, "line-2")}
				line.Rig = newRig(t, c.timeout, gateways...)
				c.run(line)
			})
		}
	}
}

// hopCase is one case; its name says what the caller notices.
type hopCase struct {
	name       string
	timeout    time.Duration
	late       bool // only where Dialect.Late is true
	cumulative bool // only where Dialect.Cumulative is true
	ends       bool // only where there is Dialect.End
	run        func(*line)
}

// What the cases are played with. The rumour has letters that GSM-7 lacks.
const (
	hopCode   = "*384#"
	hopCaller = "+22370123456"
	elseone   = "+22366123456"
	rumourIn  = "Le pont de Gao est coupé, tiɲɛ wa?"
)

// reading is how long somebody reads a screen at least.
const reading = 3 * time.Second

// idle is longer than a session waits for its caller.
const idle = 10 * time.Minute

// toTell are the inputs from the first screen to the one that takes words: report, first place, first theme.
func toTell() []string { return []string{"1", "1", "1"} }

// line is a hotline, and the dialect in which sessions reach it.
type line struct {
	Rig
	t       *testing.T
	dialect Dialect
	phones  int
}

// shown is what a phone shows.
type shown struct {
	screen string
	end    bool
	raw    []byte
}

// phone is one session of a caller.
type phone struct {
	*line
	gateway string
	hop     Hop   // the latest
	hops    []Hop // all that were sent
	answers []shown
}

// phone gives somebody a phone on which nothing was dialled yet.
func (l *line) phone(caller string) *phone {
	l.phones++
	return &phone{line: l, gateway: "line-1", hop: Hop{Session: "session-" + string(rune('a'+l.phones)), Caller: caller, Code: hopCode}}
}

// dial begins a session, with inputs behind the code.
func (p *phone) dial(through ...string) shown {
	p.t.Helper()
	p.hop.Number, p.hop.Inputs = 1, through
	return p.next()
}

// press answers the screen with each input, one after the other, and gives the last screen.
func (p *phone) press(inputs ...string) shown {
	p.t.Helper()
	var s shown
	for _, in := range inputs {
		p.lose(in)
		s = p.next()
	}
	return s
}

// lose is an input that the network swallows. Nobody reads a screen and answers it in no time; where the carrier tells no
// hop from another, time alone does.
func (p *phone) lose(input string) {
	if !p.dialect.Late {
		p.Wait(reading)
	}
	p.hop.Number++
	p.hop.Inputs = append(slices.Clone(p.hop.Inputs), input)
}

// next sends the latest hop and keeps what it is answered with.
func (p *phone) next() shown {
	p.t.Helper()
	s := p.send(p.hop)
	p.hops, p.answers = append(p.hops, p.hop), append(p.answers, s)
	return s
}

// send sends a hop; its answer must be a screen that can be shown.
func (p *phone) send(h Hop) shown {
	p.t.Helper()
	status, body, err := p.Post(p.gateway, p.dialect.Hop(h))
	if err != nil {
		p.t.Fatalf("hop %d: %v", h.Number, err)
	}
	screen, end, ok := p.dialect.Read(status, body)
	if !ok {
		p.t.Fatalf("hop %d is answered with %d %q, which is no screen", h.Number, status, body)
	}
	if strings.TrimSpace(screen) == "" || !p.Fits(p.gateway, screen) {
		p.t.Errorf("hop %d: the screen %q is empty, over its page or not in wire form", h.Number, screen)
	}
	return shown{screen, end, body}
}

// hangUp is the carrier's word that the session is over, where it has one.
func (p *phone) hangUp() {
	p.t.Helper()
	if p.dialect.End == nil {
		return
	}
	h := p.hop
	h.Number++
	if status, body, err := p.Post(p.gateway, p.dialect.End(h)); err != nil || status != 200 {
		p.t.Errorf("the end of a session is answered with %d %q, %v", status, body, err)
	}
}

// same sends a hop that was sent before, which must be answered with the same bytes.
func (p *phone) same(n int) {
	p.t.Helper()
	if got := p.send(p.hops[n]); !bytes.Equal(got.raw, p.answers[n].raw) {
		p.t.Errorf("hop %d again: %q, was %q", n+1, got.raw, p.answers[n].raw)
	}
}

// crowd sends the latest hop so many times at once; all must be answered with the same bytes.
func (p *phone) crowd(n int) shown {
	p.t.Helper()
	call := p.dialect.Hop(p.hop)
	bodies, status, errs := make([][]byte, n), make([]int, n), make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { status[i], bodies[i], errs[i] = p.Post(p.gateway, call) })
	}
	group.Wait()
	for i := range n {
		if errs[i] != nil || !bytes.Equal(bodies[i], bodies[0]) || status[i] != status[0] {
			p.t.Fatalf("hop %d, sent %d times at once, is answered with %q and %q (%v)", p.hop.Number, n, bodies[0], bodies[i], errs[i])
		}
	}
	screen, end, ok := p.dialect.Read(status[0], bodies[0])
	if !ok {
		p.t.Fatalf("hop %d is answered with %d %q, which is no screen", p.hop.Number, status[0], bodies[0])
	}
	s := shown{screen, end, bodies[0]}
	p.hops, p.answers = append(p.hops, p.hop), append(p.answers, s)
	return s
}

// goesOn fails where a screen ends the session.
func (l *line) goesOn(s shown) {
	l.t.Helper()
	if s.end {
		l.t.Fatalf("the session ends with %q", s.screen)
	}
}

// ends fails where a screen does not end the session.
func (l *line) endsWith(s shown, sentence string) {
	l.t.Helper()
	if !s.end || !strings.Contains(s.screen, sentence) {
		l.t.Errorf("the screen is %q (end %v), want an end with %q", s.screen, s.end, sentence)
	}
}

// told fails unless a caller told these texts and nothing else; it gives the reports.
func (l *line) told(caller string, texts ...string) []Telling {
	l.t.Helper()
	list := l.Told(caller)
	got := make([]string, len(list))
	for i, r := range list {
		got[i] = r.Text
	}
	if !slices.Equal(got, texts) {
		l.t.Fatalf("stored are the reports %q, want %q", got, texts)
	}
	return list
}

// acknowledged fails unless the caller's one report has this text, and the screen ends the session with its reference.
func (l *line) acknowledged(s shown, caller, text string) Telling {
	l.t.Helper()
	r := l.told(caller, text)[0]
	l.endsWith(s, string(r.Ref))
	return r
}

// drafted fails unless the caller's begun report is at the place and theme that toTell chooses.
func (l *line) drafted(caller string) {
	l.t.Helper()
	if d, ok := l.Draft(caller); !ok || d.Place.Code == "" || d.Theme != bot.ThemeSecurity {
		l.t.Errorf("the draft is %v, %+v, want one with a place and a theme", ok, d)
	}
}
