package main

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/outbox"
	"tinye/locales"
	"tinye/storage/bolt"
)

// metrics is everything that /metrics shows. None of it is about a person: no number, no text, no place, no reference.
type metrics struct {
	registry *prometheus.Registry
	messages *prometheus.CounterVec
	screens  *prometheus.CounterVec
	repeats  prometheus.Counter
}

// newMetrics makes the registry with the figures that need no store.
func newMetrics(texts *locales.Printer) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tinye_messages_total",
			Help: "Messages that came in and are stored, by what they were taken for; repeat is a callback that came again.",
		}, []string{"class", "repeat"}),
		screens: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tinye_ussd_screens_total",
			Help: "What happened on the screens of the menus: shown, wrong (an input that does not fit), left (broken off there), ended.",
		}, []string{"flow", "version", "screen", "lang", "event"}),
		repeats: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tinye_ussd_repeats_total", Help: "Hops of sessions that came again and got the same screen.",
		}),
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.messages,
		m.screens,
		m.repeats,
		collector(func(c chan<- prometheus.Metric) { collectMisses(c, texts.Missing()) }),
	)
	return m
}

// seen counts one stored message.
func (m *metrics) seen(class bot.Class, repeat bool) {
	m.messages.WithLabelValues(string(class), strconv.FormatBool(repeat)).Inc()
}

// hopped counts what happened on a screen of the menus, or a repeat.
func (m *metrics) hopped(t bot.ScreenTally, lang bot.Lang, repeat bool) {
	if repeat {
		m.repeats.Inc()
		return
	}
	for event, n := range map[string]int{"shown": t.Shown, "wrong": t.Wrong, "left": t.Left, "ended": t.Ended} {
		if n > 0 {
			m.screens.WithLabelValues(t.Flow, t.Version, t.Screen, string(lang), event).Add(float64(n))
		}
	}
}

// addStore shows the store and the outbox, once they are open.
func (m *metrics) addStore(store *bolt.DB, sender *outbox.Sender) error {
	err := m.registry.Register(collector(func(c chan<- prometheus.Metric) { collectStore(c, store.Stats()) }))
	if err != nil {
		return err
	}
	return m.registry.Register(collector(func(c chan<- prometheus.Metric) { collectOutbox(c, sender.Stats()) }))
}

// addMatcher shows what the index knows and how it is asked.
func (m *metrics) addMatcher(of *hotline.Matcher) error {
	return m.registry.Register(collector(func(c chan<- prometheus.Metric) { collectMatcher(c, of.Stats()) }))
}

func collectMatcher(c chan<- prometheus.Metric, s hotline.MatcherStats) {
	for _, f := range []struct {
		name, help string
		kind       prometheus.ValueType
		value      float64
	}{
		{"claims", "Rumours and bulletins in the index.", prometheus.GaugeValue, float64(s.Claims)},
		{"reports", "Reports in it.", prometheus.GaugeValue, float64(s.Reports)},
		{"variants", "Ways of telling a rumour that were learned from them.", prometheus.GaugeValue, float64(s.Variants)},
		{"waiting", "Rows of commits that it has not heard of yet.", prometheus.GaugeValue, float64(s.Pending)},
		{"loaded", "1 once all reports are in it.", prometheus.GaugeValue, truth(s.Loaded)},
		{"looks_total", "Messages that were compared.", prometheus.CounterValue, float64(s.Looks)},
		{"copies_total", "Messages that were compared before, in the same words.", prometheus.CounterValue, float64(s.Again)},
		{"timeouts_total", "Looks that took too long: the message was handled without.", prometheus.CounterValue, float64(s.Late)},
		{"failures_total", "Looks that failed, and rows that could not be taken in.", prometheus.CounterValue, float64(s.Failed)},
		{"late_total", "Reports that were answered later than they came, by a rumour published since.", prometheus.CounterValue, float64(s.LateFound)},
	} {
		desc := prometheus.NewDesc("tinye_match_"+f.name, f.help, nil, nil)
		c <- prometheus.MustNewConstMetric(desc, f.kind, f.value)
	}
}

// collector makes figures when they are asked for. It describes none beforehand, which the registry takes as "unchecked".
type collector func(chan<- prometheus.Metric)

func (collector) Describe(chan<- *prometheus.Desc) {}

func (f collector) Collect(c chan<- prometheus.Metric) { f(c) }

func collectMisses(c chan<- prometheus.Metric, misses []locales.Miss) {
	desc := prometheus.NewDesc("tinye_texts_replaced_total",
		"Texts that went out in French, or not as they should, by key.", []string{"lang", "key", "reason"}, nil)
	for _, m := range misses {
		c <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(m.Count), string(m.Lang), m.Key, m.Reason)
	}
}

func collectStore(c chan<- prometheus.Metric, s bolt.Stats) {
	for _, f := range []struct {
		name, help string
		kind       prometheus.ValueType
		value      float64
	}{
		{"file_bytes", "Size of the database, free pages included.", prometheus.GaugeValue, float64(s.FileBytes)},
		{"free_bytes", "Free pages in it, which the next commits use.", prometheus.GaugeValue, float64(s.FreePages) * float64(s.PageSize)},
		{"open_views", "Snapshots open just now; an old one keeps the file growing.", prometheus.GaugeValue, float64(s.OpenViews)},
		{"commits_total", "Commits on the disk.", prometheus.CounterValue, float64(s.Commits)},
		{"updates_total", "Callers that shared them.", prometheus.CounterValue, float64(s.Updates)},
		{"failed_commits_total", "Commits that failed.", prometheus.CounterValue, float64(s.Failed)},
		{"commit_seconds_total", "Time spent in commits.", prometheus.CounterValue, s.CommitSeconds},
	} {
		desc := prometheus.NewDesc("tinye_storage_"+f.name, f.help, nil, nil)
		c <- prometheus.MustNewConstMetric(desc, f.kind, f.value)
	}
}

func collectOutbox(c chan<- prometheus.Metric, s outbox.Stats) {
	paused := prometheus.NewDesc("tinye_outbox_paused", "1 while every send is held.", nil, nil)
	c <- prometheus.MustNewConstMetric(paused, prometheus.GaugeValue, truth(s.Paused))
	labels := []string{"gateway"}
	var (
		flight   = prometheus.NewDesc("tinye_outbox_in_flight", "Messages claimed and not settled.", labels, nil)
		open     = prometheus.NewDesc("tinye_outbox_circuit_open", "1 while the gateway gets no messages because it failed.", labels, nil)
		sent     = prometheus.NewDesc("tinye_outbox_sent_total", "Messages handed over.", labels, nil)
		parts    = prometheus.NewDesc("tinye_outbox_sent_parts_total", "Their parts, which is what is paid for.", labels, nil)
		failures = prometheus.NewDesc("tinye_outbox_failures_total", "Tries that failed.", []string{"gateway", "code"}, nil)
		moved    = prometheus.NewDesc("tinye_outbox_moved_total",
			"Messages that waited for a gateway that did not work, and went to another.", []string{"gateway", "to"}, nil)
	)
	for _, g := range s.Gateways {
		c <- prometheus.MustNewConstMetric(flight, prometheus.GaugeValue, float64(g.InFlight), g.Name)
		c <- prometheus.MustNewConstMetric(open, prometheus.GaugeValue, truth(g.Circuit != outbox.CircuitClosed), g.Name)
		c <- prometheus.MustNewConstMetric(sent, prometheus.CounterValue, float64(g.Sent), g.Name)
		c <- prometheus.MustNewConstMetric(parts, prometheus.CounterValue, float64(g.SentParts), g.Name)
		for code, n := range g.Failures {
			c <- prometheus.MustNewConstMetric(failures, prometheus.CounterValue, float64(n), g.Name, code)
		}
		for to, n := range g.Moved {
			c <- prometheus.MustNewConstMetric(moved, prometheus.CounterValue, float64(n), g.Name, to)
		}
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
