package bolt

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// ledgerBucket is the ledger of what was erased. It holds ids, keyed hashes and moments only.
var ledgerBucket = bucket{name: []byte("erased"), fill: fillIndex}

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
	tx.db.unkept.Store(true)
	return tx.mark(tx.bucket(ledgerBucket), ledgerKey(e))
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

// ledgerPage is how many entries one View reads.
const ledgerPage = 5000

// ledger reads all of it.
func (db *DB) ledger(ctx context.Context) ([]bot.Erasure, error) {
	var all []bot.Erasure
	for after := (bot.Erasure{}); ; {
		var page []bot.Erasure
		err := db.view(ctx, func(tx *Tx) (err error) {
			page, err = tx.Ledger(after, ledgerPage)
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < ledgerPage {
			return all, nil
		}
		after = page[len(page)-1]
	}
}

// ledgerPath is the file beside the database.
func ledgerPath(database string) string { return database + ".erased" }

// keepLedger appends to the file beside the database what it lacks of the ledger. Nothing is done while nothing was erased.
func (db *DB) keepLedger(ctx context.Context) error {
	if !db.unkept.Swap(false) {
		return nil
	}
	err := db.update(ctx, func(*Tx) error { return nil }) // waits for closures that entered something
	if err == nil {
		err = db.writeLedger(ctx)
	}
	if err != nil {
		db.unkept.Store(true)
		return fmt.Errorf("storage: keep the ledger of erasures: %w", err)
	}
	return nil
}

func (db *DB) writeLedger(ctx context.Context) error {
	path := ledgerPath(db.o.Path)
	kept, err := readLedger(path)
	if err != nil {
		return err
	}
	have := make(map[bot.Erasure]bool, len(kept))
	for _, e := range kept {
		have[e] = true
	}
	all, err := db.ledger(ctx)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, e := range all {
		if !have[e] {
			fmt.Fprintf(&lines, "%s %s %x\n", e.At.Time().Format(time.RFC3339Nano), e.Kind, e.ID)
		}
	}
	if lines.Len() == 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(lines.Bytes())
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// readLedger reads the file beside a database; there may be none. A line that a power cut left unfinished is passed over: it
// is written again.
func readLedger(path string) ([]bot.Erasure, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []bot.Erasure
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if e, ok := parseErasure(lines.Text()); ok {
			list = append(list, e)
		}
	}
	return list, lines.Err()
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
