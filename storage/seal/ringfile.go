package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"
	"github.com/fxamacker/cbor/v2"
)

const (
	ringKind = "tinye key ring "
	// ringVersion is the newest version that we read. Version 2 knows renewed keys, and ids that are left out because their key
	// was dropped; a ring without either is written as version 1.
	ringVersion = 2
	// ringLimit is the longest ring file we read, in bytes; a ring of ten years has about 50 kB.
	ringLimit = 1 << 20
	// namesOfMonth is how many erased rows a month names in the ring at most, the latest; the ring is wrapped anew with each
	// change, and the ledger of erasures names all.
	namesOfMonth = 16
)

// Class says what a key seals.
type Class string

// Classes.
const (
	Records Class = "records" // sealed again when the key is rotated
	Texts   Class = "texts"   // by month; dropping the month's keys erases them
	index   Class = "index"   // never seals: the key of Index, made with the ring and kept as long
)

// contents is what the ring file holds inside its wrapping; doc.go draws it.
type contents struct {
	Next uint32  `cbor:"1,keyasint"` // the id of the next key
	Keys []entry `cbor:"2,keyasint"`
}

type entry struct {
	ID    uint32 `cbor:"1,keyasint"`
	Class Class  `cbor:"2,keyasint"`
	Month string `cbor:"3,keyasint,omitempty"` // "2026-11", texts only
	Key   secret `cbor:"4,keyasint,omitempty"` // none once dropped

	Renewed bool     `cbor:"5,keyasint,omitempty"` // dropped after what it sealed was sealed again, but for what was erased
	Erased  [][]byte `cbor:"6,keyasint,omitempty"` // names of rows that were erased, on the month's last renewed key
}

func (e entry) dropped() bool { return len(e.Key) == 0 }

// add makes a new key.
func (c *contents) add(class Class, month string) error {
	if c.Next == math.MaxUint32 {
		return errors.New("seal: the ring has no key id left")
	}
	c.Keys = append(c.Keys, entry{ID: c.Next, Class: class, Month: month, Key: newSecret()})
	c.Next++
	return nil
}

// version is the oldest version that can hold the contents.
func (c contents) version() int {
	if len(c.Keys) != int(c.Next)-1 {
		return 2
	}
	for _, e := range c.Keys {
		if e.Renewed {
			return 2
		}
	}
	return 1
}

// compact leaves out dropped keys that nothing has to be known of any more: an id that was given and is not there was dropped.
// Of each month the last one stays that was dropped with all that it sealed, and the last one that was renewed, which tell a
// restore what to do with the older ones. Names of erased rows go over to it.
func (c *contents) compact() {
	type kind struct {
		month   string
		renewed bool
	}
	last := make(map[kind]int)
	for i, e := range c.Keys {
		if e.Class == Texts && e.dropped() {
			k := kind{e.Month, e.Renewed}
			if at, ok := last[k]; !ok || c.Keys[at].ID < e.ID {
				last[k] = i
			}
		}
	}
	names := make(map[string][][]byte)
	var kept []entry
	for i, e := range c.Keys {
		if !e.dropped() || e.Class == Texts && last[kind{e.Month, e.Renewed}] == i {
			kept = append(kept, e)
		}
		if e.Renewed {
			names[e.Month] = append(names[e.Month], e.Erased...)
		}
	}
	for i, e := range kept {
		if all := names[e.Month]; e.Renewed {
			kept[i].Erased = all[max(0, len(all)-namesOfMonth):]
		}
	}
	c.Keys = kept
}

// check refuses a ring that no version of this package writes.
func (c contents) check() error {
	ids := make(map[uint32]bool, len(c.Keys))
	indexes, records := 0, 0
	for _, e := range c.Keys {
		if e.ID == 0 || e.ID >= c.Next || ids[e.ID] {
			return fmt.Errorf("key id %d: %w", e.ID, ErrDamaged)
		}
		ids[e.ID] = true
		if !e.dropped() && len(e.Key) != keySize {
			return fmt.Errorf("key %d has %d bytes: %w", e.ID, len(e.Key), ErrDamaged)
		}
		if e.Class != Texts && e.Month != "" {
			return fmt.Errorf("key %d has a month: %w", e.ID, ErrDamaged)
		}
		if (e.Renewed || len(e.Erased) > 0) && (e.Class != Texts || !e.dropped()) {
			return fmt.Errorf("key %d is renewed and not dropped: %w", e.ID, ErrDamaged)
		}
		switch e.Class {
		case index:
			if e.dropped() {
				return fmt.Errorf("the index key is gone: %w", ErrDamaged)
			}
			indexes++
		case Records:
			if !e.dropped() {
				records++
			}
		case Texts:
			if _, err := ParseMonth(e.Month); err != nil {
				return fmt.Errorf("key %d: %w: %w", e.ID, err, ErrDamaged)
			}
		default:
			return fmt.Errorf("key %d is of no known class: %w", e.ID, ErrDamaged)
		}
	}
	if indexes != 1 || records == 0 {
		return fmt.Errorf("%d index and %d records keys: %w", indexes, records, ErrDamaged)
	}
	return nil
}

func (c contents) encode() ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(c)
}

func decodeContents(data []byte) (contents, error) {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
	}.DecMode()
	if err != nil {
		return contents{}, err
	}
	var c contents
	if err := mode.Unmarshal(data, &c); err != nil {
		return contents{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return c, c.check()
}

// wrapper closes a ring: the master key's public key, and the mac key derived from its secret.
type wrapper struct {
	to  *age.X25519Recipient
	mac secret
}

// Format hides the mac key: fmt cannot ask the type of a field that is not exported.
func (wrapper) Format(f fmt.State, _ rune) { io.WriteString(f, "hidden") }

func (w wrapper) sum(header, body []byte) []byte {
	h := hmac.New(sha256.New, w.mac)
	h.Write(header)
	h.Write(body)
	return h.Sum(nil)
}

// wrap gives the bytes of the ring file.
func (w wrapper) wrap(c contents) ([]byte, error) {
	body, err := c.encode()
	if err != nil {
		return nil, fmt.Errorf("seal: encode the ring: %w", err)
	}
	defer clear(body)
	header := fmt.Appendf(nil, "%s%d\n%s\n", ringKind, c.version(), w.to)
	out := bytes.NewBuffer(slices.Clone(header))
	enc, err := age.Encrypt(out, w.to)
	if err != nil {
		return nil, fmt.Errorf("seal: wrap the ring: %w", err)
	}
	for _, part := range [][]byte{w.sum(header, body), body} {
		if _, err := enc.Write(part); err != nil {
			return nil, fmt.Errorf("seal: wrap the ring: %w", err)
		}
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("seal: wrap the ring: %w", err)
	}
	return out.Bytes(), nil
}

// unwrap reads the bytes of a ring file. Whose ring it is stands in the open, so that a wrong key and a damaged file
// are told apart.
func (m *MasterKey) unwrap(data []byte, w wrapper) (contents, error) {
	if len(data) > ringLimit {
		return contents{}, fmt.Errorf("key ring longer than %d bytes: %w", ringLimit, ErrDamaged)
	}
	public, header, wrapped, err := splitRing(data)
	if err != nil {
		return contents{}, err
	}
	if public != m.Public() {
		return contents{}, fmt.Errorf("%w: the key ring belongs to master key %s, given was %s", ErrWrongKey, public, m.Public())
	}
	r, err := age.Decrypt(bytes.NewReader(wrapped), m.identity)
	if err != nil {
		return contents{}, fmt.Errorf("key ring: %w: %w", ErrDamaged, err)
	}
	plain, err := io.ReadAll(r)
	defer clear(plain)
	if err != nil {
		return contents{}, fmt.Errorf("key ring: %w: %w", ErrDamaged, err)
	}
	if len(plain) < sha256.Size {
		return contents{}, fmt.Errorf("key ring cut short: %w", ErrDamaged)
	}
	mac, body := plain[:sha256.Size], plain[sha256.Size:]
	if !hmac.Equal(mac, w.sum(header, body)) {
		return contents{}, fmt.Errorf("key ring not made with its master key: %w", ErrDamaged)
	}
	c, err := decodeContents(body)
	if err != nil {
		return contents{}, fmt.Errorf("key ring: %w", err)
	}
	return c, nil
}

// splitRing parts the two open lines from the age file.
func splitRing(data []byte) (public string, header, wrapped []byte, err error) {
	kind, rest, ok := bytes.Cut(data, []byte("\n"))
	version, isRing := strings.CutPrefix(string(kind), ringKind)
	if !ok || !isRing {
		return "", nil, nil, fmt.Errorf("not a key ring: %w", ErrDamaged)
	}
	if v, err := strconv.ParseUint(version, 10, 16); err != nil || v == 0 {
		return "", nil, nil, fmt.Errorf("key ring of no known version: %w", ErrDamaged)
	} else if v > ringVersion {
		return "", nil, nil, fmt.Errorf("key ring version %d, this program knows %d: %w", v, ringVersion, ErrNewer)
	}
	line, wrapped, ok := bytes.Cut(rest, []byte("\n"))
	if !ok {
		return "", nil, nil, fmt.Errorf("key ring cut short: %w", ErrDamaged)
	}
	// The bech32 checksum of the public key finds a damaged line.
	to, err := age.ParseX25519Recipient(string(line))
	if err != nil {
		return "", nil, nil, fmt.Errorf("key ring names no master key: %w", ErrDamaged)
	}
	return to.String(), data[:len(data)-len(wrapped)], wrapped, nil
}
