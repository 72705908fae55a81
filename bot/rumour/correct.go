package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

const (
	// CorrectionKey frames an answer for those who may have heard another one: it says of which day that was.
	CorrectionKey = "sms.correction"
	// WithdrawnKey says that the answer of a day does not hold, and nothing of the rumour.
	WithdrawnKey = "sms.withdrawn"
	// HeardArg is the value of a message that says which answer its reader may have heard: the number of a version.
	HeardArg = "heard"
	// mostVersions keeps a row from growing for ever.
	mostVersions = 50
	// longestDay stands in for a day when a text is measured.
	longestDay = "00/00"
)

// Correct takes back what was published because it was wrong, and decides anew: another verdict, or the same with another
// text. From then on the old text goes to nobody. The new texts are written, approved and published as the first ones were.
func (d Desk) Correct(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	same := func(m *moving) error {
		if m.Verdict == "" {
			m.Verdict = m.was.Verdict
		}
		return checkVerdict(m)
	}
	return d.move(tx, a, ref, Correct, s, same, func(m *moving) (err error) {
		m.takeBack()
		m.r.Verdict, m.r.DecidedBy, m.r.DecidedAt, m.r.DecidedOn = m.verdict(), m.by.Name, m.act.At, len(m.r.Evidence)
		m.r.ClosedAt, m.r.Reason = 0, ""
		m.reason = string(m.r.Verdict)
		for _, t := range m.Texts {
			if m.r, err = d.write(m.r, m.by, a.At, t.Lang, t.Text); err != nil {
				return err
			}
			if err := a.Note(tx, m.by, eventKind(Write), string(m.r.Ref), string(t.Lang)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Withdraw takes back what was published, at once and by one coordinator: the people who may have heard it are told that it
// does not hold, in a sentence of ours, and the rumour is investigated again.
func (d Desk) Withdraw(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Withdraw, s, nil, func(m *moving) error {
		if m.was.Public() {
			m.takeBack()
			m.r.Earlier = m.was.DecidedOn
		} else { // what is being written stays
			m.keepVersion()
			m.r.Amending = true
		}
		m.investigate()
		m.r.AnswerNo++
		m.r.AnswerKind, m.r.Told = bot.AnswerWithdrawal, ""
		m.r.Versions = append(m.r.Versions, bot.AnswerVersion{
			No: m.r.AnswerNo, Kind: bot.AnswerWithdrawal, By: m.by.Name, At: a.At,
		})
		m.r.ClosedAt, m.r.Reason, m.r.QuietSince = 0, "", 0
		m.r.PublishedBy, m.r.PublishedAt = "", 0 // what it says is public no more
		m.r.HeldAt = a.At                        // it says that the claim is being checked again
		m.r.FanOut.Open, m.r.Recurred = true, false
		again(&m.r)
		return nil
	})
}

// TakenBack is when an answer that was published was taken back, where nothing has taken its place; ok is false where none
// was, or one stands.
func TakenBack(r bot.Rumour) (at bot.Instant, ok bool) {
	if r.AnswerNo == 0 || r.Public() || r.Recurred {
		return 0, false
	}
	if n := len(r.Versions); r.Withdrawn() && n > 0 {
		return r.Versions[n-1].At, true
	}
	return max(r.DecidedAt, r.ReopenedAt), true
}

// takeBack keeps the published answer as a version and lets nothing of it leave any more.
func (m *moving) takeBack() {
	m.keepVersion()
	m.r.Answers, m.r.Fallback, m.r.Amending, m.r.FanOut.Open = nil, "", true, false
}

// keepVersion notes the answer that another one will take the place of.
func (m *moving) keepVersion() {
	if m.was.AnswerNo == 0 || m.was.Withdrawn() { // a withdrawal is noted when it is made
		return
	}
	if n := len(m.was.Versions); n > 0 && m.was.Versions[n-1].No == m.was.AnswerNo && m.was.Versions[n-1].At == m.was.PublishedAt {
		return
	}
	v := bot.AnswerVersion{
		No: m.was.AnswerNo, Kind: m.was.AnswerKind, Verdict: m.was.Told, By: m.was.PublishedBy, At: m.was.PublishedAt,
	}
	if v.Kind == "" {
		v.Kind = bot.AnswerFirst
	}
	if v.Verdict == "" {
		v.Verdict = m.was.Verdict
	}
	for _, a := range m.was.Answers {
		if a.Approved() {
			v.Answers = append(v.Answers, a)
		}
	}
	m.r.Versions = append(slices.Clone(m.r.Versions), v)
}

// guardToldBefore wants an answer that people may have heard and that was not taken back.
func (m *moving) guardToldBefore() error {
	if m.was.AnswerNo == 0 || m.was.Withdrawn() || m.verb == Correct && !m.was.Public() {
		return m.refuse("desk.not_published")
	}
	if len(m.was.Versions) >= mostVersions {
		return m.refuse("desk.too_many", "max", itoa(mostVersions))
	}
	return nil
}

// again lets the queueing begin with those who may have heard an answer before the present one.
func again(r *bot.Rumour) {
	r.FanOut.Again, r.FanOut.AfterTold = r.AnswerNo > 1, bot.ContactKey{}
}

// MeasureCorrection counts an answer as it travels to those who may have heard another one.
func (d Desk) MeasureCorrection(l bot.Lang, text string) sms.Size {
	return d.frame(l, CorrectionKey, map[string]string{"answer": text, "date": longestDay})
}

// reached tells whether a message may have been read: it left, or it may have.
func reached(o bot.Outbound) bool {
	switch o.State {
	case bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered:
		return true
	default:
		return false
	}
}

// heard is the last answer that may have reached a person, 0 for none, and the message that was to bring the last one.
func heard(tx storage.Tx, told bot.Told) (int, bot.Outbound, error) {
	if told.Outbound.IsZero() {
		return told.Heard, bot.Outbound{}, nil
	}
	o, err := tx.Outbound(told.Outbound)
	if errors.Is(err, storage.ErrNotFound) {
		return told.Heard, bot.Outbound{}, nil
	}
	if err != nil {
		return 0, bot.Outbound{}, fmt.Errorf("rumour: heard: %w", err)
	}
	if reached(o) {
		return told.AnswerNo, o, nil
	}
	if left, err := before(tx, told); err != nil || left {
		return told.AnswerNo, o, err
	}
	return told.Heard, o, nil
}

// before tells whether the message before the last one, which brings the same answer, may have been read.
func before(tx storage.Tx, told bot.Told) (bool, error) {
	if told.Before.IsZero() {
		return false, nil
	}
	o, err := tx.Outbound(told.Before)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("rumour: heard: %w", err)
	}
	return reached(o), nil
}

// supersede ends a message that has not left.
func supersede(tx storage.Tx, o bot.Outbound, at bot.Instant) error {
	if o.State != bot.OutQueued {
		return nil
	}
	o.State, o.Reason, o.EndedAt = bot.OutSuppressed, reasonSuperseded, at
	if err := tx.PutOutbound(o, o.Rev); err != nil {
		return fmt.Errorf("rumour: supersede: %w", err)
	}
	return nil
}

// fanAgain queues the next portion of corrections, or of withdrawals, to those who may have heard an answer before. What they
// were to get of that and did not is taken back.
func (d Desk) fanAgain(tx storage.Tx, r *bot.Rumour, ids []bot.ID, at bot.Instant) error {
	hearers, err := tx.Hearers(r.ID, r.FanOut.AfterTold, fanPortion)
	if err != nil {
		return fmt.Errorf("rumour: fan out: %w", err)
	}
	for i, c := range hearers {
		if err := d.tellAgain(tx, r, c, ids[i], at); err != nil {
			return err
		}
		r.FanOut.AfterTold = c
	}
	r.FanOut.Again = len(hearers) == fanPortion
	return nil
}

// tellAgain corrects what one person may have heard.
func (d Desk) tellAgain(tx storage.Tx, r *bot.Rumour, c bot.ContactKey, id bot.ID, at bot.Instant) error {
	told, err := tx.Told(r.ID, c)
	if err != nil {
		return fmt.Errorf("rumour: tell again: %w", err)
	}
	if told.AnswerNo == r.AnswerNo {
		return nil
	}
	no, last, err := heard(tx, told)
	if err != nil {
		return err
	}
	if err := supersede(tx, last, at); err != nil || no == 0 || no >= r.AnswerNo {
		return err // they heard none, or have read the present one
	}
	rep, person, err := d.hearer(tx, told.Report, c)
	if errors.Is(err, storage.ErrNotFound) || err == nil && rep.Protect {
		return nil
	}
	if err != nil {
		return err
	}
	if person.Stopped() && rep.ReceivedAt <= person.StoppedAt {
		return nil // what they told since is answered with the others
	}
	lang, fell, ok := d.reads(person, rep), false, true
	if !r.Withdrawn() {
		if lang, fell, ok = d.answerLang(*r, lang); !ok {
			return nil
		}
	}
	if fell {
		r.FanOut.Fell++
	}
	r.FanOut.Corrected++
	m := d.correction(*r, d.message(*r, rep, lang, id, at), no)
	if err := tx.PutOutbound(m, 0); err != nil {
		return fmt.Errorf("rumour: tell again: %w", err)
	}
	told.AnswerNo, told.Outbound, told.Heard, told.Before = r.AnswerNo, id, no, bot.ID{}
	if err := putTold(tx, r, c, told, at); err != nil {
		return err
	}
	if rep.Rumour != r.ID { // it tells something else, and is another rumour's
		return nil
	}
	if r.Withdrawn() {
		owe(&rep)
		rep.Answer, rep.AnswerNo = id, r.AnswerNo
		if err := tx.PutReport(rep, rep.Rev); err != nil {
			return fmt.Errorf("rumour: tell again: %w", err)
		}
		return nil
	}
	return answered(tx, *r, rep, id, at)
}

// hearer is the report whose reference a person knows the answer by, and the person.
func (d Desk) hearer(tx storage.Tx, report bot.ID, c bot.ContactKey) (bot.Report, bot.Contact, error) {
	rep, err := tx.Report(report)
	if err != nil {
		return bot.Report{}, bot.Contact{}, fmt.Errorf("rumour: hearer: %w", err)
	}
	person, err := tx.Contact(c)
	if err != nil {
		return bot.Report{}, bot.Contact{}, fmt.Errorf("rumour: hearer: %w", err)
	}
	return rep, person, nil
}

// correction makes of an answer's message one for a person who may have heard the answer with a number before.
func (d Desk) correction(r bot.Rumour, m bot.Outbound, no int) bot.Outbound {
	m.Lane, m.Key, m.Args = bot.LaneCorrection, CorrectionKey, map[string]string{HeardArg: itoa(no)}
	if r.Withdrawn() {
		m.Key = WithdrawnKey
	}
	return m
}

// ReadInMenu notes that a person has read the present answer in the menu, however it was to reach them: should it be
// corrected, they are told.
func ReadInMenu(tx storage.Tx, r bot.Rumour, rep bot.Report) error {
	told, err := tx.Told(r.ID, rep.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		told, err = bot.Told{Report: rep.ID}, nil
	}
	if err != nil {
		return fmt.Errorf("rumour: read in the menu: %w", err)
	}
	if told.Heard == r.AnswerNo {
		return nil
	}
	told.Heard = r.AnswerNo
	if err := tx.PutTold(r.ID, rep.Contact, told); err != nil {
		return fmt.Errorf("rumour: read in the menu: %w", err)
	}
	return nil
}
