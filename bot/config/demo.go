package config

import (
	"crypto/rand"
	"path/filepath"
	"time"

	"tinye/bot"
)

// Demo is a valid configuration for a try on one machine: everything below dir, secrets drawn anew, always open, no
// quiet hours, Bambara let through unreviewed, menus under *384#, and one generic gateway "sim" that sends to simURL,
// such as http://127.0.0.1:8090/messages. With an atURL, such as http://127.0.0.1:8090/at/version1, there is a second
// one, "at", that speaks as Africa's Talking does.
func Demo(dir, simURL, atURL string) Config {
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
	cfg.USSD.Code, cfg.USSD.SMSNumber = "*384#", "36000"
	for _, code := range []string{"ML0701", "ML0501", "ML0101", "ML2001"} { // Gao, Mopti, Kayes, Bamako
		cfg.USSD.Places = append(cfg.USSD.Places, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code})
	}
	cfg.Gateways = []Gateway{{
		Name: "sim", Type: GatewayGeneric, Rate: 50, InFlight: 10, Timeout: 10 * time.Second, USSDSeptets: defaultSeptets,
		Generic: &Generic{URL: simURL, Token: NewSecret(rand.Text())},
	}}
	if atURL != "" {
		cfg.Gateways = append(cfg.Gateways, Gateway{
			Name: "at", Type: GatewayAfricasTalking, Rate: 50, InFlight: 10, Timeout: 10 * time.Second, USSDSeptets: defaultSeptets,
			AfricasTalking: &AfricasTalking{URL: atURL, Username: "sandbox", APIKey: NewSecret(rand.Text())},
		})
	}
	return cfg
}
