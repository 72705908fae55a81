package outbox_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic"
	"tinye/bot/outbox"
	"tinye/storage"
)

// set puts the desk's switch into a state, in a commit of its own.
func (r *rig) set(state bot.SendState) {
	r.t.Helper()
	err := r.store.Update(r.t.Context(), func(tx storage.Tx) error {
		sw, err := tx.Switch()
		if err != nil {
			return err
		}
		rev := sw.Rev
		sw.State = state
		return tx.PutSwitch(sw, rev)
	})
	if err != nil {
		r.t.Fatalf("set the switch: %v", err)
	}
}

func inLane(l bot.Lane) func(*bot.Outbound) { return func(o *bot.Outbound) { o.Lane = l } }

// Once the switch is on disk no send begins; those under way finish.
func TestCutLetsFinishWhatIsUnderWay(t *testing.T) {
	r := newRig(t)
	arrived, release := r.carrier.hang(t)
	r.start()
	var under []bot.ID
	for range 3 { // the window
		under = append(under, r.put("words under way", nil))
		<-arrived
	}
	r.set(bot.SendCut)
	var held []bot.ID
	for _, lane := range bot.Lanes()[1:] {
		held = append(held, r.put("words that are held", inLane(lane)))
	}
	release()
	for _, id := range under {
		r.state(id, bot.OutHandedOver)
	}
	r.turn()
	for _, id := range held {
		if o := r.row(id); o.State != bot.OutQueued || o.Attempts != 0 || o.Rev != 1 {
			t.Errorf("a message in lane %s is %s at revision %d", o.Lane, o.State, o.Rev)
		}
	}
	said := r.put("the reply to the command", inLane(bot.LaneCommand))
	r.state(said, bot.OutHandedOver)
	if got := len(r.carrier.texts()); got != 4 {
		t.Errorf("%d messages were sent, want 3 and the reply", got)
	}
	r.set(bot.SendAll)
	r.sender.Wake()
	for _, id := range held {
		r.state(id, bot.OutHandedOver)
	}
}

func TestPauseHoldsBulletinsAndFollowUps(t *testing.T) {
	r := newRig(t)
	r.set(bot.SendPaused)
	r.start()
	bulletin, followUp := r.put("words to many", inLane(bot.LaneBulletin)), r.put("words of a question", inLane(bot.LaneFollowUp))
	for _, lane := range []bot.Lane{bot.LaneAlarm, bot.LaneCorrection, bot.LaneReply, bot.LaneAlert, bot.LaneCommand} {
		r.state(r.put("words to one", inLane(lane)), bot.OutHandedOver)
	}
	r.turn()
	if a, b := r.row(bulletin), r.row(followUp); a.State != bot.OutQueued || b.State != bot.OutQueued {
		t.Errorf("in a pause a bulletin is %s and a follow-up %s", a.State, b.State)
	}
}

// What was claimed and waits for its turn in the rate does not leave once the switch is set, and its wait is no try.
func TestCutBetweenClaimAndSend(t *testing.T) {
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
	r.set(bot.SendCut)
	r.pass(time.Minute)
	if o := r.state(waits, bot.OutQueued); o.Attempts != 0 {
		t.Errorf("held after its claim: %d tries", o.Attempts)
	}
	r.turn()
	if got := len(r.carrier.texts()); got != 1 {
		t.Errorf("%d messages were sent, want the first alone", got)
	}
	r.set(bot.SendAll)
	r.pass(time.Minute)
	r.state(waits, bot.OutHandedOver)
}

// While nobody can tell how the switch stands, nothing leaves.
func TestNothingLeavesBlindly(t *testing.T) {
	r := newRig(t)
	blind := true
	r.queue.holds = func() error {
		if blind {
			return errors.New("no answer")
		}
		return nil
	}
	r.start()
	id := r.put("words of an answer", nil)
	r.until("the message was given back", func() bool { return strings.Contains(r.log.String(), "not known what may leave") })
	r.stop()
	r.end()
	if o := r.row(id); o.State != bot.OutQueued || o.Attempts != 0 || len(r.carrier.texts()) != 0 {
		t.Errorf("the message is %s after %d tries, sent %d times", o.State, o.Attempts, len(r.carrier.texts()))
	}
}

// The switch is in the store: a sender that starts anew knows it.
func TestCutSurvivesARestart(t *testing.T) {
	r := newRig(t)
	r.set(bot.SendCut)
	r.start()
	id := r.put("words of an answer", nil)
	r.turn()
	r.stop()
	r.end()
	g, err := generic.New(generic.Config{Name: gateName, URL: r.carrier.URL, Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	r.config.Lines = []outbox.Line{{Gateway: g, Window: 3}}
	r.ended = make(chan error, 1)
	r.start()
	r.turn()
	r.stop()
	r.end()
	if o := r.row(id); o.State != bot.OutQueued || len(r.carrier.texts()) != 0 {
		t.Errorf("after a restart the message is %s, sent %d times", o.State, len(r.carrier.texts()))
	}
}
