package hotline_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/locales"
	"tinye/storage"
)

// TestTranscripts plays testdata/*.txt. A transcript is for people to read; its lines are:
//
//	# a remark
//	site quiet on | hours on | flood on | strict | cumulative | no places | cercles | call back | page 120 | made-up language | matching   what is switched on
//	                         (before the first message); cumulative is a gateway that repeats all that was typed
//	@ 2026-11-23 19:00       the clock, in Bamako        @ +5m   later by so much
//	> Le puits est empoisonné      an SMS from the number in hand; 66123456> … from another, which is then in hand
//	< {S} {ref}: message noté…     what that phone receives next, as it travels; 66123456< … what another receives
//	< (nothing)                    nothing goes to that phone
//	> *384#                        dials; until the session ends a line is an input to it, and < a line of its screen:
//	< 1 Signaler                   each is named, in order; < … stands for the rest of the screen
//	< (end)                        the screen ended the session
//	> !dup                         the last hop comes again: < (same) is byte for byte the same answer
//	> !hang                        the caller hangs up        > !sms TEXT   an SMS during a session, < sms: … one that comes
//	! AMI create {rumour} from {ref} | the claim          a step at the desk
//	! CISSE ask {ref} | Où ?                              and others with a report: see reportStep
//	! AMI sheet a 3                                       and others with phones and codes: see phoneStep
//	! AMI agent GAO-1 66000098 ML0701 bam                 and others with agents and codes of the day: see enrolStep
//	! AMI bulletin new {b} alert                          and others with a bulletin: see bulletinStep
//	! AMI checked {r} other | claim | title | answer      and others with what a machine recognises: see matchStep
//	! AMI cohort JADE ML0701 2                            and others with ambassadors: see cohortStep
//	? desk.not_decided             the step before is refused, with this sentence's key
//
// A {name} in an expected line takes the reference that stands there and keeps it for later lines.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { play(t, file) })
	}
}

type player struct {
	*desk
	phone   string
	names   map[string]string
	inboxes map[string][]string
	refusal error
	serial  int

	dialogues  map[string]*dialogue // by phone
	cumulative bool
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &player{desk: newDesk(t), phone: "70123456", names: map[string]string{"S": "TINYE"}, inboxes: make(map[string][]string),
		dialogues: make(map[string]*dialogue)}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if p.refusal != nil && !strings.HasPrefix(line, "?") {
			t.Fatalf("%s:%d: the step before was refused: %v", file, n, p.refusal)
		}
		if err := p.line(line); err != nil {
			t.Fatalf("%s:%d: %s\n%v", file, n, line, err)
		}
	}
	if p.refusal != nil {
		t.Fatalf("%s: the last step was refused: %v", file, p.refusal)
	}
	for phone, d := range p.dialogues {
		if !d.over && len(d.unread) > 0 {
			t.Errorf("%s: the screen of %s also says %q", file, phone, d.unread)
		}
	}
	p.collect()
	for _, phone := range slices.Sorted(maps.Keys(p.inboxes)) {
		if left := p.inboxes[phone]; len(left) > 0 {
			t.Errorf("%s: %s also received %q", file, phone, left)
		}
	}
}

var phoneLine = regexp.MustCompile(`^(\+?[0-9A-Za-z]*)([<>]) ?(.*)$`)

func (p *player) line(line string) error {
	switch head, rest, _ := strings.Cut(line, " "); head {
	case "site":
		return p.site(strings.TrimSpace(rest))
	case "@":
		return p.moveClock(strings.TrimSpace(rest))
	case "!":
		p.refusal = p.step(p.fill(rest))
		return nil
	case "?":
		return p.refused(strings.TrimSpace(rest))
	}
	m := phoneLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("not a line of a transcript")
	}
	if m[1] != "" {
		p.phone = m[1]
	}
	text := p.fill(m[3])
	d := p.open()
	switch {
	case m[2] == ">" && strings.HasPrefix(text, "!"):
		return p.button(text)
	case m[2] == ">" && strings.HasPrefix(text, "*") && strings.HasSuffix(text, "#"):
		return p.dial(text)
	case m[2] == ">" && d != nil:
		return p.input(text)
	case m[2] == ">":
		return p.send(text)
	case p.unread() != nil && !strings.HasPrefix(m[3], "sms: ") && m[3] != "(nothing)":
		return p.read(p.unread(), m[3])
	}
	return p.expect(strings.TrimPrefix(m[3], "sms: "))
}

func (p *player) site(what string) error {
	switch what {
	case "quiet on":
		p.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	case "hours on":
		p.openWeekdays()
	case "flood on":
		p.Site.Limits.Burst, p.Site.Limits.Day = 5, 20
	case "strict":
		p.useTexts(p.t, nil)
	case "cumulative":
		p.cumulative = true
	case "no places":
		p.Site.USSD.Places = nil
	case "cercles":
		return p.importCercles()
	case "call back":
		p.Site.USSD.CallBack = true
	case "made-up language":
		return p.speakMadeUp()
	case "matching":
		return p.matching()
	case "page 120":
		p.Site.USSD.Septets = map[string]int{"sim": 120}
	default:
		return fmt.Errorf("no such setting")
	}
	return nil
}

func (p *player) moveClock(to string) error {
	if d, ok := strings.CutPrefix(to, "+"); ok {
		by, err := time.ParseDuration(d)
		p.clock.Add(by)
		return err
	}
	at, err := time.Parse("2006-01-02 15:04", to)
	p.set(at)
	return err
}

func (p *player) send(text string) error {
	p.serial++
	in := bot.Inbound{Gateway: "sim", ExternalID: strconv.Itoa(p.serial), Sender: p.phone, To: "36000", Text: bot.Text(text)}
	_, err := p.Receive(context.Background(), in)
	return err
}

// fill puts the references that were taken before into a line.
func (p *player) fill(s string) string {
	for name, value := range p.names {
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	return s
}

func (p *player) collect() {
	for _, m := range p.deliver() {
		phone := strings.TrimPrefix(m.to, "+223")
		p.inboxes[phone] = append(p.inboxes[phone], m.text)
	}
}

var placeholder = regexp.MustCompile(`\\\{(\w+)\\\}`)

func (p *player) expect(want string) error {
	p.collect()
	inbox := p.inboxes[p.phone]
	if want == "(nothing)" {
		if len(inbox) > 0 {
			return fmt.Errorf("received %q", inbox)
		}
		return nil
	}
	if len(inbox) == 0 {
		return fmt.Errorf("received nothing")
	}
	p.inboxes[p.phone] = inbox[1:]
	return p.match(want, inbox[0])
}

// match compares what came with a line of the transcript, and takes the references that stand where it has names.
func (p *player) match(want, got string) error {
	var names []string
	pattern := placeholder.ReplaceAllStringFunc(regexp.QuoteMeta(p.fill(want)), func(s string) string {
		names = append(names, placeholder.FindStringSubmatch(s)[1])
		return `(\d{6,9})`
	})
	found := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(got)
	if found == nil {
		return fmt.Errorf("received %q", got)
	}
	for i, name := range names {
		p.names[name] = found[i+1]
	}
	return nil
}

// step does one thing at the desk: NAME VERB ARGUMENTS | TEXT.
func (p *player) step(line string) error {
	line, text, _ := strings.Cut(line, " | ")
	words := strings.Fields(line)
	if len(words) < 3 {
		return fmt.Errorf("a step is NAME VERB ARGUMENTS | TEXT")
	}
	name, verb, args := words[0], words[1], words[2:]
	act := p.act(name)
	ctx := context.Background()
	update := func(rule func(storage.Tx) (bot.Rumour, error)) error {
		return p.Store.Update(ctx, func(tx storage.Tx) error { _, err := rule(tx); return err })
	}
	switch verb {
	case "create": // create {name} from REPORT…
		id, refs := p.NewID(), p.Refs()
		var made bot.Rumour
		err := update(func(tx storage.Tx) (r bot.Rumour, err error) {
			made, err = p.Desk.Create(tx, act, id, refs, text, args[2:])
			return made, err
		})
		p.names[strings.Trim(args[0], "{}")] = string(made.Ref)
		return err
	case "link":
		_, err := p.Link(ctx, act, args[0], args[1:])
		return err
	case "submit": // submit RUMOUR VERDICT, with the risk as noted where there is a third word
		step := finding(bot.Verdict(args[1]))
		if len(args) > 2 {
			step.Risk = rumour.GivenRisk{}
		}
		return update(func(tx storage.Tx) (bot.Rumour, error) {
			return p.Desk.Submit(tx, act, args[0], step)
		})
	case "decide":
		return update(func(tx storage.Tx) (bot.Rumour, error) { return p.Desk.Decide(tx, act, args[0], rumour.Step{}) })
	case "write":
		return update(func(tx storage.Tx) (bot.Rumour, error) {
			return p.Desk.Write(tx, act, args[0], bot.Lang(args[1]), text)
		})
	case "approve":
		_, err := p.Approve(ctx, act, args[0], bot.Lang(args[1]))
		return err
	case "correct", "withdraw": // correct RUMOUR VERDICT | WHY, withdraw RUMOUR | WHY
		step, rule := rumour.Step{Comment: text}, p.Correct
		if verb == "withdraw" {
			rule = p.Withdraw
		} else {
			step.Verdict = bot.Verdict(args[1])
		}
		_, err := rule(ctx, act, args[0], step)
		return err
	case "check": // check RUMOUR WAY: a visit by the verifier says that the claim is true, or false
		return update(func(tx storage.Tx) (bot.Rumour, error) {
			e := bot.Evidence{Method: bot.MethodVisit, Source: bot.SourceEyewitness, Supports: bot.Supports(args[1])}
			return p.Desk.AddEvidence(tx, act, args[0], rumour.Step{Evidence: []bot.Evidence{e}})
		})
	case "approve_stock": // approve_stock KIND
		return p.updated(func(tx storage.Tx) error { _, err := p.Desk.ApproveStock(tx, act, bot.StockKind(args[0])); return err })
	case "stock": // stock RUMOUR KIND
		_, err := p.SendStock(ctx, act, args[0], bot.StockKind(args[1]))
		return err
	case "triage", "assign", "withhold", "reject", "shut", "reopen", "lift": // triage RUMOUR LEVEL, assign RUMOUR NAME: see lifeStep
		return p.lifeStep(act, verb, args, text)
	case "owes": // owes RUMOUR KIND: what those who told it wait for, "nothing" for nothing
		return p.Store.View(ctx, func(tx storage.Tx) error {
			r, err := rumour.Find(tx, args[0])
			if owes := cmp.Or(string(rumour.Owes(r)), "nothing"); err == nil && owes != args[1] {
				err = fmt.Errorf("the rumour owes %s", owes)
			}
			return err
		})
	case "critical": // critical RUMOUR
		return update(func(tx storage.Tx) (bot.Rumour, error) {
			return p.Desk.Assess(tx, act, args[0], rumour.Step{Risk: rumour.GivenRisk{Level: bot.RiskCritical}})
		})
	case "sweep": // sweep now
		return p.Sweep(ctx)
	case "counted": // counted KEY: it is counted that the text went out in another language than its reader's
		counted := func(m locales.Miss) bool { return m.Key == args[0] && m.Count > 0 }
		if !slices.ContainsFunc(p.Texts.Missing(), counted) {
			return fmt.Errorf("%s went out in no other language", args[0])
		}
		return nil
	case "asked": // asked RUMOUR 2: how many were asked whether its answer helped
		return p.Store.View(ctx, func(tx storage.Tx) error {
			r, err := rumour.Find(tx, args[0])
			if err == nil && strconv.Itoa(r.Helped.Asked) != args[1] {
				err = fmt.Errorf("%d were asked", r.Helped.Asked)
			}
			return err
		})
	case "said": // said REPORT yes
		return p.Store.View(ctx, func(tx storage.Tx) error {
			r, err := rumour.FindReport(tx, args[0])
			if err == nil && string(r.Helpful) != args[1] {
				err = fmt.Errorf("the report says %q", r.Helpful)
			}
			return err
		})
	case "publish":
		var fallback bot.Lang
		if len(args) > 1 {
			fallback = bot.Lang(args[1])
		}
		_, err := p.Publish(ctx, act, args[0], fallback)
		return err
	}
	if known, err := p.reportStep(name, verb, args, text); known {
		return err
	}
	if known, err := p.bulletinStep(name, verb, args, text); known {
		return err
	}
	if known, err := p.phoneStep(name, verb, args); known {
		return err
	}
	if known, err := p.enrolStep(name, verb, args); known {
		return err
	}
	if known, err := p.matchStep(act, verb, args, text); known {
		return err
	}
	if known, err := p.cohortStep(name, verb, args); known {
		return err
	}
	return fmt.Errorf("no such step %q", verb)
}

func (p *player) refused(key string) error {
	err := p.refusal
	p.refusal = nil
	var fault *bot.Error
	if err == nil {
		return fmt.Errorf("the step before was not refused")
	}
	if !asFault(err, &fault) || fault.Key != key {
		return fmt.Errorf("the step before was refused with %v", err)
	}
	return nil
}
