package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type dutyCmd struct {
	Set     dutySet     `cmd:"" help:"Dire qui est prévenu des alertes par SMS, dans cet ordre; chacun a un téléphone enregistré."`
	Show    dutyShow    `cmd:"" help:"Montrer qui est de garde, et les alertes que personne n'a prises."`
	Take    dutyTake    `cmd:"" help:"Noter que vous prenez une alerte: personne d'autre n'en est plus prévenu. La garde et les coordinateurs."`
	Release dutyRelease `cmd:"" help:"Rendre une alerte prise: la personne suivante de la garde en est prévenue aussitôt."`
}

type dutySet struct {
	deskFlags
	Names  []string `arg:"" optional:"" help:"Des comptes; le premier est prévenu le premier."`
	Nobody bool     `help:"Personne n'est de garde: une alerte n'est montrée qu'au bureau."`
}

// Run sets the list.
func (c *dutySet) Run(ctx context.Context, std streams) error {
	if c.Nobody == (len(c.Names) > 0) {
		return &exitError{exitConfig, errors.New("donnez des noms, ou --nobody")}
	}
	var d admin.Duty
	return c.show(ctx, std, "/duty/set", admin.SetDuty{By: c.by(), Names: c.Names}, &d, func(p *page) { p.duty(d) })
}

type dutyShow struct{ deskFlags }

// Run shows the list.
func (c *dutyShow) Run(ctx context.Context, std streams) error {
	var d admin.Duty
	return c.show(ctx, std, "/duty/show", admin.ShowDuty{By: c.by()}, &d, func(p *page) { p.duty(d) })
}

type dutyTake struct {
	deskFlags
	Ref string `arg:"" help:"La référence de l'alerte."`
}

// Run takes an alarm.
func (c *dutyTake) Run(ctx context.Context, std streams) error {
	var a admin.Alarm
	return c.show(ctx, std, "/duty/take", admin.TakeAlarm{By: c.by(), Ref: c.Ref}, &a, func(p *page) {
		p.line("Alerte %s prise par %s. Personne d'autre n'est plus prévenu.", a.Ref, oneLine(a.TakenBy))
		if len(a.Others) > 0 {
			p.line("Avec elle: %s.", refList(a.Others))
		}
	})
}

type dutyRelease struct {
	deskFlags
	Ref string `arg:"" help:"La référence de l'alerte."`
}

// Run gives an alarm back.
func (c *dutyRelease) Run(ctx context.Context, std streams) error {
	var a admin.Alarm
	return c.show(ctx, std, "/duty/release", admin.ReleaseAlarm{By: c.by(), Ref: c.Ref}, &a, func(p *page) {
		p.line("Alerte %s rendue: elle sonne de nouveau.", a.Ref)
		if n := len(a.Told); n > 0 {
			p.line("Prévenus, en dernier: %s.", p.told(a.Told[n-1], false))
		}
	})
}

// told is who was told of an alarm, and when, if the message has left: cut tells that every send is held.
func (p *page) told(s admin.DutyStep, cut bool) string {
	name := oneLine(s.Name)
	switch s.State {
	case bot.OutQueued, bot.OutClaimed:
		if cut {
			return name + " en attente (COUPURE)"
		}
		return name + " en attente"
	case bot.OutExpired, bot.OutFailed, bot.OutSuppressed:
		return name + " " + p.at(s.At) + " (pas parti)"
	}
	return name + " " + p.at(s.At)
}

func (p *page) duty(d admin.Duty) {
	if len(d.Names) == 0 {
		p.line("Personne n'est de garde: une alerte n'est montrée qu'au bureau. Pour nommer la garde: tinye duty set NOM NOM")
	} else {
		p.line("De garde, dans cet ordre: %s (par %s, %s).", oneLine(strings.Join(d.Names, ", ")), oneLine(d.By), p.at(d.At))
	}
	if len(d.Silent) > 0 {
		p.line("Sans numéro enregistré, ne peuvent pas être prévenus: %s.", oneLine(strings.Join(d.Silent, ", ")))
	}
	if d.Cut {
		p.line("Les envois sont coupés: aucune alerte ne peut sonner (tinye outbox resume).")
	}
	if len(d.Alarms) == 0 {
		p.line("Aucune alerte n'attend.")
		return
	}
	var rows [][]string
	for _, a := range d.Alarms {
		var told []string
		for _, s := range a.Told {
			told = append(told, p.told(s, d.Cut))
		}
		ref := string(a.Ref)
		if len(a.Others) > 0 {
			ref += " (+" + strconv.Itoa(len(a.Others)) + ")"
		}
		rows = append(rows, []string{ref, p.at(a.At), a.PlaceName, p.dutyState(a.State), strings.Join(told, "; "), p.at(a.NextAt)})
	}
	p.line("")
	p.table("", []string{"ALERTE", "REÇUE", "LIEU", "ÉTAT", "PRÉVENUS", "SUIVANT"}, rows)
	for _, a := range d.Alarms {
		if len(a.Others) > 0 {
			why := "de la même personne, ou d'un lieu inconnu qui s'écrit pareil"
			if a.PlaceName != "" {
				why = "du même endroit (" + oneLine(a.PlaceName) + ") ou de la même personne"
			}
			p.line("Avec %s, %s: %s.", a.Ref, why, refList(a.Others))
		}
	}
}

func refList(refs []bot.Ref) string {
	var list []string
	for _, ref := range refs {
		list = append(list, string(ref))
	}
	return strings.Join(list, ", ")
}

// needsSomebody tells whether an alarm waits that nobody will answer unless the desk looks: those on duty were told often
// enough, or nobody is on duty, or nothing can be sent.
func needsSomebody(d *admin.DutyStatus) bool {
	return d != nil && (d.Unanswered.N > 0 || d.Open.N > 0 && (d.People == 0 || d.Cut))
}

// dutyLines tell in the status who can be told of an alarm.
func (p *page) dutyLines(d *admin.DutyStatus) {
	if d == nil {
		return
	}
	if d.People == 0 {
		p.field("Garde", "personne: une alerte ne préviendrait personne (tinye duty set)")
	}
	if d.Cut {
		p.field("Garde", "les envois sont coupés: aucune alerte ne peut sonner (tinye outbox resume)")
	}
	if d.Open.N+d.Unanswered.N > 0 {
		p.field("Alertes", d.Open.String()+" en attente, "+d.Unanswered.String()+" sans réponse (tinye duty show)")
	}
}
