package bulletin

import (
	"errors"
	"fmt"
	"strconv"

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

// Runs are the runs of a bulletin, the oldest first.
func Runs(tx storage.Tx, bulletin bot.ID) ([]bot.Broadcast, error) {
	var found []bot.Broadcast
	for page := (storage.Page{Limit: runsAtOnce}); ; {
		runs, err := tx.Broadcasts(page)
		if err != nil {
			return nil, fmt.Errorf("bulletin: runs: %w", err)
		}
		for _, r := range runs {
			page.After = r.ID
			if r.Bulletin == bulletin {
				found = append(found, r)
			}
		}
		if len(runs) < runsAtOnce {
			return found, nil
		}
	}
}

// runsAtOnce is how many runs are read at once.
const runsAtOnce = 200

// FindRun finds a run of a bulletin: the n-th, counted from 1; 0 = the last one. A run's own id names it, too: requests for consent have no
// bulletin, which is zero then.
func FindRun(tx storage.Tx, ref string, n int) (bot.Bulletin, bot.Broadcast, error) {
	if id, err := bot.ParseID(ref); err == nil {
		return runByID(tx, id, ref)
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, bot.Broadcast{}, err
	}
	if b.LastRun.IsZero() {
		return bot.Bulletin{}, bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.broadcast_none", "ref", ref)
	}
	if n == 0 || n == b.Runs {
		run, err := tx.Broadcast(b.LastRun)
		if err != nil {
			return bot.Bulletin{}, bot.Broadcast{}, fmt.Errorf("bulletin: find run: %w", err)
		}
		return b, run, nil
	}
	runs, err := Runs(tx, b.ID)
	if err != nil {
		return bot.Bulletin{}, bot.Broadcast{}, err
	}
	if n < 0 || n > len(runs) {
		return bot.Bulletin{}, bot.Broadcast{}, bot.Fault(bot.CodeNotFound, "desk.broadcast_no_such_run", "ref", ref, "max", strconv.Itoa(len(runs)))
	}
	return b, runs[n-1], nil
}

func runByID(tx storage.Tx, id bot.ID, ref string) (b bot.Bulletin, run bot.Broadcast, err error) {
	if run, err = tx.Broadcast(id); errors.Is(err, storage.ErrNotFound) {
		return b, run, bot.Fault(bot.CodeNotFound, "desk.no_such_bulletin", "ref", ref)
	}
	if err == nil && !run.Bulletin.IsZero() {
		b, err = tx.Bulletin(run.Bulletin)
	}
	if err != nil {
		return b, run, fmt.Errorf("bulletin: find run: %w", err)
	}
	return b, run, nil
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
