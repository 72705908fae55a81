package hotline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/spelling"
	"tinye/storage"
)

// message is one incoming message and all that was worked out about it before the transaction.
type message struct {
	in      bot.Inbound
	number  bot.Address
	contact bot.ContactKey
	repeat  bot.RepeatKey // zero: nothing tells a repeat from a second message
	says    saying        // what the words say to us
	alarm   alarm         // what the words raise an alarm about
	rings   bot.ID        // for the first message to those on duty
	answer  bot.ID        // for an automatic answer to what raises an alarm, behind its acknowledgement
	code    bot.CodeKey   // of the code that the words hold, if they may be a command
	fan     []bot.ID      // for the messages of the first portion, if they may send a stock wording
	lang    bot.Lang      // detected, "" when unsure
	refs    []bot.Ref
	entered bot.ID // for the consent text to somebody whom an agent types in
	found   found  // what the index made of it
}

// Receive handles one message. When it returns nil, the message, what was decided about it and every reply that it causes
// are on disk. A repeat changes nothing. An error that storage.Unavailable knows means "come again later"; any other is a
// fault of ours, and the caller puts the request into quarantine.
func (s *Service) Receive(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
	if in.Channel == bot.ChannelUSSD {
		return s.hop(ctx, in)
	}
	if in.Event == bot.EventOptOut {
		return bot.Reply{}, s.optOut(ctx, in)
	}
	m := s.read(in)
	known, err := s.readFirst(ctx, &m)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("hotline: receive: %w", err)
	}
	if known {
		s.seen("", true)
		return bot.Reply{}, nil
	}
	var done result
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		done, err = s.take(tx, m)
		return err
	})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("hotline: receive: %w", err)
	}
	if done.ref != "" {
		s.lengths.took(done.ref)
	}
	s.seen(done.class, done.repeat)
	if done.queued {
		s.wake()
	}
	return bot.Reply{}, nil
}

// known looks for a repeat before there is a transaction: one that was handled on an earlier day costs no commit, and a new
// message has to be looked for under the last days only.
func (s *Service) known(ctx context.Context, key bot.RepeatKey) (bool, error) {
	if key == (bot.RepeatKey{}) {
		return false, nil
	}
	err := s.Store.View(ctx, func(tx storage.Tx) error {
		_, err := tx.Repeat(key)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// readFirst is known for a text that may be a report, too: that is then compared with what was checked, while nobody waits for the
// store.
func (s *Service) readFirst(ctx context.Context, m *message) (repeat bool, err error) {
	if s.Matcher == nil || !m.mayTell() {
		return s.known(ctx, m.repeat)
	}
	var q match.Query
	var with bot.ID
	looks := false
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		if m.repeat != (bot.RepeatKey{}) {
			_, err := tx.Repeat(m.repeat)
			if repeat = err == nil; repeat || !errors.Is(err, storage.ErrNotFound) {
				return err
			}
		}
		var err error
		q, with, looks, err = s.query(tx, *m)
		return err
	})
	if err != nil || repeat || !looks {
		return repeat, err
	}
	m.found, err = s.lookUp(ctx, q)
	m.found.with = with
	return false, err
}

// read works out what needs no store.
func (s *Service) read(in bot.Inbound) message {
	in.ID = s.NewID()
	in.ReceivedAt = s.now()
	in.Channel = bot.ChannelSMS
	in.Text = clean(in.Text)
	m := message{in: in, number: s.Numbers.Normalise(in.Sender), repeat: s.repeatKey(in)}
	if !m.number.Answerable() {
		m.in.From = m.number
		return m
	}
	m.contact = s.Store.ContactKey(m.number)
	m.in.Contact = m.contact
	s.readText(&m)
	m.entered = s.NewID()
	return m
}

// readText works out what the text says, in which language, and draws a reference in case it is a report.
func (s *Service) readText(m *message) {
	text := string(m.in.Text)
	m.says = s.Words.read(spelling.Words(text), s.Site.Service)
	m.alarm, m.rings, m.answer = s.Alarms.read(text, s.Places()), s.NewID(), s.NewID()
	if c := m.says.command; c.code != "" {
		m.code = s.Store.CodeKey(c.code)
		if c.verb == verbStock {
			m.fan = s.newIDs(rumour.FanIDs)
		}
	}
	if l := s.Langs.Detect(text).Lang; s.offers(l) {
		m.lang = l
	}
	m.refs = s.Refs()
}

// offers tells whether the site has texts in a language.
func (s *Service) offers(l bot.Lang) bool { return slices.Contains(s.Site.Langs, l) }

// repeatKey is the message's fingerprint: the provider's id, or sender, text and the provider's time. Where a gateway gives
// neither id nor time, a repeat cannot be told from somebody who says it again, and both are kept.
func (s *Service) repeatKey(in bot.Inbound) bot.RepeatKey {
	switch {
	case in.ExternalID != "":
		return s.Store.RepeatKey("id", in.Gateway, in.ExternalID)
	case !in.SentAt.IsZero():
		return s.Store.RepeatKey("text", in.Gateway, in.Sender, string(in.Text), strconv.FormatInt(int64(in.SentAt), 10))
	default:
		return bot.RepeatKey{}
	}
}

// clean makes a text valid UTF-8 without NUL, which is what a store takes; what was not is marked by U+FFFD.
func clean(t bot.Text) bot.Text {
	s := strings.ToValidUTF8(string(t), "\uFFFD")
	return bot.Text(strings.ReplaceAll(s, "\x00", "\uFFFD"))
}

// result is what one transaction did.
type result struct {
	class  bot.Class
	repeat bool
	queued bool
	ref    bot.Ref // of the report, if it became one
}

// take is the one transaction of a message.
func (s *Service) take(tx storage.Tx, m message) (result, error) {
	if m.repeat != (bot.RepeatKey{}) {
		at := m.in.ReceivedAt
		err := tx.PutRepeat(m.repeat, at, at.Add(-24*time.Hour), bot.Mark{Inbound: m.in.ID})
		if errors.Is(err, storage.ErrConflict) {
			return result{repeat: true}, nil
		}
		if err != nil {
			return result{}, err
		}
	}
	if !m.number.Answerable() {
		m.in.Class = bot.ClassOperator
		return result{class: bot.ClassOperator}, tx.PutInbound(m.in)
	}
	c, err := people.Meet(tx, m.contact, m.number, m.in.Gateway, m.lang, m.in.ReceivedAt)
	if err != nil {
		return result{}, err
	}
	today, err := s.activity(tx, m)
	if err != nil {
		return result{}, err
	}
	phone, registered, err := people.DeskNumber(tx, m.contact)
	if err != nil {
		return result{}, err
	}
	if registered {
		today.flood = false
	}
	t := turn{Service: s, tx: tx, message: m, person: c, phone: phone, activity: today}
	if err := t.handle(); err != nil {
		return result{}, err
	}
	if err := tx.PutInbound(t.in); err != nil {
		return result{}, err
	}
	if s.Site.Limits.Counts() || t.told && s.Site.USSD.Offered() {
		if err := tx.PutActivity(m.contact, m.in.ReceivedAt, t.today); err != nil {
			return result{}, err
		}
	}
	return result{class: t.in.Class, queued: t.queued, ref: t.ref}, nil
}

// activity is what the number did today and, in the first hours of a day, yesterday.
type activity struct {
	today, yesterday bot.Activity
	flood            bool
}

func (s *Service) activity(tx storage.Tx, m message) (activity, error) {
	var a activity
	limits := s.Site.Limits
	at := m.in.ReceivedAt
	var err error
	if a.today, err = tx.Activity(m.contact, at); err != nil || !limits.Counts() {
		return a, err
	}
	if at.Time().Hour() < 1 || limits.Join > time.Hour {
		if a.yesterday, err = tx.Activity(m.contact, at.Add(-24*time.Hour)); err != nil {
			return a, err
		}
	}
	a.flood = limits.Count(&a.today, a.yesterday, m.in.Written())
	return a, nil
}
