package lab

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
)

// Figure is a measured share or mean with its 95 % interval.
type Figure struct {
	Value, Low, High float64
	Of               int // how many it is a share or mean of; 0: there was nothing to measure
}

func (f Figure) String() string {
	if f.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", f.Value, f.Low, f.High)
}

// Scores are what a run is worth.
type Scores struct {
	MAP5, MRR, P1 Figure // over the queries whose claims are known
	Precision     Figure // of the answers given, in both halves, how many are right
	Recall        Figure // of the queries whose claims are in the base, how many got a right answer
	False         Figure // of the queries whose claims are not, how many got an answer
}

// Score compares runs with what is right. known was asked of a base that has the queries' claims, unknown of one that has not:
// whatever is answered there is false. Queries of known that the qrels do not name are counted as having no right answer, and those of
// the qrels that known lacks not at all, since qrels are often of more than was asked; with all, as not found, so that leaving out what
// is hard raises nothing. said is told what does not fit. It is an error if the qrels name none of known's queries.
func Score(gold Qrels, known, unknown []Line, all bool, said func(sentence string)) (Scores, error) {
	asked := make(map[string]bool, len(known))
	for _, l := range known {
		asked[l.Query] = true
	}
	var ap, rr, p1 []float64
	given, right, strange := 0, 0, 0
	for _, l := range known {
		claims := gold.Claims[l.Query]
		if l.Answer != nil {
			given++
			if slices.Contains(claims, *l.Answer) {
				right++
			}
		}
		if len(claims) == 0 {
			strange++
			continue
		}
		ranks := goldRanks(l.Results, claims)
		ap = append(ap, averagePrecision(ranks, len(claims), 5))
		rr = append(rr, reciprocal(ranks))
		p1 = append(p1, precisionAt1(ranks))
	}
	if strange > 0 {
		said(fmt.Sprintf("Requêtes qui ne sont pas dans %s: %d; une réponse à celles-ci compte comme fausse.", gold.File, strange))
	}
	if len(ap) == 0 {
		return Scores{}, &FileError{File: gold.File, Why: "ne nomme aucune requête de ces résultats: donnez les qrels des messages qui ont été demandés"}
	}
	missing := 0
	for q := range gold.Claims {
		if !asked[q] {
			missing++
		}
	}
	if missing > 0 && all {
		none := make([]float64, missing)
		ap, rr, p1 = append(ap, none...), append(rr, none...), append(p1, none...)
		said(fmt.Sprintf("Requêtes de %s qui manquent dans les résultats: %d; elles comptent pour 0, comme non trouvées.", gold.File, missing))
	} else if missing > 0 {
		said(fmt.Sprintf("Requêtes de %s qui manquent dans les résultats: %d; elles ne comptent pas (--all les compte comme non trouvées).", gold.File, missing))
	}
	wrong := 0
	for _, l := range unknown {
		if l.Answer != nil {
			given++
			wrong++
		}
	}
	return Scores{
		MAP5: meanOf(ap), MRR: meanOf(rr), P1: shareOf(sum(p1), len(p1)),
		Precision: shareOf(right, given), Recall: shareOf(right, len(p1)), False: shareOf(wrong, len(unknown)),
	}, nil
}

// Print writes the scores, a line each, under the words that publications use.
func (s Scores) Print(out io.Writer) error {
	for _, row := range []struct {
		name string
		f    Figure
		what string
	}{
		{"MAP@5", s.MAP5, "requêtes"}, {"MRR", s.MRR, "requêtes"}, {"P@1", s.P1, "requêtes"},
		{"precision", s.Precision, "réponses données, combien justes"},
		{"recall", s.Recall, "requêtes dont la rumeur est connue, combien bien répondues"},
		{"false answers", s.False, "requêtes dont la rumeur n'est pas connue, combien répondues"},
	} {
		if _, err := fmt.Fprintf(out, "%-14s %-22s %5d %s\n", row.name, row.f, row.f.Of, row.what); err != nil {
			return err
		}
	}
	return nil
}

// goldRanks are the places, from 0, of the right claims among results, ascending.
func goldRanks(results []Scored, claims []string) []int {
	var ranks []int
	for i, r := range results {
		if slices.Contains(claims, r.Claim) {
			ranks = append(ranks, i)
		}
	}
	return ranks
}

// averagePrecision at n: the mean, over the right claims or over n if they are more, of the precision at each one found within n.
func averagePrecision(ranks []int, claims, n int) float64 {
	s := 0.0
	for i, r := range ranks {
		if r < n {
			s += float64(i+1) / float64(r+1)
		}
	}
	return s / float64(min(claims, n))
}

func reciprocal(ranks []int) float64 {
	if len(ranks) == 0 {
		return 0
	}
	return 1 / float64(ranks[0]+1)
}

func precisionAt1(ranks []int) float64 {
	if len(ranks) > 0 && ranks[0] == 0 {
		return 1
	}
	return 0
}

func sum(x []float64) int {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return int(s)
}

// shareOf is a share with Wilson's interval.
func shareOf(k, n int) Figure {
	if n == 0 {
		return Figure{}
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	middle := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Figure{Value: p, Low: max(middle-half, 0), High: min(middle+half, 1), Of: n}
}

// meanOf is a mean with the interval that 2,000 draws with replacement give, always the same draws for as many values.
func meanOf(x []float64) Figure {
	if len(x) == 0 {
		return Figure{}
	}
	const draws = 2000
	total := 0.0
	for _, v := range x {
		total += v
	}
	random := rand.New(rand.NewPCG(7, uint64(len(x))))
	means := make([]float64, draws)
	for i := range means {
		s := 0.0
		for range x {
			s += x[random.IntN(len(x))]
		}
		means[i] = s / float64(len(x))
	}
	slices.Sort(means)
	return Figure{Value: total / float64(len(x)), Low: means[draws/40], High: means[draws-1-draws/40], Of: len(x)}
}
