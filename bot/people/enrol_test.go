package people_test

import (
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/place"
	"tinye/storage"
)

const monday = "2026-11-23"

// agent adds an agent with a phone, or an event where the number is "".
func (p phones) agent(as, name, number string) string {
	add := people.AgentToAdd{Name: name, Event: number == ""}
	if number != "" {
		add.Phone = p.phone(number)
	}
	return p.refusal(func(tx storage.Tx) error {
		_, err := people.AddAgent(tx, p.act(as, "socket"), add, []bot.Lang{bot.French, bot.Bambara}, place.New(nil))
		return err
	})
}

// code draws the first of the digits that is free, for days from a day on, on Monday.
func (p phones) code(agent, from string, days int, digits ...string) (made bot.EnrolCode, refused string) {
	id := p.IDs.New()
	refused = p.refusal(func(tx storage.Tx) (err error) {
		made, err = people.NewEnrolCode(tx, p.act("AMI", "socket"), people.CodeToDraw{Agent: agent, From: from, Days: days, Drawn: digits, ID: id}, monday)
		return err
	})
	return made, refused
}

func (p phones) stands(digits, day string) (stands people.CodeStands) {
	p.t.Helper()
	p.must(p.View(p.t.Context(), func(tx storage.Tx) (err error) {
		_, _, stands, err = people.FindEnrolCode(tx, digits, day)
		return err
	}))
	return stands
}

// A code is valid on its days, known for a week after them, and then nobody's; nobody else has its digits meanwhile.
func TestDaysOfACode(t *testing.T) {
	p := newPhones(t)
	if key := p.agent("AMI", "MARCHE", ""); key != "" {
		t.Fatal(key)
	}
	if made, key := p.code("MARCHE", "2026-11-24", 2, "4731"); key != "" || made.Until != "2026-11-25" {
		t.Fatalf("%+v, %s", made, key)
	}
	for day, want := range map[string]people.CodeStands{
		monday: people.CodeEarly, "2026-11-24": people.CodeGood, "2026-11-25": people.CodeGood, "2026-11-26": people.CodeOver,
		"2026-12-02": people.CodeOver, "2026-12-03": people.CodeNone,
	} {
		if got := p.stands("4731", day); got != want {
			t.Errorf("on %s it stands %q, want %q", day, got, want)
		}
	}
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{monday, 1, "5862"}, {"2026-11-25", 1, "5862"}, {"2026-12-02", 1, "5862"}, {"2026-12-03", 1, "4731"},
	} {
		q := newPhones(t)
		q.agent("AMI", "MARCHE", "")
		q.code("MARCHE", "2026-11-24", 2, "4731")
		if made, key := q.code("MARCHE", c.from, c.days, "4731", "5862"); key != "" || made.Digits != c.want {
			t.Errorf("from %s: %s (%s), want %s", c.from, made.Digits, key, c.want)
		}
	}
	if _, key := p.code("MARCHE", "2026-11-24", 1, "4731"); key != "desk.no_free_code" {
		t.Errorf("the same digits on the same day: %q", key)
	}
	for key, from := range map[string]string{"2026-11-22": "desk.bad_first_day", "2027-03-01": "desk.bad_first_day", "demain": "desk.bad_first_day"} {
		if _, got := p.code("MARCHE", key, 1, "6294"); got != from {
			t.Errorf("from %s: %q", key, got)
		}
	}
}

// A coordinator adds agents; an account that has another role takes an administrator. Pause and exit hold at once.
func TestAgentsComeAndGo(t *testing.T) {
	p := newPhones(t)
	for _, c := range []struct{ as, name, number, want string }{
		{"CISSE", "GAO-1", "+22366000098", "desk.no_role"},
		{"AMI", "GAO-1", "+22366000098", ""},
		{"AMI", "GAO-1", "+22366000097", "desk.agent_exists"},
		{"AMI", "GAO-2", "+22366000098", "desk.number_taken"},
		{"AMI", "CISSE", "+22366000096", "desk.agent_account"},
		{"CHEF", "CISSE", "+22366000096", "desk.agent_account"}, // who is no field agent
	} {
		if got := p.agent(c.as, c.name, c.number); got != c.want {
			t.Errorf("%s adds %s: %q, want %q", c.as, c.name, got, c.want)
		}
	}
	p.code("GAO-1", monday, 1, "4731")
	status := func(s bot.AgentStatus) {
		if key := p.refusal(func(tx storage.Tx) error {
			_, err := people.SetAgentStatus(tx, p.act("AMI", "socket"), "GAO-1", s)
			return err
		}); key != "" {
			t.Errorf("%s: %s", s, key)
		}
	}
	for _, c := range []struct {
		status bot.AgentStatus
		want   people.CodeStands
	}{{bot.AgentPaused, people.CodeOver}, {bot.AgentActive, people.CodeGood}, {bot.AgentExited, people.CodeOver}} {
		status(c.status)
		if got := p.stands("4731", monday); got != c.want {
			t.Errorf("%s: the code stands %q, want %q", c.status, got, c.want)
		}
	}
	p.must(p.View(t.Context(), func(tx storage.Tx) error {
		if _, ok, err := people.DeskNumber(tx, p.phone("+22366000098").Key); err != nil || ok {
			t.Errorf("the phone of one who left is still registered (%v)", err)
		}
		return nil
	}))
	if _, key := p.code("GAO-1", monday, 1, "5862"); key != "desk.agent_not_now" {
		t.Errorf("a code for one who left: %q", key)
	}
}

// Whom an agent's word does not reach: STOP, NON, under 15, no SMS at all, asked already, bulletins already.
func TestWhomAnAgentMayHaveAsked(t *testing.T) {
	p := newPhones(t)
	p.agent("AMI", "GAO-1", "+22366000098")
	code, _ := p.code("GAO-1", monday, 1, "4731")
	at := p.Time.Instant()
	granted, n := bot.Consent{State: bot.ConsentGranted}, 0
	for name, c := range map[string]struct {
		known bot.Contact
		ask   bool
		blind bool
	}{
		"nobody knows":    {ask: true},
		"told something":  {known: bot.Contact{LastSeen: at}, ask: true},
		"let it expire":   {known: bot.Contact{Consent: bot.Consent{State: bot.ConsentExpired}}, ask: true},
		"stopped":         {known: bot.Contact{StoppedAt: at}, blind: true},
		"was forgotten":   {known: bot.Contact{StoppedAt: at, ErasedAt: at}, blind: true},
		"said no":         {known: bot.Contact{Consent: bot.Consent{State: bot.ConsentRefused}}, blind: true},
		"stopped by menu": {known: bot.Contact{Consent: bot.Consent{State: bot.ConsentWithdrawn}}, blind: true},
		"under 15":        {known: bot.Contact{AgeBand: bot.AgeUnder15}, blind: true},
		"wants no SMS":    {known: bot.Contact{ReplyBy: bot.ReplyByUSSD}, blind: true},
		"gets bulletins":  {known: bot.Contact{Consent: granted}},
		"is being asked":  {known: bot.Contact{Question: &bot.Question{Kind: bot.QuestionConsent, EndsAt: at.Add(time.Hour)}}},
	} {
		n++
		phone := p.phone(fmt.Sprint("+22376100", 100+17*n))
		c.known.Key = phone.Key
		if c.known.ErasedAt.IsZero() {
			c.known.Number = phone.Number
		}
		entry := people.Entry{Phone: phone, Gateway: "sim", Lang: bot.Bambara, AgeBand: bot.Age18to24, Sex: bot.SexFemale, Blind: bot.ContactKey(p.IDs.New()), Text: p.IDs.New()}
		p.must(p.Update(t.Context(), func(tx storage.Tx) error {
			if name != "nobody knows" {
				if err := tx.PutContact(c.known, 0); err != nil {
					return err
				}
			}
			agent, err := tx.Agent("GAO-1")
			if err != nil {
				return err
			}
			got, ask, err := people.Enter(tx, p.act("GAO-1", people.ViaSMS), agent, code, entry)
			if err != nil || ask != c.ask {
				t.Errorf("somebody who %s: asked %v (%v)", name, ask, err)
			}
			if ask && (got.Enrolled.By != "GAO-1" || got.Sex != bot.SexFemale || got.Consent.State != bot.ConsentPending || got.Lang != bot.Bambara) {
				t.Errorf("somebody who %s: %+v", name, got.Enrolled)
			}
			list, err := tx.Arrivals(code.ID, bot.ContactKey{}, 100)
			blind, plain := false, false
			for _, a := range list {
				blind = blind || a.Contact == entry.Blind
				plain = plain || a.Contact == phone.Key
			}
			if blind != c.blind || plain == c.blind {
				t.Errorf("somebody who %s came blind %v, in the open %v", name, blind, plain)
			}
			return err
		}))
		p.Time.Add(time.Second)
	}
	if key := p.refusal(func(tx storage.Tx) error {
		agent, err := tx.Agent("GAO-1")
		if err == nil {
			_, _, err = people.Enter(tx, p.act("GAO-1", people.ViaSMS), agent, code, people.Entry{Phone: p.phone("+22376999999"), AgeBand: bot.AgeUnder15})
		}
		return err
	}); key != "desk.too_young" {
		t.Errorf("under 15: %q", key)
	}
}

// What an agent said of somebody who then says no is not kept.
func TestANoKeepsNothing(t *testing.T) {
	p := newPhones(t)
	phone := p.phone("+22376123456")
	c := bot.Contact{Key: phone.Key, Number: phone.Number, Sex: bot.SexMale, AgeBand: bot.Age18to24, Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"},
		Enrolled: bot.Enrolment{Via: bot.EnrolFieldAgent, By: "GAO-1"}, Consent: bot.Consent{State: bot.ConsentPending}}
	p.must(p.Update(t.Context(), func(tx storage.Tx) error {
		kept, err := people.Save(tx, c)
		if err == nil {
			kept, err = people.AnswerConsent(tx, kept, false, bot.ChannelSMS, p.Time.Instant())
		}
		if kept.Sex != "" || kept.AgeBand != "" || !kept.Place.IsZero() || kept.Enrolled.By != "GAO-1" || kept.Consent.State != bot.ConsentRefused {
			t.Errorf("kept %q %q %v", kept.Sex, kept.AgeBand, kept.Place)
		}
		return err
	}))
}
