package people_test

import (
	"errors"
	"testing"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
	"tinye/storage/storagetest"
)

func TestAccounts(t *testing.T) {
	store := storagetest.Open(t)
	add := func(as, name string, roles ...bot.Role) string {
		t.Helper()
		a := people.Act{At: store.Time.Instant(), As: as, Via: "socket"}
		err := store.Update(t.Context(), func(tx storage.Tx) error {
			_, err := people.AddUser(tx, a, name, roles)
			return err
		})
		var fault *bot.Error
		if errors.As(err, &fault) {
			return fault.Key
		}
		if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	for _, c := range []struct {
		as, name string
		roles    []bot.Role
		refusal  string
	}{
		{"", "AMI", []bot.Role{bot.RoleCoordinator}, "desk.first_user_admin"},
		{"", "CHEF", []bot.Role{bot.RoleAdmin}, ""},
		{"", "AMI", []bot.Role{bot.RoleCoordinator}, "desk.as_needed"},
		{"AMI", "AMI", []bot.Role{bot.RoleCoordinator}, "desk.no_such_user"},
		{"CHEF", "AMI", []bot.Role{bot.RoleCoordinator, bot.RoleVerifier}, ""},
		{"CHEF", "AMI", []bot.Role{bot.RoleVerifier}, "desk.user_exists"},
		{"AMI", "CISSE", []bot.Role{bot.RoleVerifier}, "desk.no_role"},
		{"CHEF", "CISSE", []bot.Role{"chief"}, "desk.bad_role"},
		{"CHEF", "CISSE", nil, "desk.bad_role"},
		{"CHEF", "x", []bot.Role{bot.RoleVerifier}, "desk.bad_user_name"},
		{"CHEF", "Ami Touré", []bot.Role{bot.RoleVerifier}, "desk.bad_user_name"},
	} {
		if got := add(c.as, c.name, c.roles...); got != c.refusal {
			t.Errorf("%q adds %q: %q, want %q", c.as, c.name, got, c.refusal)
		}
	}
}
