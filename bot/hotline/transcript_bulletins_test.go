package hotline_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/storage"
)

// bulletinStep does one thing at the desk with a bulletin.
//
//	! CISSE bulletin new {b} bulletin {rumour} …     a draft of a kind, which ends in three days and rests on these rumours
//	! CISSE bulletin new {c} correction {b}          one that corrects another
//	! CISSE bulletin write {b} fra sms | the text
//	! DJENEBA bulletin back {b} bam sms | how it was put back into French
//	! CISSE bulletin ready {b}                       the do-no-harm list is answered with no, and approval asked for
//	! AMI bulletin approve {b}                       also send, pause, resume
//	! AMI bulletin withdraw {b} | why
//	! AMI bulletin prefer {b} fra                    the language for readers of another
func (p *player) bulletinStep(name, verb string, args []string, text string) (known bool, err error) {
	if verb != "bulletin" {
		return false, nil
	}
	act, ref := p.act(name), args[1]
	rule := func(do func(storage.Tx, bulletin.Desk) (bot.Bulletin, error)) error {
		_, err := p.Bulletin(context.Background(), do)
		return err
	}
	switch args[0] {
	case "new":
		id, refs, kind := p.NewID(), p.Refs(), bot.BulletinKind(args[2])
		until := p.clock.Instant().Add(72 * time.Hour)
		set, corrects := bulletin.Draft{ExpiresAt: &until}, ""
		if rest := args[3:]; kind.Lane() == bot.LaneCorrection {
			corrects = rest[0]
		} else {
			set.Rumours = &rest
		}
		made, err := p.Bulletin(context.Background(), func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
			return d.New(tx, act, id, refs, kind, corrects, set)
		})
		if err == nil {
			p.names[strings.Trim(ref, "{}")] = string(made.Ref)
		}
		return true, err
	case "write":
		return true, rule(func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
			return d.Write(tx, act, ref, bot.Lang(args[2]), bot.VariantChannel(args[3]), text)
		})
	case "back":
		return true, rule(func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
			return d.BackTranslate(tx, act, ref, bot.Lang(args[2]), bot.VariantChannel(args[3]), text, true)
		})
	case "prefer":
		lang := bot.Lang(args[2])
		return true, rule(func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
			return d.Edit(tx, act, ref, bulletin.Draft{Fallback: &lang})
		})
	case "ready":
		return true, rule(func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
			if _, err := d.AnswerHarm(tx, act, ref, bot.HarmQuestions(), nil); err != nil {
				return bot.Bulletin{}, err
			}
			return d.Submit(tx, act, ref)
		})
	case "approve":
		return true, rule(func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) { return d.Approve(tx, act, ref) })
	case "withdraw":
		return true, rule(func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) { return d.Withdraw(tx, act, ref, text) })
	case "send", "pause", "resume":
		id := p.NewID()
		err := p.Store.Update(context.Background(), func(tx storage.Tx) (err error) {
			switch d := p.Bulletins(); args[0] {
			case "send":
				_, _, err = d.Send(tx, act, ref, id)
			case "pause":
				_, err = d.Pause(tx, act, ref)
			default:
				_, err = d.Resume(tx, act, ref)
			}
			return err
		})
		if err == nil {
			err = p.Sweep(context.Background())
		}
		return true, err
	}
	return true, fmt.Errorf("no such step with a bulletin: %q", args[0])
}
