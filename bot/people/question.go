package people

import (
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// mostWaiting is how many questions wait for the open one; further ones push out the oldest.
const mostWaiting = 4

// OpenQuestion is the question that is open for a contact at a moment, nil if none is. What has ended is passed over: the
// next that waits is open then.
func OpenQuestion(c bot.Contact, at bot.Instant) *bot.Question {
	for _, q := range questions(c) {
		if at < q.EndsAt {
			return &q
		}
	}
	return nil
}

// QuestionOf is the contact's question of a kind, open or waiting, that has not ended; nil if there is none.
func QuestionOf(c bot.Contact, kind bot.QuestionKind, at bot.Instant) *bot.Question {
	for _, q := range questions(c) {
		if q.Kind == kind && at < q.EndsAt {
			return &q
		}
	}
	return nil
}

// questions are all questions of a contact, the open one first.
func questions(c bot.Contact) []bot.Question {
	if c.Question == nil {
		return c.Waiting
	}
	return append([]bot.Question{*c.Question}, c.Waiting...)
}

// withQuestions is the contact with these questions.
func withQuestions(c bot.Contact, list []bot.Question) bot.Contact {
	c.Question, c.Waiting = nil, nil
	if len(list) > 0 {
		first := list[0]
		c.Question, c.Waiting = &first, list[1:]
	}
	return c
}

// Ask is the contact with one question more, in place of another of its kind. One that the person's own message causes goes
// first and the others wait; any other waits its turn (dialogues §2). A consent question that is over stays until the sweep has
// noted the silence.
func Ask(c bot.Contact, q bot.Question, own bool) bot.Contact {
	list := slices.DeleteFunc(slices.Clone(questions(c)), func(o bot.Question) bool {
		return o.Kind == q.Kind || o.Kind != bot.QuestionConsent && o.EndsAt <= q.AskedAt
	})
	if own {
		list = append([]bot.Question{q}, list...)
	} else {
		list = append(list, q)
	}
	for i := len(list) - 1; len(list) > 1+mostWaiting; i-- {
		if list[i].Kind != bot.QuestionConsent {
			list = slices.Delete(list, i, i+1)
		}
	}
	return withQuestions(c, list)
}

// Close is the contact without its question of a kind; the next that waits is open then.
func Close(c bot.Contact, kind bot.QuestionKind) bot.Contact {
	return withQuestions(c, slices.DeleteFunc(slices.Clone(questions(c)), func(q bot.Question) bool { return q.Kind == kind }))
}

// CloseAbout is the contact without its questions of these kinds about a report.
func CloseAbout(c bot.Contact, report bot.ID, kinds ...bot.QuestionKind) bot.Contact {
	return withQuestions(c, slices.DeleteFunc(slices.Clone(questions(c)), func(q bot.Question) bool {
		return q.Report == report && slices.Contains(kinds, q.Kind)
	}))
}

// LastEnd is when the last of a contact's questions ends that are open or wait at a moment; 0 if none does.
func LastEnd(c bot.Contact, at bot.Instant) bot.Instant {
	var last bot.Instant
	for _, q := range questions(c) {
		if at < q.EndsAt {
			last = max(last, q.EndsAt)
		}
	}
	return last
}

// Shown notes that a contact's question of a kind stands on their screen.
func Shown(tx storage.Tx, c bot.Contact, kind bot.QuestionKind) (bot.Contact, error) {
	list := slices.Clone(questions(c))
	for i := range list {
		if list[i].Kind == kind {
			list[i].Shown = true
		}
	}
	return Save(tx, withQuestions(c, list))
}

// Questions are all questions of a contact that have not ended at a moment, the open one first.
func Questions(c bot.Contact, at bot.Instant) []bot.Question {
	return slices.DeleteFunc(slices.Clone(questions(c)), func(q bot.Question) bool { return q.EndsAt <= at })
}

// AskedAbout tells whether a contact is being asked whether a report tells what was checked.
func AskedAbout(c bot.Contact, report bot.ID, at bot.Instant) bool {
	q := QuestionOf(c, bot.QuestionMatch, at)
	return q != nil && q.Report == report
}

// EndedQuestion is the contact's question of one of these kinds that ended last, no longer than within before a moment; nil if there
// is none, or it was asked a second time already.
func EndedQuestion(c bot.Contact, at bot.Instant, within time.Duration, kinds ...bot.QuestionKind) *bot.Question {
	var last *bot.Question
	for _, q := range questions(c) {
		if slices.Contains(kinds, q.Kind) && q.EndsAt <= at && at.Sub(q.EndsAt) <= within && (last == nil || q.EndsAt > last.EndsAt) {
			last = &q
		}
	}
	if last != nil && last.Again {
		return nil
	}
	return last
}
