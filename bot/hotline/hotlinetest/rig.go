// Package hotlinetest puts a whole hotline together for tests: the menus on a real store, behind the real web edge on this
// machine, with a clock that stands still, restarts, and faults of the store.
package hotlinetest

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/bot/web"
	"tinye/flows"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

const (
	// secret is part of the callbacks' paths.
	secret = "the-secret-of-the-rig"
	// stopWithin is how long a stop may take.
	stopWithin = 20 * time.Second
)

// Rig is a hotline for a test. Its looks may be used by several at once, its other methods by one.
type Rig struct {
	Clock   *storagetest.Clock
	Hotline *hotline.Service

	t       testing.TB
	options Options
	dir     string
	ids     *storagetest.IDs
	random  *rand.Rand
	drawing sync.Mutex
	flow    *flows.Flow // in place of the built-in one
	db      *bolt.DB
	faults  *faults
	web     *web.Server
	served  chan error
	base    string
	client  *http.Client
}

// Options say what a rig is made of; the zero value is a site without gateways.
type Options struct {
	Gateways []gateway.Gateway
	Timeout  time.Duration  // of a request; 0 = the web edge's own
	Wire     sms.Mode       // "" = with the accents of GSM-7
	Septets  map[string]int // of a page, by gateway
	Start    time.Time      // zero = that of the clock
}

var _ gatewaytest.Rig = (*Rig)(nil)

// NewRig is New for gatewaytest.RunHops.
func NewRig(t testing.TB, timeout time.Duration, gateways ...gateway.Gateway) gatewaytest.Rig {
	t.Helper()
	return New(t, Options{Timeout: timeout, Gateways: gateways})
}

// New starts a hotline, which is stopped at the end of the test.
func New(t testing.TB, o Options) *Rig {
	t.Helper()
	if o.Wire == "" {
		o.Wire = sms.GSMAccent
	}
	clock := storagetest.NewClock()
	if !o.Start.IsZero() {
		clock.Add(o.Start.Sub(clock.Now()))
	}
	r := &Rig{
		Clock: clock, t: t, options: o, dir: t.TempDir(), ids: storagetest.NewIDs(clock), random: rand.New(rand.NewPCG(1, 2)),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: 10 * time.Second},
	}
	r.start()
	t.Cleanup(func() {
		r.stop()
		r.client.CloseIdleConnections()
	})
	return r
}

// Places are the site's four places: Gao, Mopti, Kayes, Bandiagara.
func Places() []bot.PlaceCode {
	var codes []bot.PlaceCode
	for _, code := range []string{"ML0701", "ML0501", "ML0101", "ML1901"} {
		codes = append(codes, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code})
	}
	return codes
}

func (r *Rig) start() {
	r.t.Helper()
	o := storagetest.Options(r.t, r.dir)
	o.Now, o.NewID, o.RunTwice = r.Clock.Now, r.ids.New, true
	var err error
	r.db, err = bolt.Open(context.Background(), o)
	r.must(err)
	r.faults = &faults{Store: r.db}
	r.Hotline = r.hotline()
	r.listen()
}

// hotline is a service on the store.
func (r *Rig) hotline() *hotline.Service {
	r.t.Helper()
	s, err := hotline.New("ML")
	r.must(err)
	catalog, err := locales.Load()
	r.must(err)
	langs := []bot.Lang{bot.French, bot.Bambara}
	s.Site = hotline.Site{
		ID: "test", Service: "TINYE", Langs: langs, Danger: "80001234", Cap: 2, Zone: time.UTC,
		Limits: people.Limits{Join: 10 * time.Minute},
		USSD:   hotline.USSD{Code: "*384#", SMSNumber: "36000", Places: Places(), Septets: r.options.Septets},
	}
	s.Matcher, err = hotline.NewMatcher(hotline.MatcherOptions{
		Place: func(word string) ([]bot.PlaceCode, bool) { return s.Places().Word(word) }, AtOnce: true,
	})
	r.must(err)
	s.Store, s.Texts = s.Matcher.Watch(r.faults), catalog.Printer(locales.Policy{AllowUnreviewed: langs})
	s.Desk = rumour.Desk{Service: "TINYE", Langs: langs, Wire: r.options.Wire, Texts: s.Texts}
	s.Now, s.NewID, s.Random = r.Clock.Now, r.ids.New, r.draw
	s.Log = slog.New(slog.DiscardHandler)
	if r.flow != nil {
		s.Flow = r.flow
	}
	r.must(s.ReloadPlaces(context.Background()))
	r.must(s.Matcher.Load(context.Background()))
	return s
}

// listen opens the web edge on a free port of this machine.
func (r *Rig) listen() {
	r.t.Helper()
	mounts := make([]web.Mount, len(r.options.Gateways))
	for i, g := range r.options.Gateways {
		mounts[i] = web.Mount{Gateway: g}
	}
	s := r.Hotline
	var err error
	r.web, err = web.New(web.Options{
		Secret: secret, Gateways: mounts, Hotline: func() (web.Hotline, bool) { return s, true }, Now: r.Clock.Now,
		NewID: r.ids.New, Registry: prometheus.NewRegistry(), Timeout: r.options.Timeout,
	})
	r.must(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	r.must(err)
	r.base = "http://" + ln.Addr().String() + "/in/" + secret + "/"
	r.served = make(chan error, 1)
	go func(server *web.Server, served chan<- error) { served <- server.Serve(ln) }(r.web, r.served)
}

func (r *Rig) stop() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	r.faults.mend()
	r.client.CloseIdleConnections()
	if err := r.web.Shutdown(ctx); err != nil {
		r.t.Errorf("shutdown: %v", err)
	}
	if err := <-r.served; err != nil {
		r.t.Errorf("serve: %v", err)
	}
	if err := r.db.Close(); err != nil {
		r.t.Errorf("close the store: %v", err)
	}
}

// Restart implements gatewaytest.Rig.
func (r *Rig) Restart() {
	r.t.Helper()
	r.stop()
	r.start()
}

// ChangeMenus implements gatewaytest.Rig: the menus' file has other spaces.
func (r *Rig) ChangeMenus() {
	r.t.Helper()
	data, err := json.Marshal(r.Hotline.Flow)
	r.must(err)
	flow, err := flows.Parse(data)
	r.must(err)
	if flow.Version() == r.Hotline.Flow.Version() {
		flow, err = flows.Parse(append(data, ' '))
		r.must(err)
	}
	r.flow = flow
	r.Restart()
}

// Wait implements gatewaytest.Rig.
func (r *Rig) Wait(d time.Duration) {
	r.t.Helper()
	r.Clock.Add(d)
	r.must(r.Hotline.Sweep(context.Background()))
}

// Pass implements gatewaytest.Rig.
func (r *Rig) Pass(d time.Duration) { r.Clock.Add(d) }

// Break implements gatewaytest.Rig.
func (r *Rig) Break(f gatewaytest.HopFault) (mend func()) {
	r.faults.set(f)
	return r.faults.mend
}

func (r *Rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// View looks into the store, past its faults.
func (r *Rig) View(fn func(storage.Tx) error) {
	r.t.Helper()
	r.must(r.db.View(context.Background(), fn))
}

// draw draws for a reference; hops draw at the same time.
func (r *Rig) draw() uint64 {
	r.drawing.Lock()
	defer r.drawing.Unlock()
	return r.random.Uint64()
}
