package bulletin

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/bot/spelling"
)

// Finding is one thing about a bulletin that somebody should see before it is approved.
type Finding struct {
	Key    string            // of the sentence for the desk
	Args   map[string]string //
	Blocks bool              // it cannot be approved so
}

func (f Finding) args() []string {
	var args []string
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		args = append(args, name, f.Args[name])
	}
	return args
}

// MostValid is how long a bulletin may be worth reading.
const MostValid = 60 * 24 * time.Hour

// Lint looks a bulletin through: what lacks, what costs, what is asked of readers, which words should not be used. Names of people and groups
// are found by whoever takes the text in (they need the list of names).
func (d Desk) Lint(b bot.Bulletin, at bot.Instant) []Finding {
	var found []Finding
	add := func(blocks bool, key string, args ...string) {
		f := Finding{Key: key, Blocks: blocks, Args: map[string]string{"ref": string(b.Ref)}}
		for i := 0; i+1 < len(args); i += 2 {
			f.Args[args[i]] = args[i+1]
		}
		found = append(found, f)
	}
	switch {
	case b.ExpiresAt.IsZero():
		add(true, "desk.bulletin_no_expiry")
	case b.ExpiresAt <= at:
		add(true, "desk.bulletin_expired")
	case b.ExpiresAt.Sub(max(at, b.ValidFrom)) > MostValid:
		add(true, "desk.bulletin_long_expiry", "days", strconv.Itoa(int(MostValid/(24*time.Hour))))
	case b.ValidFrom >= b.ExpiresAt:
		add(true, "desk.bulletin_never_valid")
	}
	texts := slices.DeleteFunc(slices.Clone(b.Variants), func(v bot.Variant) bool { return v.Channel != bot.VariantSMS })
	if len(texts) == 0 && b.Kind != bot.BulletinDigest {
		add(true, "desk.bulletin_no_sms")
	}
	if needsRumour(b.Kind) && len(b.Rumours) == 0 {
		add(true, "desk.bulletin_no_rumour")
	}
	if b.Harm.By == "" || b.Harm.Text != digest(b) {
		add(true, "desk.bulletin_harm_open")
	}
	first := firstLang(b)
	for _, v := range b.Variants {
		if v.Lang != first && v.State == bot.TranslationDraft {
			add(false, "desk.bulletin_untranslated", "lang", string(v.Lang))
		}
	}
	for _, l := range d.wanted(b) {
		has := slices.ContainsFunc(texts, func(v bot.Variant) bool {
			return v.Lang == l && (l == first || v.State == bot.TranslationBack || v.State == bot.TranslationDone)
		})
		if !has && b.Fallback == "" {
			add(true, "desk.bulletin_lang_missing", "lang", string(l))
		}
	}
	asks := 0
	for _, v := range texts {
		found = append(found, d.lintText(b, v)...)
		asks = max(asks, countAsks(v.Lang, string(v.Text)))
	}
	if asks > 1 {
		add(true, "desk.bulletin_two_asks")
	}
	if b.Action != "" && countAsks(bot.French, string(b.Action)) == 0 {
		add(false, "desk.bulletin_action_verb")
	}
	return found
}

// needsRumour tells whether a bulletin of the kind rests on a checked rumour.
func needsRumour(k bot.BulletinKind) bool { return k == bot.BulletinNews }

// wanted are the languages that readers of the audience may read: those named, or all of the site.
func (d Desk) wanted(b bot.Bulletin) []bot.Lang {
	if b.Kind == bot.BulletinDigest {
		return nil
	}
	if len(b.Audience.Langs) > 0 {
		return b.Audience.Langs
	}
	return d.Langs
}

// banned are words that put people in danger or sides against each other, on the folding key (domain §8, S-13).
func banned() []string {
	return []string{"informateur", "informateurs", "denonciation", "denonciations", "denoncer", "espion", "espions", "indic", "indics", "cliquez"}
}

// lintText looks at the words and the price of one text.
func (d Desk) lintText(b bot.Bulletin, v bot.Variant) []Finding {
	var found []Finding
	size := d.Measure(b, v, longestDay)
	args := func(more ...string) map[string]string {
		m := map[string]string{"ref": string(b.Ref), "lang": string(v.Lang), "parts": strconv.Itoa(size.Parts)}
		for i := 0; i+1 < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	if size.Encoding == bot.UCS2 {
		signs := costly(sms.Wire(d.Framed(b, v, longestDay), d.Wire))
		found = append(found, Finding{Key: "desk.bulletin_doubled", Args: args("signs", signs)})
	}
	words := strings.FieldsFunc(strings.ToLower(string(v.Text)), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	for _, w := range words {
		for _, bad := range banned() {
			if spelling.Key(w) == spelling.Key(bad) {
				found = append(found, Finding{Key: "desk.bulletin_banned", Args: args("word", bad), Blocks: true})
			}
		}
	}
	return found
}

// costly are the signs that make a text UCS-2, each once.
func costly(wire string) string {
	var signs []string
	for _, r := range wire {
		if sms.Measure(string(r)).Encoding == bot.UCS2 && !slices.Contains(signs, string(r)) {
			signs = append(signs, string(r))
		}
	}
	return strings.Join(signs, " ")
}

// asking are the verbs by which a French bulletin asks its readers for something, on the folding key. Bambara has no such list yet.
func asking() []string {
	return []string{
		"allez", "appelez", "apportez", "attendez", "cherchez", "demandez", "dites", "ecoutez", "envoyez", "evitez", "faites", "gardez",
		"lavez", "montrez", "partagez", "prenez", "presentez", "prevenez", "rejoignez", "repondez", "restez", "signalez", "suivez", "venez",
		"verifiez", "votez",
	}
}

// countAsks counts what a text asks of its readers: sentences that begin with such a verb, or hold one behind a comma.
func countAsks(l bot.Lang, text string) int {
	if l != bot.French {
		return 0
	}
	n := 0
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if slices.ContainsFunc(asking(), func(v string) bool { return spelling.Key(v) == spelling.Key(w) }) {
			n++
		}
	}
	return n
}
