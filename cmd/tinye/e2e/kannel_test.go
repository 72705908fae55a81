package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// repository is the top of the repository, seen from this package's folder.
const repository = "../../.."

// Where everything listens, as the two example files have it. In a network namespace of its own nobody else sees it.
const (
	kannelStatus = "http://127.0.0.1:13000/status.txt?password=status-word"
	kannelSMSC   = "127.0.0.1:10000"
	hotlineURL   = "http://127.0.0.1:8080"
)

// inNamespace runs a test again, alone, in a network namespace of its own, and tells whether this is that second run: the
// port of Kannel's fake SMSC listens on every interface, and all ports are the ones of the example files.
func inNamespace(t *testing.T) bool {
	t.Helper()
	const mark = "TINYE_E2E_NAMESPACE"
	if os.Getenv(mark) == t.Name() {
		return true
	}
	ip, err := exec.LookPath("ip")
	if err != nil {
		ip = "/usr/sbin/ip" // not on everybody's PATH
	}
	// A process namespace too: whatever happens to the test, nothing that it started outlives it.
	args := []string{"--net", "--pid", "--fork", "--kill-child"}
	if os.Getuid() != 0 {
		args = append(args, "--map-root-user")
	}
	script := ip + ` link set lo up || exit 125; exec "$0" "$@"`
	unshare := needProgram(t, "unshare")
	if out, err := exec.Command(unshare, append(args, "sh", "-c", script, "true")...).CombinedOutput(); err != nil {
		lacking(t, fmt.Sprintf("There is no network namespace here (%v): %s", err, out))
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args = append(args, "sh", "-c", script, self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
	cmd := exec.Command(unshare, args...)
	cmd.Env = append(os.Environ(), mark+"="+t.Name())
	out, err := cmd.CombinedOutput()
	t.Logf("in its namespace:\n%s", out)
	if err != nil {
		t.Error(err)
	}
	return false
}

// Kannel is a bearerbox and a smsbox, configured by the example file.
type Kannel struct {
	dir       string
	bearerbox *program
	smsbox    *program
}

// replaceAll puts values into an example file; each placeholder has to be there.
func replaceAll(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the example file does not hold %q", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func example(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "scripts", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// StartKannel starts both boxes and connects the handsets.
func StartKannel(t testing.TB) (*Kannel, *Handsets) {
	t.Helper()
	k := &Kannel{dir: t.TempDir()}
	conf := filepath.Join(k.dir, "kannel.conf")
	text := replaceAll(t, example(t, "kannel.conf.example"),
		"/var/log/kannel/", k.dir+"/", "/run/kannel/", k.dir+"/", "/in/SECRET/", "/in/"+webSecret+"/",
		"ADMIN_PASSWORD", "admin-word", "STATUS_PASSWORD", "status-word", "SENDSMS_PASSWORD", "sendsms-word")
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	k.bearerbox = startProgram(t, k.dir, needKannel(t, "bearerbox"), "-v", "4", conf)
	Eventually(t, 20*time.Second, func() error {
		k.bearerbox.running(t)
		_, err := get(kannelStatus)
		return err
	})
	// With --parachute it starts again after a panic: 1.4.5 now and then fails an assertion (conn_unregister) when a server that it
	// speaks to is killed.
	k.smsbox = startProgram(t, k.dir, needKannel(t, "smsbox"), "--parachute", "-v", "4", conf)
	phones := Connect(t, kannelSMSC)
	Eventually(t, 20*time.Second, func() error {
		k.smsbox.running(t)
		status, err := get(kannelStatus)
		if err == nil && (!strings.Contains(status, "smsbox:") || !strings.Contains(status, "(online")) {
			return fmt.Errorf("kannel is not online:\n%s", status)
		}
		return err
	})
	return k, phones
}

// needKannel finds one of Kannel's programs, which Debian keeps off a user's PATH.
func needKannel(t testing.TB, name string) string {
	t.Helper()
	path := "/usr/sbin/" + name
	if _, err := os.Stat(path); err != nil {
		lacking(t, "Kannel is not installed ("+path+"); scripts/test-deps says what to do.")
	}
	return path
}

// Wrote is everything that Kannel wrote about its work: both logs, and what the boxes said.
func (k *Kannel) Wrote(t testing.TB) map[string]string {
	t.Helper()
	wrote := map[string]string{"bearerbox": k.bearerbox.log.String(), "smsbox": k.smsbox.log.String()}
	for _, name := range []string{"bearerbox.log", "smsbox.log"} {
		text, err := os.ReadFile(filepath.Join(k.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		wrote[name] = string(text)
	}
	return wrote
}

// kannelConfig is the example configuration with its placeholders filled in, open at every hour, and faster than a modem.
func kannelConfig(t testing.TB, s Site) string {
	t.Helper()
	pairs := []string{
		`name = "CHANGE"`, `name = "TINYE TEST"`,
		`danger_number = "00000000"`, `danger_number = "80001234"`,
		`allow_unreviewed = []`, `allow_unreviewed = ["bam"]`,
		"#wire =", "wire =",
		"/var/lib/tinye/tinye.key", s.Dir + "/tinye.key",
		"/var/lib/tinye/", s.Dir + "/data/", "/run/tinye/", s.Dir + "/",
		"CHANGE-ME-CHANGE-ME", webSecret,
		`password = "CHANGE"`, `password = "sendsms-word"`,
		`from = "CHANGE"`, "from = " + strconv.Quote(shortCode),
		"rate = 1.0", "rate = 20.0",
		"#[quiet]\n#from = \"21:00\"\n#to = \"07:00\"", "[quiet]\nfrom = \"00:00\"\nto = \"00:00\"",
	}
	text := example(t, "tinye.toml.example")
	// Without the section the desk is always open.
	head, rest, ok := strings.Cut(text, "[hours]\n")
	_, tail, ok2 := strings.Cut(rest, "holidays = []\n")
	if !ok || !ok2 {
		t.Fatal("the example file has no section [hours]")
	}
	return replaceAll(t, head+tail, pairs...)
}
