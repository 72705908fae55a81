package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type userCmd struct {
	Add  userAdd  `cmd:"" help:"Make a desk account. The first of a site is an admin and needs no --as."`
	List userList `cmd:"" help:"List the desk accounts."`

	Number  userNumber  `cmd:"" help:"Register a phone for an account: what it texts may be a command, and what it tells is somebody else's report."`
	Numbers userNumbers `cmd:"" help:"List the registered phones, with their last two digits."`
}

type userAdd struct {
	deskFlags
	Name string     `arg:"" help:"A code name, not a real one: it stands in the records."`
	Role []bot.Role `required:"" placeholder:"ROLE" help:"field_agent, moderator, verifier, coordinator, protection_focal or admin; may be given several times."`
}

// Run makes a desk account.
func (c *userAdd) Run(ctx context.Context, std streams) error {
	var made admin.User
	q := admin.AddUser{By: c.by(), Name: c.Name, Roles: c.Role}
	return c.show(ctx, std, "/user/add", q, &made, func(p *page) {
		p.line("Compte %s créé: %s.", oneLine(made.Name), p.roles(made.Roles))
	})
}

type userList struct{ deskFlags }

// Run lists the desk accounts.
func (c *userList) Run(ctx context.Context, std streams) error {
	var list admin.Users
	return c.show(ctx, std, "/user/list", admin.ListUsers{By: c.by()}, &list, func(p *page) {
		var rows [][]string
		for _, u := range list.Users {
			rows = append(rows, []string{u.Name, p.roles(u.Roles), p.at(u.CreatedAt), u.CreatedBy})
		}
		p.table("Aucun compte.", []string{"NOM", "RÔLES", "CRÉÉ", "PAR"}, rows)
	})
}
