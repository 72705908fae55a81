package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"tinye/bot"
	"tinye/bot/match"
)

// mostResults is how many claims a line of a run names, where the base has as many.
const mostResults = 20

// Line is what was found for a query: a line of a run.
type Line struct {
	Query      string   `json:"query_id"`
	Results    []Scored `json:"results"`    // the best first
	Answer     *string  `json:"answer"`     // the claim whose answer would have been given at once
	Confidence float64  `json:"confidence"` // in the first result, 0 to 1
}

// Scored is a claim in a run.
type Scored struct {
	Claim string  `json:"claim_id"`
	Score float64 `json:"score"`
}

// Eval is a run over a file of queries.
type Eval struct {
	Lang     bot.Lang
	Options  match.Options
	Claims   string // file
	Variants string // file; "" = none
	Queries  string // file
	DropGold string // file of qrels whose claims are taken out for their queries; "" = none are
	Workers  int    // how many queries are asked at the same time, each of a base of its own; 0 = 1
	Said     func(sentence string)
	Done     func(d Done) // told after the last line; nil = nobody
}

// Done is what a run came to.
type Done struct {
	Claims, Asked int
	Answered      int // queries of which a claim's answer would have been given at once
}

// Run asks every query of the file and writes a line for each, in their order. Only as many queries are held as are being asked.
func (e Eval) Run(out io.Writer) error {
	claims, err := ReadClaims(e.Claims)
	if err != nil {
		return err
	}
	var variants []Variant
	if e.Variants != "" {
		if variants, err = ReadVariants(e.Variants, claims); err != nil {
			return err
		}
	}
	var gold Qrels
	if e.DropGold != "" {
		if gold, err = ReadQrels(e.DropGold); err != nil {
			return err
		}
		if odd := gold.Strangers(claims); odd != "" && e.Said != nil {
			e.Said(odd)
		}
	}
	if _, err := checkQueries(e.Queries); err != nil {
		return err
	}
	return e.ask(claims, variants, gold, out)
}

// ask hands the queries to the workers in turn, so that each worker's answers come in the order of its queries.
func (e Eval) ask(claims []Claim, variants []Variant, gold Qrels, out io.Writer) error {
	type answer struct {
		line  []byte
		given bool
		err   error
	}
	workers := max(e.Workers, 1)
	queries, answers := make([]chan Query, workers), make([]chan answer, workers)
	for w := range workers {
		queries[w], answers[w] = make(chan Query, 4), make(chan answer, 4)
		go func() {
			defer close(answers[w])
			base, err := NewBase(e.Options, e.Lang, claims, variants)
			for q := range queries[w] {
				a := answer{err: err}
				if err == nil {
					l := base.line(q, gold.Claims[q.ID])
					a.given = l.Answer != nil
					a.line, a.err = json.Marshal(l)
				}
				answers[w] <- a
			}
		}()
	}
	stop, read := make(chan struct{}), make(chan error, 1)
	go func() {
		asked := 0
		err := eachQuery(e.Queries, func(q Query, _ int) error {
			select {
			case queries[asked%workers] <- q:
				asked++
				return nil
			case <-stop:
				return errStopped
			}
		})
		for _, c := range queries {
			close(c)
		}
		read <- err
	}()
	var failed error
	done := Done{Claims: len(claims)}
	for n := 0; ; n++ {
		a, more := <-answers[n%workers]
		if !more {
			break // the queries were dealt in turn: the others have no more either
		}
		if failed != nil {
			continue
		}
		if failed = a.err; failed == nil {
			_, failed = out.Write(append(a.line, '\n'))
			if done.Asked++; a.given {
				done.Answered++
			}
		}
		if failed != nil {
			close(stop)
		}
	}
	for _, c := range answers {
		for range c { // what a worker still has after a failure
		}
	}
	if err := <-read; failed == nil {
		failed = err
	}
	if failed == nil && e.Done != nil {
		e.Done(done)
	}
	return failed
}

var errStopped = errors.New("lab: the output failed")

// line asks the base one query. Where the index finds fewer than are asked for, the rest is filled up with other claims, in the
// order of the file, with score 0 or that of the last one found if that is lower: they share nothing with the query.
func (b *Base) line(q Query, drop []string) Line {
	l := Line{Query: q.ID, Results: []Scored{}}
	b.Without(q.ID, drop, func(left int) {
		found := b.Index.Find(match.Query{Text: q.Text, Lang: b.lang, Limit: mostResults})
		lowest := 0.0
		for i, h := range found.Hits {
			if i == mostResults {
				break
			}
			l.Results = append(l.Results, Scored{b.names[h.Claim], h.Score})
			lowest = h.Score
		}
		if len(found.Hits) > 0 {
			l.Confidence = found.Hits[0].Confidence
		}
		if found.Outcome == match.Certain {
			l.Answer = &l.Results[0].Claim
		}
		for _, c := range b.claims {
			if len(l.Results) >= min(mostResults, left) {
				break
			}
			there := slices.ContainsFunc(l.Results, func(s Scored) bool { return s.Claim == c.ID })
			if !there && !slices.Contains(drop, c.ID) {
				l.Results = append(l.Results, Scored{c.ID, min(lowest, 0)})
			}
		}
	})
	return l
}

// ReadRun reads a run. No query may stand in it twice.
func ReadRun(path string) ([]Line, error) {
	t, err := openLines(path)
	if err != nil {
		return nil, err
	}
	defer t.close() // it was only read
	var lines []Line
	seen := make(map[string]int)
	for {
		text, err := t.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		var l Line
		if err := d.Decode(&l); err != nil || l.Query == "" {
			return nil, t.fault(`ce n'est pas une ligne comme {"query_id": "…", "results": […], "answer": null, "confidence": 0.5}`)
		}
		if before, twice := seen[l.Query]; twice {
			return nil, t.fault("la requête %s est déjà à la ligne %d", l.Query, before)
		}
		seen[l.Query] = t.line
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil, &FileError{File: path, Why: "est vide"}
	}
	return lines, nil
}
