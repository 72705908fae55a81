package web

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/panicked"
	"tinye/storage"
)

// Why a request is in quarantine (bot.Quarantined.Reason).
const (
	reasonUndecodable = "undecodable"
	reasonPanic       = "panic"
	reasonFailed      = "failed"
)

// webhook answers everything below /in/.
func (s *Server) webhook(c *fiber.Ctx) error {
	k, err := s.find(c)
	if err != nil {
		return err
	}
	start := s.now()
	reply := gateway.Reply{Outcome: gateway.TryLater}
	timer := k.ends.tryLater
	if h, open := s.hotline(); open {
		var quarantined bool
		reply, quarantined = s.handle(c, h, k)
		switch {
		case reply.Outcome == gateway.TryLater:
		case quarantined:
			timer = k.ends.quarantined
		default:
			timer = k.ends.stored
		}
	}
	s.respond(c, k, reply)
	timer.Observe(s.now().Sub(start).Seconds())
	return nil
}

// find is the route that a request is for. A wrong secret, gateway and route are all answered alike.
func (s *Server) find(c *fiber.Ctx) (*hook, error) {
	path := bytes.TrimPrefix(c.Context().URI().PathOriginal(), []byte("/in/"))
	secret, at, _ := bytes.Cut(path, []byte("/"))
	if subtle.ConstantTimeCompare(secret, s.secret) != 1 {
		return nil, fiber.ErrNotFound
	}
	hooks := s.hooks[string(at)]
	if len(hooks) == 0 {
		return nil, fiber.ErrNotFound
	}
	if k := hooks[0]; len(k.allow) > 0 && !comesFrom(k.allow, c.Context().RemoteAddr()) {
		s.log.Warn("web: a webhook was called from an address that is not allowed", "gateway", k.gateway)
		return nil, fiber.ErrForbidden
	}
	method := c.Method()
	for _, k := range hooks {
		if k.Method == method {
			return k, nil
		}
	}
	for _, k := range hooks {
		c.Append(fiber.HeaderAllow, k.Method)
	}
	return nil, fiber.ErrMethodNotAllowed
}

// handle brings a request to the hotline, or to quarantine if it cannot be read or something in it failed.
func (s *Server) handle(c *fiber.Ctx, h Hotline, k *hook) (reply gateway.Reply, quarantined bool) {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()

	reply.Outcome = gateway.Stored
	reason := reasonUndecodable
	req, err := Request(c)
	if err == nil {
		var d gateway.Decoded
		if d, err = decode(k, req); err == nil {
			reason = reasonFailed
			reply, err = bring(ctx, h, d)
		}
	}
	if err == nil {
		return reply, false
	}
	if !s.quarantine(ctx, h, k, req, reason, err) {
		reply.Outcome = gateway.TryLater
	}
	return reply, true
}

// bring hands everything that a request held to the hotline. The error is the first that is about a single message.
//
// A carrier that is asked to come again brings the whole request again, and what was handled by then is a repeat; so
// storage that cannot write ends the work at once, while a message that fails by itself does not keep the others waiting.
func bring(ctx context.Context, h Hotline, d gateway.Decoded) (reply gateway.Reply, failed error) {
	reply.Outcome = gateway.Stored
	for _, in := range d.Inbounds {
		r, err := receive(ctx, h, in)
		if in.Channel == bot.ChannelUSSD {
			reply.Session, reply.Screen, reply.End = true, string(r.Screen), r.End || err != nil
		}
		if unavailable(ctx, err) {
			reply.Outcome = gateway.TryLater
			return reply, nil
		}
		failed = first(failed, err)
	}
	for _, dr := range d.Reports {
		err := delivered(ctx, h, dr)
		if unavailable(ctx, err) {
			reply.Outcome = gateway.TryLater
			return reply, nil
		}
		failed = first(failed, err)
	}
	return reply, failed
}

// quarantine stores a request as it came, with the reason, and tells whether it is stored.
func (s *Server) quarantine(ctx context.Context, h Hotline, k *hook, req gateway.Request, reason string, cause error) bool {
	p, threw := errors.AsType[*panicked.Error](cause)
	if threw {
		reason = reasonPanic
	}
	q := bot.Quarantined{
		ID:      s.newID(),
		Gateway: k.gateway,
		Route:   k.Path,
		At:      bot.At(s.now()),
		Reason:  reason,
		Method:  req.Method,
		Query:   []byte(req.RawQuery),
		Type:    req.ContentType,
		Body:    req.Body,
	}
	log := s.log.With("gateway", k.gateway, "route", k.Path, "reason", reason, "id", q.ID.String(), errorKind(cause))
	if threw {
		log = log.With("calls", p.Calls)
	}
	if err := keep(ctx, h, q); err != nil {
		if !unavailable(ctx, err) {
			log.Error("web: a request could not be put into quarantine", slog.Group("then", errorKind(err)))
		}
		return false
	}
	log.Warn("web: a request went to quarantine")
	return true
}

// respond writes the reply in the carrier's dialect. What is stored is stored, so an adapter that panics here costs no
// more than its dialect.
func (s *Server) respond(c *fiber.Ctx, k *hook, reply gateway.Reply) {
	r, err := answer(k, reply)
	if p, ok := errors.AsType[*panicked.Error](err); ok {
		s.log.Error("web: an adapter could not answer", "gateway", k.gateway, "route", k.Path, errorKind(err), "calls", p.Calls)
		r = gateway.Response{Status: http.StatusOK}
		if reply.Outcome == gateway.TryLater {
			r.Status = http.StatusServiceUnavailable
		}
	}
	out := c.Response()
	out.SetStatusCode(r.Status)
	if r.ContentType != "" {
		out.Header.SetContentType(r.ContentType)
	}
	for name, value := range r.Header {
		out.Header.Set(name, value)
	}
	out.SetBodyRaw(r.Body)
}

// unavailable tells whether err, if any, is about storage or time and not about the message: the carrier should come again.
func unavailable(ctx context.Context, err error) bool {
	return err != nil && (storage.Unavailable(err) || bot.CodeOf(err) == bot.CodeUnavailable ||
		errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil)
}

// errorKind describes an error without its words: the type at the root of its chain and, if it is ours, its key.
func errorKind(err error) slog.Attr {
	if e, ok := errors.AsType[*bot.Error](err); ok {
		return slog.String("cause", e.Key)
	}
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return slog.String("cause", fmt.Sprintf("%T", err))
		}
		err = next
	}
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// The calls into other rooms, each with its panic turned into an error.

func decode(k *hook, r gateway.Request) (d gateway.Decoded, err error) {
	defer panicked.Catch(&err)
	return k.Decode(r)
}

func answer(k *hook, reply gateway.Reply) (r gateway.Response, err error) {
	defer panicked.Catch(&err)
	return k.Answer(reply), nil
}

func receive(ctx context.Context, h Hotline, in bot.Inbound) (r bot.Reply, err error) {
	defer panicked.Catch(&err)
	return h.Receive(ctx, in)
}

func delivered(ctx context.Context, h Hotline, dr bot.DeliveryReport) (err error) {
	defer panicked.Catch(&err)
	return h.Delivered(ctx, dr)
}

func keep(ctx context.Context, h Hotline, q bot.Quarantined) (err error) {
	defer panicked.Catch(&err)
	return h.Quarantine(ctx, q)
}
