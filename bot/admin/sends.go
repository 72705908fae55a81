package admin

import (
	"context"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// PreviewSends asks what linking Reports to a rumour, or merging a rumour into another one, would send at once.
	PreviewSends struct {
		By
		Rumour  string   `json:"rumour"`            // "" = the one that was suggested for the only report
		Into    string   `json:"into,omitempty"`    // merge: the other rumour
		Reports []string `json:"reports,omitempty"` // link
	}
	// Sends is that: the answer of a published rumour, to so many people.
	Sends struct {
		Ref     bot.Ref  `json:"ref"`
		Claim   bot.Text `json:"claim"`
		People  int      `json:"people"`
		Answers []Answer `json:"answers,omitempty"`
	}
)

func (s *Server) previewSends(ctx context.Context, h *hotline.Service, q PreviewSends) (Sends, error) {
	act := s.act(h, q.By)
	var sends rumour.Sends
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		sends, err = q.sends(h.Desk, tx, act)
		return err
	})
	if err != nil {
		return Sends{}, err
	}
	r := sends.Rumour
	shown := Sends{Ref: r.Ref, Claim: r.Claim, People: sends.People}
	for _, a := range r.Answers {
		if a.Approved() {
			shown.Answers = append(shown.Answers, answerOf(h.Desk, a))
		}
	}
	return shown, nil
}

func (q PreviewSends) sends(d rumour.Desk, tx storage.Tx, act people.Act) (rumour.Sends, error) {
	if q.Rumour == "" && len(q.Reports) == 1 {
		about, err := suggested(tx, act, q.Reports[0])
		if err != nil || about == "" {
			return rumour.Sends{}, err
		}
		q.Rumour = string(about)
	}
	if q.Into != "" {
		return d.MergeSends(tx, act, q.Rumour, q.Into)
	}
	return d.LinkSends(tx, act, q.Rumour, q.Reports)
}

// suggested is the rumour that was suggested for a report under none, "" for none.
func suggested(tx storage.Tx, act people.Act, ref string) (bot.Ref, error) {
	if _, err := act.Actor(tx, readers()...); err != nil {
		return "", err
	}
	r, err := rumour.FindReport(tx, ref)
	if err != nil || r.Match.Method != bot.MatchSuggested || !r.Rumour.IsZero() || kept(r) {
		return "", err
	}
	about, err := knownRumour(tx, knowingOf(tx, act), r.Match.Rumour)
	return about.Ref, err
}

// maySend refuses a request that sends a published answer and does not say that this is meant. What the rule itself refuses is
// left to it.
func (s *Server) maySend(ctx context.Context, h *hotline.Service, q PreviewSends, sure bool) error {
	act := s.act(h, q.By)
	return h.Store.View(ctx, func(tx storage.Tx) error {
		sends, err := q.sends(h.Desk, tx, act)
		if err != nil {
			if bot.CodeOf(err) == bot.CodeInternal {
				return err
			}
			return nil
		}
		return rumour.MaySend(tx, act, sends, sure)
	})
}
