package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/seal"
)

// within is how long a test waits for something that another part does in its own time.
const within = 20 * time.Second

// site is a demo that runs in this process, on free ports, with its data in a folder of its own.
type site struct {
	*demo
	t       *testing.T
	dir     string
	change  func(*config.Config) // before it runs; nil for nothing
	log     *output
	service *hotline.Service // set once the store is open
	cancel  context.CancelFunc
	ended   chan error
	err     error
}

// prepare makes a folder and picks ports. The folder's path is short: a socket's path has at most 107 bytes.
func prepare(t *testing.T) *site {
	t.Helper()
	dir, err := os.MkdirTemp("", "tinye-")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	return &site{t: t, dir: dir, log: new(output)}
}

// start runs the demo with a plain key and the demo's accounts, and waits until it is ready.
func start(t *testing.T) *site {
	t.Helper()
	s := prepare(t)
	s.key("")
	s.run(true)
	return s
}

// key makes the master key.
func (s *site) key(passphrase string) {
	s.t.Helper()
	cfg := demoConfig(s.dir)
	_, err := seal.NewMasterKey(cfg.Storage.Key, seal.MasterOptions{Created: time.Now(), Passphrase: passphrase, WorkFactor: 10})
	must(s.t, err)
}

// run starts the demo in the folder; users makes the demo's accounts at its first start.
func (s *site) run(users bool) {
	s.t.Helper()
	s.demo = newDemo(s.dir, listen(s.t), listen(s.t))
	if s.change != nil {
		s.change(&s.demo.cfg)
	}
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.Background())
	ready := make(chan struct{})
	s.ended = make(chan error, 1)
	go func() {
		s.ended <- s.demo.run(ctx, deps{
			log: slog.New(slog.NewTextHandler(s.log, nil)),
			opened: func(ctx context.Context, h *hotline.Service) error {
				s.service = h
				if !users {
					return nil
				}
				return seeder{Service: h, ctx: ctx}.users()
			},
			ready: func(bool) { close(ready) },
		})
	}()
	s.t.Cleanup(s.stop)
	select {
	case <-ready:
	case err := <-s.ended:
		s.ended <- err
		s.t.Fatalf("the demo ended: %v\n%s", err, s.log)
	case <-time.After(within):
		s.t.Fatalf("the demo is not ready after %v\n%s", within, s.log)
	}
}

// stop ends the demo and waits for it; its error is in s.err.
func (s *site) stop() {
	s.cancel()
	select {
	case s.err = <-s.ended:
		s.ended <- s.err // for another stop
	case <-time.After(within):
		s.t.Errorf("the demo does not stop\n%s", s.log)
	}
}

// phone runs tinye phone against the demo's carrier.
func (s *site) phone(args ...string) (out string, code int) {
	s.t.Helper()
	return tinyeRun(append([]string{"phone", "--carrier", "http://" + s.phones.Addr().String(), "--quiet", "300ms"}, args...)...)
}

func (s *site) get(path string) (body string, status int) {
	s.t.Helper()
	resp, err := http.Get(s.cfg.Web.Callback + path)
	must(s.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(s.t, err)
	return string(b), resp.StatusCode
}

// tinyeRun runs a command line and returns all it printed, on either stream.
func tinyeRun(args ...string) (out string, code int) {
	var b output
	code = execute(context.Background(), args, streams{in: strings.NewReader(""), out: &b, err: &b})
	return b.String(), code
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return ln
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for what another part does in its own time.
func eventually(t *testing.T, try func() error) {
	t.Helper()
	for deadline := time.Now().Add(within); ; {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %v: %v", within, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// output is a buffer that several may write to.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// falseFinding is a finding that a rumour is false, with its answers.
func falseFinding(answers ...rumour.Wording) seedFinding {
	return seedFinding{
		verdict: bot.ConfirmedFalse, theme: bot.RumourOtherTheme, risk: bot.RiskLow, answers: answers,
		checks: []bot.Evidence{
			{Method: bot.MethodVisit, Source: bot.SourceEyewitness}, {Method: bot.MethodCall, Source: bot.SourceExpert},
		},
	}
}

// The loop that the hotline is for, over real HTTP: two people tell the same in two languages, the desk decides, both are
// answered in their own, and the carrier's delivery reports are believed.
func TestFromReportToAnswer(t *testing.T) {
	s := start(t)
	told := []struct{ from, text, ack, answer string }{
		{"70123456", "On dit que le pont de Markala est fermé", "message noté", "Le pont est ouvert. FAUX."},
		{"76123456", "Mankan: kɛlɛ, bana, kalata. Tiɲɛ don wa? Aw ye mun mɛn?", "Aw kana a jènsèn", "Tinyè tè."},
	}
	for _, r := range told {
		out, code := s.phone("--from", r.from, "--send", r.text)
		if code != 0 || !strings.Contains(out, "< TINYE ") || !strings.Contains(out, r.ack) {
			t.Fatalf("the acknowledgement: exit %d:\n%s", code, out)
		}
	}
	d := seeder{Service: s.service, ctx: t.Context()}
	refs, err := d.newest(2)
	must(t, err)
	made, err := d.create("Le pont serait fermé", refs)
	must(t, err)
	must(t, d.find(string(made.Ref), falseFinding(
		rumour.Wording{Lang: bot.French, Text: "Le pont est ouvert. FAUX."}, rumour.Wording{Lang: bot.Bambara, Text: "Tiɲɛ tɛ."})))
	for _, r := range told {
		eventually(t, func() error {
			number, err := phoneNumber(r.from)
			must(t, err)
			h := handset{carrier: "http://" + s.phones.Addr().String(), number: number.Value, client: new(http.Client)}
			texts, err := h.poll(t.Context(), 0)
			must(t, err)
			if len(texts) != 2 || !strings.HasSuffix(texts[1], r.answer) {
				return fmt.Errorf("%s has %q, want the answer %q last", r.from, texts, r.answer)
			}
			return nil
		})
	}
	eventually(t, func() error { return s.allDelivered(4) })
}

// A report made in the menus is answered by SMS, through the gateway that brought it, and that gateway's delivery reports
// are believed.
func TestFromMenuToAnswer(t *testing.T) {
	for dialect, name := range map[string]string{"generic": "sim", "at": "at"} {
		t.Run(dialect, func(t *testing.T) {
			s := start(t)
			file := filepath.Join(t.TempDir(), "script.txt")
			must(t, os.WriteFile(file, []byte("> *384*1*2*4#\n< …\n> On dit que l'élection est reportée\n< …\n< (end)\n"), 0o600))
			if out, code := s.phone("--from", "70123456", "--dialect", dialect, "--script", file); code != 0 {
				t.Fatalf("exit %d:\n%s", code, out)
			}
			d := seeder{Service: s.service, ctx: t.Context()}
			refs, err := d.newest(1)
			must(t, err)
			made, err := d.create("L'élection serait reportée", refs)
			must(t, err)
			must(t, d.find(string(made.Ref), falseFinding(rumour.Wording{Lang: bot.French, Text: "L'élection a lieu dimanche. FAUX."})))
			eventually(t, func() error {
				h := handset{carrier: "http://" + s.phones.Addr().String(), number: "+22370123456", client: new(http.Client)}
				texts, err := h.poll(t.Context(), 0)
				must(t, err)
				if len(texts) != 1 || !strings.HasSuffix(texts[0], "L'élection a lieu dimanche. FAUX.") {
					return fmt.Errorf("the phone has %q", texts)
				}
				return nil
			})
			// Africa's Talking knows the message by its own id alone, and its report may come before that id is on disk: the
			// sweep, which a test does not wait for, tries it again.
			eventually(t, func() error { return errors.Join(s.service.Sweep(t.Context()), s.allDelivered(1)) })
			must(t, s.service.Store.View(t.Context(), func(tx storage.Tx) error {
				rows, err := tx.Outbounds("", storage.Page{})
				if err == nil && (len(rows) != 1 || rows[0].Gateway != name) {
					err = fmt.Errorf("it went through %q, want %q", rows[0].Gateway, name)
				}
				return err
			}))
		})
	}
}

// allDelivered tells whether n messages were sent and every one of them is delivered.
func (s *site) allDelivered(n int) error {
	return s.service.Store.View(s.t.Context(), func(tx storage.Tx) error {
		rows, err := tx.Outbounds("", storage.Page{})
		if err != nil {
			return err
		}
		for _, o := range rows {
			if o.State != bot.OutDelivered {
				return fmt.Errorf("%s is %s", o.Kind, o.State)
			}
		}
		if len(rows) != n {
			return fmt.Errorf("%d messages, want %d", len(rows), n)
		}
		return nil
	})
}

// The demo's own rumours go the same way, so the first start shows every state.
func TestSeedShowsEveryState(t *testing.T) {
	s := prepare(t)
	s.key("")
	s.run(false)
	for _, first := range []bool{true, false} {
		if seeded, err := seed(t.Context(), s.service); err != nil || seeded != first {
			t.Fatalf("seeded: %v, %v; want %v", seeded, err, first)
		}
	}
	states := make(map[bot.RumourState]int)
	waiting := 0
	must(t, s.service.Store.View(t.Context(), func(tx storage.Tx) error {
		rumours, err := tx.Rumours("", storage.Page{})
		for _, r := range rumours {
			states[r.State]++
		}
		if err == nil {
			waiting, err = tx.CountReports(bot.ReportReceived, 10)
		}
		return err
	}))
	if states[bot.RumourNew] == 0 || states[bot.RumourDecided] == 0 || states[bot.RumourPublished] == 0 || waiting != 7 {
		t.Errorf("rumours by state %v, %d reports to look at", states, waiting)
	}
	// Fourteen acknowledgements and four answers; nobody gets more.
	eventually(t, func() error { return s.allDelivered(18) })
}

// A second start finds the key and the data of the first.
func TestDemoKeepsItsData(t *testing.T) {
	s := start(t)
	out, code := s.phone("--from", "70123456", "--send", "On dit que le pont est fermé")
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	s.stop()
	must(t, s.err)
	s.run(false)
	must(t, s.service.Store.View(t.Context(), func(tx storage.Tx) error {
		n, err := tx.CountReports("received", 10)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d reports after the second start", n)
		}
		return err
	}))
}

// A place of the configuration that nobody knows is not offered, and the log says which.
func TestUnknownPlaceIsSaid(t *testing.T) {
	s := prepare(t)
	s.key("")
	s.change = func(cfg *config.Config) {
		cfg.USSD.Places = []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}, {Scheme: bot.SchemeCT2023, Code: "ML99"}}
	}
	s.run(false)
	file := filepath.Join(t.TempDir(), "script.txt")
	must(t, os.WriteFile(file, []byte("> *384*1#\n< Dans quel lieu?\n< 1 Gao\n< 2 Ailleurs\n< 0 Retour\n"), 0o600))
	if out, code := s.phone("--from", "70123456", "--script", file); code != 0 {
		t.Errorf("exit %d:\n%s", code, out)
	}
	log := s.log.String()
	if !strings.Contains(log, "ml_ct_2023:ML99") || strings.Contains(log, "ML0701") {
		t.Errorf("the log:\n%s", log)
	}
}

// What the demo prints is enough to walk from a report to its answer.
func TestDemoSaysWhatToTry(t *testing.T) {
	d := newDemo("elsewhere", listen(t), listen(t))
	defer d.web.Close()
	defer d.phones.Close()
	words := d.words("elsewhere", true)
	for _, want := range []string{
		"phone --carrier http://" + d.phones.Addr().String() + " --from 70123456", "--from 70123456 --ussd '*384#'", "report list --as AMI --socket elsewhere/admin.sock",
		"rumour new", "rumour submit", "rumour confirm", d.cfg.Web.Callback,
	} {
		if !strings.Contains(words, want) {
			t.Errorf("the demo does not mention %q:\n%s", want, words)
		}
	}
}

// The lines that the demo prints do what it says, one after the other, up to the answer on the phone.
func TestWhatTheDemoPrintsWorks(t *testing.T) {
	s := start(t)
	var refs []string // in the order in which they are printed: the report's, then the rumour's
	asked := 0
	for _, line := range strings.Split(s.words(s.dir, true), "\n") {
		line, ok := strings.CutPrefix(line, "  bin/tinye ")
		if !ok || strings.Contains(line, "--ussd") || strings.HasPrefix(line, "phone") && !strings.Contains(line, "--send") {
			continue // a dialogue, which other tests play
		}
		for i, stands := range []string{"111111", "222222"} {
			if strings.Contains(line, stands) && i < len(refs) {
				line = strings.ReplaceAll(line, stands, refs[i])
			}
		}
		args := shellWords(line)
		if args[0] == "phone" {
			args = append(args, "--quiet", "300ms")
		}
		out, code := tinyeRun(args...)
		if asked++; code != 0 {
			t.Fatalf("%s: exit %d:\n%s", line, code, out)
		}
		if args[0] == "phone" || args[0] == "rumour" && args[1] == "new" {
			if ref := regexp.MustCompile(`\b\d{6,9}\b`).FindAllString(out, -1); len(ref) > 0 && len(refs) < 2 {
				refs = append(refs, ref[len(ref)-1])
			}
		}
	}
	if asked < 7 {
		t.Errorf("the demo prints %d lines to try", asked)
	}
	eventually(t, func() error {
		h := handset{carrier: "http://" + s.phones.Addr().String(), number: "+22370123456", client: new(http.Client)}
		texts, err := h.poll(t.Context(), 0)
		must(t, err)
		if len(texts) != 2 || !strings.HasSuffix(texts[1], "La rumeur est FAUSSE.") {
			return fmt.Errorf("the phone has %q", texts)
		}
		return nil
	})
}

// shellWords are the words of a command line as a shell reads them, with either quotes.
func shellWords(line string) (list []string) {
	word, open, begun := "", rune(0), false
	for _, r := range line + " " {
		switch {
		case open != 0 && r == open:
			open = 0
		case open == 0 && (r == '"' || r == '\''):
			open, begun = r, true
		case open == 0 && r == ' ':
			if begun {
				list = append(list, word)
			}
			word, begun = "", false
		default:
			word, begun = word+string(r), true
		}
	}
	return list
}

// Somebody else's port is not a reason to fail.
func TestNextFreePort(t *testing.T) {
	taken := listen(t)
	defer taken.Close()
	var out bytes.Buffer
	ln, err := listenFrom(streams{out: &out}, taken.Addr().String(), "the hotline")
	must(t, err)
	defer ln.Close()
	if !strings.Contains(out.String(), "is taken") || ln.Addr().String() == taken.Addr().String() {
		t.Errorf("listens on %s: %s", ln.Addr(), &out)
	}
}
