package place

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/spelling"
)

const (
	// MaxImport is the longest file that is read, in bytes; Mali down to its communes takes 80 kB.
	MaxImport = 4 << 20
	// maxWrong is how many wrong lines are told one by one: who sent another file than meant sees it by then.
	maxWrong = 200
	// maxName is the longest name in characters; the longest of a commune has 34.
	maxName = 60
	// maxSource is the longest remark on where a row is from, in characters.
	maxSource = 200
)

// Imported is what a file of places holds.
type Imported struct {
	Places []bot.Place // the good rows, regions first, then in the file's order
	Wrong  []Wrong     // what was wrong, by line; at most 200
	More   int         // wrong lines beyond those
}

// Wrong is a line that was left out.
type Wrong struct {
	Line int        // counted from 1, the heads included
	Why  *bot.Error // the key of a sentence and its values
}

// Import reads places from a CSV file without regard to what was imported before; see Gazetteer.Import.
func Import(r io.Reader) (Imported, error) { return New(nil).Import(r) }

// Import reads places from a CSV file, of at most MaxImport bytes: columns parted by commas, semicolons or tabs, in UTF-8
// or, where it is not that, Windows-1252. The first line names the columns, in any order; those of other names are passed
// over:
//
//	code           ML and 2 digits for a region, 4 for a cercle, 6 or 8 for a commune; or M23- and the digits, which says ml_ct_2023
//	level          1 region, 2 cercle, 3 commune, or the word
//	name_fr        name_bm, aliases (several with | between) and source may be missing or empty
//	parent_code    of the unit above: in the file, or known to the gazetteer; nothing, or ML, for a region
//	scheme         ocha_cod_2021 or ml_ct_2023; without this column codes that begin with ML are refused, for they mean two places
//	cod2021_pcode  the unit of the same name in ocha_cod_2021; may be missing or empty
//
// A line with something wrong is left out and told of, and so are those of units within it that are not known already; the
// others stay. The error is a *bot.Error for a file that is no such table, and otherwise one of reading it.
func (g *Gazetteer) Import(r io.Reader) (Imported, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxImport+1))
	if err != nil {
		return Imported{}, fmt.Errorf("place: read the file: %w", err)
	}
	if len(data) > MaxImport {
		return Imported{}, bot.Fault(bot.CodeInvalid, "desk.place_file_too_long")
	}
	t, err := readTable(data)
	if err != nil {
		return Imported{}, err
	}
	in := &importer{known: g.places, lines: make(map[bot.PlaceCode]int), good: make(map[bot.PlaceCode]bot.Place)}
	var rows []row
	for _, r := range t.rows {
		if p, fault := in.read(r); fault != nil {
			in.wrong(r.line, fault)
		} else {
			rows = append(rows, row{r.line, p})
		}
	}
	return in.result(rows), nil
}

// row is a line that reads as a place; whether it fits the others is another question.
type row struct {
	line  int
	place bot.Place
}

type importer struct {
	known map[bot.PlaceCode]bot.Place
	lines map[bot.PlaceCode]int // where a code stood first
	good  map[bot.PlaceCode]bot.Place
	bad   []Wrong
}

func (in *importer) wrong(line int, why *bot.Error) { in.bad = append(in.bad, Wrong{line, why}) }

// result keeps the rows whose unit above is there: larger units first, so that what lies in a bad one goes with it.
func (in *importer) result(rows []row) Imported {
	var all Imported
	for level := bot.LevelRegion; level <= bot.LevelCommune; level++ {
		for _, r := range rows {
			if r.place.Level != level {
				continue
			}
			if fault := in.lies(r.place); fault != nil {
				in.wrong(r.line, fault)
				continue
			}
			in.good[r.place.Code] = r.place
			all.Places = append(all.Places, r.place)
		}
	}
	slices.SortStableFunc(in.bad, func(a, b Wrong) int { return a.Line - b.Line })
	all.Wrong = in.bad[:min(len(in.bad), maxWrong)]
	all.More = len(in.bad) - len(all.Wrong)
	return all
}

// lies checks the unit that a place lies in.
func (in *importer) lies(p bot.Place) *bot.Error {
	if p.Level == bot.LevelRegion {
		if p.Parent != "" {
			return bot.Fault(bot.CodeInvalid, "desk.place_parent_level", "code", p.Code.Code, "parent", p.Parent)
		}
		return nil
	}
	parent, ok := in.good[above(p)]
	if !ok {
		parent, ok = in.known[above(p)]
	}
	if !ok {
		return bot.Fault(bot.CodeInvalid, "desk.place_parent_unknown", "code", p.Code.Code, "parent", p.Parent)
	}
	if parent.Level != p.Level-1 {
		return bot.Fault(bot.CodeInvalid, "desk.place_parent_level", "code", p.Code.Code, "parent", p.Parent)
	}
	return nil
}

var (
	schemedForm = regexp.MustCompile(`^M23-([0-9]{2,8})$`) // says its scheme itself
	codeForm    = regexp.MustCompile(`^ML([0-9]{2,8})$`)
)

// read reads one line.
func (in *importer) read(r record) (bot.Place, *bot.Error) {
	if r.broken {
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_row")
	}
	code, fault := r.code()
	if fault != nil {
		return bot.Place{}, fault
	}
	if first := in.lines[code]; first > 0 {
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_doubled", "code", code.Code, "line", strconv.Itoa(first))
	}
	in.lines[code] = r.line
	p := bot.Place{Code: code, Level: levelOf(r.get(columnLevel)), Names: make(map[bot.Lang]string), Source: r.get(columnSource)}
	if p.Level == 0 {
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_level", "level", shown(r.get(columnLevel)))
	}
	if !fits(code.Code, p.Level) {
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_code_level", "code", code.Code, "level", strconv.Itoa(int(p.Level)))
	}
	parent, ofLaw := plainCode(r.get(columnParent))
	switch {
	case parent == "" || p.Level == bot.LevelRegion && parent == "ML": // the country
	case !codeForm.MatchString(parent) || ofLaw && code.Scheme != bot.SchemeCT2023:
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_code", "code", shown(r.get(columnParent)))
	default:
		p.Parent = parent
	}
	for _, name := range []struct {
		lang   bot.Lang
		column column
	}{{bot.French, columnFrench}, {bot.Bambara, columnBambara}} {
		if text := r.get(name.column); text != "" {
			p.Names[name.lang] = text
		}
	}
	for alias := range strings.SplitSeq(r.get(columnAliases), "|") {
		if alias = strings.TrimSpace(alias); alias != "" && !slices.Contains(p.Aliases, alias) {
			p.Aliases = append(p.Aliases, alias)
		}
	}
	if p.Names[bot.French] == "" || unfit(p.Source, maxSource) ||
		slices.ContainsFunc(names(p), func(name string) bool { return unfit(name, maxName) }) {
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_name", "code", code.Code)
	}
	pcode := strings.ToUpper(r.get(columnPCode))
	switch {
	case pcode == "" || code.Scheme == bot.SchemeOCHA2021:
	case !codeForm.MatchString(pcode) || !fits(pcode, p.Level):
		return bot.Place{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_pcode", "code", shown(pcode))
	default:
		p.SameAs = []bot.PlaceCode{{Scheme: bot.SchemeOCHA2021, Code: pcode}}
	}
	return p, nil
}

// code is the line's code with its scheme.
func (r record) code() (bot.PlaceCode, *bot.Error) {
	given, scheme := r.get(columnCode), bot.PlaceScheme(strings.ToLower(r.get(columnScheme)))
	code, ofLaw := plainCode(given)
	if ofLaw && scheme == "" {
		scheme = bot.SchemeCT2023
	}
	switch {
	case !codeForm.MatchString(code):
		return bot.PlaceCode{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_code", "code", shown(given))
	case scheme == "":
		return bot.PlaceCode{}, bot.Fault(bot.CodeInvalid, "desk.place_no_scheme", "code", code)
	case scheme != bot.SchemeCT2023 && (scheme != bot.SchemeOCHA2021 || ofLaw):
		return bot.PlaceCode{}, bot.Fault(bot.CodeInvalid, "desk.place_bad_scheme", "scheme", shown(string(scheme)))
	}
	return bot.PlaceCode{Scheme: scheme, Code: code}, nil
}

// plainCode is a code without the prefix that says that it is the law's, and whether it had that.
func plainCode(given string) (code string, ofLaw bool) {
	given = strings.ToUpper(given)
	if m := schemedForm.FindStringSubmatch(given); m != nil {
		return "ML" + m[1], true
	}
	return given, false
}

// fits tells whether a code has the digits of its level: two for each level of the division, and in law 2023-007 two for
// the arrondissement between cercle and commune.
func fits(code string, level bot.PlaceLevel) bool {
	digits := len(code) - len("ML")
	return digits == 2*int(level) || level == bot.LevelCommune && digits == 2*int(level)+2
}

// levelOf reads a level as a number or a word; 0 for what is none.
func levelOf(given string) bot.PlaceLevel {
	for i, word := range [...]string{"région", "cercle", "commune"} {
		level := bot.LevelRegion + bot.PlaceLevel(i)
		if given == strconv.Itoa(int(level)) || spelling.Key(given) == spelling.Key(word) {
			return level
		}
	}
	return 0
}

// unfit tells a text that nobody can be shown: longer than so many characters, or with signs that are not printed.
func unfit(text string, most int) bool {
	return utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, func(r rune) bool {
		return r == utf8.RuneError || r != ' ' && !unicode.IsPrint(r)
	})
}

// shown is a value as a sentence repeats it: not longer than a name.
func shown(value string) string {
	if runes := []rune(value); len(runes) > maxName {
		return string(runes[:maxName]) + "…"
	}
	return value
}
