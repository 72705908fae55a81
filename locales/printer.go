package locales

import (
	"cmp"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"

	"tinye/bot"
)

// Policy is what a site decides about its texts.
type Policy struct {
	// AllowUnreviewed names the languages whose critical texts may go out before a native speaker has read them.
	AllowUnreviewed []bot.Lang
	// Values are known to every text, such as the service's name; what a caller gives and is not empty goes before them.
	Values map[string]string
	// Hours is the desk's week. It is the value {hours}, worded in the language that the text goes out in, which a
	// caller cannot know beforehand.
	Hours Week
	// Log hears of texts that could not be printed; nil for silence.
	Log *slog.Logger
}

// Rendered is a text for a person. Text is never empty and never a key.
type Rendered struct {
	Text     string
	Lang     bot.Lang // the language it is in
	Fallback bool     // not the text or not the language that was asked for
	Reason   string   // why: one of the Reason constants; "" without fallback
}

// Why a text was replaced.
const (
	ReasonMissing      = "missing"       // not translated
	ReasonUnreviewed   = "unreviewed"    // critical, and no native speaker has read it
	ReasonNoLanguage   = "no_language"   // the language has no file
	ReasonMissingValue = "missing_value" // our fault: a value was not given
	ReasonUnknownKey   = "unknown_key"   // our fault: no such key, or not in this form
)

// Miss counts how often a text was replaced for one reason.
type Miss struct {
	Lang   bot.Lang // the language asked for
	Key    string
	Reason string
	Count  int
}

// Printer finds texts: the reader's language, then French, then a safe sentence. It may be used by many at once.
type Printer struct {
	catalog *Catalog
	policy  Policy

	mu     sync.Mutex
	misses map[Miss]int // keyed by the Miss without its count
}

// Printer makes a printer that follows the policy.
func (c *Catalog) Printer(policy Policy) *Printer {
	return &Printer{catalog: c, policy: policy, misses: map[Miss]int{}}
}

// Text is the text of a key for a reader of lang; an unknown language ("") reads French. A key that does not exist or a
// value that is missing or empty gives a sentence that says there was a fault of ours.
func (p *Printer) Text(lang bot.Lang, key string, args map[string]string) Rendered {
	return p.render(lang, key, args, func(_ Plurals, f forms) template { return f.plain })
}

// Name is what a language calls itself, also one without a file; "" for one that is not known.
func (p *Printer) Name(lang bot.Lang) string { return cmp.Or(p.catalog.Name(lang), lang.Own()) }

// Plural is the text of a key that counts: the form for n things, with n as the value {n}, in plain digits (a grouping
// space would not be GSM-7).
func (p *Printer) Plural(lang bot.Lang, key string, n int, args map[string]string) Rendered {
	counted := map[string]string{}
	maps.Copy(counted, args)
	counted["n"] = strconv.Itoa(n)
	return p.render(lang, key, counted, func(rule Plurals, f forms) template {
		if rule == PluralsOneOther && n < 2 {
			return f.one
		}
		return f.other
	})
}

func (p *Printer) render(lang bot.Lang, key string, args map[string]string, pick func(Plurals, forms) template) Rendered {
	c := p.catalog
	asked := lang
	if lang == "" {
		lang = c.base.lang
	}
	reason := ""
	if lang != c.base.lang {
		l := c.language(lang)
		if reason = p.refusal(l, key); reason == "" {
			text, why := p.print(l, key, args, pick)
			if why == "" {
				return Rendered{Text: text, Lang: lang}
			}
			reason = why
		}
	}
	text, why := p.print(c.base, key, args, pick)
	if why == "" {
		if reason != "" {
			p.miss(Miss{Lang: asked, Key: key, Reason: reason})
		}
		return Rendered{Text: text, Lang: c.base.lang, Fallback: reason != "", Reason: reason}
	}
	p.miss(Miss{Lang: asked, Key: key, Reason: why})
	return p.safe(lang, why)
}

// refusal says why a translation may not be used at all; "" when it may.
func (p *Printer) refusal(l *language, key string) string {
	if l == nil {
		return ReasonNoLanguage
	}
	e, ok := l.texts[key]
	switch {
	case !ok || e.Review == Missing:
		return ReasonMissing
	case e.Review == Unreviewed && p.catalog.defs[key].Critical && !slices.Contains(p.policy.AllowUnreviewed, l.lang):
		return ReasonUnreviewed
	}
	return ""
}

func (p *Printer) print(l *language, key string, args map[string]string, pick func(Plurals, forms) template) (text, why string) {
	t := pick(l.plurals, l.texts[key].forms)
	if t == nil {
		return "", ReasonUnknownKey
	}
	text, ok := t.fill(func(name string) string { return p.value(l, name, args) })
	if !ok {
		return "", ReasonMissingValue
	}
	return text, ""
}

func (p *Printer) value(l *language, name string, args map[string]string) string {
	switch {
	case args[name] != "":
		return args[name]
	case name == "hours" && p.policy.Values[name] == "":
		return p.policy.Hours.words(l.days)
	}
	return p.policy.Values[name]
}

// safe is the sentence that stands in for a text that cannot be printed, in the reader's language where there is one.
func (p *Printer) safe(lang bot.Lang, reason string) Rendered {
	l := p.catalog.base
	if own := p.catalog.language(lang); p.refusal(own, safeKey) == "" {
		l = own
	}
	return Rendered{Text: l.texts[safeKey].plain.String(), Lang: l.lang, Fallback: true, Reason: reason}
}

func (p *Printer) miss(m Miss) {
	p.mu.Lock()
	p.misses[m]++
	first := p.misses[m] == 1
	p.mu.Unlock()
	if p.policy.Log == nil || !first {
		return
	}
	args := []any{slog.String("key", m.Key), slog.String("lang", string(m.Lang)), slog.String("reason", m.Reason)}
	if m.Reason == ReasonUnknownKey || m.Reason == ReasonMissingValue {
		p.policy.Log.Error("text cannot be printed", args...)
	} else {
		p.policy.Log.Warn("text goes out in French", args...)
	}
}

// Missing lists what was replaced so far, by language, key and reason.
func (p *Printer) Missing() []Miss {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]Miss, 0, len(p.misses))
	for m, n := range p.misses {
		m.Count = n
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b Miss) int {
		return cmp.Or(cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}
