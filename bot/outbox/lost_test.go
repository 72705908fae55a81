package outbox_test

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/outbox"
	"tinye/storage"
	"tinye/storage/storagetest"
)

func TestResend(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   bot.Kind
		change func(*bot.Outbound)
		want   int
	}{
		{"acknowledgement", bot.KindAck, nil, 1},
		{"answer", bot.KindAnswer, nil, 1},
		{"notice", bot.KindNotice, nil, 1},
		{"consent", bot.KindConsent, nil, 1},
		{"bulletin", bot.KindBulletin, nil, 0},
		{"is a second copy", bot.KindAnswer, func(o *bot.Outbound) { o.ResendOf = bot.ID{1} }, 0},
		{"ends in ten minutes", bot.KindAnswer, func(o *bot.Outbound) { o.ExpiresAt = o.CreatedAt.Add(10 * time.Minute) }, 0},
		{"ends in eleven minutes", bot.KindAnswer, func(o *bot.Outbound) { o.ExpiresAt = o.CreatedAt.Add(11 * time.Minute) }, 1},
		{"has no end", bot.KindAnswer, func(o *bot.Outbound) { o.ExpiresAt = 0 }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := storagetest.Open(t)
			now := s.Time.Instant()
			o := bot.Outbound{
				ID: s.IDs.New(), Gateway: "sim", Lane: bot.LaneReply, Kind: c.kind, State: bot.OutUnknown, Key: "answer",
				Args: map[string]string{"ref": "482918"}, Lang: bot.Bambara, Report: bot.ID{2}, Rumour: bot.ID{3}, AnswerNo: 1,
				Contact: bot.ContactKey{4}, CreatedAt: now, ExpiresAt: now.Add(time.Hour), Attempts: 3, ExternalID: "c1",
			}
			if c.change != nil {
				c.change(&o)
			}
			lost := outbox.Resend(s.IDs.New, s.Time.Now)
			if err := s.Update(t.Context(), func(tx storage.Tx) error { return lost(tx, o) }); err != nil {
				t.Fatal(err)
			}
			var rows []bot.Outbound
			err := s.View(t.Context(), func(tx storage.Tx) (err error) {
				rows, err = tx.Outbounds(bot.OutQueued, storage.Page{})
				return err
			})
			if err != nil || len(rows) != c.want {
				t.Fatalf("%d copies (%v), want %d", len(rows), err, c.want)
			}
			if c.want == 0 {
				return
			}
			again := rows[0]
			if again.ResendOf != o.ID || again.NextAt != now.Add(10*time.Minute) || again.ExpiresAt != o.ExpiresAt ||
				again.Attempts != 0 || again.ExternalID != "" || again.Key != o.Key || again.Args["ref"] != "482918" ||
				again.Contact != o.Contact || again.Report != o.Report || again.Rumour != o.Rumour || again.AnswerNo != 1 ||
				again.Lang != o.Lang || again.Lane != o.Lane || again.Gateway != o.Gateway || again.Kind != o.Kind {
				t.Errorf("copy %+v", again)
			}
		})
	}
}
