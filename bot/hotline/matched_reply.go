package hotline

import (
	"errors"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// lateReplies is how long after its end a question that follows a match is asked once more where a reply comes.
const lateReplies = 7 * 24 * time.Hour

// tryMatch takes a 1 or a 0 for the reply to whether a report tells what was checked, and a 0 for another matter than an automatic
// answer. What looks like a muddled reply, and one that comes late, is asked again, once.
func (t *turn) tryMatch() (bool, error) {
	said := t.says.match
	if t.says.another {
		return false, t.tryAnother()
	}
	worded := t.says.word == wordYes || t.says.word == wordNo || t.says.doubtful && t.open() == bot.QuestionMatch
	if said == matchNothing && !worded {
		return false, nil
	}
	if said == matchMuddled && t.says.letter && people.QuestionOf(t.person, bot.QuestionHelpful, t.in.ReceivedAt) != nil {
		return false, nil // a letter is a reply to that
	}
	q := t.matchQuestion(said)
	if q == nil {
		return t.lateMatch(said)
	}
	if asked, err := people.Asked(t.tx, q); err != nil || !asked {
		return err == nil && t.open() == q.Kind, err // the text is on its way
	}
	yes, no := said == matchOne, said == matchZero
	if q.Kind == bot.QuestionMatch && t.wordsCount() {
		yes, no = yes || t.says.word == wordYes || said == matchYes, no || t.says.word == wordNo || said == matchNo
	}
	if q.Kind == bot.QuestionOther { // there is no letter among its replies: it is the digit, or says the same
		yes, no = false, no || said == matchLetter || said == matchNo
	}
	switch {
	case q.Kind == bot.QuestionOther && said == matchYes: // the answer was about it: nothing is to be said
		return true, nil
	case yes:
		return t.affirm(*q)
	case no:
		return t.deny(*q)
	}
	return t.matchAgain(*q)
}

// tryAnother takes a 0 with words behind it: the 0 says that another matter was meant, and the words are a report of their own, which
// is acknowledged by itself.
func (t *turn) tryAnother() error {
	q := t.matchQuestion(matchZero)
	if q == nil {
		return nil
	}
	if asked, err := people.Asked(t.tx, q); err != nil || !asked {
		return err
	}
	t.another = true
	rep, ok, err := t.asked(*q)
	if err != nil || !ok {
		return err
	}
	_, err = t.Desk.Deny(t.tx, rep, q.Rumour, t.in.ReceivedAt)
	return err
}

// matchQuestion is the question that a reply is for: of those that the person was asked after a match, the first that has such a
// reply, unless a question with numbers of its own comes before it.
func (t *turn) matchQuestion(said matchSaid) *bot.Question {
	at := t.in.ReceivedAt
	for _, q := range people.Questions(t.person, at) {
		switch {
		case q.Kind == bot.QuestionAge && said != matchZero:
			return nil
		case q.Kind == bot.QuestionMatch, q.Kind == bot.QuestionOther && said != matchOne:
			if said == matchOne || said == matchZero || t.open() == q.Kind {
				return &q
			}
			return nil
		}
	}
	// A 1 after an automatic answer is no reply to it, unless nothing else has one.
	if q := people.QuestionOf(t.person, bot.QuestionOther, at); q != nil && t.open() == q.Kind {
		return q
	}
	return nil
}

// wordsCount tells whether a yes or a no in words can only be meant for a question that follows a match: they are also what somebody
// says to whether they want bulletins, or to come back.
func (t *turn) wordsCount() bool {
	at := t.in.ReceivedAt
	return t.open() == bot.QuestionMatch && !t.person.Stopped() && people.QuestionOf(t.person, bot.QuestionConsent, at) == nil
}

// affirm answers a report that tells the rumour, as its sender says.
func (t *turn) affirm(q bot.Question) (bool, error) {
	rep, ok, err := t.asked(q)
	if err != nil || !ok {
		return false, err
	}
	out, ok, err := t.Desk.Affirm(t.tx, rep, q.Rumour, t.in.ID, t.in.ReceivedAt)
	if err != nil {
		return false, err
	}
	if !ok || out.Answer != t.in.ID { // it was taken back, or the desk has dealt with the report by now
		return true, t.status(rep.Ref, rep.ID)
	}
	people.MayReply(&t.today, t.yesterday, t.flood, t.in.ReceivedAt)
	t.queued = true
	t.noteTold(out.ID)
	return true, nil
}

// deny notes that a report does not tell the rumour, as its sender says: it is before the desk again, and acknowledged.
func (t *turn) deny(q bot.Question) (bool, error) {
	rep, ok, err := t.asked(q)
	if err != nil || !ok {
		return false, err
	}
	if rep, err = t.Desk.Deny(t.tx, rep, q.Rumour, t.in.ReceivedAt); err != nil {
		return false, err
	}
	if rep.State != bot.ReportReceived { // the desk has put it elsewhere
		return true, t.status(rep.Ref, rep.ID)
	}
	t.noteTold(rep.ID) // what they add now belongs to it
	ack := reply{key: "sms.match_denied", report: rep.ID, expires: ackExpires}
	if !t.Site.Hours.Open(t.in.ReceivedAt) {
		ack.key = "sms.ack_closed"
	}
	return true, t.say(ack)
}

// asked closes a question that is replied to, and reads its report; ok is false where that is gone.
func (t *turn) asked(q bot.Question) (rep bot.Report, ok bool, err error) {
	if t.person, err = people.Save(t.tx, people.Close(t.person, q.Kind)); err != nil {
		return bot.Report{}, false, err
	}
	rep, err = t.tx.Report(q.Report)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Report{}, false, nil
	}
	return rep, err == nil && rep.Contact == t.contact && rep.State != bot.ReportProtected, err
}

// matchAgain asks once more after a muddled reply.
func (t *turn) matchAgain(q bot.Question) (bool, error) {
	if q.Again || t.open() != q.Kind || t.says.chat && q.Kind == bot.QuestionOther {
		return false, nil
	}
	if t.says.word != wordNone && q.Kind == bot.QuestionMatch && !t.wordsCount() && t.person.Stopped() {
		return false, nil // an OUI after a STOP asks to come back
	}
	c, err := people.AskedAgain(t.tx, t.person, q)
	if err != nil {
		return false, err
	}
	t.person = c
	return true, t.sayMatchAgain(q)
}

func (t *turn) sayMatchAgain(q bot.Question) error {
	if q.Kind == bot.QuestionOther {
		return t.say(reply{key: otherAgainKey, report: q.Report})
	}
	return t.say(reply{key: matchAskAgainKey, report: q.Report, rumour: q.Rumour})
}

// lateMatch asks once more where a 1 or a 0 comes after the question's time, as long as it still matters.
func (t *turn) lateMatch(said matchSaid) (bool, error) {
	if said != matchOne && said != matchZero || t.open() != "" {
		return false, nil
	}
	at := t.in.ReceivedAt
	q := people.EndedQuestion(t.person, at, lateReplies, bot.QuestionMatch, bot.QuestionOther)
	if q == nil || q.Kind == bot.QuestionOther && said == matchOne {
		return false, nil
	}
	rep, err := t.tx.Report(q.Report)
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		return false, err
	}
	matters := rep.Contact == t.contact && rep.State == bot.ReportReceived && rep.Rumour.IsZero()
	if q.Kind == bot.QuestionOther {
		matters = rep.Contact == t.contact && rep.Rumour == q.Rumour && rep.Match.Method == bot.MatchAuto
	}
	if q.Kind == bot.QuestionMatch && matters {
		_, matters, err = t.titleOf(t.tx, q.Rumour, t.reads())
	}
	if err != nil || !matters {
		return false, err
	}
	if err := t.sayMatchAgain(*q); err != nil || !t.queued {
		return true, err
	}
	late := bot.Question{
		Kind: q.Kind, AskedAt: at, EndsAt: at.Add(matchOpen), Again: true, Texts: []bot.ID{t.in.ID}, Report: q.Report, Rumour: q.Rumour,
	}
	c, err := people.Save(t.tx, people.Ask(t.person, late, true))
	t.person = c
	return true, err
}
