package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"tinye/bot/gateway/generic/sim"
)

// What a carrier reads of an answer, and how long it waits for one (Africa's Talking waits as long).
const (
	maxScreen  = 64 << 10
	hopTimeout = 15 * time.Second
)

// ussdPhone is a phone that dials, and the network behind it, which can lose and repeat hops.
type ussdPhone struct {
	from    string // as the carrier knows it, +22370123456
	code    string // the service's code; "" = the first number of what is dialled
	begin   ussdDialect
	client  *http.Client
	session ussdSession // nil while none is open
	dialled string      // what was dialled last
	sent    []ussdSent  // the hops that went to the hotline, the latest last; those before the last two are forgotten
	drop    bool        // the next hop's answer is lost
	lose    bool        // the next hop is lost
}

// ussdSent is a hop that went to the hotline. Its answer has status 0 if none came.
type ussdSent struct {
	session ussdSession
	request ussdRequest
	answer  ussdAnswer
}

// ussdResult is what a line on the phone led to. A hop leads to a screen, unless it or its answer is lost.
type ussdResult struct {
	screen   *ussdScreen // nil: nothing to show
	lost     bool        // the hop or its answer
	repeated bool        // an earlier hop came again, and screen is for nobody to see
	same     bool        // its answer was the first one, byte for byte
}

// findHooks asks the carrier where the hotline takes USSD.
func findHooks(ctx context.Context, client *http.Client, carrier string) (sim.Hooks, error) {
	carrier = strings.TrimRight(carrier, "/")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, carrier+"/hooks", nil)
	if err != nil {
		return sim.Hooks{}, fmt.Errorf("phone: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return sim.Hooks{}, ctx.Err()
		}
		return sim.Hooks{}, fmt.Errorf("there is no carrier at %s; is the demo running (make run)?", carrier)
	}
	defer resp.Body.Close()
	var hooks sim.Hooks
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxScreen)).Decode(&hooks); err != nil || resp.StatusCode != http.StatusOK {
		return sim.Hooks{}, fmt.Errorf("%s is not the demo's carrier, or has no USSD", carrier)
	}
	return hooks, nil
}

// dialRule is what dials: digits between stars, and # at the end. Free text may hold stars too.
var dialRule = regexp.MustCompile(`^\*[0-9]+(\*[0-9]+)*#$`)

// isUSSD tells whether a line is for ussdPhone.do whatever else is going on.
func isUSSD(line string) bool { return strings.HasPrefix(line, "!") || dialRule.MatchString(line) }

// do does what a line says: dial, press one of the buttons (ussdHelp), or else type it into the open session.
func (p *ussdPhone) do(ctx context.Context, line string) (ussdResult, error) {
	if dialRule.MatchString(line) {
		return p.dial(ctx, line)
	}
	button, rest, _ := strings.Cut(line, " ")
	switch {
	case !strings.HasPrefix(line, "!"):
		return p.input(ctx, line)
	case button == "!dial":
		return p.redial(ctx, strings.TrimSpace(rest))
	case rest != "":
		return ussdResult{}, fmt.Errorf("%s takes nothing behind it", button)
	}
	switch button {
	case "!dup":
		return p.again(ctx, 1)
	case "!late":
		return p.again(ctx, 2)
	case "!drop":
		p.drop = true
		return ussdResult{}, nil
	case "!lost":
		p.lose = true
		return ussdResult{}, nil
	case "!hang":
		return ussdResult{}, p.hangUp(ctx)
	default:
		return ussdResult{}, fmt.Errorf("there is no button %s; !help lists them", button)
	}
}

// dial begins a session. One that is still open is left as it is, as when the network lost it.
func (p *ussdPhone) dial(ctx context.Context, dialled string) (ussdResult, error) {
	code, through := p.split(dialled)
	p.dialled = dialled
	p.session = p.begin(p.from, code)
	lost := p.lose
	r, err := p.hop(ctx, p.session.dial(through))
	if lost { // nobody ever heard of it
		p.session = nil
	}
	return r, err
}

func (p *ussdPhone) redial(ctx context.Context, dialled string) (ussdResult, error) {
	if dialled == "" {
		dialled = p.dialled
	}
	if !dialRule.MatchString(dialled) {
		return ussdResult{}, errors.New("dial a code such as *384# or *384*1#")
	}
	return p.dial(ctx, dialled)
}

// split parts what was dialled into the service's code and what was dialled through: *384*1*2# into *384#, 1 and 2.
func (p *ussdPhone) split(dialled string) (code string, through []string) {
	open := strings.TrimSuffix(dialled, "#")
	service := strings.TrimSuffix(p.code, "#")
	if rest, ok := strings.CutPrefix(open, service); !ok || service == "" || rest != "" && rest[0] != '*' {
		end := strings.IndexByte(open[1:], '*')
		if end < 0 {
			return dialled, nil
		}
		service = open[:1+end]
	}
	if rest := strings.TrimPrefix(open, service); rest != "" {
		through = strings.Split(rest[1:], "*")
	}
	return service + "#", through
}

func (p *ussdPhone) input(ctx context.Context, text string) (ussdResult, error) {
	if p.session == nil {
		return ussdResult{}, errors.New("no session is open: dial first")
	}
	return p.hop(ctx, p.session.input(text))
}

// hop brings a hop to the hotline and its screen back, as far as the network lets it.
func (p *ussdPhone) hop(ctx context.Context, r ussdRequest) (ussdResult, error) {
	lose, drop := p.lose, p.drop
	if lose {
		p.lose = false
		return ussdResult{lost: true}, nil
	}
	p.drop = false
	session := p.session
	p.sent = append(p.sent, ussdSent{session: session, request: r})
	p.sent = p.sent[max(0, len(p.sent)-2):]
	last := &p.sent[len(p.sent)-1]
	var err error
	if last.answer, err = p.post(ctx, r); err != nil {
		p.session = nil
		return ussdResult{}, err
	}
	if drop {
		p.session = nil
		return ussdResult{lost: true}, nil
	}
	screen, err := read(session, last.answer)
	if err != nil {
		p.session = nil
		return ussdResult{}, err
	}
	if screen.end {
		p.session = nil
		err = p.tell(ctx, session, endedByHotline)
	}
	return ussdResult{screen: &screen}, err
}

// again brings the last hop, or with 2 the one before it, to the hotline a second time. The phone does not see the answer.
func (p *ussdPhone) again(ctx context.Context, back int) (ussdResult, error) {
	if len(p.sent) < back {
		return ussdResult{}, errors.New("there is no such hop yet")
	}
	first := p.sent[len(p.sent)-back]
	answer, err := p.post(ctx, first.request)
	if err != nil {
		return ussdResult{}, err
	}
	screen, err := read(first.session, answer)
	if err != nil {
		return ussdResult{}, err
	}
	same := answer.status == first.answer.status && bytes.Equal(answer.body, first.answer.body)
	return ussdResult{screen: &screen, repeated: true, same: same}, nil
}

func (p *ussdPhone) hangUp(ctx context.Context) error {
	session := p.session
	if session == nil {
		return errors.New("no session is open")
	}
	p.session = nil
	return p.tell(ctx, session, endedByCaller)
}

// tell tells the hotline of a session's end, where the dialect does that.
func (p *ussdPhone) tell(ctx context.Context, session ussdSession, how ussdEnd) error {
	var last ussdAnswer
	if n := len(p.sent); n > 0 {
		last = p.sent[n-1].answer
	}
	r, ok := session.end(how, last)
	if !ok {
		return nil
	}
	answer, err := p.post(ctx, r)
	if err == nil && answer.status != http.StatusOK {
		err = fmt.Errorf("the hotline answered %d when it was told of the end", answer.status)
	}
	return err
}

// read reads a screen; a carrier shows only what comes with status 200.
func read(session ussdSession, a ussdAnswer) (ussdScreen, error) {
	switch a.status {
	case http.StatusOK:
		return session.read(a)
	case http.StatusServiceUnavailable:
		return ussdScreen{}, errors.New("the hotline cannot store anything just now (503): it may be locked, see tinye status")
	default:
		return ussdScreen{}, fmt.Errorf("the hotline answered %d", a.status)
	}
}

// post is the carrier's call. Its errors do not name the address, which holds the site's secret.
func (p *ussdPhone) post(ctx context.Context, r ussdRequest) (ussdAnswer, error) {
	hop, cancel := context.WithTimeout(ctx, hopTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(hop, http.MethodPost, r.url, bytes.NewReader(r.body))
	if err != nil {
		return ussdAnswer{}, errors.New("the hotline's address is none")
	}
	req.Header.Set("Content-Type", r.contentType)
	resp, err := p.client.Do(req)
	if err != nil {
		return ussdAnswer{}, unanswered(ctx, req, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxScreen))
	if err != nil {
		return ussdAnswer{}, unanswered(ctx, req, err)
	}
	return ussdAnswer{status: resp.StatusCode, body: body}, nil
}

func unanswered(ctx context.Context, req *http.Request, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return fmt.Errorf("the hotline at %s does not answer: %w", req.URL.Host, err)
}
