package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/bot/gateway/africastalking"
	"tinye/bot/hotline"
	"tinye/storage"
)

// ussd measures hops of reports in progress, each on the disk before its answer, and what a report by menu takes there:
// its session, hops and tallies included.
func ussd(ctx context.Context, l *lab, f figures) error {
	for _, connections := range l.connections {
		o, err := l.once(ctx, modeUSSD, connections)
		if err != nil {
			return err
		}
		f.take(nameAt(modeUSSD, connections), l, o)
		if connections == l.connections[len(l.connections)-1] && o.load.Complete > 0 {
			f["ussd_bytes_per_report"] = float64(o.grown) / float64(o.load.Complete)
		}
	}
	return nil
}

// growth is by how many bytes the pages in use in a data folder are more than those of the known senders alone.
func (l *lab) growth(dir string) (int64, error) {
	before, err := pagesInUse(filepath.Join(l.known, databaseName))
	if err != nil {
		return 0, err
	}
	after, err := pagesInUse(filepath.Join(dir, databaseName))
	return after - before, err
}

// pagesInUse is the size of a database in bytes, without its free pages and without the room that the file has ahead.
func pagesInUse(path string) (size int64, err error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: time.Second})
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.View(func(tx *bbolt.Tx) error {
		size = tx.Size()
		return nil
	})
	return size - int64(db.Stats().FreePageN)*int64(db.Info().PageSize), err
}

// openMenus puts Africa's Talking in the carrier's place, and the menus into the site.
func (s *site) openMenus() (err error) {
	s.carrier, err = newAggregator()
	s.service.Site.USSD = hotline.USSD{Code: menuCode, SMSNumber: shortCode, Places: menuPlaces()}
	return err
}

func newAggregator() (*africastalking.Gateway, error) {
	return africastalking.New(africastalking.Config{
		Name: aggregatorName, URL: "http://127.0.0.1:9/version1", Username: "bench", APIKey: "bench",
	})
}

// countHopped counts what happens in the menus as `tinye serve` does.
func (s *site) countHopped(reg prometheus.Registerer) error {
	screens := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tinye_ussd_screens_total", Help: "What happened on screens of the menus.",
	}, []string{"screen", "lang", "repeat"})
	s.service.Hopped = func(t bot.ScreenTally, lang bot.Lang, repeat bool) {
		screens.WithLabelValues(t.Screen, string(lang), strconv.FormatBool(repeat)).Inc()
	}
	return reg.Register(screens)
}

// hopped counts hops in the database, by the screens that they led to, and the reports. Every hop of the load leads to
// another screen, once; a hop that did not, or a session whose row is missing, is an error or makes the hops too few.
func (s *site) hopped(ctx context.Context) (hops, reports int, err error) {
	if err := s.service.WriteTallies(ctx); err != nil {
		return 0, 0, err
	}
	const all = 1 << 30
	err = s.db.View(ctx, func(tx storage.Tx) error {
		if reports, err = tx.CountReports(bot.ReportReceived, all); err != nil {
			return err
		}
		now := time.Now()
		tallies, err := tx.Tallies(bot.At(now.Add(-24 * time.Hour)))
		if err != nil {
			return err
		}
		going := 0
		for _, t := range tallies {
			hops += t.Shown
			if t.Screen == s.service.Flow.Home() {
				going += t.Shown
			}
			going -= t.Ended
		}
		open, err := openSessions(tx, bot.At(now.Add(time.Second)))
		if err == nil && open != going {
			err = fmt.Errorf("%d sessions go on by the tallies, but %d in the database", going, open)
		}
		return err
	})
	return hops, reports, err
}

func openSessions(tx storage.Tx, before bot.Instant) (n int, err error) {
	const portion = 500
	var after bot.Session
	for {
		list, err := tx.OpenSessions(before, after, portion)
		n += len(list)
		if err != nil || len(list) < portion {
			return n, err
		}
		after = list[len(list)-1]
	}
}
