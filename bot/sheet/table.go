package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tinye/bot"
)

// Limits; see the package.
const (
	MaxFile     = 64 << 20
	MaxUnpacked = 256 << 20
	MaxShared   = 64 << 20
	MaxRows     = 500_000
	MaxColumns  = 200
	MaxCell     = 4 << 10
)

// headWithin is how many rows are looked at for the heads.
const headWithin = 50

// Options say how a table's heads are known.
type Options struct {
	// Head tells whether a row holds the heads.
	Head func(cells []string) bool
	// Under tells whether the row below the heads goes on with them: a head that spans two columns, each with its own below.
	// nil = it never does.
	Under func(heads, cells []string) bool
}

// Table is an open table. It is not safe for concurrent use.
type Table struct {
	Heads  []string
	Sheet  string   // name of the sheet that is read; "" for CSV
	Others []string // names of the sheets that are not
	Format Format

	rows  rows
	next  *Row // read ahead
	count int
}

// Row is one row below the heads, as long as these.
type Row struct {
	Line   int // as the spreadsheet or the editor counts, from 1
	Cells  []string
	Broken bool // a line of CSV that does not come apart: a quotation mark too many, or more cells than heads
}

// rows is a sheet from its first row on, empty rows included or not.
type rows interface {
	// next is io.EOF at the end.
	next() (Row, error)
	part() float64
	close() error
}

// Open finds out what a file is and where its heads are. The caller closes the table, and after it r.
func Open(r io.ReaderAt, size int64, o Options) (*Table, error) {
	if size > MaxFile {
		return nil, bot.Fault(bot.CodeInvalid, "desk.sheet_too_large", "most", strconv.Itoa(MaxFile>>20))
	}
	start := make([]byte, min(size, 8))
	if _, err := r.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("sheet: read: %w", err)
	}
	switch {
	case bytes.HasPrefix(start, []byte("PK")):
		return openXLSX(r, size, o, MaxUnpacked)
	case bytes.HasPrefix(start, []byte("\xD0\xCF\x11\xE0")): // a container of 1997: .xls, or a workbook with a password
		return nil, bot.Fault(bot.CodeInvalid, "desk.sheet_locked")
	}
	return openCSV(r, size, o)
}

// Next reads the next row that is not empty; io.EOF at the end. The cells are the caller's.
func (t *Table) Next() (Row, error) {
	for {
		row, err := t.read()
		if err != nil {
			return Row{}, err
		}
		if blank(row.Cells) {
			continue
		}
		if t.count++; t.count > MaxRows {
			return Row{}, bot.Fault(bot.CodeInvalid, "desk.sheet_too_many_rows", "most", strconv.Itoa(MaxRows))
		}
		if len(row.Cells) > len(t.Heads) && !blank(row.Cells[len(t.Heads):]) && t.Format.kind == kindCSV {
			row.Broken = true // a comma that nobody quoted has moved what follows
		}
		return Row{Line: row.Line, Cells: fit(row.Cells, len(t.Heads)), Broken: row.Broken}, nil
	}
}

func (t *Table) read() (Row, error) {
	if row := t.next; row != nil {
		t.next = nil
		return *row, nil
	}
	return t.rows.next()
}

// Part is how much of the file was read, from 0 to 1.
func (t *Table) Part() float64 { return min(t.rows.part(), 1) }

// Close ends the reading.
func (t *Table) Close() error { return t.rows.close() }

// findHeads reads up to the heads; ok is false where there are none.
func (t *Table) findHeads(o Options) (ok bool, err error) {
	for range headWithin {
		row, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if row.Broken || !o.Head(row.Cells) {
			continue
		}
		t.Heads = trimmed(row.Cells)
		under, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if o.Under == nil || under.Broken || !o.Under(t.Heads, under.Cells) {
			t.next = &under
			return true, nil
		}
		for i, cell := range trimmed(under.Cells) {
			switch {
			case i >= len(t.Heads):
				t.Heads = append(t.Heads, cell)
			case cell != "":
				t.Heads[i] = cell
			}
		}
		return true, nil
	}
	return false, nil
}

func noHeads() error { return bot.Fault(bot.CodeInvalid, "desk.sheet_no_head") }

// trimmed are cells without spaces around them, and without empty ones at the end.
func trimmed(cells []string) []string {
	last := 0
	out := make([]string, len(cells))
	for i, c := range cells {
		if out[i] = strings.Join(strings.Fields(c), " "); out[i] != "" {
			last = i + 1
		}
	}
	return out[:last]
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// fit makes a row n cells long.
func fit(cells []string, n int) []string {
	if len(cells) >= n {
		return cells[:n]
	}
	return append(cells, make([]string, n-len(cells))...)
}

func tooManyColumns(line int) error {
	return bot.Fault(bot.CodeInvalid, "desk.sheet_too_many_columns", "line", strconv.Itoa(line), "most", strconv.Itoa(MaxColumns))
}

func cellTooLong(line int) error {
	return bot.Fault(bot.CodeInvalid, "desk.sheet_cell_too_long", "line", strconv.Itoa(line), "most", strconv.Itoa(MaxCell))
}

func damaged(err error) error {
	fault := bot.Fault(bot.CodeInvalid, "desk.sheet_damaged")
	fault.Err = err
	return fault
}
