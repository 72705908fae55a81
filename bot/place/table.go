package place

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"tinye/bot"
)

// column is what a column of the file holds.
type column string

const (
	columnCode    column = "code"
	columnLevel   column = "level"
	columnFrench  column = "name_fr"
	columnBambara column = "name_bm"
	columnParent  column = "parent_code"
	columnScheme  column = "scheme"
	columnPCode   column = "cod2021_pcode"
	columnAliases column = "aliases"
	columnSource  column = "source"
)

// headNames are the ways in which a column is headed, the usual one first; they are compared folded and without spaces.
var headNames = [...]struct {
	column column
	heads  []string
}{
	{columnCode, []string{"code", "pcode", "code du lieu"}},
	{columnLevel, []string{"level", "niveau", "admin level"}},
	{columnFrench, []string{"name_fr", "nom_fr", "nom", "name", "nom français"}},
	{columnBambara, []string{"name_bm", "nom_bm", "nom bambara", "bambara"}},
	{columnParent, []string{"parent_code", "parent", "parent_pcode", "code_parent"}},
	{columnScheme, []string{"scheme", "adm_scheme", "schéma"}},
	{columnPCode, []string{"cod2021_pcode", "pcode_2021", "cod_2021"}},
	{columnAliases, []string{"aliases", "alias", "autres noms"}},
	{columnSource, []string{"source", "sources"}},
}

// table is a file as lines of columns.
type table struct{ rows []record }

// record is one line below the heads. Empty lines are none.
type record struct {
	line   int
	broken bool // no line of so many columns
	fields []string
	where  map[column]int
}

// get is what stands in a column, composed and without spaces around it; "" where the file has none of that name.
func (r record) get(c column) string {
	at, ok := r.where[c]
	if !ok || at >= len(r.fields) {
		return ""
	}
	return strings.Join(strings.Fields(norm.NFC.String(r.fields[at])), " ")
}

// readTable finds out how a file is written and takes it apart. Every line is a row: no name has a line break in it, and
// so a quotation mark that is never closed breaks its own line and no other.
func readTable(data []byte) (table, error) {
	lines := strings.Split(decode(data), "\n")
	head := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) != "" })
	if head < 0 {
		return table{}, bot.Fault(bot.CodeInvalid, "desk.place_no_column", "column", string(columnCode))
	}
	comma := separator(lines[head])
	heads, err := split(lines[head], comma)
	if err != nil {
		return table{}, bot.Fault(bot.CodeInvalid, "desk.place_no_column", "column", string(columnCode))
	}
	where := columns(heads)
	for _, needed := range []column{columnCode, columnLevel, columnFrench} {
		if _, ok := where[needed]; !ok {
			return table{}, bot.Fault(bot.CodeInvalid, "desk.place_no_column", "column", string(needed))
		}
	}
	var t table
	for i, line := range lines[head+1:] {
		if strings.Trim(line, " \t,;\"") == "" {
			continue // spreadsheets write rows of nothing below the last one
		}
		fields, err := split(line, comma)
		t.rows = append(t.rows, record{line: head + i + 2, broken: err != nil || len(fields) != len(heads), fields: fields, where: where})
	}
	return t, nil
}

// decode makes text of a file, with lines that end in \n.
func decode(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(data) {
		// Every byte is a character of Windows-1252, or the replacement character, so there is nothing to fail.
		data, _ = charmap.Windows1252.NewDecoder().Bytes(data)
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
}

// separator is the sign that parts the columns of the heads.
func separator(heads string) rune {
	best := ','
	for _, sign := range []rune{';', '\t'} {
		if strings.Count(heads, string(sign)) > strings.Count(heads, string(best)) {
			best = sign
		}
	}
	return best
}

// split takes one line apart.
func split(line string, comma rune) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = comma, -1, comma != '\t'
	fields, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	return fields, err
}

// columns finds each column by its head, the usual one before others.
func columns(heads []string) map[column]int {
	where := make(map[column]int)
	for _, h := range headNames {
		for _, name := range h.heads {
			at := slices.IndexFunc(heads, func(head string) bool { return closed(head) == closed(name) })
			if at >= 0 {
				where[h.column] = at
				break
			}
		}
	}
	return where
}
