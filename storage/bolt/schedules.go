package bolt

import (
	"math"

	"tinye/bot"
	"tinye/storage"
)

// restoreSchedules marks every bulletin that has a moment to come: what may have been sent between the backup and now is not sent by
// itself. A bulletin whose run the restore has ended is not being sent any more.
func (tx *Tx) restoreSchedules() error {
	due, err := tx.DueBulletins(bot.Forever, math.MaxInt)
	if err != nil {
		return err
	}
	now := max(bot.At(tx.db.o.Now()), tx.db.Clock().Last) // a clock that is behind says nothing about what was sent since
	for _, id := range due {
		b, err := tx.Bulletin(id)
		if err != nil {
			return err
		}
		b.Schedule.Restored = now
		if err := tx.PutBulletin(b, b.Rev); err != nil {
			return err
		}
	}
	sending, err := tx.Bulletins(bot.BulletinSending, storage.Page{Limit: math.MaxInt})
	if err != nil {
		return err
	}
	for _, b := range sending {
		if b.State = bot.BulletinSent; !b.Schedule.Next.IsZero() {
			b.State = bot.BulletinApproved
		}
		if err := tx.PutBulletin(b, b.Rev); err != nil {
			return err
		}
	}
	return nil
}
