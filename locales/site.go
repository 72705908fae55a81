package locales

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"tinye/bot"
)

// With is the catalog with a site's own files on top, such as ses.json: languages that are not built in, or texts of one that
// is, in place of its own. A file may hold some of the texts only; the others fall back, or stay as they are built in.
//
// What is wrong with the files is told in sentences, all of it at once; a text that has something wrong is left out. The error
// says that the folder cannot be read.
func (c *Catalog) With(folder fs.FS) (*Catalog, []Issue, error) {
	list, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, nil, fmt.Errorf("locales: %w", err)
	}
	with := *c
	with.others = slices.Clone(c.others)
	var issues []Issue
	for _, file := range list {
		if file.IsDir() || path.Ext(file.Name()) != ".json" {
			continue
		}
		l, wrong := with.siteFile(folder, file.Name())
		issues = append(issues, wrong...)
		if l == nil {
			continue
		}
		if i := slices.IndexFunc(with.others, func(o *language) bool { return o.lang == l.lang }); i >= 0 {
			with.others[i] = l
		} else {
			with.others = append(with.others, l)
		}
	}
	return &with, issues, nil
}

// siteFile reads one of a site's own files; nil if nothing of it can be used.
func (c *Catalog) siteFile(folder fs.FS, name string) (*language, []Issue) {
	var issues []Issue
	var f translationFile
	l, err := readFile(folder, name, &f, &f.header)
	if err != nil {
		return nil, []Issue{{File: name, Text: err.Error()}}
	}
	if l.lang == c.base.lang {
		return nil, []Issue{{File: name, Text: "the French texts are what all others are measured by: they cannot be replaced"}}
	}
	report := func(key, format string, args ...any) {
		issues = append(issues, Issue{Lang: l.lang, Key: key, Text: fmt.Sprintf(format, args...)})
	}
	for _, day := range l.days {
		checkDay(day, report)
	}
	longest := c.longest(l, "")
	own := map[string]entry{}
	for _, s := range f.Strings {
		if _, known := c.defs[s.Key]; !known {
			report(s.Key, "there is no text with this key; it may be misspelt, or of another version")
			continue
		}
		if _, twice := own[s.Key]; twice {
			report(s.Key, "stands twice")
			continue
		}
		if err := s.Status.check(); err != nil {
			report(s.Key, "%s", err)
			continue
		}
		forms, err := s.parse()
		if err != nil {
			report(s.Key, "%s", err)
			continue
		}
		e := entry{Status: s.Status, forms: forms}
		before := len(issues)
		c.checkForms(l, s.Key, e, report)
		if e.Review != Missing {
			checkWords(s.Key, e, report)
			c.checkSize(l, s.Key, e, longest, report)
		}
		if len(issues) == before {
			own[s.Key] = e
		}
	}
	l.partial = true
	if built := c.language(l.lang); built != nil {
		l.partial = built.partial
		maps.Copy(l.texts, built.texts)
	}
	for key, e := range own {
		if _, built := l.texts[key]; e.Review != Missing || !built {
			l.texts[key] = e
		}
	}
	return l, issues
}

// Gap is a text that does not go out in a language.
type Gap struct {
	Lang    bot.Lang
	Key     string
	Channel Channel
	Reason  string // ReasonMissing, or ReasonUnreviewed
}

// Gaps lists the texts for citizens that a reader of a language does not get in it under the printer's policy, in the order in
// which people meet them; none for French.
func (p *Printer) Gaps(lang bot.Lang) []Gap {
	l := p.catalog.language(lang)
	if l == p.catalog.base {
		return nil
	}
	var gaps []Gap
	for _, key := range p.catalog.keys {
		def := p.catalog.defs[key]
		if def.Channel == ChannelDesk {
			continue
		}
		if reason := p.refusal(l, key); reason != "" {
			gaps = append(gaps, Gap{Lang: lang, Key: key, Channel: def.Channel, Reason: reason})
		}
	}
	return gaps
}
