package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"

	"tinye/bot"
	"tinye/storage"
)

var (
	importRuns  = bucket{name: []byte("import_runs")}
	importFiles = bucket{name: []byte("import_files")}
	// importPeople: rows come in the file's order.
	importPeople = bucket{name: []byte("import_people"), fill: fillIndex}
)

// rowSize is how much a row's number takes in a key of importPeople.
const rowSize = 4

func importedKey(run bot.ID, i bot.Imported) []byte {
	key := binary.BigEndian.AppendUint32(append(make([]byte, 0, 2*idSize+rowSize), run[:]...), uint32(i.Row))
	return append(key, i.Contact[:]...)
}

// importedOf is the inverse of importedKey.
func importedOf(key []byte) (run bot.ID, i bot.Imported) {
	return bot.ID(key[:idSize]), bot.Imported{
		Row: int(binary.BigEndian.Uint32(key[idSize:])), Contact: bot.ContactKey(key[idSize+rowSize:]),
	}
}

// ImportRun implements storage.Imports.
func (tx *Tx) ImportRun(id bot.ID) (bot.ImportRun, error) {
	r, _, err := tx.importRun(id)
	return r, err
}

// importRun also gives the sealed row.
func (tx *Tx) importRun(id bot.ID) (bot.ImportRun, []byte, error) {
	sealed := tx.bucket(importRuns).Get(id[:])
	if sealed == nil {
		return bot.ImportRun{}, nil, storage.ErrNotFound
	}
	r, err := tx.openImportRun(id, sealed)
	return r, sealed, err
}

func (tx *Tx) openImportRun(id bot.ID, sealed []byte) (bot.ImportRun, error) {
	var r bot.ImportRun
	if err := tx.open(importRuns, id[:], sealed, &r); err != nil {
		return bot.ImportRun{}, err
	}
	r.ID = id
	return r, nil
}

// PutImportRun implements storage.Imports.
func (tx *Tx) PutImportRun(r bot.ImportRun, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if r.ID.IsZero() || r.File == (bot.RepeatKey{}) {
		return invalid("an import without its id or its file")
	}
	if err := checkTexts(r.By, r.Source, r.Project, string(r.Lang), string(r.Place.Scheme), r.Place.Code, r.DroppedBy); err != nil {
		return err
	}
	old, sealed, err := tx.importRun(r.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	if err := tx.keepFile(r); err != nil {
		return err
	}
	r.Rev = ifRev + 1
	key := bytes.Clone(r.ID[:])
	value, err := tx.record(importRuns, key, r)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(importRuns), key, value, sealed)
}

// keepFile keeps the file of a run known until the run is dropped.
func (tx *Tx) keepFile(r bot.ImportRun) error {
	b, key := tx.bucket(importFiles), bytes.Clone(r.File[:])
	at, err := tx.ImportRunOf(r.File)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	known, dropped := err == nil, !r.DroppedAt.IsZero()
	switch {
	case known && at == r.ID && dropped:
		return tx.del(b, key)
	case known && at == r.ID, dropped:
		return nil
	case known:
		return storage.ErrConflict
	}
	return tx.put(b, key, bytes.Clone(r.ID[:]), nil)
}

// ImportRunOf implements storage.Imports.
func (tx *Tx) ImportRunOf(file bot.RepeatKey) (bot.ID, error) {
	value := tx.bucket(importFiles).Get(file[:])
	if len(value) != idSize {
		return bot.ID{}, storage.ErrNotFound
	}
	return bot.ID(value), nil
}

// ImportRuns implements storage.Imports.
func (tx *Tx) ImportRuns(p storage.Page) ([]bot.ImportRun, error) {
	var after []byte
	if !p.After.IsZero() {
		after = p.After[:]
	}
	var list []bot.ImportRun
	err := tx.walk(tx.bucket(importRuns), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		r, err := tx.openImportRun(bot.ID(k), v)
		list = append(list, r)
		return len(list) < p.Size(), err
	})
	return list, err
}

// PutImported implements storage.Imports.
func (tx *Tx) PutImported(run bot.ID, i bot.Imported) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if run.IsZero() || i.Contact.IsZero() || i.Row < 1 || i.Row > math.MaxInt32 {
		return invalid("nobody's row of an import")
	}
	return tx.mark(tx.bucket(importPeople), importedKey(run, i))
}

// DropImported implements storage.Imports.
func (tx *Tx) DropImported(run bot.ID, i bot.Imported) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	return tx.del(tx.bucket(importPeople), importedKey(run, i))
}

// Imported implements storage.Imports.
func (tx *Tx) Imported(run bot.ID, after, limit int) ([]bot.Imported, error) {
	size := storage.Page{Limit: limit}.Size()
	var from []byte
	if after > 0 { // behind every contact of that row
		from = binary.BigEndian.AppendUint32(bytes.Clone(run[:]), uint32(after)+1)
	}
	var list []bot.Imported
	err := tx.walk(tx.bucket(importPeople), run[:], from, false, func(k, _ []byte) (bool, error) {
		_, i := importedOf(k)
		list = append(list, i)
		return len(list) < size, nil
	})
	return list, err
}
