package admin

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// AddAgent asks for an agent or an event to be added.
	AddAgent struct {
		By
		Name    string `json:"name"`
		Event   bool   `json:"event,omitempty"`
		Number  string `json:"number,omitempty"` // as it was typed; "" = none, or the account has one
		Place   string `json:"place,omitempty"`  // SCHEME:CODE of a region or cercle
		Lang    string `json:"lang,omitempty"`   // fra or fr …; "" = the site's first
		Project string `json:"project,omitempty"`
	}
	// ListAgents asks for all agents and events.
	ListAgents struct{ By }
	// ShowAgent asks for one, with its codes of the day.
	ShowAgent struct {
		By
		Name string `json:"name"`
	}
	// SetAgentStatus asks for an agent to be paused, to go on, or to be noted as gone.
	SetAgentStatus struct {
		By
		Name   string          `json:"name"`
		Status bot.AgentStatus `json:"status"`
	}
	// NewCode asks for a code of the day.
	NewCode struct {
		By
		Agent string `json:"agent"`
		Days  int    `json:"days,omitempty"` // 0 = 1
		From  string `json:"from,omitempty"` // 2026-11-23; "" = today
	}
	// ListCodes asks for the codes that are valid or will be.
	ListCodes struct {
		By
		Agent string `json:"agent,omitempty"`
	}
	// TallyCodes asks what became of those who came by codes.
	TallyCodes struct {
		By
		Of  string `json:"of,omitempty"`  // four digits, or an agent; "" = all that are valid on the day
		Day string `json:"day,omitempty"` // those who came on this day; "" = all who came
	}
)

// AgentRow is an agent or an event; of a phone it says only that there is one.
type AgentRow struct {
	Name      string          `json:"name"`
	Event     bool            `json:"event,omitempty"`
	Via       bot.EnrolVia    `json:"via"`
	Phone     bool            `json:"phone,omitempty"`
	Place     bot.PlaceCode   `json:"place,omitzero"`
	PlaceName string          `json:"place_name,omitempty"`
	Lang      bot.Lang        `json:"lang"`
	Project   string          `json:"project,omitempty"`
	Status    bot.AgentStatus `json:"status"`
	StatusAt  bot.Instant     `json:"status_at,omitzero"`
	AddedBy   string          `json:"added_by"`
	AddedAt   bot.Instant     `json:"added_at"`
	Codes     []CodeRow       `json:"codes,omitempty"` // only where one agent is shown
}

// AgentRows are agents by name.
type AgentRows struct {
	Agents []AgentRow `json:"agents"`
}

// CodeRow is a code of the day.
type CodeRow struct {
	Digits  string      `json:"digits"`
	Agent   string      `json:"agent"`
	From    string      `json:"from"`
	Until   string      `json:"until"`
	Project string      `json:"project,omitempty"`
	DrawnBy string      `json:"drawn_by,omitempty"`
	DrawnAt bot.Instant `json:"drawn_at,omitzero"`
	Today   bool        `json:"today"` // it is valid today
}

// CodeRows are codes, the newest first.
type CodeRows struct {
	Codes []CodeRow `json:"codes"`
}

// CountOf is how many there are of something.
type CountOf struct {
	Of string `json:"of"` // a place's name, or a word of the domain; "" = not known
	N  int    `json:"n"`
}

// CodeTally is what became of those who came by a code: counts, and nothing that leads to a number. An agent sees who came, OUI
// and NON, with all others in NoReply.
type CodeTally struct {
	CodeRow
	Own     bool      `json:"own,omitempty"` // as an agent sees it
	Started int       `json:"started"`
	Yes     int       `json:"yes"`
	No      int       `json:"no"`
	NoReply int       `json:"no_reply,omitempty"` // with Own
	Waiting int       `json:"waiting,omitempty"`
	Silent  int       `json:"silent,omitempty"`
	Stopped int       `json:"stopped,omitempty"`
	Young   int       `json:"young,omitempty"`
	Already int       `json:"already,omitempty"`
	Share   int       `json:"share"` // of those who came, in a hundred
	Places  []CountOf `json:"places,omitempty"`
	Ages    []CountOf `json:"ages,omitempty"`
	Sexes   []CountOf `json:"sexes,omitempty"`
	Langs   []CountOf `json:"langs,omitempty"`
	Runs    int       `json:"runs,omitempty"`    // rows of numbers that follow each other
	InRuns  int       `json:"in_runs,omitempty"` // numbers in them
	Longest int       `json:"longest,omitempty"`
	Rush    int       `json:"rush,omitempty"`   // of them, those who came within a minute of their neighbour
	Minute  int       `json:"minute,omitempty"` // the most who came within one minute
}

// CodeTallies are tallies of codes, the newest first.
type CodeTallies struct {
	Day     string      `json:"day,omitempty"`
	Tallies []CodeTally `json:"tallies"`
}

// agentPaths are the endpoints of this file.
func (s *Server) agentPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/agent/add":    open(s, s.addAgent),
		"/agent/list":   open(s, s.listAgents),
		"/agent/show":   open(s, s.showAgent),
		"/agent/status": open(s, s.setAgentStatus),
		"/agent/form":   open(s, s.agentForm),
		"/code/new":     open(s, s.newCode),
		"/code/list":    open(s, s.listEnrolCodes),
		"/code/tally":   open(s, s.tallyCodes),
	}
}

func (s *Server) agentRow(tx storage.Tx, h *hotline.Service, a bot.Agent) AgentRow {
	u, err := tx.User(a.Name)
	row := AgentRow{
		Name: a.Name, Event: a.Event, Via: a.Via, Phone: err == nil && !a.Event && !u.NumberKey.IsZero(), Place: a.Place, Lang: a.Lang,
		Project: a.Project, Status: a.Status, StatusAt: a.StatusAt, AddedBy: a.AddedBy, AddedAt: a.AddedAt,
	}
	if !a.Place.IsZero() {
		row.PlaceName = s.placeName(h, a.Place)
	}
	return row
}

func (s *Server) addAgent(ctx context.Context, h *hotline.Service, q AddAgent) (AgentRow, error) {
	act := s.act(h, q.By)
	at, err := placeCode(q.Place)
	if err != nil {
		return AgentRow{}, err
	}
	add := people.AgentToAdd{Name: q.Name, Event: q.Event, Place: at, Project: strings.ToUpper(q.Project)}
	if lang, ok := bot.ParseLang(q.Lang); ok {
		add.Lang = lang
	} else {
		add.Lang = bot.Lang(q.Lang)
	}
	if q.Number != "" {
		if add.Phone, err = phoneTyped(h, q.Number); err != nil {
			return AgentRow{}, err
		}
	}
	var made AgentRow
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		agent, err := people.AddAgent(tx, act, add, h.Site.Langs, h.Places())
		made = s.agentRow(tx, h, agent)
		return err
	})
	return made, err
}

func (s *Server) listAgents(ctx context.Context, h *hotline.Service, q ListAgents) (AgentRows, error) {
	act := s.act(h, q.By)
	var list AgentRows
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		agents, err := people.Agents(tx, act)
		list.Agents = make([]AgentRow, 0, len(agents))
		for _, a := range agents {
			list.Agents = append(list.Agents, s.agentRow(tx, h, a))
		}
		return err
	})
	return list, err
}

func (s *Server) showAgent(ctx context.Context, h *hotline.Service, q ShowAgent) (AgentRow, error) {
	act := s.act(h, q.By)
	var row AgentRow
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		agent, err := people.Agent(tx, act, q.Name)
		if err != nil {
			return err
		}
		row = s.agentRow(tx, h, agent)
		codes, err := people.EnrolCodes(tx, act, q.Name, h.Today(act.At))
		row.Codes = codeRows(codes, h.Today(act.At))
		return err
	})
	return row, err
}

func (s *Server) setAgentStatus(ctx context.Context, h *hotline.Service, q SetAgentStatus) (AgentRow, error) {
	act := s.act(h, q.By)
	var row AgentRow
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		agent, err := people.SetAgentStatus(tx, act, q.Name, q.Status)
		if err == nil {
			row = s.agentRow(tx, h, agent)
		}
		return err
	})
	return row, err
}

// enrolDrawn is how many digits are drawn for one code: with a hundred codes in use the first is nearly always free.
const enrolDrawn = 60

func (s *Server) newCode(ctx context.Context, h *hotline.Service, q NewCode) (CodeRow, error) {
	act := s.act(h, q.By)
	draw := people.CodeToDraw{Agent: q.Agent, From: q.From, Days: cmp.Or(q.Days, 1), ID: h.NewID()}
	for range enrolDrawn {
		digits, err := people.DrawEnrolDigits(rand.Reader)
		if err != nil {
			return CodeRow{}, err
		}
		draw.Drawn = append(draw.Drawn, digits)
	}
	var made bot.EnrolCode
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		made, err = people.NewEnrolCode(tx, act, draw, h.Today(act.At))
		return err
	})
	if err != nil {
		return CodeRow{}, err
	}
	return codeRow(made, h.Today(act.At)), nil
}

func codeRow(c bot.EnrolCode, today string) CodeRow {
	return CodeRow{
		Digits: c.Digits, Agent: c.Agent, From: c.From, Until: c.Until, Project: c.Project, DrawnBy: c.DrawnBy, DrawnAt: c.DrawnAt,
		Today: c.ValidOn(today),
	}
}

func codeRows(codes []bot.EnrolCode, today string) []CodeRow {
	rows := make([]CodeRow, 0, len(codes))
	for _, c := range codes {
		rows = append(rows, codeRow(c, today))
	}
	return rows
}

func (s *Server) listEnrolCodes(ctx context.Context, h *hotline.Service, q ListCodes) (CodeRows, error) {
	act := s.act(h, q.By)
	var list CodeRows
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		agent, err := ownIfAgent(tx, act, q.Agent)
		if err != nil {
			return err
		}
		codes, err := people.EnrolCodes(tx, act, agent, h.Today(act.At))
		list.Codes = codeRows(codes, h.Today(act.At))
		return err
	})
	return list, err
}

// ownIfAgent is the agent that was named; where none was, an agent who asks means the own codes.
func ownIfAgent(tx storage.Tx, act people.Act, named string) (string, error) {
	if named != "" {
		return named, nil
	}
	if desk, err := oversees(tx, act); err != nil || desk {
		return "", err
	}
	return people.Own(tx, act)
}

// oversees tells whether an account sees more of a code than its agent does.
func oversees(tx storage.Tx, act people.Act) (bool, error) {
	for _, role := range []bot.Role{bot.RoleCoordinator, bot.RoleAdmin} {
		if is, err := act.Is(tx, role); err != nil || is {
			return is, err
		}
	}
	return false, nil
}

// talliedBack is how many days after a code's last one a tally without a day still shows it.
const talliedBack = 31

func (s *Server) tallyCodes(ctx context.Context, h *hotline.Service, q TallyCodes) (CodeTallies, error) {
	act := s.act(h, q.By)
	today := h.Today(act.At)
	list := CodeTallies{Day: q.Day}
	if _, err := time.Parse(time.DateOnly, cmp.Or(q.Day, today)); err != nil {
		return CodeTallies{}, bot.Fault(bot.CodeInvalid, "desk.bad_day", "value", q.Day)
	}
	var on func(bot.Instant) bool
	if q.Day != "" {
		on = func(at bot.Instant) bool { return h.Today(at) == q.Day }
	}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		list.Tallies = []CodeTally{}
		desk, err := oversees(tx, act)
		if err != nil {
			return err
		}
		codes, err := codesAsked(tx, h, act, q)
		if err != nil {
			return err
		}
		for _, c := range codes {
			if q.Day != "" && !c.ValidOn(q.Day) {
				continue
			}
			t, err := people.CountCode(tx, act, c, on)
			if err != nil {
				return err
			}
			list.Tallies = append(list.Tallies, s.codeTally(h, codeRow(c, today), t, desk))
		}
		return nil
	})
	return list, err
}

func codesAsked(tx storage.Tx, h *hotline.Service, act people.Act, q TallyCodes) ([]bot.EnrolCode, error) {
	since := h.Today(act.At.Add(-talliedBack * 24 * time.Hour))
	if q.Day != "" {
		since = q.Day
	}
	if len(q.Of) == bot.EnrolDigits && strings.Trim(q.Of, "0123456789") == "" {
		codes, err := people.CodesOfDigits(tx, act, q.Of, "")
		if err == nil && q.Day == "" {
			codes = codes[len(codes)-1:] // the newest; others had the digits long before
		}
		return codes, err
	}
	agent, err := ownIfAgent(tx, act, q.Of)
	if err != nil {
		return nil, err
	}
	if agent == "" && q.Day == "" {
		since = h.Today(act.At)
	}
	return people.EnrolCodes(tx, act, agent, since)
}

func (s *Server) codeTally(h *hotline.Service, row CodeRow, t people.Tally, desk bool) CodeTally {
	if !desk {
		came := t.Started + t.Already
		return CodeTally{CodeRow: row, Own: true, Started: came, Yes: t.Yes, No: t.No, NoReply: came - t.Yes - t.No}
	}
	c := CodeTally{
		CodeRow: row, Started: t.Started, Yes: t.Yes, No: t.No, Waiting: t.Waiting, Silent: t.Silent, Stopped: t.Stopped, Young: t.Young,
		Already: t.Already, Share: t.Share(), Runs: t.Runs, InRuns: t.InRuns, Longest: t.Longest, Rush: t.Rush, Minute: t.Minute,
	}
	places := make(map[string]int, len(t.Places))
	for at, n := range t.Places {
		name := ""
		if !at.IsZero() {
			name = s.placeName(h, at)
		}
		places[name] += n
	}
	c.Places = counts(places)
	c.Ages, c.Sexes, c.Langs = counts(t.Ages), counts(t.Sexes), counts(t.Langs)
	return c
}
