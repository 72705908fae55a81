package main

import (
	"archive/tar"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"tinye/bot/config"
	"tinye/storage/bolt"
	"tinye/storage/seal"
)

// stoppedSite is how restore and compact find the data of a hotline that is stopped.
type stoppedSite struct {
	Config string `placeholder:"FILE" xor:"site" help:"Le fichier de configuration."`
	Data   string `placeholder:"DIR" xor:"site" help:"Le dossier de la démonstration, quand il n'y a pas de fichier de configuration; var sans l'un ni l'autre."`
}

// storage are the files of the site.
func (s stoppedSite) storage(std streams) (config.Storage, error) {
	if s.Config == "" {
		return demoConfig(cmp.Or(s.Data, "var")).Storage, nil // a default of kong's would exclude --config
	}
	cfg, err := loadConfig(std, s.Config)
	return cfg.Storage, err
}

type restoreCmd struct {
	stoppedSite    `embed:""`
	File           string `arg:"" help:"La sauvegarde, faite par tinye backup."`
	Replace        bool   `help:"Il y a déjà une base: la mettre de côté sous un nom daté."`
	PassphraseFile string `placeholder:"FILE" help:"Prendre la phrase secrète de la clé maîtresse à la première ligne de ce fichier."`
}

// Run puts the backup back and says what has to be looked at.
func (c restoreCmd) Run(ctx context.Context, std streams) error {
	files, err := c.storage(std)
	if err != nil {
		return err
	}
	key, err := c.master(std, files.Key)
	if err != nil {
		return err
	}
	done, err := bolt.Restore(ctx, storeOptions(files, key, time.Now, slog.New(slog.DiscardHandler)), c.File, c.Replace)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("il y a déjà une base dans %s; avec --replace elle est mise de côté sous un nom daté, pas supprimée", files.Path)
	}
	if missing, ok := errors.AsType[*fs.PathError](err); ok && missing.Path == c.File {
		return fmt.Errorf("la sauvegarde %s ne peut pas être lue: %w", c.File, missing.Err)
	}
	if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &sentenceError{sentence: c.File + " n'est pas une sauvegarde de Tinye, ou n'en est qu'une partie: prenez un fichier fait par tinye backup. Rien n'est changé.", err: err}
	}
	if err != nil {
		return storeFault(err, files.Path)
	}
	for _, name := range done.SetAside {
		fmt.Fprintf(std.out, "Ce qui était là s'appelle maintenant %s\n", name)
	}
	_, err = fmt.Fprintf(std.out, "%s vient de la sauvegarde. Messages peut-être partis depuis: %d, en état unknown (tinye outbox list).\n",
		files.Path, done.Unknown)
	return err
}

func (c restoreCmd) master(std streams, path string) (*seal.MasterKey, error) {
	file, err := readMaster(path)
	if err != nil {
		return nil, err
	}
	passphrase := ""
	switch {
	case !file.NeedsPassphrase():
	case c.PassphraseFile != "":
		passphrase, err = readPassphrase(c.PassphraseFile)
	default:
		passphrase, err = askPassphrase(std, "Phrase secrète de "+path+": ")
	}
	if err != nil {
		return nil, err
	}
	return openMaster(path, file, passphrase)
}

type compactCmd struct {
	stoppedSite `embed:""`
}

// Run writes the database anew, which needs no key.
func (c compactCmd) Run(ctx context.Context, std streams) error {
	files, err := c.storage(std)
	if err != nil {
		return err
	}
	done, err := bolt.Compact(ctx, bolt.Options{Path: files.Path})
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("il n'y a pas de base dans %s", files.Path)
	}
	if err != nil {
		return storeFault(err, files.Path)
	}
	if done.After >= done.Before {
		_, err = fmt.Fprintf(std.out, "%s: réécrite, %.1f Mio; il n'y avait rien à rendre\n", files.Path, mebibytes(done.After))
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: %.1f Mio avant, %.1f Mio maintenant\n", files.Path, mebibytes(done.Before), mebibytes(done.After))
	return err
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }
