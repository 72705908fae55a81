package people_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
	"tinye/storage/storagetest"
)

func TestSetReplyBy(t *testing.T) {
	store := storagetest.Open(t)
	key := bot.ContactKey{7}
	set := func(way bot.ReplyBy) (c bot.Contact, err error) {
		at := store.Time.Instant()
		err = store.Update(t.Context(), func(tx storage.Tx) error {
			c, err := people.Find(tx, key, bot.Address{Kind: bot.Phone, Value: "+22370123456"}, "sim", at)
			if err == nil {
				_, err = people.SetReplyBy(tx, c, way, at)
			}
			return err
		})
		if err == nil {
			err = store.View(t.Context(), func(tx storage.Tx) (err error) { c, err = tx.Contact(key); return err })
		}
		return c, err
	}
	for _, way := range []bot.ReplyBy{bot.ReplyByUSSD, bot.ReplyByCall, bot.ReplyBySMS} {
		if c, err := set(way); err != nil || c.ReplyBy != way {
			t.Errorf("%s: kept %q, %v", way, c.ReplyBy, err)
		}
	}
	before, err := set(bot.ReplyBySMS)
	if err != nil || before.Rev != 3 {
		t.Errorf("the same way again wrote the contact: revision %d, %v", before.Rev, err)
	}
	if _, err := set("fax"); bot.CodeOf(err) != bot.CodeInvalid {
		t.Errorf("a way that does not exist: %v", err)
	}
}

func TestWaits(t *testing.T) {
	all := []bot.Kind{bot.KindAck, bot.KindAnswer, bot.KindNotice, bot.KindConsent, bot.KindBulletin}
	for _, way := range []bot.ReplyBy{"", bot.ReplyBySMS, bot.ReplyByUSSD, bot.ReplyByCall} {
		for _, kind := range all {
			reason, keep, waits := people.Waits(bot.Contact{ReplyBy: way}, bot.Outbound{Kind: kind})
			answer := kind == bot.KindAnswer
			want := ""
			switch {
			case way == bot.ReplyByUSSD:
				want = "reply_by_menu"
			case way == bot.ReplyByCall && answer:
				want = "reply_by_call"
			}
			if reason != want || waits != (want != "") || keep != (waits && answer) {
				t.Errorf("%q, %s: %q, kept %v, waits %v", way, kind, reason, keep, waits)
			}
		}
	}
}
