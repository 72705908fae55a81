package match_test

import (
	"fmt"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// How common words are depends on the texts and not on their order, and what few people wrote is not kept.
func TestCommonKeepsWhatManyWrote(t *testing.T) {
	var texts []string
	for i := range 40 {
		text := "le pont est barré"
		if i < 4 {
			text += fmt.Sprintf(" par Zoumana%d Kéïtala", i)
		}
		texts = append(texts, text)
	}
	c := match.CountCommon(bot.French, texts)
	turned := make([]string, len(texts))
	for i, text := range texts {
		turned[len(texts)-1-i] = text
	}
	if again := match.CountCommon(bot.French, turned); c != again {
		t.Errorf("in another order: %+v, then %+v", c, again)
	}
	// Six bytes for each of the two words, eight letters of base64.
	if c.Texts != 40 || len(c.Words) != 16 || len(c.Grams) == 0 {
		t.Errorf("%+v", c)
	}
	if without := match.CountCommon(bot.French, texts[4:]); len(without.Words) != len(c.Words) || len(without.Grams) != len(c.Grams) {
		t.Errorf("four texts left a trace: %+v, %+v", without, c)
	}
	if _, err := match.New(match.Options{Weights: &match.Weights{Version: "x", Common: match.Common{Words: "AAA="}}}); err == nil {
		t.Error("half a row is taken")
	}
}
