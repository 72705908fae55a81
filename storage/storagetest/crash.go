package storagetest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// crashEnv names the folder of the store for the process that will be killed.
const crashEnv = "TINYE_STORE_CRASH"

func crashDir() (dir string, child bool) { return os.LookupEnv(crashEnv) }

// crashID is the id of a child's n-th message, so that the parent knows what the child had begun.
func crashID(round, n int) bot.ID {
	id := bot.ID{1, 2, 3, 4, 5, 6, 0x70, byte(round), 0x80}
	binary.BigEndian.PutUint32(id[12:], uint32(n))
	return id
}

// writeUntilKilled writes messages from several goroutines for ever, and says on standard output which are acknowledged.
func writeUntilKilled(t *testing.T, open Factory, dir string) {
	var round int
	if _, err := fmt.Sscan(os.Getenv(crashEnv+"_ROUND"), &round); err != nil {
		t.Fatal(err)
	}
	clock := NewClock()
	s := openSite(t, open, Setup{Dir: dir, Clock: clock, IDs: NewIDs(clock)})
	var mu sync.Mutex
	next := 0
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for {
				mu.Lock()
				id := crashID(round, next)
				fmt.Println("begin", next)
				n := next
				next++
				mu.Unlock()
				err := s.Update(t.Context(), func(tx storage.Tx) error {
					if err := tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived}, 0); err != nil {
						return err
					}
					return tx.PutOutbound(outbound(id, nil), 0)
				})
				if err != nil {
					t.Errorf("update: %v", err)
					return
				}
				fmt.Println("stored", n)
			}
		})
	}
	group.Wait()
}

// testKilled kills a process that writes, some times in a row on the same store: what it was told is stored is there,
// whole, and nothing that it had not begun.
func testKilled(t *testing.T, open Factory, name string) {
	clock := NewClock()
	setup := Setup{Dir: t.TempDir(), Clock: clock, IDs: NewIDs(clock)}
	begun, stored := map[bot.ID]bool{}, map[bot.ID]bool{}
	for round := range 5 {
		runAndKill(t, name, setup.Dir, round, 30+70*round, begun, stored)
		s := openSite(t, open, setup)
		s.view(func(tx storage.Tx) error {
			for id := range stored {
				if _, err := tx.Report(id); err != nil {
					t.Errorf("round %d: acknowledged and lost: %v", round, err)
				}
			}
			reports, err := idsOf(tx.Reports(bot.ReportReceived, storage.Page{Limit: 1 << 20}))
			if err != nil {
				return err
			}
			for _, id := range reports {
				if !begun[id] {
					t.Errorf("round %d: a report nobody had begun", round)
				}
				if _, err := tx.Outbound(id); err != nil {
					t.Errorf("round %d: half an update: %v", round, err)
				}
			}
			n, err := tx.CountOutbounds(bot.OutQueued, 1<<20)
			if err != nil || n != len(reports) {
				t.Errorf("round %d: %d queued (%v), %d reports", round, n, err, len(reports))
			}
			return nil
		})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(stored) == 0 {
		t.Error("nothing was acknowledged before the kills")
	}
}

// runAndKill runs this test again as a process that writes, and kills it after so many acknowledgements.
func runAndKill(t *testing.T, name, dir string, round, after int, begun, stored map[bot.ID]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+name+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), crashEnv+"="+dir, fmt.Sprintf("%s_ROUND=%d", crashEnv, round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := 0
	for lines := bufio.NewScanner(out); lines.Scan(); { // to the end: what was printed before the kill counts
		var word string
		var n int
		if _, err := fmt.Sscan(lines.Text(), &word, &n); err != nil {
			continue // the test's own output, or a line cut short
		}
		switch word {
		case "begin":
			begun[crashID(round, n)] = true
		case "stored":
			stored[crashID(round, n)] = true
			if acknowledged++; acknowledged == after {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if acknowledged < after {
		t.Fatalf("round %d: the process ended by itself after %d updates", round, acknowledged)
	}
}
