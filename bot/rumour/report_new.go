package rumour

import (
	"fmt"
	"regexp"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Entry is a report that somebody types for somebody else.
type Entry struct {
	ID      bot.ID
	Refs    []bot.Ref // candidates, drawn beforehand
	Channel bot.Channel
	Number  bot.Address    // of whoever said it; zero = nobody is owed an answer
	Contact bot.ContactKey // of Number
	Gateway string         // by which a number that never wrote to us is answered
	SaidBy  string         // a code for whoever said it, "" for anonymous
	Lang    bot.Lang       // in which the person wants to be answered, "" = not told
	Place   bot.PlaceCode
	Theme   bot.Theme
	ReplyBy bot.ReplyBy // "" = not told
	Text    string
}

// Anonymous stands for whoever said what was entered, where neither a number nor a code is known.
const Anonymous = "anonymous"

var (
	// saidBy is a code name, as an account's.
	saidBy = regexp.MustCompile(`^[A-Za-z0-9._-]{2,32}$`)
	// likeNumber finds what may be a phone number in one.
	likeNumber = regexp.MustCompile(`[0-9][0-9._-]{4,}[0-9]`)
)

// EntryChannels are the ways by which that may have come which is typed at the desk.
func EntryChannels() []bot.Channel {
	return []bot.Channel{
		bot.ChannelVoiceCall, bot.ChannelMissedCall, bot.ChannelWhatsApp, bot.ChannelRadio, bot.ChannelInPerson, bot.ChannelPaper,
	}
}

// Enterers are the roles that may enter reports for others.
func Enterers() []bot.Role {
	return []bot.Role{bot.RoleFieldAgent, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator, bot.RoleProtectionFocal}
}

// Enter makes a report of what somebody said and somebody else typed. The text is on disk as a text that was sent; it is no
// consent to anything. With a number the person is owed an answer; nothing is sent to it now.
func (d Desk) Enter(tx storage.Tx, a people.Act, e Entry) (bot.Report, bot.Contact, error) {
	by, err := a.Actor(tx, Enterers()...)
	if err != nil {
		return bot.Report{}, bot.Contact{}, err
	}
	text, err := d.checkEntry(e)
	if err != nil {
		return bot.Report{}, bot.Contact{}, err
	}
	rep := bot.Report{
		ID: e.ID, CreatedBy: e.SaidBy, EnteredBy: by.Name, Channel: e.Channel, Lang: e.Lang, ReceivedAt: a.At,
		State: bot.ReportReceived, Place: e.Place, Theme: e.Theme,
	}
	var c bot.Contact
	if !e.Contact.IsZero() {
		if c, err = people.Entered(tx, e.Contact, e.Number, e.Gateway, e.Lang, e.ReplyBy, a.At); err != nil {
			return bot.Report{}, bot.Contact{}, err
		}
		if err := people.ToldFor(tx, c.Key, rep.ID, a.At); err != nil {
			return bot.Report{}, bot.Contact{}, err
		}
		rep.Contact, rep.Gateway = c.Key, c.Gateway
	} else if rep.CreatedBy == "" {
		rep.CreatedBy = Anonymous
	}
	if rep.Ref, err = tx.TakeRef(e.Refs, bot.RefReport, e.ID); err != nil {
		return bot.Report{}, bot.Contact{}, fmt.Errorf("rumour: enter: %w", err)
	}
	err = tx.PutInbound(bot.Inbound{
		ID: e.ID, Gateway: rep.Gateway, Channel: e.Channel, Contact: rep.Contact, Text: text, ReceivedAt: a.At, Class: bot.ClassReport,
	})
	if err != nil {
		return bot.Report{}, bot.Contact{}, fmt.Errorf("rumour: enter: %w", err)
	}
	if rep, err = saveReport(tx, rep); err != nil {
		return bot.Report{}, bot.Contact{}, err
	}
	return rep, c, a.Note(tx, by, "report.entered", string(rep.Ref), string(e.Channel))
}

// checkEntry gives the text as it is kept.
func (d Desk) checkEntry(e Entry) (bot.Text, error) {
	switch {
	case !slices.Contains(EntryChannels(), e.Channel):
		return "", bot.Fault(bot.CodeInvalid, "desk.bad_request")
	case e.SaidBy != "" && (!saidBy.MatchString(e.SaidBy) || likeNumber.MatchString(e.SaidBy)):
		return "", bot.Fault(bot.CodeInvalid, "desk.bad_said_by")
	case e.Lang != "" && !slices.Contains(d.Langs, e.Lang):
		return "", bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(e.Lang), "langs", list(d.Langs))
	case e.Theme != "" && !slices.Contains(bot.Themes(), e.Theme):
		return "", bot.Fault(bot.CodeInvalid, "desk.bad_request")
	case e.ReplyBy != "" && e.ReplyBy != bot.ReplyBySMS && e.ReplyBy != bot.ReplyByCall:
		return "", bot.Fault(bot.CodeInvalid, "desk.bad_request")
	case e.ReplyBy != "" && e.Contact.IsZero():
		return "", bot.Fault(bot.CodeInvalid, "desk.reply_by_needs_number")
	}
	return plain(e.Text, "desk.told_empty")
}
