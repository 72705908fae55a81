package people

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

var userName = regexp.MustCompile(`^[A-Za-z0-9._-]{2,32}$`)

// Act is who does what, when and by which way: what every desk rule needs to know besides its subject.
type Act struct {
	At   bot.Instant
	As   string // the user's name; "" only for the very first account
	Via  string // socket, sms, web
	Site string
}

// Actor finds the account that acts and checks that it has one of the roles; it gives the role in which it acts.
func (a Act) Actor(tx storage.Tx, roles ...bot.Role) (bot.Actor, error) {
	if a.As == "" {
		return bot.Actor{}, bot.Fault(bot.CodeInvalid, "desk.as_needed")
	}
	u, err := tx.User(a.As)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Actor{}, bot.Fault(bot.CodeForbidden, "desk.no_such_user", "name", a.As)
	}
	if err != nil {
		return bot.Actor{}, fmt.Errorf("people: actor: %w", err)
	}
	for _, r := range roles {
		if u.Has(r) {
			return bot.Actor{Name: u.Name, Role: r, Via: a.Via}, nil
		}
	}
	return bot.Actor{}, bot.Fault(bot.CodeForbidden, "desk.no_role", "name", a.As, "want", joinRoles(roles))
}

// Is tells whether the account that acts has a role.
func (a Act) Is(tx storage.Tx, role bot.Role) (bool, error) {
	_, err := a.Actor(tx, role)
	if bot.CodeOf(err) == bot.CodeForbidden {
		return false, nil
	}
	return err == nil, err
}

// Note appends the event of what an actor did. The key is what it was done to: a reference, an id or a name; "" stands for
// the whole site, and is put down as its name. The reason is a code, or free words that were redacted.
func (a Act) Note(tx storage.Tx, by bot.Actor, kind, key, reason string) error {
	if key == "" {
		key = a.Site
	}
	err := tx.Append(bot.Event{Site: a.Site, At: a.At, Actor: by.Name, Role: by.Role, Via: by.Via, Kind: kind, Key: key, Reason: reason})
	if err != nil {
		return fmt.Errorf("people: note %s: %w", kind, err)
	}
	return nil
}

// AddUser makes a desk account. The first one of a site needs nobody's leave and must be an admin; every other is
// made by an admin.
func AddUser(tx storage.Tx, a Act, name string, roles []bot.Role) (bot.User, error) {
	if !userName.MatchString(name) {
		return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.bad_user_name")
	}
	for _, r := range roles {
		if !slices.Contains(bot.Roles(), r) {
			return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.bad_role", "role", string(r), "roles", joinRoles(bot.Roles()))
		}
	}
	if len(roles) == 0 {
		return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.bad_role", "role", "-", "roles", joinRoles(bot.Roles()))
	}
	known, err := tx.Users()
	if err != nil {
		return bot.User{}, fmt.Errorf("people: add user: %w", err)
	}
	u := bot.User{Name: name, Roles: roles, CreatedAt: a.At, CreatedBy: a.As}
	var by bot.Actor
	if len(known) == 0 {
		if !u.Has(bot.RoleAdmin) {
			return bot.User{}, bot.Fault(bot.CodeRefused, "desk.first_user_admin")
		}
		by = bot.Actor{Name: name, Role: bot.RoleAdmin, Via: a.Via}
	} else if by, err = a.Actor(tx, bot.RoleAdmin); err != nil {
		return bot.User{}, err
	}
	if err := tx.PutUser(u, 0); err != nil {
		if errors.Is(err, storage.ErrConflict) {
			return bot.User{}, bot.Fault(bot.CodeConflict, "desk.user_exists", "name", name)
		}
		return bot.User{}, fmt.Errorf("people: add user: %w", err)
	}
	return u, a.Note(tx, by, "user.added", name, joinRoles(roles))
}

func joinRoles(roles []bot.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}
