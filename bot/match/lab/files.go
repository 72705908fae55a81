package lab

import (
	"fmt"
	"strconv"
	"strings"

	"tinye/bot"
)

// Claim is a line of a claims file: claim_id, claim and, where there is one, a title.
type Claim struct{ ID, Text, Title string }

// Variant is a line of a variants file: a telling of a claim, claim_id, text and, where the telling is itself a query, its query_id.
type Variant struct{ Claim, Text, Query string }

// Query is a line of a queries file: query_id, text. The id's column may also be called post_id or id.
type Query struct {
	ID, Text string
	Fold     int // of a posts file; 0 where there is no such column
}

// Qrels are the claims that each query tells.
type Qrels struct {
	File   string
	Claims map[string][]string // by query
	Lines  map[string]int      // where each query stands first
}

// ReadClaims reads a claims file. No claim may stand twice.
func ReadClaims(path string) ([]Claim, error) {
	var claims []Claim
	seen := make(map[string]int)
	err := readTable(path, func(t *table, row []string) error {
		if line, twice := seen[row[0]]; twice {
			return t.fault("la rumeur %s est déjà à la ligne %d", row[0], line)
		}
		seen[row[0]] = t.line
		claims = append(claims, Claim{row[0], row[1], row[2]})
		return nil
	}, column{[]string{"claim_id", "id"}, 0, false}, column{[]string{"claim", "text"}, 1, false}, column{[]string{"title"}, 2, true})
	if err == nil && len(claims) == 0 {
		err = &FileError{File: path, Why: "n'a pas de rumeurs"}
	}
	return claims, err
}

// ReadVariants reads a variants file. Each must tell one of the claims.
func ReadVariants(path string, claims []Claim) ([]Variant, error) {
	known := make(map[string]bool, len(claims))
	for _, c := range claims {
		known[c.ID] = true
	}
	var variants []Variant
	err := readTable(path, func(t *table, row []string) error {
		if !known[row[0]] {
			return t.fault("la rumeur %s n'est pas dans le fichier des rumeurs", row[0])
		}
		variants = append(variants, Variant{row[0], row[1], row[2]})
		return nil
	}, column{[]string{"claim_id"}, 0, false}, column{[]string{"text"}, 1, false}, column{[]string{"query_id", "post_id"}, 2, true})
	return variants, err
}

// ReadQrels reads which claims queries tell: query_id or post_id, claim_id.
func ReadQrels(path string) (Qrels, error) {
	q := Qrels{File: path, Claims: make(map[string][]string), Lines: make(map[string]int)}
	err := readTable(path, func(t *table, row []string) error {
		if _, ok := q.Lines[row[0]]; !ok {
			q.Lines[row[0]] = t.line
		}
		for _, c := range q.Claims[row[0]] {
			if c == row[1] {
				return t.fault("la requête %s et la rumeur %s sont déjà ensemble plus haut", row[0], row[1])
			}
		}
		q.Claims[row[0]] = append(q.Claims[row[0]], row[1])
		return nil
	}, column{queryIDs, 0, false}, column{[]string{"claim_id"}, 1, false})
	if err == nil && len(q.Claims) == 0 {
		err = &FileError{File: path, Why: "n'a pas de lignes"}
	}
	return q, err
}

// Strangers says, in a sentence for each, which claims of the qrels are none of these; "" for none.
func (q Qrels) Strangers(claims []Claim) string {
	known := make(map[string]bool, len(claims))
	for _, c := range claims {
		known[c.ID] = true
	}
	return q.strangers(func(query string) (string, bool) {
		for _, c := range q.Claims[query] {
			if !known[c] {
				return c, true
			}
		}
		return "", false
	}, "la rumeur %s n'est pas dans le fichier des rumeurs")
}

// strangers words what odd finds: the first of them with its line, and how many lines there are.
func (q Qrels) strangers(odd func(query string) (string, bool), why string) string {
	count, first, what := 0, 0, ""
	for query, line := range q.Lines {
		if id, is := odd(query); is {
			if count++; first == 0 || line < first {
				first, what = line, id
			}
		}
	}
	if count == 0 {
		return ""
	}
	more := ""
	if count > 1 {
		more = fmt.Sprintf(" (et %d de plus)", count-1)
	}
	return fmt.Sprintf("%s, ligne %d: %s%s.", q.File, first, fmt.Sprintf(why, what), more)
}

// eachQuery calls do with every query of a file, one after the other, and keeps none of them.
func eachQuery(path string, do func(q Query, line int) error) error {
	return readTable(path, func(t *table, row []string) error {
		q := Query{ID: row[0], Text: row[1]}
		if row[2] != "" {
			fold, err := strconv.Atoi(row[2])
			if err != nil || fold < 0 {
				return t.fault("« %s » n'est pas un numéro de pli", row[2])
			}
			q.Fold = fold
		}
		return do(q, t.line)
	}, column{queryIDs, 0, false}, column{[]string{"text"}, 1, true}, column{[]string{"fold"}, -1, true})
}

// checkQueries reads a file of queries through before any is asked. It keeps their ids' hashes, 8 bytes each, and nothing else.
func checkQueries(path string) (count int, err error) {
	seen := make(map[uint64]int)
	err = eachQuery(path, func(q Query, line int) error {
		key := hash64(q.ID)
		if before, twice := seen[key]; twice {
			return &FileError{File: path, Line: line, Why: fmt.Sprintf("la requête %s est déjà à la ligne %d", q.ID, before)}
		}
		seen[key] = line
		return nil
	})
	if err == nil && len(seen) == 0 {
		err = &FileError{File: path, Why: "n'a pas de requêtes"}
	}
	return len(seen), err
}

// ReadQueries reads a file of queries into memory: for learning, which asks each many times.
func ReadQueries(path string) ([]Query, error) {
	count, err := checkQueries(path)
	if err != nil {
		return nil, err
	}
	queries := make([]Query, 0, count)
	return queries, eachQuery(path, func(q Query, _ int) error {
		queries = append(queries, q)
		return nil
	})
}

// EachText calls do with every line of a file of texts in several languages: lang, text.
func EachText(path string, do func(lang bot.Lang, text string)) error {
	return readTable(path, func(t *table, row []string) error {
		lang := bot.Lang(strings.ToLower(row[0]))
		if known, ok := bot.ParseLang(row[0]); ok {
			lang = known
		}
		do(lang, row[1])
		return nil
	}, column{[]string{"lang"}, 0, false}, column{[]string{"text"}, 1, false})
}
