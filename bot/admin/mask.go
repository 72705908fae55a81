package admin

import (
	"context"
	"strings"
	"unicode"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/redact"
	"tinye/bot/rumour"
	"tinye/storage"
)

// MaskReport hides words in a report, or lifts a mark: exactly one of Words, Like and Unmask.
type MaskReport struct {
	By
	Ref    string       `json:"ref"`
	Kind   bot.MaskKind `json:"kind,omitempty"`   // of Words; "" = name
	Words  bot.Text     `json:"words,omitempty"`  // as they can be read in the report, in any spelling
	Like   string       `json:"like,omitempty"`   // a report of the same rumour, whose marks are taken over
	Unmask int          `json:"unmask,omitempty"` // the number of a mark that was put by hand
}

// MaskRow is a mark that was put by hand; its words are nowhere.
type MaskRow struct {
	No   int          `json:"no"`
	Kind bot.MaskKind `json:"kind"`
	By   string       `json:"by"`
	At   bot.Instant  `json:"at"`
}

// MaskOffer is a report of the same rumour with marks that would fit.
type MaskOffer struct {
	Report bot.Ref `json:"report"`
	Masks  int     `json:"masks"`
}

// mostReason is how many characters a reason for looking at a raw text may have.
const mostReason = 200

// masking is what readers see of people's texts, with marks in the desk's language.
func (s *Server) masking(h *hotline.Service) rumour.Masking {
	word := func(key string) string { return s.Texts.Text(s.DeskLang, key, nil).Text }
	return rumour.Masking{Redactor: h.Redact, Marks: redact.Marks{
		bot.MaskNumber: word("desk.mask.number"), bot.MaskAddress: word("desk.mask.address"),
		bot.MaskName: word("desk.mask.name"), bot.MaskSpot: word("desk.mask.spot"),
	}}
}

// said gives a report's texts with marks in them, and the marks that were put by hand or would fit.
func (s *Server) said(h *hotline.Service, tx storage.Tx, r bot.Report, shown *Report) error {
	m := s.masking(h)
	texts, err := m.Texts(tx, r)
	if err != nil {
		return err
	}
	shown.Said = make([]Said, 0, len(texts))
	for _, t := range texts {
		shown.Said = append(shown.Said, Said{At: t.At, Text: t.Redacted(m.Marks), Hidden: len(t.Hidden), Erased: t.Erased})
	}
	for _, mask := range r.Masks {
		if len(mask.Spans) > 0 {
			shown.Masks = append(shown.Masks, MaskRow{No: mask.No, Kind: mask.Kind, By: mask.By, At: mask.At})
		}
	}
	offers, err := m.Offered(tx, r, texts)
	for _, o := range offers {
		shown.Offers = append(shown.Offers, MaskOffer{Report: o.Report, Masks: o.Masks})
	}
	return err
}

// rawShown is the kind of the event that somebody read the words as they were sent. Its reason is in free words.
const rawShown = "report.raw_shown"

// unveil puts the words as they were sent in place of the redacted ones, and notes who wanted to read them and why. The
// reason is redacted itself: it stays when the text is gone.
func (s *Server) unveil(h *hotline.Service, tx storage.Tx, act people.Act, r bot.Report, reason string, shown *Report) error {
	by, err := rumour.Unveiler(tx, act, r)
	if err != nil {
		return err
	}
	m := s.masking(h)
	if reason, err = reasonGiven(reason); err != nil {
		return err
	}
	texts, err := m.Texts(tx, r)
	if err != nil {
		return err
	}
	for i, t := range texts {
		shown.Said[i].Text = t.Raw
	}
	shown.Raw = true
	return act.Note(tx, by, rawShown, string(r.Ref), m.Redactor.Redact(reason, m.Marks))
}

// reasonGiven checks a reason.
func reasonGiven(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if !strings.ContainsFunc(reason, unicode.IsLetter) {
		return "", bot.Fault(bot.CodeInvalid, "desk.raw_reason")
	}
	if len([]rune(reason)) > mostReason || strings.ContainsFunc(reason, unicode.IsControl) {
		return "", bot.Fault(bot.CodeInvalid, "desk.raw_reason")
	}
	return reason, nil
}

func (s *Server) maskReport(ctx context.Context, h *hotline.Service, q MaskReport) (Report, error) {
	asked := 0
	for _, one := range []bool{q.Words != "", q.Like != "", q.Unmask != 0} {
		if one {
			asked++
		}
	}
	act, m := s.act(h, q.By), s.masking(h)
	if q.Kind == "" {
		q.Kind = bot.MaskName
	}
	var shown Report
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		if _, err := sightOf(tx, act); err != nil {
			return err
		}
		if asked != 1 {
			return bot.Fault(bot.CodeInvalid, "desk.mask_one")
		}
		var r bot.Report
		var err error
		switch {
		case q.Unmask != 0:
			r, err = m.Unmask(tx, act, q.Ref, q.Unmask)
		case q.Like != "":
			r, err = m.MaskLike(tx, act, q.Ref, q.Like)
		default:
			r, err = m.Mask(tx, act, q.Ref, q.Kind, string(q.Words))
		}
		if err != nil {
			return err
		}
		shown, err = s.reportOf(h, tx, act, r)
		return err
	})
	return shown, err
}

// claimed is an answer with words of the desk: claims of rumours, its notes about them, and what it wrote to one person. A
// finding that is proposed for publication is not among them: it is read by all.
type claimed interface {
	claims() []*bot.Text
}

func (r *Report) claims() (list []*bot.Text) {
	for i := range r.Asked {
		list = append(list, &r.Asked[i].Text)
	}
	if r.Reply != nil {
		list = append(list, &r.Reply.Text)
	}
	for i := range r.Near {
		list = append(list, &r.Near[i].Claim)
	}
	return list
}

func (r *Rumour) claims() []*bot.Text {
	list := []*bot.Text{&r.Claim, &r.HarmNote}
	for i := range r.Evidence {
		list = append(list, &r.Evidence[i].Note)
	}
	if r.Proposal != nil {
		list = append(list, &r.Proposal.Internal)
	}
	for i := range r.Notes {
		list = append(list, &r.Notes[i].Text)
	}
	return list
}

func (r *Sends) claims() []*bot.Text { return []*bot.Text{&r.Claim} }

func (r *Rumours) claims() []*bot.Text {
	list := make([]*bot.Text, len(r.Rumours))
	for i := range r.Rumours {
		list[i] = &r.Rumours[i].Claim
	}
	return list
}

// asker is a question of the desk.
type asker interface{ asks() By }

func (b By) asks() By { return b }

// veil redacts the desk's own words in an answer, unless a coordinator asked: whoever wrote them may have read more than
// whoever reads them.
func (s *Server) veil(ctx context.Context, h *hotline.Service, question, answer any) error {
	shows, ok := answer.(claimed)
	who, known := question.(asker)
	if !ok || !known {
		return nil
	}
	whole := false
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		whole, err = s.act(h, who.asks()).Is(tx, bot.RoleCoordinator)
		return err
	})
	if err != nil || whole {
		return err
	}
	m := s.masking(h)
	for _, claim := range shows.claims() {
		*claim = bot.Text(m.Redactor.Redact(string(*claim), m.Marks))
	}
	return nil
}
