package storagetest

import (
	"errors"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// Setup says what a store is opened on. The same Dir again is the same store again.
type Setup struct {
	Dir         string
	Clock       *Clock
	IDs         *IDs
	RunTwice    bool          // every closure runs, is taken back and runs again
	ViewTimeout time.Duration // 0 = the store's own
}

// Factory opens a store. The suite closes it.
type Factory func(t testing.TB, s Setup) storage.Store

// Run is the suite: each store must pass it. The test that calls it must be a function of its own (not a subtest) with
// nothing before Run, because the suite starts it once more in a process that it kills.
func Run(t *testing.T, open Factory) {
	if dir, child := crashDir(); child {
		writeUntilKilled(t, open, dir)
		return
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T, *site)
	}{
		{"round trip", testRoundTrip},
		{"invalid rows", testInvalid},
		{"revisions", testRevisions},
		{"read only", testReadOnly},
		{"repeats", testRepeats},
		{"inbounds", testInbounds},
		{"activity", testActivity},
		{"refs", testRefs},
		{"pages", testPages},
		{"states", testStates},
		{"labels", testLabels},
		{"unsealed", testUnsealed},
		{"rumours", testRumours},
		{"sessions", testSessions},
		{"open sessions", testOpenSessions},
		{"hops", testHops},
		{"dropped sessions", testDroppedSessions},
		{"tallies", testTallies},
		{"places", testPlaces},
		{"news", testNews},
		{"handed", testHanded},
		{"outbox transitions", testTransitions},
		{"queue order", testQueueOrder},
		{"decisions", testDecisions},
		{"failing decisions", testFailingDecisions},
		{"claim looks at a bounded number", testClaimLook},
		{"settle", testSettle},
		{"delivery report before settle", testReportFirst},
		{"fencing", testFencing},
		{"lost", testLost},
		{"abandon", testAbandon},
		{"next due", testNextDue},
		{"quarantine", testQuarantine},
		{"users", testUsers},
		{"vault", testVault},
		{"sources", testSources},
		{"projects", testProjects},
		{"imports", testImports},
		{"agents and codes", testAgents},
		{"arrivals", testArrivals},
		{"cohorts", testCohorts},
		{"members", testMembers},
		{"forgotten members", testForgottenMembers},
		{"incidents", testIncidents},
		{"bulletins", testBulletins},
		{"a run held", testRunHeld},
		{"a run that waits", testRunWaits},
		{"moved to another gateway", testReroute},
		{"a move that fails", testRerouteFails},
		{"sent marks", testSentMarks},
		{"contact walk", testContactWalk},
		{"consent questions and words that may mean stop", testConsentClock},
		{"erasures", testErasures},
		{"forgetting", testForgetting},
		{"old texts", testOldTexts},
		{"desk numbers", testDeskNumbers},
		{"sheets of codes", testSheets},
		{"switch and claims", testSwitch},
		{"duty", testDuty},
		{"follow-ups", testFollowUps},
		{"stock wordings", testStocks},
		{"whether answers helped, by day", testHelped},
		{"events", testEvents},
		{"failed closures leave no trace", testFailedClosures},
		{"menus taken back", testTakenBack},
		{"contexts", testContexts},
		{"view is a snapshot", testSnapshot},
		{"view ends", testViewEnds},
		{"keyed hashes", testKeyed},
		{"clock", testClock},
		{"closed", testClosed},
		{"backup", testBackup},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, newSite(t, open)) })
	}
	t.Run("model", func(t *testing.T) { testModel(t, open) })
	t.Run("claimers", func(t *testing.T) { testClaimers(t, open) })
	t.Run("callers", func(t *testing.T) { testCallers(t, open) })
	t.Run("open again", func(t *testing.T) { testOpenAgain(t, open) })
	t.Run("copied between commits", func(t *testing.T) { testCopied(t, open) })
	name := t.Name()
	t.Run("killed", func(t *testing.T) { testKilled(t, open, name) })
}

// site is a store in a test, with its clock and ids.
type site struct {
	storage.Store
	t     *testing.T
	setup Setup
	clock *Clock
	ids   *IDs
}

func newSite(t *testing.T, open Factory) *site {
	t.Helper()
	clock := NewClock()
	return openSite(t, open, Setup{Dir: t.TempDir(), Clock: clock, IDs: NewIDs(clock), RunTwice: true})
}

func openSite(t *testing.T, open Factory, setup Setup) *site {
	t.Helper()
	s := &site{Store: open(t, setup), t: t, setup: setup, clock: setup.Clock, ids: setup.IDs}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// now is the clock's time.
func (s *site) now() bot.Instant { return s.clock.Instant() }

// update must succeed.
func (s *site) update(fn func(storage.Tx) error) {
	s.t.Helper()
	if err := s.Update(s.t.Context(), fn); err != nil {
		s.t.Fatalf("update: %v", err)
	}
}

// view must succeed.
func (s *site) view(fn func(storage.Tx) error) {
	s.t.Helper()
	if err := s.View(s.t.Context(), fn); err != nil {
		s.t.Fatalf("view: %v", err)
	}
}

// refuse runs an update that must fail with want.
func (s *site) refuse(want error, fn func(storage.Tx) error) {
	s.t.Helper()
	if err := s.Update(s.t.Context(), fn); !errors.Is(err, want) {
		s.t.Fatalf("update gave %v, want %v", err, want)
	}
}

// queue stores an outbound in state queued, due now, and gives it as it is read.
func (s *site) queue(change func(*bot.Outbound)) bot.Outbound {
	s.t.Helper()
	o := bot.Outbound{ID: s.ids.New(), Gateway: "g", Lane: bot.LaneReply, Kind: bot.KindAck, State: bot.OutQueued,
		CreatedAt: s.now(), NextAt: s.now()}
	if change != nil {
		change(&o)
	}
	s.update(func(tx storage.Tx) error { return tx.PutOutbound(o, 0) })
	return s.outbound(o.ID)
}

func (s *site) outbound(id bot.ID) bot.Outbound {
	s.t.Helper()
	var o bot.Outbound
	s.view(func(tx storage.Tx) (err error) {
		o, err = tx.Outbound(id)
		return err
	})
	return o
}

// sendAll decides to send whatever it is asked about.
func sendAll(storage.Tx, bot.Outbound) (storage.Decision, error) {
	return storage.Decision{Send: true, To: bot.Address{Kind: bot.Phone, Value: "+22370000000"}, Text: "ok"}, nil
}

// request asks for up to n messages of gateway g.
func (s *site) request(n int) storage.ClaimRequest {
	return storage.ClaimRequest{Gateway: "g", N: n, Now: s.now(), Lease: time.Minute, Token: s.ids.New(), Decide: sendAll}
}

// claim must succeed.
func (s *site) claim(c storage.ClaimRequest) storage.Claims {
	s.t.Helper()
	claims, err := s.Claim(s.t.Context(), c)
	if err != nil {
		s.t.Fatalf("claim: %v", err)
	}
	return claims
}

// claimOne queues one message and claims it.
func (s *site) claimOne() bot.Outbound {
	s.t.Helper()
	o := s.queue(nil)
	claims := s.claim(s.request(1))
	if len(claims.Rows) != 1 || claims.Rows[0].Row.ID != o.ID {
		s.t.Fatalf("claimed %d rows, want the one queued", len(claims.Rows))
	}
	return claims.Rows[0].Row
}
