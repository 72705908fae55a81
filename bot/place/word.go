package place

import (
	"slices"
	"strings"

	"tinye/bot"
)

// byWord are the places that a single folded word names, each with the units that it lies in and what these are called in other schemes.
// Names of several words are not among them, nor those of fewer than shortestName letters.
func (g *Gazetteer) byWord() map[string][]bot.PlaceCode {
	words := make(map[string][]bot.PlaceCode)
	for _, e := range g.ordered {
		var around []bot.PlaceCode
		for _, key := range e.keys {
			if len(key) < shortestName || strings.Contains(key, " ") {
				continue
			}
			if around == nil {
				around = g.around(e.place)
			}
			for _, code := range around {
				if !slices.Contains(words[key], code) {
					words[key] = append(words[key], code)
				}
			}
		}
	}
	return words
}

// around are a place's code, those of the units that it lies in, and all of these in other schemes.
func (g *Gazetteer) around(p bot.Place) []bot.PlaceCode {
	var codes []bot.PlaceCode
	ok := true
	for steps := 0; ok && steps <= int(bot.LevelCommune); steps++ {
		codes = append(codes, p.Code)
		for _, scheme := range []bot.PlaceScheme{bot.SchemeCT2023, bot.SchemeOCHA2021} {
			if other, ok := g.In(p.Code, scheme); ok && other != p.Code {
				codes = append(codes, other)
			}
		}
		p, ok = g.places[above(p)]
	}
	return codes
}

// Word tells which places a single folded word (package spelling) names, with the units that they lie in; ok is false for a word that
// names none. What it gives is not to be changed.
func (g *Gazetteer) Word(word string) (places []bot.PlaceCode, ok bool) {
	places, ok = g.words[word]
	return places, ok
}
