package hotline

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/rumour"
	"tinye/bot/spelling"
	"tinye/storage"
)

// searchLook is how many claims and bulletins are looked at for a line of a list: some of those found may hold no more.
const searchLook = 3

// shortestWord is how many letters a word has at least to be looked up by.
const shortestWord = 3

// searched is what the index knows by somebody's words: ids of rumours and bulletins, the best first. Which of them may be shown is
// found out in a transaction. An index that fails finds nothing.
func (s *Service) searched(ctx context.Context, words string, limit int) []bot.ID {
	if !slices.ContainsFunc(spelling.Words(words), func(w string) bool { return utf8.RuneCountInString(w) >= shortestWord }) {
		return nil
	}
	ids, err := s.Matcher.Search(ctx, words, searchLook*limit)
	if err != nil {
		s.Log.Error("a search failed", "err", err)
	}
	return ids
}

// publicOf are those of the rumours found whose wording is public, at most limit.
func publicOf(tx storage.Tx, ids []bot.ID, limit int) ([]bot.Rumour, error) {
	var found []bot.Rumour
	for _, id := range ids {
		if len(found) >= limit {
			break
		}
		r, err := tx.Rumour(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue // a bulletin
		}
		if err != nil {
			return nil, err
		}
		if r.Public() && !r.Restricted {
			found = append(found, r)
		}
	}
	return found, nil
}

// foundItem is the line for a rumour or bulletin that was found; ok is false where nothing of it is public any more.
func (t *hopTurn) foundItem(id bot.ID) (item bot.Item, ok bool, err error) {
	list, err := publicOf(t.tx, []bot.ID{id}, 1)
	if err != nil {
		return bot.Item{}, false, err
	}
	if len(list) > 0 {
		a, ok := wordingIn(list[0], t.session.Lang)
		return bot.Item{ID: id.String(), Label: rumour.TitleOf(a)}, ok, nil
	}
	b, err := t.tx.Bulletin(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Item{}, false, nil
	}
	if err != nil {
		return bot.Item{}, false, err
	}
	text, ok := bulletin.MenuText(b, t.session.Lang)
	if !ok {
		return bot.Item{}, false, nil
	}
	k, ok, err := t.Bulletins().Know(t.tx, b, t.in.ReceivedAt, t.session.Lang)
	return bulletinLine(b, text), ok && k.Standing == bulletin.StandsGood, err
}
