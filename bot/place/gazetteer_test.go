package place

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/bot/spelling"
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

// Every name fits a line of a menu: at most 25 characters in the cheap alphabet. Bankass has no other than the French one.
func TestNamesFitAMenu(t *testing.T) {
	g := New(nil)
	for code, p := range g.places {
		for _, lang := range []bot.Lang{bot.French, bot.Bambara} {
			if p.Names[lang] == "" && (lang == bot.French || p.Names[bot.French] != "Bankass") {
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

// under makes a place of the law or of OCHA, as an import would.
func under(code bot.PlaceCode, name string, same ...bot.PlaceCode) bot.Place {
	level := bot.PlaceLevel((len(code.Code) - len("ML")) / 2)
	return bot.Place{Code: code, Level: level, Names: map[bot.Lang]string{bot.French: name}, Parent: parentOf(code.Code, level), SameAs: same}
}

// The same code means two places: what it is in one scheme is never what it is in the other.
func TestCodesCollide(t *testing.T) {
	g := New([]bot.Place{
		under(law("ML0103"), "Yélimané", ocha("ML0107")), under(law("ML0106"), "Aourou"),
		under(law("ML0506"), "Korientzé"), under(law("ML0703"), "Ansongo", ocha("ML0701")),
	})
	for code, want := range map[string]struct{ ocha, law string }{
		"ML0501": {"Bandiagara", "Mopti"},
		"ML0506": {"Mopti", "Korientzé"},
		"ML0103": {"Kayes", "Yélimané"},
		"ML0106": {"Nioro", "Aourou"},
		"ML0703": {"Gao", "Ansongo"},
		"ML09":   {"Bamako", "Taoudénit"},
	} {
		for scheme, name := range map[bot.PlaceScheme]string{bot.SchemeOCHA2021: want.ocha, bot.SchemeCT2023: want.law} {
			p, ok := g.Place(bot.PlaceCode{Scheme: scheme, Code: code})
			if !ok || p.Name(bot.French) != name {
				t.Errorf("%s:%s is %q, want %q", scheme, code, p.Name(bot.French), name)
			}
		}
		if other, ok := g.In(law(code), bot.SchemeOCHA2021); ok && other.Code == code {
			t.Errorf("%s is taken for the unit of the other scheme that has its code", law(code))
		}
	}
}

// The localities of domain §4.3, with their regions, in both directions.
func TestCrosswalk(t *testing.T) {
	g := New(nil)
	for _, c := range []struct{ name, law, ocha, lawRegion, ochaRegion string }{
		{"Kayes", "ML0101", "ML0103", "ML01", "ML01"},
		{"Nioro", "ML1101", "ML0106", "ML11", "ML01"},
		{"Mopti", "ML0501", "ML0506", "ML05", "ML05"},
		{"Bandiagara", "ML1901", "ML0501", "ML19", "ML05"},
		{"Gao", "ML0701", "ML0703", "ML07", "ML07"},
		{"Bamako", "ML2001", "ML0901", "ML20", "ML09"},
	} {
		if got, ok := g.In(law(c.law), bot.SchemeOCHA2021); !ok || got != ocha(c.ocha) {
			t.Errorf("%s: %s is %v in OCHA's codes, want %s", c.name, c.law, got, c.ocha)
		}
		if got, ok := g.In(ocha(c.ocha), bot.SchemeCT2023); !ok || got != law(c.law) {
			t.Errorf("%s: %s is %v in the law's codes, want %s", c.name, c.ocha, got, c.law)
		}
		for code, want := range map[bot.PlaceCode]bot.PlaceCode{law(c.law): law(c.lawRegion), ocha(c.ocha): ocha(c.ochaRegion)} {
			if p, _ := g.Place(code); p.Name(bot.French) != c.name {
				t.Errorf("%s is called %q, want %q", code, p.Name(bot.French), c.name)
			}
			region, ok := g.Region(code)
			if !ok || region.Code != want || region.Level != bot.LevelRegion {
				t.Errorf("%s lies in %v, want %s", code, region.Code, want)
			}
			if itself, ok := g.Region(want); !ok || itself.Code != want {
				t.Errorf("%s lies in %v, want itself", want, itself.Code)
			}
		}
	}
	if got, ok := g.In(law("ML20"), bot.SchemeOCHA2021); !ok || got != ocha("ML09") {
		t.Errorf("the District of Bamako is %v in OCHA's codes", got)
	}
	for _, code := range []string{"ML09", "ML11", "ML12", "ML13", "ML14", "ML15", "ML16", "ML17", "ML18", "ML19"} {
		if got, ok := g.In(law(code), bot.SchemeOCHA2021); ok {
			p, _ := g.Place(law(code))
			t.Errorf("%s had no region of its own in 2021, but is said to be %v", p.Name(bot.French), got)
		}
	}
	if got, ok := g.In(law("ML0701"), bot.SchemeCT2023); !ok || got != law("ML0701") {
		t.Errorf("in its own scheme it is %v", got)
	}
	if got, ok := g.In(law("ML0799"), bot.SchemeOCHA2021); ok {
		t.Errorf("a code that nobody knows is %v", got)
	}
	if p, ok := g.Region(law("ML0799")); ok {
		t.Errorf("a code that nobody knows lies in %v", p.Code)
	}
}

// An imported row holds, and what it lacks comes from the one that is built in.
func TestImportedRowsReplaceBuiltIn(t *testing.T) {
	row := under(law("ML0701"), "Gao ville")
	row.Aliases = []string{"Kawkaw"}
	g := New([]bot.Place{row, under(law("ML0702"), "Bourem", ocha("ML0702"))})
	p, ok := g.Place(law("ML0701"))
	if !ok || p.Name(bot.French) != "Gao ville" || p.Name(bot.Bambara) != "Gawo" {
		t.Errorf("got %+v", p)
	}
	if got, _ := g.In(law("ML0701"), bot.SchemeOCHA2021); got != ocha("ML0703") {
		t.Errorf("its code in the other scheme was lost: %v", got)
	}
	if found := g.Search("kawkaw", 5); len(found) != 1 || found[0].Code != law("ML0701") {
		t.Errorf("its alias finds %q", french(found))
	}
	if got, ok := g.In(ocha("ML0702"), bot.SchemeCT2023); !ok || got != law("ML0702") {
		t.Errorf("a code without a row of its own leads to %v", got)
	}
	if names := New(nil).places[law("ML0701")].Names; names[bot.French] != "Gao" {
		t.Errorf("an import changed what is built in: %v", names)
	}
	g = New([]bot.Place{under(law("ML0702"), "Bourem", ocha("ML0799")), under(law("ML0703"), "Ansongo", ocha("ML0799"))})
	if got, ok := g.In(ocha("ML0799"), bot.SchemeCT2023); ok {
		t.Errorf("two say to be the same as ML0799, and it is %v", got)
	}
}

func TestAllPlacesInOrder(t *testing.T) {
	g := New([]bot.Place{under(law("ML070101"), "Gounzoureye")})
	var codes []string
	for _, p := range g.All(bot.SchemeCT2023) {
		codes = append(codes, p.Code.Code)
	}
	if len(codes) != 32 || !slices.IsSorted(codes) {
		t.Errorf("places of the law: %q", codes)
	}
	if at := slices.Index(codes, "ML07"); !slices.Equal(codes[at:at+3], []string{"ML07", "ML0701", "ML070101"}) {
		t.Errorf("after Gao stand %q", codes[at:at+3])
	}
	if all := g.All(""); len(all) != 52 || all[0].Code != law("ML01") || all[51].Code != ocha("ML10") {
		t.Errorf("%d places from %v on", len(all), all[0].Code)
	}
}

// Towns around the six are known, so that an alarm there says where; what sounds like a word of Bambara is not.
func TestTownsThatAreNamed(t *testing.T) {
	g := New(nil)
	for text, want := range map[string]string{
		"attaque a sevare": "ML0501", "tirs vers hombori": "ML1803", "bankas": "ML1903", "djenne": "ML0502", "ansongo": "ML0703",
		"gao koro": "ML07",
	} {
		if p, ok := g.Named(spelling.Words(text)); !ok || p.Code != law(want) {
			t.Errorf("%q names %v", text, p.Code)
		}
	}
}

// The path of a menu ends at a region whose cercles nobody imported, and where there is one only.
func TestCercles(t *testing.T) {
	if got := New(nil).Cercles(law("ML07")); got != nil {
		t.Errorf("without an import there is %q to choose from", french(got))
	}
	g := New([]bot.Place{
		under(law("ML0702"), "Bourem"), under(law("ML0703"), "Ansongo"), under(law("ML2001"), "Bamako"), under(law("ML070201"), "Bourem"),
	})
	if got := french(g.Cercles(law("ML07"))); !slices.Equal(got, []string{"Ansongo", "Bourem", "Gao"}) {
		t.Errorf("cercles of Gao: %q", got)
	}
	for _, code := range []bot.PlaceCode{law("ML20"), law("ML05"), ocha("ML07"), law("ML0702"), law("ML99")} {
		if got := g.Cercles(code); got != nil {
			t.Errorf("cercles of %s: %q", code, french(got))
		}
	}
}

// A text is looked through for names: those of several words, too.
func TestWordsThatNamePlaces(t *testing.T) {
	g := New(nil)
	for name, region := range map[string]string{"Sévaré": "ML05", "San": "ML17", "Nioro du Sahel": "ML11", "District de Bamako": "ML20"} {
		if got, ok := g.Word(spelling.Key(name)); !ok || !slices.Contains(got, law(region)) {
			t.Errorf("%s: %v, want %s among them", name, got, region)
		}
	}
	if got, ok := g.Word("sahel"); ok {
		t.Errorf("half a name is %v", got)
	}
}
