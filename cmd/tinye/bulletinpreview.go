package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

type bulletinPreview struct {
	deskFlags
	Ref string `arg:"" help:"La référence du bulletin."`
}

// Help says what is counted.
func (bulletinPreview) Help() string {
	return `Combien de personnes recevraient le bulletin s'il partait maintenant, par langue et par lieu; qui est laissé de côté et pourquoi; les
parties et leur prix (celui des passerelles dans la configuration); et quand partirait le dernier message, au rythme des passerelles et
hors des heures de silence. Rien n'est envoyé. L'heure est une estimation: comme si rien d'autre ne partait, sans panne ni pause.`
}

// Run shows what a run would be.
func (c *bulletinPreview) Run(ctx context.Context, std streams) error {
	shown, zone, err := c.preview(ctx, std, c.Ref)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(std.out).Encode(shown)
	}
	return c.printPreview(std, shown, zone)
}

// preview asks for a preview, and shows how far the counting is.
func (d deskFlags) preview(ctx context.Context, std streams, ref string) (admin.Preview, string, error) {
	b := newBar(std.err)
	defer b.end()
	response, err := d.post(ctx, "/bulletin/preview", admin.AskPreview{By: d.by(), Ref: ref})
	if err != nil {
		return admin.Preview{}, "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
		if err != nil {
			return admin.Preview{}, "", d.unreachable(err)
		}
		return admin.Preview{}, "", refusal(body)
	}
	for in := json.NewDecoder(response.Body); ; {
		var step admin.PreviewStep
		if err := in.Decode(&step); err != nil {
			return admin.Preview{}, "", &sentenceError{sentence: "L'aperçu n'est pas arrivé jusqu'au bout. Recommencez.", err: errors.Join(err, io.ErrUnexpectedEOF)}
		}
		if step.Preview != nil {
			return *step.Preview, response.Header.Get(admin.ZoneHeader), nil
		}
		b.show(0, 0, fmt.Sprintf("personnes regardées: %d", step.Looked))
	}
}

func (d deskFlags) printPreview(std streams, shown admin.Preview, zone string) error {
	width := d.Width
	if width <= 0 {
		width = terminalWidth(std)
	}
	p, err := newPage(width)
	if err != nil {
		return err
	}
	if site, err := time.LoadLocation(zone); err == nil && zone != "" {
		p.zone = site
	}
	p.previewed(shown)
	return p.writeTo(std.out)
}

// confirmed shows the preview and asks whether to send; its error says that nothing was sent.
func (d deskFlags) confirmed(ctx context.Context, std streams, ref string) error {
	shown, zone, err := d.preview(ctx, std, ref)
	if err != nil {
		return err
	}
	asking := std
	asking.out = std.err // with --json the answer alone is on the output
	if err := d.printPreview(asking, shown, zone); err != nil {
		return err
	}
	if _, err := fmt.Fprint(std.err, "\nEnvoyer maintenant? Tapez oui: "); err != nil {
		return err
	}
	typed, err := bufio.NewReader(io.LimitReader(std.in, 100)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(typed), "oui") {
		return errors.New("rien n'est parti (pour envoyer sans question: --yes)")
	}
	return nil
}

func (p *page) previewed(v admin.Preview) {
	if v.Ref == "" {
		p.line("Aperçu de la demande d'accord. Rien n'est parti de cet aperçu.")
	} else {
		p.line("Aperçu du bulletin %s. Rien n'est parti.", v.Ref)
	}
	if v.Draft {
		p.say("Ses textes ne sont pas tous approuvés: ils sont comptés tels qu'ils sont.")
	}
	people := strconv.Itoa(v.People)
	if v.AtMost {
		people = "au plus " + people + " (qui l'a eu plusieurs fois n'est prévenu qu'une fois)"
	}
	p.field("Personnes", people)
	for _, t := range v.Texts {
		words := fmt.Sprintf("%s, %s", partsWord(t.Parts), encoding(admin.Measure{Encoding: t.Encoding}))
		if t.Fallback {
			words += "; aussi pour qui n'a pas de texte dans sa langue"
		}
		p.field("Texte "+p.lang(t.Lang), words)
		p.wrapped("  ", oneLine(string(t.Text)), "  ")
	}
	if v.Kind == bot.BulletinAlert || v.Kind.Lane() == bot.LaneCorrection {
		p.say("Les alertes, corrections et retraits partent aussi à qui a déjà ses bulletins de la semaine.")
	}
	p.field("Parts", fmt.Sprintf("%d, %s", v.Parts, costWord(v)))
	if v.UCS2 > 0 {
		p.field("UCS-2", fmt.Sprintf("%d %% des personnes: leur texte a une lettre qui le rend plus cher", v.UCS2))
	}
	p.previewTime(v)
	p.line("")
	var rows [][]string
	for _, c := range v.Cells {
		row := []string{p.lang(c.Lang), c.Place, c.N.String()}
		if c.Others {
			row[0], row[1] = "autres", "petits nombres ensemble"
		}
		rows = append(rows, row)
	}
	p.table("Personne ne le recevrait.", []string{"LANGUE", "LIEU", "PERSONNES"}, rows)
	p.leftOut(v)
	if len(v.Gateways) < 2 {
		return
	}
	rows = nil
	for _, g := range v.Gateways {
		price := "prix inconnu"
		if g.Price > 0 {
			price = fmt.Sprintf("%d XOF", g.Price*g.Parts)
		}
		rows = append(rows, []string{g.Name, strconv.Itoa(g.People), strconv.Itoa(g.Parts), price, p.at(g.Time.Ends)})
	}
	p.line("")
	p.table("", []string{"PASSERELLE", "PERSONNES", "PARTS", "COÛT", "FINI"}, rows)
}

// previewTime says when it would begin and end, and what does not fit.
func (p *page) previewTime(v admin.Preview) {
	t := v.Time
	if v.People == 0 {
		return
	}
	p.field("Départ", p.at(t.Starts))
	switch {
	case t.Unsent > 0 && t.Far:
		p.field("Fin", fmt.Sprintf("dans plus de trois mois: %d parts ne seraient pas parties. Réduisez l'audience, ou prenez une passerelle plus rapide", t.Unsent))
	case t.Unsent > 0:
		p.field("Fin", fmt.Sprintf("trop tard: à son expiration, le %s, %d parts ne seraient pas parties", p.at(v.ExpiresAt), t.Unsent))
	default:
		p.field("Fin", "vers le "+p.at(t.Ends)+" (estimation)")
	}
	switch {
	case v.Urgent:
		p.field("Nuit", "part aussi aux heures calmes")
	case !t.HeldFrom.IsZero():
		p.field("Nuit", fmt.Sprintf("retenu aux heures calmes, d'abord du %s au %s", p.at(t.HeldFrom), p.at(t.HeldTo)))
	}
}

// leftOut says who would not get it, and whose message may wait.
func (p *page) leftOut(v admin.Preview) {
	var rows [][]string
	for _, reason := range slices.Sorted(maps.Keys(v.LeftOut)) {
		rows = append(rows, []string{"laissé de côté", v.LeftOut[reason].String(), p.reason(reason)})
	}
	for _, x := range []struct {
		n    admin.Few
		what string
	}{
		{v.Fell, "reçoivent le texte d'une autre langue"},
		{v.MaybeStop, "ont peut-être écrit STOP: quelqu'un regarde d'abord"},
		{v.Capped, "ont déjà leurs bulletins de la semaine"},
	} {
		if x.n != 0 {
			rows = append(rows, []string{"parmi elles", x.n.String(), x.what})
		}
	}
	if len(rows) > 0 {
		p.line("")
		p.table("", []string{"QUI", "NOMBRE", "RAISON"}, rows)
	}
}

// digestTexts prints the texts of a digest: nobody wrote them as they stand, so whoever approves them reads them here.
func (p *page) digestTexts(head string, texts []admin.PreviewText) {
	if len(texts) == 0 {
		return
	}
	p.line("")
	p.line("%s", head)
	for _, t := range texts {
		p.field("En "+p.lang(t.Lang), partsWord(t.Parts))
		p.wrapped("  ", oneLine(string(t.Text)), "  ")
	}
}

// digestNow prints what a digest would say now.
func (p *page) digestNow(kind bot.BulletinKind, texts []admin.PreviewText) {
	if kind == bot.BulletinDigest && len(texts) == 0 {
		p.line("Le résumé n'a rien à dire maintenant: aucune réponse nouvelle pour son audience.")
	}
	p.digestTexts("S'il partait maintenant, le résumé dirait:", texts)
}

func partsWord(n int) string {
	if n == 1 {
		return "1 part"
	}
	return strconv.Itoa(n) + " parts"
}

// costWord is what a preview's parts cost, as far as the configuration says it.
func costWord(v admin.Preview) string {
	switch {
	case v.Unpriced && v.XOF == 0:
		return "coût inconnu (price de la passerelle)"
	case v.Unpriced:
		return fmt.Sprintf("au moins %d XOF: une passerelle n'a pas de prix", v.XOF)
	}
	return fmt.Sprintf("%d XOF", v.XOF)
}
