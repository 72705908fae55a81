package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"tinye/bot/config"
	"tinye/bot/gateway/generic/sim"
	"tinye/bot/hotline"
	"tinye/storage/seal"
)

// portTries is how many ports are tried from the wished one on.
const portTries = 20

type demoCmd struct {
	logLevel `embed:""`
	Data     string `default:"var" placeholder:"DIR" help:"Où la clé et les données sont gardées d'un démarrage à l'autre."`
	Web      string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Où Tinye écoute; le prochain port libre si celui-ci est pris."`
	Phones   string `default:"127.0.0.1:8090" placeholder:"ADDRESS" help:"Où l'opérateur simulé écoute; le prochain port libre si celui-ci est pris."`
}

// demoConfig is the demo's configuration below a folder, before its addresses are known.
func demoConfig(dir string) config.Config { return configAt(dir, "127.0.0.1:8090") }

// configAt is the demo's configuration with its carrier at an address; the carrier has two faces (package sim).
func configAt(dir, carrier string) config.Config {
	return config.Demo(dir, "http://"+carrier+"/messages", "http://"+carrier+"/at/version1")
}

// Run runs a hotline and its carrier in one process until it is told to stop.
func (c demoCmd) Run(ctx context.Context, std streams) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("the demo's folder: %w", err)
	}
	log := c.logger(std.err)
	web, err := listenFrom(std, c.Web, "the hotline")
	if err != nil {
		return err
	}
	phones, err := listenFrom(std, c.Phones, "the carrier")
	if err != nil {
		return errors.Join(err, web.Close())
	}
	d := newDemo(c.Data, web, phones)
	if err := makeKey(d.cfg.Storage); err != nil {
		return errors.Join(err, web.Close(), phones.Close())
	}
	first := false
	return d.run(ctx, deps{
		log: log,
		opened: func(ctx context.Context, s *hotline.Service) (err error) {
			first, err = seed(ctx, s)
			return err
		},
		ready: func(bool) {
			fmt.Fprint(std.out, d.words(c.Data, first))
		},
	})
}

// listenFrom listens on an address, or on the next port that is free, and says so.
func listenFrom(std streams, address, who string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%q is no address; write it like 127.0.0.1:8080", address)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("%q is no address; write it like 127.0.0.1:8080", address)
	}
	for n := number; n < number+portTries; n++ {
		ln, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(n)))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s cannot listen: %w", who, err)
		}
		if n != number {
			fmt.Fprintf(std.out, "Port %d is taken, so %s listens on port %d.\n", number, who, n)
		}
		return ln, nil
	}
	return nil, fmt.Errorf("%s finds no free port from %d to %d", who, number, number+portTries-1)
}

// makeKey makes the demo's key at the very first start. A key that is gone while its data are there is not made again.
func makeKey(files config.Storage) error {
	if _, err := os.Stat(files.Path); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the demo's data: %w", err)
	}
	_, err := seal.NewMasterKey(files.Key, seal.MasterOptions{Created: time.Now()})
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the demo's key: %w", err)
	}
	return nil
}

// demo is a hotline with its own carrier.
type demo struct {
	cfg         config.Config
	web, phones net.Listener
}

// newDemo is the demo below a folder, on these listeners.
func newDemo(dir string, web, phones net.Listener) *demo {
	cfg := configAt(dir, phones.Addr().String())
	cfg.Web.Listen = web.Addr().String()
	cfg.Web.Callback = "http://" + cfg.Web.Listen
	cfg.Limits.FloodBurst, cfg.Limits.FloodDay = 50, 500 // somebody who tries it out writes more than a citizen does
	return &demo{cfg: cfg, web: web, phones: phones}
}

// run runs both. The carrier starts first and stops last, so that nothing the hotline hands over is lost.
func (d *demo) run(ctx context.Context, with deps) error {
	carrier, err := d.carrier()
	if err != nil {
		return errors.Join(err, d.web.Close(), d.phones.Close())
	}
	with.web = d.web
	reports, stopReports := context.WithCancel(context.Background())
	defer stopReports()
	server := &http.Server{Handler: carrier, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(with.log.Handler(), slog.LevelWarn)}
	var parts sync.WaitGroup
	parts.Go(func() {
		if err := server.Serve(d.phones); !errors.Is(err, http.ErrServerClosed) {
			with.log.Error("the carrier stopped", "err", err)
		}
	})
	parts.Go(func() {
		if err := guard("carrier", func() error { return carrier.Run(reports) }); err != nil {
			with.log.Error("the carrier stopped", "err", err)
		}
	})
	err = run(ctx, d.cfg, with)
	stopReports() // phones that wait for a message are answered
	quickly, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(quickly) != nil {
		err = errors.Join(err, server.Close())
	}
	parts.Wait()
	return err
}

// carrier is the other end of all the demo's gateways.
func (d *demo) carrier() (*sim.Carrier, error) {
	c := sim.Config{NewID: newID}
	for _, g := range d.cfg.Gateways {
		switch g.Type {
		case config.GatewayGeneric:
			c.Token, c.Callback = g.Generic.Token.Reveal(), callback(d.cfg, g.Name)
		case config.GatewayAfricasTalking:
			c.AT = &sim.AT{Key: g.AfricasTalking.APIKey.Reveal(), Callback: callback(d.cfg, g.Name)}
		}
	}
	return sim.New(c)
}

// words are what the demo says when it is ready: where everything is, and the way from a report to its answer.
func (d *demo) words(dir string, first bool) string {
	settings := ""
	if d.cfg.Admin.Socket != demoConfig("var").Admin.Socket {
		settings = " --socket " + d.cfg.Admin.Socket
	}
	phone := "bin/tinye phone"
	if at := d.phones.Addr().String(); at != "127.0.0.1:8090" {
		phone += " --carrier http://" + at
	}
	desk := func(line string) string { return "  bin/tinye " + line + settings + "\n" }
	intro := "Tinye runs, with what the last start left in " + dir + "/."
	if first {
		intro = "Tinye runs. It made a key and some rumours in " + dir + "/; all senders are invented, nothing leaves this machine."
	}
	return intro + `

  web      ` + d.cfg.Web.Callback + `   /healthz /readyz /metrics, and the carriers' webhooks
  webhook  ` + callback(d.cfg, d.cfg.Gateways[0].Name) + `/mo   for a carrier of your own; the secret is the demo's
  carrier  http://` + d.phones.Addr().String() + `   simulated: what phones send and get
  desk     ` + d.cfg.Admin.Socket + `   accounts ` + seedAccounts() + `

Try it in another terminal.

Be somebody who has heard something:
  ` + phone + ` --from 70123456
  ` + phone + ` --from 70123456 --send "On dit que le pont de Markala est fermé depuis hier soir"
  ` + phone + ` --from 70123456 --ussd '` + d.cfg.USSD.Code + `'

Be the desk. 111111 stands for the reference in the reply, 222222 for the one that rumour new prints:
` + desk("report list --as AMI") +
		desk(`rumour new --as CISSE --claim "Le pont de Markala serait fermé" --from 111111`) +
		desk(`rumour submit 222222 --as CISSE --verdict confirmed_false --risk low --theme other --redaction-checked --evidence site_visit:eyewitness --evidence call_stakeholder:local_official --text fra="Le pont est ouvert, vu ce matin. La rumeur est FAUSSE."`) +
		desk("rumour confirm 222222 --as AMI") +
		desk("rumour list --as AMI") +
		desk("status") + `
Tell what was checked already, and the answer comes at once. The desk looks at what was linked so, and at what many tell:
  ` + phone + ` --from 70123457 --send "J'ai entendu que les écoles de Mopti sont fermées jusqu'à la fin de l'année"
` + desk("report list --auto --as AMI") + desk("match groups --as AMI") + `
Be the desk on the road: 66000099 is ADAMA's registered phone, 66000098 AMI's. COUPURE holds every send:
  ` + phone + ` --from 66000099 --send COUPURE
` + desk("outbox resume --as ADAMA") + `
The answer is then on the phone. Ctrl-C here ends the demo; the data stay.
`
}
