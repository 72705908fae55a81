package bulletin_test

import (
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/storage"
)

// fresh is a reference that nobody has.
func (s *site) fresh() []bot.Ref {
	s.t.Helper()
	s.drawn++
	ref, err := bot.NewRef(s.drawn*977, bot.RefDigits)
	if err != nil {
		s.t.Fatal(err)
	}
	return []bot.Ref{ref}
}

// correcting makes a draft of a correction or a withdrawal.
func (s *site) correcting(kind bot.BulletinKind, of bot.Ref, set bulletin.Draft) (b bot.Bulletin, refused string) {
	s.t.Helper()
	id, refs := s.store.IDs.New(), s.fresh()
	refused = s.do(func(tx storage.Tx) (err error) {
		b, err = s.New(tx, s.act("sira"), id, refs, kind, string(of), set)
		return err
	})
	return b, refused
}

// pass brings a draft to its approval by ben, and gives the key of what refuses it.
func (s *site) pass(b bot.Bulletin) string {
	s.t.Helper()
	return s.do(func(tx storage.Tx) error {
		if _, err := s.AnswerHarm(tx, s.act("sira"), string(b.Ref), bot.HarmQuestions(), nil); err != nil {
			return err
		}
		if _, err := s.Submit(tx, s.act("sira"), string(b.Ref)); err != nil {
			return err
		}
		_, err := s.Approve(tx, s.act("ben"), string(b.Ref))
		return err
	})
}

// know is what somebody who reads a language is told of a bulletin.
func (s *site) know(id bot.ID, l bot.Lang) (k bulletin.Known, ok bool) {
	s.t.Helper()
	err := s.store.View(s.t.Context(), func(tx storage.Tx) error {
		b, err := tx.Bulletin(id)
		if err == nil {
			k, ok, err = s.Know(tx, b, s.store.Time.Instant(), l)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return k, ok
}

// known makes a bulletin one that ben approved, as whoever asks for it may know.
func (s *site) known(b *bot.Bulletin) {
	b.Lang, b.Approvals = bot.French, []bot.Approval{{By: "ben", At: s.store.Time.Instant()}}
}

func correctors(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.desk("ben", bot.RoleCoordinator)
	s.desk("sira", bot.RoleVerifier)
	return s
}

// A bulletin has one correction: the first that is approved. It is for the languages in which the bulletin went out, ends by itself,
// and nobody chooses to whom it goes.
func TestABulletinHasOneCorrection(t *testing.T) {
	s := correctors(t)
	s.people(3, nil)
	first := s.bulletin(s.known)
	if _, refused := s.correcting(bot.BulletinCorrection, first.Ref, bulletin.Draft{}); refused != "desk.bulletin_never_sent" {
		t.Errorf("a correction of what nobody got: %q", refused)
	}
	if _, refused := s.correcting(bot.BulletinNews, first.Ref, bulletin.Draft{}); refused != "desk.bulletin_corrects_kind" {
		t.Errorf("news that corrects: %q", refused)
	}
	run, _ := s.send(first)
	s.advance(run.ID)
	one, refused := s.correcting(bot.BulletinCorrection, first.Ref, bulletin.Draft{})
	if refused != "" || !slices.Equal(one.Audience.Langs, []bot.Lang{bot.French}) || one.ExpiresAt != s.store.Time.Instant().Add(7*24*time.Hour) {
		t.Errorf("a correction: %q %+v", refused, one)
	}
	everybody := bot.Audience{}
	if _, refused := s.correcting(bot.BulletinCorrection, first.Ref, bulletin.Draft{Audience: &everybody}); refused != "desk.bulletin_correction_audience" {
		t.Errorf("a correction for chosen people: %q", refused)
	}
	two, _ := s.correcting(bot.BulletinCorrection, first.Ref, bulletin.Draft{}) // neither is approved yet
	for _, b := range []bot.Bulletin{one, two} {
		s.wants("", func(tx storage.Tx) error {
			_, err := s.Write(tx, s.act("sira"), string(b.Ref), bot.French, bot.VariantSMS, "Le pont est fermé.")
			return err
		})
	}
	if refused := s.pass(one); refused != "" {
		t.Fatalf("the first: %q", refused)
	}
	if refused := s.pass(two); refused != "desk.bulletin_corrected" {
		t.Errorf("the second: %q", refused)
	}
	// What is known to be wrong does not go on, though the correction itself has not left yet.
	if run, _ := s.run(run.ID); run.State != bot.BroadcastWithdrawn {
		t.Errorf("the run of what is corrected is %s", run.State)
	}
	if sent := s.claim(10); len(sent) > 0 {
		t.Errorf("%d people still get what is corrected", len(sent))
	}
	k, ok := s.know(first.ID, bot.French)
	if !ok || k.Standing != bulletin.StandsCorrected || string(k.Text) != "Le pont est fermé." || k.By != one.Ref {
		t.Errorf("known: %+v", k)
	}

	// Taken back before anybody got it, it leaves room for another; the bulletin stays taken back meanwhile.
	s.wants("", func(tx storage.Tx) error { _, err := s.Withdraw(tx, s.act("ben"), string(one.Ref), "Faux"); return err })
	if k, ok := s.know(first.ID, bot.French); !ok || k.Standing != bulletin.StandsTaken || k.Text != "" {
		t.Errorf("known once its correction is withdrawn: %+v", k)
	}
	if refused := s.pass(two); refused != "" {
		t.Errorf("the second, now: %q", refused)
	}
	if k, _ := s.know(first.ID, bot.French); k.By != two.Ref || k.Standing != bulletin.StandsCorrected {
		t.Errorf("known by the second: %+v", k)
	}
}

// A withdrawal has words of ours, which repeat nothing and fit one message with the longest frame; readers of a language that lacks
// them get the first one rather than nothing.
func TestAWithdrawalHasItsWords(t *testing.T) {
	s := correctors(t)
	s.people(2, func(i int, c *bot.Contact) {
		if i == 2 {
			c.Lang = bot.Bambara
		}
	})
	first := s.bulletin(func(b *bot.Bulletin) {
		b.Variants = append(b.Variants, bot.Variant{Lang: bot.Bambara, Channel: bot.VariantSMS, Text: "Aw kana a jɛnsɛn.", State: bot.TranslationDone})
	})
	run, _ := s.send(first)
	s.advance(run.ID)
	if sent := s.claim(10); len(sent) != 2 {
		t.Fatalf("%d got it", len(sent))
	}
	w, refused := s.correcting(bot.BulletinWithdrawal, first.Ref, bulletin.Draft{})
	if refused != "" || len(w.Variants) == 0 || w.Lang != bot.French {
		t.Fatalf("a withdrawal: %q %+v", refused, w)
	}
	s.Service = "TINYE MOPTI"
	if size := s.Measure(w, w.Variants[0], "00/00"); size.Parts != 1 || size.Encoding != bot.GSM7 {
		t.Errorf("it takes %+v", size)
	}
	if refused := s.pass(w); refused != "" {
		t.Fatalf("as it is: %q", refused)
	}
	s.update(func(tx storage.Tx) (err error) { w, err = bulletin.Find(tx, string(w.Ref)); return err })
	told, _ := s.send(w)
	s.advance(told.ID)
	if sent := s.claim(10); !slices.Equal(sent, []bot.ContactKey{key(1), key(2)}) {
		t.Errorf("the withdrawal went to %v", sent)
	}
}

// Two people let an alert leave at night; one who says yes twice is one.
func TestTwoApprovalsLetAnAlertLeaveAtNight(t *testing.T) {
	s := correctors(t)
	ref := s.draft(bot.BulletinAlert)
	night := func() (urgent bool) {
		s.update(func(tx storage.Tx) error {
			b, err := bulletin.Find(tx, ref)
			if err == nil {
				urgent, err = bulletin.Night(tx, b)
			}
			return err
		})
		return urgent
	}
	french := bot.French
	s.wants("", func(tx storage.Tx) error {
		if _, err := s.Edit(tx, s.act("awa"), ref, bulletin.Draft{Fallback: &french}); err != nil {
			return err
		}
		_, err := s.Write(tx, s.act("awa"), ref, bot.French, bot.VariantSMS, "Danger sur la route de Gao ce soir: restez chez vous.")
		return err
	})
	s.update(func(tx storage.Tx) error {
		if _, err := s.AnswerHarm(tx, s.act("awa"), ref, bot.HarmQuestions()[:2], map[bot.HarmQuestion]string{
			bot.HarmPanic: "Le danger est vu.", bot.HarmSource: "Connu de tous.", bot.HarmTrue: "Le taire est pire.",
		}); err != nil {
			return err
		}
		_, err := s.Submit(tx, s.act("awa"), ref)
		return err
	})
	approve := func(as string) func(storage.Tx) error {
		return func(tx storage.Tx) error { _, err := s.Approve(tx, s.act(as), ref); return err }
	}
	s.desk("kadi", bot.RoleCoordinator)
	for _, c := range []struct {
		as, refused string
		night       bool
	}{{"ben", "", false}, {"ben", "", false}, {"awa", "desk.author_approves", false}, {"sira", "desk.no_role", false}, {"kadi", "", true}} {
		s.wants(c.refused, approve(c.as))
		if got := night(); got != c.night {
			t.Errorf("after %s: leaves at night: %v", c.as, got)
		}
	}
}

// The language in which a bulletin was written first stays, however often its text is mended; what was translated from it is to be looked at
// again.
func TestATranslationOfAnotherTextIsNone(t *testing.T) {
	s := correctors(t)
	ref := s.draft(bot.BulletinPrevention)
	write := func(l bot.Lang, text string) {
		s.t.Helper()
		s.store.Time.Add(time.Minute)
		s.wants("", func(tx storage.Tx) error {
			_, err := s.Write(tx, s.act("awa"), ref, l, bot.VariantSMS, text)
			return err
		})
	}
	state := func() (first bot.Lang, bam bot.TranslationState) {
		s.update(func(tx storage.Tx) error {
			b, err := bulletin.Find(tx, ref)
			i := slices.IndexFunc(b.Variants, func(v bot.Variant) bool { return v.Lang == bot.Bambara })
			first, bam = b.Lang, b.Variants[i].State
			return err
		})
		return first, bam
	}
	write(bot.French, "Vérifiez d'abord.")
	write(bot.Bambara, "Aw k'a sɛgɛsɛgɛ fɔlɔ.")
	s.wants("desk.bulletin_back_first", func(tx storage.Tx) error {
		_, err := s.BackTranslate(tx, s.act("sira"), ref, bot.French, bot.VariantSMS, "Vérifiez.", true)
		return err
	})
	s.wants("", func(tx storage.Tx) error {
		_, err := s.BackTranslate(tx, s.act("sira"), ref, bot.Bambara, bot.VariantSMS, "Vérifiez d'abord.", true)
		return err
	})
	write(bot.French, "Vérifiez d'abord.") // the same
	if first, bam := state(); first != bot.French || bam != bot.TranslationBack {
		t.Errorf("first %s, the translation %s", first, bam)
	}
	write(bot.French, "Ne partagez rien.")
	if first, bam := state(); first != bot.French || bam != bot.TranslationDraft {
		t.Errorf("after another text: first %s, the translation %s", first, bam)
	}
	write(bot.French, "")
	if first, _ := state(); first != bot.Bambara {
		t.Errorf("without a French text the first is %s", first)
	}
}

// What holds only later is told to nobody before.
func TestNobodyIsToldBeforeItsTime(t *testing.T) {
	s := correctors(t)
	from := s.store.Time.Instant().Add(time.Hour)
	b := s.bulletin(func(b *bot.Bulletin) {
		s.known(b)
		b.ValidFrom = from
	})
	if k, ok := s.know(b.ID, bot.French); ok {
		t.Errorf("told an hour early: %+v", k)
	}
	s.store.Time.Add(time.Hour)
	if k, ok := s.know(b.ID, bot.Bambara); !ok || k.Standing != bulletin.StandsGood || k.Lang != bot.French {
		t.Errorf("not told at its time: %+v", k)
	}
}
