package locales_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tinye/bot"
	"tinye/locales"
)

func TestLoadRefuses(t *testing.T) {
	for _, tc := range []struct {
		why      string
		base     bool // the change is made in fr.json, else in bm.json
		from, to string
		want     string // in the error
	}{
		{"an unknown field", true, `"use": "greets"`, `"usage": "greets"`, `unknown field "usage"`},
		{"a translation that defines", false, `"review": "missing"`, `"review": "missing", "critical": false`, `unknown field "critical"`},
		{"a base that is reviewed", true, `"use": "greets"`, `"use": "greets", "review": "reviewed"`, `unknown field "review"`},
		{"something after the end", false, "\n}", "\n} {}", "follows the end"},
		{"a key twice", true, `"sms.later"`, `"sms.hello"`, "stands twice"},
		{"a key that only the translation has", false, `"sms.later"`, `"sms.sooner"`, "is not in fr.json"},
		{"a lone brace", false, "Aw ni ce {name}", "Aw ni ce {name", "begins no {name}"},
		{"a brace too many", false, "Aw ni ce {name}", "Aw ni ce name}", "without its {"},
		{"a placeholder with a strange name", false, "{name}", "{Name 1}", "begins no {name}"},
		{"an empty text", false, `"text": "Plus tard"`, `"text": ""`, "no text"},
		{"text and plural forms", true, `"one":`, `"text": "x", "one":`, "both text and plural forms"},
		{"an unknown review state", false, `"missing"`, `"done"`, "review is"},
		{"reviewed by nobody", false, `"review": "missing"`, `"review": "reviewed"`, "reviewed by nobody"},
		{"a text without a use", true, `"use": "greets"`, `"use": ""`, "use is empty"},
		{"an unknown channel", true, `"use": "greets", "channel": "sms"`, `"use": "greets", "channel": "fax"`, "channel is"},
		{"a screen of two pages", true, `"ussd", "parts": 1`, `"ussd", "parts": 2`, "parts is 2"},
		{"a key without a subject", true, `"sms.later"`, `"later"`, "subject.name"},
		{"no safe sentence", true, `"sms.safe"`, `"sms.unsafe"`, "sms.safe must be there"},
		{"a safe sentence with a value", true, "Erreur de notre part", "Erreur, {name}", "hold no value"},
		{"six days", false, `"sibiri", "kari"`, `"sibiri"`, "6 days"},
		{"a nameless day", false, `"kari"`, `""`, "a day has no name"},
		{"an unknown plural rule", false, `"plurals": "other"`, `"plurals": "few"`, "plurals is"},
		{"an unknown language", false, `"bam"`, `"xyz"`, "not an ISO 639-3 code"},
		{"a short tag for a code", false, `"bam"`, `"bm"`, "not an ISO 639-3 code"},
		{"a file with another's name", false, `"bam"`, `"fra"`, "its name must be fr.json"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			base, translation := testBase, testBambara
			file := &translation
			if tc.base {
				file = &base
			}
			if !strings.Contains(*file, tc.from) {
				t.Fatalf("the file does not hold %s", tc.from)
			}
			*file = strings.Replace(*file, tc.from, tc.to, 1)
			if _, err := locales.LoadFS(files(base, translation)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want an error that says %q", err, tc.want)
			}
		})
	}
}

func TestLoadNeedsTheBase(t *testing.T) {
	if _, err := locales.LoadFS(fstest.MapFS{"bm.json": {Data: []byte(testBambara)}}); err == nil {
		t.Error("loaded without fr.json")
	}
}

func TestCatalogDescribes(t *testing.T) {
	c := load(t, testBase, testBambara)
	if got, want := c.Languages(), []bot.Lang{bot.French, bot.Bambara}; !slices.Equal(got, want) {
		t.Errorf("languages %v, want %v", got, want)
	}
	if got := c.Name(bot.Bambara); got != "Bamanankan" {
		t.Errorf("Bambara calls itself %q", got)
	}
	if got := c.Keys()[0]; got != "sms.hello" {
		t.Errorf("the first key is %s, want the first of the file", got)
	}
	if d, ok := c.Definition("sms.agree"); !ok || !d.Critical || d.Channel != locales.ChannelSMS || d.Parts != 1 {
		t.Errorf("sms.agree is %+v", d)
	}
	if _, ok := c.Definition("sms.nothing"); ok {
		t.Error("a key that is not there has a definition")
	}
}
