package admin

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Requests about rumours. Lang and Fallback take fra or fr, bam or bm.
type (
	// NewRumour makes a rumour of a claim and links reports to it.
	NewRumour struct {
		By
		Claim string   `json:"claim"`
		From  []string `json:"from"`            // references of reports
		Group string   `json:"group,omitempty"` // and of all that tell the same as this report
		Yes   bool     `json:"yes,omitempty"`   // of all of them, whichever they are by now
	}
	// LinkReports links further reports.
	LinkReports struct {
		By
		Rumour  string   `json:"rumour"`
		Reports []string `json:"reports"`
		Yes     bool     `json:"yes,omitempty"` // it may send a published answer
	}
	// ListRumours lists rumours, the most urgent first.
	ListRumours struct {
		By
		State bot.RumourState `json:"state,omitempty"` // "" = all
		Limit int             `json:"limit,omitempty"`
	}
	// ShowRumour shows one with its reports.
	ShowRumour struct {
		By
		Rumour string `json:"rumour"`
	}
	// WriteAnswer sets the answer in one language.
	WriteAnswer struct {
		By
		Rumour string `json:"rumour"`
		Lang   string `json:"lang"`
		Text   string `json:"text"`

		NamesChecked bool `json:"names_checked,omitempty"` // somebody looked at whom the text names
	}
	// ApproveAnswer approves it; its author cannot.
	ApproveAnswer struct {
		By
		Rumour string `json:"rumour"`
		Lang   string `json:"lang"`
	}
	// Publish queues the answers. Fallback is for readers of a language without an approved answer. Titles alone, for a
	// rumour that is published already, set those.
	Publish struct {
		By
		Rumour   string            `json:"rumour"`
		Fallback string            `json:"fallback,omitempty"`
		Titles   map[string]string `json:"titles,omitempty"` // lines for the menus, by language
		NoAuto   bool              `json:"no_auto,omitempty"`

		NamesChecked bool `json:"names_checked,omitempty"` // somebody looked at whom the titles name
	}
)

// RumourRow is a rumour in a list.
type RumourRow struct {
	Ref         bot.Ref         `json:"ref"`
	Claim       bot.Text        `json:"claim"`
	State       bot.RumourState `json:"state"`
	Verdict     bot.Verdict     `json:"verdict,omitempty"`
	RiskLevel   bot.RiskLevel   `json:"risk_level,omitempty"`
	CreatedAt   bot.Instant     `json:"created_at"`
	CreatedBy   string          `json:"created_by"`
	ReportCount int             `json:"report_count"`
	Due         []Due           `json:"due,omitempty"` // what it waits for, the soonest first; in lists and where it is shown
}

// Rumours are the most urgent rumours; More tells that there are others.
type Rumours struct {
	Rumours []RumourRow `json:"rumours"`
	More    bool        `json:"more,omitempty"`
}

// Rumour is a rumour with its answers, and where it is shown, its reports.
type Rumour struct {
	RumourRow
	Life
	DecidedAt   bot.Instant `json:"decided_at,omitzero"`
	DecidedBy   string      `json:"decided_by,omitempty"`
	PublishedAt bot.Instant `json:"published_at,omitzero"`
	PublishedBy string      `json:"published_by,omitempty"`
	Fallback    bot.Lang    `json:"fallback,omitempty"`
	Answers     []Answer    `json:"answers"`
	AnswerNo    int         `json:"answer_no,omitempty"`
	Versions    []Version   `json:"versions,omitempty"`    // answers that another one took the place of, oldest first
	FanOut      *FanOut     `json:"fan_out,omitempty"`     // from publication on
	Helped      *Helped     `json:"helped,omitempty"`      // once somebody was asked whether the answer helped
	Owes        *StockOwed  `json:"owes,omitempty"`        // a stock wording that its reporters wait for
	Told        []StockTold `json:"told,omitempty"`        // stock wordings that were sent
	Said        *StockSent  `json:"said,omitempty"`        // one that the move just made has sent
	Emptied     *Emptied    `json:"emptied,omitempty"`     // split: the rumour that the reports came from, if no other is left there
	Misled      int         `json:"misled,omitempty"`      // split: people who may have read the other rumour's answer
	MisledTold  int         `json:"misled_told,omitempty"` // of those, who are told now that it was not about what they told
	Reports     []ReportRow `json:"reports,omitempty"`     // without those that the account may not see
	MoreReports bool        `json:"more_reports,omitempty"`
	Burst       *Burst      `json:"burst,omitempty"`       // the last time when many told it at once
	TitledOnly  bool        `json:"titled_only,omitempty"` // publishing a published rumour again set its titles
	Remarks     []Remark    `json:"remarks,omitempty"`     // on what was written with the request
	Auto        *Auto       `json:"auto,omitempty"`        // once it is published
}

// Burst is when many numbers told a rumour in a short time.
type Burst struct {
	At      bot.Instant `json:"at"`
	Numbers int         `json:"numbers"`
}

// Answer is the text for reporters in one language.
type Answer struct {
	Lang       bot.Lang    `json:"lang"`
	Text       bot.Text    `json:"text"`
	Title      bot.Text    `json:"title,omitempty"` // in the menus, where it is not the beginning of the text
	Author     string      `json:"author"`
	WrittenAt  bot.Instant `json:"written_at"`
	Approver   string      `json:"approver,omitempty"`
	ApprovedAt bot.Instant `json:"approved_at,omitzero"`
	Measure    Measure     `json:"measure"`
	// AutoTooLong tells that the machine cannot give it: with the line that asks for another matter it takes more than one part.
	AutoTooLong bool `json:"auto_too_long,omitempty"`
}

// Version is an answer that another one took the place of.
type Version struct {
	No      int            `json:"no"`
	Kind    bot.AnswerKind `json:"kind"`
	Verdict bot.Verdict    `json:"verdict,omitempty"`
	By      string         `json:"by"`
	At      bot.Instant    `json:"at,omitzero"`
	Answers []Answer       `json:"answers,omitempty"`
}

// Helped counts what people said to whether the answer helped.
type Helped struct {
	Asked       int `json:"asked"`
	Yes         int `json:"yes"`
	No          int `json:"no"`
	NotBelieved int `json:"not_believed"`
	NoReply     int `json:"no_reply"`
}

// Measure is what an answer costs on the air, framed and with the longest reference.
type Measure struct {
	Encoding bot.Encoding `json:"encoding"`
	Units    int          `json:"units"` // septets in GSM-7, 16-bit units in UCS-2
	Parts    int          `json:"parts"`
	// Outsiders are the characters that force UCS-2; each at one septet, there would be PartsWithout.
	Outsiders    []string `json:"outsiders,omitempty"`
	PartsWithout int      `json:"parts_without"`
}

func rumourRow(r bot.Rumour) RumourRow {
	return RumourRow{
		Ref: r.Ref, Claim: r.Claim, State: r.State, Verdict: r.Verdict, RiskLevel: r.Risk.Level, CreatedAt: r.CreatedAt, CreatedBy: r.CreatedBy,
		ReportCount: r.Reports,
	}
}

// rumourOf shows a rumour without its reports.
func rumourOf(d rumour.Desk, r bot.Rumour) Rumour {
	shown := Rumour{
		RumourRow: rumourRow(r), Life: lifeOf(r), DecidedAt: r.DecidedAt, DecidedBy: r.DecidedBy, PublishedAt: r.PublishedAt,
		PublishedBy: r.PublishedBy, Fallback: r.Fallback, Answers: make([]Answer, 0, len(r.Answers)),
	}
	for _, a := range r.Answers {
		shown.Answers = append(shown.Answers, answerOf(d, a))
	}
	shown.AnswerNo, shown.Possible, shown.Auto = r.AnswerNo, d.Possible(r), autoOf(r)
	if k := r.Helped; k.Asked > 0 {
		shown.Helped = &Helped{Asked: k.Asked, Yes: k.Yes, No: k.No, NotBelieved: k.NotBelieved, NoReply: k.NoReply}
	}
	for _, v := range r.Versions {
		version := Version{No: v.No, Kind: v.Kind, Verdict: v.Verdict, By: v.By, At: v.At}
		for _, a := range v.Answers {
			version.Answers = append(version.Answers, answerOf(d, a))
		}
		shown.Versions = append(shown.Versions, version)
	}
	shown.FanOut, shown.Told = fanOutOf(r), stockTold(r)
	if b := r.Burst; b.Numbers > 0 {
		shown.Burst = &Burst{At: b.At, Numbers: b.Numbers}
	}
	return shown
}

func answerOf(d rumour.Desk, a bot.Answer) Answer {
	return Answer{
		Lang: a.Lang, Text: a.Text, Title: a.Title, Author: a.Author, WrittenAt: a.WrittenAt, Approver: a.Approver,
		ApprovedAt: a.ApprovedAt, Measure: measure(d, a), AutoTooLong: d.AutoTooLong(a.Lang, string(a.Text)),
	}
}

func measure(d rumour.Desk, a bot.Answer) Measure {
	return measureOf(d.Measure(a.Lang, string(a.Text)))
}

// language reads a language that the site speaks.
func language(d rumour.Desk, typed string) (bot.Lang, error) {
	if l, ok := bot.ParseLang(typed); ok && slices.Contains(d.Langs, l) {
		return l, nil
	}
	langs := make([]string, len(d.Langs))
	for i, l := range d.Langs {
		langs[i] = string(l)
	}
	return "", bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", typed, "langs", strings.Join(langs, ", "))
}

// rule runs one rule on a rumour in a transaction of its own.
func rule(ctx context.Context, h *hotline.Service, do func(storage.Tx) (bot.Rumour, error)) (Rumour, error) {
	var r bot.Rumour
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		r, err = do(tx)
		return err
	})
	return rumourOf(h.Desk, r), err
}

func (s *Server) newRumour(ctx context.Context, h *hotline.Service, q NewRumour) (Rumour, error) {
	act, id, refs := s.act(h, q.By), h.NewID(), h.Refs()
	if placeholder(q.Claim) {
		return Rumour{}, bot.Fault(bot.CodeInvalid, "desk.claim_placeholder")
	}
	if q.Group != "" {
		same, err := s.groupWith(ctx, h, act, q.Group)
		if err != nil {
			return Rumour{}, err
		}
		if len(same) > 1 && !q.Yes {
			return Rumour{}, bot.Fault(bot.CodeRefused, "desk.group_yes", "n", itoa(len(same)), "refs", strings.Join(same[:min(len(same), mostNear)], " "))
		}
		for _, ref := range same {
			if !slices.Contains(q.From, ref) {
				q.From = append(q.From, ref)
			}
		}
	}
	r, err := rule(ctx, h, func(tx storage.Tx) (bot.Rumour, error) {
		return h.Desk.Create(tx, act, id, refs, q.Claim, q.From)
	})
	r.Remarks = s.remarksOn(h, WroteClaim, q.Claim)
	return r, err
}

// placeholder tells the words of a printed command, or marks alone, that stand where a claim is to be written.
func placeholder(claim string) bool {
	words := strings.ToLower(strings.Trim(claim, " .…\"«»"))
	return words == "ce qui se dit" || words == "" && strings.TrimSpace(claim) != ""
}

func (s *Server) linkReports(ctx context.Context, h *hotline.Service, q LinkReports) (Rumour, error) {
	if len(q.Reports) == 0 {
		return Rumour{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if err := s.maySend(ctx, h, PreviewSends{By: q.By, Rumour: q.Rumour, Reports: q.Reports}, q.Yes); err != nil {
		return Rumour{}, err
	}
	before := queuedBefore(ctx, h, q.Rumour)
	r, err := h.Link(ctx, s.act(h, q.By), q.Rumour, q.Reports)
	return before.now(rumourOf(h.Desk, r)), err
}

func (s *Server) listRumours(ctx context.Context, h *hotline.Service, q ListRumours) (Rumours, error) {
	if err := known(q.State, bot.RumourStates()); err != nil {
		return Rumours{}, err
	}
	act, n := s.act(h, q.By), rows(q.Limit)
	var list Rumours
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		// The protection focal point's list has what waits for their word, or was withheld with it (mayRead).
		if _, err := act.Actor(tx, append(readers(), bot.RoleProtectionFocal)...); err != nil {
			return err
		}
		found, more, err := urgent(tx, act, q.State, n)
		list.More = more
		list.Rumours = make([]RumourRow, 0, len(found))
		for _, r := range found {
			row := rumourRow(r)
			row.Due = rumourDues(h, r, act.At)
			list.Rumours = append(list.Rumours, row)
		}
		return err
	})
	return list, err
}

func (s *Server) showRumour(ctx context.Context, h *hotline.Service, q ShowRumour) (Rumour, error) {
	act := s.act(h, q.By)
	var shown Rumour
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		r, err := rumour.Find(tx, q.Rumour)
		if err != nil {
			return err
		}
		if err := mayRead(tx, act, r); err != nil {
			return err
		}
		shown = rumourOf(h.Desk, r)
		shown.Due = rumourDues(h, r, act.At)
		if shown.Owes, err = stockOwed(tx, h, r); err != nil {
			return err
		}
		for _, code := range r.Areas {
			shown.AreaNames = append(shown.AreaNames, s.placeName(h, code))
		}
		if shown.MergedInto, err = refOf(tx, r.MergedInto); err != nil {
			return err
		}
		if shown.SplitFrom, err = refOf(tx, r.SplitFrom); err != nil {
			return err
		}
		if shown.Pending != nil {
			if shown.Pending.Seconds, err = rumour.Seconds(tx, r); err != nil {
				return err
			}
		}
		links, err := tx.Links(r.ID, bot.LinkCursor{}, usualRows+1)
		if err != nil {
			return fmt.Errorf("admin: reports of a rumour: %w", err)
		}
		links, shown.MoreReports = cut(links, usualRows)
		for _, l := range links {
			rep, err := tx.Report(l.Report)
			if err != nil {
				return fmt.Errorf("admin: a report of a rumour: %w", err)
			}
			if seen, err := sees.of(rep); err != nil {
				return err
			} else if !seen {
				continue
			}
			row, err := s.reportRow(h, tx, sees.knowing, rep, act.At)
			if err != nil {
				return err
			}
			shown.Reports = append(shown.Reports, row)
		}
		return nil
	})
	return shown, err
}

func (s *Server) writeAnswer(ctx context.Context, h *hotline.Service, q WriteAnswer) (Rumour, error) {
	lang, err := language(h.Desk, q.Lang)
	if err != nil {
		return Rumour{}, err
	}
	if err := s.namesNobody(h, q.NamesChecked, q.Text); err != nil {
		return Rumour{}, err
	}
	act := s.act(h, q.By)
	return rule(ctx, h, func(tx storage.Tx) (bot.Rumour, error) { return h.Desk.Write(tx, act, q.Rumour, lang, q.Text) })
}

func (s *Server) approveAnswer(ctx context.Context, h *hotline.Service, q ApproveAnswer) (Rumour, error) {
	lang, err := language(h.Desk, q.Lang)
	if err != nil {
		return Rumour{}, err
	}
	before := queuedBefore(ctx, h, q.Rumour)
	r, err := h.Approve(ctx, s.act(h, q.By), q.Rumour, lang)
	return before.now(rumourOf(h.Desk, r)), err
}

func (s *Server) publish(ctx context.Context, h *hotline.Service, q Publish) (Rumour, error) {
	var fallback bot.Lang
	if q.Fallback != "" {
		var err error
		if fallback, err = language(h.Desk, q.Fallback); err != nil {
			return Rumour{}, err
		}
	}
	titles, err := titlesOf(h.Desk, q.Titles)
	if err != nil {
		return Rumour{}, err
	}
	if err := s.namesNobody(h, q.NamesChecked, wordings(q.Titles)...); err != nil {
		return Rumour{}, err
	}
	act, before := s.act(h, q.By), queuedBefore(ctx, h, q.Rumour)
	r, err := h.PublishStep(ctx, act, q.Rumour, rumour.Step{Fallback: fallback, NoAuto: q.NoAuto}, titles...)
	shown := before.now(rumourOf(h.Desk, r))
	shown.TitledOnly = len(titles) > 0 && fallback == "" && r.PublishedAt != act.At
	return shown, err
}

// titlesOf reads titles by their languages, in the order in which the site has these.
func titlesOf(d rumour.Desk, typed map[string]string) ([]rumour.Title, error) {
	var titles []rumour.Title
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		l, err := language(d, name)
		if err != nil {
			return nil, err
		}
		titles = append(titles, rumour.Title{Lang: l, Text: typed[name]})
	}
	slices.SortStableFunc(titles, func(a, b rumour.Title) int {
		return cmp.Compare(slices.Index(d.Langs, a.Lang), slices.Index(d.Langs, b.Lang))
	})
	return titles, nil
}
