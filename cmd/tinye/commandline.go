package main

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// misread is what is wrong with a command line, in French, with the help that shows how it is written.
func misread(err error) string {
	help := "tinye"
	var commands []string // that could come next
	if at, ok := errors.AsType[*kong.ParseError](err); ok && at.Context != nil {
		node := at.Context.Model.Node
		for _, step := range at.Context.Path {
			if step.Command != nil {
				help, node = help+" "+step.Command.Name, step.Command
			}
		}
		for _, child := range node.Children {
			commands = append(commands, child.Name)
		}
	}
	said := oneLine(err.Error())
	if strings.HasPrefix(said, "expected one of ") && len(commands) > 0 {
		said = "il manque un mot: " + strings.Join(commands, ", ")
	} else {
		said = inFrench(said)
	}
	return said + ". Voir: " + help + " --help"
}

// inFrench puts what the parser of command lines says into French; what is not known stays: it names the flag, at least.
func inFrench(said string) string {
	for _, rule := range []struct{ said, french string }{
		{`^missing flags: (.*)$`, "il manque: $1"},
		{`^missing positional arguments (.*)$`, "il manque: $1"},
		{`^unexpected argument (.*), did you mean (?:one of )?(.*)\?$`, "« $1 » n'est pas connu ici; peut-être $2 ?"},
		{`^unexpected argument (.*)$`, "« $1 » n'est pas connu ici, ou est de trop"},
		{`^unknown flag (\S+), did you mean (?:one of )?(.*)\?$`, "l'option $1 n'existe pas; peut-être $2 ?"},
		{`^unknown flag (\S+)$`, "l'option $1 n'existe pas"},
		{`^(\S+) must be one of (?:"",)?(.*) but got "(.*)"$`, "$1: « $3 » n'est pas un choix; choix: $2"},
		{`^(\S+): expected .*but got "EOL".*$`, "$1: il manque la valeur"},
		{`^(\S+): missing value.*$`, "$1: il manque la valeur"},
		{`^(\S+): expected a valid \d+ bit u?int but got "(.*)"$`, "$1: « $2 » n'est pas un nombre"},
		{`^(\S+): expected "<key>=<value>" but got "(.*)".*$`, "$1: écrivez LANGUE=TEXTE, par exemple fra=…, et non « $2 »"},
		{`^(\S+) and (\S+) can't be used together$`, "$1 et $2 ne vont pas ensemble"},
		{`^expected "(.*)"$`, "il manque: $1"},
	} {
		if pattern := regexp.MustCompile(rule.said); pattern.MatchString(said) {
			return strings.ReplaceAll(pattern.ReplaceAllString(said, rule.french), `"`, "")
		}
	}
	return said
}

// frenchHelp prints the help of a subcommand with its headings in French.
func frenchHelp(options kong.HelpOptions, at *kong.Context) error {
	var help bytes.Buffer
	out := at.Stdout
	at.Stdout = &help
	err := kong.DefaultHelpPrinter(options, at)
	at.Stdout = out
	if err != nil {
		return err
	}
	headings := strings.NewReplacer("\nFlags:\n", "\nOptions:\n", "\nCommands:\n", "\nCommandes:\n", " [flags]\n", " [options]\n",
		"\nRun \"", "\nPlus sur une commande: \"", "\" for more information on a command.\n", "\"\n")
	_, err = io.WriteString(out, headings.Replace(help.String()))
	return err
}
