package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"tinye/bot/admin"
)

type unlockCmd struct{ deskFlags }

// Run opens the store of the running hotline with the passphrase of its master key, typed unseen on a terminal, or read from
// the first line of the input.
func (c *unlockCmd) Run(ctx context.Context, std streams) error {
	passphrase, err := typedPassphrase(std)
	if err != nil {
		return err
	}
	return c.show(ctx, std, "/unlock", admin.Unlock{Passphrase: passphrase}, &admin.Nothing{}, func(p *page) {
		p.line("Tinye est ouvert.")
	})
}

func typedPassphrase(std streams) (string, error) {
	if in, ok := std.in.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		return askPassphrase(std, "Phrase secrète: ")
	}
	line, err := bufio.NewReader(io.LimitReader(std.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the passphrase: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
