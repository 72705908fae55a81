package match_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/match"
)

// vocabulary is what the texts of the property test are made of: few words, so that much is alike.
var vocabulary = strings.Fields(`pont marché Mopti Gao fermé demain soldats attaque 30 12 morts vaccin écoles carburant gouvernement distribue argent
gratuit eau empoisonnée puits Moussa Traoré arrêté police ce soir la le de pas vrai photo`)

func sentence(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 12).Draw(t, label), " ")
}

func id(kind byte, n int) (out bot.ID) {
	out[0], out[15] = kind, byte(n)
	return out
}

// step is one thing done to an index.
type step struct {
	about bot.ID
	do    func(x *match.Index)
}

// What an index answers depends on what it holds, not on the order in which that came, nor on what came and went.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var steps []step
		for i := range rapid.IntRange(0, 8).Draw(t, "claims") {
			c := match.Claim{
				ID: id('c', i), Open: rapid.Bool().Draw(t, "open"), Answers: rapid.Bool().Draw(t, "answers"), Lookup: rapid.Bool().Draw(t, "lookup"),
				Checked: bot.Instant(rapid.IntRange(0, 3).Draw(t, "checked")) * day,
			}
			for j := range rapid.IntRange(1, 3).Draw(t, "texts") {
				kind := []match.TextKind{match.KindClaim, match.KindTitle, match.KindAnswer}[j]
				c.Texts = append(c.Texts, match.Text{Kind: kind, Lang: bot.French, Text: sentence(t, "claim")})
			}
			steps = append(steps, step{c.ID, func(x *match.Index) { x.PutClaim(c) }})
		}
		for i := range rapid.IntRange(0, 25).Draw(t, "reports") {
			r := match.Report{
				ID: id('r', i), Text: sentence(t, "report"), Lang: rapid.SampledFrom([]bot.Lang{bot.French, bot.Bambara, ""}).Draw(t, "lang"),
				At: bot.Instant(rapid.IntRange(0, 5).Draw(t, "at")) * day / 10, Confirmed: rapid.Bool().Draw(t, "confirmed"),
			}
			r.Contact[0] = byte(rapid.IntRange(0, 4).Draw(t, "contact"))
			if n := rapid.IntRange(0, 12).Draw(t, "claim"); n < 9 {
				r.Claim = id('c', n)
			}
			if rapid.IntRange(0, 5).Draw(t, "rejects") == 0 {
				r.Rejected = []bot.ID{id('c', rapid.IntRange(0, 8).Draw(t, "rejected"))}
			}
			steps = append(steps, step{r.ID, func(x *match.Index) { x.PutReport(r) }})
		}
		one, other := build(t), build(t)
		for _, s := range steps {
			s.do(one)
		}
		for i, s := range rapid.Permutation(steps).Draw(t, "order") {
			s.do(other)
			switch rapid.IntRange(0, 6).Draw(t, "detour") {
			case 0:
				s.do(other) // put again
			case 1: // gone and back
				other.DropReport(s.about)
				other.DropClaim(s.about)
				s.do(other)
			case 2: // another that does not stay
				r := match.Report{ID: id('x', i), Text: sentence(t, "passing"), Confirmed: i%2 == 0, Claim: id('c', 1)}
				r.Contact[1] = 9
				other.PutReport(r)
				other.Find(match.Query{Text: r.Text})
				if i%3 == 0 {
					other.DropReport(r.ID)
				}
			}
		}
		var passing bot.ContactKey
		passing[1] = 9
		other.DropContact(passing)

		for range 3 {
			q := match.Query{Text: sentence(t, "query"), Lang: bot.French, At: 4 * day}
			same(t, "Find", one.Find(q), other.Find(q))
			same(t, "Search", one.Search(q.Text, 5), other.Search(q.Text, 5))
			same(t, "Neighbours", one.Neighbours(q), other.Neighbours(q))
			same(t, "Candidates", one.Candidates(q, 0), other.Candidates(q, 0))
			same(t, "Copies", one.Copies(q.Text, 3*day/10), other.Copies(q.Text, 3*day/10))
		}
		same(t, "Groups", one.Groups(0, 10), other.Groups(0, 10))
		same(t, "Alike", one.Alike(10), other.Alike(10))
		same(t, "Stats", one.Stats(), other.Stats())
	})
}

const day bot.Instant = 24 * 60 * 60 * 1_000_000

func build(t rapid.TB) *match.Index {
	x, err := match.New(match.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// same compares to the digit.
func same(t rapid.TB, what string, a, b any) {
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("%s depends on the order of arrival:\n%s\n%s", what, fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b))
	}
}

// Many may ask while others tell, and what is told at once is known as if it had been told in turn.
func TestAskingWhileTelling(t *testing.T) {
	tell := func(x *match.Index, from int) {
		for i := range 40 {
			n := from + i
			text := strings.Join([]string{vocabulary[n%len(vocabulary)], vocabulary[(3*n+1)%len(vocabulary)], vocabulary[(5*n+2)%len(vocabulary)], "pont", "fermé"}, " ")
			r := match.Report{ID: id('r', n), Text: text, Lang: bot.French, At: bot.Instant(n) * day / 100, Contact: contact(n % 7)}
			if n%3 == 0 {
				r.Claim, r.Confirmed = id('c', n%2), true
			}
			x.PutReport(r)
			if n%5 == 0 {
				x.DropReport(r.ID)
			}
		}
	}
	texts := []string{"Le pont de Mopti sera fermé demain", "Le gouvernement distribue du carburant gratuit aux soldats"}
	one, other := claims(t, match.Options{}, texts...), claims(t, match.Options{}, texts...)
	tell(one, 0)
	tell(one, 100)
	var all sync.WaitGroup
	for _, from := range []int{0, 100} {
		all.Go(func() { tell(other, from) })
	}
	q := match.Query{Text: "pont fermé demain soldats carburant gratuit", Lang: bot.French}
	for range 2 {
		all.Go(func() {
			for range 20 {
				other.Find(q)
				other.Groups(0, 5)
				other.Neighbours(q)
				other.Search("pont", 3)
				other.Copies(q.Text, day)
				other.Stats()
			}
		})
	}
	all.Wait()
	same(t, "Find", one.Find(q), other.Find(q))
	same(t, "Groups", one.Groups(0, 5), other.Groups(0, 5))
	same(t, "Neighbours", one.Neighbours(q), other.Neighbours(q))
}
