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
	Config string `placeholder:"FILE" xor:"site" help:"The configuration file."`
	Data   string `placeholder:"DIR" xor:"site" help:"The demo's folder, where there is no configuration file; var without either."`
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
	File           string `arg:"" help:"The backup, made with tinye backup."`
	Replace        bool   `help:"There is a database already: set it aside under a dated name."`
	PassphraseFile string `placeholder:"FILE" help:"Take the master key's passphrase from the first line of this file."`
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
		return fmt.Errorf("there is a database at %s already; with --replace it is set aside under a dated name, not removed", files.Path)
	}
	if missing, ok := errors.AsType[*fs.PathError](err); ok && missing.Path == c.File {
		return fmt.Errorf("the backup %s cannot be read: %w", c.File, missing.Err)
	}
	if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &sentenceError{sentence: c.File + " is no backup of ours, or only a part of one: take a file that tinye backup made. Nothing was changed.", err: err}
	}
	if err != nil {
		return storeFault(err, files.Path)
	}
	for _, name := range done.SetAside {
		fmt.Fprintf(std.out, "What was there is now %s\n", name)
	}
	_, err = fmt.Fprintf(std.out, "%s is the backup's. Messages that may have been sent since then: %d, in state unknown (tinye outbox list).\n",
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
		passphrase, err = askPassphrase(std, "Passphrase of "+path+": ")
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
		return fmt.Errorf("there is no database at %s", files.Path)
	}
	if err != nil {
		return storeFault(err, files.Path)
	}
	if done.After >= done.Before {
		_, err = fmt.Fprintf(std.out, "%s: written anew, %.1f MiB; there was nothing to give back\n", files.Path, mebibytes(done.After))
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: %.1f MiB before, %.1f MiB now\n", files.Path, mebibytes(done.Before), mebibytes(done.After))
	return err
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }
