package admin

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/place"
	"tinye/storage"
)

// placesAtATime is how many places one transaction writes; the messages that come in meanwhile wait for no more.
const placesAtATime = 500

// ImportPlaces asks for the places of a file to be known; see place.Import for what it may look like.
type ImportPlaces struct {
	By
	File   []byte `json:"file"`              // the file as it is, since only the importer knows its encoding; at most place.MaxImport bytes
	DryRun bool   `json:"dry_run,omitempty"` // only look at it
}

// PlacesImported says what a file held and, but for a dry run, what is known now.
type PlacesImported struct {
	Regions  int         `json:"regions"` // good rows
	Cercles  int         `json:"cercles"`
	Communes int         `json:"communes"`
	New      int         `json:"new"` // of those, how many were not known before
	Wrong    []WrongLine `json:"wrong"`
	More     int         `json:"more,omitempty"` // wrong lines beyond those
	DryRun   bool        `json:"dry_run,omitempty"`
}

// Rows is how many rows were good.
func (p PlacesImported) Rows() int { return p.Regions + p.Cercles + p.Communes }

// WrongLine is a line of the file that was left out, and why.
type WrongLine struct {
	Line     int    `json:"line"`
	Key      string `json:"key"` // of the sentence
	Sentence string `json:"sentence"`
}

// FindPlaces looks for places by their names, in any spelling.
type FindPlaces struct {
	By
	Words string `json:"words"`
	Limit int    `json:"limit,omitempty"`
}

// ListPlaces asks for regions and cercles, or for what lies in one place.
type ListPlaces struct {
	By
	Scheme bot.PlaceScheme `json:"scheme,omitempty"` // "" = all
	In     string          `json:"in,omitempty"`     // only what lies directly in this one, SCHEME:CODE
	Limit  int             `json:"limit,omitempty"`
}

// Place is one unit of the administrative division.
type Place struct {
	Code   bot.PlaceCode       `json:"code"`
	Level  bot.PlaceLevel      `json:"level"`
	Names  map[bot.Lang]string `json:"names"`
	Lies   []string            `json:"lies,omitempty"` // in which units, the smallest first: names of communes occur more than once
	SameAs []bot.PlaceCode     `json:"same_as,omitempty"`
	Source string              `json:"source,omitempty"`
}

// Places are places, and whether there are more.
type Places struct {
	Places []Place `json:"places"`
	More   bool    `json:"more,omitempty"`
}

// importPlaces writes the good rows of a file in portions, and then has the hotline use them. A fault on the way leaves
// the portions before it written, and used; the same file may be imported again.
func (s *Server) importPlaces(ctx context.Context, h *hotline.Service, q ImportPlaces) (PlacesImported, error) {
	roles := []bot.Role{bot.RoleAdmin, bot.RoleCoordinator}
	act := s.act(h, q.By)
	if err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, roles...)
		return err
	}); err != nil {
		return PlacesImported{}, err
	}
	known := h.Places()
	in, err := known.Import(bytes.NewReader(q.File))
	if err != nil {
		return PlacesImported{}, err
	}
	told := s.told(known, in)
	told.DryRun = q.DryRun
	if q.DryRun || len(in.Places) == 0 {
		return told, nil
	}
	err = writePlaces(ctx, h, in.Places, func(tx storage.Tx) error {
		actor, err := act.Actor(tx, roles...)
		if err != nil {
			return err
		}
		return act.Note(tx, actor, "place.imported", h.Site.ID, strconv.Itoa(len(in.Places)))
	})
	if reload := h.ReloadPlaces(context.WithoutCancel(ctx)); err == nil {
		err = reload
	}
	return told, err
}

// writePlaces writes places in portions; with the last goes the event.
func writePlaces(ctx context.Context, h *hotline.Service, places []bot.Place, note func(storage.Tx) error) error {
	written := 0
	for portion := range slices.Chunk(places, placesAtATime) {
		last := written+len(portion) == len(places)
		err := h.Store.Update(ctx, func(tx storage.Tx) error {
			for _, p := range portion {
				if err := tx.PutPlace(p); err != nil {
					return fmt.Errorf("admin: write the place %s: %w", p.Code, err)
				}
			}
			if last {
				return note(tx)
			}
			return nil
		})
		if err != nil {
			return err
		}
		written += len(portion)
	}
	return nil
}

// told is what the person reads of an import.
func (s *Server) told(known *place.Gazetteer, in place.Imported) PlacesImported {
	told := PlacesImported{Wrong: make([]WrongLine, 0, len(in.Wrong)), More: in.More}
	for _, p := range in.Places {
		switch p.Level {
		case bot.LevelRegion:
			told.Regions++
		case bot.LevelCercle:
			told.Cercles++
		case bot.LevelCommune:
			told.Communes++
		}
		if _, ok := known.Place(p.Code); !ok {
			told.New++
		}
	}
	for _, w := range in.Wrong {
		told.Wrong = append(told.Wrong, WrongLine{Line: w.Line, Key: w.Why.Key, Sentence: s.sentence(w.Why)})
	}
	return told
}

// lookAt is the gazetteer for anybody with an account.
func (s *Server) lookAt(ctx context.Context, h *hotline.Service, by By) (*place.Gazetteer, error) {
	act := s.act(h, by)
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, bot.Roles()...)
		return err
	})
	return h.Places(), err
}

func (s *Server) findPlaces(ctx context.Context, h *hotline.Service, q FindPlaces) (Places, error) {
	g, err := s.lookAt(ctx, h, q.By)
	if err != nil {
		return Places{}, err
	}
	n := rows(q.Limit)
	return placesOf(g, g.Search(q.Words, n+1), n), nil
}

func (s *Server) listPlaces(ctx context.Context, h *hotline.Service, q ListPlaces) (Places, error) {
	g, err := s.lookAt(ctx, h, q.By)
	if err != nil {
		return Places{}, err
	}
	if err := known(q.Scheme, []bot.PlaceScheme{bot.SchemeCT2023, bot.SchemeOCHA2021}); err != nil {
		return Places{}, err
	}
	within := func(p bot.Place) bool { return p.Level <= bot.LevelCercle }
	if q.In != "" {
		code, _ := bot.ParsePlaceCode(q.In)
		if _, ok := g.Place(code); !ok {
			return Places{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
		}
		within = func(p bot.Place) bool { return p.Parent == code.Code && p.Code.Scheme == code.Scheme }
	}
	list := slices.DeleteFunc(g.All(q.Scheme), func(p bot.Place) bool { return !within(p) })
	return placesOf(g, list, rows(q.Limit)), nil
}

// placesOf shows the first n places.
func placesOf(g *place.Gazetteer, list []bot.Place, n int) Places {
	list, more := cut(list, n)
	shown := Places{Places: make([]Place, 0, len(list)), More: more}
	for _, p := range list {
		row := Place{Code: p.Code, Level: p.Level, Names: p.Names, Source: p.Source}
		for _, scheme := range []bot.PlaceScheme{bot.SchemeCT2023, bot.SchemeOCHA2021} {
			if other, ok := g.In(p.Code, scheme); ok && other != p.Code {
				row.SameAs = append(row.SameAs, other)
			}
		}
		for up := p; up.Parent != "" && len(row.Lies) < int(bot.LevelCommune); {
			var ok bool
			if up, ok = g.Place(bot.PlaceCode{Scheme: up.Code.Scheme, Code: up.Parent}); !ok {
				break
			}
			row.Lies = append(row.Lies, up.Name(bot.French))
		}
		shown.Places = append(shown.Places, row)
	}
	return shown
}
