package admin

import (
	"context"
	"net/http"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// AddSource asks for a source to be put into the address book.
	AddSource struct {
		By
		Code    string            `json:"code,omitempty"` // "" = one is drawn
		Kind    bot.SourceType    `json:"kind"`
		Place   string            `json:"place,omitempty"` // SCHEME:CODE of a region or cercle; "" = no place in particular
		Themes  []bot.RumourTheme `json:"themes,omitempty"`
		Group   string            `json:"group,omitempty"`
		Contact string            `json:"contact"`
		Note    string            `json:"note,omitempty"`
	}
	// ListSources asks for the address book, without how to reach anybody.
	ListSources struct{ By }
	// ShowSource asks for one source with how to reach it.
	ShowSource struct {
		By
		Code string `json:"code"`
	}
	// RetireSource has a source not asked any more.
	RetireSource struct {
		By
		Code string `json:"code"`
	}
	// WhomToAsk asks for sources about a rumour or a report, or about a place and themes.
	WhomToAsk struct {
		By
		Ref    string            `json:"ref,omitempty"`
		Place  string            `json:"place,omitempty"`
		Themes []bot.RumourTheme `json:"themes,omitempty"`
	}
)

// SourceRow is a source without how to reach it.
type SourceRow struct {
	Code       string            `json:"code"`
	Kind       bot.SourceType    `json:"kind"`
	Authority  bool              `json:"authority,omitempty"` // or a party to the conflict: what only these say confirms nothing
	Place      bot.PlaceCode     `json:"place,omitzero"`
	PlaceName  string            `json:"place_name,omitempty"`
	Themes     []bot.RumourTheme `json:"themes,omitempty"`
	Group      string            `json:"group,omitempty"`
	AddedBy    string            `json:"added_by"`
	AddedAt    bot.Instant       `json:"added_at"`
	LastUsedAt bot.Instant       `json:"last_used_at,omitzero"`
	RetiredAt  bot.Instant       `json:"retired_at,omitzero"`
	Near       rumour.Near       `json:"near,omitempty"`      // where it was asked whom to ask
	ForTheme   bool              `json:"for_theme,omitempty"` // it is named for the theme
}

// SourceRows are sources.
type SourceRows struct {
	Sources []SourceRow `json:"sources"`
}

// ToAsk are sources to ask, the best first.
type ToAsk struct {
	Sources []SourceRow `json:"sources"`
	// Independent: two of them would do to confirm something.
	Independent bool `json:"independent"`
}

// Source is a source with how to reach it.
type Source struct {
	SourceRow
	Contact bot.Text `json:"contact"`
	Note    bot.Text `json:"note,omitempty"`
}

// sourcePaths are the endpoints of this file.
func (s *Server) sourcePaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/source/add":    open(s, s.addSource),
		"/source/list":   open(s, s.listSources),
		"/source/show":   open(s, s.showSource),
		"/source/retire": open(s, s.retireSource),
		"/source/for":    open(s, s.whomToAsk),
	}
}

func (s *Server) sourceRow(h *hotline.Service, x bot.Source) SourceRow {
	return SourceRow{
		Code: x.Code, Kind: x.Kind, Authority: x.Kind.AuthorityOrParty(), Place: x.Place, PlaceName: s.placeName(h, x.Place),
		Themes: x.Themes, Group: x.Group, AddedBy: x.AddedBy, AddedAt: x.AddedAt, LastUsedAt: x.LastUsedAt, RetiredAt: x.RetiredAt,
	}
}

func (s *Server) addSource(ctx context.Context, h *hotline.Service, q AddSource) (SourceRow, error) {
	act := s.act(h, q.By)
	at, err := placeCode(q.Place)
	if err != nil {
		return SourceRow{}, err
	}
	wanted := bot.Source{
		Code: q.Code, Kind: q.Kind, Place: at, Themes: q.Themes, Group: q.Group, Contact: bot.Text(q.Contact), Note: bot.Text(q.Note),
	}
	drawn := drawCodes(h)
	var made bot.Source
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		made, err = rumour.AddSource(tx, act, wanted, drawn, h.Places())
		return err
	})
	if err != nil {
		return SourceRow{}, err
	}
	return s.sourceRow(h, made), nil
}

// placeCode reads a place as it was typed; "" is none.
func placeCode(typed string) (bot.PlaceCode, error) {
	typed = strings.TrimSpace(typed)
	code, ok := bot.ParsePlaceCode(typed)
	if typed != "" && !ok {
		return bot.PlaceCode{}, bot.Fault(bot.CodeInvalid, "desk.bad_source_place")
	}
	return code, nil
}

const (
	// codeSigns are the letters and digits of drawn codes: none that looks like another.
	codeSigns  = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	codeLength = 5
	codesDrawn = 10
)

// drawCodes draws pseudonyms. They need not be secret; they must say nothing.
func drawCodes(h *hotline.Service) []string {
	codes := make([]string, codesDrawn)
	for i := range codes {
		n := h.Random()
		var code [codeLength]byte
		for j := range code {
			code[j] = codeSigns[n%uint64(len(codeSigns))]
			n /= uint64(len(codeSigns))
		}
		codes[i] = string(code[:])
	}
	return codes
}

func (s *Server) listSources(ctx context.Context, h *hotline.Service, q ListSources) (SourceRows, error) {
	act := s.act(h, q.By)
	list := SourceRows{Sources: []SourceRow{}}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		all, err := rumour.ListSources(tx, act)
		for _, x := range all {
			list.Sources = append(list.Sources, s.sourceRow(h, x))
		}
		return err
	})
	return list, err
}

func (s *Server) showSource(ctx context.Context, h *hotline.Service, q ShowSource) (Source, error) {
	act := s.act(h, q.By)
	var x bot.Source
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		x, err = rumour.ShowSource(tx, act, q.Code)
		return err
	})
	if err != nil {
		return Source{}, err
	}
	return Source{SourceRow: s.sourceRow(h, x), Contact: x.Contact, Note: x.Note}, nil
}

func (s *Server) retireSource(ctx context.Context, h *hotline.Service, q RetireSource) (SourceRow, error) {
	act := s.act(h, q.By)
	var x bot.Source
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		x, err = rumour.RetireSource(tx, act, q.Code)
		return err
	})
	if err != nil {
		return SourceRow{}, err
	}
	return s.sourceRow(h, x), nil
}

func (s *Server) whomToAsk(ctx context.Context, h *hotline.Service, q WhomToAsk) (ToAsk, error) {
	act := s.act(h, q.By)
	at, err := placeCode(q.Place)
	if err != nil {
		return ToAsk{}, err
	}
	list := ToAsk{Sources: []SourceRow{}}
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		var about rumour.Inquiry
		if q.Ref != "" {
			var err error
			if about, err = rumour.InquiryAbout(tx, act, q.Ref); err != nil {
				return err
			}
		}
		if !at.IsZero() { // what is said outright goes before what the reference says
			about.Places = []bot.PlaceCode{at}
		}
		if len(q.Themes) > 0 {
			about.Themes = q.Themes
		}
		found, independent, err := rumour.WhomToAsk(tx, act, about, h.Places())
		for _, a := range found {
			row := s.sourceRow(h, a.Source)
			row.Near, row.ForTheme = a.Near, a.Theme
			list.Sources = append(list.Sources, row)
		}
		list.Independent = independent
		return err
	})
	return list, err
}
