package rumour

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

const (
	// HelpfulKey asks whether an answer helped.
	HelpfulKey = "sms.helpful"
	// helpfulAfter is how long after an answer arrived that is asked, and helpfulOpen for how long (dialogues §2).
	helpfulAfter = 3 * 24 * time.Hour
	helpfulOpen  = 3 * 24 * time.Hour
	// helpfulLook is when it is looked again at an answer that has not left, or at a person who has a question to answer.
	helpfulLook = 24 * time.Hour
)

// FollowUpPortion is how many follow-ups one commit takes.
const FollowUpPortion = 100

// putTold notes what a person was told, and when they will be asked whether it helped: once for each person and rumour.
// The caller saves the rumour, which knows until when people are asked.
func putTold(tx storage.Tx, r *bot.Rumour, c bot.ContactKey, told bot.Told, at bot.Instant) error {
	if told.FollowUp.IsZero() {
		told.FollowUp = at.Add(helpfulAfter)
		if err := tx.PutFollowUp(bot.FollowUp{At: told.FollowUp, Rumour: r.ID, Contact: c}); err != nil {
			return fmt.Errorf("rumour: told: %w", err)
		}
		r.AskUntil = max(r.AskUntil, told.FollowUp)
	}
	if err := tx.PutTold(r.ID, c, told); err != nil {
		return fmt.Errorf("rumour: told: %w", err)
	}
	return nil
}

// FollowUp does what is due about one person: asks whether the answer helped, three days after it arrived, or notes that no
// reply came. Nobody is asked who said STOP or may have; who wants no SMS is asked in the menu, and who is rung by whoever
// rings (Called). id is for the question.
func (d Desk) FollowUp(tx storage.Tx, f bot.FollowUp, id bot.ID, at bot.Instant) error {
	if err := tx.DropFollowUp(f); err != nil {
		return fmt.Errorf("rumour: follow up: %w", err)
	}
	err := d.followUp(tx, f, id, at)
	if err == nil && !f.Ends {
		err = lastAsked(tx, f)
	}
	if errors.Is(err, storage.ErrNotFound) { // erased
		return nil
	}
	return err
}

// lastAsked notes that nobody else is to be asked about a rumour, after the last of those who were.
func lastAsked(tx storage.Tx, f bot.FollowUp) error {
	r, err := tx.Rumour(f.Rumour)
	if err == nil {
		r, err = Followed(tx, r)
	}
	if err != nil || r.AskUntil.IsZero() || r.AskUntil > f.At {
		return err
	}
	r.AskUntil = 0
	_, err = save(tx, r)
	return err
}

// guardFollowed wants everybody asked who is to be asked whether the answer helped. Where the one who was to be asked last is
// forgotten, nobody says so: a day later it is over, too.
func (m *moving) guardFollowed() error {
	left := m.was.AskUntil.Sub(m.act.At)
	if m.was.AskUntil.IsZero() || -left >= helpfulLook {
		return nil
	}
	return m.refuse("desk.close_followup", "days", itoa(1+int(max(0, left)/(24*time.Hour))))
}

func (d Desk) followUp(tx storage.Tx, f bot.FollowUp, id bot.ID, at bot.Instant) error {
	r, err := tx.Rumour(f.Rumour)
	if err == nil {
		r, err = Followed(tx, r)
	}
	if err != nil {
		return fmt.Errorf("rumour: follow up: %w", err)
	}
	told, err := tx.Told(r.ID, f.Contact)
	if err != nil {
		return fmt.Errorf("rumour: follow up: %w", err)
	}
	if f.Ends {
		return d.unreplied(tx, r, told, at)
	}
	if told.Asked || told.FollowUp != f.At || told.Outbound.IsZero() || !r.Public() {
		return nil
	}
	o, err := tx.Outbound(told.Outbound)
	if err != nil {
		return fmt.Errorf("rumour: follow up: %w", err)
	}
	rep, c, err := d.hearer(tx, told.Report, f.Contact)
	if err != nil {
		return err
	}
	if rep.Rumour != r.ID { // it tells something else: what was answered is not what they told
		return nil
	}
	if rep.Protect || c.Stopped() || !c.MaybeStop.IsZero() || c.ReplyBy == bot.ReplyByCall {
		return nil
	}
	when, ever := arrived(o, at)
	if !ever {
		return nil
	}
	if people.QuestionOf(c, bot.QuestionHelpful, at) != nil {
		when = max(when, at.Add(helpfulLook))
	}
	if when > at {
		told.FollowUp, r.AskUntil = when, max(r.AskUntil, when)
		if _, err := save(tx, r); err != nil {
			return err
		}
		return errors.Join(tx.PutFollowUp(bot.FollowUp{At: when, Rumour: r.ID, Contact: f.Contact}), tx.PutTold(r.ID, f.Contact, told))
	}
	return d.askHelpful(tx, r, told, rep, c, id, at)
}

// arrived is when a message will have been there for long enough; ever is false if it did not arrive.
func arrived(o bot.Outbound, at bot.Instant) (when bot.Instant, ever bool) {
	switch o.State {
	case bot.OutDelivered:
		return max(o.EndedAt, o.HandedAt).Add(helpfulAfter), true
	case bot.OutHandedOver: // not every gateway says what became of it
		return o.HandedAt.Add(helpfulAfter), true
	case bot.OutQueued, bot.OutClaimed:
		if o.ExpiresAt <= at {
			return 0, false // it leaves no more
		}
		return at.Add(helpfulLook), true
	default:
		return 0, false
	}
}

// askHelpful queues the question, or for a person who wants no SMS lets the menu ask it. It waits its turn behind others.
func (d Desk) askHelpful(
	tx storage.Tx, r bot.Rumour, told bot.Told, rep bot.Report, c bot.Contact, id bot.ID, at bot.Instant,
) error {
	ends := max(at, people.LastEnd(c, at)).Add(helpfulOpen)
	q := bot.Question{Kind: bot.QuestionHelpful, AskedAt: at, EndsAt: ends, Texts: []bot.ID{id}, Report: rep.ID}
	lang, inMenu := d.reads(c, rep), c.ReplyBy == bot.ReplyByUSSD
	if inMenu {
		q.Texts = nil
	}
	c = people.Ask(c, q, false)
	if people.QuestionOf(c, bot.QuestionHelpful, at) == nil { // too many wait
		return nil
	}
	if _, err := people.Save(tx, c); err != nil {
		return err
	}
	over := tx.PutFollowUp(bot.FollowUp{At: ends, Rumour: r.ID, Contact: c.Key, Ends: true})
	if inMenu { // it counts as asked once it is shown
		return over
	}
	told.Asked = true
	r.Helped.Asked++
	if _, err := save(tx, r); err != nil {
		return err
	}
	return errors.Join(
		tx.PutTold(r.ID, c.Key, told),
		over,
		tx.PutOutbound(bot.Outbound{
			ID: id, Contact: c.Key, Gateway: rep.Gateway, Lane: bot.LaneFollowUp, Kind: bot.KindFollowUp, Key: HelpfulKey, Lang: lang,
			Report: rep.ID, Rumour: r.ID, State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: ends,
		}, 0))
}

// unreplied notes that somebody was asked and did not say.
func (d Desk) unreplied(tx storage.Tx, r bot.Rumour, told bot.Told, at bot.Instant) error {
	rep, err := tx.Report(told.Report)
	if err != nil {
		return fmt.Errorf("rumour: follow up: %w", err)
	}
	if rep.Helpful != "" || !told.Asked {
		return nil
	}
	return d.helped(tx, r, rep, bot.HelpfulNoReply, at)
}

// AsksHelpful is the report about whose answer a person is to be asked in the menu whether it helped; ok is false where nothing
// is to be asked, or it was asked there before.
func AsksHelpful(tx storage.Tx, c bot.Contact, at bot.Instant) (rep bot.Report, ok bool, err error) {
	q := people.OpenQuestion(c, at)
	if q == nil || q.Kind != bot.QuestionHelpful || q.Shown {
		return bot.Report{}, false, nil
	}
	rep, err = tx.Report(q.Report)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Report{}, false, nil
	}
	if err != nil {
		return bot.Report{}, false, fmt.Errorf("rumour: asks: %w", err)
	}
	return rep, rep.Contact == c.Key && !rep.Protect && !rep.Rumour.IsZero() && rep.Helpful == "", nil
}

// HelpfulShown notes that the question stands on a person's screen: it is asked by that, and not by SMS any more.
func (d Desk) HelpfulShown(tx storage.Tx, c bot.Contact, rep bot.Report, at bot.Instant) (bot.Contact, error) {
	q := people.QuestionOf(c, bot.QuestionHelpful, at)
	if q == nil {
		return c, nil
	}
	for _, id := range q.Texts {
		o, err := tx.Outbound(id)
		if err == nil && o.State == bot.OutQueued {
			o.State, o.Reason, o.EndedAt = bot.OutDelivered, people.ReasonMenuRead, at
			err = tx.PutOutbound(o, o.Rev)
		}
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return bot.Contact{}, fmt.Errorf("rumour: helpful: %w", err)
		}
	}
	if err := asked(tx, rep); err != nil {
		return bot.Contact{}, err
	}
	return people.Shown(tx, c, bot.QuestionHelpful)
}

// asked counts that the sender of a report is asked, if they were not before.
func asked(tx storage.Tx, rep bot.Report) error {
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return fmt.Errorf("rumour: helpful: %w", err)
	}
	told, err := tx.Told(r.ID, rep.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		told, err = bot.Told{Report: rep.ID}, nil
	}
	if err != nil || told.Asked {
		return err
	}
	told.Asked = true
	r.Helped.Asked++
	if _, err := save(tx, r); err != nil {
		return err
	}
	return tx.PutTold(r.ID, rep.Contact, told)
}

// Helped notes what a person said to whether the answer to a report helped.
func (d Desk) Helped(tx storage.Tx, report bot.ID, said bot.Helpful, at bot.Instant) (bot.Report, error) {
	rep, err := tx.Report(report)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: helped: %w", err)
	}
	if rep.Helpful != "" || rep.Rumour.IsZero() {
		return rep, nil
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: helped: %w", err)
	}
	return rep, d.helped(tx, r, rep, said, at)
}

// helped counts with the rumour, and with the day on which it was said.
func (d Desk) helped(tx storage.Tx, r bot.Rumour, rep bot.Report, said bot.Helpful, at bot.Instant) error {
	rep.Helpful = said
	var one bot.Helped
	switch said {
	case bot.HelpfulYes:
		one.Yes = 1
	case bot.HelpfulNo:
		one.No = 1
	case bot.HelpfulNotBelieved:
		one.NotBelieved = 1
	case bot.HelpfulNoReply:
		one.NoReply = 1
	}
	r.Helped = r.Helped.Plus(one)
	if _, err := saveReport(tx, rep); err != nil {
		return err
	}
	if _, err := save(tx, r); err != nil {
		return err
	}
	return tx.AddHelped(at, one)
}
