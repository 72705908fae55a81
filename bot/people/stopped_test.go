package people

import (
	"testing"

	"tinye/bot"
)

// STOP holds at every later step; only what the person starts anew is answered.
func TestStopped(t *testing.T) {
	const stop = bot.Instant(1000)
	asked := &bot.Question{Kind: bot.QuestionConsent, AskedAt: stop + 5}
	for _, c := range []struct {
		name     string
		question *bot.Question
		message  bot.Outbound
		reported bot.Instant
		want     bool
	}{
		{"ack of an earlier report", nil, bot.Outbound{Kind: bot.KindAck}, stop - 1, true},
		{"ack of a later report", nil, bot.Outbound{Kind: bot.KindAck}, stop + 1, false},
		{"answer to an earlier report", nil, bot.Outbound{Kind: bot.KindAnswer}, stop - 1, true},
		{"answer to a later report", nil, bot.Outbound{Kind: bot.KindAnswer}, stop + 1, false},
		{"the stop text", nil, bot.Outbound{Kind: bot.KindNotice, Key: StopKey}, 0, false},
		{"help", nil, bot.Outbound{Kind: bot.KindNotice, Key: "sms.help"}, 0, true},
		{"consent text after START", asked, bot.Outbound{Kind: bot.KindConsent}, 0, false},
		{"consent text of before", nil, bot.Outbound{Kind: bot.KindConsent}, 0, true},
		{"bulletin", nil, bot.Outbound{Kind: bot.KindBulletin}, 0, true},
	} {
		contact := bot.Contact{StoppedAt: stop, Question: c.question}
		if got := Stopped(contact, c.message, c.reported); got != c.want {
			t.Errorf("%s: stopped %v", c.name, got)
		}
		if contact.StoppedAt = 0; Stopped(contact, c.message, c.reported) {
			t.Errorf("%s: stopped without a STOP", c.name)
		}
	}
}
