package place

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/sms"
)

func law(code string) bot.PlaceCode {
	return bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code}
}

func ocha(code string) bot.PlaceCode {
	return bot.PlaceCode{Scheme: bot.SchemeOCHA2021, Code: code}
}

func french(places []bot.Place) []string {
	var list []string
	for _, p := range places {
		list = append(list, p.Name(bot.French))
	}
	return list
}

// The site shows the regions in this order; all of them have a Bambara name.
func TestRegions(t *testing.T) {
	g := New(nil)
	want := []string{
		"Bamako", "Bandiagara", "Bougouni", "Dioïla", "Douentza", "Gao", "Kayes", "Kidal", "Kita", "Koulikoro", "Koutiala",
		"Ménaka", "Mopti", "Nara", "Nioro", "San", "Ségou", "Sikasso", "Taoudénit", "Tombouctou",
	}
	if got := french(g.Regions(bot.SchemeCT2023)); !slices.Equal(got, want) {
		t.Errorf("regions of the law:\n got %q\nwant %q", got, want)
	}
	want = []string{"Bamako", "Gao", "Kayes", "Kidal", "Koulikoro", "Ménaka", "Mopti", "Ségou", "Sikasso", "Tombouctou"}
	if got := french(g.Regions(bot.SchemeOCHA2021)); !slices.Equal(got, want) {
		t.Errorf("regions of OCHA:\n got %q\nwant %q", got, want)
	}
	if got := g.Regions("ml_ca_2023"); got != nil {
		t.Errorf("regions of a scheme that nobody imported: %v", got)
	}
}

// Every name fits a line of a menu: at most 25 characters in the cheap alphabet.
func TestNamesFitAMenu(t *testing.T) {
	g := New(nil)
	for code, p := range g.places {
		for _, lang := range []bot.Lang{bot.French, bot.Bambara} {
			if p.Names[lang] == "" {
				t.Errorf("%s has no name in %s", code, lang)
			}
			line := sms.Wire(p.Name(lang), sms.GSMAccent)
			if size := sms.Measure(line); size.Encoding != bot.GSM7 || size.Units > 25 {
				t.Errorf("%s: %q is %+v", code, line, size)
			}
		}
		if p.Code != code || p.Source == "" {
			t.Errorf("%s has the row %+v", code, p)
		}
	}
}
