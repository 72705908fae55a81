package storagetest

import (
	"errors"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// testImports keeps runs by their file, and whom they brought in the order of its rows.
func testImports(t *testing.T, s *site) {
	file := bot.RepeatKey{7}
	first := bot.ImportRun{ID: s.ids.New(), File: file, By: "AMI", Source: "registre", Rows: 3, New: 2}
	s.update(func(tx storage.Tx) error { return tx.PutImportRun(first, 0) })
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutImportRun(first, 0) })
	other := bot.ImportRun{ID: s.ids.New(), File: file}
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutImportRun(other, 0) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutImportRun(bot.ImportRun{ID: s.ids.New()}, 0) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutImported(first.ID, bot.Imported{Row: 1}) })
	rows := []bot.Imported{
		{Row: 1, Contact: bot.ContactKey{9}}, {Row: 2, Contact: bot.ContactKey{1}}, {Row: 300, Contact: bot.ContactKey{255, 255}},
	}
	for _, i := range []bot.Imported{rows[2], rows[0], rows[1], rows[1]} {
		s.update(func(tx storage.Tx) error { return tx.PutImported(first.ID, i) })
	}
	s.update(func(tx storage.Tx) error {
		return tx.PutImported(other.ID, bot.Imported{Row: 4, Contact: bot.ContactKey{3}})
	})
	s.view(func(tx storage.Tx) error {
		if id, err := tx.ImportRunOf(file); err != nil || id != first.ID {
			t.Errorf("the file's run %v (%v), want %v", id, err, first.ID)
		}
		r, err := tx.ImportRun(first.ID)
		if err != nil || r.Source != "registre" || r.Rev != 1 || r.New != 2 {
			t.Errorf("run %+v (%v)", r, err)
		}
		var got []bot.Imported
		for after := 0; ; {
			list, err := tx.Imported(first.ID, after, 2)
			if err != nil {
				return err
			}
			got = append(got, list...)
			if len(list) < 2 {
				break
			}
			after = list[len(list)-1].Row
		}
		if !slices.Equal(got, rows) {
			t.Errorf("rows %v, want %v", got, rows)
		}
		return nil
	})
	first.DroppedAt = s.now()
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutImportRun(first, 1), tx.DropImported(first.ID, rows[1]), tx.PutImportRun(other, 0))
	})
	s.view(func(tx storage.Tx) error {
		if id, err := tx.ImportRunOf(file); err != nil || id != other.ID {
			t.Errorf("the file's run after the first was dropped: %v (%v), want %v", id, err, other.ID)
		}
		list, err := tx.Imported(first.ID, 0, 10)
		if err != nil || !slices.Equal(list, []bot.Imported{rows[0], rows[2]}) {
			t.Errorf("rows left: %v (%v)", list, err)
		}
		runs, err := tx.ImportRuns(storage.Page{Newest: true, Limit: 5})
		if err != nil || len(runs) != 2 || runs[0].ID != other.ID {
			t.Errorf("runs %+v (%v)", runs, err)
		}
		return nil
	})
}
