package bulletin

import (
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Send begins the run of an approved bulletin by hand; id is the run's. Pressed twice it gives the same run, and fresh is false: the second press
// sends nothing. What the bulletin corrects stops in the same commit, so that nobody gets the first version after its correction.
func (d Desk) Send(tx storage.Tx, a people.Act, ref string, id bot.ID) (run bot.Broadcast, fresh bool, err error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Broadcast{}, false, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Broadcast{}, false, err
	}
	if b.State == bot.BulletinSending || b.State == bot.BulletinSent {
		run, err := tx.Broadcast(b.LastRun)
		if err != nil {
			return bot.Broadcast{}, false, fmt.Errorf("bulletin: send: %w", err)
		}
		return run, false, nil
	}
	switch {
	case !b.Corrected.IsZero():
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.broadcast_taken_back", "ref", ref)
	case b.State == bot.BulletinWithdrawn:
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.bulletin_taken", "ref", ref)
	case b.State == bot.BulletinExpired:
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.bulletin_expired", "ref", ref)
	case b.State != bot.BulletinApproved:
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.bulletin_not_approved", "ref", ref)
	case b.ExpiresAt <= a.At:
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.bulletin_expired", "ref", ref)
	case b.ValidFrom > a.At:
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.bulletin_early", "ref", ref)
	}
	if err := d.stopCorrected(tx, b, by, a.At); err != nil {
		return bot.Broadcast{}, false, err
	}
	if run, fresh, err = d.start(tx, b, by.Name, id, 0, a.At); err != nil || !fresh {
		return run, false, err
	}
	return run, fresh, a.Note(tx, by, "bulletin.sent", string(b.Ref), "")
}

// stopCorrected takes back what is under way of the bulletin that b corrects, and of those that one corrects, and their further moments.
func (d Desk) stopCorrected(tx storage.Tx, b bot.Bulletin, by bot.Actor, at bot.Instant) error {
	for seen := 0; !b.Corrects.IsZero() && seen < mostCorrections; seen++ {
		first, err := tx.Bulletin(b.Corrects)
		if err != nil {
			return fmt.Errorf("bulletin: corrected: %w", err)
		}
		if err := takeBack(tx, first.ID, bot.Taken{By: by.Name, At: at}); err != nil {
			return err
		}
		if first.Corrected.IsZero() || !first.Schedule.Next.IsZero() {
			first.Corrected, first.Schedule.Next = b.ID, 0
			if err := tx.PutBulletin(first, first.Rev); err != nil {
				return fmt.Errorf("bulletin: corrected: %w", err)
			}
		}
		b = first
	}
	return nil
}

// takeBack ends every run of a bulletin that is under way: once it is on disk no send of it begins.
func takeBack(tx storage.Tx, bulletin bot.ID, why bot.Taken) error {
	for page := (storage.Page{Limit: runsAtOnce}); ; {
		open, err := tx.OpenBroadcasts(page)
		if err != nil {
			return fmt.Errorf("bulletin: take back: %w", err)
		}
		for _, id := range open {
			page.After = id
			run, err := tx.Broadcast(id)
			if err != nil {
				return fmt.Errorf("bulletin: take back: %w", err)
			}
			if run.Bulletin != bulletin || run.State.Ended() {
				continue
			}
			run.Taken = why
			if _, err := turn(tx, run, bot.BroadcastWithdrawn, why.At); err != nil {
				return err
			}
		}
		if len(open) < runsAtOnce {
			return nil
		}
	}
}

// mostCorrections is how long a chain of corrections is followed: nobody writes as many.
const mostCorrections = 50
