package hotline

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/bot/spelling"
	"tinye/storage"
)

const (
	// shortestWord is how many letters a word has at least to be found by.
	shortestWord = 3
	// mostSearched is how many words of a search are looked for.
	mostSearched = 12
	// wordedLook is how many rumours are looked at for one word, the newest, and searchLook how many are read in the end: a
	// search costs about the same however many there are.
	wordedLook = 200
	searchLook = 50
)

// wordKey is what stands for a folded word in the index of published wordings.
func (s *Service) wordKey(w string) bot.WordKey {
	key := s.Store.RepeatKey("word", w)
	return bot.WordKey(key[:len(bot.WordKey{})])
}

// wordKeys are the keys of folded words (package spelling), each once: of every word that is not too short, and of the same
// word without the s or x of a plural, so that one is found by the other.
func (s *Service) wordKeys(words []string) []bot.WordKey {
	var keys []bot.WordKey
	seen := make(map[string]bool, len(words))
	add := func(w string) {
		if utf8.RuneCountInString(w) >= shortestWord && !seen[w] {
			seen[w] = true
			keys = append(keys, s.wordKey(w))
		}
	}
	for _, w := range words {
		add(w)
		if one := strings.TrimRight(w, "sx"); len(one) == len(w)-1 {
			add(one)
		}
	}
	return keys
}

// searchable are the folded words of a text, and those that an apostrophe sets apart: whoever looks for "hygiène" finds
// "d'hygiène" too.
func searchable(text string) []string {
	apart := strings.Map(func(r rune) rune {
		if r == '\'' || r == '\u2019' {
			return ' '
		}
		return r
	}, text)
	words := spelling.Words(text)
	if apart != text {
		words = append(words, spelling.Words(apart)...)
	}
	return words
}

// worded are the words of texts, worked out before the transaction that everybody waits for.
type worded map[bot.Text][]bot.WordKey

// keysOf are the keys of a text's words.
func (s *Service) keysOf(w worded, text bot.Text) []bot.WordKey {
	if keys, ok := w[text]; ok {
		return keys
	}
	return s.wordKeys(searchable(string(text)))
}

// wordsOf works out the words of all that a rumour's public wording may be made of.
func (s *Service) wordsOf(r bot.Rumour, titles []rumour.Title) worded {
	w := make(worded, 2*len(r.Answers)+len(titles))
	for _, a := range r.Answers {
		w[a.Text], w[a.Title] = s.keysOf(w, a.Text), s.keysOf(w, a.Title)
	}
	for _, t := range titles {
		text := bot.Text(strings.TrimSpace(t.Text))
		w[text] = s.keysOf(w, text)
	}
	return w
}

// wordsBefore is wordsOf for a rumour that is still to be read. Why it cannot be read is told by the rule that follows.
func (s *Service) wordsBefore(ctx context.Context, ref string) worded {
	var w worded
	err := s.Store.View(ctx, func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		if err == nil {
			w = s.wordsOf(r, nil)
		}
		return err
	})
	if err != nil {
		return nil
	}
	return w
}

// index puts a published rumour under the words of its public wording.
func (s *Service) index(tx storage.Tx, r bot.Rumour, w worded) error {
	var keys []bot.WordKey
	seen := make(map[bot.WordKey]bool)
	for _, text := range rumour.PublicTexts(r) {
		for _, k := range s.keysOf(w, text) {
			if !seen[k] {
				seen[k] = true
				keys = append(keys, k)
			}
		}
	}
	if err := tx.PutWords(r.ID, keys); err != nil {
		return fmt.Errorf("hotline: index: %w", err)
	}
	return nil
}

// SearchPublished finds published rumours whose public wording holds words (wordKeys): those with the most of them first,
// the latest publication first among equals; none for no word.
func (s *Service) SearchPublished(tx storage.Tx, words []bot.WordKey, limit int) ([]bot.Rumour, error) {
	holds := make(map[bot.ID]int)
	looked := make(map[bot.WordKey]bool)
	for _, w := range words[:min(len(words), mostSearched)] {
		if looked[w] {
			continue
		}
		looked[w] = true
		ids, err := tx.Worded(w, wordedLook)
		if err != nil {
			return nil, fmt.Errorf("hotline: search: %w", err)
		}
		for _, id := range ids {
			holds[id]++
		}
	}
	ids := make([]bot.ID, 0, len(holds))
	for id := range holds {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b bot.ID) int {
		return cmp.Or(cmp.Compare(holds[b], holds[a]), bytes.Compare(b[:], a[:]))
	})
	var found []bot.Rumour
	for _, id := range ids[:min(len(ids), searchLook)] {
		r, err := tx.Rumour(id)
		if err != nil {
			return nil, fmt.Errorf("hotline: search: %w", err)
		}
		if r.Public() {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b bot.Rumour) int {
		return cmp.Or(cmp.Compare(holds[b.ID], holds[a.ID]), cmp.Compare(b.PublishedAt, a.PublishedAt))
	})
	return found[:min(len(found), limit)], nil
}
