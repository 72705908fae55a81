package hotline

import (
	"errors"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/flows"
	"tinye/locales"
	"tinye/storage"
)

const (
	// mostMine and mineDays are how many of the caller's own reports are listed, and from how many days.
	mostMine = 5
	mineDays = 30
)

// listMine lists the caller's last reports by day and theme. What concerns protection is not in it: the phone may be
// somebody else's too.
func (t *hopTurn) listMine() (flows.Result, error) {
	ids, err := t.myReports()
	if err != nil {
		return flows.Result{}, err
	}
	var items []bot.Item
	for _, id := range ids {
		r, err := t.tx.Report(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return flows.Result{}, err
		}
		if r.Protect || r.Contact != t.contact {
			continue
		}
		line, err := t.mineLine(r)
		if err != nil {
			return flows.Result{}, err
		}
		items = append(items, bot.Item{ID: id.String(), Label: line})
		if len(items) == mostMine {
			break
		}
	}
	if len(items) == 0 {
		return outcome("none"), nil
	}
	return listed("mine", items), nil
}

// myReports are the ids of the caller's reports of the last days, the newest first.
func (t *hopTurn) myReports() ([]bot.ID, error) {
	return reportsOf(t.tx, t.contact, t.in.ReceivedAt, 2*mostMine)
}

func (t *hopTurn) mineLine(r bot.Report) (string, error) {
	_, published, err := t.publishedFor(r)
	if err != nil {
		return "", err
	}
	direct, err := t.directAnswer(r)
	if err != nil {
		return "", err
	}
	state := "ussd.state_checking"
	if published || direct != "" {
		state = "ussd.state_answered"
	} else if back, err := t.takenBack(r); err != nil {
		return "", err
	} else if back {
		state = "ussd.state_withdrawn"
	}
	theme := "SMS" // it came without one
	if r.Theme != "" {
		theme = t.label("ussd.theme_"+string(r.Theme), nil)
	}
	return t.label("ussd.mine_line", map[string]string{
		"date": locales.Day(r.ReceivedAt, t.Site.Zone), "theme": theme, "state": t.label(state, nil),
	}), nil
}

// takenBack tells whether the answer to a report was taken back and nothing has taken its place.
func (t *hopTurn) takenBack(r bot.Report) (bool, error) {
	if r.Rumour.IsZero() || r.AnswerNo == 0 {
		return false, nil
	}
	about, err := t.tx.Rumour(r.Rumour)
	if err != nil {
		return false, err
	}
	_, back := rumour.TakenBack(about)
	return back, nil
}

// publishedFor is the rumour that a report belongs to, if that is published, or the report was answered with what was.
func (t *hopTurn) publishedFor(r bot.Report) (bot.Rumour, bool, error) {
	if r.Rumour.IsZero() {
		return bot.Rumour{}, false, nil
	}
	rum, err := t.tx.Rumour(r.Rumour)
	if err != nil {
		return bot.Rumour{}, false, err
	}
	rum = rumour.AsPublished(rum)
	_, ok := wordingIn(rum, t.session.Lang)
	theirs := r.AnswerNo == rum.AnswerNo && rumour.Remains(rum, r.AnsweredAt)
	return rum, ok && (rum.Public() || theirs), nil
}

// readMine shows how one of the caller's reports stands. An answer that waited for this screen is delivered by it.
func (t *hopTurn) readMine(id string) (flows.Result, error) {
	reportID, err := bot.ParseID(id)
	if err != nil {
		return flows.Result{}, err
	}
	r, err := t.tx.Report(reportID)
	if err != nil {
		return flows.Result{}, err
	}
	rum, published, err := t.publishedFor(r)
	if err != nil {
		return flows.Result{}, err
	}
	values, ok := t.wordingValues(rum)
	if !published && r.Contact == t.contact {
		direct, err := t.directAnswer(r)
		if err != nil {
			return flows.Result{}, err
		}
		published, ok = direct != "", direct != ""
		values = map[string]string{"answer": direct, "date": locales.Day(r.AnsweredAt, t.Site.Zone)}
	}
	if !published && rum.Withdrawn() && r.Contact == t.contact && r.AnswerNo == rum.AnswerNo {
		return t.readWithdrawn(r, rum)
	}
	if at, back := rumour.TakenBack(rum); !published && back && r.AnswerNo > 0 && r.Contact == t.contact {
		day := locales.Day(at, t.Site.Zone)
		return flows.Result{Values: map[string]string{
			"ref": string(r.Ref), "date": day, "answer": t.label("ussd.news_withdrawn", map[string]string{"date": day}),
		}}, nil
	}
	if !published || !ok || r.Contact != t.contact {
		told := map[string]string{"ref": string(r.Ref), "date": locales.Day(r.ReceivedAt, t.Site.Zone)}
		return flows.Result{Outcome: "checking", Values: told}, nil
	}
	values["ref"] = string(r.Ref)
	if mayUndo(r) {
		values[toldValue], values[undoValue] = r.ID.String(), "1"
	}
	if rum.Public() {
		if err := rumour.ReadInMenu(t.tx, rum, r); err != nil {
			return flows.Result{}, err
		}
	}
	return flows.Result{Values: values}, t.readInMenu(t.tx, r, t.in.ReceivedAt)
}

// readWithdrawn tells that the answer that somebody may have heard does not hold.
func (t *hopTurn) readWithdrawn(r bot.Report, rum bot.Rumour) (flows.Result, error) {
	o, err := t.tx.Outbound(r.Answer)
	if err != nil {
		return flows.Result{}, err
	}
	day := t.heardOn(rum, o)
	values := map[string]string{
		"ref": string(r.Ref), "date": locales.Day(o.CreatedAt, t.Site.Zone),
		"answer": t.label("ussd.withdrawn", map[string]string{"date": day}),
	}
	return flows.Result{Values: values}, t.readInMenu(t.tx, r, t.in.ReceivedAt)
}
