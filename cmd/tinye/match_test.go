package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// matchFiles writes invented files of rumours and messages into a folder of their own, and gives its path.
func matchFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, lines := range map[string][]string{
		"claims.tsv": {
			"claim_id\tclaim", "c1\tLe pont de Kolonda est fermé aux camions depuis lundi", "c2\tLe bac de Niafa a coulé avec trente passagers",
			"c3\tLe sel vendu à Yoro contient du plomb",
		},
		"queries.tsv": {
			"query_id\ttext", "q1\ton dit que le pont de Kolonda est fermé aux camions depuis lundi", "q2\test-ce que le bac de Niafa a coulé avec 30 passagers",
			"q3\tjoyeux anniversaire",
		},
		"qrels.tsv":   {"post_id\tclaim_id", "q1\tc1", "q2\tc2"},
		"texts.qrels": {"post_id\tclaim_id", "z1\tc1"},
		"texts.tsv":   {"fra\tle pont est fermé depuis lundi, tout le monde le dit au marché", "fra\tok", "bam\tan bɛ taa sugu la sini sɔgɔma, a bɛ se ka kɛ ten wa", "bam\tɔwɔ", "eng\tle pont est fermé depuis lundi, dit-on au marché"},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tinyeIn runs a command line in which DIR stands for the folder.
func tinyeIn(t *testing.T, dir, line string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(t.Context(), strings.Fields(strings.ReplaceAll(line, "DIR", dir)), streams{in: strings.NewReader(""), out: &o, err: &e})
	return code, strings.ReplaceAll(o.String(), dir, "DIR"), strings.ReplaceAll(e.String(), dir, "DIR")
}

// A run is written and scored without a site, a key or a configuration.
func TestMatchEvalAndScore(t *testing.T) {
	dir := matchFiles(t)
	for _, line := range []string{
		"match eval --lang fra --claims DIR/claims.tsv --queries DIR/queries.tsv --out DIR/known.jsonl",
		"match eval --lang fra --claims DIR/claims.tsv --queries DIR/queries.tsv --drop-gold DIR/qrels.tsv --out DIR/unknown.jsonl",
	} {
		if code, out, errs := tinyeIn(t, dir, line); code != 0 || out != "" || !strings.Contains(errs, "jsonl: messages 3, rumeurs 3; réponses qui seraient parties tout de suite: ") || strings.Count(errs, "\n") != 1 {
			t.Fatalf("tinye %s: exit %d: %s%s", line, code, out, errs)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "unknown.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		var l struct {
			Query   string `json:"query_id"`
			Results []struct {
				Claim string  `json:"claim_id"`
				Score float64 `json:"score"`
			} `json:"results"`
			Answer     *string  `json:"answer"`
			Confidence *float64 `json:"confidence"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if want := []int{2, 2, 3}[i]; len(l.Results) != want || l.Confidence == nil || l.Answer != nil {
			t.Errorf("without its rumour: %s", line)
		}
	}
	code, out, _ := tinyeIn(t, dir, "match score --qrels DIR/qrels.tsv --known DIR/known.jsonl --unknown DIR/unknown.jsonl")
	if code != 0 || !strings.Contains(out, "MAP@5          1.000 [1.000, 1.000]       2 requêtes\n") || !strings.Contains(out, "false answers  0.000 [0.000, 0.561]       3 requêtes") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	code, out, errs := tinyeIn(t, dir, "match score --qrels DIR/texts.qrels --known DIR/known.jsonl")
	if want := "Le fichier DIR/texts.qrels ne nomme aucune requête de ces résultats"; code != exitFailed || out != "" || !strings.Contains(errs, want) {
		t.Errorf("qrels of something else: exit %d: %s%s", code, out, errs)
	}
	_, _, errs = tinyeIn(t, dir, "match score --qrels DIR/qrels.tsv --known DIR/known.jsonl --unknown DIR/unknown.jsonl")
	if want := "Requêtes qui ne sont pas dans DIR/qrels.tsv: 1; une réponse à celles-ci compte comme fausse.\n"; errs != want {
		t.Errorf("said %q, want %q", errs, want)
	}
}

// In English, too, what is certain is answered, to compare with published tables; in Bambara nothing is before people have confirmed
// enough matches.
func TestMatchEvalOfOtherLanguages(t *testing.T) {
	dir := matchFiles(t)
	for lang, want := range map[string]bool{"fra": true, "eng": true, "bam": false} {
		code, _, errs := tinyeIn(t, dir, "match eval --lang "+lang+" --claims DIR/claims.tsv --queries DIR/queries.tsv --out DIR/run.jsonl")
		if code != 0 {
			t.Fatalf("%s: exit %d: %s", lang, code, errs)
		}
		b, err := os.ReadFile(filepath.Join(dir, "run.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(b), `"answer":"c1"`); got != want {
			t.Errorf("%s: answered is %v, want %v:\n%s", lang, got, want, b)
		}
	}
}

// What is wrong with the files is one sentence, and no file is left behind that somebody could take for a run.
func TestMatchEvalOfBadFiles(t *testing.T) {
	dir := matchFiles(t)
	code, _, errs := tinyeIn(t, dir, "match eval --lang fra --claims DIR/qrels.tsv --queries DIR/queries.tsv --out DIR/run.jsonl")
	if want := "tinye: DIR/qrels.tsv, ligne 1: il manque la colonne claim ou text.\n"; code != exitFailed || errs != want {
		t.Errorf("exit %d: %q, want %q", code, errs, want)
	}
	if code, _, errs := tinyeIn(t, dir, "match eval --lang xyz --claims a --queries b --out c"); code != exitConfig || !strings.Contains(errs, "n'est pas un choix") {
		t.Errorf("an unknown language: exit %d: %s", code, errs)
	}
	code, _, errs = tinyeIn(t, dir, "match eval --lang fra --claims DIR/claims.tsv --queries DIR/queries.tsv --weights DIR/qrels.tsv --out DIR/run.jsonl")
	if code != exitFailed || !strings.Contains(errs, "Le fichier DIR/qrels.tsv n'est pas une table de poids") {
		t.Errorf("weights that are none: exit %d: %s", code, errs)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*run*"))
	if hidden, _ := filepath.Glob(filepath.Join(dir, ".tinye*")); err != nil || len(left)+len(hidden) > 0 {
		t.Errorf("left behind: %q %q %v", left, hidden, err)
	}
}

// What is read is not written over.
func TestAnOutputThatIsAnInput(t *testing.T) {
	dir := matchFiles(t)
	before, err := os.ReadFile(filepath.Join(dir, "queries.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"match eval --lang fra --claims DIR/claims.tsv --queries DIR/queries.tsv --out DIR/./queries.tsv",
		"match train --posts DIR/queries.tsv --claims DIR/claims.tsv --qrels DIR/qrels.tsv --out DIR/queries.tsv",
	} {
		code, _, errs := tinyeIn(t, dir, line)
		if code != exitFailed || !strings.Contains(errs, "--out est aussi un fichier à lire") {
			t.Errorf("tinye %s: exit %d: %s", line, code, errs)
		}
	}
	if after, err := os.ReadFile(filepath.Join(dir, "queries.tsv")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("%v: it is now %s", err, after)
	}
	code, _, errs := tinyeIn(t, dir, "match train --posts DIR/queries.tsv --claims DIR/claims.tsv --qrels DIR/qrels.tsv --out DIR/weights.json")
	if code != exitFailed || !strings.Contains(errs, "pas assez de messages dont la rumeur est connue: 2, il en faut au moins 30") {
		t.Errorf("two messages: exit %d: %s", code, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "weights.json")); err == nil {
		t.Error("a table is written all the same")
	}
}

// The table has a line for each language of the file and a column for what it was taken for. One that cannot be told is not
// counted with the others.
func TestLangEval(t *testing.T) {
	dir := matchFiles(t)
	code, out, errs := tinyeIn(t, dir, "lang eval DIR/texts.tsv")
	want := `  langue (lang)  fra  bam  non dite (unsure)  textes (texts)  justes (right)  non dite % (unsure %)
            fra    1    0                  1               2           0.500                   50.0
            bam    0    1                  1               2           0.500                   50.0
            eng    1    0                  0               1               –                    0.0

textes (texts) 4, justes (right) 0.500, justes parmi les langues dites (right of those guessed) 1.000, non dite (unsure) 0.500
À part, dans une langue que Tinye ne sait pas reconnaître (unknown): textes 1, pris pour du français ou du bambara 1
`
	if code != 0 || errs != "" || out != want {
		t.Errorf("exit %d %s\ngot\n%swant\n%s", code, errs, out, want)
	}
	if code, _, errs := tinyeIn(t, dir, "lang eval DIR/none.tsv"); code != exitFailed || errs != "tinye: Le fichier DIR/none.tsv n'existe pas.\n" {
		t.Errorf("no file: exit %d: %s", code, errs)
	}
}
