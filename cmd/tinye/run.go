package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/config"
	"tinye/bot/hotline"
	"tinye/bot/outbox"
	"tinye/bot/web"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
)

// How long the parts may take to stop: together less than the 10 s that a stop may take.
const (
	drainWithin = 4 * time.Second        // requests under way; one that is only half sent is not waited for any longer
	sendsWithin = 3 * time.Second        // sends under way; the outbox adds 2 s to write down what became of them
	askedWithin = 500 * time.Millisecond // questions at the admin socket
)

// deps is what run is given besides the configuration.
type deps struct {
	log *slog.Logger
	now func() time.Time // nil: time.Now
	// sweep is how often what time alone brings about is done; 0: sweepEvery.
	sweep time.Duration
	web   net.Listener // nil: cfg.Web.Listen is bound
	// opened runs when the store is open and before a message is taken or sent; nil for nothing.
	opened func(context.Context, *hotline.Service) error
	// ready runs when messages can be taken, or once the program waits for tinye unlock; nil for nothing.
	ready func(locked bool)
}

// run runs a hotline until the context ends, and stops it within 10 s: no new requests, then those under way, the sweep,
// the sends under way, the admin socket, the store. Its error is a sentence for whoever started it.
//
// Where the master key is under a passphrase, the hotline is locked at first: webhooks answer 503 until somebody has
// typed it at the admin socket.
func run(ctx context.Context, cfg config.Config, d deps) error {
	h, err := assemble(cfg, d)
	if err != nil {
		return err
	}
	ctx, h.fail = context.WithCancelCause(ctx)
	defer h.fail(nil)

	err = h.start(ctx)
	if err == nil {
		<-ctx.Done()
		d.log.Info("stopping")
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
			err = cause
		}
	}
	if stopErr := h.stop(); err == nil {
		err = stopErr
	}
	if err == nil {
		d.log.Info("stopped")
	}
	return err
}

// process is one running hotline.
type process struct {
	cfg      config.Config
	d        deps
	texts    *locales.Printer
	metrics  *metrics
	carriers carriers
	web      *web.Server
	admin    *admin.Server
	fail     context.CancelCauseFunc // ends run with an error

	listening sync.WaitGroup // web and admin
	key       *seal.MasterFile

	mu       sync.Mutex // one unlock or stop at a time
	stopping bool
	open     atomic.Pointer[opened] // nil while locked
}

// opened is what there is once the store is open.
type opened struct {
	store    *bolt.DB
	service  *hotline.Service
	sender   *outbox.Sender
	catchers []*catcher
	stop     context.CancelFunc // of the loops
	loops    sync.WaitGroup
}

// assemble puts together what needs neither key nor network.
func assemble(cfg config.Config, d deps) (*process, error) {
	if d.now == nil {
		d.now = time.Now
	}
	if err := lintMenus(); err != nil {
		return nil, err
	}
	texts, err := printer(cfg, d.log)
	if err != nil {
		return nil, err
	}
	h := &process{cfg: cfg, d: d, texts: texts, metrics: newMetrics(texts)}
	failed, err := failedScreen(cfg, texts)
	if err != nil {
		return nil, err
	}
	if h.carriers, err = connect(cfg, failed); err != nil {
		return nil, err
	}
	h.web, err = web.New(web.Options{
		Secret:   cfg.Web.Secret.Reveal(),
		Gateways: h.carriers.mounts,
		Hotline:  h.hotline,
		Ready:    h.health,
		Now:      d.now,
		NewID:    newID,
		Log:      d.log,
		Registry: h.metrics.registry,
	})
	h.admin = h.adminServer()
	return h, err
}

// start binds the ports and opens the store, or leaves it locked.
func (h *process) start(ctx context.Context) error {
	var err error
	if h.key, err = readMaster(h.cfg.Storage.Key); err != nil { // before anybody can ask for it at the socket
		return err
	}
	if h.key.OpenToOthers() {
		h.d.log.Warn("the master key can be read by others on this machine: chmod 600, or mount the stick with umask=077", "key", h.cfg.Storage.Key)
	}
	if h.d.web == nil {
		ln, err := net.Listen("tcp", h.cfg.Web.Listen)
		if err != nil {
			return fmt.Errorf("cannot listen on %s (web.listen): %w", h.cfg.Web.Listen, err)
		}
		h.d.web = ln
	}
	socket, err := listenAdmin(h.cfg.Admin.Socket)
	if err != nil {
		return errors.Join(err, h.d.web.Close())
	}
	h.listening.Go(func() { h.fallible("web", func() error { return h.web.Serve(h.d.web) }) })
	h.listening.Go(func() { h.fallible("admin", func() error { return h.admin.Serve(socket) }) })
	locked := h.key.NeedsPassphrase()
	if locked {
		h.d.log.Warn("locked: the master key is under a passphrase; type it with tinye unlock")
	} else if err := h.unlock(ctx, ""); err != nil {
		return err
	}
	if h.d.ready != nil {
		h.d.ready(locked)
	}
	return nil
}

// listenAdmin makes the admin socket; its error is a sentence.
func listenAdmin(path string) (net.Listener, error) {
	ln, err := admin.Listen(path)
	switch {
	case errors.Is(err, admin.ErrInUse):
		return nil, &sentenceError{sentence: "another tinye runs already: it answers at " + path + ". Stop that first.", err: err}
	case errors.Is(err, fs.ErrNotExist):
		return nil, &sentenceError{sentence: "the folder of the admin socket " + path + " is not there: make it (admin.socket).", err: err}
	}
	return ln, err
}

// fallible runs a part of the process; its error or panic ends the process.
func (h *process) fallible(what string, f func() error) {
	if err := guard(what, f); err != nil {
		h.fail(err)
	}
}

// unlock opens the store with the master key's passphrase and starts the loops. Its error is a sentence.
func (h *process) unlock(ctx context.Context, passphrase string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping {
		return errors.New("the hotline is stopping")
	}
	if h.open.Load() != nil {
		return nil
	}
	key, err := openMaster(h.cfg.Storage.Key, h.key, passphrase)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, storeOptions(h.cfg.Storage, key, h.d.now, h.d.log))
	if err != nil {
		return err
	}
	lastCommit := store.Clock().Last // of the process before
	o, err := h.wire(ctx, store)
	if err == nil {
		o.catchers, err = h.catchers(ctx, o.service, lastCommit)
	}
	if err != nil {
		return errors.Join(err, store.Close())
	}
	h.launch(o)
	h.open.Store(o)
	h.d.log.Info("ready", "web", h.d.web.Addr().String(), "gateways", len(h.carriers.lines), "version", versionLine())
	if c := store.Clock(); c.Behind {
		h.d.log.Warn("the clock is earlier than our own last commit: nothing is sent until it is right, or tinye clock accept", "last", c.Last.String())
	}
	return nil
}

// wire makes the hotline and its outbox on an open store.
func (h *process) wire(ctx context.Context, store *bolt.DB) (*opened, error) {
	desk, err := deskOf(h.cfg, h.texts)
	if err != nil {
		return nil, err
	}
	service, err := hotline.New(h.cfg.Site.Region)
	if err != nil {
		return nil, err
	}
	service.Site, service.Desk, service.Texts = siteOf(h.cfg), desk, h.texts
	if service.Matcher, err = hotline.NewMatcher(hotline.MatcherOptions{
		Place: func(word string) ([]bot.PlaceCode, bool) { return service.Places().Word(word) },
	}); err != nil {
		return nil, err
	}
	service.Store = service.Matcher.Watch(store)
	service.Desk.Places = service.Places
	service.Now, service.NewID, service.Random, service.Log = h.d.now, newID, newRandom(), h.d.log
	service.Seen, service.Hopped = h.metrics.seen, h.metrics.hopped
	service.CloseCase, service.Carries = seal.Case, h.carriers.has
	ways := router{cfg: h.cfg, site: service.Site.Gateway}
	if len(h.cfg.Routes) > 0 {
		service.Route = ways.route
	}
	if err := service.ReloadPlaces(ctx); err != nil {
		return nil, err
	}
	for _, code := range service.Site.USSD.Places {
		if _, known := service.Places().Place(code); !known {
			h.d.log.Warn("a place of the menus is in no list: it is not offered (ussd.places)", "place", code.String())
		}
	}
	sender, err := outbox.New(outbox.Config{
		Store: service.Store, Lines: h.carriers.lines, Prepare: service.Prepare, Lost: outbox.Resend(newID, h.d.now),
		Wire: desk.Wire, NewID: newID, Now: h.d.now, Log: h.d.log, Grace: sendsWithin,
		FailOver: outbox.FailOver{
			Carriers: hotline.Carriers(ways.carriers), After: h.cfg.Outbox.FailOver, Urgent: h.cfg.Outbox.FailOverUrgent,
		},
	})
	if err != nil {
		return nil, err
	}
	service.Wake = sender.Wake
	if h.cfg.Outbox.Paused {
		sender.Pause()
		h.d.log.Warn("paused by the configuration: nothing is sent")
	}
	if err := h.metrics.addStore(store, sender); err != nil {
		return nil, err
	}
	if err := h.metrics.addMatcher(service.Matcher); err != nil {
		return nil, err
	}
	if err := service.Matcher.Load(ctx); err != nil {
		return nil, err
	}
	if h.d.opened != nil {
		if err := h.d.opened(ctx, service); err != nil {
			return nil, err
		}
	}
	return &opened{store: store, service: service, sender: sender}, nil
}

// launch starts the loops. They end with o.stop, not with the context of run: requests under way are answered first.
func (h *process) launch(o *opened) {
	var ctx context.Context
	ctx, o.stop = context.WithCancel(context.Background())
	o.loops.Go(func() { h.fallible("outbox", func() error { return o.sender.Run(ctx) }) })
	o.loops.Go(func() { h.fallible("matching", func() error { return o.service.Matcher.Run(ctx) }) })
	o.loops.Go(func() {
		ticker := time.NewTicker(cmp.Or(h.d.sweep, sweepEvery))
		defer ticker.Stop()
		repeatedly(ctx, h.d.log, "sweep", o.service.Sweep, ticker.C)
	})
	for _, c := range o.catchers {
		o.loops.Go(func() {
			ticker := time.NewTicker(catchUpEvery)
			defer ticker.Stop()
			repeatedly(ctx, h.d.log, "catch-up with "+c.gateway, c.run, ticker.C)
		})
	}
}

// stop ends everything in the reverse order of start.
func (h *process) stop() error {
	h.mu.Lock()
	h.stopping = true
	h.mu.Unlock()
	var errs []error
	ctx, cancel := context.WithTimeout(context.Background(), drainWithin)
	defer cancel()
	if err := h.web.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		h.d.log.Warn("stopped with connections open; a request that was not answered comes again")
	} else if err != nil {
		errs = append(errs, err)
	}
	o := h.open.Load()
	if o != nil {
		o.stop()
		o.loops.Wait()
	}
	ctx, cancel = context.WithTimeout(context.Background(), askedWithin)
	defer cancel()
	if err := h.admin.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		h.d.log.Warn("stopped before every question at the admin socket was answered")
	} else if err != nil {
		errs = append(errs, err)
	}
	h.listening.Wait()
	if o != nil {
		if err := o.service.WriteTallies(ctx); err != nil {
			h.d.log.Warn("the last counts of the menus are lost", "err", err)
		}
		errs = append(errs, o.store.Close())
	}
	return errors.Join(errs...)
}

// hotline is whoever handles messages, while the store is open.
func (h *process) hotline() (web.Hotline, bool) {
	o := h.open.Load()
	if o == nil {
		return nil, false
	}
	return o.service, true
}

// health is why messages cannot be stored just now.
func (h *process) health() error {
	o := h.open.Load()
	if o == nil {
		return storage.ErrClosed
	}
	return o.store.Health()
}

// newRandom draws the numbers behind references. They need not be secret, only different after every start.
func newRandom() func() uint64 {
	var seed [32]byte
	rand.Read(seed[:]) // never fails: the program ends when the system has no randomness
	source := mathrand.NewChaCha8(seed)
	var mu sync.Mutex
	return func() uint64 {
		mu.Lock()
		defer mu.Unlock()
		return source.Uint64()
	}
}
