package rumour

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

const (
	// QuestionKey frames a question from the desk, ReplyKey an answer of the desk's own to one report.
	QuestionKey = "sms.desk_question"
	ReplyKey    = "sms.reply"
	// AskOpen is how long a question from the desk is open from when it was sent (dialogues §2).
	AskOpen = 3 * 24 * time.Hour
	// askParts is the most parts of a question, mostAsked the most questions about one report.
	askParts  = 1
	mostAsked = 5
	// replyJoins is how long after the reply to a question a further text belongs to it.
	replyJoins = 10 * time.Minute
)

// Asked is a question from the desk as it was queued.
type Asked struct {
	Report bot.Report
	Size   sms.Size
	// Waits is when the questions end that are open before this one, at the latest; 0 if it goes now.
	Waits  bot.Instant
	InMenu bool // the person wants no SMS: it is shown in the menu
}

// Ask asks the person who told a report one thing, by SMS, or in the menu for a person who wants no SMS. The next free text
// answers it, and joins the report. One question is open for a person: this one waits its turn, and there is one from the
// desk at a time.
func (d Desk) Ask(tx storage.Tx, a people.Act, ref, text string, id bot.ID) (Asked, error) {
	by, rep, err := beginReport(tx, a, ref, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator)
	if err != nil {
		return Asked{}, err
	}
	if err := undone(rep); err != nil {
		return Asked{}, err
	}
	c, err := person(tx, rep)
	if err != nil {
		return Asked{}, err
	}
	if err := d.mayAsk(tx, a, c, rep); err != nil {
		return Asked{}, err
	}
	question, err := plain(text, "desk.question_empty")
	if err != nil {
		return Asked{}, err
	}
	lang := d.reads(c, rep)
	size, err := d.askSize(lang, question)
	if err != nil {
		return Asked{}, err
	}
	c = people.CloseAbout(c, rep.ID, bot.QuestionMatch, bot.QuestionMore) // what somebody asks takes the place of what a machine asked
	asked := Asked{Size: size, InMenu: c.ReplyBy == bot.ReplyByUSSD}
	ends := a.At.Add(AskOpen)
	if last := people.LastEnd(c, a.At); !last.IsZero() {
		asked.Waits, ends = last, last.Add(AskOpen)
	}
	q := bot.Question{Kind: bot.QuestionDesk, AskedAt: a.At, EndsAt: ends, Texts: []bot.ID{id}, Report: rep.ID}
	c = people.Ask(c, q, false)
	if people.QuestionOf(c, bot.QuestionDesk, a.At) == nil { // too many wait
		return Asked{}, bot.Fault(bot.CodeRefused, "desk.question_open", "ref", string(rep.Ref))
	}
	if _, err := people.Save(tx, c); err != nil {
		return Asked{}, err
	}
	o := bot.Outbound{
		ID: id, Contact: c.Key, Gateway: rep.Gateway, Lane: bot.LaneReply, Kind: bot.KindQuestion, Key: QuestionKey, Lang: lang,
		Report: rep.ID, State: bot.OutQueued, CreatedAt: a.At, NextAt: a.At, ExpiresAt: ends,
	}
	if err := words(tx, o, question); err != nil {
		return Asked{}, err
	}
	if err := tx.PutOutbound(o, 0); err != nil {
		return Asked{}, fmt.Errorf("rumour: ask: %w", err)
	}
	rep.Asked = append(rep.Asked[:len(rep.Asked):len(rep.Asked)], id)
	if asked.Report, err = saveReport(tx, rep); err != nil {
		return Asked{}, err
	}
	return asked, a.Note(tx, by, "report.asked", string(rep.Ref), "")
}

// mayAsk refuses a question to somebody who wants to be left alone or rung, or who has one to answer.
func (d Desk) mayAsk(tx storage.Tx, a people.Act, c bot.Contact, rep bot.Report) error {
	ref, at := string(rep.Ref), a.At
	switch {
	case c.Stopped():
		return bot.Fault(bot.CodeRefused, "desk.person_stopped", "ref", ref)
	case c.ReplyBy == bot.ReplyByCall:
		return bot.Fault(bot.CodeRefused, "desk.person_by_call", "ref", ref)
	case len(rep.Asked) >= mostAsked:
		return bot.Fault(bot.CodeRefused, "desk.asked_enough", "ref", ref, "max", strconv.Itoa(mostAsked))
	}
	q, left, sent, err := people.DeskAsked(tx, c, at)
	if err != nil {
		return err
	}
	if q.Kind == "" || sent && at.Sub(left) >= AskOpen {
		return nil
	}
	other, err := tx.Report(q.Report)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("rumour: may ask: %w", err)
	}
	switch err := mayWorkOn(tx, a, other); {
	case bot.CodeOf(err) == bot.CodeForbidden: // whose question it is would tell that there is such a report
		other = rep
	case err != nil:
		return err
	}
	return bot.Fault(bot.CodeRefused, "desk.question_open", "ref", string(other.Ref))
}

// askSize counts a question as it will travel, and refuses what takes more than it should.
func (d Desk) askSize(l bot.Lang, text bot.Text) (sms.Size, error) {
	size := d.frame(l, QuestionKey, map[string]string{"question": string(text)})
	if size.Encoding != bot.GSM7 && d.Wire != sms.Official {
		return size, bot.Fault(bot.CodeRefused, "desk.question_signs", "signs", signs(size))
	}
	if size.Parts > askParts {
		return size, bot.Fault(bot.CodeRefused, "desk.question_too_long", "parts", strconv.Itoa(size.Parts), "max", strconv.Itoa(askParts))
	}
	return size, nil
}

// frame counts a text as it will travel: framed, in wire form, with the longest reference.
func (d Desk) frame(l bot.Lang, key string, args map[string]string) sms.Size {
	args["service"], args["ref"] = d.Service, longestRef
	return sms.Measure(d.Wired(d.Texts.Text(l, key, args).Text))
}

// JoinReply adds the reply to the desk's question to its report, whatever has become of that since; ok is false when there
// is no room for it, or the report is gone.
func JoinReply(tx storage.Tx, report bot.ID, in bot.Inbound, maybeStop bool) (rep bot.Report, ok bool, err error) {
	rep, err = tx.Report(report)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Report{}, false, nil
	}
	if err != nil {
		return bot.Report{}, false, fmt.Errorf("rumour: reply: %w", err)
	}
	if rep.Contact != in.Contact || len(rep.Joined) >= maxJoined || rep.State == bot.ReportProtected {
		return bot.Report{}, false, nil
	}
	rep.Joined = append(rep.Joined[:len(rep.Joined):len(rep.Joined)], in.ID)
	rep.LastTextAt, rep.RepliedAt = in.Written(), in.Written()
	rep.MaybeStop = rep.MaybeStop || maybeStop
	rep, err = saveReport(tx, rep)
	return rep, err == nil, err
}
