package locales_test

import (
	"testing"
	"testing/fstest"

	"tinye/locales"
)

const testBase = `{
  "language": "fra", "name": "Français", "plurals": "one_other",
  "days": ["lun", "mar", "mer", "jeu", "ven", "sam", "dim"],
  "values": [
    {"name": "name", "use": "somebody", "longest": "xxxxxxxxxxxxxxx"},
    {"name": "n", "use": "a number", "longest": "10000"},
    {"name": "hours", "use": "hours", "longest": "lun-ven 10h-18h"}
  ],
  "strings": [
    {"key": "sms.hello", "use": "greets", "channel": "sms", "parts": 1, "text": "Bonjour {name}"},
    {"key": "sms.open", "use": "says when", "channel": "sms", "parts": 1, "text": "Ouvert {hours}"},
    {"key": "sms.agree", "use": "asks", "channel": "sms", "parts": 1, "critical": true, "text": "OUI ou NON?"},
    {"key": "sms.later", "use": "puts off", "channel": "sms", "parts": 1, "text": "Plus tard"},
    {"key": "sms.count", "use": "counts", "channel": "sms", "parts": 1, "one": "{n} message", "other": "{n} messages"},
    {"key": "sms.safe", "use": "stands in", "channel": "sms", "parts": 1, "text": "Erreur de notre part"},
    {"key": "ussd.ask", "use": "asks on a screen", "channel": "ussd", "parts": 1, "text": "Votre nom, {name}?"}
  ]
}`

const testBambara = `{
  "language": "bam", "name": "Bamanankan", "plurals": "other",
  "days": ["ntɛnɛ", "tarata", "araba", "alamisa", "juma", "sibiri", "kari"],
  "values": [],
  "strings": [
    {"key": "sms.hello", "review": "unreviewed", "from": ["hello"], "text": "Aw ni ce {name}"},
    {"key": "sms.open", "review": "unreviewed", "text": "Dayɛlɛlen {hours}"},
    {"key": "sms.agree", "review": "unreviewed", "text": "AWƆ / AYI?"},
    {"key": "sms.later", "review": "missing", "text": "Plus tard"},
    {"key": "sms.count", "review": "reviewed", "by": "K7", "other": "cikan {n}"},
    {"key": "sms.safe", "review": "reviewed", "by": "K7", "text": "Hakɛto"},
    {"key": "ussd.ask", "review": "unreviewed", "from": ["name"], "text": "Tɔgɔ, {name}?"}
  ]
}`

// load makes a catalog of two files.
func load(t *testing.T, base, translation string) *locales.Catalog {
	t.Helper()
	c, err := locales.LoadFS(files(base, translation))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func files(base, translation string) fstest.MapFS {
	return fstest.MapFS{"fr.json": {Data: []byte(base)}, "bm.json": {Data: []byte(translation)}}
}
