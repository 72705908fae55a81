package locales_test

import (
	"slices"
	"strings"
	"testing"

	"tinye/bot"
)

func TestValuesOf(t *testing.T) {
	c := load(t, testBase, testBambara)
	for key, want := range map[string][]string{
		"sms.hello": {"name"}, "sms.count": {"n"}, "sms.later": nil, "sms.no_such": nil,
	} {
		if got := c.ValuesOf(key); !slices.Equal(got, want) {
			t.Errorf("%s holds %v, want %v", key, got, want)
		}
	}
}

func TestLongest(t *testing.T) {
	const own = `"values": [{"name": "name", "use": "somebody", "longest": "yyyy"}]`
	c := load(t, testBase, strings.Replace(testBambara, `"values": []`, own, 1))
	for lang, want := range map[bot.Lang]string{bot.French: "xxxxxxxxxxxxxxx", bot.Bambara: "yyyy", "son": "xxxxxxxxxxxxxxx"} {
		if got := c.Longest(lang)["name"]; got != want {
			t.Errorf("the longest name in %s is %q, want %q", lang, got, want)
		}
	}
	if got := c.Longest(bot.Bambara)["n"]; got != "10000" {
		t.Errorf("a value that Bambara does not list is %q at most, want the base's", got)
	}
}
