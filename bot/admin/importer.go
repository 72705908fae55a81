package admin

import (
	"context"
	"errors"
	"io"
	"strconv"

	"tinye/bot"
	"tinye/bot/msisdn"
	"tinye/bot/people"
)

// mostCells is how much one request holds of cells, in bytes: it must fit into a request with a file.
const mostCells = 1 << 20

// ListRow is a row of the file, and its line there.
type ListRow struct {
	Line   int
	Cells  []string
	Broken bool
}

// Importer is the other end of an import: it sends a list in portions and hands back what is wrong. It holds one portion, and of
// each good number its line, so that one that comes twice is named with the first.
type Importer struct {
	By
	List ImportList
	// Heads are the file's; columns that hold nothing of use never leave this process.
	Heads []string
	// Next is the next row, io.EOF at the end.
	Next func() (ListRow, error)
	// Post asks the hotline.
	Post func(ctx context.Context, path string, question, answer any) error
	// Bad is given each row that is wrong, in the order of the file.
	Bad func(row ListRow, wrong WrongLine) error
	// Done is told the sums after each portion; nil for nothing.
	Done func(Import)

	numbers msisdn.Normaliser
	wanted  []int // columns
	columns []people.ListColumn
	at      int            // the column of numbers
	lines   map[uint32]int // of good rows, by the eight digits
	run     Import
}

// Begin begins the run, or finds the one that the file began.
func (i *Importer) Begin(ctx context.Context) (Import, error) {
	var err error
	if i.numbers, err = msisdn.New("ML"); err != nil {
		return Import{}, err
	}
	i.lines = make(map[uint32]int)
	for at, c := range people.ListColumns(i.Heads) {
		if c == people.ListOther || c == people.ListName {
			continue
		}
		if c == people.ListNumber {
			i.at = at
		}
		i.wanted, i.columns = append(i.wanted, at), append(i.columns, c)
	}
	err = i.Post(ctx, "/people/import/begin", BeginImport{By: i.By, ImportList: i.List}, &i.run)
	return i.run, err
}

// Send sends the whole list. Rows that an earlier run took in are sent as well: they change nothing, and tell what was wrong with
// them.
func (i *Importer) Send(ctx context.Context) (Import, error) {
	row, ended := 0, false
	sums := i.run
	for !ended {
		q := ImportRows{By: i.By, ImportList: i.List, Run: i.run.ID, Columns: i.columns}
		var file []ListRow
		for size := 0; len(file) < ImportAtATime && size < mostCells; {
			next, err := i.Next()
			if errors.Is(err, io.EOF) {
				ended = true
				break
			}
			if err != nil {
				return sums, err
			}
			row++
			sent := ImportRow{Row: row, Line: next.Line, Broken: next.Broken, Same: i.lines[i.digits(next)]}
			for _, at := range i.wanted {
				sent.Cells = append(sent.Cells, next.Cells[at])
				size += len(next.Cells[at])
			}
			q.Rows, file = append(q.Rows, sent), append(file, next)
		}
		q.Last = ended
		var done ImportedRows
		if err := i.Post(ctx, "/people/import/rows", q, &done); err != nil {
			return sums, err
		}
		if i.List.DryRun {
			sums.Rows += done.Import.Rows
			sums.New += done.Import.New
			sums.Known += done.Import.Known
			sums.Stopped += done.Import.Stopped
			sums.Bad += done.Import.Bad
		} else {
			sums = done.Import
		}
		if err := i.sort(file, done.Wrong); err != nil {
			return sums, err
		}
		if i.Done != nil {
			i.Done(sums)
		}
	}
	return sums, nil
}

// sort hands back the bad rows, and notes the numbers of the good ones.
func (i *Importer) sort(file []ListRow, wrong []BadLine) error {
	for _, row := range file {
		if len(wrong) > 0 && wrong[0].Line == row.Line {
			if err := i.Bad(row, wrong[0].WrongLine); err != nil {
				return err
			}
			wrong = wrong[1:]
			continue
		}
		if digits := i.digits(row); digits != 0 {
			i.lines[digits] = row.Line
		}
	}
	return nil
}

// digits are the eight of a Malian number; 0 for what is none.
func (i *Importer) digits(row ListRow) uint32 {
	if row.Broken {
		return 0
	}
	number, fault := people.ListedNumber(row.Cells[i.at], i.numbers.Normalise)
	if fault != nil || number.Kind != bot.Phone {
		return 0
	}
	n, err := strconv.ParseUint(number.Value[len("+223"):], 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
