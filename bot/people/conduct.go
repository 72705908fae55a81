package people

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// ConductVersion names the wording of the code of conduct that is in use.
	ConductVersion = "2026-11"
	// ConductKey is the locale key of the code of conduct, as it is sent.
	ConductKey = "sms.conduct"
	// ConductOpen is how long the question whether a member accepts it stays open.
	ConductOpen = 7 * 24 * time.Hour
)

// ConductToAsk is the message that asks it.
type ConductToAsk struct {
	ID      bot.ID
	Gateway string // for a number that never wrote to us
}

// AskConduct asks a member by SMS whether they accept the code of conduct. It waits for its turn behind other questions; waits is
// until when at the latest, 0 if it goes now.
func AskConduct(tx storage.Tx, a Act, codeName string, q ConductToAsk, langs []bot.Lang) (m bot.Member, waits bot.Instant, err error) {
	by, m, _, err := memberOf(tx, a, codeName)
	if err != nil {
		return m, 0, err
	}
	switch {
	case m.Status == bot.AgentExited || m.Vetting == bot.VettingDeclined:
		return m, 0, bot.Fault(bot.CodeRefused, "desk.member_exited", "name", codeName)
	case m.Contact.IsZero():
		return m, 0, bot.Fault(bot.CodeRefused, "desk.member_no_number", "name", codeName)
	}
	c, err := tx.Contact(m.Contact)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !c.Number.Answerable() {
		return m, 0, bot.Fault(bot.CodeRefused, "desk.member_no_number", "name", codeName)
	}
	if err != nil {
		return m, 0, fmt.Errorf("people: ask conduct: %w", err)
	}
	if c.Stopped() || c.ReplyBy == bot.ReplyByUSSD || c.ReplyBy == bot.ReplyByCall {
		return m, 0, bot.Fault(bot.CodeRefused, "desk.member_stopped")
	}
	ends := a.At.Add(ConductOpen)
	if last := LastEnd(Close(c, bot.QuestionConduct), a.At); !last.IsZero() {
		waits, ends = last, last.Add(ConductOpen)
	}
	c = Ask(Close(c, bot.QuestionConduct), bot.Question{Kind: bot.QuestionConduct, AskedAt: a.At, EndsAt: ends, Texts: []bot.ID{q.ID}}, false)
	if QuestionOf(c, bot.QuestionConduct, a.At) == nil { // too many wait
		return m, 0, bot.Fault(bot.CodeRefused, "desk.conduct_waits", "name", codeName)
	}
	if c, err = Save(tx, c); err != nil {
		return m, 0, err
	}
	lang := m.Langs[0]
	if c.LangBy == bot.LangChosen {
		for _, l := range langs {
			if l == c.Lang {
				lang = l
			}
		}
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: q.ID, Contact: c.Key, Gateway: gatewayOf(c, q.Gateway), Lane: bot.LaneReply, Kind: bot.KindConduct, Key: ConductKey, Lang: lang,
		State: bot.OutQueued, CreatedAt: a.At, NextAt: a.At, ExpiresAt: ends,
	}, 0)
	if err != nil {
		return m, 0, fmt.Errorf("people: ask conduct: %w", err)
	}
	m.Conduct = bot.Conduct{Version: ConductVersion, AskedAt: a.At, Channel: bot.ChannelSMS}
	if m, err = putMember(tx, m); err != nil {
		return m, 0, err
	}
	return m, waits, a.Note(tx, by, "member.conduct_asked", codeName, ConductVersion)
}

// gatewayOf is the gateway by which a contact is written to.
func gatewayOf(c bot.Contact, site string) string {
	if c.Gateway != "" {
		return c.Gateway
	}
	return site
}

// SignConduct notes that a member accepted the code of conduct on paper, for one without a phone or who wants no SMS.
func SignConduct(tx storage.Tx, a Act, codeName string) (bot.Member, error) {
	by, m, _, err := memberOf(tx, a, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	if m.Status == bot.AgentExited || m.Vetting == bot.VettingDeclined {
		return bot.Member{}, bot.Fault(bot.CodeRefused, "desk.member_exited", "name", codeName)
	}
	m.Conduct = bot.Conduct{Version: ConductVersion, AskedAt: a.At, At: a.At, Accepted: true, Channel: bot.ChannelPaper, By: by.Name}
	if m, err = putMember(tx, m); err != nil {
		return bot.Member{}, err
	}
	return m, a.Note(tx, by, "member.conduct_signed", codeName, ConductVersion)
}

// YesOrNo is the question that a yes or a no answers: of consent and the code of conduct, the one that stands first. nil if
// neither is there.
func YesOrNo(c bot.Contact, at bot.Instant) *bot.Question {
	for _, q := range questions(c) {
		if (q.Kind == bot.QuestionConsent || q.Kind == bot.QuestionConduct) && at < q.EndsAt {
			return &q
		}
	}
	return nil
}

// AnswerConduct notes a yes or a no to the code of conduct, under the member that the number is. A no takes no rights away by
// itself: it keeps the member from being cleared, and the desk sees it.
func AnswerConduct(tx storage.Tx, c bot.Contact, yes bool, channel bot.Channel, at bot.Instant) (bot.Contact, error) {
	name, err := tx.MemberOf(c.Key)
	if err == nil {
		var m bot.Member
		if m, err = tx.Member(name); err == nil {
			m.Conduct.At, m.Conduct.Accepted, m.Conduct.Channel, m.Conduct.By = at, yes, channel, ""
			if _, err = putMember(tx, m); err != nil {
				return c, err
			}
		}
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return c, fmt.Errorf("people: answer conduct: %w", err)
	}
	return Save(tx, Close(c, bot.QuestionConduct))
}
