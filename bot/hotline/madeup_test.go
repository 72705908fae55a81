package hotline_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"

	"tinye/bot"
	"tinye/locales"
)

// speakMadeUp gives the site a third language, in a file of its own: French in capitals, which is nobody's. The help text and
// what is critical on screens are left untranslated.
func (d *desk) speakMadeUp() error {
	catalog, err := locales.Load()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := catalog.New(&out, bot.Songhay); err != nil {
		return err
	}
	var f map[string]any
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		return err
	}
	f["name"] = "ESSAI"
	for _, s := range f["strings"].([]any) {
		entry := s.(map[string]any)
		key := entry["key"].(string)
		text, plain := entry["text"].(string)
		if !plain || key == "sms.help" || !strings.HasPrefix(key, "sms.") && !strings.HasPrefix(key, "ussd.") {
			continue
		}
		entry["text"], entry["review"] = capitals(text), "unreviewed"
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	with, issues, err := catalog.With(fstest.MapFS{"ses.json": {Data: data}})
	if err != nil {
		return err
	}
	if len(issues) > 0 {
		d.t.Fatal(issues)
	}
	d.Site.Langs = append(slices.Clone(d.Site.Langs), bot.Songhay)
	d.Desk.Langs = d.Site.Langs
	d.Texts = with.Printer(locales.Policy{AllowUnreviewed: d.Site.Langs})
	d.Desk.Texts = d.Texts
	return nil
}

var words = regexp.MustCompile(`\{[a-z_]+\}|[^{}]+`)

// capitals writes all but the values in capitals, without the accents that GSM-7 lacks.
func capitals(text string) string {
	return words.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "{") {
			return s
		}
		return strings.ToUpper(s)
	})
}
