package main

import (
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// seedPlaces are the six places of the demo's cohort, twenty seats each, with what the code names begin with.
var seedPlaces = []struct{ code, name string }{
	{"ML0101", "KAY"}, {"ML1101", "NIO"}, {"ML0501", "MOP"}, {"ML1901", "BAN"}, {"ML0701", "GAO"}, {"ML2001", "BKO"},
}

const (
	seedSeats  = 20
	seedCohort = "JADE"
	// seedReplaced is who left and whose seat another one took; seedSilent, of whom nothing was heard for a while.
	seedReplaced, seedComing = "GAO-07", "GAO-21"
	seedSilent               = "BAN-03"
	// seedPhone is the phone of GAO-01.
	seedPhone, seedPhoneOf = "66000097", "GAO-01"
)

// cohort makes the project and the cohort JADE with its members, each nominated by BAKARY and cleared by AMI a month ago. At one
// place some are still being checked, and one who left was replaced. It is one commit.
func (d seeder) cohort() error {
	now := d.Now()
	then, lately := now.AddDate(0, 0, -30), now.AddDate(0, 0, -2)
	at := func(name string, when time.Time) people.Act {
		act := d.act(name)
		act.At = bot.At(when)
		return act
	}
	c := bot.Cohort{
		Name: seedCohort, Project: seedCohort, Starts: then.Format(time.DateOnly), Ends: now.AddDate(0, 5, 0).Format(time.DateOnly),
		SelectBy: now.AddDate(0, 0, 10).Format(time.DateOnly), Mentor: "BAKARY",
		Groups: []bot.GroupQuota{{Group: string(bot.SexFemale), N: 60}, {Group: string(bot.ResidenceIDP), N: 24}, {Group: bot.GroupDisability, N: 12}},
		Criteria: map[bot.Lang]string{bot.French: "Dix-huit à trente-cinq ans, dès quinze ans avec l'accord d'un tuteur.\n" +
			"Connu et respecté dans son quartier, sans charge dans un parti ni un groupe armé.\nAutant de femmes que d'hommes; des personnes déplacées et des personnes avec un handicap à chaque lieu."},
		Apply: map[bot.Lang]string{bot.French: "Parlez à l'association de jeunes de votre commune, ou à un agent du service.\nTrois personnes choisissent ensemble, en présence d'un témoin de la communauté."},
	}
	for _, p := range seedPlaces {
		c.Quotas = append(c.Quotas, bot.Quota{Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: p.code}, N: seedSeats})
	}
	langs, places := d.Site.Langs, d.Places()
	return d.Store.Update(d.ctx, func(tx storage.Tx) error {
		p := bot.Project{Code: seedCohort, Title: "Jeunes ambassadeurs contre les rumeurs", Funder: "Bailleur de la démonstration",
			From: c.Starts, Until: c.Ends}
		if _, err := people.AddProject(tx, at("AMI", then), p); err != nil {
			return err
		}
		if _, err := people.AddCohort(tx, at("AMI", then), c, langs, places); err != nil {
			return err
		}
		if _, err := people.WriteNotice(tx, at("AMI", then), seedCohort, bot.French); err != nil {
			return err
		}
		for i := range seedPlaces {
			for n := 1; n <= seedSeats; n++ {
				if err := d.seat(tx, at, then, i, n); err != nil {
					return err
				}
			}
		}
		if err := d.seat(tx, at, lately, 4, seedSeats+1); err != nil { // GAO-21, while the place is still full
			return err
		}
		_, _, err := people.Replace(tx, at("AMI", lately), seedReplaced, seedComing)
		if err == nil {
			_, err = people.Clear(tx, at("AMI", lately), seedComing, d.Today(bot.At(now)))
		}
		return err
	})
}

// seat fills the n-th seat of a place. What the members say of themselves is spread over them by their number.
func (d seeder) seat(tx storage.Tx, at func(string, time.Time) people.Act, when time.Time, place, n int) error {
	name := fmt.Sprintf("%s-%02d", seedPlaces[place].name, n)
	m := people.MemberToAdd{
		Cohort: seedCohort, CodeName: name, Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: seedPlaces[place].code}, Sex: bot.SexFemale,
		AgeBand: bot.Age18to24, Residence: bot.ResidenceHost, Disability: bot.DisabilityNo, Langs: []bot.Lang{bot.Bambara, bot.French},
		Gateway: d.Site.Gateway,
	}
	k := n + place
	if k%2 == 0 {
		m.Sex = bot.SexMale
	}
	switch k % 7 {
	case 1:
		m.AgeBand = bot.Age15to17
	case 2, 3:
		m.AgeBand = bot.Age25to29
	case 4:
		m.AgeBand = bot.Age30to35
	}
	switch k % 10 {
	case 3:
		m.Residence = bot.ResidenceIDP
	case 5:
		m.Residence = bot.ResidenceReturnee
	case 7:
		m.Residence = bot.ResidenceUndisclosed
	}
	switch k % 15 {
	case 4:
		m.Disability = bot.DisabilityYes
	case 8:
		m.Disability = bot.DisabilityUndisclosed
	}
	if name == seedPhoneOf {
		number := d.Numbers.Normalise(seedPhone)
		m.Phone = people.Phone{Number: number, Key: d.Store.ContactKey(number)}
	}
	if _, err := people.Nominate(tx, at("BAKARY", when), m, d.Site.Langs); err != nil {
		return err
	}
	if seedPlaces[place].name == "BKO" && n > 8 && n%2 == 0 { // Bamako is still choosing
		return nil
	}
	var checks []bot.Checked
	for _, c := range bot.VettingChecks() {
		if c != bot.CheckGuardian || m.AgeBand == bot.Age15to17 {
			checks = append(checks, bot.Checked{Check: c, Result: bot.CheckPass})
		}
	}
	if seedPlaces[place].name == "BKO" && n > 8 {
		_, err := people.Vet(tx, at("BAKARY", when), name, checks[:2])
		return err
	}
	if _, err := people.Vet(tx, at("BAKARY", when), name, checks); err != nil {
		return err
	}
	if _, err := people.SignConduct(tx, at("BAKARY", when), name); err != nil || name == seedComing {
		return err
	}
	if _, err := people.Clear(tx, at("AMI", when), name, when.Format(time.DateOnly)); err != nil || name == seedSilent {
		return err
	}
	_, err := people.MemberMet(tx, at("BAKARY", d.Now().AddDate(0, 0, -(n%9))), name)
	return err
}
