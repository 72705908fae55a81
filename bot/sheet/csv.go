package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/transform"
)

const (
	// maxLine is the longest line of CSV in bytes.
	maxLine = 256 << 10
	// quotedLines is how many lines a cell in quotes may have; a mark that is closed by none of them breaks its own line alone.
	quotedLines = 20
	// guessFrom is how much of a file is looked at for the sign that parts the columns, in bytes.
	guessFrom = 128 << 10
)

// separators are the signs that part columns, those of French spreadsheets first.
const separators = ";,\t|"

// openCSV guesses how a file is written.
func openCSV(r io.ReaderAt, size int64, o Options) (*Table, error) {
	f, err := encodingOf(r, size)
	if err != nil {
		return nil, err
	}
	best, sign, fault := 0, byte(0), noHeads()
	for i := range len(separators) {
		t := &Table{rows: newCSV(r, min(size, guessFrom), f, separators[i]), Format: f}
		ok, err := t.findHeads(o)
		if err != nil {
			fault = err
		} else if ok && len(t.Heads) > best {
			best, sign = len(t.Heads), separators[i]
		}
	}
	if best == 0 {
		return nil, fault
	}
	f.separator = sign
	lines := newCSV(r, size, f, sign)
	t := &Table{rows: lines, Format: f}
	ok, err := t.findHeads(o)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, noHeads()
	}
	t.Format.crlf = lines.crlf
	return t, nil
}

// csvRows takes a file of lines apart. The rules are those of RFC 4180, and lenient: a mark within a cell that does not begin
// with one is text, and so is one that closes a cell on its way.
type csvRows struct {
	counted   *counted
	in        *bufio.Reader
	separator byte
	size      int64
	line      int // of the last line read
	ahead     []string
	crlf      bool
	ended     bool
}

func newCSV(r io.ReaderAt, size int64, f Format, separator byte) *csvRows {
	c := &counted{r: io.NewSectionReader(r, 0, size)}
	return &csvRows{
		counted: c, in: bufio.NewReaderSize(transform.NewReader(c, f.decoder()), 64<<10), separator: separator, size: size,
	}
}

func (c *csvRows) part() float64 { return float64(c.counted.n) / float64(max(c.size, 1)) }

func (c *csvRows) close() error { return nil }

func (c *csvRows) next() (Row, error) {
	first, err := c.readLine()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: c.line}
	cells, open := split(first, c.separator)
	var more []string
	for text := first; open && len(more) < quotedLines && len(text) < maxLine; {
		line, err := c.readLine()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Row{}, err
		}
		more = append(more, line)
		text += "\n" + line
		cells, open = split(text, c.separator)
	}
	if open {
		c.ahead, c.line = append(more, c.ahead...), row.Line
		cells, row.Broken = strings.Split(first, string(rune(c.separator))), true
	}
	row.Cells = cells
	if len(cells) > MaxColumns {
		return Row{}, tooManyColumns(row.Line)
	}
	for _, cell := range cells {
		if len(cell) > MaxCell {
			return Row{}, cellTooLong(row.Line)
		}
	}
	return row, nil
}

// readLine reads a line that ends with \n, \r\n, \r or the file.
func (c *csvRows) readLine() (string, error) {
	if len(c.ahead) > 0 {
		line := c.ahead[0]
		c.ahead = c.ahead[1:]
		c.line++
		return line, nil
	}
	if c.ended {
		return "", io.EOF
	}
	var line []byte
	for {
		b, err := c.in.ReadByte()
		if errors.Is(err, io.EOF) {
			c.ended = true
			if len(line) == 0 {
				return "", io.EOF
			}
			break
		}
		if err != nil {
			return "", fmt.Errorf("sheet: read: %w", err)
		}
		if b == '\r' {
			if next, err := c.in.Peek(1); err == nil && next[0] == '\n' {
				c.crlf = true
				_, _ = c.in.Discard(1) // it was just peeked at
			}
			break
		}
		if b == '\n' {
			break
		}
		if line = append(line, b); len(line) > maxLine {
			return "", cellTooLong(c.line + 1)
		}
	}
	c.line++
	return string(line), nil
}

// split takes a record apart; open tells that a quotation mark is not closed.
func split(line string, separator byte) (cells []string, open bool) {
	for {
		rest := line
		if separator != '\t' {
			rest = strings.TrimLeft(rest, " ")
		}
		if !strings.HasPrefix(rest, `"`) {
			cell, after, more := strings.Cut(line, string(rune(separator)))
			cells = append(cells, cell)
			if !more {
				return cells, false
			}
			line = after
			continue
		}
		var cell strings.Builder
		rest = rest[1:]
		for {
			at := strings.IndexByte(rest, '"')
			if at < 0 {
				return append(cells, cell.String()+rest), true
			}
			cell.WriteString(rest[:at])
			rest = rest[at+1:]
			if end := strings.TrimLeft(rest, " "); end == "" || end[0] == separator {
				break
			}
			cell.WriteByte('"') // written twice, or somebody's inch
			rest = strings.TrimPrefix(rest, `"`)
		}
		_, after, more := strings.Cut(rest, string(rune(separator)))
		cells = append(cells, cell.String())
		if !more {
			return cells, false
		}
		line = after
	}
}

// counted counts what was read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
