package locales_test

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/locales"
)

func TestHours(t *testing.T) {
	span := func(from, to int) locales.Span { return locales.Span{From: from * 60, To: to * 60} }
	day := []locales.Span{span(10, 18)}
	split := []locales.Span{span(10, 13), span(14, 18)}
	morning := []locales.Span{span(9, 12)}
	always := []locales.Span{span(0, 24)}
	for _, tc := range []struct {
		why    string
		week   locales.Week
		fr, bm string
	}{
		{"working days", locales.Week{day, day, day, day, day}, "lun-ven 10h-18h", "ntɛnɛ-juma 10h-18h"},
		{"split days and a short Saturday", locales.Week{split, split, split, split, split, morning},
			"lun-ven 10h-13h, 14h-18h; sam 9h-12h", "ntɛnɛ-juma 10h-13h, 14h-18h; sibiri 9h-12h"},
		{"equal days apart are not one range", locales.Week{0: day, 2: day, 3: day},
			"lun 10h-18h; mer-jeu 10h-18h", "ntɛnɛ 10h-18h; araba-alamisa 10h-18h"},
		{"Sunday alone", locales.Week{6: morning}, "dim 9h-12h", "kari 9h-12h"},
		{"minutes", locales.Week{0: {{From: 7*60 + 5, To: 16*60 + 30}}}, "lun 7h05-16h30", "ntɛnɛ 7h05-16h30"},
		{"always", locales.Week{always, always, always, always, always, always, always}, "lun-dim 0h-24h", "ntɛnɛ-kari 0h-24h"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			p := load(t, testBase, testBambara).Printer(locales.Policy{Hours: tc.week})
			if got := p.Text(bot.French, "sms.open", nil).Text; got != "Ouvert "+tc.fr {
				t.Errorf("French: %q, want %q", got, tc.fr)
			}
			if got := p.Text(bot.Bambara, "sms.open", nil).Text; got != "Dayɛlɛlen "+tc.bm {
				t.Errorf("Bambara: %q, want %q", got, tc.bm)
			}
		})
	}
	never := load(t, testBase, testBambara).Printer(locales.Policy{}).Text(bot.French, "sms.open", nil)
	if never.Reason != locales.ReasonMissingValue {
		t.Errorf("a week that never opens: got %+v, want the safe sentence", never)
	}
}

func TestDates(t *testing.T) {
	at := bot.At(time.Date(2026, 3, 9, 23, 5, 59, 0, time.UTC))
	east := time.FixedZone("", 3600)
	for _, tc := range []struct{ got, want string }{
		{locales.Date(at, time.UTC), "09/03/2026"},
		{locales.Day(at, time.UTC), "09/03"},
		{locales.Clock(at, time.UTC), "23:05"},
		{locales.Date(at, east), "10/03/2026"},
		{locales.Clock(at, east), "00:05"},
		{locales.Date(0, time.UTC), ""},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
