package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
	"tinye/storage/bolt"
)

// TestImportKilled kills the hotline, and then the command line, in the middle of a list. Brought in again, it has everybody once,
// in the order of the file; a message that comes in meanwhile is answered.
func TestImportKilled(t *testing.T) {
	const people = 12_000
	carrier := NewCarrier(t, nil)
	s := NewCarrierSite(t, carrier)
	p := s.Serve(t)
	p.Ready(t)
	s.Staff(t)

	file := filepath.Join(t.TempDir(), "liste.csv")
	var text strings.Builder
	text.WriteString("Téléphone;Sexe;Région\r\n")
	for i := range people {
		fmt.Fprintf(&text, "77%06d;F;Mopti\r\n", i)
		if i%100 == 99 {
			fmt.Fprintf(&text, "77%06d;M;Mopti\r\n", i) // twice
		}
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"people", "import", file, "--source", "registre", "--as", chief, "--json", "--socket", s.Socket}

	importer := Start(t, s, args...)
	reached(t, importer, 2000)
	p.Kill9(t)
	if code := importer.Exit(t, runWithin); code == 0 {
		t.Error("an import whose hotline was killed ended well")
	}
	p = s.Serve(t)
	p.Ready(t)
	importer = Start(t, s, args...)
	reached(t, importer, 5000)
	importer.Kill9(t)
	s.Bring(t, MO{ID: "r1", From: "+22370987654", Text: "Mon cousin raconte que des camions volent le riz"})

	var done admin.Import
	lines := bufio.NewScanner(strings.NewReader(s.Must(t, args...)))
	for first := true; lines.Scan(); first = false {
		if err := json.Unmarshal(lines.Bytes(), &done); err != nil {
			t.Fatal(err)
		}
		if first && !done.DoneAt.IsZero() {
			t.Error("the import was over before it was killed")
		}
	}
	if done.New != people || done.Bad != people/100 || done.Known != 0 || done.Rows != people+people/100 || done.DoneAt.IsZero() {
		t.Errorf("done: %+v", done)
	}
	carrier.Await(t, "+22370987654", 1)
	handed, err := os.ReadFile(strings.TrimSuffix(file, ".csv") + "-a-corriger.csv")
	if err != nil || strings.Count(string(handed), "\r\n") != 1+people/100 {
		t.Errorf("handed back %d lines, %v", strings.Count(string(handed), "\r\n"), err)
	}
	p.Stop(t)

	s.Opened(t, func(db *bolt.DB) {
		err = db.View(t.Context(), func(tx storage.Tx) error {
			seen := make(map[bot.ContactKey]bool)
			for after := 0; ; {
				rows, err := tx.Imported(done.ID, after, 500)
				if err != nil {
					return err
				}
				for _, r := range rows {
					c, err := tx.Contact(r.Contact)
					want := fmt.Sprintf("+22377%06d", (r.Row-1)-(r.Row-1)/101)
					if err != nil || c.Number.Value != want || c.Enrolled.Run != done.ID || seen[r.Contact] {
						return fmt.Errorf("row %d is wrong, or somebody stands twice (%w)", r.Row, err)
					}
					seen[r.Contact], after = true, r.Row
				}
				if len(rows) == 0 {
					break
				}
			}
			if len(seen) != people {
				t.Errorf("%d people on the list, want %d", len(seen), people)
			}
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// reached waits until an import has taken so many rows in.
func reached(t *testing.T, p *Process, rows int) {
	t.Helper()
	Eventually(t, runWithin, func() error {
		var last admin.Import
		for line := range strings.Lines(p.Log()) {
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				return err
			}
		}
		if last.Rows < rows {
			return fmt.Errorf("%d rows are in", last.Rows)
		}
		return nil
	})
}
