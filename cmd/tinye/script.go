package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"tinye/bot"
)

// A script is a conversation for people to read and for tinye phone to play. Spaces around a line do not count, empty
// lines and remarks are left out. By SMS:
//
//	# a remark
//	> On dit que le pont est coupé         an SMS from the phone in hand; 66123456> … from another, in hand then
//	< TINYE {ref}: message noté …          what that phone receives next; 66123456< … what another receives
//	< (nothing)                            no SMS comes for a short while
//
// The first {name} in an expected line takes the reference that stands there, 6 to 9 digits; afterwards, in lines of
// either kind, it is that reference.
//
// By USSD, each phone with at most one session:
//
//	> *384#            digits between stars and # at the end dial, whatever is going on; *384*1*2# dials through
//	< TINYE            the screen that comes, line by line, each exactly as it is; an empty line is "<" alone
//	< 1 Signaler
//	< …                the rest of the screen, whatever it says: one line at least
//	> 1                while a session is open, a line is typed into it; ">" alone types nothing
//	< Merci
//	< (end)            after the last line of a screen that closed the session; after any other it must not stand
//	> !dup             a button, which no keypad can type (below)
//	> !sms Le pont …   an SMS, also while a session is open
//	< sms: TINYE …     an SMS received while a session is open; without one, "< …" as above
//
// Whatever a line > led to must be said before the same phone's next line >: the whole screen, and how it ended. Once it
// is said, lines < are SMS. The buttons, and what must be said after them:
//
//	> !dial            dials again what was dialled last; !dial *384*1# something else. Then the screen
//	> !hang            hangs up, and the network says so
//	> !drop            the next hop reaches the hotline; its answer and the session are lost, and the network does not
//	                   say so. After that hop: < (lost)
//	> !lost            the next hop never reaches the hotline; the session stays open, unless that hop dialled. After
//	                   that hop: < (lost)
//	> !dup             the last hop that went to the hotline comes a second time. Then < (same), where the answer is the
//	                   first one, byte for byte; or where it is another, that screen
//	> !late            the hop before it comes again, also one of an earlier session. Then as after !dup
//
// What a repeat is answered with reaches nobody, so it opens and closes no session.
type script struct {
	carrier string // "" = none, and no SMS
	dials   func(context.Context, bot.Address) (*ussdPhone, error)
	wait    time.Duration // for an expected reply
	quiet   time.Duration // how long "(nothing)" lasts
	out     io.Writer

	number string // of the phone in hand
	phones map[string]*scriptPhone
	refs   map[string]string
}

// scriptPhone is one phone of a script.
type scriptPhone struct {
	number bot.Address
	sms    *handset // nil without a carrier
	unread []string // SMS
	ussd   *ussdPhone
	screen *scriptScreen // nil: all is said
}

var (
	scriptLine = regexp.MustCompile(`^(\+?[0-9]*)([<>]) ?(.*)$`)
	scriptName = regexp.MustCompile(`\{([a-z]+)\}`)
	quotedName = regexp.MustCompile(`\\\{([a-z]+)\\\}`)
)

// Words of a script in the place of a text.
const (
	nothingSaid = "(nothing)"
	sameSaid    = "(same)"
	lostSaid    = "(lost)"
	endSaid     = "(end)"
	restSaid    = "…"
	smsSaid     = "sms: " // before a text

	// What a difference shows where a script expects more of a screen than there is.
	noMoreSaid = "(no more of this screen)"
)

// play plays a script to its end or to its first difference. What comes beyond the script is a difference too.
func (s *script) play(ctx context.Context, name string, r io.Reader) error {
	s.phones, s.refs = make(map[string]*scriptPhone), make(map[string]string)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fmt.Fprintln(s.out, line)
		if err := s.line(ctx, line); err != nil {
			return fmt.Errorf("%s line %d: %w", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for number, p := range s.phones {
		if err := p.allSaid(); err != nil {
			return fmt.Errorf("%s: at its end, %s: %w", name, number, err)
		}
		if err := p.listen(ctx, 0); err != nil {
			return err
		}
		if len(p.unread) > 0 {
			return fmt.Errorf("%s: at its end %s also got:\n  %s", name, number, strings.Join(p.unread, "\n  "))
		}
	}
	return nil
}

func (s *script) line(ctx context.Context, line string) error {
	m := scriptLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("not a line of a script: it begins with >, < or #")
	}
	if m[1] != "" {
		s.number = m[1]
	}
	p, err := s.phone(ctx)
	if err != nil {
		return err
	}
	if m[2] == "<" {
		return s.expect(ctx, p, m[3])
	}
	text, err := s.fill(m[3])
	if err != nil {
		return err
	}
	return s.say(ctx, p, text)
}

// say does a line of the phone in hand.
func (s *script) say(ctx context.Context, p *scriptPhone, line string) error {
	if err := p.allSaid(); err != nil {
		return err
	}
	if text, ok := strings.CutPrefix(line, "!sms "); ok {
		return p.send(ctx, text)
	}
	if !isUSSD(line) && !p.inSession() {
		return p.send(ctx, line)
	}
	if p.ussd == nil {
		var err error
		if p.ussd, err = s.dials(ctx, p.number); err != nil {
			return err
		}
	}
	r, err := p.ussd.do(ctx, line)
	p.screen = newScriptScreen(r)
	return err
}

func (p *scriptPhone) inSession() bool { return p.ussd != nil && p.ussd.session != nil }

func (p *scriptPhone) send(ctx context.Context, text string) error {
	if p.sms == nil {
		return errors.New("with --hook there is no carrier for SMS")
	}
	return p.sms.send(ctx, text)
}

// phone is the phone in hand, taken up at its first line.
func (s *script) phone(ctx context.Context) (*scriptPhone, error) {
	if p, ok := s.phones[s.number]; ok {
		return p, nil
	}
	number, err := phoneNumber(s.number)
	if err != nil {
		return nil, err
	}
	p := &scriptPhone{number: number}
	if s.carrier != "" {
		if p.sms, err = pickUp(ctx, s.carrier, number); err != nil {
			return nil, err
		}
	}
	s.phones[s.number] = p
	return p, nil
}

// listen adds what comes to unread; it returns with the first message, or after the wait.
func (p *scriptPhone) listen(ctx context.Context, wait time.Duration) error {
	if p.sms == nil {
		return nil
	}
	var texts []string
	var err error
	if wait > 0 {
		texts, err = p.sms.receive(ctx, wait)
	} else {
		texts, err = p.sms.poll(ctx, 0)
	}
	p.unread = append(p.unread, texts...)
	return err
}

func (s *script) expect(ctx context.Context, p *scriptPhone, want string) error {
	if p.screen != nil {
		return s.expectScreen(p, want)
	}
	if want == nothingSaid {
		if err := p.listen(ctx, s.quiet); err != nil {
			return err
		}
		if len(p.unread) > 0 {
			return difference(want, p.unread[0])
		}
		return nil
	}
	if p.inSession() {
		text, ok := strings.CutPrefix(want, smsSaid)
		if !ok {
			return difference(want, noMoreSaid)
		}
		want = text
	}
	if p.sms == nil {
		return difference(want, "nothing: with --hook there is no carrier for SMS")
	}
	for deadline := time.Now().Add(s.wait); len(p.unread) == 0; {
		left := time.Until(deadline)
		if left <= 0 {
			return difference(want, nothingSaid)
		}
		if err := p.listen(ctx, left); err != nil {
			return err
		}
	}
	got := p.unread[0]
	p.unread = p.unread[1:]
	return s.compare(want, got)
}

// compare matches a reply, and keeps the references in it.
func (s *script) compare(want, got string) error {
	var names []string
	pattern := quotedName.ReplaceAllStringFunc(regexp.QuoteMeta(s.known(want)), func(q string) string {
		names = append(names, quotedName.FindStringSubmatch(q)[1])
		return `([0-9]{6,9})`
	})
	found := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(got)
	if found == nil {
		return difference(s.known(want), got)
	}
	for i, name := range names {
		s.refs[name] = found[i+1]
	}
	return nil
}

// known puts the references that were taken into a line.
func (s *script) known(line string) string {
	for name, ref := range s.refs {
		line = strings.ReplaceAll(line, "{"+name+"}", ref)
	}
	return line
}

// fill is known for a line to be sent, in which no name may be left.
func (s *script) fill(line string) (string, error) {
	line = s.known(line)
	if open := scriptName.FindString(line); open != "" {
		return "", fmt.Errorf("no reply before this line held %s", open)
	}
	return line, nil
}

func difference(want, got string) error {
	return fmt.Errorf("a difference\n  expected: %s\n  got:      %s", want, got)
}
