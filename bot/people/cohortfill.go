package people

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// Fill is how one place of a cohort is filled, or all of them.
type Fill struct {
	Place     bot.PlaceCode
	Quota     int
	Sits      int // cleared, and not gone
	Women     int // of those
	Men       int
	Other     int // of another sex, or did not say
	Screening int // may still be cleared, and there is a seat
	Waiting   int // may still be cleared, and there is none: the waiting list
	Gone      int // were cleared, and left
}

// Gap is how many seats are empty.
func (f Fill) Gap() int { return max(0, f.Quota-f.Sits) }

// UnderHalf tells whether less than half of what was to be is there (domain, 3.10).
func (f Fill) UnderHalf() bool { return 2*f.Sits < f.Quota }

// GroupFill is how many members of a group there are.
type GroupFill struct {
	Group string
	Quota int
	Sits  int
}

// UnderHalf tells whether less than half of what was to be is there.
func (f GroupFill) UnderHalf() bool { return 2*f.Sits < f.Quota }

// CohortFill is how a cohort stands against its quotas, as its members chose to say.
type CohortFill struct {
	Places       []Fill // in the order of the quotas
	Total        Fill
	Groups       []GroupFill
	Sexes        map[bot.Sex]int
	Ages         map[bot.AgeBand]int
	Residences   map[bot.Residence]int
	Disabilities map[bot.Disability]int
}

// FillOf counts.
func FillOf(c bot.Cohort, members []bot.Member) CohortFill {
	f := CohortFill{
		Sexes: make(map[bot.Sex]int), Ages: make(map[bot.AgeBand]int), Residences: make(map[bot.Residence]int),
		Disabilities: make(map[bot.Disability]int),
	}
	for _, g := range c.Groups {
		f.Groups = append(f.Groups, GroupFill{Group: g.Group, Quota: g.N})
	}
	at := make(map[bot.PlaceCode]int)
	for i, q := range c.Quotas {
		f.Places = append(f.Places, Fill{Place: q.Place, Quota: q.N})
		at[q.Place] = i
	}
	candidates := make([]int, len(f.Places))
	for _, m := range members {
		i, ok := at[m.Place]
		if !ok { // the quota of the place was taken back
			i = len(f.Places)
			at[m.Place] = i
			f.Places, candidates = append(f.Places, Fill{Place: m.Place}), append(candidates, 0)
		}
		switch {
		case m.Sits():
			f.sits(&f.Places[i], m)
		case m.Screens():
			candidates[i]++
		case m.Status == bot.AgentExited && m.Vetting == bot.VettingCleared:
			f.Places[i].Gone++
		}
	}
	for i := range f.Places {
		p := &f.Places[i]
		p.Screening = min(candidates[i], p.Gap())
		p.Waiting = candidates[i] - p.Screening
		t := &f.Total
		t.Quota, t.Sits, t.Women, t.Men, t.Other = t.Quota+p.Quota, t.Sits+p.Sits, t.Women+p.Women, t.Men+p.Men, t.Other+p.Other
		t.Screening, t.Waiting, t.Gone = t.Screening+p.Screening, t.Waiting+p.Waiting, t.Gone+p.Gone
	}
	return f
}

func (f *CohortFill) sits(p *Fill, m bot.Member) {
	p.Sits++
	switch m.Sex {
	case bot.SexFemale:
		p.Women++
	case bot.SexMale:
		p.Men++
	default:
		p.Other++
	}
	f.Sexes[m.Sex]++
	f.Ages[m.AgeBand]++
	f.Residences[m.Residence]++
	f.Disabilities[m.Disability]++
	for i := range f.Groups {
		if m.In(f.Groups[i].Group) {
			f.Groups[i].Sits++
		}
	}
}

// Selecting tells whether the selection of a cohort is still open on a day.
func Selecting(c bot.Cohort, today string) bool { return c.SelectBy == "" || today <= c.SelectBy }

// Silence is a member of whom nothing was heard for too long.
type Silence struct {
	Member bot.Member
	Mentor string
	Last   bot.Instant
	Days   int
}

// Silent are the members who work of whom nothing was heard for as many days as their cohort says, the longest first. A cohort
// counts from its first day to its last.
func Silent(tx storage.Tx, c bot.Cohort, members []bot.Member, at bot.Instant, today string) ([]Silence, error) {
	if today < c.Starts || today > c.Ends {
		return nil, nil
	}
	var list []Silence
	for _, m := range members {
		if !m.Works() {
			continue
		}
		last, err := LastSign(tx, m)
		if err != nil {
			return nil, err
		}
		if begun, err := time.Parse(time.DateOnly, c.Starts); err == nil {
			last = max(last, bot.At(begun))
		}
		if days := int(at.Sub(last) / (24 * time.Hour)); days >= c.SilentDays {
			list = append(list, Silence{Member: m, Mentor: mentorOf(c, m), Last: last, Days: days})
		}
	}
	slices.SortStableFunc(list, func(a, b Silence) int { return cmp.Compare(b.Days, a.Days) })
	return list, nil
}

// SilentKey is the locale key of the message that tells a mentor of members of whom nothing is heard.
const SilentKey = "sms.members_silent"

const (
	// silentNamed is how many code names such a message holds.
	silentNamed = 3
	// silentLasts is how long it is worth sending.
	silentLasts = 24 * time.Hour
)

// ToRemind are the mentors with a registered phone who have not been told yet of somebody of whom nothing is heard.
func ToRemind(tx storage.Tx, at bot.Instant, today string) (mentors []string, err error) {
	due, err := untoldSilences(tx, at, today)
	for _, s := range due {
		if !slices.Contains(mentors, s.Mentor) {
			mentors = append(mentors, s.Mentor)
		}
	}
	return mentors, err
}

func untoldSilences(tx storage.Tx, at bot.Instant, today string) ([]Silence, error) {
	cohorts, err := tx.Cohorts()
	if err != nil {
		return nil, fmt.Errorf("people: remind: %w", err)
	}
	var due []Silence
	phones := make(map[string]bool)
	for _, c := range cohorts {
		if today < c.Starts || today > c.Ends {
			continue
		}
		members, err := tx.Members(c.Name)
		if err != nil {
			return nil, fmt.Errorf("people: remind: %w", err)
		}
		silent, err := Silent(tx, c, members, at, today)
		if err != nil {
			return nil, err
		}
		for _, s := range silent {
			if s.Member.RemindedAt > s.Last {
				continue
			}
			has, ok := phones[s.Mentor]
			if !ok {
				u, err := tx.User(s.Mentor)
				if err != nil && !errors.Is(err, storage.ErrNotFound) {
					return nil, fmt.Errorf("people: remind: %w", err)
				}
				has = !u.NumberKey.IsZero()
				phones[s.Mentor] = has
			}
			if has {
				due = append(due, s)
			}
		}
	}
	return due, nil
}

// Remind queues one message to a mentor about all members of theirs of whom nothing is heard and of whom they were not told.
func Remind(tx storage.Tx, mentor string, id bot.ID, gateway string, lang bot.Lang, at bot.Instant, today string) (queued bool, err error) {
	due, err := untoldSilences(tx, at, today)
	if err != nil {
		return false, err
	}
	due = slices.DeleteFunc(due, func(s Silence) bool { return s.Mentor != mentor })
	if len(due) == 0 {
		return false, nil
	}
	u, err := userNamed(tx, mentor)
	if err != nil {
		return false, err
	}
	var names []string
	for _, s := range due {
		s.Member.RemindedAt = at
		if _, err := putMember(tx, s.Member); err != nil {
			return false, err
		}
		if len(names) < silentNamed {
			names = append(names, s.Member.CodeName)
		}
	}
	if c, err := tx.Contact(u.NumberKey); err == nil {
		gateway, lang = gatewayOf(c, gateway), cmp.Or(c.Lang, lang)
	} else if !errors.Is(err, storage.ErrNotFound) {
		return false, fmt.Errorf("people: remind: %w", err)
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: id, Contact: u.NumberKey, Gateway: gateway, Lane: bot.LaneReply, Kind: bot.KindDesk, Key: SilentKey, Lang: lang,
		Args:  map[string]string{"count": strconv.Itoa(len(due)), "names": strings.Join(names, ", ")},
		State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(silentLasts),
	}, 0)
	if err != nil {
		return false, fmt.Errorf("people: remind: %w", err)
	}
	return true, nil
}
