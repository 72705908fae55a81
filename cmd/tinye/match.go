package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tinye/bot"
)

// matchCmd is how rumours are recognised. The first three ask the running hotline; the others measure and teach, and work on files
// alone: no site, no key, no configuration.
type matchCmd struct {
	Groups matchGroups `cmd:"" help:"Lister les signalements en attente qui disent la même chose."`
	Alike  matchAlike  `cmd:"" help:"Lister les rumeurs qui n'en font peut-être qu'une."`
	Status matchStatus `cmd:"" help:"Ce que la machine reconnaît, et si elle voit juste."`

	Eval  matchEvalCmd  `cmd:"" help:"Demander la rumeur de chaque message d'un fichier, et écrire ce qui est trouvé."`
	Score matchScoreCmd `cmd:"" help:"Comparer ce qui a été trouvé à ce qui est juste."`
	Train matchTrainCmd `cmd:"" help:"Apprendre les poids à partir de messages et de rumeurs, et les mesurer par validation croisée."`
}

// english is there only to compare with published tables.
const english bot.Lang = "eng"

// matchLang reads the language of a set of files.
func matchLang(s string) bot.Lang {
	if s == string(english) {
		return english
	}
	lang, _ := bot.ParseLang(s) // the flag allows no other
	return lang
}

// notAnInput refuses to write over a file that is read.
func notAnInput(out string, inputs ...string) error {
	at, err := os.Stat(out)
	if err != nil || !at.Mode().IsRegular() {
		return nil // there is none yet, or nothing of it is lost; what cannot be written is said when it is
	}
	for _, in := range inputs {
		if in == "" {
			continue
		}
		if read, err := os.Stat(in); err == nil && os.SameFile(at, read) {
			return &sentenceError{sentence: fmt.Sprintf("--out est aussi un fichier à lire, il serait perdu: %s. Donnez un autre nom.", out)}
		}
	}
	return nil
}

// writeWhole writes a file under another name, and gives it its own once it is whole: whoever finds it finds all of it. What is no
// file, such as /dev/stdout, is written to as it stands.
func writeWhole(ctx context.Context, path string, write func(f *os.File) error) error {
	if at, err := os.Lstat(path); err == nil && !at.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return &sentenceError{sentence: fmt.Sprintf("Le fichier %s ne peut pas être écrit: %v.", path, reasonOf(err)), err: err}
		}
		err = write(f)
		if closed := f.Close(); err == nil {
			err = closed
		}
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".tinye-*")
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("Le fichier %s ne peut pas être écrit: %v.", path, reasonOf(err)), err: err}
	}
	defer os.Remove(f.Name()) // nothing is left of it once it has been renamed
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
