package storagetest

import (
	"errors"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

func testCohorts(t *testing.T, s *site) {
	cohort := bot.Cohort{Name: "JADE-1", Quotas: []bot.Quota{{Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0701"}, N: 20}},
		Groups: []bot.GroupQuota{{Group: "f", N: 10}}, Criteria: map[bot.Lang]string{bot.French: "De 15 à 35 ans"}}
	s.update(func(tx storage.Tx) error { return tx.PutCohort(cohort, 0) })
	s.update(func(tx storage.Tx) error { return tx.PutCohort(bot.Cohort{Name: "ANNEXE"}, 0) })
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutCohort(cohort, 0) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutCohort(bot.Cohort{}, 0) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		return tx.PutCohort(bot.Cohort{Name: "B-2", Apply: map[bot.Lang]string{bot.French: "\xff"}}, 0)
	})
	s.view(func(tx storage.Tx) error {
		list, err := tx.Cohorts()
		if err != nil || len(list) != 2 || list[0].Name != "ANNEXE" || list[1].Seats() != 20 || list[1].Criteria[bot.French] != "De 15 à 35 ans" ||
			list[1].Rev != 1 {
			t.Errorf("cohorts %+v (%v), want them by name", list, err)
		}
		if _, err := tx.Cohort("NONE"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a cohort that is not there: %v", err)
		}
		return nil
	})
}

// testMembers finds a member by code name, by cohort and by the number; a new number takes the place of the old one.
func testMembers(t *testing.T, s *site) {
	first, second := bot.ContactKey(s.ids.New()), bot.ContactKey(s.ids.New())
	for name, cohort := range map[string]string{"GAO-02": "JADE-1", "GAO-01": "JADE-1", "KAY-01": "ANNEXE"} {
		s.update(func(tx storage.Tx) error { return tx.PutMember(bot.Member{CodeName: name, Cohort: cohort}, 0) })
	}
	put := func(contact bot.ContactKey, ifRev uint64) {
		s.update(func(tx storage.Tx) error {
			return tx.PutMember(bot.Member{CodeName: "GAO-02", Cohort: "JADE-1", Contact: contact, Checks: []bot.Checked{{Check: bot.CheckPosts}}}, ifRev)
		})
	}
	found := func(contact bot.ContactKey, want string) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			name, err := tx.MemberOf(contact)
			if name != want || errors.Is(err, storage.ErrNotFound) != (want == "") {
				t.Errorf("the number is that of %q (%v), want %q", name, err, want)
			}
			return nil
		})
	}
	put(first, 1)
	found(first, "GAO-02")
	put(second, 2)
	found(first, "")
	found(second, "GAO-02")
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutMember(bot.Member{CodeName: "GAO-02", Cohort: "JADE-1"}, 1) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutMember(bot.Member{CodeName: "GAO-03"}, 0) })
	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		return errors.Join(tx.PutMember(bot.Member{CodeName: "GAO-02", Cohort: "JADE-1", Contact: first}, 3), failed)
	})
	found(first, "")
	found(second, "GAO-02")
	s.view(func(tx storage.Tx) error {
		list, err := tx.Members("JADE-1")
		if err != nil || len(list) != 2 || list[0].CodeName != "GAO-01" || list[1].Contact != second || len(list[1].Checks) != 1 {
			t.Errorf("members %+v (%v), want two by code name", list, err)
		}
		if all, err := tx.Members(""); err != nil || len(all) != 3 {
			t.Errorf("all members %+v (%v)", all, err)
		}
		return nil
	})
}

// testForgottenMembers forgets somebody who is a member: the number goes from the member and from the account of that name,
// unless it was registered since, or the account is more than a field agent's; code names and states stay.
func testForgottenMembers(t *testing.T, s *site) {
	names := []string{"GAO-01", "GAO-02", "GAO-03", "GAO-04"} // only a member; an agent; a coordinator, too; registered since
	keys := make(map[string]bot.ContactKey)
	for _, name := range names {
		keys[name] = bot.ContactKey(s.ids.New())
	}
	for name, roles := range map[string][]bot.Role{
		"GAO-02": {bot.RoleFieldAgent}, "GAO-03": {bot.RoleFieldAgent, bot.RoleCoordinator},
	} {
		s.update(func(tx storage.Tx) error {
			u := bot.User{Name: name, Roles: roles, Number: bot.Address{Kind: bot.Phone, Value: "+22366000001"}, NumberKey: keys[name]}
			return errors.Join(tx.PutUser(u, 0), tx.PutDeskNumber(bot.DeskNumber{Key: keys[name], User: name}, 0))
		})
	}
	for _, name := range names {
		at := s.now()
		if name == "GAO-04" {
			at = at.Add(1e9)
		}
		s.update(func(tx storage.Tx) error {
			return errors.Join(tx.PutContact(bot.Contact{Key: keys[name]}, 0), tx.DropContact(keys[name]),
				tx.PutMember(bot.Member{CodeName: name, Cohort: "JADE-1", Vetting: bot.VettingCleared, Contact: keys[name], ContactAt: at}, 0),
				tx.Forget(bot.Erasure{Kind: bot.ErasedNumber, At: s.now(), ID: keys[name]}))
		})
	}
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutCohort(bot.Cohort{Name: "JADE-1"}, 0), tx.PutIncident(bot.Incident{ID: s.ids.New(), CodeName: "GAO-01", Note: "menace"}, 0))
	})
	if f, err := s.ForgetContacts(t.Context()); err != nil || f.More || f.Waiting != 0 {
		t.Fatalf("forgotten %+v, %v", f, err)
	}
	if pending, err := s.RenewRecords(t.Context()); err != nil || pending {
		t.Fatalf("renew: %v, %v", pending, err)
	}
	s.view(func(tx storage.Tx) error { // sealed anew
		if c, err := tx.Cohort("JADE-1"); err != nil || c.Rev != 1 {
			t.Errorf("the cohort: %+v (%v)", c, err)
		}
		if list, err := tx.Incidents(storage.Page{}); err != nil || len(list) != 1 || list[0].Note != "menace" {
			t.Errorf("incidents: %d (%v)", len(list), err)
		}
		for _, name := range names {
			m, err := tx.Member(name)
			if err != nil || m.Vetting != bot.VettingCleared || m.Contact.IsZero() != (name != "GAO-04") {
				t.Errorf("%s holds a number: %v (%v)", name, !m.Contact.IsZero(), err)
			}
			if _, err := tx.MemberOf(keys[name]); errors.Is(err, storage.ErrNotFound) != (name != "GAO-04") {
				t.Errorf("%s is found by the number: %v", name, err)
			}
			_, err = tx.DeskNumber(keys[name])
			if (err == nil) != (name == "GAO-03") {
				t.Errorf("the desk's number of %s: %v", name, err)
			}
		}
		if u, err := tx.User("GAO-02"); err != nil || !u.NumberKey.IsZero() || u.Number.Value != "" {
			t.Errorf("the account still has a number: %v (%v)", !u.NumberKey.IsZero(), err)
		}
		return nil
	})
}

func testIncidents(t *testing.T, s *site) {
	first, second := s.ids.New(), s.ids.New()
	for _, id := range []bot.ID{first, second} {
		s.update(func(tx storage.Tx) error {
			return tx.PutIncident(bot.Incident{ID: id, CodeName: "GAO-01", Kind: bot.IncidentThreat, Note: "menace"}, 0)
		})
	}
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutIncident(bot.Incident{ID: s.ids.New()}, 0) })
	s.update(func(tx storage.Tx) error {
		return tx.PutIncident(bot.Incident{ID: first, CodeName: "GAO-01", DoneBy: "AMI"}, 1)
	})
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutIncident(bot.Incident{ID: first, CodeName: "GAO-01"}, 1) })
	s.view(func(tx storage.Tx) error {
		list, err := tx.Incidents(storage.Page{Newest: true, Limit: 1})
		if err != nil || len(list) != 1 || list[0].ID != second || list[0].Note != "menace" {
			t.Errorf("the newest: %d (%v)", len(list), err)
		}
		if i, err := tx.Incident(first); err != nil || i.DoneBy != "AMI" || i.Rev != 2 {
			t.Errorf("the first, seen to: %v, %d (%v)", i.DoneBy, i.Rev, err)
		}
		return nil
	})
}
