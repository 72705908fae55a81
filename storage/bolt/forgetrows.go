package bolt

import (
	"bytes"
	"errors"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
)

// messageOf tells whether a row of messages hangs on somebody who is forgotten. Of each kind only the contact is read.
func (f *forgetting) messageOf(tx *Tx, at walkAt, sealed []byte) (bool, error) {
	id := bot.ID(at.after[:idSize])
	switch at.after[idSize] {
	case inboundRow:
		var row struct {
			Contact bot.ContactKey `cbor:"5,keyasint,omitzero"`
		}
		err := tx.open(messagesBucket, at.after, sealed, &row)
		if errors.Is(err, storage.ErrErased) {
			return false, nil
		}
		return f.of(row.Contact, id), err
	case reportRow:
		var row struct {
			Contact bot.ContactKey `cbor:"3,keyasint,omitzero"`
		}
		err := tx.open(messagesBucket, at.after, sealed, &row)
		return f.of(row.Contact, id), err
	case outboundRow:
		var row struct {
			Contact bot.ContactKey `cbor:"2,keyasint,omitzero"`
		}
		err := tx.open(messagesBucket, at.after, sealed, &row)
		return f.of(row.Contact, id), err
	}
	return false, nil
}

// forgetMessage takes the contact off a row, and for a person who asked for it the text.
func (f *forgetting) forgetMessage(tx *Tx, at walkAt, done *storage.Forgotten) error {
	id := bot.ID(at.after[:idSize])
	switch at.after[idSize] {
	case inboundRow:
		return f.forgetText(tx, id, done)
	case reportRow:
		return f.forgetReport(tx, id, done)
	default:
		return f.forgetOutbound(tx, id, done)
	}
}

// forgetText takes the sender off an incoming message.
func (f *forgetting) forgetText(tx *Tx, id bot.ID, done *storage.Forgotten) error {
	in, err := tx.Inbound(id)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return nil
	}
	if err != nil || in.Contact.IsZero() {
		return err
	}
	if bot.At(id.Time()) <= f.who[in.Contact].full {
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

func (f *forgetting) forgetReport(tx *Tx, id bot.ID, done *storage.Forgotten) error {
	r, err := tx.Report(id)
	if err != nil || r.Contact.IsZero() {
		return err
	}
	who := r.Contact
	r.Contact = bot.ContactKey{}
	if at := f.who[who].full; bot.At(id.Time()) <= at {
		for _, text := range append(r.Texts(), append(r.Asked, r.Answer)...) {
			if err := tx.EraseText(text); err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
		}
		r.CreatedBy, r.Masks = "", nil
		if r.State == bot.ReportReceived {
			r.State, r.Closed, r.ClosedAt = bot.ReportClosed, bot.CloseErased, at
		}
		if err := tx.forgetCase(id, at); err != nil {
			return err
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

// forgetCase destroys what lies in the vault of a report: who asked to be forgotten was told that all goes. The row stays and
// counts.
func (tx *Tx) forgetCase(id bot.ID, at bot.Instant) error {
	c, err := tx.Case(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && len(c.Sealed) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	c.Sealed, c.DestroyedAt, c.Forgotten = nil, at, true
	if c.State != bot.CaseClosed {
		c.State, c.EndedAt = bot.CaseClosed, at
	}
	return tx.PutCase(c, c.Rev)
}

// forgetOutbound takes the contact off a message. One whose sender comes back to it, or that tells of the forgetting itself, is
// named instead, until it is off.
func (f *forgetting) forgetOutbound(tx *Tx, id bot.ID, done *storage.Forgotten) error {
	o, _, err := tx.outbound(id)
	if err != nil || o.Contact.IsZero() {
		return err
	}
	off, err := tx.offOutbound(id)
	if err != nil {
		return err
	}
	if off {
		done.Messages++
		return nil
	}
	e := bot.Erasure{Kind: bot.ErasedPerson, ID: o.Contact, At: f.who[o.Contact].at}
	if who := f.who[o.Contact]; who.full < who.at {
		e.Kind = bot.ErasedNumber
	}
	return tx.mark(tx.bucket(forgettingBucket), append(forgettingKey(e), id[:]...))
}

// offOutbound takes the contact off a message and tells whether that could be done yet. What is queued is suppressed; the last
// text to its contact goes before that, if it still can.
func (tx *Tx) offOutbound(id bot.ID) (off bool, err error) {
	o, sealed, err := tx.outbound(id)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	if err != nil || o.Contact.IsZero() {
		return err == nil, err
	}
	if o.State == bot.OutClaimed {
		return false, nil
	}
	next := o
	next.Rev++
	next.Contact = bot.ContactKey{}
	if o.State == bot.OutQueued {
		c, err := tx.Contact(o.Contact)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, err
		}
		now := bot.At(tx.db.o.Now())
		last := err == nil && c.LastText == id
		if last && now < o.ExpiresAt {
			return false, nil
		}
		next.State, next.Reason, next.EndedAt = bot.OutSuppressed, storage.ReasonErased, now
		if last {
			next.State = bot.OutExpired
		}
	}
	return true, tx.writeOutbound(next, o, sealed)
}

// toldTo tells whether a row of told goes with somebody. What was told of a later report stays.
func (f *forgetting) toldTo(tx *Tx, at walkAt, sealed []byte) (bool, error) {
	c := bot.ContactKey(at.after[idSize : 2*idSize])
	if _, ok := f.who[c]; !ok {
		return false, nil
	}
	var t bot.Told
	if err := tx.open(toldBucket, at.after, sealed, &t); err != nil {
		return false, err
	}
	return f.of(c, t.Report), nil
}

// linkOf tells whether a link goes with somebody. (The links of a report that lost its contact are there again without one.)
func (f *forgetting) linkOf(_ *Tx, at walkAt, _ []byte) (bool, error) {
	l := linkOf(at.after)
	return f.of(l.Contact, l.Report), nil
}

// followUpOf tells whether somebody is not to be asked any more whether an answer helped: what they were told of it is gone.
func (f *forgetting) followUpOf(tx *Tx, at walkAt, _ []byte) (bool, error) {
	u := followUpOf(at.after)
	if _, ok := f.who[u.Contact]; !ok {
		return false, nil
	}
	_, err := tx.Told(u.Rumour, u.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// arrivalOf tells whether somebody's coming by a code goes with them; who came back by it later stays.
func (f *forgetting) arrivalOf(tx *Tx, at walkAt, sealed []byte) (bool, error) {
	e, ok := f.who[bot.ContactKey(at.after[idSize:2*idSize])]
	if !ok {
		return false, nil
	}
	a, err := tx.openArrival(at.after, sealed)
	return err == nil && a.At <= e.at, err
}

// importedOf tells whether somebody's place on an imported list goes with them; who came back by a later list stays on that.
func (f *forgetting) importedOf(_ *Tx, at walkAt, _ []byte) (bool, error) {
	run, i := importedOf(at.after)
	return f.of(i.Contact, run), nil
}

// drops deletes a row of a bucket.
func drops(b bucket) func(*Tx, walkAt, *storage.Forgotten) error {
	return func(tx *Tx, at walkAt, _ *storage.Forgotten) error {
		return tx.del(tx.bucket(b), at.after)
	}
}

// cursorAt tells whether a rumour's queueing of answers or stock wordings, which is over, came to its end with somebody.
func (f *forgetting) cursorAt(tx *Tx, at walkAt, sealed []byte) (bool, error) {
	var r bot.Rumour
	if err := tx.open(rumoursBucket, at.after, sealed, &r); err != nil {
		return false, err
	}
	return f.clearCursors(&r), nil
}

// clearCursors takes those who are forgotten out of what a rumour remembers of a queueing that is over. One that is not over
// needs its place; it clears it itself when it is.
func (f *forgetting) clearCursors(r *bot.Rumour) (changed bool) {
	gone := func(c bot.ContactKey) bool { _, ok := f.who[c]; return ok }
	if !r.FanOut.Open && (gone(r.FanOut.After.Contact) || gone(r.FanOut.AfterTold)) {
		r.FanOut.After, r.FanOut.AfterTold, changed = bot.LinkCursor{}, bot.ContactKey{}, true
	}
	if !r.Stock.Open && (gone(r.Stock.After.Contact) || gone(r.Stock.Last)) {
		r.Stock.After, r.Stock.Last, changed = bot.LinkCursor{}, bot.ContactKey{}, true
	}
	return changed
}

func (f *forgetting) forgetCursor(tx *Tx, at walkAt, _ *storage.Forgotten) error {
	r, err := tx.Rumour(bot.ID(at.after))
	if err != nil || !f.clearCursors(&r) {
		return err
	}
	return tx.PutRumour(r, r.Rev)
}

// sessionOf tells whether a session goes with somebody; a row of one hop, which has a longer key, goes with its session.
func (f *forgetting) sessionOf(tx *Tx, at walkAt, sealed []byte) (bool, error) {
	if len(at.after) != len(bot.SessionKey{}) {
		return false, nil
	}
	var s bot.Session
	if err := tx.open(sessionsBucket, dayKey(at.day, at.after), sealed, &s); err != nil {
		return false, err
	}
	who, ok := f.who[s.Contact]
	return ok && s.StartedAt <= who.at, nil
}

func (f *forgetting) forgetSession(tx *Tx, at walkAt, _ *storage.Forgotten) error {
	b := tx.day(sessionsBucket, at.day)
	s, _, err := tx.session(bot.SessionKey(at.after), at.day)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = tx.del(tx.bucket(openSessions), openKey(s))
	}
	var keys [][]byte
	if err == nil {
		err = tx.walk(b, s.Key[:], nil, false, func(k, _ []byte) (bool, error) {
			keys = append(keys, bytes.Clone(k))
			return true, nil
		})
	}
	for _, k := range keys {
		if err == nil {
			err = tx.del(b, k)
		}
	}
	return err
}

// entryOf tells whether an entry is one of those that the walk was for.
func (f *forgetting) entryOf(_ *Tx, at walkAt, value []byte) (bool, error) {
	if len(at.after) != forgettingSize {
		return false, nil
	}
	return f.has(forgettingOf(at.after), round(value)), nil
}

// walked notes that all buckets were gone through for an entry; what a number did on its days is found without that.
func (f *forgetting) walked(tx *Tx, at walkAt, _ *storage.Forgotten) error {
	e := forgettingOf(at.after)
	if err := tx.forgetDays(e.ID, e.At); err != nil {
		return err
	}
	b := tx.bucket(forgettingBucket)
	return tx.put(b, at.after, roundValue(walkedRound), b.Get(at.after))
}

// forgetDays deletes what a number did on the days up to a moment.
func (tx *Tx) forgetDays(c bot.ContactKey, at bot.Instant) error {
	for _, parent := range []bucket{activityBucket, sentBucket} {
		if err := tx.eachDay(parent, dayName(at), func(b *bbolt.Bucket) error { return tx.del(b, bytes.Clone(c[:])) }); err != nil {
			return err
		}
	}
	return nil
}

// eachDay visits the days up to the last.
func (tx *Tx) eachDay(parent bucket, last []byte, visit func(*bbolt.Bucket) error) error {
	p := tx.bt.Bucket(parent.name)
	var days [][]byte
	c := p.Cursor()
	for day, _ := c.First(); day != nil && bytes.Compare(day, last) <= 0; day, _ = c.Next() {
		if !tx.dropping(parent, day) {
			days = append(days, bytes.Clone(day))
		}
	}
	for _, day := range days {
		if err := visit(p.Bucket(day)); err != nil {
			return err
		}
	}
	return nil
}

// settleEntry finishes an entry for which a walk is over, if that can be done yet; gone tells that nothing is left of its contact's.
func (tx *Tx) settleEntry(e bot.Erasure) (gone bool, err error) {
	b, key := tx.bucket(forgettingBucket), forgettingKey(e)
	over, err := tx.forgetNumber(e.ID)
	if err != nil {
		return false, err
	}
	var left [][]byte
	err = tx.walk(b, key, key, false, func(k, _ []byte) (bool, error) {
		left = append(left, bytes.Clone(k))
		return true, nil
	})
	if err != nil {
		return false, err
	}
	for _, k := range left {
		off, err := tx.offOutbound(lastID(k))
		if err == nil && off {
			err = errors.Join(tx.del(b, k), tx.mark(tx.bucket(renewalsBucket), recordsToRenew))
		}
		if err != nil {
			return false, err
		}
		over = over && off
	}
	if !over {
		return false, nil
	}
	if err := tx.del(b, key); err != nil {
		return false, err
	}
	more, _ := b.Cursor().Seek(e.ID[:])
	return !bytes.HasPrefix(more, e.ID[:]), nil
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
	if off, err := tx.offOutbound(c.LastText); err != nil || !off {
		return false, err
	}
	if err := tx.mark(tx.bucket(renewalsBucket), recordsToRenew); err != nil {
		return false, err
	}
	return true, tx.PutContact(bot.Contact{Key: key, StoppedAt: c.StoppedAt, ErasedAt: c.ErasedAt}, c.Rev)
}
