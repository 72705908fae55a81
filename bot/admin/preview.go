package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/hotline"
	"tinye/storage"
)

// AskPreview asks what a run of a bulletin would be if it began now. The answer is one JSON object on each line: PreviewStep, of which the
// last one has the preview.
type AskPreview struct {
	By
	Ref string `json:"ref"` // of a bulletin, or the id of a request for consent
}

// PreviewStep says how many people of the audience were looked at so far; Preview is nil until all were.
type PreviewStep struct {
	Looked  int      `json:"looked"`
	Preview *Preview `json:"preview,omitempty"`
}

// Preview is a run that has not begun, in counts. Those below a coordinator are not told counts of 1 to 4 exactly (-1); cells that small are
// put together, with the next larger ones until they are five or more.
type Preview struct {
	Ref       bot.Ref          `json:"ref,omitempty"` // "" of a request for consent
	Kind      bot.BulletinKind `json:"kind"`
	Draft     bool             `json:"draft,omitempty"` // texts are not approved: they are counted as they stand
	Urgent    bool             `json:"urgent,omitempty"`
	At        bot.Instant      `json:"at"`
	ExpiresAt bot.Instant      `json:"expires_at,omitzero"`

	Looked    int            `json:"looked"`
	People    int            `json:"people"`
	AtMost    bool           `json:"at_most,omitempty"` // some are counted for each time that they got what is corrected
	Cells     []PreviewCell  `json:"cells"`             // by language of the text and place
	LeftOut   map[string]Few `json:"left_out,omitempty"`
	Fell      Few            `json:"fell,omitempty"`       // get the fallback's language
	MaybeStop Few            `json:"maybe_stop,omitempty"` // somebody has to look at their text before
	Capped    Few            `json:"capped,omitempty"`     // this week's bulletins are full

	Texts    []PreviewText    `json:"texts"`
	Gateways []PreviewGateway `json:"gateways"`
	Parts    int              `json:"parts"`
	XOF      int              `json:"xof"`                // of the gateways that say their price
	Unpriced bool             `json:"unpriced,omitempty"` // one says none
	UCS2     int              `json:"ucs2_percent"`       // of the people: their text is one in UCS-2
	Time     PreviewTime      `json:"time"`               // of all gateways together
}

// PreviewCell counts the people of a place who get the text in a language.
type PreviewCell struct {
	Lang  bot.Lang `json:"lang"`
	Place string   `json:"place,omitempty"` // its name; "" = nobody asked them
	N     Few      `json:"n"`

	Others bool `json:"others,omitempty"` // several cells that are too small to be told
}

// PreviewText is the text in one language.
type PreviewText struct {
	Lang     bot.Lang     `json:"lang"`
	Parts    int          `json:"parts"`
	Encoding bot.Encoding `json:"encoding"`
	Fallback bool         `json:"fallback,omitempty"`
	Text     bot.Text     `json:"text,omitempty"` // as it travels
}

// PreviewGateway is what leaves by one gateway.
type PreviewGateway struct {
	Name   string      `json:"name"`
	People int         `json:"people"`
	Parts  int         `json:"parts"`
	Price  int         `json:"price,omitempty"` // XOF for a part; 0 = it says none
	Rate   float64     `json:"rate,omitempty"`  // parts per second; 0 = no limit
	Time   PreviewTime `json:"time"`
}

// PreviewTime is an estimate of when messages leave: as if nothing else did, every gateway worked and nobody paused.
type PreviewTime struct {
	Starts   bot.Instant `json:"starts"`
	Ends     bot.Instant `json:"ends"`
	HeldFrom bot.Instant `json:"held_from,omitzero"` // the first quiet hours that hold it
	HeldTo   bot.Instant `json:"held_to,omitzero"`
	Unsent   int         `json:"unsent,omitempty"` // parts that have not left when it expires
	Far      bool        `json:"far,omitempty"`    // Unsent is of three months: nobody looks further ahead
}

// previewPaths are the endpoints of this file.
func (s *Server) previewPaths() map[string]http.Handler {
	return map[string]http.Handler{"/bulletin/preview": slow(streamed(s, s.previewBulletin))}
}

// previewBulletin counts portion by portion, each in a View of its own: nobody's commit waits for it, and the memory it takes does not grow with
// the people.
func (s *Server) previewBulletin(ctx context.Context, h *hotline.Service, q AskPreview) (pieces, error) {
	act, desk := s.act(h, q.By), h.Bulletins()
	var exact bool
	var p bulletin.Preview
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, readers()...)
		if err != nil {
			return err
		}
		if exact, err = act.Is(tx, bot.RoleCoordinator); err != nil {
			return err
		}
		if id, bad := bot.ParseID(q.Ref); bad == nil {
			p, err = desk.PreviewRequest(tx, id)
		} else {
			p, err = desk.Preview(tx, q.Ref, act.At)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, w io.Writer) error {
		out := json.NewEncoder(w)
		for more := true; more; {
			err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
				p, more, err = desk.PreviewOn(tx, p, act.At)
				return err
			})
			if err != nil {
				return err
			}
			if !more {
				break
			}
			if err := step(out, w, PreviewStep{Looked: p.Run.Looked}); err != nil {
				return err
			}
		}
		shown := s.previewOf(h, p, act.At, exact)
		return step(out, w, PreviewStep{Looked: p.Run.Looked, Preview: &shown})
	}, nil
}

// step sends one line at once.
func step(out *json.Encoder, w io.Writer, line PreviewStep) error {
	if err := out.Encode(line); err != nil {
		return fmt.Errorf("admin: preview: %w", err)
	}
	if f, ok := w.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

func (s *Server) previewOf(h *hotline.Service, p bulletin.Preview, at bot.Instant, exact bool) Preview {
	tell := few
	if exact {
		tell = func(n int) Few { return Few(n) }
	}
	shown := Preview{
		Ref: p.Run.Ref, Kind: p.Run.Kind, Draft: p.Draft, Urgent: p.Run.Urgent, At: at,
		Looked: p.Run.Looked, People: p.Total(), AtMost: p.AtMost, LeftOut: make(map[string]Few, len(p.Run.LeftOut)),
		Fell: tell(p.Run.Fell), MaybeStop: tell(p.MaybeSTOP), Capped: tell(p.Capped), Parts: p.Parts(), Cells: s.cells(h, p.People, exact),
		Texts: make([]PreviewText, 0, len(p.Run.Texts)), Gateways: make([]PreviewGateway, 0, len(p.Gateways)),
	}
	if p.Run.ExpiresAt != bot.Forever {
		shown.ExpiresAt = p.Run.ExpiresAt
	}
	for reason, n := range p.Run.LeftOut {
		shown.LeftOut[reason] = tell(n)
	}
	shown.Texts = append(shown.Texts, previewTexts(p.Run.Texts)...)
	ucs2 := 0
	shown.Time.Starts, shown.Time.Ends = at, at
	for i, name := range slices.Sorted(maps.Keys(p.Gateways)) {
		of := p.Gateways[name]
		g := PreviewGateway{
			Name: name, People: of.People, Parts: of.Parts, Price: h.Site.Prices[name], Rate: h.Site.Rates[name],
			Time: timeOf(p.Takes(of.Parts, h.Site.Rates[name], h.Site.Quiet, at)),
		}
		shown.Gateways = append(shown.Gateways, g)
		shown.XOF += g.Price * g.Parts
		shown.Unpriced = shown.Unpriced || g.Price == 0
		ucs2 += of.UCS2
		shown.Time = together(shown.Time, g.Time, i == 0)
	}
	if shown.People > 0 {
		shown.UCS2 = 100 * ucs2 / shown.People
	}
	return shown
}

func previewTexts(texts []bot.RunText) []PreviewText {
	shown := make([]PreviewText, len(texts))
	for i, t := range texts {
		shown[i] = PreviewText{Lang: t.Lang, Parts: t.Parts, Encoding: t.Encoding, Fallback: t.Fallback, Text: t.Text}
	}
	return shown
}

func timeOf(t bulletin.Timing) PreviewTime {
	return PreviewTime{Starts: t.Starts, Ends: t.Ends, HeldFrom: t.HeldFrom, HeldTo: t.HeldTo, Unsent: t.Unsent, Far: t.Far}
}

// together is the time of gateways that send at once.
func together(a, b PreviewTime, first bool) PreviewTime {
	if first {
		return b
	}
	a.Starts, a.Ends, a.Unsent, a.Far = min(a.Starts, b.Starts), max(a.Ends, b.Ends), a.Unsent+b.Unsent, a.Far || b.Far
	if a.HeldFrom.IsZero() || !b.HeldFrom.IsZero() && b.HeldFrom < a.HeldFrom {
		a.HeldFrom, a.HeldTo = b.HeldFrom, b.HeldTo
	}
	return a
}

// cells lists the people by language and place, the most first; small ones put together, unless they are told exactly.
func (s *Server) cells(h *hotline.Service, people map[bulletin.Cell]int, exact bool) []PreviewCell {
	keys := slices.SortedFunc(maps.Keys(people), func(a, b bulletin.Cell) int {
		return cmp.Or(people[b]-people[a], cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Place.String(), b.Place.String()))
	})
	others := 0
	for last := len(keys) - 1; !exact && last >= 0; last-- {
		n := people[keys[last]]
		if n >= fewCount && (others == 0 || others >= fewCount) {
			break
		}
		others, keys = others+n, keys[:last]
	}
	list := make([]PreviewCell, 0, len(keys)+1)
	for _, k := range keys {
		c := PreviewCell{Lang: k.Lang, N: Few(people[k])}
		if !k.Place.IsZero() {
			c.Place = s.placeName(h, k.Place)
		}
		list = append(list, c)
	}
	if others > 0 {
		list = append(list, PreviewCell{N: few(others), Others: true})
	}
	return list
}
