package hotline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/storage"
)

// market is one day with one agent, and what went over the network.
type market struct {
	*desk
	serial                         int
	texts, parts, inputs, received int // texts that people sent and their parts, keys after dialling, parts that we sent
}

const agentPhone = "66000098"

func newMarket(t *testing.T) *market {
	d := newDesk(t)
	must(t, d.addAgent(d.act("AMI"), "GAO-1", agentPhone, "ML0701", bot.French))
	must(t, d.drawCode(d.act("AMI"), "GAO-1", "4731", "", 1))
	return &market{desk: d}
}

// text sends one SMS and lets the replies leave.
func (m *market) text(from, text string) {
	m.t.Helper()
	m.serial++
	_, err := m.Receive(context.Background(), bot.Inbound{
		Gateway: "sim", ExternalID: fmt.Sprint("t", m.serial), Sender: from, To: "36000", Text: bot.Text(text),
	})
	must(m.t, err)
	m.texts++
	m.parts += sms.Measure(text).Parts
	m.pass()
}

// pass lets some seconds go by, in which what is due leaves.
func (m *market) pass() {
	m.t.Helper()
	for _, s := range m.deliver() {
		m.received += sms.Measure(s.text).Parts
	}
	m.clock.Add(5 * time.Second)
}

// dial goes through the menu: the code as it is dialled, then each input.
func (m *market) dial(from, code string, inputs ...string) (screen string) {
	m.t.Helper()
	m.serial++
	session := fmt.Sprint("s", m.serial)
	for i, text := range append([]string{code}, inputs...) {
		reply, err := m.Receive(context.Background(), bot.Inbound{
			Gateway: "sim", Channel: bot.ChannelUSSD, SessionID: session, Hop: fmt.Sprint(i), Sender: from, To: "*384#", Text: bot.Text(text),
		})
		must(m.t, err)
		if screen = string(reply.Screen); i > 0 {
			m.inputs++
		}
	}
	m.pass()
	return screen
}

// Sixty people at a market, by each way: how much everybody has to type, and what it costs.
func TestSixtyADay(t *testing.T) {
	const people = 60
	number := func(i int) string { return fmt.Sprint(76100000 + 137*i) } // none follows another
	for name, c := range map[string]struct {
		enrol  func(m *market, number string)
		texts  int // that the person and the agent send, for each
		inputs int
		parts  int // that we send
	}{
		"code by SMS": {texts: 3, parts: 3, enrol: func(m *market, number string) {
			m.text(number, "4731")
			m.text(number, "OUI")
			m.text(number, "3")
		}},
		"code by USSD": {inputs: 2, enrol: func(m *market, number string) {
			if got := m.dial(number, "*384*4731#", "1", "3"); !strings.Contains(got, "STOP") {
				m.t.Fatalf("the last screen is %q", got)
			}
		}},
		"form by USSD": {inputs: 5, texts: 1, parts: 2, enrol: func(m *market, number string) { // 1 inscribe, 1 same place, age, sex, number
			if got := m.dial(agentPhone, "*384#", "1", "1", "3", "1", number); !strings.Contains(got, "finissant par "+number[6:]) {
				m.t.Fatalf("the last screen is %q", got)
			}
			m.text(number, "oui")
		}},
		"form by SMS": {texts: 2, parts: 3, enrol: func(m *market, number string) {
			m.text(agentPhone, "INSCRIRE "+number+" fr F 18-24")
			m.text(number, "oui")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMarket(t)
			for i := range people {
				c.enrol(m, number(i))
			}
			tally, err := m.tally(m.act("AMI"), "4731")
			must(t, err)
			if tally.Started != people || tally.Yes != people || tally.Share() != 100 || tally.Ages[bot.Age18to24] != people ||
				tally.Langs[bot.French] != people || tally.Runs != 0 {
				t.Errorf("the tally: %+v", tally)
			}
			if strings.HasPrefix(name, "form") && tally.Sexes[bot.SexFemale] != people {
				t.Errorf("sexes: %+v", tally.Sexes)
			}
			if m.texts != people*c.texts || m.parts != m.texts || m.inputs != people*c.inputs || m.received != people*c.parts {
				t.Errorf("%d texts in %d parts, %d inputs, %d parts received", m.texts, m.parts, m.inputs, m.received)
			}
			t.Logf("%d people, %s: %d SMS parts in, %d keys after dialling, %d SMS parts out", people, name, m.parts, m.inputs, m.received)
		})
	}
}

// What an agent types leaves no number and no name behind but those on contacts, and an event with two digits of each.
func TestAnAgentsTextIsNotKept(t *testing.T) {
	m := newMarket(t)
	m.text(agentPhone, "INSCRIRE Awa 76123456 fr F 18-24")
	kept := m.inbounds(t)
	if len(kept) != 1 || string(kept[0].Text) != "INSCRIRE" || kept[0].Class != bot.ClassCommand {
		t.Errorf("kept %q", fmt.Sprint(len(kept)))
	}
	m.text("70123456", "INSCRIRE Awa 76123456 fr F 18-24") // from anybody else it is a report
	if kept = m.inbounds(t); kept[1].Class != bot.ClassReport {
		t.Errorf("somebody else's is a %s", kept[1].Class)
	}
	last := m.lastEvent(t)
	if last.Kind != "person.entered" || last.Key != "…56" || last.Reason != "4731" || last.Actor != "GAO-1" || last.Via != "sms" || last.Role != bot.RoleFieldAgent {
		t.Errorf("the event %+v", last)
	}
}

// Invented numbers count on: the tally says how many, and of none which.
func TestNumbersThatFollowEachOther(t *testing.T) {
	m := newMarket(t)
	for i := range 7 {
		m.text(fmt.Sprint(76555001+i), "4731")
	}
	m.clock.Add(time.Hour)
	m.text("76777001", "4731") // neighbours of two bought their cards together
	m.text("76777002", "4731")
	m.text("79123456", "4731")
	tally, err := m.tally(m.act("AMI"), "4731")
	must(t, err)
	if tally.Runs != 1 || tally.InRuns != 7 || tally.Longest != 7 || tally.Rush != 7 || tally.Minute != 7 || tally.Started != 10 || tally.Waiting != 10 {
		t.Errorf("the tally: %+v", tally)
	}
	m.clock.Add(8 * 24 * time.Hour)
	if tally, err = m.tally(m.act("AMI"), "4731"); err != nil || tally.Silent != 10 || tally.Waiting != 0 {
		t.Errorf("a week later: %+v (%v)", tally, err)
	}
}

// inbounds are the messages that were kept, oldest first.
func (d *desk) inbounds(t *testing.T) (list []bot.Inbound) {
	t.Helper()
	must(t, d.Store.View(t.Context(), func(tx storage.Tx) error {
		ids, _, err := tx.TextsBefore(d.clock.Instant(), bot.ID{}, 100)
		list = nil
		for _, id := range ids {
			in, err := tx.Inbound(id)
			if err != nil {
				return err
			}
			list = append(list, in)
		}
		return err
	}))
	return list
}

func (d *desk) lastEvent(t *testing.T) (last bot.Event) {
	t.Helper()
	must(t, d.Store.View(t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 1000)
		if len(events) > 0 {
			last = events[len(events)-1]
		}
		return err
	}))
	return last
}
