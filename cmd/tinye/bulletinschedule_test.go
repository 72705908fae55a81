package main

import (
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// A schedule says its next three times in words, what becomes of them, and what is wrong with it.
func TestAScheduleInWords(t *testing.T) {
	s := start(t)
	id, now := newID(), time.Now()
	var ref bot.Ref
	must(t, s.service.Store.Update(t.Context(), func(tx storage.Tx) (err error) {
		if ref, err = tx.TakeRef(s.service.Refs(), bot.RefBulletin, id); err != nil {
			return err
		}
		return tx.PutBulletin(bot.Bulletin{
			ID: id, Ref: ref, Kind: bot.BulletinPrevention, State: bot.BulletinApproved, CreatedBy: "CISSE", CreatedAt: bot.At(now),
			ExpiresAt: bot.At(now.AddDate(0, 0, 40)),
		}, 0)
	}))
	schedule := func(flags ...string) []string { return append([]string{"bulletin", "schedule", string(ref)}, flags...) }
	out := s.says([]string{"Bulletin " + string(ref) + ":", "Départ:", "lundi ", " à 8 h 00", "Horaire:", "0 8 * * 1, Africa/Bamako", "moins de 2 h 30 de retard"},
		"AMI", schedule("--cron", "0 8 * * 1", "--zone", "Africa/Bamako", "--late", "2h30m")...)
	if strings.Count(out, "lundi ") != 3 || strings.Contains(out, "l'un OU l'autre") {
		t.Errorf("three Mondays:\n%s", out)
	}
	s.says([]string{"Départ:", " à 8 h 00", "0 8 * * 1, Africa/Bamako"}, "AMI", "bulletin", "show", string(ref))
	s.says([]string{"l'un OU l'autre"}, "AMI", schedule("--cron", "0 8 1 * 1")...)
	for _, c := range []struct{ want, flag, value string }{
		{"n'est pas un horaire. Il faut cinq champs", "--cron", "0 8 * *"},
		{"une fois par jour au plus", "--cron", "0 * * * *"},
		{"ne tombe jamais", "--cron", "0 9 31 2 *"},
		{"est déjà passé", "--at", "2020-01-01 08:00"},
		{"expire le", "--at", "2099-01-01 08:00"},
	} {
		if _, errs, code := s.desk("AMI", schedule(c.flag, c.value)...); code != exitFailed || !strings.Contains(errs, c.want) {
			t.Errorf("%s %q: exit %d: %q does not say %q", c.flag, c.value, code, errs, c.want)
		}
	}
	if _, errs, code := s.desk("AMI", schedule("--cron", "0 8 * * 1", "--zone", "Bamako")...); code != exitFailed || !strings.Contains(errs, "Aucun fuseau horaire ne s'appelle Bamako") {
		t.Errorf("a zone that does not exist: exit %d: %s", code, errs)
	}
	s.says([]string{"n'a pas d'heure d'envoi", "tinye bulletin send " + string(ref)}, "AMI", schedule("--none")...)
	s.says([]string{"heure d'envoi du bulletin fixée", "à la main", "0 8 * * 1 Africa/Bamako"}, "AMI", "events", "list", "--key", string(ref))

	must(t, s.service.Store.Update(t.Context(), func(tx storage.Tx) error { // a moment passed while the machine was off
		b, err := tx.Bulletin(id)
		if err != nil {
			return err
		}
		b.Schedule.Skipped, b.Schedule.Why = bot.At(now.Add(-time.Hour)), bot.SkipLate
		return tx.PutBulletin(b, b.Rev)
	}))
	s.says([]string{"Pas parti:", "bulletin " + string(ref), "constaté trop tard", "tinye bulletin show " + string(ref)}, "AMI", "status")
}

func TestMomentsInWords(t *testing.T) {
	p, err := newPage(0)
	must(t, err)
	p.zone = time.UTC
	for moment, want := range map[string]string{
		"2026-11-23T08:00:00Z": "lundi 23 novembre 2026 à 8 h 00", "2027-02-01T21:05:00Z": "lundi 1er février 2027 à 21 h 05",
		"2027-08-08T00:00:00Z": "dimanche 8 août 2027 à 0 h 00",
	} {
		at, err := time.Parse(time.RFC3339, moment)
		must(t, err)
		if got := p.moment(bot.At(at)); got != want {
			t.Errorf("%s: %q, want %q", moment, got, want)
		}
	}
	for minutes, want := range map[int]string{45: "45 min", 360: "6 h", 90: "1 h 30", 65: "1 h 05"} {
		if got := length(minutes); got != want {
			t.Errorf("%d minutes: %q, want %q", minutes, got, want)
		}
	}
	for _, c := range []struct{ kind, reason, want string }{
		{"bulletin.scheduled", "", "à la main"},
		{"bulletin.scheduled", "0 8 * * 1 Africa/Bamako", "0 8 * * 1 Africa/Bamako"},
		{"bulletin.scheduled", "2026-11-23T08:00:00Z", "lundi 23 novembre 2026 à 8 h 00"},
		{"bulletin.begun", "2026-11-23T08:00:00Z", "lundi 23 novembre 2026 à 8 h 00"},
		{"bulletin.skipped", "no_news 2026-11-23T08:00:00Z", "lundi 23 novembre 2026 à 8 h 00: rien de nouveau à dire"},
	} {
		if got := p.detail(admin.Event{Kind: c.kind, Reason: c.reason}); got != c.want {
			t.Errorf("%s %q is read as %q, want %q", c.kind, c.reason, got, c.want)
		}
	}
}

// A digest from its recipe to its approval: no text is written for it, and no list answered.
func TestADigestInWords(t *testing.T) {
	s := start(t)
	region := s.service.Places().Regions(bot.SchemeCT2023)[0].Code.String()
	out := s.says(nil, "CISSE", "bulletin", "new", "--kind", "digest", "--title", "La semaine", "--place", region, "--until", "+50d")
	ref := strings.Fields(out)[1]
	s.says([]string{"Départ:", "lundi ", "Résumé:", "2 partie(s) de SMS au plus", "Il ne part qu'une fois approuvé"}, "CISSE", "bulletin", "schedule", ref,
		"--cron", "0 8 * * 1", "--parts", "2")
	s.says([]string{"n'a rien à dire maintenant"}, "CISSE", "bulletin", "check", ref)
	now := bot.At(time.Now())
	must(t, s.service.Store.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutRumour(bot.Rumour{
			ID: newID(), State: bot.RumourPublished, PublishedAt: now.Add(-time.Hour), AnswerNo: 1, Verdict: bot.ConfirmedFalse,
			Answers: []bot.Answer{{Lang: bot.French, Text: "FAUX: le puits est bon.", ApprovedAt: now.Add(-time.Hour)}},
		}, 0)
	}))
	for _, verb := range []string{"check", "show"} {
		s.says([]string{"S'il partait maintenant", "FAUX: le puits est bon. VERIF " + ref}, "CISSE", "bulletin", verb, ref)
	}
	s.says([]string{"FAUX: le puits est bon. VERIF " + ref}, "CISSE", "bulletin", "preview", ref)
	s.says([]string{"soumis"}, "CISSE", "bulletin", "submit", ref)
	s.says([]string{"Il reste soumis: qui l'approuve dit oui aussi à cet horaire."}, "CISSE", "bulletin", "schedule", ref, "--cron", "0 9 * * 1", "--parts", "2")
	s.says([]string{"approuvé", "Départ:", " à 9 h 00"}, "AMI", "bulletin", "approve", ref)
	s.says([]string{"Départ:", "2 partie(s)"}, "AMI", "bulletin", "show", ref)
	s.says(nil, "AMI", "bulletin", "send", ref, "--yes")
	s.says([]string{"Son dernier envoi disait:", "FAUX: le puits est bon."}, "AMI", "bulletin", "show", ref)
}
