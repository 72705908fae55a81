package admin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// MoveRumour is what every verb of a rumour's life is asked with; each reads its own fields, as rumour.Step says.
type MoveRumour struct {
	By
	Rumour   string            `json:"rumour"`
	Theme    bot.RumourTheme   `json:"theme,omitempty"`
	Areas    []bot.PlaceCode   `json:"areas,omitempty"` // SCHEME:CODE
	Risk     bot.RiskLevel     `json:"risk,omitempty"`
	Harm     int               `json:"harm,omitempty"`   // 1 to 3, with Spread
	Spread   int               `json:"spread,omitempty"` // 1 to 3
	Flags    []bot.RiskFlag    `json:"flags,omitempty"`  // added to those that are noted
	Unflag   []bot.RiskFlag    `json:"unflag,omitempty"` // taken from them
	Hate     bot.HateSpeech    `json:"hate,omitempty"`
	Intent   bot.Intent        `json:"intent,omitempty"`
	Restrict *bool             `json:"restricted,omitempty"`
	Redacted bool              `json:"redaction_checked,omitempty"` // triage, submit: somebody looked that nobody is named
	Until    When              `json:"until,omitempty"`             // watch
	Assignee string            `json:"assignee,omitempty"`
	Evidence []Check           `json:"evidence,omitempty"`
	Verdict  bot.Verdict       `json:"verdict,omitempty"`
	Finding  string            `json:"finding,omitempty"`
	Internal string            `json:"internal,omitempty"`
	Texts    map[string]string `json:"texts,omitempty"`  // answers by language
	Titles   map[string]string `json:"titles,omitempty"` // confirm: lines for the menus, by language
	Fallback string            `json:"fallback,omitempty"`
	Comment  string            `json:"comment,omitempty"`
	Reason   bot.ClosedReason  `json:"reason,omitempty"` // reject, close
	Into     string            `json:"into,omitempty"`   // merge
	Claim    string            `json:"claim,omitempty"`  // split
	Reports  []string          `json:"reports,omitempty"`
	Yes      bool              `json:"yes,omitempty"`     // merge: it may send a published answer
	NoAuto   bool              `json:"no_auto,omitempty"` // confirm: the machine does not give the answer
	Tell     bool              `json:"tell,omitempty"`    // split: those who may have read the other answer are told, also where they are several

	NamesChecked bool `json:"names_checked,omitempty"` // somebody looked at whom Texts and Titles name
}

// Check is one check with its source.
type Check struct {
	Method   bot.CheckMethod `json:"method"`
	Source   bot.SourceType  `json:"source"`
	Code     string          `json:"code,omitempty"`  // the source's pseudonym
	Group    string          `json:"group,omitempty"` // of sources that repeat one origin
	Supports bot.Supports    `json:"supports,omitempty"`
	Note     bot.Text        `json:"note,omitempty"`
	DoneAt   bot.Instant     `json:"done_at,omitzero"`
	DoneBy   string          `json:"done_by,omitempty"` // as shown; whoever notes it did it
}

// Life is what the desk noted about a rumour.
type Life struct {
	Theme      bot.RumourTheme  `json:"theme,omitempty"`
	Areas      []bot.PlaceCode  `json:"areas,omitempty"`
	AreaNames  []string         `json:"area_names,omitempty"`
	Risk       *Risk            `json:"risk,omitempty"`
	Hate       bot.HateSpeech   `json:"hate,omitempty"`
	Intent     bot.Intent       `json:"intent,omitempty"`
	Restricted bool             `json:"restricted,omitempty"`
	Evidence   []Check          `json:"evidence,omitempty"`
	Proposal   *Proposal        `json:"proposal,omitempty"`
	AssignedTo string           `json:"assigned_to,omitempty"`
	TriagedAt  bot.Instant      `json:"triaged_at,omitzero"`
	RedactedBy string           `json:"redacted_by,omitempty"` // who looked that nobody is named
	RedactedAt bot.Instant      `json:"redacted_at,omitzero"`
	ReviewAt   bot.Instant      `json:"review_at,omitzero"`
	MergedInto bot.Ref          `json:"merged_into,omitempty"`
	SplitFrom  bot.Ref          `json:"split_from,omitempty"`
	Closed     bot.ClosedReason `json:"closed,omitempty"` // why
	ClosedAt   bot.Instant      `json:"closed_at,omitzero"`
	ReopenedAt bot.Instant      `json:"reopened_at,omitzero"`
	HarmNote   bot.Text         `json:"harm_note,omitempty"`
	QuietSince bot.Instant      `json:"quiet_since,omitzero"`
	Pending    *Pending         `json:"pending,omitempty"`
	Notes      []Note           `json:"notes,omitempty"`
	Possible   []rumour.Verb    `json:"possible,omitempty"` // what can be done now, by some role
}

// Risk is how dangerous a rumour is held to be.
type Risk struct {
	Level   bot.RiskLevel  `json:"level"`
	Harm    int            `json:"harm,omitempty"`
	Spread  int            `json:"spread,omitempty"`
	Flags   []bot.RiskFlag `json:"flags,omitempty"`
	Reasons []string       `json:"reasons,omitempty"`
	By      string         `json:"by,omitempty"`
	At      bot.Instant    `json:"at,omitzero"`
	Alarm   bool           `json:"alarm,omitempty"` // raised by an alarm word
}

// Proposal is the verdict that a verifier submitted.
type Proposal struct {
	Verdict  bot.Verdict `json:"verdict"`
	Finding  bot.Text    `json:"finding"`
	Internal bot.Text    `json:"internal,omitempty"`
	By       string      `json:"by"`
	At       bot.Instant `json:"at"`
}

// Pending is a move that one of two people has made.
type Pending struct {
	Verb  string      `json:"verb"`
	Value string      `json:"value"`
	By    string      `json:"by"`
	Role  bot.Role    `json:"role,omitempty"` // in which they said it
	At    bot.Instant `json:"at"`
	// Seconds are the accounts that may say it, too; as the move is answered and where the rumour is shown.
	Seconds []string `json:"seconds,omitempty"`
}

// Note is what somebody said with a move.
type Note struct {
	Verb string      `json:"verb"`
	Text bot.Text    `json:"text"`
	By   string      `json:"by"`
	At   bot.Instant `json:"at"`
}

func lifeOf(r bot.Rumour) Life {
	l := Life{
		Theme: r.Theme, Areas: r.Areas, Hate: r.Hate, Intent: r.Intent, Restricted: r.Restricted, AssignedTo: r.AssignedTo,
		TriagedAt: r.TriagedAt, RedactedBy: r.RedactedBy, RedactedAt: r.RedactedAt, ReviewAt: r.ReviewAt, Closed: r.Reason, ClosedAt: r.ClosedAt, ReopenedAt: r.ReopenedAt,
		HarmNote: r.HarmNote, QuietSince: r.QuietSince,
	}
	if k := r.Risk; k.Level != "" {
		l.Risk = &Risk{Level: k.Level, Harm: k.Harm, Spread: k.Spread, Flags: k.Flags, Reasons: k.Reasons, By: k.By, At: k.At, Alarm: k.Alarm}
	}
	for _, e := range r.Evidence {
		l.Evidence = append(l.Evidence, Check{
			Method: e.Method, Source: e.Source, Code: e.Code, Group: e.Group, Supports: e.Supports, Note: e.Note,
			DoneAt: e.DoneAt, DoneBy: e.DoneBy,
		})
	}
	if p := r.Proposal; p.Verdict != "" {
		l.Proposal = &Proposal{Verdict: p.Verdict, Finding: p.Public, Internal: p.Internal, By: p.By, At: p.At}
	}
	if p := r.Pending; p.Verb != "" {
		l.Pending = &Pending{Verb: p.Verb, Value: p.Value, By: p.By, Role: p.Role, At: p.At}
	}
	for _, n := range r.Notes {
		l.Notes = append(l.Notes, Note{Verb: n.Verb, Text: n.Text, By: n.By, At: n.At})
	}
	return l
}

// step reads what a verb is asked with.
func (q MoveRumour) step(h *hotline.Service) (rumour.Step, error) {
	s := rumour.Step{
		Theme: q.Theme, Areas: q.Areas, Hate: q.Hate, Intent: q.Intent, Restrict: q.Restrict, RedactionChecked: q.Redacted, Assignee: q.Assignee,
		Risk:    rumour.GivenRisk{Level: q.Risk, Harm: q.Harm, Spread: q.Spread, Flags: q.Flags, Unflag: q.Unflag},
		Verdict: q.Verdict, Public: q.Finding, Internal: q.Internal, Comment: q.Comment, Reason: q.Reason, Into: q.Into,
		Claim: q.Claim, Reports: q.Reports, NoAuto: q.NoAuto, Tell: q.Tell,
	}
	for _, code := range q.Areas {
		if _, ok := h.Places().Place(code); !ok {
			return rumour.Step{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
		}
	}
	for _, c := range q.Evidence {
		s.Evidence = append(s.Evidence, bot.Evidence{
			Method: c.Method, Source: c.Source, Code: c.Code, Group: c.Group, Supports: c.Supports, Note: c.Note, DoneAt: c.DoneAt,
		})
	}
	var err error
	if s.Until, err = q.Until.begin(h); err != nil {
		return rumour.Step{}, err
	}
	texts, err := titlesOf(h.Desk, q.Texts)
	if err != nil {
		return rumour.Step{}, err
	}
	for _, t := range texts {
		s.Texts = append(s.Texts, rumour.Wording(t))
	}
	if q.Fallback != "" {
		s.Fallback, err = language(h.Desk, q.Fallback)
	}
	return s, err
}

// moving is the endpoint of a verb. Where it takes two people and one has spoken, the answer names who may be the other.
func (s *Server) moving(
	do func(context.Context, *hotline.Service, people.Act, MoveRumour, rumour.Step) (bot.Rumour, error),
) func(context.Context, *hotline.Service, MoveRumour) (Rumour, error) {
	move := s.moved(do)
	return func(ctx context.Context, h *hotline.Service, q MoveRumour) (Rumour, error) {
		shown, err := move(ctx, h, q)
		if err != nil || shown.Pending == nil {
			return shown, err
		}
		err = h.Store.View(ctx, func(tx storage.Tx) error {
			r, err := rumour.Find(tx, string(shown.Ref))
			if err == nil {
				shown.Pending.Seconds, err = rumour.Seconds(tx, r)
			}
			return err
		})
		return shown, err
	}
}

// moved makes a verb's move and shows the rumour as it then is.
func (s *Server) moved(
	do func(context.Context, *hotline.Service, people.Act, MoveRumour, rumour.Step) (bot.Rumour, error),
) func(context.Context, *hotline.Service, MoveRumour) (Rumour, error) {
	return func(ctx context.Context, h *hotline.Service, q MoveRumour) (Rumour, error) {
		step, err := q.step(h)
		if err != nil {
			return Rumour{}, err
		}
		if err := s.namesNobody(h, q.NamesChecked, wordings(q.Texts, q.Titles)...); err != nil {
			return Rumour{}, err
		}
		act, before := s.act(h, q.By), queuedBefore(ctx, h, cmp.Or(q.Into, q.Rumour))
		r, err := do(ctx, h, act, q, step)
		if err != nil {
			return Rumour{}, err
		}
		shown := before.now(rumourOf(h.Desk, r))
		shown.Remarks, shown.Said = q.remarks(s, h), saidBy(act, r)
		err = h.Store.View(ctx, func(tx storage.Tx) (err error) {
			shown.Owes, err = stockOwed(tx, h, r)
			return err
		})
		return shown, err
	}
}

// ruled is moving for a rule that needs no more than its transaction.
func (s *Server) ruled(
	rule func(rumour.Desk, storage.Tx, people.Act, string, rumour.Step) (bot.Rumour, error),
) func(context.Context, *hotline.Service, MoveRumour) (Rumour, error) {
	return s.moving(func(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, step rumour.Step) (bot.Rumour, error) {
		return h.Step(ctx, a, q.Rumour, step, rule)
	})
}

func confirmRumour(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, step rumour.Step) (bot.Rumour, error) {
	titles, err := titlesOf(h.Desk, q.Titles)
	if err != nil {
		return bot.Rumour{}, err
	}
	return h.Confirm(ctx, a, q.Rumour, step, titles...)
}

func (s *Server) mergeRumour(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, _ rumour.Step) (bot.Rumour, error) {
	if q.Into != "" {
		if err := s.maySend(ctx, h, PreviewSends{By: q.By, Rumour: q.Rumour, Into: q.Into}, q.Yes); err != nil {
			return bot.Rumour{}, err
		}
	}
	return h.Merge(ctx, a, q.Rumour, q.Into)
}

// split moves reports to a rumour of their own, and says where that leaves the first one with none.
func (s *Server) split(ctx context.Context, h *hotline.Service, q MoveRumour) (Rumour, error) {
	told := 0
	made, err := s.moving(func(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, step rumour.Step) (r bot.Rumour, err error) {
		r, told, err = h.Split(ctx, a, q.Rumour, step)
		return r, err
	})(ctx, h, q)
	made.MisledTold = told
	if err != nil {
		return Rumour{}, err
	}
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		from, err := rumour.Find(tx, q.Rumour)
		if err == nil && from.Reports == 0 {
			made.Emptied = &Emptied{Ref: from.Ref, Possible: h.Desk.Possible(from)}
		}
		if err != nil {
			return err
		}
		r, err := rumour.Find(tx, string(made.Ref))
		if err == nil {
			made.Misled, err = rumour.HeardOf(tx, r, from)
		}
		return err
	})
	return made, err
}

func reopenRumour(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, step rumour.Step) (bot.Rumour, error) {
	return h.Reopen(ctx, a, q.Rumour, step)
}

func correctRumour(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, step rumour.Step) (bot.Rumour, error) {
	return h.Correct(ctx, a, q.Rumour, step)
}

func withdrawRumour(ctx context.Context, h *hotline.Service, a people.Act, q MoveRumour, step rumour.Step) (bot.Rumour, error) {
	return h.Withdraw(ctx, a, q.Rumour, step)
}

// mayRead refuses a restricted rumour to who need not know: all but coordinators and those who work on it. The protection
// focal point reads those that are withheld, or would be.
func mayRead(tx storage.Tx, a people.Act, r bot.Rumour) error {
	roles := readers()
	if r.State == bot.RumourWithheld || !r.WithheldAt.IsZero() || r.Pending.Verb == string(rumour.Withhold) {
		roles = append(roles, bot.RoleProtectionFocal)
	}
	if _, err := a.Actor(tx, roles...); err != nil {
		return err
	}
	return rumour.NeedsToKnow(tx, a, r)
}

// urgency orders rumours: those that the desk must deal with first, of these the most dangerous first, then the oldest;
// those that nobody assessed stand behind the high ones. Of the others, the newest come first.
func urgency(a, b bot.Rumour) int {
	waits := func(r bot.Rumour) int {
		switch {
		case r.State.Ended():
			return 2
		case r.State == bot.RumourPublished || r.State == bot.RumourWithheld || r.State == bot.RumourMonitoring:
			return 1
		default:
			return 0
		}
	}
	height := func(r bot.Rumour) float64 {
		if r.Risk.Level == "" {
			return 1.5
		}
		return float64(slices.Index(bot.RiskLevels(), r.Risk.Level))
	}
	byAge := bytes.Compare(a.ID[:], b.ID[:])
	if waits(a) > 0 {
		return cmp.Or(cmp.Compare(waits(a), waits(b)), -byAge)
	}
	return cmp.Or(cmp.Compare(waits(a), waits(b)), cmp.Compare(height(b), height(a)), byAge)
}

// mostRumours is how many rumours of one state are put in order for a list: far more than a desk has open at once.
const mostRumours = 5000

// urgent are the most urgent n rumours in a state ("" = all) that may be read.
func urgent(tx storage.Tx, a people.Act, state bot.RumourState, n int) (found []bot.Rumour, more bool, err error) {
	states := bot.RumourStates()
	if state != "" {
		states = []bot.RumourState{state}
	}
	for _, st := range states {
		page := storage.Page{Limit: usualRows, Newest: true}
		for looked := 0; looked < mostRumours; looked += page.Limit {
			list, err := tx.Rumours(st, page)
			if err != nil {
				return nil, false, err
			}
			for _, r := range list {
				switch err := mayRead(tx, a, r); {
				case err == nil:
					found = append(found, r)
				case bot.CodeOf(err) != bot.CodeForbidden:
					return nil, false, err
				}
			}
			if len(list) < page.Limit {
				break
			}
			page.After = list[len(list)-1].ID
			// Of those that need no work, the newest are enough.
			if (st.Ended() || st == bot.RumourPublished || st == bot.RumourMonitoring) && looked > n {
				break
			}
		}
	}
	slices.SortFunc(found, urgency)
	found, more = cut(found, n)
	return found, more, nil
}

// refOf is the reference of a rumour by its id, "" for none.
func refOf(tx storage.Tx, id bot.ID) (bot.Ref, error) {
	if id.IsZero() {
		return "", nil
	}
	r, err := tx.Rumour(id)
	if errors.Is(err, storage.ErrNotFound) {
		return "", nil
	}
	return r.Ref, err
}
