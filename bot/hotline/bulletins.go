package hotline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/flows"
	"tinye/locales"
	"tinye/storage"
)

// bulletinKey asks for what is known of the bulletin whose reference is the value ref; which sentence that is, is decided when the
// message leaves.
const bulletinKey = "sms.bulletin_known"

// knownKeys are the sentences, by how a bulletin stands: in a message, and in the menu, where a reference and a day stand before it.
func knownKeys(s bulletin.Standing) (bySMS, inMenu string) {
	switch s {
	case bulletin.StandsOver:
		return "sms.bulletin_over", "ussd.bulletin_over"
	case bulletin.StandsCorrected:
		return "sms.bulletin_corrected", "ussd.bulletin_corrected"
	case bulletin.StandsTaken:
		return "sms.bulletin_taken", "ussd.bulletin_taken"
	case bulletin.StandsDoubt:
		return "sms.bulletin_doubt", "ussd.bulletin_doubt"
	}
	return bulletinKey, ""
}

// bulletin answers the reference of a bulletin, which may stand in a text that somebody passed on: with what is known of it by
// now. Of a draft nothing is said.
func (t *turn) bulletin(ref bot.Ref, id bot.ID) error {
	b, err := t.tx.Bulletin(id)
	if err != nil {
		return fmt.Errorf("hotline: bulletin: %w", err)
	}
	_, ok, err := t.Bulletins().Know(t.tx, b, t.in.ReceivedAt, t.person.Lang)
	if err != nil {
		return err
	}
	if !ok {
		return t.unknown(ref)
	}
	return t.say(reply{key: bulletinKey, args: map[string]string{"ref": string(ref)}})
}

// bulletinText is what is known of a bulletin, in a reader's language where there is an approved text in it.
func (s *Service) bulletinText(tx storage.Tx, ref string, lang bot.Lang) (string, error) {
	b, err := bulletin.Find(tx, ref)
	if err != nil {
		return "", fmt.Errorf("hotline: bulletin: %w", err)
	}
	k, ok, err := s.Bulletins().Know(tx, b, s.now(), lang)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errSuperseded
	}
	key, _ := knownKeys(k.Standing)
	if k.Text != "" {
		lang = k.Lang
	}
	return s.Texts.Text(lang, key, s.values(s.knownValues(b, k))).Text, nil
}

func (s *Service) knownValues(b bot.Bulletin, k bulletin.Known) map[string]string {
	return map[string]string{
		"ref": string(b.Ref), "answer": string(k.Text), "date": locales.Day(k.On, s.Site.Zone), "until": locales.Day(k.Until, s.Site.Zone), "other": string(k.By),
	}
}

// bulletinItem is the id of a bulletin's line in a list of the menu.
const bulletinItem = "bulletin "

// bulletinLine is a bulletin's line in a list, by the beginning of its text.
func bulletinLine(b bot.Bulletin, text bot.Text) bot.Item {
	return bot.Item{ID: bulletinItem + string(b.Ref), Label: rumour.TitleOf(bot.Answer{Text: text})}
}

// dated is a line of the news and when it was published.
type dated struct {
	bot.Item
	at bot.Instant
}

// bulletinNews are lines for the bulletins that stand in the menu, the newest first.
func (t *hopTurn) bulletinNews() ([]dated, error) {
	list, err := t.Bulletins().News(t.tx, t.in.ReceivedAt, t.session.Lang)
	if err != nil {
		return nil, err
	}
	lines := make([]dated, 0, len(list))
	for _, b := range list {
		if text, ok := bulletin.MenuText(b, t.session.Lang); ok {
			lines = append(lines, dated{bulletinLine(b, text), b.Approvals[0].At})
		}
	}
	return lines, nil
}

// merged puts lines of the news into one list, the newest first.
func merged(a, b []dated) []bot.Item {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, func(x, y dated) int { return cmp.Compare(y.at, x.at) })
	items := make([]bot.Item, len(all))
	for i, line := range all {
		items[i] = line.Item
	}
	return items
}

// readBulletin shows what is known of a bulletin: in the menu's own words where it has some and they hold.
func (t *hopTurn) readBulletin(ref string) (flows.Result, error) {
	b, err := bulletin.Find(t.tx, ref)
	if err != nil {
		return outcome("gone"), nil
	}
	k, ok, err := t.Bulletins().Know(t.tx, b, t.in.ReceivedAt, t.session.Lang)
	if err != nil {
		return flows.Result{}, err
	}
	if !ok {
		return outcome("gone"), nil
	}
	if text, menu := bulletin.MenuText(b, t.session.Lang); menu && (k.Standing == bulletin.StandsGood || k.Standing == bulletin.StandsOver) {
		k.Text = text
	}
	values := t.knownValues(b, k)
	if _, key := knownKeys(k.Standing); key != "" {
		values["answer"] = t.label(key, values)
	}
	delete(values, "until")
	delete(values, "other")
	return flows.Result{Values: values}, nil
}

// byReference is the line for a reference that somebody typed where words are looked for; ok is false where nothing of it is public.
func (t *hopTurn) byReference(typed string) (item bot.Item, ok bool, err error) {
	ref, is := bot.ParseRef(typed)
	if !is {
		return bot.Item{}, false, nil
	}
	kind, id, err := t.tx.FindRef(ref)
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		return bot.Item{}, false, err
	}
	switch kind {
	case bot.RefBulletin:
		b, err := t.tx.Bulletin(id)
		if err != nil {
			return bot.Item{}, false, fmt.Errorf("hotline: bulletin: %w", err)
		}
		k, ok, err := t.Bulletins().Know(t.tx, b, t.in.ReceivedAt, t.session.Lang)
		if err != nil || !ok {
			return bot.Item{}, false, err
		}
		line := bulletinLine(b, k.Text)
		if k.Text == "" {
			line.Label = string(b.Ref)
		}
		return line, true, nil
	case bot.RefRumour:
		r, err := t.tx.Rumour(id)
		if err == nil {
			r, err = rumour.Followed(t.tx, r)
		}
		if err != nil {
			return bot.Item{}, false, fmt.Errorf("hotline: published: %w", err)
		}
		if items := t.titles([]bot.Rumour{r}); len(items) == 1 {
			return items[0], true, nil
		}
	}
	return bot.Item{}, false, nil
}

// fell runs a rule that moves a rumour, and pauses what is being sent on the strength of it where it carries that no more.
func (s *Service) fell(
	a people.Act, rule func(storage.Tx) (bot.Rumour, error),
) func(storage.Tx) (bot.Rumour, error) {
	return func(tx storage.Tx) (bot.Rumour, error) {
		r, err := rule(tx)
		if err != nil || r.Public() && !r.Restricted {
			return r, err
		}
		_, err = s.Bulletins().Fell(tx, a)
		return r, err
	}
}

// Bulletin runs a rule of bulletins in a transaction of its own.
func (s *Service) Bulletin(ctx context.Context, rule func(storage.Tx, bulletin.Desk) (bot.Bulletin, error)) (bot.Bulletin, error) {
	var b bot.Bulletin
	err := s.Store.Update(ctx, func(tx storage.Tx) (err error) {
		b, err = rule(tx, s.Bulletins())
		return err
	})
	return b, err
}
