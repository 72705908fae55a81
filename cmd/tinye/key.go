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
	New keyNewCmd `cmd:"" help:"Faire la clé maîtresse du site."`
}

type keyNewCmd struct {
	File           string `arg:"" help:"Où l'écrire: un fichier qui n'existe pas encore."`
	Passphrase     bool   `help:"Demander une phrase secrète: le fichier seul ne suffit plus, et il faut tinye unlock après chaque démarrage."`
	PassphraseFile string `placeholder:"FILE" help:"Prendre la phrase secrète à la première ligne de ce fichier."`

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
		return fmt.Errorf("%s existe déjà, et une clé n'est jamais remplacée: choisissez un autre nom", c.File)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &sentenceError{sentence: fmt.Sprintf("le dossier %s n'est pas là: créez-le d'abord, ou branchez la clé USB.", filepath.Dir(c.File)), err: err}
	case errors.Is(err, fs.ErrPermission):
		return &sentenceError{
			sentence: fmt.Sprintf("ce compte ne peut pas écrire dans %s: lancez la commande avec celui qui fait tourner Tinye (sudo -u tinye tinye key new …), dans un dossier à lui.", filepath.Dir(c.File)),
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
		with = " et sa phrase secrète"
	}
	_, err = fmt.Fprintf(std.out, `La clé maîtresse est dans %[1]s.
Son nom public est %[2]s

Ce que le site garde se lit avec ce fichier%[3]s, et avec rien d'autre:
  - Copiez-le maintenant, et gardez une copie dans un autre bâtiment. Clé perdue, données perdues: personne n'y peut rien.
  - Qui l'a%[3]s avec une sauvegarde lit tout. Jamais à côté des sauvegardes, jamais envoyé.
  - Le mieux est une clé USB que l'on retire une fois Tinye en marche.
Nommez-le dans tinye.toml: [storage] key = %[4]q
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
