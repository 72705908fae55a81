package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"tinye/flows"
	"tinye/locales"
)

type flowsCmd struct {
	Check flowsCheckCmd `cmd:"" help:"Vérifier les menus, et compter saisies, pages et SMS de chaque chemin."`
	Graph flowsGraphCmd `cmd:"" help:"Dessiner les menus en diagramme Mermaid."`
}

type flowsCheckCmd struct {
	File string `arg:"" optional:"" type:"existingfile" help:"Un fichier de menus; sans lui, ceux du programme."`
}

// Run prints what each path takes, or every issue, and fails if there is one.
func (c flowsCheckCmd) Run(std streams) error {
	flow, err := readFlow(c.File)
	if err != nil {
		return err
	}
	catalog, err := locales.Load()
	if err != nil {
		return err
	}
	issues := flows.Lint(flow, catalog)
	for _, i := range issues {
		fmt.Fprintln(std.err, i)
	}
	if len(issues) > 0 {
		return fmt.Errorf("%d faults in the flow %s", len(issues), flow.Name)
	}
	paths, err := flows.Paths(flow, catalog)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s %s: %d screens, %d paths. A path's last column is its screens; + is for a list searched by letters.\n\n",
		flow.Name, flow.Version(), len(flow.Screens), len(paths))
	return printPaths(std, catalog, paths)
}

// lintMenus checks the built-in menus with their texts. A start refuses menus that a caller could get lost in.
func lintMenus() error {
	flow, err := flows.Load()
	if err != nil {
		return err
	}
	catalog, err := locales.Load()
	if err != nil {
		return err
	}
	if issues := flows.Lint(flow, catalog); len(issues) > 0 {
		return fmt.Errorf("the menus have %d faults, the first: %v. See tinye flows check", len(issues), issues[0])
	}
	return nil
}

// printPaths prints a line for each path, with a column for each language where they differ.
func printPaths(std streams, catalog *locales.Catalog, paths []flows.Path) error {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	head := []string{"INPUTS", "SCREENS"}
	for _, lang := range catalog.Languages() {
		head = append(head, "PAGES "+string(lang))
	}
	head = append(head, "SMS IN")
	for _, lang := range catalog.Languages() {
		head = append(head, "PARTS OUT "+string(lang))
	}
	fmt.Fprintln(w, strings.Join(append(head, "PATH"), "\t"))
	for _, p := range paths {
		inputs := strconv.Itoa(p.Inputs)
		if p.Letters > 0 {
			inputs += "+" + strconv.Itoa(p.Letters)
		}
		row := []string{inputs, strconv.Itoa(len(p.Screens))}
		for _, s := range p.Sizes {
			row = append(row, strconv.Itoa(s.Pages))
		}
		row = append(row, strconv.Itoa(p.In))
		for _, s := range p.Sizes {
			row = append(row, strconv.Itoa(s.Out))
		}
		fmt.Fprintln(w, strings.Join(append(row, strings.Join(p.Screens, " ")), "\t"))
	}
	return w.Flush()
}

type flowsGraphCmd struct {
	File string `arg:"" optional:"" type:"existingfile" help:"Un fichier de menus; sans lui, ceux du programme."`
	Into string `placeholder:"FILE" type:"existingfile" help:"Le mettre entre les commentaires prévus de ce fichier Markdown, au lieu de l'imprimer."`
}

// Run draws the flow, faults and all: a drawing helps to find them.
func (c flowsGraphCmd) Run(std streams) error {
	flow, err := readFlow(c.File)
	if err != nil {
		return err
	}
	if c.Into == "" {
		_, err := fmt.Fprint(std.out, flows.Graph(flow))
		return err
	}
	old, err := os.ReadFile(c.Into)
	if err != nil {
		return err
	}
	markdown, err := flows.PutGraph(old, flow)
	if err != nil {
		return err
	}
	return os.WriteFile(c.Into, markdown, 0o644)
}

// readFlow reads a flow from a file, or the one that is built in.
func readFlow(path string) (*flows.Flow, error) {
	if path == "" {
		return flows.Load()
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	flow, err := flows.Parse(data)
	if err != nil {
		return nil, &exitError{code: exitConfig, err: err}
	}
	return flow, nil
}
