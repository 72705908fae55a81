package hotline

import (
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
)

// formSaid is what an agent's INSCRIRE was understood as: "INSCRIRE 76123456 bm F 18-24", in any order. What is empty was
// not said, or not clearly.
type formSaid struct {
	is     bool   // it begins with the word
	number string // as it is dialled in Mali: eight digits
	lang   bot.Lang
	sex    bot.Sex
	band   bot.AgeBand
}

// form reads an agent's INSCRIRE from its folded words. Words that it does not know are passed over: they may be a name,
// which nobody wants to keep.
//
// A word that only begins as it does ("INSCRIR 76123456 bm") counts where a number follows: an agent's slip must not become a
// report with somebody's number in it.
func (v *Vocabulary) form(tokens []string) formSaid {
	if len(tokens) == 0 {
		return formSaid{}
	}
	word := runsOf(tokens[:1])[0]
	if !v.enrol[word] && !v.nearlyEnrol(word) {
		return formSaid{}
	}
	f := formSaid{is: true}
	var groups [][]string // digits with no word between them
	under, apart := false, true
	langs, sexes := map[bot.Lang]bool{}, map[bot.Sex]bool{}
	for _, run := range runsOf(tokens) {
		if isDigits(run) {
			if apart {
				groups = append(groups, nil)
			}
			last := len(groups) - 1
			groups[last], apart = append(groups[last], run), false
			continue
		}
		apart = true
		if l, ok := v.languages[run]; ok {
			langs[l] = true
		} else if s := v.sex(run); s != "" {
			sexes[s] = true
		} else if v.under[run] {
			under = true
		}
	}
	f.lang, f.sex = single(langs), single(sexes)
	f.number, f.band = numberAndAge(groups, under)
	if !v.enrol[word] && f.number == "" {
		return formSaid{}
	}
	return f
}

// nearlyEnrol tells whether a word begins as one of those that enrol somebody: "inscr", "inscrir", "inscrite".
func (v *Vocabulary) nearlyEnrol(word string) bool {
	const alike = 4
	for known := range v.enrol {
		if len(word) >= alike && len(known) >= alike && word[:alike] == known[:alike] {
			return true
		}
	}
	return false
}

// sex is the sex that a word names, "" for none.
func (v *Vocabulary) sex(word string) bot.Sex {
	switch {
	case v.women[word]:
		return bot.SexFemale
	case v.men[word]:
		return bot.SexMale
	case v.otherSex[word]:
		return bot.SexOther
	}
	return ""
}

// single is the one key of a set, "" where there are none or several.
func single[K ~string](set map[K]bool) K {
	if len(set) == 1 {
		for k := range set {
			return k
		}
	}
	return ""
}

// runsOf are the words and the digits of a text, each by itself: "76123456bm" are two.
func runsOf(tokens []string) []string {
	var runs []string
	for _, t := range tokens {
		start := 0
		for i := 1; i <= len(t); i++ {
			if i == len(t) || isDigit(t[i]) != isDigit(t[i-1]) {
				runs = append(runs, t[start:i])
				start = i
			}
		}
	}
	return runs
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func endsInDigit(token string) bool { return isDigit(token[len(token)-1]) }

// mostRuns is how many runs of digits are looked at: a number in pairs with its country code and an age have eight.
const mostRuns = 12

// numberAndAge finds the number among digits in whatever pieces it was typed, and takes the rest for the age. Where two
// numbers could be meant, none is taken.
func numberAndAge(groups [][]string, under bool) (number string, band bot.AgeBand) {
	if len(slices.Concat(groups...)) > mostRuns {
		return "", ""
	}
	type reading struct {
		number string
		band   bot.AgeBand
	}
	var good, doubtful []reading
	for g, group := range groups {
		for from := range group {
			for to := from + 1; to <= len(group); to++ {
				found, ok := malianMobile(strings.Join(group[from:to], ""))
				if !ok {
					continue
				}
				rest := slices.Concat(slices.Concat(groups[:g]...), group[:from], group[to:], slices.Concat(groups[g+1:]...))
				r := reading{number: found}
				if r.band, ok = ageIn(rest, under); ok {
					good = append(good, r)
				} else {
					doubtful = append(doubtful, r)
				}
			}
		}
	}
	if len(good) == 0 {
		good = doubtful
	}
	if len(good) == 0 {
		return "", ""
	}
	for _, r := range good[1:] {
		if r != good[0] {
			return "", ""
		}
	}
	return good[0].number, good[0].band
}

// malianMobile reads the eight digits of a mobile number of Mali, with its country code or without (the plan of 2008: they
// begin with 5 to 9).
func malianMobile(digits string) (string, bool) {
	for _, prefix := range []string{"00223", "223", ""} {
		if n, ok := strings.CutPrefix(digits, prefix); ok && len(n) == 8 && n[0] >= '5' {
			return n, true
		}
	}
	return "", false
}

// ageIn reads an age or the two ends of an age band; ok is false for digits that are neither. No digits are no age, which is
// fine.
func ageIn(runs []string, under bool) (bot.AgeBand, bool) {
	if len(runs) == 1 && len(runs[0]) == 4 { // 1824
		runs = []string{runs[0][:2], runs[0][2:]}
	}
	switch len(runs) {
	case 0:
		return "", true
	case 1:
		if !under {
			return bandOf(runs[0])
		}
		if runs[0] == "15" { // of "moins de 20" nothing follows
			return bot.AgeUnder15, true
		}
	case 2:
		first, ok := bandOf(runs[0])
		last, also := bandOf(runs[1])
		if ok && also && first == last {
			return first, true
		}
	}
	return "", false
}

// bandOf is the band of an age in years.
func bandOf(typed string) (bot.AgeBand, bool) {
	years, err := strconv.Atoi(typed)
	switch {
	case err != nil || len(typed) > 3 || years > 120:
		return "", false
	case years < 15:
		return bot.AgeUnder15, true
	case years <= 17:
		return bot.Age15to17, true
	case years <= 24:
		return bot.Age18to24, true
	case years <= 29:
		return bot.Age25to29, true
	case years <= 35:
		return bot.Age30to35, true
	}
	return bot.Age36plus, true
}

// ageSaid is what a text says if it is an answer to the question for the age band.
type ageSaid struct {
	band   bot.AgeBand
	unsure bool // it holds nothing but digits, and they are no answer
}

// mostBeside is how many words a code or an age may be among.
const mostBeside = 8

// age reads an answer to the question for the age band: the number of a line, years, or a band. A text with any other word
// in it is none.
func (v *Vocabulary) age(tokens []string) ageSaid {
	if len(tokens) > mostBeside || !slices.ContainsFunc(tokens, endsInDigit) {
		return ageSaid{}
	}
	var digits []string
	under, years := false, false
	for _, run := range runsOf(tokens) {
		switch {
		case isDigits(run):
			digits = append(digits, run)
		case v.under[run]:
			under = true
		case v.years[run]:
			years = true
		case !v.aboutAge[run] && !v.courtesy[run]:
			return ageSaid{}
		}
	}
	if len(digits) > 2 || len(digits[0]) > 2 {
		return ageSaid{}
	}
	if len(digits) == 1 && len(digits[0]) == 1 && !years {
		if n := int(digits[0][0]) - '1'; n >= 0 && n < len(bot.AgeBands()) && !under {
			return ageSaid{band: bot.AgeBands()[n]}
		}
		return ageSaid{unsure: true}
	}
	band, ok := ageIn(digits, under)
	return ageSaid{band: band, unsure: !ok}
}

// enrolCode finds four digits that may be a code of the day, alone or beside courtesy, and with asked after the word code:
// then also in pieces.
func (v *Vocabulary) enrolCode(tokens []string) (digits string, asked bool) {
	if len(tokens) > mostBeside || !slices.ContainsFunc(tokens, endsInDigit) {
		return "", false
	}
	pieces := 0
	for _, run := range runsOf(tokens) {
		switch {
		case isDigits(run):
			digits += run
			pieces++
		case v.code[run], v.enrol[run]:
			asked = true
		case !v.courtesy[run]:
			return "", false
		}
	}
	if len(digits) != bot.EnrolDigits || pieces > 1 && !asked {
		return "", false
	}
	return digits, asked
}
