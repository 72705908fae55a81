package admin_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// answered has one person told an answer, of which nothing is sent yet, and gives the references of report and rumour.
func (s *site) answered() (report, ref string) {
	s.t.Helper()
	report = s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	s.send(bot.OutHandedOver)
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le puits est empoisonné", From: []string{report}}, &r)
	ref = string(r.Ref)
	s.find(ref, bot.ConfirmedFalse, &r)
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("AMI"), Rumour: ref, Lang: "fr", Text: "Faux: l'eau a été contrôlée."}, &r)
	s.ask("/rumour/approve", admin.ApproveAnswer{By: by("BAKARY"), Rumour: ref, Lang: "fr"}, &r)
	s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref, Fallback: "fr"}, &r)
	return report, ref
}

func (s *site) messages(state bot.OutState) []admin.Message {
	s.t.Helper()
	var list admin.Messages
	s.ask("/outbox/list", admin.ListMessages{By: by("AMI"), State: state}, &list)
	return list.Messages
}

func TestAFailedAnswerIsSentAgainOnce(t *testing.T) {
	s := newSite(t)
	report, ref := s.answered()
	queued := s.messages(bot.OutQueued)
	if len(queued) != 1 || string(queued[0].Report) != report || string(queued[0].Rumour) != ref || queued[0].Kind != bot.KindAnswer {
		t.Fatalf("queued: %+v", queued)
	}
	first := queued[0].ID.String()
	retry := admin.RetryMessage{By: by("AMI"), ID: first}
	s.refused("/outbox/retry", retry, http.StatusUnprocessableEntity, "desk.not_retryable")

	s.send(bot.OutFailed)
	failed := s.messages(bot.OutFailed)
	if len(failed) != 1 || failed[0].Reason != "test" || failed[0].Attempts != 1 {
		t.Fatalf("failed: %+v", failed)
	}
	s.woken = 0
	var copied admin.Message
	s.ask("/outbox/retry", retry, &copied)
	if copied.ResendOf.String() != first || copied.State != bot.OutQueued || s.woken != 1 {
		t.Errorf("copy: %+v, the outbox was woken %d times", copied, s.woken)
	}
	if got, want := copied.ExpiresAt.Sub(copied.CreatedAt), queued[0].ExpiresAt.Sub(queued[0].CreatedAt); got != want {
		t.Errorf("the copy is worth sending for %v, the first was for %v", got, want)
	}
	s.refused("/outbox/retry", retry, http.StatusUnprocessableEntity, "desk.already_resent")
	if still := s.messages(bot.OutFailed); !slices.Equal(still, failed) {
		t.Errorf("the first row became %+v", still)
	}

	left := s.send(bot.OutHandedOver)
	if len(left) != 1 || left[0].Row.ID != copied.ID {
		t.Fatalf("sent: %+v", left)
	}
	s.refused("/outbox/retry", retry, http.StatusUnprocessableEntity, "desk.already_resent")
	var r admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: report}, &r)
	if r.Answer == nil || r.Answer.ID != copied.ID || r.Answer.State != bot.OutHandedOver {
		t.Errorf("the report's answer is %+v, want the copy", r.Answer)
	}
	if sent := s.messages(bot.OutHandedOver); len(sent) != 2 || sent[0].ID != copied.ID {
		t.Errorf("handed over: %+v, want the copy and the acknowledgement", sent)
	}
	if events := s.events(); !slices.Contains(events, "AMI message.resent "+first+" failed") {
		t.Errorf("events: %q", events)
	}
	s.refused("/outbox/retry", admin.RetryMessage{By: by("AMI"), ID: "482918"}, http.StatusNotFound, "desk.no_such_message")
	s.refused("/outbox/retry", admin.RetryMessage{By: by("AMI"), ID: bot.ID{7}.String()}, http.StatusNotFound, "desk.no_such_message")
}

// Of a message whose first copy turns out to have arrived, no second one is sent.
func TestAnUnknownAnswerThatArrivedIsNotSentAgain(t *testing.T) {
	s := newSite(t)
	s.answered()
	s.send(bot.OutUnknown)
	lost := s.messages(bot.OutUnknown)
	if len(lost) != 1 {
		t.Fatalf("unknown: %+v", lost)
	}
	var copied admin.Message
	s.ask("/outbox/retry", admin.RetryMessage{By: by("AMI"), ID: lost[0].ID.String()}, &copied)
	must(t, s.Delivered(t.Context(), bot.DeliveryReport{Outbound: lost[0].ID, Gateway: "sim", State: bot.OutDelivered}))
	if left := s.send(bot.OutHandedOver); len(left) != 0 {
		t.Errorf("sent: %+v", left)
	}
	if ended := s.messages(bot.OutSuppressed); len(ended) != 1 || ended[0].ID != copied.ID || ended[0].Reason != "settled" {
		t.Errorf("suppressed: %+v", ended)
	}
}

// A copy that the outbox made by itself is not doubled by a person.
func TestACopyThatWaitsIsNotDoubled(t *testing.T) {
	s := newSite(t)
	s.answered()
	s.send(bot.OutUnknown)
	lost := s.messages(bot.OutUnknown)[0].ID
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		o, err := tx.Outbound(lost)
		if err != nil {
			return err
		}
		later := bot.At(s.Now()).Add(10 * time.Minute)
		return tx.PutOutbound(bot.Outbound{
			ID: bot.ID{9}, Contact: o.Contact, Gateway: o.Gateway, Lane: o.Lane, Kind: o.Kind, Key: o.Key, State: bot.OutQueued,
			Report: o.Report, Rumour: o.Rumour, AnswerNo: o.AnswerNo, CreatedAt: o.CreatedAt, NextAt: later, ExpiresAt: o.ExpiresAt,
			ResendOf: lost,
		}, 0)
	}))
	s.refused("/outbox/retry", admin.RetryMessage{By: by("AMI"), ID: lost.String()}, http.StatusUnprocessableEntity, "desk.already_resent")
}
