package rumour

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// burstAgain is how long after a burst was noted nothing more is noted of it.
	burstAgain = time.Hour
	// severalPeople and severalCercles are degrees of spread (bot.Risk).
	severalPeople  = 2
	severalCercles = 3
)

// NoteBurst notes that so many numbers told a rumour in a short time, or the one that it was merged into: it has spread to
// several people at least, and somebody may have it sent, which the desk sees by its flag. What the rule of risk then says
// may raise the level, in nobody's name. Whether a machine may give the answer stays as it is: whoever floods the line with
// copies does not keep the answer from others. Nothing is noted of a rumour that was rejected, nor again within an hour.
func (d Desk) NoteBurst(tx storage.Tx, rumour bot.ID, numbers int, at bot.Instant) (bot.Rumour, error) {
	r, err := tx.Rumour(rumour)
	if err == nil {
		r, err = Followed(tx, r)
	}
	if err != nil {
		return bot.Rumour{}, fmt.Errorf("rumour: burst: %w", err)
	}
	if r.State == bot.RumourRejected || !r.Burst.At.IsZero() && at.Sub(r.Burst.At) < burstAgain {
		return r, nil
	}
	spread, err := d.spread(tx, r)
	if err != nil {
		return bot.Rumour{}, err
	}
	was := r
	r.Burst = bot.Burst{At: at, Numbers: numbers}
	r.Risk.Spread = max(r.Risk.Spread, spread)
	if !slices.Contains(r.Risk.Flags, bot.FlagCoordinated) {
		r.Risk.Flags = append(slices.Clone(r.Risk.Flags), bot.FlagCoordinated)
	}
	level, _ := Assess(Assessment{Harm: r.Risk.Harm, Spread: r.Risk.Spread, Flags: r.Risk.Flags, Places: len(r.Areas)})
	r.Risk = Raise(r.Risk, level, ReasonBurst, "", at)
	if r, err = d.sayHolding(tx, was, r, at); err != nil {
		return bot.Rumour{}, err
	}
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	a, by := d.byMachine(at)
	return r, a.Note(tx, by, "rumour.burst", string(r.Ref), itoa(numbers))
}

// spread is how far a rumour has spread that several people told: to several cercles where its reports name them. It looks at one
// portion of them.
func (d Desk) spread(tx storage.Tx, r bot.Rumour) (int, error) {
	if d.Places == nil {
		return severalPeople, nil
	}
	links, err := tx.Links(r.ID, bot.LinkCursor{}, fanPortion)
	if err != nil {
		return 0, fmt.Errorf("rumour: burst: %w", err)
	}
	var first bot.PlaceCode
	for _, l := range links {
		rep, err := tx.Report(l.Report)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("rumour: burst: %w", err)
		}
		cercle, ok := d.cercle(rep.Place)
		switch {
		case !ok:
		case first.IsZero():
			first = cercle
		case cercle != first:
			return severalCercles, nil
		}
	}
	return severalPeople, nil
}

// cercle is the cercle that a place is, or lies in; ok is false for a region, or a place that is not known.
func (d Desk) cercle(code bot.PlaceCode) (in bot.PlaceCode, ok bool) {
	p, ok := d.Places().Place(code)
	if ok && p.Level == bot.LevelCommune {
		p, ok = d.Places().Place(bot.PlaceCode{Scheme: code.Scheme, Code: p.Parent})
	}
	return p.Code, ok && p.Level == bot.LevelCercle
}
