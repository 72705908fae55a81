package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// incidentReaders are who read what happened to members.
func incidentReaders() []bot.Role { return []bot.Role{bot.RoleCoordinator, bot.RoleProtectionFocal} }

// NoteIncident notes what happened to a member, for coordinators and the protection focal point (domain §8, S-15). Who was
// arrested is paused at once: the phone may be in other hands.
func NoteIncident(tx storage.Tx, a Act, i bot.Incident) (bot.Incident, bot.Member, error) {
	by, err := a.Actor(tx, mentorRoles()...)
	if err != nil {
		return bot.Incident{}, bot.Member{}, err
	}
	m, c, err := findMember(tx, i.CodeName)
	if err != nil {
		return bot.Incident{}, bot.Member{}, err
	}
	if focal, err := a.Is(tx, bot.RoleProtectionFocal); err != nil {
		return bot.Incident{}, bot.Member{}, err
	} else if !focal {
		if by, err = a.caring(tx, mentorOf(c, m)); err != nil {
			return bot.Incident{}, bot.Member{}, err
		}
	}
	if !slices.Contains(bot.IncidentKinds(), i.Kind) || strings.TrimSpace(string(i.Note)) == "" {
		return bot.Incident{}, bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.bad_incident")
	}
	i.By, i.At = by.Name, a.At
	if err := tx.PutIncident(i, 0); err != nil {
		return bot.Incident{}, bot.Member{}, fmt.Errorf("people: incident: %w", err)
	}
	i.Rev = 1
	if err := a.Note(tx, by, "incident.noted", i.CodeName, string(i.Kind)); err != nil {
		return bot.Incident{}, bot.Member{}, err
	}
	if i.Kind == bot.IncidentArrest && m.Status == bot.AgentActive {
		m, err = moveStatus(tx, a, by, m, bot.AgentPaused, "")
	}
	return i, m, err
}

// Incidents are what happened to members and waits for somebody to see to it, or all of it, the newest first.
func Incidents(tx storage.Tx, a Act, all bool, limit int) ([]bot.Incident, error) {
	if _, err := a.Actor(tx, incidentReaders()...); err != nil {
		return nil, err
	}
	list, err := tx.Incidents(storage.Page{Newest: true, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("people: incidents: %w", err)
	}
	if !all {
		list = slices.DeleteFunc(list, func(i bot.Incident) bool { return !i.DoneAt.IsZero() })
	}
	return list, nil
}

// IncidentDone notes that somebody has seen to an incident, by its short name.
func IncidentDone(tx storage.Tx, a Act, short string, limit int) (bot.Incident, error) {
	by, err := a.Actor(tx, incidentReaders()...)
	if err != nil {
		return bot.Incident{}, err
	}
	list, err := tx.Incidents(storage.Page{Newest: true, Limit: limit})
	if err != nil {
		return bot.Incident{}, fmt.Errorf("people: incidents: %w", err)
	}
	at := slices.IndexFunc(list, func(i bot.Incident) bool { return i.Short() == strings.ToLower(strings.TrimSpace(short)) })
	if at < 0 {
		return bot.Incident{}, bot.Fault(bot.CodeNotFound, "desk.no_such_incident")
	}
	i := list[at]
	if !i.DoneAt.IsZero() {
		return i, nil
	}
	i.DoneBy, i.DoneAt = by.Name, a.At
	if err := tx.PutIncident(i, i.Rev); errors.Is(err, storage.ErrConflict) {
		return bot.Incident{}, err
	} else if err != nil {
		return bot.Incident{}, fmt.Errorf("people: incidents: %w", err)
	}
	return i, a.Note(tx, by, "incident.done", i.CodeName, string(i.Kind))
}
