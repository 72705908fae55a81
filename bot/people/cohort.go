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
	"tinye/bot/place"
	"tinye/storage"
)

const (
	// SilentDays is after how many days without a sign of a member the mentor is told, unless the cohort says otherwise.
	SilentDays = 14
	// mostSeats is how many members a cohort has at the most.
	mostSeats = 5000
	// mostNotice is how long the criteria and the way to apply may be, in characters: they are to be read on one page.
	mostNotice = 1500
)

// mentorRoles are the roles of which a mentor has one.
func mentorRoles() []bot.Role {
	return []bot.Role{bot.RoleCoordinator, bot.RoleModerator, bot.RoleVerifier, bot.RoleProtectionFocal}
}

// AddCohort makes a cohort.
func AddCohort(tx storage.Tx, a Act, c bot.Cohort, langs []bot.Lang, places *place.Gazetteer) (bot.Cohort, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Cohort{}, err
	}
	if !bot.IsCohortName(c.Name) {
		return bot.Cohort{}, bot.Fault(bot.CodeInvalid, "desk.bad_cohort_name")
	}
	c.Mentor, c.SilentDays = cmp.Or(c.Mentor, by.Name), cmp.Or(c.SilentDays, SilentDays)
	if err := checkCohort(tx, c, langs, places); err != nil {
		return bot.Cohort{}, err
	}
	c.AddedBy, c.AddedAt = by.Name, a.At
	if err := tx.PutCohort(c, 0); errors.Is(err, storage.ErrConflict) {
		return bot.Cohort{}, bot.Fault(bot.CodeConflict, "desk.cohort_exists", "name", c.Name)
	} else if err != nil {
		return bot.Cohort{}, fmt.Errorf("people: add a cohort: %w", err)
	}
	c.Rev = 1
	return c, a.Note(tx, by, "cohort.added", c.Name, c.Project)
}

// ChangeCohort changes what a cohort is to be; what is empty in to stays as it was. The event names what was changed.
func ChangeCohort(tx storage.Tx, a Act, to bot.Cohort, langs []bot.Lang, places *place.Gazetteer) (bot.Cohort, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Cohort{}, err
	}
	c, err := findCohort(tx, to.Name)
	if err != nil {
		return bot.Cohort{}, err
	}
	var changed []string
	for _, f := range []struct {
		name     string
		old, new *string
	}{
		{"starts", &c.Starts, &to.Starts}, {"ends", &c.Ends, &to.Ends}, {"select-by", &c.SelectBy, &to.SelectBy},
		{"mentor", &c.Mentor, &to.Mentor}, {"project", &c.Project, &to.Project},
	} {
		if *f.new != "" && *f.new != *f.old {
			changed = append(changed, f.name+" "+cmp.Or(*f.old, "-")+" > "+*f.new)
			*f.old = *f.new
		}
	}
	if len(to.Quotas) > 0 {
		c.Quotas, changed = to.Quotas, append(changed, "quota "+strconv.Itoa(to.Seats()))
	}
	if len(to.Groups) > 0 {
		c.Groups, changed = to.Groups, append(changed, "groups")
	}
	if to.SilentDays > 0 {
		c.SilentDays, changed = to.SilentDays, append(changed, "silent "+strconv.Itoa(to.SilentDays))
	}
	c.Criteria, changed = reworded(c.Criteria, to.Criteria, "criteria", changed)
	c.Apply, changed = reworded(c.Apply, to.Apply, "apply", changed)
	if len(changed) == 0 {
		return c, nil
	}
	if err := checkCohort(tx, c, langs, places); err != nil {
		return bot.Cohort{}, err
	}
	c, err = putCohort(tx, c)
	if err != nil {
		return bot.Cohort{}, err
	}
	return c, a.Note(tx, by, "cohort.changed", c.Name, strings.Join(changed, ", "))
}

// reworded are wordings with some of them changed.
func reworded(old, to map[bot.Lang]string, what string, changed []string) (map[bot.Lang]string, []string) {
	for _, l := range sortedLangs(to) {
		if to[l] == "" || to[l] == old[l] {
			continue
		}
		if old == nil {
			old = make(map[bot.Lang]string)
		}
		old[l] = to[l]
		changed = append(changed, what+" "+string(l))
	}
	return old, changed
}

func sortedLangs(said map[bot.Lang]string) []bot.Lang {
	var list []bot.Lang
	for l := range said {
		list = append(list, l)
	}
	slices.Sort(list)
	return list
}

func checkCohort(tx storage.Tx, c bot.Cohort, langs []bot.Lang, places *place.Gazetteer) error {
	_, err := time.Parse(time.DateOnly, c.SelectBy)
	if c.Starts == "" || c.Ends == "" || !daysFit(c.Starts, c.Ends) || c.SelectBy != "" && (err != nil || c.SelectBy > c.Ends) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_cohort_days")
	}
	seen := make(map[bot.PlaceCode]bool)
	for _, q := range c.Quotas {
		p, ok := places.Place(q.Place)
		if !ok || p.Level > bot.LevelCercle || q.N < 1 || seen[q.Place] {
			return bot.Fault(bot.CodeInvalid, "desk.bad_quota")
		}
		seen[q.Place] = true
	}
	if len(c.Quotas) == 0 || c.Seats() > mostSeats {
		return bot.Fault(bot.CodeInvalid, "desk.bad_quota")
	}
	for _, g := range c.Groups {
		if !slices.Contains(Groups(), g.Group) || g.N < 1 || g.N > c.Seats() {
			return bot.Fault(bot.CodeInvalid, "desk.bad_group", "groups", strings.Join(Groups(), ", "))
		}
	}
	for _, said := range []map[bot.Lang]string{c.Criteria, c.Apply} {
		for l, text := range said {
			if !slices.Contains(langs, l) {
				return bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(l), "langs", joinLangs(langs))
			}
			if len([]rune(text)) > mostNotice {
				return bot.Fault(bot.CodeInvalid, "desk.notice_too_long", "max", strconv.Itoa(mostNotice))
			}
		}
	}
	if c.SilentDays < 1 || c.SilentDays > 365 {
		return bot.Fault(bot.CodeInvalid, "desk.bad_days", "max", "365")
	}
	if c.Project != "" {
		if _, err := findProject(tx, c.Project); err != nil {
			return err
		}
	}
	return checkMentor(tx, c.Mentor)
}

func checkMentor(tx storage.Tx, name string) error {
	u, err := userNamed(tx, name)
	if err == nil && !u.Has(mentorRoles()...) {
		err = bot.Fault(bot.CodeRefused, "desk.bad_mentor", "name", name)
	}
	return err
}

// Groups are what a quota may be set for beside places.
func Groups() []string {
	groups := []string{bot.GroupDisability}
	for _, s := range bot.Sexes() {
		groups = append(groups, string(s))
	}
	for _, b := range bot.AgeBands() {
		groups = append(groups, string(b))
	}
	for _, r := range bot.Residences() {
		groups = append(groups, string(r))
	}
	return slices.DeleteFunc(groups, func(g string) bool {
		return g == string(bot.SexUndisclosed) || g == string(bot.AgeUnder15)
	})
}

func putCohort(tx storage.Tx, c bot.Cohort) (bot.Cohort, error) {
	if err := tx.PutCohort(c, c.Rev); err != nil {
		return bot.Cohort{}, fmt.Errorf("people: put a cohort: %w", err)
	}
	c.Rev++
	return c, nil
}

func findCohort(tx storage.Tx, name string) (bot.Cohort, error) {
	c, err := tx.Cohort(name)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Cohort{}, bot.Fault(bot.CodeNotFound, "desk.no_such_cohort", "name", name)
	}
	if err != nil {
		return bot.Cohort{}, fmt.Errorf("people: cohort: %w", err)
	}
	return c, nil
}

// Cohorts are those that somebody may see: all of them for a coordinator, else those of which one is the mentor.
func Cohorts(tx storage.Tx, a Act) ([]bot.Cohort, error) {
	if _, err := a.Actor(tx, mentorRoles()...); err != nil {
		return nil, err
	}
	list, err := tx.Cohorts()
	if err != nil {
		return nil, fmt.Errorf("people: cohorts: %w", err)
	}
	all, err := a.Is(tx, bot.RoleCoordinator)
	if err != nil || all {
		return list, err
	}
	return slices.DeleteFunc(list, func(c bot.Cohort) bool { return c.Mentor != a.As }), nil
}

// Cohort is a cohort with its members, for a coordinator and its mentor.
func Cohort(tx storage.Tx, a Act, name string) (bot.Cohort, []bot.Member, error) {
	if _, err := a.Actor(tx, mentorRoles()...); err != nil {
		return bot.Cohort{}, nil, err
	}
	c, err := findCohort(tx, name)
	if err != nil {
		return bot.Cohort{}, nil, err
	}
	if _, err := a.caring(tx, c.Mentor); err != nil {
		return bot.Cohort{}, nil, err
	}
	members, err := tx.Members(name)
	return c, members, err
}

// caring lets in coordinators, and a mentor to what is theirs.
func (a Act) caring(tx storage.Tx, mentor string) (bot.Actor, error) {
	if mentor != "" && mentor == a.As {
		return a.Actor(tx, mentorRoles()...)
	}
	return a.Actor(tx, bot.RoleCoordinator)
}

// Notice is what stands on a cohort's public notice: how its members are chosen, and no name.
type Notice struct {
	Cohort   bot.Cohort
	Criteria string
	Apply    string
}

// WriteNotice gives the public notice in a language, and notes that there is one: nobody is cleared before (domain, 3.3).
func WriteNotice(tx storage.Tx, a Act, name string, lang bot.Lang) (Notice, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return Notice{}, err
	}
	c, err := findCohort(tx, name)
	if err != nil {
		return Notice{}, err
	}
	n := Notice{Criteria: c.Criteria[lang], Apply: c.Apply[lang]}
	if n.Criteria == "" || n.Apply == "" {
		return Notice{}, bot.Fault(bot.CodeRefused, "desk.notice_incomplete", "name", name, "lang", string(lang))
	}
	if c.NoticeAt.IsZero() {
		c.NoticeAt, c.NoticeBy = a.At, by.Name
		if c, err = putCohort(tx, c); err != nil {
			return Notice{}, err
		}
	}
	n.Cohort = c
	return n, a.Note(tx, by, "cohort.notice", name, string(lang))
}
