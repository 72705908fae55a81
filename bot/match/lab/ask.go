package lab

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/match"
)

// way is how a post is asked.
type way struct {
	variants bool    // of a base with the other posts of its rumour
	text     wording // as it stands, or otherwise
	known    bool    // its rumour is in the base
	thin     bool    // of a base of which most claims were taken away
	noise    bool    // it is no post but a text about nothing
	size     int     // claims of a small base; 0: of none
	kind     smallKind
	weight   float64 // in learning
}

// figured tells whether the figures are about what is asked this way.
func (w way) figured() bool { return w.text == asWritten && !w.thin && !w.noise && w.size == 0 }

// wording is what is made of a post's text before it is asked.
type wording string

const (
	asWritten wording = "written"
	shortened wording = "short" // what fits an SMS, cut between words
	typed     wording = "typed" // the SMS way, with short forms for six words of ten, and cut too
	heavily   wording = "heavy" // the SMS way all through, whole: to measure
)

// smsLength is how many characters an SMS of one part has.
const smsLength = 160

// heavy are the shares of words that are typed the SMS way.
const (
	someTyped = 0.6
	allTyped  = 1
)

func (w wording) of(text string) string {
	switch w {
	case shortened:
		return cut(text, smsLength)
	case typed:
		return Typed(cut(text, smsLength), someTyped)
	case heavily:
		return Typed(text, allTyped)
	}
	return text
}

// cut shortens a text to whole words within so many characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	if at := strings.LastIndexByte(string(runes[:most]), ' '); at > 0 {
		return string(runes[:most])[:at]
	}
	return string(runes[:most])
}

// ways are all ways in which a post is asked for learning. The protocols of the figures are the first four.
func ways() []way {
	var w []way
	for _, known := range []bool{true, false} {
		for _, variants := range []bool{false, true} {
			w = append(w, way{variants: variants, text: asWritten, known: known, weight: 1})
		}
	}
	for _, known := range []bool{true, false} {
		for _, variants := range []bool{false, true} {
			w = append(w,
				way{variants: variants, text: shortened, known: known, weight: 0.4},
				way{variants: variants, text: typed, known: known, weight: 0.3},
				way{variants: variants, text: asWritten, known: known, thin: true, weight: 0.3})
		}
	}
	return w
}

// list is what the index found for a post that was asked one way.
type list struct {
	post  int
	group int // posts of one rumour are in one group
	fold  int // noFold: learned on, and never measured
	way   way
	found []match.Candidate
	gold  []bool // which of them are right
	golds int    // right claims in the base
}

// noFold is the fold of texts that are no posts.
const noFold = -1

// noiseWeight is what a text about nothing counts in learning.
const noiseWeight = 0.5

// askNoise asks texts that tell nothing, of all claims and of these with all posts as their variants.
func (p *Posts) askNoise(texts []Query, groupCount int) ([]list, error) {
	var lists []list
	for _, variants := range []bool{false, true} {
		var v []Variant
		if variants {
			v = p.variants()
		}
		b, err := NewBase(p.optionsFor(noFold), p.Lang, p.Claims, v)
		if err != nil {
			return nil, err
		}
		for i, q := range texts {
			l := list{
				post: i, group: int(hash64(q.ID) % uint64(groupCount)), fold: noFold,
				way:   way{variants: variants, text: asWritten, noise: true, weight: noiseWeight},
				found: b.Index.Candidates(match.Query{Text: q.Text, Lang: p.Lang}, 0),
			}
			l.gold = make([]bool, len(l.found))
			lists = append(lists, l)
		}
	}
	if len(p.Claims) <= smallSizes[len(smallSizes)-1] {
		return lists, nil
	}
	index, err := match.New(p.optionsFor(noFold))
	if err != nil {
		return nil, err
	}
	for _, size := range smallSizes[:3] {
		for i, q := range texts {
			b := Base{lang: p.Lang}
			for n := range size {
				b.claims = append(b.claims, p.Claims[hash64(fmt.Sprint(q.ID, size, n))%uint64(len(p.Claims))])
				index.PutClaim(b.claim(n))
			}
			l := list{
				post: i, group: int(hash64(q.ID) % uint64(groupCount)), fold: noFold,
				way:   way{text: asWritten, noise: true, size: size, kind: smallUnknown, weight: unknownWeight},
				found: index.Candidates(match.Query{Text: q.Text, Lang: p.Lang}, 0),
			}
			l.gold = make([]bool, len(l.found))
			lists = append(lists, l)
			for n := range size {
				index.DropClaim(claimID(b.claims[n].ID))
			}
		}
	}
	return lists, nil
}

// Posts are what is learned on.
type Posts struct {
	Lang    bot.Lang
	Options match.Options
	Claims  []Claim
	Posts   []Query
	Gold    Qrels
	Workers int

	common map[int]match.Options // by fold: how common words are by what is in no post of it
}

// optionsFor are those of an index that a fold's posts are asked of.
func (p *Posts) optionsFor(fold int) match.Options {
	if o, ok := p.common[fold]; ok {
		return o
	}
	return p.Options
}

// count learns how common words are: for each fold without its posts, and by all of them.
func (p *Posts) count(noise []Query) match.Common {
	texts := func(without int) []string {
		var t []string
		for _, q := range p.Posts {
			if q.Fold != without || without == noFold {
				t = append(t, q.Text)
			}
		}
		for _, q := range noise {
			t = append(t, q.Text)
		}
		return t
	}
	weigh := func(c match.Common) match.Options {
		o := p.Options
		o.Weights = &match.Weights{Version: "unlearned", Langs: []bot.Lang{p.Lang}, Common: c}
		return o
	}
	all := match.CountCommon(p.Lang, texts(noFold))
	p.common = map[int]match.Options{noFold: weigh(all)}
	for _, q := range p.Posts {
		if _, ok := p.common[q.Fold]; !ok {
			p.common[q.Fold] = weigh(match.CountCommon(p.Lang, texts(q.Fold)))
		}
	}
	return all
}

// variants are the posts as tellings of their claims.
func (p *Posts) variants() []Variant {
	var v []Variant
	for _, q := range p.Posts {
		for _, c := range p.Gold.Claims[q.ID] {
			v = append(v, Variant{c, q.Text, q.ID})
		}
	}
	return v
}

// groups numbers the rumours: posts that share a claim, also over others, are of one. Numbers are dealt to a few groups by hash.
func (p *Posts) groups(count int) []int {
	root := make(map[string]string)
	var find func(string) string
	find = func(c string) string {
		if up, ok := root[c]; ok && up != c {
			return find(up)
		}
		return c
	}
	for _, q := range p.Posts {
		claims := p.Gold.Claims[q.ID]
		for _, c := range claims {
			// The smaller name is the root, so that the order of posts has no part in it.
			if a, b := find(claims[0]), find(c); a < b {
				root[b] = a
			} else {
				root[a] = b
			}
		}
	}
	groups := make([]int, len(p.Posts))
	for i, q := range p.Posts {
		if claims := p.Gold.Claims[q.ID]; len(claims) > 0 {
			groups[i] = int(hash64(find(claims[0])) % uint64(count))
		}
	}
	return groups
}

// ask asks all posts in all ways. Workers share the posts between them; each result has its place.
func (p *Posts) ask(ways []way, groupCount int) ([]list, error) {
	groups := p.groups(groupCount)
	lists := make([]list, len(p.Posts)*len(ways))
	workers := max(p.Workers, 1)
	failed := make(chan error, workers)
	for w := range workers {
		go func() { failed <- p.askShare(ways, groups, lists, w, workers) }()
	}
	var err error
	for range workers {
		if e := <-failed; e != nil {
			err = e
		}
	}
	return lists, err
}

func (p *Posts) askShare(ways []way, groups []int, lists []list, worker, workers int) error {
	type baseKind struct {
		variants bool
		fold     int
		thin     int // which part of the posts it is for; 0: all claims
	}
	// A thinned base has a quarter of the claims, another quarter for each quarter of the posts, and theirs.
	const parts = 4
	bases := make(map[baseKind]*Base)
	get := func(k baseKind) (*Base, error) {
		if b := bases[k]; b != nil {
			return b, nil
		}
		claims, variants := p.Claims, p.variants()
		if k.thin > 0 {
			keep := make(map[string]bool)
			for i, q := range p.Posts {
				if groups[i]%parts == k.thin-1 {
					for _, c := range p.Gold.Claims[q.ID] {
						keep[c] = true
					}
				}
			}
			claims = slices.DeleteFunc(slices.Clone(claims), func(c Claim) bool {
				return !keep[c.ID] && hash64("thin "+c.ID)%parts != uint64(k.thin-1)
			})
			for _, c := range claims {
				keep[c.ID] = true
			}
			variants = slices.DeleteFunc(variants, func(v Variant) bool { return !keep[v.Claim] })
		}
		if !k.variants {
			variants = nil
		}
		b, err := NewBase(p.optionsFor(k.fold), p.Lang, claims, variants)
		bases[k] = b
		return b, err
	}
	for i := worker; i < len(p.Posts); i += workers {
		q := p.Posts[i]
		golds := p.Gold.Claims[q.ID]
		for j, w := range ways {
			kind := baseKind{variants: w.variants, fold: q.Fold}
			if w.thin {
				kind.thin = 1 + groups[i]%parts
			}
			b, err := get(kind)
			if err != nil {
				return err
			}
			l := list{post: i, group: groups[i], fold: q.Fold, way: w}
			var drop []string
			if !w.known {
				drop = golds
			}
			b.Without(q.ID, drop, func(int) {
				asked := match.Query{Text: w.text.of(q.Text), Lang: p.Lang}
				l.found = b.Index.Candidates(asked, 0)
			})
			if w.known {
				l.golds = len(golds)
			}
			l.gold = make([]bool, len(l.found))
			for k, c := range l.found {
				l.gold[k] = w.known && slices.Contains(golds, b.names[c.Claim])
			}
			lists[i*len(ways)+j] = l
		}
	}
	return nil
}
