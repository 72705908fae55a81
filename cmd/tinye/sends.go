package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tinye/bot/admin"
)

// sendsFlag is for what may send a published answer.
type sendsFlag struct {
	Yes bool `help:"Ne pas demander si la réponse d'une rumeur publiée peut partir tout de suite."`
}

// sure tells whether what is asked may send a published answer. It shows that to whoever has not said so, and has them type the
// reference of the rumour whose answer it is: a mistyped one would send the wrong answer.
func (c *sendsFlag) sure(ctx context.Context, std streams, d deskFlags, q admin.PreviewSends) (bool, error) {
	if c.Yes || d.JSON {
		return c.Yes, nil
	}
	status, _, body, err := d.ask(ctx, "/rumour/sends", q)
	if err != nil {
		return false, err
	}
	var sends admin.Sends
	if status != http.StatusOK || json.Unmarshal(body, &sends) != nil || sends.People == 0 {
		return false, nil // the command itself is refused, with the sentence
	}
	fmt.Fprintf(std.err, "La rumeur %s est publiée: « %s »\nSa réponse part tout de suite, personnes: %d.\n",
		sends.Ref, oneLine(string(sends.Claim)), sends.People)
	for _, a := range sends.Answers {
		fmt.Fprintf(std.err, "  %s: %s\n", a.Lang, oneLine(string(a.Text)))
	}
	fmt.Fprintf(std.err, "Tapez la référence %s pour confirmer: ", sends.Ref)
	typed, err := bufio.NewReader(io.LimitReader(std.in, 100)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if strings.TrimSpace(typed) != string(sends.Ref) {
		return false, errors.New("rien n'a été fait, rien n'est parti: ce n'est pas la référence (ou redonnez la commande avec --yes)")
	}
	return true, nil
}
