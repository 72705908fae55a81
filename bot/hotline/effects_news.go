package hotline

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/flows"
	"tinye/locales"
	"tinye/storage"
)

const (
	// mostNews is how many published answers and bulletins are listed.
	mostNews = 9
	// firstNews is how many of them stand before the line that searches, so that it is on the first page.
	firstNews = 4
	// searchID is the id of that line.
	searchID = "search"
	// mostFound is how many answers a search lists.
	mostFound = 5
)

func (t *hopTurn) listNews() (flows.Result, error) {
	ids, err := t.tx.News(mostNews)
	if err != nil {
		return flows.Result{}, err
	}
	var answers []dated
	for _, id := range ids {
		r, err := t.tx.Rumour(id)
		if err != nil {
			return flows.Result{}, err
		}
		for _, item := range t.titles([]bot.Rumour{r}) {
			answers = append(answers, dated{item, r.PublishedAt})
		}
	}
	bulletins, err := t.bulletinNews()
	if err != nil {
		return flows.Result{}, err
	}
	items := merged(bulletins, answers)
	if len(items) == 0 {
		return outcome("none"), nil
	}
	items = items[:min(len(items), mostNews)]
	search := bot.Item{ID: searchID, Label: t.label("ussd.search_line", nil)}
	return listed("news", slices.Insert(items, min(firstNews, len(items)), search)), nil
}

// titles are lines for published rumours, in the caller's language where there is a wording in it.
func (t *hopTurn) titles(list []bot.Rumour) []bot.Item {
	items := make([]bot.Item, 0, len(list)+1)
	for _, r := range list {
		if a, ok := wordingIn(r, t.session.Lang); ok && r.Public() {
			items = append(items, bot.Item{ID: r.ID.String(), Label: rumour.TitleOf(a)})
		}
	}
	return items
}

func (t *hopTurn) readNews(id string) (flows.Result, error) {
	if id == searchID {
		return outcome(searchID), nil
	}
	if ref, ok := strings.CutPrefix(id, bulletinItem); ok {
		return t.readBulletin(ref)
	}
	rumourID, err := bot.ParseID(id)
	if err != nil {
		return flows.Result{}, err
	}
	r, err := t.tx.Rumour(rumourID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return flows.Result{}, err
	}
	values, ok := t.wordingValues(r)
	if at, back := rumour.TakenBack(r); back {
		day := locales.Day(at, t.Site.Zone)
		values = map[string]string{"date": day, "answer": t.label("ussd.news_withdrawn", map[string]string{"date": day})}
	} else if !ok {
		return outcome("gone"), nil
	}
	values["ref"] = string(r.Ref)
	return flows.Result{Values: values}, nil
}

// wordingValues are the public wording of a rumour and its day, if it is published.
func (t *hopTurn) wordingValues(r bot.Rumour) (map[string]string, bool) {
	a, ok := wordingIn(r, t.session.Lang)
	if !ok || !r.Public() {
		return nil, false
	}
	return map[string]string{"answer": string(a.Text), "date": locales.Day(a.ApprovedAt, t.Site.Zone)}, true
}

func (t *hopTurn) search(input string) (flows.Result, error) {
	if item, ok, err := t.byReference(input); err != nil {
		return flows.Result{}, err
	} else if ok {
		return listed("found", []bot.Item{item}), nil
	}
	var ids []bot.ID
	if t.typing.searched && t.typing.input == input {
		ids = t.typing.found
	} else { // typed in one go with what leads here
		ids = t.searched(context.Background(), input, mostFound)
	}
	var items []bot.Item
	for _, id := range ids {
		item, ok, err := t.foundItem(id)
		if err != nil {
			return flows.Result{}, err
		}
		if ok && len(items) < mostFound {
			items = append(items, item)
		}
	}
	if len(items) == 0 {
		return refused("none", "ussd.nothing_found"), nil
	}
	return listed("found", items), nil
}
