package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/kannel"
	"tinye/bot/hotline"
	"tinye/bot/outbox"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
)

const (
	gatewayName = "kannel"
	region      = "ML"
	secret      = "0123456789abcdefghij"

	databaseName = "tinye.db"
	moPath       = "/in/" + secret + "/" + gatewayName + "/mo"
)

// site is one hotline on one data folder, as `tinye serve` puts it together.
type site struct {
	db      *bolt.DB
	service *hotline.Service
	carrier gateway.Gateway
}

// openSite opens the data folder, made if it is not there. The limits are off unless given.
func openSite(ctx context.Context, dir string, log *slog.Logger) (*site, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	master, err := masterKey(filepath.Join(dir, "master.key"))
	if err != nil {
		return nil, err
	}
	carrier, err := newCarrier()
	if err != nil {
		return nil, err
	}
	service, err := newService(log)
	if err != nil {
		return nil, err
	}
	db, err := bolt.Open(ctx, bolt.Options{
		Path: filepath.Join(dir, databaseName), RingPath: filepath.Join(dir, "tinye.ring"),
		Master: master, NewID: newID, Now: time.Now, Log: log,
		ViewTimeout: time.Minute, // to count a million rows on a small machine
	})
	if err != nil {
		return nil, err
	}
	service.Store = db
	return &site{db: db, service: service, carrier: carrier}, nil
}

func (s *site) close() error { return s.db.Close() }

func masterKey(path string) (*seal.MasterKey, error) {
	file, err := seal.ReadMasterKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return seal.NewMasterKey(path, seal.MasterOptions{Created: time.Now()})
	}
	if err != nil {
		return nil, err
	}
	return file.Unlock("")
}

func newCarrier() (gateway.Gateway, error) {
	return kannel.New(kannel.Config{
		Name: gatewayName, URL: "http://127.0.0.1:9/cgi-bin/sendsms", Username: "bench", Password: "bench",
		Callback: "http://127.0.0.1:9" + moPath,
	})
}

// newService is the hotline without its store.
func newService(log *slog.Logger) (*hotline.Service, error) {
	catalog, err := locales.Load()
	if err != nil {
		return nil, err
	}
	service, err := hotline.New(region)
	if err != nil {
		return nil, err
	}
	texts := catalog.Printer(locales.Policy{AllowUnreviewed: catalog.Languages(), Log: log})
	site := hotline.Site{
		ID: "bench", Service: "TINYE", Langs: []bot.Lang{bot.French, bot.Bambara}, Danger: "17", Cap: 2, Zone: time.UTC,
	}
	service.Site, service.Texts = site, texts
	service.Desk = rumour.Desk{Service: site.Service, Langs: site.Langs, Wire: sms.GSMAccent, Texts: texts}
	service.Now, service.NewID, service.Random, service.Log = time.Now, newID, rand.Uint64, log
	return service, nil
}

func newID() bot.ID { return bot.ID(uuid.Must(uuid.NewV7())) }

// productionLimits are the guards against floods as the example configuration has them (dialogues §1 and §6).
func productionLimits() people.Limits {
	return people.Limits{Burst: 5, Day: 20, Join: 10 * time.Minute}
}

// pausedOutbox is the outbox that `tinye serve` runs, holding every send.
func (s *site) pausedOutbox(log *slog.Logger) (*outbox.Sender, error) {
	sender, err := outbox.New(outbox.Config{
		Store: s.db, Lines: []outbox.Line{{Gateway: s.carrier, Window: 10, PartsPerSecond: 10, Timeout: 10 * time.Second}},
		Prepare: s.service.Prepare, Lost: outbox.Resend(newID, time.Now), Wire: sms.GSMAccent,
		NewID: newID, Now: time.Now, Log: log, Grace: time.Second,
	})
	if err != nil {
		return nil, err
	}
	sender.Pause()
	s.service.Wake = sender.Wake
	return sender, nil
}

// countSeen counts stored messages as `tinye serve` does.
func (s *site) countSeen(reg prometheus.Registerer) error {
	messages := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tinye_messages_total", Help: "Messages that came in and are stored.",
	}, []string{"class", "repeat"})
	s.service.Seen = func(class bot.Class, repeat bool) {
		messages.WithLabelValues(string(class), strconv.FormatBool(repeat)).Inc()
	}
	return reg.Register(messages)
}

// stored counts messages in the database: reports with an acknowledgement in the queue and, where texts are joined, the
// texts that reports hold besides their first.
func (s *site) stored(ctx context.Context, joining bool) (n int, err error) {
	const all = 1 << 30
	err = s.db.View(ctx, func(tx storage.Tx) error {
		if n, err = tx.CountReports(bot.ReportReceived, all); err != nil || !joining {
			return err
		}
		return eachReport(tx, func(r bot.Report) { n += len(r.Joined) })
	})
	if err != nil || joining {
		return n, err
	}
	err = s.db.View(ctx, func(tx storage.Tx) error {
		queued, err := tx.CountOutbounds(bot.OutQueued, all)
		if err == nil && queued != n {
			err = errors.New("not every report has one acknowledgement in the queue")
		}
		return err
	})
	return n, err
}

func eachReport(tx storage.Tx, visit func(bot.Report)) error {
	page := storage.Page{Limit: 1000}
	for {
		reports, err := tx.Reports(bot.ReportReceived, page)
		if err != nil {
			return err
		}
		for _, r := range reports {
			visit(r)
			page.After = r.ID
		}
		if len(reports) < page.Limit {
			return nil
		}
	}
}
