package hotline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/locales"
	"tinye/storage"
)

// tryReference takes a reference, alone or after VERIF or REF: its own reporter hears how it stands, others only what is
// published. Digits that nobody gave out, and that stand alone, may be a number that matters: they go on as a report, but
// for six digits, which can hardly be anything else.
func (t *turn) tryReference() (bool, error) {
	ref, asked := t.says.ref, t.says.asked
	if !t.says.isRef && asked && ref != "" {
		return true, t.unknown(ref) // a digit was mistyped
	}
	if !t.says.isRef {
		return false, nil
	}
	kind, id, err := t.tx.FindRef(ref)
	if errors.Is(err, storage.ErrNotFound) {
		if !asked && len(ref) > bot.RefDigits {
			return false, nil
		}
		return true, t.unknown(ref)
	}
	if err != nil {
		return false, fmt.Errorf("hotline: reference: %w", err)
	}
	if kind == bot.RefReport {
		if took, err := t.takeAlarm(id); err != nil || took {
			return took, err
		}
	}
	switch kind {
	case bot.RefRumour:
		return true, t.published(ref, id)
	case bot.RefReport:
		return true, t.status(ref, id)
	case bot.RefBulletin:
		return true, t.bulletin(ref, id)
	default:
		return true, t.unknown(ref)
	}
}

// reference finds a reference in a text that holds nothing else but words to ask with, and the service's name, which
// stands before it in what we send: "verif 482918", "ref n° 482 918 svp", "REF482918". Where somebody asked with as many
// digits but the check digit is wrong, ok is false and ref is what was typed.
func (v *Vocabulary) reference(tokens []string, service string) (ref bot.Ref, asked, ok bool) {
	if !slices.ContainsFunc(tokens, func(t string) bool { return t[len(t)-1] >= '0' && t[len(t)-1] <= '9' }) {
		return "", false, false
	}
	name, digits := folded([]string{service}), ""
	for _, t := range tokens {
		word := strings.TrimRight(t, "0123456789")
		number := t[len(word):]
		switch {
		case v.verify[word]:
			asked = true
		case word != "" && number != "", word != "" && !v.aside[word] && !v.courtesy[word] && !name[word]:
			return "", false, false
		}
		digits += number
	}
	if ref, ok = bot.ParseRef(digits); ok {
		return ref, asked, true
	}
	if asked && len(digits) >= bot.RefDigits && len(digits) <= bot.MaxRefDigits {
		return bot.Ref(digits), true, false
	}
	return "", asked, false
}

func (t *turn) status(ref bot.Ref, id bot.ID) error {
	r, err := t.tx.Report(id)
	if err != nil {
		return fmt.Errorf("hotline: status: %w", err)
	}
	if !r.Rumour.IsZero() {
		rum, err := t.tx.Rumour(r.Rumour)
		if err != nil {
			return fmt.Errorf("hotline: status: %w", err)
		}
		if rum.Public() {
			return t.wording(ref, rum)
		}
		if at, back := rumour.TakenBack(rum); back && (r.Contact != t.contact || r.AnswerNo > 0) {
			return t.withdrawn(ref, at)
		}
	}
	if r.Contact == t.contact {
		return t.statusOfOwn(r)
	}
	return t.unknown(ref)
}

// neutralOf is the wording that is the answer of a report's rumour where that has no other, once it was sent; ok is false
// where it was not, or the report is under no rumour.
func neutralOf(tx storage.Tx, r bot.Report) (key string, ok bool, err error) {
	if r.Rumour.IsZero() || r.Protect {
		return "", false, nil
	}
	about, err := tx.Rumour(r.Rumour)
	if err != nil {
		return "", false, fmt.Errorf("hotline: status: %w", err)
	}
	if key, ok = rumour.NeutralKey(about); ok {
		return key, !about.NeutralAt.IsZero(), nil
	}
	if said := rumour.LastWord(about); said != "" && about.AnswerNo == 0 {
		return rumour.StockKey(said), true, nil
	}
	return "", false, nil
}

func (t *turn) published(ref bot.Ref, id bot.ID) error {
	rum, err := t.tx.Rumour(id)
	if err != nil {
		return fmt.Errorf("hotline: published: %w", err)
	}
	if rum, err = rumour.Followed(t.tx, rum); err != nil { // its reference still finds what is known of the claim
		return err
	}
	if at, back := rumour.TakenBack(rum); back {
		return t.withdrawn(ref, at)
	}
	if rum.Recurred && rum.AnswerNo > 0 && !rum.Public() { // it is looked at again, and not doubted
		return t.say(reply{key: "sms.status_checking", args: map[string]string{"ref": string(ref)}})
	}
	if !rum.Public() {
		return t.unknown(ref)
	}
	return t.wording(ref, rum)
}

// wording sends the published text of a rumour; Prepare chooses the language in which one is approved.
func (t *turn) wording(ref bot.Ref, r bot.Rumour) error {
	return t.say(reply{key: publishedKey, args: map[string]string{"ref": string(ref)}, rumour: r.ID, answerNo: r.AnswerNo})
}

// withdrawn says that what was published was taken back, on which day, and nothing of what it said.
func (t *turn) withdrawn(ref bot.Ref, at bot.Instant) error {
	return t.say(reply{key: "sms.status_withdrawn", args: map[string]string{"ref": string(ref), "date": locales.Day(at, t.Site.Zone)}})
}

func (t *turn) unknown(ref bot.Ref) error {
	return t.say(reply{key: "sms.status_unknown", args: map[string]string{"ref": string(ref)}})
}

// wordingIn is the approved text of a rumour in a language, else in its fallback, else in any.
func wordingIn(r bot.Rumour, langs ...bot.Lang) (bot.Answer, bool) {
	for _, l := range append(langs, r.Fallback) {
		if a, ok := r.AnswerIn(l); ok && a.Approved() {
			return a, true
		}
	}
	for _, a := range r.Answers {
		if a.Approved() {
			return a, true
		}
	}
	return bot.Answer{}, false
}

const (
	publishedKey = "sms.published"
	answerKey    = rumour.AnswerKey
)
