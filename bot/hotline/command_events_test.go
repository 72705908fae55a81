package hotline_test

import (
	"strings"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// Every command by SMS that does or shows something is an event with who, in which role, by which way, what and to what; one
// that comes to nothing leaves none, but for a wrong code.
func TestEveryCommandLeavesItsEvent(t *testing.T) {
	p, codes := withPhone(t)
	const second = "66112233"
	for _, step := range []string{"ADAMA number BAKARY " + second, "BAKARY sheet b 5"} {
		must(t, p.step(step))
	}
	all := func() (events []bot.Event) {
		must(t, p.Store.View(t.Context(), func(tx storage.Tx) (err error) {
			events, err = tx.Events(0, 100)
			return err
		}))
		return events
	}
	for _, c := range []struct{ from, text, actor, kind string }{
		{amisPhone, "COUPURE", "AMI", "sending.cut"},
		{amisPhone, "PAUSE", "AMI", "sending.paused"},
		{amisPhone, "FILE " + codes[0], "AMI", "queue.read"},
		{amisPhone, "REPRISE " + codes[1], "AMI", "sending.resume_asked"},
		{second, "REPRISE " + p.names["b1"], "BAKARY", "sending.resumed"},
		{second, "REPRISE " + p.names["b2"], "", ""}, // there is nothing to resume
		{second, "FILE", "", ""},                     // without a code
		{amisPhone, "FILE " + codes[0], "AMI", "code.refused"},
	} {
		before := len(all())
		p.texted(c.from, c.text)
		events := all()[before:]
		if c.kind == "" {
			if len(events) != 0 {
				t.Errorf("%s left %+v", strings.Fields(c.text)[0], events)
			}
			continue
		}
		if len(events) != 1 {
			t.Errorf("%s left %d events", c.kind, len(events))
			continue
		}
		if e := events[0]; e.Kind != c.kind || e.Actor != c.actor || e.Role != bot.RoleCoordinator || e.Via != "sms" || e.Key == "" || e.At.IsZero() {
			t.Errorf("%s left %+v", c.kind, e)
		}
	}
}
