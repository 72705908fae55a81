package rumour

import (
	"time"

	"tinye/bot"
	"tinye/locales"
)

// Hours is the desk's weekly calendar. The zero value is always open.
type Hours struct {
	Week     locales.Week
	Holidays map[string]bool // 2006-01-02 in the zone
	Zone     *time.Location
}

// Open tells whether somebody is at the desk. A site without a calendar is always open.
func (h Hours) Open(at bot.Instant) bool {
	if h.Zone == nil {
		return true
	}
	t := at.Time().In(h.Zone)
	minute := t.Hour()*60 + t.Minute()
	for _, span := range h.on(t) {
		if minute >= span.From && minute < span.To {
			return true
		}
	}
	return false
}
