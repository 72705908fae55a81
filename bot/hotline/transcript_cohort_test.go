package hotline_test

import (
	"fmt"
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// cohortStep does one thing at the desk with ambassadors; known is false for a verb of something else.
//
//	! AMI cohort JADE ML0701 2               a cohort with a place and its seats, and its public notice
//	! AMI member JADE GAO-01 66000098 bam    nominates somebody of age; - for no number
//	! AMI conduct GAO-01                     asks by SMS whether they accept the code of conduct
//	! AMI vetted GAO-01                      every check is passed
//	! BAKARY clear GAO-01                    gives the rights
//	! AMI ambassador GAO-01 paused           pauses one, resumes one (active), or has one leave (exited)
//	! AMI suspend GAO-01                     takes the rights until they are checked again
//	! AMI accepted GAO-01 yes                what they said to the code of conduct: yes, no or nothing
func (p *player) cohortStep(name, verb string, args []string) (known bool, err error) {
	act := p.act(name)
	rule := func(do func(tx storage.Tx) error) (bool, error) { return true, p.updated(do) }
	switch verb {
	case "cohort":
		seats, err := strconv.Atoi(args[2])
		if err != nil {
			return true, err
		}
		at := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: args[1]}
		return rule(func(tx storage.Tx) error {
			c := bot.Cohort{Name: args[0], Starts: "2026-11-01", Ends: "2027-03-31", Quotas: []bot.Quota{{Place: at, N: seats}},
				Criteria: map[bot.Lang]string{bot.French: "Connu du quartier"}, Apply: map[bot.Lang]string{bot.French: "Venez nous voir"}}
			if _, err := people.AddCohort(tx, act, c, p.Site.Langs, p.Places()); err != nil {
				return err
			}
			_, err := people.WriteNotice(tx, act, c.Name, bot.French)
			return err
		})
	case "member":
		return rule(func(tx storage.Tx) error {
			c, err := tx.Cohort(args[0])
			if err != nil {
				return err
			}
			add := people.MemberToAdd{Cohort: args[0], CodeName: args[1], Place: c.Quotas[0].Place, Sex: bot.SexFemale, AgeBand: bot.Age18to24,
				Residence: bot.ResidenceHost, Disability: bot.DisabilityUndisclosed, Langs: []bot.Lang{bot.Lang(args[3])}, Gateway: "sim"}
			if args[2] != "-" {
				number := p.Numbers.Normalise(args[2])
				add.Phone = people.Phone{Number: number, Key: p.Store.ContactKey(number)}
			}
			_, err = people.Nominate(tx, act, add, p.Site.Langs)
			return err
		})
	case "conduct":
		id := p.NewID()
		return rule(func(tx storage.Tx) error {
			_, _, err := people.AskConduct(tx, act, args[0], people.ConductToAsk{ID: id, Gateway: "sim"}, p.Site.Langs)
			return err
		})
	case "vetted":
		return rule(func(tx storage.Tx) error {
			var checks []bot.Checked
			for _, c := range bot.VettingChecks() {
				checks = append(checks, bot.Checked{Check: c, Result: bot.CheckPass})
			}
			_, err := people.Vet(tx, act, args[0], checks)
			return err
		})
	case "clear":
		return rule(func(tx storage.Tx) error {
			_, err := people.Clear(tx, act, args[0], p.Today(act.At))
			return err
		})
	case "ambassador":
		return rule(func(tx storage.Tx) error {
			_, err := people.SetMemberStatus(tx, act, args[0], bot.AgentStatus(args[1]), bot.ExitMoved)
			return err
		})
	case "suspend":
		return rule(func(tx storage.Tx) error {
			_, err := people.MoveVetting(tx, act, args[0], bot.VettingSuspended, "plainte")
			return err
		})
	case "accepted":
		var m bot.Member
		err := p.Store.View(p.t.Context(), func(tx storage.Tx) (err error) {
			m, err = tx.Member(args[0])
			return err
		})
		said := "nothing"
		if !m.Conduct.At.IsZero() {
			said = map[bool]string{true: "yes", false: "no"}[m.Conduct.Accepted]
		}
		if err == nil && said != args[1] {
			err = fmt.Errorf("%s said %s to the code of conduct: %+v", args[0], said, m.Conduct)
		}
		return true, err
	}
	return false, nil
}
