package hotline

import (
	"fmt"

	"tinye/bot"
	"tinye/flows"
)

// do does what a flow asks for; flows.Specs says what each effect is for. An effect changes rows and the caller's contact,
// and gives what the next screen shows.
func (t *hopTurn) do(e flows.Effect) (flows.Result, error) {
	switch e.Name {
	case "begin":
		return t.lookBack()
	case "resume":
		return t.resume(), nil
	case "forget_draft":
		return t.forgetDraft()
	case "places":
		return t.listPlaces(), nil
	case "pick_place":
		return t.pickPlace(e.Input)
	case "regions":
		return t.listRegions(), nil
	case "pick_region":
		return t.pickRegion(e.Input)
	case "find_region":
		return t.findRegion(e.Input)
	case "cercles":
		return t.listCercles(), nil
	case "pick_cercle":
		return t.pickCercle(e.Input)
	case "find_cercle":
		return t.findCercle(e.Input)
	case "pick_theme":
		return t.pickTheme(bot.Theme(e.With))
	case "report":
		return t.tell(e.Input, e.With == "protect")
	case "pick_match":
		return t.pickMatch(e.Input)
	case "no_match":
		return t.noMatch()
	case "desk_question":
		return t.deskQuestion()
	case "desk_answer":
		return t.answerDesk(e.Input)
	case "helpful_question":
		return t.helpfulQuestion()
	case "helpful":
		return t.helpful(bot.Helpful(e.With))
	case "by_sms":
		return t.bySMS(e.With == "protect")
	case "news":
		return t.listNews()
	case "pick_news", "read_news":
		return t.readNews(e.Input)
	case "search":
		return t.search(e.Input)
	case "mine":
		return t.listMine()
	case "read_mine":
		return withUndo(t.readMine(e.Input))
	case "sms_state":
		return t.smsState(), nil
	case "consent_shown":
		return t.consentShown()
	case "consent":
		return t.consent(e.With == "yes")
	case "age_shown":
		return t.ageShown()
	case "set_age":
		return t.setAge(bot.AgeBand(e.With))
	case "set_region":
		return t.setRegion(e.Input)
	case "find_my_region":
		return t.findMyRegion(e.Input)
	case "stop":
		return t.stop()
	case "erase":
		return t.erase()
	case "reply_ways":
		return t.replyWays(), nil
	case "set_reply_by":
		return t.setReplyBy(bot.ReplyBy(e.With))
	case "enrol_code":
		return t.enrolCode(e.Input)
	case "agent_tally":
		return t.agentTally()
	case "agent_leave":
		return t.agentLeaves(bot.AgentStatus(e.With))
	case "form_begin":
		return t.beginForm()
	case "form_place":
		return t.formPlace(e.Input), nil
	case "form_region":
		return kept("form_place", e.Input), nil
	case "find_form_region":
		return t.findFormRegion(e.Input), nil
	case "form_langs":
		return listed("langs", t.langItems()), nil
	case "form_lang":
		return kept("form_lang", e.Input), nil
	case "form_age":
		return kept("form_age", e.With), nil
	case "form_sex":
		return kept("form_sex", e.With), nil
	case "form_enrol":
		return t.enrolForm(e.Input)
	case "language":
		return t.changeLanguage()
	}
	return flows.Result{}, fmt.Errorf("the flow %s asks for %s, which nobody can do", t.Flow.Name, e.Name)
}

// nothing is the result of an effect after which the walk simply goes on.
func nothing() flows.Result { return flows.Result{} }

func outcome(name string) flows.Result { return flows.Result{Outcome: name} }

// refused goes on with a short line above the screen.
func refused(name, key string) flows.Result { return flows.Result{Outcome: name, Error: key} }

func listed(name string, items []bot.Item) flows.Result {
	return flows.Result{Lists: map[string][]bot.Item{name: items}}
}
