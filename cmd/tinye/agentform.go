package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"strings"

	"tinye/bot/admin"
)

//go:embed agentform.html
var formFiles embed.FS

type agentForm struct {
	deskFlags
	Agent string `arg:"" help:"L'agent ou l'événement."`
	Out   string `required:"" placeholder:"FILE" help:"Où l'écrire: FICHIER.html à imprimer depuis un navigateur, un autre nom pour du texte simple."`
	Rows  int    `default:"12" help:"Pour combien de personnes, 60 au plus."`
}

const mostFormRows = 60

// Run writes a paper form.
func (c *agentForm) Run(ctx context.Context, std streams) error {
	if c.Rows < 1 || c.Rows > mostFormRows {
		return &exitError{exitConfig, fmt.Errorf("--rows: de 1 à %d personnes", mostFormRows)}
	}
	var f admin.PaperForm
	var text strings.Builder
	var written error
	err := c.show(ctx, std, "/agent/form", admin.AgentForm{By: c.by(), Agent: c.Agent}, &f, func(p *page) {
		if strings.HasSuffix(strings.ToLower(c.Out), ".html") {
			written = writeFormHTML(&text, f, c.Rows)
		} else {
			writeFormText(&text, f, c.Rows)
		}
		if written == nil {
			written = createFile(c.Out, text.String())
		}
		if written == nil {
			p.line("Fiche écrite dans %s: %d personnes, code %s, %s.", oneLine(c.Out), c.Rows, f.Code, days(admin.CodeRow{From: f.From, Until: f.Until}))
			p.line("Une fois saisie, détruisez-la: elle porte des numéros.")
		}
	})
	return errors.Join(err, written)
}

// createFile writes a new file that only its owner reads.
func createFile(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà: choisissez un autre nom", oneLine(name))
	}
	if err == nil {
		_, err = io.WriteString(f, text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être écrit.", oneLine(name)), err: err}
	}
	return nil
}

// writeFormHTML writes a page that holds all it needs, to be printed on A4.
func writeFormHTML(w io.Writer, f admin.PaperForm, rows int) error {
	t, err := template.ParseFS(formFiles, "agentform.html")
	if err != nil {
		return fmt.Errorf("form: %w", err)
	}
	return t.Execute(w, struct {
		admin.PaperForm
		Days string
		Rows []int
		Ages []string
	}{f, days(admin.CodeRow{From: f.From, Until: f.Until}), make([]int, rows), formAges()})
}

// formAges are the age bands of the form. Nobody under 15 is taken down.
func formAges() []string { return []string{"15-17", "18-24", "25-29", "30-35", "36+"} }

// writeFormText writes the same for a printer without a browser.
func writeFormText(w io.Writer, f admin.PaperForm, rows int) {
	fmt.Fprintf(w, "%s  %s  %s\n\nCODE %s, %s\n\n", f.Service, f.Agent, f.Place, f.Code, days(admin.CodeRow{From: f.From, Until: f.Until}))
	fmt.Fprintln(w, "Aucun nom, jamais. Lisez ce texte à voix haute; sans OUI, n'écrivez rien:")
	for _, l := range f.Langs {
		if l.Text != "" {
			fmt.Fprintf(w, "\n[%s] %s  %s / %s\n", l.Name, l.Text, l.Yes, l.No)
		}
	}
	fmt.Fprintf(w, "\n(texte %s) Pas d'inscription avant 15 ans.\n\n", f.Version)
	for i := range rows {
		fmt.Fprintf(w, "%2d  Numéro  __ __ __ __   [ ] OUI", i+1)
		for _, age := range formAges() {
			fmt.Fprintf(w, "  [ ] %s", age)
		}
		fmt.Fprint(w, "\n    [ ] femme  [ ] homme  [ ] autre, ne dit pas ")
		for _, l := range f.Langs {
			fmt.Fprintf(w, "  [ ] %s", l.Name)
		}
		fmt.Fprint(w, "\n\n")
	}
	fmt.Fprintln(w, "Saisir le jour même: INSCRIRE 76123456 bm F 18-24, ou le menu de l'agent. La personne répond OUI elle-même au SMS.")
	fmt.Fprintln(w, "APRÈS LA SAISIE, DÉTRUIRE CETTE FEUILLE (déchirer, brûler). Ne pas la photographier.")
}
