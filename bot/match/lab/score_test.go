package lab

import (
	"math"
	"os"
	"strings"
	"testing"
)

// Six queries, one of them not in the run, whose figures were worked out by hand.
//
//	a: the right one first, and answered             AP 1    RR 1
//	b: the right one third, a wrong one answered     AP 1/3  RR 1/3
//	c: two right ones, first and fourth, no answer   AP (1/1+2/4)/2 = 3/4  RR 1
//	d: the right one sixth                           AP 0    RR 1/6
//	e: not found                                     AP 0    RR 0
//	f: missing                                       AP 0    RR 0
func TestScore(t *testing.T) {
	known := []string{
		`{"query_id":"a","results":[{"claim_id":"1","score":9},{"claim_id":"2","score":8}],"answer":"1","confidence":0.9}`,
		`{"query_id":"b","results":[{"claim_id":"3","score":9},{"claim_id":"4","score":8},{"claim_id":"1","score":7}],"answer":"3","confidence":0.9}`,
		`{"query_id":"c","results":[{"claim_id":"1","score":9},{"claim_id":"3","score":8},{"claim_id":"4","score":7},{"claim_id":"2","score":7}],"answer":null,"confidence":0.2}`,
		`{"query_id":"d","results":[{"claim_id":"2"},{"claim_id":"3"},{"claim_id":"4"},{"claim_id":"5"},{"claim_id":"6"},{"claim_id":"1"}],"answer":null,"confidence":0}`,
		`{"query_id":"e","results":[],"answer":null,"confidence":0}`,
	}
	unknown := []string{
		`{"query_id":"a","results":[],"answer":null,"confidence":0}`,
		`{"query_id":"b","results":[{"claim_id":"3","score":9}],"answer":"3","confidence":0.9}`,
		`{"query_id":"c","results":[],"answer":null,"confidence":0}`,
		`{"query_id":"s1","results":[],"answer":null,"confidence":0}`,
	}
	gold, err := ReadQrels(file(t, "gold.tsv", "post_id\tclaim_id", "a\t1", "b\t1", "c\t1", "c\t2", "d\t1", "e\t1", "f\t1"))
	if err != nil {
		t.Fatal(err)
	}
	read := func(lines []string) []Line {
		l, err := ReadRun(file(t, "run.jsonl", lines...))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	var said []string
	say := func(sentence string) { said = append(said, sentence) }
	part, err := Score(gold, read(known), read(unknown), false, say)
	if err != nil {
		t.Fatal(err)
	}
	if part.P1.Of != 5 || math.Abs(part.P1.Value-2./5) > 1e-12 {
		t.Errorf("without the one that is missing: P@1 %v of %d", part.P1, part.P1.Of)
	}
	s, err := Score(gold, read(known), read(unknown), true, say)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		got   Figure
		value float64
		of    int
	}{
		{"MAP@5", s.MAP5, (1 + 1./3 + 3./4) / 6, 6},
		{"MRR", s.MRR, (1 + 1./3 + 1 + 1./6) / 6, 6},
		{"P@1", s.P1, 2. / 6, 6},
		{"precision", s.Precision, 1. / 3, 3},
		{"recall", s.Recall, 1. / 6, 6},
		{"false answers", s.False, 1. / 4, 4},
	} {
		if math.Abs(c.got.Value-c.value) > 1e-12 || c.got.Of != c.of || c.got.Low > c.value || c.got.High < c.value {
			t.Errorf("%s: %v of %d, want %v of %d", c.name, c.got, c.got.Of, c.value, c.of)
		}
	}
	if len(said) != 2 || !strings.Contains(said[0], "manquent dans les résultats: 1; elles ne comptent pas") || !strings.Contains(said[1], "1; elles comptent pour 0") {
		t.Errorf("said %q", said)
	}
	strange, err := ReadQrels(file(t, "strange.tsv", "post_id\tclaim_id", "z\t1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Score(strange, read(known), nil, false, func(string) {}); err == nil || !strings.Contains(err.Error(), "ne nomme aucune requête de ces résultats") {
		t.Errorf("qrels of something else: %v", err)
	}
	var out strings.Builder
	if err := s.Print(&out); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(data("score.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

// Wilson's interval, by a published example: 8 of 10 is 0.490 to 0.943.
func TestWilson(t *testing.T) {
	f := shareOf(8, 10)
	if math.Abs(f.Low-0.4902) > 1e-4 || math.Abs(f.High-0.9433) > 1e-4 {
		t.Errorf("8 of 10: %v", f)
	}
	if none := shareOf(0, 50); none.Low != 0 || math.Abs(none.High-0.0713) > 1e-4 {
		t.Errorf("0 of 50: %v", none)
	}
}

// A bootstrap interval is about as wide as the normal one where there are many values, and the same each time.
func TestBootstrap(t *testing.T) {
	var x []float64
	for i := range 400 {
		x = append(x, float64(i%2))
	}
	f := meanOf(x)
	if half := (f.High - f.Low) / 2; math.Abs(half-0.049) > 0.005 || f != meanOf(x) {
		t.Errorf("400 values, half of them 1: %v", f)
	}
}

func TestBadRun(t *testing.T) {
	for line, want := range map[string]string{
		`{"query_id":"a"`:  "ligne 2: ce n'est pas une ligne comme",
		`{"results":[]}`:   "ligne 2: ce n'est pas une ligne comme",
		`{"query_id":"x"}`: "ligne 2: la requête x est déjà à la ligne 1.",
	} {
		_, err := ReadRun(file(t, "run.jsonl", `{"query_id":"x","results":[],"answer":null,"confidence":0}`, line))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}
