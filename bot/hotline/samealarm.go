package hotline

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// sameAlarm tells whether an alarm and one that rings, or was taken just now, are about the same, as far as their places and
// senders tell. Where a list knows both places, these decide. Otherwise nobody can know: they are one only where the same
// person says it, or where they raise the same and name a place that is spelled alike; never where they name others.
func (s *Service) sameAlarm(tx storage.Tx, rep bot.Report, c bot.DutyCall, h heard, lead bot.DutyCall) (bool, error) {
	if !c.Place.IsZero() && !lead.Place.IsZero() {
		return s.sameArea(c.Place, lead.Place), nil
	}
	said, err := textOf(tx, rep.ID)
	if err != nil {
		return false, err
	}
	other, err := textOf(tx, lead.Report)
	if err != nil {
		return false, err
	}
	names, others := s.whereabouts(said+apart+string(h.in.Text), c.Place), s.whereabouts(other, lead.Place)
	shared := slices.ContainsFunc(names, func(n string) bool { return slices.Contains(others, n) })
	if shared && c.Code == lead.Code {
		return true, nil
	}
	if !shared && len(names) > 0 && len(others) > 0 {
		return false, nil
	}
	return sameSender(tx, rep, lead)
}

// whereabouts are the words by which a text says where, with the names of the place that it is known to be about.
func (s *Service) whereabouts(text string, known bot.PlaceCode) []string {
	names := s.Alarms.whereabouts(text)
	if p, ok := s.Places().Place(known); ok {
		for _, name := range p.Names {
			names = append(names, alarmWords(name)...)
		}
	}
	return names
}

// textOf is the first text of a report; "" for one that is gone, or sealed.
func textOf(tx storage.Tx, report bot.ID) (string, error) {
	in, err := tx.Inbound(report)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("hotline: alarm: %w", err)
	}
	return string(in.Text), nil
}

// sameSender tells whether a report is by somebody who told of a call, too. What a registered phone tells is what others say,
// so it is nobody's.
func sameSender(tx storage.Tx, rep bot.Report, lead bot.DutyCall) (bool, error) {
	if rep.Contact.IsZero() || rep.EnteredBy != "" {
		return false, nil
	}
	for _, id := range append([]bot.ID{lead.Report}, lead.Joined...) {
		told, err := tx.Report(id)
		if err != nil {
			return false, fmt.Errorf("hotline: alarm: %w", err)
		}
		if told.Contact == rep.Contact {
			return true, nil
		}
	}
	return false, nil
}

// sameArea tells whether two alarms are of the same place, in whichever list it stands: the same cercle. Where one of them
// names no more than a region, it may be any of its cercles, and people mean the town by its name, too: it is the same as
// all that lies in it. Those on duty read no more than the name, and see the others beside it.
func (s *Service) sameArea(a, b bot.PlaceCode) bool {
	if a == b {
		return true
	}
	cercleA, regionA := s.area(a)
	cercleB, regionB := s.area(b)
	switch {
	case regionA == "" || regionB == "":
		return false
	case cercleA != "" && cercleB != "":
		return cercleA == cercleB
	}
	return regionA == regionB || regionA == cercleB || cercleA == regionB
}

// area is the names of a place's cercle, "" for a region, and of its region, "" for a place that is in no list.
func (s *Service) area(code bot.PlaceCode) (cercle, region string) {
	places := s.Places()
	p, ok := places.Place(code)
	if ok && p.Level > bot.LevelCercle {
		p, ok = places.Place(bot.PlaceCode{Scheme: p.Code.Scheme, Code: p.Parent})
	}
	if !ok {
		return "", ""
	}
	if p.Level == bot.LevelCercle {
		cercle, region = p.Name(s.Desk.Default()), p.Name(s.Desk.Default())
	}
	if r, ok := places.Region(code); ok {
		region = r.Name(s.Desk.Default())
	}
	return cercle, region
}
