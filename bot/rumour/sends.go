package rumour

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// SendsAlone is to how many people somebody who is no coordinator may send a published answer by linking or merging.
const SendsAlone = 1

// Sends is what putting reports under a rumour would send at once.
type Sends struct {
	Rumour bot.Rumour // whose answer it is
	People int        // 0 where the rumour is not published, or all of them have it
}

// LinkSends is what Link would send. It is meant for a View, and refuses who may not know of what it looks at.
func (d Desk) LinkSends(tx storage.Tx, a people.Act, ref string, reports []string) (Sends, error) {
	_, r, err := begin(tx, a, ref, rolesFor(Link)...)
	if err != nil || !r.Public() {
		return Sends{Rumour: r}, err
	}
	var links []bot.LinkCursor
	for _, typed := range reports {
		rep, err := FindReport(tx, typed)
		if err != nil {
			return Sends{}, err
		}
		if err := mayWorkOn(tx, a, rep); err != nil {
			return Sends{}, err
		}
		if rep.Rumour.IsZero() {
			links = append(links, bot.LinkCursor{Contact: rep.Contact, Report: rep.ID})
		}
	}
	n, err := d.hearNow(tx, r, links, nil)
	return Sends{Rumour: r, People: n}, err
}

// MergeSends is what Merge would send, as LinkSends.
func (d Desk) MergeSends(tx storage.Tx, a people.Act, ref, into string) (Sends, error) {
	_, r, err := begin(tx, a, ref, rolesFor(Merge)...)
	if err != nil {
		return Sends{}, err
	}
	_, target, err := begin(tx, a, into, rolesFor(Merge)...)
	if err != nil || !target.Public() {
		return Sends{Rumour: target}, err
	}
	sends, counted := Sends{Rumour: target}, make(map[bot.ContactKey]bool)
	var after bot.LinkCursor
	for {
		links, err := tx.Links(r.ID, after, fanPortion)
		if err != nil {
			return Sends{}, fmt.Errorf("rumour: merge: %w", err)
		}
		var waits []bot.LinkCursor
		for _, l := range links {
			after = l
			rep, err := tx.Report(l.Report)
			if err != nil {
				return Sends{}, fmt.Errorf("rumour: merge: %w", err)
			}
			if r.AnswerNo == 0 || rep.AnswerNo != r.AnswerNo { // the others have the same verdict, and keep it
				waits = append(waits, l)
			}
		}
		n, err := d.hearNow(tx, target, waits, counted)
		if err != nil {
			return Sends{}, err
		}
		sends.People += n
		if len(links) < fanPortion {
			return sends, nil
		}
	}
}

// hearNow counts the people behind reports who would get a rumour's answer now. Those in counted are not counted again.
func (d Desk) hearNow(tx storage.Tx, r bot.Rumour, links []bot.LinkCursor, counted map[bot.ContactKey]bool) (n int, err error) {
	if counted == nil {
		counted = make(map[bot.ContactKey]bool)
	}
	for _, l := range links {
		if l.Contact.IsZero() || counted[l.Contact] {
			continue
		}
		if c, err := tx.Contact(l.Contact); errors.Is(err, storage.ErrNotFound) || err == nil && c.Number.Value == "" {
			continue
		} else if err != nil {
			return 0, fmt.Errorf("rumour: who hears: %w", err)
		}
		o, err := d.owed(tx, r, l, r.AnswerNo)
		if err != nil {
			return 0, err
		}
		if o.not == "" {
			counted[l.Contact] = true
			n++
		}
	}
	return n, nil
}

// MaySend refuses what sends an answer at once while nobody has said that this is meant, or to more than SendsAlone people by
// who is no coordinator.
func MaySend(tx storage.Tx, a people.Act, s Sends, sure bool) error {
	if s.People == 0 {
		return nil
	}
	args := []string{"ref", string(s.Rumour.Ref), "n", itoa(s.People)}
	if s.People > SendsAlone {
		if chief, err := a.Is(tx, bot.RoleCoordinator); err != nil {
			return err
		} else if !chief {
			return bot.Fault(bot.CodeForbidden, "desk.sends_coordinator", args...)
		}
	}
	if !sure {
		return bot.Fault(bot.CodeRefused, "desk.sends_yes", args...)
	}
	return nil
}

// HeardOf counts the people who tell a rumour that was split off, may have read the answer of the one it came from, and tell
// that one no more: what they read was about something else. It is meant for a View, and looks at most at one portion.
func HeardOf(tx storage.Tx, made, from bot.Rumour) (int, error) {
	misled, err := misled(tx, made, from)
	return len(misled), err
}

// misled are the reports of these people that the answer was about, one for each.
func misled(tx storage.Tx, made, from bot.Rumour) ([]bot.Report, error) {
	links, err := tx.Links(made.ID, bot.LinkCursor{}, fanPortion)
	if err != nil {
		return nil, fmt.Errorf("rumour: who heard: %w", err)
	}
	var reports []bot.Report
	counted := make(map[bot.ContactKey]bool)
	for _, l := range links {
		if l.Contact.IsZero() || counted[l.Contact] {
			continue
		}
		counted[l.Contact] = true
		told, err := tx.Told(from.ID, l.Contact)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("rumour: who heard: %w", err)
		}
		no, _, err := heard(tx, told)
		if err != nil {
			return nil, err
		}
		stays, err := tx.Links(from.ID, bot.LinkCursor{Contact: l.Contact}, 1)
		if err != nil {
			return nil, fmt.Errorf("rumour: who heard: %w", err)
		}
		if no == 0 || len(stays) > 0 && stays[0].Contact == l.Contact {
			continue
		}
		rep, err := tx.Report(told.Report) // they know the answer by its reference
		if errors.Is(err, storage.ErrNotFound) || err == nil && rep.Rumour != made.ID {
			rep, err = tx.Report(l.Report)
		}
		if err != nil {
			return nil, fmt.Errorf("rumour: who heard: %w", err)
		}
		reports = append(reports, rep)
	}
	return reports, nil
}

// TellMisled tells the people whom HeardOf counts that the answer was not about what they told, and is being checked; ids are for these
// messages. More than SendsAlone of them are told by a coordinator alone, who says so (sure); otherwise nobody is.
func (d Desk) TellMisled(tx storage.Tx, a people.Act, made, from bot.Rumour, sure bool, ids []bot.ID) (told int, err error) {
	reports, err := misled(tx, made, from)
	if err != nil {
		return 0, err
	}
	if len(reports) > SendsAlone {
		if chief, err := a.Is(tx, bot.RoleCoordinator); err != nil || !chief || !sure {
			return 0, err
		}
	}
	for i, rep := range reports[:min(len(reports), len(ids))] {
		said, err := d.sayUndone(tx, rep, from, ids[i], a.At)
		if err != nil {
			return 0, err
		}
		if said {
			told++
		}
	}
	return told, nil
}
