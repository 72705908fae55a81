package rumour

import (
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/storage"
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

// stake is what an account has declared of a rumour's theme and areas, as the step leaves them, in words; "" for nothing.
func (m *moving) stake(u bot.User) string {
	theme, areas := m.was.Theme, m.was.Areas
	if m.Theme != "" {
		theme = m.Theme
	}
	if len(m.Areas) > 0 {
		areas = m.Areas
	}
	return m.desk.stake(u, theme, areas)
}

// stake is what an account has declared of a theme and of areas. An area is touched by one that lies in it or around it.
func (d Desk) stake(u bot.User, theme bot.RumourTheme, areas []bot.PlaceCode) string {
	var words []string
	if theme != "" && slices.Contains(u.Conflict.Themes, theme) {
		words = append(words, d.Texts.Text(bot.French, "state.theme."+string(theme), nil).Text)
	}
	if len(u.Conflict.Places) == 0 || len(areas) == 0 {
		return strings.Join(words, ", ")
	}
	g := d.gazetteer()
	for _, mine := range u.Conflict.Places {
		if slices.ContainsFunc(areas, func(area bot.PlaceCode) bool { return touches(g, mine, area) }) {
			p, _ := g.Place(mine)
			words = append(words, p.Name(bot.French))
		}
	}
	return strings.Join(words, ", ")
}

// Touching are the rumours that an account was given to check before it declared a stake in them: somebody else has to check
// them. Of those under investigation, it looks at the newest mostTouching.
func (d Desk) Touching(tx storage.Tx, u bot.User) ([]bot.Rumour, error) {
	list, err := tx.Rumours(bot.RumourInvestigating, storage.Page{Limit: mostTouching, Newest: true})
	if err != nil {
		return nil, fmt.Errorf("rumour: touching: %w", err)
	}
	return slices.DeleteFunc(list, func(r bot.Rumour) bool { return r.AssignedTo != u.Name || d.stake(u, r.Theme, r.Areas) == "" }), nil
}

// mostTouching is far more than a desk investigates at once.
const mostTouching = 1000

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
