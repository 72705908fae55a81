// Command tinye is the hotline: the server, its desk's command line and what a site needs around them, in one file.
//
// main.go holds the table of subcommands, run.go puts the rooms together, and each subcommand has a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // small systems have no zone files

	"github.com/alecthomas/kong"
)

// Exit codes. The systemd unit does not restart after exitConfig.
const (
	exitFailed = 1
	exitConfig = 2 // the configuration or the command line is wrong: starting again does not mend it
	exitAlarm  = 3 // of tinye status alone: an alarm waits that nobody answers
)

// tinye is every subcommand.
type tinye struct {
	Serve serveCmd `cmd:"" group:"run" help:"Faire tourner Tinye."`
	Demo  demoCmd  `cmd:"" group:"run" help:"L'essayer sur cette machine: clé et données à part, opérateur simulé, quelques rumeurs."`
	Phone phoneCmd `cmd:"" group:"run" help:"Un téléphone dans le terminal, pour la démonstration."`

	Status     statusCmd     `cmd:"" group:"desk" help:"L'état de Tinye. Finit par 3 quand une alerte reste sans réponse."`
	Report     reportCmd     `cmd:"" group:"desk" help:"Ce que les gens signalent."`
	Rumour     rumourCmd     `cmd:"" group:"desk" help:"Les rumeurs, de la création à la clôture."`
	Match      matchCmd      `cmd:"" group:"desk" help:"Ce que la machine reconnaît: ce qui se répète, si elle voit juste; la mesurer et lui apprendre sur des fichiers."`
	Stock      stockCmd      `cmd:"" group:"desk" help:"Les phrases toutes prêtes, que deux personnes approuvent une fois."`
	Bulletin   bulletinCmd   `cmd:"" group:"desk" help:"Les messages vérifiés pour un public: écrire, approuver, envoyer."`
	Broadcast  broadcastCmd  `cmd:"" group:"desk" help:"Ce qui a été envoyé à un public: qui l'a reçu, qui non, et pourquoi."`
	Request    requestCmd    `cmd:"" group:"desk" help:"Les demandes d'accord à ceux d'une liste importée."`
	Source     sourceCmd     `cmd:"" group:"desk" help:"Le carnet des vérificateurs: qui appeler."`
	Protect    protectCmd    `cmd:"" group:"desk" help:"Les signalements d'abus, que seul le point focal protection lit."`
	Duty       dutyCmd       `cmd:"" group:"desk" help:"Qui est prévenu des alertes la nuit, et ce qui attend."`
	Outbox     outboxCmd     `cmd:"" group:"desk" help:"Les messages à envoyer et envoyés."`
	Quarantine quarantineCmd `cmd:"" group:"desk" help:"Les requêtes qui n'ont pas pu être traitées."`
	Place      placeCmd      `cmd:"" group:"desk" help:"Les lieux: ceux qui sont connus, et votre propre liste."`
	User       userCmd       `cmd:"" group:"desk" help:"Les comptes du bureau."`
	People     peopleCmd     `cmd:"" group:"desk" help:"Ce qui est gardé d'un numéro, et comment l'oublier."`
	Agent      agentCmd      `cmd:"" group:"desk" help:"Qui enrôle: les agents avec un téléphone, et les événements."`
	Code       codeCmd       `cmd:"" group:"desk" help:"Les codes du jour, par lesquels les gens s'enrôlent de leur propre téléphone."`
	Cohort     cohortCmd     `cmd:"" group:"desk" help:"Les cohortes d'ambassadeurs: sélection, contrôles, suivi."`
	Project    projectCmd    `cmd:"" group:"desk" help:"Les projets, pour que deux bailleurs ne comptent pas une personne deux fois sans le dire."`
	Codes      codesCmd      `cmd:"" group:"desk" help:"Les codes à usage unique pour commander par SMS."`
	Events     eventsCmd     `cmd:"" group:"desk" help:"Qui a fait quoi, et qui a lu quoi."`
	Export     exportCmd     `cmd:"" group:"desk" help:"Ce qui s'est passé, en lignes JSON sans contacts."`
	Backup     backupCmd     `cmd:"" group:"desk" help:"Écrire une sauvegarde pendant que Tinye tourne."`
	Unlock     unlockCmd     `cmd:"" group:"desk" help:"Donner la phrase secrète de la clé maîtresse après un démarrage."`
	Clock      clockCmd      `cmd:"" group:"desk" help:"L'horloge, après un retard constaté."`

	Config  configCmd  `cmd:"" group:"site" help:"Le fichier de configuration."`
	Key     keyCmd     `cmd:"" group:"site" help:"La clé maîtresse."`
	Restore restoreCmd `cmd:"" group:"site" help:"Remettre une sauvegarde, Tinye étant arrêté."`
	Compact compactCmd `cmd:"" group:"site" help:"Rendre la place libre au disque, Tinye étant arrêté."`
	Locales localesCmd `cmd:"" group:"site" help:"Les textes."`
	Flows   flowsCmd   `cmd:"" group:"site" help:"Les menus."`
	Lang    langCmd    `cmd:"" group:"site" help:"Comment la langue d'un texte est devinée: mesurer sur vos fichiers."`
	Version versionCmd `cmd:"" group:"site" help:"Imprimer la version."`
}

// streams are where a subcommand reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exitError ends the program with another code than exitFailed. Without err everything has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// gcPercent lets the heap, which is about 10 MB, grow to four times its live size before it is collected: a sixth less
// processor time for a message, for some 30 MB. GOGC in the environment overrides it.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(execute(untilSignal(), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// untilSignal ends with the first signal to stop; a second one ends the program at once. Both wait in the channel, so
// that neither is lost, however soon it follows.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(exitFailed)
	}()
	return ctx
}

// execute runs one command line and returns the exit code.
func execute(ctx context.Context, args []string, std streams) int {
	exited, code := false, 0
	values, err := choices()
	if err != nil {
		fmt.Fprintln(std.err, "tinye:", err)
		return exitFailed
	}
	parser, err := kong.New(&tinye{},
		kong.Name("tinye"),
		kong.Description("Tinye, une ligne contre les rumeurs: les gens écrivent, un bureau vérifie, chacun reçoit la réponse."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Faire tourner Tinye:"},
			{Key: "desk", Title: "Le bureau (parle avec Tinye qui tourne):"},
			{Key: "site", Title: "Entretenir Tinye:"},
		}),
		kong.Writers(std.out, std.err),
		kong.Help(frenchHelp),
		kong.Exit(func(c int) { exited, code = true, c }),
		values,
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		fmt.Fprintln(std.err, "tinye:", err)
		return exitFailed
	}
	parser.Model.HelpFlag.Help = "Montrer cette aide."
	line, err := parser.Parse(args)
	if exited { // --help
		return code
	}
	if err != nil {
		fmt.Fprintln(std.err, "tinye:", misread(err))
		return exitConfig
	}
	if err = line.Run(); err == nil {
		return 0
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		if e.err != nil {
			fmt.Fprintln(std.err, "tinye:", e.err)
		}
		return e.code
	}
	fmt.Fprintln(std.err, "tinye:", err)
	return exitFailed
}
