package config

import (
	"crypto/rand"
	"path/filepath"
	"time"

	"tinye/bot"
)

// Demo is a valid configuration for a try on one machine: everything below dir, secrets drawn anew, always open, no
// quiet hours, Bambara let through unreviewed, and one generic gateway "sim" that sends to simURL, such as
// http://127.0.0.1:8090/messages.
func Demo(dir, simURL string) Config {
	cfg := defaults()
	cfg.Site.Name = "TINYE"
	cfg.Site.ID = "demo"
	cfg.Site.DangerNumber = "17"
	cfg.Site.AllowUnreviewed = []bot.Lang{bot.Bambara}
	cfg.Site.Demo = true
	cfg.Quiet = Span{}
	cfg.Storage.Path = filepath.Join(dir, "tinye.db")
	cfg.Storage.Key = filepath.Join(dir, "tinye.key")
	cfg.Admin.Socket = filepath.Join(dir, "admin.sock")
	cfg.Web.Secret = NewSecret(rand.Text())
	cfg.Gateways = []Gateway{{
		Name: "sim", Type: GatewayGeneric, Rate: 50, InFlight: 10, Timeout: 10 * time.Second,
		Generic: &Generic{URL: simURL, Token: NewSecret(rand.Text())},
	}}
	return cfg
}
