package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"tinye/bot"
	"tinye/bot/langid"
	"tinye/bot/match/lab"
)

// langCmd measures how the language of a text is told. It works on a file alone.
type langCmd struct {
	Eval langEvalCmd `cmd:"" help:"Deviner la langue de chaque texte d'un fichier, et compter ce qui est juste."`
}

type langEvalCmd struct {
	File string `arg:"" help:"Un texte par ligne: sa langue (fra, bam, …), une tabulation, le texte."`
}

// Help is printed under the flags.
func (langEvalCmd) Help() string {
	return `Imprime, pour chaque langue du fichier, combien de textes ont été pris pour laquelle; non dite (unsure) compte ceux dont la
langue n'est pas dite. Les langues que Tinye ne sait pas reconnaître sont comptées à part.`
}

// unsureColumn heads what no language was guessed for.
const unsureColumn = "non dite (unsure)"

// Run prints the confusion table and what it comes to.
func (c langEvalCmd) Run(std streams) error {
	detector, err := langid.New()
	if err != nil {
		return err
	}
	table := make(map[bot.Lang]map[bot.Lang]int)
	guesses := []bot.Lang{bot.French, bot.Bambara, ""}
	texts, right, unsure, strange, taken := 0, 0, 0, 0, 0
	var order []bot.Lang // as they come in the file
	err = lab.EachText(c.File, func(lang bot.Lang, text string) {
		if table[lang] == nil {
			table[lang] = make(map[bot.Lang]int)
			order = append(order, lang)
		}
		guess := detector.Detect(text).Lang
		table[lang][guess]++
		if lang == "" || !slices.Contains(guesses, lang) { // no guess could be right
			if strange++; guess != "" {
				taken++
			}
			return
		}
		texts++
		if guess == lang {
			right++
		}
		if guess == "" {
			unsure++
		}
	})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	heads := []string{"langue (lang)"}
	for _, g := range guesses {
		heads = append(heads, guessName(g))
	}
	fmt.Fprintln(w, strings.Join(append(heads, "textes (texts)", "justes (right)", "non dite % (unsure %)", ""), "\t"))
	for _, lang := range order {
		n, row := 0, string(lang)
		for _, g := range guesses {
			n += table[lang][g]
			row += fmt.Sprintf("\t%d", table[lang][g])
		}
		right := "–"
		if slices.Contains(guesses, lang) {
			right = fmt.Sprintf("%.3f", float64(table[lang][lang])/float64(n))
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%.1f\t\n", row, n, right, 100*float64(table[lang][""])/float64(n))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	sure, all := max(texts-unsure, 1), max(texts, 1)
	_, err = fmt.Fprintf(std.out, "\ntextes (texts) %d, justes (right) %.3f, justes parmi les langues dites (right of those guessed) %.3f, non dite (unsure) %.3f\n",
		texts, float64(right)/float64(all), float64(right)/float64(sure), float64(unsure)/float64(all))
	if err == nil && strange > 0 {
		_, err = fmt.Fprintf(std.out, "À part, dans une langue que Tinye ne sait pas reconnaître (unknown): textes %d, pris pour du français ou du bambara %d\n", strange, taken)
	}
	return err
}

func guessName(l bot.Lang) string {
	if l == "" {
		return unsureColumn
	}
	return string(l)
}
