package hotline

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// keyBounce is the time in which the same input again is the same hop, where the gateway gives no hop an id: nobody
	// reads a screen and answers it faster, and a repeated callback comes sooner (ussd lesson 2).
	keyBounce = 2 * time.Second
	// reuseAfter is how long after the end of a session that had one hop only, a code dialled in one go, that hop may still
	// come again as a repeat. Otherwise a first hop after the end is another session for which the gateway uses the id again.
	reuseAfter = 30 * time.Second
	// longestThrough is the longest single input of a code dialled in one go.
	longestThrough = 4
)

// fingerprint tells a hop from the others of its session: all that was typed so far, or the gateway's number or id of the
// hop. Where there is neither, the input itself, which is a repeat only at once after.
func (s *Service) fingerprint(in bot.Inbound) bot.HopKey {
	switch {
	case in.Event == bot.EventEnd, in.Event == bot.EventTimeout:
		return s.hopKey("end", "")
	case in.Cumulative:
		return s.hopKey("said", string(in.Text))
	case in.Hop != "":
		return s.hopKey("hop", in.Hop)
	case in.ExternalID != "":
		return s.hopKey("id", in.ExternalID)
	default:
		return s.hopKey("typed", string(in.Text))
	}
}

func (s *Service) hopKey(kind, what string) bot.HopKey {
	sum := s.Store.RepeatKey("hop", kind, what)
	return bot.HopKey(sum[:len(bot.HopKey{})])
}

// numbered tells whether the gateway's own words tell one hop from another.
func numbered(in bot.Inbound) bool { return in.Cumulative || in.Hop != "" || in.ExternalID != "" }

// repeated is what the hop was answered with already, if it was.
func (t *hopTurn) repeated() (bot.Reply, bool, error) {
	if !t.known || t.in.Event == bot.EventEnd || t.in.Event == bot.EventTimeout {
		return bot.Reply{}, false, nil
	}
	if t.lateFor && t.starts() && (t.session.Hops > 1 || t.in.ReceivedAt.Sub(t.session.EndedAt) > reuseAfter) {
		return bot.Reply{}, false, nil
	}
	if !numbered(t.in) && (t.print != t.session.LastHop || t.in.ReceivedAt.Sub(t.session.LastAt) > keyBounce) {
		return bot.Reply{}, false, nil
	}
	was, err := t.tx.Hop(t.session, t.print)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Reply{}, false, nil
	}
	if err != nil {
		return bot.Reply{}, false, fmt.Errorf("hotline: hop: %w", err)
	}
	return bot.Reply{Screen: was.Screen, End: was.End}, true, nil
}

// inputs is what the hop adds to what was typed before: nothing where the screen is only to be shown again, several where
// a code was dialled in one go (through).
//
// A cumulative text is compared with what was taken of it, and never cut at its last *, which may be part of a text. One
// that does not go on where the last one stopped, or goes on by several inputs where the screen takes one, has lost a hop
// on the way: nobody knows which screen the person saw, so nothing is guessed.
func (t *hopTurn) inputs() (list []string, through bool) {
	text := string(t.in.Text)
	if t.begun() || !t.known {
		return dialledThrough(text, t.in.To), true
	}
	if t.in.Event == bot.EventBegin || !t.in.Cumulative && isDialled(text) {
		return nil, false
	}
	if !t.in.Cumulative {
		return []string{strings.TrimSpace(text)}, false
	}
	rest, ok := t.unsaid(text)
	if !ok || rest == "" || strings.Contains(rest, "*") && !t.Flow.TakesText(t.session.Walk) {
		return nil, false
	}
	return []string{strings.TrimSpace(rest)}, false
}

// unsaid is the part of a cumulative text that was not taken yet.
func (t *hopTurn) unsaid(text string) (string, bool) {
	said := t.session.Said
	if said > len(text) || t.hopKey("sum", text[:said]) != t.session.SaidSum {
		return "", false
	}
	rest := text[said:]
	if said == 0 { // a first input that was empty leaves its * behind
		return strings.TrimLeft(rest, "*"), true
	}
	return strings.CutPrefix(rest, "*")
}

// takeSaid notes how much of a cumulative text was taken.
func (t *hopTurn) takeSaid() {
	if !t.in.Cumulative {
		return
	}
	text := string(t.in.Text)
	t.session.Said, t.session.SaidSum = len(text), t.hopKey("sum", text)
}

// isDialled tells whether a text is a code as it is dialled: *384# or *384*1*2#. Words between the two are a text.
func isDialled(text string) bool {
	return len(text) > 2 && text[0] == '*' && text[len(text)-1] == '#' && strings.Trim(text, "0123456789*#") == ""
}

// dialledThrough are the inputs in a session's first text, which may be empty, the service's code, the code with inputs
// behind it, or those inputs alone. Only digits can be dialled, so anything else is none of them.
func dialledThrough(text, code string) []string {
	text = strings.TrimSpace(text)
	if isDialled(text) {
		rest, ok := strings.CutPrefix(strings.Trim(text, "*#"), strings.Trim(code, "*#"))
		if !ok || rest != "" && rest[0] != '*' {
			return nil
		}
		text = strings.TrimPrefix(rest, "*")
	} else if text == strings.Trim(code, "*#") {
		return nil
	}
	if text == "" {
		return nil
	}
	inputs := strings.Split(text, "*")
	for _, in := range inputs {
		if in == "" || len(in) > longestThrough || strings.Trim(in, "0123456789") != "" {
			return nil
		}
	}
	return inputs
}
