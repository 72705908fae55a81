package hotline

import (
	"slices"

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
	for _, code := range append([]bot.PlaceCode{t.person.LastPlace}, t.Site.USSD.Places...) {
		if _, known := t.Places().Place(code); known && !slices.Contains(codes, code) {
			codes = append(codes, code)
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

// draftPlace keeps the place in the draft; one that is about protection is another matter, and a new draft begins.
func (t *hopTurn) draftPlace(id string) error {
	code, ok := bot.ParsePlaceCode(id)
	if !ok {
		return bot.Fault(bot.CodeInvalid, "desk.bad_place")
	}
	d, _ := people.Drafted(t.person, t.in.ReceivedAt)
	if d.Protect {
		d = bot.Draft{}
	}
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
