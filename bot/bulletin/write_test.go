package bulletin_test

import (
	"errors"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/storage"
)

// do runs a rule as somebody and gives the key of its refusal, "" for none.
func (s *site) do(rule func(tx storage.Tx) error) string {
	s.t.Helper()
	err := s.store.Update(s.t.Context(), rule)
	var refused *bot.Error
	if err != nil && !errors.As(err, &refused) {
		s.t.Fatal(err)
	}
	if refused == nil {
		return ""
	}
	return refused.Key
}

// draft makes a draft of a kind that lasts two days.
func (s *site) draft(kind bot.BulletinKind) string {
	s.t.Helper()
	s.drawn++
	ref, err := bot.NewRef(s.drawn*977, bot.RefDigits)
	if err != nil {
		s.t.Fatal(err)
	}
	until, id := s.store.Time.Instant().Add(48*time.Hour), s.store.IDs.New()
	s.update(func(tx storage.Tx) error {
		_, err := s.New(tx, s.act("awa"), id, []bot.Ref{ref}, kind, "", bulletin.Draft{ExpiresAt: &until})
		return err
	})
	return string(ref)
}

// wants runs a rule and compares its refusal.
func (s *site) wants(key string, rule func(tx storage.Tx) error) {
	s.t.Helper()
	if got := s.do(rule); got != key {
		s.t.Errorf("refused with %q, want %q", got, key)
	}
}

// A bulletin leaves only when two languages are there or a fallback was chosen, the do-no-harm list was answered about its present text, and
// somebody who wrote none of it said yes.
func TestFromDraftToApproved(t *testing.T) {
	s := newSite(t)
	s.desk("ben", bot.RoleCoordinator)
	s.desk("sira", bot.RoleVerifier)
	ref := s.draft(bot.BulletinPrevention)
	submit := func(tx storage.Tx) error { _, err := s.Submit(tx, s.act("awa"), ref); return err }
	approve := func(as string) func(storage.Tx) error {
		return func(tx storage.Tx) error { _, err := s.Approve(tx, s.act(as), ref); return err }
	}
	write := func(as string, l bot.Lang, text string) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			_, err := s.Write(tx, s.act(as), ref, l, bot.VariantSMS, text)
			return err
		}
	}
	harm := func(tx storage.Tx) error {
		_, err := s.AnswerHarm(tx, s.act("awa"), ref, bot.HarmQuestions(), nil)
		return err
	}
	back := func(as string) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			_, err := s.BackTranslate(tx, s.act(as), ref, bot.Bambara, bot.VariantSMS, "Ne relayez pas.", true)
			return err
		}
	}
	s.wants("desk.bulletin_no_sms", submit)
	s.wants("", write("awa", bot.French, "Le pont est ouvert."))
	s.wants("desk.bulletin_lang_missing", submit)
	s.wants("", harm)
	s.wants("desk.bulletin_lang_missing", submit)
	s.store.Time.Add(time.Minute)
	s.wants("", write("sira", bot.Bambara, "Aw kana a jɛnsɛn."))
	s.wants("desk.bulletin_lang_missing", submit)
	s.wants("desk.bulletin_back_self", back("sira"))
	s.wants("", back("ben"))
	s.wants("desk.bulletin_harm_open", submit) // there is another text since it was answered
	s.wants("", harm)
	s.wants("", submit)
	s.wants("desk.author_approves", approve("awa"))
	s.wants("", approve("ben"))
	s.wants("desk.bulletin_frozen", write("awa", bot.French, "Autre chose."))
	s.update(func(tx storage.Tx) error {
		b, err := bulletin.Find(tx, ref)
		if b.State != bot.BulletinApproved || b.Variants[0].State != bot.TranslationDone || b.Variants[1].State != bot.TranslationDone {
			t.Errorf("approved: %v %+v", b.State, b.Variants)
		}
		return err
	})
}
