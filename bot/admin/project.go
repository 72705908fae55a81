package admin

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// NewProject asks for a project to be added.
	NewProject struct {
		By
		Code   string `json:"code"`
		Title  string `json:"title"`
		Funder string `json:"funder,omitempty"`
		From   string `json:"from,omitempty"`  // 2026-02-01
		Until  string `json:"until,omitempty"` // the last day
	}
	// ListProjects asks for all projects.
	ListProjects struct{ By }
	// ShowProject asks for one, with whom it brought.
	ShowProject struct {
		By
		Code string `json:"code"`
	}
)

// ProjectRow is a project.
type ProjectRow struct {
	Code    string      `json:"code"`
	Title   string      `json:"title"`
	Funder  string      `json:"funder,omitempty"`
	From    string      `json:"from,omitempty"`
	Until   string      `json:"until,omitempty"`
	AddedBy string      `json:"added_by"`
	AddedAt bot.Instant `json:"added_at"`
}

// ProjectRows are projects by code.
type ProjectRows struct {
	Projects []ProjectRow `json:"projects"`
}

// ProjectShown is a project with whom it brought. Who was brought by two projects is counted by both; Also says how many.
type ProjectShown struct {
	ProjectRow
	Brought  int         `json:"brought"`  // whom it asked, whatever they said
	Enrolled int         `json:"enrolled"` // of those, who get bulletins now
	First    int         `json:"first"`    // of those enrolled, whom it brought first
	Shared   int         `json:"shared"`   // of those enrolled, counted for another project, too
	Also     []CountOf   `json:"also,omitempty"`
	Sexes    []CountOf   `json:"sexes,omitempty"`
	Places   []CountOf   `json:"places,omitempty"`
	Cohorts  []CohortRow `json:"cohorts,omitempty"`
	// Bulletins are those that it pays, whatever became of them; Sent are those of them that were sent at least once.
	Bulletins int `json:"bulletins"`
	Sent      int `json:"sent"`
}

func (s *Server) projectPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/project/new":  open(s, s.newProject),
		"/project/list": open(s, s.listProjects),
		"/project/show": open(s, s.showProject),
	}
}

func projectRow(p bot.Project) ProjectRow {
	return ProjectRow{
		Code: p.Code, Title: p.Title, Funder: p.Funder, From: p.From, Until: p.Until, AddedBy: p.AddedBy, AddedAt: p.AddedAt,
	}
}

func (s *Server) newProject(ctx context.Context, h *hotline.Service, q NewProject) (ProjectRow, error) {
	act := s.act(h, q.By)
	p := bot.Project{
		Code: strings.ToUpper(strings.TrimSpace(q.Code)), Title: strings.TrimSpace(q.Title), Funder: strings.TrimSpace(q.Funder),
		From: q.From, Until: q.Until,
	}
	var made bot.Project
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		made, err = people.AddProject(tx, act, p)
		return err
	})
	return projectRow(made), err
}

func (s *Server) listProjects(ctx context.Context, h *hotline.Service, q ListProjects) (ProjectRows, error) {
	act := s.act(h, q.By)
	var list ProjectRows
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		projects, err := people.Projects(tx, act)
		list.Projects = make([]ProjectRow, 0, len(projects))
		for _, p := range projects {
			list.Projects = append(list.Projects, projectRow(p))
		}
		return err
	})
	return list, err
}

// contactsAtOnce is how many contacts one View counts: it has a deadline.
const contactsAtOnce = 1000

func (s *Server) showProject(ctx context.Context, h *hotline.Service, q ShowProject) (ProjectShown, error) {
	act := s.act(h, q.By)
	var p bot.Project
	var shown ProjectShown
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if p, err = people.Project(tx, act, strings.ToUpper(strings.TrimSpace(q.Code))); err != nil {
			return err
		}
		shown.Cohorts, err = s.cohortsOf(tx, p.Code)
		return err
	})
	if err != nil {
		return ProjectShown{}, err
	}
	n := people.ProjectCounts{Also: make(map[string]int), Sexes: make(map[bot.Sex]int), Places: make(map[bot.PlaceCode]int)}
	for after, more := (bot.ContactKey{}), true; more; {
		err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
			after, err = people.CountProject(tx, p.Code, after, contactsAtOnce, &n)
			return err
		})
		if err != nil {
			return ProjectShown{}, err
		}
		more = !after.IsZero()
	}
	if err := s.countBulletins(ctx, h, p.Code, &shown); err != nil {
		return ProjectShown{}, err
	}
	shown.ProjectRow = projectRow(p)
	shown.Brought, shown.Enrolled, shown.First, shown.Shared = n.Brought, n.Enrolled, n.First, n.Shared
	places := make(map[string]int, len(n.Places))
	for at, count := range n.Places {
		name := ""
		if !at.IsZero() {
			name = s.placeName(h, at)
		}
		places[name] += count
	}
	shown.Also, shown.Sexes, shown.Places = counts(n.Also), counts(n.Sexes), counts(places)
	return shown, nil
}

// countBulletins counts the bulletins that a project pays, in portions.
func (s *Server) countBulletins(ctx context.Context, h *hotline.Service, code string, shown *ProjectShown) error {
	for page, more := (storage.Page{Limit: contactsAtOnce}), true; more; {
		err := h.Store.View(ctx, func(tx storage.Tx) error {
			list, err := tx.Bulletins("", page)
			if err != nil {
				return fmt.Errorf("admin: bulletins of a project: %w", err)
			}
			for _, b := range list {
				page.After = b.ID
				if b.Project != code {
					continue
				}
				shown.Bulletins++
				if b.Runs > 0 {
					shown.Sent++
				}
			}
			more = len(list) == page.Limit
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
