package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot"
	"tinye/bot/gateway"
)

// Hotline handles what the webhooks bring. Every method returns nil only once its work is on disk, and gives up at the
// context's deadline.
type Hotline interface {
	// Receive handles one message. For a hop of a session the Reply counts beside an error too: its screen tells the
	// caller that something failed.
	Receive(ctx context.Context, in bot.Inbound) (bot.Reply, error)
	// Delivered handles one delivery report; one for a message that nobody knows is no error.
	Delivered(ctx context.Context, dr bot.DeliveryReport) error
	// Quarantine keeps a request that could not be read or handled.
	Quarantine(ctx context.Context, q bot.Quarantined) error
}

// Mount is one gateway and who may call it.
type Mount struct {
	Gateway   gateway.Gateway
	AllowFrom []netip.Prefix // networks of the carrier; none = from everywhere
}

// Options is what a Server is made of.
type Options struct {
	// Secret is part of every webhook's path: at least 16 of letters, digits, dash and underscore.
	Secret   string
	Gateways []Mount
	// Hotline gives whoever handles messages; false while the store is locked, and every webhook is told to try later.
	Hotline func() (Hotline, bool)
	// Ready says why messages cannot be stored just now (an error of storage), or nil. Without it, open means ready.
	Ready func() error
	// Now is the clock, time.Now without it. It stamps what goes to quarantine and times requests.
	Now func() time.Time
	// NewID gives the ids of what goes to quarantine.
	NewID func() bot.ID
	// Log hears of what went wrong, never of each request. Nothing is logged without it.
	Log *slog.Logger
	// Registry gets our metrics and is shown as /metrics, with whatever others register in it.
	Registry *prometheus.Registry
	// MetricsFrom are the networks that may read /metrics; this machine alone without it.
	MetricsFrom []netip.Prefix
	// Timeout is how long a request may take, 5 s without it. Fiber's own context never ends.
	Timeout time.Duration
}

// Server is the listener that carriers reach.
type Server struct {
	app         *fiber.App
	secret      []byte
	hooks       map[string][]*hook // by "gateway/route"; one per method
	hotline     func() (Hotline, bool)
	ready       func() error
	now         func() time.Time
	newID       func() bot.ID
	log         *slog.Logger
	metricsFrom []netip.Prefix
	timeout     time.Duration

	mu       sync.Mutex
	ln       net.Listener // set by Serve
	stopping bool
	stopped  chan struct{} // closed when Shutdown returns
}

// hook is one callback with all that a request needs.
type hook struct {
	gateway.Route
	gateway string
	allow   []netip.Prefix
	ends    ends
}

// New checks the options and mounts every route of every gateway. It does not listen yet.
func New(o Options) (*Server, error) {
	if ok, _ := regexp.MatchString(`^[A-Za-z0-9_-]{16,}$`, o.Secret); !ok {
		return nil, errors.New("web: the secret must be at least 16 letters, digits, dashes or underscores")
	}
	if o.Hotline == nil || o.NewID == nil || o.Registry == nil {
		return nil, errors.New("web: options need Hotline, NewID and Registry")
	}
	s := &Server{
		secret:      []byte(o.Secret),
		hooks:       make(map[string][]*hook),
		hotline:     o.Hotline,
		ready:       o.Ready,
		now:         o.Now,
		newID:       o.NewID,
		log:         o.Log,
		metricsFrom: o.MetricsFrom,
		timeout:     o.Timeout,
		stopped:     make(chan struct{}),
	}
	if s.ready == nil {
		s.ready = func() error { return nil }
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.metricsFrom == nil {
		s.metricsFrom = loopback()
	}
	if s.timeout <= 0 {
		s.timeout = 5 * time.Second
	}
	if err := s.mount(o.Gateways, o.Registry); err != nil {
		return nil, err
	}
	var err error
	if s.app, err = App(s.log, o.Registry); err != nil {
		return nil, err
	}
	s.app.Use("/in/", s.webhook)
	s.app.Get("/healthz", healthz)
	s.app.Get("/readyz", s.readyz)
	s.app.Get("/metrics", s.metrics(o.Registry))
	return s, nil
}

// mount fills s.hooks.
func (s *Server) mount(mounts []Mount, reg prometheus.Registerer) error {
	timers, err := newTimers(reg)
	if err != nil {
		return err
	}
	for _, m := range mounts {
		name := m.Gateway.Name()
		for _, r := range m.Gateway.Routes() {
			at := name + "/" + r.Path
			switch {
			case name == "" || r.Path == "" || strings.Contains(r.Path, "/"):
				return fmt.Errorf("web: mount %q: want a gateway's name and a path without a slash", at)
			case r.Method != fiber.MethodGet && r.Method != fiber.MethodPost:
				return fmt.Errorf("web: mount %s: method %q is neither GET nor POST", at, r.Method)
			case r.Decode == nil || r.Answer == nil:
				return fmt.Errorf("web: mount %s: the route cannot decode or answer", at)
			}
			for _, other := range s.hooks[at] {
				if other.Method == r.Method {
					return fmt.Errorf("web: mount %s: there are two routes for %s", at, r.Method)
				}
			}
			s.hooks[at] = append(s.hooks[at], &hook{
				Route: r, gateway: name, allow: m.AllowFrom, ends: newEnds(timers, name, r.Path),
			})
		}
	}
	return nil
}

// Serve takes connections from ln, which it closes. It is called once, and returns nil when Shutdown has returned, so
// that no handler runs any more (unless Shutdown's time was up), or the error for which it could not go on.
func (s *Server) Serve(ln net.Listener) error {
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return ln.Close()
	}
	s.ln = ln
	s.mu.Unlock()

	err := s.app.Listener(ln)

	s.mu.Lock()
	stopping := s.stopping
	s.mu.Unlock()
	if stopping {
		<-s.stopped
		return nil
	}
	if err == nil {
		err = net.ErrClosed // by somebody else
	}
	return fmt.Errorf("web: serve: %w", err)
}

// Shutdown takes no further connection and waits until every request is answered, or until ctx ends, whose error it
// then returns. It is called once.
func (s *Server) Shutdown(ctx context.Context) error {
	defer close(s.stopped)
	s.mu.Lock()
	s.stopping = true
	ln := s.ln
	s.mu.Unlock()
	if ln == nil {
		return nil
	}
	// Fiber forgets a shutdown that comes before it got the listener; a closed one stops it whenever it gets it.
	if err := ln.Close(); err != nil {
		return fmt.Errorf("web: shutdown: %w", err)
	}
	if err := s.app.ShutdownWithContext(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("web: shutdown: %w", err)
	}
	return nil
}
