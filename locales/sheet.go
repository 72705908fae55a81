package locales

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
)

// Sheet writes the review sheet of a language as Markdown that prints well: every text in the order in which people meet
// it, as it stands, as a phone shows it with the longest values, and room for a native speaker's pen.
func (c *Catalog) Sheet(w io.Writer, lang bot.Lang, mode sms.Mode) error {
	l := c.language(lang)
	if l == nil || l == c.base {
		return fmt.Errorf("locales: sheet: %q is not a translation: %v", lang, c.Languages()[1:])
	}
	out := bufio.NewWriter(w) // keeps the first error for Flush
	count := map[Review]int{}
	for _, key := range c.keys {
		count[l.texts[key].reviewed()]++
	}
	fmt.Fprintf(out, "# %s (%s): review sheet\n\n", l.name, l.lang)
	fmt.Fprintf(out, "%d texts: %d reviewed, %d unreviewed, %d missing.\n", len(c.keys), count[Reviewed], count[Unreviewed], count[Missing])
	fmt.Fprint(out, "Words in {braces} are put in when the text is sent. Say for each text whether it is correct; write a better one;\n"+
		"let somebody who has not seen the French say in French what it means. Critical texts go out only once reviewed.\n\n")
	fmt.Fprintf(out, "Days: %s\n", strings.Join(l.days[:], ", "))
	longest := c.longest(l, "")
	for n, key := range c.keys {
		c.sheetEntry(out, n+1, key, l, longest, mode)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("locales: sheet: %w", err)
	}
	return nil
}

// reviewed is the review state; a text that is not in the file is missing.
func (e entry) reviewed() Review {
	if e.Review == "" {
		return Missing
	}
	return e.Review
}

func (c *Catalog) sheetEntry(out io.Writer, n int, key string, l *language, longest map[string]string, mode sms.Mode) {
	const pen = "______________________________________________________________"
	def, e := c.defs[key], l.texts[key]
	critical := ""
	if def.Critical {
		critical = ", **critical**"
	}
	fmt.Fprintf(out, "\n## %d. %s\n\n%s (%s%s)\n\n", n, key, def.Use, def.Channel, critical)
	for _, t := range c.base.texts[key].all() {
		fmt.Fprintf(out, "- %s: %s\n", c.base.name, t)
	}
	state := string(e.reviewed())
	if e.By != "" {
		state += " by " + e.By
	}
	if len(e.From) > 0 {
		state += ", from the phrases " + strings.Join(e.From, ", ")
	}
	if e.reviewed() == Missing {
		fmt.Fprintf(out, "- %s: %s\n", l.name, pen)
	} else {
		for _, t := range e.all() {
			fmt.Fprintf(out, "- %s: %s\n", l.name, t)
			if text, ok := t.fill(func(name string) string { return longest[name] }); ok && def.Channel != ChannelDesk {
				wire := sms.Wire(text, mode)
				fmt.Fprintf(out, "- on a phone: %s\n- size: %s\n", wire, sizeWords(def.Channel, sms.Measure(wire)))
			}
		}
	}
	fmt.Fprintf(out, "- state: %s\n", state)
	if e.Note != "" {
		fmt.Fprintf(out, "- note: %s\n", e.Note)
	}
	if e.reviewed() == Missing {
		return
	}
	fmt.Fprintf(out, "- correct? yes / no\n- better: %s\n- it says, in French: %s\n", pen, pen)
}

// sizeWords are a text's size in what it costs: a screen is not paid by the part.
func sizeWords(ch Channel, s sms.Size) string {
	unit := "septets"
	if s.Encoding == bot.UCS2 {
		unit = "UCS-2 units"
	}
	if ch == ChannelUSSD {
		return fmt.Sprintf("%d %s", s.Units, unit)
	}
	return fmt.Sprintf("%d %s, %d SMS", s.Units, unit, s.Parts)
}
