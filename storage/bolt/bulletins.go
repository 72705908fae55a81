package bolt

import (
	"bytes"
	"errors"

	"tinye/bot"
	"tinye/storage"
)

var (
	bulletinsBucket   = bucket{name: []byte("bulletins"), fill: fillRows}
	bulletinsByBucket = bucket{name: []byte("bulletins_by"), fill: fillIndex}
	bulletinsDue      = bucket{name: []byte("bulletins_due")}
)

// Bulletin implements storage.Bulletins.
func (tx *Tx) Bulletin(id bot.ID) (bot.Bulletin, error) {
	b, _, err := tx.bulletin(id)
	return b, err
}

// bulletin also gives the sealed row.
func (tx *Tx) bulletin(id bot.ID) (bot.Bulletin, []byte, error) {
	sealed := tx.bucket(bulletinsBucket).Get(id[:])
	if sealed == nil {
		return bot.Bulletin{}, nil, storage.ErrNotFound
	}
	var b bot.Bulletin
	if err := tx.open(bulletinsBucket, id[:], sealed, &b); err != nil {
		return bot.Bulletin{}, nil, err
	}
	b.ID = id
	return b, sealed, nil
}

// PutBulletin implements storage.Bulletins.
func (tx *Tx) PutBulletin(b bot.Bulletin, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkBulletin(b); err != nil {
		return err
	}
	old, sealed, err := tx.bulletin(b.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	b.Rev = ifRev + 1
	key := bytes.Clone(b.ID[:])
	value, err := tx.record(bulletinsBucket, key, b)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(bulletinsBucket), key, value, sealed); err != nil {
		return err
	}
	if err := tx.moveState(bulletinsByBucket, b.ID, string(old.State), string(b.State)); err != nil {
		return err
	}
	if old.Schedule.Next == b.Schedule.Next {
		return nil
	}
	due := tx.bucket(bulletinsDue)
	if !old.Schedule.Next.IsZero() {
		if err := tx.del(due, dueKey(old.Schedule.Next, b.ID)); err != nil {
			return err
		}
	}
	if b.Schedule.Next.IsZero() {
		return nil
	}
	return tx.mark(due, dueKey(b.Schedule.Next, b.ID))
}

// dueKey is a row's place among what is due.
func dueKey(at bot.Instant, id bot.ID) []byte {
	return append(appendInstant(make([]byte, 0, 8+idSize), at), id[:]...)
}

// Bulletins implements storage.Bulletins.
func (tx *Tx) Bulletins(state bot.BulletinState, p storage.Page) ([]bot.Bulletin, error) {
	index, prefix := tx.bucket(bulletinsByBucket), statePrefix(string(state))
	if state == "" {
		index, prefix = tx.bucket(bulletinsBucket), nil
	}
	ids, err := tx.indexed(index, prefix, p)
	if err != nil {
		return nil, err
	}
	var rows []bot.Bulletin
	for _, id := range ids {
		b, err := tx.Bulletin(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, b)
	}
	return rows, nil
}

// CountBulletins implements storage.Bulletins.
func (tx *Tx) CountBulletins(state bot.BulletinState, limit int) (int, error) {
	return tx.count(tx.bucket(bulletinsByBucket), countPrefix(string(state)), limit)
}

// DueBulletins implements storage.Bulletins.
func (tx *Tx) DueBulletins(at bot.Instant, limit int) ([]bot.ID, error) {
	size := storage.Page{Limit: limit}.Size()
	var ids []bot.ID
	err := tx.walk(tx.bucket(bulletinsDue), nil, nil, false, func(k, _ []byte) (bool, error) {
		if instantOf(k) > at {
			return false, nil
		}
		ids = append(ids, lastID(k))
		return len(ids) < size, nil
	})
	return ids, err
}

func checkBulletin(b bot.Bulletin) error {
	if b.ID.IsZero() || b.State == "" {
		return invalid("a bulletin without an id or a state")
	}
	failed := errors.Join(checkAudience(b.Audience),
		checkTexts(string(b.Ref), string(b.Kind), string(b.State), b.Title, string(b.Action), b.Project, string(b.Fallback),
			b.Schedule.Cron, b.Schedule.Zone, b.Schedule.SetBy, string(b.Schedule.Why), b.CreatedBy, b.Harm.By, b.Harm.Text, b.Taken.By, string(b.Taken.Reason)))
	for _, v := range b.Variants {
		failed = errors.Join(failed, checkTexts(string(v.Lang), string(v.Channel), string(v.Text), string(v.State), v.WrittenBy,
			v.BackBy, string(v.BackText), v.ApprovedBy))
	}
	for q, note := range b.Harm.Yes {
		failed = errors.Join(failed, checkTexts(string(q), note))
	}
	for _, a := range b.Approvals {
		failed = errors.Join(failed, checkTexts(a.By, a.Text))
	}
	for _, a := range b.Aired {
		failed = errors.Join(failed, checkTexts(string(a.Lang), string(a.Channel), a.Where, a.By))
	}
	return failed
}

func checkAudience(a bot.Audience) error {
	failed := errors.Join(checkTexts(a.Langs...), checkTexts(a.Sexes...), checkTexts(a.Ages...), checkTexts(a.Roles...),
		checkTexts(a.Themes...), checkTexts(a.Project))
	for _, p := range a.Places {
		failed = errors.Join(failed, checkTexts(string(p.Scheme), p.Code))
	}
	return failed
}
