package rumour

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// How a protection focal point is told that something waits (dialogues §8).
const (
	// FocalKey is the locale key of that: it says neither what waits nor whose it is, and bears no reference.
	FocalKey = "sms.focal_waits"
	// FocalPause is how long what comes after such a message waits for the next one.
	FocalPause = 15 * time.Minute
	// FocalLasts is how long such a message is worth sending; one that is lost is sent again after that.
	FocalLasts = 12 * time.Hour
)

// FocalWaits is since when the newest protected report waits that no focal point has taken up, sealed or not, or the newest
// rumour that a coordinator would withhold; 0 if there is none.
func FocalWaits(tx storage.Tx) (since bot.Instant, err error) {
	waiting, err := WaitingToSeal(tx, bot.ReportReceived)
	if err != nil {
		return 0, err
	}
	for _, r := range waiting {
		since = max(since, r.ProtectedSince())
	}
	cases, err := Cases(tx)
	for _, c := range cases {
		if c.Waits() {
			since = max(since, c.Since, 1) // a row of before has no Since, and waits all the same
		}
	}
	if err != nil {
		return 0, err
	}
	withhold, err := withholdWaits(tx)
	return max(since, withhold), err
}

// withholdWaits is since when the newest rumour waits that a coordinator would withhold, for the focal point's word; 0 if there
// is none.
func withholdWaits(tx storage.Tx) (since bot.Instant, err error) {
	page := storage.Page{Limit: fanPortion}
	for {
		list, err := tx.Rumours(bot.RumourDecided, page)
		if err != nil {
			return 0, fmt.Errorf("rumour: what waits for the focal point: %w", err)
		}
		for _, r := range list {
			page.After = r.ID
			if p := r.Pending; p.Verb == string(Withhold) && p.Role == bot.RoleCoordinator {
				since = max(since, p.At)
			}
		}
		if len(list) < page.Limit {
			return since, nil
		}
	}
}

// FocalsToTell are the focal points with a registered phone who have not been told of what waits since then, and may be told
// now.
func FocalsToTell(tx storage.Tx, since, at bot.Instant) (names []string, err error) {
	if since.IsZero() {
		return nil, nil
	}
	users, err := tx.Users()
	if err != nil {
		return nil, fmt.Errorf("rumour: focal points: %w", err)
	}
	for _, u := range users {
		tell, err := untold(tx, u, since, at)
		if err != nil {
			return nil, err
		}
		if tell {
			names = append(names, u.Name)
		}
	}
	return names, nil
}

// untold tells whether an account is to be told now of what waits since a moment.
func untold(tx storage.Tx, u bot.User, since, at bot.Instant) (bool, error) {
	if !u.Has(bot.RoleProtectionFocal) || u.NumberKey.IsZero() {
		return false, nil
	}
	if u.FocalAt.IsZero() {
		return true, nil
	}
	o, err := tx.Outbound(u.Focal)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return false, fmt.Errorf("rumour: focal points: %w", err)
	}
	if err == nil && missed(o, at) { // also where it had nothing to say any more when it was its turn
		return at.Sub(u.FocalAt) >= FocalLasts || since > u.FocalAt && at.Sub(u.FocalAt) >= FocalPause, nil
	}
	return since > u.FocalAt && at.Sub(u.FocalAt) >= FocalPause, nil
}

// missed tells whether a message did not arrive, or will leave no more.
func missed(o bot.Outbound, at bot.Instant) bool {
	return lost(o) || o.State == bot.OutQueued && o.ExpiresAt <= at
}

// TellFocal queues the message that tells a focal point that something waits. One that has not left yet tells of what came
// since, too. queued tells whether there is something to send.
func (d Desk) TellFocal(tx storage.Tx, name string, since bot.Instant, r Ringing) (queued bool, err error) {
	u, err := tx.User(name)
	if err != nil {
		return false, fmt.Errorf("rumour: tell focal: %w", err)
	}
	if tell, err := untold(tx, u, since, r.At); err != nil || !tell {
		return false, err
	}
	if !u.Focal.IsZero() {
		o, err := tx.Outbound(u.Focal)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, fmt.Errorf("rumour: tell focal: %w", err)
		}
		if err == nil && (o.State == bot.OutQueued || o.State == bot.OutClaimed) && !missed(o, r.At) {
			u.FocalAt = r.At
			return false, saveUser(tx, u)
		}
	}
	gateway, lang, err := d.deskPhone(tx, u, r.Gateway)
	if err != nil {
		return false, err
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: r.ID, Contact: u.NumberKey, Gateway: gateway, Lane: bot.LaneAlarm, Kind: bot.KindDesk, Key: FocalKey, Lang: lang,
		State: bot.OutQueued, CreatedAt: r.At, NextAt: r.At, ExpiresAt: r.At.Add(FocalLasts),
	}, 0)
	if err != nil {
		return false, fmt.Errorf("rumour: tell focal: %w", err)
	}
	u.FocalAt, u.Focal = r.At, r.ID
	return true, saveUser(tx, u)
}

func saveUser(tx storage.Tx, u bot.User) error {
	if err := tx.PutUser(u, u.Rev); err != nil {
		return fmt.Errorf("rumour: save user: %w", err)
	}
	return nil
}

// FocalReached tells whether a focal point has a registered phone.
func FocalReached(users []bot.User) bool {
	return slices.ContainsFunc(users, func(u bot.User) bool { return u.Has(bot.RoleProtectionFocal) && !u.NumberKey.IsZero() })
}
