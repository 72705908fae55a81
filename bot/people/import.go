package people

import (
	"errors"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// importers are who may bring lists in.
func importers() []bot.Role { return []bot.Role{bot.RoleCoordinator} }

// MayImport tells whether somebody may bring lists in.
func MayImport(tx storage.Tx, a Act) error {
	_, err := a.Actor(tx, importers()...)
	return err
}

// BeginImport begins to bring a list in, or finds the run that the same file began: one that is done, or one to go on with,
// which must be asked for as it was the first time.
func BeginImport(tx storage.Tx, a Act, r bot.ImportRun) (bot.ImportRun, error) {
	by, err := a.Actor(tx, importers()...)
	if err != nil {
		return bot.ImportRun{}, err
	}
	id, err := tx.ImportRunOf(r.File)
	if err == nil {
		known, err := tx.ImportRun(id)
		if err != nil {
			return bot.ImportRun{}, fmt.Errorf("people: begin an import: %w", err)
		}
		if known.DoneAt.IsZero() && (known.Project != r.Project || known.Lang != r.Lang || known.Place != r.Place) {
			return bot.ImportRun{}, bot.Fault(bot.CodeConflict, "desk.import_otherwise", "run", known.Short())
		}
		return known, nil
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return bot.ImportRun{}, fmt.Errorf("people: begin an import: %w", err)
	}
	if err := CheckImport(tx, r); err != nil {
		return bot.ImportRun{}, err
	}
	r.By, r.At = by.Name, a.At
	if err := tx.PutImportRun(r, 0); err != nil {
		return bot.ImportRun{}, fmt.Errorf("people: begin an import: %w", err)
	}
	r.Rev = 1
	return r, a.Note(tx, by, "import.begun", r.Short(), r.Source)
}

// CheckImport refuses an import without a source, or for a project that nobody added.
func CheckImport(tx storage.Tx, r bot.ImportRun) error {
	if strings.TrimSpace(r.Source) == "" {
		return bot.Fault(bot.CodeInvalid, "desk.import_source")
	}
	if r.Project == "" {
		return nil
	}
	if _, err := tx.Project(r.Project); errors.Is(err, storage.ErrNotFound) {
		return bot.Fault(bot.CodeNotFound, "desk.no_such_project", "project", r.Project)
	} else if err != nil {
		return fmt.Errorf("people: import: %w", err)
	}
	return nil
}

// ImportRow is a row of a list, counted from 1 below its heads.
type ImportRow struct {
	Row  int
	Good bool // with Who; else it was handed back
	Who  Listed
}

// ImportRows takes the next rows of a run in: those that were taken in before are passed over, so that a portion may come
// twice. last says that the file ends with them. The caller's closure may run more than once.
func ImportRows(tx storage.Tx, a Act, id bot.ID, rows []ImportRow, last bool) (bot.ImportRun, error) {
	by, err := a.Actor(tx, importers()...)
	if err != nil {
		return bot.ImportRun{}, err
	}
	r, err := tx.ImportRun(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !r.DroppedAt.IsZero() {
		return bot.ImportRun{}, bot.Fault(bot.CodeNotFound, "desk.no_such_import")
	}
	if err != nil {
		return bot.ImportRun{}, fmt.Errorf("people: import: %w", err)
	}
	before := r
	for _, row := range rows {
		switch {
		case row.Row <= r.Rows:
			continue
		case row.Row != r.Rows+1:
			return bot.ImportRun{}, bot.Fault(bot.CodeConflict, "desk.conflict")
		}
		r.Rows++
		if !row.Good {
			r.Bad++
			continue
		}
		if err := enlist(tx, &r, row, a.At); err != nil {
			return bot.ImportRun{}, fmt.Errorf("people: import: %w", err)
		}
	}
	ends := last && r.DoneAt.IsZero()
	if ends {
		r.DoneAt = a.At
		if err := a.Note(tx, by, "import.done", r.Short(), sumsOf(r)); err != nil {
			return bot.ImportRun{}, err
		}
	}
	if r == before {
		return r, nil
	}
	if err := tx.PutImportRun(r, r.Rev); err != nil {
		return bot.ImportRun{}, fmt.Errorf("people: import: %w", err)
	}
	r.Rev++
	return r, nil
}

func sumsOf(r bot.ImportRun) string {
	return fmt.Sprintf("rows=%d new=%d known=%d stopped=%d bad=%d", r.Rows, r.New, r.Known, r.Stopped, r.Bad)
}

// RowOutcome is what a row of a list means.
type RowOutcome int

// Outcomes of a row.
const (
	RowBad     RowOutcome = 1
	RowNew     RowOutcome = 2
	RowKnown   RowOutcome = 3
	RowStopped RowOutcome = 4
)

// LookAtRow tells what taking a row in would do.
func LookAtRow(tx storage.Tx, row ImportRow) (RowOutcome, error) {
	if !row.Good {
		return RowBad, nil
	}
	what, _, err := listed(tx, row.Who)
	return what, err
}

// listed tells how somebody on a list stands to us, and gives the contact of who is known.
func listed(tx storage.Tx, who Listed) (RowOutcome, bot.Contact, error) {
	c, err := tx.Contact(who.Key)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return RowNew, bot.Contact{}, nil
	case err != nil:
		return 0, bot.Contact{}, fmt.Errorf("people: import: %w", err)
	case c.Stopped() || !c.Number.Answerable():
		return RowStopped, c, nil
	}
	return RowKnown, c, nil
}

// enlist makes somebody known, without consent and without asking. Who is known already stays as they are, and is on the list
// as well; who said STOP or was forgotten is not touched.
func enlist(tx storage.Tx, r *bot.ImportRun, row ImportRow, at bot.Instant) error {
	what, c, err := listed(tx, row.Who)
	if err != nil {
		return err
	}
	switch what {
	case RowStopped:
		r.Stopped++
		return nil
	case RowKnown:
		r.Known++
		if c.Enrolled.Project != "" && r.Project != "" && c.Enrolled.Project != r.Project {
			r.Elsewhere++
		}
		if _, err := brings(tx, c, r.Project); err != nil {
			return err
		}
	default:
		r.New++
		c = bot.Contact{
			Key: row.Who.Key, Number: row.Who.Number, Lang: row.Who.Lang, Sex: row.Who.Sex, AgeBand: row.Who.AgeBand, Place: row.Who.Place,
			FirstSeen: startOfDay(at), // LastSeen is for when the person writes
			Enrolled:  bot.Enrolment{Via: bot.EnrolImport, By: r.By, Run: r.ID, Project: r.Project, At: at},
		}
		if c.Lang != "" {
			c.LangBy = bot.LangListed
		}
		if _, err := Save(tx, c); err != nil {
			return err
		}
	}
	return tx.PutImported(r.ID, bot.Imported{Row: row.Row, Contact: row.Who.Key})
}

// FindImport finds a run by its name, the last six signs of its id, or by the whole id.
func FindImport(tx storage.Tx, name string) (bot.ImportRun, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	for page := (storage.Page{Newest: true, Limit: 100}); len(name) >= 6; {
		list, err := tx.ImportRuns(page)
		if err != nil {
			return bot.ImportRun{}, fmt.Errorf("people: find an import: %w", err)
		}
		for _, r := range list {
			if strings.HasSuffix(r.ID.String(), name) {
				return r, nil
			}
		}
		if len(list) < page.Limit {
			break
		}
		page.After = list[len(list)-1].ID
	}
	return bot.ImportRun{}, bot.Fault(bot.CodeNotFound, "desk.no_such_import")
}

// ImportCounts are how those on a list stand to bulletins now. A person is in one of them.
type ImportCounts struct {
	Waiting   map[bot.Lang]int // to be asked, by the language they read; "" = not known
	Pending   int              // asked, and not answered yet
	Granted   int
	Refused   int
	Withdrawn int // STOP included
	Expired   int
	Young     int // under 15: answers only
	NoSMS     int // never asked, and want no SMS at all
	Gone      int // on the list no more: forgotten, or past the time that numbers are kept
}

// CountImported adds the next of a run's people to the counts, and gives the row to go on after; 0 at the end.
func CountImported(tx storage.Tx, run bot.ID, after, limit int, n *ImportCounts) (next int, err error) {
	rows, err := tx.Imported(run, after, limit)
	if err != nil {
		return 0, fmt.Errorf("people: count an import: %w", err)
	}
	for _, i := range rows {
		next = i.Row
		c, err := tx.Contact(i.Contact)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return 0, fmt.Errorf("people: count an import: %w", err)
		}
		switch {
		case err != nil || !c.Number.Answerable():
			n.Gone++
		case c.AgeBand == bot.AgeUnder15: // in the order of Tally, so that both count a person alike
			n.Young++
		case c.Stopped() || c.Consent.State == bot.ConsentWithdrawn:
			n.Withdrawn++
		case c.Consent.State == bot.ConsentGranted:
			n.Granted++
		case c.Consent.State == bot.ConsentRefused:
			n.Refused++
		case c.Consent.State == bot.ConsentPending:
			n.Pending++
		case c.Consent.State == bot.ConsentExpired:
			n.Expired++
		case c.ReplyBy == bot.ReplyByUSSD:
			n.NoSMS++
		default:
			if n.Waiting == nil {
				n.Waiting = make(map[bot.Lang]int)
			}
			n.Waiting[c.Lang]++
		}
	}
	if len(rows) < limit {
		next = 0
	}
	return next, nil
}

// DropImport begins to forget a run: no further row of it is taken in, and its file may be imported again. Then DropImported is
// called until nobody is left.
func DropImport(tx storage.Tx, a Act, name, reason string) (bot.ImportRun, error) {
	by, err := a.Actor(tx, importers()...)
	if err != nil {
		return bot.ImportRun{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return bot.ImportRun{}, bot.Fault(bot.CodeInvalid, "desk.reason_needed")
	}
	r, err := FindImport(tx, name)
	if err != nil || !r.DroppedAt.IsZero() {
		return r, err
	}
	r.DroppedAt, r.DroppedBy = a.At, by.Name
	if err := tx.PutImportRun(r, r.Rev); err != nil {
		return bot.ImportRun{}, fmt.Errorf("people: drop an import: %w", err)
	}
	r.Rev++
	return r, a.Note(tx, by, "import.dropped", r.Short(), reason)
}

// DropImported forgets the next of those whom a dropped run brought and who never wrote, used the menus nor agreed; the others
// stay as they are. more tells whether some are left.
func DropImported(tx storage.Tx, id bot.ID, limit int, at bot.Instant) (r bot.ImportRun, more bool, err error) {
	r, err = tx.ImportRun(id)
	if err != nil {
		return r, false, fmt.Errorf("people: drop an import: %w", err)
	}
	rows, err := tx.Imported(id, 0, limit)
	if err != nil {
		return r, false, fmt.Errorf("people: drop an import: %w", err)
	}
	for _, i := range rows {
		c, err := tx.Contact(i.Contact)
		if err == nil && c.Enrolled.Run == id && neverHeard(c) {
			r.Dropped++
			err = forgetNumber(tx, c, at)
		}
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return r, false, fmt.Errorf("people: drop an import: %w", err)
		}
		if err := tx.DropImported(id, i); err != nil {
			return r, false, fmt.Errorf("people: drop an import: %w", err)
		}
	}
	if len(rows) == 0 {
		return r, false, nil
	}
	if err := tx.PutImportRun(r, r.Rev); err != nil {
		return r, false, fmt.Errorf("people: drop an import: %w", err)
	}
	r.Rev++
	return r, len(rows) == limit, nil
}

// neverHeard tells whether a person did nothing by which we know them ourselves.
func neverHeard(c bot.Contact) bool {
	return c.LastSeen.IsZero() && c.Consent.State != bot.ConsentGranted && c.Consent.State != bot.ConsentRefused
}
