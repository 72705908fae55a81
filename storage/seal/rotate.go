package seal

import (
	"fmt"
	"slices"
	"time"
)

// State says what a key is still good for.
type State string

// States.
const (
	Live    State = "live"    // seals and opens
	Old     State = "old"     // a newer key has taken its place: opens only
	Dropped State = "dropped" // gone; what it sealed is erased
)

// Key describes a key of the ring, without the key.
type Key struct {
	ID    uint32
	Class Class
	Month Month // Texts only
	State State
}

// Keys lists the keys that seal or sealed values, the oldest first. Of those that were dropped only the last ones of their
// month are listed (Dropped knows all).
func (r *Ring) Keys() ([]Key, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.keys == nil {
		return nil, fmt.Errorf("seal: list the keys: %w", ErrClosed)
	}
	var list []Key
	for _, e := range r.keys.contents.Keys {
		if e.Class == index {
			continue
		}
		k := Key{ID: e.ID, Class: e.Class, State: Live}
		switch {
		case e.dropped():
			k.State = Dropped
		case e.Class == Records && e.ID != r.keys.records.id:
			k.State = Old
		}
		if e.Class == Texts {
			month, err := ParseMonth(e.Month)
			if err != nil {
				return nil, err
			}
			k.Month = month
			if k.State == Live && e.ID != r.keys.months[month].id {
				k.State = Old
			}
		}
		list = append(list, k)
	}
	return list, nil
}

// Dropped tells whether a key with this id was in the ring once and is gone. A closed ring knows none.
func (r *Ring) Dropped(id uint32) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys != nil && r.keys.dropped(id)
}

// Changes is how often keys of the ring were made or dropped: of two copies of a ring the one with more is the newer.
func (r *Ring) Changes() (int, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.keys == nil {
		return 0, fmt.Errorf("seal: count the changes: %w", ErrClosed)
	}
	made := int(r.keys.contents.Next) - 1
	return made + made - len(r.keys.byID), nil
}

// Prepare makes the texts keys of the month of now and of the next one, where they are missing, so that no message has
// to wait for the ring's fsync when the month changes.
func (r *Ring) Prepare(now time.Time) error {
	month := MonthOf(now)
	return r.addMonths(month, month+1)
}

// addMonths makes the keys of those months that have none. They are on disk when it returns. A month whose key was
// dropped gets a new one: a box that starts with a wrong clock must still be able to store a message.
func (r *Ring) addMonths(months ...Month) error {
	r.change.Lock()
	defer r.change.Unlock()
	if r.keys == nil {
		return fmt.Errorf("seal: add a month: %w", ErrClosed)
	}
	var missing []Month
	for _, m := range months {
		if !m.valid() {
			return fmt.Errorf("seal: the clock shows a year outside 0 to 9999")
		}
		if r.keys.months[m] == nil {
			missing = append(missing, m)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return r.rewrite(r.wrapper, func(c *contents) error {
		for _, m := range missing {
			if err := c.add(Texts, m.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// RenewTexts makes a new key the current one of a month. The older ones open what they sealed until DropOldTexts. A month
// without a key is no error: nothing can be read of it.
func (r *Ring) RenewTexts(month Month) error {
	r.change.Lock()
	defer r.change.Unlock()
	if r.keys == nil {
		return fmt.Errorf("seal: renew the key of a month: %w", ErrClosed)
	}
	if r.keys.months[month] == nil {
		return nil
	}
	return r.rewrite(r.wrapper, func(c *contents) error { return c.add(Texts, month.String()) })
}

// DropOldTexts drops all keys of a month but the current one. Call it when every value that is still needed has been sealed
// again: what was overwritten or deleted before RenewTexts can then not be read any more, wherever on the disk it still lies.
// erased are names of the rows that this was done for: the ring keeps the latest few of a month, so that putting an older copy
// of the rows back does not bring their content back (Renewals).
func (r *Ring) DropOldTexts(month Month, erased [][]byte) error {
	r.change.Lock()
	defer r.change.Unlock()
	if r.keys == nil {
		return fmt.Errorf("seal: drop a key: %w", ErrClosed)
	}
	now := r.keys.months[month]
	last := -1
	for i, e := range r.keys.contents.Keys {
		if now != nil && e.Class == Texts && e.Month == month.String() && !e.dropped() && e.ID != now.id {
			last = i
		}
	}
	if last < 0 {
		return nil
	}
	return r.rewrite(r.wrapper, func(c *contents) error {
		for i, e := range c.Keys {
			if e.Class == Texts && e.Month == month.String() && !e.dropped() && e.ID != now.id {
				c.Keys[i].Key, c.Keys[i].Renewed = nil, true
			}
		}
		c.Keys[last].Erased = erased
		return nil
	})
}

// Renewal tells of a month's keys that were renewed: a row that one of them sealed is to be sealed again under the month's
// current key, unless it is one of those erased.
type Renewal struct {
	Month  Month
	After  uint32 // up to this id the month's keys were dropped with all that they sealed
	UpTo   uint32 // and from there up to this one they were renewed
	Erased [][]byte
}

// Renewals lists them by month.
func (r *Ring) Renewals() ([]Renewal, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.keys == nil {
		return nil, fmt.Errorf("seal: list the renewals: %w", ErrClosed)
	}
	after := make(map[string]uint32)
	for _, e := range r.keys.contents.Keys {
		if e.Class == Texts && e.dropped() && !e.Renewed {
			after[e.Month] = max(after[e.Month], e.ID)
		}
	}
	var list []Renewal
	for _, e := range r.keys.contents.Keys {
		if !e.Renewed {
			continue
		}
		month, err := ParseMonth(e.Month)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(x Renewal) bool { return x.Month == month })
		if i < 0 {
			i, list = len(list), append(list, Renewal{Month: month, After: after[e.Month]})
		}
		list[i].UpTo = max(list[i].UpTo, e.ID)
		list[i].Erased = append(list[i].Erased, e.Erased...)
	}
	return list, nil
}

// DropTexts drops the month's keys: what they sealed answers ErrKeyDropped from now on. A month without a key is no error.
func (r *Ring) DropTexts(month Month) error {
	ours := func(e entry) bool { return e.Class == Texts && e.Month == month.String() }
	r.change.Lock()
	defer r.change.Unlock()
	if r.keys == nil {
		return fmt.Errorf("seal: drop a key: %w", ErrClosed)
	}
	if !slices.ContainsFunc(r.keys.contents.Keys, func(e entry) bool { return ours(e) && (!e.dropped() || e.Renewed) }) {
		return nil
	}
	return r.rewrite(r.wrapper, func(c *contents) error {
		for i, e := range c.Keys {
			if ours(e) { // the whole month is erased: nothing of it is to be sealed again
				c.Keys[i].Key, c.Keys[i].Renewed, c.Keys[i].Erased = nil, false, nil
			}
		}
		return nil
	})
}

// RotateRecords makes a new records key the current one. The older ones open what they sealed until DropOldRecords.
func (r *Ring) RotateRecords() error {
	r.change.Lock()
	defer r.change.Unlock()
	return r.rewrite(r.wrapper, func(c *contents) error { return c.add(Records, "") })
}

// DropOldRecords drops all records keys but the current one. Call it when every record has been sealed again.
func (r *Ring) DropOldRecords() error {
	return r.drop(func(e entry) bool { return e.Class == Records && e.ID != r.keys.records.id })
}

func (r *Ring) drop(which func(entry) bool) error {
	r.change.Lock()
	defer r.change.Unlock()
	if r.keys == nil {
		return fmt.Errorf("seal: drop a key: %w", ErrClosed)
	}
	live := func(e entry) bool { return !e.dropped() && which(e) }
	if !slices.ContainsFunc(r.keys.contents.Keys, live) {
		return nil
	}
	return r.rewrite(r.wrapper, func(c *contents) error {
		for i, e := range c.Keys {
			if live(e) {
				c.Keys[i].Key = nil
			}
		}
		return nil
	})
}

// Rewrap closes the ring with another master key; the former one no longer opens it.
func (r *Ring) Rewrap(m *MasterKey) error {
	w, err := m.wrapper()
	if err != nil {
		return err
	}
	r.change.Lock()
	defer r.change.Unlock()
	former := r.wrapper
	if err := r.rewrite(w, func(*contents) error { return nil }); err != nil {
		return err
	}
	clear(former.mac)
	return nil
}
