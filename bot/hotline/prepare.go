package hotline

import (
	"errors"
	"fmt"
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/locales"
	"tinye/storage"
)

// Reasons of Prepare beside those of people.
const (
	reasonAnswered   = "answered"   // the answer is queued: the acknowledgement has no more to say
	reasonSettled    = "settled"    // the first copy has arrived after all
	reasonSuperseded = "superseded" // the rumour's answer is another one now
)

// Prepare decides, in the transaction that claims a message, whether it may still go out, and puts its words together.
func (s *Service) Prepare(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
	now := s.now()
	if o.ExpiresAt <= now {
		return end(bot.OutExpired, people.ReasonExpired), nil
	}
	if o.Kind == bot.KindDesk {
		return s.prepareDesk(tx, o)
	}
	c, err := tx.Contact(o.Contact)
	if !o.Broadcast.IsZero() {
		return s.prepareRun(tx, o, c, err, now)
	}
	if err == nil && !c.Number.Answerable() && !c.ErasedAt.IsZero() {
		return end(bot.OutSuppressed, people.ReasonErased), nil
	}
	if errors.Is(err, storage.ErrNotFound) || err == nil && !c.Number.Answerable() {
		return end(bot.OutSuppressed, people.ReasonNoContact), nil
	}
	if err != nil {
		return storage.Decision{}, fmt.Errorf("hotline: prepare: %w", err)
	}
	var rep bot.Report
	if !o.Report.IsZero() {
		if rep, err = tx.Report(o.Report); err != nil {
			return storage.Decision{}, fmt.Errorf("hotline: prepare: %w", err)
		}
	}
	if people.Stopped(c, o, rep.ToldAt()) {
		return end(bot.OutSuppressed, people.ReasonStopped), nil
	}
	if d, over, err := s.over(tx, o, c, rep); err != nil || over {
		return d, err
	}
	if recalled, err := s.recall(tx, o, now); err != nil || recalled {
		return end(bot.OutSuppressed, reasonSuperseded), err
	}
	if reason, keep, waits := people.Waits(c, o); waits && keep {
		return storage.Decision{Hold: o.ExpiresAt, Reason: reason}, nil
	} else if waits {
		return end(bot.OutSuppressed, reason), nil
	}
	written, err := s.written(tx, o, rep)
	if err != nil {
		return storage.Decision{}, err
	}
	if until, quiet := s.Site.Quiet.Quietly(written, now); quiet {
		_, registered, err := people.DeskNumber(tx, o.Contact)
		if err != nil {
			return storage.Decision{}, err
		}
		urgent, err := critical(tx, o)
		if err != nil {
			return storage.Decision{}, err
		}
		if !registered && !urgent { // a desk's phone may ring at night
			return storage.Decision{Hold: until, Reason: people.ReasonQuietHours}, nil
		}
	}
	text, err := s.text(tx, o, rep)
	if errors.Is(err, errSuperseded) {
		return end(bot.OutSuppressed, reasonSuperseded), nil
	}
	if errors.Is(err, storage.ErrErased) {
		return end(bot.OutSuppressed, people.ReasonErased), nil
	}
	if err != nil {
		return storage.Decision{}, err
	}
	return storage.Decision{Send: true, To: c.Number, Text: bot.Text(text)}, nil
}

// critical tells whether a message is a stock wording about a critical rumour, which quiet hours do not hold.
func critical(tx storage.Tx, o bot.Outbound) (bool, error) {
	if !rumour.IsStock(o) {
		return false, nil
	}
	r, err := tx.Rumour(o.Rumour)
	if err == nil {
		r, err = rumour.Followed(tx, r)
	}
	if err != nil {
		return false, fmt.Errorf("hotline: prepare: %w", err)
	}
	return r.Risk.Level == bot.RiskCritical, nil
}

// over tells whether a message has been overtaken.
func (s *Service) over(tx storage.Tx, o bot.Outbound, c bot.Contact, rep bot.Report) (storage.Decision, bool, error) {
	if rep.State == bot.ReportProtected && o.Key != protectedKey { // its words are gone, and one neutral sentence is all that is said
		return end(bot.OutSuppressed, rumour.ReasonProtected), true, nil
	}
	if !o.ResendOf.IsZero() {
		first, err := tx.Outbound(o.ResendOf)
		if err != nil {
			return storage.Decision{}, false, fmt.Errorf("hotline: prepare: %w", err)
		}
		if first.State == bot.OutDelivered {
			return end(bot.OutSuppressed, reasonSettled), true, nil
		}
	}
	switch o.Kind {
	case bot.KindAck, bot.KindStock:
		if !rep.Answer.IsZero() && !dangerAck(o) {
			return end(bot.OutExpired, reasonAnswered), true, nil
		}
	case bot.KindAnswer:
		if !rumour.IsStock(o) {
			break
		}
		stands, err := rumour.NeutralStands(tx, o)
		if err != nil || !stands {
			return end(bot.OutSuppressed, reasonSuperseded), true, err
		}
	case bot.KindQuestion:
		if d, waits := deskTurn(o, c, s.now()); waits {
			return d, true, nil
		}
	case bot.KindConduct:
		if d, waits := itsTurn(o, c, bot.QuestionConduct, s.now()); waits {
			return d, true, nil
		}
	case bot.KindFollowUp:
		if d, waits := itsTurn(o, c, bot.QuestionHelpful, s.now()); waits {
			return d, true, nil
		}
	case bot.KindConsent:
		// A begun report may stand before the question.
		q := people.QuestionOf(c, bot.QuestionConsent, s.now())
		if q == nil || o.CreatedAt < q.AskedAt {
			return end(bot.OutSuppressed, people.ReasonQuestion), true, nil
		}
		return requestOver(tx, *q, s.now())
	}
	return storage.Decision{}, false, nil
}

// dangerAck tells whether a message acknowledges what raised an alarm: it names the number for danger, which no answer does.
func dangerAck(o bot.Outbound) bool { return o.Key == ackAlarmKey || o.Key == ackDangerKey }

// written is when the message was written that this one replies to, the latest where there are more: an answer to a report may reply
// to what its sender said to a question about it. 0 if it replies to none.
func (s *Service) written(tx storage.Tx, o bot.Outbound, rep bot.Report) (bot.Instant, error) {
	if o.Lane == bot.LaneCorrection {
		return 0, nil // it replies to nothing
	}
	var written bot.Instant
	if !o.Report.IsZero() && o.Kind != bot.KindNotice {
		written = rep.Written()
	}
	in, err := tx.Inbound(o.ID)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return written, nil
	}
	if err != nil {
		return 0, fmt.Errorf("hotline: prepare: %w", err)
	}
	if in.Class == bot.ClassDesk { // its own words
		return written, nil
	}
	return max(written, in.Written()), nil
}

var errSuperseded = errors.New("hotline: the answer is another one now")

// text puts the words of a message together, in right spelling.
func (s *Service) text(tx storage.Tx, o bot.Outbound, rep bot.Report) (string, error) {
	args := make(map[string]string, len(o.Args)+2)
	for k, v := range o.Args {
		args[k] = v
	}
	if rep.Ref != "" {
		args["ref"] = string(rep.Ref)
	}
	if o.Key == bulletinKey {
		return s.bulletinText(tx, args["ref"], o.Lang)
	}
	given := o.Key == answerKey || o.Key == rumour.AutoAnswerKey || o.Key == rumour.CorrectionKey
	if given || o.Key == publishedKey || o.Key == rumour.WithdrawnKey {
		r, err := tx.Rumour(o.Rumour)
		if err != nil {
			return "", fmt.Errorf("hotline: text: %w", err)
		}
		stands, err := rumour.Stands(tx, r, o, rep)
		if err != nil {
			return "", err
		}
		answer, ok := wordingIn(rumour.AsPublished(r), o.Lang)
		if !stands || o.Key != rumour.WithdrawnKey && (!ok || given && answer.Lang != o.Lang) {
			return "", errSuperseded
		}
		if o.Key == rumour.WithdrawnKey {
			args["date"] = s.heardOn(r, o)
			return s.Texts.Text(o.Lang, o.Key, s.values(args)).Text, nil
		}
		o.Lang = answer.Lang
		args["answer"] = string(answer.Text)
		args["date"] = locales.Day(answer.ApprovedAt, s.Site.Zone)
		if o.Key == rumour.CorrectionKey {
			args["date"] = s.heardOn(r, o)
		}
	}
	if o.Key == matchAskKey || o.Key == matchAskAgainKey {
		title, ok, err := s.titleOf(tx, o.Rumour, o.Lang)
		switch {
		case err != nil:
			return "", err
		case ok:
			args["title"] = title
		case o.Key == matchAskAgainKey:
			return "", errSuperseded
		default: // it was taken back before the message left: the report is acknowledged as any other
			o.Key = "sms.ack"
		}
	}
	if o.Key == rumour.ReplyKey || o.Key == rumour.QuestionKey {
		words, err := s.deskWords(tx, o, rep)
		if err != nil {
			return "", err
		}
		args["answer"], args["question"] = words, words
	}
	return s.Texts.Text(o.Lang, o.Key, s.values(args)).Text, nil
}

// heardOn is the day on which the answer was published that the reader of a correction may have heard.
func (s *Service) heardOn(r bot.Rumour, o bot.Outbound) string {
	no, err := strconv.Atoi(o.Args[rumour.HeardArg])
	on := r.CreatedAt
	for _, v := range r.Versions {
		if err == nil && v.No <= no && v.Kind != bot.AnswerWithdrawal && !v.At.IsZero() {
			on = v.At
		}
	}
	return locales.Day(on, s.Site.Zone)
}

// deskWords are the words that the desk wrote to one person. A reply to the reference of one's own report repeats its answer.
func (s *Service) deskWords(tx storage.Tx, o bot.Outbound, rep bot.Report) (string, error) {
	if o.Kind == bot.KindNotice {
		var err error
		if o, err = tx.Outbound(rep.Answer); errors.Is(err, storage.ErrNotFound) {
			return "", errSuperseded
		} else if err != nil {
			return "", fmt.Errorf("hotline: text: %w", err)
		}
	}
	text, err := rumour.Words(tx, o)
	return string(text), err
}

// values adds what every text may name: the service, the danger number, the weekly cap, the code to dial. (Opening hours are worded by the
// printer, which knows the language that a text falls back to.)
func (s *Service) values(args map[string]string) map[string]string {
	if args == nil {
		args = make(map[string]string, 5)
	}
	args["service"] = s.Site.Service
	args["danger"] = s.Site.Danger
	args["cap"] = strconv.Itoa(s.Site.Cap)
	args["code"] = s.Site.USSD.Code
	return args
}

func end(state bot.OutState, reason string) storage.Decision {
	return storage.Decision{End: state, Reason: reason}
}
