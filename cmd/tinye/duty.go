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
	Set  dutySet  `cmd:"" help:"Say who is told of alarms by SMS, in this order; each has a registered phone."`
	Show dutyShow `cmd:"" help:"Show who is on duty, and the alarms that nobody has taken."`
	Take dutyTake `cmd:"" help:"Note that you see to an alarm: nobody else is told of it any more."`
}

type dutySet struct {
	deskFlags
	Names  []string `arg:"" optional:"" help:"Accounts, the first to be told first."`
	Nobody bool     `help:"Nobody is on duty: an alarm is only shown at the desk."`
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
	Ref string `arg:"" help:"The alarm's reference."`
}

// Run takes an alarm.
func (c *dutyTake) Run(ctx context.Context, std streams) error {
	var a admin.Alarm
	return c.show(ctx, std, "/duty/take", admin.TakeAlarm{By: c.by(), Ref: c.Ref}, &a, func(p *page) {
		p.line("Alerte %s prise par %s. Personne d'autre n'est plus prévenu.", a.Ref, oneLine(a.TakenBy))
		if len(a.Others) > 0 {
			p.line("Avec elle, du même endroit: %s.", refList(a.Others))
		}
	})
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
			told = append(told, oneLine(s.Name)+" "+p.at(s.At))
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
			p.line("Avec %s, du même endroit: %s.", a.Ref, refList(a.Others))
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
