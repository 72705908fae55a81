package outbox_test

import (
	"context"
	"errors"
	"testing"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/storage"
)

// namer is a gateway whose delivery reports know a message by its own id alone.
type namer struct {
	gateway.Gateway
	held func(id string) error // if set, what its sends end with
}

func (namer) ReportsByOwnID() bool { return true }

func (n namer) Send(ctx context.Context, m gateway.Message) (string, error) {
	id, err := n.Gateway.Send(ctx, m)
	if err == nil && n.held != nil {
		err = n.held(id)
	}
	return id, err
}

// handed is the message that a gateway's id leads to.
func (r *rig) handed(external string) bot.ID {
	r.t.Helper()
	var id bot.ID
	err := r.store.View(r.t.Context(), func(tx storage.Tx) (err error) {
		id, err = tx.Handed(gateName, external)
		return err
	})
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		r.t.Fatal(err)
	}
	return id
}

// A delivery report that names the gateway's id alone finds its message, also one of which nobody knows whether it left.
func TestTheGatewaysIDLeadsToItsMessage(t *testing.T) {
	for name, c := range map[string]struct {
		held func(string) error
		want bot.OutState
	}{
		"taken": {nil, bot.OutHandedOver},
		"held back": {
			func(string) error { return &gateway.SendError{Code: gateway.SendHeld, Maybe: true, External: "401"} }, bot.OutUnknown,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.config.Lines[0].Gateway = namer{r.config.Lines[0].Gateway, c.held}
			r.start()
			id := r.put("words of an answer", nil)
			o := r.state(id, c.want)
			if o.ExternalID != "c-"+id.String() || r.handed(o.ExternalID) != id {
				t.Errorf("%q leads to %s, want %s", o.ExternalID, r.handed(o.ExternalID), id)
			}
		})
	}
}

// A gateway that has our ids in its reports costs no row for its own.
func TestOtherGatewaysIDsAreNotRemembered(t *testing.T) {
	r := newRig(t)
	r.start()
	o := r.state(r.put("words of an answer", nil), bot.OutHandedOver)
	if o.ExternalID == "" || !r.handed(o.ExternalID).IsZero() {
		t.Errorf("%q leads to %s", o.ExternalID, r.handed(o.ExternalID))
	}
}

// What a gateway surely did not take has no name there, whatever it says.
func TestARefusedMessageHasNoName(t *testing.T) {
	r := newRig(t)
	r.config.Lines[0].Gateway = namer{r.config.Lines[0].Gateway, func(string) error {
		return &gateway.SendError{Code: gateway.SendRefused, External: "409"}
	}}
	r.start()
	id := r.put("words of an answer", nil)
	if o := r.state(id, bot.OutFailed); o.ExternalID != "" || !r.handed("c-"+id.String()).IsZero() {
		t.Errorf("it is called %q", o.ExternalID)
	}
}
