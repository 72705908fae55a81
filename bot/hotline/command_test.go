package hotline_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/outbox"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// amisPhone is registered for AMI.
const amisPhone = "66000098"

// withPhone registers AMI's phone and prints a sheet for her.
func withPhone(t *testing.T) (*player, []string) {
	t.Helper()
	p := &player{desk: newDesk(t), phone: amisPhone, names: map[string]string{}}
	for _, step := range []string{"ADAMA number AMI " + amisPhone, "AMI sheet a 5"} {
		must(t, p.step(step))
	}
	return p, []string{p.names["a1"], p.names["a2"], p.names["a3"], p.names["a4"], p.names["a5"]}
}

// texted brings a text in.
func (d *desk) texted(from, text string) {
	d.t.Helper()
	_, err := d.Receive(context.Background(), bot.Inbound{
		Gateway: "sim", ExternalID: d.NewID().String(), Sender: from, To: "36000", Text: bot.Text(text),
	})
	must(d.t, err)
}

func (d *desk) allRows() (rows []bot.Outbound) {
	d.t.Helper()
	must(d.t, d.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		rows, err = tx.Outbounds("", storage.Page{Limit: 500})
		return err
	}))
	return rows
}

func (d *desk) keys() map[string]int {
	keys := make(map[string]int)
	for _, o := range d.allRows() {
		keys[o.Key]++
	}
	return keys
}

// Codes and switches leave a trace of who did what by which way; the codes themselves are in no row that is kept.
func TestCommandsAreEventsWithoutCodes(t *testing.T) {
	p, codes := withPhone(t)
	for _, text := range []string{"FILE " + codes[0], "REPRISE " + codes[1], "PAUSE", "REPRISE " + codes[1], "FILE " + codes[0]} {
		p.texted(amisPhone, text)
	}
	var events []string
	must(t, p.Store.View(t.Context(), func(tx storage.Tx) error {
		list, err := tx.Events(0, 100)
		for _, e := range list {
			if e.Via == "sms" {
				events = append(events, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Actor, e.Role, e.Kind, e.Reason)))
			}
			for _, code := range codes {
				if strings.Contains(fmt.Sprintf("%+v", e), code) {
					t.Errorf("an event holds a code: %s", e.Kind)
				}
			}
		}
		return err
	}))
	// REPRISE found nothing to do at first, so its code was good for the second time.
	want := "[AMI coordinator queue.read AMI coordinator sending.paused AMI coordinator sending.resume_asked AMI coordinator code.refused queue]"
	if got := fmt.Sprint(events); got != want {
		t.Errorf("events %s, want %s", got, want)
	}
	for _, o := range p.allRows() {
		if o.Lane != bot.LaneCommand || o.Kind != bot.KindDesk {
			t.Errorf("the reply %s goes by lane %s as %s", o.Key, o.Lane, o.Kind)
		}
		must(t, p.Store.View(t.Context(), func(tx storage.Tx) error {
			in, err := tx.Inbound(o.ID)
			if err == nil && (in.Class != bot.ClassCommand || strings.ContainsAny(string(in.Text), "0123456789")) {
				t.Errorf("a command is kept as %s, with its digits", in.Class)
			}
			return err
		}))
	}
}

// The same code from many messages at once does its work once.
func TestACodeInARace(t *testing.T) {
	p, codes := withPhone(t)
	var mu sync.Mutex
	random := p.Random
	p.Random = func() uint64 {
		mu.Lock()
		defer mu.Unlock()
		return random()
	}
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() { p.texted(amisPhone, "FILE "+codes[0]) })
	}
	group.Wait()
	got := p.keys()
	if got["sms.desk_queue"] != 1 || got["sms.desk_code_bad"] != 1 || got["sms.desk_code_wait"] != 10 {
		t.Errorf("one code in twelve messages: %v", got)
	}
}

// However many wrong codes came, the switch works at once, also in a flood, and it outlasts the process.
func TestNothingLocksTheSwitch(t *testing.T) {
	p, _ := withPhone(t)
	p.Site.Limits.Burst, p.Site.Limits.Day = 5, 20
	p.Site.Quiet = people.Quiet{From: 0, To: 23 * 60, Zone: time.UTC}
	for i := range 30 {
		p.texted(amisPhone, "FILE "+strconv.Itoa(900_000+i))
		p.clock.Add(time.Second)
		p.texted(amisPhone, "COUPURE")
		p.clock.Add(time.Second)
		must(t, p.Store.View(t.Context(), func(tx storage.Tx) error {
			sw, err := tx.Switch()
			if err != nil || sw.State != bot.SendCut || sw.By != "AMI" || sw.Via != "sms" {
				t.Fatalf("after %d wrong codes the switch is %+v (%v)", i+1, sw, err)
			}
			replies, err := tx.Outbounds("", storage.Page{Limit: 1, Newest: true})
			if err != nil || len(replies) != 1 || replies[0].Key != "sms.desk_cut" {
				t.Fatalf("after %d wrong codes the reply is %v (%v)", i+1, replies, err)
			}
			return nil
		}))
		must(t, p.step("AMI resume now"))
	}
	if sent := p.deliver(); len(sent) == 0 {
		t.Error("quiet hours held what goes to a desk's phone")
	}
}

// What quiet hours would hold leaves for a desk's phone, an acknowledgement too.
func TestQuietHoursDoNotHoldADesksPhone(t *testing.T) {
	p, _ := withPhone(t)
	p.set(time.Date(2026, 11, 23, 20, 50, 0, 0, time.UTC))
	p.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	p.texted(amisPhone, "Une femme dit que le pont est fermé")
	p.texted("70123456", "On dit que le pont est fermé")
	p.clock.Add(30 * time.Minute)
	sent := p.deliver()
	if len(sent) != 1 || sent[0].to != "+223"+amisPhone {
		t.Errorf("%d messages left at night, want the one to the desk's phone", len(sent))
	}
}

// slowGateway takes a message when the test lets it.
type slowGateway struct {
	started chan gateway.Message
	release chan struct{}
}

func (g *slowGateway) Name() string            { return "sim" }
func (g *slowGateway) Routes() []gateway.Route { return nil }
func (g *slowGateway) Send(_ context.Context, m gateway.Message) (string, error) {
	g.started <- m
	<-g.release
	return m.ID.String(), nil
}

// COUPURE by SMS, with the real outbox: what is under way finishes, nothing else begins but the reply, also after a restart;
// REPRISE lets all of it go.
func TestCutWithTheOutbox(t *testing.T) {
	p, _ := withPhone(t)
	const reports, window = 12, 2
	g := &slowGateway{started: make(chan gateway.Message, 100), release: make(chan struct{})}
	run := func() (stop func()) {
		sender, err := outbox.New(outbox.Config{
			Store: p.Store, Lines: []outbox.Line{{Gateway: g, Window: window}}, Prepare: p.Prepare, Wire: sms.GSMAccent,
			NewID: p.NewID, Now: p.clock.Now, Log: p.Log,
		})
		must(t, err)
		p.Wake = sender.Wake
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- sender.Run(ctx) }()
		return func() {
			cancel()
			must(t, <-ended)
		}
	}
	next := func() gateway.Message {
		t.Helper()
		select {
		case m := <-g.started:
			return m
		case <-time.After(20 * time.Second):
			t.Fatal("nothing is sent")
			return gateway.Message{}
		}
	}
	for i := range reports {
		p.texted(fmt.Sprintf("701234%02d", i), "On dit que le pont de Markala est fermé")
	}
	stop := run()
	for range window {
		next()
	}
	p.texted(amisPhone, "COUPURE")
	close(g.release) // from here on the carrier takes whatever it gets
	if m := next(); !strings.Contains(string(m.Text), "COUPURE") {
		t.Fatalf("after the switch this is sent: %d characters", len(m.Text))
	}
	stop()

	stop = run()
	p.texted(amisPhone, "PAUSE")
	if m := next(); !strings.Contains(string(m.Text), "En file: "+strconv.Itoa(reports-window)) {
		t.Errorf("the reply does not count what waits: %s", m.Text)
	}
	select {
	case <-g.started:
		t.Error("something else was sent while everything is cut")
	default:
	}
	must(t, p.step("AMI resume now"))
	p.Wake()
	for range reports - window {
		next()
	}
	stop()
	for _, o := range p.allRows() {
		if o.State != bot.OutHandedOver {
			t.Errorf("in the end %s is %s", o.Key, o.State)
		}
	}
}

// FILE names the most urgent first: critical, high, what nobody has assessed, medium, low; of two as urgent the older.
func TestQueueOrder(t *testing.T) {
	p, codes := withPhone(t)
	put := func(level bot.RiskLevel, state bot.RumourState) bot.Ref {
		t.Helper()
		r := bot.Rumour{ID: p.NewID(), State: state, CreatedAt: p.clock.Instant(), Risk: bot.Risk{Level: level}}
		refs := p.Refs()
		must(t, p.updated(func(tx storage.Tx) (err error) {
			if r.Ref, err = tx.TakeRef(refs, bot.RefRumour, r.ID); err != nil {
				return err
			}
			return tx.PutRumour(r, 0)
		}))
		p.clock.Add(time.Minute)
		return r.Ref
	}
	put(bot.RiskLow, bot.RumourTriaged)
	medium, unknown := put(bot.RiskMedium, bot.RumourReview), put("", bot.RumourNew)
	put(bot.RiskCritical, bot.RumourPublished) // nothing waits there
	put(bot.RiskCritical, bot.RumourMerged)
	high, older := put(bot.RiskHigh, bot.RumourInvestigating), put(bot.RiskCritical, bot.RumourDecided)
	newer := put(bot.RiskCritical, bot.RumourNew)
	p.texted("70123456", "On dit que le pont de Markala est fermé")
	p.texted(amisPhone, "FILE "+codes[0])
	want := fmt.Sprintf("TINYE FILE: alertes 0; à rattacher 1; nouvelles 3, en cours 1, à décider 1, à publier 1. Critiques 2, élevées 1. Attente à envoyer (STOCK réf. A): 0. D'abord: %s %s %s %s %s",
		older, newer, high, unknown, medium)
	for _, m := range p.deliver() {
		if m.to == "+223"+amisPhone && m.text != want {
			t.Errorf("sent %q, want %q", m.text, want)
		}
	}
	if n := p.keys()["sms.desk_queue"]; n != 1 {
		t.Errorf("%d answers to FILE", n)
	}
}
