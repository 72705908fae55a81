package lab

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
)

// data is the path of an invented file.
func data(name string) string { return filepath.Join("testdata", name) }

// file writes a file of lines and gives its path.
func file(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// linesOf is a file without its head.
func linesOf(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")[1:]
}

// invented asks the invented queries of the invented base.
func invented() Eval {
	return Eval{Lang: bot.French, Claims: data("claims.tsv"), Variants: data("variants.tsv"), Queries: data("queries.tsv")}
}

func run(t *testing.T, e Eval) []Line {
	t.Helper()
	var out bytes.Buffer
	if err := e.Run(&out); err != nil {
		t.Fatal(err)
	}
	return parseLines(t, out.String())
}

func parseLines(t *testing.T, text string) []Line {
	t.Helper()
	var lines []Line
	for text := range strings.Lines(text) {
		var l Line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		lines = append(lines, l)
	}
	return lines
}

// Each query gets a line in the order of the file, with twenty claims of the twenty-two, the best first, none twice.
func TestRun(t *testing.T) {
	lines := run(t, invented())
	for i, want := range []string{"c01", "c02", "c03", "c11", "c16"} {
		if got := lines[i].Results[0].Claim; got != want {
			t.Errorf("%s: %s is first, want %s", lines[i].Query, got, want)
		}
	}
	for i, l := range lines {
		if want := "q0" + string('1'+rune(i)); l.Query != want {
			t.Errorf("line %d is of %s, want %s", i+1, l.Query, want)
		}
		seen := map[string]bool{}
		for n, r := range l.Results {
			if seen[r.Claim] || n > 0 && r.Score > l.Results[n-1].Score {
				t.Errorf("%s: result %d is %v after %v", l.Query, n+1, r, l.Results[n-1])
			}
			seen[r.Claim] = true
		}
		if len(l.Results) != 20 || l.Confidence < 0 || l.Confidence > 1 {
			t.Errorf("%s: %d results, confidence %v", l.Query, len(l.Results), l.Confidence)
		}
	}
	if lines[5].Answer != nil {
		t.Errorf("a wedding is answered with %s", *lines[5].Answer)
	}
}

// A line has the keys that others read, also where there is no answer, and few results where the base is small.
func TestLineOfARun(t *testing.T) {
	e := invented()
	e.Variants, e.Claims = "", file(t, "claims.tsv", "a\tLe pont de Kolonda est fermé", "b\tLe lion de Sirama")
	e.Queries = file(t, "q.tsv", "x\tbonjour", "y")
	var out bytes.Buffer
	if err := e.Run(&out); err != nil {
		t.Fatal(err)
	}
	want := `{"query_id":"x","results":[{"claim_id":"a","score":0},{"claim_id":"b","score":0}],"answer":null,"confidence":0}` + "\n"
	if want += strings.Replace(want, `"x"`, `"y"`, 1); out.String() != want {
		t.Errorf("got  %swant %s", &out, want)
	}
}

// How many work at it changes no digit.
func TestWorkersChangeNothing(t *testing.T) {
	var one, three bytes.Buffer
	e := invented()
	if err := e.Run(&one); err != nil {
		t.Fatal(err)
	}
	e.Workers = 3
	if err := e.Run(&three); err != nil {
		t.Fatal(err)
	}
	if one.String() != three.String() {
		t.Errorf("one worker:\n%sthree:\n%s", &one, &three)
	}
}

// A query that is a variant is asked as if that variant had never been there.
func TestOwnVariantIsLeftOut(t *testing.T) {
	all := run(t, invented())
	for i, query := range []string{"q01", "q02", "q05"} {
		e := invented()
		others := slices.DeleteFunc(linesOf(t, data("variants.tsv")), func(l string) bool { return strings.HasSuffix(l, "\t"+query) })
		e.Variants = file(t, "variants.tsv", others...)
		without := run(t, e)
		at := []int{0, 1, 4}[i]
		if got, want := marshal(t, all[at]), marshal(t, without[at]); got != want {
			t.Errorf("%s: got  %s\nwant %s", query, got, want)
		}
		e.Variants = file(t, "variants.tsv", append(others, "c19\t"+strings.Split(linesOf(t, data("queries.tsv"))[at], "\t")[2])...)
		if known := run(t, e)[at].Results[:2]; known[0].Claim != "c19" && known[1].Claim != "c19" {
			t.Errorf("%s: its words under no id of its own are not found: %v", query, known)
		}
	}
}

// With drop-gold a query is asked of a base that never had its claim nor that claim's variants; the next one finds its own again.
func TestDropGold(t *testing.T) {
	e := invented()
	e.DropGold = data("qrels.tsv")
	got := run(t, e)
	for i, claim := range []string{"c01", "c02", "c03", "c11", "c16"} {
		without := func(path string) string {
			return file(t, "without.tsv", slices.DeleteFunc(linesOf(t, path), func(l string) bool { return strings.HasPrefix(l, claim+"\t") })...)
		}
		never := invented()
		never.Claims, never.Variants = without(data("claims.tsv")), without(data("variants.tsv"))
		if want := run(t, never)[i]; marshal(t, got[i]) != marshal(t, want) {
			t.Errorf("without %s: got  %s\nwant %s", claim, marshal(t, got[i]), marshal(t, want))
		}
		if got[i].Answer != nil || len(got[i].Results) != 20 {
			t.Errorf("without %s: %s", claim, marshal(t, got[i]))
		}
	}
}

func marshal(t *testing.T, l Line) string {
	t.Helper()
	b, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is wrong with a file is said in a sentence that names the file and the line.
func TestBadFiles(t *testing.T) {
	good := invented()
	for name, c := range map[string]struct {
		change func(e *Eval)
		want   string
	}{
		"missing":           {func(e *Eval) { e.Claims = "testdata/none.tsv" }, "Le fichier testdata/none.tsv n'existe pas."},
		"empty":             {func(e *Eval) { e.Queries = file(t, "f.tsv") }, "f.tsv est vide."},
		"head only":         {func(e *Eval) { e.Queries = file(t, "f.tsv", "query_id\ttext") }, "f.tsv n'a pas de requêtes."},
		"claim twice":       {func(e *Eval) { e.Claims = file(t, "f.tsv", "a\tx", "b\ty", "a\tz") }, "f.tsv, ligne 3: la rumeur a est déjà à la ligne 1."},
		"query twice":       {func(e *Eval) { e.Queries = file(t, "f.tsv", "id\ttext", "a\tx", "a\tz") }, "f.tsv, ligne 3: la requête a est déjà à la ligne 2."},
		"no text":           {func(e *Eval) { e.Claims = file(t, "f.tsv", "a\tx", "", "b") }, "f.tsv, ligne 3: la colonne claim est vide: séparez les colonnes par des tabulations."},
		"commas":            {func(e *Eval) { e.Claims = file(t, "f.tsv", "claim_id,claim", "a,x") }, "f.tsv, ligne 1: une seule colonne: séparez les colonnes par des tabulations."},
		"comma queries":     {func(e *Eval) { e.Queries = file(t, "f.tsv", "query_id,text", "a,x") }, "f.tsv, ligne 1: une seule colonne: séparez les colonnes par des tabulations."},
		"no column":         {func(e *Eval) { e.Claims = file(t, "f.tsv", "claim_id\twords", "a\tx") }, "f.tsv, ligne 1: il manque la colonne claim ou text."},
		"stray variant":     {func(e *Eval) { e.Variants = file(t, "f.tsv", "c99\tx") }, "f.tsv, ligne 1: la rumeur c99 n'est pas dans le fichier des rumeurs."},
		"not UTF-8":         {func(e *Eval) { e.Queries = file(t, "f.tsv", "a\t\xe9t\xe9") }, "f.tsv, ligne 1: ce n'est pas de l'UTF-8."},
		"too long":          {func(e *Eval) { e.Queries = file(t, "f.tsv", "a\tb", "c\t"+strings.Repeat("x", longestLine)) }, "f.tsv, ligne 2: plus de 1048576 octets."},
		"pair twice":        {func(e *Eval) { e.DropGold = file(t, "f.tsv", "q01\tc01", "q01\tc01") }, "f.tsv, ligne 2: la requête q01 et la rumeur c01 sont déjà ensemble plus haut."},
		"no number":         {func(e *Eval) { e.Queries = file(t, "f.tsv", "id\tfold\ttext", "a\tx\ty") }, "f.tsv, ligne 2: « x » n'est pas un numéro de pli."},
		"a folder, no file": {func(e *Eval) { e.Queries = "testdata" }, "Le fichier testdata ne peut pas être lu."},
	} {
		e := good
		c.change(&e)
		var out bytes.Buffer
		if err := e.Run(&out); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: something was written: %s", name, &out)
		}
	}
}

// Heads may come in any order and under their other names, or not at all; a byte-order mark and Windows' line ends do no harm.
func TestHeads(t *testing.T) {
	want := run(t, invented())
	for name, turn := range map[string]func(fields []string) string{
		"\ufefftext\tid\r":           func(f []string) string { return f[2] + "\t" + f[0] + "\r" },
		"query_id\tfold\tx\ttext":    func(f []string) string { return f[0] + "\t2\t\t" + f[2] },
		"q00\tune ligne sans titres": func(f []string) string { return f[0] + "\t" + f[2] },
	} {
		lines := []string{name}
		for _, l := range linesOf(t, data("queries.tsv")) {
			lines = append(lines, turn(strings.Split(l, "\t")))
		}
		e := invented()
		e.Queries = file(t, "q.tsv", lines...)
		got := run(t, e)
		if got[0].Query == "q00" {
			got = got[1:]
		}
		for i := range want {
			if marshal(t, got[i]) != marshal(t, want[i]) {
				t.Errorf("%q: got  %s\nwant %s", name, marshal(t, got[i]), marshal(t, want[i]))
			}
		}
	}
}

// A qrels file that names claims which are not there is said, and the rest is asked all the same.
func TestUnknownClaimsAreSaid(t *testing.T) {
	var said []string
	e := invented()
	e.Said = func(s string) { said = append(said, s) }
	e.DropGold = file(t, "gold.tsv", "q01\tc01", "q02\tc77", "q03\tc78")
	run(t, e)
	if want := "ligne 2: la rumeur c77 n'est pas dans le fichier des rumeurs (et 1 de plus)."; len(said) != 1 || !strings.HasSuffix(said[0], want) {
		t.Errorf("said %q, want %q", said, want)
	}
}
