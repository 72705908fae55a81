package storagetest

import (
	"errors"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

func testProjects(t *testing.T, s *site) {
	for _, code := range []string{"TABALE", "JADE"} {
		s.update(func(tx storage.Tx) error { return tx.PutProject(bot.Project{Code: code, Title: "Projet " + code}, 0) })
	}
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutProject(bot.Project{Code: "JADE"}, 0) })
	s.view(func(tx storage.Tx) error {
		list, err := tx.Projects()
		if err != nil || len(list) != 2 || list[0].Code != "JADE" || list[1].Title != "Projet TABALE" {
			t.Errorf("projects %+v (%v), want them by code", list, err)
		}
		if _, err := tx.Project(""); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the project without a code: %v", err)
		}
		return nil
	})
}

// testContactWalk walks all contacts in portions: each comes once.
func testContactWalk(t *testing.T, s *site) {
	want := make(map[bot.ContactKey]bool)
	for i := range 7 {
		key := bot.ContactKey{byte(37 * (i + 1)), byte(i)}
		want[key] = true
		s.update(func(tx storage.Tx) error { return tx.PutContact(bot.Contact{Key: key, Sex: bot.SexFemale}, 0) })
	}
	s.view(func(tx storage.Tx) error {
		var after bot.ContactKey
		for {
			list, err := tx.Contacts(after, 3)
			if err != nil {
				return err
			}
			for _, c := range list {
				if !want[c.Key] || c.Sex != bot.SexFemale || c.Rev != 1 {
					t.Errorf("contact %x at %d: unknown, or it came twice", c.Key, c.Rev)
				}
				delete(want, c.Key)
			}
			if len(list) < 3 {
				break
			}
			after = list[len(list)-1].Key
		}
		if len(want) > 0 {
			t.Errorf("%d contacts did not come", len(want))
		}
		return nil
	})
}
