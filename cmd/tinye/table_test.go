package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tinye/bot/admin"
	"tinye/bot/config"
)

func testPage(t interface{ Fatal(...any) }, width int) *page {
	p, err := newPage(width)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Columns line up, accents or not; what is too long for a line goes on below itself, and columns without anything go.
func TestTablesFitTheLine(t *testing.T) {
	heads := []string{"RÉF", "ÉTAT", "ÉTIQUETTE", "CE QUI SE DIT"}
	rows := [][]string{
		{"482918", "décidée, pas encore publiée", "", "L'élection serait reportée à décembre"},
		{"111671", "publiée", "", "L'eau"},
	}
	for width, want := range map[int]string{
		0: `
RÉF     ÉTAT                         ÉTIQUETTE  CE QUI SE DIT
482918  décidée, pas encore publiée  -          L'élection serait reportée à décembre
111671  publiée                      -          L'eau
`,
		60: `
RÉF     ÉTAT                       CE QUI SE DIT
482918  décidée, pas encore        L'élection serait
        publiée                    reportée à décembre
111671  publiée                    L'eau
`,
		26: `
RÉF 482918
  ÉTAT: décidée, pas
    encore publiée
  CE QUI SE DIT: L'élection
    serait reportée à
    décembre
RÉF 111671
  ÉTAT: publiée
  CE QUI SE DIT: L'eau
`,
	} {
		p := testPage(t, width)
		p.table("Rien.", heads, rows)
		if got := "\n" + p.text.String(); got != want {
			t.Errorf("in %d characters:%s\nwant:%s", width, got, want)
		}
	}
}

// No line is longer than asked for, and no word is lost, whatever stands in a table, from 40 characters on.
func TestTablesLoseNoWord(t *testing.T) {
	word := rapid.StringMatching(`[a-zéÉœ0-9:/]{1,14}`)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 12).Draw(t, "columns")
		text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 9).Draw(t, "words"), " ") })
		heads := rapid.SliceOfN(word, columns, columns).Draw(t, "heads")
		rows := rapid.SliceOfN(rapid.SliceOfN(text, columns, columns), 1, 4).Draw(t, "rows")
		width := rapid.IntRange(40, 120).Draw(t, "width")
		p := testPage(t, width)
		p.table("", heads, rows)
		letters := map[rune]int{}
		for line := range strings.Lines(p.text.String()) {
			line = strings.TrimRight(line, "\n")
			if n := utf8.RuneCountInString(line); n > width {
				t.Fatalf("%d characters in a line of %d: %q", n, width, line)
			}
			for _, c := range line {
				letters[c]++
			}
		}
		for _, row := range rows {
			for _, cell := range row {
				for _, c := range cell {
					if letters[c]--; letters[c] < 0 && c != ' ' {
						t.Fatalf("%q lacks in:\n%s", c, p.text.String())
					}
				}
			}
		}
	})
}

// A long value goes on under its beginning, behind its label.
func TestFieldsGoOnBehindTheirLabel(t *testing.T) {
	p := testPage(t, 40)
	p.field("À dire", "Le marché est ouvert, vu ce matin par deux personnes")
	p.field("Vide", "")
	if got, want := p.text.String(), `À dire:          Le marché est ouvert,
                 vu ce matin par deux
                 personnes
`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Times are read by the clock of the site, wherever the command runs.
func TestTimesAreTheSites(t *testing.T) {
	zone, err := time.LoadLocation("Pacific/Kiritimati")
	must(t, err)
	s := prepare(t)
	s.key("")
	s.change = func(cfg *config.Config) { cfg.Site.Zone = zone }
	s.run(true)
	var list admin.Users
	s.json(&list, "user", "list")
	want := list.Users[0].CreatedAt.Time().In(zone).Format("02/01/2006 15:04")
	s.says([]string{want}, "ADAMA", "user", "list")
}

// A line of the desk's is as wide as asked for.
func TestWidthOfTheDesk(t *testing.T) {
	s := start(t)
	report := s.received("Il paraît que le pont de Markala est fermé depuis hier soir, est-ce vrai")
	s.says(nil, "CISSE", "rumour", "new", "--from", report, "--claim", "Le marché serait fermé toute la semaine prochaine, dit-on, à cause d'une panne du bac et du mauvais temps")
	for _, width := range []string{"80", "100"} {
		out := s.says([]string{"RÉF     CRÉÉE"}, "AMI", "rumour", "list", "--width", width)
		out += s.says([]string{"RÉF     REÇU"}, "AMI", "report", "list", "--width", width)
		for line := range strings.Lines(out) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > map[string]int{"80": 80, "100": 100}[width] {
				t.Errorf("%d characters in a line of %s: %s", n, width, line)
			}
		}
	}
}
