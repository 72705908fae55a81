package hotline

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/flows"
)

// smsState tells whether the caller gets bulletins.
func (t *hopTurn) smsState() flows.Result {
	inMenu := t.person.ReplyBy == bot.ReplyByUSSD
	if t.person.Consent.State == bot.ConsentGranted && !t.person.Stopped() && !inMenu {
		noAge := ""
		if people.AsksAge(t.person) { // a line beside the STOP, which nobody has to tell an age for
			noAge = "yes"
		}
		return flows.Result{Outcome: "receiving", Values: map[string]string{"no_age": noAge}}
	}
	may := "yes"
	if inMenu { // no SMS at all, which is for them to change first
		may = ""
	}
	return flows.Result{Values: map[string]string{"may_receive": may}}
}

func (t *hopTurn) consentShown() (flows.Result, error) {
	c, err := people.ConsentShown(t.tx, t.person, t.in.ReceivedAt)
	if err == nil {
		t.person = c
	}
	return nothing(), err
}

// consent notes the answer to the consent text on the screen. Where age and region are known already, nothing more is asked.
func (t *hopTurn) consent(yes bool) (flows.Result, error) {
	c, err := people.AnswerConsent(t.tx, t.person, yes, bot.ChannelUSSD, t.in.ReceivedAt)
	if err != nil {
		return flows.Result{}, err
	}
	t.person = c
	if yes && c.AgeBand != "" && c.AgeBand != bot.AgeUnder15 && !c.Place.IsZero() {
		return outcome("known"), nil
	}
	return nothing(), nil
}

func (t *hopTurn) setAge(band bot.AgeBand) (flows.Result, error) {
	c, err := people.AnswerAge(t.tx, t.person, band, t.in.ReceivedAt)
	if err == nil {
		t.person = c
	}
	return nothing(), err
}

func (t *hopTurn) ageShown() (flows.Result, error) {
	c, err := people.AgeShown(t.tx, t.person, t.in.ReceivedAt)
	if err == nil {
		t.person = c
	}
	return nothing(), err
}

// stop is confirmed by the screen, so no SMS goes out.
func (t *hopTurn) stop() (flows.Result, error) {
	c, _, err := people.Stop(t.tx, t.person, bot.ChannelUSSD, t.in.ReceivedAt)
	if err == nil {
		t.person = c
	}
	return nothing(), err
}

func (t *hopTurn) replyWays() flows.Result {
	call := ""
	if t.Site.USSD.CallBack {
		call = "yes"
	}
	way := "ussd.reply_by_sms"
	switch t.person.ReplyBy {
	case bot.ReplyByUSSD:
		way = "ussd.reply_by_menu"
	case bot.ReplyByCall:
		way = "ussd.reply_by_call"
	}
	return flows.Result{Values: map[string]string{"call_back": call, "way": t.label(way, nil)}}
}

func (t *hopTurn) setReplyBy(way bot.ReplyBy) (flows.Result, error) {
	c, err := people.SetReplyBy(t.tx, t.person, way, t.in.ReceivedAt)
	if err != nil {
		return flows.Result{}, err
	}
	t.person = c
	ids, err := t.myReports()
	if err != nil {
		return flows.Result{}, err
	}
	t.done.queued = true
	return nothing(), t.releaseHeld(t.tx, c, ids, t.in.ReceivedAt)
}

func (t *hopTurn) changeLanguage() (flows.Result, error) {
	next := t.nextLang()
	if next == "" {
		return nothing(), nil
	}
	c, err := people.ChooseLang(t.tx, t.person, next)
	if err != nil {
		return flows.Result{}, err
	}
	t.person, t.session.Lang = c, next
	return nothing(), nil
}
