package hotline_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// enrolStep does one thing at the desk with agents and their codes; known is false for a verb of something else.
//
//	! AMI agent GAO-1 66000098 ML0701 bam      adds an agent; - for no number makes it an event
//	! AMI status GAO-1 paused                  pauses one
//	! AMI code GAO-1 4731 2026-11-23 1         gives four digits for some days; - for today
//	! AMI tally 4731 started 2 yes 1           what the tally of the newest such code says
//	! AMI maybe {ref} stop | go_on             what words that may mean STOP are taken for
//	! AMI maybes {ref} {other}                 whose words wait for that, by their reports, the longest waiting first; or nobody
//	! AMI lang 70123456 taq                    notes the language that somebody asked for by voice
//	! AMI speaks 70123456 taq                  which language a number holds
//	! AMI consent 70123456 expired sex f       where a number stands towards bulletins, and what is known of sex, age and place
func (p *player) enrolStep(name, verb string, args []string) (known bool, err error) {
	act := p.act(name)
	switch verb {
	case "agent":
		return true, p.addAgent(act, args[0], args[1], args[2], bot.Lang(args[3]))
	case "status":
		return true, p.updated(func(tx storage.Tx) error {
			_, err := people.SetAgentStatus(tx, act, args[0], bot.AgentStatus(args[1]))
			return err
		})
	case "code":
		days, err := strconv.Atoi(args[3])
		if err != nil {
			return true, err
		}
		return true, p.drawCode(act, args[0], args[1], strings.TrimPrefix(args[2], "-"), days)
	case "maybe":
		_, err := p.DecideMaybeStop(p.t.Context(), act, args[0], args[1] == "stop")
		return true, err
	case "maybes":
		return true, p.maybeStops(args)
	case "lang":
		number := p.Numbers.Normalise(args[0])
		return true, p.updated(func(tx storage.Tx) error {
			return people.SetLangFor(tx, act, people.Phone{Number: number, Key: p.Store.ContactKey(number)}, bot.Lang(args[1]), "a demandé au téléphone")
		})
	case "speaks":
		if l := p.contact(args[0]).Lang; string(l) != args[1] {
			return true, fmt.Errorf("the number holds %q", l)
		}
		return true, nil
	case "consent":
		return true, p.consentOf(args[0], args[1:])
	case "tally":
		tally, err := p.tally(act, args[0])
		if err != nil {
			return true, err
		}
		got := tallyWords(tally)
		for i := 1; i+1 < len(args); i += 2 {
			if strconv.Itoa(got[args[i]]) != args[i+1] {
				return true, fmt.Errorf("%s is %d: %+v", args[i], got[args[i]], tally)
			}
		}
		return true, nil
	}
	return false, nil
}

func (p *player) maybeStops(want []string) error {
	var got []string
	err := p.Store.View(p.t.Context(), func(tx storage.Tx) error {
		held, err := tx.MaybeStops(0)
		for _, c := range held {
			rep, err := people.MaybeSaid(tx, c)
			if err != nil {
				return err
			}
			got = append(got, string(rep.Ref))
		}
		return err
	})
	if err == nil && !slices.Equal(got, want) && (len(got) > 0 || want[0] != "nobody") {
		err = fmt.Errorf("those who wait are %v", got)
	}
	return err
}

// consentOf compares where a number stands; what is not named of sex, age and place is not known.
func (p *player) consentOf(phone string, want []string) error {
	c := p.contact(phone)
	got := []string{cmp.Or(string(c.Consent.State), "none")}
	for _, known := range [][2]string{{"sex", string(c.Sex)}, {"age", string(c.AgeBand)}, {"place", c.Place.Code}} {
		if known[1] != "" {
			got = append(got, known[0], known[1])
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("the number stands at %v", got)
	}
	return nil
}

func tallyWords(t people.Tally) map[string]int {
	return map[string]int{
		"started": t.Started, "yes": t.Yes, "no": t.No, "waiting": t.Waiting, "silent": t.Silent, "stopped": t.Stopped, "young": t.Young,
		"already": t.Already, "share": t.Share(), "runs": t.Runs, "in_runs": t.InRuns,
	}
}

func (d *desk) addAgent(act people.Act, name, number, place string, lang bot.Lang) error {
	add := people.AgentToAdd{Name: name, Event: number == "-", Lang: lang, Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: place}}
	if !add.Event {
		phone := d.Numbers.Normalise(number)
		add.Phone = people.Phone{Number: phone, Key: d.Store.ContactKey(phone)}
	}
	return d.updated(func(tx storage.Tx) error {
		_, err := people.AddAgent(tx, act, add, d.Site.Langs, d.Places())
		return err
	})
}

// drawCode gives an agent the digits; from "" is today.
func (d *desk) drawCode(act people.Act, agent, digits, from string, days int) error {
	q := people.CodeToDraw{Agent: agent, From: from, Days: days, Drawn: []string{digits}, ID: d.NewID()}
	return d.updated(func(tx storage.Tx) error {
		_, err := people.NewEnrolCode(tx, act, q, d.Today(act.At))
		return err
	})
}

// tally counts who came by the newest code with the digits.
func (d *desk) tally(act people.Act, digits string) (t people.Tally, err error) {
	err = d.Store.View(d.t.Context(), func(tx storage.Tx) error {
		codes, err := people.CodesOfDigits(tx, act, digits, "")
		if err == nil {
			t, err = people.CountCode(tx, act, codes[len(codes)-1], nil)
		}
		return err
	})
	return t, err
}
