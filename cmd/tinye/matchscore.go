package main

import (
	"fmt"

	"tinye/bot/match/lab"
)

type matchScoreCmd struct {
	Qrels   string `required:"" placeholder:"QRELS" help:"Ce qui est juste: query_id (ou post_id), claim_id, séparés par une tabulation."`
	Known   string `required:"" placeholder:"RUN" help:"Écrit par tinye match eval, les rumeurs étant dans la base."`
	Unknown string `placeholder:"RUN" help:"Écrit par tinye match eval --drop-gold, ou avec des messages qui ne disent aucune rumeur: toute réponse y est fausse."`
	All     bool   `help:"Compter comme non trouvés les messages des qrels qui manquent dans --known."`
}

// Help is printed under the flags.
func (matchScoreCmd) Help() string {
	return `Imprime MAP@5, MRR et P@1 (l'ordre de ce qui est trouvé), precision (les réponses justes parmi celles données, dans les deux
fichiers), recall (les messages qui ont reçu la bonne réponse) et false answers (les messages dont la rumeur n'est pas connue et qui en
ont reçu une), avec leur intervalle à 95 %: de Wilson pour une part, par tirages pour une moyenne. Les messages des qrels qui manquent
dans --known sont comptés et dits; ils n'entrent dans les chiffres qu'avec --all.

Par exemple: tinye match score --qrels qrels.tsv --known connu.jsonl --unknown inconnu.jsonl`
}

// Run prints a line for each figure.
func (c matchScoreCmd) Run(std streams) error {
	gold, err := lab.ReadQrels(c.Qrels)
	if err != nil {
		return err
	}
	known, err := lab.ReadRun(c.Known)
	if err != nil {
		return err
	}
	var unknown []lab.Line
	if c.Unknown != "" {
		if unknown, err = lab.ReadRun(c.Unknown); err != nil {
			return err
		}
	}
	scores, err := lab.Score(gold, known, unknown, c.All, func(sentence string) { fmt.Fprintln(std.err, sentence) })
	if err != nil {
		return err
	}
	return scores.Print(std.out)
}
