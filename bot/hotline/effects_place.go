package hotline

import (
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/flows"
)

const (
	// elsewhere is the id of the line that leads to all regions.
	elsewhere = "elsewhere"
	// firstPlaces is how many places stand before that line, so that it is on the first page.
	firstPlaces = 4
	// placeScheme is the scheme whose regions the menus show (domain §4.3).
	placeScheme = bot.SchemeCT2023
)

// listPlaces offers the place of the caller's last report, then the site's own, with elsewhere as the fifth line: each is
// at most one page away.
func (t *hopTurn) listPlaces() flows.Result {
	var codes []bot.PlaceCode
	var names []string // a region and its cercle of the same name look alike: the site's own stands for both
	for _, code := range t.Site.USSD.Places {
		if p, known := t.Places().Place(code); known && !slices.Contains(names, p.Name(t.session.Lang)) {
			codes, names = append(codes, code), append(names, p.Name(t.session.Lang))
		}
	}
	if p, known := t.Places().Place(t.person.LastPlace); known {
		if i := slices.Index(names, p.Name(t.session.Lang)); i >= 0 {
			own := codes[i]
			codes = slices.Insert(slices.Delete(codes, i, i+1), 0, own)
		} else {
			codes = slices.Insert(codes, 0, p.Code)
		}
	}
	if len(codes) == 0 {
		return outcome("none")
	}
	items := t.placeItems(codes)
	last := bot.Item{ID: elsewhere, Label: t.label("ussd.elsewhere", nil)}
	return listed("places", slices.Insert(items, min(firstPlaces, len(items)), last))
}

func (t *hopTurn) placeItems(codes []bot.PlaceCode) []bot.Item {
	items := make([]bot.Item, 0, len(codes)+1)
	for _, code := range codes {
		if p, known := t.Places().Place(code); known {
			items = append(items, bot.Item{ID: code.String(), Label: p.Name(t.session.Lang)})
		}
	}
	return items
}

func codesOf(places []bot.Place) []bot.PlaceCode {
	codes := make([]bot.PlaceCode, len(places))
	for i, p := range places {
		codes[i] = p.Code
	}
	return codes
}

func (t *hopTurn) pickPlace(id string) (flows.Result, error) {
	if id == elsewhere {
		return outcome(elsewhere), nil
	}
	return nothing(), t.draftPlace(id)
}

// draftPlace keeps the place in the draft.
func (t *hopTurn) draftPlace(id string) error {
	code, ok := bot.ParsePlaceCode(id)
	if !ok {
		return bot.Fault(bot.CodeInvalid, "desk.bad_place")
	}
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	d.Place = code
	return t.keepDraft(d)
}

func (t *hopTurn) listRegions() flows.Result {
	return listed("regions", t.placeItems(codesOf(t.Places().Regions(placeScheme))))
}

// pickRegion takes a region; where no cercle of it is known, it is the place.
func (t *hopTurn) pickRegion(id string) (flows.Result, error) {
	code, ok := bot.ParsePlaceCode(id)
	if !ok {
		return flows.Result{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
	}
	values := map[string]string{"region": id}
	if len(t.Places().Cercles(code)) > 0 {
		return flows.Result{Outcome: "cercles", Values: values}, nil
	}
	return flows.Result{Values: values}, t.draftPlace(id)
}

func (t *hopTurn) findRegion(typed string) (flows.Result, error) {
	id, result := t.first("regions", t.Places().Regions(placeScheme), typed)
	if id == "" {
		return result, nil
	}
	return t.pickRegion(id)
}

// first finds the one place that begins with what was typed; where there are several, the list is narrowed to them.
func (t *hopTurn) first(list string, among []bot.Place, typed string) (id string, _ flows.Result) {
	found := t.Places().Begins(among, typed)
	switch len(found) {
	case 0:
		if strings.Trim(typed, "0123456789") == "" {
			return "", refused("none", "ussd.bad_choice")
		}
		return "", refused("none", "ussd.no_such_place")
	case 1:
		return found[0].Code.String(), flows.Result{}
	}
	some := listed(list, t.placeItems(codesOf(found)))
	some.Outcome = "some"
	return "", some
}

func (t *hopTurn) cercles() []bot.Place {
	region, _ := bot.ParsePlaceCode(t.session.Walk.Values["region"])
	return t.Places().Cercles(region)
}

func (t *hopTurn) listCercles() flows.Result {
	return listed("cercles", t.placeItems(codesOf(t.cercles())))
}

func (t *hopTurn) pickCercle(id string) (flows.Result, error) { return nothing(), t.draftPlace(id) }

func (t *hopTurn) findCercle(typed string) (flows.Result, error) {
	id, result := t.first("cercles", t.cercles(), typed)
	if id == "" {
		return result, nil
	}
	return t.pickCercle(id)
}

// setRegion keeps where the caller lives: a region, never finer.
func (t *hopTurn) setRegion(id string) (flows.Result, error) {
	code, ok := bot.ParsePlaceCode(id)
	if !ok {
		return flows.Result{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
	}
	t.person.Place = code
	return nothing(), t.savePerson()
}

func (t *hopTurn) findMyRegion(typed string) (flows.Result, error) {
	id, result := t.first("regions", t.Places().Regions(placeScheme), typed)
	if id == "" {
		return result, nil
	}
	return t.setRegion(id)
}

// savePerson writes the contact, which is new if nothing was kept of the number before.
func (t *hopTurn) savePerson() error {
	c, err := people.Save(t.tx, t.person)
	if err == nil {
		t.person = c
	}
	return err
}
