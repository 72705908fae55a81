package place

import "tinye/bot"

// Sources of the facts below.
const (
	sourceLaw  = "loi 2023-007"      // regions in the law's order
	sourceOCHA = "COD-AB 2021-12-20" // P-codes of the edition that is valid from that day
)

// fact is a place as both schemes know it.
type fact struct {
	law             string // its code in ml_ct_2023; a cercle's begins with that of its region
	pcode           string // in ocha_cod_2021; "" for a region that is newer than those
	french, bambara string // no Bambara name where the place list has none
	aliases         []string
}

// regions are the nineteen of the law, in its order, and the District of Bamako, to which the law gives 00 and Open Admin
// Data 20. Ten of them have no P-code: in the edition of 2021 there is no Taoudénit, Nioro is a cercle of Kayes,
// Bandiagara one of Mopti, and so on; and ML09 is Bamako there.
var regions = [...]fact{
	{"ML01", "ML01", "Kayes", "Kayi", nil},
	{"ML02", "ML02", "Koulikoro", "Kulikɔrɔ", []string{"Kulukɔrɔ"}},
	{"ML03", "ML03", "Sikasso", "Sikaso", nil},
	{"ML04", "ML04", "Ségou", "Segu", nil},
	{"ML05", "ML05", "Mopti", "Moti", []string{"Mɔti"}},
	{"ML06", "ML06", "Tombouctou", "Tumutu", []string{"Timbuktu"}},
	{"ML07", "ML07", "Gao", "Gawo", nil},
	{"ML08", "ML08", "Kidal", "Kidali", nil},
	{"ML09", "", "Taoudénit", "Tawudeni", []string{"Taoudenni"}},
	{"ML10", "ML10", "Ménaka", "Menaka", nil},
	{"ML11", "", "Nioro", "Ɲɔrɔ", []string{"Nioro du Sahel"}},
	{"ML12", "", "Kita", "Kita", nil},
	{"ML13", "", "Dioïla", "Joyila", []string{"Dɔyila"}},
	{"ML14", "", "Nara", "Nara", nil},
	{"ML15", "", "Bougouni", "Buguni", []string{"Bugunin"}},
	{"ML16", "", "Koutiala", "Kucala", nil},
	{"ML17", "", "San", "San", nil},
	{"ML18", "", "Douentza", "Duwanza", nil},
	{"ML19", "", "Bandiagara", "Banjagara", nil},
	{"ML20", "ML09", "Bamako", "Bamakɔ", []string{"District de Bamako"}},
}

// cercles are those of six towns, so that a site can name them, and export under either scheme, without an import; and a few
// around them, so that an alarm there says where. Koro is not among them: kɔrɔ, beside, is written the same.
var cercles = [...]fact{
	{"ML0101", "ML0103", "Kayes", "Kayi", nil},
	{"ML0501", "ML0506", "Mopti", "Moti", []string{"Mɔti", "Sévaré"}},
	{"ML0502", "ML0503", "Djenné", "Jɛnɛ", nil},
	{"ML0701", "ML0703", "Gao", "Gawo", nil},
	{"ML0703", "ML0701", "Ansongo", "Ansongo", nil},
	{"ML1101", "ML0106", "Nioro", "Ɲɔrɔ", []string{"Nioro du Sahel"}},
	{"ML1801", "ML0504", "Douentza", "Duwanza", nil},
	{"ML1803", "", "Hombori", "Hɔnbori", nil},
	{"ML1901", "ML0501", "Bandiagara", "Banjagara", nil},
	{"ML1903", "ML0502", "Bankass", "", nil},
	{"ML2001", "ML0901", "Bamako", "Bamakɔ", nil},
}

// builtIn are the places that are known without any import: under the law, and under OCHA where there is a P-code.
func builtIn() []bot.Place {
	var places []bot.Place
	for _, f := range regions {
		places = append(places, f.places(bot.LevelRegion)...)
	}
	for _, f := range cercles {
		places = append(places, f.places(bot.LevelCercle)...)
	}
	return places
}

func (f fact) places(level bot.PlaceLevel) []bot.Place {
	law := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: f.law}
	places := []bot.Place{f.place(law, level, sourceLaw)}
	if f.pcode != "" {
		ocha := bot.PlaceCode{Scheme: bot.SchemeOCHA2021, Code: f.pcode}
		places = append(places, f.place(ocha, level, sourceOCHA))
		places[0].SameAs = []bot.PlaceCode{ocha}
		places[1].SameAs = []bot.PlaceCode{law}
	}
	return places
}

func (f fact) place(code bot.PlaceCode, level bot.PlaceLevel, source string) bot.Place {
	names := map[bot.Lang]string{bot.French: f.french}
	if f.bambara != "" {
		names[bot.Bambara] = f.bambara
	}
	return bot.Place{
		Code: code, Level: level, Names: names,
		Parent: parentOf(code.Code, level), Aliases: f.aliases, Source: source,
	}
}

// parentOf is the code of the unit above in both schemes, whose codes are ML and two digits for each level; "" for a region.
func parentOf(code string, level bot.PlaceLevel) string {
	if level <= bot.LevelRegion {
		return ""
	}
	return code[:len("ML")+2*int(level-1)]
}
