package rumour

import (
	"strconv"

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
	by, r, err := begin(tx, a, ref, bot.RoleCoordinator)
	if err != nil {
		return bot.Rumour{}, err
	}
	switch {
	case r.State == bot.RumourPublished && (fallback == "" || r.Fallback != ""):
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.already_published", "ref", string(r.Ref))
	case r.State == bot.RumourNew:
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.not_decided", "ref", string(r.Ref))
	}
	if fallback != "" {
		if err := approved(r, fallback); err != nil {
			return bot.Rumour{}, err
		}
	} else {
		some := false
		for _, l := range d.Langs {
			if approved(r, l) == nil {
				some = true
			} else if n := needs[l]; n > 0 {
				return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.fallback_needed",
					"n", strconv.Itoa(n), "lang", string(l), "fallback", string(d.Default()))
			}
		}
		if !some {
			return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.not_approved", "ref", string(r.Ref), "lang", string(d.Default()))
		}
	}
	r.Fallback = fallback
	if r.State != bot.RumourPublished {
		r.State, r.PublishedBy, r.PublishedAt, r.AnswerNo = bot.RumourPublished, by.Name, a.At, r.AnswerNo+1
	}
	reopen(&r)
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	return r, a.Note(tx, by, "rumour.published", string(r.Ref), string(fallback))
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
