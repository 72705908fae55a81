package e2e

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
)

// stored is all that a site's database holds of messages.
type stored struct {
	reports   []bot.Report
	inbounds  map[bot.ID]bot.Inbound // the texts of the reports
	outbounds []bot.Outbound
	events    []bot.Event // of the present epoch
}

// Opened opens the database of a site that is stopped, and closes it again after use.
func (s Site) Opened(t *testing.T, use func(*bolt.DB)) {
	t.Helper()
	file, err := seal.ReadMasterKey(filepath.Join(s.Dir, "tinye.key"))
	if err != nil {
		t.Fatal(err)
	}
	master, err := file.Unlock("")
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(t.Context(), bolt.Options{
		Path: filepath.Join(s.Dir, "data", "tinye.db"), RingPath: filepath.Join(s.Dir, "data", "tinye.ring"), Master: master,
		NewID: func() bot.ID { return bot.ID(uuid.Must(uuid.NewV7())) }, ViewTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	use(db)
}

// Stored reads the database of a site that is stopped: the command line shows the newest 500 rows only.
func (s Site) Stored(t *testing.T) stored {
	t.Helper()
	var rows stored
	s.Opened(t, func(db *bolt.DB) { rows = storedIn(t, db) })
	return rows
}

func storedIn(t *testing.T, db *bolt.DB) stored {
	t.Helper()
	rows := stored{inbounds: make(map[bot.ID]bot.Inbound)}
	err := db.View(context.Background(), func(tx storage.Tx) error {
		var err error
		rows.reports, err = all(func(p storage.Page) ([]bot.Report, error) { return tx.Reports("", p) },
			func(r bot.Report) bot.ID { return r.ID })
		if err != nil {
			return err
		}
		for _, r := range rows.reports {
			for _, id := range r.Texts() {
				if rows.inbounds[id], err = tx.Inbound(id); err != nil {
					return err
				}
			}
		}
		rows.outbounds, err = all(func(p storage.Page) ([]bot.Outbound, error) { return tx.Outbounds("", p) },
			func(o bot.Outbound) bot.ID { return o.ID })
		if err != nil {
			return err
		}
		rows.events, err = tx.Events(0, 500)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// all reads a list page by page.
func all[T any](list func(storage.Page) ([]T, error), id func(T) bot.ID) ([]T, error) {
	var rows []T
	page := storage.Page{Limit: 500}
	for {
		some, err := list(page)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
		if len(some) < page.Limit {
			return rows, nil
		}
		page.After = id(some[len(some)-1])
	}
}
