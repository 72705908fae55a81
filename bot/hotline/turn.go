package hotline

import (
	"errors"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// How long replies are worth sending.
const (
	ackExpires     = 2 * time.Hour // dialogues §6
	noticeExpires  = 2 * time.Hour
	consentExpires = people.ConsentOpen
)

// protectedKey acknowledges a report for the protection focal point: it says nothing of what it is about, and promises no
// answer.
const protectedKey = "sms.ack_protected"

// Acknowledgements of what raised an alarm: where somebody on duty is told of it, and where nobody is.
const (
	ackAlarmKey  = "sms.ack_alarm"
	ackDangerKey = "sms.ack_danger"
)

// turn is one message inside its transaction: it tries the classes of dialogues §1 in their order.
type turn struct {
	*Service
	tx storage.Tx
	message
	person bot.Contact
	phone  bot.DeskNumber // of nobody, unless the number is registered for a desk account
	activity
	queued  bool
	ref     bot.Ref // of the report that the text became
	told    bool    // it became a report, or joined one
	another bool    // it begins with the 0 of another matter: what follows is a report of its own
}

func (t *turn) handle() error {
	for _, class := range []struct {
		name bot.Class
		try  func() (bool, error)
	}{
		{bot.ClassReply, t.tryConduct},
		{bot.ClassReply, t.tryMatch},
		{bot.ClassReply, t.tryReply},
		{bot.ClassReply, t.tryAge},
		{bot.ClassReply, t.tryHelpful},
		{bot.ClassWord, t.tryWord},
		{bot.ClassReference, t.tryTaking},
		{bot.ClassReference, t.tryReference},
		{bot.ClassCommand, t.tryAgent},
		{bot.ClassCommand, t.tryCommand},
		{bot.ClassEnrol, t.tryCode},
		{bot.ClassChat, t.tryChat},
		{bot.ClassReport, t.tryDraft},
		{bot.ClassReply, t.tryDesk},
		{bot.ClassReply, t.tryMore},
		{bot.ClassChat, t.tryBare},
		{bot.ClassJoined, t.tryJoin},
		{bot.ClassReport, t.report},
	} {
		took, err := class.try()
		if err != nil {
			return err
		}
		if took {
			t.in.Class = class.name
			return nil
		}
	}
	return nil
}

// tryReply takes what fits the alphabet of a question. STOP comes before every question, and a text that is no answer at
// all is tried as the other classes; only what looks like a muddled answer is asked again, once. A begun report is a
// question too, but any text answers it: it is tried after the other classes (tryDraft), so a yes or a no is meant for the
// consent question also while that waits behind it.
func (t *turn) tryReply() (bool, error) {
	q := people.QuestionOf(t.person, bot.QuestionConsent, t.in.ReceivedAt)
	if q == nil {
		return false, nil
	}
	w := t.says.word
	switch {
	case w == wordYes || w == wordNo:
		if asked, err := people.Asked(t.tx, q); err != nil || w == wordYes && !asked {
			return true, err // a yes to a text that has not left yet is none; the text is on its way
		}
		young := t.person.AgeBand == bot.AgeUnder15
		c, err := people.AnswerConsent(t.tx, t.person, w == wordYes && !young, t.in.Channel, t.in.ReceivedAt)
		if err != nil {
			return false, err
		}
		t.person = c
		switch {
		case w == wordYes && young:
			return true, t.say(reply{key: "sms.too_young"})
		case w == wordYes:
			return true, t.agreed()
		}
		return true, t.say(reply{key: "sms.consent_no"})
	case w == wordNone && !q.Again && t.says.doubtful && t.open() == bot.QuestionConsent:
		c, err := people.AskedAgain(t.tx, t.person, *q)
		if err != nil {
			return false, err
		}
		t.person = c
		return true, t.say(reply{key: "sms.consent_again", kind: bot.KindConsent, expires: consentExpires})
	}
	return false, nil
}

// open is the kind of the open question, "" if none is.
func (t *turn) open() bot.QuestionKind {
	if q := people.OpenQuestion(t.person, t.in.ReceivedAt); q != nil {
		return q.Kind
	}
	return ""
}

// tryWord takes the words for us.
func (t *turn) tryWord() (bool, error) {
	lang := t.says.lang
	switch t.says.word {
	case wordStop:
		c, confirm, err := people.Stop(t.tx, t.person, bot.ChannelSMS, t.in.ReceivedAt)
		if err != nil {
			return false, err
		}
		t.person = c
		if !confirm {
			return true, nil
		}
		if duty, err := t.onDuty(); err != nil || duty { // their alarms go on, and they must not wonder at them
			return true, errors.Join(err, t.confirm("sms.stop_duty", nil))
		}
		return true, t.queue(reply{key: people.StopKey}) // said even in a flood: a person must be sure of it
	case wordStart, wordYes:
		return true, t.start()
	case wordHelp:
		return true, t.say(reply{key: "sms.help"})
	case wordMenu:
		return true, t.say(reply{key: t.menuKey()})
	case wordErase:
		return true, t.askErase()
	case wordEraseAll:
		if people.QuestionOf(t.person, bot.QuestionErase, t.in.ReceivedAt) == nil {
			return true, t.askErase()
		}
		return true, t.forget()
	case wordLang:
		if !t.offers(lang) && (lang == bot.French || lang == bot.Bambara) { // there are texts, and the site does not speak it
			return true, t.say(reply{key: "sms.help"})
		}
		c, err := people.ChooseLang(t.tx, t.person, lang)
		if err != nil {
			return false, err
		}
		t.person = c
		if !t.offers(lang) { // it is held all the same: how many would read it is counted
			return true, t.say(reply{key: "sms.lang_noted", args: map[string]string{"other": t.Texts.Name(lang)}})
		}
		return true, t.say(reply{key: "sms.lang_set"})
	}
	return false, nil
}

// menuKey is the text with the words that we know; where the site has a code to dial, it says that too.
func (t *turn) menuKey() string {
	if t.Site.USSD.Code != "" {
		return "sms.menu_code"
	}
	return "sms.menu"
}

// start asks for consent; a yes only counts once that text was sent.
func (t *turn) start() error {
	if t.person.Consent.State == bot.ConsentGranted && !t.person.Stopped() {
		return t.agreed()
	}
	consent := reply{key: consentKey, kind: bot.KindConsent, expires: consentExpires}
	if err := t.say(consent); err != nil || !t.queued {
		return err // in a flood the text is not sent, and without it there is no question
	}
	c, err := people.AskConsent(t.tx, t.person, t.in.ID, t.in.ReceivedAt)
	if err == nil {
		t.person = c
	}
	return err
}

// tryChat leaves thanks alone, and answers a greeting with the help text once a day.
func (t *turn) tryChat() (bool, error) {
	chat := t.says.chat || t.says.word == wordNo                                    // a no that nobody asked for
	leaves := t.says.word == wordNo && t.person.Consent.State == bot.ConsentGranted // the help text says how
	if !chat || !t.says.greeting && !t.says.bare && !leaves {
		return chat, nil
	}
	return true, t.helpOnce()
}

// tryBare answers a letter or a digit alone with the help text once a day where no question waits for it: the one that it
// answers is over, and it tells nothing.
func (t *turn) tryBare() (bool, error) {
	if !t.says.bare {
		return false, nil
	}
	return true, t.helpOnce()
}

// helpOnce sends the help text, once a day.
func (t *turn) helpOnce() error {
	if people.HelpedOn(t.person, t.in.ReceivedAt) {
		return nil
	}
	if err := t.say(reply{key: "sms.help"}); err != nil || !t.queued {
		return err
	}
	c, err := people.Helped(t.tx, t.person, t.in.ReceivedAt)
	t.person = c
	return err
}

// lookForStop holds bulletins to a person whose words, now in a report, may mean stop.
func (t *turn) lookForStop(report bot.ID) error {
	if !t.says.maybeStop {
		return nil
	}
	c, err := people.Save(t.tx, people.MaybeStop(t.person, report, t.in.ReceivedAt))
	t.person = c
	return err
}

// tryDraft finishes a report that was begun in the menu: what is no word for us, no reference and no chat are its words,
// however little time has passed since another report.
func (t *turn) tryDraft() (bool, error) {
	draft, ok := people.Drafted(t.person, t.in.ReceivedAt)
	if !ok {
		return false, nil
	}
	c, err := people.Save(t.tx, people.Finished(t.person, draft))
	if err != nil {
		return false, err
	}
	t.person = c
	return true, t.tell(draft)
}

// tryJoin adds a text to the number's report of the last minutes. What a registered phone reports is what others say: its
// texts stay apart, and so does what raises an alarm, what follows the 0 of another matter, and what is told while a question asks what
// that report tells: the answer would be to half of it.
func (t *turn) tryJoin() (bool, error) {
	if t.phone.User != "" || t.alarm.code != "" {
		return false, nil
	}
	id, ok := t.Site.Limits.Joins(t.today, t.yesterday, t.person, t.in.Written())
	if !ok || t.another || people.AskedAbout(t.person, id, t.in.ReceivedAt) {
		return false, nil
	}
	r, joined, err := rumour.Join(t.tx, id, t.in, t.says.maybeStop)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil || !joined {
		return false, err
	}
	if err := t.lookForStop(id); err != nil {
		return false, err
	}
	t.noteTold(id)
	r, told, err := t.sound(t.tx, r, t.heard())
	if err != nil {
		return false, err
	}
	if done, err := t.matched(r, told); err != nil || done || !told.raised {
		return err == nil, err
	}
	return true, t.say(t.alarmAck(r, told))
}

// heard is what the text may raise an alarm about.
func (t *turn) heard() heard {
	return heard{in: t.in, says: t.alarm, rings: t.rings, flood: t.flood}
}

// alarmAck acknowledges what raised an alarm: it promises no hours, and that somebody was told only if so.
func (t *turn) alarmAck(r bot.Report, told told) reply {
	ack := reply{key: ackDangerKey, kind: bot.KindAck, report: r.ID, expires: ackExpires}
	if told.onDuty {
		ack.key, t.queued = ackAlarmKey, true
	}
	return ack
}

// report makes a report of everything else. What is written just after a protected report, which nothing joins any more once it
// is in the vault, is protected too.
func (t *turn) report() (bool, error) {
	id, ok := t.Site.Limits.Joins(t.today, t.yesterday, t.person, t.in.Written())
	if !ok {
		return true, t.tell(bot.Draft{})
	}
	last, err := t.tx.Report(id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return false, err
	}
	return true, t.tell(bot.Draft{Protect: last.Protect})
}

// tell makes a report, with what a menu asked before, and acknowledges it.
func (t *turn) tell(draft bot.Draft) error {
	known := t.person.Lang
	lang := t.lang
	if t.person.LangBy == bot.LangChosen {
		lang = known
	}
	r, err := rumour.Tell(t.tx, rumour.Telling{
		In: t.in, Lang: lang, MaybeStop: t.says.maybeStop, Draft: draft, Refs: t.refs, Looked: t.found.at,
	})
	if err != nil {
		return err
	}
	r, told, err := t.sound(t.tx, r, t.heard())
	if err != nil {
		return err
	}
	if err := t.lookForStop(r.ID); err != nil {
		return err
	}
	t.ref = r.Ref
	t.noteTold(r.ID)
	if done, err := t.matched(r, told); err != nil || done {
		return err
	}
	ack := reply{key: "sms.ack", kind: bot.KindAck, report: r.ID, expires: ackExpires}
	switch {
	case r.Protect:
		ack.key = protectedKey
	case told.raised:
		ack = t.alarmAck(r, told)
	case t.asksMore(r) && (known != "" || t.person.LangAsked):
		return t.ackShort(r, ack)
	case !t.Site.Hours.Open(t.in.ReceivedAt):
		ack.key = "sms.ack_closed"
	case known == "" && !t.person.LangAsked:
		ack.key = "sms.ack_unsure"
		return t.sayInBoth(ack)
	}
	return t.say(ack)
}

// noteTold notes the text's report beside its sender.
func (t *turn) noteTold(report bot.ID) {
	t.told = true
	people.Told(&t.today, report, t.in.Written())
}

// sayInBoth acknowledges in both languages and asks for one, which is done once.
func (t *turn) sayInBoth(ack reply) error {
	if err := t.say(ack); err != nil || !t.queued {
		return err
	}
	c, err := people.LangAsked(t.tx, t.person)
	t.person = c
	return err
}

// reply is one thing to say to the sender.
type reply struct {
	key      string
	kind     bot.Kind // KindNotice unless set
	args     map[string]string
	report   bot.ID
	rumour   bot.ID
	answerNo int
	expires  time.Duration // noticeExpires unless set
}

// say queues a reply unless the number is in a flood and has had its one of the hour.
func (t *turn) say(r reply) error {
	if !people.MayReply(&t.today, t.yesterday, t.flood, t.in.ReceivedAt) {
		return nil
	}
	return t.queue(r)
}

func (t *turn) queue(r reply) error {
	if r.kind == "" {
		r.kind = bot.KindNotice
	}
	if r.expires == 0 {
		r.expires = noticeExpires
	}
	t.queued = true
	return t.tx.PutOutbound(bot.Outbound{
		ID: t.in.ID, Contact: t.contact, Gateway: t.in.Gateway, Lane: bot.LaneReply, Kind: r.kind, Key: r.key, Args: r.args,
		Lang: t.reads(), Report: r.report, Rumour: r.rumour, AnswerNo: r.answerNo,
		State: bot.OutQueued, CreatedAt: t.in.ReceivedAt, NextAt: t.in.ReceivedAt,
		ExpiresAt: t.in.ReceivedAt.Add(r.expires),
	}, 0)
}
