package locales

import (
	"slices"

	"tinye/bot"
)

// Longest are the longest realistic values of all texts in a language, by name, to measure texts with. A language
// without a file has the base's.
func (c *Catalog) Longest(lang bot.Lang) map[string]string {
	l := c.language(lang)
	if l == nil {
		l = c.base
	}
	return c.longest(l, "")
}

// ValuesOf are the names of the values that a key's text holds, sorted; nil for a key that does not exist.
func (c *Catalog) ValuesOf(key string) []string {
	var names []string
	for _, t := range c.base.texts[key].all() {
		for _, name := range t.values() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
