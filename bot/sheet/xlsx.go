package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"tinye/bot"
)

const (
	// maxPart is the longest of a workbook's small parts (its list of sheets, its styles), in bytes.
	maxPart = 8 << 20
	// maxSheets is how many sheets are looked at for one with heads.
	maxSheets = 50
)

// book is a workbook: a zip archive of XML parts (ECMA-376, part 1).
type book struct {
	parts  map[string]*zip.File
	left   int64 // bytes that may still be unpacked
	shared []string
	dates  []bool // by cell style: shown as a date
	from04 bool   // dates are counted from 1904
}

// openXLSX opens the first sheet with heads; most is how many bytes the parts that are read may have together.
func openXLSX(r io.ReaderAt, size int64, o Options, most int64) (*Table, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	b := &book{parts: make(map[string]*zip.File, len(archive.File)), left: most}
	for _, f := range archive.File {
		b.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	sheets, err := b.open()
	if err != nil {
		return nil, err
	}
	var found *Table
	for i, s := range sheets {
		if found != nil || i >= maxSheets {
			found.name(s.name)
			continue
		}
		rows, err := b.sheet(s.part)
		if err != nil {
			return nil, err
		}
		t := &Table{rows: rows, Sheet: s.name, Format: Format{kind: kindXLSX}}
		ok, err := t.findHeads(o)
		if ok && err == nil {
			found = t
			for _, before := range sheets[:i] {
				found.name(before.name)
			}
			continue
		}
		if err := errors.Join(err, rows.close()); err != nil {
			return nil, err
		}
	}
	if found == nil {
		return nil, noHeads()
	}
	return found, nil
}

// name notes a sheet that is not read.
func (t *Table) name(sheet string) {
	if t != nil {
		t.Others = append(t.Others, sheet)
	}
}

// listed is a sheet as the workbook lists it.
type listed struct{ name, part string }

// open reads everything but the sheets.
func (b *book) open() ([]listed, error) {
	main := "xl/workbook.xml"
	top, err := b.relations("_rels/.rels")
	if err != nil {
		return nil, err
	}
	for _, rel := range top {
		if strings.HasSuffix(rel.Type, "/officeDocument") {
			main = within("", rel.Target)
		}
	}
	var w struct {
		Properties struct {
			From1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if ok, err := b.small(main, &w); err != nil || !ok {
		return nil, errors.Join(err, absent(ok, main))
	}
	b.from04 = w.Properties.From1904 == "1" || w.Properties.From1904 == "true"
	folder := path.Dir(main)
	rels, err := b.relations(path.Join(folder, "_rels", path.Base(main)+".rels"))
	if err != nil {
		return nil, err
	}
	var sheets []listed
	for _, s := range w.Sheets {
		for _, a := range s.Attrs {
			if a.Name.Local == "id" { // r:id; sheetId has a name of its own
				if rel, ok := rels[a.Value]; ok && strings.HasSuffix(rel.Type, "/worksheet") {
					sheets = append(sheets, listed{s.Name, within(folder, rel.Target)})
				}
			}
		}
	}
	for _, rel := range rels {
		switch {
		case strings.HasSuffix(rel.Type, "/sharedStrings"):
			err = errors.Join(err, b.readShared(within(folder, rel.Target)))
		case strings.HasSuffix(rel.Type, "/styles"):
			err = errors.Join(err, b.readStyles(within(folder, rel.Target)))
		}
	}
	return sheets, err
}

func absent(there bool, part string) error {
	if there {
		return nil
	}
	return damaged(fmt.Errorf("%s is missing", part))
}

// within is a relation's target as the name of a part.
func within(folder, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(folder, target)
}

// relation says where a part is.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (b *book) relations(part string) (map[string]relation, error) {
	var list struct {
		Relations []relation `xml:"Relationship"`
	}
	_, err := b.small(part, &list)
	by := make(map[string]relation, len(list.Relations))
	for _, r := range list.Relations {
		by[r.ID] = r
	}
	return by, err
}

// small reads a part that is held as a whole; ok is false where there is none.
func (b *book) small(part string, into any) (ok bool, err error) {
	in, err := b.part(part)
	if err != nil || in == nil {
		return false, err
	}
	defer in.Close()
	err = xml.NewDecoder(io.LimitReader(in, maxPart)).Decode(into)
	return true, unpackFault(err)
}

// part opens a part; nil where there is none.
func (b *book) part(name string) (io.ReadCloser, error) {
	f, ok := b.parts[strings.ToLower(name)]
	if !ok {
		return nil, nil
	}
	if f.UncompressedSize64 > uint64(max(b.left, 0)) { // as the archive says; reading more than it says fails
		return nil, unpackFault(errUnpacked)
	}
	in, err := f.Open()
	if err != nil {
		return nil, damaged(err)
	}
	return &unpacked{in: in, left: &b.left}, nil
}

// maxToken is the longest stretch of XML without a new element, in bytes: a reader of XML holds that much. Excel's longest
// cell has 32,767 characters.
const maxToken = 1 << 20

var errUnpacked = errors.New("sheet: the workbook is too large when unpacked")

// unpacked ends what is too large for the parts together, or for whoever reads the XML.
type unpacked struct {
	in    io.ReadCloser
	left  *int64
	token int
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	if *u.left -= int64(n); *u.left < 0 {
		return 0, errUnpacked
	}
	// A reader asks for little at a time: where in it an element begins makes no difference.
	if last := bytes.LastIndexByte(p[:n], '<'); last >= 0 {
		u.token = n - last
	} else if u.token += n; u.token > maxToken {
		return 0, errUnpacked
	}
	return n, err
}

func (u *unpacked) Close() error { return u.in.Close() }

// unpackFault is an error of reading a part.
func unpackFault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errUnpacked):
		return bot.Fault(bot.CodeInvalid, "desk.sheet_unpacked")
	}
	return damaged(err)
}
