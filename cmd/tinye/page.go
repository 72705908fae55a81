package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/locales"
)

// page is what a desk subcommand prints: lines, and tables in columns, in French.
type page struct {
	text    strings.Builder
	catalog *locales.Catalog
	words   *locales.Printer
	zone    *time.Location // the site's, in which its desk reads times
	width   int            // of a line, in characters; 0 = lines are not broken
}

func newPage(width int) (*page, error) {
	catalog, err := locales.Load()
	if err != nil {
		return nil, err
	}
	return &page{catalog: catalog, words: catalog.Printer(locales.Policy{}), zone: time.Local, width: width}, nil
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(&p.text, format+"\n", args...)
}

// say prints a sentence, which goes on in further lines where it is too long; a line with a command to copy is for line.
func (p *page) say(format string, args ...any) { p.wrapped("", fmt.Sprintf(format, args...), "  ") }

// fieldLabel is how wide the label of a field is, with its colon.
const fieldLabel = 16

// field prints a label and its value, and nothing for an empty value.
func (p *page) field(label, value string) {
	if value != "" {
		p.wrapped(fmt.Sprintf("%-*s ", fieldLabel, label+":"), oneLine(value), strings.Repeat(" ", fieldLabel+1))
	}
}

// noneOf is the sentence for an empty list: the one for a state that was asked for, or else the one for all.
func noneOf[T ~string](state T, all, inState string) string {
	if state != "" {
		return inState
	}
	return all
}

// more says that a list of so many rows goes on.
func (p *page) more(more bool, rows int) {
	switch {
	case !more:
	case rows >= admin.MostRows:
		p.line("Il y en a d'autres, plus anciens; une liste en montre %d au plus.", admin.MostRows)
	default:
		p.line("Il y en a d'autres, plus anciens: --limit N en montre davantage (%d au plus).", admin.MostRows)
	}
}

func (p *page) writeTo(w io.Writer) error {
	_, err := io.WriteString(w, p.text.String())
	return err
}

// word is the French text of a key for the desk.
func (p *page) word(key string) string { return p.words.Text(bot.French, key, nil).Text }

// reason is a reason's code in words; one without words stays as it is.
func (p *page) reason(code string) string { return p.worded("desk.reason.", code) }

// use is what a text is for, "" for one that does not exist.
func (p *page) use(key string) string {
	d, _ := p.catalog.Definition(key)
	return d.Use
}

// printable is a text that others wrote, made safe for a terminal: without control characters, which could move the cursor
// or paint over what stands there, and without those that turn the direction of writing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// oneLine is a text made safe, with its lines put behind each other.
func oneLine(s string) string { return strings.ReplaceAll(printable(s), "\n", " ") }

// at is a moment on the site's clock, "" for none.
func (p *page) at(i bot.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().In(p.zone).Format("02/01/2006 15:04")
}

// age is a length of time in its largest whole unit, which stays on the line of its number.
func age(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d\u00a0j", int(d.Hours()/24))
	case d >= time.Hour:
		return fmt.Sprintf("%d\u00a0h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d\u00a0min", int(d.Minutes()))
	}
}

// joined puts the texts that are not empty behind each other.
func joined(sep string, parts ...string) string {
	var set []string
	for _, part := range parts {
		if part != "" {
			set = append(set, part)
		}
	}
	return strings.Join(set, sep)
}
