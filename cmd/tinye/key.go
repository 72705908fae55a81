package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"tinye/storage/seal"
)

type keyCmd struct {
	New keyNewCmd `cmd:"" help:"Make the site's master key."`
}

type keyNewCmd struct {
	File           string `arg:"" help:"Where to write it; must not exist."`
	Passphrase     bool   `help:"Ask for a passphrase: the file alone is then not enough, and tinye unlock is needed after each start."`
	PassphraseFile string `placeholder:"FILE" help:"Take the passphrase from the first line of this file."`

	workFactor int // scrypt cost 2^n, for tests; 0 = age's own
}

// Run makes the key and says what to do with it.
func (c keyNewCmd) Run(std streams) error {
	passphrase, err := c.passphrase(std)
	if err != nil {
		return err
	}
	key, err := seal.NewMasterKey(c.File, seal.MasterOptions{Created: time.Now(), Passphrase: passphrase, WorkFactor: c.workFactor})
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already, and a key is never overwritten: choose another name", c.File)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &sentenceError{sentence: fmt.Sprintf("the folder %s is not there: make it first, or plug in the stick.", filepath.Dir(c.File)), err: err}
	case errors.Is(err, fs.ErrPermission):
		return &sentenceError{
			sentence: fmt.Sprintf("this user may not write in %s: run it as the one that runs the hotline (sudo -u tinye tinye key new …), in a folder of its own.", filepath.Dir(c.File)),
			err:      err,
		}
	case err != nil:
		return err
	}
	path, err := filepath.Abs(c.File) // tinye.toml's relative paths are below its own folder
	if err != nil {
		return err
	}
	with := ""
	if passphrase != "" {
		with = " and its passphrase"
	}
	_, err = fmt.Fprintf(std.out, `The master key is in %[1]s.
Its public name is %[2]s

What the site stores can be read with this file%[3]s, and with nothing else:
  - Copy it now, and keep one copy in another building. Lost key, lost data: nobody can help then.
  - Whoever has it%[3]s and a backup can read everything. Never keep it beside the backups, never send it.
  - Best on a USB stick that is pulled out once the hotline runs.
Name it in tinye.toml: [storage] key = %[4]q
`, c.File, key.Public(), with, path)
	return err
}

func (c keyNewCmd) passphrase(std streams) (string, error) {
	switch {
	case c.PassphraseFile != "":
		return readPassphrase(c.PassphraseFile)
	case c.Passphrase:
		return newPassphrase(std)
	}
	return "", nil
}
