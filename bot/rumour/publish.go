package rumour

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Publish opens the queueing of a decided rumour's answer to everyone who is owed it. Readers of a language without an
// approved text get the one in the fallback language, if the coordinator names one; otherwise Publish is refused and
// says how many they are. A fallback may also be named after publication, for people who still wait.
//
// needs is what Readers counted in a View before. The answers themselves are queued by Fan, in portions.
func (d Desk) Publish(tx storage.Tx, a people.Act, ref string, fallback bot.Lang, needs map[bot.Lang]int) (bot.Rumour, error) {
	return d.PublishStep(tx, a, ref, Step{Fallback: fallback}, needs)
}

// PublishStep is Publish, with what else is said: NoAuto.
func (d Desk) PublishStep(tx storage.Tx, a people.Act, ref string, s Step, needs map[bot.Lang]int) (bot.Rumour, error) {
	count := func(m *moving) error { m.needs = needs; return nil }
	return d.move(tx, a, ref, Publish, s, count, (*moving).publish)
}

// publish opens the queueing of the answer, and sets whether a machine may give it.
func (m *moving) publish() error {
	if !m.was.Public() {
		if no := nextAnswer(m.r); no > m.r.AnswerNo {
			m.r.AnswerNo, m.r.AnswerKind = no, bot.AnswerFirst
			if no > 1 {
				m.r.AnswerKind = bot.AnswerCorrection
			}
		}
		m.r.Amending, m.r.Recurred, m.r.LiftedBy = false, false, ""
		m.r.PublishedBy, m.r.PublishedAt, m.r.Told = m.by.Name, m.act.At, m.r.Verdict
		m.r.QuietSince = m.act.At
	}
	m.r.Fallback, m.reason = m.Fallback, string(m.Fallback)
	reopen(&m.r)
	return m.tick()
}

// nextAnswer is the number of the answer that publishing makes. Who was told the same verdict before is not told again.
func nextAnswer(r bot.Rumour) int {
	if r.AnswerNo > 0 && r.Told == r.Verdict && !r.Amending {
		return r.AnswerNo
	}
	return r.AnswerNo + 1
}

func approved(r bot.Rumour, l bot.Lang) error {
	answer, ok := r.AnswerIn(l)
	if !ok {
		return bot.Fault(bot.CodeRefused, "desk.no_answer", "ref", string(r.Ref), "lang", string(l))
	}
	if !answer.Approved() {
		return bot.Fault(bot.CodeRefused, "desk.not_approved", "ref", string(r.Ref), "lang", string(l))
	}
	return nil
}

// FirstLang is the first language of the list that is known.
func FirstLang(langs ...bot.Lang) bot.Lang {
	for _, l := range langs {
		if l != "" {
			return l
		}
	}
	return bot.French
}
