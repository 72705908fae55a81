package admin_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot/admin"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// restored puts a backup of the store in its place: a new epoch begins.
func (s *site) restored() {
	s.t.Helper()
	backup := filepath.Join(s.t.TempDir(), "backup")
	must(s.t, s.Store.Backup(s.t.Context(), backup))
	s.store.Time.Add(time.Second)
	o := storagetest.Options(s.t, s.t.TempDir())
	o.Master, o.Now, o.NewID = s.store.Master, s.store.Time.Now, s.store.IDs.New
	_, err := bolt.Restore(s.t.Context(), o, backup, false)
	must(s.t, err)
	db, err := bolt.Open(s.t.Context(), o)
	must(s.t, err)
	s.t.Cleanup(func() { must(s.t, db.Close()) })
	s.use(db)
}

// What was done before a backup was put back is listed still: in one list with the rest, by its epoch, page by page, and in
// the history of what it was done to.
func TestEventsOfEarlierEpochs(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	look := func(name string) {
		s.ask("/report/show", admin.ShowReport{By: by(name), Ref: ref}, &admin.Report{})
		s.store.Time.Add(time.Minute)
	}
	look("CISSE")
	look("DJENEBA")
	s.restored()
	look("BAKARY")
	s.restored()
	look("CISSE")
	look("AMI")
	list := func(q admin.ListEvents) (string, admin.Events) {
		t.Helper()
		var l admin.Events
		q.By, q.Kind = by("AMI"), "report"
		s.ask("/events/list", q, &l)
		var said []string
		for _, e := range l.Events {
			said = append(said, fmt.Sprintf("%d/%d:%s", e.Epoch, e.Seq, e.Actor))
		}
		return strings.Join(said, " "), l
	}
	const all = "1/1:CISSE 1/2:DJENEBA 2/1:BAKARY 3/1:CISSE 3/2:AMI"
	for _, c := range []struct {
		q    admin.ListEvents
		want string
		more bool
	}{
		{admin.ListEvents{}, all, false},
		{admin.ListEvents{Limit: 3}, "2/1:BAKARY 3/1:CISSE 3/2:AMI", true},
		{admin.ListEvents{Epoch: 1}, "1/1:CISSE 1/2:DJENEBA", false},
		{admin.ListEvents{Epoch: 2}, "2/1:BAKARY", false},
		{admin.ListEvents{Epoch: 1, Limit: 1}, "1/2:DJENEBA", true},
		{admin.ListEvents{After: &admin.EventNo{Epoch: 1}}, all, false},
		{admin.ListEvents{After: &admin.EventNo{Epoch: 1, Seq: 1}, Limit: 2}, "1/2:DJENEBA 2/1:BAKARY", true},
		{admin.ListEvents{After: &admin.EventNo{Seq: 1}}, "3/2:AMI", false}, // of the present epoch
		{admin.ListEvents{After: &admin.EventNo{Seq: 1}, Epoch: 1}, "1/2:DJENEBA", false},
		{admin.ListEvents{Actor: "CISSE"}, "1/1:CISSE 3/1:CISSE", false},
	} {
		got, l := list(c.q)
		if got != c.want || l.More != c.more || l.Epochs != 3 {
			t.Errorf("%+v: %q of %d epochs, more %v, want %q", c.q, got, l.Epochs, l.More, c.want)
		}
	}
	// Page by page, as the command says to go on.
	var pages []string
	for after := (&admin.EventNo{Epoch: 1}); ; {
		got, l := list(admin.ListEvents{After: after, Limit: 2})
		pages = append(pages, got)
		if !l.More {
			break
		}
		last := l.Events[len(l.Events)-1]
		after = &admin.EventNo{Epoch: last.Epoch, Seq: last.Seq}
	}
	if got := strings.Join(pages, " "); got != all || len(pages) != 3 {
		t.Errorf("page by page: %q", pages)
	}
	for _, q := range []admin.ListEvents{{Epoch: 4}, {Epoch: -1}, {After: &admin.EventNo{Epoch: 4}}, {After: &admin.EventNo{Epoch: -1}}} {
		q.By = by("AMI")
		s.refused("/events/list", q, http.StatusBadRequest, "desk.no_such_epoch")
	}
	var h admin.History
	s.ask("/report/history", admin.ReportHistory{By: by("CISSE"), Ref: ref}, &h)
	var who []string
	for _, e := range h.Events {
		who = append(who, e.Actor)
	}
	if !slices.Equal(who[:5], []string{"CISSE", "DJENEBA", "BAKARY", "CISSE", "AMI"}) {
		t.Errorf("the report's history: %q", who)
	}
}

// An export has what was done before a backup was put back, too, in its order, and a report that is protected names the backups
// from before that still hold it.
func TestEarlierEpochsAreExported(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	look := func(name string) {
		s.ask("/report/show", admin.ShowReport{By: by(name), Ref: ref}, &admin.Report{})
		s.store.Time.Add(time.Minute)
	}
	look("CISSE")
	s.ask("/backup", admin.Backup{By: by("ROOT"), Path: filepath.Join(t.TempDir(), "copy")}, &admin.BackupMade{})
	s.restored()
	look("BAKARY")
	body, whole := s.fetch(admin.Export{By: by("AMI")})
	if !whole {
		t.Error("the export has no end")
	}
	var said []string
	for _, l := range lines(t, body) {
		if l["kind"] == "event" && (l["event"] == "report.read" || l["event"] == "backup.made") {
			said = append(said, fmt.Sprintf("%v/%v:%v", l["epoch"], l["seq"], l["actor"]))
		}
	}
	if want := []string{"1/1:CISSE", "1/2:ROOT", "2/1:BAKARY"}; !slices.Equal(said, want) {
		t.Errorf("exported: %q, want %q", said, want)
	}
	var done admin.ReportProtected
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: ref, Kind: "child"}, &done)
	if len(done.Backups) != 1 {
		t.Errorf("backups that hold the report: %v, want the one from before", done.Backups)
	}
}
