package locales

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tinye/bot"
)

//go:embed *.json
var embedded embed.FS

// safeKey names the sentence that stands in for a text that cannot be printed. It holds no values, so it always can.
const safeKey = "sms.safe"

// Catalog is all texts in all languages. It never changes after loading.
type Catalog struct {
	base   *language
	others []*language // by file name
	keys   []string    // in the order of the base file, which is the order in which people meet the texts
	defs   map[string]Definition
	values []Value
}

// Load reads the files that are built in.
func Load() (*Catalog, error) { return LoadFS(embedded) }

// LoadFS reads the .json files at the top of fsys, fr.json among them. It refuses what cannot be printed or what is not
// understood; whether the languages agree with each other is for Check.
func LoadFS(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{defs: map[string]Definition{}}
	baseName := fileName(bot.French)
	if err := c.loadBase(fsys, baseName); err != nil {
		return nil, fmt.Errorf("locales: %s: %w", baseName, err)
	}
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("locales: %w", err)
	}
	for _, name := range names {
		if name == baseName {
			continue
		}
		l, err := c.loadTranslation(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("locales: %s: %w", name, err)
		}
		c.others = append(c.others, l)
	}
	return c, nil
}

func fileName(l bot.Lang) string { return l.Short() + ".json" }

func (c *Catalog) loadBase(fsys fs.FS, name string) error {
	var f baseFile
	l, err := readFile(fsys, name, &f, &f.header)
	if err != nil {
		return err
	}
	for _, s := range f.Strings {
		if err := s.Definition.check(s.Key); err != nil {
			return err
		}
		if err := l.add(s.Key, Status{Review: Reviewed}, s.formStrings); err != nil {
			return err
		}
		c.keys = append(c.keys, s.Key)
		c.defs[s.Key] = s.Definition
	}
	if safe := l.texts[safeKey].plain; safe == nil || safe.values() != nil {
		return fmt.Errorf("%s must be there and hold no value", safeKey)
	}
	c.base, c.values = l, f.Values
	return nil
}

func (d Definition) check(key string) error {
	prefix, rest, ok := strings.Cut(key, ".")
	switch {
	case !ok || prefix == "" || rest == "":
		return fmt.Errorf("key %q is not of the form subject.name", key)
	case d.Use == "":
		return fmt.Errorf("key %s: use is empty", key)
	case d.Channel != ChannelSMS && d.Channel != ChannelUSSD && d.Channel != ChannelDesk:
		return fmt.Errorf("key %s: channel is %q, want sms, ussd or desk", key, d.Channel)
	case d.Parts < 0 || d.Parts > 0 && d.Channel == ChannelDesk || d.Parts > 1 && d.Channel == ChannelUSSD:
		return fmt.Errorf("key %s: parts is %d", key, d.Parts)
	}
	return nil
}

func (c *Catalog) loadTranslation(fsys fs.FS, name string) (*language, error) {
	var f translationFile
	l, err := readFile(fsys, name, &f, &f.header)
	if err != nil {
		return nil, err
	}
	for _, s := range f.Strings {
		if _, known := c.defs[s.Key]; !known {
			return nil, fmt.Errorf("key %s is not in %s", s.Key, fileName(bot.French))
		}
		if err := s.Status.check(); err != nil {
			return nil, fmt.Errorf("key %s: %w", s.Key, err)
		}
		if err := l.add(s.Key, s.Status, s.formStrings); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (s Status) check() error {
	switch s.Review {
	case Missing, Unreviewed, Reviewed:
	default:
		return fmt.Errorf("review is %q, want missing, unreviewed or reviewed", s.Review)
	}
	if s.Review == Reviewed && s.By == "" {
		return errors.New("reviewed by nobody: by is empty")
	}
	return nil
}

// readFile decodes into f, of which h is the header, and makes the language without its texts.
func readFile(fsys fs.FS, name string, f any, h *header) (*language, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if err := decodeStrict(data, f); err != nil {
		return nil, err
	}
	if lang, ok := bot.ParseLang(string(h.Language)); !ok || lang != h.Language {
		return nil, fmt.Errorf("language %q is not an ISO 639-3 code that Tinye knows", h.Language)
	}
	if fileName(h.Language) != name {
		return nil, fmt.Errorf("holds language %s: its name must be %s", h.Language, fileName(h.Language))
	}
	l, err := h.language()
	if err != nil {
		return nil, err
	}
	for _, day := range l.days {
		if day == "" {
			return nil, errors.New("a day has no name")
		}
	}
	return l, nil
}

// Keys are all keys, in the order in which people meet the texts.
func (c *Catalog) Keys() []string { return slices.Clone(c.keys) }

// Definition says what a key is for.
func (c *Catalog) Definition(key string) (d Definition, ok bool) {
	d, ok = c.defs[key]
	return d, ok
}

// Languages are the languages that have a file, the base first.
func (c *Catalog) Languages() []bot.Lang {
	langs := []bot.Lang{c.base.lang}
	for _, l := range c.others {
		langs = append(langs, l.lang)
	}
	return langs
}

// Name is what a language calls itself, such as Bamanankan; "" when it has no file.
func (c *Catalog) Name(lang bot.Lang) string {
	if l := c.language(lang); l != nil {
		return l.name
	}
	return ""
}

// language is nil when there is no file for it.
func (c *Catalog) language(lang bot.Lang) *language {
	if lang == c.base.lang {
		return c.base
	}
	for _, l := range c.others {
		if l.lang == lang {
			return l
		}
	}
	return nil
}
