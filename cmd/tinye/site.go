package main

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/bot/gateway"
	"tinye/bot/gateway/africastalking"
	"tinye/bot/gateway/generic"
	"tinye/bot/gateway/kannel"
	"tinye/bot/hotline"
	"tinye/bot/outbox"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/bot/web"
	"tinye/locales"
)

// printer is the site's texts. In a demo nobody waits for a native speaker's review.
func printer(cfg config.Config, log *slog.Logger) (*locales.Printer, error) {
	catalog, err := siteTexts(cfg.Site.Locales, cfg.Site.Languages)
	if err != nil {
		return nil, err
	}
	policy := locales.Policy{AllowUnreviewed: cfg.Site.AllowUnreviewed, Hours: week(cfg.Hours), Log: log}
	if cfg.Site.Demo {
		policy.AllowUnreviewed = catalog.Languages()
	}
	return catalog.Printer(policy), nil
}

// siteTexts are the built-in texts with the site's own files on top. What is wrong with these is one sentence each; so is a
// language of the site that neither has.
func siteTexts(folder string, langs []bot.Lang) (*locales.Catalog, error) {
	catalog, err := locales.Load()
	if err != nil {
		return nil, err
	}
	var wrong []string
	if folder != "" {
		with, issues, err := catalog.With(os.DirFS(folder))
		if err != nil {
			return nil, fmt.Errorf("site.locales: the folder %s cannot be read: %w", folder, err)
		}
		catalog = with
		for _, i := range issues {
			wrong = append(wrong, i.String())
		}
	}
	for _, l := range langs {
		if !slices.Contains(catalog.Languages(), l) {
			wrong = append(wrong, fmt.Sprintf("%s.json: the site speaks %s, and there is no such file with its texts (tinye locales new %s)", l.Short(), l, l.Short()))
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the site's language files in %s:\n%s", folder, strings.Join(wrong, "\n"))
	}
	return catalog, nil
}

// week is the desk's usual week, empty where it is always open.
func week(h *config.Hours) locales.Week {
	var w locales.Week
	if h == nil {
		return w
	}
	for day, spans := range h.Week {
		for _, s := range spans {
			w[day] = append(w[day], locales.Span{From: s.From, To: s.To})
		}
	}
	return w
}

// siteOf is what the hotline keeps to.
func siteOf(cfg config.Config) hotline.Site {
	site := hotline.Site{
		ID:      cfg.Site.ID,
		Service: cfg.Site.Name,
		Langs:   slices.Clone(cfg.Site.Languages),
		Danger:  cfg.Site.DangerNumber,
		Cap:     cfg.Site.BulletinCap,
		Quiet:   people.Quiet{From: cfg.Quiet.From, To: cfg.Quiet.To, Zone: cfg.Site.Zone},
		Limits:  people.Limits{Burst: cfg.Limits.FloodBurst, Day: cfg.Limits.FloodDay, Join: cfg.Limits.Join},
		Zone:    cfg.Site.Zone,
		Clock:   cfg.Desk.Clock,
		Prices:  make(map[string]int),
		Rates:   make(map[string]float64),
		Retention: hotline.Retention{
			Texts: config.Days(cfg.Retention.TextsDays), Numbers: config.Days(cfg.Retention.NumbersDays),
		},
		USSD: hotline.USSD{
			Code: cfg.USSD.Code, SMSNumber: cfg.USSD.SMSNumber, Places: slices.Clone(cfg.USSD.Places),
			CallBack: cfg.USSD.CallBack, Idle: cfg.USSD.Idle, Septets: make(map[string]int),
		},
	}
	if len(cfg.Gateways) > 0 {
		site.Gateway = cfg.Gateways[0].Name
	}
	for _, g := range cfg.Gateways {
		site.USSD.Septets[g.Name] = g.USSDSeptets
		site.Prices[g.Name] = g.Price
		site.Rates[g.Name] = g.Rate
	}
	if cfg.Hours != nil {
		site.Hours = rumour.Hours{Week: week(cfg.Hours), Holidays: make(map[string]bool), Zone: cfg.Site.Zone}
		for _, day := range cfg.Hours.Holidays {
			site.Hours.Holidays[day.String()] = true
		}
	}
	return site
}

// deskOf is what the rules of the desk keep to.
func deskOf(cfg config.Config, texts *locales.Printer) (rumour.Desk, error) {
	wire, err := sms.ParseMode(string(cfg.Site.Wire))
	if err != nil {
		return rumour.Desk{}, err
	}
	return rumour.Desk{Site: cfg.Site.ID, Service: cfg.Site.Name, Langs: slices.Clone(cfg.Site.Languages), Wire: wire, Texts: texts}, nil
}

// failedScreen is what a caller reads where a hop could not even be read: nobody knows whose it is, so it is in the site's
// first language.
func failedScreen(cfg config.Config, texts *locales.Printer) (string, error) {
	desk, err := deskOf(cfg, texts)
	if err != nil {
		return "", err
	}
	return desk.Wired(texts.Text(desk.Default(), "ussd.failed", map[string]string{"service": cfg.Site.Name}).Text), nil
}

// carriers are the gateways of the site, as the web edge and the outbox want them, in the configuration's order.
type carriers struct {
	mounts []web.Mount
	lines  []outbox.Line
}

// has tells whether there is a gateway of a name.
func (c carriers) has(name string) bool {
	return slices.ContainsFunc(c.lines, func(l outbox.Line) bool { return l.Gateway.Name() == name })
}

// connect makes the site's gateways; failed is what a caller reads, in wire form, where nothing else can be said.
func connect(cfg config.Config, failed string) (carriers, error) {
	var all carriers
	for _, g := range cfg.Gateways {
		adapter, err := adapterOf(g, callback(cfg, g.Name), failed)
		if err != nil {
			return carriers{}, err
		}
		all.mounts = append(all.mounts, web.Mount{Gateway: adapter, AllowFrom: g.AllowFrom})
		all.lines = append(all.lines, outbox.Line{
			Gateway: adapter, Window: g.InFlight, PartsPerSecond: g.Rate, Timeout: g.Timeout,
		})
	}
	return all, nil
}

// callback is where a carrier calls us.
func callback(cfg config.Config, name string) string {
	return cfg.Web.Callback + "/in/" + cfg.Web.Secret.Reveal() + "/" + name
}

func adapterOf(g config.Gateway, callback, failed string) (gateway.Gateway, error) {
	client := gateway.NewClient(g.InFlight)
	switch g.Type {
	case config.GatewayKannel:
		return kannel.New(kannel.Config{
			Name: g.Name, URL: g.Kannel.URL, Username: g.Kannel.Username, Password: g.Kannel.Password.Reveal(),
			From: g.Kannel.From, SMSC: g.Kannel.SMSC, DLRMask: g.Kannel.DLRMask, Callback: callback, Client: client,
		})
	case config.GatewayGeneric:
		return generic.New(generic.Config{
			Name: g.Name, URL: g.Generic.URL, Token: g.Generic.Token.Reveal(), Client: client,
		})
	case config.GatewayAfricasTalking:
		a := g.AfricasTalking
		return africastalking.New(africastalking.Config{
			Name: g.Name, URL: a.URL, Username: a.Username, APIKey: a.APIKey.Reveal(), From: a.From, Failed: failed, Client: client,
		})
	}
	return nil, fmt.Errorf("gateway %s: there is no adapter of type %q", g.Name, g.Type)
}
