package people

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// AgeOpen is how long the question for the age band stays open.
const AgeOpen = 3 * 24 * time.Hour

// Came is what comes of a code that a person typed.
type Came string

// What comes of a code.
const (
	CameAsk     Came = "ask"     // the consent text is to be shown, or sent
	CameAlready Came = "already" // the person gets bulletins already
	CameYoung   Came = "young"   // under 15: answers only
)

// Come notes that a person came by a code. It subscribes nobody: only a yes to the consent text does. Whoever brought the
// person first stays. Place and language are the agent's, but for a language that the person chose and a place that is known.
// Coming again changes nothing.
func Come(tx storage.Tx, c bot.Contact, agent bot.Agent, code bot.EnrolCode, channel bot.Channel, at bot.Instant) (bot.Contact, Came, error) {
	granted := c.Consent.State == bot.ConsentGranted && !c.Stopped()
	other := !c.Enrolled.IsZero() && c.Enrolled.Code != code.ID
	err := arrive(tx, bot.Arrival{
		Code: code.ID, Contact: c.Key, At: at, Channel: channel, Already: other || granted && c.Enrolled.IsZero(),
	})
	if err != nil {
		return c, "", err
	}
	switch {
	case granted:
		c, err = brings(tx, c, code.Project)
		return c, CameAlready, err
	case c.AgeBand == bot.AgeUnder15:
		return c, CameYoung, nil
	}
	c, changed := brought(c, agent, code, at)
	if c.LangBy != bot.LangChosen && c.Lang != agent.Lang {
		c.Lang, c.LangBy, changed = agent.Lang, bot.LangDetected, true
	}
	if c.Place.IsZero() && !agent.Place.IsZero() {
		c.Place, changed = agent.Place, true
	}
	if changed {
		c, err = Save(tx, c)
	}
	return c, CameAsk, err
}

// brought is the contact with who brought the person; where somebody did before, that stays, and another project is noted.
func brought(c bot.Contact, agent bot.Agent, code bot.EnrolCode, at bot.Instant) (_ bot.Contact, changed bool) {
	if !c.Enrolled.IsZero() {
		return alsoFor(c, code.Project)
	}
	c.Enrolled = bot.Enrolment{Via: agent.Via, By: agent.Name, Code: code.ID, Project: code.Project, At: at}
	return c, true
}

// arrive notes an arrival, unless the number came by the code before.
func arrive(tx storage.Tx, a bot.Arrival) error {
	if err := tx.PutArrival(a); err != nil && !errors.Is(err, storage.ErrConflict) {
		return fmt.Errorf("people: arrive: %w", err)
	}
	return nil
}

// Entry is somebody whom an agent typed in, as they said: what is empty was not said.
type Entry struct {
	Phone
	Gateway string // for a number that never wrote to us
	Lang    bot.Lang
	AgeBand bot.AgeBand
	Sex     bot.Sex
	Place   bot.PlaceCode // region or cercle; zero = the agent's
	// Blind stands for the number among those who came, where it must not be written to: it leads to nobody.
	Blind   bot.ContactKey
	Text    bot.ID      // of the consent text, if one is to be sent
	Channel bot.Channel // by which the agent typed it
}

// Enter notes somebody whom an agent typed in. With ask, the caller queues the consent text to the contact, who answers it
// in person. A number that said STOP or NON, or was forgotten, is not written to, and neither is one that is asked already;
// nothing that the agent gets to see tells so. Nobody under 15 is taken down.
func Enter(tx storage.Tx, a Act, agent bot.Agent, code bot.EnrolCode, e Entry) (c bot.Contact, ask bool, err error) {
	by, err := a.Actor(tx, bot.RoleFieldAgent)
	if err != nil {
		return bot.Contact{}, false, err
	}
	if err := refuseNow(tx, agent); err != nil {
		return bot.Contact{}, false, err
	}
	if e.AgeBand == bot.AgeUnder15 {
		return bot.Contact{}, false, bot.Fault(bot.CodeRefused, "desk.too_young")
	}
	c, err = tx.Contact(e.Key)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.Contact{}, false, fmt.Errorf("people: enter: %w", err)
	}
	if err := a.Note(tx, by, "person.entered", "…"+LastDigits(e.Number), code.Digits); err != nil {
		return bot.Contact{}, false, err
	}
	arrival := bot.Arrival{Code: code.ID, Contact: e.Key, At: a.At, Channel: e.Channel, ByAgent: true}
	if leaveAlone(c) {
		arrival.Contact = e.Blind
		return c, false, arrive(tx, arrival)
	}
	granted := c.Consent.State == bot.ConsentGranted
	arrival.Already = !c.Enrolled.IsZero() && c.Enrolled.Code != code.ID || granted && c.Enrolled.IsZero()
	if err := arrive(tx, arrival); err != nil {
		return bot.Contact{}, false, err
	}
	if granted || QuestionOf(c, bot.QuestionConsent, a.At) != nil {
		c, err = brings(tx, c, code.Project)
		return c, false, err
	}
	if c, err = Entered(tx, e.Key, e.Number, e.Gateway, e.Lang, "", a.At); err != nil {
		return bot.Contact{}, false, err
	}
	c, _ = brought(c, agent, code, a.At)
	if c.AgeBand == "" {
		c.AgeBand = e.AgeBand
	}
	if c.Sex == "" {
		c.Sex = e.Sex
	}
	if c.Place.IsZero() {
		if c.Place = e.Place; c.Place.IsZero() {
			c.Place = agent.Place
		}
	}
	c, err = AskConsent(tx, c, e.Text, a.At)
	return c, err == nil, err
}

// leaveAlone tells whether somebody is not to be asked because somebody else wishes it: who said STOP or NON, was forgotten,
// wants no SMS at all, or is under 15. In person they may come whenever they like.
func leaveAlone(c bot.Contact) bool {
	switch c.Consent.State {
	case bot.ConsentRefused, bot.ConsentWithdrawn:
		return true
	}
	return c.Stopped() || !c.ErasedAt.IsZero() && !c.Number.Answerable() || c.AgeBand == bot.AgeUnder15 || c.ReplyBy == bot.ReplyByUSSD
}

// Offered keeps the place and language that an agent gave last, for the next person.
func Offered(tx storage.Tx, agent bot.Agent, lang bot.Lang, at bot.PlaceCode) error {
	if lang == agent.LastLang && at == agent.LastPlace {
		return nil
	}
	agent.LastLang, agent.LastPlace = lang, at
	if err := tx.PutAgent(agent, agent.Rev); err != nil {
		return fmt.Errorf("people: offered: %w", err)
	}
	return nil
}

// AsksAge tells whether a person who gets bulletins is to be asked for the age band: one whose age is not known, since the
// session broke off at the question, an SMS was not answered, or nobody asked before. Who is under 15 gets no bulletins.
func AsksAge(c bot.Contact) bool {
	return c.Consent.State == bot.ConsentGranted && !c.Stopped() && c.AgeBand == ""
}

// AgeDue tells whether the question for the age band comes up by itself at a dial: once for each that is asked by SMS, and
// otherwise every AgeOpen. Whoever leaves it is not held up by it at every call.
func AgeDue(c bot.Contact, at bot.Instant) bool {
	q := QuestionOf(c, bot.QuestionAge, at)
	return AsksAge(c) && (q == nil || !q.Shown)
}

// AgeShown notes that the question for the age band stands on the caller's screen. An SMS may still answer it; what the desk
// or an answer asks goes before it.
func AgeShown(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	if QuestionOf(c, bot.QuestionAge, at) != nil {
		return Shown(tx, c, bot.QuestionAge)
	}
	return Save(tx, Ask(c, bot.Question{Kind: bot.QuestionAge, AskedAt: at, EndsAt: at.Add(AgeOpen), Shown: true}, false))
}

// AskAge opens the question for the age band.
func AskAge(tx storage.Tx, c bot.Contact, text bot.ID, at bot.Instant) (bot.Contact, error) {
	q := bot.Question{Kind: bot.QuestionAge, AskedAt: at, EndsAt: at.Add(AgeOpen), Texts: []bot.ID{text}}
	return Save(tx, Ask(c, q, true))
}

// AnswerAge keeps the answer.
func AnswerAge(tx storage.Tx, c bot.Contact, band bot.AgeBand, at bot.Instant) (bot.Contact, error) {
	return SetAge(tx, Close(c, bot.QuestionAge), band, at)
}

// unagreed is the contact without what an agent said of somebody who then did not agree: sex, age and place are kept of
// those who do. An age under 15 stays, for it protects.
func unagreed(c bot.Contact) bot.Contact {
	if c.Enrolled.IsZero() || c.Consent.State == bot.ConsentGranted {
		return c
	}
	if c.Sex = ""; c.AgeBand != bot.AgeUnder15 {
		c.AgeBand = ""
	}
	c.Place = bot.PlaceCode{}
	return c
}
