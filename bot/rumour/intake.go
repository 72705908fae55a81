package rumour

import (
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// StaleAfter is the age at which a message reaches us too late to be answered by a machine (dialogues §6).
const StaleAfter = 48 * time.Hour

// Telling is a text that was taken for a report.
type Telling struct {
	In        bot.Inbound // stored already; its id becomes the report's
	Lang      bot.Lang    // of the text or chosen by the person, "" when unsure
	MaybeStop bool
	Draft     bot.Draft // what a menu asked already; zero for none
	// ReplyGateway is where the answer goes out, if not by the gateway that the text came by.
	ReplyGateway string
	Refs         []bot.Ref   // candidates, drawn beforehand
	Looked       bot.Instant // when the text was compared with what was checked; 0 = it was not
}

// saidByOther is who said what a desk account reports by phone: somebody else, of whom nothing is known. The answer goes to
// the phone that reported it, whose owner tells them.
const saidByOther = "other"

// Tell makes a report of a text. From a phone that is registered for a desk account it is somebody else's telling.
func Tell(tx storage.Tx, t Telling) (bot.Report, error) {
	ref, err := tx.TakeRef(t.Refs, bot.RefReport, t.In.ID)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: tell: %w", err)
	}
	r := bot.Report{
		ID: t.In.ID, Ref: ref, Contact: t.In.Contact, Channel: t.In.Channel, Gateway: t.In.Gateway,
		Lang: t.Lang, SentAt: t.In.SentAt, ReceivedAt: t.In.ReceivedAt,
		Stale:     !t.In.SentAt.IsZero() && t.In.ReceivedAt.Sub(t.In.SentAt) > StaleAfter,
		MaybeStop: t.MaybeStop, State: bot.ReportReceived,
		Place: t.Draft.Place, Theme: t.Draft.Theme, Protect: t.Draft.Protect,
		Match: bot.Match{Looked: t.Looked},
	}
	if t.ReplyGateway != "" {
		r.Gateway = t.ReplyGateway
	}
	phone, registered, err := people.DeskNumber(tx, t.In.Contact)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: tell: %w", err)
	}
	if registered {
		r.CreatedBy, r.EnteredBy = saidByOther, phone.User
	}
	if err := tx.PutReport(r, 0); err != nil {
		return bot.Report{}, fmt.Errorf("rumour: tell: %w", err)
	}
	r.Rev = 1
	return r, nil
}

// maxJoined is how many texts join one report; a phone that sends without end begins a new one, and no row grows for ever.
const maxJoined = 20

// Join adds a text to a report that nobody has linked yet, or to one whose sender has just replied to the desk's question;
// ok is false when it is too late for that, or it is full.
func Join(tx storage.Tx, report bot.ID, in bot.Inbound, maybeStop bool) (r bot.Report, ok bool, err error) {
	if r, err = tx.Report(report); err != nil {
		return bot.Report{}, false, fmt.Errorf("rumour: join: %w", err)
	}
	goesOn := !r.RepliedAt.IsZero() && in.Written().Sub(r.RepliedAt).Abs() <= replyJoins
	if (r.State != bot.ReportReceived || !r.Rumour.IsZero()) && !goesOn || len(r.Joined) >= maxJoined {
		return bot.Report{}, false, nil
	}
	r.Joined = append(r.Joined, in.ID)
	r.LastTextAt = in.Written()
	r.MaybeStop = r.MaybeStop || maybeStop
	r.Match.Looked = 0 // nobody has compared the whole of it yet
	r, err = saveReport(tx, r)
	return r, err == nil, err
}
