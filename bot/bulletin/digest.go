package bulletin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/storage"
)

const (
	// digestSince is how far back a first digest looks, and digestMost how far one whose last moments were let pass.
	digestSince = 7 * 24 * time.Hour
	digestMost  = 14 * 24 * time.Hour
	// digestLook is how many published rumours are looked at for a digest, the latest.
	digestLook = 1000
)

// noNewsKey refuses a digest that would have nothing to say.
const noNewsKey = "desk.bulletin_no_news"

// What of a digest is approved is its recipe: audience, schedule, most parts. Its texts are made when a run begins, of answers each of which was approved
// when it was published, word for word: an answer says itself what was found, and a title alone might read as the claim.

// digestTexts are the texts of a digest that begins now, one for each language in which there is news, and the rumours whose answers they hold.
// What most people told comes first, and among equals the latest; what does not fit any more is left out. Where there is nothing it refuses with noNewsKey.
func (d Desk) digestTexts(tx storage.Tx, b bot.Bulletin, at bot.Instant) (texts []bot.RunText, told []bot.Rumour, err error) {
	since, err := digestFrom(tx, b, at)
	if err != nil {
		return nil, nil, err
	}
	news, err := d.news(tx, b.Audience, since, at)
	if err != nil {
		return nil, nil, err
	}
	langs := b.Audience.Langs
	if len(langs) == 0 {
		langs = d.Langs
	}
	for _, l := range langs {
		text, held := d.digestIn(b, l, news)
		if len(held) == 0 {
			continue
		}
		texts = append(texts, text)
		for _, r := range held {
			if !slices.ContainsFunc(told, func(o bot.Rumour) bool { return o.ID == r.ID }) {
				told = append(told, r)
			}
		}
	}
	if len(texts) == 0 {
		return nil, nil, bot.Fault(bot.CodeRefused, noNewsKey, "ref", string(b.Ref))
	}
	return texts, told, nil
}

// DigestNow are the texts of a digest as they would go if it began now, none where there is nothing to tell, nor of other kinds.
func (d Desk) DigestNow(tx storage.Tx, b bot.Bulletin, at bot.Instant) ([]bot.RunText, error) {
	if b.Kind != bot.BulletinDigest {
		return nil, nil
	}
	texts, _, err := d.digestTexts(tx, b, at)
	if refused, ok := errors.AsType[*bot.Error](err); ok && refused.Key == noNewsKey {
		return nil, nil
	}
	return texts, err
}

// digested puts the texts of a digest into its run, which ends when the next one begins. The bulletin rests on the answers that it tells now: where
// one falls, its run is paused like others.
func (d Desk) digested(tx storage.Tx, b bot.Bulletin, run bot.Broadcast) (bot.Bulletin, bot.Broadcast, error) {
	texts, told, err := d.digestTexts(tx, b, run.StartedAt)
	if err != nil {
		return bot.Bulletin{}, bot.Broadcast{}, err
	}
	run.Texts, b.Rumours, b.AnswerNos = texts, nil, nil
	for _, r := range told {
		b.Rumours, b.AnswerNos = append(b.Rumours, r.ID), append(b.AnswerNos, r.AnswerNo)
	}
	if next := b.Schedule.Next; !next.IsZero() {
		run.ExpiresAt = min(run.ExpiresAt, next)
	}
	return b, run, nil
}

// digestFrom is from when on a digest tells what was published: since the run before it, or of a week.
func digestFrom(tx storage.Tx, b bot.Bulletin, at bot.Instant) (bot.Instant, error) {
	if b.LastRun.IsZero() {
		return at.Add(-digestSince), nil
	}
	run, err := tx.Broadcast(b.LastRun)
	if err != nil {
		return 0, fmt.Errorf("bulletin: digest: %w", err)
	}
	return max(run.StartedAt, at.Add(-digestMost)), nil
}

// news are the rumours of an audience's places that were published in a time and whose answer stands, what most people told first.
func (d Desk) news(tx storage.Tx, a bot.Audience, since, until bot.Instant) ([]bot.Rumour, error) {
	ids, err := tx.News(digestLook)
	if err != nil {
		return nil, fmt.Errorf("bulletin: digest: %w", err)
	}
	wrong, err := doubted(tx)
	if err != nil {
		return nil, err
	}
	places := d.reach(a)
	var list []bot.Rumour
	for _, id := range ids {
		r, err := tx.Rumour(id)
		if err != nil {
			return nil, fmt.Errorf("bulletin: digest: %w", err)
		}
		if r.PublishedAt <= since {
			break // the latest publication is first
		}
		if _, ok := wrong[id]; ok {
			continue
		}
		if r.PublishedAt <= until && r.Public() && !r.Withdrawn() && !r.Amending && !r.Restricted && d.concerns(r, a, places) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(x, y bot.Rumour) int {
		return cmp.Or(cmp.Compare(y.Reports, x.Reports), cmp.Compare(y.PublishedAt, x.PublishedAt))
	})
	return list, nil
}

// concerns tells whether a rumour is news for an audience: it concerns one of its places, or a region that holds one, or no place alone.
func (d Desk) concerns(r bot.Rumour, a bot.Audience, in reach) bool {
	if in.places == nil || len(r.Areas) == 0 {
		return true
	}
	return slices.ContainsFunc(r.Areas, func(area bot.PlaceCode) bool {
		if in.places[area] {
			return true
		}
		if d.Places == nil {
			return false
		}
		known := d.Places()
		return slices.ContainsFunc(a.Places, func(p bot.PlaceCode) bool {
			region, ok := known.Region(p)
			return ok && (region.Code == area || slices.Contains(region.SameAs, area))
		})
	})
}

// digestIn is a digest in one language, and the rumours that it holds.
func (d Desk) digestIn(b bot.Bulletin, l bot.Lang, news []bot.Rumour) (text bot.RunText, held []bot.Rumour) {
	most := b.Parts
	if most == 0 {
		most = MostParts
	}
	var items []string
	for _, r := range news {
		a, ok := r.AnswerIn(l)
		if !ok || !a.Approved() {
			continue
		}
		with := append(slices.Clone(items), strings.Join(strings.Fields(string(a.Text)), " "))
		framed := d.Framed(b, bot.Variant{Lang: l, Channel: bot.VariantSMS, Text: bot.Text(itemised(with))}, "")
		size := sms.Measure(sms.Wire(framed, d.Wire))
		if size.Parts > most {
			continue // a shorter one may fit
		}
		items, held = with, append(held, r)
		text = bot.RunText{Lang: l, Text: bot.Text(framed), Encoding: size.Encoding, Parts: size.Parts, Fallback: l == b.Fallback}
	}
	return text, held
}

// itemised puts the items of a digest below each other.
func itemised(items []string) string {
	if len(items) == 1 {
		return items[0]
	}
	return "- " + strings.Join(items, "\n- ")
}

// DigestText is what whoever asks for a digest's reference reads: the wording of its latest run in the first of the languages that has one, else in any;
// "" where no run was begun.
func (d Desk) DigestText(tx storage.Tx, b bot.Bulletin, langs ...bot.Lang) (bot.Text, bot.Lang, error) {
	if b.Kind != bot.BulletinDigest || b.LastRun.IsZero() {
		return "", "", nil
	}
	run, err := tx.Broadcast(b.LastRun)
	if err != nil {
		return "", "", fmt.Errorf("bulletin: digest: %w", err)
	}
	for _, l := range langs {
		if i := slices.IndexFunc(run.Texts, func(t bot.RunText) bool { return t.Lang == l }); i >= 0 {
			return d.unframed(b, run.Texts[i]), l, nil
		}
	}
	if len(run.Texts) == 0 {
		return "", "", nil
	}
	return d.unframed(b, run.Texts[0]), run.Texts[0].Lang, nil
}

// unframed is a run's text without the service's name before it and the reference behind.
func (d Desk) unframed(b bot.Bulletin, t bot.RunText) bot.Text {
	const here = "\x00"
	before, behind, _ := strings.Cut(d.Framed(b, bot.Variant{Lang: t.Lang, Channel: bot.VariantSMS, Text: here}, ""), here)
	return bot.Text(strings.TrimSuffix(strings.TrimPrefix(string(t.Text), before), behind))
}
