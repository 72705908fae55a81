package people

import (
	"slices"

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
// first and the others wait; any other waits its turn (dialogues §2).
func Ask(c bot.Contact, q bot.Question, own bool) bot.Contact {
	list := slices.DeleteFunc(slices.Clone(questions(c)), func(o bot.Question) bool {
		return o.Kind == q.Kind || o.EndsAt <= q.AskedAt
	})
	if own {
		list = append([]bot.Question{q}, list...)
	} else {
		list = append(list, q)
	}
	if len(list) > 1+mostWaiting {
		list = list[:1+mostWaiting]
	}
	return withQuestions(c, list)
}

// Close is the contact without its question of a kind; the next that waits is open then.
func Close(c bot.Contact, kind bot.QuestionKind) bot.Contact {
	return withQuestions(c, slices.DeleteFunc(slices.Clone(questions(c)), func(q bot.Question) bool { return q.Kind == kind }))
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
