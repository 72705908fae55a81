package bulletin

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Cell is where people are counted in a preview: the language of the text that they get, and their place (zero: not known).
type Cell struct {
	Lang  bot.Lang
	Place bot.PlaceCode
}

// Share is what would leave by one gateway.
type Share struct {
	People int
	Parts  int
	UCS2   int // people whose text is one in UCS-2
}

// Preview is what a run of a bulletin would be if it began now. It is made by the walk of a run, portion by portion, which writes nothing, so
// that both find the same people. It holds counts only.
type Preview struct {
	Run   bot.Broadcast // with the texts, Looked, LeftOut and Fell; it has no id
	Draft bool          // texts are not approved yet: they are counted as they stand

	People    map[Cell]int
	Gateways  map[string]Share
	MaybeSTOP int  // of the people: a text may have meant STOP, and somebody has to look before theirs leaves
	Capped    int  // of the people: this week's bulletins are full now
	AtMost    bool // whoever got what is corrected in several runs is counted for each, and told once
}

// Total is the number of people who would have a row.
func (p Preview) Total() int {
	n := 0
	for _, of := range p.People {
		n += of
	}
	return n
}

// Parts is the number of parts that would leave.
func (p Preview) Parts() int {
	n := 0
	for _, of := range p.Gateways {
		n += of.Parts
	}
	return n
}

// Preview begins the preview of a bulletin, in whatever state it is; GoOn counts.
func (d Desk) Preview(tx storage.Tx, ref string, at bot.Instant) (Preview, error) {
	b, err := Find(tx, ref)
	if err != nil {
		return Preview{}, err
	}
	var p Preview
	b.Variants = slices.Clone(b.Variants)
	for i, v := range b.Variants {
		if v.Channel == bot.VariantSMS && v.State != bot.TranslationDone {
			b.Variants[i].State, p.Draft = bot.TranslationDone, true
		}
	}
	if _, p.Run, err = d.prospect(tx, b, max(at, b.ValidFrom)); err != nil {
		return Preview{}, err
	}
	if p.Run.ExpiresAt.IsZero() { // a draft may leave it open
		p.Run.ExpiresAt = bot.Forever
	}
	return p, nil
}

// PreviewOn counts the next portion of people, in a View of its own, and tells whether there are more. What it is given stays as it is.
func (d Desk) PreviewOn(tx storage.Tx, p Preview, at bot.Instant) (_ Preview, more bool, err error) {
	run := p.Run
	run.LeftOut = maps.Clone(run.LeftOut)
	p.Run, p.People, p.Gateways = bot.Broadcast{}, maps.Clone(p.People), maps.Clone(p.Gateways)
	if p.People == nil {
		p.People, p.Gateways = make(map[Cell]int), make(map[string]Share)
	}
	capped := run.Kind.Capped() && run.Kind.Lane() != bot.LaneCorrection && run.Audience.Run.IsZero() && d.Cap > 0
	_, late := over(run, at)
	w := walk{Desk: d, tx: tx, run: &run, at: at, late: late, reach: d.reach(run.Audience)}
	w.seen = func(c bot.Contact, text bot.RunText, gateway string) error {
		p.People[Cell{text.Lang, c.Place}]++
		s := p.Gateways[gateway]
		s.People, s.Parts = s.People+1, s.Parts+text.Parts
		if text.Encoding == bot.UCS2 {
			s.UCS2++
		}
		p.Gateways[gateway] = s
		if !c.MaybeStop.IsZero() {
			p.MaybeSTOP++
		}
		if !capped {
			return nil
		}
		n, err := tx.SentSince(c.Key, at.Add(-capWeek).Add(24*time.Hour))
		if err != nil {
			return fmt.Errorf("bulletin: preview: %w", err)
		}
		if n >= d.Cap {
			p.Capped++
		}
		return nil
	}
	switch heard := run.Heard; {
	case !run.Audience.Heard.IsZero():
		if more, err = w.hearers(); err != nil {
			return Preview{}, false, err
		}
		p.AtMost = p.AtMost || !heard.IsZero() && !run.Heard.IsZero() && run.Heard != heard
		if !run.Heard.IsZero() && !p.AtMost {
			first, err := tx.Broadcast(run.Heard)
			if err != nil {
				return Preview{}, false, fmt.Errorf("bulletin: preview: %w", err)
			}
			p.AtMost = first.Resent > 0
		}
	case !run.Audience.Run.IsZero():
		more, err = w.listed()
	default:
		more, err = w.contacts()
	}
	p.Run = run
	return p, more, err
}

// Timing is when a run's messages would leave.
type Timing struct {
	Starts           bot.Instant
	Ends             bot.Instant // the last one; where Unsent is not 0, the run's expiry or the end of what is looked ahead
	Held             bool        // quiet hours hold it on the way, first from HeldFrom until HeldTo
	HeldFrom, HeldTo bot.Instant
	Unsent           int  // parts that would not have left by then
	Far              bool // with Unsent: so far is not looked ahead, and it is not the expiry that ends it
}

// lookAhead is how far a preview looks: nobody can tell what a gateway does in three months.
const lookAhead = 90 * 24 * time.Hour

// Takes estimates when so many parts have left by a gateway of a rate in parts per second (0: no limit), if nothing else does, it works
// all the time, and the run is not paused.
func (p Preview) Takes(parts int, rate float64, quiet people.Quiet, at bot.Instant) Timing {
	now := max(at, p.Run.StartedAt)
	t := Timing{Starts: now, Ends: now}
	horizon := min(p.Run.ExpiresAt, now.Add(lookAhead))
	held := func(until bot.Instant) {
		if !t.Held {
			t.Held, t.HeldFrom, t.HeldTo = true, now, until
		}
		now = until
	}
	needed := func(parts int) time.Duration {
		if rate <= 0 {
			return 0
		}
		return time.Duration(math.Ceil(min(float64(parts)/rate, lookAhead.Seconds()+1) * float64(time.Second)))
	}
	for left := parts; left > 0; {
		if until, is := quiet.Until(now); is && !p.Run.Urgent {
			if held(until); t.Starts < until && left == parts {
				t.Starts = until
			}
		}
		if now >= horizon {
			t.Ends, t.Unsent, t.Far = horizon, left, horizon < p.Run.ExpiresAt
			return t
		}
		stop := horizon
		if !p.Run.Urgent {
			stop = min(stop, nextQuiet(quiet, now))
		}
		if end := now.Add(needed(left)); end <= stop {
			t.Ends = end
			return t
		}
		left -= int(stop.Sub(now).Seconds() * rate)
		now = stop
	}
	return t
}

// nextQuiet is when the next quiet hours begin after a moment outside them.
func nextQuiet(q people.Quiet, at bot.Instant) bot.Instant {
	if q.From == q.To || q.Zone == nil {
		return bot.Forever
	}
	t := at.Time().In(q.Zone)
	day := t.Day()
	if t.Hour()*60+t.Minute() >= q.From {
		day++
	}
	return bot.At(time.Date(t.Year(), t.Month(), day, q.From/60, q.From%60, 0, 0, q.Zone))
}
