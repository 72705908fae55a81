package flows_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/flows"
	"tinye/locales"
)

// small has each thing that a flow can have once. Its effects are not those of hotline.
const small = `{
  "name": "small", "start": {"run": "open", "to": "home", "else": {"draft": "resume"}},
  "screens": [
    {"id": "home", "text": "ussd.home", "choices": [
      {"label": "ussd.one", "to": "pick"},
      {"label": "ussd.two", "to": "words"},
      {"label": "ussd.three", "if": "staff", "to": "plain"},
      {"label": "ussd.four", "run": "note", "with": "x", "to": "plain"}
    ]},
    {"id": "resume", "text": "ussd.resume", "choices": [{"label": "ussd.one", "to": "words"}]},
    {"id": "pick", "text": "ussd.pick", "load": {"run": "fill", "else": {"none": "empty", "same": "."}},
      "list": {"from": "things", "pick": {"run": "take", "to": "words", "else": {"more": "."}}},
      "choices": [{"label": "ussd.one", "to": "told"}]},
    {"id": "empty", "text": "ussd.empty"},
    {"id": "words", "text": "ussd.words", "choices": [{"label": "ussd.one", "to": "told"}],
      "input": {"run": "keep", "to": "told", "else": {"short": "."}}},
    {"id": "ask", "text": "ussd.plain", "input": {"run": "keep", "to": "told"}},
    {"id": "plain", "text": "ussd.plain"},
    {"id": "told", "text": "ussd.told", "end": true}
  ]
}`

// texts are those of small, and those of every flow.
var texts = map[string]string{
	"ussd.home": "Bonjour", "ussd.resume": "Pas fini", "ussd.pick": "Lequel?", "ussd.empty": "Rien", "ussd.words": "Dites",
	"ussd.plain": "Voilà", "ussd.told": "{service} {ref}: noté",
	"ussd.one": "Un", "ussd.two": "Deux", "ussd.three": "Trois", "ussd.four": "Quatre",
	"ussd.nav_back": "0 Retour", "ussd.nav_next": "98 Suite", "ussd.nav_lang": "99 {other}",
	"ussd.bad_choice": "Pas ainsi.", "ussd.bad_choice_again": "Par SMS?", "ussd.too_short": "Trop court.",
	"ussd.no_such_place": "Aucun lieu.", "ussd.nothing_found": "Rien.",
	"sms.answer": "{service} {ref}: {answer}", "sms.ack": "{service} {ref}: noté", "sms.safe": "Erreur",
}

// catalogue are the texts above with some changed; one that is changed to "" is not there. The second language says the
// same as the first.
func catalogue(t testing.TB, changed map[string]string) *locales.Catalog {
	t.Helper()
	all := maps.Clone(texts)
	maps.Copy(all, changed)
	type object = map[string]any
	var base, other []object
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if all[key] == "" {
			continue
		}
		channel, _, _ := strings.Cut(key, ".")
		entry := object{"key": key, "use": "a test's", "channel": channel, "text": all[key]}
		if n, counted := strings.CutPrefix(all[key], "#"); counted {
			delete(entry, "text")
			entry["one"], entry["other"] = n, n
		}
		base = append(base, entry)
		said := object{"key": key, "review": "unreviewed", "text": all[key]}
		if n, counted := strings.CutPrefix(all[key], "#"); counted {
			delete(said, "text")
			said["other"] = n
		}
		other = append(other, said)
	}
	values := []object{}
	for name, longest := range map[string]string{
		"service": "TINYE MOPTI", "ref": "482918", "danger": "+22380001234", "answer": "C'est faux.", "other": "Bamanankan", "n": "10",
	} {
		values = append(values, object{"name": name, "use": "a test's", "longest": longest})
	}
	days := []string{"lu", "ma", "me", "je", "ve", "sa", "di"}
	fr, err := json.Marshal(object{"language": "fra", "name": "Français", "plurals": "one_other", "days": days, "values": values, "strings": base})
	if err != nil {
		t.Fatal(err)
	}
	bm, err := json.Marshal(object{"language": "bam", "name": "Bamanankan", "plurals": "other", "days": days, "values": []object{}, "strings": other})
	if err != nil {
		t.Fatal(err)
	}
	c, err := locales.LoadFS(fstest.MapFS{"fr.json": {Data: fr}, "bm.json": {Data: bm}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func parse(t testing.TB, flow string) *flows.Flow {
	t.Helper()
	f, err := flows.Parse([]byte(flow))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// youth is the flow that is built in, with the texts that are.
func youth(t testing.TB) (*flows.Flow, *locales.Catalog) {
	t.Helper()
	f, err := flows.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

// look is French on a page of so many septets.
func look(c *locales.Catalog, budget int) flows.Look {
	return flows.Look{
		Texts: c.Printer(locales.Policy{Values: c.Longest(bot.French), AllowUnreviewed: c.Languages()}),
		Lang:  bot.French, Wire: sms.GSMAccent, Budget: budget, Other: "Bamanankan",
	}
}
