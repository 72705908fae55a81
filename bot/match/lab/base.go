package lab

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/match"
)

// Base is claims and variants in an index, from which some can be taken out for a while.
type Base struct {
	Index *match.Index
	lang  bot.Lang

	claims  []Claim
	names   map[bot.ID]string
	at      map[string]int   // where a claim stands in claims, by its id
	reports []match.Report   // a variant each
	byClaim map[string][]int // variants of a claim
	byQuery map[string][]int // variants that are a query
}

// NewBase fills an index. Ids are made of what the files say, so that the order of their lines has no part in the result.
func NewBase(o match.Options, lang bot.Lang, claims []Claim, variants []Variant) (*Base, error) {
	index, err := match.New(o)
	if err != nil {
		return nil, err
	}
	b := &Base{
		Index: index, lang: lang, claims: claims, names: make(map[bot.ID]string, len(claims)), at: make(map[string]int, len(claims)),
		byClaim: make(map[string][]int), byQuery: make(map[string][]int),
	}
	for i, c := range claims {
		b.names[claimID(c.ID)], b.at[c.ID] = c.ID, i
		index.PutClaim(b.claim(i))
	}
	same := make(map[Variant]int)
	for i, v := range variants {
		r := match.Report{
			ID:    hashID("variant", v.Claim, v.Query, v.Text, fmt.Sprint(same[v])),
			Claim: claimID(v.Claim), Confirmed: true, Text: v.Text, Lang: lang,
		}
		same[v]++
		b.reports = append(b.reports, r)
		b.byClaim[v.Claim] = append(b.byClaim[v.Claim], i)
		if v.Query != "" {
			b.byQuery[v.Query] = append(b.byQuery[v.Query], i)
		}
		index.PutReport(r)
	}
	return b, nil
}

func (b *Base) claim(i int) match.Claim {
	c := b.claims[i]
	texts := []match.Text{{Kind: match.KindClaim, Lang: b.lang, Text: c.Text}}
	if c.Title != "" {
		texts = append(texts, match.Text{Kind: match.KindTitle, Lang: b.lang, Text: c.Title})
	}
	return match.Claim{ID: claimID(c.ID), Texts: texts, Open: true, Answers: true}
}

// Without takes out the variants that are the query, and the given claims with their variants, calls do with the number of claims
// that are left, and puts all back.
func (b *Base) Without(query string, claims []string, do func(left int)) {
	out := slices.Clone(b.byQuery[query])
	left := len(b.claims)
	for _, c := range claims {
		out = append(out, b.byClaim[c]...)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	for _, i := range out {
		b.Index.DropReport(b.reports[i].ID)
	}
	for _, c := range claims {
		if _, ok := b.at[c]; ok {
			b.Index.DropClaim(claimID(c))
			left--
		}
	}
	do(left)
	for _, c := range claims {
		if i, ok := b.at[c]; ok {
			b.Index.PutClaim(b.claim(i))
		}
	}
	for _, i := range out {
		b.Index.PutReport(b.reports[i])
	}
}

// claimID is the id in the index of a claim of a file.
func claimID(id string) bot.ID { return hashID("claim", id) }

// hashID makes an id of words.
func hashID(words ...string) bot.ID {
	h := sha256.New()
	for _, w := range words {
		fmt.Fprintf(h, "%d %s", len(w), w)
	}
	return bot.ID(h.Sum(nil)[:16])
}

// hash64 is half of such an id.
func hash64(word string) uint64 {
	id := hashID(word)
	return binary.BigEndian.Uint64(id[:8])
}
