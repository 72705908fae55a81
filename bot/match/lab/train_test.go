package lab

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// tinySet writes invented posts about the invented claims: each claim told in two ways, with other words around it.
func tinySet(t *testing.T) Train {
	t.Helper()
	around := []string{
		"il parait que %s, qui peut confirmer", "mon voisin m'a dit hier au marché que %s. Partagez vite à vos proches",
		"%s ??? vrai ou faux", "Attention à tous! %s, faites passer ce message", "est-ce vrai que %s",
	}
	posts, gold := []string{"post_id\tfold\ttext"}, []string{"post_id\tclaim_id"}
	for i, line := range linesOf(t, data("claims.tsv")) {
		f := strings.Split(line, "\t")
		words := strings.Fields(strings.ToLower(f[1]))
		for n := range 2 {
			told := slices.Delete(slices.Clone(words), n, n+2) // not quite the claim's words
			id := fmt.Sprintf("p%d-%d", i, n)
			posts = append(posts, fmt.Sprintf("%s\t%d\t%s", id, i%3, fmt.Sprintf(around[(2*i+n)%len(around)], strings.Join(told, " "))))
			gold = append(gold, id+"\t"+f[0])
		}
	}
	quick := shippedRecipe()
	quick.rankTrees.trees, quick.sureTrees.trees = 10, 40
	return Train{
		Lang: bot.French, Claims: data("claims.tsv"), Posts: file(t, "posts.tsv", posts...), Qrels: file(t, "qrels.tsv", gold...),
		Unrelated: file(t, "unrelated.tsv", "id\ttext", "s1\tje rentre tard ce soir", "s2\tjoyeux anniversaire ma belle"),
		Workers:   2, Report: io.Discard, recipe: quick,
	}
}

// The same files give the same table to the digit, whatever the order of their lines and the number of workers; the table can be
// read and says certain of a telling of another kind.
func TestTrainIsReproducible(t *testing.T) {
	train := tinySet(t)
	var report bytes.Buffer
	train.Report = &report
	table, err := train.Run()
	if err != nil {
		t.Fatal(err)
	}
	again := train
	again.Workers, again.Report = 1, io.Discard
	turn := func(path string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(b)), "\n")
		slices.Reverse(lines[1:])
		return file(t, "turned.tsv", lines...)
	}
	again.Posts, again.Claims, again.Qrels = turn(train.Posts), turn(train.Claims), turn(train.Qrels)
	second, err := again.Run()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(table, second) {
		t.Errorf("%d and %d bytes, not the same", len(table), len(second))
	}
	w, err := match.ParseWeights(table)
	if err != nil {
		t.Fatal(err)
	}
	if !w.Learned() || !slices.Equal(w.Langs, []bot.Lang{bot.French}) || !strings.HasPrefix(w.Version, "fra-") || w.Certain <= 0 || w.Certain > 1 {
		t.Errorf("the table: version %q, languages %v, certain from %v", w.Version, w.Langs, w.Certain)
	}
	for _, want := range []string{"Pli 0", "Pli 1", "Pli 2", "Tous les plis", "avec variantes", "de 4 demandes sans rapport"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("the report says nothing of %q:\n%s", want, &report)
		}
	}
	e := invented()
	e.Options.Weights = w
	e.Queries = file(t, "q.tsv", "z\tquelqu'un dit que le barrage de Tinsa a cédé et que la vallée va être inondée")
	l := run(t, e)[0]
	if l.Results[0].Claim != "c16" || l.Confidence < 0.5 {
		t.Errorf("with the table: %s first, confidence %v", l.Results[0].Claim, l.Confidence)
	}
}

// What cannot be learned from is said.
func TestTrainOnTooLittle(t *testing.T) {
	train := tinySet(t)
	train.Qrels = file(t, "qrels.tsv", "nobody\tc01")
	if _, err := train.Run(); err == nil || !strings.Contains(err.Error(), "ne nomme aucun message de") {
		t.Errorf("qrels of other posts: %v", err)
	}
	train = tinySet(t)
	lines, head := linesOf(t, train.Posts), "post_id\tfold\ttext"
	train.Posts = file(t, "few.tsv", append([]string{head}, lines[:fewestPosts-1]...)...)
	if _, err := train.Run(); err == nil || !strings.Contains(err.Error(), "la rumeur est connue: 29, il en faut au moins 30") {
		t.Errorf("29 posts: %v", err)
	}
	for i, l := range lines {
		f := strings.Split(l, "\t")
		lines[i] = f[0] + "\t1\t" + f[2]
	}
	train.Posts = file(t, "onefold.tsv", append([]string{head}, lines...)...)
	if _, err := train.Run(); err == nil || !strings.Contains(err.Error(), "n'a qu'un pli") {
		t.Errorf("one fold: %v", err)
	}
}

// Linear weights go where the feature is that tells right from wrong, and trees find what no line can.
func TestModelsLearn(t *testing.T) {
	r := &rows{}
	for i := range 400 {
		a, b := float64(i%2), float64(i/2%2)
		y := 0.0
		if a != b {
			y = 1
		}
		r.sets, r.weight = append(r.sets, span{i, i + 1}), append(r.weight, 1)
		r.x, r.y = append(r.x, []float64{a, b, float64(i%7) / 7}), append(r.y, y)
	}
	wrong := func(m match.Model) int {
		n := 0
		for i, x := range r.x {
			if (m.Score(x) > 0) != (r.y[i] == 1) {
				n++
			}
		}
		return n
	}
	o := boosting{trees: 60, depth: 2, rate: 0.3, l2: 1, least: 1, sample: 0.7, columns: 1, seed: 1}
	if n := wrong(boostedModel(r, make([]float64, len(r.x)), o)); n > 0 {
		t.Errorf("trees get %d of 400 wrong where one of two is asked for", n)
	}
	if n := wrong(linearModel(r, 0.001, 100)); n < 100 {
		t.Errorf("a line cannot do that: %d wrong", n)
	}
	for i, x := range r.x {
		r.y[i] = x[0]
	}
	m := linearModel(r, 0.001, 100)
	if n := wrong(m); n > 0 || m.Linear[0] < 10*max(m.Linear[2], -m.Linear[2]) {
		t.Errorf("linear: %d wrong, weights %v", n, m.Linear)
	}
}

// Of a set, the one thing that is drawn is learned, however high or low all scores of its set are.
func TestSetsAreComparedWithin(t *testing.T) {
	r := &rows{}
	for i := range 100 {
		from := len(r.x)
		for k := range 4 {
			x, y := []float64{float64(i) + float64((i+k)%4)/4, float64(k)}, 0.0
			if (i+k)%4 == 3 {
				y = 1
			}
			r.x, r.y = append(r.x, x), append(r.y, y)
		}
		r.sets, r.weight = append(r.sets, span{from, len(r.x)}), append(r.weight, 1)
	}
	m := linearModel(r, 1e-6, 200)
	for _, s := range r.sets {
		best := s.from
		for i := s.from; i < s.to; i++ {
			if m.Score(r.x[i]) > m.Score(r.x[best]) {
				best = i
			}
		}
		if r.y[best] != 1 && s.from > 4 && s.to < len(r.x)-4 { // the outermost sets are clipped
			t.Fatalf("set %v: %v is first, weights %v", s, r.x[best], m.Linear)
		}
	}
}

// Shipped numbers are short and as good as read back.
func TestSignificant(t *testing.T) {
	for x, want := range map[float64]string{0.123456789: "0.123457", -12345.6789: "-12345.7", 1e-15: "0", 3: "3", 0.1: "0.1", 123456789: "1.23457e+08"} {
		if got := fmt.Sprint(significant(x)); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}

// The way SMS are typed leaves no accent, is the same each time, and keeps what nobody shortens.
func TestTyped(t *testing.T) {
	text := "Quelqu'un a dit que les élèves de Gao n'iront pas à l'école avant le 15 février, c'est vrai ?"
	if got, want := Typed(text, 0), "quelqu'un a dit que les eleves de gao n'iront pas a l'ecole avant le 15 fevrier, c'est vrai ?"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	heavy := Typed(text, 1)
	if heavy != Typed(text, 1) || !strings.Contains(heavy, " ke lé ") || !strings.Contains(heavy, " 15 ") || len(heavy) >= len(text) {
		t.Errorf("typed in short: %s", heavy)
	}
}

// Floors, by the shipped table, on data that does not lie in the repository. These posts were learned on: the floors are there to
// notice that something broke, not to say how good it is (tinye match train does, over folds).
func TestFloors(t *testing.T) {
	const dir = "../../../../shared/data/matching/"
	if _, err := os.Stat(dir + "posts.tsv"); err != nil {
		t.Skip("the French posts and claims for developing are not here")
	}
	gold, err := ReadQrels(dir + "qrels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	e := Eval{Lang: bot.French, Claims: dir + "claims.tsv", Queries: dir + "posts.tsv", Workers: 2}
	known := run(t, e)
	e.DropGold = dir + "qrels.tsv"
	s, err := Score(gold, known, run(t, e), true, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if s.MAP5.Value < 0.78 || s.P1.Value < 0.74 {
		t.Errorf("claims only: MAP@5 %v, P@1 %v", s.MAP5, s.P1)
	}
	if w, err := match.Shipped(); err != nil || w.Learned() && (s.Precision.Value < 0.97 || s.Recall.Value < 0.35) {
		t.Errorf("claims only, half unknown: precision %v, recall %v (%v)", s.Precision, s.Recall, err)
	}
	e.DropGold, e.Queries = "", dir+"unrelated_sms.tsv"
	for _, l := range run(t, e) {
		if l.Answer != nil {
			t.Errorf("%s tells nothing and is answered with %s", l.Query, *l.Answer)
		}
	}
}
