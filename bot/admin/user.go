package admin

import (
	"context"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// AddUser asks for a desk account.
type AddUser struct {
	By
	Name  string     `json:"name"`
	Roles []bot.Role `json:"roles"`
}

// ListUsers asks for all desk accounts.
type ListUsers struct{ By }

// User is a desk account.
type User struct {
	Name      string      `json:"name"`
	Roles     []bot.Role  `json:"roles"`
	CreatedAt bot.Instant `json:"created_at,omitzero"`
	CreatedBy string      `json:"created_by,omitempty"`
}

// Users are the desk accounts by name.
type Users struct {
	Users []User `json:"users"`
}

func userOf(u bot.User) User {
	return User{Name: u.Name, Roles: u.Roles, CreatedAt: u.CreatedAt, CreatedBy: u.CreatedBy}
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
