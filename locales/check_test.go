package locales_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"tinye/locales"
)

// What is built in has no fault, also for a site whose name is as long as names may be.
func TestBuiltInTextsAreSound(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []string{"", "Tinye", "ABCDEFGHIJK"} {
		for _, issue := range c.Check(service) {
			t.Errorf("service %q: %s", service, issue)
		}
	}
}

// A longer name than a site may have shows that the budgets are really measured: the longest text is close to its end.
func TestCheckMeasuresWithTheServiceName(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ service, want string }{
		{"A NAME OF 20 LETTERS", "fr.json: sms.consent: takes 2 parts in wire form"},
		{"TINYƐ", "fr.json: sms.ack: is not GSM-7 as it stands"},
	} {
		var all []string
		for _, issue := range c.Check(tc.service) {
			all = append(all, issue.String())
		}
		if !strings.Contains(strings.Join(all, "\n"), tc.want) {
			t.Errorf("%s: no issue says %q in %q", tc.service, tc.want, all)
		}
	}
}

func TestCheckFinds(t *testing.T) {
	long := strings.Repeat("très long ", 20)
	for _, tc := range []struct {
		why      string
		base     bool // the change is made in fr.json, else in bm.json
		from, to string
		want     string // "" for no issue
	}{
		{"nothing", false, "", "", ""},
		{"a key that is not translated", false, `{"key": "sms.later", "review": "missing", "text": "Plus tard"},`, "", "bm.json: sms.later: is missing"},
		{"another placeholder", false, "Aw ni ce {name}", "Aw ni ce {n}", "bm.json: sms.hello: holds the values [n], want [name]"},
		{"a placeholder dropped", false, "Aw ni ce {name}", "Aw ni ce", "bm.json: sms.hello: holds the values [], want [name]"},
		{"a placeholder in one plural form only", true, `"{n} message"`, `"un message"`, "fr.json: sms.count: holds the values [n], want []"},
		{"a value without its longest form", true, `"hours", "use"`, `"days", "use"`, "fr.json: sms.open: holds the value {hours}"},
		{"a form that the language has not", false, `"other": "cikan {n}"`, `"one": "cikan {n}", "other": "cikan {n}"`,
			"bm.json: sms.count: has not the plural forms of its language (other)"},
		{"a form too few", true, `"one": "{n} message", `, "", "fr.json: sms.count: has not the plural forms of its language (one_other)"},
		{"plain for counted", false, `"other": "cikan {n}"`, `"text": "cikan {n}"`, "bm.json: sms.count: is counted in one language and not in the other"},
		{"spaces only", false, `"Hakɛto"`, `"  "`, "bm.json: sms.safe: is empty"},
		{"missing, but the French text was changed", true, `"Plus tard"`, `"Demain"`, "bm.json: sms.later: is marked missing but is not the French text"},
		{"French over its budget", true, "Bonjour {name}", long + "{name}", "fr.json: sms.hello: takes 2 parts in wire form"},
		{"Bambara over its budget", false, "Aw ni ce {name}", long + "{name}", "bm.json: sms.hello: takes 2 parts in wire form"},
		{"over the budget only with the language's own longest value", false, `"values": []`,
			`"values": [{"name": "name", "use": "somebody", "longest": "` + long + `"}]`, "bm.json: sms.hello: takes 2 parts"},
		{"over its budget where accents go, since a euro sign is three letters", true, "Bonjour {name}", strings.Repeat("€", 60) + "{name}",
			"fr.json: sms.hello: takes 2 parts in wire form ascii"},
		{"a screen that fills its page", true, "Votre nom, ", strings.Repeat("a", 144), ""},
		{"a screen over its page", true, "Votre nom, ", strings.Repeat("a", 145), "fr.json: ussd.ask: takes 161 septets in wire form gsm-accent"},
		{"a screen over its page in septets, not in characters", true, "Votre nom, ", strings.Repeat("€", 73), "fr.json: ussd.ask: takes 162 septets"},
		{"a Bambara screen over its page", false, "Tɔgɔ, ", long, "bm.json: ussd.ask: takes"},
		{"a screen that may go on over pages", true, `"parts": 1, "text": "Votre nom, `, `"text": "` + long, ""},
		{"a screen that needs two bytes a letter", true, "Votre nom, ", "Votre prénom français, ", "fr.json: ussd.ask: is not GSM-7 as it stands"},
		{"French that doubles the price", true, "Bonjour {name}", "Bonjour {name}…", "fr.json: sms.hello: is not GSM-7 as it stands"},
		{"a letter with no wire form", false, "Aw ni ce {name}", "Aw ni ce {name} ߒߞߏ", "bm.json: sms.hello: is not GSM-7 in wire form"},
		{"a day with no wire form", false, `"kari"`, `"ߞߊߙߌ"`, "bm.json: the day ߞߊߙߌ is not GSM-7"},
		{"a dangerous word", true, "Bonjour {name}", "Cher Informateur {name}", `fr.json: sms.hello: says "informateur"`},
		{"a dangerous word with accents", true, "Bonjour {name}", "Merci de votre dénonciation {name}", `says "denonciation"`},
		{"a dangerous word without", true, "Bonjour {name}", "DENONCEZ {name}", `says "denoncez"`},
		{"a harmless word like one", true, "Bonjour {name}", "Informations pour {name}", ""},
		{"an echo of what was written", true, "Plus tard", "Vous dites: {text}", "fr.json: sms.later: would carry what somebody wrote: {text}"},
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
			issues := load(t, base, translation).Check("")
			found := false
			for _, issue := range issues {
				found = found || strings.Contains(issue.String(), tc.want)
			}
			if tc.want == "" && len(issues) > 0 || tc.want != "" && !found {
				t.Errorf("got %q\nwant %q", issues, tc.want)
			}
		})
	}
}

// What must not be got wrong waits for a native speaker: every text that asks for consent, tells how to stop, or names the
// danger number. A new one is easily forgotten.
func TestTextsAboutConsentStoppingAndDangerAreCritical(t *testing.T) {
	for _, s := range builtInTexts(t) {
		if s.Channel == locales.ChannelDesk || s.Critical {
			continue
		}
		for _, sign := range []string{"{cap}", "{danger}", "STOP", "plus de SMS", "Danger"} {
			if strings.Contains(s.Text, sign) {
				t.Errorf("%s says %q and is not critical", s.Key, sign)
			}
		}
	}
}

// A screen goes on over pages only where the desk's own words stand on it.
func TestScreensOfOursFitAPage(t *testing.T) {
	screens := 0
	for _, s := range builtInTexts(t) {
		if s.Channel != locales.ChannelUSSD {
			continue
		}
		screens++
		if limited := s.Parts == 1; limited == strings.Contains(s.Text, "{answer}") {
			t.Errorf("%s: parts is %d for %q", s.Key, s.Parts, s.Text)
		}
	}
	if screens == 0 {
		t.Error("no screen was looked at")
	}
}

type builtInText struct {
	Key, Text string
	locales.Definition
}

// builtInTexts are the texts of fr.json as they stand there.
func builtInTexts(t *testing.T) []builtInText {
	t.Helper()
	data, err := os.ReadFile("fr.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Strings []builtInText }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Strings
}
