package match

import (
	"time"

	"tinye/bot"
	"tinye/bot/spelling"
)

// date is a day of the year that a text names: month*32 + day.
type date uint16

// moment is what a word says of when something happens.
type moment struct {
	soon    bool // today, tonight, tomorrow: another day's check is of something else
	weekday int  // 1 Monday to 7 Sunday; 0 = none
	month   int  // 1 to 12; 0 = none
}

// newMoments names moments in French and in Bambara, each in a word of its own, by their folded spelling.
func newMoments() map[string]moment {
	folded := map[string]moment{}
	for w, m := range map[string]moment{
		"aujourdhui": {soon: true}, "demain": {soon: true}, "soir": {soon: true}, "nuit": {soon: true}, "matin": {soon: true},
		"bi": {soon: true}, "sini": {soon: true}, "sinin": {soon: true},
		"lundi": {weekday: 1}, "mardi": {weekday: 2}, "mercredi": {weekday: 3}, "jeudi": {weekday: 4}, "vendredi": {weekday: 5}, "samedi": {weekday: 6}, "dimanche": {weekday: 7},
		"ntɛnɛn": {weekday: 1}, "tɛnɛn": {weekday: 1}, "tarata": {weekday: 2}, "araba": {weekday: 3}, "alamisa": {weekday: 4}, "juma": {weekday: 5}, "jumadon": {weekday: 5},
		"sibiri": {weekday: 6}, "sibiridon": {weekday: 6}, "kari": {weekday: 7}, "karidon": {weekday: 7},
		"janvier": {month: 1}, "fevrier": {month: 2}, "mars": {month: 3}, "avril": {month: 4}, "mai": {month: 5}, "juin": {month: 6}, "juillet": {month: 7}, "aout": {month: 8},
		"septembre": {month: 9}, "octobre": {month: 10}, "novembre": {month: 11}, "decembre": {month: 12},
		"zanwuyekalo": {month: 1}, "feburuyekalo": {month: 2}, "marisikalo": {month: 3}, "awirilikalo": {month: 4}, "mɛkalo": {month: 5}, "zuwɛnkalo": {month: 6},
		"zuluyekalo": {month: 7}, "utikalo": {month: 8}, "sɛtanburukalo": {month: 9}, "ɔkutɔburukalo": {month: 10}, "nowanburukalo": {month: 11}, "desanburukalo": {month: 12},
	} {
		folded[spelling.Key(w)] = m
	}
	return folded
}

// beforeSoon are words that make soir, nuit and matin those of today: ce soir, cette nuit.
func beforeSoon(folded string) bool {
	return folded == "ce" || folded == "cet" || folded == "cette" || folded == "se" || folded == "st" || folded == "set"
}

// moments finds what a text says of when: whether it is of today or tomorrow, its weekdays, its dates.
func (l *lexicon) moments(words []word) (soon bool, weekdays []int, dates []date) {
	for i, w := range words {
		m := w.moment
		switch {
		case m == moment{}:
		case m.month > 0:
			for _, j := range [2]int{i - 1, i - 2} { // 12 mars; 1 er mars
				if j >= 0 && words[j].kind&kindNumber != 0 {
					if d := dayOf(words[j].folded); d > 0 {
						dates = append(dates, date(m.month*32+d))
					}
					break
				}
			}
		case m.weekday > 0:
			weekdays = append(weekdays, m.weekday)
		case w.folded == "soir" || w.folded == "nuit" || w.folded == "matin":
			soon = soon || i > 0 && beforeSoon(words[i-1].folded) || len(words) > i+1 && i > 0 && words[i-1].folded == "hui"
		default:
			soon = true
		}
	}
	return soon, weekdays, dates
}

// dayOf reads the day of a month, 0 where it is none.
func dayOf(s string) int {
	if len(s) == 0 || len(s) > 2 {
		return 0
	}
	d := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
		d = d*10 + int(c-'0')
	}
	if d > 31 {
		return 0
	}
	return d
}

// otherTime tells whether a telling is of another time than what was checked: of today or tomorrow, or of a weekday, against a check
// that is of an earlier day, or week; or of a date, against another one. Days are those of Mali, which are UTC's.
func otherTime(q *doc, at bot.Instant, d *doc, checked bot.Instant) bool {
	if len(q.dates) > 0 && d != nil && len(d.dates) > 0 {
		same := false
		for _, a := range q.dates {
			for _, b := range d.dates {
				same = same || a == b
			}
		}
		if !same {
			return true
		}
	}
	if at == 0 || checked == 0 {
		return false
	}
	const day = 24 * time.Hour
	told, found := at.Time().Truncate(day), checked.Time().Truncate(day)
	if q.soon && told.After(found) {
		return true
	}
	return len(q.weekdays) > 0 && told.Sub(found) >= 6*day
}
