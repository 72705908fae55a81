package seal

import (
	"fmt"
	"time"
)

// Month is a calendar month in UTC (the time zone of Mali), counted from January of the year 0.
type Month int

const (
	monthLayout = "2006-01"
	// endOfMonths is the first month that monthLayout cannot write and read back: January 10000.
	endOfMonths Month = 10000 * 12
)

// MonthOf is the month t lies in.
func MonthOf(t time.Time) Month {
	year, month, _ := t.UTC().Date()
	return Month(year*12 + int(month) - 1)
}

// ParseMonth reads "2026-11".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse(monthLayout, s)
	if err != nil {
		return 0, fmt.Errorf("seal: month %q is not like 2026-11", s)
	}
	return MonthOf(t), nil
}

// String is like "2026-11".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// Start is the month's first moment.
func (m Month) Start() time.Time {
	return time.Date(int(m)/12, time.Month(int(m)%12+1), 1, 0, 0, 0, 0, time.UTC)
}

func (m Month) valid() bool { return m >= 0 && m < endOfMonths }
