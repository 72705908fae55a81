package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// kind is what a file is.
type kind int

const (
	kindCSV  kind = 1
	kindXLSX kind = 2
)

// charset is how the characters of a CSV file are written.
type charset int

const (
	charsetUTF8    charset = 1
	charsetMarked  charset = 2 // UTF-8 that begins with its mark, as Excel wants it
	charsetUTF16LE charset = 3 // with its mark: what Excel calls Unicode text
	charsetUTF16BE charset = 4
	charset1252    charset = 5
)

// Format is the shape of a file: what a file written beside it should look like.
type Format struct {
	kind      kind
	charset   charset
	separator byte
	crlf      bool
}

// CSV is the shape of a file with semicolons in UTF-8, with the mark by which Excel knows it.
func CSV() Format { return Format{kind: kindCSV, charset: charsetMarked, separator: ';', crlf: true} }

// Workbook is that of an Excel workbook.
func Workbook() Format { return Format{kind: kindXLSX} }

// Extension is how a file of that shape is called: csv or xlsx.
func (f Format) Extension() string {
	if f.kind == kindXLSX {
		return "xlsx"
	}
	return "csv"
}

var utf8Mark = []byte("\xEF\xBB\xBF")

// encodingOf reads a file through. Without a mark, what is not UTF-8 to its end is taken for Windows-1252, in which every
// byte is some character.
func encodingOf(r io.ReaderAt, size int64) (Format, error) {
	f := Format{kind: kindCSV, charset: charsetUTF8}
	buf := make([]byte, 64<<10)
	held, started := 0, false
	for in := io.NewSectionReader(r, 0, size); ; {
		n, err := in.Read(buf[held:])
		data := buf[:held+n]
		if err != nil && !errors.Is(err, io.EOF) {
			return Format{}, fmt.Errorf("sheet: read: %w", err)
		}
		if !started && (len(data) >= len(utf8Mark) || err != nil) {
			started = true
			switch {
			case bytes.HasPrefix(data, utf8Mark):
				f.charset = charsetMarked
			case bytes.HasPrefix(data, []byte("\xFF\xFE")):
				f.charset = charsetUTF16LE
				return f, nil
			case bytes.HasPrefix(data, []byte("\xFE\xFF")):
				f.charset = charsetUTF16BE
				return f, nil
			}
		}
		if bytes.IndexByte(data, 0) >= 0 {
			return Format{}, damaged(errors.New("a NUL is no text"))
		}
		whole := len(data)
		if err == nil { // a character may go on in what comes next
			for back := 1; back <= utf8.UTFMax && back <= len(data); back++ {
				if b := data[len(data)-back]; utf8.RuneStart(b) {
					if !utf8.FullRune(data[len(data)-back:]) {
						whole = len(data) - back
					}
					break
				}
			}
		}
		if !utf8.Valid(data[:whole]) {
			f.charset = charset1252
		}
		if err != nil {
			return f, nil
		}
		held = copy(buf, data[whole:])
	}
}

func (c charset) encoding() encoding.Encoding {
	switch c {
	case charsetMarked:
		return unicode.UTF8BOM
	case charsetUTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case charsetUTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case charset1252:
		return charmap.Windows1252
	}
	return unicode.UTF8
}

func (f Format) decoder() transform.Transformer { return f.charset.encoding().NewDecoder() }

// encoder replaces what the file's characters do not have.
func (f Format) encoder() transform.Transformer {
	return encoding.ReplaceUnsupported(f.charset.encoding().NewEncoder())
}
