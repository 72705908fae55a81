package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

var sourcesBucket = bucket{name: []byte("sources")}

// Source implements storage.Sources.
func (tx *Tx) Source(code string) (bot.Source, error) {
	s, _, err := tx.source(code)
	return s, err
}

// source also gives the sealed row.
func (tx *Tx) source(code string) (bot.Source, []byte, error) {
	sealed := tx.bucket(sourcesBucket).Get([]byte(code))
	if code == "" || sealed == nil {
		return bot.Source{}, nil, storage.ErrNotFound
	}
	s, err := tx.openSource(code, sealed)
	return s, sealed, err
}

func (tx *Tx) openSource(code string, sealed []byte) (bot.Source, error) {
	var s bot.Source
	if err := tx.open(sourcesBucket, []byte(code), sealed, &s); err != nil {
		return bot.Source{}, err
	}
	s.Code = code
	return s, nil
}

// PutSource implements storage.Sources.
func (tx *Tx) PutSource(s bot.Source, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if s.Code == "" {
		return invalid("a source without a code")
	}
	if err := checkTexts(s.Code, string(s.Kind), string(s.Place.Scheme), s.Place.Code, s.Group, string(s.Contact),
		string(s.Note), s.AddedBy, s.RetiredBy); err != nil {
		return err
	}
	if err := checkTexts(s.Themes...); err != nil {
		return err
	}
	old, sealed, err := tx.source(s.Code)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	s.Rev = ifRev + 1
	key := []byte(s.Code)
	value, err := tx.record(sourcesBucket, key, s)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(sourcesBucket), key, value, sealed)
}

// Sources implements storage.Sources.
func (tx *Tx) Sources() ([]bot.Source, error) {
	var list []bot.Source
	err := tx.walk(tx.bucket(sourcesBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		s, err := tx.openSource(string(k), v)
		list = append(list, s)
		return true, err
	})
	return list, err
}
