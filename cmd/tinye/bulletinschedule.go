package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

type bulletinSchedule struct {
	deskFlags
	Ref   string        `arg:"" help:"La référence du bulletin."`
	At    string        `placeholder:"TIME" help:"Une fois, à l'horloge du site: \"2026-11-23 08:00\"."`
	Cron  string        `placeholder:"SPEC" help:"Régulièrement: minute heure jour mois jour-de-semaine. \"0 8 * * 1\" est chaque lundi à 8 h."`
	Zone  string        `placeholder:"ZONE" help:"L'horloge de --cron, comme Africa/Bamako; sans cela, celle du site."`
	Late  time.Duration `placeholder:"TIME" help:"Après un arrêt de Tinye: combien de retard il peut avoir et partir encore; sans cela 6h."`
	None  bool          `help:"À la main: enlever l'horaire."`
	Parts int           `placeholder:"N" help:"D'un résumé: combien de parties son SMS a au plus, de 1 à 3."`
}

// Run sets when a bulletin is sent, and says when that is.
func (c *bulletinSchedule) Run(ctx context.Context, std streams) error {
	minutes := int(c.Late / time.Minute)
	if c.Late%time.Minute != 0 || c.Late < 0 {
		minutes = -1 // which is refused with a sentence
	}
	q := admin.ScheduleBulletin{By: c.by(), Ref: c.Ref, At: c.At, Cron: c.Cron, Zone: c.Zone, Late: minutes, None: c.None, Parts: c.Parts}
	var s admin.Scheduled
	return c.show(ctx, std, "/bulletin/schedule", q, &s, func(p *page) {
		if s.Schedule == nil || s.Schedule.At.IsZero() && s.Schedule.Cron == "" {
			p.line("Le bulletin %s n'a pas d'heure d'envoi. Pour l'envoyer: tinye bulletin send %s", s.Ref, s.Ref)
			return
		}
		p.line("Bulletin %s:", s.Ref)
		p.schedule(s.State, s.Schedule)
		if s.State == bot.BulletinReview {
			p.say("Il reste soumis: qui l'approuve dit oui aussi à cet horaire.")
		}
		p.line("Combien de personnes, à quel prix: tinye bulletin preview %s", s.Ref)
	})
}

// schedule says when a bulletin leaves, and what became of its last moment; nothing for one that is sent by hand.
func (p *page) schedule(state bot.BulletinState, s *admin.Schedule) {
	if s == nil {
		return
	}
	label := "Départ:"
	for _, at := range s.Coming {
		p.line("%-*s %s", fieldLabel, label, p.moment(at))
		label = ""
	}
	if s.Cron != "" {
		p.field("Horaire", joined(", ", s.Cron, s.Zone))
	}
	if s.Either {
		p.say("Le jour du mois et celui de la semaine valent l'un OU l'autre: regardez bien ces dates.")
	}
	if !s.Held.IsZero() {
		p.say("C'est dans les heures de silence: les SMS attendent %s.", p.moment(s.Held))
	}
	if len(s.Coming) > 0 {
		p.say("Si le service est arrêté à cette heure, il part encore avec moins de %s de retard; sinon il ne part pas, et tinye status le dit.", length(s.Late))
	}
	if len(s.Coming) > 0 && (state == bot.BulletinDraft || state == bot.BulletinReview) {
		p.say("Il ne part qu'une fois approuvé, avec cet horaire.")
	}
	if s.Parts > 0 {
		p.field("Résumé", fmt.Sprintf("%d partie(s) de SMS au plus", s.Parts))
	}
	if !s.Missed.IsZero() {
		p.field("Pas parti", p.moment(s.Missed)+": "+p.skipped(s.Why))
	}
}

// skipped is why a bulletin was not sent at its time.
func (p *page) skipped(why bot.SkipReason) string { return p.worded("state.skipped.", string(why)) }

// moment is a moment in words, on the site's clock: lundi 23 novembre 2026 à 8 h 00.
func (p *page) moment(at bot.Instant) string {
	t := at.Time().In(p.zone)
	weekdays := [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months := [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d à %d h %02d", weekdays[t.Weekday()], day, months[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}

// length is a number of minutes in words: 6 h, 1 h 30, 45 min.
func length(minutes int) string {
	switch hours, rest := minutes/60, minutes%60; {
	case hours == 0:
		return fmt.Sprintf("%d min", rest)
	case rest == 0:
		return fmt.Sprintf("%d h", hours)
	default:
		return fmt.Sprintf("%d h %02d", hours, rest)
	}
}

// missed names bulletins that were not sent when they were to be.
func (p *page) missed(list []admin.MissedMoment) {
	for _, m := range list {
		p.field("Pas parti", fmt.Sprintf("bulletin %s, %s: %s (tinye bulletin show %s)", m.Ref, p.moment(m.At), p.skipped(m.Why), m.Ref))
	}
}

// scheduled is what an event about a schedule says besides: a moment, a spec, or why a moment passed.
func (p *page) scheduled(e admin.Event) string {
	if e.Kind == "bulletin.scheduled" && e.Reason == "" {
		return "à la main"
	}
	why, moment, skipped := strings.Cut(e.Reason, " ")
	if !skipped {
		why, moment = "", e.Reason
	}
	at, err := time.Parse(time.RFC3339, moment)
	switch {
	case err != nil: // a spec
		return e.Reason
	case e.Kind == "bulletin.skipped":
		return p.moment(bot.At(at)) + ": " + p.skipped(bot.SkipReason(why))
	default:
		return p.moment(bot.At(at))
	}
}
