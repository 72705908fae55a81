package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/outbox"
	"tinye/storage"
)

func TestSendsAndSettles(t *testing.T) {
	r := newRig(t)
	r.start()
	id := r.put("words of an answer: tiɲɛ", nil)
	o := r.state(id, bot.OutHandedOver)
	if o.ExternalID != "c-"+id.String() || o.Parts != 1 || o.Encoding != bot.GSM7 || o.HandedAt == 0 || o.Attempts != 1 {
		t.Errorf("row %+v", o)
	}
	if got := r.carrier.texts(); !slices.Equal(got, []string{"words of an answer: tinyè"}) {
		t.Errorf("on the wire: %q", got)
	}
	if s := r.sender.Stats().Gateways[0]; s.Sent != 1 || s.SentParts != 1 {
		t.Errorf("figures %+v", s)
	}
}

func TestLanesInTheirOrder(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Window = 1
	lanes := bot.Lanes()
	var want []string
	for _, lane := range lanes {
		want = append(want, "words of "+string(lane)+" 1", "words of "+string(lane)+" 2")
	}
	for _, n := range []int{2, 1} {
		for _, lane := range slices.Backward(lanes) {
			r.put(fmt.Sprintf("words of %s %d", lane, n), func(o *bot.Outbound) {
				o.Lane = lane
				o.NextAt = o.NextAt.Add(time.Duration(n-10) * time.Minute)
			})
		}
	}
	r.start()
	r.until("all left", func() bool { return r.count(bot.OutHandedOver) == len(want) })
	if got := r.carrier.texts(); !slices.Equal(got, want) {
		t.Errorf("left in the order %q", got)
	}
}

func TestWindow(t *testing.T) {
	r := newRig(t)
	arrived, release := r.carrier.hang(t)
	for i := range 8 {
		r.put(fmt.Sprint("words of ", i), nil)
	}
	r.start()
	for range 3 {
		<-arrived
	}
	r.turn()
	if claimed, sent := r.count(bot.OutClaimed), len(r.carrier.texts()); claimed != 3 || sent != 3 {
		t.Errorf("%d claimed and %d on the wire, want 3 at most and no fewer", claimed, sent)
	}
	if s := r.sender.Stats().Gateways[0]; s.InFlight != 3 || s.Window != 3 {
		t.Errorf("figures %+v", s)
	}
	release()
	r.until("all left", func() bool { return r.count(bot.OutHandedOver) == 8 })
}

func TestRateInParts(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].PartsPerSecond = 2
	r.put("words of one part", nil)
	long := r.put("words of two parts "+strings.Repeat("x", 160), nil)
	r.put("words of another part", nil)
	r.start()
	r.until("the first left", func() bool { return r.count(bot.OutHandedOver) == 1 })
	r.turn()
	if n := len(r.carrier.texts()); n != 1 {
		t.Fatalf("%d messages left at once; the second has two parts and one is left", n)
	}
	r.pass(500 * time.Millisecond)
	r.state(long, bot.OutHandedOver)
	r.turn()
	if n := len(r.carrier.texts()); n != 2 {
		t.Fatalf("%d messages left after three parts' worth of time", n)
	}
	r.pass(500 * time.Millisecond)
	r.until("the third left", func() bool { return r.count(bot.OutHandedOver) == 3 })
}

func TestCircuit(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Window = 1
	r.carrier.says(http.StatusUnauthorized)
	var ids []bot.ID
	for i := range 7 {
		ids = append(ids, r.put(fmt.Sprint("words of ", i), nil))
	}
	r.start()
	r.until("five failed", func() bool { return r.row(ids[4]).Attempts == 1 })
	r.turn()
	if n := len(r.carrier.texts()); n != 5 {
		t.Fatalf("%d messages tried before the circuit opened, want 5", n)
	}
	s := r.sender.Stats().Gateways[0]
	if s.Circuit != outbox.CircuitOpen || s.Failures[gateway.SendUnauthorised] != 5 {
		t.Errorf("figures %+v", s)
	}
	if o := r.row(ids[0]); o.State != bot.OutQueued || o.Reason != gateway.SendUnauthorised || o.NextAt.Sub(r.store.Time.Instant()) != time.Minute {
		t.Errorf("the first is %s (%s), due in %s", o.State, o.Reason, o.NextAt.Sub(r.store.Time.Instant()))
	}

	r.pass(5 * time.Second)
	r.until("the probe failed", func() bool { return r.row(ids[5]).Reason != "" })
	r.turn()
	if o := r.row(ids[5]); o.Attempts != 0 || o.NextAt.Sub(r.store.Time.Instant()) != 10*time.Second {
		t.Errorf("a probe is no try: %d tries, due in %s", o.Attempts, o.NextAt.Sub(r.store.Time.Instant()))
	}
	if n := len(r.carrier.texts()); n != 6 {
		t.Errorf("%d messages left, want one probe only", n-5)
	}

	r.carrier.accept()
	r.pass(10 * time.Second)
	r.state(ids[5], bot.OutHandedOver)
	r.state(ids[6], bot.OutHandedOver)
	if s := r.sender.Stats().Gateways[0]; s.Circuit != outbox.CircuitClosed {
		t.Errorf("figures %+v", s)
	}
	r.pass(time.Minute)
	r.until("all left", func() bool { return r.count(bot.OutHandedOver) == 7 })
}

func TestOpenCircuitDoesNotCountTries(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Window = 10
	arrived, open := make(chan struct{}, 10), make(chan struct{})
	r.carrier.answers(func(w http.ResponseWriter, _ *http.Request, _ sent) {
		arrived <- struct{}{}
		<-open
		w.WriteHeader(http.StatusForbidden)
	})
	for i := range 10 {
		r.put(fmt.Sprint("words of ", i), nil)
	}
	r.start()
	for range 10 {
		<-arrived
	}
	close(open)
	r.until("all are back in the queue", func() bool { return r.count(bot.OutQueued) == 10 })
	counted := 0
	for _, o := range r.all() {
		counted += o.Attempts
	}
	if counted != 5 {
		t.Errorf("%d tries counted, want the 5 before the circuit opened", counted)
	}
}

func TestLadder(t *testing.T) {
	r := newRig(t)
	r.carrier.says(http.StatusTooManyRequests)
	r.start()
	id := r.put("words of an answer", nil)
	for i, wait := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour} {
		r.until("it was tried", func() bool { return r.row(id).Attempts == i+1 })
		o := r.row(id)
		if got := o.NextAt.Sub(r.store.Time.Instant()); o.State != bot.OutQueued || got != wait {
			t.Fatalf("after try %d it is %s and due in %s, want %s", i+1, o.State, got, wait)
		}
		r.pass(wait)
	}
	// 44 h 36 min are gone: the tenth try would come too late, so it is due at its end.
	r.until("it was tried", func() bool { return r.row(id).Attempts == 9 })
	if o := r.row(id); o.NextAt != o.ExpiresAt {
		t.Errorf("due at %s, which is not its end %s", o.NextAt, o.ExpiresAt)
	}
}

func TestCarrierSaysWhen(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Window = 1
	r.carrier.answers(func(w http.ResponseWriter, _ *http.Request, _ sent) {
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	first, second := r.put("words of one", nil), r.put("words of another", nil)
	r.start()
	r.until("it was tried", func() bool { return r.row(first).Attempts == 1 })
	if got := r.row(first).NextAt.Sub(r.store.Time.Instant()); got != 90*time.Second {
		t.Errorf("due in %s", got)
	}
	r.turn()
	if n := len(r.carrier.texts()); n != 1 {
		t.Errorf("%d messages left although the carrier wants a pause", n)
	}
	r.carrier.accept()
	r.pass(90 * time.Second)
	r.state(first, bot.OutHandedOver)
	r.state(second, bot.OutHandedOver)
}

func TestEndsForGood(t *testing.T) {
	for _, c := range []struct{ name, text, reason string }{
		{"refused", "words of an answer", gateway.SendRefused},
		{"too long", "words of " + strings.Repeat("x", 153*10), "too_long"},
		{"empty", "", "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.carrier.says(http.StatusUnprocessableEntity)
			r.start()
			if o := r.state(r.put(c.text, nil), bot.OutFailed); o.Reason != c.reason || o.EndedAt == 0 {
				t.Errorf("failed because of %q", o.Reason)
			}
			if n := len(r.carrier.texts()); (n == 1) != (c.reason == gateway.SendRefused) {
				t.Errorf("%d messages on the wire", n)
			}
		})
	}
}

func TestTenPartsAreNotTooLong(t *testing.T) {
	r := newRig(t)
	r.start()
	if o := r.state(r.put(strings.Repeat("x", 153*10), nil), bot.OutHandedOver); o.Parts != 10 {
		t.Errorf("%d parts", o.Parts)
	}
}

func TestStopWaitsForSendsUnderWay(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Window = 1
	arrived, release := r.carrier.hang(t)
	first, second := r.put("words of one", nil), r.put("words of another", nil)
	r.start()
	<-arrived
	r.stop()
	release()
	r.end()
	if o := r.row(first); o.State != bot.OutHandedOver {
		t.Errorf("the message under way is %s", o.State)
	}
	if o := r.row(second); o.State != bot.OutQueued || o.Attempts != 0 {
		t.Errorf("the other one is %s after %d tries", o.State, o.Attempts)
	}
}

func TestStopDoesNotWaitForever(t *testing.T) {
	r := newRig(t)
	r.config.Grace = 20 * time.Millisecond
	r.config.Lines[0].Timeout = time.Hour
	arrived, _ := r.carrier.hang(t)
	r.start()
	id := r.put("words of an answer", nil)
	<-arrived
	r.stop()
	r.end()
	if o := r.row(id); o.State != bot.OutUnknown || o.Reason != gateway.SendCancelled {
		t.Errorf("a message that the carrier never answered is %s (%s)", o.State, o.Reason)
	}
}

func TestPause(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].PartsPerSecond = 1
	r.put("words of one", nil)
	r.start()
	r.until("the first left", func() bool { return r.count(bot.OutHandedOver) == 1 })
	r.sender.Pause()
	r.store.Time.Add(time.Hour)
	id := r.put("words of another", nil)
	r.turn()
	if o := r.row(id); o.State != bot.OutQueued || len(r.carrier.texts()) != 1 || !r.sender.Stats().Paused {
		t.Errorf("in a pause: %s", o.State)
	}
	r.sender.Resume()
	r.state(id, bot.OutHandedOver)
}

// A message that was claimed and waits for its turn goes back to the queue when sending is paused.
func TestPauseGivesBackWhatWaits(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].PartsPerSecond = 3
	r.put("words of one", nil)
	waits := r.put("words of three parts "+strings.Repeat("x", 306), nil)
	r.start()
	r.until("the first left", func() bool { return r.count(bot.OutHandedOver) == 1 })
	r.turn()
	if o := r.row(waits); o.State != bot.OutClaimed {
		t.Fatalf("the second is %s", o.State)
	}
	r.sender.Pause()
	if o := r.state(waits, bot.OutQueued); o.Attempts != 0 {
		t.Errorf("a pause is no try: %d", o.Attempts)
	}
}

func TestStorageFailsToSettle(t *testing.T) {
	r := newRig(t)
	failures := 0
	r.queue.fail = func([]storage.Outcome) error {
		if failures++; failures <= 2 {
			r.store.Time.Add(5 * time.Second)
			defer r.sender.Wake()
			return storage.ErrFull
		}
		return nil
	}
	id := r.put("words of an answer", nil)
	r.start()
	r.state(id, bot.OutHandedOver)
	if n := len(r.carrier.texts()); n != 1 || failures < 3 {
		t.Errorf("sent %d times, settled at the %d. try", n, failures)
	}
}

// What was sent and can never be written down is unknown in the end, and holds up nobody.
func TestOutcomeThatCannotBeStored(t *testing.T) {
	r := newRig(t)
	arrived, release := r.carrier.hang(t)
	poison := r.put("words of one", func(o *bot.Outbound) { o.Kind = bot.KindBulletin })
	other := r.put("words of another", nil)
	r.queue.fail = func(outcomes []storage.Outcome) error {
		for _, o := range outcomes {
			if o.ID == poison {
				return errors.New("no such luck")
			}
		}
		return nil
	}
	r.start()
	for range 2 {
		<-arrived
	}
	release()
	r.state(other, bot.OutHandedOver)
	r.turn()
	if o := r.row(poison); o.State != bot.OutClaimed {
		t.Fatalf("it is %s", o.State)
	}
	r.pass(time.Hour)
	r.state(poison, bot.OutUnknown)
}

func TestStartWaitsForStorage(t *testing.T) {
	r := newRig(t)
	tries := 0
	r.queue.abandon = func() error {
		if tries++; tries == 1 {
			r.sender.Wake()
			return storage.ErrBroken
		}
		return nil
	}
	id := r.put("words of an answer", nil)
	r.start()
	r.state(id, bot.OutHandedOver)
	if tries != 2 {
		t.Errorf("%d tries", tries)
	}
}

func TestClockBehindHoldsSending(t *testing.T) {
	r := newRig(t)
	id := r.put("words of an answer", nil)
	r.store.Time.Add(-time.Hour)
	r.start()
	r.turn()
	if o := r.row(id); o.State != bot.OutQueued {
		t.Fatalf("sent by a clock that is behind: %s", o.State)
	}
	r.pass(time.Hour)
	r.state(id, bot.OutHandedOver)
}

// broken is an adapter that does not keep the contract.
type broken struct{ gateway.Gateway }

func (b broken) Send(_ context.Context, m gateway.Message) (string, error) {
	if strings.Contains(m.Text, "panic") {
		panic(m.Text)
	}
	return "", fmt.Errorf("no SendError")
}

func TestBrokenAdapter(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Gateway = broken{r.config.Lines[0].Gateway}
	r.start()
	if o := r.state(r.put("words of panic", nil), bot.OutUnknown); o.Reason != "panic" {
		t.Errorf("reason %q", o.Reason)
	}
	if o := r.state(r.put("words of an answer", nil), bot.OutUnknown); o.Reason != "failed" {
		t.Errorf("reason %q", o.Reason)
	}
}

func TestNewRefuses(t *testing.T) {
	good := newRig(t).config
	for name, change := range map[string]func(*outbox.Config){
		"no store":   func(c *outbox.Config) { c.Store = nil },
		"no check":   func(c *outbox.Config) { c.Prepare = nil },
		"no ids":     func(c *outbox.Config) { c.NewID = nil },
		"no gateway": func(c *outbox.Config) { c.Lines = []outbox.Line{{}} },
		"name twice": func(c *outbox.Config) { c.Lines = append(c.Lines, c.Lines...) },
		"negative rate": func(c *outbox.Config) {
			c.Lines = []outbox.Line{{Gateway: c.Lines[0].Gateway, PartsPerSecond: -1}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			if _, err := outbox.New(c); err == nil {
				t.Error("accepted")
			}
		})
	}
}
