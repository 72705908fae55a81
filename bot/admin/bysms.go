package admin

import (
	"context"
	"crypto/rand"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// SetNumber asks for a phone to be registered for an account, or, with Remove, for its phone to be taken from it.
type SetNumber struct {
	By
	Name   string `json:"name"`
	Number string `json:"number,omitempty"` // as it was typed
	Remove bool   `json:"remove,omitempty"`
}

// Number is an account's registered phone.
type Number struct {
	Name   string      `json:"name"`
	Ends   string      `json:"ends,omitempty"`   // its last two digits: nothing shows more of it
	Since  bot.Instant `json:"since,omitzero"`   //
	Slowed int         `json:"slowed,omitempty"` // seconds that it still has to wait after wrong codes
	Doubt  string      `json:"doubt,omitempty"`  // what is odd about it, in words; only when it is registered
}

// ListNumbers asks for all registered phones.
type ListNumbers struct{ By }

// Numbers are the registered phones by the names of their accounts.
type Numbers struct {
	Numbers []Number `json:"numbers"`
}

func (s *Server) setNumber(ctx context.Context, h *hotline.Service, q SetNumber) (Number, error) {
	act := s.act(h, q.By)
	if q.Remove {
		err := h.Store.Update(ctx, func(tx storage.Tx) error {
			_, err := people.RemoveNumber(tx, act, q.Name)
			return err
		})
		return Number{Name: q.Name}, err
	}
	number, doubt, err := h.Numbers.ParseTyped(q.Number)
	if err != nil {
		return Number{}, err
	}
	phone := people.Phone{Number: number, Key: h.Store.ContactKey(number)}
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		_, err := people.SetNumber(tx, act, q.Name, phone)
		return err
	})
	set := Number{Name: q.Name, Ends: people.LastDigits(number), Since: act.At}
	if doubt != "" {
		set.Doubt = s.Texts.Text(s.DeskLang, string(doubt), nil).Text
	}
	return set, err
}

func (s *Server) listNumbers(ctx context.Context, h *hotline.Service, q ListNumbers) (Numbers, error) {
	act := s.act(h, q.By)
	var list Numbers
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		list.Numbers = []Number{}
		if _, err := act.Actor(tx, bot.RoleAdmin, bot.RoleCoordinator); err != nil {
			return err
		}
		users, err := tx.Users()
		if err != nil {
			return err
		}
		for _, u := range users {
			n, registered, err := people.DeskNumber(tx, u.NumberKey)
			if err != nil {
				return err
			}
			if registered {
				list.Numbers = append(list.Numbers, Number{
					Name: u.Name, Ends: people.LastDigits(u.Number), Since: n.Since,
					Slowed: int(people.SlowedFor(n, act.At).Seconds()),
				})
			}
		}
		return nil
	})
	return list, err
}

// PrintCodes asks for a sheet of one-use codes for the account that asks; Count 0 = people.UsualCodes.
type PrintCodes struct {
	By
	Count int `json:"count,omitempty"`
}

// Sheet is a sheet of codes. It is answered once: nobody can read it again.
type Sheet struct {
	Service   string      `json:"service"`
	Name      string      `json:"name"`
	PrintedAt bot.Instant `json:"printed_at"`
	Codes     []string    `json:"codes"`            // the first is number 1
	Voided    int         `json:"voided,omitempty"` // codes of the sheet before that were still good
}

// spareCodes are drawn beyond those that are needed: one may be on somebody else's sheet.
const spareCodes = 20

func (s *Server) printCodes(ctx context.Context, h *hotline.Service, q PrintCodes) (Sheet, error) {
	act := s.act(h, q.By)
	if q.Count == 0 {
		q.Count = people.UsualCodes
	}
	var drawn []people.Drawn
	for range min(max(q.Count, 0), people.MostCodes) + spareCodes {
		code, err := people.DrawCode(rand.Reader)
		if err != nil {
			return Sheet{}, err
		}
		drawn = append(drawn, people.Drawn{Code: code, Key: h.Store.CodeKey(code)})
	}
	sheet := Sheet{Service: h.Site.Service, Name: q.As, PrintedAt: act.At}
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		sheet.Codes, sheet.Voided, err = people.PrintSheet(tx, act, drawn, q.Count)
		return err
	})
	if err != nil {
		return Sheet{}, err
	}
	return sheet, nil
}

// SetSending asks for messages to be held, or let go.
type SetSending struct {
	By
	State bot.SendState `json:"state"` // paused, cut, or "" for everything to leave
}

// Sending is what the desk's switch holds.
type Sending struct {
	State   bot.SendState `json:"state,omitempty"` // paused, cut; "" = nothing is held
	By      string        `json:"by,omitempty"`
	Via     string        `json:"via,omitempty"`
	At      bot.Instant   `json:"at,omitzero"`
	AskedBy string        `json:"asked_by,omitempty"` // has given the first of two codes that let everything leave
	AskedAt bot.Instant   `json:"asked_at,omitzero"`
}

func sendingOf(sw bot.Switch) Sending {
	return Sending{State: sw.State, By: sw.By, Via: sw.Via, At: sw.At, AskedBy: sw.AskedBy, AskedAt: sw.AskedAt}
}

func (s *Server) setSending(ctx context.Context, h *hotline.Service, q SetSending) (Sending, error) {
	act := s.act(h, q.By)
	var sw bot.Switch
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		if q.State == bot.SendAll {
			sw, err = people.Resume(tx, act)
		} else {
			sw, err = people.Hold(tx, act, q.State)
		}
		return err
	})
	if err == nil && sw.State == bot.SendAll && h.Wake != nil {
		h.Wake()
	}
	return sendingOf(sw), err
}
