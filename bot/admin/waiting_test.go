package admin_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/storage"
)

// Whoever rings people finds among the messages which answers wait for that.
func TestAnswersThatWaitForACallAreListed(t *testing.T) {
	s := newSite(t)
	report := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	key := s.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + fanta})
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		if err == nil {
			_, err = people.SetReplyBy(tx, c, bot.ReplyByCall, bot.At(s.Now()))
		}
		return err
	}))
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le puits serait empoisonné", From: []string{report}}, &r)
	ref := string(r.Ref)
	s.find(ref, bot.ConfirmedFalse, &r)
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fra", Text: "L'eau du puits est bonne."}, &r)
	s.ask("/rumour/approve", admin.ApproveAnswer{By: by("AMI"), Rumour: ref, Lang: "fra"}, &r)
	s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref}, &r)
	if left := s.send(bot.OutHandedOver); len(left) != 0 {
		t.Fatalf("%d messages left", len(left))
	}
	waiting := s.messages(bot.OutQueued)
	if len(waiting) != 1 || waiting[0].Reason != people.ReasonByCall || string(waiting[0].Report) != report || waiting[0].NextAt != waiting[0].ExpiresAt {
		t.Errorf("waiting: %+v", waiting)
	}
}
