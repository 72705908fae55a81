package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const dayMinutes = 24 * 60

var clockForm = regexp.MustCompile(`^([0-9]{2}):([0-9]{2})$`)

// parseClock reads 00:00 to 24:00 as minutes since midnight.
func parseClock(s string) (int, bool) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	total := hour*60 + minute
	return total, minute < 60 && total <= dayMinutes
}

// parseSpan reads 10:00-18:00; the end must come after the start.
func parseSpan(s string) (Span, bool) {
	from, to, found := strings.Cut(s, "-")
	start, ok1 := parseClock(strings.TrimSpace(from))
	end, ok2 := parseClock(strings.TrimSpace(to))
	return Span{From: start, To: end}, found && ok1 && ok2 && start < end
}

// parseDate reads 2026-12-25.
func parseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, false
	}
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}, true
}

// String is the date as it is written in the file.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// String is the span as it is written in the file.
func (s Span) String() string { return formatClock(s.From) + "-" + formatClock(s.To) }

func formatClock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// overlap sorts spans and tells whether two of them share a minute.
func overlap(spans []Span) bool {
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	for i := 1; i < len(spans); i++ {
		if spans[i].From < spans[i-1].To {
			return true
		}
	}
	return false
}

// formatDuration is a duration as people write it: 24h, not 24h0m0s.
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
