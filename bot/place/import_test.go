package place

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tinye/bot"
)

// told are the lines that were left out, each with the key of its sentence.
func told(in Imported) []string {
	var list []string
	for _, w := range in.Wrong {
		list = append(list, fmt.Sprintf("%d %s", w.Line, strings.TrimPrefix(w.Why.Key, "desk.place_")))
	}
	return list
}

func mustImport(t testing.TB, text string) Imported {
	t.Helper()
	in, err := Import(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestImport(t *testing.T) {
	in := mustImport(t, "code,level,name_fr,name_bm,parent_code,cod2021_pcode,aliases,source\n"+
		"M23-0702,2,Bourem,Burɛmu,M23-07,ML0702,Bourèm | Burem,liste du bureau\n"+
		"M23-070101,commune,Gounzoureye,,M23-0701,,,\n")
	if len(in.Wrong) != 0 || len(in.Places) != 2 {
		t.Fatalf("got %+v", in)
	}
	p := in.Places[0]
	if p.Code != law("ML0702") || p.Level != bot.LevelCercle || p.Parent != "ML07" || p.Source != "liste du bureau" {
		t.Errorf("got %+v", p)
	}
	if p.Name(bot.Bambara) != "Burɛmu" || !slices.Equal(p.Aliases, []string{"Bourèm", "Burem"}) || !slices.Equal(p.SameAs, []bot.PlaceCode{ocha("ML0702")}) {
		t.Errorf("got %+v", p)
	}
	if c := in.Places[1]; c.Code != law("ML070101") || c.Level != bot.LevelCommune || c.Parent != "ML0701" || c.Name(bot.Bambara) != "Gounzoureye" {
		t.Errorf("got %+v", c)
	}
	g := New(in.Places)
	if region, ok := g.Region(law("ML070101")); !ok || region.Code != law("ML07") {
		t.Errorf("the commune lies in %v, %v", region.Code, ok)
	}
}

// The same table as programs write it.
func TestImportReadsWhatProgramsWrite(t *testing.T) {
	const plain = "code,level,name_fr,name_bm,parent_code\nM23-0404,2,Ségala été,,M23-04\nM23-0405,2,\"Macina, ville\",,M23-04\n"
	windows, err := charmap.Windows1252.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	quoted := strings.ReplaceAll(plain, "\"Macina, ville\"", "Macina@ ville")
	other := func(sign string) string {
		return strings.ReplaceAll(strings.ReplaceAll(quoted, ",", sign), "@", ",")
	}
	for name, text := range map[string]string{
		"plain":            plain,
		"byte order mark":  "\uFEFF" + plain,
		"Windows-1252":     windows,
		"Windows newlines": strings.ReplaceAll(plain, "\n", "\r\n"),
		"old Mac newlines": strings.ReplaceAll(plain, "\n", "\r"),
		"semicolons":       other(";"),
		"tabs":             other("\t"),
		"decomposed":       strings.NewReplacer("é", "e\u0301").Replace(plain),
		"spaces":           strings.NewReplacer(",2,", " , 2 ,  ", "Ségala", " Ségala ").Replace(plain),
		"other heads":      strings.Replace(plain, "code,level,name_fr,name_bm,parent_code", "PCode,Niveau,Nom français,Nom_BM,Parent_PCode", 1),
		"rows of nothing":  "\n" + plain + ",,,,\n\n",
		"no last newline":  strings.TrimSuffix(plain, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			in := mustImport(t, text)
			if got := french(in.Places); len(in.Wrong) > 0 || !slices.Equal(got, []string{"Ségala été", "Macina, ville"}) {
				t.Errorf("got %q, wrong %q", got, told(in))
			}
		})
	}
}

// A file may say whose codes it holds line by line.
func TestImportOfTwoSchemes(t *testing.T) {
	in := mustImport(t, "scheme,code,level,name_fr,parent_code\n"+
		"ocha_cod_2021,ML05,1,Mopti,ML\n"+
		"OCHA_COD_2021,ML0502,2,Bankass,ML05\n"+
		"ml_ct_2023,ML1903,2,Bankass,ML19\n"+
		",M23-1902,2,Koro,M23-19\n"+
		",ML1904,2,Kendié,ML19\n"+
		",ml1904,2,Kendié,ML19\n"+
		"ocha_cod_2021,ML0505,2,Koro,M23-05\n"+
		"iso_3166_2,ML5,1,Mopti,\n"+
		"iso_3166_2,ML05,1,Mopti,\n"+
		"ocha_cod_2021,M23-0505,2,Koro,ML05\n")
	var codes []string
	for _, p := range in.Places {
		codes = append(codes, p.Code.String())
	}
	if want := []string{"ocha_cod_2021:ML05", "ocha_cod_2021:ML0502", "ml_ct_2023:ML1903", "ml_ct_2023:ML1902"}; !slices.Equal(codes, want) {
		t.Errorf("got %q", codes)
	}
	if want := []string{"6 no_scheme", "7 no_scheme", "8 bad_code", "9 bad_code", "10 bad_scheme", "11 bad_scheme"}; !slices.Equal(told(in), want) {
		t.Errorf("wrong: %q, want %q", told(in), want)
	}
}

// Each wrong line is told by its number, and the good ones stay.
func TestImportLeavesOutWhatIsWrong(t *testing.T) {
	in := mustImport(t, strings.Join([]string{
		"code;level;name_fr;parent_code;cod2021_pcode;aliases", // 1
		"M23-0702;2;Bourem;M23-07;ML0702;",
		"ML0703;2;Ansongo;ML07;;",            // 3: Ansongo in one scheme, Gao in the other
		"M23-0702;2;Bourem;M23-07;;",         // 4: again
		"GAO;2;Gao;M23-07;;",                 // 5: no code
		"M23-0704;4;Almoustrat;M23-07;;",     // 6: no level
		"M23-0705;3;Bamba;M23-0702;;",        // 7: the code of a cercle
		"M23-0706;2;;M23-07;;",               // 8: no name
		"M23-0707;2;Sony\x01Aliber;M23-07;;", // 9: an unprintable one
		"M23-0708;2;" + strings.Repeat("x", 61) + ";M23-07;;",
		"M23-0709;2;Talataye;M23-99;;",           // 11: no such region
		"M23-0710;2;Téssit;M23-0702;;",           // 12: in a cercle
		"M23-0711;2;N'tillit;;;",                 // 13: in nothing
		"M23-21;1;Région neuve;M23-07;;",         // 14: a region within a region
		"M23-0712;2;Gabéro;M23-07;ML07;",         // 15: the P-code of a region
		"M23-0716;2;Kassambéré;M23-07;M23-0701;", // 16: not a P-code
		"M23-0713;2;Ersane",                      // 17: columns missing
		"M23-0714;2;\"Tabankort;M23-07;;",        // 18: a quotation mark that is not closed
		"M23-070801;3;Djebock;M23-0708;;",        // 19: its cercle, line 10, is not good
		"M23-070101;3;Gao;M23-07;;",              // 20: a commune in a region
		"M23-0715;2;Tin-Aouker;M23-07;;Aouker",   // 21
	}, "\n"))
	if got := french(in.Places); !slices.Equal(got, []string{"Bourem", "Tin-Aouker"}) {
		t.Errorf("kept: %q", got)
	}
	want := []string{
		"3 no_scheme", "4 doubled", "5 bad_code", "6 bad_level", "7 code_level", "8 bad_name", "9 bad_name", "10 bad_name",
		"11 parent_unknown", "12 parent_level", "13 parent_unknown", "14 parent_level", "15 bad_pcode", "16 bad_pcode", "17 bad_row",
		"18 bad_row", "19 parent_unknown", "20 parent_level",
	}
	if !slices.Equal(told(in), want) {
		t.Errorf("wrong:\n got %q\nwant %q", told(in), want)
	}
	if first := in.Wrong[1].Why.Args["line"]; first != "2" {
		t.Errorf("the doubled code is said to stand first at line %q", first)
	}
}

func TestImportRefusesWhatIsNoTable(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "desk.place_no_column",
		" \n\n":                       "desk.place_no_column",
		"PK\x03\x04\x14\x00\x06\x00":  "desk.place_no_column",
		"code,level\nM23-01,1\n":      "desk.place_no_column",
		"\"code,level,name_fr\nx,1,y": "desk.place_no_column",
		"code,level,name_fr\n" + strings.Repeat("x", MaxImport): "desk.place_file_too_long",
	} {
		_, err := Import(strings.NewReader(text))
		fault, ok := errors.AsType[*bot.Error](err)
		if !ok || fault.Key != want {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
	_, err := Import(strings.NewReader("code,niveau\n"))
	if fault, _ := errors.AsType[*bot.Error](err); fault == nil || fault.Args["column"] != "name_fr" {
		t.Errorf("a column is missing and the sentence does not say which: %v", err)
	}
	if _, err := Import(brokenReader{}); !errors.Is(err, errRead) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

var errRead = errors.New("no such disk")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errRead }

// Somebody who sends another file gets its first lines told and the number of the others.
func TestImportTellsOnlySomeWrongLines(t *testing.T) {
	in := mustImport(t, "code,level,name_fr\n"+strings.Repeat("a,b,c\n", 1000))
	if len(in.Wrong) != maxWrong || in.More != 1000-maxWrong || in.Wrong[0].Line != 2 {
		t.Errorf("%d told from line %d on, %d more", len(in.Wrong), in.Wrong[0].Line, in.More)
	}
}

// The table of 2023 that the project was tried with, which is other people's and not in the repository.
func TestImportOfTheTableOf2023(t *testing.T) {
	data, err := os.ReadFile("../../../shared/data/mali_places_2023.csv")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the table of places is not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	in, err := Import(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	count := map[bot.PlaceLevel]int{}
	for _, p := range in.Places {
		count[p.Level]++
	}
	if count[bot.LevelRegion] != 20 || count[bot.LevelCercle] != 160 || count[bot.LevelCommune] != 820 {
		t.Errorf("regions, cercles, communes: %v", count)
	}
	if len(in.Wrong) != 0 {
		t.Errorf("wrong: %q", told(in))
	}
	g := New(in.Places)
	for _, c := range []struct{ law, ocha string }{
		{"ML0101", "ML0103"}, {"ML1101", "ML0106"}, {"ML0501", "ML0506"}, {"ML1901", "ML0501"}, {"ML0701", "ML0703"}, {"ML2001", "ML0901"},
		{"ML0102", "ML0101"}, {"ML20", "ML09"}, // Bafoulabé, whose code is that of Kayes; Bamako
	} {
		if got, ok := g.In(law(c.law), bot.SchemeOCHA2021); !ok || got != ocha(c.ocha) {
			t.Errorf("%s is %v in OCHA's codes, want %s", c.law, got, c.ocha)
		}
		if got, ok := g.In(ocha(c.ocha), bot.SchemeCT2023); !ok || got != law(c.law) {
			t.Errorf("%s is %v in the law's codes, want %s", c.ocha, got, c.law)
		}
	}
	for _, p := range New(nil).ordered { // what is typed here is what the table says
		if there, ok := g.Place(p.place.Code); !ok || there.Name(bot.French) != p.place.Name(bot.French) || there.Name(bot.Bambara) != p.place.Name(bot.Bambara) {
			t.Errorf("%s is %q here, %q there", p.place.Code, p.place.Names, there.Names)
		}
	}
	for _, region := range g.Regions(bot.SchemeCT2023) {
		list := g.Cercles(region.Code)
		if len(list) == 0 && region.Code != law("ML20") {
			t.Errorf("%s has no cercles", region.Code)
		}
		for _, c := range list { // each is found by its whole name, and by all of its first letters
			if found := g.Begins(list, c.Name(bot.French)); len(found) != 1 || found[0].Code != c.Code {
				t.Errorf("%q finds %q in %s", c.Name(bot.French), french(found), region.Name(bot.French))
			}
			for i := range c.Name(bot.French) {
				start := c.Name(bot.French)[:i]
				if found := g.Begins(list, start); strings.TrimSpace(start) != "" && !slices.ContainsFunc(found, func(p bot.Place) bool { return p.Code == c.Code }) &&
					!slices.ContainsFunc(list, func(p bot.Place) bool {
						return p.Code != c.Code && slices.ContainsFunc(names(p), func(n string) bool { return closed(n) == closed(start) })
					}) {
					t.Errorf("%q does not find %q", start, c.Name(bot.French))
				}
			}
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte("code,level,name_fr,name_bm,parent_code,cod2021_pcode,aliases,source\nM23-07,1,Gao,Gawo,,ML07,a|b,x\nM23-0701,2,Gao,,M23-07,ML0703,,\n"))
	f.Add([]byte("\xEF\xBB\xBFscheme;code;level;name_fr;parent_code\r\nocha_cod_2021;ML05;1;Mopti;ML\r\n;ML05;1;\"M;\r\n"))
	f.Add([]byte("code\tlevel\tname_fr\nM23-21\t1\tS\xE9gou\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := Import(bytes.NewReader(data))
		if err != nil {
			if _, ok := errors.AsType[*bot.Error](err); !ok {
				t.Fatalf("an error without a sentence: %v", err)
			}
			return
		}
		if len(in.Wrong) > maxWrong || in.More > 0 && len(in.Wrong) < maxWrong {
			t.Fatalf("%d wrong lines told, %d more", len(in.Wrong), in.More)
		}
		for i, w := range in.Wrong {
			if w.Line < 2 || i > 0 && w.Line < in.Wrong[i-1].Line || w.Line > 1+bytes.Count(data, []byte("\n"))+bytes.Count(data, []byte("\r")) {
				t.Fatalf("wrong line %d of number %d", i, w.Line)
			}
		}
		g := New(in.Places)
		seen := map[bot.PlaceCode]bool{}
		for _, p := range in.Places {
			if seen[p.Code] || p.Name(bot.French) == "" || p.Level < bot.LevelRegion || p.Level > bot.LevelCommune {
				t.Fatalf("a place that no store takes, or twice: %+v", p)
			}
			seen[p.Code] = true
			if parsed, ok := bot.ParsePlaceCode(p.Code.String()); !ok || parsed != p.Code {
				t.Fatalf("%v does not read back", p.Code)
			}
			if region, ok := g.Region(p.Code); !ok || region.Code.Scheme != p.Code.Scheme {
				t.Fatalf("%v lies in no region", p.Code)
			}
			for _, text := range append(names(p), p.Source) {
				if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
					t.Fatalf("%v is called %q", p.Code, text)
				}
			}
		}
	})
}
