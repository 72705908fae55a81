package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
)

// The lines of an export: each is one JSON object with its kind. They hold no number, no name of a person and no contact; of
// people's words only what was redacted, and that only in an export with texts. Times are RFC 3339 in UTC.
type (
	// exportHead is the first line.
	exportHead struct {
		Kind    string      `json:"kind"` // export
		Version int         `json:"version"`
		Site    string      `json:"site"`
		MadeAt  bot.Instant `json:"made_at"`
		Since   bot.Instant `json:"since,omitzero"`
		Until   bot.Instant `json:"until"`
		Texts   bool        `json:"texts"`
	}
	// exportRumour is a rumour to which something happened in the period.
	exportRumour struct {
		Kind        string           `json:"kind"` // rumour
		Ref         bot.Ref          `json:"ref"`
		State       bot.RumourState  `json:"state"`
		Verdict     bot.Verdict      `json:"verdict,omitempty"`
		Theme       bot.RumourTheme  `json:"theme,omitempty"`
		Areas       []exportPlace    `json:"areas,omitempty"`
		Risk        bot.RiskLevel    `json:"risk,omitempty"`
		Flags       []bot.RiskFlag   `json:"flags,omitempty"`
		Hate        bot.HateSpeech   `json:"hate,omitempty"`
		Intent      bot.Intent       `json:"intent,omitempty"`
		Restricted  bool             `json:"restricted,omitempty"`
		Reports     int              `json:"reports"`
		Checks      int              `json:"checks"`
		CreatedAt   bot.Instant      `json:"created_at"`
		TriagedAt   bot.Instant      `json:"triaged_at,omitzero"`
		AssignedAt  bot.Instant      `json:"assigned_at,omitzero"`
		DecidedAt   bot.Instant      `json:"decided_at,omitzero"`
		PublishedAt bot.Instant      `json:"published_at,omitzero"`
		ClosedAt    bot.Instant      `json:"closed_at,omitzero"`
		ReopenedAt  bot.Instant      `json:"reopened_at,omitzero"`
		Closed      bot.ClosedReason `json:"closed,omitempty"`
		MergedInto  bot.Ref          `json:"merged_into,omitempty"`
		SplitFrom   bot.Ref          `json:"split_from,omitempty"`
		AnswerNo    int              `json:"answer_no,omitempty"`
		AnswerKind  bot.AnswerKind   `json:"answer_kind,omitempty"`
		Queued      int              `json:"queued,omitempty"` // answers
		Helped      *exportHelped    `json:"helped,omitempty"` // where five or more were asked
		Answers     []exportAnswer   `json:"answers,omitempty"`
		Claim       bot.Text         `json:"claim,omitempty"` // redacted; with texts
	}
	// exportHelped is what people said when they were asked whether the answer helped.
	exportHelped struct {
		Asked       int `json:"asked"`
		Yes         int `json:"yes"`
		No          int `json:"no"`
		NotBelieved int `json:"not_believed"`
		NoReply     int `json:"no_reply"`
	}
	// exportAnswer is a public wording.
	exportAnswer struct {
		Lang  bot.Lang `json:"lang"`
		Text  bot.Text `json:"text"`
		Title bot.Text `json:"title,omitempty"`
	}
	// exportPlace is a region or a cercle, in a scheme of codes.
	exportPlace struct {
		Scheme bot.PlaceScheme `json:"scheme"`
		Code   string          `json:"code"`
		Level  bot.PlaceLevel  `json:"level"`
		Name   string          `json:"name"`
	}
	// exportReport is a report that came in the period.
	exportReport struct {
		Kind       string          `json:"kind"` // report
		Ref        bot.Ref         `json:"ref"`
		State      bot.ReportState `json:"state"`
		Label      bot.ReportLabel `json:"label,omitempty"`
		Channel    bot.Channel     `json:"channel"`
		Lang       bot.Lang        `json:"lang,omitempty"`
		Theme      bot.Theme       `json:"theme,omitempty"`
		Place      *exportPlace    `json:"place,omitempty"`
		Rumour     bot.Ref         `json:"rumour,omitempty"`
		ReceivedAt bot.Instant     `json:"received_at"`
		AnsweredAt bot.Instant     `json:"answered_at,omitzero"`
		ClosedAt   bot.Instant     `json:"closed_at,omitzero"`
		Closed     bot.CloseReason `json:"closed,omitempty"`
		Count      int             `json:"count"` // texts
		Said       []exportSaid    `json:"said,omitempty"`
		Match      *exportMatch    `json:"match,omitempty"`
	}
	// exportMatch is which rumour a machine or people held a report to tell.
	exportMatch struct {
		Method   bot.MatchMethod `json:"method"`
		Rumour   bot.Ref         `json:"rumour,omitempty"`
		Permille int             `json:"permille,omitempty"` // how sure the machine was
		Weights  string          `json:"weights,omitempty"`  // the version of what it judged by
		GivenAt  bot.Instant     `json:"given_at,omitzero"`  // when the answer was given at once
	}
	// exportSaid is a redacted text; with texts.
	exportSaid struct {
		At     bot.Instant `json:"at,omitzero"`
		Text   bot.Text    `json:"text,omitempty"`
		Hidden int         `json:"hidden,omitempty"`
		Erased bool        `json:"erased,omitempty"`
	}
	// exportEvent is what a person did in the period. There are none about protected reports.
	exportEvent struct {
		Kind   string      `json:"kind"`  // event
		Epoch  int         `json:"epoch"` // 1 is the first one; a backup that is put back begins another
		Seq    uint64      `json:"seq"`   // its number in it
		At     bot.Instant `json:"at"`
		Actor  string      `json:"actor"`
		Role   bot.Role    `json:"role"`
		Via    string      `json:"via"`
		Event  string      `json:"event"`
		Key    string      `json:"key,omitempty"`
		Reason string      `json:"reason,omitempty"`
	}
	// exportTotal is a figure; one from 1 to 4 is not told.
	exportTotal struct {
		Kind  string `json:"kind"`            // total
		Of    string `json:"of"`              // rumours, reports, protected_reports
		By    string `json:"by,omitempty"`    // what it is broken down by
		Value string `json:"value,omitempty"` // "" = none given
		N     *int   `json:"n,omitempty"`
		Few   bool   `json:"few,omitempty"`
	}
	// exportEnd is the last line.
	exportEnd struct {
		Kind  string `json:"kind"`  // end
		Lines int    `json:"lines"` // before it
	}
)

const (
	exportVersion = 1
	// exportPage is how many rows are read in one View. Nothing is written while one is open.
	exportPage = 200
)

// exporting is one export on its way. Its memory does not grow with the store.
type exporting struct {
	server       *Server
	h            *hotline.Service
	at           bot.Instant
	since, until bot.Instant
	texts        bool
	masks        rumour.Masking // where there are texts

	out    *json.Encoder
	lines  int
	totals map[exportTotal]int
}

// period checks since and until; an end that is not given is the present.
func (e *exporting) period(h *hotline.Service, since, until When) (err error) {
	if e.since, err = since.begin(h); err != nil {
		return err
	}
	if e.until, err = until.end(h); err != nil {
		return err
	}
	if e.until.IsZero() {
		e.until = e.at
	}
	if e.until <= e.since {
		return bot.Fault(bot.CodeInvalid, "desk.bad_period")
	}
	return nil
}

// days are the period in an event.
func (e *exporting) days() string {
	day := func(i bot.Instant) string {
		if i.IsZero() {
			return ".."
		}
		return i.Time().Format("2006-01-02T15:04Z")
	}
	return day(e.since) + "/" + day(e.until)
}

func (e *exporting) in(at bot.Instant) bool { return !at.IsZero() && at >= e.since && at < e.until }

// write writes the whole export.
func (e *exporting) write(ctx context.Context, w io.Writer) error {
	e.out, e.totals = json.NewEncoder(w), make(map[exportTotal]int)
	e.out.SetEscapeHTML(false)
	err := e.line(exportHead{
		Kind: "export", Version: exportVersion, Site: e.h.Site.ID, MadeAt: e.at, Since: e.since, Until: e.until, Texts: e.texts,
	})
	for _, part := range []func(context.Context) error{e.rumours, e.reports, e.events} {
		if err == nil {
			err = part(ctx)
		}
	}
	if err == nil {
		err = e.figures()
	}
	if err == nil {
		err = e.line(exportEnd{Kind: "end", Lines: e.lines})
	}
	if err != nil {
		return fmt.Errorf("admin: export: %w", err)
	}
	return nil
}

func (e *exporting) line(row any) error {
	e.lines++
	return e.out.Encode(row)
}

// count adds to the totals of what is exported.
func (e *exporting) count(of string, by ...string) {
	e.totals[exportTotal{Of: of}]++
	for i := 0; i+1 < len(by); i += 2 {
		e.totals[exportTotal{Of: of, By: by[i], Value: by[i+1]}]++
	}
}

// figures writes the totals, in their order.
func (e *exporting) figures() error {
	for _, of := range []string{"rumours", "reports", "protected_reports"} {
		e.totals[exportTotal{Of: of}] += 0
	}
	keys := slices.SortedFunc(maps.Keys(e.totals), func(a, b exportTotal) int {
		return strings.Compare(a.Of+"\x00"+a.By+"\x00"+a.Value, b.Of+"\x00"+b.By+"\x00"+b.Value)
	})
	for _, t := range keys {
		n := e.totals[t]
		t.Kind, t.N = "total", &n
		if n > 0 && n < fewCount {
			t.N, t.Few = nil, true
		}
		if err := e.line(t); err != nil {
			return err
		}
	}
	return nil
}

// paged reads rows page by page and writes what becomes of each page once its View is closed.
func paged[R any](ctx context.Context, e *exporting, read func(storage.Tx, storage.Page) ([]R, error), id func(R) bot.ID, row func(storage.Tx, R) (any, error)) error {
	page := storage.Page{Limit: exportPage}
	for more := true; more; {
		var lines []any
		err := e.h.Store.View(ctx, func(tx storage.Tx) error {
			list, err := read(tx, page)
			if err != nil {
				return err
			}
			for _, r := range list {
				line, err := row(tx, r)
				if err != nil {
					return err
				}
				if line != nil {
					lines = append(lines, line)
				}
				page.After = id(r)
			}
			more = len(list) == exportPage
			return nil
		})
		if err != nil {
			return err
		}
		for _, l := range lines {
			if err := e.line(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *exporting) rumours(ctx context.Context) error {
	return paged(ctx, e,
		func(tx storage.Tx, p storage.Page) ([]bot.Rumour, error) { return tx.Rumours("", p) },
		func(r bot.Rumour) bot.ID { return r.ID },
		e.rumour)
}

// rumour is a rumour's line, nil for one of another time.
func (e *exporting) rumour(tx storage.Tx, r bot.Rumour) (any, error) {
	times := []bot.Instant{r.CreatedAt, r.TriagedAt, r.AssignedAt, r.DecidedAt, r.PublishedAt, r.ClosedAt, r.ReopenedAt}
	if !slices.ContainsFunc(times, e.in) {
		return nil, nil
	}
	row := exportRumour{
		Kind: "rumour", Ref: r.Ref, State: r.State, Verdict: r.Verdict, Risk: r.Risk.Level, Restricted: r.Restricted,
		Reports: r.Reports, Checks: len(r.Evidence), CreatedAt: r.CreatedAt, TriagedAt: r.TriagedAt, AssignedAt: r.AssignedAt,
		DecidedAt: r.DecidedAt, PublishedAt: r.PublishedAt, ClosedAt: r.ClosedAt, ReopenedAt: r.ReopenedAt, Closed: r.Reason,
		AnswerNo: r.AnswerNo, AnswerKind: r.AnswerKind, Queued: r.FanOut.Queued,
	}
	var err error
	if row.MergedInto, err = refOf(tx, r.MergedInto); err != nil {
		return nil, err
	}
	if row.SplitFrom, err = refOf(tx, r.SplitFrom); err != nil {
		return nil, err
	}
	if r.Public() && !r.Withdrawn() {
		for _, a := range r.Answers {
			if a.Approved() {
				row.Answers = append(row.Answers, exportAnswer{Lang: a.Lang, Text: a.Text, Title: a.Title})
			}
		}
	}
	if r.Helped.Asked >= fewCount {
		helped := exportHelped(r.Helped)
		row.Helped = &helped
	}
	if told(r) {
		row.Theme, row.Flags, row.Hate, row.Intent, row.Areas = r.Theme, r.Risk.Flags, r.Hate, r.Intent, e.places(r.Areas)
		if e.texts {
			row.Claim = bot.Text(e.masks.Redactor.Redact(string(r.Claim), e.masks.Marks))
		}
	}
	e.count("rumours", "state", string(row.State), "verdict", string(row.Verdict), "theme", string(row.Theme), "risk", string(row.Risk))
	return row, nil
}

// places are regions and cercles: of a commune, its cercle.
func (e *exporting) places(codes []bot.PlaceCode) (found []exportPlace) {
	for _, code := range codes {
		if p := e.place(code); p != nil && !slices.Contains(found, *p) {
			found = append(found, *p)
		}
	}
	return found
}

func (e *exporting) place(code bot.PlaceCode) *exportPlace {
	g := e.h.Places()
	p, ok := g.Place(code)
	for ok && p.Level > bot.LevelCercle {
		p, ok = g.Place(bot.PlaceCode{Scheme: p.Code.Scheme, Code: p.Parent})
	}
	if !ok {
		return nil
	}
	return &exportPlace{Scheme: p.Code.Scheme, Code: p.Code.Code, Level: p.Level, Name: p.Name(e.server.DeskLang)}
}

func (e *exporting) reports(ctx context.Context) error {
	return paged(ctx, e,
		func(tx storage.Tx, p storage.Page) ([]bot.Report, error) { return tx.Reports("", p) },
		func(r bot.Report) bot.ID { return r.ID },
		e.report)
}

// kept tells whether a report is about abuse, which is only counted.
func kept(r bot.Report) bool {
	return r.Protect || r.State == bot.ReportProtected || r.Label == bot.LabelProtection
}

// report is a report's line, nil for one that came at another time or is only counted.
func (e *exporting) report(tx storage.Tx, r bot.Report) (any, error) {
	if !e.in(r.ReceivedAt) {
		return nil, nil
	}
	if kept(r) {
		e.count("protected_reports")
		return nil, nil
	}
	row := exportReport{
		Kind: "report", Ref: r.Ref, State: r.State, Label: r.Label, Channel: r.Channel, Lang: r.Lang, Theme: r.Theme, Place: e.place(r.Place),
		ReceivedAt: r.ReceivedAt, AnsweredAt: r.AnsweredAt, ClosedAt: r.ClosedAt, Closed: r.Closed, Count: len(r.Texts()),
	}
	open, err := toldOf(tx, r)
	if err != nil {
		return nil, err
	}
	if !open { // that it belongs to a restricted rumour does not leave, nor what it is about
		row.Theme, row.Place, r.Theme, r.Place, r.Match = "", nil, "", bot.PlaceCode{}, bot.Match{}
	} else if row.Rumour, err = rumourRef(tx, r.Rumour); err != nil {
		return nil, err
	}
	if row.Match, err = exportMatchOf(tx, r.Match); err != nil {
		return nil, err
	}
	if e.texts && open {
		said, err := e.masks.Texts(tx, r)
		if err != nil {
			return nil, err
		}
		for _, t := range said {
			row.Said = append(row.Said, exportSaid{At: t.At, Text: t.Redacted(e.masks.Marks), Hidden: len(t.Hidden), Erased: t.Erased})
		}
	}
	region := ""
	if p, ok := e.h.Places().Region(r.Place); ok {
		region = p.Code.String()
	}
	e.count("reports", "state", string(r.State), "label", string(r.Label), "channel", string(r.Channel), "lang", string(r.Lang),
		"theme", string(r.Theme), "region", region, "match", string(r.Match.Method))
	return row, nil
}

// exportMatchOf is what was made of a report, nil for nothing; a restricted rumour is not named.
func exportMatchOf(tx storage.Tx, m bot.Match) (*exportMatch, error) {
	if m.Method == "" {
		return nil, nil
	}
	row := &exportMatch{Method: m.Method, Permille: m.Permille, Weights: m.Weights, GivenAt: m.Given}
	if m.Rumour.IsZero() {
		return row, nil
	}
	r, err := tx.Rumour(m.Rumour)
	if err != nil {
		return nil, fmt.Errorf("admin: a match of a report: %w", err)
	}
	if told(r) {
		row.Rumour = r.Ref
	}
	return row, nil
}

// events are those of all epochs, the oldest first.
func (e *exporting) events(ctx context.Context) error {
	page := storage.EventPage{Limit: exportPage}
	for more := true; more; {
		var lines []exportEvent
		err := e.h.Store.View(ctx, func(tx storage.Tx) error {
			epochs, err := tx.Epochs()
			if err != nil {
				return err
			}
			list, err := tx.EventPage(page)
			if err != nil {
				return err
			}
			for _, ev := range list {
				page.Epoch, page.Seq = ev.Epoch, ev.Seq
				if !e.in(ev.At) {
					continue
				}
				hidden, err := aboutProtection(tx, ev)
				if err != nil {
					return err
				}
				if hidden {
					continue
				}
				line, err := exportEventOf(tx, ev)
				if err != nil {
					return err
				}
				line.Epoch = 1 + slices.Index(epochs, ev.Epoch)
				lines = append(lines, line)
			}
			more = len(list) == exportPage
			return nil
		})
		if err != nil {
			return err
		}
		for _, l := range lines {
			if err := e.line(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// coded are the families of events whose reasons are codes, names of accounts and figures; the reasons of all others may be
// free words, and stay in.
func coded() []string {
	return []string{
		"answer", "code", "codes", "evidence", "export", "message", "place", "quarantine", "report", "rumour", "sending", "user",
	}
}

var accountName = regexp.MustCompile(`^[A-Za-z0-9._-]{0,31}[A-Za-z][A-Za-z0-9._-]{0,31}$`)

// named tells whether a key may leave: a reference, an id, or the name of an account or of the site.
func named(key string) bool {
	_, isRef := bot.ParseRef(key)
	_, err := bot.ParseID(key)
	return isRef || err == nil || accountName.MatchString(key)
}

// exportEventOf is an event's line: without the words of who wanted to read a raw text, without the pseudonyms of sources and
// what is left of a number, and without what was noted about a rumour for those who must know.
func exportEventOf(tx storage.Tx, ev bot.Event) (exportEvent, error) {
	row := exportEvent{
		Kind: "event", Seq: ev.Seq, At: ev.At, Actor: ev.Actor, Role: ev.Role, Via: ev.Via, Event: ev.Kind, Key: ev.Key, Reason: ev.Reason,
	}
	family, _, _ := strings.Cut(ev.Kind, ".")
	if family == "source" || !named(ev.Key) {
		row.Key = ""
	}
	if ev.Kind == rawShown || !slices.Contains(coded(), family) {
		row.Reason = ""
	}
	for _, word := range []string{ev.Key, ev.Reason} {
		ref, ok := bot.ParseRef(word)
		if !ok || ev.Reason == "" {
			continue
		}
		r, err := rumour.Find(tx, string(ref))
		switch {
		case bot.CodeOf(err) == bot.CodeNotFound:
		case err != nil:
			return row, err
		case !told(r):
			row.Reason = ""
		}
	}
	return row, nil
}

// toldOf tells whether what a report is about may leave: as told of its rumour.
func toldOf(tx storage.Tx, rep bot.Report) (bool, error) {
	if rep.Rumour.IsZero() {
		return true, nil
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return false, fmt.Errorf("admin: the rumour of a report: %w", err)
	}
	return told(r), nil
}

// told tells whether what a rumour is about may leave: that of a restricted one only once it is public.
func told(r bot.Rumour) bool { return !r.Restricted || r.Public() }

// aboutProtection tells whether an event is about a protected report, or about the keys and cases of the focal point.
func aboutProtection(tx storage.Tx, ev bot.Event) (bool, error) {
	if strings.HasPrefix(ev.Kind, "protection.") || ev.Kind == "report.protected" || ev.Reason == string(bot.LabelProtection) {
		return true, nil
	}
	for _, word := range []string{ev.Key, ev.Reason} {
		ref, ok := bot.ParseRef(word)
		if !ok {
			continue
		}
		r, err := rumour.FindReport(tx, string(ref))
		if bot.CodeOf(err) == bot.CodeNotFound {
			continue
		}
		if err != nil || kept(r) {
			return true, err
		}
	}
	return false, nil
}
