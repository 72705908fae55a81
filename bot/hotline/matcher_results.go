package hotline

import (
	"container/list"
	"sync"
	"sync/atomic"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/spelling"
)

// resultsKept is how many results are kept: what is told now is told by many within minutes.
const resultsKept = 512

// resultKey is what a result depends on: the words as they fold, and what they were compared with.
type resultKey struct {
	words      string
	lang       bot.Lang
	place      bot.PlaceCode
	day        int64 // UTC; "tonight" is said of a day
	limit      int
	generation uint64
}

// resultKey is the key of a query; keeps is false for one that nobody else will ask.
func (m *Matcher) resultKey(q match.Query) (key resultKey, keeps bool) {
	if len(q.Not) > 0 || !q.Self.IsZero() {
		return resultKey{}, false
	}
	key = resultKey{
		words: spelling.Key(q.Text), lang: q.Lang, place: q.Place, limit: q.Limit, generation: m.generation.Load(),
	}
	if !q.At.IsZero() {
		key.day = q.At.Time().Unix()/(24*60*60) + 1
	}
	return key, true
}

// results are the results of the latest queries, so that a burst of copies costs one look.
type results struct {
	mu   sync.Mutex
	most int
	of   map[resultKey]*list.Element
	last *list.List // of kept; the latest used first
}

type keptResult struct {
	key resultKey
	r   match.Result
}

func newResults(most int) results {
	return results{most: most, of: make(map[resultKey]*list.Element), last: list.New()}
}

func (s *results) get(key resultKey) (match.Result, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.of[key]
	if !ok {
		return match.Result{}, false
	}
	s.last.MoveToFront(e)
	return e.Value.(keptResult).r, true
}

// put keeps a result, unless what it was compared with, or something that was erased, has changed the generation since: nobody would
// ask for it, and its words may be such as were just erased.
func (s *results) put(key resultKey, r match.Result, generation *atomic.Uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key.generation != generation.Load() {
		return
	}
	if e, ok := s.of[key]; ok {
		e.Value = keptResult{key, r}
		s.last.MoveToFront(e)
		return
	}
	s.of[key] = s.last.PushFront(keptResult{key, r})
	for s.last.Len() > s.most {
		oldest := s.last.Back()
		delete(s.of, oldest.Value.(keptResult).key)
		s.last.Remove(oldest)
	}
}

// forget forgets all results: they hold words of people.
func (s *results) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.of)
	s.last.Init()
}
