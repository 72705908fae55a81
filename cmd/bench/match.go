package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/storage"
)

const (
	// fewClaims and fewVariants are the base that a site has after some years (issue: 1,000 claims and 1,300 variants), manyClaims a
	// large one's.
	fewClaims, fewVariants = 1_000, 1_300
	manyClaims             = 15_000
	// matchQueries is how many tellings are looked for.
	matchQueries = 2_000
	// everyLinked is how many reports of the store there are for one that is linked to a rumour: the others wait for the desk.
	everyLinked = 4
	// matchCallers is how many messages come in side by side.
	matchCallers = 64
)

// matching measures the index of rumours: how long a look takes, what it holds, how long it is built from a store, and what it costs a
// message that comes in.
func matching(ctx context.Context, l *lab, f figures) error {
	before := heap()
	x, err := madeUpIndex(fewClaims, fewVariants)
	if err != nil {
		return err
	}
	f["match_heap_mb"] = megabytes(int64(heap()) - int64(before))
	f["match_p95_ms"] = lookP95(x)
	runtime.KeepAlive(x)
	if x, err = madeUpIndex(manyClaims, fewVariants); err != nil {
		return err
	}
	f["match_15k_p95_ms"] = lookP95(x)
	if f["match_build_s"], err = buildSeconds(ctx, filepath.Join(l.dir, "match-build"), l.listed); err != nil {
		return err
	}
	without, err := takenPerSecond(ctx, filepath.Join(l.dir, "match-none"), 0, l.window/4)
	if err != nil {
		return err
	}
	with, err := takenPerSecond(ctx, filepath.Join(l.dir, "match-claims"), fewClaims, l.window/4)
	if err != nil {
		return err
	}
	f["inbound_match_ratio"] = with / without
	l.say("  match    p95 %.1f ms, %.1f ms at %d claims; %.0f MB; %d reports read in %.1f s; messages at %.2f of the rate without",
		f["match_p95_ms"], f["match_15k_p95_ms"], manyClaims, f["match_heap_mb"], l.listed, f["match_build_s"], f["inbound_match_ratio"])
	return nil
}

// heap is what the process holds that is reachable, in bytes.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// teller invents texts: words of a vocabulary in which few are frequent and most are rare, as in what people write.
type teller struct {
	r    *rand.Rand
	zipf *rand.Zipf
}

func newTeller(seed uint64) *teller {
	r := rand.New(rand.NewPCG(seed, 11))
	return &teller{r: r, zipf: rand.NewZipf(r, 1.1, 8, 19_999)}
}

var syllables = []string{"ka", "ri", "mo", "té", "san", "bou", "gué", "lia", "po", "dra", "fi", "nou", "che", "vou", "ment", "tion"}

// word is one of the vocabulary; a lower number is a more frequent one.
func word(n uint64) string {
	var b strings.Builder
	for range 2 + n%2 {
		b.WriteString(syllables[n%uint64(len(syllables))])
		n /= uint64(len(syllables))
		n += 7
	}
	return b.String() + syllables[n%uint64(len(syllables))]
}

func (t *teller) text(words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = word(t.zipf.Uint64())
	}
	return strings.Join(list, " ")
}

// again is a text as somebody else tells it: some words are left out, some are others.
func (t *teller) again(text string) string {
	var list []string
	for _, w := range strings.Fields(text) {
		switch t.r.IntN(5) {
		case 0:
		case 1:
			list = append(list, word(t.zipf.Uint64()))
		default:
			list = append(list, w)
		}
	}
	return strings.Join(list, " ")
}

func idOf(kind byte, n int) bot.ID {
	return bot.ID{kind, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), 0x70, 0x80, kind}
}

// claimText is what claim n says.
func claimText(n int) string { return newTeller(uint64(n)).text(14) }

func madeUpIndex(claims, variants int) (*match.Index, error) {
	x, err := match.New(match.Options{})
	if err != nil {
		return nil, err
	}
	t := newTeller(1 << 32)
	for n := range claims {
		text := claimText(n)
		x.PutClaim(match.Claim{ID: idOf(1, n), Open: true, Answers: true, Texts: []match.Text{
			{Kind: match.KindClaim, Text: text}, {Kind: match.KindTitle, Lang: bot.French, Text: t.text(4)},
			{Kind: match.KindAnswer, Lang: bot.French, Text: t.again(text) + " " + t.text(8)},
		}})
	}
	for n := range variants {
		claim := n % claims
		x.PutReport(match.Report{
			ID: idOf(2, n), Claim: idOf(1, claim), Confirmed: true, Text: t.again(claimText(claim)), Lang: bot.French, At: bot.Instant(n + 1),
		})
	}
	return x, nil
}

// lookP95 is the time in ms that nineteen of twenty looks take at most; half of them are for what the index knows.
func lookP95(x *match.Index) float64 {
	t := newTeller(2 << 32)
	took := make([]time.Duration, 0, matchQueries)
	for n := range matchQueries {
		text := t.text(14)
		if n%2 == 0 {
			text = t.again(claimText(t.r.IntN(fewClaims)))
		}
		start := time.Now()
		x.Find(match.Query{Text: text, Lang: bot.French})
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return float64(took[len(took)*95/100].Microseconds()) / 1000
}

// buildSeconds is how long a start takes to read so many reports from a store into the index.
func buildSeconds(ctx context.Context, dir string, reports int) (seconds float64, err error) {
	s, err := matchSite(ctx, dir, fewClaims)
	if err != nil {
		return 0, err
	}
	defer func() { err = firstOf(err, s.close(), os.RemoveAll(dir)) }()
	t := newTeller(3 << 32)
	first := time.Now().Add(-fillDays)
	for from := 0; from < reports; from += fillBatch {
		err := s.db.Update(ctx, func(tx storage.Tx) error {
			for n := from; n < min(from+fillBatch, reports); n++ {
				at := first.Add(fillDays / time.Duration(reports) * time.Duration(n))
				id := idAt(at)
				text := t.text(14)
				rep := bot.Report{ID: id, State: bot.ReportReceived, Lang: bot.French, ReceivedAt: bot.At(at)}
				if n%everyLinked == 0 {
					text = t.again(claimText(n % fewClaims))
					rep.State, rep.Rumour, rep.Match.Method = bot.ReportAnswered, idOf(1, n%fewClaims), bot.MatchDesk
				}
				if err := tx.PutInbound(bot.Inbound{ID: id, Text: bot.Text(text), ReceivedAt: bot.At(at)}); err != nil {
					return err
				}
				if err := tx.PutReport(rep, 0); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	start := time.Now()
	m, err := hotline.NewMatcher(hotline.MatcherOptions{AtOnce: true})
	if err != nil {
		return 0, err
	}
	m.Watch(s.db)
	if err := m.Load(ctx); err != nil {
		return 0, err
	}
	seconds = time.Since(start).Seconds()
	if got := m.Stats(); got.Claims != fewClaims || got.Reports < reports/everyLinked {
		return 0, fmt.Errorf("of %d reports and %d claims the index knows %d and %d", reports, fewClaims, got.Reports, got.Claims)
	}
	return seconds, nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// matchSite is a site with published rumours.
func matchSite(ctx context.Context, dir string, claims int) (*site, error) {
	s, err := openSite(ctx, dir, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return nil, err
	}
	at := bot.At(time.Now().Add(-fillDays))
	err = s.db.Update(ctx, func(tx storage.Tx) error {
		for n := range claims {
			text := bot.Text(claimText(n))
			r := bot.Rumour{
				ID: idOf(1, n), State: bot.RumourPublished, Claim: text, Verdict: bot.ConfirmedFalse, DecidedAt: at, PublishedAt: at, AnswerNo: 1,
				Auto:    bot.AutoAllowed,
				Answers: []bot.Answer{{Lang: bot.French, Text: text, Title: "rien de vrai", ApprovedAt: at}},
			}
			if err := tx.PutRumour(r, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, firstOf(err, s.close())
	}
	return s, nil
}

// takenPerSecond is how many messages a hotline takes that compares them with so many claims.
func takenPerSecond(ctx context.Context, dir string, claims int, window time.Duration) (rate float64, err error) {
	s, err := matchSite(ctx, dir, claims)
	if err != nil {
		return 0, err
	}
	defer func() { err = firstOf(err, s.close(), os.RemoveAll(dir)) }()
	if s.service.Matcher, err = hotline.NewMatcher(hotline.MatcherOptions{}); err != nil {
		return 0, err
	}
	s.service.Store = s.service.Matcher.Watch(s.db)
	if err := s.service.Matcher.Load(ctx); err != nil {
		return 0, err
	}
	running, stop := context.WithTimeout(ctx, window)
	defer stop()
	var all sync.WaitGroup
	var taken atomic.Int64
	failed := make(chan error, matchCallers)
	all.Go(func() { _ = s.service.Matcher.Run(running) })
	start := time.Now()
	for caller := range matchCallers {
		all.Go(func() {
			t := newTeller(uint64(caller) | 4<<32)
			for n := 0; running.Err() == nil; n++ {
				in := inbound(caller*1000+n%1000, t.text(14), newID().String(), time.Now())
				if _, err := s.service.Receive(ctx, in); err != nil {
					failed <- err
					return
				}
				taken.Add(1)
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
		return float64(taken.Load()) / time.Since(start).Seconds(), nil
	}
}
