package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/msisdn"
	"tinye/bot/people"
	"tinye/bot/place"
)

func TestListColumns(t *testing.T) {
	for heads, want := range map[string]string{
		"N°;Nom et prénom;Téléphone;Langue;Sexe;Âge;Région;Cercle": ";name;number;lang;sex;age;region;cercle",
		"Numéro|Contact":                                       "number;",
		"N° d'ordre;Num. de tel.;Tel 2":                        ";number;",
		"MSISDN;language;gender;age band;adm1;adm2":            "number;lang;sex;age;region;cercle",
		"Phone number;First name;Date of birth;Location":       "number;name;born;place",
		"Téléphone;Lieu de naissance;Né(e) le;Commune;Village": "number;;born;;",
		"Nom de la région;Nom du cercle;portable":              "region;cercle;number",
		"Nom;Numéro CNI;Contacts":                              "name;;number",
	} {
		var got []string
		for _, c := range people.ListColumns(strings.FieldsFunc(heads, func(r rune) bool { return r == ';' || r == '|' })) {
			got = append(got, string(c))
		}
		if s := strings.Join(got, ";"); s != want {
			t.Errorf("%s: %s, want %s", heads, s, want)
		}
	}
}

func TestListHeads(t *testing.T) {
	for row, want := range map[string]bool{
		"Téléphone;Région": true, "téléphone": true, "Numéro de téléphone": true, "N°;Langue": true,
		"Liste des numéros de téléphone": false, "Téléphone du responsable;76123456": false, "N°;Observation": false, "Région;Cercle": false, "": false,
	} {
		if got := people.IsListHead(strings.Split(row, ";")); got != want {
			t.Errorf("%q holds heads: %v", row, got)
		}
	}
	heads := []string{"Téléphone", "Lieu", ""}
	for row, want := range map[string]bool{";Région;Cercle": true, "76123456;Région;": false, ";;": false, ";Gao;": false} {
		if got := people.GoesUnderListHead(heads, strings.Split(row, ";")); got != want {
			t.Errorf("%q goes under the heads: %v", row, got)
		}
	}
}

// reader reads rows of number;lang;sex;age;born;region;cercle;place.
func reader(t *testing.T) *people.ListReader {
	t.Helper()
	numbers, err := msisdn.New("ML")
	if err != nil {
		t.Fatal(err)
	}
	cercle := func(code, name, parent string) bot.Place {
		return bot.Place{Code: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code}, Level: bot.LevelCercle, Parent: parent,
			Names: map[bot.Lang]string{bot.French: name}}
	}
	return &people.ListReader{
		Columns: []people.ListColumn{
			people.ListNumber, people.ListLang, people.ListSex, people.ListAge, people.ListBorn, people.ListRegion, people.ListCercle, people.ListPlace,
		},
		Lang: bot.Bambara, Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"},
		Normalise: numbers.Normalise, Key: func(a bot.Address) (k bot.ContactKey) { copy(k[:], a.Value); return k },
		Places: place.New([]bot.Place{cercle("ML0199", "Yélimané", "ML01")}), Now: bot.At(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)),
	}
}

func TestListedNumbers(t *testing.T) {
	r := reader(t)
	for cell, want := range map[string]string{
		"76123456": "", "7.6123456E7": "", "7,6123456E+07": "", "76123456.0": "", "76123456,00": "", " 76 12 34 56 ": "", "76.12.34.56": "",
		"76-12-34-56": "", "+223 76 12 34 56": "", "0022376123456": "", "22376123456": "", "2.2376123456E10": "", "'76123456": "", "’76123456": "",
		"76\u00a012\u202f34 56": "", "(+223) 76123456": "",
		"": "desk.list_no_number", "'": "desk.list_no_number", "7.61E+07": "desk.list_number_cut", "2.23761E+10": "desk.list_number_cut",
		"76123456 / 66123456": "desk.list_two_numbers", "7612345666123456": "desk.list_two_numbers", "76123456;66123456": "desk.list_two_numbers",
		"7612345": "desk.list_bad_number", "20212223": "desk.list_bad_number", "+22670123456": "desk.list_bad_number", "36000": "desk.list_bad_number",
		"ORANGE": "desk.list_bad_number", "+33612345678": "desk.list_bad_number", "#N/A": "desk.list_bad_number", "76123456 Ali": "desk.list_bad_number",
	} {
		l, fault := r.Read([]string{cell})
		switch {
		case want == "" && (fault != nil || l.Number.Value != "+22376123456"):
			t.Errorf("%q is read as %q (%v)", cell, l.Number.Value, fault)
		case want != "" && (fault == nil || fault.Key != want):
			t.Errorf("%q: %v, want %s", cell, fault, want)
		}
	}
}

func TestListedRows(t *testing.T) {
	r := reader(t)
	for _, c := range []struct {
		row  string
		want string // lang sex age place, or the fault
	}{
		{"", "bam   ML07"},
		{"français;F;23", "fra f 18_24 ML07"},
		{"Bamanankan;homme;15-17", "bam m 15_17 ML07"},
		{"SONRHAÏ;autre;36 et plus", "ses x 36_plus ML07"},
		{"peul / français;nd;30+", "desk.list_bad_age"},
		{"peul;nd;18 à 24 ans", "ffm undisclosed 18_24 ML07"},
		{"fr;f;18_24", "fra f 18_24 ML07"},
		{"fr;f;1999", "fra f 25_29 ML07"},
		{"fr;f;;21/11/2011", "fra f 15_17 ML07"},
		{"fr;f;;22/11/2011", "desk.list_under15"},
		{"fr;f;;2004-01-31", "fra f 18_24 ML07"},
		{"fr;f;;1999", "fra f 25_29 ML07"},
		{"fr;f;14", "desk.list_under15"},
		{"fr;f;moins de 15 ans", "desk.list_under15"},
		{"fr;f;150", "desk.list_bad_age"},
		{"fr;f;15-24", "desk.list_bad_age"},
		{"fr;f;jeune", "desk.list_bad_age"},
		{"fr;f;;hier", "desk.list_bad_age"},
		{"klingon", "desk.list_bad_lang"},
		{"fr;oui", "desk.list_bad_sex"},
		{";;;;Région de Kayes", "bam   ML01"},
		{";;;;KAYES;Yelimane", "bam   ML0199"},
		{";;;;;cercle de Yélimané", "bam   ML0199"},
		{";;;;Mopti;Yelimane", "desk.list_bad_place Yélimané"},
		{";;;;Mobti", "desk.list_bad_place Mopti"},
		{";;;;;;segou", "bam   ML04"},
		{";;;;;;ml_ct_2023:ML0199", "bam   ML0199"},
		{";;;;;;Ouagadougou", "desk.list_unknown_place"},
	} {
		l, fault := r.Read(append([]string{"76123456"}, strings.Split(c.row, ";")...))
		got := strings.Join([]string{string(l.Lang), string(l.Sex), string(l.AgeBand), l.Place.Code}, " ")
		if fault != nil {
			got = strings.TrimSpace(fault.Key + " " + fault.Args["near"])
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.row, got, c.want)
		}
	}
}

// Whatever stands in a row, what is read of it is a Malian mobile number, a band from 15 on and a region or cercle.
func FuzzListedRow(f *testing.F) {
	f.Add("76123456", "fr", "f", "18-24", "1999", "Mopti")
	f.Add("7.6123456E7", "", "", "<15", "", "")
	f.Fuzz(func(t *testing.T, number, lang, sex, age, born, where string) {
		l, fault := reader(t).Read([]string{number, lang, sex, age, born, "", "", where})
		if fault != nil {
			if !strings.HasPrefix(fault.Key, "desk.list_") {
				t.Fatalf("the fault %s", fault.Key)
			}
			return
		}
		bands := append([]bot.AgeBand{""}, bot.AgeBands()[1:]...)
		if len(l.Number.Value) != 12 || !strings.HasPrefix(l.Number.Value, "+223") || !slices.Contains(bands, l.AgeBand) || l.Place.IsZero() {
			t.Fatalf("read as %+v", l)
		}
	})
}
