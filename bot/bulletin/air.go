package bulletin

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

const (
	// mostWhere is the longest name of a station or an occasion, in characters.
	mostWhere = 80
	// mostAired is how many readings are noted of one bulletin.
	mostAired = 200
	// clocksApart is how far the clock of whoever notes a reading may be ahead of ours.
	clocksApart = 5 * time.Minute
)

// spoken are the channels of scripts, which somebody reads or passes on.
func spoken() []bot.VariantChannel {
	return []bot.VariantChannel{bot.VariantRadio, bot.VariantAloud, bot.VariantRelay}
}

// Scripted finds the approved script of a bulletin that may be read out now.
func (d Desk) Scripted(tx storage.Tx, ref string, l bot.Lang, c bot.VariantChannel, at bot.Instant) (bot.Bulletin, bot.Variant, error) {
	b, v, err := script(tx, ref, l, c)
	switch {
	case err != nil:
		return bot.Bulletin{}, bot.Variant{}, err
	case b.State == bot.BulletinWithdrawn:
		return bot.Bulletin{}, bot.Variant{}, bot.Fault(bot.CodeRefused, "desk.bulletin_taken", "ref", ref)
	case b.ExpiresAt <= at:
		return bot.Bulletin{}, bot.Variant{}, bot.Fault(bot.CodeRefused, "desk.bulletin_expired", "ref", ref)
	}
	return b, v, d.stands(tx, b)
}

// script finds an approved script.
func script(tx storage.Tx, ref string, l bot.Lang, c bot.VariantChannel) (bot.Bulletin, bot.Variant, error) {
	if !slices.Contains(spoken(), c) {
		return bot.Bulletin{}, bot.Variant{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_script_channel", "channel", string(c), "channels", list(spoken()))
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, bot.Variant{}, err
	}
	if !b.Approved() {
		return bot.Bulletin{}, bot.Variant{}, bot.Fault(bot.CodeRefused, "desk.bulletin_not_approved", "ref", ref)
	}
	v, ok := VariantIn(b, l, c)
	if !ok {
		return bot.Bulletin{}, bot.Variant{}, bot.Fault(bot.CodeNotFound, "desk.bulletin_no_script", "ref", ref, "lang", string(l), "channel", string(c))
	}
	return b, v, nil
}

// Air notes that a script was read out: where, and when (0 = now). What was read is noted whatever became of the bulletin since.
func (d Desk) Air(tx storage.Tx, a people.Act, ref string, x bot.Airing) (bot.Bulletin, error) {
	by, err := a.Actor(tx, writers()...)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b, _, err := script(tx, ref, x.Lang, x.Channel)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if x.Where = strings.TrimSpace(x.Where); x.Where == "" {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_where")
	}
	if err := short(x.Where, mostWhere); err != nil {
		return bot.Bulletin{}, err
	}
	if x.At.IsZero() {
		x.At = a.At
	}
	switch {
	case x.At > a.At.Add(clocksApart):
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_aired_future")
	case x.At < b.Approvals[0].At.Add(-clocksApart):
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_aired_before")
	case len(b.Aired) >= mostAired:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_aired_full")
	}
	x.By = by.Name
	b.Aired = append(slices.Clone(b.Aired), x)
	slices.SortStableFunc(b.Aired, func(x, y bot.Airing) int { return cmp.Compare(x.At, y.At) })
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.aired", string(b.Ref), string(x.Lang)+" "+string(x.Channel))
}
