package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/storage"
)

const (
	// noExpiry is the validity told to the carrier for a message without an end.
	noExpiry = 24 * time.Hour
	// codePanic and codeFailed are the codes of an adapter that broke its contract; its message may have left.
	codePanic  = "panic"
	codeFailed = "failed"
)

// result is what came of one send.
type result struct {
	flight     flight
	externalID string
	err        *gateway.SendError
}

// start sends one message on a goroutine of its own. The channel has room for a whole window, so it never waits.
func (l *loop) start(ctx context.Context, f flight) {
	l.bucket.take(f.size.Parts)
	l.sending++
	row := f.claimed.Row
	m := gateway.Message{
		ID: row.ID, To: f.claimed.To, Text: f.text, Encoding: f.size.Encoding, Parts: f.size.Parts, Validity: noExpiry,
	}
	if !row.ExpiresAt.IsZero() {
		m.Validity = max(time.Minute, row.ExpiresAt.Sub(bot.At(l.s.c.Now())))
	}
	go func() {
		ctx, cancel := context.WithTimeout(ctx, l.line.Timeout)
		defer cancel()
		id, err := send(ctx, l.line.Gateway, m)
		l.results <- result{flight: f, externalID: id, err: err}
	}()
}

// send turns whatever an adapter does into a SendError or nil.
func send(ctx context.Context, g gateway.Gateway, m gateway.Message) (id string, sendErr *gateway.SendError) {
	defer func() {
		if p := recover(); p != nil {
			// The value of a panic may hold the message; its type does not.
			id, sendErr = "", &gateway.SendError{Code: codePanic, Maybe: true, Err: fmt.Errorf("panic with a %T", p)}
		}
	}()
	id, err := g.Send(ctx, m)
	if err == nil {
		return id, nil
	}
	if e, ok := errors.AsType[*gateway.SendError](err); ok {
		if !e.Maybe {
			id = "" // nothing was taken that a carrier could have named
		}
		return id, e
	}
	return "", &gateway.SendError{Code: codeFailed, Maybe: true, Err: err}
}

// finishReady takes all further results that are there already, for the same commit.
func (l *loop) finishReady() {
	for {
		select {
		case r := <-l.results:
			l.finish(r)
		default:
			return
		}
	}
}

// finish turns a result into an outcome, and tells the circuit.
func (l *loop) finish(r result) {
	now := l.s.c.Now()
	l.sending--
	counted := !l.circuit.open && (r.err == nil || r.err.Code != gateway.SendCancelled)
	l.tellCircuit(r, now)
	l.count(r)
	o := storage.Outcome{
		At: bot.At(now), Counted: counted, ExternalID: r.externalID, Remember: l.ownIDs && r.externalID != "",
	}
	switch e := r.err; {
	case e == nil:
		o.State = bot.OutHandedOver
	case e.Maybe:
		o.State, o.Reason = bot.OutUnknown, e.Code
	case e.Retryable:
		o.State, o.Reason = bot.OutQueued, e.Code
		o.NextAt = bot.At(l.nextTry(r, counted, now))
		if end := r.flight.claimed.Row.ExpiresAt; !end.IsZero() {
			o.NextAt = min(o.NextAt, end) // so that it is found expired in time
		}
	default:
		o.State, o.Reason = bot.OutFailed, e.Code
	}
	l.settleLater(r.flight, o)
	if r.err != nil {
		l.s.c.Log.Warn("outbox: not handed over", slog.String("gateway", l.name), slog.Any("message", r.flight.claimed.Row),
			slog.String("code", r.err.Code), slog.String("carrier", r.err.External), slog.String("becomes", string(o.State)))
	}
}

// nextTry is when a message that was surely not sent is tried again. One that the open circuit's probe failed with waits
// for the next probe, behind those that have not been tried.
func (l *loop) nextTry(r result, counted bool, now time.Time) time.Time {
	switch {
	case r.err.After > 0:
		l.holdUntil = now.Add(min(r.err.After, mostHold))
		return now.Add(r.err.After)
	case r.err.Code == gateway.SendCancelled:
		return now
	case !counted:
		return now.Add(remaining(l.circuit.until, now, circuitLongest))
	default:
		return now.Add(retryAfter(r.flight.claimed.Row.Attempts+1, l.s.c.Rand()))
	}
}

// tellCircuit: an answer about the message itself shows that the gateway is alive; an error that the adapter finds without
// asking anybody shows nothing.
func (l *loop) tellCircuit(r result, now time.Time) {
	switch e := r.err; {
	case e == nil, !e.Gateway && e.External != "":
		l.circuit.works()
	case e.Gateway:
		wasOpen := l.circuit.open
		l.circuit.fault(now, r.flight.probe)
		if !wasOpen && l.circuit.open {
			l.s.c.Log.Error("outbox: the gateway does not work; it is tried again from time to time",
				slog.String("gateway", l.name), slog.String("code", e.Code))
		}
	case r.flight.probe:
		l.circuit.probing = false
	}
}

func (l *loop) count(r result) {
	l.figures.change(func(s *GatewayStats) {
		if r.err != nil {
			s.Failures[r.err.Code]++
			return
		}
		s.Sent++
		s.SentParts += uint64(r.flight.size.Parts)
	})
}
