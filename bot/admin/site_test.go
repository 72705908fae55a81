package admin_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/seal"
	"tinye/storage/storagetest"
)

// The phones of the tests. Neither may stand in any answer or in the log.
const (
	fanta  = "70123456"
	moussa = "66987654"
)

// site is a hotline on a real store, with its admin server on a real socket.
type site struct {
	*hotline.Service
	t      *testing.T
	store  *storagetest.Store
	server *admin.Server
	socket string

	mu      sync.Mutex
	heard   bytes.Buffer // the log and every answer
	locked  bool
	decoded func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error)
	woken   int
}

// newSite has the accounts ROOT (admin), AMI and BAKARY (coordinators), CISSE (verifier), DJENEBA (moderator), ELI (field
// agent) and FOUSSENI (protection focal point).
func newSite(t *testing.T) *site {
	t.Helper()
	s := emptySite(t)
	for name, role := range map[string]bot.Role{
		"ROOT": bot.RoleAdmin, "AMI": bot.RoleCoordinator, "BAKARY": bot.RoleCoordinator, "CISSE": bot.RoleVerifier,
		"DJENEBA": bot.RoleModerator, "ELI": bot.RoleFieldAgent, "FOUSSENI": bot.RoleProtectionFocal,
	} {
		u := bot.User{Name: name, Roles: []bot.Role{role}}
		must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error { return tx.PutUser(u, 0) }))
	}
	return s
}

// unlearned weights answer nothing and suggest nothing, whatever was shipped: matching says what it wants.
func unlearned() *match.Weights {
	return &match.Weights{Version: "unlearned", Langs: []bot.Lang{bot.French}, Certain: 1, Likely: 1}
}

// use has the hotline work on a store; what it commits is in the index at once.
func (s *site) use(store storage.Store) {
	s.t.Helper()
	m, err := hotline.NewMatcher(hotline.MatcherOptions{AtOnce: true, Weights: unlearned()})
	must(s.t, err)
	s.Service.Matcher, s.Service.Store = m, m.Watch(store)
	must(s.t, m.Load(s.t.Context()))
}

// emptySite has no account.
func emptySite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, store: storagetest.Open(t)}
	catalog, err := locales.Load()
	must(t, err)
	langs := []bot.Lang{bot.French, bot.Bambara}
	texts := catalog.Printer(locales.Policy{AllowUnreviewed: langs})
	s.Service, err = hotline.New("ML")
	must(t, err)
	s.Service.Site = hotline.Site{ID: "test", Service: "TINYE", Langs: langs, Danger: "80001234", Cap: 2, Zone: time.UTC, Gateway: "sim"}
	s.use(s.store)
	s.Service.Desk = rumour.Desk{Service: "TINYE", Langs: langs, Wire: sms.GSMAccent, Texts: texts}
	s.Service.Texts = texts
	s.Service.Now, s.Service.NewID = s.store.Time.Now, s.store.IDs.New
	s.Service.Random = rand.New(rand.NewPCG(1, 2)).Uint64
	s.Service.Log = slog.New(slog.DiscardHandler)
	s.Service.CloseCase = seal.Case
	s.Service.Wake = func() { s.woken++ }
	s.server = &admin.Server{
		Service: func() (*hotline.Service, bool) { return s.Service, !s.locked },
		Unlock: func(_ context.Context, passphrase string) error {
			if passphrase != "cinq mots sans lien" {
				return storage.ErrWrongKey
			}
			s.locked = false
			return nil
		},
		Running: func() admin.Running {
			return admin.Running{Version: "test", Gateways: []admin.Gateway{{Name: "sim", Circuit: "closed", InFlight: 2}}}
		},
		Decode:   func(q bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) { return s.decoded(q) },
		CheckKey: seal.CheckCasePublic, CloseExport: seal.CloseTo,
		DeskLang: bot.French,
		Texts:    texts,
		Log:      slog.New(slog.NewTextHandler(s, nil)),
		Now:      s.store.Time.Now,
	}
	s.listen()
	return s
}

// Write takes the log.
func (s *site) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard.Write(b)
}

// listen serves on a socket until the end of the test; then it makes sure that nothing that was heard names a phone.
func (s *site) listen() {
	s.t.Helper()
	s.socket = filepath.Join(socketDir(s.t), "admin.sock")
	ln, err := admin.Listen(s.socket)
	must(s.t, err)
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(ln) }()
	s.t.Cleanup(func() {
		if err := s.server.Shutdown(context.Background()); err != nil {
			s.t.Errorf("shutdown: %v", err)
		}
		if err := <-done; err != nil {
			s.t.Errorf("serve: %v", err)
		}
		s.noNumbers()
	})
}

// noNumbers looks for the phones and for the keys of their contacts, in the forms in which they might slip out.
func (s *site) noNumbers() {
	heard := s.heard.String()
	for _, phone := range []string{fanta, moussa} {
		key := s.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + phone})
		for _, secret := range []string{phone, string(key[:]), base64.StdEncoding.EncodeToString(key[:])} {
			if strings.Contains(heard, secret) {
				s.t.Errorf("an answer or the log shows who a phone is (%q)", secret)
			}
		}
	}
}

// socketDir is a folder with a short name: a socket's path has at most 107 bytes.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tinye")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// post sends a body as it stands and gives the status and the answer.
func (s *site) post(method, path, body string) (int, []byte) {
	s.t.Helper()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", s.socket)
		},
	}}
	request, err := http.NewRequestWithContext(s.t.Context(), method, "http://tinye"+path, strings.NewReader(body))
	must(s.t, err)
	response, err := client.Do(request)
	must(s.t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	must(s.t, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard.Write(answer)
	return response.StatusCode, answer
}

// ask sends a question that is answered, into answer.
func (s *site) ask(path string, question, answer any) {
	s.t.Helper()
	body, err := json.Marshal(question)
	must(s.t, err)
	status, got := s.post(http.MethodPost, path, string(body))
	if status != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s", path, body, status, got)
	}
	reflect.ValueOf(answer).Elem().SetZero()
	d := json.NewDecoder(bytes.NewReader(got))
	d.DisallowUnknownFields()
	must(s.t, d.Decode(answer))
}

// refused sends a question that is refused with a sentence's key.
func (s *site) refused(path string, question any, status int, key string) admin.Problem {
	s.t.Helper()
	body, err := json.Marshal(question)
	must(s.t, err)
	return s.refusedRaw(http.MethodPost, path, string(body), status, key)
}

func (s *site) refusedRaw(method, path, body string, status int, key string) admin.Problem {
	s.t.Helper()
	got, answer := s.post(method, path, body)
	var p admin.Problem
	if err := json.Unmarshal(answer, &p); err != nil || got != status || p.Key != key {
		s.t.Fatalf("%s: %d %s, want %d %s", path, got, answer, status, key)
	}
	if p.Sentence == "" || strings.Contains(p.Sentence, p.Key) || strings.ContainsAny(p.Sentence, "{}") {
		s.t.Errorf("%s: %q is no sentence", key, p.Sentence)
	}
	return p
}

// try sends a question and tells whether and how it was refused.
func (s *site) try(path string, question any) (admin.Problem, bool) {
	s.t.Helper()
	body, err := json.Marshal(question)
	must(s.t, err)
	status, answer := s.post(http.MethodPost, path, string(body))
	var p admin.Problem
	if status != http.StatusOK {
		must(s.t, json.Unmarshal(answer, &p))
	}
	return p, status != http.StatusOK
}

func by(name string) admin.By { return admin.By{As: name} }

// tell has somebody text, and gives the reference of the report.
func (s *site) tell(phone, text string) string {
	s.t.Helper()
	in := bot.Inbound{Gateway: "sim", ExternalID: s.NewID().String(), Sender: phone, To: "36000", Text: bot.Text(text)}
	_, err := s.Receive(s.t.Context(), in)
	must(s.t, err)
	s.store.Time.Add(time.Second)
	var list admin.Reports
	s.ask("/report/list", admin.ListReports{By: by("AMI"), Limit: 1}, &list)
	return string(list.Reports[0].Ref)
}

// send lets what is due leave; settle says what becomes of each.
func (s *site) send(settle bot.OutState) []storage.Claimed {
	s.t.Helper()
	claims, err := s.Store.Claim(s.t.Context(), storage.ClaimRequest{
		Gateway: "sim", N: 50, Now: bot.At(s.Now()), Lease: time.Minute, Token: s.NewID(), Decide: s.Prepare,
	})
	must(s.t, err)
	var outcomes []storage.Outcome
	for _, c := range claims.Rows {
		outcomes = append(outcomes, storage.Outcome{
			ID: c.Row.ID, Token: c.Row.Token, State: settle, At: bot.At(s.Now()), Reason: "test", Counted: true,
		})
	}
	if len(outcomes) > 0 {
		must(s.t, s.Store.Settle(s.t.Context(), outcomes, nil))
	}
	return claims.Rows
}

// events are what people did, as "NAME kind key reason".
func (s *site) events() []string {
	s.t.Helper()
	var lines []string
	must(s.t, s.Store.View(s.t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 1000)
		lines = nil
		for _, e := range events {
			if e.Via != "socket" || e.Site != "test" {
				s.t.Errorf("event %+v came by %q at %q", e, e.Via, e.Site)
			}
			lines = append(lines, strings.TrimSpace(e.Actor+" "+e.Kind+" "+e.Key+" "+e.Reason))
		}
		return err
	}))
	return lines
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
