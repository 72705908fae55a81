package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// ListReports asks for reports, newest first.
type ListReports struct {
	By
	State bot.ReportState `json:"state,omitempty"` // "" = all
	Auto  bool            `json:"auto,omitempty"`  // only those that a machine linked and that nobody has looked at; of the newest mostAuto
	Limit int             `json:"limit,omitempty"`
}

// ShowReport asks for one report with its texts: redacted, or with a reason as they were sent.
type ShowReport struct {
	By
	Ref    string `json:"ref"`
	Raw    bool   `json:"raw,omitempty"`
	Reason string `json:"reason,omitempty"` // for Raw
}

// ReportRow is a report in a list.
type ReportRow struct {
	Ref        bot.Ref         `json:"ref"`
	ReceivedAt bot.Instant     `json:"received_at"`
	AgeSeconds int64           `json:"age_seconds"`
	Lang       bot.Lang        `json:"lang,omitempty"` // "" = unsure
	State      bot.ReportState `json:"state"`
	Stale      bool            `json:"stale,omitempty"`
	MaybeStop  bool            `json:"maybe_stop,omitempty"`
	Texts      int             `json:"texts"`
	Rumour     bot.Ref         `json:"rumour,omitempty"`
	Place      bot.PlaceCode   `json:"place,omitzero"`       // as the person chose it in a menu
	PlaceName  string          `json:"place_name,omitempty"` // in the desk's language; a cercle with its region
	Theme      bot.Theme       `json:"theme,omitempty"`
	Protect    bool            `json:"protect,omitempty"` // for the protection focal point alone
	Label      bot.ReportLabel `json:"label,omitempty"`   // "" = not labelled
	Due        *Due            `json:"due,omitempty"`     // nil: nobody need look at it any more
	Alarm      string          `json:"alarm,omitempty"`   // what its words raise an alarm about
	Reach      Reach           `json:"reach,omitempty"`   // what can be sent to the person
	Match      *Match          `json:"match,omitempty"`   // which rumour it was held to tell
}

// Reports are the newest reports; More tells that there are older ones.
type Reports struct {
	Reports []ReportRow `json:"reports"`
	More    bool        `json:"more,omitempty"`
	Looked  int         `json:"looked,omitempty"` // with Auto: only so many of the newest reports were looked at
}

// Report is a report with all that was said.
type Report struct {
	ReportRow
	Channel         bot.Channel     `json:"channel"`
	Gateway         string          `json:"gateway"`
	SentAt          bot.Instant     `json:"sent_at,omitzero"`
	SaidBy          string          `json:"said_by,omitempty"`    // who said it, where somebody else typed it
	EnteredBy       string          `json:"entered_by,omitempty"` // who typed it
	Closed          bot.CloseReason `json:"closed,omitempty"`
	ClosedAt        bot.Instant     `json:"closed_at,omitzero"`
	Said            []Said          `json:"said"`             // oldest first
	Raw             bool            `json:"raw,omitempty"`    // the texts are as they were sent
	Masks           []MaskRow       `json:"masks,omitempty"`  // put by hand
	Offers          []MaskOffer     `json:"offers,omitempty"` // marks of the rumour's other reports that would fit
	Acknowledgement *Delivery       `json:"acknowledgement,omitempty"`
	Answer          *Delivery       `json:"answer,omitempty"`
	Asked           []DeskText      `json:"asked,omitempty"` // the desk's questions, the oldest first
	Reply           *DeskText       `json:"reply,omitempty"` // the desk's own answer
	Near            []NearClaim     `json:"near,omitempty"`  // the nearest rumours, where nothing else is known of it
}

// Said is one text of a report.
type Said struct {
	At     bot.Instant `json:"at,omitzero"`
	Text   bot.Text    `json:"text,omitempty"`   // with marks for what is hidden, unless it is raw
	Hidden int         `json:"hidden,omitempty"` // pieces of it
	Erased bool        `json:"erased,omitempty"`
}

// Delivery is how far a message to the reporter has come.
type Delivery struct {
	ID     bot.ID       `json:"id"`
	State  bot.OutState `json:"state"`
	Reason string       `json:"reason,omitempty"`
	At     bot.Instant  `json:"at,omitzero"` // of the state, or of the queueing
}

func reportStates() []bot.ReportState { return bot.ReportStates() }

func (s *Server) listReports(ctx context.Context, h *hotline.Service, q ListReports) (Reports, error) {
	if err := known(q.State, reportStates()); err != nil {
		return Reports{}, err
	}
	act, n := s.act(h, q.By), rows(q.Limit)
	var list Reports
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		look := looking{state: q.State, n: n + 1}
		if q.Auto {
			look.want, look.most = unlooked, mostAuto
		}
		found, more, err := sees.newest(tx, look)
		if err != nil {
			return err
		}
		found, list.More = cut(found, n)
		if list.More = list.More || more; more && q.Auto {
			list.Looked = mostAuto
		}
		list.Reports = make([]ReportRow, 0, len(found))
		for _, r := range found {
			row, err := s.reportRow(h, tx, sees.knowing, r, act.At)
			if err != nil {
				return err
			}
			list.Reports = append(list.Reports, row)
		}
		return nil
	})
	return list, err
}

func (s *Server) reportRow(h *hotline.Service, tx storage.Tx, knows knowing, r bot.Report, now bot.Instant) (ReportRow, error) {
	row := ReportRow{
		Ref: r.Ref, ReceivedAt: r.ReceivedAt, AgeSeconds: int64(now.Sub(r.ReceivedAt) / time.Second), Lang: r.Lang,
		State: r.State, Stale: r.Stale, MaybeStop: r.MaybeStop, Texts: len(r.Texts()), Place: r.Place,
		PlaceName: s.placeName(h, r.Place), Theme: r.Theme, Protect: r.Protect, Label: r.Label,
		Due: reportDue(h, r, now), Alarm: r.Alarm.Code,
	}
	var err error
	if row.Reach, err = reachOf(tx, r); err != nil {
		return ReportRow{}, err
	}
	if row.Match, err = s.matchOf(tx, knows, r); err != nil {
		return ReportRow{}, err
	}
	row.Rumour, err = rumourRef(tx, r.Rumour)
	return row, err
}

// placeName is a place's name, with its region's for a finer one; the code of a place that is not known any more, "" for
// none.
func (s *Server) placeName(h *hotline.Service, code bot.PlaceCode) string {
	p, ok := h.Places().Place(code)
	if !ok {
		return code.String()
	}
	name := p.Name(s.DeskLang)
	if region, ok := h.Places().Region(code); ok && region.Code != code {
		name += " (" + region.Name(s.DeskLang) + ")"
	}
	return name
}

// rumourRef is the reference of a rumour, "" of none.
func rumourRef(tx storage.Tx, id bot.ID) (bot.Ref, error) {
	if id.IsZero() {
		return "", nil
	}
	r, err := tx.Rumour(id)
	if err != nil {
		return "", fmt.Errorf("admin: rumour: %w", err)
	}
	return r.Ref, nil
}

// showReport shows what a person wrote, redacted or raw, and notes who looked.
func (s *Server) showReport(ctx context.Context, h *hotline.Service, q ShowReport) (Report, error) {
	act := s.act(h, q.By)
	var shown Report
	var id bot.ID
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		r, err := rumour.FindReport(tx, q.Ref)
		if err != nil {
			return err
		}
		by, err := sees.look(tx, act, r)
		if err != nil {
			return err
		}
		id = r.ID
		if shown, err = s.reportOf(h, tx, act, r); err != nil {
			return err
		}
		if q.Raw {
			if err := s.unveil(h, tx, act, r, q.Reason, &shown); err != nil {
				return err
			}
		}
		return act.Note(tx, by, "report.read", string(r.Ref), "")
	})
	if err == nil {
		shown.Near, err = s.nearShown(ctx, h, q.By, id)
	}
	return shown, err
}

func (s *Server) reportOf(h *hotline.Service, tx storage.Tx, act people.Act, r bot.Report) (Report, error) {
	row, err := s.reportRow(h, tx, knowingOf(tx, act), r, act.At)
	if err != nil {
		return Report{}, err
	}
	shown := Report{
		ReportRow: row, Channel: r.Channel, Gateway: r.Gateway, SentAt: r.SentAt, SaidBy: r.CreatedBy, EnteredBy: r.EnteredBy,
		Closed: r.Closed, ClosedAt: r.ClosedAt,
	}
	if err := s.said(h, tx, r, &shown); err != nil {
		return Report{}, err
	}
	if shown.Acknowledgement, err = delivery(tx, r.ID); err != nil { // it has the id of the message it replies to
		return Report{}, err
	}
	if shown.Answer, err = delivery(tx, r.Answer); err != nil {
		return Report{}, err
	}
	for _, id := range r.Asked {
		asked, err := deskText(tx, id)
		if err != nil {
			return Report{}, err
		}
		if asked != nil {
			shown.Asked = append(shown.Asked, *asked)
		}
	}
	shown.Reply, err = deskText(tx, r.Answer)
	return shown, err
}

// delivery is how far a message has come, nil if there is none.
func delivery(tx storage.Tx, id bot.ID) (*Delivery, error) {
	if id.IsZero() {
		return nil, nil
	}
	o, err := tx.Outbound(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("admin: a message of a report: %w", err)
	}
	at := o.CreatedAt
	for _, later := range []bot.Instant{o.HandedAt, o.EndedAt} {
		at = max(at, later)
	}
	return &Delivery{ID: o.ID, State: o.State, Reason: o.Reason, At: at}, nil
}
