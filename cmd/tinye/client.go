package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"tinye/bot/admin"
)

// deskFlags are what every subcommand of the desk takes.
type deskFlags struct {
	Socket string `env:"TINYE_SOCKET" placeholder:"FILE" help:"Socket de Tinye; sans lui, celui de la démonstration, var/admin.sock, ou celui du service, /run/tinye/admin.sock."`
	As     string `env:"TINYE_AS" placeholder:"NAME" help:"Votre compte du bureau."`
	JSON   bool   `name:"json" help:"Imprimer la réponse de Tinye telle quelle, en JSON."`
	Width  int    `env:"TINYE_WIDTH" placeholder:"N" help:"Lignes de ce nombre de signes au plus; sans lui, la largeur du terminal."`
}

// socket is the one named, or of the usual ones the first that is there, or the first.
func (d deskFlags) socket(usual ...string) string {
	if d.Socket != "" {
		return d.Socket
	}
	for _, path := range usual {
		// A folder that may not be looked into holds one, too: whoever runs the command is told to take the other account.
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return path
		}
	}
	return usual[0]
}

func (d deskFlags) by() admin.By { return admin.By{As: d.As} }

// answerLimit is the longest answer that is read, in bytes: far more than the longest list.
const answerLimit = 16 << 20

// show asks the running hotline, and prints its answer in words, or as it is with --json.
func (d deskFlags) show(ctx context.Context, std streams, path string, question, answer any, print func(*page)) error {
	status, zone, body, err := d.ask(ctx, path, question)
	if err != nil {
		return err
	}
	if d.JSON {
		if _, err := std.out.Write(body); err != nil {
			return err
		}
	}
	if status != http.StatusOK {
		return refusal(body)
	}
	if d.JSON {
		return nil
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("la réponse de Tinye n'est pas lisible: %w", err)
	}
	width := d.Width
	if width <= 0 {
		width = terminalWidth(std)
	}
	p, err := newPage(width)
	if err != nil {
		return err
	}
	p.in(zone)
	print(p)
	return p.writeTo(std.out)
}

// in has the page tell times in the site's zone, if that is known here.
func (p *page) in(zone string) {
	if site, err := time.LoadLocation(zone); err == nil && zone != "" {
		p.zone = site
	}
}

// refusal is the sentence that the hotline refused with.
func refusal(body []byte) error {
	var problem admin.Problem
	if err := json.Unmarshal(body, &problem); err != nil || problem.Sentence == "" {
		problem.Sentence = "Tinye a refusé sans dire pourquoi; son journal le dit."
	}
	return &problem
}

// ask sends one question and returns the HTTP status, the site's time zone and the answer's body.
func (d deskFlags) ask(ctx context.Context, path string, question any) (status int, zone string, body []byte, err error) {
	response, err := d.post(ctx, path, question)
	if err != nil {
		return 0, "", nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	if err != nil {
		return 0, "", nil, d.unreachable(err)
	}
	return response.StatusCode, response.Header.Get(admin.ZoneHeader), answer, nil
}

// post sends one question; the caller closes the answer's body.
func (d deskFlags) post(ctx context.Context, path string, question any) (*http.Response, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, err
	}
	d.Socket = d.socket("var/admin.sock", "/run/tinye/admin.sock")
	// The host is not looked up: the socket is the way.
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://tinye"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", d.Socket)
		},
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, d.unreachable(err)
	}
	return response, nil
}

// unreachable puts into one sentence why nobody answered.
func (d deskFlags) unreachable(err error) error {
	sentence := ""
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		sentence = fmt.Sprintf("Tinye ne tourne pas: rien ne répond sur %s. Démarrez-le (tinye serve ou tinye demo), ou donnez son socket avec --socket.", d.Socket)
	case errors.Is(err, fs.ErrPermission):
		sentence = fmt.Sprintf("%s n'est ouvert qu'au compte qui fait tourner Tinye. Lancez la commande avec ce compte (sudo -u …).", d.Socket)
	case errors.Is(err, context.Canceled):
		sentence = "Interrompu. Ce qui était demandé est peut-être déjà fait: regardez avant de recommencer."
	default:
		sentence = "Tinye n'a pas répondu jusqu'au bout. Ce qui était demandé est peut-être déjà fait: regardez avant de recommencer."
	}
	return &sentenceError{sentence: sentence, err: err}
}
