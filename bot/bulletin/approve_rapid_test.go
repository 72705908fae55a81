package bulletin_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/storage"
)

// Whoever does what in whichever order: what anybody is told of a bulletin was approved, word for word, by somebody who wrote none of it, in
// a language that is the first or was put back by another person, and it does not change any more.
func TestNothingIsToldThatNobodyApproved(t *testing.T) {
	s := newSite(t)
	for name, role := range map[string]bot.Role{
		"ben": bot.RoleCoordinator, "kadi": bot.RoleCoordinator, "sira": bot.RoleVerifier, "moussa": bot.RoleModerator,
	} {
		s.desk(name, role)
	}
	people := []string{"awa", "ben", "ben", "kadi", "kadi", "sira", "moussa"}
	moves := []string{"write", "back", "back", "prefer", "harm", "harm", "harm", "submit", "submit", "submit", "return", "approve", "approve", "approve", "withdraw"}
	words := []string{"Le pont est ouvert.", "Le puits est bon.", "Le vaccin est là.", ""}
	langs := []bot.Lang{bot.French, bot.French, bot.French, bot.Bambara}
	approved := 0 // of all walks
	rapid.Check(t, func(rt *rapid.T) {
		ref := s.draft(rapid.SampledFrom([]bot.BulletinKind{bot.BulletinPrevention, bot.BulletinAlert}).Draw(rt, "kind"))
		wrote := map[string]bool{"awa": true} // whose words stand in it, or stood
		said := map[bot.Lang]string{}         // what was approved
		var begun []string                    // half the walks begin as a desk does, so that something is approved
		if rapid.Bool().Draw(rt, "well begun") {
			begun = []string{"write", "prefer", "harm", "submit", "approve"}
		}
		for n := range rapid.IntRange(30, 70).Draw(rt, "moves") {
			s.store.Time.Add(time.Minute)
			as, l := rapid.SampledFrom(people).Draw(rt, "who"), rapid.SampledFrom(langs).Draw(rt, "language")
			move := rapid.SampledFrom(moves).Draw(rt, "move")
			if move == "withdraw" && rapid.IntRange(0, 3).Draw(rt, "rarely") > 0 { // nothing comes after it
				continue
			}
			text := rapid.SampledFrom(words).Draw(rt, "words")
			if n < len(begun) {
				as, l, move, text = "awa", bot.French, begun[n], words[0]
				if move == "approve" {
					as = "ben"
				}
			}
			var before, after bot.Bulletin
			err := s.store.Update(t.Context(), func(tx storage.Tx) (err error) {
				if before, err = bulletin.Find(tx, ref); err != nil {
					return err
				}
				switch act := s.act(as); move {
				case "write":
					after, err = s.Write(tx, act, ref, l, bot.VariantSMS, text)
				case "back":
					after, err = s.BackTranslate(tx, act, ref, l, bot.VariantSMS, "comme ça", true)
				case "prefer":
					after, err = s.Edit(tx, act, ref, bulletin.Draft{Fallback: &l})
				case "harm":
					after, err = s.AnswerHarm(tx, act, ref, bot.HarmQuestions(), nil)
				case "submit":
					after, err = s.Submit(tx, act, ref)
				case "return":
					after, err = s.Return(tx, act, ref, "à revoir")
				case "approve":
					after, err = s.Approve(tx, act, ref)
				default:
					after, err = s.Withdraw(tx, act, ref, "faux")
				}
				return err
			})
			var refused *bot.Error
			if errors.As(err, &refused) {
				continue
			}
			if err != nil {
				rt.Fatal(err)
			}
			if move == "write" && text != "" {
				wrote[as] = true
			}
			if before.Approved() && !sameTexts(before, after) {
				rt.Fatalf("%s changed what was approved", move)
			}
			if move == "approve" {
				approved++
				if wrote[as] && slices.ContainsFunc(after.Variants, func(v bot.Variant) bool { return v.WrittenBy == as }) || as == "awa" {
					rt.Fatalf("%s approves their own words", as)
				}
				if !bulletin.HarmHolds(after) {
					rt.Fatalf("approved, though the do-no-harm list was answered about another text")
				}
				for _, v := range after.Variants {
					if v.State == bot.TranslationDone {
						said[v.Lang] = string(v.Text)
						if v.Lang != after.Lang && (v.BackBy == "" || v.BackBy == v.WrittenBy) {
							rt.Fatalf("%s was approved, and nobody else put it back", v.Lang)
						}
					}
				}
			}
			for _, l := range langs {
				k, ok := s.know(after.ID, l)
				switch {
				case !ok:
				case len(after.Approvals) == 0:
					rt.Fatalf("a draft is told after %s", move)
				case k.Text != "" && said[k.Lang] != string(k.Text):
					rt.Fatalf("told in %s is %q, approved was %q", k.Lang, string(k.Text), said[k.Lang])
				case after.State == bot.BulletinWithdrawn && k.Standing != bulletin.StandsTaken:
					rt.Fatalf("withdrawn, and told as %s", k.Standing)
				}
			}
		}
	})
	if approved == 0 {
		t.Error("nothing was ever approved")
	}
}

// sameTexts tells whether two versions of a bulletin say the same.
func sameTexts(a, b bot.Bulletin) bool {
	texts := func(b bot.Bulletin) map[string]string {
		all := map[string]string{}
		for _, v := range b.Variants {
			all[fmt.Sprint(v.Lang, v.Channel)] = string(v.Text)
		}
		return all
	}
	return maps.Equal(texts(a), texts(b))
}
