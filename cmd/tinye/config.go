package main

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot/config"
	"tinye/bot/msisdn"
)

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Dire ce qui ne va pas dans la configuration, ou comment elle est comprise."`
}

type configCheckCmd struct {
	Config  string `required:"" placeholder:"FILE" help:"Le fichier de configuration."`
	Example bool   `help:"Le fichier est un exemple: ses valeurs à remplacer sont admises, et rien d'autre ne doit être faux."`
}

// Run prints the effective configuration without secrets, or every problem, a line each.
func (c configCheckCmd) Run(std streams) error {
	cfg, problems, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	if c.Example {
		return checkExample(std, c.Config, problems)
	}
	for _, p := range problems {
		fmt.Fprintln(std.err, p)
	}
	if problems.Err() != nil {
		return &exitError{code: exitConfig, err: fmt.Errorf("%s is not ready yet", c.Config)}
	}
	places, unknown := sitePlaces(cfg)
	for _, p := range unknown {
		fmt.Fprintln(std.err, p)
	}
	_, err = fmt.Fprint(std.out, cfg.Effective()+places+callbacks(cfg))
	return err
}

// callbacks are the addresses that gateways call, as comments behind the configuration, without the secret.
func callbacks(cfg config.Config) string {
	all, err := connect(cfg, "")
	if err != nil {
		return "# " + err.Error() + "\n"
	}
	text := "\n# What gateways call; (secret) stands for the one of [web] in the file.\n"
	for _, m := range all.mounts {
		last := ""
		for _, route := range m.Gateway.Routes() {
			if route.Path != last { // one that is taken with GET and POST
				text += "# callback: " + cfg.Web.Callback + "/in/(secret)/" + m.Gateway.Name() + "/" + route.Path + "\n"
			}
			last = route.Path
		}
	}
	return text
}

// checkExample fails on everything but placeholders.
func checkExample(std streams, path string, problems config.Problems) error {
	others := slices.DeleteFunc(problems, func(p config.Problem) bool { return p.Kind == config.Placeholder })
	for _, p := range others {
		fmt.Fprintln(std.err, p)
	}
	if len(others) > 0 {
		return &exitError{code: exitConfig, err: fmt.Errorf("%s is wrong beyond its placeholders", path)}
	}
	_, err := fmt.Fprintf(std.out, "%s: nothing wrong but the placeholders\n", path)
	return err
}

// loadConfig is the configuration to run with. Its warnings are printed; anything worse is an error that names all of
// it, for exitConfig.
func loadConfig(std streams, path string) (config.Config, error) {
	cfg, problems, err := readConfig(path)
	if err != nil {
		return cfg, err
	}
	if err := problems.Err(); err != nil {
		return cfg, &exitError{code: exitConfig, err: fmt.Errorf("%s is not ready yet:\n%w", path, err)}
	}
	for _, p := range problems {
		fmt.Fprintln(std.err, p)
	}
	return cfg, nil
}

// readConfig reads the file and lists everything to change in it; err is for a file that cannot be read at all.
func readConfig(path string) (config.Config, config.Problems, error) {
	cfg, err := config.Load(path)
	if err != nil {
		problems, ok := errors.AsType[config.Problems](err)
		if !ok {
			err = &exitError{code: exitConfig, err: err}
			return cfg, nil, err
		}
		return cfg, problems, nil
	}
	problems := cfg.Check()
	if _, err := msisdn.New(cfg.Site.Region); err != nil && problems.Err() == nil {
		problems = append(problems, config.Problem{
			Key: "site.region", Kind: config.Wrong, Text: "no numbering plan is known for this country; write its two letters, like \"ML\".",
		})
	}
	return cfg, problems, nil
}
