package place

import (
	"slices"

	"tinye/bot"
)

// byWord are the places that a folded name names, each with the units that it lies in and what these are called in other schemes.
// Names of fewer than shortestName letters are not among them. Of several words they stand with one space between.
func (g *Gazetteer) byWord() map[string][]bot.PlaceCode {
	words := make(map[string][]bot.PlaceCode)
	for _, e := range g.ordered {
		var around []bot.PlaceCode
		for _, key := range e.keys {
			if len(key) < shortestName {
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

// Word tells which places a folded word, or several with one space between (package spelling), name, with the units that they lie in; ok
// is false for what names none. What it gives is not to be changed.
func (g *Gazetteer) Word(word string) (places []bot.PlaceCode, ok bool) {
	places, ok = g.words[word]
	return places, ok
}
