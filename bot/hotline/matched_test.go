package hotline_test

import (
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// What reached us days after it was sent may be about another day: it is acknowledged, and left to the desk (dialogues §6).
func TestWhatComesLateIsNotAnsweredByAMachine(t *testing.T) {
	for _, late := range []bool{false, true} {
		p := &player{desk: newDesk(t), names: map[string]string{}, inboxes: map[string][]string{}}
		must(t, p.matching())
		texts := []string{"Le pont de Wabaria serait coupé depuis lundi", "Pont de Wabaria ouvert", "le pont de Wabaria est OUVERT."}
		must(t, p.checked(p.act("AMI"), []string{"{pont}", "other"}, texts))
		p.clock.Add(72 * time.Hour)
		sent := p.clock.Instant()
		if late {
			sent = sent.Add(-49 * time.Hour)
		}
		_, err := p.Receive(t.Context(), bot.Inbound{
			Gateway: "sim", ExternalID: "1", Sender: "70123456", To: "36000", SentAt: sent, Text: bot.Text(texts[0]),
		})
		must(t, err)
		got := p.deliver()
		if len(got) != 1 || strings.Contains(got[0].text, "OUVERT") == late {
			t.Errorf("late %v: received %v", late, got)
		}
		must(t, p.Store.View(t.Context(), func(tx storage.Tx) error {
			rep, err := tx.Report(got[0].row.Report)
			if err == nil && late == !rep.Rumour.IsZero() {
				t.Errorf("late %v: the report is under %v", late, rep.Rumour)
			}
			return err
		}))
	}
}

// Without an index a message is acknowledged as ever.
func TestNothingIsMatchedWithoutAnIndex(t *testing.T) {
	p := &player{desk: newDesk(t), names: map[string]string{}, inboxes: map[string][]string{}}
	p.Matcher = nil
	texts := []string{"Le pont de Wabaria serait coupé depuis lundi", "Pont de Wabaria ouvert", "le pont de Wabaria est OUVERT."}
	must(t, p.checked(p.act("AMI"), []string{"{pont}", "other"}, texts))
	for i, text := range []string{texts[0], "pont coupé"} {
		_, err := p.Receive(t.Context(), bot.Inbound{
			Gateway: "sim", ExternalID: text, Sender: []string{"70123456", "66123456"}[i], To: "36000", Text: bot.Text(text),
		})
		must(t, err)
		if got := p.deliver(); len(got) != 1 || !strings.Contains(got[0].text, "message noté") || strings.Contains(got[0].text, "Wabaria") {
			t.Errorf("%q: received %v", text, got)
		}
	}
}
