package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"tinye/bot/admin"
)

type backupCmd struct {
	Make  backupMake  `cmd:"" default:"withargs" help:"Écrire une sauvegarde pendant que Tinye tourne: tinye backup FILE."`
	Prune backupPrune `cmd:"" help:"Supprimer du dossier du site les copies qui ont fait leur temps."`
}

type backupMake struct {
	deskFlags
	File string `arg:"" help:"Un fichier qui n'existe pas encore, sur la machine de Tinye."`
}

// Run has the running hotline write a backup.
func (c *backupMake) Run(ctx context.Context, std streams) error {
	path, err := absolute(c.File)
	if err != nil {
		return err
	}
	var made admin.BackupMade
	return c.show(ctx, std, "/backup", admin.Backup{By: c.by(), Path: path}, &made, func(p *page) {
		p.line("Copie faite: %s. La clé maîtresse n'y est pas: gardez-la ailleurs, sans elle la copie ne s'ouvre pas.", oneLine(made.Path))
	})
}

func absolute(path string) (string, error) { return filepath.Abs(path) }

// keepDays reads 30d, or 30; "" is 0.
func keepDays(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
	if err != nil || n < 1 {
		return 0, &exitError{exitConfig, fmt.Errorf("--keep: écrivez un nombre de jours, comme 30d")}
	}
	return n, nil
}
