package rumour

import (
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/place"
)

// guardImpartial wants somebody who has declared no stake in what the rumour is about, as the step leaves it.
func (m *moving) guardImpartial() error {
	u, err := m.tx.User(m.by.Name)
	if err != nil {
		return err
	}
	if what := m.stake(u); what != "" {
		return m.refuse("desk.submit_conflict", "name", u.Name, "place", what)
	}
	return nil
}

// stake is what an account has declared of a rumour's theme and areas, in words; "" for nothing. An area is touched by one that
// lies in it or around it.
func (m *moving) stake(u bot.User) string {
	theme, areas := m.was.Theme, m.was.Areas
	if m.Theme != "" {
		theme = m.Theme
	}
	if len(m.Areas) > 0 {
		areas = m.Areas
	}
	var words []string
	if theme != "" && slices.Contains(u.Conflict.Themes, theme) {
		words = append(words, m.desk.Texts.Text(bot.French, "state.theme."+string(theme), nil).Text)
	}
	if len(u.Conflict.Places) == 0 || len(areas) == 0 {
		return strings.Join(words, ", ")
	}
	g := m.desk.gazetteer()
	for _, mine := range u.Conflict.Places {
		if slices.ContainsFunc(areas, func(area bot.PlaceCode) bool { return touches(g, mine, area) }) {
			p, _ := g.Place(mine)
			words = append(words, p.Name(bot.French))
		}
	}
	return strings.Join(words, ", ")
}

func (d Desk) gazetteer() *place.Gazetteer {
	if d.Places == nil {
		return place.New(nil)
	}
	return d.Places()
}

// touches tells whether one of two places is the other, or lies in it.
func touches(g *place.Gazetteer, x, y bot.PlaceCode) bool {
	within := func(small, large bot.PlaceCode) bool {
		region, ok := g.Region(small)
		return ok && same(g, region.Code, large)
	}
	return same(g, x, y) || within(x, y) || within(y, x)
}
