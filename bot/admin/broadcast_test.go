package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// approvedBulletin stores people who agreed, one who did not, and an approved bulletin.
func (s *site) approvedBulletin(people int) string {
	s.t.Helper()
	now := s.store.Time.Instant()
	ref, err := bot.NewRef(4242, bot.RefDigits)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.store.Update(s.t.Context(), func(tx storage.Tx) error {
		for n := range people + 1 {
			number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237600%04d", n)}
			c := bot.Contact{
				Key: s.store.ContactKey(number), Number: number, Gateway: "sim", Lang: bot.French, FirstSeen: now, LastSeen: now,
				Place:   bot.PlaceCode{Scheme: "ocha_cod_2021", Code: "ML07"},
				Consent: bot.Consent{State: bot.ConsentGranted, Scope: []string{"bulletins"}},
			}
			if n == people {
				c.Consent.State = bot.ConsentRefused
			}
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
		}
		b := bot.Bulletin{
			ID: bot.ID{7}, Ref: ref, Kind: bot.BulletinPrevention, State: bot.BulletinApproved, Title: "Le puits", ExpiresAt: now.Add(48 * time.Hour), CreatedAt: now,
			Variants: []bot.Variant{{Lang: bot.French, Channel: bot.VariantSMS, Text: "L'eau du puits est bonne.", State: bot.TranslationDone}},
		}
		if _, err := tx.TakeRef([]bot.Ref{ref}, bot.RefBulletin, b.ID); err != nil {
			return err
		}
		return tx.PutBulletin(b, 0)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return string(ref)
}

// A bulletin is sent, watched, paused and gone on with; who did not get it is shown, sent again once, and the figures add up. No number is shown anywhere.
func TestABulletinIsSentAndAccountedFor(t *testing.T) {
	s := newSite(t)
	const agreed = 7
	ref := s.approvedBulletin(agreed)
	name := admin.NameRun{By: by("AMI"), Ref: ref}
	var r admin.Run
	s.ask("/bulletin/send", name, &r)
	if r.State != bot.BroadcastQueueing || r.Again || r.Walked != 0 {
		t.Fatalf("sent: %+v", r)
	}
	s.ask("/broadcast/walk", name, &r)
	if r.State != bot.BroadcastSending || r.Walked != 100 || r.People != agreed || r.LeftOut["no_consent"] != 1 || r.Looked != agreed+1 {
		t.Fatalf("walked: %+v", r)
	}
	s.ask("/bulletin/send", name, &r)
	if !r.Again || r.People != agreed {
		t.Errorf("pressed twice: %+v", r)
	}
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if len(st.Broadcasts) != 1 || string(st.Broadcasts[0].Ref) != ref || st.Broadcasts[0].Open != agreed {
		t.Errorf("under way: %+v", st.Broadcasts)
	}
	s.ask("/bulletin/pause", name, &r)
	s.send(bot.OutHandedOver)
	if s.ask("/broadcast/show", admin.ShowBroadcast{NameRun: name}, &r); r.Handed != 0 || r.State != bot.BroadcastPaused {
		t.Errorf("paused: %+v", r)
	}
	s.ask("/bulletin/resume", name, &r)
	s.send(bot.OutUnknown)
	if s.ask("/broadcast/show", admin.ShowBroadcast{NameRun: name, Who: bot.OutUnknown, Limit: 3}, &r); r.Who == nil || r.Who.Count != agreed ||
		len(r.Who.Rows) != 3 || !r.Who.More || r.Who.Places["ocha_cod_2021:ML07"] != agreed || r.Who.Langs["fra"] != agreed {
		t.Fatalf("who: %+v", r.Who)
	}
	if shown := fmt.Sprintf("%+v", r); strings.Contains(shown, "7600") {
		t.Errorf("a number is shown: %s", shown)
	}
	again := admin.ResendBroadcast{NameRun: name, Only: bot.OutUnknown}
	s.refused("/broadcast/resend", again, http.StatusBadRequest, "desk.reason_needed")
	again.Reason = "La passerelle est tombée"
	var sent admin.Resent
	for _, want := range []int{agreed, 0} {
		if s.ask("/broadcast/resend", again, &sent); sent.Queued != want {
			t.Errorf("%d are sent again, want %d", sent.Queued, want)
		}
	}
	s.send(bot.OutHandedOver)
	var report admin.RunReport
	s.ask("/broadcast/report", name, &report)
	if !report.Sums || report.Frozen || report.Run.People != agreed || report.Run.States[bot.OutUnknown] != agreed || report.Run.Repeats[bot.OutUnknown] != agreed {
		t.Errorf("report: %+v", report)
	}
	for _, f := range report.Figures {
		want := map[string][2]int{"a6_delivery": {0, agreed}, "c2_closed": {0, agreed}, "b5_in_time": {agreed, agreed}, "unknown": {0, agreed}, "open": {0, agreed}}[f.Name]
		if f.Name != "a6_reached" && [2]int{f.N, f.Of} != want {
			t.Errorf("%s is %d of %d, want %v", f.Name, f.N, f.Of, want)
		}
	}
}
