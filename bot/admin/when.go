package admin

import (
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
)

// When is a day such as 2026-03-12, or a moment such as 2026-03-12T14:30:00Z, as somebody typed it; "" is none. A day is one of
// the site's calendar, wherever the command runs.
type When string

// Days and moments are read by these layouts.
const (
	dayLayout    = time.DateOnly
	momentLayout = time.RFC3339
)

// OK tells whether it is a day, a moment or none.
func (w When) OK() bool {
	_, err := w.read(time.UTC, false)
	return err == nil
}

// begin is the moment, or when the day begins by the site's clock; 0 for none.
func (w When) begin(h *hotline.Service) (bot.Instant, error) { return w.read(h.Site.Zone, false) }

// end is the moment, or when the day is over by the site's clock; 0 for none.
func (w When) end(h *hotline.Service) (bot.Instant, error) { return w.read(h.Site.Zone, true) }

func (w When) read(zone *time.Location, over bool) (bot.Instant, error) {
	if w == "" {
		return 0, nil
	}
	if zone == nil {
		zone = time.UTC
	}
	if day, err := time.ParseInLocation(dayLayout, string(w), zone); err == nil {
		if over {
			day = day.AddDate(0, 0, 1)
		}
		return bot.At(day), nil
	}
	at, err := time.Parse(momentLayout, string(w))
	if err != nil {
		return 0, bot.Fault(bot.CodeInvalid, "desk.bad_day", "value", string(w))
	}
	return bot.At(at), nil
}
