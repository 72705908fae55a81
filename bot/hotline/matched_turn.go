package hotline

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

const (
	matchAskKey      = "sms.match_ask"
	matchAskAgainKey = "sms.match_ask_again"
	otherAgainKey    = "sms.match_other_again"
)

// matched answers a report whose words tell what was checked, or asks about it, in place of the acknowledgement; done is false where
// the report is to be acknowledged as any other. What raised an alarm is acknowledged as ever, with the number for danger, and the
// answer is a message of its own behind that; it is not asked about. A report that a text has joined is looked at anew, unless its
// sender was asked already.
func (t *turn) matched(rep bot.Report, told told) (done bool, err error) {
	best, ok := t.found.best()
	if !ok || !t.found.about(rep) || !t.mayMatch(rep) || rep.Match.Method != "" && !t.notAsked(rep) {
		return false, nil
	}
	if t.found.outcome == match.Certain && t.answersBySMS() {
		id := t.in.ID
		if told.raised {
			id = t.answer
		}
		out, ok, err := t.Desk.AnswerAtOnce(t.tx, rep, best, id, t.in.ReceivedAt)
		if err != nil {
			return false, err
		}
		if ok && told.raised {
			if err := t.say(t.alarmAck(out, told)); err != nil {
				return false, err
			}
		}
		if ok {
			return true, t.answeredAtOnce(out)
		}
	}
	if rep, err = t.Desk.Suggest(t.tx, rep, best, t.in.ReceivedAt); err != nil {
		return false, err
	}
	if told.raised || !rep.Alarm.At.IsZero() || t.found.apart || !t.asksBySMS() {
		return false, nil
	}
	return t.askMatch(rep, best.Rumour)
}

// notAsked tells whether what a report may tell was left to the desk, and its sender not asked.
func (t *turn) notAsked(rep bot.Report) bool {
	return rep.Match.Method == bot.MatchSuggested && !people.AskedAbout(t.person, rep.ID, t.in.ReceivedAt)
}

// mayMatch tells whether a machine may answer a report, or ask about it. What a registered phone tells is what others say, what came
// late may be over, and whoever may mean stop is left to the desk.
func (t *turn) mayMatch(rep bot.Report) bool {
	return !t.flood && t.phone.User == "" && !rep.Protect && !rep.Stale && !t.says.maybeStop
}

// answersBySMS tells whether an answer that is queued now is heard of now, or waits where the person looks for it. Who is rung would
// hear nothing until somebody rings: the acknowledgement says more.
func (t *turn) answersBySMS() bool { return t.person.ReplyBy != bot.ReplyByCall }

// asksBySMS tells whether a question leaves by SMS.
func (t *turn) asksBySMS() bool { return t.person.ReplyBy == "" || t.person.ReplyBy == bot.ReplyBySMS }

// answeredAtOnce opens the question that follows an automatic answer. In the menu the answer has a line for it instead.
func (t *turn) answeredAtOnce(rep bot.Report) error {
	people.MayReply(&t.today, t.yesterday, t.flood, t.in.ReceivedAt)
	t.queued = true
	if !t.asksBySMS() {
		return nil
	}
	c, err := askOther(t.tx, t.person, rep, t.in.ReceivedAt)
	t.person = c
	return err
}

// askOther opens the question that follows an automatic answer: a 0 says that it was about another matter. It goes first, since the
// person's own message caused it.
func askOther(tx storage.Tx, c bot.Contact, rep bot.Report, at bot.Instant) (bot.Contact, error) {
	c = people.Close(people.Close(c, bot.QuestionMatch), bot.QuestionMore)
	return people.Save(tx, people.Ask(c, bot.Question{
		Kind: bot.QuestionOther, AskedAt: at, EndsAt: at.Add(matchOpen), Texts: []bot.ID{rep.Answer}, Report: rep.ID, Rumour: rep.Rumour,
	}, true))
}

// answeredLate opens the question that follows an automatic answer to somebody whose report was matched later than it came.
func (s *Service) answeredLate(tx storage.Tx, rep bot.Report, at bot.Instant) error {
	c, err := tx.Contact(rep.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hotline: match: %w", err)
	}
	if c.ReplyBy == bot.ReplyByUSSD || c.ReplyBy == bot.ReplyByCall || c.Stopped() && rep.ToldAt() <= c.StoppedAt {
		return nil
	}
	_, err = askOther(tx, c, rep, at)
	return err
}

// recall ends an answer that a machine was to give and may not give any more. Where it stood in place of the acknowledgement, its
// reader gets that now.
func (s *Service) recall(tx storage.Tx, o bot.Outbound, now bot.Instant) (bool, error) {
	recalled, err := s.Desk.Recall(tx, o, now)
	if err != nil || !recalled {
		return false, err
	}
	c, err := tx.Contact(o.Contact)
	if err == nil {
		_, err = people.Save(tx, people.CloseAbout(c, o.Report, bot.QuestionOther))
	}
	if err != nil {
		return false, fmt.Errorf("hotline: recall: %w", err)
	}
	in, err := tx.Inbound(o.ID)
	if errors.Is(err, storage.ErrNotFound) || err == nil && in.Channel == bot.ChannelUSSD {
		return true, nil // it came late, or its reader has the reference from the screen
	}
	if err != nil && !errors.Is(err, storage.ErrErased) {
		return false, fmt.Errorf("hotline: recall: %w", err)
	}
	ack := "sms.ack"
	if !s.Site.Hours.Open(now) {
		ack = "sms.ack_closed"
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: s.NewID(), Contact: o.Contact, Gateway: o.Gateway, Lane: bot.LaneReply, Kind: bot.KindAck, Key: ack, Lang: o.Lang,
		Report: o.Report, State: bot.OutQueued, CreatedAt: now, NextAt: now, ExpiresAt: now.Add(ackExpires),
	}, 0)
	if err != nil {
		return false, fmt.Errorf("hotline: recall: %w", err)
	}
	return true, nil
}

// askMatch asks whether a report tells a rumour, by the title of what was published. done is false where there is nothing that may be
// shown.
func (t *turn) askMatch(rep bot.Report, id bot.ID) (done bool, err error) {
	_, ok, err := t.titleOf(t.tx, id, t.reads())
	if err != nil || !ok {
		return false, err
	}
	ask := reply{key: matchAskKey, kind: bot.KindAck, report: rep.ID, rumour: id, expires: ackExpires}
	if err := t.say(ask); err != nil || !t.queued {
		return false, err
	}
	return true, t.question(bot.QuestionMatch, rep.ID, id, matchOpen)
}

// question opens a question that the message being queued asks.
func (t *turn) question(kind bot.QuestionKind, report, about bot.ID, open time.Duration) error {
	at := t.in.ReceivedAt
	c := t.person
	if kind == bot.QuestionMatch {
		c = people.Close(c, bot.QuestionMore)
	}
	c, err := people.Save(t.tx, people.Ask(c, bot.Question{
		Kind: kind, AskedAt: at, EndsAt: at.Add(open), Texts: []bot.ID{t.in.ID}, Report: report, Rumour: about,
	}, true))
	t.person = c
	return err
}

// titleOf is the line by which people are asked about a rumour: the title that a coordinator gave its answer in that language. ok is
// false where it may not be asked about, or has none: the beginning of an answer is a verdict, and asks nothing.
func (s *Service) titleOf(tx storage.Tx, id bot.ID, lang bot.Lang) (title string, ok bool, err error) {
	r, err := tx.Rumour(id)
	if err == nil {
		r, err = rumour.Followed(tx, r)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("hotline: match: %w", err)
	}
	a, worded := r.AnswerIn(lang)
	if !worded || !a.Approved() || a.Title == "" || !rumour.MayAsk(r) {
		return "", false, nil
	}
	return string(a.Title), true, nil
}

// reads is the language in which the sender is written to.
func (t *turn) reads() bot.Lang { return rumour.FirstLang(t.person.Lang, t.lang, t.Desk.Default()) }

// asksMore tells whether the acknowledgement of a report asks for more, since it has too few words to tell anything.
func (t *turn) asksMore(rep bot.Report) bool {
	return t.found.few && t.found.about(rep) && t.mayMatch(rep) && t.asksBySMS()
}

// ackShort acknowledges such a report; the next text joins it.
func (t *turn) ackShort(rep bot.Report, ack reply) error {
	ack.key = "sms.ack_short"
	if !t.Site.Hours.Open(t.in.ReceivedAt) {
		ack.key = "sms.ack_short_closed"
	}
	if err := t.say(ack); err != nil || !t.queued {
		return err
	}
	return t.question(bot.QuestionMore, rep.ID, bot.ID{}, moreOpen)
}

// tryMore takes a free text for what a report lacked, once it was asked for. It is looked at with the words before it.
func (t *turn) tryMore() (bool, error) {
	q := people.QuestionOf(t.person, bot.QuestionMore, t.in.ReceivedAt)
	if q == nil {
		return false, nil
	}
	if asked, err := people.Asked(t.tx, q); err != nil || !asked {
		return false, err
	}
	c, err := people.Save(t.tx, people.Close(t.person, bot.QuestionMore))
	if err != nil {
		return false, err
	}
	t.person = c
	rep, joined, err := rumour.Join(t.tx, q.Report, t.in, t.says.maybeStop)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil || !joined {
		return false, err
	}
	if err := t.lookForStop(rep.ID); err != nil {
		return false, err
	}
	t.noteTold(rep.ID)
	rep, told, err := t.sound(t.tx, rep, t.heard())
	if err != nil {
		return false, err
	}
	if done, err := t.matched(rep, told); err != nil || done {
		return err == nil, err
	}
	if told.raised {
		return true, t.say(t.alarmAck(rep, told))
	}
	return true, t.say(reply{key: "sms.desk_thanks", args: map[string]string{"ref": string(rep.Ref)}})
}
