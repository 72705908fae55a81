package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"tinye/bot/match/lab"
)

type matchTrainCmd struct {
	Lang      string `default:"fra" enum:"fra,eng,bam" placeholder:"LANG" help:"La langue des fichiers: fra, bam ou eng."`
	Posts     string `required:"" placeholder:"FILE" help:"Les messages: post_id, fold (le pli où il est mis à part; une rumeur est dans un seul pli), text."`
	Claims    string `required:"" placeholder:"FILE" help:"Les rumeurs: claim_id, claim, et title s'il y en a."`
	Qrels     string `required:"" placeholder:"FILE" help:"Quelle rumeur dit chaque message: post_id, claim_id."`
	Noise     string `placeholder:"FILE" help:"Des messages qui ne disent aucune rumeur, pour l'apprendre: id, text."`
	Unrelated string `placeholder:"FILE" help:"D'autres messages de ce genre: rien n'en est appris, les réponses sont comptées, rumeurs seules et avec variantes."`
	Out       string `required:"" placeholder:"FILE" help:"La table de poids à écrire."`
}

// Help is printed under the flags.
func (matchTrainCmd) Help() string {
	return `Imprime d'abord ce que vaudrait la table sur des rumeurs qu'elle n'a pas vues, pli par pli, puis apprend sur tout. Les mêmes fichiers donnent
la même table, au chiffre près. Il faut au moins 30 messages dont la rumeur est connue, dans au moins 2 plis.

Par exemple: tinye match train --posts posts.tsv --claims claims.tsv --qrels qrels.tsv --out weights.json`
}

// Run learns and writes the table.
func (c matchTrainCmd) Run(ctx context.Context, std streams) error {
	if err := notAnInput(c.Out, c.Posts, c.Claims, c.Qrels, c.Noise, c.Unrelated); err != nil {
		return err
	}
	train := lab.Train{
		Lang: matchLang(c.Lang), Posts: c.Posts, Claims: c.Claims, Qrels: c.Qrels, Noise: c.Noise, Unrelated: c.Unrelated,
		Workers: runtime.GOMAXPROCS(0), Report: std.out,
	}
	table, err := train.Run()
	if err != nil {
		return err
	}
	if err := writeWhole(ctx, c.Out, func(f *os.File) error { _, err := f.Write(table); return err }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "\n%s: %d octets.\n", c.Out, len(table))
	return err
}
