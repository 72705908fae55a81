package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tinye/bot/admin"
	"tinye/bot/spelling"
)

// needle is something that must not be seen, in one way of writing it down.
type needle struct {
	of    string // for the test's own report
	form  string
	bytes []byte
}

// needles are every way in which numbers and texts may lie in a file.
func needles(secrets []string) []needle {
	var list []needle
	for _, s := range secrets {
		all := pieces(s)
		if folded := strings.Join(spelling.Words(s), " "); folded != "" { // as texts are compared
			all = append(all, pieces(folded)...)
		}
		slices.Sort(all)
		for _, piece := range slices.Compact(all) {
			big := toUTF16(piece)
			little := bytes.Clone(big)
			for i := 0; i < len(little); i += 2 {
				little[i], little[i+1] = little[i+1], little[i]
			}
			list = append(list, needle{piece, "UTF-8", []byte(piece)}, needle{piece, "UTF-16BE", big}, needle{piece, "UTF-16LE", little})
			if escaped := url.QueryEscape(piece); escaped != piece {
				list = append(list, needle{piece, "URL", []byte(escaped)})
			}
		}
	}
	return list
}

// searcher finds any of many needles in one pass, by their first bytes.
type searcher struct {
	byStart map[[minPiece]byte][]needle
	starts  [1 << 16]bool // first two bytes of any needle
}

func newSearcher(list []needle) *searcher {
	s := &searcher{byStart: make(map[[minPiece]byte][]needle)}
	for _, n := range list {
		start := [minPiece]byte(n.bytes)
		s.byStart[start] = append(s.byStart[start], n)
		s.starts[int(start[0])<<8|int(start[1])] = true
	}
	return s
}

// search tells which needles a haystack shows.
func (s *searcher) search(hay []byte) []string {
	var found []string
	for i := 0; i+minPiece <= len(hay); i++ {
		if !s.starts[int(hay[i])<<8|int(hay[i+1])] {
			continue
		}
		for _, n := range s.byStart[[minPiece]byte(hay[i:])] {
			if bytes.HasPrefix(hay[i:], n.bytes) {
				found = append(found, fmt.Sprintf("%q in %s", n.of, n.form))
			}
		}
	}
	return found
}

// everyFile reads all files below a folder, with their names.
func everyFile(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The people and texts of TestNothingReadable.
const (
	hiddenFrench  = "+22370987654"
	hiddenBambara = "+22366876543"
	hiddenBroken  = "+22375765432"
	hiddenStopped = "+22379654321"
	hiddenListed  = "+22372345698"

	hiddenOnList  = "Oumarou Diaminatou Sangaré"
	hiddenReport  = "Mon cousin raconte que des camions volent le riz de Diafarabé pendant la nuit"
	hiddenMore    = "Quelqu'un a vu trois pirogues remplies de sacs près du débarcadère"
	hiddenBam     = "Mɔgɔ dɔw bɛ ka malo sonya Jafarabe, u b'a fɔ ko ɲɔgɔnna tɛ: tiɲɛ don wa?"
	hiddenStop    = "Arrêtez de m'envoyer les SMS svp"
	hiddenInvalid = "Une phrase cassée parle du gouverneur et de ses chameaux"
	hiddenClaim   = "Le stock de riz communal serait détourné par convois nocturnes"
	hiddenAnswer  = "La commune a compté ses sacs devant témoins: aucun ne manque depuis octobre."
	hiddenReply   = "Maloboorew jatera seerew ɲɛ na: bɔrɔ si ma dɔgɔya kabini ɔkutɔburu."
)

// TestNothingReadable lets a whole story happen and then reads every file and line that Tinye wrote: without the key, no
// number and no text can be seen in them (design §2.4).
func TestNothingReadable(t *testing.T) {
	secrets := []string{
		hiddenFrench, hiddenBambara, hiddenBroken, hiddenStopped, hiddenListed, hiddenOnList,
		hiddenReport, hiddenMore, hiddenBam, hiddenStop, hiddenInvalid, hiddenClaim, hiddenAnswer, hiddenReply,
		hiddenAgent, hiddenEntered, hiddenEnrolled, hiddenName,
	}
	list := needles(secrets)
	find := newSearcher(list)
	controlSearch(t, find, secrets, list)

	carrier := NewCarrier(t, nil)
	s := NewCarrierSite(t, carrier)
	temporary := filepath.Join(s.Dir, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	s.Env = append(s.Env, "TMPDIR="+temporary) // is searched as well
	p := s.Serve(t)
	p.Ready(t)
	s.Staff(t)
	enrolled := enrolmentStory(t, s, carrier)
	tellStory(t, s, carrier)
	bringList(t, s)

	seen := map[string][]byte{ // what others than files show
		"/metrics": []byte(mustGet(t, s.URL+"/metrics")),
		"/readyz":  []byte(mustGet(t, s.URL+"/readyz")),
		"status":   []byte(s.Must(t, "status", "--json") + s.Must(t, "status")),
	}
	maps.Copy(seen, enrolled)
	stdout, stderr, _ := Run(t, s, "config", "check", "--config", s.Config)
	seen["config check"] = []byte(stdout + stderr)
	backup := filepath.Join(s.Dir, "copy.tinye")
	seen["backup"] = []byte(s.Must(t, "backup", backup, "--as", chief))
	nothingIn(t, "running", everyFile(t, s.Dir), find)
	p.Kill9(t)
	nothingIn(t, "killed", everyFile(t, s.Dir), find)
	seen["log"] = []byte(p.Log())
	p = s.Serve(t)
	p.Ready(t)
	p.Stop(t)
	seen["log of the second start"] = []byte(p.Log())
	seen["compact"] = []byte(s.Must(t, "compact", "--config", s.Config))

	s2 := s.NewMachine(t, carrier)
	seen["restore"] = []byte(s2.Must(t, "restore", "--config", s2.Config, backup))
	p2 := s2.Serve(t)
	p2.Ready(t)
	told := s2.ByText(t)[hiddenReport] // with the key, it is all there
	if len(told.Said) == 0 {
		t.Error("the restored report has no text")
	}
	p2.Stop(t)
	seen["log of the restored hotline"] = []byte(p2.Log())

	for name, text := range seen {
		if len(text) == 0 {
			t.Errorf("%s is empty, so nothing was searched", name)
		}
		for _, secret := range []string{webSecret, carrierToken} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s shows the secret %q", name, secret)
			}
		}
	}
	nothingIn(t, "shown", seen, find)
	for _, site := range []Site{s, s2} {
		files := everyFile(t, site.Dir)
		for _, name := range []string{"data/tinye.db", "data/tinye.ring", "tinye.key", "tinye.toml"} {
			if len(files[filepath.Join(site.Dir, name)]) == 0 {
				t.Errorf("%s was not searched", name)
			}
		}
		nothingIn(t, "stopped", files, find)
	}
	if len(everyFile(t, s.Dir)[backup]) == 0 {
		t.Error("the backup was not searched")
	}
	t.Logf("%d ways to write down %d numbers and texts were looked for", len(list), len(secrets))
}

// controlSearch proves that the search finds what is there: each secret in each form, in the midst of other bytes.
func controlSearch(t *testing.T, find *searcher, secrets []string, list []needle) {
	t.Helper()
	if len(list) < 4*len(secrets) {
		t.Fatalf("only %d needles for %d secrets", len(list), len(secrets))
	}
	dir := t.TempDir()
	for _, n := range list {
		data := append(append(bytes.Repeat([]byte{0xa5, 0}, 5000), n.bytes...), bytes.Repeat([]byte{0, 0x5a}, 5000)...)
		path := filepath.Join(dir, "hay")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if found := find.search(everyFile(t, dir)[path]); !slices.Contains(found, fmt.Sprintf("%q in %s", n.of, n.form)) {
			t.Fatalf("the search does not find %q in %s", n.of, n.form)
		}
	}
	for _, s := range secrets {
		if len(find.search([]byte("x "+s+" y"))) == 0 {
			t.Fatalf("the search does not find %q", s)
		}
	}
}

func nothingIn(t *testing.T, when string, files map[string][]byte, find *searcher) {
	t.Helper()
	for name, data := range files {
		for _, found := range find.search(data) {
			t.Errorf("%s: %s shows %s", when, name, found)
		}
		for _, found := range find.search([]byte(name)) {
			t.Errorf("%s: the file name %s shows %s", when, name, found)
		}
	}
}

// tellStory lets people write, the desk answer, and things go wrong.
func tellStory(t *testing.T, s Site, carrier *Carrier) {
	t.Helper()
	s.Bring(t, MO{ID: "r1", From: hiddenFrench, Text: hiddenReport})
	s.Bring(t, MO{ID: "r2", From: hiddenFrench, Text: hiddenMore})
	s.Bring(t, MO{ID: "r3", From: hiddenBambara, Text: hiddenBam})
	s.Bring(t, MO{ID: "r4", From: hiddenStopped, Text: hiddenReport + " aussi"})
	carrier.Await(t, hiddenStopped, 1) // the STOP would hold it
	s.Bring(t, MO{ID: "r5", From: hiddenStopped, Text: hiddenStop})
	carrier.Await(t, hiddenFrench, 2)
	carrier.Await(t, hiddenBambara, 1)
	carrier.Await(t, hiddenStopped, 2)

	// What cannot be read, what is not for us, and what is reported about a message that is not ours.
	text := fmt.Sprintf(`{"message_id":7,"channel":"sms","from":%q,"text":%q}`, hiddenBroken, hiddenInvalid)
	for _, c := range []struct {
		route, body string
		want        int
	}{
		{"mo", text, http.StatusOK},
		{"mo", "from=" + url.QueryEscape(hiddenBroken) + "&text=" + url.QueryEscape(hiddenInvalid), http.StatusOK},
		{"dlr", fmt.Sprintf(`{"id":%q,"status":"failed","code":%q}`, hiddenBroken, hiddenInvalid), http.StatusOK},
		{"mo?from=" + url.QueryEscape(hiddenBroken) + "&text=%zz" + url.QueryEscape(hiddenInvalid), "", http.StatusOK},
		{"sms/" + hiddenBroken + "/" + url.PathEscape(hiddenInvalid), text, http.StatusNotFound},
	} {
		if got := s.Post(t.Context(), http.DefaultClient, c.route, []byte(c.body)); got != c.want {
			t.Errorf("a request to %.4s… was answered with %d, not %d", c.route, got, c.want)
		}
	}
	broken := Ask[admin.QuarantinedList](t, s, "quarantine", "list", "--as", chief)
	if len(broken.Quarantined) < 3 {
		t.Errorf("%d requests are in quarantine", len(broken.Quarantined))
	}

	reports := s.ByText(t)
	fr, bm := reports[hiddenReport].Ref, reports[hiddenBam].Ref
	rumour := string(Ask[admin.Rumour](t, s, "rumour", "new", "--claim", hiddenClaim, "--from", string(fr), "--from", string(bm), "--as", author).Ref)
	s.Found(t, rumour)
	s.Must(t, "rumour", "answer", rumour, "--lang", "fra", "--text", hiddenAnswer, "--as", author)
	s.Must(t, "rumour", "answer", rumour, "--lang", "bam", "--text", hiddenReply, "--as", author)
	s.Must(t, "rumour", "approve", rumour, "--lang", "fra", "--as", second)
	s.Must(t, "rumour", "approve", rumour, "--lang", "bam", "--as", second)
	// Refused, with the words of the command line in the question.
	Run(t, s, "rumour", "decide", hiddenClaim, "--verdict", "confirmed_false", "--reason", hiddenReply, "--as", hiddenAnswer)
	s.Must(t, "rumour", "publish", rumour, "--as", second)
	got := carrier.Await(t, hiddenFrench, 3)[2]
	if !strings.Contains(got.Text, hiddenAnswer) {
		t.Errorf("the answer reads %q", got.Text)
	}
	carrier.Await(t, hiddenBambara, 2)
	carrier.busy.Store(true) // one is on its way when the copy is made
	s.Bring(t, MO{ID: "r6", From: hiddenBroken, Text: hiddenInvalid})
}

// bringList imports a number with a name beside it, and one that is handed back with its row.
func bringList(t *testing.T, s Site) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "liste.csv") // the list itself, and what comes back of it, are the desk's own
	text := fmt.Sprintf("Nom;Téléphone;Remarque\n%s;%s;%s\n%s;%s0;x\n", hiddenOnList, hiddenListed, hiddenReport, hiddenOnList, hiddenListed)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := s.Must(t, "people", "import", file, "--source", "registre de "+hiddenListed, "--as", second)
	if !strings.Contains(out, "1 nouveaux") || !strings.Contains(out, "1 à corriger") || strings.Contains(out, hiddenOnList) {
		t.Errorf("the import says:\n%s", out)
	}
	s.Must(t, "people", "import", "list", "--as", second)
}

func mustGet(t *testing.T, url string) string {
	t.Helper()
	body, err := get(url)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
