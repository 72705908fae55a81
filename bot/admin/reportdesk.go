package admin

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/storage"
)

// Requests about what is done with reports. Lang takes fra or fr, bam or bm.
type (
	// NewReport enters what somebody said, for that person.
	NewReport struct {
		By
		Channel bot.Channel   `json:"channel"`
		Number  string        `json:"number,omitempty"` // as it is dialled; "" = nobody is owed an answer
		SaidBy  string        `json:"said_by,omitempty"`
		Lang    string        `json:"lang,omitempty"`
		Place   bot.PlaceCode `json:"place,omitzero"`
		Theme   bot.Theme     `json:"theme,omitempty"`
		ReplyBy bot.ReplyBy   `json:"reply_by,omitempty"`
		Text    string        `json:"text"`
	}
	// AskReporter asks whoever told a report one thing.
	AskReporter struct {
		By
		Ref  string `json:"ref"`
		Text string `json:"text"`

		NamesChecked bool `json:"names_checked,omitempty"` // somebody looked at whom the text names
	}
	// ReplyToReport answers a question or a need.
	ReplyToReport struct {
		By
		Ref  string `json:"ref"`
		Text string `json:"text"`

		NamesChecked bool `json:"names_checked,omitempty"` // somebody looked at whom the text names
	}
	// LabelReport says what a report is.
	LabelReport struct {
		By
		Ref   string          `json:"ref"`
		Label bot.ReportLabel `json:"label"`
	}
	// CloseReport ends the work on a report.
	CloseReport struct {
		By
		Ref    string          `json:"ref"`
		Reason bot.CloseReason `json:"reason"`
	}
	// ListCalls asks for the answers that wait for a call, the oldest first.
	ListCalls struct {
		By
		Limit int `json:"limit,omitempty"`
	}
	// ShowCall asks whom to ring, and what to read out.
	ShowCall struct {
		By
		Ref string `json:"ref"`
	}
	// NoteCall notes what came of a call.
	NoteCall struct {
		By
		Ref     string             `json:"ref"`
		Outcome rumour.CallOutcome `json:"outcome"`
		Helped  bot.Helpful        `json:"helped,omitempty"` // what the person reached said to whether the answer helped
	}
)

// ReportEntered is a report that was typed; it shows nothing of the person.
type ReportEntered struct {
	Ref     bot.Ref     `json:"ref"`
	ReplyBy bot.ReplyBy `json:"reply_by,omitempty"` // how the person is answered, "" = nobody is
	Doubt   string      `json:"doubt,omitempty"`    // what is odd about the number, in words
	Alarm   string      `json:"alarm,omitempty"`    // what its words raise an alarm about
	OnDuty  bool        `json:"on_duty,omitempty"`  // and those on duty are told of it
}

// ReportDone is a report after a step of the desk.
type ReportDone struct {
	Ref   bot.Ref         `json:"ref"`
	State bot.ReportState `json:"state"`
	Label bot.ReportLabel `json:"label,omitempty"`
	Alarm bool            `json:"alarm,omitempty"` // it was put aside, and its alarm still waits for somebody on duty
}

// Written is what the desk writes to one person, as it travels.
type Written struct {
	ReportDone
	Measure Measure     `json:"measure"`
	Waits   bot.Instant `json:"waits,omitzero"`     // a question: others are open, until then at the latest
	ReplyBy bot.ReplyBy `json:"reply_by,omitempty"` // "call" or "ussd" = it waits for that
}

// CallRow is an answer that waits for a call.
type CallRow struct {
	Ref        bot.Ref     `json:"ref"`
	Rumour     bot.Ref     `json:"rumour,omitempty"`
	Lang       bot.Lang    `json:"lang"`
	Since      bot.Instant `json:"since"`
	AgeSeconds int64       `json:"age_seconds"`
	Until      bot.Instant `json:"until"` // it is worth telling until then
}

// Calls are the answers that wait for a call; More tells that there are later ones.
type Calls struct {
	Calls []CallRow `json:"calls"`
	More  bool      `json:"more,omitempty"`
}

// Call is whom to ring, and what to read out.
type Call struct {
	Ref    bot.Ref     `json:"ref"`
	Number string      `json:"number"` // E.164
	Lang   bot.Lang    `json:"lang"`
	Text   bot.Text    `json:"text"`
	Until  bot.Instant `json:"until"`
}

func doneOf(r bot.Report) ReportDone { return ReportDone{Ref: r.Ref, State: r.State, Label: r.Label} }

// putAside is a report that was labelled or closed, with whether its alarm goes on all the same.
func putAside(ctx context.Context, h *hotline.Service, r bot.Report) (ReportDone, error) {
	done := doneOf(r)
	switch r.State {
	case bot.ReportSpam, bot.ReportOutOfScope, bot.ReportClosed:
	default:
		return done, nil
	}
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		done.Alarm, err = rumour.AlarmWaits(tx, r.ID)
		return err
	})
	return done, err
}

func (s *Server) newReport(ctx context.Context, h *hotline.Service, q NewReport) (ReportEntered, error) {
	t := hotline.Telling{
		Channel: q.Channel, Number: q.Number, SaidBy: q.SaidBy, Place: q.Place, Theme: q.Theme, ReplyBy: q.ReplyBy, Text: q.Text,
	}
	act := s.act(h, q.By)
	// Who may enter nothing is told so, and not what is odd about the number.
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, rumour.Enterers()...)
		return err
	})
	if err != nil {
		return ReportEntered{}, err
	}
	if q.Lang != "" {
		if t.Lang, err = language(h.Desk, q.Lang); err != nil {
			return ReportEntered{}, err
		}
	}
	made, err := h.EnterReport(ctx, act, t)
	if err != nil {
		return ReportEntered{}, err
	}
	entered := ReportEntered{Ref: made.Report.Ref, ReplyBy: made.ReplyBy, Alarm: made.Report.Alarm.Code, OnDuty: made.OnDuty}
	if made.Doubt != "" {
		entered.Doubt = s.Texts.Text(s.DeskLang, string(made.Doubt), nil).Text
	}
	return entered, nil
}

func (s *Server) askReporter(ctx context.Context, h *hotline.Service, q AskReporter) (Written, error) {
	if err := s.namesNobody(h, q.NamesChecked, q.Text); err != nil {
		return Written{}, err
	}
	asked, err := h.AskReporter(ctx, s.act(h, q.By), q.Ref, q.Text)
	if err != nil {
		return Written{}, err
	}
	w := Written{ReportDone: doneOf(asked.Report), Measure: measureOf(asked.Size), Waits: asked.Waits}
	if asked.InMenu {
		w.ReplyBy = bot.ReplyByUSSD
	}
	return w, nil
}

func (s *Server) replyToReport(ctx context.Context, h *hotline.Service, q ReplyToReport) (Written, error) {
	if err := s.namesNobody(h, q.NamesChecked, q.Text); err != nil {
		return Written{}, err
	}
	replied, err := h.ReplyToReport(ctx, s.act(h, q.By), q.Ref, q.Text)
	if err != nil {
		return Written{}, err
	}
	return Written{ReportDone: doneOf(replied.Report), Measure: measureOf(replied.Size), ReplyBy: replied.ReplyBy}, nil
}

func (s *Server) labelReport(ctx context.Context, h *hotline.Service, q LabelReport) (ReportDone, error) {
	r, err := h.LabelReport(ctx, s.act(h, q.By), q.Ref, q.Label)
	if err != nil {
		return ReportDone{}, err
	}
	return putAside(ctx, h, r)
}

func (s *Server) closeReport(ctx context.Context, h *hotline.Service, q CloseReport) (ReportDone, error) {
	r, err := h.CloseReport(ctx, s.act(h, q.By), q.Ref, q.Reason)
	if err != nil {
		return ReportDone{}, err
	}
	return putAside(ctx, h, r)
}

func (s *Server) listCalls(ctx context.Context, h *hotline.Service, q ListCalls) (Calls, error) {
	act := s.act(h, q.By)
	var list Calls
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		found, more, err := h.Desk.Calls(tx, act, rows(q.Limit))
		list.More, list.Calls = more, make([]CallRow, 0, len(found))
		for _, c := range found {
			row := CallRow{
				Ref: c.Report.Ref, Lang: c.Answer.Lang, Since: c.Answer.CreatedAt, Until: c.Answer.ExpiresAt,
				AgeSeconds: int64(act.At.Sub(c.Answer.CreatedAt).Seconds()),
			}
			if row.Rumour, err = rumourRef(tx, c.Report.Rumour); err != nil {
				return err
			}
			list.Calls = append(list.Calls, row)
		}
		return err
	})
	return list, err
}

func (s *Server) showCall(ctx context.Context, h *hotline.Service, q ShowCall) (Call, error) {
	read, err := h.Call(ctx, s.act(h, q.By), q.Ref)
	if err != nil {
		return Call{}, err
	}
	return Call{Ref: read.Report.Ref, Number: read.Number.Value, Lang: read.Lang, Text: read.Text, Until: read.Until}, nil
}

func (s *Server) noteCall(ctx context.Context, h *hotline.Service, q NoteCall) (ReportDone, error) {
	r, err := h.Called(ctx, s.act(h, q.By), q.Ref, q.Outcome, q.Helped)
	return doneOf(r), err
}

// DeskText is what the desk wrote to the person who told a report, and how far it has come.
type DeskText struct {
	Said
	Delivery *Delivery `json:"delivery,omitempty"`
}

// deskText is what a message of the desk says, nil if it says nothing of its own.
func deskText(tx storage.Tx, id bot.ID) (*DeskText, error) {
	if id.IsZero() {
		return nil, nil
	}
	o, err := tx.Outbound(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && o.Key != rumour.ReplyKey && o.Key != rumour.QuestionKey {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("admin: a text of the desk: %w", err)
	}
	text := &DeskText{Said: Said{At: o.CreatedAt}}
	text.Text, err = rumour.Words(tx, o)
	if text.Erased = errors.Is(err, storage.ErrErased); err != nil && !text.Erased {
		return nil, err
	}
	text.Delivery, err = delivery(tx, id)
	return text, err
}

// measureOf is what a text costs on the air.
func measureOf(size sms.Size) Measure {
	m := Measure{Encoding: size.Encoding, Units: size.Units, Parts: size.Parts, PartsWithout: size.PartsWithout}
	for _, o := range size.Outsiders {
		m.Outsiders = append(m.Outsiders, string(o.Char))
	}
	return m
}
