package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"tinye/bot/admin"
)

//go:embed cohortnotice.html
var noticeFiles embed.FS

type cohortNotice struct {
	deskFlags
	Name string `arg:"" help:"La cohorte."`
	Lang string `required:"" placeholder:"LANG" help:"fra ou bam."`
	Out  string `required:"" placeholder:"FILE" help:"Où l'écrire: FICHIER.html à imprimer depuis un navigateur, un autre nom pour du texte simple."`
}

// Run writes a public notice.
func (c *cohortNotice) Run(ctx context.Context, std streams) error {
	var n admin.NoticeText
	var text strings.Builder
	var written error
	err := c.show(ctx, std, "/cohort/notice", admin.NoticeOf{By: c.by(), Name: c.Name, Lang: c.Lang}, &n, func(p *page) {
		for i, g := range n.Groups {
			of, count, _ := strings.Cut(g, ": ")
			n.Groups[i] = p.group(of) + ": " + count
		}
		if strings.HasSuffix(strings.ToLower(c.Out), ".html") {
			written = writeNoticeHTML(&text, n)
		} else {
			writeNoticeText(&text, n)
		}
		if written == nil {
			written = createFile(c.Out, text.String())
		}
		if written == nil {
			p.line("Avis public de %s écrit dans %s. Affichez-le là où les gens passent; il ne porte aucun nom.", n.Name, oneLine(c.Out))
			if n.Lang != "fra" {
				p.say("Les titres de l'avis sont en français: faites-les traduire à la main avant d'afficher.")
			}
		}
	})
	return errors.Join(err, written)
}

// noticePage is what the template reads.
type noticePage struct {
	admin.NoticeText
	Span, Until     string
	CriteriaL, Apps []string
}

func pageOf(n admin.NoticeText) noticePage {
	return noticePage{NoticeText: n, Span: span(n.Starts, n.Ends), Until: day(n.SelectBy), CriteriaL: lines(n.Criteria), Apps: lines(n.Apply)}
}

// lines are the lines of a text that are not empty.
func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// writeNoticeHTML writes a page that holds all it needs, to be printed on A4.
func writeNoticeHTML(w io.Writer, n admin.NoticeText) error {
	t, err := template.ParseFS(noticeFiles, "cohortnotice.html")
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	return t.Execute(w, pageOf(n))
}

// writeNoticeText writes the same for a printer without a browser.
func writeNoticeText(w io.Writer, n admin.NoticeText) {
	p := pageOf(n)
	fmt.Fprintf(w, "%s\nAVIS PUBLIC: choix des ambassadeurs %s\n", n.Service, n.Name)
	if n.Title != "" {
		fmt.Fprintf(w, "%s\n", n.Title)
	}
	fmt.Fprintf(w, "\n%d places, %s\n", n.Seats, p.Span)
	for _, place := range n.Places {
		fmt.Fprintf(w, "  %s\n", place)
	}
	if len(n.Groups) > 0 {
		fmt.Fprintf(w, "\nAu moins: %s\n", strings.Join(n.Groups, ", "))
	}
	fmt.Fprint(w, "\nComment on choisit\n")
	for _, line := range p.CriteriaL {
		fmt.Fprintf(w, "  %s\n", line)
	}
	fmt.Fprint(w, "\nComment se présenter\n")
	for _, line := range p.Apps {
		fmt.Fprintf(w, "  %s\n", line)
	}
	if p.Until != "" {
		fmt.Fprintf(w, "  Jusqu'au %s.\n", p.Until)
	}
	fmt.Fprint(w, "\nOn ne demande ni argent, ni ethnie, ni religion, ni parti. Personne n'est obligé de dire son origine, sa situation ou un handicap.\n"+
		"Dès 15 ans; avant 18 ans, avec l'accord d'un parent ou tuteur. Les noms des personnes choisies ne sont pas affichés.\n")
}
