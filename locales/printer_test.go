package locales_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/locales"
)

func TestText(t *testing.T) {
	const dogon bot.Lang = "dtm" // no file
	strict := locales.Policy{}
	allowed := locales.Policy{AllowUnreviewed: []bot.Lang{bot.Bambara}}
	awa := map[string]string{"name": "Awa"}
	for _, tc := range []struct {
		why    string
		policy locales.Policy
		lang   bot.Lang
		key    string
		args   map[string]string
		want   locales.Rendered
	}{
		{"in French", strict, bot.French, "sms.hello", awa, locales.Rendered{Text: "Bonjour Awa", Lang: bot.French}},
		{"in Bambara, unreviewed but not critical", strict, bot.Bambara, "sms.hello", awa, locales.Rendered{Text: "Aw ni ce Awa", Lang: bot.Bambara}},
		{"language not known yet", strict, "", "sms.hello", awa, locales.Rendered{Text: "Bonjour Awa", Lang: bot.French}},
		{"language without a file", strict, dogon, "sms.hello", awa,
			locales.Rendered{Text: "Bonjour Awa", Lang: bot.French, Fallback: true, Reason: locales.ReasonNoLanguage}},
		{"not translated", strict, bot.Bambara, "sms.later", nil,
			locales.Rendered{Text: "Plus tard", Lang: bot.French, Fallback: true, Reason: locales.ReasonMissing}},
		{"not translated, though unreviewed texts are allowed", allowed, bot.Bambara, "sms.later", nil,
			locales.Rendered{Text: "Plus tard", Lang: bot.French, Fallback: true, Reason: locales.ReasonMissing}},
		{"critical and unreviewed", strict, bot.Bambara, "sms.agree", nil,
			locales.Rendered{Text: "OUI ou NON?", Lang: bot.French, Fallback: true, Reason: locales.ReasonUnreviewed}},
		{"critical and unreviewed, allowed", allowed, bot.Bambara, "sms.agree", nil, locales.Rendered{Text: "AWƆ / AYI?", Lang: bot.Bambara}},
		{"no such key", strict, bot.French, "sms.nothing", nil,
			locales.Rendered{Text: "Erreur de notre part", Lang: bot.French, Fallback: true, Reason: locales.ReasonUnknownKey}},
		{"no such key, in Bambara", strict, bot.Bambara, "sms.nothing", nil,
			locales.Rendered{Text: "Hakɛto", Lang: bot.Bambara, Fallback: true, Reason: locales.ReasonUnknownKey}},
		{"a value is missing", strict, bot.French, "sms.hello", nil,
			locales.Rendered{Text: "Erreur de notre part", Lang: bot.French, Fallback: true, Reason: locales.ReasonMissingValue}},
		{"a value is empty", strict, bot.French, "sms.hello", map[string]string{"name": ""},
			locales.Rendered{Text: "Erreur de notre part", Lang: bot.French, Fallback: true, Reason: locales.ReasonMissingValue}},
		{"a counted text asked for without a number", strict, bot.French, "sms.count", map[string]string{"n": "3"},
			locales.Rendered{Text: "Erreur de notre part", Lang: bot.French, Fallback: true, Reason: locales.ReasonUnknownKey}},
		{"braces in a value stay", strict, bot.French, "sms.hello", map[string]string{"name": "{name} }{"},
			locales.Rendered{Text: "Bonjour {name} }{", Lang: bot.French}},
	} {
		t.Run(tc.why, func(t *testing.T) {
			p := load(t, testBase, testBambara).Printer(tc.policy)
			if got := p.Text(tc.lang, tc.key, tc.args); got != tc.want {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
			missed := p.Missing()
			if !tc.want.Fallback {
				if len(missed) != 0 {
					t.Errorf("counted %+v, though nothing was replaced", missed)
				}
				return
			}
			want := locales.Miss{Lang: tc.lang, Key: tc.key, Reason: tc.want.Reason, Count: 1}
			if len(missed) != 1 || missed[0] != want {
				t.Errorf("counted %+v, want %+v", missed, want)
			}
		})
	}
}

func TestPlural(t *testing.T) {
	p := load(t, testBase, testBambara).Printer(locales.Policy{})
	for _, tc := range []struct {
		lang bot.Lang
		n    int
		want string
	}{
		{bot.French, 0, "0 message"},
		{bot.French, 1, "1 message"},
		{bot.French, 2, "2 messages"},
		{bot.French, 12345, "12345 messages"},
		{bot.Bambara, 1, "cikan 1"},
		{bot.Bambara, 12345, "cikan 12345"},
	} {
		if got := p.Plural(tc.lang, "sms.count", tc.n, nil); got.Text != tc.want || got.Fallback {
			t.Errorf("%s %d: got %+v, want %q", tc.lang, tc.n, got, tc.want)
		}
	}
	if got := p.Plural(bot.French, "sms.later", 2, nil); got.Reason != locales.ReasonUnknownKey {
		t.Errorf("a text without plural forms: got %+v, want the safe sentence", got)
	}
}

// What a caller gives goes before what the site knows, and {hours} follows the language the text goes out in.
func TestSiteValues(t *testing.T) {
	morning := []locales.Span{{From: 9 * 60, To: 12 * 60}}
	p := load(t, testBase, testBambara).Printer(locales.Policy{
		Values: map[string]string{"name": "à tous"},
		Hours:  locales.Week{0: morning, 1: morning},
	})
	for _, tc := range []struct {
		lang bot.Lang
		key  string
		args map[string]string
		want string
	}{
		{bot.French, "sms.hello", nil, "Bonjour à tous"},
		{bot.French, "sms.hello", map[string]string{"name": "Awa"}, "Bonjour Awa"},
		{bot.French, "sms.hello", map[string]string{"name": ""}, "Bonjour à tous"},
		{bot.French, "sms.open", nil, "Ouvert lun-mar 9h-12h"},
		{bot.French, "sms.open", map[string]string{"hours": ""}, "Ouvert lun-mar 9h-12h"},
		{bot.Bambara, "sms.open", nil, "Dayɛlɛlen ntɛnɛ-tarata 9h-12h"},
		{"dtm", "sms.open", nil, "Ouvert lun-mar 9h-12h"},
	} {
		if got := p.Text(tc.lang, tc.key, tc.args); got.Text != tc.want {
			t.Errorf("%s %s: got %q, want %q", tc.lang, tc.key, got.Text, tc.want)
		}
	}
}

func TestMissingCountsAndLogsOnceWithoutValues(t *testing.T) {
	var log bytes.Buffer
	p := load(t, testBase, testBambara).Printer(locales.Policy{Log: slog.New(slog.NewTextHandler(&log, nil))})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				p.Text(bot.Bambara, "sms.agree", map[string]string{"name": "70123456"})
				p.Text(bot.French, "sms.nothing", nil)
			}
		})
	}
	wg.Wait()
	want := []locales.Miss{
		{Lang: bot.Bambara, Key: "sms.agree", Reason: locales.ReasonUnreviewed, Count: 400},
		{Lang: bot.French, Key: "sms.nothing", Reason: locales.ReasonUnknownKey, Count: 400},
	}
	if got := p.Missing(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines logged, want one for each text:\n%s", n, log.String())
	}
	if strings.Contains(log.String(), "70123456") {
		t.Errorf("a value reached the log:\n%s", log.String())
	}
}

// Whatever the code asks for, a person gets words: no key, no placeholder, nothing empty.
func TestNeverAKeyNeverEmpty(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys := append(c.Keys(), "", "sms.", "desk.nothing", "{ref}")
	names := []string{"service", "ref", "danger", "answer", "date", "cap", "name", "hours"}
	p := c.Printer(locales.Policy{})
	rapid.Check(t, func(rt *rapid.T) {
		lang := rapid.SampledFrom([]bot.Lang{"", bot.French, bot.Bambara, "ses"}).Draw(rt, "lang")
		key := rapid.SampledFrom(keys).Draw(rt, "key")
		args := rapid.MapOf(rapid.SampledFrom(names), rapid.SampledFrom([]string{"", "v", "42"})).Draw(rt, "args")
		got := p.Text(lang, key, args)
		if got.Text == "" || got.Lang == "" || key != "" && strings.Contains(got.Text, key) || strings.ContainsAny(got.Text, "{}") {
			rt.Fatalf("%s in %q: got %+v", key, lang, got)
		}
		if got.Fallback != (got.Reason != "") {
			rt.Fatalf("%s in %q: fallback without a reason, or the reverse: %+v", key, lang, got)
		}
	})
}
