package hotline

import (
	"strings"
	"time"
	"unicode"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/flows"
)

// fewestLetters is what a report has at least; less is a slip of the thumb.
const fewestLetters = 3

// lookBack finds what the caller left unfinished: a draft, a question from the desk, or whether an answer helped or the consent
// question, which no screen has shown yet. Else an agent's phone begins with what agents
// do.
func (t *hopTurn) lookBack() (flows.Result, error) {
	at := t.in.ReceivedAt
	if d, ok := people.Drafted(t.person, at); ok && (!d.Protect || !d.Place.IsZero()) {
		return outcome("draft"), nil // one about protection shows on no screen: the phone may be somebody else's too
	}
	if _, _, ok, err := t.deskAsks(); err != nil || ok {
		return outcome("desk"), err
	}
	if _, ok, err := rumour.AsksHelpful(t.tx, t.person, at); err != nil || ok {
		return outcome("helpful"), err
	}
	q := people.OpenQuestion(t.person, at)
	if q != nil && q.Kind == bot.QuestionConsent && !q.Shown {
		if asked, err := people.Asked(t.tx, q); err != nil || asked {
			return outcome("consent"), err
		}
	}
	if people.AgeDue(t.person, at) {
		return outcome("age"), nil
	}
	if _, ok, err := t.agent(); err != nil || ok {
		return outcome("agent"), err
	}
	return nothing(), nil
}

// resume goes on with the draft at the first thing that it lacks.
func (t *hopTurn) resume() flows.Result {
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	switch {
	case d.Place.IsZero():
		return outcome("place")
	case d.Theme == "":
		return outcome("theme")
	}
	return nothing()
}

// forgetDraft drops what was begun; words for the focal point that are awaited by SMS still are.
func (t *hopTurn) forgetDraft() (flows.Result, error) {
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	if d.Protect {
		return nothing(), t.keepDraft(bot.Draft{Protect: true, BySMS: true})
	}
	t.person = people.Close(t.person, bot.QuestionDraft)
	return nothing(), t.savePerson()
}

func (t *hopTurn) keepDraft(d bot.Draft) error {
	if since, err := t.wentOn(); err != nil || since {
		return err
	}
	t.person = people.Draft(t.person, d, t.in.ReceivedAt)
	return t.savePerson()
}

func (t *hopTurn) pickTheme(theme bot.Theme) (flows.Result, error) {
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	d.Theme = theme
	return nothing(), t.keepDraft(d)
}

// bySMS leaves the words to an SMS.
func (t *hopTurn) bySMS(protect bool) (flows.Result, error) {
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	if protect {
		d = bot.Draft{Protect: true}
	}
	d.BySMS = true // where words for the focal point are awaited, the next ones are for them, whatever else was begun
	if err := t.keepDraft(d); err != nil {
		return flows.Result{}, err
	}
	if t.Site.USSD.SMSNumber == "" {
		return outcome("no_number"), nil
	}
	return flows.Result{Values: map[string]string{"number": t.Site.USSD.SMSNumber}}, nil
}

// tell makes a report of the words. STOP comes before every question, here too.
func (t *hopTurn) tell(input string, protect bool) (flows.Result, error) {
	if t.typing.report.says.word == wordStop {
		_, err := t.stop()
		return outcome("stopped"), err
	}
	if letters(input) < fewestLetters {
		return refused("short", "ussd.too_short"), nil
	}
	if r, already, err := t.toldAlready(input, protect); err != nil || already {
		if err == nil && !t.lateFor {
			_, err = t.forgetDraft()
		}
		if err != nil {
			return flows.Result{}, err
		}
		return t.toldOrAnswered(r)
	}
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	awaited := d.Protect // words by SMS for the focal point, which these are not
	if d.Protect = protect; protect {
		d = bot.Draft{Protect: true}
		awaited = false
	}
	in := t.in
	in.Text, in.Class, in.Hop, in.ExternalID = bot.Text(input), bot.ClassReport, "", ""
	lang := t.typing.report.lang
	if t.person.LangBy == bot.LangChosen {
		lang = t.person.Lang
	}
	r, err := rumour.Tell(t.tx, rumour.Telling{
		In: in, Lang: lang, MaybeStop: t.typing.report.says.maybeStop, Draft: d, Refs: t.typing.report.refs, ReplyGateway: t.person.Gateway,
		Looked: t.typing.report.found.at,
	})
	if err != nil {
		return flows.Result{}, err
	}
	if err := t.tx.PutInbound(in); err != nil {
		return flows.Result{}, err
	}
	if err := t.countTelling(r); err != nil {
		return flows.Result{}, err
	}
	t.person = people.Finished(t.person, d)
	if awaited {
		t.person = people.Draft(t.person, bot.Draft{Protect: true, BySMS: true}, in.ReceivedAt)
	}
	if r.MaybeStop {
		t.person = people.MaybeStop(t.person, r.ID, in.ReceivedAt)
	}
	if err := t.savePerson(); err != nil {
		return flows.Result{}, err
	}
	t.done.ref = r.Ref
	words := t.heard()
	words.in = in
	r, told, err := t.sound(t.tx, r, words)
	t.done.queued = t.done.queued || told.onDuty
	if err != nil {
		return flows.Result{}, err
	}
	if shown, ok, err := t.matched(r, told.raised); err != nil || ok {
		return shown, err
	}
	return t.told(r, told.onDuty), nil
}

// heard is what the typed words may raise an alarm about.
func (t *hopTurn) heard() heard {
	return heard{in: t.in, says: t.typing.report.alarm, rings: t.typing.report.rings}
}

// told is what is said about a report.
func (t *hopTurn) told(r bot.Report, onDuty bool) flows.Result {
	result := flows.Result{Values: map[string]string{"ref": string(r.Ref)}}
	switch {
	case !r.Alarm.At.IsZero() && onDuty:
		result.Outcome = "alarm"
	case !r.Alarm.At.IsZero():
		result.Outcome = "danger"
	case t.person.ReplyBy == bot.ReplyByUSSD:
		result.Outcome = "in_menu"
	case !t.Site.Hours.Open(t.in.ReceivedAt):
		result.Outcome = "closed"
	}
	return result
}

// countTelling notes the report in what the number did today: a text by SMS soon after joins it, and "my messages" lists it.
func (t *hopTurn) countTelling(r bot.Report) error {
	at := r.ReceivedAt
	today, err := t.tx.Activity(t.contact, at)
	if err != nil {
		return err
	}
	yesterday, err := t.tx.Activity(t.contact, at.Add(-24*time.Hour))
	if err != nil {
		return err
	}
	t.Site.Limits.Count(&today, yesterday, at)
	people.Told(&today, r.ID, at)
	return t.tx.PutActivity(t.contact, at, today)
}

func letters(s string) int {
	n := 0
	for _, r := range strings.TrimSpace(s) {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}
