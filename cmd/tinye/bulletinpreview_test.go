package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// A preview says in words whom a bulletin reaches, what it costs and how long it takes; send shows it and asks, and a no sends nothing.
func TestAPreviewInWords(t *testing.T) {
	s := start(t)
	id, now := newID(), time.Now()
	var ref bot.Ref
	must(t, s.service.Store.Update(t.Context(), func(tx storage.Tx) (err error) {
		for i := range 8 {
			number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237000000%d", i)}
			c := bot.Contact{
				Key: s.service.Store.ContactKey(number), Number: number, Lang: bot.French, FirstSeen: bot.At(now), LastSeen: bot.At(now),
				Place:   bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"},
				Consent: bot.Consent{State: bot.ConsentGranted, Scope: []string{"bulletins"}},
			}
			if i == 7 {
				c.StoppedAt = 1
			}
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
		}
		if ref, err = tx.TakeRef(s.service.Refs(), bot.RefBulletin, id); err != nil {
			return err
		}
		return tx.PutBulletin(bot.Bulletin{
			ID: id, Ref: ref, Kind: bot.BulletinPrevention, State: bot.BulletinApproved, CreatedBy: "CISSE", CreatedAt: bot.At(now),
			ExpiresAt: bot.At(now.AddDate(0, 0, 4)),
			Variants:  []bot.Variant{{Lang: bot.French, Channel: bot.VariantSMS, Text: "Le pont est ouvert.", State: bot.TranslationDone}},
		}, 0)
	}))
	out := s.says([]string{
		"Aperçu du bulletin " + string(ref) + ". Rien n'est parti.", "Personnes:", "7", "Texte français:", "1 part, GSM-7", "7, coût inconnu",
		"Gao", "laissé de côté", "la personne a écrit STOP", "(estimation)",
	}, "AMI", "bulletin", "preview", string(ref))
	if strings.Contains(out, "UCS-2") || strings.Contains(out, "+223") {
		t.Errorf("it says:\n%s", out)
	}
	var v admin.Preview
	s.json(&v, "bulletin", "preview", string(ref))
	if v.People != 7 || v.Parts != 7 || len(v.LeftOut) != 1 {
		t.Errorf("as JSON: %+v", v)
	}
	_, errs, code := s.deskWith("non\n", "bulletin", "send", string(ref), "--as", "AMI")
	if code == 0 || !strings.Contains(errs, "Aperçu du bulletin") || !strings.Contains(errs, "rien n'est parti") {
		t.Errorf("after a no: exit %d: %s", code, errs)
	}
	runs := func() (n int) {
		must(t, s.service.Store.View(t.Context(), func(tx storage.Tx) error {
			list, err := tx.Broadcasts(storage.Page{})
			n = len(list)
			return err
		}))
		return n
	}
	if n := runs(); n != 0 {
		t.Errorf("%d runs after a preview and a no", n)
	}
	if out, errs, code := s.deskWith("oui\n", "bulletin", "send", string(ref), "--as", "AMI"); code != 0 || runs() != 1 {
		t.Errorf("after a yes: exit %d, %d runs: %s%s", code, runs(), out, errs)
	}
	s.says([]string{"déjà été envoyé"}, "AMI", "bulletin", "send", string(ref), "--yes")
}
