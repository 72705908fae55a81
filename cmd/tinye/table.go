package main

import (
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// terminalWidth is how many characters a line of the terminal holds that out is; 0 where it is none: what is read by a
// program, or from a file, is not broken into lines.
func terminalWidth(std streams) int {
	if out, ok := std.out.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		if width, _, err := term.GetSize(int(out.Fd())); err == nil {
			return width
		}
	}
	return 0
}

const (
	// columnGap stands between two columns.
	columnGap = "  "
	// longWord is from how many characters on a word may be broken: an id, which is copied, is shorter.
	longWord = 40
	// leastRoom is how many characters a value has behind its label, however narrow the line is.
	leastRoom = 10
)

// table prints rows in columns under their heads, or the sentence for none. Where a line is too short for all of it, columns
// that are empty are left out and cells go on below themselves; where even that does not fit, each row is a list of fields.
func (p *page) table(none string, heads []string, rows [][]string) {
	if len(rows) == 0 {
		p.line("%s", none)
		return
	}
	cells := [][]string{slices.Clone(heads)}
	for _, row := range rows {
		line := make([]string, len(row))
		for i, cell := range row {
			if line[i] = oneLine(cell); line[i] == "" {
				line[i] = "-"
			}
		}
		cells = append(cells, line)
	}
	if p.width > 0 && sum(columnWidths(cells)) > p.width {
		cells = withoutEmpty(cells)
	}
	widths := columnWidths(cells)
	if p.width > 0 && !shrink(cells, widths, p.width) {
		p.records(cells)
		return
	}
	for _, row := range cells {
		p.row(row, widths)
	}
}

// row prints one row; cells that are longer than their column go on in further lines.
func (p *page) row(row []string, widths []int) {
	wrapped, height := make([][]string, len(row)), 0
	for i, cell := range row {
		wrapped[i] = wrap(cell, widths[i], widths[i])
		height = max(height, len(wrapped[i]))
	}
	for n := range height {
		line := ""
		for i, cell := range wrapped {
			text := ""
			if n < len(cell) {
				text = cell[n]
			}
			line += text
			if i < len(wrapped)-1 {
				line += strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)) + columnGap
			}
		}
		p.line("%s", strings.TrimRight(line, " "))
	}
}

// records prints each row as its fields, the first one as its head.
func (p *page) records(cells [][]string) {
	for _, row := range cells[1:] {
		p.wrapped(cells[0][0]+" ", row[0], "    ")
		for i, cell := range row[1:] {
			if cell != "-" {
				p.wrapped("  "+cells[0][i+1]+": ", cell, "    ")
			}
		}
	}
}

// wrapped prints a text behind what stands before it, and its further lines behind an indent.
func (p *page) wrapped(before, text, indent string) {
	if p.width == 0 {
		p.line("%s%s", before, text)
		return
	}
	room := func(beside string) int { return max(p.width-utf8.RuneCountInString(beside), leastRoom) }
	for i, line := range wrap(text, room(before), room(indent)) {
		if i == 0 {
			p.line("%s%s", before, line)
		} else {
			p.line("%s%s", indent, line)
		}
	}
}

// wrap breaks a text between words into lines, the first and the further ones of at most so many characters; a word that is
// longer is broken, too. A text without words is one empty line.
func wrap(text string, first, further int) (lines []string) {
	width, line := first, ""
	end := func(rest string) {
		lines = append(lines, line)
		width, line = further, rest
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			end(word)
		}
		for utf8.RuneCountInString(line) > width {
			signs := []rune(line)
			line = string(signs[:width])
			end(string(signs[width:]))
		}
	}
	return append(lines, line)
}

// columnWidths are the widths of the columns in characters.
func columnWidths(cells [][]string) []int {
	return widest(cells, utf8.RuneCountInString)
}

// leastWidths are how narrow the columns may become: as wide as their longest word, and no wider than longWord.
func leastWidths(cells [][]string) []int {
	return widest(cells, func(cell string) int {
		longest := 0
		for word := range strings.SplitSeq(cell, " ") {
			longest = max(longest, utf8.RuneCountInString(word))
		}
		return min(longest, longWord)
	})
}

func widest(cells [][]string, of func(string) int) []int {
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for i, cell := range row {
			widths[i] = max(widths[i], of(cell))
		}
	}
	return widths
}

// sum is how long a line of columns is.
func sum(widths []int) int {
	total := len(columnGap) * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	return total
}

// mostWeighed is how many rows are tried out to find the widths of a table's columns.
const mostWeighed = 50

// shrink narrows columns until a line fits, each time the one that makes the table the least longer, and of these the widest;
// false where no column may become narrower.
func shrink(cells [][]string, widths []int, width int) bool {
	least := leastWidths(cells)
	cells = cells[:min(len(cells), mostWeighed)]
	lines := make([][]int, len(widths)) // by column and row
	for i, w := range widths {
		lines[i] = linesAt(cells, i, w)
	}
	for sum(widths) > width {
		best, shortest := -1, 0
		for i, w := range widths {
			if w <= least[i] {
				continue
			}
			kept := lines[i]
			lines[i] = linesAt(cells, i, w-1)
			height := heightOf(lines)
			lines[i] = kept
			if best < 0 || height < shortest || height == shortest && w > widths[best] {
				best, shortest = i, height
			}
		}
		if best < 0 {
			return false
		}
		widths[best]--
		lines[best] = linesAt(cells, best, widths[best])
	}
	return true
}

// linesAt is how many lines each cell of a column takes at a width.
func linesAt(cells [][]string, column, width int) []int {
	lines := make([]int, len(cells))
	for n, row := range cells {
		lines[n] = len(wrap(row[column], width, width))
	}
	return lines
}

// heightOf is how many lines a table takes.
func heightOf(lines [][]int) int {
	total := 0
	for n := range lines[0] {
		highest := 0
		for _, column := range lines {
			highest = max(highest, column[n])
		}
		total += highest
	}
	return total
}

// withoutEmpty leaves out the columns in which no row has anything.
func withoutEmpty(cells [][]string) [][]string {
	kept := make([][]string, len(cells))
	for i := range cells[0] {
		if !slices.ContainsFunc(cells[1:], func(row []string) bool { return row[i] != "-" }) {
			continue
		}
		for n, row := range cells {
			kept[n] = append(kept[n], row[i])
		}
	}
	return kept
}
