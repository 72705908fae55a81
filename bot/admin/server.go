package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/locales"
)

const (
	// answerIn is how long a request may take; publishing to many thousand people is the longest.
	answerIn = 30 * time.Second
	// backupIn is how long a backup may take: it copies the whole file, perhaps to a slow card.
	backupIn = 30 * time.Minute
)

// Server answers the command line. All exported fields are required.
type Server struct {
	// Service is the hotline; false while the store is locked.
	Service func() (*hotline.Service, bool)
	// Unlock opens the store with the passphrase of the master key; storage.ErrWrongKey means that it does not fit.
	Unlock func(ctx context.Context, passphrase string) error
	// Running tells what only the process knows, also while the store is locked.
	Running func() Running
	// Backups is where the site keeps its backups; zero = it names no folder.
	Backups BackupFolder
	// Decode reads a request in quarantine again.
	Decode func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error)

	// CheckKey refuses what is no public key of a protection focal point.
	CheckKey func(public string) error
	// CloseExport closes what is written to the writer it gives to an age public key, and hands it on to w.
	CloseExport func(w io.Writer, public string) (io.WriteCloser, error)

	// Air is what a part costs in XOF by a gateway, and how many it sends a second; 0 = not known. nil = none is.
	Air func(gateway string) (xof int, perSecond float64)

	DeskLang bot.Lang // of the sentences
	Texts    *locales.Printer
	Log      *slog.Logger
	Now      func() time.Time

	mu       sync.Mutex
	http     *http.Server // set by Serve
	stopping bool
	exports  exportsAsked
	looks    looksSeen
	retrying sync.Mutex // one request in quarantine is handled again at a time
}

// Serve takes connections from ln, which it closes, until Shutdown; then it returns nil.
func (s *Server) Serve(ln net.Listener) error {
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return ln.Close()
	}
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      answerIn + 5*time.Second,
		IdleTimeout:       30 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	server := s.http
	s.mu.Unlock()
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("admin: serve: %w", err)
	}
	return nil
}

// Shutdown takes no further connection and waits until every request is answered, or until ctx ends: then it closes what
// is open and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	server := s.http
	s.mu.Unlock()
	if server == nil {
		return nil
	}
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("admin: shutdown: %w", err), server.Close())
	}
	return nil
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for path, h := range s.endpoints() {
		mux.Handle("POST "+path, h)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, bot.Fault(bot.CodeNotFound, "desk.bad_request"))
	})
	return mux
}

// Paths are all that the server answers to, in order.
func (s *Server) Paths() []string { return slices.Sorted(maps.Keys(s.endpoints())) }

// endpoints are all of them; those about protection and sources stand beside what they do.
func (s *Server) endpoints() map[string]http.Handler {
	all := s.deskPaths()
	maps.Copy(all, s.protectionPaths())
	maps.Copy(all, s.sourcePaths())
	maps.Copy(all, s.agentPaths())
	maps.Copy(all, s.projectPaths())
	maps.Copy(all, s.cohortPaths())
	maps.Copy(all, s.historyPaths())
	maps.Copy(all, s.exportPaths())
	maps.Copy(all, s.looksPaths())
	maps.Copy(all, s.importPaths())
	maps.Copy(all, s.bulletinPaths())
	maps.Copy(all, s.previewPaths())
	maps.Copy(all, s.requestPaths())
	maps.Copy(all, s.broadcastPaths())
	maps.Copy(all, s.schedulePaths())
	maps.Copy(all, s.matchPaths())
	return all
}

func (s *Server) deskPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/user/add":         open(s, s.addUser),
		"/user/list":        open(s, s.listUsers),
		"/user/conflict":    open(s, s.declareConflict),
		"/user/number":      open(s, s.setNumber),
		"/user/numbers":     open(s, s.listNumbers),
		"/codes/print":      open(s, s.printCodes),
		"/report/list":      open(s, s.listReports),
		"/report/show":      open(s, s.showReport),
		"/report/mask":      open(s, s.maskReport),
		"/report/new":       open(s, s.newReport),
		"/report/ask":       open(s, s.askReporter),
		"/report/reply":     open(s, s.replyToReport),
		"/report/label":     open(s, s.labelReport),
		"/report/close":     open(s, s.closeReport),
		"/report/calls":     open(s, s.listCalls),
		"/report/call":      open(s, s.showCall),
		"/report/called":    open(s, s.noteCall),
		"/rumour/new":       open(s, s.newRumour),
		"/rumour/link":      open(s, s.linkReports),
		"/rumour/sends":     open(s, s.previewSends),
		"/rumour/list":      open(s, s.listRumours),
		"/rumour/show":      open(s, s.showRumour),
		"/rumour/triage":    open(s, s.ruled(rumour.Desk.Triage)),
		"/rumour/watch":     open(s, s.ruled(rumour.Desk.Watch)),
		"/rumour/risk":      open(s, s.ruled(rumour.Desk.Assess)),
		"/rumour/assign":    open(s, s.ruled(rumour.Desk.Assign)),
		"/rumour/evidence":  open(s, s.ruled(rumour.Desk.AddEvidence)),
		"/rumour/submit":    open(s, s.ruled(rumour.Desk.Submit)),
		"/rumour/return":    open(s, s.ruled(rumour.Desk.Return)),
		"/rumour/decide":    open(s, s.ruled(rumour.Desk.Decide)),
		"/rumour/confirm":   open(s, s.moving(confirmRumour)),
		"/rumour/withhold":  open(s, s.ruled(rumour.Desk.Withhold)),
		"/rumour/lift":      open(s, s.ruled(rumour.Desk.Lift)),
		"/rumour/merge":     open(s, s.moving(s.mergeRumour)),
		"/rumour/claim":     open(s, s.ruled(rumour.Desk.Reword)),
		"/rumour/split":     open(s, s.split),
		"/rumour/reject":    open(s, s.ruled(rumour.Desk.Reject)),
		"/rumour/close":     open(s, s.ruled(rumour.Desk.Close)),
		"/rumour/stock":     open(s, s.sendStock),
		"/stock/approve":    open(s, s.approveStock),
		"/rumour/correct":   open(s, s.moving(correctRumour)),
		"/rumour/withdraw":  open(s, s.moving(withdrawRumour)),
		"/rumour/reopen":    open(s, s.moving(reopenRumour)),
		"/rumour/answer":    open(s, s.writeAnswer),
		"/rumour/approve":   open(s, s.approveAnswer),
		"/rumour/publish":   open(s, s.publish),
		"/rumour/auto":      open(s, s.setAuto),
		"/duty/set":         open(s, s.setDuty),
		"/duty/show":        open(s, s.showDuty),
		"/duty/take":        open(s, s.takeAlarm),
		"/duty/release":     open(s, s.releaseAlarm),
		"/outbox/list":      open(s, s.listMessages),
		"/outbox/retry":     open(s, s.retryMessage),
		"/outbox/sending":   open(s, s.setSending),
		"/quarantine/list":  open(s, s.listQuarantine),
		"/quarantine/show":  open(s, s.showQuarantined),
		"/quarantine/retry": open(s, s.retryQuarantined),
		"/place/import":     large(open(s, s.importPlaces)),
		"/place/find":       open(s, s.findPlaces),
		"/place/list":       open(s, s.listPlaces),
		"/clock/accept":     open(s, s.acceptClock),
		"/people/show":      open(s, s.showPerson),
		"/people/forget":    open(s, s.forgetPerson),
		"/people/maybe":     open(s, s.listMaybeStops),
		"/people/decide":    open(s, s.decideMaybeStop),
		"/people/lang":      open(s, s.setPersonLang),
		"/backup/prune":     open(s, s.pruneBackups),
		"/backup":           slow(open(s, s.backup)),
		"/status":           always(s, s.status),
		"/unlock":           always(s, s.unlock),
	}
}

// By names who asks; every request of the desk has it.
type By struct {
	As string `json:"as"` // the name of a desk account; "" only for the very first account
}

func (s *Server) act(h *hotline.Service, by By) people.Act {
	return people.Act{At: bot.At(s.Now()), As: by.As, Via: "socket", Site: h.Site.ID}
}

// readers are the roles that work on what people tell; field agents and administrators are not among them.
func readers() []bot.Role {
	return []bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator}
}
