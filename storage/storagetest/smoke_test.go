package storagetest

import (
	"testing"

	"tinye/bot"
	"tinye/storage"
)

func TestOpen(t *testing.T) {
	s := Open(t)
	id := s.IDs.New()
	err := s.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutInbound(bot.Inbound{ID: id, Text: "a", ReceivedAt: s.Time.Instant()})
	})
	if err != nil {
		t.Fatal(err)
	}
}
