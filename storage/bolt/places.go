package bolt

import (
	"bytes"

	"tinye/bot"
	"tinye/storage"
)

// PutPlace implements storage.Places.
func (tx *Tx) PutPlace(p bot.Place) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkPlace(p); err != nil {
		return err
	}
	key, b := placeKey(p.Code), tx.bucket(placesBucket)
	value, err := tx.record(placesBucket, key, p)
	if err != nil {
		return err
	}
	return tx.put(b, key, value, b.Get(key))
}

// Places implements storage.Places.
func (tx *Tx) Places(after bot.PlaceCode, limit int) ([]bot.Place, error) {
	var from []byte
	if !after.IsZero() {
		from = placeKey(after)
	}
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Place
	err := tx.walk(tx.bucket(placesBucket), nil, from, false, func(k, sealed []byte) (bool, error) {
		var p bot.Place
		if err := tx.open(placesBucket, k, sealed, &p); err != nil {
			return false, err
		}
		scheme, code, _ := bytes.Cut(k, []byte{0})
		p.Code = bot.PlaceCode{Scheme: bot.PlaceScheme(scheme), Code: string(code)}
		list = append(list, p)
		return len(list) < size, nil
	})
	return list, err
}

func checkPlace(p bot.Place) error {
	if p.Code.Scheme == "" || p.Code.Code == "" || p.Names[bot.French] == "" {
		return invalid("a place without a scheme, a code or a French name")
	}
	for lang, name := range p.Names {
		if err := checkTexts(string(lang), name); err != nil {
			return err
		}
	}
	for _, same := range p.SameAs {
		if err := checkTexts(string(same.Scheme), same.Code); err != nil {
			return err
		}
	}
	if err := checkTexts(p.Aliases...); err != nil {
		return err
	}
	return checkTexts(string(p.Code.Scheme), p.Code.Code, p.Parent, p.Source)
}
