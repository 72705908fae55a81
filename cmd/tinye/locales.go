package main

import (
	"bytes"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/locales"
)

type localesCmd struct {
	Check localesCheckCmd `cmd:"" help:"Check every language against the French texts, and count what goes out in French."`
	Sheet localesSheetCmd `cmd:"" help:"Print a language's texts for a native speaker to review."`
}

type localesCheckCmd struct {
	Service string `placeholder:"NAME" help:"Measure with this service name instead of the longest one."`
}

// Run prints every issue and fails if there is one.
func (c localesCheckCmd) Run(std streams) error {
	catalog, err := locales.Load()
	if err != nil {
		return err
	}
	issues := catalog.Check(c.Service)
	for _, i := range issues {
		fmt.Fprintln(std.err, i)
	}
	for _, lang := range catalog.Languages()[1:] {
		counts, err := reviewCounts(catalog, lang)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s: %s\n", catalog.Name(lang), counts)
	}
	if len(issues) > 0 {
		return fmt.Errorf("%d faults in the texts", len(issues))
	}
	return nil
}

// reviewCounts is the line of a language's review sheet that counts its texts: those missing go out in French, and so do
// critical ones that are unreviewed, unless the site allows them.
func reviewCounts(catalog *locales.Catalog, lang bot.Lang) (string, error) {
	var sheet bytes.Buffer
	if err := catalog.Sheet(&sheet, lang, sms.GSMAccent); err != nil {
		return "", err
	}
	for line := range strings.Lines(sheet.String()) {
		if strings.Contains(line, " texts: ") {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("the review sheet of %s counts nothing", lang)
}

type localesSheetCmd struct {
	Lang string `arg:"" help:"The language: bam, or bm."`
	Wire string `default:"gsm-accent" enum:"gsm-accent,ascii,official" help:"How the letters that GSM-7 lacks are sent: gsm-accent, ascii or official."`
}

// Run prints the review sheet, in Markdown.
func (c localesSheetCmd) Run(std streams) error {
	catalog, err := locales.Load()
	if err != nil {
		return err
	}
	lang, ok := bot.ParseLang(c.Lang)
	if !ok {
		return fmt.Errorf("there is no language %q here", c.Lang)
	}
	mode, err := sms.ParseMode(c.Wire)
	if err != nil {
		return err
	}
	return catalog.Sheet(std.out, lang, mode)
}
