package main

import (
	"context"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage/bolt"
)

type peopleCmd struct {
	Show   peopleShow   `cmd:"" help:"Ce qui est gardé d'un numéro: états, dates et références. Chaque lecture est notée."`
	Forget peopleForget `cmd:"" help:"Oublier une personne qui le demande, comme EFFACER. Sans retour."`
	Maybe  peopleMaybe  `cmd:"" help:"Ceux dont les mots veulent peut-être dire STOP: les lister, ou décider."`
	Lang   peopleLang   `cmd:"" help:"Noter la langue qu'une personne demande, par exemple en appelant."`
	Import peopleImport `cmd:"" help:"Les listes de numéros: les faire entrer, voir où elles en sont, les oublier."`
}

// personFlags name a number and why.
type personFlags struct {
	deskFlags
	Number string `arg:"" help:"Le numéro, comme 76123456."`
	Reason string `required:"" help:"Pourquoi, en quelques mots; c'est gardé."`
}

func (f personFlags) question() admin.AskPerson {
	return admin.AskPerson{By: f.by(), Number: f.Number, Reason: f.Reason}
}

type peopleShow struct{ personFlags }

// Run shows what is held about a number.
func (c *peopleShow) Run(ctx context.Context, std streams) error {
	var r admin.Person
	return c.show(ctx, std, "/people/show", c.question(), &r, func(p *page) {
		p.line("Numéro en …%s", r.Ends)
		if !r.Stored {
			p.field("Numéro", "n'est plus gardé")
		}
		p.field("Effacé", p.at(r.ErasedAt))
		p.field("STOP", p.at(r.StoppedAt))
		p.field("Premier contact", p.at(r.FirstSeen))
		p.field("Dernier contact", p.at(r.LastSeen))
		p.field("Langue", p.lang(r.Lang))
		p.field("Accord", joined(" ", p.consent(r.Consent), p.at(r.ConsentAt)))
		p.field("Âge", p.age(r.AgeBand))
		p.field("Lieu", r.Place)
		p.field("Réponse par", p.replyBy(r.ReplyBy))
		for _, q := range r.Questions {
			p.field("Question", p.question(q))
		}
		var rows [][]string
		for _, rep := range r.Reports {
			rows = append(rows, []string{string(rep.Ref), p.at(rep.At), p.word("state.report." + string(rep.State))})
		}
		p.table("Aucun signalement.", []string{"RÉF", "REÇU", "ÉTAT"}, rows)
	})
}

type peopleForget struct{ personFlags }

// Run forgets a person.
func (c *peopleForget) Run(ctx context.Context, std streams) error {
	var r admin.Forgot
	return c.show(ctx, std, "/people/forget", c.question(), &r, func(p *page) {
		if r.Unknown {
			p.line("Numéro en …%s: Tinye ne le connaît pas, il n'y avait rien à oublier. Vérifiez les chiffres.", r.Ends)
			return
		}
		p.line("Numéro en …%s oublié: plus rien ne lui est envoyé, et ses textes s'effacent dans la minute.", r.Ends)
		p.line("Les copies faites avant le contiennent encore jusqu'à leur fin (tinye backup prune).")
	})
}

type backupPrune struct {
	deskFlags
	Folder string `arg:"" optional:"" help:"Le dossier des sauvegardes du site; un autre est refusé."`
	Keep   string `placeholder:"30d" help:"Garder les copies ce nombre de jours, au plus ce que dit la configuration."`
}

// Run removes backups past their time.
func (c *backupPrune) Run(ctx context.Context, std streams) error {
	days, err := keepDays(c.Keep)
	if err != nil {
		return err
	}
	folder := c.Folder
	if folder != "" {
		if folder, err = absolute(folder); err != nil {
			return err
		}
	}
	var r admin.Backups
	return c.show(ctx, std, "/backup/prune", admin.PruneBackups{By: c.by(), Folder: folder, Days: days}, &r, func(p *page) {
		for _, b := range r.Removed {
			p.line("Supprimée: %s, du %s.", oneLine(b.Name), p.at(b.Made))
		}
		var rows [][]string
		for _, b := range r.Left {
			rows = append(rows, []string{oneLine(b.Name), p.at(b.Made), p.at(b.Expires)})
		}
		p.table("Aucune copie dans "+oneLine(r.Folder)+".", []string{"COPIE", "FAITE", "EXPIRE"}, rows)
		p.line("Les copies que vous avez mises ailleurs expirent le même jour: supprimez-les vous-même.")
	})
}

// pruner removes backups by the hotline's clock.
func pruner(now func() time.Time) func(string, time.Duration) (removed, left []admin.KeptBackup, err error) {
	listed := func(list []bolt.KeptBackup) []admin.KeptBackup {
		out := make([]admin.KeptBackup, 0, len(list))
		for _, b := range list {
			out = append(out, admin.KeptBackup{Name: b.Name, Made: bot.At(b.Made), Expires: bot.At(b.Expires)})
		}
		return out
	}
	return func(path string, keep time.Duration) (removed, left []admin.KeptBackup, err error) {
		gone, kept, err := bolt.PruneBackups(path, keep, now())
		return listed(gone), listed(kept), err
	}
}
