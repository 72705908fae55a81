package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/match"
)

// Train learns a table and measures how it would do on rumours that it was not learned on.
type Train struct {
	Lang      bot.Lang
	Options   match.Options
	Posts     string // file: post_id, fold, text
	Claims    string // file
	Qrels     string // file
	Noise     string // file of texts that tell no rumour; "" = none. It is learned that they tell none
	Unrelated string // file of other such texts; "" = none. They are only counted
	Workers   int
	Report    io.Writer // figures are written here as they come

	recipe recipe // zero: what is shipped is learned by
}

// Run gives the table, as it is shipped.
func (t Train) Run() ([]byte, error) {
	p := Posts{Lang: t.Lang, Options: t.Options, Workers: t.Workers}
	var err error
	if p.Claims, err = ReadClaims(t.Claims); err != nil {
		return nil, err
	}
	if p.Posts, err = ReadQueries(t.Posts); err != nil {
		return nil, err
	}
	if p.Gold, err = ReadQrels(t.Qrels); err != nil {
		return nil, err
	}
	if odd := p.Gold.Strangers(p.Claims); odd != "" {
		fmt.Fprintln(t.Report, odd)
	}
	p.Posts = slices.DeleteFunc(p.Posts, func(q Query) bool { return len(p.Gold.Claims[q.ID]) == 0 })
	if len(p.Posts) == 0 {
		return nil, &FileError{File: t.Qrels, Why: fmt.Sprintf("ne nomme aucun message de %s", t.Posts)}
	}
	if err := t.enough(p); err != nil {
		return nil, err
	}
	// The order of the files has no part in what is learned.
	slices.SortFunc(p.Posts, func(a, b Query) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(p.Claims, func(a, b Claim) int { return strings.Compare(a.ID, b.ID) })
	for _, claims := range p.Gold.Claims {
		slices.Sort(claims)
	}
	noiseTexts, err := readTexts(t.Noise)
	if err != nil {
		return nil, err
	}
	common := p.count(noiseTexts)
	lists, err := p.ask(ways(), innerGroups)
	if err != nil {
		return nil, err
	}
	heavy, err := p.ask([]way{{text: heavily, known: true}}, innerGroups)
	if err != nil {
		return nil, err
	}
	small, err := p.askSmall(innerGroups)
	if err != nil {
		return nil, err
	}
	noise, err := p.askNoise(noiseTexts, innerGroups)
	if err != nil {
		return nil, err
	}
	lists = slices.Concat(lists, small, noise)
	strangerTexts, err := readTexts(t.Unrelated)
	if err != nil {
		return nil, err
	}
	strangers, err := p.askNoise(strangerTexts, innerGroups)
	if err != nil {
		return nil, err
	}
	r := t.recipe
	if r == (recipe{}) {
		r = shippedRecipe()
	}
	if err := r.crossValidate(lists, heavy, strangers, t.Report); err != nil {
		return nil, err
	}
	w, err := r.learn(lists)
	if err != nil {
		return nil, err
	}
	w.Langs, w.Common = []bot.Lang{t.Lang}, common
	if answered := countAnswered(w, strangers); len(strangers) > 0 {
		fmt.Fprintf(t.Report, "\nTable apprise sur tout: %d de %d demandes sans rapport auraient reçu une réponse.\n", answered, len(strangers))
	}
	return encode(w)
}

// fewestPosts is how many messages with a rumour there are at least to learn from, and fewestFolds into how many parts they are put.
// Fewer give a table that looks like any other and knows nothing.
const (
	fewestPosts = 30
	fewestFolds = 2
)

// enough tells what is missing to learn from.
func (t Train) enough(p Posts) error {
	known := make(map[string]bool, len(p.Claims))
	for _, c := range p.Claims {
		known[c.ID] = true
	}
	posts, folds := 0, make(map[int]bool)
	for _, q := range p.Posts {
		if slices.ContainsFunc(p.Gold.Claims[q.ID], func(c string) bool { return known[c] }) {
			posts++
			folds[q.Fold] = true
		}
	}
	if posts < fewestPosts {
		return &FileError{File: t.Posts, Why: fmt.Sprintf(
			"n'a pas assez de messages dont la rumeur est connue: %d, il en faut au moins %d. Ajoutez-en, avec leur rumeur dans %s", posts, fewestPosts, t.Qrels)}
	}
	if len(folds) < fewestFolds {
		return &FileError{File: t.Posts, Why: fmt.Sprintf(
			"n'a qu'un pli: rien ne pourrait être mesuré. Donnez une colonne fold avec au moins %d numéros, chaque rumeur dans un seul", fewestFolds)}
	}
	return nil
}

// readTexts reads the texts of a file that tell nothing, in an order that is not the file's.
func readTexts(path string) ([]Query, error) {
	if path == "" {
		return nil, nil
	}
	texts, err := ReadQueries(path)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(texts, func(a, b Query) int { return strings.Compare(a.ID, b.ID) })
	return texts, nil
}

// encode writes a table as text: version, thresholds and names each on a line, the numbers of a model in few.
func encode(w *match.Weights) ([]byte, error) {
	w.Certain, w.Likely, w.Version = significant(w.Certain), significant(w.Likely), ""
	rest, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("lab: weights: %w", err)
	}
	hash := sha256.Sum256(rest)
	w.Version = string(w.Langs[0]) + "-" + hex.EncodeToString(hash[:4])
	table, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("lab: weights: %w", err)
	}
	// A line for each tree and list of numbers: what changed can be seen in a diff.
	text := strings.NewReplacer(`{"f":`, "\n"+`{"f":`, `],"`, "],\n\"", `,"rank"`, ",\n\"rank\"", `,"sure"`, ",\n\"sure\"", "],\n\"b\":", `],"b":`, "],\n\"v\":", `],"v":`).Replace(string(table))
	return append([]byte(text), '\n'), nil
}
