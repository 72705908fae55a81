package rumour

import (
	"fmt"
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// MeasureReply counts an answer to one report as it will travel.
func (d Desk) MeasureReply(l bot.Lang, text string) sms.Size {
	return d.frame(l, ReplyKey, map[string]string{"answer": text})
}

// Replied is an answer to one report as it was queued.
type Replied struct {
	Report  bot.Report
	Size    sms.Size
	ReplyBy bot.ReplyBy // other than "" and sms: it waits for the menu, or for a call
}

// Reply answers a question or a need, which no rumour is made of: once, and whoever told it alone.
func (d Desk) Reply(tx storage.Tx, a people.Act, ref, text string, id bot.ID) (Replied, error) {
	by, rep, err := beginReport(tx, a, ref, bot.RoleModerator, bot.RoleCoordinator)
	if err != nil {
		return Replied{}, err
	}
	if err := undone(rep); err != nil {
		return Replied{}, err
	}
	if err := unlinked(tx, rep); err != nil {
		return Replied{}, err
	}
	c, err := person(tx, rep)
	if err != nil {
		return Replied{}, err
	}
	answer, err := plain(text, "desk.text_empty")
	if err != nil {
		return Replied{}, err
	}
	lang := d.reads(c, rep)
	size := d.MeasureReply(lang, string(answer))
	if size.Parts > AnswerParts {
		return Replied{}, bot.Fault(bot.CodeRefused, "desk.answer_too_long",
			"parts", strconv.Itoa(size.Parts), "max", strconv.Itoa(AnswerParts))
	}
	o := d.direct(rep, ReplyKey, lang, id, a.At)
	if people.Stopped(c, o, rep.ToldAt()) {
		return Replied{}, bot.Fault(bot.CodeRefused, "desk.person_stopped", "ref", string(rep.Ref))
	}
	if err := words(tx, o, answer); err != nil {
		return Replied{}, err
	}
	rep.State = bot.ReportAnsweredDirect
	if rep, err = d.send(tx, rep, o); err != nil {
		return Replied{}, err
	}
	if err := forgetQuestion(tx, c, rep, a.At); err != nil {
		return Replied{}, err
	}
	return Replied{Report: rep, Size: size, ReplyBy: c.ReplyBy}, a.Note(tx, by, "report.replied", string(rep.Ref), "")
}

// direct is the answer to one report that belongs to no rumour.
func (d Desk) direct(rep bot.Report, key string, lang bot.Lang, id bot.ID, at bot.Instant) bot.Outbound {
	return bot.Outbound{
		ID: id, Contact: rep.Contact, Gateway: rep.Gateway, Lane: bot.LaneReply, Kind: bot.KindAnswer, Key: key, Lang: lang,
		Report: rep.ID, State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(d.validity()),
	}
}

// send queues the answer to a report and notes it there.
func (d Desk) send(tx storage.Tx, rep bot.Report, o bot.Outbound) (bot.Report, error) {
	if err := tx.PutOutbound(o, 0); err != nil {
		return bot.Report{}, fmt.Errorf("rumour: send: %w", err)
	}
	rep.Answer, rep.AnswerNo, rep.AnsweredAt = o.ID, 0, o.CreatedAt
	return saveReport(tx, rep)
}

// forgetQuestion takes back the questions about a report that needs no reply any more, the desk's and those of a machine. Where one
// was not sent, it is not sent.
func forgetQuestion(tx storage.Tx, c bot.Contact, rep bot.Report, at bot.Instant) error {
	was := len(people.Questions(c, at))
	c = people.CloseAbout(c, rep.ID, bot.QuestionDesk, bot.QuestionMatch, bot.QuestionOther, bot.QuestionMore)
	if len(people.Questions(c, at)) == was {
		return nil
	}
	_, err := people.Save(tx, c)
	return err
}
