package config

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"tinye/bot"
)

// table reads one TOML table key by key. What is absent leaves the default; what has the wrong type is a problem; what
// was never asked for is unknown.
type table struct {
	f     *file
	path  string // such as site, "" at the top
	keys  map[string]any
	known []string
}

// file is what the tables of one file share.
type file struct {
	dir      string
	problems Problems
	unfilled []string // keys with a placeholder that has no typed value
}

func (t *table) key(name string) string {
	if t.path == "" {
		return name
	}
	return t.path + "." + name
}

// wrong notes a problem with a key of the table.
func (t *table) wrong(name, format string, args ...any) {
	t.f.problems.add(Wrong, t.key(name), format, args...)
}

// take finds a key's value and remembers that the key is known.
func (t *table) take(name string) (any, bool) {
	t.known = append(t.known, name)
	v, ok := t.keys[name]
	return v, ok
}

// value reads one value of type T; example shows how to write it.
func value[T any](t *table, name, example string, set func(T)) {
	v, ok := t.take(name)
	if !ok {
		return
	}
	typed, ok := v.(T)
	if !ok {
		t.wrong(name, "this must be written like %s = %s.", name, example)
		return
	}
	set(typed)
}

func (t *table) str(name, example string, dst *string) {
	value(t, name, fmt.Sprintf("%q", example), func(s string) { *dst = s })
}

func (t *table) bool(name string, dst *bool) {
	value(t, name, "true or false", func(b bool) { *dst = b })
}

func (t *table) int(name string, dst *int) {
	value(t, name, fmt.Sprint(*dst), func(i int64) {
		if i < math.MinInt32 || i > math.MaxInt32 {
			t.wrong(name, "this number is far too large; the usual one is %d.", *dst)
			return
		}
		*dst = int(i)
	})
}

// float takes 1 as well as 1.0.
func (t *table) float(name string, dst *float64) {
	v, ok := t.take(name)
	if !ok {
		return
	}
	switch v := v.(type) {
	case int64:
		*dst = float64(v)
	case float64:
		*dst = v
	default:
		t.wrong(name, "this must be a number, like %s = 1.0.", name)
	}
}

// strs reads a list of strings; dates without quotes are taken too.
func (t *table) strs(name, example string, set func([]string)) {
	value(t, name, fmt.Sprintf("[%q]", example), func(list []any) {
		out := make([]string, 0, len(list))
		for _, v := range list {
			switch v := v.(type) {
			case string:
				out = append(out, v)
			case time.Time:
				out = append(out, v.Format(time.DateOnly))
			default:
				t.wrong(name, "every entry of this list must be in double quotes, like %s = [%q].", name, example)
				return
			}
		}
		set(out)
	})
}

func (t *table) duration(name, example string, dst *time.Duration) {
	value(t, name, fmt.Sprintf("%q", example), func(s string) { t.parseDuration(name, s, example, dst) })
}

func (t *table) parseDuration(name, s, example string, dst *time.Duration) {
	d, err := time.ParseDuration(s)
	if err != nil {
		t.wrong(name, "%q is no length of time; write it in h, m or s, like %q (two days are \"48h\").", s, example)
		return
	}
	*dst = d
}

func (t *table) lang(name string, dst *bot.Lang) {
	value(t, name, `"fra"`, func(s string) {
		if l, ok := t.parseLang(name, s); ok {
			*dst = l
		}
	})
}

func (t *table) langs(name string, dst *[]bot.Lang) {
	t.strs(name, "fra", func(list []string) {
		langs := make([]bot.Lang, 0, len(list))
		for _, s := range list {
			l, ok := t.parseLang(name, s)
			if !ok {
				return
			}
			langs = append(langs, l)
		}
		*dst = langs
	})
}

func (t *table) parseLang(name, s string) (bot.Lang, bool) {
	l, ok := bot.ParseLang(s)
	if !ok {
		t.wrong(name, "there are no texts in the language %q; write the code of one that has some, such as \"fra\" or \"bam\".", s)
	}
	return l, ok
}

// file reads a file name; relative ones are below the folder of tinye.toml.
func (t *table) file(name string, dst *string) {
	t.str(name, *dst, dst)
	*dst = t.f.abs(*dst)
}

// secret reads a secret from key name or from the file that key name_file names. That there is one is Check's matter.
func (t *table) secret(name string, dst *Secret) {
	var inline, path string
	wrongBefore := len(t.f.problems)
	t.str(name, "…", &inline)
	t.str(name+"_file", "/etc/tinye/"+name, &path)
	switch {
	case len(t.f.problems) > wrongBefore:
	case inline != "" && path != "":
		t.wrong(name, "both %s and %s_file are set; keep one of them.", name, name)
	case inline != "":
		*dst = NewSecret(inline)
	case path != "":
		s, err := readSecret(t.f.abs(path))
		if err != nil {
			t.wrong(name+"_file", "%v.", err)
			return
		}
		*dst = s
	}
}

// sub reads a table; nil if there is none.
func (t *table) sub(name string) *table {
	v, ok := t.take(name)
	if !ok {
		return nil
	}
	keys, ok := v.(map[string]any)
	if !ok {
		t.wrong(name, "this must be a section: a line [%s], and its settings below it.", t.key(name))
		return nil
	}
	return &table{f: t.f, path: t.key(name), keys: keys}
}

// section is sub where an absent table is an empty one.
func (t *table) section(name string) *table {
	if s := t.sub(name); s != nil {
		return s
	}
	return &table{f: t.f, path: t.key(name)}
}

// done notes what the table holds beyond the keys that were asked for.
func (t *table) done() {
	for _, name := range slices.Sorted(maps.Keys(t.keys)) {
		if !slices.Contains(t.known, name) {
			where := "in [" + t.path + "]"
			if t.path == "" {
				where = "at the top"
			}
			t.wrong(name, "there is no such setting; known %s are: %s.", where, strings.Join(t.known, ", "))
		}
	}
}
