package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type userCmd struct {
	Add  userAdd  `cmd:"" help:"Créer un compte. Le premier d'un site est admin et se passe de --as."`
	List userList `cmd:"" help:"Lister les comptes du bureau."`

	Conflict userConflict `cmd:"" help:"Noter ce qui touche de près un vérificateur: rien de cela ne lui est confié."`

	Number  userNumber  `cmd:"" help:"Enregistrer un téléphone pour un compte: ses SMS peuvent être des commandes, et ce qu'il raconte est le signalement d'un autre."`
	Numbers userNumbers `cmd:"" help:"Lister les téléphones enregistrés, par leurs deux derniers chiffres."`
}

type userAdd struct {
	deskFlags
	Name string     `arg:"" help:"Un nom de code, pas un vrai nom: il reste dans l'historique."`
	Role []bot.Role `required:"" placeholder:"ROLE" help:"${roles}; plusieurs fois pour plusieurs."`
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
