package rumour

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/place"
	"tinye/storage"
)

const (
	// MaxSourceContact and MaxSourceNote are the longest such texts, in characters.
	MaxSourceContact = 300
	MaxSourceNote    = 500
)

var (
	pseudonym = regexp.MustCompile(`^[A-Z0-9]{2,12}$`)
	groupWord = regexp.MustCompile(`^[A-Za-z0-9-]{1,20}$`)
)

// keepers are the roles that keep and ask sources.
func keepers() []bot.Role { return []bot.Role{bot.RoleVerifier, bot.RoleCoordinator} }

// AddSource puts a source into the address book. Without a code it gets the first free one of those drawn. g knows the
// places.
func AddSource(tx storage.Tx, a people.Act, s bot.Source, drawn []string, g *place.Gazetteer) (bot.Source, error) {
	by, err := a.Actor(tx, keepers()...)
	if err != nil {
		return bot.Source{}, err
	}
	if s, err = checkSource(s, g); err != nil {
		return bot.Source{}, err
	}
	codes := drawn
	if s.Code != "" {
		codes = []string{s.Code}
	}
	free := slices.IndexFunc(codes, func(code string) bool {
		_, err := tx.Source(code)
		return errors.Is(err, storage.ErrNotFound)
	})
	if free < 0 {
		return bot.Source{}, bot.Fault(bot.CodeConflict, "desk.source_exists", "code", s.Code)
	}
	s.Code, s.Rev, s.AddedBy, s.AddedAt = codes[free], 0, by.Name, a.At
	if err := tx.PutSource(s, 0); err != nil {
		return bot.Source{}, fmt.Errorf("rumour: add a source: %w", err)
	}
	return s, a.Note(tx, by, "source.added", s.Code, string(s.Kind))
}

func checkSource(s bot.Source, g *place.Gazetteer) (bot.Source, error) {
	s.Code = strings.ToUpper(strings.TrimSpace(s.Code))
	if s.Code != "" && (!pseudonym.MatchString(s.Code) || !sourceCode(s.Code)) || s.Group != "" && (!groupWord.MatchString(s.Group) || !sourceCode(s.Group)) {
		return bot.Source{}, bot.Fault(bot.CodeInvalid, "desk.bad_pseudonym")
	}
	if !slices.Contains(bot.SourceTypes(), s.Kind) {
		return bot.Source{}, bot.Fault(bot.CodeInvalid, "desk.bad_source_kind", "kinds", list(bot.SourceTypes()))
	}
	for _, theme := range s.Themes {
		if !slices.Contains(bot.RumourThemes(), theme) {
			return bot.Source{}, bot.Fault(bot.CodeInvalid, "desk.bad_rumour_theme", "subjects", list(bot.RumourThemes()))
		}
	}
	if !s.Place.IsZero() {
		if p, ok := g.Place(s.Place); !ok || p.Level > bot.LevelCercle {
			return bot.Source{}, bot.Fault(bot.CodeInvalid, "desk.bad_source_place")
		}
	}
	var err error
	if s.Contact, err = plain(string(s.Contact), "desk.source_contact"); err != nil {
		return bot.Source{}, err
	}
	if s.Note != "" {
		if s.Note, err = plain(string(s.Note), "desk.source_contact"); err != nil {
			return bot.Source{}, err
		}
	}
	if utf8.RuneCountInString(string(s.Contact)) > MaxSourceContact || utf8.RuneCountInString(string(s.Note)) > MaxSourceNote {
		return bot.Source{}, bot.Fault(bot.CodeInvalid, "desk.source_contact")
	}
	return s, nil
}

// ListSources lists the address book by code. How to reach a source is not in it.
func ListSources(tx storage.Tx, a people.Act) ([]bot.Source, error) {
	if _, err := a.Actor(tx, keepers()...); err != nil {
		return nil, err
	}
	all, err := tx.Sources()
	if err != nil {
		return nil, fmt.Errorf("rumour: sources: %w", err)
	}
	for i := range all {
		all[i].Contact, all[i].Note = "", ""
	}
	return all, nil
}

// ShowSource gives a source with how to reach it. Each look is an event, and counts as a use.
func ShowSource(tx storage.Tx, a people.Act, code string) (bot.Source, error) {
	by, s, err := findSource(tx, a, code)
	if err != nil {
		return bot.Source{}, err
	}
	if !s.Retired() {
		s.LastUsedAt = a.At
		if err := tx.PutSource(s, s.Rev); err != nil {
			return bot.Source{}, fmt.Errorf("rumour: show a source: %w", err)
		}
		s.Rev++
	}
	return s, a.Note(tx, by, "source.read", s.Code, "")
}

// useSource notes that a source was asked, so that others are named before it next time. A code that stands in no address book
// is somebody whom the desk knows otherwise.
func useSource(tx storage.Tx, code string, at bot.Instant) error {
	s, err := tx.Source(strings.ToUpper(code))
	if errors.Is(err, storage.ErrNotFound) || err == nil && s.LastUsedAt >= at {
		return nil
	}
	if err != nil {
		return fmt.Errorf("rumour: use a source: %w", err)
	}
	s.LastUsedAt = at
	if err := tx.PutSource(s, s.Rev); err != nil {
		return fmt.Errorf("rumour: use a source: %w", err)
	}
	return nil
}

// RetireSource has a source not asked any more: how to reach it is forgotten, its code stays taken.
func RetireSource(tx storage.Tx, a people.Act, code string) (bot.Source, error) {
	by, s, err := findSource(tx, a, code)
	if err != nil || s.Retired() {
		return s, err
	}
	s.RetiredBy, s.RetiredAt, s.Contact, s.Note = by.Name, a.At, "", ""
	if err := tx.PutSource(s, s.Rev); err != nil {
		return bot.Source{}, fmt.Errorf("rumour: retire a source: %w", err)
	}
	s.Rev++
	return s, a.Note(tx, by, "source.retired", s.Code, "")
}

func findSource(tx storage.Tx, a people.Act, code string) (bot.Actor, bot.Source, error) {
	by, err := a.Actor(tx, keepers()...)
	if err != nil {
		return bot.Actor{}, bot.Source{}, err
	}
	code = strings.ToUpper(strings.TrimSpace(code))
	s, err := tx.Source(code)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Actor{}, bot.Source{}, bot.Fault(bot.CodeNotFound, "desk.no_such_source", "code", code)
	}
	if err != nil {
		return bot.Actor{}, bot.Source{}, fmt.Errorf("rumour: source: %w", err)
	}
	return by, s, nil
}

// Near is how near a source is to what is asked about.
type Near string

// Distances, the nearest first.
const (
	NearCercle    Near = "cercle" // it knows of the very place
	NearRegion    Near = "region"
	NearAnywhere  Near = "anywhere" // it knows of no place in particular
	NearElsewhere Near = "elsewhere"
)

func nears() []Near { return []Near{NearCercle, NearRegion, NearAnywhere, NearElsewhere} }

// Inquiry is what a verifier wants to ask sources about: its places and its themes. None of either means all.
type Inquiry struct {
	Places []bot.PlaceCode
	Themes []bot.RumourTheme
}

// InquiryAbout is what a rumour or a report is about.
func InquiryAbout(tx storage.Tx, a people.Act, ref string) (Inquiry, error) {
	if _, err := a.Actor(tx, keepers()...); err != nil {
		return Inquiry{}, err
	}
	kind, id, err := find(tx, ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Inquiry{}, err
	}
	var q Inquiry
	switch kind {
	case bot.RefRumour:
		r, err := tx.Rumour(id)
		if err != nil {
			return Inquiry{}, fmt.Errorf("rumour: whom to ask: %w", err)
		}
		if err := NeedsToKnow(tx, a, r); err != nil {
			return Inquiry{}, err
		}
		q.Places = r.Areas
		if r.Theme != "" {
			q.Themes = []bot.RumourTheme{r.Theme}
		}
	case bot.RefReport:
		rep, err := tx.Report(id)
		if err != nil {
			return Inquiry{}, fmt.Errorf("rumour: whom to ask: %w", err)
		}
		if err := mayWorkOn(tx, a, rep); err != nil {
			return Inquiry{}, err
		}
		if !rep.Place.IsZero() {
			q.Places = []bot.PlaceCode{rep.Place}
		}
		q.Themes = rep.Theme.RumourThemes()
	default:
		return Inquiry{}, bot.Fault(bot.CodeNotFound, "desk.no_such_rumour", "ref", ref)
	}
	return q, nil
}

// Askable is a source to ask, and how near it is.
type Askable struct {
	Source bot.Source
	Near   Near
	Theme  bool // it is known for the theme
}

// WhomToAsk lists sources for a question, the nearest first: those of the same place, of the same region, of no place in
// particular, and from elsewhere those who are named for the theme. Among those equally near, one of each kind and origin
// comes first, so that two independent ones of two kinds are at hand, and who was asked longest ago comes before the others.
// independent tells whether the list holds two independent sources of two kinds, one of them no authority and no party to
// the conflict, which is what confirming takes.
func WhomToAsk(tx storage.Tx, a people.Act, q Inquiry, g *place.Gazetteer) (asked []Askable, independent bool, err error) {
	all, err := ListSources(tx, a)
	if err != nil {
		return nil, false, err
	}
	rank := make(map[Near]int)
	for i, n := range nears() {
		rank[n] = i
	}
	for _, s := range all {
		at := near(s, q.Places, g)
		named := len(s.Themes) > 0 && len(q.Themes) > 0 && s.Knows(q.Themes...)
		if s.Retired() || at == NearElsewhere && !named {
			continue
		}
		asked = append(asked, Askable{Source: s, Near: at, Theme: named})
	}
	slices.SortFunc(asked, func(x, y Askable) int {
		return cmp.Or(cmp.Compare(rank[x.Near], rank[y.Near]), cmp.Compare(strangeness(x.Source, q), strangeness(y.Source, q)),
			cmp.Compare(x.Source.LastUsedAt, y.Source.LastUsedAt), cmp.Compare(x.Source.Code, y.Source.Code))
	})
	asked = spread(asked)
	return asked, pair(asked), nil
}

// near is how near a source is to the nearest of the places.
func near(s bot.Source, places []bot.PlaceCode, g *place.Gazetteer) Near {
	switch {
	case s.Place.IsZero():
		return NearAnywhere
	case len(places) == 0:
		return NearCercle // nothing is farther than another
	}
	best := NearElsewhere
	region, ok := g.Region(s.Place)
	for _, p := range places {
		if same(g, s.Place, p) {
			return NearCercle
		}
		if of, there := g.Region(p); ok && there && same(g, region.Code, of.Code) {
			best = NearRegion
		}
	}
	return best
}

// same tells whether two codes, perhaps of two schemes, stand for one place.
func same(g *place.Gazetteer, x, y bot.PlaceCode) bool {
	if x == y {
		return true
	}
	in, ok := g.In(x, y.Scheme)
	return ok && in == y
}

// strangeness is 0 for a source that knows of the theme and 1 for one that knows only of others.
func strangeness(s bot.Source, q Inquiry) int {
	if s.Knows(q.Themes...) {
		return 0
	}
	return 1
}

// spread brings, among those equally near, the first of each kind and origin to the front.
func spread(asked []Askable) []Askable {
	kinds, origins := make(map[bot.SourceType]bool), make(map[string]bool)
	var out []Askable
	for len(asked) > 0 {
		n := 1
		for n < len(asked) && asked[n].Near == asked[0].Near {
			n++
		}
		var rest []Askable
		for _, x := range asked[:n] {
			if kinds[x.Source.Kind] || origins[x.Source.Origin()] {
				rest = append(rest, x)
				continue
			}
			kinds[x.Source.Kind], origins[x.Source.Origin()] = true, true
			out = append(out, x)
		}
		out = append(out, rest...)
		asked = asked[n:]
	}
	return out
}

// pair tells whether two of the sources would do to confirm something.
func pair(asked []Askable) bool {
	for i, x := range asked {
		for _, y := range asked[i+1:] {
			if x.Source.Kind != y.Source.Kind && x.Source.Origin() != y.Source.Origin() &&
				!(x.Source.Kind.AuthorityOrParty() && y.Source.Kind.AuthorityOrParty()) {
				return true
			}
		}
	}
	return false
}
