package people

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/bot/spelling"
)

// Listed is a good row of a list.
type Listed struct {
	Phone
	Lang    bot.Lang // "" = neither the row nor the whole list names one
	Sex     bot.Sex
	AgeBand bot.AgeBand
	Place   bot.PlaceCode
}

// ListReader reads the rows of one list. It is not safe for concurrent use.
type ListReader struct {
	Columns   []ListColumn // what the cells of a row hold
	Lang      bot.Lang     // of whose row names none
	Place     bot.PlaceCode
	Normalise func(string) bot.Address
	Key       func(bot.Address) bot.ContactKey
	Places    *place.Gazetteer
	Now       bot.Instant

	found map[string]placeFound // names that were looked up already
}

type placeFound struct {
	code  bot.PlaceCode
	fault *bot.Error
}

// Read reads a row as people write them, or tells in one sentence what is wrong with it.
func (r *ListReader) Read(cells []string) (Listed, *bot.Error) {
	get := func(c ListColumn) string {
		for i, kind := range r.Columns {
			if kind == c && i < len(cells) {
				return strings.Join(strings.Fields(cells[i]), " ")
			}
		}
		return ""
	}
	l := Listed{Lang: r.Lang, Place: r.Place}
	var fault *bot.Error
	if l.Number, fault = ListedNumber(get(ListNumber), r.Normalise); fault != nil {
		return Listed{}, fault
	}
	if said := get(ListLang); said != "" {
		if l.Lang, fault = listedLang(said); fault != nil {
			return Listed{}, fault
		}
	}
	if l.Sex, fault = listedSex(get(ListSex)); fault != nil {
		return Listed{}, fault
	}
	if l.AgeBand, fault = r.age(get(ListAge), get(ListBorn)); fault != nil {
		return Listed{}, fault
	}
	code, fault := r.place(get(ListRegion), get(ListCercle), get(ListPlace))
	if fault != nil {
		return Listed{}, fault
	}
	if !code.IsZero() {
		l.Place = code
	}
	l.Key = r.Key(l.Number)
	return l, nil
}

func wrong(key string, args ...string) *bot.Error { return bot.Fault(bot.CodeInvalid, key, args...) }

var (
	// scientific is how a spreadsheet writes a number that is too long for its column: 7,6123456E+07.
	scientific = regexp.MustCompile(`^([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})$`)
	// decimals are those of a number that a program took for one: 76123456.0.
	decimals = regexp.MustCompile(`^(\+?[0-9]{8,})[.,]0+$`)
)

// ListedNumber reads a cell with a number of a Malian mobile phone, as people and spreadsheets write it.
func ListedNumber(cell string, normalise func(string) bot.Address) (bot.Address, *bot.Error) {
	cell = strings.Join(strings.Fields(cell), " ")
	cell = strings.TrimLeft(cell, "'’`\" ")
	if cell == "" {
		return bot.Address{}, wrong("desk.list_no_number")
	}
	if m := scientific.FindStringSubmatch(cell); m != nil {
		power, err := strconv.Atoi(m[3])
		if err != nil || len(m[2]) != power { // shorter: digits were cut off, and what is left would be somebody else's number
			return bot.Address{}, wrong("desk.list_number_cut")
		}
		cell = m[1] + m[2]
	}
	if m := decimals.FindStringSubmatch(cell); m != nil {
		cell = m[1]
	}
	if digits(cell) >= 16 || digits(cell) >= 12 && strings.ContainsAny(cell, "/;&") {
		return bot.Address{}, wrong("desk.list_two_numbers")
	}
	a := normalise(cell)
	const malian = len("+22370123456")
	if a.Kind != bot.Phone || len(a.Value) != malian || !strings.HasPrefix(a.Value, "+223") || a.Value[4] < '5' {
		return bot.Address{}, wrong("desk.list_bad_number")
	}
	return a, nil
}

// listLangs are the words for the languages that people of the country read (domain §4.1). One without texts here is kept all
// the same: its readers get French until it has some, and are counted.
var listLangs = [...]struct {
	lang  bot.Lang
	words []string
}{
	{bot.French, []string{"fra", "fr", "francais", "french"}},
	{bot.Bambara, []string{"bam", "bm", "bambara", "bamanankan", "bamana"}},
	{"ses", []string{"ses", "songhay", "songhai", "songhoy", "sonrhai", "sonrai", "koyraboro"}},
	{"ffm", []string{"ffm", "peul", "peulh", "fulfulde", "fulani", "fula"}},
	{"taq", []string{"taq", "tamasheq", "tamashek", "tamachek"}},
	{"snk", []string{"snk", "soninke", "sarakole"}},
	{"dts", []string{"dts", "dogon"}},
}

// ListLanguage is the first language that some words name; ok is false where they name none that is known.
func ListLanguage(words string) (l bot.Lang, ok bool) {
	l, fault := listedLang(words)
	return l, fault == nil
}

func listedLang(cell string) (bot.Lang, *bot.Error) {
	for _, word := range spelling.Words(cell) {
		for _, l := range listLangs {
			for _, w := range l.words {
				if spelling.Key(w) == word {
					return l.lang, nil
				}
			}
		}
	}
	return "", wrong("desk.list_bad_lang")
}

func listedSex(cell string) (bot.Sex, *bot.Error) {
	switch spelling.Key(cell) {
	case "":
		return "", nil
	case spelling.Key("f"), spelling.Key("femme"), spelling.Key("feminin"), spelling.Key("female"), spelling.Key("fille"), spelling.Key("woman"):
		return bot.SexFemale, nil
	case spelling.Key("m"), spelling.Key("h"), spelling.Key("homme"), spelling.Key("masculin"), spelling.Key("male"), spelling.Key("garcon"), spelling.Key("man"):
		return bot.SexMale, nil
	case spelling.Key("x"), spelling.Key("autre"), spelling.Key("other"):
		return bot.SexOther, nil
	case spelling.Key("nd"), spelling.Key("non dit"), spelling.Key("undisclosed"):
		return bot.SexUndisclosed, nil
	}
	return "", wrong("desk.list_bad_sex")
}

// oldest is the greatest age that is believed.
const oldest = 110

var numbersIn = regexp.MustCompile(`[0-9]+`)

// age reads the band off an age, a band, or a day or year of birth. Who is under 15 is not enrolled (domain §8, S-11).
func (r *ListReader) age(age, born string) (bot.AgeBand, *bot.Error) {
	band, ok := bot.AgeBand(""), true
	if age != "" {
		band, ok = r.band(age)
	}
	if ok && band == "" && born != "" {
		years, known := r.since(born)
		if ok = known; ok {
			band, ok = bandOf(years)
		}
	}
	switch {
	case !ok:
		return "", wrong("desk.list_bad_age")
	case band == bot.AgeUnder15:
		return "", wrong("desk.list_under15")
	}
	return band, nil
}

// band reads 23, 23 ans, 18-24, 36 et plus, moins de 15, or a year such as 1999.
func (r *ListReader) band(cell string) (bot.AgeBand, bool) {
	var numbers []int
	for _, text := range numbersIn.FindAllString(cell, -1) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return "", false
		}
		numbers = append(numbers, n)
	}
	less, more := strings.Contains(cell, "<"), strings.ContainsAny(cell, "+>")
	for _, w := range spelling.Words(cell) {
		less = less || w == spelling.Key("moins") || w == spelling.Key("under")
		more = more || w == spelling.Key("plus") || w == spelling.Key("over")
	}
	switch {
	case len(numbers) == 0:
		return "", spelling.Key(cell) == spelling.Key("nd") || spelling.Key(cell) == ""
	case len(numbers) == 1 && less:
		return bot.AgeUnder15, numbers[0] <= 15
	case len(numbers) == 1 && more:
		return bot.Age36plus, numbers[0] >= 36 && numbers[0] <= oldest
	case len(numbers) == 1 && numbers[0] >= 1900:
		return bandOf(r.Now.Time().Year() - numbers[0])
	case len(numbers) == 1:
		return bandOf(numbers[0])
	case len(numbers) == 2 && numbers[0] <= numbers[1]:
		low, ok := bandOf(numbers[0])
		high, ok2 := bandOf(numbers[1])
		return low, ok && ok2 && low == high
	}
	return "", false
}

func bandOf(years int) (bot.AgeBand, bool) {
	switch {
	case years < 0 || years > oldest:
		return "", false
	case years < 15:
		return bot.AgeUnder15, true
	case years < 18:
		return bot.Age15to17, true
	case years < 25:
		return bot.Age18to24, true
	case years < 30:
		return bot.Age25to29, true
	case years < 36:
		return bot.Age30to35, true
	}
	return bot.Age36plus, true
}

// since is how many years ago a day was, or a year.
func (r *ListReader) since(born string) (int, bool) {
	now := r.Now.Time()
	if year, err := strconv.Atoi(born); err == nil && year >= 1900 {
		return now.Year() - year, true
	}
	for _, form := range []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006", "2 1 2006", "2006/1/2"} {
		day, err := time.Parse(form, born)
		if err != nil {
			continue
		}
		years := now.Year() - day.Year()
		if now.Month() < day.Month() || now.Month() == day.Month() && now.Day() < day.Day() {
			years--
		}
		return years, true
	}
	return 0, false
}

// place reads a region, a cercle in it, or what may be either; the finest counts.
func (r *ListReader) place(region, cercle, either string) (bot.PlaceCode, *bot.Error) {
	if region == "" && cercle == "" && either == "" {
		return bot.PlaceCode{}, nil
	}
	key := strings.Join([]string{region, cercle, either}, "\x00")
	if f, ok := r.found[key]; ok {
		return f.code, f.fault
	}
	var f placeFound
	f.code, f.fault = r.lookUp(region, cercle, either)
	if r.found == nil || len(r.found) >= placesRemembered {
		r.found = make(map[string]placeFound)
	}
	r.found[key] = f
	return f.code, f.fault
}

// placesRemembered is how many names are remembered; Mali has some 180 regions and cercles.
const placesRemembered = 1000

func (r *ListReader) lookUp(region, cercle, either string) (bot.PlaceCode, *bot.Error) {
	var within bot.Place
	if region != "" {
		found := r.called(region, bot.LevelRegion)
		if len(found) == 0 {
			return bot.PlaceCode{}, r.unknown(region)
		}
		within = found[0]
	}
	if cercle != "" {
		for _, p := range r.called(cercle, bot.LevelCercle) {
			if region == "" || p.Code.Scheme != within.Code.Scheme || p.Parent == within.Code.Code {
				return p.Code, nil
			}
		}
		return bot.PlaceCode{}, r.unknown(cercle)
	}
	if region != "" {
		return within.Code, nil
	}
	for _, level := range []bot.PlaceLevel{bot.LevelRegion, bot.LevelCercle} {
		if found := r.called(either, level); len(found) > 0 {
			return found[0].Code, nil
		}
	}
	return bot.PlaceCode{}, r.unknown(either)
}

// called finds a place by its code or its name, with or without the word for what it is.
func (r *ListReader) called(name string, level bot.PlaceLevel) []bot.Place {
	if code, ok := bot.ParsePlaceCode(name); ok {
		if p, ok := r.Places.Place(code); ok && p.Level == level {
			return []bot.Place{p}
		}
	}
	if found := r.Places.Called(name, level); len(found) > 0 {
		return found
	}
	return r.Places.Called(unitless(name), level)
}

// unitless drops "région de", "cercle de" and "district de" before a name.
func unitless(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 {
		return name
	}
	switch spelling.Key(words[0]) {
	case spelling.Key("région"), spelling.Key("cercle"), spelling.Key("district"):
		words = words[1:]
		switch spelling.Key(words[0]) {
		case "de", "du":
			words = words[1:]
		}
	}
	return strings.Join(words, " ")
}

func (r *ListReader) unknown(name string) *bot.Error {
	if near, ok := r.Places.Nearest(unitless(name)); ok {
		return wrong("desk.list_bad_place", "near", near.Name(bot.French))
	}
	return wrong("desk.list_unknown_place")
}
