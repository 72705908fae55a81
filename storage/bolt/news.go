package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

// News implements storage.Rumours.
func (tx *Tx) News(limit int) ([]bot.ID, error) {
	return tx.indexed(tx.bucket(newsBucket), nil, storage.Page{Limit: limit, Newest: true})
}

// moveNews keeps a rumour's place in the news; old is the zero rumour for a new one.
func (tx *Tx) moveNews(old, r bot.Rumour) error {
	b := tx.bucket(newsBucket)
	if old.Public() && (!r.Public() || r.PublishedAt != old.PublishedAt) {
		if err := tx.del(b, newsKey(old)); err != nil {
			return err
		}
	}
	if !r.Public() {
		return nil
	}
	return tx.mark(b, newsKey(r))
}
