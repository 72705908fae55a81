package admin

import (
	"context"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
)

// SetAuto allows or refuses that the machine gives a published answer to whoever tells the rumour.
type SetAuto struct {
	By
	Rumour string `json:"rumour"`
	Allow  bool   `json:"allow"`
}

// Auto is whether the machine may give a published answer.
type Auto struct {
	Answer bot.AutoAnswer `json:"answer,omitempty"` // "" = published before there was the tick: it may not
	By     string         `json:"by,omitempty"`     // who said so last
	Until  bot.Instant    `json:"until,omitzero"`   // allowed, and until then: what was checked may be over a day later
}

// autoOf is nil for a rumour that is not public.
func autoOf(r bot.Rumour) *Auto {
	if !r.Public() {
		return nil
	}
	auto := Auto{Answer: r.Auto, By: r.AutoBy}
	if r.Auto == bot.AutoAllowed {
		auto.Until, _ = rumour.AutoUntil(r)
	}
	return &auto
}

func (s *Server) setAuto(ctx context.Context, h *hotline.Service, q SetAuto) (Rumour, error) {
	r, err := h.SetAuto(ctx, s.act(h, q.By), q.Rumour, q.Allow)
	if err != nil {
		return Rumour{}, err
	}
	return rumourOf(h.Desk, r), nil
}
