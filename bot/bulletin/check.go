package bulletin

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Reasons for which somebody is left out of a run, or a row of it suppressed, beside those of people. They are codes: they stand in rows and reports.
const (
	ReasonNoConsent = "no_consent"    // no bulletins were agreed to
	ReasonUnderAge  = "under_age"     // under 15: never bulletins
	ReasonCap       = "frequency_cap" // this week's bulletins are full
	ReasonMaybeStop = "maybe_stop"    // a text may have meant STOP, and nobody has looked yet
	ReasonNoText    = "no_text"       // there is no approved text in their language, and nobody chose a fallback
	ReasonNoGateway = "no_gateway"    // no gateway carries the number
	ReasonWithdrawn = "withdrawn"     // the run was taken back
	ReasonSettled   = "settled"       // sent again by a person: the first copy has arrived after all
)

const (
	// capWeek is the time over which the weekly cap counts, in whole days.
	capWeek = 7 * 24 * time.Hour
	// SentKept is how long it is known who was sent what: as long as the cap asks.
	SentKept = capWeek + 24*time.Hour
)

// scopeBulletins is what a consent must cover.
const scopeBulletins = "bulletins"

// Barred tells why a run may not write to somebody, "" where it may. Asking for consent (request) needs none. An age that is
// not known bars nobody: people of imported lists and those who did not answer agreed all the same, and who leaves the question
// must not lose a warning by it. They are asked again (people.AsksAge), and under 15 the bulletins end at once.
func Barred(c bot.Contact, request bool) string {
	switch {
	case !c.Number.Answerable() && !c.ErasedAt.IsZero():
		return people.ReasonErased
	case !c.Number.Answerable():
		return people.ReasonNoContact
	case c.Stopped():
		return people.ReasonStopped
	case c.AgeBand == bot.AgeUnder15:
		return ReasonUnderAge
	case c.ReplyBy == bot.ReplyByUSSD:
		return people.ReasonInMenu
	case !request && (c.Consent.State != bot.ConsentGranted || !slices.Contains(c.Consent.Scope, scopeBulletins)):
		return ReasonNoConsent
	case !c.MaybeStop.IsZero():
		return ReasonMaybeStop
	}
	return ""
}

// Checked is what Check found: a row may go with this text, or waits, or ends. Exactly one of Send, Hold and Reason is set.
type Checked struct {
	Send   bool
	Mark   bool     // it counts towards the weekly cap
	Text   bot.Text // in right spelling
	Lang   bot.Lang // of the text
	Urgent bool     // quiet hours do not hold it
	Asks   bool     // it asks for consent: the caller opens the question
	State  bot.OutState
	Reason string
}

// Check decides again, in the transaction that claims a run's row, whether it may still go to somebody. The rest of the hotline's rules
// (quiet hours) are asked by the caller.
func (d Desk) Check(tx storage.Tx, o bot.Outbound, c bot.Contact, at bot.Instant) (Checked, error) {
	run, err := tx.Broadcast(o.Broadcast)
	if err != nil {
		return Checked{}, fmt.Errorf("bulletin: check: %w", err)
	}
	if run.State == bot.BroadcastWithdrawn {
		return Checked{State: bot.OutSuppressed, Reason: ReasonWithdrawn}, nil
	}
	if run.ExpiresAt <= at {
		return Checked{State: bot.OutExpired, Reason: people.ReasonExpired}, nil
	}
	if reason := barredFrom(run, c, at, o.ID, o.ResendOf); reason != "" {
		return Checked{State: bot.OutSuppressed, Reason: reason}, nil
	}
	mark := run.Kind.Lane() != bot.LaneCorrection && run.Audience.Run.IsZero()
	switch {
	case !o.ResendOf.IsZero(): // a person decided that it goes once more: it counts once
		first, err := tx.Outbound(o.ResendOf)
		if err != nil {
			return Checked{}, fmt.Errorf("bulletin: check: %w", err)
		}
		if first.State == bot.OutDelivered {
			return Checked{State: bot.OutSuppressed, Reason: ReasonSettled}, nil
		}
		mark = mark && first.State == bot.OutFailed && first.HandedAt.IsZero()
	case mark && run.Kind.Capped() && d.Cap > 0:
		n, err := tx.SentSince(c.Key, at.Add(-capWeek).Add(24*time.Hour))
		if err != nil {
			return Checked{}, fmt.Errorf("bulletin: check: %w", err)
		}
		if n >= d.Cap {
			return Checked{State: bot.OutSuppressed, Reason: ReasonCap}, nil
		}
	}
	// Whoever chose another language since the walk reads that one, if there is a text in it.
	wanted := d.lang(c)
	if i := slices.IndexFunc(run.Texts, func(t bot.RunText) bool { return t.Lang == wanted }); i < 0 {
		wanted = o.Lang
	}
	i := slices.IndexFunc(run.Texts, func(t bot.RunText) bool { return t.Lang == wanted })
	if i < 0 {
		return Checked{}, errors.New("bulletin: check: the run has no text in the row's language")
	}
	return Checked{Send: true, Mark: mark, Text: run.Texts[i].Text, Lang: wanted, Urgent: run.Urgent, Asks: !run.Audience.Run.IsZero()}, nil
}
