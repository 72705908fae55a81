package admin

import (
	"context"
	"net/http"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// PutCohort asks for a cohort to be added, or changed: then what is empty stays as it is.
	PutCohort struct {
		By
		Name       string              `json:"name"`
		Project    string              `json:"project,omitempty"`
		Starts     string              `json:"starts,omitempty"`
		Ends       string              `json:"ends,omitempty"`
		Quotas     []QuotaRow          `json:"quotas,omitempty"`
		Groups     []GroupRow          `json:"groups,omitempty"`
		SelectBy   string              `json:"select_by,omitempty"`
		Criteria   map[bot.Lang]string `json:"criteria,omitempty"`
		Apply      map[bot.Lang]string `json:"apply,omitempty"`
		Mentor     string              `json:"mentor,omitempty"` // "" = who asks
		SilentDays int                 `json:"silent_days,omitempty"`
	}
	// QuotaRow is how many members a place is to have.
	QuotaRow struct {
		Place bot.PlaceCode `json:"place"`
		N     int           `json:"n"`
	}
	// GroupRow is how many members of a group there are to be at least, and are.
	GroupRow struct {
		Group string `json:"group"` // f, 15_17, idp, disability …
		N     int    `json:"n"`
		Sits  int    `json:"sits,omitempty"`
		Half  bool   `json:"under_half,omitempty"`
	}
	// ListCohorts asks for the cohorts that one may see.
	ListCohorts struct{ By }
	// ShowCohort asks for one with its members.
	ShowCohort struct {
		By
		Name string `json:"name"`
	}
	// NoticeOf asks for a cohort's public notice in a language.
	NoticeOf struct {
		By
		Name string `json:"name"`
		Lang string `json:"lang"`
	}
)

// CohortRow is a cohort in a list.
type CohortRow struct {
	Name     string      `json:"name"`
	Project  string      `json:"project,omitempty"`
	Starts   string      `json:"starts"`
	Ends     string      `json:"ends"`
	SelectBy string      `json:"select_by,omitempty"`
	Mentor   string      `json:"mentor"`
	Seats    int         `json:"seats"`
	Sits     int         `json:"sits"` // members who were cleared and did not leave
	NoticeAt bot.Instant `json:"notice_at,omitzero"`
	NoticeBy string      `json:"notice_by,omitempty"`
	EndedAt  bot.Instant `json:"ended_at,omitzero"`
	AddedBy  string      `json:"added_by"`
	AddedAt  bot.Instant `json:"added_at"`
}

// CohortRows are cohorts by name.
type CohortRows struct {
	Cohorts []CohortRow `json:"cohorts"`
}

// FillRow is how a place is filled, or all of them.
type FillRow struct {
	Place     bot.PlaceCode `json:"place,omitzero"`
	PlaceName string        `json:"place_name,omitempty"`
	Quota     int           `json:"quota"`
	Sits      int           `json:"sits"`
	Women     int           `json:"women"`
	Men       int           `json:"men"`
	Other     int           `json:"other"` // of another sex, or did not say
	Screening int           `json:"screening"`
	Waiting   int           `json:"waiting"` // on the waiting list
	Gone      int           `json:"gone"`
	Gap       int           `json:"gap"`
	Half      bool          `json:"under_half,omitempty"`
}

// SilentRow is a member of whom nothing was heard for too long.
type SilentRow struct {
	CodeName string `json:"code_name"`
	Mentor   string `json:"mentor"`
	Days     int    `json:"days"`
}

// CohortShown is a cohort against its quotas.
type CohortShown struct {
	CohortRow
	SilentDays   int         `json:"silent_days"`
	Selecting    bool        `json:"selecting"` // the selection is not closed
	Places       []FillRow   `json:"places"`
	Total        FillRow     `json:"total"`
	Groups       []GroupRow  `json:"groups,omitempty"`
	Ages         []CountOf   `json:"ages,omitempty"`
	Residences   []CountOf   `json:"residences,omitempty"`
	Disabilities []CountOf   `json:"disabilities,omitempty"`
	Silent       []SilentRow `json:"silent,omitempty"`
	Members      []MemberRow `json:"members"`
}

// NoticeText is what a public notice is printed from. It holds no name.
type NoticeText struct {
	Service  string   `json:"service"`
	Name     string   `json:"name"`
	Title    string   `json:"title,omitempty"` // of the project
	Lang     bot.Lang `json:"lang"`
	Starts   string   `json:"starts"`
	Ends     string   `json:"ends"`
	SelectBy string   `json:"select_by,omitempty"`
	Seats    int      `json:"seats"`
	Places   []string `json:"places"` // such as "Gao: 20"
	Groups   []string `json:"groups,omitempty"`
	Criteria string   `json:"criteria"`
	Apply    string   `json:"apply"`
	SMS      string   `json:"sms,omitempty"` // the number that takes SMS
}

func (s *Server) cohortPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/cohort/new":            open(s, s.newCohort),
		"/cohort/change":         open(s, s.changeCohort),
		"/cohort/list":           open(s, s.listCohorts),
		"/cohort/show":           open(s, s.showCohort),
		"/cohort/notice":         open(s, s.writeNotice),
		"/cohort/add":            open(s, s.addMember),
		"/cohort/member":         open(s, s.showMember),
		"/cohort/number":         open(s, s.setMemberNumber),
		"/cohort/conduct":        open(s, s.askConduct),
		"/cohort/vet":            open(s, s.vetMember),
		"/cohort/clear":          open(s, s.clearMember),
		"/cohort/vetting":        open(s, s.moveVetting),
		"/cohort/status":         open(s, s.setMemberStatus),
		"/cohort/replace":        open(s, s.replaceMember),
		"/cohort/met":            open(s, s.memberMet),
		"/cohort/incident":       open(s, s.noteIncident),
		"/cohort/incidents":      open(s, s.listIncidents),
		"/cohort/incidents/done": open(s, s.incidentDone),
	}
}

// cohort is a request as a cohort that is not stored.
func (q PutCohort) cohort() bot.Cohort {
	c := bot.Cohort{
		Name: upper(q.Name), Project: upper(q.Project), Starts: q.Starts, Ends: q.Ends, SelectBy: q.SelectBy, Criteria: trimmed(q.Criteria),
		Apply: trimmed(q.Apply), Mentor: q.Mentor, SilentDays: q.SilentDays,
	}
	for _, r := range q.Quotas {
		c.Quotas = append(c.Quotas, bot.Quota{Place: r.Place, N: r.N})
	}
	for _, r := range q.Groups {
		c.Groups = append(c.Groups, bot.GroupQuota{Group: r.Group, N: r.N})
	}
	return c
}

func upper(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

func trimmed(said map[bot.Lang]string) map[bot.Lang]string {
	var kept map[bot.Lang]string
	for l, text := range said {
		if text = strings.TrimSpace(text); text != "" {
			if kept == nil {
				kept = make(map[bot.Lang]string)
			}
			kept[l] = text
		}
	}
	return kept
}

func cohortRow(c bot.Cohort, members []bot.Member) CohortRow {
	row := CohortRow{
		Name: c.Name, Project: c.Project, Starts: c.Starts, Ends: c.Ends, SelectBy: c.SelectBy, Mentor: c.Mentor, Seats: c.Seats(),
		NoticeAt: c.NoticeAt, NoticeBy: c.NoticeBy, EndedAt: c.EndedAt, AddedBy: c.AddedBy, AddedAt: c.AddedAt,
	}
	for _, m := range members {
		if m.Sits() {
			row.Sits++
		}
	}
	return row
}

func (s *Server) putCohort(
	ctx context.Context, h *hotline.Service, q PutCohort, rule func(storage.Tx, people.Act, bot.Cohort) (bot.Cohort, error),
) (CohortRow, error) {
	act := s.act(h, q.By)
	var row CohortRow
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		c, err := rule(tx, act, q.cohort())
		if err != nil {
			return err
		}
		members, err := tx.Members(c.Name)
		row = cohortRow(c, members)
		return err
	})
	return row, err
}

func (s *Server) newCohort(ctx context.Context, h *hotline.Service, q PutCohort) (CohortRow, error) {
	return s.putCohort(ctx, h, q, func(tx storage.Tx, act people.Act, c bot.Cohort) (bot.Cohort, error) {
		return people.AddCohort(tx, act, c, h.Site.Langs, h.Places())
	})
}

func (s *Server) changeCohort(ctx context.Context, h *hotline.Service, q PutCohort) (CohortRow, error) {
	return s.putCohort(ctx, h, q, func(tx storage.Tx, act people.Act, c bot.Cohort) (bot.Cohort, error) {
		return people.ChangeCohort(tx, act, c, h.Site.Langs, h.Places())
	})
}

func (s *Server) listCohorts(ctx context.Context, h *hotline.Service, q ListCohorts) (CohortRows, error) {
	act := s.act(h, q.By)
	var list CohortRows
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		cohorts, err := people.Cohorts(tx, act)
		list.Cohorts = make([]CohortRow, 0, len(cohorts))
		for _, c := range cohorts {
			if err != nil {
				return err
			}
			var members []bot.Member
			members, err = tx.Members(c.Name)
			list.Cohorts = append(list.Cohorts, cohortRow(c, members))
		}
		return err
	})
	return list, err
}

// cohortsOf are the cohorts of a project: names and counts, for whoever may see the project.
func (s *Server) cohortsOf(tx storage.Tx, project string) ([]CohortRow, error) {
	cohorts, err := tx.Cohorts()
	if err != nil {
		return nil, err
	}
	var rows []CohortRow
	for _, c := range cohorts {
		if c.Project != project {
			continue
		}
		members, err := tx.Members(c.Name)
		if err != nil {
			return nil, err
		}
		rows = append(rows, cohortRow(c, members))
	}
	return rows, nil
}

func (s *Server) showCohort(ctx context.Context, h *hotline.Service, q ShowCohort) (CohortShown, error) {
	act := s.act(h, q.By)
	today := h.Today(act.At)
	var shown CohortShown
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		c, members, err := people.Cohort(tx, act, upper(q.Name))
		if err != nil {
			return err
		}
		silent, err := people.Silent(tx, c, members, act.At, today)
		if err != nil {
			return err
		}
		shown = s.cohortShown(h, c, members)
		shown.Selecting = people.Selecting(c, today)
		for _, m := range silent {
			shown.Silent = append(shown.Silent, SilentRow{CodeName: m.Member.CodeName, Mentor: m.Mentor, Days: m.Days})
		}
		for _, m := range members {
			row, err := s.memberRow(tx, h, m, c)
			if err != nil {
				return err
			}
			shown.Members = append(shown.Members, row)
		}
		return nil
	})
	return shown, err
}

func (s *Server) cohortShown(h *hotline.Service, c bot.Cohort, members []bot.Member) CohortShown {
	f := people.FillOf(c, members)
	shown := CohortShown{
		CohortRow: cohortRow(c, members), SilentDays: c.SilentDays, Total: fillRow(f.Total), Ages: counts(f.Ages), Residences: counts(f.Residences),
		Disabilities: counts(f.Disabilities), Places: []FillRow{}, Members: []MemberRow{},
	}
	for _, p := range f.Places {
		row := fillRow(p)
		row.PlaceName = s.placeName(h, p.Place)
		shown.Places = append(shown.Places, row)
	}
	for _, g := range f.Groups {
		shown.Groups = append(shown.Groups, GroupRow{Group: g.Group, N: g.Quota, Sits: g.Sits, Half: g.UnderHalf()})
	}
	return shown
}

func fillRow(f people.Fill) FillRow {
	return FillRow{
		Place: f.Place, Quota: f.Quota, Sits: f.Sits, Women: f.Women, Men: f.Men, Other: f.Other, Screening: f.Screening, Waiting: f.Waiting,
		Gone: f.Gone, Gap: f.Gap(), Half: f.UnderHalf(),
	}
}

func (s *Server) writeNotice(ctx context.Context, h *hotline.Service, q NoticeOf) (NoticeText, error) {
	act := s.act(h, q.By)
	lang, ok := bot.ParseLang(q.Lang)
	if !ok {
		lang = bot.Lang(q.Lang)
	}
	var n people.Notice
	var title string
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		if n, err = people.WriteNotice(tx, act, upper(q.Name), lang); err != nil || n.Cohort.Project == "" {
			return err
		}
		p, err := tx.Project(n.Cohort.Project)
		title = p.Title
		return err
	})
	if err != nil {
		return NoticeText{}, err
	}
	c := n.Cohort
	text := NoticeText{
		Service: h.Site.Service, Name: c.Name, Title: title, Lang: lang, Starts: c.Starts, Ends: c.Ends, SelectBy: c.SelectBy, Seats: c.Seats(),
		Criteria: n.Criteria, Apply: n.Apply, SMS: h.Site.USSD.SMSNumber, Places: []string{},
	}
	for _, quota := range c.Quotas {
		text.Places = append(text.Places, s.placeName(h, quota.Place)+": "+itoa(quota.N))
	}
	for _, g := range c.Groups {
		text.Groups = append(text.Groups, g.Group+": "+itoa(g.N))
	}
	return text, nil
}
