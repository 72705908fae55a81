package people

import (
	"slices"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/storage"
)

// mostStakes is how many places, and how many themes, an account declares at most.
const mostStakes = 50

// DeclareConflict notes what an account has a stake in, beside what was declared before: it is given nothing of that to check.
// The account itself says so, a coordinator or an administrator. g knows the places.
func DeclareConflict(tx storage.Tx, a Act, name string, c bot.Conflict, g *place.Gazetteer) (bot.User, error) {
	roles := []bot.Role{bot.RoleCoordinator, bot.RoleAdmin}
	if a.As == name {
		roles = bot.Roles()
	}
	return changeConflict(tx, a, name, c, g, roles, "user.conflict_declared", func(u *bot.User) {
		u.Conflict.Places, u.Conflict.Themes = joined(u.Conflict.Places, c.Places), joined(u.Conflict.Themes, c.Themes)
	})
}

// LiftConflict takes back what was declared; somebody else than the account does, a coordinator or an administrator.
func LiftConflict(tx storage.Tx, a Act, name string, c bot.Conflict, g *place.Gazetteer) (bot.User, error) {
	roles := []bot.Role{bot.RoleCoordinator, bot.RoleAdmin}
	if a.As == name {
		return bot.User{}, bot.Fault(bot.CodeForbidden, "desk.conflict_own", "name", name)
	}
	return changeConflict(tx, a, name, c, g, roles, "user.conflict_lifted", func(u *bot.User) {
		u.Conflict.Places, u.Conflict.Themes = without(u.Conflict.Places, c.Places), without(u.Conflict.Themes, c.Themes)
	})
}

func changeConflict(
	tx storage.Tx, a Act, name string, c bot.Conflict, g *place.Gazetteer, roles []bot.Role, kind string, change func(*bot.User),
) (bot.User, error) {
	by, err := a.Actor(tx, roles...)
	if err != nil {
		return bot.User{}, err
	}
	u, err := userNamed(tx, name)
	if err != nil {
		return bot.User{}, err
	}
	if len(c.Places) == 0 && len(c.Themes) == 0 {
		return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.conflict_needed")
	}
	reason := ""
	for _, code := range c.Places {
		if _, ok := g.Place(code); !ok {
			return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
		}
		reason += " " + code.String()
	}
	for _, theme := range c.Themes {
		if !slices.Contains(bot.RumourThemes(), theme) {
			return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.bad_rumour_theme", "subjects", joinThemes(bot.RumourThemes()))
		}
		reason += " " + string(theme)
	}
	change(&u)
	if len(u.Conflict.Places) > mostStakes {
		return bot.User{}, bot.Fault(bot.CodeRefused, "desk.too_many", "max", "50")
	}
	if u, err = putUser(tx, u); err != nil {
		return bot.User{}, err
	}
	return u, a.Note(tx, by, kind, name, reason[1:])
}

func joinThemes(themes []bot.RumourTheme) string {
	words := ""
	for i, t := range themes {
		if i > 0 {
			words += ", "
		}
		words += string(t)
	}
	return words
}

func joined[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func without[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(x T) bool { return slices.Contains(b, x) })
}
