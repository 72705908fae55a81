package bulletin

import (
	"cmp"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/storage"
)

// Standing is what there is to know of a bulletin for somebody who asks for its reference.
type Standing string

// Standings.
const (
	StandsGood      Standing = "good"      // it holds: Text is its approved wording
	StandsOver      Standing = "over"      // it held until Until
	StandsCorrected Standing = "corrected" // Text is the wording of the correction By, approved on On
	StandsTaken     Standing = "taken"     // it was taken back on On; Text is what the withdrawal says, "" for nothing
	StandsDoubt     Standing = "doubt"     // what it rests on is being checked again: its wording is told to nobody
)

// Known is what whoever asks for a bulletin's reference may read. Lang is the language of Text.
type Known struct {
	Standing Standing
	Text     bot.Text
	Lang     bot.Lang
	On       bot.Instant // the day of the approval, or of the withdrawal
	Until    bot.Instant
	By       bot.Ref // the correction's
}

// Know tells whoever asks for a bulletin's reference what is published of it, in the first of the languages in which there is an
// approved text; ok is false for a draft, for what is not yet to be told, and for what was never approved.
func (d Desk) Know(tx storage.Tx, b bot.Bulletin, at bot.Instant, langs ...bot.Lang) (k Known, ok bool, err error) {
	if !b.Approved() || b.ValidFrom > at && b.Runs == 0 {
		return Known{}, false, nil
	}
	last, err := lastOf(tx, b)
	if err != nil {
		return Known{}, false, err
	}
	text, lang := wordingIn(last, langs...)
	if last.Kind == bot.BulletinDigest {
		if text, lang, err = d.DigestText(tx, last, langs...); err != nil {
			return Known{}, false, err
		}
	}
	approved := last.Approvals[0].At
	switch {
	case last.State == bot.BulletinWithdrawn:
		return Known{Standing: StandsTaken, On: last.Taken.At}, true, nil
	case last.ID != b.ID && last.Kind == bot.BulletinWithdrawal:
		return Known{Standing: StandsTaken, Text: text, Lang: lang, On: approved, By: last.Ref}, true, nil
	case last.ID != b.ID && text != "":
		return Known{Standing: StandsCorrected, Text: text, Lang: lang, On: approved, By: last.Ref}, true, nil
	case b.State == bot.BulletinWithdrawn || last.ID != b.ID:
		return Known{Standing: StandsTaken, On: max(b.Taken.At, approved)}, true, nil
	}
	if _, fell, err := fallen(tx, b); err != nil || fell {
		return Known{Standing: StandsDoubt, On: approved}, err == nil, err
	}
	if text == "" {
		return Known{}, false, nil
	}
	k = Known{Standing: StandsGood, Text: text, Lang: lang, On: approved, Until: b.ExpiresAt}
	if b.ExpiresAt <= at && b.Kind.Lane() != bot.LaneCorrection { // what corrects something is true ever after
		k.Standing = StandsOver
	}
	return k, true, nil
}

// lastOf follows a bulletin's corrections to the last that was approved.
func lastOf(tx storage.Tx, b bot.Bulletin) (bot.Bulletin, error) {
	for range mostCorrections {
		if b.Corrected.IsZero() {
			break
		}
		next, err := tx.Bulletin(b.Corrected)
		if err != nil {
			return bot.Bulletin{}, fmt.Errorf("bulletin: correction: %w", err)
		}
		if !next.Approved() {
			break
		}
		b = next
	}
	return b, nil
}

// wordingIn is an approved text of a bulletin in the first of the languages that has one, else in its fallback, else in the language
// in which it was written; of a language, the text of an SMS before others.
func wordingIn(b bot.Bulletin, langs ...bot.Lang) (bot.Text, bot.Lang) {
	for _, l := range slices.Concat(langs, []bot.Lang{b.Fallback, b.Lang}) {
		for _, c := range []bot.VariantChannel{bot.VariantSMS, bot.VariantUSSD} {
			if v, ok := VariantIn(b, l, c); ok {
				return v.Text, l
			}
		}
	}
	return "", ""
}

// VariantIn is a bulletin's approved text in a language and for a channel.
func VariantIn(b bot.Bulletin, l bot.Lang, c bot.VariantChannel) (bot.Variant, bool) {
	i := slices.IndexFunc(b.Variants, func(v bot.Variant) bool { return v.Lang == l && v.Channel == c && v.State == bot.TranslationDone })
	if i < 0 {
		return bot.Variant{}, false
	}
	return b.Variants[i], true
}

// Travels is a text for SMS as it leaves, with its frame, and what that costs.
func (d Desk) Travels(tx storage.Tx, b bot.Bulletin, v bot.Variant) (string, sms.Size, error) {
	day, err := d.correctedOn(tx, b)
	if err != nil {
		return "", sms.Size{}, err
	}
	wire := sms.Wire(d.Framed(b, v, day), d.Wire)
	return wire, sms.Measure(wire), nil
}

// Night tells whether quiet hours do not hold a bulletin back.
func Night(tx storage.Tx, b bot.Bulletin) (bool, error) { return urgent(tx, b) }

// newsLook is how many bulletins of a state are looked at for the menu, the newest.
const newsLook = 30

// News are the bulletins that stand in the menu in a language, the latest approved first: those with a text for the menu that hold now.
func (d Desk) News(tx storage.Tx, at bot.Instant, l bot.Lang) ([]bot.Bulletin, error) {
	var news []bot.Bulletin
	for _, state := range []bot.BulletinState{bot.BulletinApproved, bot.BulletinSending, bot.BulletinSent} {
		list, err := tx.Bulletins(state, storage.Page{Limit: newsLook, Newest: true})
		if err != nil {
			return nil, fmt.Errorf("bulletin: news: %w", err)
		}
		for _, b := range list {
			if _, ok := MenuText(b, l); !ok {
				continue
			}
			k, ok, err := d.Know(tx, b, at, l)
			if err != nil {
				return nil, err
			}
			if ok && k.Standing == StandsGood {
				news = append(news, b)
			}
		}
	}
	slices.SortStableFunc(news, func(x, y bot.Bulletin) int { return cmp.Compare(y.Approvals[0].At, x.Approvals[0].At) })
	return news, nil
}

// MenuText is what the menu shows of a bulletin to a reader of a language.
func MenuText(b bot.Bulletin, l bot.Lang) (bot.Text, bool) {
	for _, l := range []bot.Lang{l, b.Fallback, b.Lang} {
		if v, ok := VariantIn(b, l, bot.VariantUSSD); ok {
			return v.Text, true
		}
	}
	return "", false
}
