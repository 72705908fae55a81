package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Both languages, over real HTTP, as tinye phone --script plays them; those with menus in both dialects.
func TestTranscripts(t *testing.T) {
	for pattern, dialects := range map[string][]string{
		"testdata/[^u]*.txt": {"generic"}, "testdata/ussd-*.txt": dialectNames(),
	} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 2 {
			t.Fatalf("transcripts: %q, %v", files, err)
		}
		for _, file := range files {
			for _, dialect := range dialects {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+dialect, func(t *testing.T) {
					t.Parallel()
					s := start(t)
					if out, code := s.phone("--from", "70123456", "--dialect", dialect, "--script", file); code != 0 {
						t.Errorf("exit %d:\n%s", code, out)
					}
				})
			}
		}
	}
}

// A script that does not fit fails at the line that does not, and shows what came instead.
func TestScriptShowsTheDifference(t *testing.T) {
	s := start(t)
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"another reply": {
			"> BM\n< TINYE: bonjour\n",
			[]string{"line 2", "expected: TINYE: bonjour", "got:      TINYE: Bamanankan. Kan sugandi: FR, BM."},
		},
		"a reply where none is expected": {
			"> FR\n< (nothing)\n",
			[]string{"line 2", "expected: (nothing)", "got:      TINYE: votre langue"},
		},
		"no reply where one is expected": {
			"# nobody answers thanks\n\n> merci\n< TINYE: de rien\n",
			[]string{"line 4", "expected: TINYE: de rien", "got:      (nothing)"},
		},
		"a reply that the script leaves out": {
			"66123457> AIDE\n< TINYE: écrivez ce que vous avez entendu, nous vérifions et répondons. STOP arrete tout. Langue: FR ou BM. Danger immédiat: 17\n" +
				"> FR\n< TINYE: votre langue est notée: FR. Pour changer: BM.\n> BM\n70123459> merci\n< (nothing)\n",
			[]string{"at its end 66123457 also got", "Kan sugandi"},
		},
		"a reference that nobody gave": {"> {ref}\n", []string{"line 1", "{ref}"}},
		"another reference": {
			"66123458> On dit que le pont est fermé\n< TINYE {ref}: {all}\n", []string{"expected", "got"},
		},
		"not a script": {"hello\n", []string{"line 1", "not a line of a script"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "script.txt")
			must(t, os.WriteFile(file, []byte(c.script), 0o600))
			out, code := s.phone("--from", "7012345"+string(rune('0'+len(c.script)%10)), "--wait", "1s", "--script", file)
			if code != 1 {
				t.Errorf("exit %d", code)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
		})
	}
}

// tinye phone --send exits 0 with a reply, 1 without one, and says why it cannot send.
func TestSendExitCodes(t *testing.T) {
	s := start(t)
	if out, code := s.phone("--from", "+223 70 12 34 56", "--send", "BM"); code != 0 || !strings.Contains(out, "< TINYE: Bamanankan") {
		t.Errorf("with a reply: exit %d:\n%s", code, out)
	}
	if out, code := s.phone("--from", "70123456", "--wait", "500ms", "--send", "merci"); code != 1 || !strings.Contains(out, "no reply within 500ms") {
		t.Errorf("without a reply: exit %d:\n%s", code, out)
	}
	nobody := listen(t)
	must(t, nobody.Close())
	out, code := tinyeRun("phone", "--from", "70123456", "--carrier", "http://"+nobody.Addr().String(), "--send", "BM")
	if code != 1 || !strings.Contains(out, "there is no carrier at http://"+nobody.Addr().String()) {
		t.Errorf("no carrier: exit %d:\n%s", code, out)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	if out, code := tinyeRun("phone", "--from", "70123456", "--carrier", other.URL, "--send", "BM"); code != 1 || !strings.Contains(out, "is not the demo's carrier") {
		t.Errorf("another server: exit %d:\n%s", code, out)
	}
	if out, code := s.phone("--from", "Orange", "--send", "BM"); code != 1 || !strings.Contains(out, "--from 70123456") {
		t.Errorf("no number: exit %d:\n%s", code, out)
	}
	if out, code := s.phone("--from", "12", "--send", "BM"); code != 1 || !strings.Contains(out, "the carrier does not take") {
		t.Errorf("a number that is none: exit %d:\n%s", code, out)
	}
	if out, code := s.phone("--from", "70123456", "--send", ""); code != 1 || !strings.Contains(out, "--send needs a text") {
		t.Errorf("no text: exit %d:\n%s", code, out)
	}
	for _, args := range [][]string{{}, {"--from", "70123456", "--send", "a", "--script", "b"}} {
		if out, code := s.phone(args...); code != exitConfig {
			t.Errorf("phone %q: exit %d:\n%s", args, code, out)
		}
	}
}

// It does not wait longer than it must: a moment after the first reply it is done.
func TestSendStopsEarly(t *testing.T) {
	s := start(t)
	begin := time.Now()
	if out, code := s.phone("--from", "70123456", "--wait", "15s", "--send", "BM"); code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v although the reply was there", took)
	}
}

// A phone in the terminal: what is typed is sent, what comes is shown.
func TestTalk(t *testing.T) {
	s := start(t)
	number, err := phoneNumber("70123456")
	must(t, err)
	h, err := pickUp(t.Context(), "http://"+s.phones.Addr().String(), number)
	must(t, err)
	var out output
	typed := newTyping()
	ended := make(chan error, 1)
	go func() { ended <- talk(t.Context(), streams{in: typed, out: &out, err: &out}, h) }()
	typed.lines <- "BM\n"
	eventually(t, func() error { return contains(out.String(), "< TINYE: Bamanankan. Kan sugandi: FR, BM.") })
	typed.lines <- "FR\n"
	eventually(t, func() error { return contains(out.String(), "< TINYE: votre langue") })
	close(typed.lines)
	must(t, <-ended)
}

// typing is a terminal's input: it waits for each line.
type typing struct{ lines chan string }

func newTyping() typing { return typing{lines: make(chan string)} }

func (t typing) Read(b []byte) (int, error) {
	line, ok := <-t.lines
	if !ok {
		return 0, io.EOF
	}
	return copy(b, line), nil
}

func contains(s, want string) error {
	if !strings.Contains(s, want) {
		return fmt.Errorf("no %q in:\n%s", want, s)
	}
	return nil
}
