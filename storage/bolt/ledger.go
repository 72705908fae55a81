package bolt

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// ledgerBucket is the ledger of what was erased. It holds ids, keyed hashes and moments only.
var ledgerBucket = bucket{name: []byte("erased"), fill: fillIndex}

// unkeptBucket names those entries that the file beside the database may lack: they are in it from the commit that erases on.
var unkeptBucket = bucket{name: []byte("erased_unkept"), fill: fillIndex}

// ledgerKinds are the kinds of erasure as keys name them.
var ledgerKinds = [...]struct {
	kind bot.ErasureKind
	name byte
}{{bot.ErasedPerson, 'p'}, {bot.ErasedNumber, 'n'}, {bot.ErasedText, erasedText}, {bot.ErasedRequest, erasedQuarantine}}

func kindByte(kind bot.ErasureKind) byte {
	for _, k := range ledgerKinds {
		if k.kind == kind {
			return k.name
		}
	}
	return 0
}

func kindOf(name byte) bot.ErasureKind {
	for _, k := range ledgerKinds {
		if k.name == name {
			return k.kind
		}
	}
	return ""
}

func ledgerKey(e bot.Erasure) []byte {
	return append(append(appendInstant(make([]byte, 0, 8+1+idSize), e.At), kindByte(e.Kind)), e.ID[:]...)
}

// erasureOf is the inverse of ledgerKey.
func erasureOf(key []byte) bot.Erasure {
	return bot.Erasure{At: instantOf(key), Kind: kindOf(key[8]), ID: [idSize]byte(key[9:])}
}

// enter puts an entry into the ledger.
func (tx *Tx) enter(e bot.Erasure) error {
	if kindByte(e.Kind) == 0 || e.At.IsZero() || e.ID == [idSize]byte{} {
		return invalid("an erasure of nothing, or at no time")
	}
	key := ledgerKey(e)
	if tx.bucket(ledgerBucket).Get(key) != nil {
		return nil
	}
	return errors.Join(tx.mark(tx.bucket(ledgerBucket), key), tx.mark(tx.bucket(unkeptBucket), key))
}

// Ledger implements storage.Forgetting.
func (tx *Tx) Ledger(after bot.Erasure, limit int) ([]bot.Erasure, error) {
	var from []byte
	if after != (bot.Erasure{}) {
		from = ledgerKey(after)
	}
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Erasure
	err := tx.walk(tx.bucket(ledgerBucket), nil, from, false, func(k, _ []byte) (bool, error) {
		list = append(list, erasureOf(k))
		return len(list) < size, nil
	})
	return list, err
}

// ledgerPage is how many entries one View reads, and one write to the file holds.
const ledgerPage = 5000

// eachLedgerPage reads all of it; a page is visit's to change.
func (db *DB) eachLedgerPage(ctx context.Context, visit func([]bot.Erasure) error) error {
	for after := (bot.Erasure{}); ; {
		var page []bot.Erasure
		err := db.view(ctx, func(tx *Tx) (err error) {
			page, err = tx.Ledger(after, ledgerPage)
			return err
		})
		if err != nil {
			return err
		}
		more := len(page) == ledgerPage
		if more {
			after = page[len(page)-1]
		}
		if err := visit(page); err != nil || !more {
			return err
		}
	}
}

// ledgerPath is the file beside the database.
func ledgerPath(database string) string { return database + ".erased" }

// keepLedger appends to the file beside the database what it lacks of the ledger: all that was entered since the last call, and
// after a start whatever else is not in the file. The caller holds walking.
func (db *DB) keepLedger(ctx context.Context) error {
	err := db.keepNewLedger(ctx)
	if err == nil && !db.compared {
		err = db.compareLedger(ctx)
		db.compared = err == nil
	}
	if err != nil {
		return fmt.Errorf("storage: keep the ledger of erasures: %w", err)
	}
	return nil
}

// keepNewLedger appends the entries of unkeptBucket. One that is in the file already, after a crash, is there twice then, which
// says no more.
func (db *DB) keepNewLedger(ctx context.Context) error {
	all := func(*Tx, []byte, []byte) (bool, error) { return true, nil }
	for more := true; more; {
		keys, _, goesOn, _, err := db.portion(ctx, unkeptBucket, nil, nil, ledgerPage, ledgerPage, all)
		if err != nil || len(keys) == 0 {
			return err
		}
		more = goesOn
		list := make([]bot.Erasure, len(keys))
		for i, k := range keys {
			list[i] = erasureOf(k)
		}
		if err := appendLedger(ledgerPath(db.o.Path), list); err != nil {
			return err
		}
		for len(keys) > 0 {
			portion := keys[:min(len(keys), resealRows)]
			keys = keys[len(portion):]
			err := db.update(ctx, func(tx *Tx) error {
				for _, k := range portion {
					if err := tx.del(tx.bucket(unkeptBucket), k); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// compareLedger appends every entry that the file lacks: it may have been lost, or be that of an older copy. Of each line 8 bytes
// are held in memory.
func (db *DB) compareLedger(ctx context.Context) error {
	path, seed := ledgerPath(db.o.Path), maphash.MakeSeed()
	var have []uint64
	err := eachKept(path, func(e bot.Erasure) { have = append(have, maphash.Comparable(seed, e)) })
	if err != nil {
		return err
	}
	slices.Sort(have)
	return db.eachLedgerPage(ctx, func(page []bot.Erasure) error {
		return appendLedger(path, slices.DeleteFunc(page, func(e bot.Erasure) bool {
			_, there := slices.BinarySearch(have, maphash.Comparable(seed, e))
			return there
		}))
	})
}

// appendLedger writes lines, which are on the disk when it returns. Behind a line that a power cut left unfinished it begins
// with a new one.
func appendLedger(path string, list []bot.Erasure) (err error) {
	if len(list) == 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	if info.Size() > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, info.Size()-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			lines.WriteByte('\n')
		}
	}
	for _, e := range list {
		fmt.Fprintf(&lines, "%s %s %x\n", e.At.Time().Format(time.RFC3339Nano), e.Kind, e.ID)
	}
	if _, err := f.Write(lines.Bytes()); err != nil {
		return err
	}
	if err := f.Sync(); err != nil || info.Size() > 0 {
		return err
	}
	return syncDir(filepath.Dir(path)) // the name of a new file
}

// readLedger reads the file beside a database; there may be none.
func readLedger(path string) (list []bot.Erasure, err error) {
	err = eachKept(path, func(e bot.Erasure) { list = append(list, e) })
	return list, err
}

// eachKept visits the entries of the file beside a database. A line that a power cut left unfinished is passed over: it is
// written again.
func eachKept(path string, visit func(bot.Erasure)) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if e, ok := parseErasure(lines.Text()); ok {
			visit(e)
		}
	}
	return lines.Err()
}

func parseErasure(line string) (e bot.Erasure, ok bool) {
	words := strings.Fields(line)
	if len(words) != 3 {
		return e, false
	}
	at, err := time.Parse(time.RFC3339Nano, words[0])
	id, hexErr := hex.DecodeString(words[2])
	e.Kind = bot.ErasureKind(words[1])
	if err != nil || hexErr != nil || len(id) != idSize || kindByte(e.Kind) == 0 {
		return e, false
	}
	e.At, e.ID = bot.At(at), [idSize]byte(id)
	return e, true
}
