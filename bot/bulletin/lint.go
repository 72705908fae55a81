package bulletin

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/storage"
)

// Finding is one thing about a bulletin that somebody should see before it is approved.
type Finding struct {
	Key    string            // of the sentence for the desk
	Args   map[string]string //
	Blocks bool              // it cannot be approved so
	// Rewrite is another way to write the text, which costs less; "" for none.
	Rewrite bot.Text
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

// Examine is Lint with what the store knows: whether its rumours carry the bulletin, and whether it repeats one.
func (d Desk) Examine(tx storage.Tx, b bot.Bulletin, at bot.Instant) ([]Finding, error) {
	l := &linting{Desk: d, b: b}
	l.look(at)
	r, fell, err := fallen(tx, b)
	if err != nil {
		return nil, err
	}
	if fell {
		l.add(true, "desk.bulletin_fell", "rumour", string(r.Ref))
	}
	if b.Kind.Lane() == bot.LaneCorrection {
		still, err := Unmended(tx, b)
		if len(still) > 0 && b.Holds == "" {
			l.add(false, "desk.bulletin_unmended", "rumours", list(still), "rumour", string(still[0]))
		}
		return l.found, err
	}
	if err := undoubted(tx, b); err != nil {
		refused, ok := errors.AsType[*bot.Error](err)
		if !ok {
			return nil, err
		}
		l.add(true, refused.Key, "rumour", refused.Args["rumour"], "first", refused.Args["first"])
	}
	for _, id := range b.Rumours {
		r, err := rumourOf(tx, id)
		if err != nil {
			return nil, err
		}
		if r.Verdict == bot.ConfirmedTrue || r.Verdict == bot.ProbablyTrue {
			continue // it may be said in the words of those who told it
		}
		for _, v := range b.Variants {
			if echoes(string(v.Text), string(r.Claim)) {
				l.add(true, "desk.bulletin_echo", "lang", string(v.Lang), "channel", string(v.Channel), "rumour", string(r.Ref))
			}
		}
	}
	return l.found, nil
}

// Lint looks a bulletin through: what lacks, what costs, what is asked of readers, which words should not be used. Names of people
// and numbers are found by whoever takes the text in (they need the list of names).
func (d Desk) Lint(b bot.Bulletin, at bot.Instant) []Finding {
	l := &linting{Desk: d, b: b}
	l.look(at)
	return l.found
}

// linting is one look through a bulletin.
type linting struct {
	Desk
	b     bot.Bulletin
	found []Finding
}

func (l *linting) add(blocks bool, key string, args ...string) {
	f := Finding{Key: key, Blocks: blocks, Args: map[string]string{"ref": string(l.b.Ref)}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	if !slices.ContainsFunc(l.found, func(o Finding) bool { return o.Key == f.Key && maps.Equal(o.Args, f.Args) }) {
		l.found = append(l.found, f)
	}
}

func (l *linting) look(at bot.Instant) {
	l.times(at)
	l.schedule(at)
	texts := slices.DeleteFunc(slices.Clone(l.b.Variants), func(v bot.Variant) bool { return v.Channel != bot.VariantSMS })
	if len(texts) == 0 && l.b.Kind != bot.BulletinDigest {
		l.add(true, "desk.bulletin_no_sms")
	}
	if needsRumour(l.b.Kind) && len(l.b.Rumours) == 0 {
		l.add(true, "desk.bulletin_no_rumour")
	}
	l.languages(texts)
	for _, v := range l.b.Variants {
		l.words(v)
		if v.Channel == bot.VariantSMS {
			l.price(v)
		}
	}
	l.action(texts)
	if l.b.Kind != bot.BulletinDigest && (l.b.Harm.By == "" || l.b.Harm.Text != digest(l.b)) { // each answer of a digest was looked at for itself
		l.add(true, "desk.bulletin_harm_open")
	}
}

func (l *linting) times(at bot.Instant) {
	switch b := l.b; {
	case b.ExpiresAt.IsZero():
		l.add(true, "desk.bulletin_no_expiry")
	case b.ExpiresAt <= at:
		l.add(true, "desk.bulletin_expired")
	case b.ValidFrom >= b.ExpiresAt:
		l.add(true, "desk.bulletin_never_valid")
	case b.ExpiresAt.Sub(max(at, b.ValidFrom)) > MostValid:
		l.add(true, "desk.bulletin_long_expiry", "days", strconv.Itoa(int(MostValid/(24*time.Hour))))
	}
}

// languages finds translations that nobody checked, and readers who would get nothing.
func (l *linting) languages(texts []bot.Variant) {
	for _, v := range l.b.Variants {
		if v.Lang != l.b.Lang && v.State == bot.TranslationDraft {
			l.add(false, "desk.bulletin_untranslated", "lang", string(v.Lang), "channel", string(v.Channel))
		}
	}
	if len(texts) == 0 {
		return
	}
	sendable := func(lang bot.Lang) bool {
		return slices.ContainsFunc(texts, func(v bot.Variant) bool {
			return v.Lang == lang && (lang == l.b.Lang || v.State == bot.TranslationBack || v.State == bot.TranslationDone)
		})
	}
	if l.b.Fallback != "" && !sendable(l.b.Fallback) {
		l.add(true, "desk.bulletin_fallback_missing", "lang", string(l.b.Fallback))
	}
	for _, lang := range l.wanted(l.b) {
		switch {
		case sendable(lang):
		case l.b.Fallback == "":
			l.add(true, "desk.bulletin_lang_missing", "lang", string(lang))
		default:
			l.add(false, "desk.bulletin_falls_back", "lang", string(lang), "fallback", string(l.b.Fallback))
		}
	}
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

// price finds what makes an SMS dearer than one part of the cheap alphabet, and says how it could be written.
func (l *linting) price(v bot.Variant) {
	size := l.Measure(l.b, v, longestDay)
	args := []string{"lang", string(v.Lang), "parts", strconv.Itoa(size.Parts)}
	if size.Encoding == bot.UCS2 {
		cheap := Cheaper(string(v.Text))
		less := v
		less.Text = bot.Text(cheap)
		fewer := l.Desk
		fewer.Wire = sms.GSMAccent
		args = append(args, "signs", signs(size), "fewer", strconv.Itoa(fewer.Measure(l.b, less, longestDay).Parts))
		l.add(false, "desk.bulletin_doubled", args...)
		l.found[len(l.found)-1].Rewrite = bot.Text(cheap)
		return
	}
	if size.Parts > 1 {
		l.add(false, "desk.bulletin_parts", append(args, "n", strconv.Itoa(size.Units-onePart))...)
	}
}

// onePart is how many septets one message holds.
const onePart = 160

// Cheaper is a text in the letters of the cheap alphabet: those that have a stand-in there are written with it, all other signs
// are left out.
func Cheaper(text string) string {
	wired := sms.Wire(text, sms.GSMAccent)
	out := make([]rune, 0, len(wired))
	for _, r := range wired {
		if sms.Measure(string(r)).Encoding == bot.GSM7 {
			out = append(out, r)
		}
	}
	return trimmed(string(out))
}

// signs are the characters that make a text dear, each with its number, for there are some that one does not see.
func signs(size sms.Size) string {
	text := ""
	for i, o := range size.Outsiders {
		if i > 0 {
			text += " "
		}
		text += fmt.Sprintf("%c (%U)", o.Char, o.Char)
	}
	return text
}
