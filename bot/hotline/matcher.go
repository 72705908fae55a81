package hotline

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/panicked"
	"tinye/storage"
)

const (
	// LookWithin is how long a message waits for the index at most; then nothing is known of it, and the sweep looks again.
	LookWithin = 200 * time.Millisecond
	// searchWithin is how long a search waits for the claims to be read after a start.
	searchWithin = time.Second
	// applyAtOnce is how many rows one look into the store reads for the index.
	applyAtOnce = 300
	// applyAgain is how long the index waits after the store failed it.
	applyAgain = time.Second
)

// Matcher keeps the index of package match in step with the store. It reads everything at the start and what each commit touched
// after it; nothing of it is written anywhere. All methods but Load, Run and Watch may be called on a nil Matcher, which knows nothing.
type Matcher struct {
	options MatcherOptions
	store   storage.Store // below Watch
	live    atomic.Pointer[match.Index]
	find    atomic.Pointer[func(match.Query) match.Result] // in place of the index, in tests

	newest     atomic.Int64 // the latest publication (bot.Instant)
	late       lateWalk
	open       atomic.Int64  // claims that people may be told of
	generation atomic.Uint64 // of all that Find compares with
	lookers    chan struct{} // a place for each look under way
	results    results
	counts     matchCounts

	mu      sync.Mutex
	pending waiting
	woken   chan struct{}

	claimsRead chan struct{} // closed once the claims are in the index
	readOnce   sync.Once
	loaded     atomic.Bool // the reports, too

	applying sync.Mutex // guards what is below, and the order in which rows go into the index
	next     *match.Index
	claims   map[bot.ID]claimKept
	loose    map[bot.ID]struct{}     // reports that are linked to nothing
	joined   map[bot.ID]bot.ID       // further texts, and the reports that they belong to
	tellings map[bot.ID]match.Report // the last telling of claims that were told lately
	erased   bool                    // something was erased since the index was built
	rebuild  bool                    // and its keys are gone, too: no word of it is to be left here either
}

// MatcherOptions say how an index is made.
type MatcherOptions struct {
	Weights *match.Weights                                         // nil: those that are built in
	Place   func(word string) (places []bot.PlaceCode, known bool) // match.Options.Place
	// AtOnce has every commit applied before its Update returns, and Load read everything: for tests, and for programs without Run.
	AtOnce bool
}

func (o MatcherOptions) index() (*match.Index, error) {
	return match.New(match.Options{Weights: o.Weights, Place: o.Place})
}

// claimKept is what is remembered of a claim beside the index.
type claimKept struct {
	in    bool        // it may be known, and what is linked to it
	open  bool        // people may be told of it
	since bot.Instant // when it was published
}

// NewMatcher makes a matcher whose index is empty.
func NewMatcher(o MatcherOptions) (*Matcher, error) {
	m := &Matcher{
		options: o, lookers: make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0))), woken: make(chan struct{}, 1),
		claimsRead: make(chan struct{}), results: newResults(resultsKept),
		claims: make(map[bot.ID]claimKept), loose: make(map[bot.ID]struct{}), joined: make(map[bot.ID]bot.ID),
		tellings: make(map[bot.ID]match.Report),
	}
	x, err := o.index()
	if err != nil {
		return nil, fmt.Errorf("hotline: matcher: %w", err)
	}
	m.live.Store(x)
	return m, nil
}

// Index is the index as it is now; after a while there may be another one in its place. nil where there is none.
func (m *Matcher) Index() *match.Index {
	if m == nil {
		return nil
	}
	return m.live.Load()
}

// matchCounts are for the metrics.
type matchCounts struct {
	looks, again, late, failed atomic.Uint64 // failed: looks, and rows that the index could not take
	lateFound                  atomic.Uint64
}

// MatcherStats are sizes and counts since the start.
type MatcherStats struct {
	match.Stats
	Loaded    bool   // all reports are read
	Pending   int    // rows that commits touched and that are not applied yet
	Looks     uint64 // answered by the index
	Again     uint64 // answered as the same words were before
	Late      uint64 // that took longer than LookWithin
	Failed    uint64 // that the index failed, and rows that it could not take
	LateFound uint64 // reports to which a claim was found that was published after they came
}

// Stats counts.
func (m *Matcher) Stats() MatcherStats {
	if m == nil {
		return MatcherStats{}
	}
	m.mu.Lock()
	pending := m.pending.len()
	m.mu.Unlock()
	return MatcherStats{
		Stats: m.Index().Stats(), Loaded: m.loaded.Load(), Pending: pending, Looks: m.counts.looks.Load(), Again: m.counts.again.Load(),
		Late: m.counts.late.Load(), Failed: m.counts.failed.Load(), LateFound: m.counts.lateFound.Load(),
	}
}

// Look looks for the claim that a telling tells. It takes LookWithin at most, and nothing at all while no claim is public: then, and
// where the index fails, the outcome is Unknown.
func (m *Matcher) Look(ctx context.Context, q match.Query) match.Result {
	r, _ := m.look(ctx, q)
	return r
}

// look is Look; ok is false where nobody looked.
func (m *Matcher) look(ctx context.Context, q match.Query) (r match.Result, ok bool) {
	unknown := match.Result{Outcome: match.Unknown}
	if m == nil || m.open.Load() == 0 {
		return unknown, false
	}
	key, keeps := m.resultKey(q)
	if keeps {
		if r, ok := m.results.get(key); ok {
			m.counts.again.Add(1)
			return r, true
		}
	}
	timer := time.NewTimer(LookWithin)
	defer timer.Stop()
	select { // looks that take long do not pile up
	case m.lookers <- struct{}{}:
	case <-timer.C:
		m.counts.late.Add(1)
		return unknown, false
	case <-ctx.Done():
		return unknown, false
	}
	found := make(chan match.Result, 1)
	go func() {
		defer func() { <-m.lookers }()
		r, err := m.findNow(q)
		if err != nil {
			m.counts.failed.Add(1)
			r = unknown
		} else if keeps {
			m.results.put(key, r, &m.generation)
		}
		found <- r
	}()
	select {
	case r := <-found:
		m.counts.looks.Add(1)
		return r, true
	case <-timer.C:
		m.counts.late.Add(1)
	case <-ctx.Done():
	}
	return unknown, false
}

func (m *Matcher) findNow(q match.Query) (r match.Result, err error) {
	defer panicked.Catch(&err)
	if find := m.find.Load(); find != nil {
		return (*find)(q), nil
	}
	return m.Index().Find(q), nil
}

// Search finds open claims and bulletins by words that somebody typed, the best first.
func (m *Matcher) Search(ctx context.Context, text string, limit int) (ids []bot.ID, err error) {
	if m == nil {
		return nil, nil
	}
	defer panicked.Catch(&err)
	timer := time.NewTimer(searchWithin)
	defer timer.Stop()
	select {
	case <-m.claimsRead:
	case <-timer.C:
	case <-ctx.Done():
	}
	return m.Index().Search(text, limit), nil
}

// Flush has all that commits touched so far in the index when it returns nil; what it could not read waits for the next one.
func (m *Matcher) Flush(ctx context.Context) error {
	if m == nil {
		return nil
	}
	m.applying.Lock()
	defer m.applying.Unlock()
	for all := m.takeAll(); all.len() > 0; {
		part := all.cut(applyAtOnce)
		if err := caught(func() error { return m.apply(ctx, part) }); err != nil {
			m.touch(part)
			m.touch(all.cut(all.len()))
			return fmt.Errorf("hotline: match: %w", err)
		}
	}
	return nil
}

// Run reads the reports, then applies what commits touch, until the context ends. What fails is tried again.
func (m *Matcher) Run(ctx context.Context) error {
	for {
		err := m.loadReports(ctx)
		for err == nil {
			if err = m.Flush(ctx); err == nil {
				err = m.renew(ctx)
			}
			if err != nil {
				break
			}
			select {
			case <-m.woken:
			case <-ctx.Done():
				return nil
			}
		}
		select {
		case <-time.After(applyAgain):
		case <-ctx.Done():
			return nil
		}
	}
}
