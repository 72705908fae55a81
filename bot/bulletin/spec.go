package bulletin

import (
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"tinye/bot"
)

// spec is a cron spec that was read: minute, hour, day of the month, month and weekday, on the clock of a zone.
//
// Only the reading of the five fields is the library's. Its search for the next time skips a moment that a change to summer time leaves out,
// gives one twice when the clock goes back, and loses some where it changes by half an hour.
type spec struct {
	fields *cron.SpecSchedule
	zone   *time.Location
}

// starBit marks a field that says "every" in the library's sets.
const starBit = 1 << 63

// readSpec reads a spec and the IANA name of its zone.
func readSpec(text, zone string) (spec, error) {
	wrong := func() (spec, error) { return spec{}, bot.Fault(bot.CodeInvalid, "desk.schedule_spec", "cron", text) }
	in, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" { // the machine's own zone is not the same on every machine
		return spec{}, bot.Fault(bot.CodeInvalid, "desk.schedule_zone", "zone", zone)
	}
	if strings.ContainsAny(text, "=@") { // a zone of its own, and names such as @daily: the library panics at some of them
		return wrong()
	}
	read, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(text)
	if err != nil {
		return wrong()
	}
	fields, ok := read.(*cron.SpecSchedule)
	if !ok {
		return wrong()
	}
	return spec{fields: fields, zone: in}, nil
}

// daily tells whether the spec names one time of the day: it comes at most once a day.
func (s spec) daily() bool {
	one := func(set uint64) bool { return bits.OnesCount64(set&^starBit) == 1 }
	return one(s.fields.Hour) && one(s.fields.Minute)
}

// either tells whether the spec names days of the month and weekdays: it comes on those of the one and on those of the other.
func (s spec) either() bool { return s.fields.Dom&starBit == 0 && s.fields.Dow&starBit == 0 }

// farthest is how many days are looked through for the next moment: from one 29 February to the next there may be eight years.
const farthest = 8*366 + 2

// next gives the first moment after a time, and whether there is one.
//
// A time of the day that comes twice, because the clock went back, counts the first time. One that a change of the clock leaves out is the moment of
// that change. So each day that the spec names has its moment.
func (s spec) next(after time.Time) (time.Time, bool) {
	local := after.In(s.zone)
	day := time.Date(local.Year(), local.Month(), local.Day()-1, 0, 0, 0, 0, time.UTC) // a wall clock's day, counted in UTC
	for range farthest {
		if s.on(day) {
			for minute := range 24 * 60 {
				if s.fields.Hour&(1<<(minute/60)) == 0 || s.fields.Minute&(1<<(minute%60)) == 0 {
					continue
				}
				if at := s.shows(day.Add(time.Duration(minute) * time.Minute)); at.After(after) {
					return at, true
				}
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// on tells whether the spec names a day.
func (s spec) on(day time.Time) bool {
	if s.fields.Month&(1<<day.Month()) == 0 {
		return false
	}
	dom, dow := s.fields.Dom&(1<<day.Day()) != 0, s.fields.Dow&(1<<day.Weekday()) != 0
	if s.either() {
		return dom || dow
	}
	return dom && dow
}

// shows is when the clock of the zone first shows a wall time, which is given as if it were UTC.
func (s spec) shows(wall time.Time) time.Time {
	const apart = 26 * time.Hour // no zone is farther from UTC
	_, before := wall.Add(-apart).In(s.zone).Zone()
	_, behind := wall.Add(apart).In(s.zone).Zone()
	offsets := []int{max(before, behind), min(before, behind)} // the larger one gives the earlier moment
	for _, offset := range offsets {
		at := wall.Add(-time.Duration(offset) * time.Second)
		if _, real := at.In(s.zone).Zone(); real == offset {
			return at
		}
	}
	begins, _ := wall.Add(-time.Duration(before) * time.Second).In(s.zone).ZoneBounds() // the clock went forward over it
	return begins
}
