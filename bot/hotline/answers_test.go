package hotline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
)

// Whatever happens in whatever order: each reporter is answered once for all that they told before the answer, and once more
// for what they tell again afterwards; what came before a STOP stays unanswered.
func TestEachReporterIsAnsweredOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		phones := []string{"70123450", "70123451", "66123452", "66123453"}
		people := make(map[string]*reporter)
		for _, phone := range phones {
			people[phone] = &reporter{linked: make(map[bot.Ref]bool)}
		}
		var rumour string
		published, serial := false, 0
		send := func(phone, text string) {
			serial++
			d.receive(bot.Inbound{ExternalID: fmt.Sprint(serial), Sender: phone, Text: bot.Text(text)})
		}
		for range rapid.IntRange(4, 24).Draw(rt, "steps") {
			phone := rapid.SampledFrom(phones).Draw(rt, "phone")
			p := people[phone]
			d.clock.Add(20 * time.Minute)
			switch rapid.SampledFrom([]string{"tell", "tell", "repeat", "link", "publish", "stop", "sweep"}).Draw(rt, "step") {
			case "tell":
				send(phone, claim)
				all := d.reports()
				p.told = append(p.told, report{all[len(all)-1].Ref, d.clock.Instant()})
			case "repeat":
				if serial > 0 {
					d.receive(bot.Inbound{ExternalID: fmt.Sprint(serial), Sender: phone, Text: claim})
				}
			case "stop":
				send(phone, "STOP")
				p.stopped = d.clock.Instant()
			case "link":
				if len(p.told) == 0 {
					continue
				}
				r := rapid.SampledFrom(p.told).Draw(rt, "report")
				if rumour == "" {
					rumour = d.create(t, r.ref)
				} else {
					_, err := d.Link(context.Background(), d.act("AMI"), rumour, []string{string(r.ref)})
					must(t, err)
				}
				p.linked[r.ref] = true
				if published {
					p.expect(d.clock.Instant(), r)
				}
			case "publish":
				if rumour != "" && !published {
					d.decide(t, rumour)
					published = true
					for _, p := range people {
						p.expect(d.clock.Instant(), p.told...)
					}
				}
			case "sweep":
				must(t, d.Sweep(context.Background()))
			}
			for _, m := range d.deliver() {
				if m.row.Kind == bot.KindAnswer {
					people[strings.TrimPrefix(m.to, "+223")].got++
				}
			}
		}
		for phone, p := range people {
			if p.got != p.want {
				rt.Errorf("%s was answered %d times, want %d", phone, p.got, p.want)
			}
		}
	})
}

// reporter is what one person told and what they should hear.
type reporter struct {
	told      []report
	linked    map[bot.Ref]bool
	stopped   bot.Instant
	answered  bot.Instant // when the last answer was queued
	want, got int
}

type report struct {
	ref bot.Ref
	at  bot.Instant
}

// expect adds one answer if any of the reports is linked, came after a STOP, and after the last answer.
func (p *reporter) expect(now bot.Instant, reports ...report) {
	for _, r := range reports {
		if p.linked[r.ref] && r.at > p.stopped && (p.answered.IsZero() || r.at > p.answered) {
			p.want, p.answered = p.want+1, now
			return
		}
	}
}

// What was told on both sides of a STOP: the later telling is answered, the earlier one is not.
func TestTheReportAfterAStopIsAnswered(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "STOP"})
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "3", Sender: "70123456", Text: claim})
	d.deliver()
	all := d.reports()
	if len(all) != 2 {
		t.Fatalf("%d reports: what is told after a STOP joins nothing from before it", len(all))
	}
	rumour := d.create(t, all[0].Ref)
	_, err := d.Link(context.Background(), d.act("AMI"), rumour, []string{string(all[1].Ref)})
	must(t, err)
	d.decide(t, rumour)
	out := d.deliver()
	if len(out) != 1 || out[0].row.Report != all[1].ID {
		t.Errorf("%d messages left, want the answer to the second report", len(out))
	}
}

// An answer that never arrived does not answer a later report.
func TestALostAnswerDoesNotCount(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	rumour := d.create(t, d.reports()[0].Ref)
	d.decide(t, rumour)
	d.clock.Add(8 * 24 * time.Hour)
	if out := d.deliver(); len(out) != 0 {
		t.Fatalf("%d messages left after they expired", len(out))
	}
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: claim})
	_, err := d.Link(context.Background(), d.act("AMI"), rumour, []string{string(d.reports()[1].Ref)})
	must(t, err)
	if out := d.deliver(); len(out) != 1 || out[0].row.Kind != bot.KindAnswer {
		t.Errorf("%d messages left, want the answer", len(out))
	}
}
