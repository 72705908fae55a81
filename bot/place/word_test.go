package place_test

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/bot/spelling"
)

// A word of a text names a place with all that it lies in, in both schemes, and a place that was imported as one that is built in.
func TestAWordNamesAPlaceAndWhatIsAround(t *testing.T) {
	cercle := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0701"}
	built := place.New(nil)
	gao, ok := built.Place(cercle)
	if !ok {
		t.Fatal("no Gao")
	}
	commune := bot.Place{
		Code: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML070199"}, Level: bot.LevelCommune, Parent: cercle.Code,
		Names: map[bot.Lang]string{bot.French: "Zorgobougou"},
	}
	g := place.New([]bot.Place{commune})
	codes, ok := g.Word(spelling.Key("Zorgobougou"))
	if !ok || !slices.Contains(codes, commune.Code) || !slices.Contains(codes, cercle) {
		t.Errorf("an imported commune: %v", codes)
	}
	if region, _ := g.Region(cercle); !slices.Contains(codes, region.Code) {
		t.Errorf("%v lacks its region %v", codes, region.Code)
	}
	if _, ok := built.Word(spelling.Key("Zorgobougou")); ok {
		t.Error("it is known without the import")
	}
	if codes, ok = g.Word(spelling.Key("GÀO")); !ok || !slices.Contains(codes, gao.Code) {
		t.Errorf("%s: %v", gao.Name(bot.French), codes)
	}
	if other, ok := g.In(cercle, bot.SchemeOCHA2021); ok && !slices.Contains(codes, other) {
		t.Errorf("%v lacks %v of the other scheme", codes, other)
	}
	for _, word := range []string{"", "de", "marché", "xylophone"} {
		if codes, ok := g.Word(spelling.Key(word)); ok {
			t.Errorf("%q names %v", word, codes)
		}
	}
}
