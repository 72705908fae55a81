package bolt

import (
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// refLetter is a kind on disk; 0 for a kind that does not exist.
func refLetter(k bot.RefKind) byte {
	switch k {
	case bot.RefReport:
		return 'r'
	case bot.RefRumour:
		return 'u'
	case bot.RefBulletin:
		return 'b'
	}
	return 0
}

// TakeRef implements storage.Refs.
func (tx *Tx) TakeRef(candidates []bot.Ref, kind bot.RefKind, id bot.ID) (bot.Ref, error) {
	if err := tx.canWrite(); err != nil {
		return "", err
	}
	letter := refLetter(kind)
	if letter == 0 || id.IsZero() {
		return "", invalid("a reference to nothing")
	}
	b := tx.bucket(refsBucket)
	for _, ref := range candidates {
		if _, ok := bot.ParseRef(string(ref)); !ok {
			return "", invalid("a candidate that is no reference")
		}
		key := []byte(ref)
		if b.Get(key) != nil {
			continue
		}
		if err := tx.put(b, key, append([]byte{letter}, id[:]...), nil); err != nil {
			return "", err
		}
		return ref, nil
	}
	return "", storage.ErrNoRef
}

// FindRef implements storage.Refs.
func (tx *Tx) FindRef(ref bot.Ref) (bot.RefKind, bot.ID, error) {
	if ref == "" {
		return "", bot.ID{}, storage.ErrNotFound
	}
	value := tx.bucket(refsBucket).Get([]byte(ref))
	if value == nil {
		return "", bot.ID{}, storage.ErrNotFound
	}
	for _, kind := range []bot.RefKind{bot.RefReport, bot.RefRumour, bot.RefBulletin} {
		if len(value) == 1+idSize && value[0] == refLetter(kind) {
			return kind, bot.ID(value[1:]), nil
		}
	}
	return "", bot.ID{}, fmt.Errorf("storage: a reference with a value of %d bytes that means nothing", len(value))
}
