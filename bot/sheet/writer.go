package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/transform"
)

// Writer writes rows to a file of a given shape. All cells are texts: a number keeps its zeros, and a + stays one.
type Writer struct {
	format Format
	out    *bufio.Writer
	end    io.Closer
	line   int
}

// NewWriter begins a file; Close ends it.
func NewWriter(w io.Writer, f Format) (*Writer, error) {
	if f.kind == kindXLSX {
		return newBook(w, f)
	}
	encoded := transform.NewWriter(w, f.encoder())
	return &Writer{format: f, out: bufio.NewWriter(encoded), end: encoded}, nil
}

// bookParts are what a workbook of one sheet needs beside it.
var bookParts = [...][2]string{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<sheets><sheet name="À corriger" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

const sheetStart = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`

func newBook(w io.Writer, f Format) (*Writer, error) {
	archive := zip.NewWriter(w)
	for _, part := range bookParts {
		out, err := archive.Create(part[0])
		if err == nil {
			_, err = io.WriteString(out, xml.Header+part[1])
		}
		if err != nil {
			return nil, fmt.Errorf("sheet: write: %w", err)
		}
	}
	out, err := archive.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, fmt.Errorf("sheet: write: %w", err)
	}
	b := &Writer{format: f, out: bufio.NewWriter(out), end: archive}
	_, err = b.out.WriteString(xml.Header + sheetStart)
	return b, err
}

// Write writes a row.
func (w *Writer) Write(cells []string) error {
	w.line++
	var err error
	if w.format.kind == kindXLSX {
		err = w.writeXML(cells)
	} else {
		err = w.writeLine(cells)
	}
	if err != nil {
		return fmt.Errorf("sheet: write: %w", err)
	}
	return nil
}

func (w *Writer) writeLine(cells []string) error {
	separator := string(rune(w.format.separator))
	quoted := make([]string, len(cells))
	for i, cell := range cells {
		if strings.ContainsAny(cell, "\"\r\n"+separator) || strings.HasPrefix(cell, " ") || len(cells) == 1 && cell == "" {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		quoted[i] = cell
	}
	end := "\n"
	if w.format.crlf {
		end = "\r\n"
	}
	_, err := w.out.WriteString(strings.Join(quoted, separator) + end)
	return err
}

func (w *Writer) writeXML(cells []string) error {
	line := strconv.Itoa(w.line)
	if _, err := w.out.WriteString(`<row r="` + line + `">`); err != nil {
		return err
	}
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		if _, err := w.out.WriteString(`<c r="` + letters(i) + line + `" t="inlineStr"><is><t xml:space="preserve">`); err != nil {
			return err
		}
		if err := xml.EscapeText(w.out, []byte(cell)); err != nil {
			return err
		}
		if _, err := w.out.WriteString(`</t></is></c>`); err != nil {
			return err
		}
	}
	_, err := w.out.WriteString(`</row>`)
	return err
}

// letters is the inverse of columnOf.
func letters(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// Close ends the file; what it was given to write to is the caller's to close.
func (w *Writer) Close() error {
	var err error
	if w.format.kind == kindXLSX {
		_, err = w.out.WriteString(`</sheetData></worksheet>`)
	}
	if err = errors.Join(err, w.out.Flush(), w.end.Close()); err != nil {
		return fmt.Errorf("sheet: write: %w", err)
	}
	return nil
}
