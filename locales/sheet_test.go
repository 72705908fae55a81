package locales_test

import (
	"errors"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/locales"
)

func TestSheet(t *testing.T) {
	var b strings.Builder
	if err := load(t, testBase, testBambara).Sheet(&b, bot.Bambara, sms.GSMAccent); err != nil {
		t.Fatal(err)
	}
	sheet := b.String()
	at := 0
	for _, want := range []string{ // in this order
		"# Bamanankan (bam): review sheet",
		"7 texts: 2 reviewed, 4 unreviewed, 1 missing.",
		"Days: ntɛnɛ, tarata,",
		"## 1. sms.hello",
		"greets (sms)",
		"- Français: Bonjour {name}",
		"- Bamanankan: Aw ni ce {name}",
		"- on a phone: Aw ni ce xxxxxxxxxxxxxxx",
		"- size: 24 septets, 1 SMS",
		"- state: unreviewed, from the phrases hello",
		"- correct? yes / no",
		"- it says, in French: ___",
		"## 3. sms.agree",
		"asks (sms, **critical**)",
		"- Bamanankan: AWƆ / AYI?",
		"- on a phone: AWO / AYI?",
		"## 4. sms.later",
		"- Français: Plus tard",
		"- Bamanankan: ___",
		"- state: missing",
		"- Français: {n} message\n- Français: {n} messages",
		"- state: reviewed by K7",
		"## 7. ussd.ask",
		"- on a phone: Tògò, xxxxxxxxxxxxxxx?\n- size: 22 septets\n- state",
	} {
		i := strings.Index(sheet[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow what stands before it in:\n%s", want, sheet)
		}
		at += i + len(want)
	}
}

func TestSheetShowsTheSitesWireForm(t *testing.T) {
	for mode, want := range map[sms.Mode]string{
		sms.GSMAccent: "on a phone: Hakèto\n- size: 6 septets, 1 SMS",
		sms.ASCII:     "on a phone: Haketo\n- size: 6 septets, 1 SMS",
		sms.Official:  "on a phone: Hakɛto\n- size: 6 UCS-2 units, 1 SMS",
	} {
		var b strings.Builder
		if err := load(t, testBase, testBambara).Sheet(&b, bot.Bambara, mode); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s: the sheet does not say %q", mode, want)
		}
	}
}

type fullDisk struct{}

var errFull = errors.New("no space")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestSheetRefuses(t *testing.T) {
	c := load(t, testBase, testBambara)
	for _, lang := range []bot.Lang{bot.French, "ses", ""} {
		if err := c.Sheet(&strings.Builder{}, lang, sms.GSMAccent); err == nil {
			t.Errorf("wrote a review sheet of %q", lang)
		}
	}
	if err := c.Sheet(fullDisk{}, bot.Bambara, sms.GSMAccent); !errors.Is(err, errFull) {
		t.Errorf("on a full disk: %v", err)
	}
}

// Every text of the built-in files stands on the sheet.
func TestSheetOfTheBuiltInFiles(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Sheet(&b, bot.Bambara, sms.ASCII); err != nil {
		t.Fatal(err)
	}
	for _, key := range c.Keys() {
		if !strings.Contains(b.String(), ". "+key+"\n") {
			t.Errorf("%s is not on the sheet", key)
		}
	}
}
