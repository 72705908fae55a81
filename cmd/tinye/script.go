package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// A script is a conversation for people to read and for tinye phone to play:
//
//	# a remark; empty lines are left out too
//	> On dit que le pont est coupé         an SMS from the phone in hand; 66123456> … from another, in hand then
//	< TINYE {ref}: message noté …          what that phone receives next; 66123456< … what another receives
//	< (nothing)                            nothing comes for a short while
//
// The first {name} in an expected line takes the reference that stands there; afterwards, in lines of either kind, it is
// that reference.
type script struct {
	carrier string
	wait    time.Duration // for an expected reply
	quiet   time.Duration // how long "(nothing)" lasts
	out     io.Writer

	number string // of the phone in hand
	phones map[string]*scriptPhone
	refs   map[string]string
}

type scriptPhone struct {
	*handset
	unread []string
}

var (
	scriptLine = regexp.MustCompile(`^(\+?[0-9]*)([<>]) ?(.*)$`)
	scriptName = regexp.MustCompile(`\{([a-z]+)\}`)
	quotedName = regexp.MustCompile(`\\\{([a-z]+)\\\}`)
)

// nothingSaid stands for silence in a script.
const nothingSaid = "(nothing)"

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
	return p.send(ctx, text)
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
	h, err := pickUp(ctx, s.carrier, number)
	if err != nil {
		return nil, err
	}
	p := &scriptPhone{handset: h}
	s.phones[s.number] = p
	return p, nil
}

// listen adds what comes to unread; it returns with the first message, or after the wait.
func (p *scriptPhone) listen(ctx context.Context, wait time.Duration) error {
	var texts []string
	var err error
	if wait > 0 {
		texts, err = p.receive(ctx, wait)
	} else {
		texts, err = p.poll(ctx, 0)
	}
	p.unread = append(p.unread, texts...)
	return err
}

func (s *script) expect(ctx context.Context, p *scriptPhone, want string) error {
	if want == nothingSaid {
		if err := p.listen(ctx, s.quiet); err != nil {
			return err
		}
		if len(p.unread) > 0 {
			return difference(want, p.unread[0])
		}
		return nil
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
