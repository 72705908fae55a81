package main

import (
	"context"
	"path/filepath"

	"tinye/bot/admin"
)

type backupCmd struct {
	deskFlags
	File string `arg:"" help:"A file that does not exist yet, on the machine of the hotline."`
}

// Run has the running hotline write a backup.
func (c *backupCmd) Run(ctx context.Context, std streams) error {
	path, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	var made admin.BackupMade
	return c.show(ctx, std, "/backup", admin.Backup{By: c.by(), Path: path}, &made, func(p *page) {
		p.line("Copie faite: %s. La clé maîtresse n'y est pas: gardez-la ailleurs, sans elle la copie ne s'ouvre pas.", oneLine(made.Path))
	})
}
