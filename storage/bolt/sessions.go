package bolt

import (
	"bytes"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const oneDay = 24 * time.Hour

// Session implements storage.Sessions.
func (tx *Tx) Session(key bot.SessionKey, at bot.Instant) (bot.Session, error) {
	for _, day := range [][]byte{dayName(at), dayName(at.Add(-oneDay))} {
		s, _, err := tx.session(key, day)
		if err != storage.ErrNotFound {
			return s, err
		}
	}
	return bot.Session{}, storage.ErrNotFound
}

// session also gives the sealed row.
func (tx *Tx) session(key bot.SessionKey, day []byte) (bot.Session, []byte, error) {
	sealed := tx.sealedSession(key, day)
	if sealed == nil {
		return bot.Session{}, nil, storage.ErrNotFound
	}
	s, err := tx.openSession(key, day, sealed)
	return s, sealed, err
}

// sealedSession is nil where there is none.
func (tx *Tx) sealedSession(key bot.SessionKey, day []byte) []byte {
	b := tx.day(sessionsBucket, day)
	if b == nil {
		return nil
	}
	return b.Get(key[:])
}

func (tx *Tx) openSession(key bot.SessionKey, day, sealed []byte) (bot.Session, error) {
	var s bot.Session
	if err := tx.open(sessionsBucket, dayKey(day, key[:]), sealed, &s); err != nil {
		return bot.Session{}, err
	}
	s.Key = key
	if tx.writable {
		tx.lastSession.keep(key, sealed, headOf(s))
	}
	return s, nil
}

// headOf is what PutSession asks of the row that is there.
func headOf(s bot.Session) bot.Session {
	return bot.Session{Key: s.Key, Rev: s.Rev, ID: s.ID, StartedAt: s.StartedAt, EndedAt: s.EndedAt}
}

// sessionHead is the head of a session, and the sealed row.
func (tx *Tx) sessionHead(key bot.SessionKey, day []byte) (bot.Session, []byte, error) {
	sealed := tx.sealedSession(key, day)
	if sealed == nil {
		return bot.Session{}, nil, storage.ErrNotFound
	}
	if head, ok := tx.lastSession.find(key, sealed); ok {
		return head, sealed, nil
	}
	s, err := tx.openSession(key, day, sealed)
	return headOf(s), sealed, err
}

// PutSession implements storage.Sessions.
func (tx *Tx) PutSession(s bot.Session, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkSession(s); err != nil {
		return err
	}
	day := dayName(s.StartedAt)
	old, sealed, err := tx.sessionHead(s.Key, day)
	switch {
	case err != nil && err != storage.ErrNotFound:
		return err
	case ifRev == 0:
		err = tx.replaceSession(s, old)
	case err == nil && (old.ID != s.ID || old.StartedAt != s.StartedAt): // replaced, perhaps by one at the same revision
		err = storage.ErrConflict
	default:
		err = expect(ifRev, old.Rev, err)
	}
	if err != nil {
		return err
	}
	b, err := tx.dayForPut(sessionsBucket, day)
	if err != nil {
		return err
	}
	s.Rev = ifRev + 1
	key := bytes.Clone(s.Key[:])
	value, err := tx.record(sessionsBucket, dayKey(day, key), s)
	if err != nil {
		return err
	}
	if err := tx.put(b, key, value, sealed); err != nil {
		return err
	}
	switch was := ifRev > 0 && !old.Over(); {
	case s.Over() && was:
		return tx.del(tx.bucket(openSessions), openKey(s))
	case !s.Over() && !was:
		return tx.mark(tx.bucket(openSessions), openKey(s))
	}
	return nil
}

// replaceSession takes what s is put in place of off the open sessions: old, of the same day, or one of the day before.
func (tx *Tx) replaceSession(s, old bot.Session) error {
	if old.ID.IsZero() {
		var err error
		old, _, err = tx.session(s.Key, dayName(s.StartedAt.Add(-oneDay)))
		if err == storage.ErrNotFound {
			return nil
		}
		if err != nil {
			return err
		}
	}
	if old.Over() {
		return nil
	}
	return tx.del(tx.bucket(openSessions), openKey(old))
}

// named tells whether a session has what its rows are kept under. A start before 1970 would not sort among the others.
func named(s bot.Session) bool { return s.Key != bot.SessionKey{} && !s.ID.IsZero() && s.StartedAt > 0 }

func checkSession(s bot.Session) error {
	if !named(s) {
		return invalid("a session without a key, an id or a start")
	}
	if err := checkTexts(s.Walk.Back...); err != nil {
		return err
	}
	for name, v := range s.Walk.Values {
		if err := checkTexts(name, v); err != nil {
			return err
		}
	}
	for name, list := range s.Walk.Lists {
		if err := checkTexts(name); err != nil {
			return err
		}
		for _, item := range list {
			if err := checkTexts(item.ID, item.Label); err != nil {
				return err
			}
		}
	}
	return checkTexts(s.Gateway, string(s.Lang), s.Flow, s.Version, s.Walk.Screen, s.Walk.Error, string(s.End))
}

// Hop implements storage.Sessions.
func (tx *Tx) Hop(s bot.Session, hop bot.HopKey) (bot.Hop, error) {
	day, key := dayName(s.StartedAt), hopKey(s.Key, hop)
	b := tx.day(sessionsBucket, day)
	if b == nil {
		return bot.Hop{}, storage.ErrNotFound
	}
	sealed := b.Get(key)
	if sealed == nil {
		return bot.Hop{}, storage.ErrNotFound
	}
	var h bot.Hop
	if err := tx.open(sessionsBucket, dayKey(day, key), sealed, &h); err != nil {
		return bot.Hop{}, err
	}
	if h.Session != s.ID {
		return bot.Hop{}, storage.ErrNotFound
	}
	return h, nil
}

// PutHop implements storage.Sessions.
func (tx *Tx) PutHop(s bot.Session, hop bot.HopKey, h bot.Hop) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if !named(s) {
		return invalid("a hop of no session")
	}
	if err := checkTexts(h.Screen); err != nil {
		return err
	}
	h.Session = s.ID
	day, key := dayName(s.StartedAt), hopKey(s.Key, hop)
	b, err := tx.dayForPut(sessionsBucket, day)
	if err != nil {
		return err
	}
	value, err := tx.record(sessionsBucket, dayKey(day, key), h)
	if err != nil {
		return err
	}
	return tx.put(b, key, value, b.Get(key))
}

// OpenSessions implements storage.Sessions.
func (tx *Tx) OpenSessions(before bot.Instant, after bot.Session, limit int) ([]bot.Session, error) {
	var from []byte
	if after.Key != (bot.SessionKey{}) {
		from = openKey(after)
	}
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Session
	err := tx.walk(tx.bucket(openSessions), nil, from, false, func(k, _ []byte) (bool, error) {
		started := instantOf(k)
		if started >= before {
			return false, nil
		}
		s, _, err := tx.session(sessionOf(k), dayName(started))
		if err == storage.ErrNotFound {
			return true, nil // its day is being dropped
		}
		if err != nil {
			return false, err
		}
		list = append(list, s)
		return len(list) < size, nil
	})
	return list, err
}

// DropSessions implements storage.Sessions.
func (tx *Tx) DropSessions(before bot.Instant) error {
	if err := tx.dropDays(sessionsBucket, before); err != nil {
		return err
	}
	b := tx.bucket(openSessions)
	limit := bot.At(before.Time().Truncate(oneDay))
	var gone [][]byte
	err := tx.walk(b, nil, nil, false, func(k, _ []byte) (bool, error) {
		if instantOf(k) >= limit {
			return false, nil
		}
		gone = append(gone, bytes.Clone(k))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, k := range gone {
		if err := tx.del(b, k); err != nil {
			return err
		}
	}
	return nil
}
