package bolt

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// newEncoding gives CBOR as package bot's tags say: integer keys, byte arrays as byte strings, moments as integers.
func newEncoding() (cbor.UserBufferEncMode, error) {
	return cbor.EncOptions{}.UserBufferEncMode()
}

// seal encodes a row and seals it for one place in the file. The result is nobody else's.
func (tx *Tx) seal(class seal.Class, at time.Time, bucket string, key []byte, row any) ([]byte, error) {
	tx.encoded.Reset()
	if err := tx.db.encoding.MarshalToBuffer(row, &tx.encoded); err != nil {
		return nil, fmt.Errorf("storage: encode a row of %s: %w", bucket, err)
	}
	return tx.sealBytes(class, at, nil, bucket, key, tx.encoded.Bytes())
}

// sealBytes seals plain behind what dst holds.
func (tx *Tx) sealBytes(class seal.Class, at time.Time, dst []byte, bucket string, key, plain []byte) ([]byte, error) {
	sealed, err := tx.db.ring.Seal(dst, class, at, bucket, key, plain)
	if err != nil {
		if noSpace(err) { // a new month's key could not be kept
			err = errors.Join(storage.ErrFull, err)
		}
		return nil, fmt.Errorf("storage: seal a row of %s: %w", bucket, err)
	}
	return sealed, nil
}

// record seals a row under the current records key.
func (tx *Tx) record(b bucket, key []byte, row any) ([]byte, error) {
	return tx.seal(seal.Records, time.Time{}, string(b.name), key, row)
}

// text seals a row under the texts key of at's month.
func (tx *Tx) text(b bucket, at bot.Instant, key []byte, row any) ([]byte, error) {
	return tx.seal(seal.Texts, at.Time(), string(b.name), key, row)
}

// open is the inverse of record and text; ErrErased if the row's key was dropped.
func (tx *Tx) open(b bucket, key, sealed []byte, row any) error {
	plain, err := tx.openBytes(b, key, sealed)
	if err != nil {
		return err
	}
	if err := cbor.Unmarshal(plain, row); err != nil {
		return fmt.Errorf("storage: decode a row of %s: %w", b.name, err)
	}
	return nil
}

// openBytes gives bytes that are good until the next open.
func (tx *Tx) openBytes(b bucket, key, sealed []byte) ([]byte, error) {
	plain, err := tx.db.ring.Open(tx.plain[:0], string(b.name), key, sealed)
	switch {
	case errors.Is(err, seal.ErrKeyDropped):
		return nil, storage.ErrErased
	case err != nil:
		return nil, fmt.Errorf("storage: open a row of %s: %w", b.name, err)
	}
	tx.plain = plain
	return plain, nil
}

// checkTexts refuses what another engine could not keep.
func checkTexts[S ~string](texts ...S) error {
	for _, s := range texts {
		if !utf8.ValidString(string(s)) || strings.IndexByte(string(s), 0) >= 0 {
			return fmt.Errorf("%w: a text is not valid UTF-8 without NUL", storage.ErrInvalid)
		}
	}
	return nil
}

// invalid is ErrInvalid with the rule that was broken; the rule names no data.
func invalid(rule string) error { return fmt.Errorf("%w: %s", storage.ErrInvalid, rule) }
