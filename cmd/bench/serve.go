package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot/gateway"
	"tinye/bot/msisdn"
	"tinye/bot/web"
)

// Modes of the server.
const (
	modeNoop    = "noop"    // an empty handler behind the settings of the web edge
	modeParse   = "parse"   // the request copied, decoded and its sender normalised
	modeInbound = "inbound" // the message stored, its acknowledgement queued
	modePlain   = "plain"   // the same with a bbolt transaction for each message
	modeLimits  = "limits"  // as inbound, with the guards against floods and the joining of texts
	modeUSSD    = "ussd"    // a hop of a session in the menus, stored before it is answered
)

type serveOptions struct {
	Mode       string
	Dir        string // the data folder, where the mode stores
	Profile    string // file for a CPU profile
	MemProfile string // file for a profile of what was allocated
}

// greeting is the server's first line.
type greeting struct{ Addr string }

// served is its last.
type served struct {
	Handled   int           // requests that came to their end; where the mode stores, messages or hops in the database
	Complete  int           // reports by USSD in the database
	CPU       time.Duration // processor time from the greeting on
	AnonBytes int64         // RssAnon before the server stopped
	Group     float64       // messages or hops that shared a commit, on average
}

// String is what a person wants to see during the run.
func (s served) String() string {
	text := fmt.Sprintf("%.0f µs of processor each, %.0f MB", s.cpuMicros(), megabytes(s.AnonBytes))
	if s.Group > 0 {
		text += fmt.Sprintf(", %.0f a commit", s.Group)
	}
	return text
}

// cpuMicros is the server's processor time for one request.
func (s served) cpuMicros() float64 {
	return float64(s.CPU.Microseconds()) / float64(max(s.Handled, 1))
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

// server is what a mode listens with.
type server interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
	// result is called when no request runs any more.
	result(context.Context) (served, error)
	close() error
}

// serve listens on loopback until in ends. It prints its address and, at the end, what it has done.
func serve(ctx context.Context, o serveOptions, in io.Reader, out io.Writer) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // as cmd/tinye does
	}
	s, err := newServer(ctx, o, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if o.Profile != "" {
		f, err := os.Create(o.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	begun, err := cpuTime()
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(greeting{Addr: ln.Addr().String()}); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	if o.Profile != "" {
		pprof.StopCPUProfile()
	}
	if o.MemProfile != "" {
		if err := writeAllocs(o.MemProfile); err != nil {
			return err
		}
	}
	ended, err := cpuTime()
	if err != nil {
		return err
	}
	anon, err := rssAnon()
	if err != nil {
		return err
	}
	stopping, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := errors.Join(s.Shutdown(stopping), <-done); err != nil {
		return err
	}
	r, err := s.result(ctx)
	if err != nil {
		return err
	}
	r.CPU, r.AnonBytes = ended-begun, anon
	return answers.Encode(r)
}

// writeAllocs writes the profile of what was allocated since the start.
func writeAllocs(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return pprof.Lookup("allocs").WriteTo(f, 0)
}

func newServer(ctx context.Context, o serveOptions, log *slog.Logger) (server, error) {
	switch o.Mode {
	case modeNoop, modeParse:
		return newEdgeServer(o.Mode, log)
	case modeInbound, modePlain, modeLimits, modeUSSD:
		return newSiteServer(ctx, o, log)
	}
	return nil, fmt.Errorf("there is no mode %q", o.Mode)
}

// edgeServer stores nothing.
type edgeServer struct {
	app     *fiber.App
	handled atomic.Int64
}

func newEdgeServer(mode string, log *slog.Logger) (*edgeServer, error) {
	app, err := web.App(log, prometheus.NewRegistry())
	if err != nil {
		return nil, err
	}
	carrier, err := newCarrier()
	if err != nil {
		return nil, err
	}
	numbers, err := msisdn.New(region)
	if err != nil {
		return nil, err
	}
	mo := carrier.Routes()[0]
	s := &edgeServer{app: app}
	app.Get(moPath, func(c *fiber.Ctx) error {
		if mode == modeParse {
			if err := parse(c, mo, numbers); err != nil {
				return err
			}
		}
		s.handled.Add(1)
		return nil
	})
	return s, nil
}

// parse does with a request what comes before the hotline.
func parse(c *fiber.Ctx, mo gateway.Route, numbers msisdn.Normaliser) error {
	r, err := web.Request(c)
	if err != nil {
		return err
	}
	d, err := mo.Decode(r)
	if err != nil {
		return err
	}
	for _, in := range d.Inbounds {
		if !numbers.Normalise(in.Sender).Answerable() {
			return errors.New("not a number")
		}
	}
	return nil
}

func (s *edgeServer) Serve(ln net.Listener) error { return s.app.Listener(ln) }

func (s *edgeServer) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

func (s *edgeServer) result(context.Context) (served, error) {
	return served{Handled: int(s.handled.Load())}, nil
}

func (s *edgeServer) close() error { return nil }

// siteServer is the web edge before a hotline with its store, and the outbox, which is paused.
type siteServer struct {
	*web.Server
	*site
	mode   string
	had    int // messages stored before
	stop   context.CancelFunc
	outbox chan error
}

func newSiteServer(ctx context.Context, o serveOptions, log *slog.Logger) (*siteServer, error) {
	st, err := openSite(ctx, o.Dir, log)
	if err != nil {
		return nil, err
	}
	s := &siteServer{site: st, mode: o.Mode, outbox: make(chan error, 1)}
	if err := s.assemble(ctx, o, log); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return s, nil
}

func (s *siteServer) assemble(ctx context.Context, o serveOptions, log *slog.Logger) error {
	var err error
	if s.had, err = s.stored(ctx, s.mode == modeLimits); err != nil {
		return err
	}
	switch o.Mode {
	case modePlain:
		s.service.Store = s.db.Plain()
	case modeLimits:
		s.service.Site.Limits = productionLimits()
	case modeUSSD:
		if err := s.openMenus(); err != nil {
			return err
		}
	}
	reg := prometheus.NewRegistry()
	if err := errors.Join(s.countSeen(reg), s.countHopped(reg)); err != nil {
		return err
	}
	s.Server, err = web.New(web.Options{
		Secret: secret, Gateways: []web.Mount{{Gateway: s.carrier}},
		Hotline: func() (web.Hotline, bool) { return s.service, true },
		Ready:   s.db.Health, NewID: newID, Log: log, Registry: reg,
	})
	if err != nil {
		return err
	}
	sender, err := s.pausedOutbox(log)
	if err != nil {
		return err
	}
	ctx, s.stop = context.WithCancel(ctx)
	go func() { s.outbox <- sender.Run(ctx) }()
	return nil
}

func (s *siteServer) result(ctx context.Context) (served, error) {
	stats := s.db.Stats() // before counting
	var r served
	if stats.Commits > 0 {
		r.Group = float64(stats.Updates) / float64(stats.Commits)
	}
	if s.mode == modeUSSD {
		hops, reports, err := s.hopped(ctx)
		r.Handled, r.Complete = hops, reports-s.had
		return r, err
	}
	n, err := s.stored(ctx, s.mode == modeLimits)
	r.Handled = n - s.had
	return r, err
}

func (s *siteServer) close() error {
	s.stop()
	return errors.Join(<-s.outbox, s.site.close())
}

// cpuTime is the processor time that this process has had.
func cpuTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("getrusage: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// rssAnon is this process's own memory, in bytes: not the database's pages, which the kernel may drop.
func rssAnon() (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "RssAnon:"); ok {
			var kB int64
			_, err := fmt.Sscan(rest, &kB)
			return kB << 10, err
		}
	}
	return 0, errors.New("/proc/self/status has no RssAnon")
}
