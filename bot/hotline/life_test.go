package hotline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Answers that wait when their rumour is merged leave in the words that were approved for them, once for each person; the
// merged rumour's reference finds what is known.
func TestQueuedAnswersSurviveAMerge(t *testing.T) {
	d := newDesk(t)
	from := map[string]string{"70123456": "le marché est ouvert.", "76123456": "le marché n'est pas fermé."}
	var refs []string
	for phone, text := range from {
		d.clock.Add(time.Hour)
		d.receive(bot.Inbound{ExternalID: phone, Sender: phone, Text: claim})
		all := d.reports()
		ref := d.create(t, all[len(all)-1].Ref)
		d.find(t, ref, bot.ConfirmedFalse)
		d.write(t, ref, bot.French, text)
		_, err := d.Approve(context.Background(), d.act("AMI"), ref, bot.French)
		must(t, err)
		_, err = d.Publish(context.Background(), d.act("AMI"), ref, bot.French)
		must(t, err)
		refs = append(refs, ref)
	}
	_, err := d.Merge(context.Background(), d.act("AMI"), refs[0], refs[1])
	must(t, err)
	if got := append(d.found(t, "ouvert", 5), d.found(t, "fermé", 5)...); len(got) != 1 { // a word of each answer
		t.Errorf("%d rumours are found, want the one that lives on", len(got))
	}
	for range 2 {
		must(t, d.Sweep(context.Background()))
	}
	out := d.deliver()
	got := map[string]string{}
	for _, m := range out {
		got[strings.TrimPrefix(m.to, "+223")] += m.text
	}
	if len(out) != 2 || len(got) != 2 {
		t.Fatalf("%d messages left to %d people, want an answer for each of two", len(out), len(got))
	}
	for phone, text := range got {
		if !strings.HasSuffix(text, from[phone]) {
			t.Errorf("%s got %q", phone, text)
		}
	}
	d.clock.Add(time.Hour)
	d.receive(bot.Inbound{ExternalID: "ref", Sender: "66123456", Text: bot.Text("VERIF " + refs[0])})
	if out := d.deliver(); len(out) != 1 || out[0].row.Key != "sms.published" {
		t.Errorf("the merged reference: %+v", out)
	}
}

// The sweep lets rumours rest; their wording stays out, and goes when they are opened again.
func TestTheSweepLetsRumoursRest(t *testing.T) {
	d := newDesk(t)
	id := d.publishes(t, "Le pont de Markala est ouvert.")
	state := func() (r bot.Rumour) {
		must(t, d.Store.View(context.Background(), func(tx storage.Tx) (err error) { r, err = tx.Rumour(id); return err }))
		return r
	}
	for _, step := range []struct {
		days int
		want bot.RumourState
	}{{0, bot.RumourPublished}, {1, bot.RumourMonitoring}, {12, bot.RumourMonitoring}, {2, bot.RumourClosed}} {
		d.clock.Add(time.Duration(step.days) * 24 * time.Hour)
		must(t, d.Sweep(context.Background()))
		if r := state(); r.State != step.want {
			t.Fatalf("after %d more days: %s, want %s", step.days, r.State, step.want)
		}
		if len(d.found(t, "markala", 5)) != 1 {
			t.Errorf("%s: its wording is not found", step.want)
		}
	}
	_, err := d.Reopen(context.Background(), d.act("AMI"), d.refOf(t, id), rumour.Step{Comment: "On le dit à nouveau."})
	must(t, err)
	if len(d.found(t, "markala", 5)) != 0 {
		t.Error("a doubted wording is found")
	}
}
