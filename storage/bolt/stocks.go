package bolt

import (
	"errors"

	"tinye/bot"
	"tinye/storage"
)

// Stock implements storage.Stocks.
func (tx *Tx) Stock(kind bot.StockKind) (bot.Stock, error) {
	s, _, err := tx.stock(kind)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Stock{Kind: kind}, nil
	}
	return s, err
}

// stock also gives the sealed row.
func (tx *Tx) stock(kind bot.StockKind) (bot.Stock, []byte, error) {
	key := []byte(kind)
	if len(key) == 0 {
		return bot.Stock{}, nil, storage.ErrNotFound
	}
	sealed := tx.bucket(stocksBucket).Get(key)
	if sealed == nil {
		return bot.Stock{}, nil, storage.ErrNotFound
	}
	var s bot.Stock
	if err := tx.open(stocksBucket, key, sealed, &s); err != nil {
		return bot.Stock{}, nil, err
	}
	s.Kind = kind
	return s, sealed, nil
}

// PutStock implements storage.Stocks.
func (tx *Tx) PutStock(s bot.Stock, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if s.Kind == "" {
		return invalid("a stock wording without a kind")
	}
	if err := checkTexts(string(s.Kind), s.Text, s.First, s.Second); err != nil {
		return err
	}
	old, sealed, err := tx.stock(s.Kind)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	s.Rev = ifRev + 1
	key := []byte(s.Kind)
	value, err := tx.record(stocksBucket, key, s)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(stocksBucket), key, value, sealed)
}
