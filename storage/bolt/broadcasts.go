package bolt

import (
	"bytes"
	"errors"
	"maps"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

var (
	broadcastsBucket = bucket{name: []byte("broadcasts"), fill: fillRows}
	openBroadcasts   = bucket{name: []byte("broadcasts_open"), fill: fillIndex}
	runLanes         = bucket{name: []byte("run_lanes")}
	runQueue         = bucket{name: []byte("run_queue"), fill: fillIndex}
	runRows          = bucket{name: []byte("run_rows"), fill: fillIndex}
	runTallies       = bucket{name: []byte("run_tallies")}
	sentBucket       = bucket{name: []byte("sent")}
)

// Broadcast implements storage.Broadcasts.
func (tx *Tx) Broadcast(id bot.ID) (bot.Broadcast, error) {
	b, _, err := tx.broadcast(id)
	return b, err
}

// broadcast also gives the sealed row.
func (tx *Tx) broadcast(id bot.ID) (bot.Broadcast, []byte, error) {
	sealed := tx.bucket(broadcastsBucket).Get(id[:])
	if sealed == nil {
		return bot.Broadcast{}, nil, storage.ErrNotFound
	}
	if tx.writable {
		if b, ok := tx.lastRun.find(id, sealed); ok {
			b.LeftOut = maps.Clone(b.LeftOut)
			return b, sealed, nil
		}
	}
	var b bot.Broadcast
	if err := tx.open(broadcastsBucket, id[:], sealed, &b); err != nil {
		return bot.Broadcast{}, nil, err
	}
	b.ID = id
	if tx.writable {
		kept := b
		kept.LeftOut = maps.Clone(b.LeftOut) // the caller may count in its own
		tx.lastRun.keep(id, sealed, kept)
	}
	return b, sealed, nil
}

// PutBroadcast implements storage.Broadcasts.
func (tx *Tx) PutBroadcast(b bot.Broadcast, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkBroadcast(b); err != nil {
		return err
	}
	old, sealed, err := tx.broadcast(b.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	b.Rev = ifRev + 1
	key := bytes.Clone(b.ID[:])
	value, err := tx.record(broadcastsBucket, key, b)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(broadcastsBucket), key, value, sealed); err != nil {
		return err
	}
	open := tx.bucket(openBroadcasts)
	if b.ReportAt.IsZero() {
		err = tx.mark(open, key)
	} else {
		err = tx.del(open, key)
	}
	if err != nil {
		return err
	}
	lane := runLaneKey(b.Kind.Lane(), b.ID)
	lanes := tx.bucket(runLanes)
	if b.State == bot.BroadcastQueueing || b.State == bot.BroadcastSending {
		return tx.put(lanes, lane, appendInstant(nil, b.HeldUntil), bytes.Clone(lanes.Get(lane)))
	}
	return tx.del(lanes, lane)
}

// Broadcasts implements storage.Broadcasts.
func (tx *Tx) Broadcasts(p storage.Page) ([]bot.Broadcast, error) {
	ids, err := tx.indexed(tx.bucket(broadcastsBucket), nil, p)
	if err != nil {
		return nil, err
	}
	var rows []bot.Broadcast
	for _, id := range ids {
		b, err := tx.Broadcast(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, b)
	}
	return rows, nil
}

// OpenBroadcasts implements storage.Broadcasts.
func (tx *Tx) OpenBroadcasts(p storage.Page) ([]bot.ID, error) {
	return tx.indexed(tx.bucket(openBroadcasts), nil, p)
}

func runLaneKey(lane bot.Lane, run bot.ID) []byte {
	return append([]byte{laneDigit(lane)}, run[:]...)
}

// run is one that may be claimed from, and since when.
type run struct {
	id   bot.ID
	from bot.Instant
}

// runsIn lists the runs of a lane that may be claimed from, the oldest first.
func (tx *Tx) runsIn(lane bot.Lane) ([]run, error) {
	var runs []run
	err := tx.walk(tx.bucket(runLanes), []byte{laneDigit(lane)}, nil, false, func(k, v []byte) (bool, error) {
		runs = append(runs, run{lastID(k), instantOf(v)})
		return true, nil
	})
	return runs, err
}

// runPrefix begins the keys of a run's queued rows for a gateway.
func runPrefix(run bot.ID, gateway string) []byte {
	return append(append(append(make([]byte, 0, 2*idSize+len(gateway)+9), run[:]...), gateway...), 0)
}

func runQueueKey(o bot.Outbound) []byte {
	return append(appendInstant(runPrefix(o.Broadcast, o.Gateway), o.NextAt), o.ID[:]...)
}

// runRowKey is a row's place in the list of what went wrong; nil where its state has none.
func runRowKey(o bot.Outbound) []byte {
	if o.Broadcast.IsZero() {
		return nil
	}
	switch o.State {
	case bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed:
		return append(runRowPrefix(o.Broadcast, o.State), o.ID[:]...)
	}
	return nil
}

// runRowPrefix begins the keys of a run's rows in a state; "" those of all its rows.
func runRowPrefix(run bot.ID, state bot.OutState) []byte {
	return append(append(append(make([]byte, 0, 2*idSize+len(state)+1), run[:]...), state...), 0)
}

// moveRunRow keeps a row's place in the lists of its run, and counts it.
func (tx *Tx) moveRunRow(o, old bot.Outbound) error {
	if !o.Broadcast.IsZero() && old.Broadcast.IsZero() {
		if err := tx.mark(tx.bucket(runRows), append(runRowPrefix(o.Broadcast, ""), o.ID[:]...)); err != nil {
			return err
		}
	}
	if !o.Broadcast.IsZero() && o.State == bot.OutDelivered && old.State != bot.OutDelivered {
		if err := tx.countTwice(o); err != nil {
			return err
		}
	}
	to, from := runRowKey(o), runRowKey(old)
	if from != nil && !bytes.Equal(from, to) {
		if err := tx.del(tx.bucket(runRows), from); err != nil {
			return err
		}
	}
	tx.countRun(old, -1)
	tx.countRun(o, 1)
	if to == nil {
		return nil
	}
	return tx.mark(tx.bucket(runRows), to)
}

// BroadcastRows implements storage.Broadcasts.
func (tx *Tx) BroadcastRows(id bot.ID, state bot.OutState, p storage.Page) ([]bot.Outbound, error) {
	switch state {
	case "", bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed:
		ids, err := tx.indexed(tx.bucket(runRows), runRowPrefix(id, state), p)
		return tx.outbounds(ids, err)
	case bot.OutQueued:
		return tx.outbounds(tx.queuedOf(id[:], p.Size()))
	}
	var found []bot.Outbound
	for page := (storage.Page{After: p.After, Newest: p.Newest, Limit: runLook}); ; {
		rows, err := tx.BroadcastRows(id, "", page)
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			if o.State == state {
				found = append(found, o)
			}
			if len(found) == p.Size() {
				return found, nil
			}
		}
		if len(rows) < runLook {
			return found, nil
		}
		page.After = rows[len(rows)-1].ID
	}
}

// runLook is how many rows of a run are read at once in search of some.
const runLook = 500

// outbounds reads the rows that an index named.
func (tx *Tx) outbounds(ids []bot.ID, err error) ([]bot.Outbound, error) {
	if err != nil {
		return nil, err
	}
	rows := make([]bot.Outbound, 0, len(ids))
	for _, id := range ids {
		o, err := tx.Outbound(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, o)
	}
	return rows, nil
}

// queuedOf lists rows of runs that are queued, gateway by gateway and the earliest due first. There is no After, as all of them leave
// the list once they are handled.
func (tx *Tx) queuedOf(prefix []byte, limit int) ([]bot.ID, error) {
	var ids []bot.ID
	err := tx.walk(tx.bucket(runQueue), prefix, nil, false, func(k, _ []byte) (bool, error) {
		ids = append(ids, lastID(k))
		return len(ids) < limit, nil
	})
	return ids, err
}

// BroadcastQueued implements storage.Broadcasts.
func (tx *Tx) BroadcastQueued(id bot.ID, gateway string, limit int) ([]bot.Outbound, error) {
	return tx.outbounds(tx.queuedOf(runPrefix(id, gateway), storage.Page{Limit: limit}.Size()))
}

// BroadcastGateways implements storage.Broadcasts. It looks at one row of each gateway.
func (tx *Tx) BroadcastGateways(id bot.ID) ([]string, error) {
	var names []string
	c := tx.bucket(runQueue).Cursor()
	for k, _ := c.Seek(id[:]); bytes.HasPrefix(k, id[:]); {
		name, _, _ := bytes.Cut(k[idSize:], []byte{0})
		names = append(names, string(name))
		k, _ = c.Seek(append(append(bytes.Clone(id[:]), name...), 1)) // behind all of its rows
	}
	return names, nil
}

// mostRepeats is how often a row can have been repeated, as far as anybody counts.
const mostRepeats = 20

// countTwice notes that somebody gets a message by a row, if they got it by another one that it repeats, or that repeats it.
func (tx *Tx) countTwice(o bot.Outbound) error {
	back := func(o bot.Outbound) bot.ID { return o.ResendOf }
	on := func(o bot.Outbound) bot.ID { return o.Again }
	for _, next := range []func(bot.Outbound) bot.ID{back, on} {
		at := o
		for range mostRepeats {
			id := next(at)
			if id.IsZero() {
				break
			}
			var err error
			if at, err = tx.Outbound(id); err != nil {
				return err
			}
			if at.State == bot.OutDelivered {
				tx.counts = append(tx.counts, runCount{run: o.Broadcast, twice: 1})
				return nil
			}
		}
	}
	return nil
}

// SentSince implements storage.Broadcasts.
func (tx *Tx) SentSince(to bot.ContactKey, since bot.Instant) (int, error) {
	n := 0
	first := dayName(since)
	c := tx.bt.Bucket(sentBucket.name).Cursor()
	for day, _ := c.Seek(first); day != nil; day, _ = c.Next() {
		if b := tx.day(sentBucket, day); b != nil {
			n += len(b.Get(to[:])) / idSize
		}
	}
	return n, nil
}

// MarkSent implements storage.Broadcasts. The value is the ids of the messages: a mark made again changes nothing.
func (tx *Tx) MarkSent(to bot.ContactKey, message bot.ID, at bot.Instant) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if to.IsZero() || message.IsZero() {
		return invalid("a mark of no message or nobody")
	}
	b, err := tx.dayForPut(sentBucket, dayName(at))
	if err != nil {
		return err
	}
	old := b.Get(to[:])
	for i := 0; i+idSize <= len(old); i += idSize {
		if bot.ID(old[i:i+idSize]) == message {
			return nil
		}
	}
	return tx.put(b, bytes.Clone(to[:]), append(bytes.Clone(old), message[:]...), old)
}

// unmarkSent takes back the mark of a message that did not leave.
func (tx *Tx) unmarkSent(o bot.Outbound) error {
	first := dayName(o.CreatedAt)
	c := tx.bt.Bucket(sentBucket.name).Cursor()
	for day, _ := c.Seek(first); day != nil; day, _ = c.Next() {
		b := tx.day(sentBucket, day)
		if b == nil {
			continue
		}
		old := b.Get(o.Contact[:])
		for i := 0; i+idSize <= len(old); i += idSize {
			if bot.ID(old[i:i+idSize]) != o.ID {
				continue
			}
			var err error
			if len(old) == idSize {
				err = tx.del(b, bytes.Clone(o.Contact[:]))
			} else {
				err = tx.put(b, bytes.Clone(o.Contact[:]), slices.Concat(old[:i], old[i+idSize:]), old)
			}
			if err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// DropSent implements storage.Broadcasts.
func (tx *Tx) DropSent(before bot.Instant) error { return tx.dropDays(sentBucket, before) }

func checkBroadcast(b bot.Broadcast) error {
	if b.ID.IsZero() || b.State == "" {
		return invalid("a broadcast without an id or a state")
	}
	failed := errors.Join(checkAudience(b.Audience),
		checkTexts(string(b.Ref), string(b.Kind), string(b.State), string(b.Before), b.StartedBy, b.Taken.By, string(b.Taken.Reason)))
	for _, t := range b.Texts {
		failed = errors.Join(failed, checkTexts(string(t.Lang), string(t.Text), string(t.Encoding)))
	}
	for reason := range b.LeftOut {
		failed = errors.Join(failed, checkTexts(reason))
	}
	return failed
}
