package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/generic/sim"
	"tinye/bot/msisdn"
)

type phoneCmd struct {
	From    string        `required:"" placeholder:"NUMBER" help:"Le numéro du téléphone, comme 70123456."`
	Carrier string        `default:"http://127.0.0.1:8090" placeholder:"URL" help:"Où l'opérateur simulé de la démonstration écoute."`
	Send    *string       `xor:"how" placeholder:"TEXT" help:"Envoyer un SMS, imprimer les réponses, et échouer s'il n'en vient aucune."`
	Script  string        `xor:"how" placeholder:"FILE" help:"Jouer une conversation: les lignes en > sont envoyées, celles en < doivent revenir."`
	USSD    string        `name:"ussd" xor:"how" placeholder:"CODE" help:"Composer un code comme *384#, ou *384*1*2# pour aller plus loin, et parcourir les menus."`
	Dialect string        `enum:"generic,at" default:"generic" help:"Comment l'opérateur apporte l'USSD à Tinye: generic, ou at pour Africa's Talking."`
	Code    string        `placeholder:"CODE" help:"Le code du service quand il a plus d'un nombre, comme *384*1234#."`
	Hook    string        `placeholder:"URL" help:"Où un Tinye reçoit l'USSD, au lieu de ce que dit l'opérateur: pour un vrai site, sans SMS."`
	Event   string        `name:"event-hook" placeholder:"URL" help:"Où ce Tinye apprend la fin d'une session (at)."`
	Wait    time.Duration `default:"5s" help:"Combien de temps attendre une réponse."`
	Quiet   time.Duration `default:"1s" help:"Après une réponse, ce silence veut dire que rien ne vient plus; c'est aussi la durée de (nothing) dans un script."`
}

// Run sends one text, plays a script, or is a phone until the terminal's input ends: one that texts, or one that dials.
func (c phoneCmd) Run(ctx context.Context, std streams) error {
	number, err := phoneNumber(c.From)
	if err != nil {
		return err
	}
	if c.Script != "" {
		return c.play(ctx, std)
	}
	if c.Send != nil && strings.TrimSpace(*c.Send) == "" {
		return errors.New("--send needs a text, such as --send \"On dit que le pont est fermé\"")
	}
	if c.USSD != "" {
		return c.dial(ctx, std, number)
	}
	h, err := pickUp(ctx, c.Carrier, number)
	if err != nil {
		return err
	}
	if c.Send != nil {
		return c.once(ctx, std, h)
	}
	return talk(ctx, std, h)
}

// phoneNumber takes a Malian number, or one with its country's code.
func phoneNumber(typed string) (bot.Address, error) {
	numbers, err := msisdn.New("ML")
	if err != nil {
		return bot.Address{}, err
	}
	number := numbers.Normalise(typed)
	if number.Kind == bot.Alpha || number.Value == "" {
		return bot.Address{}, errors.New("a phone needs a number, such as --from 70123456")
	}
	return number, nil
}

// once sends one text and prints the replies: all that come until it has been quiet for a while after the first.
func (c phoneCmd) once(ctx context.Context, std streams, h *handset) error {
	if err := h.send(ctx, *c.Send); err != nil {
		return err
	}
	end := time.Now().Add(c.Wait)
	came := false
	for wait := c.Wait; wait > 0; wait = min(c.Quiet, time.Until(end)) {
		texts, err := h.receive(ctx, wait)
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			break
		}
		came = true
		show(std.out, texts)
	}
	if !came {
		return fmt.Errorf("no reply within %v", c.Wait)
	}
	return nil
}

func (c phoneCmd) play(ctx context.Context, std streams) error {
	f, err := os.Open(c.Script)
	if err != nil {
		return fmt.Errorf("the script cannot be read: %w", err)
	}
	defer f.Close()
	carrier := c.Carrier
	if c.Hook != "" {
		carrier = ""
	}
	s := script{carrier: carrier, dials: c.dials, wait: c.Wait, quiet: c.Quiet, out: std.out, number: c.From}
	return s.play(ctx, c.Script, f)
}

// dial is a phone in the terminal that dials. With --hook it knows a hotline and no carrier.
func (c phoneCmd) dial(ctx context.Context, std streams, number bot.Address) error {
	if !dialRule.MatchString(c.USSD) {
		return errors.New("--ussd needs a code such as '*384#', in quotes")
	}
	t := ussdTerminal{std: std}
	var err error
	if t.phone, err = c.dials(ctx, number); err != nil {
		return err
	}
	if c.Hook == "" {
		if t.sms, err = pickUp(ctx, c.Carrier, number); err != nil {
			return err
		}
	}
	return t.talk(ctx, c.USSD)
}

// dials makes a phone able to dial.
func (c phoneCmd) dials(ctx context.Context, number bot.Address) (*ussdPhone, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if c.Code != "" && !dialRule.MatchString(c.Code) {
		return nil, errors.New("--code needs a code such as '*384*1234#', in quotes")
	}
	for flag, address := range map[string]string{"--hook": c.Hook, "--event-hook": c.Event} {
		if address == "" {
			continue
		}
		if err := gateway.CheckURL(flag, address); err != nil {
			return nil, err
		}
	}
	hooks := sim.Hooks{Generic: c.Hook, ATUSSD: c.Hook, ATEvent: c.Event}
	if c.Hook == "" {
		var err error
		if hooks, err = findHooks(ctx, client, c.Carrier); err != nil {
			return nil, err
		}
	}
	begin, err := ussdSource{hooks: hooks, now: time.Now, newID: newID}.dialect(c.Dialect)
	if err != nil {
		return nil, err
	}
	return &ussdPhone{from: number.Value, code: c.Code, begin: begin, client: client}, nil
}

// talk is a phone in the terminal: a line typed is an SMS; replies show as they come.
func talk(ctx context.Context, std streams, h *handset) error {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	fmt.Fprintf(std.out, "Phone %s. A line is an SMS; Ctrl-D ends.\n> ", h.number)
	ended := make(chan error, 2)
	listening := &handset{carrier: h.carrier, number: h.number, last: h.last, client: h.client}
	go func() { ended <- ring(ctx, std.out, listening) }()
	go func() { ended <- write(ctx, std, h) }()
	err := <-ended
	fmt.Fprintln(std.out)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// ring prints replies until the context ends.
func ring(ctx context.Context, out io.Writer, h *handset) error {
	for {
		texts, err := h.receive(ctx, 20*time.Second)
		if err != nil {
			return err
		}
		if len(texts) > 0 {
			fmt.Fprint(out, "\r")
			show(out, texts)
			fmt.Fprint(out, "> ")
		}
	}
}

// write sends each line until the input ends.
func write(ctx context.Context, std streams, h *handset) error {
	lines := bufio.NewScanner(std.in)
	for lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			if err := h.send(ctx, text); err != nil {
				return err
			}
		}
		fmt.Fprint(std.out, "> ")
	}
	return lines.Err()
}

// show prints replies, each behind a "< "; further lines of one are indented.
func show(out io.Writer, texts []string) {
	for _, t := range texts {
		fmt.Fprintln(out, "< "+strings.ReplaceAll(t, "\n", "\n  "))
	}
}
