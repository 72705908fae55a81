package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/sheet"
)

// byPhone knows heads by the word of a column of numbers.
func byPhone() sheet.Options {
	return sheet.Options{
		Head: func(cells []string) bool {
			return len(cells) > 1 && slices.ContainsFunc(cells, func(c string) bool { return strings.Contains(strings.ToLower(c), "phone") })
		},
		Under: func(_, cells []string) bool { return len(cells) > 1 && cells[0] == "" && cells[1] == "Région" },
	}
}

func read(t testing.TB, data []byte) (*sheet.Table, []sheet.Row, error) {
	t.Helper()
	table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), byPhone())
	if err != nil {
		return nil, nil, err
	}
	var rows []sheet.Row
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			if err := table.Close(); err != nil {
				t.Error(err)
			}
			return table, rows, nil
		}
		if err != nil {
			return table, rows, err
		}
		rows = append(rows, row)
	}
}

// shown is a row as line: cells, with a ! where it is broken.
func shown(rows []sheet.Row) []string {
	var out []string
	for _, r := range rows {
		mark := ""
		if r.Broken {
			mark = "!"
		}
		out = append(out, strconv.Itoa(r.Line)+mark+": "+strings.Join(r.Cells, "|"))
	}
	return out
}

func encoded(t testing.TB, text string, how interface{ String(string) (string, error) }) []byte {
	t.Helper()
	s, err := how.String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(s)
}

func TestCSV(t *testing.T) {
	text := "Liste du marché;;\r\n;;\r\nTéléphone ;Région;Remarque\r\n76123456;Ségou;\"dit \"\"oui\"\"\r\n puis non\"\r\n\r\n;;\r\n66 12 34 56;Gao\r\n"
	want := []string{"4: 76123456|Ségou|dit \"oui\"\n puis non", "8: 66 12 34 56|Gao|"}
	for name, data := range map[string][]byte{
		"UTF-8":           []byte(text),
		"UTF-8 marked":    []byte("\xEF\xBB\xBF" + text),
		"Windows-1252":    encoded(t, text, charmap.Windows1252.NewEncoder()),
		"UTF-16":          encoded(t, text, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"UTF-16 BE":       encoded(t, text, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()),
		"lines end in LF": []byte(strings.ReplaceAll(text, "\r\n", "\n")),
		"in CR":           []byte(strings.ReplaceAll(text, "\r\n", "\r")),
		"with commas":     []byte(strings.ReplaceAll(text, ";", ",")),
		"with tabs":       []byte(strings.ReplaceAll(text, ";", "\t")),
	} {
		t.Run(name, func(t *testing.T) {
			table, rows, err := read(t, data)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(table.Heads, []string{"Téléphone", "Région", "Remarque"}) {
				t.Errorf("heads %q", table.Heads)
			}
			if got := shown(rows); !slices.Equal(got, want) {
				t.Errorf("rows %q, want %q", got, want)
			}
			if table.Part() != 1 {
				t.Errorf("%v of the file was read", table.Part())
			}
		})
	}
}

// A quotation mark that is never closed, and a comma that nobody quoted, break their own line and no other.
func TestBrokenLines(t *testing.T) {
	_, rows, err := read(t, []byte("phone,name,place\n76000001,\"Ali,Gao\n76000002,b,c\n76000003,b,c,d\n76000004,b,c,\n76000005,5\" de pluie,c\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`2!: 76000001|"Ali|Gao`, "3: 76000002|b|c", "4!: 76000003|b|c", "5: 76000004|b|c", `6: 76000005|5" de pluie|c`}
	if got := shown(rows); !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}

// workbook is a book as people make them: a sheet of notes before it, a title over merged cells, heads in two rows, numbers as
// numbers, with a format, as text, dates as serials, and empty styled cells far to the right.
func workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "Notes"))
	must(f.SetCellStr("Notes", "A1", "À lire d'abord"))
	for _, name := range []string{"Bénéficiaires", "Autre"} {
		_, err := f.NewSheet(name)
		must(err)
		must(f.SetCellStr(name, "A1", "Liste des bénéficiaires, cohorte 2"))
		must(f.MergeCell(name, "A1", "D1"))
		must(f.SetSheetRow(name, "A3", &[]any{"Téléphone", "Lieu", "", "Né le"}))
		must(f.MergeCell(name, "B3", "C3"))
		must(f.SetSheetRow(name, "A4", &[]any{"", "Région", "Cercle", ""}))
		must(f.MergeCell(name, "A3", "A4"))
	}
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	own := "[$-40C]dd mmm yyyy"
	long, err := f.NewStyle(&excelize.Style{CustomNumFmt: &own})
	must(err)
	gaps := `00" "00" "00" "00`
	number, err := f.NewStyle(&excelize.Style{CustomNumFmt: &gaps})
	must(err)
	born := time.Date(1999, 5, 3, 0, 0, 0, 0, time.UTC)
	must(f.SetSheetRow("Bénéficiaires", "A5", &[]any{76123456, "Mopti", "Djenné", born}))
	must(f.SetCellStyle("Bénéficiaires", "D5", "D5", day))
	must(f.SetSheetRow("Bénéficiaires", "A6", &[]any{"+223 66 12 34 56", "Gao", nil, born}))
	must(f.SetCellStyle("Bénéficiaires", "D6", "D6", long))
	must(f.SetSheetRow("Bénéficiaires", "A8", &[]any{7.7123456e7, "Ségou", 12.5, "en 1999"}))
	must(f.SetCellStyle("Bénéficiaires", "A8", "A8", number))
	must(f.SetCellStyle("Bénéficiaires", "XFD8", "XFD8", day))
	must(f.SetCellRichText("Bénéficiaires", "A9", []excelize.RichTextRun{{Text: "'6512"}, {Text: "3456", Font: &excelize.Font{Bold: true}}}))
	must(f.SetCellFormula("Bénéficiaires", "B9", `CONCATENATE("Ka","yes")`))
	var out bytes.Buffer
	must(f.Write(&out))
	return out.Bytes()
}

func TestXLSX(t *testing.T) {
	table, rows, err := read(t, workbook(t))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(table.Heads, []string{"Téléphone", "Région", "Cercle", "Né le"}) || table.Sheet != "Bénéficiaires" {
		t.Errorf("heads %q of %q", table.Heads, table.Sheet)
	}
	if !slices.Equal(table.Others, []string{"Notes", "Autre"}) {
		t.Errorf("other sheets %q", table.Others)
	}
	want := []string{
		"5: 76123456|Mopti|Djenné|1999-05-03", "6: +223 66 12 34 56|Gao||1999-05-03", "8: 77123456|Ségou|12.5|en 1999", "9: '65123456|||",
	}
	if got := shown(rows); !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}

// parts is a workbook of the given sheet data, as other programs than Excel may write it.
func parts(t testing.TB, sheetData string, more map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	all := map[string]string{
		"_rels/.rels":       `<Relationships><Relationship Id="a" Type="http://x/officeDocument" Target="/book/workbook.xml"/></Relationships>`,
		"book/workbook.xml": `<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="Un" sheetId="1" r:id="b"/></x:sheets></x:workbook>`,
		"book/_rels/workbook.xml.rels": `<Relationships><Relationship Id="b" Type="http://x/worksheet" Target="one.xml"/>` +
			`<Relationship Id="c" Type="http://x/styles" Target="styles.xml"/><Relationship Id="d" Type="http://x/sharedStrings" Target="texts.xml"/></Relationships>`,
		"book/one.xml":    sheetStart + sheetData + sheetEnd,
		"book/styles.xml": `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"book/texts.xml":  `<sst><si><t>phone</t></si><si><t>né</t><rPh><t>bu</t></rPh></si></sst>`,
	}
	for name, text := range more {
		all[name] = text
	}
	for name, text := range all {
		w, err := archive.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	sheetStart = `<x:worksheet xmlns:x="m"><x:sheetData>`
	sheetEnd   = `</x:sheetData></x:worksheet>`
	head       = `<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>`
)

// Cells and rows may come without a reference, texts within them, days counted from 1904, and numbers as Excel's floats.
func TestOtherWritersBooks(t *testing.T) {
	_, rows, err := read(t, parts(t, head+
		`<x:row><x:c><x:v>7.6123456E7</x:v></x:c><x:c s="1"><x:v>34821.5</x:v></x:c></x:row>`+
		`<x:row r="9"><x:c r="B9" t="inlineStr"><x:is><x:t>deux</x:t></x:is></x:c><x:c t="str"><x:f>A1</x:f><x:v>beyond</x:v></x:c></x:row>`+
		`<x:row><x:c t="s"><x:v>77</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>`, nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(rows); !slices.Equal(got, []string{"2: 76123456|1999-05-03", "9: |deux", "10: |#N/A"}) {
		t.Errorf("rows %q", got)
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("x", sheet.MaxCell+1)
	row := func(cells ...string) string {
		s := "<x:row>"
		for _, c := range cells {
			s += "<x:c><x:v>" + c + "</x:v></x:c>"
		}
		return s + "</x:row>"
	}
	wide := slices.Repeat([]string{"1"}, sheet.MaxColumns+1)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":          {nil, "desk.sheet_no_head"},
		"no heads":         {[]byte("76123456;Gao\n"), "desk.sheet_no_head"},
		"a picture":        {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), "desk.sheet_damaged"},
		"an old workbook":  {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "desk.sheet_locked"},
		"a cut workbook":   {workbook(t)[:3000], "desk.sheet_damaged"},
		"no workbook":      {parts(t, "", map[string]string{"_rels/.rels": "<R/>"}), "desk.sheet_damaged"},
		"no heads in it":   {parts(t, row("1"), nil), "desk.sheet_no_head"},
		"cut XML":          {parts(t, "", map[string]string{"book/one.xml": head + "<x:row><x:c>"}), "desk.sheet_damaged"},
		"a long cell":      {[]byte("phone;a\n1;" + long + "\n"), "desk.sheet_cell_too_long"},
		"a long line":      {[]byte("phone;a\n1;" + strings.Repeat("xy;", 100_000) + "\n"), "desk.sheet_cell_too_long"},
		"a long XML cell":  {parts(t, head+row("1", long), nil), "desk.sheet_cell_too_long"},
		"a wide row":       {[]byte("phone;a\n" + strings.Join(wide, ";") + "\n"), "desk.sheet_too_many_columns"},
		"a wide XML row":   {parts(t, head+row(wide...), nil), "desk.sheet_too_many_columns"},
		"one endless cell": {parts(t, head+row(strings.Repeat("1", 2<<20)), nil), "desk.sheet_unpacked"},
		"texts without end": {parts(t, head, map[string]string{
			"book/texts.xml": "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("x", 4000)+"</t></si>", 17_000) + "</sst>",
		}), "desk.sheet_unpacked"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, c.data)
			var fault *bot.Error
			if !errors.As(err, &fault) || fault.Key != c.want || fault.Code != bot.CodeInvalid {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// A small archive that unpacks to a mountain is refused by what it says of itself; one that lies is damaged.
func TestBomb(t *testing.T) {
	rows := strings.Repeat("<x:row/>", 100_000)
	data := parts(t, head+rows, nil)
	if len(data) > len(rows)/100 {
		t.Fatalf("%d bytes are no bomb", len(data))
	}
	var fault *bot.Error
	_, err := sheet.OpenWithin(bytes.NewReader(data), int64(len(data)), int64(len(rows)), byPhone())
	if !errors.As(err, &fault) || fault.Key != "desk.sheet_unpacked" {
		t.Errorf("a bomb that says so: %v", err)
	}
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(sheetStart+head+rows+sheetEnd)))
	if !bytes.Contains(data, size) {
		t.Fatal("the size is not in the archive")
	}
	lying := bytes.ReplaceAll(data, size, []byte{9, 0, 0, 0})
	table, err := sheet.OpenWithin(bytes.NewReader(lying), int64(len(lying)), int64(len(rows)), byPhone())
	for err == nil {
		_, err = table.Next()
	}
	if !errors.As(err, &fault) || fault.Key != "desk.sheet_damaged" {
		t.Errorf("a bomb that lies: %v", err)
	}
}

func TestTooMuch(t *testing.T) {
	_, err := sheet.Open(bytes.NewReader(nil), sheet.MaxFile+1, byPhone())
	var fault *bot.Error
	if !errors.As(err, &fault) || fault.Key != "desk.sheet_too_large" {
		t.Errorf("%v", err)
	}
	data := []byte("phone;a\n" + strings.Repeat("1;\n", sheet.MaxRows+1))
	if _, got, err := read(t, data); !errors.As(err, &fault) || fault.Key != "desk.sheet_too_many_rows" || len(got) != sheet.MaxRows {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// Reading a workbook leaves nothing in the temporary folder, also while it is being read.
func TestNoTemporaryFiles(t *testing.T) {
	data := workbook(t)
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), byPhone())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	if _, err := table.Next(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// What is written in the shape of a file is read back as it was, by us and, for a workbook, by another's reader.
func TestWrittenInTheSameShape(t *testing.T) {
	text := "Téléphone;Note\r\n1;2\r\n"
	for name, data := range map[string][]byte{
		"UTF-8": []byte(text), "marked": []byte("\xEF\xBB\xBF" + text), "tabs": []byte(strings.ReplaceAll(text, ";", "\t")),
		"Windows-1252": encoded(t, text, charmap.Windows1252.NewEncoder()),
		"UTF-16":       encoded(t, text, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"workbook":     workbook(t),
	} {
		t.Run(name, func(t *testing.T) {
			table, _, err := read(t, data)
			if err != nil {
				t.Fatal(err)
			}
			rows := [][]string{{"Téléphone", "Note"}, {"+22376123456", "dit \"non\";\tpuis rien"}, {" 0076", "deux\nlignes"}, {"", "<é> & \"x\""}}
			var out bytes.Buffer
			w, err := sheet.NewWriter(&out, table.Format)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if err := w.Write(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			again, got, err := read(t, out.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range got {
				if !slices.Equal(r.Cells, rows[i+1]) {
					t.Errorf("row %d: %q, want %q", i, r.Cells, rows[i+1])
				}
			}
			if again.Format != table.Format || len(got) != 3 {
				t.Errorf("%d rows in the shape %+v, want %+v", len(got), again.Format, table.Format)
			}
			if want := map[bool]string{true: "xlsx", false: "csv"}[name == "workbook"]; table.Format.Extension() != want {
				t.Errorf("it is called %s", table.Format.Extension())
			}
			if name != "workbook" {
				return
			}
			f, err := excelize.OpenReader(&out)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			theirs, err := f.GetRows(f.GetSheetName(0))
			if err != nil || fmt.Sprint(theirs) != fmt.Sprint(rows) {
				t.Errorf("another reader sees %q (%v)", theirs, err)
			}
		})
	}
}

// Whatever stands in the cells, a file that was written reads as it was.
func TestAnyRowComesBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := rapid.SampledFrom([]string{"phone;x\n1;2\n", "phone\tx\r\n1\t2\r\n", "phone,x\n1,2\n"}).Draw(rt, "shape")
		table, _, err := read(t, []byte(data))
		if err != nil {
			rt.Fatal(err)
		}
		cell := rapid.StringMatching(`[a-z0-9"';,|\t é\n+]{0,12}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 0, 6).Draw(rt, "rows")
		var out bytes.Buffer
		w, err := sheet.NewWriter(&out, table.Format)
		if err != nil {
			rt.Fatal(err)
		}
		var want [][]string
		for _, r := range append([][]string{{"phone", "x"}}, rows...) {
			if err := w.Write(r); err != nil {
				rt.Fatal(err)
			}
			if strings.TrimSpace(r[0]+r[1]) != "" {
				want = append(want, r)
			}
		}
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		_, got, err := read(t, out.Bytes())
		if err != nil || len(got) != len(want)-1 {
			rt.Fatalf("%d rows (%v), want %d:\n%s", len(got), err, len(want)-1, out.String())
		}
		for i, r := range got {
			if !slices.Equal(r.Cells, want[i+1]) || r.Broken {
				rt.Fatalf("row %q, want %q", r.Cells, want[i+1])
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"phone;a\n1;2\n", "phone,a\r\n\"1\",\"a\"\"b\nc\"\r\n", "\xEF\xBB\xBFphone\ta\r1\t\"\r", "phone;\xE9\n1;2\n", "\xFF\xFEp\x00h\x00", "sep=;\nphone;a\n\"\n\"\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(reads)
}

func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f))
	f.Add(parts(f, head+`<x:row r="0"><x:c r="AAAA1"><x:v>1e400</x:v></x:c></x:row>`, nil))
	f.Fuzz(reads)
}

// reads reads anything: it ends, with a sentence or with rows that are as wide as the heads and in their order.
func reads(t *testing.T, data []byte) {
	table, rows, err := read(t, data)
	var fault *bot.Error
	if err != nil && !errors.As(err, &fault) {
		t.Fatalf("no sentence: %v", err)
	}
	last := 0
	for _, r := range rows {
		if len(r.Cells) != len(table.Heads) || r.Line <= last {
			t.Fatalf("line %d after %d with %d cells of %d", r.Line, last, len(r.Cells), len(table.Heads))
		}
		last = r.Line
	}
}

// FuzzSheet writes the XML of the sheet itself: archives are rarely whole when their bytes are.
func FuzzSheet(f *testing.F) {
	f.Add(head + `<x:row><x:c><x:v>7.6E7</x:v></x:c></x:row>`)
	f.Add(head + `<row r="1048576"><c r="XFD1" t="s"><v>-1</v></c></row><row/><c/>`)
	f.Fuzz(func(t *testing.T, data string) { reads(t, parts(t, data, nil)) })
}
