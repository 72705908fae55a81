package admin_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/storage"
)

// listOf is a list that is brought in; its file is told apart by a letter.
func listOf(file string) admin.ImportList {
	return admin.ImportList{File: strings.Repeat(file, 64), Source: "registre du projet"}
}

// imports asks what has to do with lists, for TestEveryEndpointLeavesItsEvent.
func (w *walk) imports() {
	w.t.Helper()
	begin := admin.BeginImport{By: by("AMI"), ImportList: listOf("e")}
	before := len(w.all())
	var run admin.Import
	w.ask("/people/import/begin", begin, &run)
	w.asked["/people/import/begin"] = true
	if e := w.all()[before:]; len(e) != 1 || e[0].Kind != "import.begun" || e[0].Key != run.Run || e[0].Reason != "registre du projet" || e[0].Actor != "AMI" {
		w.t.Errorf("/people/import/begin left %+v", e)
	}
	rows := admin.ImportRows{By: by("AMI"), ImportList: begin.ImportList, Run: run.ID, Columns: []people.ListColumn{people.ListNumber}, Last: true,
		Rows: []admin.ImportRow{{Row: 1, Line: 2, Cells: []string{"66000077"}}}}
	w.does("/people/import/rows", rows, &admin.ImportedRows{}, "AMI", "import.done", run.Run)
	w.does("/people/import/forget", admin.AskImport{By: by("AMI"), Run: run.Run, Reason: "une erreur"}, &admin.Import{}, "AMI", "import.dropped", run.Run)
}

// bring sends rows of number, sex, name and region; it gives the sums and what was handed back, as line: sentence's key.
func (s *site) bring(list admin.ImportList, stopAfter int, rows ...string) (begun, done admin.Import, bad []string) {
	s.t.Helper()
	at, portions := 0, 0
	i := admin.Importer{
		By: by("AMI"), List: list, Heads: []string{"Téléphone", "Sexe", "Nom", "Région"},
		Next: func() (admin.ListRow, error) {
			if at == len(rows) {
				return admin.ListRow{}, io.EOF
			}
			at++
			cells := append(strings.Split(rows[at-1], ";"), "", "", "")
			return admin.ListRow{Line: at + 1, Cells: cells[:4]}, nil
		},
		Post: func(_ context.Context, path string, q, a any) error {
			if rows, ok := q.(admin.ImportRows); ok {
				for _, r := range rows.Rows {
					if len(r.Cells) != 3 {
						s.t.Errorf("row %d is sent as %q: a name, or too little", r.Row, r.Cells)
					}
				}
				if portions++; portions > stopAfter {
					return errKilled
				}
			}
			s.ask(path, q, a)
			return nil
		},
		Bad: func(row admin.ListRow, wrong admin.WrongLine) error {
			bad = append(bad, fmt.Sprintf("%d: %s", row.Line, wrong.Key))
			return nil
		},
	}
	begun, err := i.Begin(s.t.Context())
	must(s.t, err)
	done, err = i.Send(s.t.Context())
	if err != nil && err != errKilled {
		s.t.Fatal(err)
	}
	return begun, done, bad
}

var errKilled = errors.New("the other end is gone")

func (s *site) contact(number string) (c bot.Contact, known bool) {
	s.t.Helper()
	must(s.t, s.Store.View(s.t.Context(), func(tx storage.Tx) error {
		var err error
		c, err = tx.Contact(s.Store.ContactKey(s.Numbers.Normalise(number)))
		known = err == nil
		return nil
	}))
	return c, known
}

// A list makes people known without consent; who is known stays as they chose, who said STOP is not touched, and what is wrong
// comes back. The same list again changes nothing.
func TestAListIsBroughtIn(t *testing.T) {
	s := newSite(t)
	s.tell("+22366000050", "Il paraît que le puits de Gao est empoisonné depuis hier")
	s.say("+22366000051", "STOP")
	s.say("+22366000053", "FR")
	known, _ := s.contact("66000053")
	stopped, _ := s.contact("66000051")
	rows := []string{
		"66000050;M;Ali", "66000051;F;Bintou", "66 00 00 52;F;Coumba;Mopti", "66000053;F", "7.61E7", "66000052;F;encore;Mopti", "66000054;oui",
		"66000054;F;;Mobti", "66000054;F;;Mopti", "+223 66000055",
	}
	list := listOf("a")
	list.DryRun = true
	_, dry, wrong := s.bring(list, 9, rows...)
	if dry.New != 3 || dry.Known != 2 || dry.Stopped != 1 || dry.Bad != 4 || dry.Rows != 10 || len(wrong) != 4 {
		t.Errorf("a dry run: %+v, %q", dry, wrong)
	}
	if _, there := s.contact("66000052"); there {
		t.Error("a dry run made somebody known")
	}
	events := len(s.all())
	list.DryRun = false
	list.Lang, list.Place = "bm", bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}
	_, done, wrong := s.bring(list, 9, rows...)
	want := []string{"6: desk.list_number_cut", "7: desk.list_doubled", "8: desk.list_bad_sex", "9: desk.list_bad_place"}
	if done.New != 3 || done.Known != 2 || done.Stopped != 1 || done.Bad != 4 || done.Rows != 10 || strings.Join(wrong, ", ") != strings.Join(want, ", ") {
		t.Errorf("done %+v, %q", done, wrong)
	}
	c, there := s.contact("66000052")
	e := c.Enrolled
	if !there || c.Consent.State != bot.ConsentNone || c.Sex != bot.SexFemale || c.Lang != bot.Bambara || c.Place.Code != "ML05" || c.Question != nil ||
		e.Via != bot.EnrolImport || e.Run != done.ID || e.By != "AMI" || !c.LastSeen.IsZero() || c.FirstSeen.IsZero() {
		t.Errorf("who was brought: %+v %+v", c, e)
	}
	if after, _ := s.contact("66000053"); after.Rev != known.Rev {
		t.Errorf("who was known is written to: %+v", after)
	}
	if after, _ := s.contact("66000051"); after.Rev != stopped.Rev {
		t.Errorf("who said STOP is touched: %+v", after)
	}
	if got := s.all()[events:]; len(got) != 2 || got[1].Reason != "rows=10 new=3 known=2 stopped=1 bad=4" {
		t.Errorf("events %+v", got)
	}
	if n := len(s.messages("")); n != 3 { // two answers to what was said above, and a stop text
		t.Errorf("%d messages after an import, want those of before", n)
	}
	events = len(s.all())
	begun, again, _ := s.bring(list, 9, rows...)
	if begun.DoneAt.IsZero() || again != done || len(s.all()) != events {
		t.Errorf("the same list again: %+v, events %d", again, len(s.all())-events)
	}
}

// An import that breaks off goes on where it was, with nobody lost and nobody twice.
func TestAnImportGoesOn(t *testing.T) {
	s := newSite(t)
	rows := make([]string, 0, 1300)
	for i := range 1300 {
		rows = append(rows, fmt.Sprintf("7700%04d", i/2)) // each twice, the second bad
	}
	_, part, _ := s.bring(listOf("b"), 1, rows...)
	if part.Rows != admin.ImportAtATime || !part.DoneAt.IsZero() {
		t.Fatalf("broken off: %+v", part)
	}
	other := listOf("b")
	other.Project = "JADE"
	s.refused("/people/import/begin", admin.BeginImport{By: by("AMI"), ImportList: other}, http.StatusConflict, "desk.import_otherwise")
	begun, done, wrong := s.bring(listOf("b"), 9, rows...)
	if begun.Rows != admin.ImportAtATime || done.New != 650 || done.Bad != 650 || done.Rows != 1300 || done.DoneAt.IsZero() || len(wrong) != 650 {
		t.Errorf("gone on with: %+v, %d wrong", done, len(wrong))
	}
	var n int
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		list, err := tx.Imported(done.ID, 0, 2000)
		n = len(list)
		for i, row := range list {
			if row.Row != 2*i+1 {
				t.Fatalf("row %d stands at place %d", row.Row, i)
			}
		}
		return err
	}))
	if n != 650 {
		t.Errorf("%d people on the list", n)
	}
}

// A list shows how its people stand and what asking them would cost; forgotten, it takes those who never did anything along.
func TestAListIsShownAndForgotten(t *testing.T) {
	s := newSite(t)
	s.server.Air = func(gateway string) (int, float64) { return 15, 0.5 }
	_, run, _ := s.bring(listOf("c"), 9, "66000060;F", "66000061;M", "66000062", "66000063", "66000064")
	s.say("+22366000061", "OUI") // is asked
	s.send(bot.OutHandedOver)
	s.say("+22366000061", "OUI")
	s.say("+22366000062", "STOP")
	s.say("+22366000063", "AIDE")
	var shown admin.ImportShown
	s.ask("/people/import/show", admin.AskImport{By: by("AMI"), Run: run.Run}, &shown)
	if shown.Waiting != 3 || shown.Granted != 1 || shown.Withdrawn != 1 || len(shown.Request) == 0 || shown.Parts != 3 || shown.XOF != 45 || shown.Seconds != 6 {
		t.Errorf("shown %+v", shown)
	}
	s.refused("/people/import/show", admin.AskImport{By: by("CISSE"), Run: run.Run}, http.StatusForbidden, "desk.no_role")
	s.refused("/people/import/show", admin.AskImport{By: by("AMI"), Run: "000000"}, http.StatusNotFound, "desk.no_such_import")
	s.refused("/people/import/forget", admin.AskImport{By: by("AMI"), Run: run.Run}, http.StatusBadRequest, "desk.reason_needed")
	var gone admin.Import
	s.ask("/people/import/forget", admin.AskImport{By: by("AMI"), Run: run.Run, Reason: "retirée"}, &gone)
	if gone.Dropped != 2 || gone.DroppedAt.IsZero() {
		t.Errorf("forgotten %+v", gone)
	}
	for number, want := range map[string]bool{"66000060": false, "66000061": true, "66000062": true, "66000063": true, "66000064": false} {
		if _, there := s.contact(number); there != want {
			t.Errorf("…%s is known: %v", number[6:], there)
		}
	}
	s.ask("/people/import/show", admin.AskImport{By: by("AMI"), Run: run.Run}, &shown)
	if shown.Waiting+shown.Granted+shown.Gone != 0 {
		t.Errorf("after that: %+v", shown)
	}
	s.refused("/people/import/rows", admin.ImportRows{By: by("AMI"), ImportList: listOf("c"), Run: run.ID, Columns: []people.ListColumn{people.ListNumber}},
		http.StatusNotFound, "desk.no_such_import")
	if _, again, _ := s.bring(listOf("c"), 9, "66000060;F"); again.New != 1 || again.ID == run.ID {
		t.Errorf("the same file after it was forgotten: %+v", again)
	}
}

// Who may not import is told so, also for a dry run, and so is who does not say where the list is from.
func TestWhoMayImport(t *testing.T) {
	s := newSite(t)
	for _, dry := range []bool{true, false} {
		list := listOf("d")
		list.DryRun = dry
		s.refused("/people/import/begin", admin.BeginImport{By: by("CISSE"), ImportList: list}, http.StatusForbidden, "desk.no_role")
		s.refused("/people/import/rows", admin.ImportRows{By: by("CISSE"), ImportList: list, Columns: []people.ListColumn{people.ListNumber}},
			http.StatusForbidden, "desk.no_role")
		list.Source = " "
		s.refused("/people/import/begin", admin.BeginImport{By: by("AMI"), ImportList: list}, http.StatusBadRequest, "desk.import_source")
	}
	list := listOf("d")
	list.Lang = "klingon"
	s.refused("/people/import/begin", admin.BeginImport{By: by("AMI"), ImportList: list}, http.StatusBadRequest, "desk.list_bad_lang")
}

// A number that was imported and never answered goes after the site's time, and its place on the list with it.
func TestAnImportedNumberLapses(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Retention.Numbers = 365 * 24 * time.Hour
	_, run, _ := s.bring(listOf("f"), 9, "66000070", "66000071")
	s.store.Time.Add(200 * 24 * time.Hour)
	s.say("+22366000071", "AIDE")
	for _, c := range []struct {
		days int
		want bool
	}{{164, true}, {2, false}} {
		s.store.Time.Add(time.Duration(c.days) * 24 * time.Hour)
		must(t, s.Sweep(t.Context()))
		if _, there := s.contact("66000070"); there != c.want {
			t.Errorf("after %d days more the number is there: %v", c.days, there)
		}
	}
	if _, there := s.contact("66000071"); !there {
		t.Error("who wrote meanwhile is gone as well")
	}
	var shown admin.ImportShown
	s.ask("/people/import/show", admin.AskImport{By: by("AMI"), Run: run.Run}, &shown)
	if shown.Waiting != 1 || shown.Gone != 0 {
		t.Errorf("the list after that: %+v", shown)
	}
}

// say brings a text in.
func (s *site) say(phone, text string) {
	s.t.Helper()
	_, err := s.Receive(s.t.Context(), bot.Inbound{Gateway: "sim", ExternalID: s.NewID().String(), Sender: phone, Text: bot.Text(text)})
	must(s.t, err)
}
