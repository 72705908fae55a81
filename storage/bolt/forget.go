package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// forgettingBucket names those of whom something is left to take off.
var forgettingBucket = bucket{name: []byte("forgetting")}

func forgettingKey(e bot.Erasure) []byte {
	return append(appendInstant(bytes.Clone(e.ID[:]), e.At), kindByte(e.Kind))
}

// forgettingOf is the inverse of forgettingKey.
func forgettingOf(key []byte) bot.Erasure {
	return bot.Erasure{ID: [idSize]byte(key), At: instantOf(key[idSize:]), Kind: kindOf(key[idSize+8])}
}

// Forget implements storage.Forgetting.
func (tx *Tx) Forget(e bot.Erasure) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if e.Kind != bot.ErasedPerson && e.Kind != bot.ErasedNumber {
		return invalid("nobody is forgotten by such an erasure")
	}
	if err := tx.enter(e); err != nil {
		return err
	}
	return tx.mark(tx.bucket(forgettingBucket), forgettingKey(e))
}

// DropContact implements storage.Forgetting.
func (tx *Tx) DropContact(key bot.ContactKey) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	return tx.del(tx.bucket(contactsBucket), bytes.Clone(key[:]))
}

// Contacts implements storage.Forgetting.
func (tx *Tx) Contacts(after bot.ContactKey, limit int) ([]bot.Contact, error) {
	var from []byte
	if !after.IsZero() {
		from = after[:]
	}
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Contact
	err := tx.walk(tx.bucket(contactsBucket), nil, from, false, func(k, v []byte) (bool, error) {
		var c bot.Contact
		if err := tx.open(contactsBucket, k, v, &c); err != nil {
			return false, err
		}
		c.Key = bot.ContactKey(k)
		list = append(list, c)
		return len(list) < size, nil
	})
	return list, err
}

// TextsBefore implements storage.Forgetting.
func (tx *Tx) TextsBefore(before bot.Instant, after bot.ID, limit int) (ids []bot.ID, next bot.ID, err error) {
	looked := 0
	err = tx.messages(inboundRow, storage.Page{After: after}, func(id bot.ID, sealed []byte) (bool, error) {
		if bot.At(id.Time()) > before.Add(oneDay) { // ids rise with the time; a day for a clock that was set
			return false, nil
		}
		var in bot.Inbound
		err := tx.open(messagesBucket, messageKey(id, inboundRow), sealed, &in)
		if err != nil && !errors.Is(err, storage.ErrErased) {
			return false, err
		}
		if err == nil && in.Text != "" && textTime(in.ReceivedAt, id) <= before {
			ids = append(ids, id)
		}
		if looked++; len(ids) == limit || looked == resealLook {
			next = id
			return false, nil
		}
		return true, nil
	})
	return ids, next, err
}

// forgetting is one run of ForgetContacts.
type forgetting struct {
	who  map[bot.ContactKey]bot.Erasure // the latest entry of each
	full map[bot.ContactKey]bot.Instant // up to when their texts go
	last map[bot.ID]bool                // the messages that tell somebody of it
	busy map[bot.ContactKey]bool        // something of theirs is being sent
	done storage.Forgotten
	keys map[bot.ContactKey][][]byte // of forgettingBucket
}

// of tells whether a row made at the time of an id hangs on somebody who is forgotten.
func (f *forgetting) of(c bot.ContactKey, id bot.ID) bool {
	e, ok := f.who[c]
	return ok && bot.At(id.Time()) <= e.At
}

// forgetRows is how many rows one commit changes at most.
const forgetRows = 100

// ForgetContacts implements storage.Erasures. No index leads from a contact to its reports and messages, so that none shows
// who told what; all rows are looked at.
func (db *DB) ForgetContacts(ctx context.Context) (storage.Forgotten, error) {
	f := &forgetting{who: make(map[bot.ContactKey]bot.Erasure), full: make(map[bot.ContactKey]bot.Instant),
		last: make(map[bot.ID]bool), busy: make(map[bot.ContactKey]bool), keys: make(map[bot.ContactKey][][]byte)}
	if err := db.forget(ctx, f); err != nil {
		return f.done, fmt.Errorf("storage: forget: %w", err)
	}
	return f.done, nil
}

func (db *DB) forget(ctx context.Context, f *forgetting) error {
	err := db.view(ctx, func(tx *Tx) error { return f.begin(tx) })
	if err != nil || len(f.who) == 0 {
		return err
	}
	err = db.update(ctx, func(tx *Tx) error { return tx.mark(tx.bucket(renewalsBucket), recordsToRenew) })
	if err != nil {
		return err
	}
	if err := db.forgetMessages(ctx, f); err != nil {
		return err
	}
	for _, b := range []bucket{toldBucket, linksBucket, arrivalsBucket, importPeople} {
		if err := db.forgetKeyed(ctx, b, f); err != nil {
			return err
		}
	}
	for portion := range slices.Chunk(slices.Collect(maps.Keys(f.who)), forgetPeople) {
		if err := db.forgetPortion(ctx, f, portion); err != nil {
			return err
		}
	}
	return nil
}

// forgetPeople is how many people one commit is done with at most: a list of thousands that was imported may lapse in one day.
const forgetPeople = 500

// forgetPortion takes off what is left of some, and is done with them.
func (db *DB) forgetPortion(ctx context.Context, f *forgetting, portion []bot.ContactKey) error {
	var people, busy int
	err := db.update(ctx, func(tx *Tx) error {
		people, busy = 0, 0
		who := make(map[bot.ContactKey]bot.Instant, len(portion))
		for _, c := range portion {
			who[c] = f.who[c].At
		}
		if err := tx.forgetDays(who); err != nil {
			return err
		}
		for _, c := range portion {
			over, err := tx.forgetNumber(c)
			if err != nil {
				return err
			}
			if !over || f.busy[c] {
				busy++
				continue
			}
			people++
			for _, key := range f.keys[c] {
				if err := tx.del(tx.bucket(forgettingBucket), key); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		f.done.People, f.done.Waiting = f.done.People+people, f.done.Waiting+busy
	}
	return err
}

// begin reads whom it is about.
func (f *forgetting) begin(tx *Tx) error {
	return tx.walk(tx.bucket(forgettingBucket), nil, nil, false, func(k, _ []byte) (bool, error) {
		e := forgettingOf(k)
		c := bot.ContactKey(e.ID)
		f.keys[c] = append(f.keys[c], bytes.Clone(k))
		if e.At > f.who[c].At {
			f.who[c] = e
		}
		if e.Kind == bot.ErasedPerson {
			f.full[c] = max(f.full[c], e.At)
		}
		row, err := tx.Contact(c)
		if err == nil && !row.LastText.IsZero() {
			f.last[row.LastText] = true
		}
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		return true, err
	})
}

// forgetMessages goes through all messages.
func (db *DB) forgetMessages(ctx context.Context, f *forgetting) error {
	for after, more := []byte(nil), true; more; {
		found, last, goesOn, err := db.portion(ctx, messagesBucket, after, forgetRows, func(tx *Tx, k, v []byte) (bool, error) {
			return tx.theirs(k, v, f)
		})
		if err != nil {
			return err
		}
		more = goesOn
		if len(found) > 0 {
			var done storage.Forgotten
			err := db.update(ctx, func(tx *Tx) error {
				done = storage.Forgotten{}
				for _, key := range found {
					if err := tx.forgetRow(key, f, &done); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			f.done.Texts += done.Texts
			f.done.Reports += done.Reports
			f.done.Messages += done.Messages
		}
		after = last
	}
	return nil
}

// theirs tells whether a row of messages hangs on somebody who is forgotten.
func (tx *Tx) theirs(key, sealed []byte, f *forgetting) (bool, error) {
	var row struct {
		Outbound bot.ContactKey `cbor:"2,keyasint,omitzero"`
	}
	id := bot.ID(key[:idSize])
	switch key[idSize] {
	case inboundRow:
		var in bot.Inbound
		err := tx.open(messagesBucket, key, sealed, &in)
		if errors.Is(err, storage.ErrErased) {
			return false, nil
		}
		return f.of(in.Contact, id), err
	case reportRow:
		r, err := tx.openReport(id, sealed)
		return f.of(r.Contact, id), err
	case outboundRow:
		err := tx.open(messagesBucket, key, sealed, &row)
		return f.of(row.Outbound, id), err
	}
	return false, nil
}

// forgetRow takes the contact off a row, and for a person who asked for it the text.
func (tx *Tx) forgetRow(key []byte, f *forgetting, done *storage.Forgotten) error {
	id := bot.ID(key[:idSize])
	switch key[idSize] {
	case inboundRow:
		return tx.forgetText(id, f, done)
	case reportRow:
		return tx.forgetReport(id, f, done)
	default:
		return tx.forgetOutbound(id, f, done)
	}
}

// forgetText takes the sender off an incoming message.
func (tx *Tx) forgetText(id bot.ID, f *forgetting, done *storage.Forgotten) error {
	in, err := tx.Inbound(id)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return nil
	}
	if err != nil || in.Contact.IsZero() {
		return err
	}
	if bot.At(id.Time()) <= f.full[in.Contact] {
		done.Texts++
		if err := tx.EraseText(id); err != nil {
			return err
		}
		in.Text, in.From, in.ExternalID, in.SessionID = "", bot.Address{}, "", "" // the provider knows whose its ids are
	}
	in.Contact = bot.ContactKey{}
	name := erasedName(id, erasedText)
	if in.Text != "" {
		name = nil
	}
	return tx.erase(messagesBucket, messageKey(id, inboundRow), textTime(in.ReceivedAt, id), in, name)
}

func (tx *Tx) forgetReport(id bot.ID, f *forgetting, done *storage.Forgotten) error {
	r, err := tx.Report(id)
	if err != nil || r.Contact.IsZero() {
		return err
	}
	who := r.Contact
	r.Contact = bot.ContactKey{}
	if at := f.full[who]; bot.At(id.Time()) <= at {
		for _, text := range append(r.Texts(), append(r.Asked, r.Answer)...) {
			if err := tx.EraseText(text); err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
		}
		r.CreatedBy, r.Masks = "", nil
		if r.State == bot.ReportReceived {
			r.State, r.Closed, r.ClosedAt = bot.ReportClosed, bot.CloseErased, at
		}
	}
	if !r.Rumour.IsZero() {
		err := errors.Join(tx.Unlink(r.Rumour, bot.LinkCursor{Contact: who, Report: id}), tx.Link(r.Rumour, bot.LinkCursor{Report: id}))
		if err != nil {
			return err
		}
	}
	done.Reports++
	return tx.PutReport(r, r.Rev)
}

func (tx *Tx) forgetOutbound(id bot.ID, f *forgetting, done *storage.Forgotten) error {
	o, sealed, err := tx.outbound(id)
	if err != nil || o.Contact.IsZero() || f.last[id] {
		return err
	}
	if o.State == bot.OutClaimed { // its sender comes back to it
		f.busy[o.Contact] = true
		return nil
	}
	next := o
	next.Rev++
	next.Contact = bot.ContactKey{}
	if o.State == bot.OutQueued {
		next.State, next.Reason, next.EndedAt = bot.OutSuppressed, storage.ReasonErased, bot.At(tx.db.o.Now())
	}
	done.Messages++
	return tx.writeOutbound(next, o, sealed)
}

// forgetKeyed deletes the rows of told, links and arrivals that name somebody who is forgotten. (The links of a report that lost its
// contact are there again without one.)
func (db *DB) forgetKeyed(ctx context.Context, b bucket, f *forgetting) error {
	for after, more := []byte(nil), true; more; {
		var found [][]byte
		last := after
		more = false
		err := db.view(ctx, func(tx *Tx) error {
			looked := 0
			return tx.walk(tx.bucket(b), nil, after, false, func(k, v []byte) (bool, error) {
				last = bytes.Clone(k)
				gone, err := tx.goneWith(b, last, v, f)
				if err != nil {
					return false, err
				}
				if gone {
					found = append(found, last)
				}
				looked++
				more = len(found) == forgetRows || looked == resealLook
				return !more, nil
			})
		})
		if err == nil && len(found) > 0 {
			err = db.update(ctx, func(tx *Tx) error {
				for _, key := range found {
					if err := tx.del(tx.bucket(b), key); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return err
		}
		after = last
	}
	return nil
}

// goneWith tells whether a row of told, links or arrivals goes with somebody. What was told of a later report stays.
func (tx *Tx) goneWith(b bucket, key, sealed []byte, f *forgetting) (bool, error) {
	if bytes.Equal(b.name, importPeople.name) { // who came back by a later list stays on that
		run, i := importedOf(key)
		return f.of(i.Contact, run), nil
	}
	c := bot.ContactKey(key[idSize : 2*idSize])
	if _, ok := f.who[c]; !ok {
		return false, nil
	}
	if bytes.Equal(b.name, linksBucket.name) {
		return f.of(c, linkOf(key).Report), nil
	}
	if bytes.Equal(b.name, arrivalsBucket.name) {
		a, err := tx.openArrival(key, sealed)
		return err == nil && a.At <= f.who[c].At, err
	}
	var t bot.Told
	if err := tx.open(toldBucket, key, sealed, &t); err != nil {
		return false, err
	}
	return f.of(c, t.Report), nil
}

// forgetNumber takes the number off a contact's row once its last message has left, or cannot any more; over tells whether
// it is gone, or has come back by a message of the person's own.
func (tx *Tx) forgetNumber(key bot.ContactKey) (over bool, err error) {
	c, err := tx.Contact(key)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	if err != nil || c.LastText.IsZero() {
		return err == nil, err
	}
	o, sealed, err := tx.outbound(c.LastText)
	switch {
	case errors.Is(err, storage.ErrNotFound):
	case err != nil:
		return false, err
	case o.State == bot.OutClaimed || o.State == bot.OutQueued && bot.At(tx.db.o.Now()) < o.ExpiresAt:
		return false, nil
	default:
		next := o
		next.Rev++
		next.Contact = bot.ContactKey{}
		if o.State == bot.OutQueued {
			next.State, next.Reason, next.EndedAt = bot.OutExpired, storage.ReasonErased, bot.At(tx.db.o.Now())
		}
		if err := tx.writeOutbound(next, o, sealed); err != nil {
			return false, err
		}
	}
	return true, tx.PutContact(bot.Contact{Key: key, StoppedAt: c.StoppedAt, ErasedAt: c.ErasedAt}, c.Rev)
}
