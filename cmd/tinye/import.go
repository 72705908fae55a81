package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/term"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/bot/sheet"
)

type peopleImport struct {
	File   importFile   `cmd:"" default:"withargs" help:"Faire entrer une liste de numéros: un fichier CSV ou un classeur Excel."`
	List   importList   `cmd:"" help:"Les listes importées."`
	Show   importShow   `cmd:"" help:"Où en sont les personnes d'une liste, et ce que coûterait de demander leur accord."`
	Forget importForget `cmd:"" help:"Oublier une liste: ceux qui n'ont jamais accepté ni écrit partent avec elle."`
}

// Help documents the file.
func (peopleImport) Help() string {
	return `Une liste est un fichier CSV (virgules, points-virgules ou tabulations) ou un classeur Excel (.xlsx). Les titres des colonnes sont
reconnus à leurs mots, en français ou en anglais: téléphone, langue, sexe, âge ou année de naissance, région, cercle. Les autres
colonnes sont ignorées, les noms ne sont jamais lus. Rien n'est envoyé: qui vient d'une liste attend qu'on demande son accord.

Les lignes à corriger vont dans un fichier de même forme à côté de la liste, avec leur ligne et le motif: corrigez-les là et importez
ce fichier. Il contient des numéros: effacez-le ensuite. Un fichier déjà importé ne change rien; un import interrompu reprend. Un
fichier nommé list, show ou forget s'écrit ./list. Les options: tinye people import file --help.`
}

type importFile struct {
	deskFlags
	File    string `arg:"" placeholder:"FILE" help:"La liste."`
	Source  string `required:"" help:"D'où elle vient et de quel droit on s'en sert; c'est gardé."`
	DryRun  bool   `help:"Dire seulement ce qui serait fait."`
	Lang    string `placeholder:"LANG" help:"La langue de ceux dont la ligne n'en nomme pas, comme bam."`
	Place   string `placeholder:"SCHEME:CODE" help:"De même leur région ou cercle, comme ml_ct_2023:ML07."`
	Project string `placeholder:"CODE" help:"Le projet pour lequel on compte."`
	Bad     string `placeholder:"FILE" help:"Le fichier des lignes à corriger; sans cela, à côté de la liste."`
}

// Run sends the list in portions. With --json it prints a line of sums after each.
func (c *importFile) Run(ctx context.Context, std streams) (err error) {
	in, err := os.Open(c.File)
	if err != nil {
		return unreadable(c.File, err)
	}
	defer in.Close()
	list, err := c.list(in)
	if err != nil {
		return err
	}
	info, err := in.Stat()
	if err != nil {
		return unreadable(c.File, err)
	}
	p, err := newPage(c.Width)
	if err != nil {
		return err
	}
	table, err := sheet.Open(in, info.Size(), sheet.Options{Head: people.IsListHead, Under: people.GoesUnderListHead})
	if err != nil {
		return p.sheetFault(c.File, err)
	}
	defer table.Close()
	columns := people.ListColumns(table.Heads)
	if !c.JSON {
		p.listColumns(table, columns)
		if err := p.flush(std.out); err != nil {
			return err
		}
	}
	bad := &badRows{path: c.badPath(table.Format), table: table, columns: columns}
	defer func() { err = errors.Join(err, bad.close(err == nil)) }()
	bar := newProgress(std, c.JSON, table)
	i := admin.Importer{
		By: c.by(), List: list, Heads: table.Heads, Bad: bad.add, Done: bar.show,
		Next: func() (admin.ListRow, error) {
			row, err := table.Next()
			if err != nil && !errors.Is(err, io.EOF) {
				err = p.sheetFault(c.File, err)
			}
			return admin.ListRow{Line: row.Line, Cells: row.Cells, Broken: row.Broken}, err
		},
		Post: func(ctx context.Context, path string, question, answer any) error {
			zone, err := c.exchange(ctx, path, question, answer)
			p.in(zone)
			return err
		},
	}
	begun, err := i.Begin(ctx)
	if err != nil {
		return err
	}
	done, err := i.Send(ctx)
	bar.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return nil
	}
	p.imported(begun, done, c.DryRun)
	if bad.n > 0 {
		p.line("Lignes à corriger: %d, avec leur motif, dans %s. Corrigez-les là, importez ce fichier, puis effacez-le: il contient des numéros.", bad.n, oneLine(bad.path))
	}
	return p.writeTo(std.out)
}

// list is what holds for all rows, with the file's hash.
func (c *importFile) list(in io.Reader) (admin.ImportList, error) {
	list := admin.ImportList{Source: c.Source, Project: c.Project, Lang: c.Lang, DryRun: c.DryRun}
	if c.Place != "" {
		if err := list.Place.UnmarshalText([]byte(c.Place)); err != nil {
			return admin.ImportList{}, err
		}
	}
	sum := sha256.New()
	if n, err := io.Copy(sum, io.LimitReader(in, sheet.MaxFile+1)); err != nil && n <= sheet.MaxFile {
		return admin.ImportList{}, unreadable(c.File, err)
	}
	list.File = hex.EncodeToString(sum.Sum(nil))
	return list, nil
}

// badPath is where the bad rows go.
func (c *importFile) badPath(f sheet.Format) string {
	if c.Bad != "" {
		return c.Bad
	}
	return strings.TrimSuffix(c.File, filepath.Ext(c.File)) + "-a-corriger." + f.Extension()
}

// exchange asks the hotline, reads its answer, and tells the site's time zone.
func (d deskFlags) exchange(ctx context.Context, path string, question, answer any) (zone string, err error) {
	status, zone, body, err := d.ask(ctx, path, question)
	if err != nil {
		return "", err
	}
	if status != http.StatusOK {
		return zone, refusal(body)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return zone, fmt.Errorf("la réponse de Tinye n'est pas lisible: %w", err)
	}
	return zone, nil
}

// sheetFault is what is wrong with a file, in a sentence.
func (p *page) sheetFault(path string, err error) error {
	fault, ok := errors.AsType[*bot.Error](err)
	if !ok {
		return unreadable(path, err)
	}
	return &sentenceError{sentence: p.words.Text(bot.French, fault.Key, fault.Args).Text, err: err}
}

// listColumns says what is read of a file.
func (p *page) listColumns(table *sheet.Table, columns []people.ListColumn) {
	var read, ignored, names []string
	for i, head := range table.Heads {
		switch {
		case columns[i] == people.ListName:
			names = append(names, head)
		case columns[i] != people.ListOther:
			read = append(read, head)
		case head != "":
			ignored = append(ignored, head)
		}
	}
	if table.Sheet != "" {
		p.field("Feuille", table.Sheet)
	}
	if len(table.Others) > 0 {
		p.field("Non lues", strings.Join(table.Others, ", "))
	}
	p.field("Colonnes", strings.Join(read, ", "))
	if len(ignored) > 0 {
		p.field("Ignorées", strings.Join(ignored, ", "))
	}
	if len(names) > 0 {
		p.line("Noms de personnes (%s): aucun nom n'est gardé.", oneLine(strings.Join(names, ", ")))
	}
}

// imported says what was done.
func (p *page) imported(begun, done admin.Import, dry bool) {
	sums := fmt.Sprintf("%d lignes: %d nouveaux, %d déjà connus, %d déjà STOP, %d à corriger", done.Rows, done.New, done.Known, done.Stopped, done.Bad)
	switch {
	case dry:
		p.line("À importer: %s. Rien n'est encore fait; relancez sans --dry-run.", sums)
	case !begun.DoneAt.IsZero():
		p.line("Ce fichier est déjà importé, le %s (liste %s): rien n'a changé.", p.at(begun.DoneAt), done.Run)
		p.line("%s.", sums)
	default:
		if begun.Rows > 0 {
			p.line("L'import interrompu a repris après la ligne %d du tableau.", begun.Rows)
		}
		p.line("Importé, liste %s: %s. Personne n'a encore été contacté: tinye people import show %s", done.Run, sums, done.Run)
	}
	if done.Elsewhere > 0 {
		p.line("Déjà inscrits pour un autre projet: %d. Ils comptent dans les deux.", done.Elsewhere)
	}
}

// flush prints what is there and empties the page.
func (p *page) flush(w io.Writer) error {
	err := p.writeTo(w)
	p.text.Reset()
	return err
}

// badRows writes the rows that are wrong to a file of the list's shape, which appears once it is whole. Names are left out of it.
type badRows struct {
	path    string
	table   *sheet.Table
	columns []people.ListColumn
	file    *os.File
	out     *sheet.Writer
	n       int
}

func (b *badRows) add(row admin.ListRow, wrong admin.WrongLine) error {
	if b.out == nil {
		if err := b.begin(); err != nil {
			return err
		}
	}
	b.n++
	cells := make([]string, len(row.Cells), len(row.Cells)+2)
	for i, cell := range row.Cells {
		if b.columns[i] != people.ListName {
			cells[i] = cell
		}
	}
	return b.out.Write(append(cells, strconv.Itoa(wrong.Line), wrong.Sentence))
}

func (b *badRows) begin() (err error) {
	part := b.path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // of an import that was killed
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être écrit: donnez un autre nom avec --bad.", oneLine(b.path)), err: err}
	}
	if b.file, err = os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être écrit: donnez un autre nom avec --bad.", oneLine(b.path)), err: err}
	}
	if b.out, err = sheet.NewWriter(b.file, b.table.Format); err != nil {
		return err
	}
	heads := make([]string, len(b.table.Heads), len(b.table.Heads)+2)
	copy(heads, b.table.Heads)
	return b.out.Write(append(heads, "ligne du fichier", "motif"))
}

func (b *badRows) close(whole bool) error {
	if b.file == nil {
		return nil
	}
	var err error
	if b.out != nil {
		err = b.out.Close()
	}
	err = errors.Join(err, b.file.Sync(), b.file.Close())
	if whole && err == nil {
		return os.Rename(b.file.Name(), b.path)
	}
	return errors.Join(err, os.Remove(b.file.Name()))
}

// progress shows how far an import is: a line that is written over on a terminal, or a line of JSON for programs.
type progress struct {
	table *sheet.Table
	json  *json.Encoder
	out   io.Writer // nil: nobody looks
}

func newProgress(std streams, asJSON bool, table *sheet.Table) *progress {
	p := &progress{table: table}
	if asJSON {
		p.json = json.NewEncoder(std.out)
		return p
	}
	if f, ok := std.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = f
	}
	return p
}

// progressWidth is how many signs the bar has.
const progressWidth = 30

func (p *progress) show(sums admin.Import) {
	part := p.table.Part()
	if p.json != nil {
		_ = p.json.Encode(struct { // a reader that went away does not stop the import
			Part float64 `json:"part"`
			admin.Import
		}{part, sums})
	}
	if p.out != nil {
		full := int(part * progressWidth)
		fmt.Fprintf(p.out, "\r[%s%s] %3.0f %%  %d lignes", strings.Repeat("#", full), strings.Repeat(".", progressWidth-full), 100*part, sums.Rows)
	}
}

func (p *progress) end() {
	if p.out != nil {
		fmt.Fprintln(p.out)
	}
}

type importList struct {
	deskFlags
	Limit int `default:"50" help:"Au plus autant, 500 au maximum."`
}

// Run lists the runs.
func (c *importList) Run(ctx context.Context, std streams) error {
	var list admin.Imports
	return c.show(ctx, std, "/people/import/list", admin.ListImports{By: c.by(), Limit: c.Limit}, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Imports {
			rows = append(rows, []string{
				r.Run, p.at(r.At), r.By, r.Project, importState(r), strconv.Itoa(r.Rows), strconv.Itoa(r.New), strconv.Itoa(r.Bad), r.Source,
			})
		}
		p.table("Aucune liste importée.", []string{"LISTE", "DU", "PAR", "PROJET", "ÉTAT", "LIGNES", "NOUVEAUX", "À CORRIGER", "ORIGINE"}, rows)
		p.more(list.More, len(list.Imports))
	})
}

func importState(r admin.Import) string {
	switch {
	case !r.DroppedAt.IsZero():
		return "oubliée"
	case r.DoneAt.IsZero():
		return "interrompue: relancez avec le même fichier"
	}
	return "faite"
}

type importShow struct {
	deskFlags
	List string `arg:"" placeholder:"LIST" help:"La liste, comme tinye people import list la nomme."`
}

// Run shows how those on a list stand.
func (c *importShow) Run(ctx context.Context, std streams) error {
	var r admin.ImportShown
	return c.show(ctx, std, "/people/import/show", admin.AskImport{By: c.by(), Run: c.List}, &r, func(p *page) {
		p.line("Liste %s, du %s par %s: %s", r.Run, p.at(r.At), oneLine(r.By), importState(r.Import))
		p.field("Origine", r.Source)
		p.field("Projet", r.Project)
		p.line("%d lignes: %d nouveaux, %d déjà connus, %d déjà STOP, %d à corriger", r.Rows, r.New, r.Known, r.Stopped, r.Bad)
		if !r.DroppedAt.IsZero() {
			p.line("Oubliée le %s: %d numéros effacés.", p.at(r.DroppedAt), r.Dropped)
			return
		}
		p.line("Aujourd'hui: à interroger: %d, en attente: %d, OUI: %d, NON: %d, silence après 7 jours: %d, STOP depuis: %d, moins de 15 ans: %d",
			r.Waiting, r.Pending, r.Granted, r.Refused, r.Expired, r.Withdrawn, r.Young)
		p.line("  ne veulent aucun SMS: %d, effacés: %d", r.NoSMS, r.Gone)
		if r.Waiting == 0 {
			return
		}
		var rows [][]string
		for _, l := range r.Request {
			in := string(l.In)
			if l.Fallback {
				in += " (faute de texte)"
			}
			rows = append(rows, []string{string(l.Lang), in, strconv.Itoa(l.People), strconv.Itoa(l.Parts), strconv.Itoa(l.XOF)})
		}
		p.table("", []string{"LANGUE", "TEXTE EN", "PERSONNES", "SMS CHACUNE", "XOF"}, rows)
		p.line("Demander leur accord: %d SMS, %d XOF%s. Rien n'est encore envoyé: tinye request new %s", r.Parts, r.XOF, pace(r), r.Run)
	})
}

// pace is how long asking takes.
func pace(r admin.ImportShown) string {
	if r.Seconds == 0 {
		return ""
	}
	return fmt.Sprintf(", environ %s par %s", age(int64(max(r.Seconds, 60))), oneLine(r.Gateway))
}

type importForget struct {
	deskFlags
	List   string `arg:"" placeholder:"LIST" help:"La liste, comme tinye people import list la nomme."`
	Reason string `required:"" help:"Pourquoi, en quelques mots; c'est gardé."`
}

// Run forgets a list.
func (c *importForget) Run(ctx context.Context, std streams) error {
	var r admin.Import
	return c.show(ctx, std, "/people/import/forget", admin.AskImport{By: c.by(), Run: c.List, Reason: c.Reason}, &r, func(p *page) {
		p.line("Liste %s oubliée: %d numéros effacés. Ceux qui ont écrit ou répondu restent. Le même fichier peut être importé à nouveau.", r.Run, r.Dropped)
		p.line("Les copies faites avant les contiennent encore jusqu'à leur fin (tinye backup prune).")
	})
}
