package people

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// How many codes a sheet has.
const (
	UsualCodes = 20
	MostCodes  = 60
)

// Drawn is a code that was drawn for a sheet, with the key under which it is kept.
type Drawn struct {
	Code string
	Key  bot.CodeKey
}

// DrawCode draws a one-use code of six digits. None begins with 0, which people leave out, and none is a reference, so
// that a text with both says which is which.
func DrawCode(random io.Reader) (string, error) {
	for {
		n, err := rand.Int(random, big.NewInt(900_000))
		if err != nil {
			return "", fmt.Errorf("people: draw a code: %w", err)
		}
		code := fmt.Sprint(100_000 + n.Int64())
		if _, isRef := bot.ParseRef(code); !isRef {
			return code, nil
		}
	}
}

// PrintSheet makes a sheet of count codes for the account that acts, which voids its last one; voided tells how many codes of
// that were still good. drawn holds more codes than are needed, since some may be on another sheet. The codes are returned
// here and never again.
func PrintSheet(tx storage.Tx, a Act, drawn []Drawn, count int) (codes []string, voided int, err error) {
	if count < 1 || count > MostCodes {
		return nil, 0, bot.Fault(bot.CodeInvalid, "desk.bad_count", "max", fmt.Sprint(MostCodes))
	}
	by, err := a.Actor(tx, bot.Roles()...)
	if err != nil {
		return nil, 0, err
	}
	if voided, err = tx.DropSheet(by.Name); err != nil {
		return nil, 0, fmt.Errorf("people: print sheet: %w", err)
	}
	for _, d := range drawn {
		if len(codes) == count {
			break
		}
		c := bot.SheetCode{Key: d.Key, User: by.Name, No: len(codes) + 1, PrintedAt: a.At}
		err := tx.PutSheetCode(c, 0)
		if errors.Is(err, storage.ErrConflict) {
			continue // somebody else's, or drawn twice
		}
		if err != nil {
			return nil, 0, fmt.Errorf("people: print sheet: %w", err)
		}
		codes = append(codes, d.Code)
	}
	if len(codes) < count {
		return nil, 0, errors.New("people: print sheet: too few codes were drawn")
	}
	return codes, voided, a.Note(tx, by, "codes.printed", by.Name, fmt.Sprint(count))
}

// slowFor is how long a number waits after its first, second and every further wrong code in a row.
var slowFor = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

// forgetWrong is when wrong codes no longer count against a number.
const forgetWrong = 24 * time.Hour

// SlowedFor is how long a number has to wait before a code from it is looked at; 0 = it need not.
func SlowedFor(n bot.DeskNumber, at bot.Instant) time.Duration {
	since := at.Sub(n.WrongAt)
	if n.Wrong <= 0 || since < 0 { // the clock was set back
		return 0
	}
	return max(0, slowFor[min(n.Wrong, len(slowFor))-1]-since)
}

// UseCode takes a code that came from a number. A code that is not the account's own, or was used, or is on a sheet that is
// void, is a wrong one, and slows the number down: wait is how long. While the number is slow, no code is looked at.
func UseCode(tx storage.Tx, n bot.DeskNumber, key bot.CodeKey, at bot.Instant) (good bool, wait time.Duration, err error) {
	if wait = SlowedFor(n, at); wait > 0 {
		return false, wait, nil
	}
	c, err := tx.SheetCode(key)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return false, 0, fmt.Errorf("people: use code: %w", err)
	}
	good = err == nil && c.User == n.User && c.UsedAt.IsZero()
	wrong := n.Wrong
	switch {
	case good:
		c.UsedAt = at
		if err := tx.PutSheetCode(c, c.Rev); err != nil {
			return false, 0, fmt.Errorf("people: use code: %w", err)
		}
		n.Wrong, n.WrongAt = 0, 0
	case at.Sub(n.WrongAt) >= forgetWrong:
		n.Wrong, n.WrongAt = 1, at
	default:
		n.Wrong, n.WrongAt = n.Wrong+1, at
	}
	if good && wrong == 0 {
		return true, 0, nil
	}
	if err := tx.PutDeskNumber(n, n.Rev); err != nil {
		return false, 0, fmt.Errorf("people: use code: %w", err)
	}
	return good, SlowedFor(n, at), nil
}
