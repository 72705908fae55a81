package place_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/place"
)

func TestCalledAndNearest(t *testing.T) {
	g := place.New(nil)
	for name, want := range map[string]string{"MOPTI": "Mopti", "segou": "Ségou", "Tombouctou": "Tombouctou"} {
		found := g.Called(name, bot.LevelRegion)
		if len(found) == 0 || found[0].Name(bot.French) != want || found[0].Code.Scheme != bot.SchemeCT2023 {
			t.Errorf("%s is %+v", name, found)
		}
	}
	if found := g.Called("", bot.LevelRegion); found != nil {
		t.Errorf("no name is %+v", found)
	}
	for typed, want := range map[string]string{"Moptti": "Mopti", "Mobti": "Mopti", "Tombouctu": "Tombouctou", "Koulicoro": "Koulikoro", "Paris": "", "": ""} {
		p, ok := g.Nearest(typed)
		if p.Name(bot.French) != want || ok != (want != "") {
			t.Errorf("the nearest to %q is %q", typed, p.Name(bot.French))
		}
	}
}
