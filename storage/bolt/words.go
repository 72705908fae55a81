package bolt

import (
	"bytes"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// PutWords implements storage.Rumours.
func (tx *Tx) PutWords(rumour bot.ID, words []bot.WordKey) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if rumour.IsZero() {
		return invalid("words of no rumour")
	}
	index, of := tx.bucket(wordsBucket), tx.bucket(wordsOfBucket)
	old := of.Get(rumour[:])
	for was := range slices.Chunk(bytes.Clone(old), wordSize) {
		if err := tx.del(index, wordKey(bot.WordKey(was), rumour)); err != nil {
			return err
		}
	}
	var list []byte
	for _, w := range words {
		if err := tx.mark(index, wordKey(w, rumour)); err != nil {
			return err
		}
		list = append(list, w[:]...)
	}
	if len(list) == 0 {
		return tx.del(of, bytes.Clone(rumour[:]))
	}
	return tx.put(of, bytes.Clone(rumour[:]), list, old)
}

// Worded implements storage.Rumours.
func (tx *Tx) Worded(word bot.WordKey, limit int) ([]bot.ID, error) {
	return tx.indexed(tx.bucket(wordsBucket), word[:], storage.Page{Limit: limit, Newest: true})
}
