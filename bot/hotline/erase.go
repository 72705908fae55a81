package hotline

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/flows"
)

// askErase asks whether the person wants to be forgotten: said even in a flood, as STOP is, and twice a day at the most.
func (t *turn) askErase() error {
	if q := people.QuestionOf(t.person, bot.QuestionErase, t.in.ReceivedAt); q != nil && q.Again {
		return nil
	}
	again := people.QuestionOf(t.person, bot.QuestionErase, t.in.ReceivedAt) != nil
	c, err := people.AskErase(t.tx, t.person, t.in.ID, t.in.ReceivedAt)
	if err != nil {
		return err
	}
	if again {
		if c, err = people.AskedAgain(t.tx, c, *people.QuestionOf(c, bot.QuestionErase, t.in.ReceivedAt)); err != nil {
			return err
		}
	}
	t.person = c
	return t.queue(reply{key: people.EraseKey})
}

// forget forgets the person. Who wants no SMS at all gets none about this either. The number of an account stays with it:
// somebody on duty is told that alarms go on.
func (t *turn) forget() error {
	last := t.in.ID
	duty, err := t.onDuty()
	if err != nil {
		return err
	}
	if duty || t.person.ReplyBy == bot.ReplyByUSSD {
		last = bot.ID{}
	}
	if !last.IsZero() {
		if err := t.queue(reply{key: people.ErasedKey}); err != nil {
			return err
		}
	}
	c, err := people.Forget(t.tx, t.person, last, t.in.ReceivedAt)
	if err != nil {
		return err
	}
	t.person = c
	t.today = bot.Activity{}
	if duty {
		return t.confirm("sms.erased_duty", nil)
	}
	return nil
}

// erase forgets the caller, who confirmed it on the screen before: the last screen says so, and no SMS.
func (t *hopTurn) erase() (flows.Result, error) {
	c, err := people.Forget(t.tx, t.person, bot.ID{}, t.in.ReceivedAt)
	if err == nil {
		t.person = c
	}
	return nothing(), err
}
