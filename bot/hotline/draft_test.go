package hotline_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// begin has somebody begin a report in the menu and leave its words to an SMS.
func (d *desk) begin(phone string, draft bot.Draft) {
	d.t.Helper()
	number := bot.Address{Kind: bot.Phone, Value: "+223" + phone}
	at := d.clock.Instant()
	must(d.t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		c, err := people.Find(tx, d.Store.ContactKey(number), number, "sim", at)
		if err == nil {
			_, err = people.Save(tx, people.Draft(c, draft, at))
		}
		return err
	}))
}

var (
	gao  = bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}
	road = bot.Draft{Place: gao, Theme: bot.ThemeSecurity, BySMS: true}
)

// The words finish the draft: a report of its own, with what the menu asked, however fresh another report is.
func TestAnSMSFinishesADraft(t *testing.T) {
	d := newDesk(t)
	var classes []bot.Class
	d.Seen = func(c bot.Class, _ bool) { classes = append(classes, c) }
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.clock.Add(time.Minute)
	d.begin("70123456", road)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "La route est barrée depuis ce matin"})
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "3", Sender: "70123456", Text: "Ils demandent de l'argent"})

	all := d.reports()
	if len(all) != 2 {
		t.Fatalf("%d reports, want the older one and the draft's", len(all))
	}
	if r := all[0]; !r.Place.IsZero() || r.Theme != "" || len(r.Joined) != 0 {
		t.Errorf("the older report: place %s, theme %q, %d texts joined", r.Place, r.Theme, len(r.Joined))
	}
	if r := all[1]; r.Place != gao || r.Theme != bot.ThemeSecurity || r.Channel != bot.ChannelSMS || len(r.Joined) != 1 || r.Protect {
		t.Errorf("the draft's report: place %s, theme %q, by %s, %d texts joined", r.Place, r.Theme, r.Channel, len(r.Joined))
	}
	c := d.contact("70123456")
	if _, open := people.Drafted(c, d.clock.Instant()); open || c.LastPlace != gao {
		t.Errorf("the draft is open: %v; the last place is %s", open, c.LastPlace)
	}
	if want := []bot.Class{bot.ClassReport, bot.ClassReport, bot.ClassJoined}; !slices.Equal(classes, want) {
		t.Errorf("classes %q, want %q", classes, want)
	}
}

// A draft lives for a day, and not beyond a STOP.
func TestADraftEnds(t *testing.T) {
	for name, end := range map[string]func(*desk){
		"after a day": func(d *desk) { d.clock.Add(people.DraftOpen) },
		"with a STOP": func(d *desk) { d.receive(bot.Inbound{ExternalID: "s", Sender: "70123456", Text: "STOP"}) },
		"not just before": func(d *desk) {
			d.clock.Add(people.DraftOpen - time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.begin("70123456", road)
			end(d)
			d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
			want := name == "not just before"
			if all := d.reports(); len(all) != 1 || (all[0].Place == gao) != want {
				t.Errorf("%d reports, the first at %q", len(all), all[0].Place)
			}
		})
	}
}

// Stops before all: what may be a stop in more words holds bulletins, also when it is a draft's words.
func TestAMaybeStopIsSeenInADraftsWords(t *testing.T) {
	d := newDesk(t)
	d.begin("70123456", road)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: "je ne veux plus recevoir vos sms"})
	if r := d.reports(); len(r) != 1 || !r[0].MaybeStop || d.contact("70123456").MaybeStop.IsZero() {
		t.Errorf("%d reports, marked %v", len(r), r[0].MaybeStop)
	}
}

// A message for the protection focal point is acknowledged without a word of what it is about, at any hour and whatever the
// language.
func TestAProtectedReportIsAcknowledgedNeutrally(t *testing.T) {
	d := newDesk(t)
	d.openWeekdays()
	d.set(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)) // a Sunday
	d.begin("70123456", bot.Draft{Protect: true})
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: "Gao 2026"})
	out := d.deliver()
	if len(out) != 1 || out[0].row.Key != "sms.ack_protected" || out[0].row.Kind != bot.KindAck {
		t.Fatalf("%d messages left", len(out))
	}
	if r := d.reports()[0]; !r.Protect {
		t.Error("the report is not protected")
	}
}

// The day's reports are remembered beside their sender, also where nothing limits how much somebody may write.
func TestTheDaysReportsAreRemembered(t *testing.T) {
	for name, limits := range map[string]people.Limits{"no limits": {}, "limits": {Burst: 50, Day: 200, Join: 10 * time.Minute}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.Site.Limits = limits
			var want []bot.ID
			for i := range 7 {
				d.clock.Add(15 * time.Minute)
				d.receive(bot.Inbound{ExternalID: fmt.Sprint("r", i), Sender: "70123456", Text: claim})
				d.receive(bot.Inbound{ExternalID: fmt.Sprint("j", i), Sender: "70123456", Text: "AIDE"})
			}
			for _, r := range d.reports() {
				want = append(want, r.ID)
			}
			if got := d.activity("70123456").Reports; len(want) != 7 || !slices.Equal(got, want[2:]) {
				t.Errorf("remembered %v of %v", got, want)
			}
			d.clock.Add(30 * 24 * time.Hour)
			must(t, d.Sweep(context.Background()))
			d.clock.Add(-30 * 24 * time.Hour)
			if got := d.activity("70123456").Reports; len(got) != 5 {
				t.Errorf("%d remembered after thirty days", len(got))
			}
			d.clock.Add(31 * 24 * time.Hour)
			must(t, d.Sweep(context.Background()))
			d.clock.Add(-31 * 24 * time.Hour)
			if got := d.activity("70123456"); len(got.Reports) != 0 {
				t.Errorf("%d remembered after that", len(got.Reports))
			}
		})
	}
}

func (d *desk) activity(phone string) (a bot.Activity) {
	d.t.Helper()
	key := d.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + phone})
	must(d.t, d.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		a, err = tx.Activity(key, d.clock.Instant())
		return err
	}))
	return a
}
