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
	Check localesCheckCmd `cmd:"" help:"Comparer chaque langue aux textes français, et compter ce qui part en français."`
	Sheet localesSheetCmd `cmd:"" help:"Imprimer les textes d'une langue, pour qu'une personne qui la parle les relise."`
}

type localesCheckCmd struct {
	Service string `placeholder:"NAME" help:"Mesurer avec ce nom de service au lieu du plus long."`
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
	Lang string `arg:"" help:"La langue: bam, ou bm."`
	Wire string `default:"gsm-accent" enum:"gsm-accent,ascii,official" help:"Comment partent les lettres absentes de GSM-7: gsm-accent, ascii ou official."`
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
