package lab

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// longestLine is how long a line of a table may be, in bytes.
const longestLine = 1 << 20

// FileError is what is wrong with a file, said to whoever brought it.
type FileError struct {
	File string
	Line int // 0: the file as a whole
	Why  string
	Err  error // the cause, where there is one
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("Le fichier %s %s.", e.File, e.Why)
	}
	return fmt.Sprintf("%s, ligne %d: %s.", e.File, e.Line, e.Why)
}

func (e *FileError) Unwrap() error { return e.Err }

// useTabs is what to do with a file that commas or spaces part.
const useTabs = "séparez les colonnes par des tabulations"

// column is one of a table's: the names that a head may give it, and where it stands in a table without heads, -1: nowhere, so
// that only a head brings it.
type column struct {
	names    []string
	at       int
	optional bool
}

// queryIDs are what the column of a query's id may be called.
var queryIDs = []string{"query_id", "post_id", "id"}

// table reads lines whose cells tabs part. There are no quotes: a mark is a mark.
type table struct {
	name string
	file io.Closer
	in   *bufio.Reader
	cols []int // where each wanted column stands; -1: missing
	want []column
	line int    // of the row that was read last
	held string // the first line, where it was no head
	hold bool
}

// openTable opens a file and reads its head, if it has one: a first line in which the name of the first column stands.
func openTable(path string, want ...column) (*table, error) {
	t, err := openLines(path)
	if err != nil {
		return nil, err
	}
	t.want, t.cols = want, make([]int, len(want))
	if err := t.head(); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// openLines opens a file of lines that are no rows.
func openLines(path string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		why := "ne peut pas être lu"
		if errors.Is(err, fs.ErrNotExist) {
			why = "n'existe pas"
		}
		return nil, &FileError{File: path, Why: why, Err: err}
	}
	return &table{name: path, file: f, in: bufio.NewReaderSize(f, 64<<10)}, nil
}

func (t *table) close() error { return t.file.Close() }

func (t *table) head() error {
	first, err := t.read()
	if errors.Is(err, io.EOF) {
		return &FileError{File: t.name, Why: "est vide"}
	}
	if err != nil {
		return err
	}
	first = strings.TrimPrefix(first, "\ufeff")
	heads := strings.Split(strings.ToLower(first), "\t")
	for i := range heads {
		heads[i] = strings.TrimSpace(heads[i])
	}
	find := func(c column) int {
		for _, name := range c.names {
			if at := slices.Index(heads, name); at >= 0 {
				return at
			}
		}
		return -1
	}
	if len(t.want) > 1 && !strings.Contains(first, "\t") {
		return &FileError{File: t.name, Line: 1, Why: "une seule colonne: " + useTabs}
	}
	// The first column wanted is an id: where its name stands, the line is a head.
	if find(t.want[0]) < 0 {
		for i, c := range t.want {
			t.cols[i] = c.at
		}
		t.held, t.hold, t.line = first, true, 0
		return nil
	}
	for i, c := range t.want {
		if t.cols[i] = find(c); t.cols[i] < 0 && !c.optional {
			return &FileError{File: t.name, Line: 1, Why: fmt.Sprintf("il manque la colonne %s", strings.Join(c.names, " ou "))}
		}
	}
	return nil
}

// read gives the next line that is not blank, without its end.
func (t *table) read() (string, error) {
	if t.hold {
		t.hold, t.line = false, t.line+1
		return t.held, nil
	}
	for {
		var b []byte
		for {
			part, err := t.in.ReadSlice('\n')
			if b = append(b, part...); len(b) > longestLine {
				return "", &FileError{File: t.name, Line: t.line + 1, Why: fmt.Sprintf("plus de %d octets", longestLine)}
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return "", &FileError{File: t.name, Why: "ne peut pas être lu", Err: err}
			}
			if err != nil && len(b) == 0 {
				return "", io.EOF
			}
			break
		}
		t.line++
		line := strings.TrimRight(string(b), "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if !utf8.ValidString(line) {
			return "", &FileError{File: t.name, Line: t.line, Why: "ce n'est pas de l'UTF-8"}
		}
		return line, nil
	}
}

// next gives the wanted cells of the next row, trimmed; io.EOF after the last one. A cell that is optional may be empty or missing,
// another one may not.
func (t *table) next() ([]string, error) {
	line, err := t.read()
	if err != nil {
		return nil, err
	}
	fields := strings.Split(line, "\t")
	row := make([]string, len(t.want))
	for i, c := range t.want {
		if at := t.cols[i]; at >= 0 && at < len(fields) {
			row[i] = strings.TrimSpace(fields[at])
		}
		if row[i] == "" && !c.optional {
			if !strings.Contains(line, "\t") {
				return nil, t.fault("la colonne %s est vide: %s", c.names[0], useTabs)
			}
			return nil, t.fault("la colonne %s est vide", c.names[0])
		}
	}
	return row, nil
}

// fault is a sentence about the row that was read last.
func (t *table) fault(format string, args ...any) error {
	return &FileError{File: t.name, Line: t.line, Why: fmt.Sprintf(format, args...)}
}

// each calls do with every row.
func (t *table) each(do func(row []string) error) error {
	for {
		row, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
	}
}

// readTable opens a file, calls do with every row and closes it.
func readTable(path string, do func(t *table, row []string) error, want ...column) error {
	t, err := openTable(path, want...)
	if err != nil {
		return err
	}
	defer t.close() // it was only read
	return t.each(func(row []string) error { return do(t, row) })
}
