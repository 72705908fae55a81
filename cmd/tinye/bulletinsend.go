package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"tinye/bot"
	"tinye/bot/admin"
)

type bulletinSend struct {
	deskFlags
	Ref    string `arg:"" help:"La référence du bulletin."`
	Follow bool   `help:"Regarder jusqu'à ce que tout soit parti. Ctrl-C arrête de regarder, pas d'envoyer."`
	Yes    bool   `help:"Envoyer sans l'aperçu ni la question."`
}

// Run begins the run of a bulletin and shows how it goes on until everybody has a row.
func (c *bulletinSend) Run(ctx context.Context, std streams) error {
	if !c.Yes {
		if err := c.confirmed(ctx, std, c.Ref); err != nil {
			return err
		}
	}
	name := admin.NameRun{By: c.by(), Ref: c.Ref}
	var r admin.Run
	if err := c.answer(ctx, "/bulletin/send", name, &r); err != nil {
		return err
	}
	again := r.Again
	// A later press may have begun another run meanwhile: this one is named by its id.
	name.Ref = r.ID.String()
	watched, err := c.watch(ctx, std, name, &r)
	if err != nil {
		return err
	}
	if !watched {
		_, err := fmt.Fprintf(std.out, "L'envoi continue sans vous. Où il en est: tinye broadcast show %s\n", c.Ref)
		return err
	}
	return c.show(ctx, std, "/broadcast/show", admin.ShowBroadcast{NameRun: name}, &r, func(p *page) {
		if again {
			p.line("Ce bulletin a déjà été envoyé: rien ne part une seconde fois. Voici son envoi.")
		}
		p.run(r)
	})
}

const (
	watchEvery = time.Second
	// barWidth is how many characters a bar has.
	barWidth = 30
)

// watch asks for the walk until everybody has a row and, with --follow, looks on until nothing is to leave any more. watched is false
// where somebody interrupted it.
func (c *bulletinSend) watch(ctx context.Context, std streams, name admin.NameRun, r *admin.Run) (watched bool, err error) {
	b := newBar(std.err)
	defer b.end()
	for r.State == bot.BroadcastQueueing {
		b.show(r.Walked, 100, fmt.Sprintf("mis en file: %d, laissés de côté: %d", r.People, r.Looked-r.People))
		if err := c.renew(ctx, "/broadcast/walk", name, r); err != nil {
			return false, orInterrupted(ctx, err)
		}
	}
	for c.Follow && !r.State.Ended() {
		what := fmt.Sprintf("remis: %d, à partir: %d", r.Handed, r.Open)
		if r.State == bot.BroadcastPaused {
			what += ", en pause"
		}
		b.show(r.People-r.Open, r.People, what)
		select {
		case <-ctx.Done():
			return false, nil
		case <-time.After(watchEvery):
		}
		if err := c.renew(ctx, "/broadcast/show", admin.ShowBroadcast{NameRun: name}, r); err != nil {
			return false, orInterrupted(ctx, err)
		}
	}
	return true, nil
}

// renew asks how a run stands now. Nothing of what r said before is left in it.
func (c *bulletinSend) renew(ctx context.Context, path string, question any, r *admin.Run) error {
	var now admin.Run
	err := c.answer(ctx, path, question, &now)
	if err == nil {
		*r = now
	}
	return err
}

// orInterrupted is nil where somebody stopped watching: the sending is not theirs to stop so.
func orInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// answer asks the running hotline and reads its answer; a refusal is the error.
func (d deskFlags) answer(ctx context.Context, path string, question, answer any) error {
	status, _, body, err := d.ask(ctx, path, question)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return refusal(body)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("la réponse de Tinye n'est pas lisible: %w", err)
	}
	return nil
}

// bar is a line that is written anew again and again, on a terminal alone.
type bar struct {
	out   io.Writer
	wrote bool
}

func newBar(out io.Writer) *bar {
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &bar{out: out}
	}
	return &bar{out: io.Discard}
}

// show draws the bar at done of so many, with words behind it. That a terminal cannot be written to is no reason to stop.
func (b *bar) show(done, of int, words string) {
	full := barWidth
	if of > 0 {
		full = min(barWidth, barWidth*done/of)
	}
	fmt.Fprintf(b.out, "\r[%s%s] %s\x1b[K", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), words)
	b.wrote = true
}

// end takes the bar away.
func (b *bar) end() {
	if b.wrote {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}

type bulletinPause struct {
	deskFlags
	Ref string `arg:"" help:"La référence du bulletin."`
}

// Run holds a run.
func (c *bulletinPause) Run(ctx context.Context, std streams) error {
	var r admin.Run
	return c.show(ctx, std, "/bulletin/pause", admin.NameRun{By: c.by(), Ref: c.Ref}, &r, func(p *page) {
		p.line("L'envoi du bulletin %s est en pause: rien de lui ne part plus.", c.Ref)
		p.line("Pour continuer: tinye bulletin resume %s. Il expire le %s.", c.Ref, p.at(r.ExpiresAt))
		p.run(r)
	})
}

type bulletinResume struct {
	deskFlags
	Ref string `arg:"" help:"La référence du bulletin."`
}

// Run lets a run go on.
func (c *bulletinResume) Run(ctx context.Context, std streams) error {
	var r admin.Run
	return c.show(ctx, std, "/bulletin/resume", admin.NameRun{By: c.by(), Ref: c.Ref}, &r, func(p *page) {
		p.line("L'envoi du bulletin %s continue.", c.Ref)
		p.run(r)
	})
}
