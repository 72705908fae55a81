package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"

	"tinye/bot/match"
	"tinye/bot/match/lab"
)

type matchEvalCmd struct {
	Lang     string `required:"" enum:"fra,eng,bam" placeholder:"LANG" help:"La langue des fichiers: fra, bam, ou eng pour comparer à ce qui est publié."`
	Claims   string `required:"" placeholder:"FILE" help:"Les rumeurs: claim_id, claim, et title s'il y en a, séparés par des tabulations."`
	Variants string `placeholder:"FILE" help:"Des messages dont on sait quelle rumeur ils disent: claim_id, text, et query_id s'il est aussi demandé; il est alors laissé de côté."`
	Queries  string `required:"" placeholder:"FILE" help:"Les messages à reconnaître: query_id (ou post_id, ou id), text."`
	DropGold string `placeholder:"QRELS" help:"Enlever d'abord les rumeurs de chaque message et leurs variantes: query_id (ou post_id), claim_id."`
	Weights  string `placeholder:"FILE" help:"Des poids de tinye match train; sans cette option, ceux du programme."`
	Out      string `required:"" placeholder:"RUN" help:"Le fichier à écrire: un objet JSON par ligne, un message par ligne."`
}

// Help is printed under the flags.
func (matchEvalCmd) Help() string {
	return `Une première ligne qui nomme les colonnes est permise, d'autres colonnes aussi. Chaque ligne écrite porte query_id, results (20 rumeurs
au plus, avec leur score), answer (la rumeur dont la réponse partirait aussitôt, ou null) et confidence. Ce qui a été fait est dit en une ligne, à part.

Par exemple: tinye match eval --lang fra --claims claims.tsv --queries posts.tsv --out connu.jsonl`
}

// Run asks with as many processors as there are.
func (c matchEvalCmd) Run(ctx context.Context, std streams) error {
	if err := notAnInput(c.Out, c.Claims, c.Variants, c.Queries, c.DropGold, c.Weights); err != nil {
		return err
	}
	weights, err := matchWeights(c.Weights)
	if err != nil {
		return err
	}
	var done lab.Done
	if lang := matchLang(c.Lang); lang == english {
		// Nobody texts in it: what was learned on French is tried as it is.
		tried := *weights
		tried.Langs = append(slices.Clone(weights.Langs), lang)
		weights = &tried
	}
	eval := lab.Eval{
		Lang: matchLang(c.Lang), Options: match.Options{Weights: weights},
		Claims: c.Claims, Variants: c.Variants, Queries: c.Queries, DropGold: c.DropGold, Workers: runtime.GOMAXPROCS(0),
		Said: func(sentence string) { fmt.Fprintln(std.err, sentence) },
		Done: func(d lab.Done) { done = d },
	}
	err = writeWhole(ctx, c.Out, func(f *os.File) error {
		out := bufio.NewWriter(f)
		if err := eval.Run(out); err != nil {
			return err
		}
		return out.Flush()
	})
	if err == nil {
		fmt.Fprintf(std.err, "%s: messages %d, rumeurs %d; réponses qui seraient parties tout de suite: %d.\n", c.Out, done.Asked, done.Claims, done.Answered)
	}
	return err
}

// matchWeights reads a weights table, or gives the one that is built in.
func matchWeights(path string) (*match.Weights, error) {
	if path == "" {
		return match.Shipped()
	}
	table, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	weights, err := match.ParseWeights(table)
	if err != nil {
		return nil, &sentenceError{sentence: fmt.Sprintf("Le fichier %s n'est pas une table de poids de tinye match train: %v.", path, err), err: err}
	}
	return weights, nil
}
