package locales

import (
	"time"

	"tinye/bot"
)

// Dates and times are written the same way in every language: digits only, no word that a phone could not show
// (CLDR: fr dd/MM/y, bm d/M/y, HH:mm both; one form for both is easier to read aloud). An unset instant gives "".

// Date is the day with its year, such as 12/03/2026.
func Date(i bot.Instant, tz *time.Location) string { return format(i, tz, "02/01/2006") }

// Day is the day without its year, such as 12/03.
func Day(i bot.Instant, tz *time.Location) string { return format(i, tz, "02/01") }

// Clock is the time of day, such as 07:30.
func Clock(i bot.Instant, tz *time.Location) string { return format(i, tz, "15:04") }

func format(i bot.Instant, tz *time.Location, layout string) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().In(tz).Format(layout)
}
