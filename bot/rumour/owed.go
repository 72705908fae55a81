package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// not is why a report is not owed an answer; "" means that it is.
type not string

const (
	notNobody   not = "nobody"   // there is nobody to answer
	notAnswered not = "answered" // it has this answer already
	notTold     not = "told"     // a message about another report of the person answers it too
	notStopped  not = "stopped"  // the person said STOP after telling it
)

// owing is how one linked report stands towards an answer of its rumour.
type owing struct {
	not      not
	report   bot.Report
	reads    bot.Lang     // the language in which its sender is answered
	told     bot.Told     // what the person was told last
	heard    int          // the last answer that may have reached them; 0 = none
	onTheWay bool         // they told it again after the present answer was queued
	last     bot.Outbound // the message that was to bring what they were told last; only if it brings nothing any more
}

// owed finds out whether a report is owed the answer with a number. A message answers only what was told before it, and
// only if it was not stopped, lost or out of date: whoever tells it again later asks again.
func (d Desk) owed(tx storage.Tx, r bot.Rumour, l bot.LinkCursor, answerNo int) (owing, error) {
	if l.Contact.IsZero() {
		return owing{not: notNobody}, nil
	}
	rep, err := tx.Report(l.Report)
	if err != nil {
		return owing{}, fmt.Errorf("rumour: owed: %w", err)
	}
	o := owing{report: rep}
	if rep.AnswerNo == answerNo {
		o.not = notAnswered
		return o, nil
	}
	c, err := tx.Contact(l.Contact)
	if errors.Is(err, storage.ErrNotFound) { // erased: the message would find nobody
		o.not = notNobody
		return o, nil
	}
	if err != nil {
		return owing{}, fmt.Errorf("rumour: owed: %w", err)
	}
	o.reads = d.reads(c, rep)
	if c.Stopped() && rep.ToldAt() <= c.StoppedAt {
		o.not = notStopped
		return o, nil
	}
	told, err := tx.Told(r.ID, l.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		return o, nil
	}
	if err != nil {
		return owing{}, fmt.Errorf("rumour: owed: %w", err)
	}
	o.told = told
	no, m, err := heard(tx, told)
	if err != nil {
		return owing{}, err
	}
	o.heard = no
	switch {
	case told.AnswerNo != answerNo:
		o.last = m
	case !lost(m) && rep.ReceivedAt <= m.CreatedAt:
		o.not = notTold
	default:
		o.onTheWay = !lost(m)
	}
	return o, nil
}

// reads is the language in which the sender of a report is answered: the one they chose, else the one they wrote in, else
// the one we took them to read, else the site's first; of those, the first that the site offers.
func (d Desk) reads(c bot.Contact, rep bot.Report) bot.Lang {
	order := []bot.Lang{rep.Lang, c.Lang}
	if c.LangBy == bot.LangChosen {
		order = []bot.Lang{c.Lang, rep.Lang}
	}
	for _, l := range order {
		if slices.Contains(d.Langs, l) {
			return l
		}
	}
	return d.Default()
}

// Readers counts the people who are owed a rumour's answer, by the language they read. It is meant for a View: it walks all
// links.
func (d Desk) Readers(tx storage.Tx, r bot.Rumour) (map[bot.Lang]int, error) {
	answerNo := r.AnswerNo
	if !r.Public() {
		answerNo = nextAnswer(r)
	}
	needs := make(map[bot.Lang]int)
	var after bot.LinkCursor
	var counted bot.ContactKey
	for {
		links, err := tx.Links(r.ID, after, fanPortion)
		if err != nil {
			return nil, fmt.Errorf("rumour: readers: %w", err)
		}
		for _, l := range links {
			after = l
			if l.Contact == counted {
				continue
			}
			o, err := d.owed(tx, r, l, answerNo)
			if err != nil {
				return nil, err
			}
			if o.not == "" {
				needs[o.reads]++
				counted = l.Contact
			}
		}
		if len(links) < fanPortion {
			return needs, nil
		}
	}
}
