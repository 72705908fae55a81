package admin

import (
	"context"
	"strconv"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// AddMember asks for somebody to be nominated, as they chose to say.
	AddMember struct {
		By
		Cohort     string         `json:"cohort"`
		CodeName   string         `json:"code_name"`
		Place      bot.PlaceCode  `json:"place"`
		Sex        bot.Sex        `json:"sex"`
		Age        bot.AgeBand    `json:"age"`
		Residence  bot.Residence  `json:"residence"`
		Disability bot.Disability `json:"disability"`
		Langs      []string       `json:"langs,omitempty"`  // fra or fr …; none = the site's first
		Mentor     string         `json:"mentor,omitempty"` // "" = the cohort's
		Number     string         `json:"number,omitempty"` // as it was typed
	}
	// NameMember names one: to show it, to clear it, or to note that somebody met it.
	NameMember struct {
		By
		CodeName string `json:"code_name"`
	}
	// SetMemberNumber asks for a member's phone to be registered.
	SetMemberNumber struct {
		By
		CodeName string `json:"code_name"`
		Number   string `json:"number"`
	}
	// AskConduct asks for a member to be asked for the code of conduct by SMS, or with Signed notes that they signed it.
	AskConduct struct {
		By
		CodeName string `json:"code_name"`
		Signed   bool   `json:"signed,omitempty"`
	}
	// VetMember notes checks of a member.
	VetMember struct {
		By
		CodeName string     `json:"code_name"`
		Checks   []CheckRow `json:"checks"`
	}
	// MoveVetting asks for a member to be declined or suspended, or for their time to be over.
	MoveVetting struct {
		By
		CodeName string           `json:"code_name"`
		To       bot.VettingState `json:"to"`
		Reason   string           `json:"reason"`
	}
	// SetMemberStatus asks for a member to be paused, to go on, or to be noted as gone.
	SetMemberStatus struct {
		By
		CodeName string          `json:"code_name"`
		Status   bot.AgentStatus `json:"status"`
		Reason   bot.ExitReason  `json:"reason,omitempty"`
	}
	// ReplaceMember asks for a member to take another's seat.
	ReplaceMember struct {
		By
		Old string `json:"old"`
		New string `json:"new"`
	}
	// NoteIncident notes what happened to a member.
	NoteIncident struct {
		By
		CodeName string           `json:"code_name"`
		Kind     bot.IncidentKind `json:"kind"`
		Note     string           `json:"note"`
	}
	// ListIncidents asks for those that nobody has seen to, or all.
	ListIncidents struct {
		By
		All bool `json:"all,omitempty"`
	}
	// IncidentDone notes that somebody has seen to one.
	IncidentDone struct {
		By
		Incident string `json:"incident"` // its short name
	}
)

// CheckRow is a check of a member.
type CheckRow struct {
	Check  bot.VettingCheck `json:"check"`
	Result bot.CheckResult  `json:"result"`
	By     string           `json:"by,omitempty"`
	At     bot.Instant      `json:"at,omitzero"`
	Reason string           `json:"reason,omitempty"`
}

// MemberRow is a member; of a phone it says only that there is one.
type MemberRow struct {
	CodeName    string             `json:"code_name"`
	Cohort      string             `json:"cohort"`
	Place       bot.PlaceCode      `json:"place"`
	PlaceName   string             `json:"place_name"`
	Sex         bot.Sex            `json:"sex"`
	Age         bot.AgeBand        `json:"age"`
	Residence   bot.Residence      `json:"residence"`
	Disability  bot.Disability     `json:"disability"`
	Langs       []bot.Lang         `json:"langs"`
	Mentor      string             `json:"mentor"`
	Phone       bool               `json:"phone,omitempty"`
	Vetting     bot.VettingState   `json:"vetting"`
	VettingAt   bot.Instant        `json:"vetting_at"`
	VettingBy   string             `json:"vetting_by,omitempty"`
	Checks      []CheckRow         `json:"checks,omitempty"`
	Missing     []bot.VettingCheck `json:"missing,omitempty"` // checks that were not made
	Failed      []bot.VettingCheck `json:"failed,omitempty"`
	Conduct     string             `json:"conduct,omitempty"` // the version that was asked
	ConductAt   bot.Instant        `json:"conduct_at,omitzero"`
	Accepted    bool               `json:"accepted,omitempty"`
	ConductBy   bot.Channel        `json:"conduct_by,omitempty"`
	Status      bot.AgentStatus    `json:"status"`
	StatusAt    bot.Instant        `json:"status_at"`
	StatusBy    string             `json:"status_by,omitempty"`
	Exit        bot.ExitReason     `json:"exit,omitempty"`
	Replaces    string             `json:"replaces,omitempty"`
	ReplacedBy  string             `json:"replaced_by,omitempty"`
	LastSign    bot.Instant        `json:"last_sign"`
	NominatedBy string             `json:"nominated_by"`
	NominatedAt bot.Instant        `json:"nominated_at"`
	Waits       bot.Instant        `json:"waits,omitzero"` // with AskConduct: the question goes by then at the latest, behind others
}

// IncidentRow is what happened to a member.
type IncidentRow struct {
	Incident string           `json:"incident"` // its short name
	CodeName string           `json:"code_name"`
	Kind     bot.IncidentKind `json:"kind"`
	Note     string           `json:"note"`
	By       string           `json:"by"`
	At       bot.Instant      `json:"at"`
	DoneBy   string           `json:"done_by,omitempty"`
	DoneAt   bot.Instant      `json:"done_at,omitzero"`
	Paused   bool             `json:"paused,omitempty"` // the member is paused, with NoteIncident
}

// IncidentRows are incidents, the newest first.
type IncidentRows struct {
	Incidents []IncidentRow `json:"incidents"`
}

// Replaced are both members.
type Replaced struct {
	Left MemberRow `json:"left"`
	Came MemberRow `json:"came"`
}

func itoa(n int) string { return strconv.Itoa(n) }

func (s *Server) memberRow(tx storage.Tx, h *hotline.Service, m bot.Member, c bot.Cohort) (MemberRow, error) {
	last, err := people.LastSign(tx, m)
	missing, failed := people.Lacks(m)
	row := MemberRow{
		CodeName: m.CodeName, Cohort: m.Cohort, Place: m.Place, PlaceName: s.placeName(h, m.Place), Sex: m.Sex, Age: m.AgeBand,
		Residence: m.Residence, Disability: m.Disability, Langs: m.Langs, Mentor: m.Mentor, Phone: !m.Contact.IsZero(), Vetting: m.Vetting,
		VettingAt: m.VettingAt, VettingBy: m.VettingBy, Missing: missing, Failed: failed, Conduct: m.Conduct.Version, ConductAt: m.Conduct.At,
		Accepted: m.Conduct.Accepted, ConductBy: m.Conduct.Channel, Status: m.Status, StatusAt: m.StatusAt, StatusBy: m.StatusBy,
		Exit: m.ExitReason, Replaces: m.Replaces, ReplacedBy: m.ReplacedBy, LastSign: last, NominatedBy: m.NominatedBy, NominatedAt: m.NominatedAt,
	}
	if row.Mentor == "" {
		row.Mentor = c.Mentor
	}
	for _, done := range m.Checks {
		row.Checks = append(row.Checks, CheckRow{Check: done.Check, Result: done.Result, By: done.By, At: done.At, Reason: done.Reason})
	}
	return row, err
}

// ofMember runs a rule on a member, and gives the member as it then is.
func (s *Server) ofMember(ctx context.Context, h *hotline.Service, rule func(storage.Tx) (bot.Member, error)) (MemberRow, error) {
	var row MemberRow
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		m, err := rule(tx)
		if err != nil {
			return err
		}
		c, err := tx.Cohort(m.Cohort)
		if err != nil {
			return err
		}
		row, err = s.memberRow(tx, h, m, c)
		return err
	})
	return row, err
}

func (s *Server) addMember(ctx context.Context, h *hotline.Service, q AddMember) (MemberRow, error) {
	act := s.act(h, q.By)
	add := people.MemberToAdd{
		Cohort: upper(q.Cohort), CodeName: upper(q.CodeName), Place: q.Place, Sex: q.Sex, AgeBand: q.Age, Residence: q.Residence,
		Disability: q.Disability, Mentor: q.Mentor, Gateway: h.Site.Gateway,
	}
	for _, said := range q.Langs {
		lang, ok := bot.ParseLang(said)
		if !ok {
			lang = bot.Lang(said)
		}
		add.Langs = append(add.Langs, lang)
	}
	if q.Number != "" {
		var err error
		if add.Phone, err = phoneTyped(h, q.Number); err != nil {
			return MemberRow{}, err
		}
	}
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) { return people.Nominate(tx, act, add, h.Site.Langs) })
}

func (s *Server) showMember(ctx context.Context, h *hotline.Service, q NameMember) (MemberRow, error) {
	act := s.act(h, q.By)
	var row MemberRow
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		m, c, err := people.Member(tx, act, upper(q.CodeName))
		if err == nil {
			row, err = s.memberRow(tx, h, m, c)
		}
		return err
	})
	return row, err
}

func (s *Server) setMemberNumber(ctx context.Context, h *hotline.Service, q SetMemberNumber) (MemberRow, error) {
	act := s.act(h, q.By)
	phone, err := phoneTyped(h, q.Number)
	if err != nil {
		return MemberRow{}, err
	}
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) {
		return people.SetMemberNumber(tx, act, upper(q.CodeName), phone, h.Site.Gateway)
	})
}

func (s *Server) askConduct(ctx context.Context, h *hotline.Service, q AskConduct) (MemberRow, error) {
	act, name := s.act(h, q.By), upper(q.CodeName)
	if q.Signed {
		return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) { return people.SignConduct(tx, act, name) })
	}
	ask := people.ConductToAsk{ID: h.NewID(), Gateway: h.Site.Gateway}
	var waits bot.Instant
	row, err := s.ofMember(ctx, h, func(tx storage.Tx) (m bot.Member, err error) {
		m, waits, err = people.AskConduct(tx, act, name, ask, h.Site.Langs)
		return m, err
	})
	row.Waits = waits
	if err == nil && h.Wake != nil {
		h.Wake()
	}
	return row, err
}

func (s *Server) vetMember(ctx context.Context, h *hotline.Service, q VetMember) (MemberRow, error) {
	act := s.act(h, q.By)
	var checks []bot.Checked
	for _, c := range q.Checks {
		checks = append(checks, bot.Checked{Check: c.Check, Result: c.Result, Reason: s.redacted(h, c.Reason)})
	}
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) { return people.Vet(tx, act, upper(q.CodeName), checks) })
}

func (s *Server) clearMember(ctx context.Context, h *hotline.Service, q NameMember) (MemberRow, error) {
	act := s.act(h, q.By)
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) {
		return people.Clear(tx, act, upper(q.CodeName), h.Today(act.At))
	})
}

func (s *Server) moveVetting(ctx context.Context, h *hotline.Service, q MoveVetting) (MemberRow, error) {
	act, reason := s.act(h, q.By), s.redacted(h, q.Reason)
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) {
		return people.MoveVetting(tx, act, upper(q.CodeName), q.To, reason)
	})
}

func (s *Server) setMemberStatus(ctx context.Context, h *hotline.Service, q SetMemberStatus) (MemberRow, error) {
	act := s.act(h, q.By)
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) {
		return people.SetMemberStatus(tx, act, upper(q.CodeName), q.Status, q.Reason)
	})
}

func (s *Server) memberMet(ctx context.Context, h *hotline.Service, q NameMember) (MemberRow, error) {
	act := s.act(h, q.By)
	return s.ofMember(ctx, h, func(tx storage.Tx) (bot.Member, error) { return people.MemberMet(tx, act, upper(q.CodeName)) })
}

func (s *Server) replaceMember(ctx context.Context, h *hotline.Service, q ReplaceMember) (Replaced, error) {
	act := s.act(h, q.By)
	var done Replaced
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		left, came, err := people.Replace(tx, act, upper(q.Old), upper(q.New))
		if err != nil {
			return err
		}
		c, err := tx.Cohort(left.Cohort)
		if err != nil {
			return err
		}
		if done.Left, err = s.memberRow(tx, h, left, c); err == nil {
			done.Came, err = s.memberRow(tx, h, came, c)
		}
		return err
	})
	return done, err
}

func incidentRow(i bot.Incident) IncidentRow {
	return IncidentRow{
		Incident: i.Short(), CodeName: i.CodeName, Kind: i.Kind, Note: string(i.Note), By: i.By, At: i.At, DoneBy: i.DoneBy, DoneAt: i.DoneAt,
	}
}

func (s *Server) noteIncident(ctx context.Context, h *hotline.Service, q NoteIncident) (IncidentRow, error) {
	act := s.act(h, q.By)
	i := bot.Incident{ID: h.NewID(), CodeName: upper(q.CodeName), Kind: q.Kind, Note: bot.Text(s.redacted(h, q.Note))}
	var row IncidentRow
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		noted, m, err := people.NoteIncident(tx, act, i)
		row = incidentRow(noted)
		row.Paused = m.Status == bot.AgentPaused
		return err
	})
	return row, err
}

func (s *Server) listIncidents(ctx context.Context, h *hotline.Service, q ListIncidents) (IncidentRows, error) {
	act := s.act(h, q.By)
	list := IncidentRows{Incidents: []IncidentRow{}}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		incidents, err := people.Incidents(tx, act, q.All, countTo)
		for _, i := range incidents {
			list.Incidents = append(list.Incidents, incidentRow(i))
		}
		return err
	})
	return list, err
}

func (s *Server) incidentDone(ctx context.Context, h *hotline.Service, q IncidentDone) (IncidentRow, error) {
	act := s.act(h, q.By)
	var row IncidentRow
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		i, err := people.IncidentDone(tx, act, q.Incident, countTo)
		row = incidentRow(i)
		return err
	})
	return row, err
}

// Cohorts is what waits about ambassadors, for whoever looks at the state of the hotline: counts alone.
type Cohorts struct {
	Silent    Count `json:"silent"`    // members of whom nothing was heard for as long as their cohort says
	Incidents Count `json:"incidents"` // that nobody has seen to
}

// cohortsStatus is nil where nothing waits.
func cohortsStatus(tx storage.Tx, h *hotline.Service, now bot.Instant) (*Cohorts, error) {
	cohorts, err := tx.Cohorts()
	if err != nil {
		return nil, err
	}
	silent := 0
	for _, c := range cohorts {
		members, err := tx.Members(c.Name)
		if err != nil {
			return nil, err
		}
		list, err := people.Silent(tx, c, members, now, h.Today(now))
		if err != nil {
			return nil, err
		}
		silent += len(list)
	}
	incidents, err := tx.Incidents(newest(countTo))
	if err != nil {
		return nil, err
	}
	open := 0
	for _, i := range incidents {
		if i.DoneAt.IsZero() {
			open++
		}
	}
	if silent+open == 0 {
		return nil, nil
	}
	return &Cohorts{Silent: countOf(silent), Incidents: countOf(open)}, nil
}
