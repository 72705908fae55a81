package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"

	"tinye/bot/admin"
)

type exportCmd struct {
	File    exportFile    `cmd:"" default:"withargs" help:"Écrire les lignes d'une période dans un fichier."`
	Approve exportApprove `cmd:"" help:"Accepter, en seconde personne, un export avec textes masqués."`
}

// Help documents the file.
func (exportCmd) Help() string {
	return `Chaque ligne du fichier est un objet JSON avec son kind: export (l'en-tête), rumour, report, event, total, end (avec le nombre
de lignes qui précèdent). Les heures sont en UTC; un jour donné par --since ou --until est un jour du site. Les rumeurs sont
celles où quelque chose s'est passé dans la période: ref, state, verdict, theme, areas, risk, flags, hate, intent, reports et
checks (des comptes), des moments, et pour ce qui est public le texte des réponses. Les signalements sont ceux qui y sont venus:
ref, state, label, channel, lang, theme, place, rumour, des moments, count (nombre de textes), match (comment une rumeur a été
reconnue: method, rumour, permille, weights, given_at). Les events sont ce que des
personnes ont fait: epoch, seq, at, actor, role, via, event, key, reason. Les lieux sont des régions et des cercles, avec scheme,
code, level et name. Un total a n, ou few pour 1 à 4.

Il n'y a ni numéro, ni contact, ni texte de personne, et les signalements d'abus sont seulement comptés. Avec --texts, les
signalements ont said et les rumeurs leur claim, noms, numéros et lieux exacts masqués, et le fichier ne s'ouvre qu'avec la clé
de --to; une seconde personne approuve avec le jeton imprimé, et qui a demandé prend le fichier avec --token. Il s'ouvre par
age -d -i FICHIER-CLE. Les options: tinye export file --help.`
}

type exportFile struct {
	deskFlags
	Out   string `placeholder:"FILE" help:"Un fichier qui n'existe pas encore."`
	Since string `placeholder:"DAY" help:"À partir de ce jour: 2026-03-01, ou d'un moment comme 2026-03-01T06:00:00Z. Sans lui, depuis le début."`
	Until string `placeholder:"DAY" help:"Ce jour compris, ou avant ce moment. Sans lui, jusqu'à maintenant."`
	Texts bool   `help:"Demander aussi les textes masqués: il faut deux personnes et --to."`
	To    string `placeholder:"age1…" help:"La clé publique age qui ouvre un fichier avec textes."`
	Token string `placeholder:"TOKEN" help:"Prendre l'export avec textes que quelqu'un d'autre a approuvé."`
}

// Run writes an export, or asks for leave to write one with texts.
func (c *exportFile) Run(ctx context.Context, std streams) error {
	since, err := when(c.Since)
	if err != nil {
		return err
	}
	until, err := when(c.Until)
	if err != nil {
		return err
	}
	switch {
	case c.Texts && c.Token == "":
		return c.askTexts(ctx, std, since, until)
	case c.Token == "" && c.To != "":
		return errors.New("--to ne sert qu'avec --texts: sans textes, le fichier n'est pas chiffré")
	case c.Token != "" && (c.Since != "" || c.Until != "" || c.To != ""):
		return errors.New("avec --token, la période et la clé sont celles qui ont été approuvées")
	case c.Out == "":
		return errors.New("nommez le fichier avec --out")
	}
	return c.writeFile(ctx, std, admin.Export{By: c.by(), Since: since, Until: until, Token: c.Token})
}

// askTexts asks for leave and prints the token.
func (c *exportFile) askTexts(ctx context.Context, std streams, since, until admin.When) error {
	var asked admin.ExportAsked
	q := admin.AskExport{By: c.by(), Since: since, Until: until, To: c.To}
	return c.show(ctx, std, "/export/ask", q, &asked, func(p *page) {
		p.line("Rien n'est écrit encore: une autre personne doit approuver, avant le %s:", p.at(asked.GoodUntil))
		p.line("  tinye export approve %s --as SON-COMPTE", asked.Token)
		p.line("Ensuite, vous prenez le fichier, une fois:")
		p.line("  tinye export --token %s --out %s --as %s", asked.Token, cmp.Or(oneLine(c.Out), "FICHIER"), asked.AskedBy)
		p.line("Seule la clé privée de %s l'ouvre. Les textes y sont masqués.", asked.To)
	})
}

// writeFile fetches the lines into a new file; a file that is not whole is removed.
func (c *exportFile) writeFile(ctx context.Context, std streams, q admin.Export) error {
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà: choisissez un autre nom", oneLine(c.Out))
	}
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être écrit.", oneLine(c.Out)), err: err}
	}
	err = c.fetch(ctx, "/export", q, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	if c.JSON {
		return nil
	}
	_, err = fmt.Fprintf(std.out, "Export écrit dans %s.\n", oneLine(c.Out))
	return err
}

// fetch copies an answer that is written piece by piece, and fails unless all of it came.
func (d deskFlags) fetch(ctx context.Context, path string, question any, into io.Writer) error {
	response, err := d.post(ctx, path, question)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
		if err != nil {
			return d.unreachable(err)
		}
		return refusal(body)
	}
	_, err = io.Copy(into, response.Body)
	if err == nil && response.Trailer.Get(admin.WholeTrailer) == "" {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return &sentenceError{sentence: "L'export n'est pas arrivé jusqu'au bout, et le fichier est retiré. Recommencez.", err: err}
	}
	return nil
}

type exportApprove struct {
	deskFlags
	Token string `arg:"" help:"Le jeton montré à la première personne."`
}

// Run approves an export with texts.
func (c *exportApprove) Run(ctx context.Context, std streams) error {
	var asked admin.ExportAsked
	return c.show(ctx, std, "/export/approve", admin.ApproveExport{By: c.by(), Token: c.Token}, &asked, func(p *page) {
		p.line("Vous avez approuvé l'export de %s, avec les textes masqués.", asked.AskedBy)
		p.field("Du", p.at(asked.Since))
		p.field("Au", p.at(asked.Until))
		p.field("Clé", asked.To)
		p.line("%s peut le prendre une fois, avant le %s.", asked.AskedBy, p.at(asked.GoodUntil))
	})
}
