package bulletin

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/locales"
	"tinye/storage"
)

// Find finds a bulletin by its reference.
func Find(tx storage.Tx, ref string) (bot.Bulletin, error) {
	parsed, ok := bot.ParseRef(ref)
	if !ok {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bad_ref", "ref", ref)
	}
	kind, id, err := tx.FindRef(parsed)
	if errors.Is(err, storage.ErrNotFound) || err == nil && kind != bot.RefBulletin {
		return bot.Bulletin{}, bot.Fault(bot.CodeNotFound, "desk.no_such_bulletin", "ref", ref)
	}
	if err != nil {
		return bot.Bulletin{}, fmt.Errorf("bulletin: find: %w", err)
	}
	b, err := tx.Bulletin(id)
	if err != nil {
		return bot.Bulletin{}, fmt.Errorf("bulletin: find: %w", err)
	}
	return b, nil
}

// correctedOn is the day on which what a bulletin corrects was first sent, as readers know it; "" if it corrects nothing.
func (d Desk) correctedOn(tx storage.Tx, b bot.Bulletin) (string, error) {
	if b.Corrects.IsZero() {
		return "", nil
	}
	first, err := tx.Bulletin(b.Corrects)
	if err != nil {
		return "", fmt.Errorf("bulletin: corrected: %w", err)
	}
	on := first.CreatedAt
	if !first.LastRun.IsZero() {
		run, err := tx.Broadcast(first.LastRun)
		if err != nil {
			return "", fmt.Errorf("bulletin: corrected: %w", err)
		}
		on = run.StartedAt
	}
	return locales.Day(on, d.Zone), nil
}
