package outbox_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/outbox"
	"tinye/storage"
)

func TestUnknownAnswerIsSentOnceMore(t *testing.T) {
	r := newRig(t)
	r.carrier.says(http.StatusInternalServerError)
	r.start()
	first := r.put("words of an answer", func(o *bot.Outbound) { o.Kind = bot.KindAnswer })
	if o := r.state(first, bot.OutUnknown); o.Reason != gateway.SendBroken {
		t.Errorf("unknown because of %q", o.Reason)
	}
	rows := r.all()
	if len(rows) != 2 {
		t.Fatalf("%d rows, want the message and its second copy", len(rows))
	}
	second := rows[1]
	if second.ResendOf != first || second.NextAt.Sub(r.store.Time.Instant()) != 10*time.Minute || second.ExpiresAt != rows[0].ExpiresAt {
		t.Errorf("second copy %+v", second)
	}
	r.pass(10 * time.Minute)
	r.state(second.ID, bot.OutUnknown)
	r.pass(time.Hour)
	r.turn()
	if rows, sent := r.all(), r.carrier.texts(); len(rows) != 2 || len(sent) != 2 {
		t.Errorf("%d rows, sent %d times: more than twice", len(rows), len(sent))
	}
}

func TestUnknownBulletinIsNotSentAgain(t *testing.T) {
	r := newRig(t)
	r.carrier.says(http.StatusBadGateway)
	r.start()
	r.state(r.put("words of a bulletin", func(o *bot.Outbound) {
		o.Kind, o.Lane = bot.KindBulletin, bot.LaneBulletin
	}), bot.OutUnknown)
	if rows := r.all(); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestReportBeforeTheAnswer(t *testing.T) {
	r := newRig(t)
	r.carrier.answers(func(w http.ResponseWriter, req *http.Request, m sent) {
		id, err := bot.ParseID(m.ID)
		if err != nil {
			t.Error(err)
		}
		err = r.store.Update(req.Context(), func(tx storage.Tx) error {
			o, err := tx.Outbound(id)
			if err != nil {
				return err
			}
			o.State = bot.OutDelivered
			return tx.PutOutbound(o, o.Rev)
		})
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte(`{"message_id":"c1"}`))
	})
	r.start()
	id := r.put("words of an answer", nil)
	r.until("it is settled", func() bool { return r.row(id).ExternalID == "c1" })
	if o := r.row(id); o.State != bot.OutDelivered {
		t.Errorf("the report was undone: %s", o.State)
	}
}

func TestLateOutcomeIsFenced(t *testing.T) {
	r := newRig(t)
	arrived, release := r.carrier.hang(t)
	r.start()
	id := r.put("words of an answer", nil)
	<-arrived
	if n, err := r.store.Abandon(t.Context(), bot.Forever, nil); n != 1 || err != nil {
		t.Fatalf("abandoned %d: %v", n, err)
	}
	release()
	other := r.put("words of another", nil)
	r.state(other, bot.OutHandedOver)
	r.until("nothing is in flight", func() bool { return r.sender.Stats().Gateways[0].Sent == 2 })
	if o := r.row(id); o.State != bot.OutUnknown {
		t.Errorf("an abandoned message became %s", o.State)
	}
}

// A killed process leaves its claims: at most a window, and the next one finds them.
func TestKilledWhileSending(t *testing.T) {
	r := newRig(t)
	arrived, release := r.carrier.hang(t)
	for i := range 8 {
		r.put(fmt.Sprint("words of ", i), nil)
	}
	r.start()
	for range 3 {
		<-arrived
	}
	killed := r.sender // its sends hang; nothing of it is settled before the next one starts
	killed.Pause()
	if n := r.count(bot.OutClaimed); n != 3 {
		t.Fatalf("%d claimed, want the window of 3", n)
	}
	r.carrier.accept()
	next, err := outbox.New(r.config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- next.Run(ctx) }()
	r.until("the others left", func() bool { return r.count(bot.OutHandedOver) == 5 })
	if n := r.count(bot.OutUnknown); n != 3 {
		t.Errorf("%d unknown, want 3", n)
	}
	resends := 0
	for _, o := range r.all() {
		if !o.ResendOf.IsZero() {
			resends++
		}
	}
	if resends != 3 {
		t.Errorf("%d second copies, want 3", resends)
	}
	release() // what the killed one would have said comes too late
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r.stop()
	r.end()
	if n := r.count(bot.OutUnknown); n != 3 {
		t.Errorf("%d unknown in the end, want 3", n)
	}
}
