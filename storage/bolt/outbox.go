package bolt

import (
	"bytes"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// Outbound implements storage.Outbox.
func (tx *Tx) Outbound(id bot.ID) (bot.Outbound, error) {
	o, _, err := tx.outbound(id)
	return o, err
}

// outbound also gives the sealed row.
func (tx *Tx) outbound(id bot.ID) (bot.Outbound, []byte, error) {
	sealed := tx.bucket(messagesBucket).Get(messageKey(id, outboundRow))
	if sealed == nil {
		return bot.Outbound{}, nil, storage.ErrNotFound
	}
	o, err := tx.openOutbound(id, sealed)
	return o, sealed, err
}

// outboundValue is a row as it is encoded. The reply to a report's first text has the report's id; that is said with a flag, 15 bytes
// shorter than the id.
type outboundValue struct {
	bot.Outbound
	ReportIsID bool `cbor:"100,keyasint,omitempty"`
}

func (tx *Tx) openOutbound(id bot.ID, sealed []byte) (bot.Outbound, error) {
	var v outboundValue
	if err := tx.open(messagesBucket, messageKey(id, outboundRow), sealed, &v); err != nil {
		return bot.Outbound{}, err
	}
	v.ID = id
	if v.ReportIsID {
		v.Report = id
	}
	return v.Outbound, nil
}

// PutOutbound implements storage.Outbox. A change of state that bot.OutState.CanBecome forbids is ErrInvalid.
func (tx *Tx) PutOutbound(o bot.Outbound, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkOutbound(o); err != nil {
		return err
	}
	old, sealed, err := tx.outbound(o.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	if sealed != nil && old.State != o.State && !old.State.CanBecome(o.State) {
		return invalid("an outbound cannot go from " + string(old.State) + " to " + string(o.State))
	}
	if sealed != nil && old.Broadcast != o.Broadcast {
		return invalid("an outbound cannot go from one run to another")
	}
	o.Rev = ifRev + 1
	return tx.writeOutbound(o, old, sealed)
}

// writeOutbound writes a row and moves its place in the index of its state; the old row's value is nil if it is new.
func (tx *Tx) writeOutbound(o, old bot.Outbound, sealed []byte) error {
	key, v := messageKey(o.ID, outboundRow), outboundValue{Outbound: o}
	if o.Report == o.ID {
		v.Report, v.ReportIsID = bot.ID{}, true
	}
	value, err := tx.record(messagesBucket, key, v)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(messagesBucket), key, value, sealed); err != nil {
		return err
	}
	if err := tx.moveRunRow(o, old); err != nil {
		return err
	}
	to, toKey := placeOf(o)
	if sealed != nil {
		from, fromKey := placeOf(old)
		if bytes.Equal(from.name, to.name) && bytes.Equal(fromKey, toKey) {
			return nil
		}
		if fromKey != nil {
			if err := tx.del(tx.bucket(from), fromKey); err != nil {
				return err
			}
		}
	}
	if toKey == nil {
		return nil
	}
	return tx.mark(tx.bucket(to), toKey)
}

// placeOf is the one index entry of a row; the key is nil where the state has none.
func placeOf(o bot.Outbound) (bucket, []byte) {
	switch o.State {
	case bot.OutQueued:
		if !o.Broadcast.IsZero() {
			return runQueue, runQueueKey(o)
		}
		return queueBucket, queueKey(o)
	case bot.OutClaimed:
		return claimsBucket, claimKey(o)
	case bot.OutHandedOver, bot.OutDelivered:
		return bucket{}, nil
	default:
		return outboxByBucket, stateKey(string(o.State), o.ID)
	}
}

// Outbounds implements storage.Outbox.
func (tx *Tx) Outbounds(state bot.OutState, p storage.Page) ([]bot.Outbound, error) {
	var rows []bot.Outbound
	if state == "" {
		err := tx.messages(outboundRow, p, func(id bot.ID, sealed []byte) (bool, error) {
			o, err := tx.openOutbound(id, sealed)
			rows = append(rows, o)
			return len(rows) < p.Size(), err
		})
		return rows, err
	}
	var ids []bot.ID
	var err error
	switch state {
	case bot.OutQueued:
		ids, err = tx.sorted(p, queueBucket, runQueue)
	case bot.OutClaimed:
		ids, err = tx.sorted(p, claimsBucket)
	default:
		ids, err = tx.indexed(tx.bucket(outboxByBucket), statePrefix(string(state)), p)
	}
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		o, err := tx.Outbound(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, o)
	}
	return rows, nil
}

// sorted lists ids of indices that are not ordered by id. It looks at every key of them, which costs less than
// keeping a second one: queues are short, and a key is looked at in about 50 ns.
func (tx *Tx) sorted(p storage.Page, indices ...bucket) ([]bot.ID, error) {
	compare := func(a, b bot.ID) int { return bytes.Compare(a[:], b[:]) }
	if p.Newest {
		compare = func(a, b bot.ID) int { return bytes.Compare(b[:], a[:]) }
	}
	size := p.Size()
	var ids []bot.ID
	cut := func() {
		slices.SortFunc(ids, compare)
		ids = ids[:min(size, len(ids))]
	}
	for _, index := range indices {
		err := tx.walk(tx.bucket(index), nil, nil, false, func(k, _ []byte) (bool, error) {
			id := lastID(k)
			if p.After.IsZero() || compare(id, p.After) > 0 {
				if ids = append(ids, id); len(ids) >= 2*size {
					cut()
				}
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	cut()
	return ids, nil
}

// CountOutbounds implements storage.Outbox; "" counts those in all states but handed_over and delivered.
func (tx *Tx) CountOutbounds(state bot.OutState, limit int) (int, error) {
	switch state {
	case bot.OutQueued:
		n, err := tx.count(tx.bucket(queueBucket), nil, limit)
		if err != nil {
			return 0, err
		}
		of, err := tx.count(tx.bucket(runQueue), nil, limit-n)
		return n + of, err
	case bot.OutClaimed:
		return tx.count(tx.bucket(claimsBucket), nil, limit)
	case "":
		total := 0
		for _, index := range []bucket{queueBucket, runQueue, claimsBucket, outboxByBucket} {
			n, err := tx.count(tx.bucket(index), nil, limit-total)
			if err != nil {
				return 0, err
			}
			total += n
		}
		return total, nil
	}
	return tx.count(tx.bucket(outboxByBucket), statePrefix(string(state)), limit)
}

func checkOutbound(o bot.Outbound) error {
	switch {
	case o.ID.IsZero():
		return invalid("an outbound without an id")
	case o.Gateway == "":
		return invalid("an outbound without a gateway")
	case laneDigit(o.Lane) == 0:
		return invalid("an outbound in a lane that does not exist")
	case o.State == bot.OutClaimed && (o.Token.IsZero() || o.LeaseUntil.IsZero()):
		return invalid("a claimed outbound without a token or a lease")
	case !knownState(o.State):
		return invalid("an outbound in a state that does not exist")
	}
	for name, value := range o.Args {
		if err := checkTexts(name, value); err != nil {
			return err
		}
	}
	return checkTexts(o.Gateway, string(o.Kind), o.Key, string(o.Lang), o.Reason, o.ExternalID, string(o.Encoding))
}

func knownState(s bot.OutState) bool {
	switch s {
	case bot.OutQueued, bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered, bot.OutFailed,
		bot.OutExpired, bot.OutSuppressed:
		return true
	}
	return false
}
