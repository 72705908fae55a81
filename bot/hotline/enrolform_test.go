package hotline

import (
	"regexp"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/spelling"
)

func TestInscrire(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	full := formSaid{is: true, number: "76123456", lang: bot.Bambara, sex: bot.SexFemale, band: bot.Age18to24}
	for text, want := range map[string]formSaid{
		"INSCRIRE 76123456 bm F 18-24":                      full,
		"inscrire f 18 24 Bamanankan 76 12 34 56":           full,
		"Inscrire: +223 76.12.34.56, BAMBARA femme, 20 ans": full,
		"INSCRIS 00223-76-12-34-56 fille bm 1824":           full,
		"inscrire76123456bm F 24":                           full,
		"inscrire 22376123456 bm f 18/24":                   full,
		"Inscription Awa Traore 76 123 456 bm dame 19":      full,
		"INSCRIRE 66500000 français H 36+":                  {is: true, number: "66500000", lang: bot.French, sex: bot.SexMale, band: bot.Age36plus},
		"inscrire 66500000 garçon moins de 15 fr":           {is: true, number: "66500000", lang: bot.French, sex: bot.SexMale, band: bot.AgeUnder15},
		"inscrire 66500000 moins de 20":                     {is: true, number: "66500000"},
		"inscrire 66500000 12":                              {is: true, number: "66500000", band: bot.AgeUnder15},
		"inscrire 66500000 f h fr bm":                       {is: true, number: "66500000"}, // which of the two is not known
		"inscrire 66500000 18-30":                           {is: true, number: "66500000"}, // no band
		"INSCRIRE":                                          {is: true},
		"inscrire 7612345 bm f 20":                          {is: true, lang: bot.Bambara, sex: bot.SexFemale},
		"inscrire 20761234 bm f":                            {is: true, lang: bot.Bambara, sex: bot.SexFemale},
		"inscrire 76123456 66123456":                        {is: true}, // two numbers: neither
		"inscrire 66 70 50 60 55":                           {is: true}, // 66705060 and 55, or 70506055 and 66
		"inscrire f 66 70 50 60 bm 55":                      {is: true, number: "66705060", lang: bot.Bambara, sex: bot.SexFemale, band: bot.Age36plus},
		"on va inscrire les enfants à l'école":              {},
		"76123456 bm F 18-24":                               {},
		"":                                                  {},
	} {
		if got := v.form(spelling.Words(text)); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestAgeAnswers(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	unsure := ageSaid{unsure: true}
	for text, want := range map[string]ageSaid{
		"1": {band: bot.AgeUnder15}, "2": {band: bot.Age15to17}, "6": {band: bot.Age36plus}, "3 svp": {band: bot.Age18to24},
		"20": {band: bot.Age18to24}, "j'ai 29 ans": {band: bot.Age25to29}, "30-35": {band: bot.Age30to35}, "36 et plus": {band: bot.Age36plus},
		"moins de 15": {band: bot.AgeUnder15}, "5 ans": {band: bot.AgeUnder15}, "12": {band: bot.AgeUnder15},
		"0": unsure, "7": unsure, "9": unsure, "15-30": unsure, "moins de 3": unsure,
		"3 camions": {}, "oui": {}, "": {}, "123": {}, "1 2 3": {}, "le 3 du mois": {}, "76123456": {},
	} {
		if got := v.age(spelling.Words(text)); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestCodesInTexts(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]struct {
		digits string
		asked  bool
	}{
		"4731": {"4731", false}, " 4731. ": {"4731", false}, "4731 svp": {"4731", false}, "Code: 4731": {"4731", true}, "code4731": {"4731", true},
		"CODE 47 31": {"4731", true}, "inscription 4731": {"4731", true},
		"47 31": {}, "47319": {}, "473": {}, "482918": {}, "4731 camions": {}, "le prix est 4731": {}, "code": {}, "": {},
	} {
		if digits, asked := v.enrolCode(spelling.Words(text)); digits != want.digits || asked != want.asked {
			t.Errorf("%q: %q, %v", text, digits, asked)
		}
	}
}

var eightDigits = regexp.MustCompile(`^[5-9][0-9]{7}$`)

// Whatever an agent sends, what is understood is a mobile number that stands in the text, or none, and words that there are.
func FuzzInscrire(f *testing.F) {
	for _, text := range []string{
		"INSCRIRE 76123456 bm F 18-24", "inscris +223 76 12 34 56 homme 20 ans", "inscrire 76123456 66123456", "inscrire moins de 15",
		"INSCRIRE 1824 76123456", "inscrire ٧٦١٢٣٤٥٦ f", "inscrire " + strings.Repeat("7", 200), "inscrire 7 6 1 2 3 4 5 6 1 8", "4731", "\xff inscrire",
	} {
		f.Add(text)
	}
	v, err := LoadVocabulary()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := spelling.Words(text)
		got := v.form(tokens)
		if !got.is && got != (formSaid{}) {
			t.Errorf("no INSCRIRE, but %+v", got)
		}
		if got.number != "" {
			digits := strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, strings.Join(tokens, " "))
			if !eightDigits.MatchString(got.number) || !strings.Contains(digits, got.number) {
				t.Errorf("a number that is not in the text")
			}
		}
		if a := v.age(tokens); a.band != "" && a.unsure {
			t.Errorf("sure and unsure: %+v", a)
		}
		if digits, _ := v.enrolCode(tokens); digits != "" && len(digits) != bot.EnrolDigits {
			t.Errorf("a code of %d digits", len(digits))
		}
	})
}
