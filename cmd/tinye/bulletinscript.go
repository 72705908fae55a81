package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/locales"
)

type bulletinScript struct {
	bulletinRef
	Lang    string             `required:"" placeholder:"LANG" help:"fra (fr) ou bam (bm)."`
	Channel bot.VariantChannel `default:"radio" enum:"radio,read_aloud,relay" placeholder:"CHANNEL" help:"radio, read_aloud (pour qui lit aux autres) ou relay (pour les ambassadeurs)."`
	Out     string             `required:"" placeholder:"FILE" help:"Un fichier qui n'existe pas encore, comme radio.html. Un navigateur l'imprime."`
}

// Run writes a script to a page that needs nothing else.
func (c *bulletinScript) Run(ctx context.Context, std streams) error {
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà: choisissez un autre nom", oneLine(c.Out))
	}
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être écrit.", oneLine(c.Out)), err: err}
	}
	var s admin.Script
	var wrote error
	d := c.deskFlags
	d.JSON = false // the file is what is wanted
	q := admin.AskScript{By: c.by(), Ref: c.Ref, Lang: c.Lang, Channel: c.Channel}
	err = d.show(ctx, std, "/bulletin/script", q, &s, func(p *page) {
		if wrote = p.script(f, s); wrote == nil {
			p.line("Script écrit dans %s. Une fois lu, notez-le: tinye bulletin aired %s --lang %s --channel %s --where \"Radio …\"", oneLine(c.Out), s.Ref, s.Lang, s.Channel)
		}
	})
	if err = errors.Join(err, wrote, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	return nil
}

//go:embed bulletinscript.html
var scriptPage string

// scriptPaper is what stands on the page.
type scriptPaper struct {
	admin.Script
	Tag                          string // the language of the text, for the browser
	What, In, Date, Until, Verif string
	Paragraphs                   []string
	Correction                   bool
}

// script writes the page of a script: the approved words, with what a reader must know of them.
func (p *page) script(w io.Writer, s admin.Script) error {
	t, err := template.New("script").Parse(scriptPage)
	if err != nil {
		return fmt.Errorf("script: %w", err)
	}
	paper := scriptPaper{
		Script: s, Tag: s.Lang.Short(), What: p.worded("state.variant.", string(s.Channel)), In: p.lang(s.Lang),
		Date: locales.Date(s.Approved, p.zone), Until: p.at(s.ExpiresAt), Correction: s.Corrects != "",
	}
	for line := range strings.SplitSeq(printable(string(s.Text)), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			paper.Paragraphs = append(paper.Paragraphs, line)
		}
	}
	var ways []string
	if s.SMSNumber != "" {
		ways = append(ways, "SMS au "+s.SMSNumber)
	} else {
		ways = append(ways, "SMS")
	}
	paper.Verif = strings.Join(ways, ", ") + ": VERIF " + string(s.Ref)
	if s.Code != "" {
		paper.Verif += "; ou composer " + s.Code + ", 2, chercher " + string(s.Ref)
	}
	if err := t.Execute(w, paper); err != nil {
		return fmt.Errorf("script: %w", err)
	}
	return nil
}

type bulletinAired struct {
	bulletinRef
	Lang    string             `placeholder:"LANG" help:"Dans quelle langue; sans cela, la première du site."`
	Channel bot.VariantChannel `default:"radio" enum:"radio,read_aloud,relay" placeholder:"CHANNEL" help:"radio, read_aloud ou relay."`
	Where   string             `required:"" placeholder:"TEXT" help:"La station ou l'occasion, comme \"Radio Hannibal\"; aucun nom de personne."`
	At      string             `placeholder:"TIME" help:"Quand: \"2026-03-12 18:00\"; sans cela, maintenant."`
}

// Run notes that a script was read.
func (c *bulletinAired) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	q := admin.AirBulletin{By: c.by(), Ref: c.Ref, Lang: c.Lang, Channel: c.Channel, Where: c.Where, At: c.At}
	return c.show(ctx, std, "/bulletin/aired", q, &b, func(p *page) {
		p.line("Bulletin %s: lectures et relais notés: %d.", b.Ref, len(b.Aired))
		if b.State == bot.BulletinWithdrawn || b.Corrected != "" || b.Over || b.Fell != "" {
			p.line("Attention: ce bulletin ne vaut plus (%s). Ne le faites plus lire.", p.bulletinState(b.BulletinRow))
		}
	})
}
