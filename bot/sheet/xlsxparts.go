package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// readShared reads the texts that cells share. A text may be in runs of several fonts; how it is pronounced is passed over.
func (b *book) readShared(part string) error {
	in, err := b.part(part)
	if err != nil || in == nil {
		return err
	}
	defer in.Close()
	d := xml.NewDecoder(in)
	var text strings.Builder
	held, inText, spoken := 0, false, false
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unpackFault(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "si":
				text.Reset()
			case "rPh":
				spoken = true
			case "t":
				inText = !spoken
			}
		case xml.CharData:
			if inText && text.Len() <= MaxCell {
				text.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "rPh":
				spoken = false
			case "si":
				if held += text.Len() + 16; held > MaxShared { // 16: the string itself
					return unpackFault(errUnpacked)
				}
				b.shared = append(b.shared, text.String())
			}
		}
	}
}

// readStyles finds the cell styles that show a number as a date.
func (b *book) readStyles(part string) error {
	var s struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if _, err := b.small(part, &s); err != nil {
		return err
	}
	own := make(map[int]bool)
	for _, f := range s.Formats {
		own[f.ID] = isDateFormat(f.Code)
	}
	for _, x := range s.Cells {
		id := x.Format
		// The built-in formats of dates (ECMA-376 §18.8.30), those of East Asia included.
		builtin := id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 58
		b.dates = append(b.dates, builtin || own[id])
	}
	return nil
}

// isDateFormat tells whether a format's code has a day or a year in it, outside of quotes and brackets.
func isDateFormat(code string) bool {
	code, _, _ = strings.Cut(code, ";") // positive numbers come first
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"', '[':
			end := byte('"')
			if c == '[' {
				end = ']'
			}
			skip := strings.IndexByte(code[i+1:], end)
			if skip < 0 {
				return false
			}
			i += skip + 1
		case '\\', '_', '*':
			i++
		case 'y', 'Y', 'd', 'D':
			return true
		}
	}
	return false
}
