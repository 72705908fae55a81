package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// xlsxRows reads one sheet.
type xlsxRows struct {
	book *book
	in   io.ReadCloser
	xml  *xml.Decoder
	size float64 // unpacked, as the archive says
	line int
	done bool
}

func (b *book) sheet(part string) (*xlsxRows, error) {
	in, err := b.part(part)
	if err == nil && in == nil {
		err = absent(false, part)
	}
	if err != nil {
		return nil, err
	}
	return &xlsxRows{book: b, in: in, xml: xml.NewDecoder(in), size: float64(b.parts[strings.ToLower(part)].UncompressedSize64)}, nil
}

func (x *xlsxRows) part() float64 { return float64(x.xml.InputOffset()) / max(x.size, 1) }

func (x *xlsxRows) close() error {
	if err := x.in.Close(); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(err)
	}
	return nil
}

// next reads a row, which may be empty.
func (x *xlsxRows) next() (Row, error) {
	if x.done {
		return Row{}, io.EOF
	}
	for {
		token, err := x.xml.RawToken()
		if errors.Is(err, io.EOF) {
			x.done = true
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, unpackFault(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "row" {
				return x.row(e)
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				x.done = true
				return Row{}, io.EOF
			}
		}
	}
}

// row reads the cells of a row up to its end.
func (x *xlsxRows) row(start xml.StartElement) (Row, error) {
	x.line++
	if n, err := strconv.Atoi(attr(start, "r")); err == nil && n >= x.line && n <= 1<<20 {
		x.line = n
	}
	row := Row{Line: x.line}
	column := -1
	for {
		token, err := x.token()
		if err != nil {
			return Row{}, err
		}
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return row, nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			column++
			if at, ok := columnOf(attr(e, "r")); ok {
				column = at
			}
			value, err := x.cell(e)
			if err != nil {
				return Row{}, err
			}
			if value == "" {
				continue
			}
			if column >= MaxColumns {
				return Row{}, tooManyColumns(x.line)
			}
			if len(value) > MaxCell {
				return Row{}, cellTooLong(x.line)
			}
			for len(row.Cells) <= column {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[column] = value
		}
	}
}

// token reads on within a row, in which nothing may end.
func (x *xlsxRows) token() (xml.Token, error) {
	token, err := x.xml.RawToken()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return token, unpackFault(err)
}

// cell reads a cell up to its end. The formula beside a value is passed over.
func (x *xlsxRows) cell(start xml.StartElement) (string, error) {
	var value strings.Builder
	wanted, spoken := false, false
	for {
		token, err := x.token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				wanted = true
			case "t":
				wanted = !spoken
			case "rPh":
				spoken = true
			}
		case xml.CharData:
			if wanted && value.Len() <= MaxCell {
				value.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v", "t":
				wanted = false
			case "rPh":
				spoken = false
			case "c":
				return x.value(start, value.String()), nil
			}
		}
	}
}

// value is what a cell shows: the shared text, the number in plain digits, the date as 2006-01-02.
func (x *xlsxRows) value(c xml.StartElement, raw string) string {
	switch attr(c, "t") {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || n < 0 || n >= len(x.book.shared) {
			return ""
		}
		return plain(x.book.shared[n])
	case "", "n":
		style, err := strconv.Atoi(attr(c, "s"))
		if err == nil && style >= 0 && style < len(x.book.dates) && x.book.dates[style] {
			if day, ok := x.book.day(raw); ok {
				return day
			}
		}
		return number(raw)
	}
	return plain(raw)
}

// plain drops the carriage returns that Excel writes as _x000D_.
func plain(s string) string { return strings.ReplaceAll(s, "_x000D_", "") }

// number is a number in plain digits: Excel writes 76123456 as 7.6123456E7, too.
func number(raw string) string {
	raw = strings.TrimSpace(raw)
	f, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil || math.IsNaN(f) || math.IsInf(f, 0):
		return raw
	case f == math.Trunc(f) && math.Abs(f) < 1e15:
		return strconv.FormatInt(int64(f), 10)
	case math.Abs(f) >= 1e21 || f != 0 && math.Abs(f) < 1e-9:
		return raw
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// day is a date that Excel counts in days from 1900, or from 1904. Before March 1900 it is wrong by a day, since Lotus 1-2-3
// thought that 1900 was a leap year.
func (b *book) day(raw string) (string, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || !(f >= 1 && f < 2958466) { // the year 10000
		return "", false
	}
	zero := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	if b.from04 {
		zero = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return zero.AddDate(0, 0, int(f)).Format(time.DateOnly), true
}

// columnOf reads the letters of a reference such as AB12: 27.
func columnOf(ref string) (int, bool) {
	n, letters := 0, 0
	for _, r := range ref {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		if r < 'A' || r > 'Z' {
			break
		}
		if letters++; letters > 3 {
			return 0, false
		}
		n = n*26 + int(r-'A') + 1
	}
	return n - 1, n > 0
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
