package hotline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/panicked"
	"tinye/bot/people"
	"tinye/flows"
	"tinye/storage"
)

// hop is one hop of a session and all that was worked out about it before the transaction.
type hop struct {
	in      bot.Inbound
	number  bot.Address
	contact bot.ContactKey
	key     bot.SessionKey
	print   bot.HopKey // what tells this hop from the session's others
	guess   string     // what was probably typed: known for certain only in the transaction
	typing  typing     // worked out from guess
	tells   tells      // where it was typed

	searches bool // the caller stands where words are looked for
}

// typing is what an input says that may be free text.
type typing struct {
	input    string
	report   message  // as for a text by SMS
	found    []bot.ID // what the words find among what is public, where they are typed to look something up
	searched bool
}

// hopped is what one transaction of a hop did.
type hopped struct {
	reply  bot.Reply
	repeat bool
	queued bool
	ref    bot.Ref
	lang   bot.Lang
	marks  []bot.ScreenTally // what to count, once it is on disk
}

// hop answers one hop of a session, within the time of the context. Whatever happens, the reply is a screen: where
// something failed it says so, in the caller's language, and ends the session, which can be gone on with by dialling again.
func (s *Service) hop(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
	var lang spoken
	lang.set(s.Desk.Default())
	answered := make(chan hopAnswer, 1)
	go func() {
		makeRoom(len(in.Text))
		answered <- s.hopAnswer(ctx, in, &lang)
	}()
	var a hopAnswer
	select {
	case a = <-answered:
	case <-ctx.Done():
		// The disk takes longer than the network waits. The hop may still be stored; if it comes again it is known then.
		a.err = ctx.Err()
	}
	if a.err != nil {
		return s.failed(lang.get()), fmt.Errorf("hotline: hop: %w", a.err)
	}
	return a.reply, nil
}

// hopAnswer is what became of a hop.
type hopAnswer struct {
	reply bot.Reply
	err   error
}

// hopAnswer handles a hop, however long that takes.
func (s *Service) hopAnswer(ctx context.Context, in bot.Inbound, lang *spoken) (a hopAnswer) {
	defer panicked.Catch(&a.err)
	done, err := s.takeHop(ctx, in, lang)
	if err != nil {
		return hopAnswer{err: err}
	}
	if done.ref != "" {
		s.lengths.took(done.ref)
	}
	s.count(done)
	if done.queued {
		s.wake()
	}
	return hopAnswer{reply: done.reply}
}

// spoken is the language of a hop's caller, as far as it is known by now.
type spoken struct{ lang atomic.Value }

func (s *spoken) set(l bot.Lang) { s.lang.Store(l) }
func (s *spoken) get() bot.Lang  { return s.lang.Load().(bot.Lang) }

func (s *Service) takeHop(ctx context.Context, in bot.Inbound, lang *spoken) (done hopped, err error) {
	h := s.readHop(in)
	if !h.number.Answerable() {
		return hopped{}, bot.Fault(bot.CodeInvalid, "ussd.failed")
	}
	speaks := lang.get()
	known, err := s.beforeHop(ctx, &h, &speaks)
	lang.set(speaks)
	if err != nil || known.repeat {
		return known, err
	}
	h.typing = s.readTyped(h.in, h.number, h.contact, h.guess)
	if err := s.lookUpTyped(ctx, &h); err != nil {
		return hopped{}, err
	}
	if h.searches && h.guess != "" {
		h.typing.found, h.typing.searched = s.searched(ctx, h.guess, mostFound), true
	}
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		t := hopTurn{Service: s, tx: tx, hop: h}
		var err error
		done, err = t.handle()
		return err
	})
	if err != nil {
		return hopped{}, err
	}
	return done, nil
}

// failed is the screen of a hop that could not be handled.
func (s *Service) failed(lang bot.Lang) bot.Reply {
	return bot.Reply{Screen: bot.Text(s.Desk.Wired(s.Texts.Text(lang, "ussd.failed", s.values(nil)).Text)), End: true}
}

// readHop works out what needs no store.
func (s *Service) readHop(in bot.Inbound) hop {
	in.ID = s.NewID()
	in.ReceivedAt = s.now()
	in.Text = clean(in.Text)
	h := hop{in: in, number: s.Numbers.Normalise(in.Sender)}
	if !h.number.Answerable() {
		return h
	}
	h.contact = s.Store.ContactKey(h.number)
	h.in.Contact = h.contact
	h.key = bot.SessionKey(s.Store.RepeatKey("session", in.Gateway, in.SessionID, string(h.contact[:])))
	h.print = s.fingerprint(in)
	return h
}

// beforeHop looks at the session before there is a transaction: a repeat costs no commit, and what a text says is worked
// out while nobody waits. It finds the caller's language, for the case that something fails.
func (s *Service) beforeHop(ctx context.Context, h *hop, lang *bot.Lang) (known hopped, err error) {
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		t := hopTurn{Service: s, tx: tx, hop: *h}
		failed := t.find()
		tells := failed == nil && t.known && s.Matcher != nil && t.Flow.TakesText(t.session.Walk)
		if failed == nil && t.known {
			*lang = t.session.Lang
		}
		if failed != nil || !t.known || tells {
			c, err := people.Find(tx, h.contact, h.number, h.in.Gateway, h.in.ReceivedAt)
			if err != nil {
				return err
			}
			if tells {
				h.tells = t.tellsHere(c)
			} else {
				*lang = s.speaks(c)
			}
		}
		if failed != nil {
			return failed
		}
		repeat, is, err := t.repeated()
		if err != nil || is {
			known = hopped{reply: repeat, repeat: is, lang: *lang}
			return err
		}
		inputs, _ := t.inputs()
		if len(inputs) > 0 {
			h.guess = inputs[len(inputs)-1]
			screen := t.Flow.Screen(t.session.Walk.Screen)
			h.searches = screen != nil && screen.Input != nil && screen.Input.Run == searchID
		}
		return nil
	})
	return known, err
}

// speaks is the language in which somebody is spoken to in the menus.
func (s *Service) speaks(c bot.Contact) bot.Lang {
	if s.offers(c.Lang) {
		return c.Lang
	}
	return s.Desk.Default()
}

// readTyped works out what a text says that was typed in a menu; nothing for a digit or two, which choose a line.
func (s *Service) readTyped(in bot.Inbound, number bot.Address, contact bot.ContactKey, input string) typing {
	if len(input) <= 2 {
		return typing{input: input}
	}
	in.Text = bot.Text(input)
	m := message{in: in, number: number, contact: contact}
	s.readText(&m)
	return typing{input: input, report: m}
}

// hopTurn is one hop inside its transaction.
type hopTurn struct {
	*Service
	tx storage.Tx
	hop
	person  bot.Contact
	session bot.Session
	known   bool // the session was there before this hop
	lateFor bool // it was over before this hop
	expired bool // because nothing came for a while, which nobody has noted yet
	done    hopped
}

func (t *hopTurn) handle() (hopped, error) {
	var err error
	if t.person, err = people.Find(t.tx, t.contact, t.number, t.in.Gateway, t.in.ReceivedAt); err != nil {
		return hopped{}, err
	}
	if err := t.find(); err != nil {
		return hopped{}, err
	}
	if reply, is, err := t.repeated(); err != nil || is {
		return hopped{reply: reply, repeat: is, lang: t.speaks(t.person)}, err
	}
	if t.in.Event == bot.EventEnd || t.in.Event == bot.EventTimeout {
		return t.hungUp()
	}
	if t.expired {
		t.mark(bot.ScreenTally{Left: 1})
	}
	if err := t.seenToday(); err != nil {
		return hopped{}, err
	}
	reply, err := t.answer()
	if err != nil {
		return hopped{}, err
	}
	t.done.reply, t.done.lang = reply, t.session.Lang
	if err := t.keep(reply); err != nil {
		return hopped{}, err
	}
	return t.done, nil
}

// find looks for the session of the hop. One whose time is over ends here, as the sweep would end it.
func (t *hopTurn) find() error {
	s, err := t.tx.Session(t.key, t.in.ReceivedAt)
	if errors.Is(err, storage.ErrNotFound) {
		t.known = false
		return nil
	}
	if err != nil {
		return fmt.Errorf("hotline: session: %w", err)
	}
	t.session, t.known, t.lateFor = s, true, s.Over()
	if !s.Over() && t.in.ReceivedAt.Sub(s.LastAt) > t.idle() {
		t.session.EndedAt, t.session.End, t.lateFor, t.expired = s.LastAt, bot.EndTimeout, true, true
	}
	return nil
}

// begun tells whether the hop begins a session: there was none, or an older one had the same id.
func (t *hopTurn) begun() bool {
	return !t.known || t.lateFor && t.starts()
}

// starts tells whether a hop looks like a session's first.
func (t *hopTurn) starts() bool {
	return t.in.Event == bot.EventBegin || t.in.Text == "" || isDialled(string(t.in.Text))
}

// answer takes the hop's inputs and gives the screen that follows.
func (t *hopTurn) answer() (bot.Reply, error) {
	if t.begun() {
		if err := t.begin(); err != nil {
			return bot.Reply{}, err
		}
	} else if t.session.Version != t.Flow.Version() {
		// The menus changed meanwhile: an old number must not choose a new line. What was begun is kept with the contact.
		t.takeSaid()
		if t.lateFor {
			return t.over(), nil
		}
		if err := t.restart(); err != nil {
			return bot.Reply{}, err
		}
		return t.screen(), nil
	}
	inputs, through := t.inputs()
	t.takeSaid()
	switch {
	case !through || t.session.Walk.Screen == t.Flow.Home():
	case len(inputs) > 0 && flows.IsCode(inputs[0]): // what else is asked comes up again the next time
		inputs = append([]string{flows.KeyHome}, inputs...)
	default:
		inputs = nil // they were meant for home, and something else is asked first
	}
	if t.lateFor && t.session.End == bot.EndDone {
		return t.over(), nil
	}
	for _, input := range inputs {
		if screen := t.Flow.Screen(t.session.Walk.Screen); through && screen != nil && screen.Read {
			break // nobody agrees to a text by a code on a poster
		}
		before := t.session.Walk
		if err := t.step(input); err != nil {
			return bot.Reply{}, err
		}
		if through && t.session.Walk.Error != "" { // what was dialled in one go does not fit: stop where it still did
			t.session.Walk = before
			break
		}
		if t.Flow.Ends(t.session.Walk) {
			break
		}
	}
	if t.lateFor && !t.Flow.Ends(t.session.Walk) {
		return t.over(), nil
	}
	return t.screen(), nil
}

// begin starts a new session. What an older one under the same id was answered with belongs to that one.
func (t *hopTurn) begin() error {
	at := t.in.ReceivedAt
	t.session = bot.Session{
		Key: t.key, ID: t.in.ID, Gateway: t.in.Gateway, Contact: t.contact, Lang: t.speaks(t.person),
		Flow: t.Flow.Name, StartedAt: at, LastAt: at,
	}
	t.known, t.lateFor = false, false
	return t.restart()
}

// restart puts the session where a new one begins.
func (t *hopTurn) restart() error {
	t.session.Version = t.Flow.Version()
	walk, effect := t.Flow.Begin()
	return t.settle(walk, effect)
}

// hungUp notes that the session is over. What was begun stays with the contact.
func (t *hopTurn) hungUp() (hopped, error) {
	if !t.known || t.lateFor && !t.expired {
		return hopped{}, nil
	}
	if !t.expired {
		t.session.EndedAt, t.session.End = t.in.ReceivedAt, bot.EndHungUp
		if t.in.Event == bot.EventTimeout {
			t.session.End = bot.EndTimeout
		}
	}
	if err := t.tx.PutSession(t.session, t.session.Rev); err != nil {
		return hopped{}, fmt.Errorf("hotline: hung up: %w", err)
	}
	t.mark(bot.ScreenTally{Left: 1})
	t.done.lang = t.session.Lang
	return t.done, nil
}

// screen is where the caller stands now. Whatever it is, it fits its page.
func (t *hopTurn) screen() bot.Reply {
	page := t.Flow.Render(t.session.Walk, t.look())
	t.session.Walk.Page = page.Number
	end := t.Flow.Ends(t.session.Walk)
	if end && !t.session.Over() {
		t.session.EndedAt, t.session.End = t.in.ReceivedAt, bot.EndDone
		t.mark(bot.ScreenTally{Ended: 1})
	}
	return bot.Reply{Screen: bot.Text(page.Text), End: end}
}

// over answers what comes after the end of a session.
func (t *hopTurn) over() bot.Reply {
	text := t.Texts.Text(t.session.Lang, "ussd.over", t.values(nil))
	return bot.Reply{Screen: bot.Text(t.Desk.Wired(text.Text)), End: true}
}

// keep writes the session and what this hop was answered with.
func (t *hopTurn) keep(reply bot.Reply) error {
	t.session.LastAt, t.session.LastHop = t.in.ReceivedAt, t.print
	t.session.Hops++
	t.forgetLists()
	rev := t.session.Rev
	if err := t.tx.PutSession(t.session, rev); err != nil {
		return fmt.Errorf("hotline: keep a session: %w", err)
	}
	if err := t.tx.PutHop(t.session, t.print, bot.Hop{Screen: reply.Screen, End: reply.End}); err != nil {
		return fmt.Errorf("hotline: keep a hop: %w", err)
	}
	return nil
}

// forgetLists drops lists that are made anew when their screen is entered again, so that the row stays short.
func (t *hopTurn) forgetLists() {
	w := &t.session.Walk
	needed := func(list string) bool {
		for i, id := range append(slices.Clone(w.Back), w.Screen) {
			screen := t.Flow.Screen(id)
			if screen != nil && screen.List != nil && screen.List.From == list && (i == len(w.Back) || screen.Load == nil) {
				return true
			}
		}
		return false
	}
	lists := make(map[string][]bot.Item, 1)
	for name, items := range w.Lists {
		if needed(name) {
			lists[name] = items
		}
	}
	w.Lists = lists
}

// seenToday notes the day in the contact, if we know the number at all, and where to write to.
func (t *hopTurn) seenToday() error {
	if t.person.Rev == 0 {
		return nil
	}
	c, err := people.SeenInMenu(t.tx, t.person, t.in.Gateway, t.in.ReceivedAt)
	t.person = c
	return err
}

// idle is how long a session waits for an input.
func (s *Service) idle() time.Duration {
	if s.Site.USSD.Idle > 0 {
		return s.Site.USSD.Idle
	}
	return 3 * time.Minute
}
