package hotline

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/locales"
	"tinye/storage"
)

// consentKey is the locale key of the consent text.
const consentKey = "sms.consent"

// Today is a moment's day on the site's calendar, 2026-11-23.
func (s *Service) Today(at bot.Instant) string {
	if s.Site.Zone == nil {
		return people.DayIn(at, time.UTC)
	}
	return people.DayIn(at, s.Site.Zone)
}

// tryAge takes an answer to the question for the age band of somebody who agreed. What is no answer at all is tried
// as the other classes; digits that are none are asked about again, once.
func (t *turn) tryAge() (bool, error) {
	q := people.OpenQuestion(t.person, t.in.ReceivedAt)
	if q == nil || q.Kind != bot.QuestionAge || t.says.word != wordNone {
		return false, nil
	}
	switch said := t.says.age; {
	case said.band != "":
		c, err := people.AnswerAge(t.tx, t.person, said.band, t.in.ReceivedAt)
		if err != nil {
			return false, err
		}
		t.person = c
		if said.band == bot.AgeUnder15 {
			return true, t.say(reply{key: "sms.too_young"})
		}
		return true, t.say(reply{key: "sms.consent_yes"})
	case said.unsure && !q.Again:
		c, err := people.AskedAgain(t.tx, t.person, *q)
		if err != nil {
			return false, err
		}
		t.person = c
		return true, t.say(reply{key: "sms.enrol_age_again"})
	}
	return false, nil
}

// agreed replies to a yes, and to somebody who agreed before: they are asked for the age band in the same text, unless it is
// known.
func (t *turn) agreed() error {
	if !people.AsksAge(t.person) {
		return t.say(reply{key: "sms.consent_yes"})
	}
	if err := t.say(reply{key: "sms.enrol_age"}); err != nil || !t.queued {
		return err
	}
	c, err := people.AskAge(t.tx, t.person, t.in.ID, t.in.ReceivedAt)
	t.person = c
	return err
}

// tryCode takes a code of the day. Four digits that are nobody's code are an ordinary text, unless the word code stands
// beside them. The day is that on which the person wrote: a text that the network held back is not late.
func (t *turn) tryCode() (bool, error) {
	if t.says.digits == "" {
		return false, nil
	}
	code, agent, stands, err := people.FindEnrolCode(t.tx, t.says.digits, t.Today(t.in.Written()))
	if err != nil {
		return false, err
	}
	switch stands {
	case people.CodeOver:
		return true, t.say(reply{key: "sms.code_over"})
	case people.CodeEarly:
		return true, t.say(reply{key: "sms.code_early", args: map[string]string{"date": dayShown(code.From)}})
	case people.CodeNone:
		if !t.says.codeAsked {
			return false, nil
		}
		return true, t.say(reply{key: "sms.code_unknown"})
	}
	c, came, err := people.Come(t.tx, t.person, agent, code, bot.ChannelSMS, t.in.ReceivedAt)
	if err != nil {
		return false, err
	}
	t.person = c
	switch came {
	case people.CameAlready:
		if people.AsksAge(t.person) {
			return true, t.agreed()
		}
		return true, t.say(reply{key: "sms.enrol_already"})
	case people.CameYoung:
		return true, t.say(reply{key: "sms.too_young"})
	}
	return true, t.start()
}

// dayShown writes 2026-11-23 as people do.
func dayShown(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return locales.Day(bot.At(at), time.UTC)
}

// enrolText is all that is kept of an agent's INSCRIRE: no digit, and no name that was typed with it.
const enrolText = "INSCRIRE"

// tryAgent takes the words of an agent: INSCRIRE and BILAN. From any other phone they are ordinary text.
func (t *turn) tryAgent() (bool, error) {
	form := t.says.form
	if t.phone.User == "" || !t.says.tally && (!form.is || t.says.digits != "") {
		return false, nil
	}
	agent, ok, err := people.AgentOf(t.tx, t.phone)
	if err != nil || !ok {
		return false, err
	}
	if t.says.tally {
		return true, t.ownTally(agent)
	}
	t.in.Text = enrolText
	switch {
	case form.number == "":
		return true, t.confirm("sms.agent_no_number", nil)
	case form.band == bot.AgeUnder15:
		return true, t.confirm("sms.agent_too_young", nil)
	}
	number, lang := t.Numbers.Normalise(form.number), cmp.Or(form.lang, agent.Lang)
	act := people.Act{At: t.in.ReceivedAt, As: t.phone.User, Via: people.ViaSMS, Site: t.Site.ID}
	done, err := t.enter(t.tx, act, agent, people.Entry{
		Phone:   people.Phone{Number: number, Key: t.Store.ContactKey(number)},
		Gateway: cmp.Or(t.Site.Gateway, t.in.Gateway), Channel: bot.ChannelSMS,
		Lang: lang, AgeBand: form.band, Sex: form.sex, Text: t.entered,
	})
	if err != nil {
		return false, err
	}
	switch done {
	case entryNotNow:
		return true, t.confirm("sms.agent_not_now", nil)
	case entryNoCode:
		return true, t.confirm("sms.agent_no_code", nil)
	}
	return true, t.confirmEntry(number, form, lang)
}

// confirmEntry says what an INSCRIRE was understood as, and what it lacks: the same whether or not the number is written to.
func (t *turn) confirmEntry(number bot.Address, form formSaid, lang bot.Lang) error {
	reads := rumour.FirstLang(t.person.Lang, t.Desk.Default())
	word := func(key string) string { return t.Texts.Text(reads, key, nil).Text }
	entered, missing := []string{strings.ToLower(t.Texts.Name(lang))}, []string(nil)
	if form.sex != "" {
		entered = append(entered, word("ussd.sex_"+string(form.sex)))
	} else {
		missing = append(missing, word("ussd.word_sex"))
	}
	if form.band != "" {
		entered = append(entered, word("ussd.age_"+string(form.band)))
	} else {
		missing = append(missing, word("ussd.word_age"))
	}
	args := map[string]string{"ends": people.LastDigits(number), "entered": strings.Join(entered, ", ")}
	if len(missing) == 0 {
		return t.confirm("sms.agent_noted", args)
	}
	args["missing"] = strings.Join(missing, ", ")
	return t.confirm("sms.agent_noted_missing", args)
}

func (t *turn) ownTally(agent bot.Agent) error {
	args, ok, err := ownTally(t.tx, agent, t.in.ReceivedAt, t.Today(t.in.ReceivedAt))
	if err != nil {
		return err
	}
	if !ok {
		return t.confirm("sms.agent_no_code", nil)
	}
	return t.confirm("sms.agent_tally", args)
}

// ownTally is an agent's counts of the day; ok is false without a code.
func ownTally(tx storage.Tx, agent bot.Agent, at bot.Instant, today string) (args map[string]string, ok bool, err error) {
	came, yes, no, ok, err := people.OwnTally(tx, agent, at, today)
	return map[string]string{
		"came": strconv.Itoa(came), "yes": strconv.Itoa(yes), "no": strconv.Itoa(no), "none": strconv.Itoa(came - yes - no),
	}, ok, err
}

// entryDone is what comes of somebody whom an agent typed in.
type entryDone string

const (
	entryNoted  entryDone = "noted"
	entryNotNow entryDone = "not_now" // the agent brings nobody now
	entryNoCode entryDone = "no_code" // there is no code to note it under
)

// enter takes down somebody whom an agent typed in, and queues the consent text to them where it may be sent.
func (s *Service) enter(tx storage.Tx, act people.Act, agent bot.Agent, e people.Entry) (entryDone, error) {
	code, may, ok, err := people.FormCode(tx, agent, s.Today(act.At))
	switch {
	case err != nil:
		return "", err
	case !may:
		return entryNotNow, nil
	case !ok:
		return entryNoCode, nil
	}
	e.Blind = bot.ContactKey(s.Store.RepeatKey("arrival", code.ID.String(), string(e.Key[:])))
	c, ask, err := people.Enter(tx, act, agent, code, e)
	if err != nil || !ask {
		return entryNoted, err
	}
	return entryNoted, tx.PutOutbound(s.consentText(c, e.Text, bot.LaneReply, act.At), 0)
}
