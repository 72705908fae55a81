package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/bot/sms"
	"tinye/locales"
)

type localesCmd struct {
	Check localesCheckCmd `cmd:"" help:"Comparer chaque langue aux textes français, et compter ce qui part en français."`
	Sheet localesSheetCmd `cmd:"" help:"Imprimer les textes d'une langue pour qu'un locuteur les relise."`
	New   localesNewCmd   `cmd:"" help:"Faire un fichier à traduire dans une langue, dans l'ordre où les gens rencontrent les textes."`
	Gaps  localesGapsCmd  `cmd:"" help:"Lister les textes qui partent en français faute de mieux, par langue."`
}

// siteFolder names a site's own language files.
type siteFolder struct {
	Folder string `placeholder:"FOLDER" help:"Avec les fichiers du site, comme [site] locales les nomme."`
}

// catalog is the built-in texts with the folder's on top, and what is wrong with these.
func (f siteFolder) catalog() (*locales.Catalog, []locales.Issue, error) {
	catalog, err := locales.Load()
	if err != nil || f.Folder == "" {
		return catalog, nil, err
	}
	with, issues, err := catalog.With(os.DirFS(f.Folder))
	if err != nil {
		return nil, nil, unreadable(f.Folder, err)
	}
	return with, issues, nil
}

type localesCheckCmd struct {
	siteFolder
	Service string `placeholder:"NAME" help:"Mesurer avec ce nom de service au lieu du plus long."`
}

// Run prints every issue and fails if there is one.
func (c localesCheckCmd) Run(std streams) error {
	catalog, issues, err := c.catalog()
	if err != nil {
		return err
	}
	issues = append(issues, catalog.Check(c.Service)...)
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
	siteFolder
	Lang string `arg:"" help:"La langue: bam, ou bm."`
	Wire string `default:"gsm-accent" enum:"gsm-accent,ascii,official" help:"Comment partent les lettres que GSM-7 n'a pas: gsm-accent, ascii ou official."`
}

// Run prints the review sheet, in Markdown.
func (c localesSheetCmd) Run(std streams) error {
	catalog, _, err := c.catalog()
	if err != nil {
		return err
	}
	lang, err := knownLang(c.Lang)
	if err != nil {
		return err
	}
	mode, err := sms.ParseMode(c.Wire)
	if err != nil {
		return err
	}
	return catalog.Sheet(std.out, lang, mode)
}

func knownLang(typed string) (bot.Lang, error) {
	lang, ok := bot.ParseLang(typed)
	if !ok {
		return "", &sentenceError{sentence: fmt.Sprintf("« %s » n'est pas une langue connue: %s.", oneLine(typed), langList())}
	}
	return lang, nil
}

func langList() string {
	var names []string
	for _, l := range bot.Langs() {
		names = append(names, string(l))
	}
	return strings.Join(names, ", ")
}

type localesNewCmd struct {
	Lang string `arg:"" help:"La langue: ses, ffm, taq, snk ou dts."`
	Out  string `required:"" placeholder:"FILE" help:"Le fichier à écrire, nommé comme la langue: ses.json. Un fichier qui existe est refusé."`
}

// Help says what to do with the file.
func (localesNewCmd) Help() string {
	return `Chaque texte porte de l'aide: à quoi il sert, sa place en signes avec les valeurs les plus longues, le français, et le bambara s'il
existe. Traduisez « text », puis changez « review » de missing en unreviewed. Un texte laissé missing part en français. Un locuteur
relit ensuite (tinye locales sheet): alors reviewed, et « by » porte son nom de code. Les textes « critical » ne partent qu'une
fois relus, sauf si [site] allow_unreviewed nomme la langue. Vérifier: tinye locales check --folder DOSSIER. Mettre en service:
[site] locales = "DOSSIER", et la langue dans [site] languages.`
}

// Run writes the file.
func (c localesNewCmd) Run(std streams) error {
	catalog, err := locales.Load()
	if err != nil {
		return err
	}
	lang, err := knownLang(c.Lang)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := catalog.New(&file, lang); err != nil {
		return &sentenceError{sentence: fmt.Sprintf("Les textes en %s sont déjà dans Tinye.", lang.Own()), err: err}
	}
	out, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &sentenceError{sentence: oneLine(c.Out) + " existe déjà: donnez un autre nom.", err: err}
	}
	if err != nil {
		return err
	}
	_, err = file.WriteTo(out)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: à traduire en %s. Comment: tinye locales new --help\n", oneLine(c.Out), lang.Own())
	return nil
}

type localesGapsCmd struct {
	siteFolder
	Lang   string `arg:"" optional:"" help:"La langue; sans elle, toutes."`
	Config string `placeholder:"FILE" type:"path" help:"Selon cette configuration: son dossier de langues et allow_unreviewed."`
}

// Run lists the gaps in what citizens get.
func (c localesGapsCmd) Run(std streams) error {
	var policy locales.Policy
	if c.Config != "" {
		cfg, err := config.Load(c.Config)
		if err != nil {
			return err
		}
		policy.AllowUnreviewed = cfg.Site.AllowUnreviewed
		if c.Folder == "" {
			c.Folder = cfg.Site.Locales
		}
	}
	catalog, _, err := c.catalog()
	if err != nil {
		return err
	}
	langs := bot.Langs()[1:]
	if c.Lang != "" {
		lang, err := knownLang(c.Lang)
		if err != nil {
			return err
		}
		langs = []bot.Lang{lang}
	}
	p, err := newPage(0)
	if err != nil {
		return err
	}
	words := catalog.Printer(policy)
	for _, lang := range langs {
		gaps := words.Gaps(lang)
		switch {
		case len(gaps) == 0:
			p.line("%s (%s): tout part dans cette langue.", words.Name(lang), lang)
		case gaps[0].Reason == locales.ReasonNoLanguage:
			p.line("%s (%s): aucun fichier, tout part en français (%d textes). Commencer: tinye locales new %s --out %s.json", words.Name(lang), lang, len(gaps), lang, lang)
		default:
			p.line("%s (%s): %d textes partent en français.", words.Name(lang), lang, len(gaps))
			var rows [][]string
			for i, g := range gaps {
				rows = append(rows, []string{strconv.Itoa(i + 1), g.Key, p.reason(g.Reason), p.use(g.Key)})
			}
			p.table("", []string{"N°", "TEXTE", "RAISON", "SERT À"}, rows)
		}
	}
	return p.writeTo(std.out)
}
