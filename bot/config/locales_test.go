package config

import (
	"strings"
	"testing"
)

// A language without built-in texts needs a folder that has its file.
func TestLanguagesOfASite(t *testing.T) {
	const head = "[site]\nname = \"TINYE\"\nid = \"gao\"\ndanger_number = \"80001234\"\n"
	problems := func(given string) (text string) {
		for _, p := range find(head+given, "/etc/tinye") {
			if p.Key == "site.languages" {
				text += p.Text
			}
		}
		return text
	}
	if got := problems(`languages = ["fra", "ses"]`); !strings.Contains(got, `language "ses"; name the folder`) {
		t.Errorf("without a folder: %q", got)
	}
	for _, good := range []string{`languages = ["fra", "bam"]`, "languages = [\"fra\", \"ses\"]\nlocales = \"languages\""} {
		if got := problems(good); got != "" {
			t.Errorf("%s: %q", good, got)
		}
	}
	cfg, err := Parse("tinye.toml", []byte(head+`locales = "languages"`), "/etc/tinye")
	if err != nil || cfg.Site.Locales != "/etc/tinye/languages" {
		t.Errorf("the folder is %q (%v), want it below that of tinye.toml", cfg.Site.Locales, err)
	}
}
