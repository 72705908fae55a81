package admin

import (
	"context"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// AddUser asks for a desk account.
type AddUser struct {
	By
	Name  string     `json:"name"`
	Roles []bot.Role `json:"roles"`
}

// DeclareConflict notes what an account has a stake in, beside what was declared before; Lift takes it back.
type DeclareConflict struct {
	By
	Name   string            `json:"name"`
	Places []bot.PlaceCode   `json:"places,omitempty"`
	Themes []bot.RumourTheme `json:"themes,omitempty"`
	Lift   bool              `json:"lift,omitempty"`
}

// ListUsers asks for all desk accounts.
type ListUsers struct{ By }

// User is a desk account.
type User struct {
	Name      string      `json:"name"`
	Roles     []bot.Role  `json:"roles"`
	CreatedAt bot.Instant `json:"created_at,omitzero"`
	CreatedBy string      `json:"created_by,omitempty"`
	// What it has a stake in, and checks nothing of.
	Places []bot.PlaceCode   `json:"conflict_places,omitempty"`
	Themes []bot.RumourTheme `json:"conflict_themes,omitempty"`
	// Touching are rumours that it was given to check before it declared that, of those that whoever asks may know of.
	Touching []bot.Ref `json:"conflict_touching,omitempty"`
}

// Users are the desk accounts by name.
type Users struct {
	Users []User `json:"users"`
}

func userOf(u bot.User) User {
	return User{Name: u.Name, Roles: u.Roles, CreatedAt: u.CreatedAt, CreatedBy: u.CreatedBy, Places: u.Conflict.Places, Themes: u.Conflict.Themes}
}

func (s *Server) addUser(ctx context.Context, h *hotline.Service, q AddUser) (User, error) {
	act := s.act(h, q.By)
	var made bot.User
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		made, err = people.AddUser(tx, act, q.Name, q.Roles)
		return err
	})
	return userOf(made), err
}

func (s *Server) listUsers(ctx context.Context, h *hotline.Service, q ListUsers) (Users, error) {
	act := s.act(h, q.By)
	var list Users
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, bot.Roles()...); err != nil {
			return err
		}
		users, err := tx.Users()
		list.Users = make([]User, 0, len(users))
		for _, u := range users {
			list.Users = append(list.Users, userOf(u))
		}
		return err
	})
	return list, err
}

func (s *Server) declareConflict(ctx context.Context, h *hotline.Service, q DeclareConflict) (User, error) {
	act, c, rule := s.act(h, q.By), bot.Conflict{Places: q.Places, Themes: q.Themes}, people.DeclareConflict
	if q.Lift {
		rule = people.LiftConflict
	}
	var shown User
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		u, err := rule(tx, act, q.Name, c, h.Places())
		if err != nil {
			return err
		}
		shown = userOf(u)
		touching, err := h.Desk.Touching(tx, u)
		for _, r := range touching {
			if rumour.NeedsToKnow(tx, act, r) == nil {
				shown.Touching = append(shown.Touching, r.Ref)
			}
		}
		return err
	})
	return shown, err
}
