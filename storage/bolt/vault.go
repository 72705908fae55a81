package bolt

import (
	"bytes"

	"tinye/bot"
	"tinye/storage"
)

var (
	vaultBucket       = bucket{name: []byte("vault"), fill: fillRows}
	protectKeysBucket = bucket{name: []byte("protect_keys")}
)

// Case implements storage.Vault.
func (tx *Tx) Case(id bot.ID) (bot.Case, error) {
	c, _, err := tx.sealedCase(id)
	return c, err
}

// sealedCase also gives the sealed row.
func (tx *Tx) sealedCase(id bot.ID) (bot.Case, []byte, error) {
	sealed := tx.bucket(vaultBucket).Get(id[:])
	if sealed == nil {
		return bot.Case{}, nil, storage.ErrNotFound
	}
	c, err := tx.openCase(id, sealed)
	return c, sealed, err
}

func (tx *Tx) openCase(id bot.ID, sealed []byte) (bot.Case, error) {
	var c bot.Case
	if err := tx.open(vaultBucket, id[:], sealed, &c); err != nil {
		return bot.Case{}, err
	}
	c.ID = id
	return c, nil
}

// PutCase implements storage.Vault.
func (tx *Tx) PutCase(c bot.Case, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if c.ID.IsZero() || c.State == "" {
		return invalid("a protected report without an id or a state")
	}
	if err := checkTexts(string(c.Ref), c.SealedBy, string(c.State)); err != nil {
		return err
	}
	if err := checkTexts(c.Keys...); err != nil {
		return err
	}
	old, sealed, err := tx.sealedCase(c.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	c.Rev = ifRev + 1
	key := bytes.Clone(c.ID[:])
	value, err := tx.record(vaultBucket, key, c)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(vaultBucket), key, value, sealed)
}

// Cases implements storage.Vault.
func (tx *Tx) Cases(p storage.Page) ([]bot.Case, error) {
	var after []byte
	if !p.After.IsZero() {
		after = p.After[:]
	}
	var list []bot.Case
	err := tx.walk(tx.bucket(vaultBucket), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		c, err := tx.openCase(bot.ID(k), v)
		list = append(list, c)
		return len(list) < p.Size(), err
	})
	return list, err
}

// ProtectionKey implements storage.Vault.
func (tx *Tx) ProtectionKey(public string) (bot.ProtectionKey, error) {
	k, _, err := tx.protectionKey(public)
	return k, err
}

// protectionKey also gives the sealed row.
func (tx *Tx) protectionKey(public string) (bot.ProtectionKey, []byte, error) {
	sealed := tx.bucket(protectKeysBucket).Get([]byte(public))
	if public == "" || sealed == nil {
		return bot.ProtectionKey{}, nil, storage.ErrNotFound
	}
	k, err := tx.openProtectionKey(public, sealed)
	return k, sealed, err
}

func (tx *Tx) openProtectionKey(public string, sealed []byte) (bot.ProtectionKey, error) {
	var k bot.ProtectionKey
	if err := tx.open(protectKeysBucket, []byte(public), sealed, &k); err != nil {
		return bot.ProtectionKey{}, err
	}
	k.Public = public
	return k, nil
}

// PutProtectionKey implements storage.Vault.
func (tx *Tx) PutProtectionKey(k bot.ProtectionKey, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if k.Public == "" {
		return invalid("a protection key without its public half")
	}
	if err := checkTexts(k.Public, k.AddedBy, k.RetiredBy); err != nil {
		return err
	}
	old, sealed, err := tx.protectionKey(k.Public)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	k.Rev = ifRev + 1
	key := []byte(k.Public)
	value, err := tx.record(protectKeysBucket, key, k)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(protectKeysBucket), key, value, sealed)
}

// ProtectionKeys implements storage.Vault.
func (tx *Tx) ProtectionKeys() ([]bot.ProtectionKey, error) {
	var list []bot.ProtectionKey
	err := tx.walk(tx.bucket(protectKeysBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		key, err := tx.openProtectionKey(string(k), v)
		list = append(list, key)
		return true, err
	})
	return list, err
}
