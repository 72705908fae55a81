package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/config"
	"tinye/bot/place"
)

type placeCmd struct {
	Import placeImport `cmd:"" help:"Faire connaître les lieux d'un fichier CSV. Colonnes: code, level, name_fr; name_bm, parent_code, scheme, cod2021_pcode, aliases, source."`
	Find   placeFind   `cmd:"" help:"Chercher un lieu par son nom, dans toute orthographe."`
	List   placeList   `cmd:"" help:"Lister les régions et cercles, ou ce que l'un d'eux contient."`
}

type placeImport struct {
	deskFlags
	File   string `arg:"" placeholder:"FILE" help:"Le fichier, avec virgules, points-virgules ou tabulations, 4 Mio au plus."`
	DryRun bool   `help:"Dire seulement ce qu'il contient."`
}

// Run sends the file. It fails where no row of it was good, but for --json, which says so.
func (c *placeImport) Run(ctx context.Context, std streams) error {
	file, err := readPlaces(c.File)
	if err != nil {
		return err
	}
	var in admin.PlacesImported
	q := admin.ImportPlaces{By: c.by(), File: file, DryRun: c.DryRun}
	err = c.show(ctx, std, "/place/import", q, &in, func(p *page) {
		for _, w := range in.Wrong {
			p.line("Ligne %d: %s", w.Line, oneLine(w.Sentence))
		}
		if in.More > 0 {
			p.line("Et %d autres lignes.", in.More)
		}
		counts := fmt.Sprintf("%d régions, %d cercles, %d communes; nouveaux: %d", in.Regions, in.Cercles, in.Communes, in.New)
		switch {
		case in.Rows() == 0:
			p.line("Aucune ligne ne convient: rien n'est importé.")
		case c.DryRun:
			p.line("À importer: %s. Rien n'est encore fait; relancez sans --dry-run.", counts)
		default:
			p.line("Importés: %s. Les menus s'en servent dès maintenant.", counts)
		}
	})
	if err == nil && !c.JSON && in.Rows() == 0 {
		return &exitError{code: exitFailed}
	}
	return err
}

// readPlaces reads a file that is small enough to be sent. Its error is a sentence.
func readPlaces(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, place.MaxImport+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > place.MaxImport {
		return nil, fmt.Errorf("%s dépasse %d Mo: ce n'est pas une liste de lieux", path, place.MaxImport>>20)
	}
	return data, nil
}

func unreadable(path string, err error) error {
	why := "ne peut pas être lu"
	if errors.Is(err, fs.ErrNotExist) {
		why = "n'existe pas"
	}
	return &sentenceError{sentence: fmt.Sprintf("Le fichier %s %s.", path, why), err: err}
}

type placeFind struct {
	deskFlags
	Words []string `arg:"" help:"Le nom, ou son début."`
	Limit int      `default:"20" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run shows the places that are called so, the best match first.
func (c *placeFind) Run(ctx context.Context, std streams) error {
	var list admin.Places
	q := admin.FindPlaces{By: c.by(), Words: strings.Join(c.Words, " "), Limit: c.Limit}
	return c.show(ctx, std, "/place/find", q, &list, func(p *page) {
		p.places("Aucun lieu ne s'appelle ainsi. Essayez les premières lettres.", list)
	})
}

type placeList struct {
	deskFlags
	Scheme bot.PlaceScheme `enum:",ml_ct_2023,ocha_cod_2021" default:"" placeholder:"SCHEME" help:"ml_ct_2023 (la loi) ou ocha_cod_2021; sans lui, les deux."`
	In     string          `placeholder:"SCHEME:CODE" help:"Seulement ce qui est directement dans ce lieu, comme ml_ct_2023:ML07."`
	Limit  int             `default:"500" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run lists places by their codes.
func (c *placeList) Run(ctx context.Context, std streams) error {
	var list admin.Places
	q := admin.ListPlaces{By: c.by(), Scheme: c.Scheme, In: c.In, Limit: c.Limit}
	return c.show(ctx, std, "/place/list", q, &list, func(p *page) {
		p.places("Aucun lieu.", list)
	})
}

// places prints places, each with its codes and where it lies.
func (p *page) places(none string, list admin.Places) {
	var rows [][]string
	for _, r := range list.Places {
		same := make([]string, len(r.SameAs))
		for i, other := range r.SameAs {
			same[i] = other.String()
		}
		rows = append(rows, []string{
			r.Code.String(), r.Names[bot.French], r.Names[bot.Bambara], levelWord(r.Level), strings.Join(r.Lies, ", "), strings.Join(same, " "),
		})
	}
	p.table(none, []string{"CODE", "NOM", "BAMBARA", "NIVEAU", "DANS", "AUTRE CODE"}, rows)
	if list.More {
		p.line("Il y en a d'autres: précisez, ou --limit N (%d au plus).", admin.MostRows)
	}
}

func levelWord(l bot.PlaceLevel) string {
	switch l {
	case bot.LevelRegion:
		return "région"
	case bot.LevelCercle:
		return "cercle"
	case bot.LevelCommune:
		return "commune"
	}
	return ""
}

// sitePlaces are the names of the places that menus offer first, as comments behind the configuration, and a warning for
// each that is not built in: one that was imported is known to the running hotline alone.
func sitePlaces(cfg config.Config) (names string, unknown config.Problems) {
	g := place.New(nil)
	unknown = cfg.UnknownPlaces(func(code bot.PlaceCode) bool {
		p, ok := g.Place(code)
		if ok {
			names += "# " + code.String() + " = " + p.Name(bot.French) + " (" + levelWord(p.Level) + ")\n"
		}
		return ok
	})
	if names != "" {
		names = "\n# The places that menus offer first.\n" + names
	}
	return names, unknown
}
