package bolt

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"tinye/bot"
)

// AddTallies implements storage.Tallies.
func (tx *Tx) AddTallies(at bot.Instant, tallies []bot.ScreenTally) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if len(tallies) == 0 {
		return nil
	}
	for _, t := range tallies {
		if t.Flow == "" || t.Screen == "" {
			return invalid("a tally of no screen")
		}
		if err := checkTexts(t.Flow, t.Version, t.Screen); err != nil {
			return err
		}
	}
	day := dayName(at)
	b, err := tx.dayForPut(talliesBucket, day)
	if err != nil {
		return err
	}
	for _, t := range tallies {
		key := tallyKey(t)
		old := b.Get(key)
		if old != nil {
			var was bot.ScreenTally
			if err := tx.open(talliesBucket, dayKey(day, key), old, &was); err != nil {
				return err
			}
			t = sumTallies(t, was)
		}
		value, err := tx.record(talliesBucket, dayKey(day, key), t)
		if err != nil {
			return err
		}
		if err := tx.put(b, key, value, old); err != nil {
			return err
		}
	}
	return nil
}

func sumTallies(a, b bot.ScreenTally) bot.ScreenTally {
	a.Shown += b.Shown
	a.Wrong += b.Wrong
	a.Left += b.Left
	a.Ended += b.Ended
	return a
}

// Tallies implements storage.Tallies.
func (tx *Tx) Tallies(since bot.Instant) ([]bot.ScreenTally, error) {
	if err := tx.ended(); err != nil {
		return nil, err
	}
	parent, first := tx.bt.Bucket(talliesBucket.name), dayName(since)
	var list []bot.ScreenTally
	place := make(map[string]int)
	c := parent.Cursor()
	for day, _ := c.Seek(first); day != nil; day, _ = c.Next() {
		b := tx.day(talliesBucket, day)
		if b == nil {
			continue
		}
		err := tx.walk(b, nil, nil, false, func(k, sealed []byte) (bool, error) {
			var t bot.ScreenTally
			if err := tx.open(talliesBucket, dayKey(day, k), sealed, &t); err != nil {
				return false, err
			}
			parts := bytes.SplitN(k, []byte{0}, 3)
			if len(parts) != 3 {
				return false, fmt.Errorf("storage: a tally's key of %d parts", len(parts))
			}
			t.Flow, t.Version, t.Screen = string(parts[0]), string(parts[1]), string(parts[2])
			if i, known := place[string(k)]; known {
				list[i] = sumTallies(list[i], t)
			} else {
				place[string(k)] = len(list)
				list = append(list, t)
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b bot.ScreenTally) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Screen, b.Screen))
	})
	return list, nil
}

// DropTallies implements storage.Tallies.
func (tx *Tx) DropTallies(before bot.Instant) error { return tx.dropDays(talliesBucket, before) }
