package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// MatchReport says whether a report tells the rumour that it was held to tell: a link that a machine made is confirmed, or
	// taken back, and one that was only suggested is made, which may send the rumour's answer.
	MatchReport struct {
		By
		Ref  string `json:"ref"`
		Same bool   `json:"same,omitempty"` // it tells that rumour; false = it tells something else
		Yes  bool   `json:"yes,omitempty"`  // it may send a published answer
	}
	// NearReport asks what resembles a report.
	NearReport struct {
		By
		Ref   string `json:"ref"`
		Limit int    `json:"limit,omitempty"`
	}
	// NearRumour asks what resembles a rumour.
	NearRumour struct {
		By
		Rumour string `json:"rumour"`
		Limit  int    `json:"limit,omitempty"`
	}
	// ReadGroup asks for all reports under no rumour that tell the same as one, with their words.
	ReadGroup struct {
		By
		Ref string `json:"ref"`
	}
	// SearchRumours looks for rumours by words, and SearchReports for reports.
	SearchRumours struct {
		By
		Words string `json:"words"`
		Limit int    `json:"limit,omitempty"`
	}
	// SearchReports looks for reports that are under no rumour, by words.
	SearchReports struct {
		By
		Words string `json:"words"`
		Limit int    `json:"limit,omitempty"`
	}
)

type (
	// Match is which rumour a report was held to tell. Its rumour is left out where the reader need not know of it.
	Match struct {
		Method   bot.MatchMethod `json:"method"`
		Rumour   bot.Ref         `json:"rumour,omitempty"`
		Title    bot.Text        `json:"title,omitempty"` // in the menus, of a public rumour
		Machine  bool            `json:"machine,omitempty"`
		Permille int             `json:"permille,omitempty"` // how sure the machine was
		Weights  string          `json:"weights,omitempty"`
		At       bot.Instant     `json:"at,omitzero"`
		By       string          `json:"by,omitempty"`       // the account that confirmed or rejected it
		Given    bot.Instant     `json:"given,omitzero"`     // when the answer was given at once
		Rejected []bot.Ref       `json:"rejected,omitempty"` // rumours that it does not tell, as people said
	}
	// Matched is a report after somebody said whether it tells what it was held to tell.
	Matched struct {
		ReportDone
		Rumour bot.Ref   `json:"rumour,omitempty"` // that it was about
		Match  *Match    `json:"match,omitempty"`
		Answer *Delivery `json:"answer,omitempty"` // what the person was sent of that rumour, before
		Undone *Delivery `json:"undone,omitempty"` // what tells them that it was not about theirs; nil = nothing does
	}
	// Nearest are what resembles a text: rumours and reports that are under none, the nearest first.
	Nearest struct {
		Ref     bot.Ref       `json:"ref,omitempty"`
		Rumours []NearClaim   `json:"rumours,omitempty"`
		Reports []NearTelling `json:"reports,omitempty"`
	}
	// NearClaim is a rumour that resembles a text.
	NearClaim struct {
		RumourRow
		Title bot.Text    `json:"title,omitempty"`
		Close bool        `json:"close,omitempty"` // in nearly the same words
		Apart match.Apart `json:"apart,omitempty"` // in what it differs all the same
		Same  bool        `json:"same,omitempty"`  // it may be taken for the same: close, not apart, and where both have a verdict, the same one
	}
	// NearTelling is a report under no rumour that resembles a text, with its words redacted.
	NearTelling struct {
		ReportRow
		Text  bot.Text    `json:"text,omitempty"`  // the first of its texts; "" where that is erased
		Close bool        `json:"close,omitempty"` // in nearly the same words
		Apart match.Apart `json:"apart,omitempty"` // in what it differs all the same
		Same  bool        `json:"same,omitempty"`  // it may be taken for the same: close and not apart
	}
)

const (
	// usualNear is how many rumours, and how many reports, resemble something unless asked otherwise; mostNear at most.
	usualNear = 5
	mostNear  = 20
	// closely is from which share of common words on, by rarity, two texts are said to be close: of what was grouped so, nearly all was
	// the same. Below it they have some words in common, and often no more than a place.
	closely = 0.35
	// shownNear is how many rumours stand with a report that nothing is known of.
	shownNear = 3
	// mostAuto is how many of the newest reports are looked through for links that nobody has looked at.
	mostAuto = 5000
)

// matchPaths are the endpoints of what the machine recognises.
func (s *Server) matchPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/report/match":  open(s, s.matchReport),
		"/report/near":   open(s, s.nearReport),
		"/report/search": open(s, s.searchReports),
		"/rumour/near":   open(s, s.nearRumour),
		"/rumour/search": open(s, s.searchRumours),
		"/match/groups":  open(s, s.listGroups),
		"/match/group":   open(s, s.readGroup),
		"/match/alike":   open(s, s.listAlike),
		"/match/status":  open(s, s.matchStatus),
	}
}

// matchOf is what a report was held to tell, nil for nothing.
func (s *Server) matchOf(tx storage.Tx, knows knowing, r bot.Report) (*Match, error) {
	m := r.Match
	if m.Method == "" && len(m.Rejected) == 0 {
		return nil, nil
	}
	shown := &Match{
		Method: m.Method, Machine: m.Permille > 0, Permille: m.Permille, Weights: m.Weights, At: m.At, By: m.By, Given: m.Given,
	}
	about, err := knownRumour(tx, knows, m.Rumour)
	if err != nil {
		return nil, err
	}
	shown.Rumour, shown.Title = about.Ref, s.titleOf(about)
	for _, id := range m.Rejected {
		not, err := knownRumour(tx, knows, id)
		if err != nil {
			return nil, err
		}
		if not.Ref != "" {
			shown.Rejected = append(shown.Rejected, not.Ref)
		}
	}
	return shown, nil
}

// knownRumour is a rumour of which the account may know; the zero Rumour for any other, and for none.
func knownRumour(tx storage.Tx, knows knowing, id bot.ID) (bot.Rumour, error) {
	if id.IsZero() {
		return bot.Rumour{}, nil
	}
	r, err := tx.Rumour(id)
	if errors.Is(err, storage.ErrNotFound) { // a bulletin
		return bot.Rumour{}, nil
	}
	if err != nil {
		return bot.Rumour{}, fmt.Errorf("admin: a rumour that resembles: %w", err)
	}
	may, err := knows.about(id)
	if err != nil || !may {
		return bot.Rumour{}, err
	}
	return r, nil
}

// titleOf is the line under which a public rumour stands in the menus, in the desk's language or else in another; "" for one
// that is not public.
func (s *Server) titleOf(r bot.Rumour) (title bot.Text) {
	if !r.Public() || r.Withdrawn() {
		return ""
	}
	for _, a := range r.Answers {
		if a.Approved() && (title == "" || a.Lang == s.DeskLang) {
			title = bot.Text(rumour.TitleOf(a))
		}
	}
	return title
}

// unlooked tells whether a machine linked a report, and nobody has said since that it is so.
func unlooked(r bot.Report) bool { return r.Match.Method == bot.MatchAuto }

// matchReport confirms what a report was held to tell, or takes it back.
func (s *Server) matchReport(ctx context.Context, h *hotline.Service, q MatchReport) (Matched, error) {
	act := s.act(h, q.By)
	was, about, done, err := s.heldToTell(ctx, h, act, q.Ref, q.Same)
	if err != nil {
		return Matched{}, err
	}
	var undone bot.ID
	switch {
	case !q.Same:
		_, undone, err = h.RejectMatch(ctx, act, q.Ref)
	case was.Rumour.IsZero(): // it was only suggested
		refs := []string{string(was.Ref)}
		if err = s.maySend(ctx, h, PreviewSends{By: q.By, Rumour: string(about.Ref), Reports: refs}, q.Yes); err == nil {
			_, err = h.Link(ctx, act, string(about.Ref), refs)
		}
	default:
		_, err = h.ConfirmMatch(ctx, act, q.Ref)
	}
	if err != nil {
		return Matched{}, err
	}
	err = h.Store.View(ctx, func(tx storage.Tx) error { return s.matched(tx, act, was.ID, undone, &done) })
	return done, err
}

// heldToTell is a report with the rumour that it is under, or that was suggested for it, and with how far its answer has come. It
// is refused where the account need not know of either, and where there is nothing to say, or no has been said already.
func (s *Server) heldToTell(
	ctx context.Context, h *hotline.Service, act people.Act, ref string, same bool,
) (was bot.Report, about bot.Rumour, done Matched, err error) {
	err = h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		if was, err = rumour.FindReport(tx, ref); err != nil {
			return err
		}
		if _, err := sees.look(tx, act, was); err != nil {
			return err
		}
		of := was.Rumour
		if of.IsZero() && was.Match.Method == bot.MatchSuggested {
			of = was.Match.Rumour
		}
		if about, err = knownRumour(tx, sees.knowing, of); err != nil {
			return err
		}
		if about.ID.IsZero() {
			if !same && was.Match.Method == bot.MatchRejected {
				not, err := knownRumour(tx, sees.knowing, was.Match.Rumour)
				if err != nil {
					return err
				}
				if !not.ID.IsZero() {
					at := was.Match.At.Time().In(cmp.Or(h.Site.Zone, time.UTC)).Format("02/01/2006 15:04")
					return bot.Fault(bot.CodeRefused, "desk.match_rejected", "ref", string(was.Ref), "rumour", string(not.Ref), "at", at)
				}
			}
			return bot.Fault(bot.CodeRefused, "desk.match_none", "ref", string(was.Ref))
		}
		done.Rumour = about.Ref
		if !was.Rumour.IsZero() {
			done.Answer, err = delivery(tx, was.Answer)
		}
		return err
	})
	return was, about, done, err
}

// matched shows how a report stands after that; its answer is as it now is, sent or not.
func (s *Server) matched(tx storage.Tx, act people.Act, report, id bot.ID, done *Matched) error {
	r, err := tx.Report(report)
	if err != nil {
		return fmt.Errorf("admin: a matched report: %w", err)
	}
	done.ReportDone = doneOf(r)
	if done.Match, err = s.matchOf(tx, knowingOf(tx, act), r); err != nil {
		return err
	}
	before := r.Answer
	if done.Answer != nil {
		before = done.Answer.ID
	}
	if done.Answer, err = delivery(tx, before); err != nil {
		return err
	}
	done.Undone, err = delivery(tx, id)
	return err
}

// telling is a report as it is looked for.
func (s *Server) telling(h *hotline.Service, tx storage.Tx, r bot.Report) (match.Query, error) {
	texts, err := s.masking(h).Texts(tx, r)
	if err != nil {
		return match.Query{}, err
	}
	var words []string
	for _, t := range texts {
		if !t.Erased {
			words = append(words, string(t.Raw))
		}
	}
	return match.Query{
		Text: strings.Join(words, "\n"), Lang: r.Lang, At: r.ReceivedAt, Place: r.Place, Not: r.Match.Rejected, Self: r.ID,
	}, nil
}

// near are those of a list that an account may see: of rumours and, with their texts, of reports under none so many each, and
// not the one that was asked about. What is about abuse is never among them. Whoever reads a report's words so is noted.
func (s *Server) near(
	h *hotline.Service, tx storage.Tx, act people.Act, list []match.Near, limit int, self bot.ID, texts bool,
) (found Nearest, err error) {
	by, err := act.Actor(tx, readers()...)
	if err != nil {
		return Nearest{}, err
	}
	sees, err := sightOf(tx, act)
	if err != nil {
		return Nearest{}, err
	}
	claims := make(map[bot.ID]bool)
	for _, n := range list {
		switch {
		case !n.Claim.IsZero() && len(found.Rumours) < limit && !claims[n.Claim]:
			claims[n.Claim] = true
			r, err := knownRumour(tx, sees.knowing, n.Claim)
			if err != nil {
				return Nearest{}, err
			}
			if !r.ID.IsZero() && r.ID != self && r.State != bot.RumourMerged {
				near := NearClaim{RumourRow: rumourRow(r), Title: s.titleOf(r), Close: n.Score >= closely, Apart: n.Apart}
				near.Same = near.Close && near.Apart == ""
				found.Rumours = append(found.Rumours, near)
			}
		case n.Claim.IsZero() && texts && len(found.Reports) < limit:
			if err := s.addTelling(h, tx, act, by, sees, n, &found); err != nil {
				return Nearest{}, err
			}
		}
	}
	return found, nil
}

// addTelling adds a report under no rumour with its first text redacted, and notes who read it; nothing where the account may
// not see it.
func (s *Server) addTelling(
	h *hotline.Service, tx storage.Tx, act people.Act, by bot.Actor, sees sight, n match.Near, found *Nearest,
) error {
	t, ok, err := s.tellingOf(h, tx, act, sees, n.Report)
	if err != nil || !ok {
		return err
	}
	t.Close, t.Apart = n.Score >= closely, n.Apart
	t.Same = t.Close && t.Apart == ""
	found.Reports = append(found.Reports, t)
	return act.Note(tx, by, "report.read", string(t.Ref), "")
}

// tellingOf is a report under no rumour, if the account may see it.
func (s *Server) tellingOf(
	h *hotline.Service, tx storage.Tx, act people.Act, sees sight, id bot.ID,
) (t NearTelling, ok bool, err error) {
	r, ok, err := untaken(tx, sees, id)
	if err != nil || !ok {
		return NearTelling{}, false, err
	}
	if t.ReportRow, err = s.reportRow(h, tx, sees.knowing, r, act.At); err != nil {
		return NearTelling{}, false, err
	}
	m := s.masking(h)
	texts, err := m.Texts(tx, r)
	if err != nil {
		return NearTelling{}, false, err
	}
	for _, said := range texts {
		if !said.Erased {
			t.Text = said.Redacted(m.Marks)
			break
		}
	}
	return t, true, nil
}

// untaken is a report under no rumour; ok is false for any other, for what is about abuse and for what the account may not see.
func untaken(tx storage.Tx, sees sight, id bot.ID) (r bot.Report, ok bool, err error) {
	r, err = tx.Report(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Report{}, false, nil
	}
	if err != nil {
		return bot.Report{}, false, fmt.Errorf("admin: a report that resembles: %w", err)
	}
	if kept(r) || !r.Rumour.IsZero() {
		return r, false, nil
	}
	ok, err = sees.of(r)
	return r, ok, err
}

// nearLimit is how many of each kind are shown.
func nearLimit(limit int) int {
	if limit <= 0 {
		return usualNear
	}
	return min(limit, mostNear)
}

// claims are for the desk's own words to be redacted in.
func (n *Nearest) claims() []*bot.Text {
	list := make([]*bot.Text, len(n.Rumours))
	for i := range n.Rumours {
		list[i] = &n.Rumours[i].Claim
	}
	return list
}
