package msisdn

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tinye/bot"
)

func mali(t testing.TB) Normaliser {
	t.Helper()
	n, err := New("ML")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNormalise(t *testing.T) {
	tests := []struct {
		name, raw string
		kind      bot.AddressKind
		value     string
	}{
		{"E.164", "+22370123456", bot.Phone, "+22370123456"},
		{"without +, as Kannel writes national lines", "22370123456", bot.Phone, "+22370123456"},
		{"00", "0022370123456", bot.Phone, "+22370123456"},
		{"encoded twice", "%2B22370123456", bot.Phone, "+22370123456"},
		{"encoded twice, small letter", "%2b22370123456", bot.Phone, "+22370123456"},
		{"+ not encoded, so a space", " 22370123456", bot.Phone, "+22370123456"},
		{"national", "70123456", bot.Phone, "+22370123456"},
		{"national, spaced", "70 12 34 56", bot.Phone, "+22370123456"},
		{"international, spaced", "+223 76 12 34 56", bot.Phone, "+22376123456"},
		{"no-break spaces", "70\u00a012\u202f34 56", bot.Phone, "+22370123456"},
		{"pasted with direction marks", "\u202a+223 70 12 34 56\u202c", bot.Phone, "+22370123456"},
		{"dots, dashes, brackets", "(+223) 70.12-34/56", bot.Phone, "+22370123456"},
		{"tel URI", "tel:+22370123456", bot.Phone, "+22370123456"},
		{"tel URI with extension", "Tel:+223-70-12-34-56;ext=5", bot.Phone, "+22370123456"},
		{"extension", "70123456 ext 5", bot.Phone, "+22370123456"},
		{"Moov", "66123456", bot.Phone, "+22366123456"},
		{"Telecel", "50123456", bot.Phone, "+22350123456"},
		{"82 was once missing in the tables", "82123456", bot.Phone, "+22382123456"},
		{"89 was once refused", "89123456", bot.Phone, "+22389123456"},
		{"prefix not yet in the tables", "+22355123456", bot.Phone, "+22355123456"},
		{"first digit of no operator", "+22330123456", bot.Phone, "+22330123456"},
		{"fixed line", "20221234", bot.Phone, "+22320221234"},
		{"toll-free", "80 00 77 77", bot.Phone, "+22380007777"},
		{"France", "+33612345678", bot.Phone, "+33612345678"},
		{"France by 00", "0033612345678", bot.Phone, "+33612345678"},
		{"France without +", "33612345678", bot.Phone, "+33612345678"},
		{"Burkina Faso without +", "22676543210", bot.Phone, "+22676543210"},
		{"Côte d'Ivoire", "+225 07 07 12 34 56", bot.Phone, "+2250707123456"},
		{"Guinea", "tel:+224620000000", bot.Phone, "+224620000000"},

		{"hotline", "36061", bot.ShortCode, "36061"},
		{"short code with a +", "+36012", bot.ShortCode, "36012"},
		{"short code with the country code", "+22336012", bot.ShortCode, "22336012"},
		{"short code with the country code, no +", "22336012", bot.ShortCode, "22336012"},
		{"four digits that overlap with normal prefixes", "6700", bot.ShortCode, "6700"},
		{"danger number of five digits", "80001", bot.ShortCode, "80001"},
		{"six digits", "701234", bot.ShortCode, "701234"},
		{"police", "17", bot.ShortCode, "17"},
		{"a digit missing", "7012345", bot.ShortCode, "7012345"},
		{"a digit too many", "701234567", bot.ShortCode, "701234567"},
		{"leading 0", "070123456", bot.ShortCode, "070123456"},
		{"longer than E.164", "0100000000000000", bot.ShortCode, "0100000000000000"},
		{"two numbers", "76123456/66123456", bot.ShortCode, "7612345666123456"},

		{"operator", "Orange", bot.Alpha, "Orange"},
		{"operator in capitals", "FREE", bot.Alpha, "FREE"},
		{"letters with the length of a number", "1800FLOWERS", bot.Alpha, "1800FLOWERS"},
		{"name with a number", "Orange 70123456", bot.Alpha, "Orange 70123456"},
		{"a letter O", "7O123456", bot.Alpha, "7O123456"},
		{"mail address", "70123456@example.org", bot.Alpha, "70123456@example.org"},
		{"USSD code", "*144#", bot.Alpha, "*144#"},
		{"Bambara letters", "Tiɲɛ", bot.Alpha, "Tiɲɛ"},
		{"+ in the middle", "22+370123456", bot.Alpha, "22+370123456"},
		{"only +", "+", bot.Alpha, "+"},
		{"nothing", "", bot.Alpha, ""},
		{"broken UTF-8 and NUL", "Or\xffan\x00ge\r\n", bot.Alpha, "Orange"},
		{"too long to be read as a number", "+22370123456" + strings.Repeat(" 7", 40), bot.Alpha,
			("+22370123456" + strings.Repeat(" 7", 40))[:64]},
		{"cut between characters", "a" + strings.Repeat("ɛ", 40), bot.Alpha, "a" + strings.Repeat("ɛ", 31)},
		{"far spaces are no length", strings.Repeat(" ", 100) + "70123456", bot.Phone, "+22370123456"},
	}
	n := mali(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := n.Normalise(tt.raw)
			if got.Kind != tt.kind || got.Value != tt.value {
				t.Errorf("Normalise(%q) = %s %q, want %s %q", tt.raw, got.Kind, got.Value, tt.kind, tt.value)
			}
			if got.Answerable() != (tt.kind == bot.Phone) {
				t.Errorf("answerable: %v for kind %s", got.Answerable(), got.Kind)
			}
		})
	}
}

func TestOtherHomeRegion(t *testing.T) {
	n, err := New("BF")
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Normalise("70 12 34 56"); got.Value != "+22670123456" {
		t.Errorf("at home in Burkina Faso: %s %q", got.Kind, got.Value)
	}
	if got := n.Normalise("22370123456"); got.Value != "+22370123456" {
		t.Errorf("from Mali: %s %q", got.Kind, got.Value)
	}
}

func TestNewRefusesUnknownRegion(t *testing.T) {
	for _, region := range []string{"", "ml", "MLI", "ZZ"} {
		if _, err := New(region); err == nil {
			t.Errorf("New(%q) gave no error", region)
		}
	}
}

// Every prefix of five digits a subscriber's number can begin with, in every form: the short way and the library agree.
func TestShortWayAgreesForEveryPrefix(t *testing.T) {
	n := mali(t)
	step := 1
	if testing.Short() {
		step = 7
	}
	for prefix := 5000; prefix <= 9999; prefix += step {
		agree(t, n, fmt.Sprintf("%d%04d", prefix, prefix*7%10000))
	}
}

func TestShortWayAgreesForAnyNumber(t *testing.T) {
	n := mali(t)
	rapid.Check(t, func(t *rapid.T) {
		agree(t, n, rapid.StringMatching(`[5-9][0-9]{7}`).Draw(t, "national"))
	})
}

// What the short way takes the library takes too, whatever the digits before the number are.
func TestShortWayTakesNothingElse(t *testing.T) {
	n := mali(t)
	rapid.Check(t, func(t *rapid.T) {
		dial := rapid.StringMatching(`\+?(00)?(223)?[0-9]{5,12}`).Draw(t, "dial")
		short, ok := malian(dial)
		if !ok {
			return
		}
		if long, found := n.possible(dial); !found || long != short {
			t.Fatalf("%s: short way %s, library %s %v", dial, short, long, found)
		}
	})
}

func agree(t rapid.TB, n Normaliser, national string) {
	t.Helper()
	for _, dial := range []string{national, "223" + national, "00223" + national, "+223" + national} {
		short, ok := malian(dial)
		if !ok || short != "+223"+national {
			t.Fatalf("%s: the short way gives %s %v", dial, short, ok)
		}
		if long, ok := n.possible(dial); !ok || long != short {
			t.Fatalf("%s: short way %s, library %s %v", dial, short, long, ok)
		}
	}
}

// What was normalised once stays as it is: contacts are found again by it. (Of numbers that exist nowhere, such as
// +95 0…, the library drops one 0 more each time.)
func TestNumberStaysAsItIs(t *testing.T) {
	n := mali(t)
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`(\+|00)?(2237|2260|336|2217)[0-9]{7,8}`).Draw(t, "raw")
		once := n.Normalise(raw)
		if once.Kind != bot.Phone || n.doubt(once.Value) == UnknownPrefix {
			t.Skip("not a number that exists")
		}
		if twice := n.Normalise(once.Value); twice != once {
			t.Fatalf("%q: %q, then %s %q", raw, once.Value, twice.Kind, twice.Value)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	n := mali(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				want := fmt.Sprintf("+3361234%02d%02d", i, j)
				if got := n.Normalise(want[1:]); got.Value != want {
					t.Errorf("%s became %s %q", want, got.Kind, got.Value)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"+22370123456", "tel:+223;ext=5", "tel:;phone-context=+223", ";phone-context=tel:", "Orange", "\xff\x00",
		"%2B%2B223", "+++", "36000", "x5", "70123456x5x6", "٧٠١٢٣٤٥٦", "+22370123456"} {
		f.Add(s)
	}
	n := mali(f)
	f.Fuzz(func(t *testing.T, raw string) {
		a := n.Normalise(raw)
		switch a.Kind {
		case bot.Phone:
			if !e164.MatchString(a.Value) {
				t.Errorf("phone %q", a.Value)
			}
		case bot.ShortCode:
			if a.Value == "" || strings.Trim(a.Value, "0123456789") != "" {
				t.Errorf("short code %q", a.Value)
			}
		case bot.Alpha:
		default:
			t.Errorf("kind %q", a.Kind)
		}
		if len(a.Value) > maxInput || !utf8.ValidString(a.Value) || strings.ContainsFunc(a.Value, unicode.IsControl) {
			t.Errorf("cannot be stored: %q", a.Value)
		}
		if typed, _, err := n.ParseTyped(raw); (err == nil) != (a.Kind == bot.Phone) || err == nil && typed != a {
			t.Errorf("typed: %v", err)
		}
	})
}

func BenchmarkShortWay(b *testing.B) {
	n := mali(b)
	for b.Loop() {
		n.Normalise("22370123456")
	}
}

func BenchmarkLibrary(b *testing.B) {
	n := mali(b)
	for b.Loop() {
		n.Normalise("+33612345678")
	}
}
