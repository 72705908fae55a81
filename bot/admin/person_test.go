package admin_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// person asks about the number under which a site under test knows somebody.
func asking(as, reason string) admin.AskPerson {
	return admin.AskPerson{By: by(as), Number: "+223 66-00-00-41", Reason: reason}
}

// Who looks a number up sees states, dates and references; what was told, and the number, are in no answer.
func TestAPersonIsShownAndForgotten(t *testing.T) {
	s := newSite(t)
	_, err := s.Receive(t.Context(), bot.Inbound{Gateway: "sim", ExternalID: "p1", Sender: "66000041", Text: "le puits de Sévaré est sec"})
	if err != nil {
		t.Fatal(err)
	}
	s.refused("/people/show", asking("AMI", " "), http.StatusBadRequest, "desk.reason_needed")
	s.refused("/people/show", admin.AskPerson{By: by("AMI"), Number: "66000042", Reason: "x"}, http.StatusNotFound, "desk.number_unknown")
	s.refused("/people/show", admin.AskPerson{By: by("AMI"), Number: "ORANGE", Reason: "x"}, http.StatusBadRequest, "desk.bad_number")
	var shown admin.Person
	s.ask("/people/show", asking("AMI", "a demandé"), &shown)
	data, err := json.Marshal(shown)
	if err != nil || shown.Ends != "41" || !shown.Stored || len(shown.Reports) != 1 || shown.Reports[0].Ref == "" ||
		shown.Reports[0].State != bot.ReportReceived || strings.Contains(string(data), "66000041") || strings.Contains(string(data), "puits") {
		t.Errorf("shown %s (%v)", data, err)
	}
	var forgot admin.Forgot
	s.ask("/people/forget", asking("ROOT", "a demandé"), &forgot)
	if forgot.Ends != "41" {
		t.Errorf("forgot %+v", forgot)
	}
	if _, err := s.store.ForgetContacts(t.Context()); err != nil {
		t.Fatal(err)
	}
	shown = admin.Person{}
	s.ask("/people/show", asking("AMI", "encore"), &shown)
	if shown.Stored || shown.StoppedAt.IsZero() || shown.ErasedAt.IsZero() || len(shown.Reports) != 0 || !shown.LastSeen.IsZero() {
		t.Errorf("after that: %+v", shown)
	}
	var kinds []string
	err = s.store.View(t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 100)
		for _, e := range events {
			if strings.HasPrefix(e.Kind, "person.") {
				kinds = append(kinds, e.Actor+" "+e.Kind+" "+e.Key+" "+e.Reason)
			}
		}
		return err
	})
	want := "AMI person.shown …41 a demandé, ROOT person.forget_asked …41 a demandé, ROOT person.forgotten …41 , AMI person.shown …41 encore"
	if got := strings.Join(kinds, ", "); err != nil || got != want {
		t.Errorf("events %q (%v), want %q", got, err, want)
	}
}

// Backups are removed from the folder that the site names, and from no other.
func TestPruneOnlyTheSitesFolder(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	var asked []string
	prune := func(path string, keep time.Duration) (removed, left []admin.KeptBackup, err error) {
		asked = append(asked, path+" "+keep.String())
		return []admin.KeptBackup{{Name: "a"}}, []admin.KeptBackup{{Name: "b"}}, nil
	}
	s.refused("/backup/prune", admin.PruneBackups{By: by("ROOT")}, http.StatusUnprocessableEntity, "desk.backup_folder")
	s.server.Backups = admin.BackupFolder{Path: dir, Days: 30, Prune: prune}
	s.refused("/backup/prune", admin.PruneBackups{By: by("ROOT"), Folder: filepath.Dir(dir)}, http.StatusUnprocessableEntity, "desk.backup_folder")
	s.refused("/backup/prune", admin.PruneBackups{By: by("ROOT"), Folder: filepath.Join(dir, "..", "x")}, http.StatusUnprocessableEntity, "desk.backup_folder")
	for _, days := range []int{31, -1} {
		s.refused("/backup/prune", admin.PruneBackups{By: by("ROOT"), Days: days}, http.StatusUnprocessableEntity, "desk.backup_days")
	}
	if len(asked) > 0 {
		t.Fatalf("refused, and yet asked for %v", asked)
	}
	var done admin.Backups
	s.ask("/backup/prune", admin.PruneBackups{By: by("ROOT"), Folder: dir + "/"}, &done)
	if len(asked) != 1 || asked[0] != dir+" 720h0m0s" || len(done.Removed) != 1 || len(done.Left) != 1 || done.Folder != dir {
		t.Errorf("asked %v, done %+v", asked, done)
	}
	s.server.Backups.Prune = func(string, time.Duration) (removed, left []admin.KeptBackup, err error) {
		return nil, nil, errors.New("no disk")
	}
	s.refused("/backup/prune", admin.PruneBackups{By: by("ROOT")}, http.StatusInternalServerError, "desk.internal")
}

// people asks what has to do with numbers and backups, for TestEveryEndpointLeavesItsEvent.
func (w *walk) people() {
	w.t.Helper()
	_, err := w.Receive(w.t.Context(), bot.Inbound{Gateway: "sim", ExternalID: "p1", Sender: "66000041", Text: "START"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.does("/people/show", asking("AMI", "a demandé"), &admin.Person{}, "AMI", "person.shown", "…41")
	w.does("/people/forget", asking("AMI", "a demandé"), &admin.Forgot{}, "AMI", "person.forgotten", "…41")
	w.server.Backups = admin.BackupFolder{Path: "/copies", Days: 30,
		Prune: func(string, time.Duration) (removed, left []admin.KeptBackup, err error) { return nil, nil, nil }}
	w.does("/backup/prune", admin.PruneBackups{By: by("ROOT")}, &admin.Backups{}, "ROOT", "backup.pruned", "test")
}
