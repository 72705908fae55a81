package admin

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// AgentForm asks for what stands on an agent's paper form.
type AgentForm struct {
	By
	Agent string `json:"agent"`
}

// PaperForm is what a paper form needs: no names, and a consent text to read aloud.
type PaperForm struct {
	Service string         `json:"service"`
	Agent   string         `json:"agent"`
	Place   string         `json:"place,omitempty"`
	Code    string         `json:"code"`
	From    string         `json:"from"`
	Until   string         `json:"until"`
	Dial    string         `json:"dial,omitempty"` // what a person dials who has a phone, such as *384*4731#
	SMS     string         `json:"sms,omitempty"`  // the number that the code is texted to
	Version string         `json:"version"`        // of the consent text
	Langs   []PaperConsent `json:"langs"`
}

// PaperConsent is the consent text in a language. Text is "" where it has none that may be used.
type PaperConsent struct {
	Lang   bot.Lang `json:"lang"`
	Name   string   `json:"name"`
	Text   string   `json:"text,omitempty"`
	Yes    string   `json:"yes"`
	No     string   `json:"no"`
	Number string   `json:"number"`
}

func (s *Server) agentForm(ctx context.Context, h *hotline.Service, q AgentForm) (PaperForm, error) {
	act := s.act(h, q.By)
	f := PaperForm{Service: h.Site.Service, Agent: q.Agent, SMS: h.Site.USSD.SMSNumber, Version: people.ConsentVersion}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		agent, err := people.Agent(tx, act, q.Agent)
		if err != nil {
			return err
		}
		code, may, ok, err := people.FormCode(tx, agent, h.Today(act.At))
		switch {
		case err != nil:
			return err
		case !may:
			return bot.Fault(bot.CodeRefused, "desk.agent_not_now", "name", q.Agent)
		case !ok || !code.ValidOn(h.Today(act.At)):
			return bot.Fault(bot.CodeRefused, "desk.no_code_today", "name", q.Agent)
		}
		f.Code, f.From, f.Until = code.Digits, code.From, code.Until
		if !agent.Place.IsZero() {
			f.Place = s.placeName(h, agent.Place)
		}
		return nil
	})
	if err != nil {
		return PaperForm{}, err
	}
	if dial := h.Site.USSD.Code; dial != "" {
		f.Dial = dial[:len(dial)-1] + "*" + f.Code + "#"
	}
	values := map[string]string{"service": h.Site.Service, "cap": strconv.Itoa(h.Site.Cap)}
	for _, l := range h.Site.Langs {
		p := PaperConsent{
			Lang: l, Name: s.Texts.Name(l), Yes: s.Texts.Text(l, "ussd.yes", nil).Text, No: s.Texts.Text(l, "ussd.no", nil).Text,
			Number: s.Texts.Text(l, "ussd.number", nil).Text,
		}
		if text := s.Texts.Text(l, "ussd.consent", values); text.Lang == l {
			p.Text = text.Text
		}
		f.Langs = append(f.Langs, p)
	}
	return f, nil
}

// counts are how many there are of each, the most first.
func counts[K ~string](of map[K]int) []CountOf {
	list := make([]CountOf, 0, len(of))
	for _, k := range slices.Sorted(maps.Keys(of)) {
		list = append(list, CountOf{Of: string(k), N: of[k]})
	}
	slices.SortStableFunc(list, func(a, b CountOf) int { return cmp.Compare(b.N, a.N) })
	return list
}
