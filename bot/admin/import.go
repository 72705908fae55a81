package admin

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// ImportAtATime is how many rows of a list one request has at most, and one commit: messages that come in meanwhile wait for no
// more.
const ImportAtATime = 500

// ImportList is a list of numbers and what holds for all of its rows.
type ImportList struct {
	File    string        `json:"file"`              // SHA-256 of the file, in hexadecimal; it is kept as a keyed hash
	Source  string        `json:"source"`            // where the list is from and by what right it is used
	Project string        `json:"project,omitempty"` // code of a project
	Lang    string        `json:"lang,omitempty"`    // of those whose row names none
	Place   bot.PlaceCode `json:"place,omitzero"`    // likewise
	DryRun  bool          `json:"dry_run,omitempty"` // only look at it
}

// BeginImport asks to bring a list in, or to go on with it.
type BeginImport struct {
	By
	ImportList
}

// Import is a run and its sums. A row is in one of new, known, stopped and bad.
type Import struct {
	Run       string        `json:"run,omitempty"` // how people name it; "" for a dry run
	ID        bot.ID        `json:"id,omitzero"`
	By        string        `json:"by,omitempty"`
	At        bot.Instant   `json:"at,omitzero"`
	DoneAt    bot.Instant   `json:"done_at,omitzero"` // not set: it broke off, and goes on with the same file
	DroppedAt bot.Instant   `json:"dropped_at,omitzero"`
	Dropped   int           `json:"dropped,omitempty"`
	Source    string        `json:"source,omitempty"`
	Project   string        `json:"project,omitempty"`
	Lang      bot.Lang      `json:"lang,omitempty"`
	Place     bot.PlaceCode `json:"place,omitzero"`
	Rows      int           `json:"rows"`
	New       int           `json:"new"`
	Known     int           `json:"known"`
	Elsewhere int           `json:"elsewhere,omitempty"` // of those, enrolled for another project
	Stopped   int           `json:"stopped"`
	Bad       int           `json:"bad"`
}

// ImportRow is a row of a list, counted from 1 below its heads.
type ImportRow struct {
	Row    int      `json:"row"`
	Cells  []string `json:"cells,omitempty"` // in the order of the columns
	Broken bool     `json:"broken,omitempty"`
	Same   int      `json:"same,omitempty"` // line of an earlier good row with the same number, in an earlier portion
	Line   int      `json:"line"`           // as the file's reader counts
}

// ImportRows brings the next rows of a list; those that were taken in before are only looked at.
type ImportRows struct {
	By
	ImportList
	Run     bot.ID              `json:"run,omitzero"` // not for a dry run
	Columns []people.ListColumn `json:"columns"`      // what the cells hold
	Rows    []ImportRow         `json:"rows"`
	Last    bool                `json:"last,omitempty"` // the list ends with them
}

// ImportedRows tell what became of a portion.
type ImportedRows struct {
	Import Import    `json:"import"`
	Wrong  []BadLine `json:"wrong"` // in the order of the rows
}

// BadLine is a row that is handed back, and why.
type BadLine struct {
	Row int `json:"row"`
	WrongLine
}

// AskImport names a run.
type AskImport struct {
	By
	Run    string `json:"run"`
	Reason string `json:"reason,omitempty"` // to forget it
}

// ListImports asks for the runs, the newest first.
type ListImports struct {
	By
	Limit int `json:"limit,omitempty"`
}

// Imports are runs.
type Imports struct {
	Imports []Import `json:"imports"`
	More    bool     `json:"more,omitempty"`
}

// ImportShown is a run, how those on its list stand to bulletins now, and what asking those who wait would take.
type ImportShown struct {
	Import
	Waiting   int             `json:"waiting"` // to be asked
	Pending   int             `json:"pending"`
	Granted   int             `json:"granted"`
	Refused   int             `json:"refused"`
	Withdrawn int             `json:"withdrawn"` // STOP included
	Expired   int             `json:"expired"`
	Young     int             `json:"young"`
	NoSMS     int             `json:"no_sms"`
	Gone      int             `json:"gone"`
	Request   []RequestToLang `json:"request"` // by language, the most people first
	Parts     int             `json:"parts"`
	XOF       int             `json:"xof"`
	Seconds   int             `json:"seconds,omitempty"` // at the gateway's pace; 0 = not known
	Gateway   string          `json:"gateway,omitempty"`
}

// RequestToLang is the consent text in one language. Fallback tells that it is not in theirs.
type RequestToLang struct {
	Lang     bot.Lang `json:"lang,omitempty"` // "" = not known
	In       bot.Lang `json:"in"`
	Fallback bool     `json:"fallback,omitempty"`
	People   int      `json:"people"`
	Parts    int      `json:"parts"` // each
	XOF      int      `json:"xof"`   // all
}

func (s *Server) importPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/people/import/begin":  open(s, s.beginImport),
		"/people/import/rows":   large(open(s, s.importRows)),
		"/people/import/list":   open(s, s.listImports),
		"/people/import/show":   open(s, s.showImport),
		"/people/import/forget": slow(open(s, s.forgetImport)),
	}
}

// run is the list as a run that is not stored.
func (s *Server) run(h *hotline.Service, l ImportList) (bot.ImportRun, error) {
	r := bot.ImportRun{
		File: h.Store.RepeatKey("import", l.File), Source: s.redacted(h, l.Source), Project: l.Project, Place: l.Place,
	}
	if len(l.File) != 64 {
		return bot.ImportRun{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if l.Lang != "" {
		lang, ok := people.ListLanguage(l.Lang)
		if !ok {
			return bot.ImportRun{}, bot.Fault(bot.CodeInvalid, "desk.list_bad_lang")
		}
		r.Lang = lang
	}
	if !l.Place.IsZero() {
		if p, ok := h.Places().Place(l.Place); !ok || p.Level > bot.LevelCercle {
			return bot.ImportRun{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
		}
	}
	return r, nil
}

func (s *Server) beginImport(ctx context.Context, h *hotline.Service, q BeginImport) (Import, error) {
	r, err := s.run(h, q.ImportList)
	if err != nil {
		return Import{}, err
	}
	act := s.act(h, q.By)
	if q.DryRun {
		err := h.Store.View(ctx, func(tx storage.Tx) error {
			if err := people.MayImport(tx, act); err != nil {
				return err
			}
			return people.CheckImport(tx, r)
		})
		return importOf(r), err
	}
	r.ID = h.NewID()
	var begun bot.ImportRun
	err = h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		begun, err = people.BeginImport(tx, act, r)
		return err
	})
	return importOf(begun), err
}

// importRows reads the rows outside of the transaction, and takes the good ones in.
func (s *Server) importRows(ctx context.Context, h *hotline.Service, q ImportRows) (ImportedRows, error) {
	if len(q.Rows) > ImportAtATime || !slices.Contains(q.Columns, people.ListNumber) {
		return ImportedRows{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	act := s.act(h, q.By)
	r, err := s.run(h, q.ImportList)
	if err != nil {
		return ImportedRows{}, err
	}
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		if err := people.MayImport(tx, act); err != nil || q.DryRun {
			return err
		}
		if r, err = tx.ImportRun(q.Run); errors.Is(err, storage.ErrNotFound) {
			return bot.Fault(bot.CodeNotFound, "desk.no_such_import")
		}
		return err
	})
	if err != nil {
		return ImportedRows{}, err
	}
	done := ImportedRows{Wrong: []BadLine{}}
	read := s.readRows(h, r, q, &done)
	if q.DryRun {
		done.Import, err = s.dryRows(ctx, h, read)
		return done, err
	}
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		after, err := people.ImportRows(tx, act, q.Run, read, q.Last)
		done.Import = importOf(after)
		return err
	})
	return done, err
}

// readRows reads each row, and notes those that are wrong.
func (s *Server) readRows(h *hotline.Service, r bot.ImportRun, q ImportRows, done *ImportedRows) []people.ImportRow {
	reader := people.ListReader{
		Columns: q.Columns, Lang: r.Lang, Place: r.Place, Normalise: h.Numbers.Normalise, Key: h.Store.ContactKey, Places: h.Places(),
		Now: bot.At(s.Now()),
	}
	lines := make(map[bot.ContactKey]int) // of this portion
	read := make([]people.ImportRow, 0, len(q.Rows))
	for _, row := range q.Rows {
		who, fault := people.Listed{}, bot.Fault(bot.CodeInvalid, "desk.list_broken")
		if !row.Broken {
			who, fault = reader.Read(row.Cells)
		}
		if fault == nil {
			first := row.Same
			if first == 0 {
				first = lines[who.Key]
			}
			if first > 0 {
				fault = bot.Fault(bot.CodeInvalid, "desk.list_doubled", "line", strconv.Itoa(first))
			} else {
				lines[who.Key] = row.Line
			}
		}
		if fault != nil {
			done.Wrong = append(done.Wrong, BadLine{Row: row.Row, WrongLine: WrongLine{Line: row.Line, Key: fault.Key, Sentence: s.sentence(fault)}})
		}
		read = append(read, people.ImportRow{Row: row.Row, Good: fault == nil, Who: who})
	}
	return read
}

// dryRows counts what the rows would do.
func (s *Server) dryRows(ctx context.Context, h *hotline.Service, rows []people.ImportRow) (n Import, err error) {
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		n = Import{Rows: len(rows)}
		for _, row := range rows {
			what, err := people.LookAtRow(tx, row)
			if err != nil {
				return err
			}
			switch what {
			case people.RowNew:
				n.New++
			case people.RowKnown:
				n.Known++
			case people.RowStopped:
				n.Stopped++
			case people.RowBad:
				n.Bad++
			}
		}
		return nil
	})
	return n, err
}

func importOf(r bot.ImportRun) Import {
	shown := Import{
		ID: r.ID, By: r.By, At: r.At, DoneAt: r.DoneAt, DroppedAt: r.DroppedAt, Dropped: r.Dropped, Source: r.Source, Project: r.Project,
		Lang: r.Lang, Place: r.Place, Rows: r.Rows, New: r.New, Known: r.Known, Elsewhere: r.Elsewhere, Stopped: r.Stopped, Bad: r.Bad,
	}
	if !r.ID.IsZero() {
		shown.Run = r.Short()
	}
	return shown
}

func (s *Server) listImports(ctx context.Context, h *hotline.Service, q ListImports) (Imports, error) {
	act, n := s.act(h, q.By), rows(q.Limit)
	var list []bot.ImportRun
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if err = people.MayImport(tx, act); err != nil {
			return err
		}
		list, err = tx.ImportRuns(storage.Page{Newest: true, Limit: n + 1})
		return err
	})
	if err != nil {
		return Imports{}, err
	}
	list, more := cut(list, n)
	shown := Imports{Imports: make([]Import, 0, len(list)), More: more}
	for _, r := range list {
		shown.Imports = append(shown.Imports, importOf(r))
	}
	return shown, nil
}

// showImport counts in portions: a View has a deadline.
func (s *Server) showImport(ctx context.Context, h *hotline.Service, q AskImport) (ImportShown, error) {
	act := s.act(h, q.By)
	var run bot.ImportRun
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if err = people.MayImport(tx, act); err != nil {
			return err
		}
		run, err = people.FindImport(tx, q.Run)
		return err
	})
	if err != nil {
		return ImportShown{}, err
	}
	var n people.ImportCounts
	for after, more := 0, true; more; {
		err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
			after, err = people.CountImported(tx, run.ID, after, 2*ImportAtATime, &n)
			return err
		})
		if err != nil {
			return ImportShown{}, err
		}
		more = after > 0
	}
	shown := ImportShown{
		Import: importOf(run), Pending: n.Pending, Granted: n.Granted, Refused: n.Refused, Withdrawn: n.Withdrawn, Expired: n.Expired, Young: n.Young,
		NoSMS: n.NoSMS, Gone: n.Gone, Request: []RequestToLang{},
	}
	s.previewRequest(h, n.Waiting, &shown)
	return shown, nil
}

// previewRequest is what it takes to ask those who wait, in their language where there is one.
func (s *Server) previewRequest(h *hotline.Service, waiting map[bot.Lang]int, shown *ImportShown) {
	price, perSecond := 0, 0.0
	if s.Air != nil {
		shown.Gateway = h.Site.Gateway
		price, perSecond = s.Air(h.Site.Gateway)
	}
	for lang, n := range waiting {
		if n == 0 {
			continue
		}
		read := lang
		if read == "" {
			read = h.Site.Langs[0]
		}
		text := s.Texts.Text(read, bulletin.RequestKey, map[string]string{"service": h.Site.Service, "cap": strconv.Itoa(h.Site.Cap)})
		parts := sms.Measure(sms.Wire(text.Text, h.Desk.Wire)).Parts
		shown.Request = append(shown.Request, RequestToLang{
			Lang: lang, In: text.Lang, Fallback: text.Fallback, People: n, Parts: parts, XOF: n * parts * price,
		})
		shown.Waiting += n
		shown.Parts += n * parts
		shown.XOF += n * parts * price
	}
	slices.SortFunc(shown.Request, func(a, b RequestToLang) int {
		return cmp.Or(b.People-a.People, cmp.Compare(a.Lang, b.Lang))
	})
	if perSecond > 0 {
		shown.Seconds = int((time.Duration(float64(shown.Parts)/perSecond*float64(time.Second)) + time.Second - 1) / time.Second)
	}
}

// forgetImport forgets a run in portions; broken off, it goes on when it is asked for again.
func (s *Server) forgetImport(ctx context.Context, h *hotline.Service, q AskImport) (Import, error) {
	act := s.act(h, q.By)
	reason := s.redacted(h, q.Reason)
	var run bot.ImportRun
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		run, err = people.DropImport(tx, act, q.Run, reason)
		return err
	})
	for id, more := run.ID, true; more && err == nil; {
		err = h.Store.Update(ctx, func(tx storage.Tx) (err error) {
			run, more, err = people.DropImported(tx, id, ImportAtATime, act.At)
			return err
		})
	}
	return importOf(run), err
}
