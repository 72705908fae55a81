package hotline_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// phoneStep does one thing at the desk with the phones and codes of its accounts; known is false for a verb of something else.
//
//	! ADAMA number AMI 66000098       registers a phone          ! ADAMA unnumber AMI    takes it away
//	! AMI sheet a 3                   prints a sheet: {a1}, {a2}, {a3} are its codes
//	! AMI duty AMI BAKARY             who is told of alarms   ! AMI take {a}             sees to one
//	! AMI release {a}                 gives it back
//	! AMI alarmed {a} attack          the report raises that, and its rumour is critical if it is under one
//	! AMI sweep now                   what time alone brings about
//	! AMI resume now | AMI hold cut   the switch, at the desk
//	! CISSE entered {a} {b}           these were typed by CISSE for somebody else
func (p *player) phoneStep(name, verb string, args []string) (known bool, err error) {
	act := p.act(name)
	switch verb {
	case "number", "unnumber":
		p.account("ADAMA", bot.RoleAdmin)
		return true, p.updated(func(tx storage.Tx) error {
			if verb == "unnumber" {
				_, err := people.RemoveNumber(tx, act, args[0])
				return err
			}
			number := p.Numbers.Normalise(args[1])
			_, err := people.SetNumber(tx, act, args[0], people.Phone{Number: number, Key: p.Store.ContactKey(number)})
			return err
		})
	case "sheet":
		var drawn []people.Drawn
		for range 20 {
			code, err := people.DrawCode(rand.Reader)
			if err != nil {
				return true, err
			}
			drawn = append(drawn, people.Drawn{Code: code, Key: p.Store.CodeKey(code)})
		}
		var codes []string
		err := p.updated(func(tx storage.Tx) (err error) {
			codes, _, err = people.PrintSheet(tx, act, drawn, int(args[1][0]-'0'))
			return err
		})
		for i, code := range codes {
			p.names[fmt.Sprint(args[0], i+1)] = code
		}
		return true, err
	case "duty": // in this order; "-" for nobody
		return true, p.updated(func(tx storage.Tx) error {
			_, err := rumour.SetDuty(tx, act, slices.DeleteFunc(slices.Clone(args), func(n string) bool { return n == "-" }))
			return err
		})
	case "alarmed":
		return true, p.Store.View(context.Background(), func(tx storage.Tx) error {
			r, err := rumour.FindReport(tx, args[0])
			if err != nil || r.Alarm.Code != args[1] {
				return fmt.Errorf("the report raises %q (%v)", r.Alarm.Code, err)
			}
			if r.Rumour.IsZero() {
				return nil
			}
			claim, err := tx.Rumour(r.Rumour)
			if err == nil && (claim.Risk.Level != bot.RiskCritical || !claim.Risk.Alarm) {
				err = fmt.Errorf("its rumour's risk is %+v", claim.Risk)
			}
			return err
		})
	case "take":
		_, err := p.TakeAlarm(context.Background(), act, args[0])
		return true, err
	case "release":
		_, err := p.ReleaseAlarm(context.Background(), act, args[0])
		return true, err
	case "sweep":
		return true, p.Sweep(context.Background())
	case "resume":
		return true, p.updated(func(tx storage.Tx) error { _, err := people.Resume(tx, act); return err })
	case "hold":
		return true, p.updated(func(tx storage.Tx) error { _, err := people.Hold(tx, act, bot.SendState(args[0])); return err })
	case "entered":
		return true, p.Store.View(context.Background(), func(tx storage.Tx) error {
			for _, ref := range args {
				_, id, err := tx.FindRef(bot.Ref(ref))
				if err != nil {
					return err
				}
				if r, err := tx.Report(id); err != nil || r.EnteredBy != name || r.CreatedBy != "other" || r.Contact.IsZero() {
					return fmt.Errorf("report %s was entered by %q for %q (%v)", ref, r.EnteredBy, r.CreatedBy, err)
				}
			}
			return nil
		})
	}
	return false, nil
}

func (d *desk) updated(rule func(storage.Tx) error) error {
	return d.Store.Update(context.Background(), rule)
}

// account makes an account unless it is there.
func (d *desk) account(name string, role bot.Role) {
	d.t.Helper()
	must(d.t, d.updated(func(tx storage.Tx) error {
		if _, err := tx.User(name); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		return tx.PutUser(bot.User{Name: name, Roles: []bot.Role{role}}, 0)
	}))
}
