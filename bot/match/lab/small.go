package lab

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"tinye/bot"
	"tinye/bot/match"
)

// A young site has a handful of rumours, and its words say little about which are rare. Every post is asked of bases of these
// sizes too: drawn for each post by its id, from whatever it does not tell, two in five of them from the claims that it resembles
// most; half of the claims with tellings of theirs.
var smallSizes = [...]int{3, 10, 30, 100}

// smallKind is what a small base has of what is told.
type smallKind string

const (
	smallKnown   smallKind = "known"   // the claim, and others
	smallUnknown smallKind = "unknown" // others
	smallTwin    smallKind = "twin"    // others, and a claim that the post would tell but for a name, or half of it
)

// What asks of small bases count in learning.
const (
	knownWeight   = 0.25
	unknownWeight = 0.15
	twinWeight    = 0.3
)

const (
	nearestOf  = 10  // the nearest claims are taken from so many first
	nearShare  = 0.4 // how many of the claims are near ones
	toldShare  = 0.5 // how many have variants
	mostTold   = 3   // and how many these have
	againSmall = 2   // how often the smallest bases are drawn once more, without what is told
)

// smallBase is an index that is filled and emptied for each post.
type smallBase struct {
	posts    *Posts
	index    *match.Index
	full     *Base
	variants map[string][]Variant
	claims   []bot.ID
	reports  []bot.ID
}

func (s *smallBase) put(c Claim, told bool, self string) {
	b := Base{claims: []Claim{c}, lang: s.posts.Lang}
	s.index.PutClaim(b.claim(0))
	s.claims = append(s.claims, claimID(c.ID))
	if !told {
		return
	}
	n := 0
	for _, v := range s.variants[c.ID] {
		if v.Query == self || n == mostTold {
			continue
		}
		n++
		id := hashID("variant", v.Claim, v.Query)
		s.index.PutReport(match.Report{ID: id, Claim: claimID(c.ID), Confirmed: true, Text: v.Text, Lang: s.posts.Lang})
		s.reports = append(s.reports, id)
	}
}

// back takes out what came after a mark.
func (s *smallBase) back(claims, reports int) {
	for _, id := range s.claims[claims:] {
		s.index.DropClaim(id)
	}
	for _, id := range s.reports[reports:] {
		s.index.DropReport(id)
	}
	s.claims, s.reports = s.claims[:claims], s.reports[:reports]
}

// others are claims that a post does not tell, in the order in which they come into its bases.
func (s *smallBase) others(q Query, golds []string, random *rand.Rand) []Claim {
	var near []Claim
	for _, c := range s.full.Index.Candidates(match.Query{Text: q.Text, Lang: s.posts.Lang}, 0) {
		if id := s.full.names[c.Claim]; !slices.Contains(golds, id) {
			near = append(near, s.full.claims[s.full.at[id]])
		}
	}
	for from := 0; from < len(near); from += nearestOf {
		part := near[from:min(from+nearestOf, len(near))]
		random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	var out []Claim
	in := make(map[string]bool)
	for _, g := range golds {
		in[g] = true
	}
	all := s.posts.Claims
	for tries := 0; len(out) < smallSizes[len(smallSizes)-1] && tries < 50*len(all); tries++ {
		var c Claim
		if len(near) > 0 && random.Float64() < nearShare {
			c, near = near[0], near[1:]
		} else {
			c = all[random.IntN(len(all))]
		}
		if !in[c.ID] {
			in[c.ID] = true
			out = append(out, c)
		}
	}
	return out
}

// askSmall asks one post of small bases.
func (s *smallBase) askSmall(q Query, post, group int) []list {
	golds := s.posts.Gold.Claims[q.ID]
	random := rand.New(rand.NewPCG(hash64("small "+q.ID), 7))
	var own []Claim
	for _, g := range golds {
		if at, ok := s.full.at[g]; ok {
			own = append(own, s.full.claims[at])
		}
	}
	others := s.others(q, golds, random)
	wordings := [...]wording{asWritten, shortened, typed}
	first := int(hash64("text "+q.ID) % 3)
	var lists []list
	ask := func(size int, kind smallKind, text wording, told bool, weight float64) {
		l := list{post: post, group: group, fold: q.Fold, way: way{variants: told, text: text, known: kind == smallKnown, size: size, kind: kind, weight: weight}}
		l.found = s.index.Candidates(match.Query{Text: text.of(q.Text), Lang: s.posts.Lang}, 0)
		l.gold = make([]bool, len(l.found))
		if l.way.known {
			l.golds = len(own)
			for k, c := range l.found {
				for _, o := range own {
					l.gold[k] = l.gold[k] || c.Claim == claimID(o.ID)
				}
			}
		}
		lists = append(lists, l)
	}
	for i, size := range smallSizes {
		text := wordings[(first+i)%len(wordings)]
		for n := len(s.claims); n < min(size-1, len(others)); n++ {
			s.put(others[n], random.Float64() < toldShare, q.ID)
		}
		claims, reports := len(s.claims), len(s.reports)
		ask(size, smallUnknown, text, false, unknownWeight)
		told := random.Float64() < toldShare
		for _, o := range own {
			s.put(o, told, q.ID)
		}
		ask(size, smallKnown, text, told, knownWeight)
		s.back(claims, reports)
		if twin, ok := twinOf(own[0], others, text.of(q.Text), random); ok {
			s.put(twin, false, q.ID)
			ask(size, smallTwin, text, false, twinWeight)
			s.back(claims, reports)
		}
	}
	s.back(0, 0)
	for again := range againSmall {
		for range smallSizes[0] - 1 + 7*again {
			s.put(others[random.IntN(len(others))], random.Float64() < toldShare, q.ID)
		}
		ask(smallSizes[again], smallUnknown, wordings[(first+again+1)%len(wordings)], false, unknownWeight)
		s.back(0, 0)
	}
	return lists
}

// askSmall asks all posts of small bases. Workers share the posts; each result has its place.
func (p *Posts) askSmall(groupCount int) ([]list, error) {
	groups := p.groups(groupCount)
	all := make([][]list, len(p.Posts))
	byClaim := make(map[string][]Variant)
	for _, v := range p.variants() {
		byClaim[v.Claim] = append(byClaim[v.Claim], v)
	}
	known := make(map[string]bool)
	for _, c := range p.Claims {
		known[c.ID] = true
	}
	workers := max(p.Workers, 1)
	failed := make(chan error, workers)
	for w := range workers {
		go func() {
			bases := make(map[int]*smallBase)
			for i := w; i < len(p.Posts); i += workers {
				q := p.Posts[i]
				if len(p.Claims) <= smallSizes[0] || !slices.ContainsFunc(p.Gold.Claims[q.ID], func(c string) bool { return known[c] }) {
					continue
				}
				s := bases[q.Fold]
				if s == nil {
					o := p.optionsFor(q.Fold)
					index, err := match.New(o)
					if err != nil {
						failed <- err
						return
					}
					full, err := NewBase(o, p.Lang, p.Claims, nil)
					if err != nil {
						failed <- err
						return
					}
					s = &smallBase{posts: p, index: index, full: full, variants: byClaim}
					bases[q.Fold] = s
				}
				all[i] = s.askSmall(q, i, groups[i])
			}
			failed <- nil
		}()
	}
	for range workers {
		if err := <-failed; err != nil {
			return nil, err
		}
	}
	return slices.Concat(all...), nil
}

// printSmall prints what comes of small bases: of each size, how many of the answers are right, if a post is as likely to be known
// as not; how many posts are answered rightly; and how many are answered, or asked about, although the base has nothing of
// what they tell, or has a twin of it.
func printSmall(out io.Writer, js []judged) {
	fmt.Fprintf(out, "%-28s %-22s %-22s %-22s %-22s %s\n", "petites bases", "precision", "recall", "false answers", "jumelle", "asked: known, unknown, twin")
	for _, size := range smallSizes {
		for _, text := range []wording{"", asWritten, shortened, typed} {
			var n, answered, asked, right [3]int
			for _, j := range js {
				w := j.list.way
				if w.size != size || text != "" && w.text != text {
					continue
				}
				k := slices.Index([]smallKind{smallKnown, smallUnknown, smallTwin}, w.kind)
				n[k]++
				if j.answered {
					answered[k]++
				} else if j.likely {
					asked[k]++
				}
				if j.right && j.answered {
					right[k]++
				}
			}
			if n[0] == 0 {
				continue
			}
			wrong := float64(answered[1]) * share(n[0], n[1])
			name := fmt.Sprintf("%d rumeurs", size)
			if text != "" {
				name = "  " + string(text)
			}
			given := float64(answered[0]) + wrong
			fmt.Fprintf(out, "%-28s %-22s %-22s %-22s %-22s %.3f %.3f %.3f\n", name, shareOf(right[0], int(given+0.5)), shareOf(right[0], n[0]), shareOf(answered[1], n[1]), shareOf(answered[2], n[2]),
				share(asked[0], n[0]), share(asked[1], n[1]), share(asked[2], n[2]))
		}
	}
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
