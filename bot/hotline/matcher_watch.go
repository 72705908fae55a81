package hotline

import (
	"context"

	"tinye/bot"
	"tinye/storage"
)

// touched are the rows that one transaction touched and that the index may know.
type touched struct {
	rumours, reports, texts, bulletins []bot.ID
	contacts                           []bot.ContactKey
}

func (t touched) len() int {
	return len(t.rumours) + len(t.reports) + len(t.texts) + len(t.bulletins) + len(t.contacts)
}

// waiting are the rows that are still to be applied, each once however often it was touched.
type waiting struct {
	rumours, reports, texts, bulletins map[bot.ID]struct{}
	contacts                           map[bot.ContactKey]struct{}
}

func (w *waiting) len() int {
	return len(w.rumours) + len(w.reports) + len(w.texts) + len(w.bulletins) + len(w.contacts)
}

func (w *waiting) add(t touched) {
	noteAll(&w.rumours, t.rumours)
	noteAll(&w.reports, t.reports)
	noteAll(&w.texts, t.texts)
	noteAll(&w.bulletins, t.bulletins)
	noteAll(&w.contacts, t.contacts)
}

func noteAll[K comparable](set *map[K]struct{}, keys []K) {
	if *set == nil && len(keys) > 0 {
		*set = make(map[K]struct{})
	}
	for _, k := range keys {
		(*set)[k] = struct{}{}
	}
}

// cut takes n rows out. Who is forgotten comes first, and rumours before reports, which go by what they are linked to.
func (w *waiting) cut(n int) touched {
	var t touched
	t.contacts = some(w.contacts, &n)
	t.rumours = some(w.rumours, &n)
	t.bulletins = some(w.bulletins, &n)
	t.texts = some(w.texts, &n)
	t.reports = some(w.reports, &n)
	return t
}

func some[K comparable](set map[K]struct{}, n *int) (keys []K) {
	for k := range set {
		if *n <= 0 {
			break
		}
		keys = append(keys, k)
		delete(set, k)
		*n--
	}
	return keys
}

// touch notes rows for the index.
func (m *Matcher) touch(t touched) {
	if t.len() == 0 {
		return
	}
	m.mu.Lock()
	m.pending.add(t)
	m.mu.Unlock()
	m.wake()
}

func (m *Matcher) wake() {
	select {
	case m.woken <- struct{}{}:
	default:
	}
}

// takeAll takes all that is pending.
func (m *Matcher) takeAll() waiting {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := m.pending
	m.pending = waiting{}
	return w
}

// Watch is a store that tells the matcher after every commit which rows it touched. Everything that writes has to use it.
func (m *Matcher) Watch(s storage.Store) storage.Store {
	m.store = s
	return &watched{Store: s, m: m}
}

type watched struct {
	storage.Store
	m *Matcher
}

// Update implements storage.Store. What a run of the closure touched that did not become the commit counts for nothing.
func (w *watched) Update(ctx context.Context, fn func(storage.Tx) error) error {
	var t touched
	err := w.Store.Update(ctx, func(tx storage.Tx) error {
		t = touched{}
		return fn(&watchedTx{Tx: tx, t: &t})
	})
	if err == nil {
		w.m.told(ctx, t)
	}
	return err
}

// told notes what a commit touched, and with AtOnce applies it: a failure of that leaves it noted.
func (m *Matcher) told(ctx context.Context, t touched) {
	if t.len() == 0 {
		return
	}
	m.touch(t)
	if m.options.AtOnce {
		_ = m.Flush(context.WithoutCancel(ctx))
	}
}

// within wraps a function that the store calls in a transaction of its own. What was touched in one that is undone is looked at in vain.
func (w *watched) within(t *touched) func(storage.Tx) storage.Tx {
	return func(tx storage.Tx) storage.Tx { return &watchedTx{Tx: tx, t: t} }
}

// Claim implements storage.Queue.
func (w *watched) Claim(ctx context.Context, c storage.ClaimRequest) (storage.Claims, error) {
	var t touched
	in, decide := w.within(&t), c.Decide
	if decide != nil {
		c.Decide = func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) { return decide(in(tx), o) }
	}
	claims, err := w.Store.Claim(ctx, c)
	w.m.told(ctx, t)
	return claims, err
}

// Settle implements storage.Queue.
func (w *watched) Settle(ctx context.Context, outcomes []storage.Outcome, lost storage.LostFunc) error {
	var t touched
	err := w.Store.Settle(ctx, outcomes, w.lost(&t, lost))
	w.m.told(ctx, t)
	return err
}

// Abandon implements storage.Queue.
func (w *watched) Abandon(ctx context.Context, before bot.Instant, lost storage.LostFunc) (int, error) {
	var t touched
	n, err := w.Store.Abandon(ctx, before, w.lost(&t, lost))
	w.m.told(ctx, t)
	return n, err
}

func (w *watched) lost(t *touched, lost storage.LostFunc) storage.LostFunc {
	if lost == nil {
		return nil
	}
	in := w.within(t)
	return func(tx storage.Tx, o bot.Outbound) error { return lost(in(tx), o) }
}

// FinishErasures implements storage.Erasures. Once no key opens any more what was erased, no word of it is left in the index either.
func (w *watched) FinishErasures(ctx context.Context) (pending bool, err error) {
	pending, err = w.Store.FinishErasures(ctx)
	if err == nil && !pending {
		w.m.finished()
	}
	return pending, err
}

// watchedTx is a transaction that notes what it touches.
type watchedTx struct {
	storage.Tx
	t *touched
}

func (tx *watchedTx) PutRumour(r bot.Rumour, ifRev uint64) error {
	tx.t.rumours = append(tx.t.rumours, r.ID)
	return tx.Tx.PutRumour(r, ifRev)
}

func (tx *watchedTx) PutReport(r bot.Report, ifRev uint64) error {
	tx.t.reports = append(tx.t.reports, r.ID)
	return tx.Tx.PutReport(r, ifRev)
}

func (tx *watchedTx) PutBulletin(b bot.Bulletin, ifRev uint64) error {
	tx.t.bulletins = append(tx.t.bulletins, b.ID)
	return tx.Tx.PutBulletin(b, ifRev)
}

func (tx *watchedTx) EraseText(inbound bot.ID) error {
	tx.t.texts = append(tx.t.texts, inbound)
	return tx.Tx.EraseText(inbound)
}

func (tx *watchedTx) Forget(e bot.Erasure) error {
	if e.Kind == bot.ErasedPerson {
		tx.t.contacts = append(tx.t.contacts, bot.ContactKey(e.ID))
	}
	return tx.Tx.Forget(e)
}
