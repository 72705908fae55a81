package hotline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// verb is what a desk's command does.
type verb string

// Verbs. PAUSE and COUPURE need no code and cannot be locked out; every other command carries a one-use code.
const (
	verbNone   verb = ""
	verbPause  verb = "pause"  // PAUSE: bulletins and follow-ups are held
	verbCut    verb = "cut"    // COUPURE: every send is held
	verbResume verb = "resume" // REPRISE: everything leaves again
	verbQueue  verb = "queue"  // FILE: what waits
	verbStock  verb = "stock"  // STOCK 482918 A: a stock wording about a rumour
	verbCode   verb = "code"   // a code without a command
)

// command is what a text asks for if it comes from a registered phone: a verb, references, a code. From anybody else the
// same words are ordinary text.
type command struct {
	verb verb
	refs []bot.Ref
	code string        // six digits, "" if there was none
	kind bot.StockKind // with verbStock
}

// command reads a text that holds one verb and beside it nothing but references, a code and courtesy. A code is never a
// reference, so it may be typed in pieces, and before or behind one. What a switch is typed with is read with leniency:
// "pause tout svp", "COUPURE 123457".
func (v *Vocabulary) command(tokens []string) command {
	var c command
	var words []string
	digits := ""
	for _, t := range tokens {
		word := strings.TrimRight(t, "0123456789")
		if word != "" && !v.courtesy[word] {
			words = append(words, word)
		}
		if ref, ok := bot.ParseRef(t[len(word):]); ok {
			c.refs = append(c.refs, ref)
		} else {
			digits += t[len(word):]
		}
	}
	if len(digits) == bot.CodeDigits {
		c.code = digits
	}
	if len(words) > 0 && v.commands[words[0]] == verbStock {
		if c.kind = stockLetter(tokens); c.kind != "" && len(c.refs) > 0 {
			c.verb = verbStock
			return c
		}
	}
	c.verb = v.verb(words, c.code != "" && len(c.refs) == 0)
	return c
}

// stockLetter is the stock wording whose letter stands by itself among the words of a text, "" for none.
func stockLetter(tokens []string) bot.StockKind {
	for _, t := range tokens {
		if len(t) != 1 {
			continue
		}
		if i := int(t[0]) - 'a'; i >= 0 && i < len(bot.StockKinds()) {
			return bot.StockKinds()[i]
		}
	}
	return ""
}

// verb finds the verb among the words of a text; bare tells that a code stands beside them.
func (v *Vocabulary) verb(words []string, bare bool) verb {
	if len(words) == 0 && bare {
		return verbCode
	}
	found := verbNone
	for _, w := range words {
		switch next := v.commands[w]; {
		case next == verbCut, next == verbPause && found != verbCut:
			found = next
		case next != verbNone && next != verbPause && len(words) == 1:
			return next
		case next == verbPause || v.sending[w] || v.pronouns[w]:
		default:
			return verbNone
		}
	}
	return found
}

// tryCommand takes the commands of a desk's registered phones. What is stored of one bears no digits: a code that was not
// looked at is still good.
func (t *turn) tryCommand() (bool, error) {
	c := t.says.command
	if t.phone.User == "" || c.verb == verbNone {
		return false, nil
	}
	t.in.Text = withoutDigits(t.in.Text)
	act := people.Act{At: t.in.ReceivedAt, As: t.phone.User, Via: people.ViaSMS, Site: t.Site.ID}
	switch {
	case c.verb == verbPause:
		return true, t.hold(act, bot.SendPaused)
	case c.verb == verbCut:
		return true, t.hold(act, bot.SendCut)
	case c.verb == verbStock && c.code != "" && len(c.refs) == 1 && c.kind != "":
		return true, t.sendStock(act, c.refs[0], c.kind)
	case c.code == "" || len(c.refs) > 0: // no other command takes a reference
		return true, t.confirm("sms.desk_commands", nil)
	case c.verb == verbResume:
		return true, t.resume(act)
	case c.verb == verbQueue:
		return true, t.listQueue(act)
	default:
		return true, t.confirm("sms.desk_commands", nil)
	}
}

// withoutDigits is a text with a star for every digit.
func withoutDigits(text bot.Text) bot.Text {
	return bot.Text(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '*'
		}
		return r
	}, string(text)))
}

// hold is PAUSE and COUPURE. Wrong codes do not lock it out, since it asks for none.
func (t *turn) hold(act people.Act, state bot.SendState) error {
	sw, err := people.Hold(t.tx, act, state)
	if bot.CodeOf(err) == bot.CodeForbidden {
		return t.confirm("sms.desk_no_role", nil)
	}
	if err != nil {
		return err
	}
	if sw.State == bot.SendCut { // which a pause does not end
		return t.confirmCounted("sms.desk_cut")
	}
	return t.confirmCounted("sms.desk_paused")
}

// resume is REPRISE: the second account that asks within a quarter of an hour ends what is held.
func (t *turn) resume(act people.Act) error {
	return t.withCode(act, people.Resumers(), func() error {
		sw, done, err := people.AskToResume(t.tx, act)
		if err != nil {
			return err
		}
		if done {
			return t.confirmCounted("sms.desk_resumed")
		}
		left := sw.AskedAt.Add(people.ResumeWithin).Sub(t.in.ReceivedAt)
		return t.confirm("sms.desk_resume_first", map[string]string{"minutes": minutes(left)})
	}, func() (string, error) {
		sw, err := t.tx.Switch()
		if err != nil || sw.State != bot.SendAll {
			return "", err
		}
		return "sms.desk_not_held", nil
	})
}

// listQueue is FILE.
func (t *turn) listQueue(act people.Act) error {
	roles := []bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator}
	return t.withCode(act, roles, func() error {
		by, err := act.Actor(t.tx, roles...)
		if err != nil {
			return err
		}
		args, err := queueOf(t.tx, act)
		if err != nil {
			return err
		}
		if err := act.Note(t.tx, by, "queue.read", "", ""); err != nil {
			return err
		}
		return t.confirm("sms.desk_queue", args)
	})
}

// withCode runs a command that takes a code. Whether the account may, and whether there is anything to do (needless gives the
// reply that says so), is looked at first: no code is spent on what comes to nothing.
func (t *turn) withCode(act people.Act, roles []bot.Role, run func() error, needless ...func() (string, error)) error {
	by, err := act.Actor(t.tx, roles...)
	if bot.CodeOf(err) == bot.CodeForbidden {
		return t.confirm("sms.desk_no_role", nil)
	}
	if err != nil {
		return err
	}
	for _, is := range needless {
		key, err := is()
		if err != nil {
			return err
		}
		if key != "" {
			return t.confirmCounted(key)
		}
	}
	if wait := people.SlowedFor(t.phone, t.in.ReceivedAt); wait > 0 {
		return t.confirm("sms.desk_code_wait", map[string]string{"minutes": minutes(wait)})
	}
	good, wait, err := people.UseCode(t.tx, t.phone, t.code, t.in.ReceivedAt)
	if err != nil {
		return err
	}
	if good {
		return run()
	}
	if err := act.Note(t.tx, by, "code.refused", by.Name, string(t.says.command.verb)); err != nil {
		return err
	}
	return t.confirm("sms.desk_code_bad", map[string]string{"minutes": minutes(wait)})
}

// confirm queues the reply to a command. No switch, no quiet hours and no flood hold it.
func (t *turn) confirm(key string, args map[string]string) error {
	t.queued = true
	at := t.in.ReceivedAt
	return t.tx.PutOutbound(bot.Outbound{
		ID: t.in.ID, Contact: t.contact, Gateway: t.in.Gateway, Lane: bot.LaneCommand, Kind: bot.KindDesk, Key: key, Args: args,
		Lang: rumour.FirstLang(t.person.Lang, t.Desk.Default()), State: bot.OutQueued, CreatedAt: at, NextAt: at,
		ExpiresAt: at.Add(noticeExpires),
	}, 0)
}

// confirmCounted is confirm with the number of messages that wait.
func (t *turn) confirmCounted(key string) error {
	n, err := t.tx.CountOutbounds(bot.OutQueued, countTo+1)
	if err != nil {
		return err
	}
	return t.confirm(key, map[string]string{"count": counted(n)})
}

// countTo is how far an SMS counts.
const countTo = 1000

func counted(n int) string {
	if n > countTo {
		return strconv.Itoa(countTo) + "+"
	}
	return strconv.Itoa(n)
}

// minutes are the whole minutes that hold a length of time.
func minutes(d time.Duration) string { return strconv.Itoa(int((d + time.Minute - 1) / time.Minute)) }

const (
	// mostRefs is how many references an SMS names.
	mostRefs = 5
	// queueLook is how many rumours of each state are looked at for the most urgent ones.
	queueLook = 500
)

// queueOf is what the desk has to do, in counts, alarms that nobody has taken first, and the references of the most urgent rumours, the oldest first where two
// are as urgent. What nobody has assessed comes behind what is high: it may be. A restricted rumour is counted, and named to
// who needs to know of it.
func queueOf(tx storage.Tx, act people.Act) (map[string]string, error) {
	reports, err := tx.CountReports(bot.ReportReceived, countTo+1)
	if err != nil {
		return nil, err
	}
	alarms, err := tx.DutyCalls(storage.Page{Limit: countTo + 1})
	if err != nil {
		return nil, err
	}
	args := map[string]string{"alarms": counted(len(alarms)), "waiting": counted(reports), "refs": "-"}
	var open []bot.Rumour
	levels := make(map[bot.RiskLevel]int)
	for name, states := range map[string][]bot.RumourState{
		"fresh":    {bot.RumourNew, bot.RumourTriaged},
		"checking": {bot.RumourInvestigating},
		"review":   {bot.RumourReview},
		"decided":  {bot.RumourDecided},
	} {
		n := 0
		for _, state := range states {
			in, err := tx.CountRumours(state, countTo+1)
			if err != nil {
				return nil, err
			}
			n += in
			list, err := tx.Rumours(state, storage.Page{Limit: queueLook})
			if err != nil {
				return nil, err
			}
			open = append(open, list...)
		}
		args[name] = counted(n)
	}
	held := 0
	for _, r := range open {
		levels[r.Risk.Level]++
		if rumour.Owes(r) == bot.StockHolding {
			held++
		}
	}
	args["held"] = counted(held)
	args["critical"], args["high"] = counted(levels[bot.RiskCritical]), counted(levels[bot.RiskHigh])
	urgent := []bot.RiskLevel{bot.RiskCritical, bot.RiskHigh, "", bot.RiskMedium, bot.RiskLow}
	slices.SortFunc(open, func(a, b bot.Rumour) int {
		byLevel := cmp.Compare(slices.Index(urgent, a.Risk.Level), slices.Index(urgent, b.Risk.Level))
		return cmp.Or(byLevel, cmp.Compare(a.CreatedAt, b.CreatedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
	var refs []string
	for _, r := range open {
		switch err := rumour.NeedsToKnow(tx, act, r); {
		case err == nil:
			refs = append(refs, string(r.Ref))
		case bot.CodeOf(err) != bot.CodeForbidden:
			return nil, err
		}
		if len(refs) == mostRefs {
			break
		}
	}
	if len(refs) > 0 {
		args["refs"] = strings.Join(refs, " ")
	}
	return args, nil
}

// prepareDesk decides about a message to a registered phone: it goes to the number that is registered now, whatever the
// person said as a citizen.
func (s *Service) prepareDesk(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
	n, registered, err := people.DeskNumber(tx, o.Contact)
	if err != nil {
		return storage.Decision{}, err
	}
	if !registered {
		return end(bot.OutSuppressed, people.ReasonNoContact), nil
	}
	u, err := tx.User(n.User)
	if err != nil {
		return storage.Decision{}, err
	}
	if d, over, err := s.over(tx, o, bot.Contact{}, bot.Report{}); err != nil || over {
		return d, err
	}
	key, args, over, err := dutyWords(tx, o)
	if err != nil || over {
		return end(bot.OutSuppressed, reasonSettled), err
	}
	if over, err := focalOver(tx, o); err != nil || over {
		return end(bot.OutSuppressed, reasonSettled), err
	}
	if args == nil {
		args = make(map[string]string)
	}
	text := s.Texts.Text(o.Lang, key, s.values(args)).Text
	return storage.Decision{Send: true, To: u.Number, Text: bot.Text(text)}, nil
}
