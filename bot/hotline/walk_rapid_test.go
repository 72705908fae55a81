package hotline_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/hotline/hotlinetest"
	"tinye/bot/sms"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// TestRandomWalk lets people walk through the menus without aim, over lines that repeat, delay and lose hops and break off,
// and holds every screen and everything stored to what is promised. Walks begin until the time is up.
func TestRandomWalk(t *testing.T) {
	storagetest.Walk(t, 7*time.Second, func(rt *rapid.T) {
		w := newWalk(t, rt)
		defer w.close()
		for range rapid.IntRange(10, 60).Draw(rt, "steps") {
			w.step()
		}
		w.everyTextIsStoredOnce()
	})
}

// walkers is some callers' way through one hotline's menus.
type walkers struct {
	*hotlinetest.Rig
	rt      *rapid.T
	budgets map[string]int
	wire    sms.Mode
	callers []*walker
	serial  int
	cleanup []func()
}

// walker is one caller.
type walker struct {
	number     string
	gateway    string
	cumulative bool
	said       []string // every text that must be stored
	wrote      bool     // by SMS since the last screen, which may list messages
	sessions   int
	session    *walked // the latest; nil before the first
}

// walked is one session as its caller sees it.
type walked struct {
	id      string
	row     bot.ID
	began   time.Time
	inputs  []string // all that were typed, lost ones too
	lost    []string // typed since the last hop that arrived
	hops    []bot.Inbound
	replies []bot.Reply
	over    bool // an end was shown
	hungUp  bool
}

func newWalk(t *testing.T, rt *rapid.T) *walkers {
	w := &walkers{
		rt:      rt,
		budgets: map[string]int{"line-1": rapid.IntRange(120, 182).Draw(rt, "budget"), "line-2": rapid.IntRange(120, 182).Draw(rt, "budget")},
		wire:    rapid.SampledFrom([]sms.Mode{sms.GSMAccent, sms.ASCII}).Draw(rt, "wire"),
	}
	w.Rig = hotlinetest.New(scoped{t, w}, hotlinetest.Options{Wire: w.wire, Septets: w.budgets})
	for i := range rapid.IntRange(2, 3).Draw(rt, "callers") {
		line := 1 + i%2
		w.callers = append(w.callers, &walker{
			number: fmt.Sprintf("+2237012345%d", i), gateway: fmt.Sprintf("line-%d", line), cumulative: line == 2,
		})
	}
	w.publish(t)
	return w
}

// scoped is the test as one walk sees it, which ends what it began itself.
type scoped struct {
	*testing.T
	w *walkers
}

// Cleanup runs f at the end of the walk.
func (s scoped) Cleanup(f func()) { s.w.cleanup = append(s.w.cleanup, f) }

// TempDir is a folder that is removed at the end of the walk.
func (s scoped) TempDir() string {
	dir, err := os.MkdirTemp(s.T.TempDir(), "walk")
	must(s.T, err)
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (w *walkers) close() {
	for _, f := range slices.Backward(w.cleanup) {
		f()
	}
}

// publish gives the menus something to read.
func (w *walkers) publish(t *testing.T) {
	d := &desk{Service: w.Hotline, t: t, clock: w.Clock}
	for name, role := range map[string]bot.Role{"AMI": bot.RoleCoordinator, "CISSE": bot.RoleVerifier} {
		u := bot.User{Name: name, Roles: []bot.Role{role}}
		must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error { return tx.PutUser(u, 0) }))
	}
	text := "Le marché de Gao est fermé, dit-on"
	w.callers[0].said = append(w.callers[0].said, text)
	d.receive(bot.Inbound{ExternalID: "first", Gateway: "line-1", Sender: w.callers[0].number, Text: bot.Text(text)})
	d.answer(t, w.Reports(w.callers[0].number)[0].Ref)
}

func (w *walkers) step() {
	p := rapid.SampledFrom(w.callers).Draw(w.rt, "caller")
	s := p.session
	live := s != nil && !s.over && !s.hungUp
	switch what := rapid.IntRange(0, 99).Draw(w.rt, "what"); {
	case what < 4:
		w.Clock.Add(rapid.SampledFrom([]time.Duration{time.Second, 31 * time.Second, 4 * time.Minute, 2 * time.Hour, 25 * time.Hour}).Draw(w.rt, "later"))
	case what < 6:
		w.Wait(time.Second)
	case what < 8:
		w.Restart()
	case what < 13:
		w.text(p)
	case what < 20 && s != nil:
		w.again(p)
	case !live && (s == nil || what < 70):
		w.dial(p)
	case what < 24:
		w.hangUp(p)
	case what < 30:
		w.twice(p)
	case what < 33 && live:
		s.lose(w.input(p))
	default:
		w.press(p, w.input(p)) // after the end, too
	}
}

// text is an SMS.
func (w *walkers) text(p *walker) {
	w.serial++
	said := fmt.Sprintf("on dit que le pont %d de Gao est coupé", w.serial)
	in := bot.Inbound{Gateway: p.gateway, Channel: bot.ChannelSMS, ExternalID: "sms" + strconv.Itoa(w.serial), Sender: p.number, Text: bot.Text(said)}
	if _, err := w.Hotline.Receive(context.Background(), in); err != nil {
		w.rt.Fatalf("an SMS: %v", err)
	}
	p.said, p.wrote = append(p.said, said), true
}

func (w *walkers) dial(p *walker) {
	p.sessions++
	s := &walked{id: "s" + strconv.Itoa(p.sessions), began: w.Clock.Now()}
	p.session = s
	if rapid.IntRange(0, 5).Draw(w.rt, "through") == 0 {
		s.inputs = rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "99", "0", "1234"}), 1, 4).Draw(w.rt, "dialled")
	}
	in := bot.Inbound{Text: bot.Text(strings.Join(s.inputs, "*")), Event: bot.EventBegin}
	if !p.cumulative {
		in.Text = bot.Text(strings.Join(append([]string{"*384"}, s.inputs...), "*") + "#")
	}
	w.hop(p, in)
}

func (s *walked) lose(input string) {
	s.inputs, s.lost = append(s.inputs, input), append(s.lost, input)
}

// press answers the screen.
func (w *walkers) press(p *walker, input string) {
	s := p.session
	before, known := w.stored(p)
	at := before.Walk.Screen
	takes := known && (at == "words" || at == "protect") && before.End != bot.EndDone
	s.lose(input)
	in := bot.Inbound{Text: bot.Text(input)}
	typed := input
	if p.cumulative {
		in.Text = bot.Text(strings.Join(s.inputs, "*"))
		typed = strings.Join(s.lost, "*")
	}
	s.lost = nil
	var was bot.Reply
	if len(s.replies) > 0 {
		was = s.replies[len(s.replies)-1]
	}
	got := w.hop(p, in)
	if takes && isTold(typed) {
		p.said = append(p.said, strings.TrimSpace(typed))
		if !got.End {
			w.rt.Fatalf("%q was told and the session goes on with %q", typed, string(got.Screen))
		}
	}
	for _, l := range []bot.Lang{bot.French, bot.Bambara} {
		if got.End && strings.HasPrefix(string(got.Screen), w.Says("ussd.erased", l)) {
			p.said = nil // with the number goes what it told
		}
	}
	if typed == input && !got.End && slices.Contains(shownNumbers(string(was.Screen)), input) {
		for _, l := range []bot.Lang{bot.French, bot.Bambara} {
			for _, key := range []string{"ussd.bad_choice", "ussd.bad_choice_again", "ussd.no_such_place", "ussd.nothing_found", "ussd.too_short"} {
				if strings.HasPrefix(string(got.Screen), w.Says(key, l)) {
					w.rt.Fatalf("%s was on the screen %q and is no choice: %q", input, string(was.Screen), string(got.Screen))
				}
			}
		}
		if input == "98" && got == was {
			w.rt.Fatalf("98 shows the same again: %q", string(got.Screen))
		}
	}
}

// isTold tells whether a text on a screen for words is a report.
func isTold(typed string) bool {
	typed = strings.TrimSpace(typed)
	if slices.Contains([]string{"0", "00", "98", "99", "1", ""}, typed) || strings.EqualFold(typed, "stop") {
		return false
	}
	n := 0
	for _, r := range typed {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n >= 3
}

var numberLine = regexp.MustCompile(`(?m)^([0-9]{1,2}) `)

// shownNumbers are the numbers and keys that a screen offers.
func shownNumbers(screen string) []string {
	var list []string
	for _, m := range numberLine.FindAllStringSubmatch(screen, -1) {
		list = append(list, m[1])
	}
	return list
}

// input is what somebody types: mostly something that is on the screen.
func (w *walkers) input(p *walker) string {
	var shown []string
	if s := p.session; len(s.replies) > 0 {
		shown = shownNumbers(string(s.replies[len(s.replies)-1].Screen))
	}
	before, _ := w.stored(p)
	what := rapid.IntRange(0, 19).Draw(w.rt, "kind")
	if at := before.Walk.Screen; (at == "words" || at == "protect") && what > 9 {
		what = 17
	}
	switch {
	case what < 5: // leads to a report
		return "1"
	case what < 13 && len(shown) > 0:
		return rapid.SampledFrom(shown).Draw(w.rt, "shown")
	case what < 14:
		return rapid.SampledFrom([]string{"0", "00", "98", "99"}).Draw(w.rt, "key")
	case what < 15:
		return strconv.Itoa(rapid.IntRange(0, 120).Draw(w.rt, "number"))
	case what < 17:
		return rapid.SampledFrom([]string{"*", "#", "", " ", "a", "ga", "ba", "ɛ", "stop", "*384#", "1*1", "gao", "marché", "😷"}).Draw(w.rt, "odd")
	}
	w.serial++
	return fmt.Sprintf(rapid.SampledFrom([]string{
		"le pont %d est coupé", "*le %d# n'est pas * vrai*", "1*1*1*rumeur %d", "ɲɛ ŋɔ %d tiɲɛ wa", "الجسر %d مقطوع",
	}).Draw(w.rt, "text"), w.serial)
}

// again sends a hop of the session that was answered before.
func (w *walkers) again(p *walker) {
	s := p.session
	if w.Clock.Now().Sub(s.began) > 20*time.Hour {
		return
	}
	i := rapid.IntRange(0, len(s.hops)-1).Draw(w.rt, "hop")
	first := i == 0 || s.hops[i].Text == "" || s.hops[i].Text == "*384#"
	if stored, ok := w.stored(p); first && (!ok || stored.Over() || w.Clock.Instant().Sub(stored.LastAt) > time.Minute) {
		return // what looks like a first hop begins another session after the end of this one
	}
	got, err := w.Hotline.Receive(context.Background(), s.hops[i])
	if err != nil || got != s.replies[i] {
		w.rt.Fatalf("hop %d again: %q (%v), was %q", i+1, string(got.Screen), err, string(s.replies[i].Screen))
	}
}

// twice changes the language and back. Another language begins at the first page: its pages end elsewhere.
func (w *walkers) twice(p *walker) {
	s := p.session
	before, ok := w.stored(p)
	if !ok || before.Over() || before.Walk.Error != "" || before.Walk.Page > 0 || p.wrote || len(s.lost) > 0 || w.Clock.Instant().Sub(before.LastAt) > time.Minute {
		return
	}
	was := s.replies[len(s.replies)-1]
	w.press(p, "99")
	w.press(p, "99")
	if got := s.replies[len(s.replies)-1]; got != was {
		w.rt.Fatalf("99 twice on %s leads from %q to %q", before.Walk.Screen, string(was.Screen), string(got.Screen))
	}
}

func (w *walkers) hangUp(p *walker) {
	in := p.session.hops[len(p.session.hops)-1]
	in.Event, in.Text, in.Hop = bot.EventEnd, "", ""
	if _, err := w.Hotline.Receive(context.Background(), in); err != nil {
		w.rt.Fatalf("a hang-up: %v", err)
	}
	p.session.hungUp = true
}

// hop sends a hop and looks at everything that is promised of its answer.
func (w *walkers) hop(p *walker, in bot.Inbound) bot.Reply {
	s := p.session
	p.wrote = false
	in.Gateway, in.Channel, in.Sender, in.To, in.SessionID = p.gateway, bot.ChannelUSSD, p.number, "*384#", s.id
	if p.cumulative {
		in.Cumulative, in.Event = true, bot.EventMessage
		if n := len(s.hops); n > 0 && s.hops[n-1].Text == in.Text { // nothing typed on the first screen: the same text, the same hop
			got, err := w.Hotline.Receive(context.Background(), in)
			if err != nil {
				w.rt.Fatalf("a hop: %v", err)
			}
			return got
		}
	} else {
		in.Hop = strconv.Itoa(len(s.inputs) + 1)
	}
	got, err := w.Hotline.Receive(context.Background(), in)
	if err != nil {
		w.rt.Fatalf("hop %d with %q: %v", len(s.hops)+1, string(in.Text), err)
	}
	stored, ok := w.stored(p)
	if s.row != stored.ID { // the first, or one that looks like a first after the session's time
		s.row, s.over, s.hops, s.replies = stored.ID, false, nil, nil
	}
	s.hops, s.replies = append(s.hops, in), append(s.replies, got)
	screen := string(got.Screen)
	if strings.TrimSpace(screen) == "" || !sms.FitsUSSD(screen, w.budgets[p.gateway]) || sms.Wire(screen, w.wire) != screen {
		w.rt.Fatalf("the screen %q is empty, not in wire form or does not fit %d septets", screen, w.budgets[p.gateway])
	}
	if !ok || stored.Over() != got.End {
		w.rt.Fatalf("the session is over: %v (known: %v), and its screen %q says %v", stored.Over(), ok, screen, got.End)
	}
	s.over = s.over || got.End
	w.questions(p)
	return got
}

// questions holds what is open for a caller to what questions may be.
func (w *walkers) questions(p *walker) {
	c, ok := w.Contact(p.number)
	if !ok {
		return
	}
	list := c.Waiting
	if c.Question != nil {
		list = append([]bot.Question{*c.Question}, list...)
	} else if len(list) > 0 {
		w.rt.Fatal("a question waits for none")
	}
	kinds := map[bot.QuestionKind]bool{}
	for _, q := range list {
		longest := 7 * 24 * time.Hour
		if q.Kind == bot.QuestionDraft {
			longest = 24 * time.Hour
		}
		if kinds[q.Kind] || (q.Kind == bot.QuestionDraft) != (q.Draft != nil) || q.EndsAt <= q.AskedAt || q.EndsAt.Sub(q.AskedAt) > longest {
			w.rt.Fatalf("a question %s (again: %v) of %v, draft %v", q.Kind, kinds[q.Kind], q.EndsAt.Sub(q.AskedAt), q.Draft)
		}
		kinds[q.Kind] = true
	}
}

// stored is the latest session of a caller as it is kept.
func (w *walkers) stored(p *walker) (s bot.Session, ok bool) {
	contact := w.Key(p.number)
	key := bot.SessionKey(w.Hotline.Store.RepeatKey("session", p.gateway, p.session.id, string(contact[:])))
	w.View(func(tx storage.Tx) error {
		var err error
		s, err = tx.Session(key, w.Clock.Instant())
		if err == storage.ErrNotFound {
			return nil
		}
		ok = err == nil
		return err
	})
	return s, ok
}

// everyTextIsStoredOnce compares what people told with what is kept of it, once those who asked for it are forgotten.
func (w *walkers) everyTextIsStoredOnce() {
	for range 3 {
		if err := w.Hotline.Sweep(context.Background()); err != nil {
			w.rt.Fatal(err)
		}
	}
	for _, p := range w.callers {
		var kept []string
		for _, r := range w.Reports(p.number) {
			kept = append(kept, w.Texts(r)...)
		}
		want := slices.Sorted(slices.Values(p.said))
		slices.Sort(kept)
		if !slices.Equal(kept, want) {
			w.rt.Fatalf("kept are %q, told were %q", kept, want)
		}
	}
}
