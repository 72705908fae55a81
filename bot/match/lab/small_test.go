package lab

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

// A twin has most of a claim's words and not what the telling has of its names or of a half of it.
func TestTwin(t *testing.T) {
	claim := Claim{ID: "c1", Text: "Le grand marché de Wabaria brûlera avant trois semaines"}
	others := []Claim{{ID: "c2", Text: "Les chasseurs du village de Tinsa vendent leurs fusils rouillés"}}
	telling := "il parait que le grand marche de wabaria brulera dans trois semaines"
	names, halves := 0, 0
	for seed := range uint64(40) {
		twin, ok := twinOf(claim, others, telling, rand.New(rand.NewPCG(seed, 1)))
		if !ok || twin.ID == claim.ID || twin.Text == claim.Text {
			t.Fatalf("%+v, %v", twin, ok)
		}
		switch twin.Text {
		case "Le grand marché de Tinsa brûlera avant trois semaines":
			names++
		default:
			halves++
			words := strings.Fields(twin.Text)
			if slices.Contains(words, "marché") == slices.Contains(words, "semaines") {
				t.Errorf("%q keeps both halves, or none", twin.Text)
			}
		}
	}
	if names == 0 || halves == 0 {
		t.Errorf("%d with another name, %d with another half", names, halves)
	}
	if twin, ok := twinOf(claim, others, "la route est barrée", rand.New(rand.NewPCG(1, 1))); ok {
		t.Errorf("a telling that has none of it would tell %q as well", twin.Text)
	}
}

// In small bases, by the shipped table, which has seen these posts: hardly anything that is not there is answered with, a twin of it
// in one case of ten at most, and what is there is answered with. How good it is on rumours that were not seen tinye match
// train says.
func TestSmallFloors(t *testing.T) {
	const dir = "../../../../shared/data/matching/"
	if _, err := os.Stat(dir + "posts.tsv"); err != nil {
		t.Skip("the French posts and claims for developing are not here")
	}
	w, err := match.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := Posts{Lang: bot.French, Workers: 2}
	if p.Claims, err = ReadClaims(dir + "claims.tsv"); err != nil {
		t.Fatal(err)
	}
	if p.Posts, err = ReadQueries(dir + "posts.tsv"); err != nil {
		t.Fatal(err)
	}
	if p.Gold, err = ReadQrels(dir + "qrels.tsv"); err != nil {
		t.Fatal(err)
	}
	p.Posts = p.Posts[:60]
	lists, err := p.askSmall(innerGroups)
	if err != nil {
		t.Fatal(err)
	}
	n, right, wrong := map[smallKind]int{}, 0, map[smallKind]int{}
	for _, l := range lists {
		j := judge(w, l)
		n[l.way.kind]++
		switch {
		case j.answered && j.right:
			right++
		case j.answered:
			wrong[l.way.kind]++
		}
	}
	if n[smallKnown] < 200 || n[smallTwin] < 50 || n[smallUnknown] < n[smallKnown] {
		t.Fatalf("asked %v", n)
	}
	if share(right, n[smallKnown]) < 0.25 || share(wrong[smallUnknown], n[smallUnknown]) > 0.01 || share(wrong[smallTwin], n[smallTwin]) > 0.1 {
		t.Errorf("of %v: %d right, %v wrong", n, right, wrong)
	}
}
