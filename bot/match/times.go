package match

import (
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/spelling"
)

// date is a day of the year that a text names: month*32 + day.
type date uint16

// moment is what a word says of when something happens.
type moment struct {
	soon    soon // how near the day is
	weekday int  // 1 Monday to 7 Sunday; 0 = none
	month   int  // 1 to 12; 0 = none
}

// soon are words for a day near the one on which they are written, bits.
type soon uint8

const (
	soonSince    soon = 1 << iota // yesterday, today, this morning: a check of an earlier day is of something else
	soonTonight                   // later that day: a check of the same day may be, too
	soonTomorrow                  // likewise, of the next day
)

// newMoments names moments in French and in Bambara, each in a word of its own, by their folded spelling.
func newMoments() map[string]moment {
	folded := map[string]moment{}
	for w, m := range map[string]moment{
		"aujourdhui": {soon: soonSince}, "hui": {soon: soonSince}, "hier": {soon: soonSince}, "yer": {soon: soonSince}, "matin": {soon: soonSince},
		"soir": {soon: soonTonight}, "nuit": {soon: soonTonight}, "midi": {soon: soonTonight}, "heure": {soon: soonTonight}, "taleur": {soon: soonTonight}, "toutaleur": {soon: soonTonight},
		"tantot": {soon: soonTonight}, "demain": {soon: soonTomorrow}, "dmain": {soon: soonTomorrow}, "2main": {soon: soonTomorrow},
		"bi": {soon: soonTonight}, "sini": {soon: soonTomorrow}, "sinin": {soon: soonTomorrow},
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
	switch folded {
	case "ce", "cet", "cette", "se", "st", "set", "cte", "ctte", "hui":
		return true
	}
	return false
}

// moments finds what a text says of when: whether it is of a day near its own, its weekdays, its dates.
func (l *lexicon) moments(words []word) (near soon, weekdays []int, dates []date) {
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
		case w.folded == "midi": // cet après-midi
			if i > 1 && words[i-1].folded == "apres" && beforeSoon(words[i-2].folded) {
				near |= m.soon
			}
		case w.folded == "heure": // tout à l'heure
			if i > 1 && words[i-1].folded == "a" && (words[i-2].folded == "tout" || words[i-2].folded == "toute") {
				near |= m.soon
			}
		case w.folded == "soir" || w.folded == "nuit" || w.folded == "matin":
			if i > 0 && beforeSoon(words[i-1].folded) {
				near |= m.soon
			}
		default:
			near |= m.soon
		}
	}
	return near, weekdays, dates
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

// near tells what a word of a near day is of, if it was written at a time: its date and its weekday.
func (s soon) near(at time.Time) (date, int) {
	if s == soonTomorrow {
		at = at.Add(day)
	}
	return dateOf(at), 1 + (int(at.Weekday())+6)%7
}

func dateOf(t time.Time) date { return date(int(t.Month())*32 + t.Day()) }

const day = 24 * time.Hour

// otherTime tells whether a telling is of another time than what was checked: of another date or weekday than the claim; of today or
// yesterday, or of a weekday, against a check of an earlier day, or week; of tonight or tomorrow, unless the claim says such a thing
// too and was checked on the same day, or names that very day. What is to come is not known from a check of what is, even one of an
// hour ago. Days are those of Mali, which are UTC's.
func (x *Index) otherTime(q *doc, at bot.Instant, p *pair) bool {
	c := x.claims[p.lead.claim]
	if c == nil {
		return false
	}
	var near soon
	var dates []date
	var weekdays []int
	for w := range x.wordingsOf(p) {
		near |= w.soon
		dates, weekdays = append(dates, w.dates...), append(weekdays, w.weekdays...)
	}
	if len(q.dates) > 0 && len(dates) > 0 && !slices.ContainsFunc(q.dates, func(d date) bool { return slices.Contains(dates, d) }) {
		return true
	}
	if q.content <= shortTelling && len(q.weekdays) > 0 && len(weekdays) > 0 && !slices.ContainsFunc(q.weekdays, func(d int) bool { return slices.Contains(weekdays, d) }) {
		return true
	}
	if at == 0 {
		return false
	}
	told, found := at.Time().Truncate(day), c.Checked.Time().Truncate(day)
	known := c.Checked != 0
	for _, s := range [2]soon{soonTonight, soonTomorrow} {
		if q.soon&s == 0 {
			continue
		}
		d, weekday := s.near(told)
		said := slices.Contains(dates, d) || slices.Contains(weekdays, weekday) && known && told.Sub(found) < 6*day
		if !said && !(near&(soonTonight|soonTomorrow) != 0 && known && told.Equal(found)) {
			return true
		}
	}
	if !known {
		return false
	}
	if q.soon&soonSince != 0 && told.After(found) {
		return true
	}
	return len(q.weekdays) > 0 && told.Sub(found) >= 6*day
}
