package locales_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tinye/bot"
	"tinye/locales"
)

// siteFile is a language file of a site with these strings.
func siteFile(strings string) fstest.MapFS {
	return fstest.MapFS{"ses.json": {Data: []byte(`{"language": "ses", "name": "TEST", "plurals": "other",
		"days": ["LUN", "MAR", "MER", "JEU", "VEN", "SAM", "DIM"], "values": [], "strings": [` + strings + `]}`)}}
}

// with lays a site's file on the texts of the tests.
func with(t *testing.T, site fstest.MapFS) (*locales.Catalog, []string) {
	t.Helper()
	c, issues, err := load(t, testBase, testBambara).With(site)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, i := range issues {
		said = append(said, i.String())
	}
	return c, said
}

// A site's own language goes out where it has texts, and falls back for the others, counted; critical ones wait for a review.
func TestASitesOwnLanguage(t *testing.T) {
	c, wrong := with(t, siteFile(`{"key": "sms.hello", "review": "unreviewed", "text": "SALUT {name}"},
		{"key": "sms.agree", "review": "unreviewed", "text": "WI WALA KALA?"},
		{"key": "sms.later", "review": "missing", "text": "Plus tard", "help": {"use": "", "fr": "Plus tard"}},
		{"key": "sms.safe", "review": "reviewed", "by": "K7", "text": "FAUTE"}`))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for _, allowed := range [][]bot.Lang{nil, {bot.Songhay}} {
		p := c.Printer(locales.Policy{AllowUnreviewed: allowed})
		agree := "OUI ou NON?"
		if allowed != nil {
			agree = "WI WALA KALA?"
		}
		for key, want := range map[string]string{"sms.hello": "SALUT FANTA", "sms.agree": agree, "sms.later": "Plus tard", "sms.open": "Ouvert demain"} {
			if got := p.Text(bot.Songhay, key, map[string]string{"name": "FANTA", "hours": "demain"}); got.Text != want {
				t.Errorf("%s reads %q, want %q", key, got.Text, want)
			}
		}
		reasons := make(map[string]string)
		for _, m := range p.Missing() {
			reasons[m.Key] = m.Reason
		}
		if reasons["sms.later"] != locales.ReasonMissing || reasons["sms.open"] != locales.ReasonMissing || reasons["sms.hello"] != "" ||
			(reasons["sms.agree"] == locales.ReasonUnreviewed) != (allowed == nil) {
			t.Errorf("allowed %v: counted %v", allowed, reasons)
		}
		var gaps []string
		for _, g := range p.Gaps(bot.Songhay) {
			gaps = append(gaps, g.Key)
		}
		want := []string{"sms.open", "sms.agree", "sms.later", "sms.count", "ussd.ask"}
		if allowed != nil {
			want = slices.DeleteFunc(want, func(k string) bool { return k == "sms.agree" })
		}
		if !slices.Equal(gaps, want) {
			t.Errorf("allowed %v: gaps %v, want %v", allowed, gaps, want)
		}
	}
	if issues := c.Check(""); len(issues) > 0 {
		t.Errorf("what a site left out is no fault: %v", issues)
	}
	if got := c.Printer(locales.Policy{}).Gaps(bot.Tamasheq); len(got) != 7 || got[0].Reason != locales.ReasonNoLanguage {
		t.Errorf("a language without a file has the gaps %v", got)
	}
}

// A site may mend the texts of a language that is built in; what it does not name stays.
func TestASiteMendsABuiltInLanguage(t *testing.T) {
	c, wrong := with(t, fstest.MapFS{"bm.json": {Data: []byte(`{"language": "bam", "name": "Bamanankan", "plurals": "other",
		"days": ["ntɛnɛ", "tarata", "araba", "alamisa", "juma", "sibiri", "kari"], "values": [],
		"strings": [{"key": "sms.agree", "review": "reviewed", "by": "K9", "text": "AWƆ WALA AYI?"}]}`)}, "notes.txt": {Data: []byte("x")}})
	p := c.Printer(locales.Policy{})
	if got := p.Text(bot.Bambara, "sms.agree", nil); got.Text != "AWƆ WALA AYI?" || len(wrong) > 0 {
		t.Errorf("it reads %q: %v", got.Text, wrong)
	}
	if got := p.Text(bot.Bambara, "sms.safe", nil).Text; got != "Hakɛto" {
		t.Errorf("another text reads %q", got)
	}
}

// What is wrong with a file is a sentence that names the text; the other texts are used.
func TestASitesFileIsChecked(t *testing.T) {
	const good = `{"key": "sms.safe", "review": "unreviewed", "text": "FAUTE"}`
	for name, c := range map[string]struct{ text, says string }{
		"a key that is not ours":     {`{"key": "sms.helo", "review": "unreviewed", "text": "x"}`, "ses.json: sms.helo: there is no text with this key"},
		"a text that is too long":    {`{"key": "sms.later", "review": "unreviewed", "text": "` + strings.Repeat("long ", 40) + `"}`, "ses.json: sms.later: takes 2 parts in wire form gsm-accent with the longest values, may take 1"},
		"too long with its values":   {`{"key": "sms.hello", "review": "unreviewed", "text": "` + strings.Repeat("x", 150) + ` {name}"}`, "ses.json: sms.hello: takes 2 parts"},
		"a screen that is too long":  {`{"key": "ussd.ask", "review": "unreviewed", "text": "` + strings.Repeat("x", 161) + ` {name}"}`, "a page holds 160"},
		"a value that is missing":    {`{"key": "sms.hello", "review": "unreviewed", "text": "SALUT"}`, "ses.json: sms.hello: holds the values [], want [name]"},
		"a value that is not ours":   {`{"key": "sms.hello", "review": "unreviewed", "text": "SALUT {nom}"}`, "holds the values [nom], want [name]"},
		"a lone brace":               {`{"key": "sms.hello", "review": "unreviewed", "text": "SALUT {name"}`, "ses.json: sms.hello: a { that begins no {name}"},
		"a letter that costs double": {`{"key": "sms.later", "review": "unreviewed", "text": "ⵜⵉⵏ"}`, "is not GSM-7 in wire form"},
		"translated, not marked":     {`{"key": "sms.later", "review": "missing", "text": "DEMAIN"}`, "if it is translated, mark it unreviewed"},
		"marked in another way":      {`{"key": "sms.later", "review": "done", "text": "DEMAIN"}`, `review is "done"`},
		"reviewed by nobody":         {`{"key": "sms.later", "review": "reviewed", "text": "DEMAIN"}`, "by is empty"},
		"twice":                      {`{"key": "sms.later", "review": "unreviewed", "text": "A"}, {"key": "sms.later", "review": "unreviewed", "text": "B"}`, "sms.later: stands twice"},
		"a word that endangers":      {`{"key": "sms.later", "review": "unreviewed", "text": "INFORMATEUR"}`, "may put a reader in danger"},
		"a field that is not ours":   {`{"key": "sms.later", "review": "unreviewed", "texte": "A"}`, `ses.json: json: unknown field "texte"`},
		"two plural forms":           {`{"key": "sms.count", "review": "unreviewed", "one": "{n} A", "other": "{n} B"}`, "has not the plural forms"},
	} {
		t.Run(name, func(t *testing.T) {
			catalog, wrong := with(t, siteFile(good+", "+c.text))
			if len(wrong) == 0 || !strings.Contains(wrong[0], c.says) {
				t.Errorf("%q, want %q", wrong, c.says)
			}
			if slices.Contains(catalog.Languages(), bot.Songhay) != (name != "a field that is not ours") {
				t.Error("one text that is wrong takes the language away, or none does")
			}
		})
	}
	for name, c := range map[string]struct{ file, text, says string }{
		"French":             {"fr.json", testBase, "unknown field"},
		"another's name":     {"ffm.json", string(siteFile("")["ses.json"].Data), "its name must be ses.json"},
		"an unknown tongue":  {"xyz.json", `{"language": "xyz", "name": "X"}`, "is not an ISO 639-3 code that Tinye knows"},
		"French, translated": {"fr.json", `{"language": "fra", "name": "F", "plurals": "other", "days": ["a","b","c","d","e","f","g"], "values": [], "strings": []}`, "cannot be replaced"},
	} {
		if _, wrong := with(t, fstest.MapFS{c.file: {Data: []byte(c.text)}}); len(wrong) != 1 || !strings.Contains(wrong[0], c.says) {
			t.Errorf("%s: %q, want %q", name, wrong, c.says)
		}
	}
}

// A new file loads as it is, and holds what a translator needs, in the order in which people meet the texts.
func TestANewFile(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.New(&out, bot.Songhay); err != nil {
		t.Fatal(err)
	}
	_, wrong, err := c.With(fstest.MapFS{"ses.json": {Data: out.Bytes()}})
	if err != nil || len(wrong) > 0 {
		t.Errorf("it does not load: %v, %v", wrong, err)
	}
	var f struct {
		Strings []struct {
			Key, Review, Text string
			Help              locales.Help
		}
	}
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	at := make(map[string]int)
	for i, s := range f.Strings {
		at[s.Key] = i
		if s.Review != "missing" || s.Help.French == "" {
			t.Errorf("%s: %+v", s.Key, s)
		}
	}
	if len(f.Strings) != len(c.Keys()) {
		t.Errorf("%d texts, want all %d", len(f.Strings), len(c.Keys()))
	}
	order := []string{"sms.ack", "sms.consent", "sms.stop", "sms.ack_danger", "sms.status_checking", "ussd.home", "sms.agent_tally", "sms.desk_queue", "desk.no_role"}
	for i, key := range order {
		if _, there := at[key]; !there {
			t.Fatalf("no %s", key)
		}
		if i > 0 && at[key] < at[order[i-1]] {
			t.Errorf("%s stands before %s", key, order[i-1])
		}
	}
	ack := f.Strings[at["sms.ack"]]
	if !strings.Contains(ack.Help.Room, "160 signes, dont 140 pour les mots") || !strings.Contains(ack.Help.Room, "482918006") || ack.Help.Other == "" {
		t.Errorf("the acknowledgement's help: %+v", ack.Help)
	}
	if err := c.New(&out, bot.Bambara); err == nil {
		t.Error("a new file of a language that is built in")
	}
}
