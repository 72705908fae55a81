package people

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// AddProject adds a project, for which cohorts, codes and imported lists are counted.
func AddProject(tx storage.Tx, a Act, p bot.Project) (bot.Project, error) {
	by, err := a.Actor(tx, enrollers()...)
	if err != nil {
		return bot.Project{}, err
	}
	if !bot.IsProjectCode(p.Code) {
		return bot.Project{}, bot.Fault(bot.CodeInvalid, "desk.bad_project_code")
	}
	if !daysFit(p.From, p.Until) {
		return bot.Project{}, bot.Fault(bot.CodeInvalid, "desk.bad_project_days")
	}
	p.AddedBy, p.AddedAt = by.Name, a.At
	if err := tx.PutProject(p, 0); errors.Is(err, storage.ErrConflict) {
		return bot.Project{}, bot.Fault(bot.CodeConflict, "desk.project_exists", "project", p.Code)
	} else if err != nil {
		return bot.Project{}, fmt.Errorf("people: add a project: %w", err)
	}
	p.Rev = 1
	return p, a.Note(tx, by, "project.added", p.Code, "")
}

// daysFit tells whether two days are days, the second not before the first; either may be open.
func daysFit(from, until string) bool {
	for _, day := range []string{from, until} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return false
		}
	}
	return from == "" || until == "" || from <= until
}

// Projects are all projects, for those who count for them.
func Projects(tx storage.Tx, a Act) ([]bot.Project, error) {
	if _, err := a.Actor(tx, enrollers()...); err != nil {
		return nil, err
	}
	return tx.Projects()
}

// Project is a project by its code, for those who count for it.
func Project(tx storage.Tx, a Act, code string) (bot.Project, error) {
	if _, err := a.Actor(tx, enrollers()...); err != nil {
		return bot.Project{}, err
	}
	return findProject(tx, code)
}

func findProject(tx storage.Tx, code string) (bot.Project, error) {
	p, err := tx.Project(code)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Project{}, bot.Fault(bot.CodeNotFound, "desk.no_such_project", "project", code)
	}
	if err != nil {
		return bot.Project{}, fmt.Errorf("people: project: %w", err)
	}
	return p, nil
}

// alsoFor is the contact with a further project that brought the person.
func alsoFor(c bot.Contact, project string) (_ bot.Contact, changed bool) {
	if project == "" || c.Enrolled.Project == project || slices.Contains(c.Projects, project) {
		return c, false
	}
	c.Projects = append(slices.Clone(c.Projects), project)
	return c, true
}

// brings notes that somebody who was brought before, or came alone, was brought by a further project.
func brings(tx storage.Tx, c bot.Contact, project string) (bot.Contact, error) {
	c, changed := alsoFor(c, project)
	if !changed {
		return c, nil
	}
	return Save(tx, c)
}

// ProjectCounts are the people whom a project brought. Who was brought by two counts for both, and is in Also.
type ProjectCounts struct {
	Brought  int            // whom it asked, whatever they said
	Enrolled int            // of those, who get bulletins now
	First    int            // of those enrolled, whom it was the first to bring
	Also     map[string]int // of those enrolled, who are counted for another project too, by its code
	Shared   int            // of those enrolled, who are counted for at least one other
	Sexes    map[bot.Sex]int
	Places   map[bot.PlaceCode]int
}

// CountProject adds the next contacts to a project's counts, and gives the one to go on after; zero at the end.
func CountProject(tx storage.Tx, code string, after bot.ContactKey, limit int, n *ProjectCounts) (next bot.ContactKey, err error) {
	list, err := tx.Contacts(after, limit)
	if err != nil {
		return next, fmt.Errorf("people: count a project: %w", err)
	}
	for _, c := range list {
		n.add(code, c)
	}
	if len(list) == limit {
		next = list[len(list)-1].Key
	}
	return next, nil
}

func (n *ProjectCounts) add(code string, c bot.Contact) {
	if c.Enrolled.Project != code && !slices.Contains(c.Projects, code) {
		return
	}
	n.Brought++
	if c.Consent.State != bot.ConsentGranted || c.Stopped() {
		return
	}
	n.Enrolled++
	n.Sexes[c.Sex]++
	n.Places[c.Place]++
	if c.Enrolled.Project == code {
		n.First++
	}
	shared := false
	for _, other := range append([]string{c.Enrolled.Project}, c.Projects...) {
		if other != "" && other != code {
			n.Also[other]++
			shared = true
		}
	}
	if shared {
		n.Shared++
	}
}
