package hotline

import (
	"cmp"

	"tinye/bot"
	"tinye/bot/msisdn"
	"tinye/bot/people"
	"tinye/flows"
)

// enrolCode takes a code of the day that was dialled or typed: the consent text follows, in the agent's language unless the
// caller chose one.
func (t *hopTurn) enrolCode(digits string) (flows.Result, error) {
	code, agent, stands, err := people.FindEnrolCode(t.tx, digits, t.Today(t.in.ReceivedAt))
	if err != nil {
		return flows.Result{}, err
	}
	switch stands {
	case people.CodeOver:
		return outcome("over"), nil
	case people.CodeEarly:
		return flows.Result{Outcome: "early", Values: map[string]string{"date": dayShown(code.From)}}, nil
	case people.CodeNone:
		return outcome("unknown"), nil
	}
	c, came, err := people.Come(t.tx, t.person, agent, code, bot.ChannelUSSD, t.in.ReceivedAt)
	if err != nil {
		return flows.Result{}, err
	}
	t.person = c
	if t.offers(c.Lang) {
		t.session.Lang = c.Lang
	}
	switch came {
	case people.CameAlready:
		if people.AsksAge(c) { // the session broke off at the question
			return outcome("age"), nil
		}
		return outcome("already"), nil
	case people.CameYoung:
		return outcome("young"), nil
	}
	return nothing(), nil
}

// agent is the agent whose phone this is; ok is false for any other.
func (t *hopTurn) agent() (agent bot.Agent, ok bool, err error) {
	phone, registered, err := people.DeskNumber(t.tx, t.contact)
	if err != nil || !registered {
		return bot.Agent{}, false, err
	}
	return people.AgentOf(t.tx, phone)
}

// agentTally is BILAN on a screen.
func (t *hopTurn) agentTally() (flows.Result, error) {
	agent, ok, err := t.agent()
	if err != nil || !ok {
		return outcome("no_code"), err
	}
	values, ok, err := ownTally(t.tx, agent, t.in.ReceivedAt, t.Today(t.in.ReceivedAt))
	if err != nil || !ok {
		return outcome("no_code"), err
	}
	return flows.Result{Values: values}, nil
}

// beginForm offers the place and the language of the last person.
func (t *hopTurn) beginForm() (flows.Result, error) {
	agent, ok, err := t.agent()
	if err != nil || !ok {
		return outcome("not_now"), err
	}
	_, may, ok, err := people.FormCode(t.tx, agent, t.Today(t.in.ReceivedAt))
	switch {
	case err != nil:
		return flows.Result{}, err
	case !may:
		return outcome("not_now"), nil
	case !ok:
		return outcome("no_code"), nil
	}
	at, lang := agent.LastPlace, cmp.Or(agent.LastLang, agent.Lang)
	if at.IsZero() {
		at = agent.Place
	}
	shown := t.label("ussd.form_no_place", nil)
	if p, known := t.Places().Place(at); known {
		shown = p.Name(t.session.Lang)
	}
	return flows.Result{Values: map[string]string{
		"place": shown, "language": t.Texts.Name(lang), "form_place": at.String(), "form_lang": string(lang), "form_age": "", "form_sex": "",
	}}, nil
}

// kept notes an answer on the agent's form. What is noted on the way says nothing of whom it is about: the number is asked
// for last.
func kept(name, value string) flows.Result {
	return flows.Result{Values: map[string]string{name: value}}
}

func (t *hopTurn) formPlace(id string) flows.Result {
	if id == elsewhere {
		return outcome(elsewhere)
	}
	return kept("form_place", id)
}

func (t *hopTurn) findFormRegion(typed string) flows.Result {
	id, result := t.first("regions", t.Places().Regions(placeScheme), typed)
	if id == "" {
		return result
	}
	return kept("form_place", id)
}

// langItems are the site's languages as lines of a list, by the names that they call themselves.
func (t *hopTurn) langItems() []bot.Item {
	items := make([]bot.Item, 0, len(t.Site.Langs))
	for _, l := range t.Site.Langs {
		items = append(items, bot.Item{ID: string(l), Label: t.Texts.Name(l)})
	}
	return items
}

// enrolForm has the person asked whose number the agent typed.
func (t *hopTurn) enrolForm(typed string) (flows.Result, error) {
	agent, ok, err := t.agent()
	if err != nil || !ok {
		return outcome("not_now"), err
	}
	number, doubt, err := t.Numbers.ParseTyped(typed)
	if bot.CodeOf(err) == bot.CodeInvalid || doubt == msisdn.NotMobile {
		return refused("bad", "ussd.form_bad_number"), nil
	}
	if err != nil {
		return flows.Result{}, err
	}
	values := t.session.Walk.Values
	at, _ := bot.ParsePlaceCode(values["form_place"])
	lang := bot.Lang(values["form_lang"])
	act := people.Act{At: t.in.ReceivedAt, As: agent.Name, Via: people.ViaUSSD, Site: t.Site.ID}
	done, err := t.enter(t.tx, act, agent, people.Entry{
		Phone:   people.Phone{Number: number, Key: t.Store.ContactKey(number)},
		Gateway: cmp.Or(t.Site.Gateway, t.person.Gateway, t.in.Gateway), Channel: bot.ChannelUSSD,
		Lang: lang, AgeBand: bot.AgeBand(values["form_age"]), Sex: bot.Sex(values["form_sex"]), Place: at, Text: t.in.ID,
	})
	if err != nil {
		return flows.Result{}, err
	}
	if done != entryNoted {
		return outcome(string(done)), nil
	}
	t.done.queued = true
	return kept("ends", people.LastDigits(number)), people.Offered(t.tx, agent, lang, at)
}
