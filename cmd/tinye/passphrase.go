package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"unicode/utf8"

	"golang.org/x/term"
)

// minPassphrase is the fewest characters of a new passphrase. scrypt makes each guess cost a second; a word of a
// dictionary is found all the same.
const minPassphrase = 8

// newPassphrase asks for a new passphrase twice.
func newPassphrase(std streams) (string, error) {
	first, err := askPassphrase(std, "Phrase secrète: ")
	if err != nil {
		return "", err
	}
	if err := checkPassphrase(first); err != nil {
		return "", err
	}
	again, err := askPassphrase(std, "La même encore: ")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", errors.New("les deux phrases ne sont pas les mêmes; rien n'est fait")
	}
	return first, nil
}

// askPassphrase reads a line from the terminal without showing it.
func askPassphrase(std streams, prompt string) (string, error) {
	in, ok := std.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", errors.New("une phrase secrète ne se demande que dans un terminal; dans un script, donnez --passphrase-file")
	}
	fmt.Fprint(std.err, prompt)
	line, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(std.err)
	if err != nil {
		return "", fmt.Errorf("la phrase secrète ne peut pas être lue: %w", err)
	}
	return string(line), nil
}

// readPassphrase is the first line of a file.
func readPassphrase(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("la phrase secrète ne peut pas être lue: %w", err)
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	passphrase := string(bytes.TrimSuffix(line, []byte("\r")))
	return passphrase, checkPassphrase(passphrase)
}

func checkPassphrase(s string) error {
	if utf8.RuneCountInString(s) < minPassphrase {
		return fmt.Errorf("une phrase secrète a au moins %d signes; cinq mots sans lien en font une bonne", minPassphrase)
	}
	return nil
}
