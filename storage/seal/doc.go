// Package seal keeps the keys of a site and seals what the database stores, so that database, backups and key ring show
// neither a number nor a text without the master key.
//
// Three things, in three places:
//
//	master key   an age X25519 identity; on a USB stick that is pulled out, or on the disk under a passphrase
//	key ring     the data keys, wrapped to the master key; a file beside the database, never in it, and in each backup
//	values       sealed with a data key of the ring; in the database
//
// # Master key file
//
// Plain (readable by the age tool), mode 0600:
//
//	# Tinye master key. Whoever has this file can read the site's data.
//	# created: 2026-11-03T09:00:00Z
//	# public key: age1…
//	AGE-SECRET-KEY-1…
//
// Under a passphrase the same text is an armoured age file with one scrypt recipient. A binary age file is read too.
//
// # Key ring file
//
//	tinye key ring 1\n        kind and version (2 once a text was erased by itself, or a dropped key left out); a newer version is refused
//	age1…\n                   public key of the master key that opens it
//	age file (binary) ──┐
//	                    └─ mac   32 bytes: HMAC-SHA256 over the two lines above and the CBOR below, under a key
//	                    │        derived (HKDF-SHA256) from the master key's secret
//	                    └─ CBOR  {1: next free id,
//	                              2: [{1: id, 2: "index"},                4: 32 bytes}, one, for numbers
//	                                  {1: id, 2: "records",               4: 32 bytes}, the highest id is the current one
//	                                  {1: id, 2: "texts", 3: "2026-11",   4: 32 bytes}, by month, the highest id is current
//	                                  {1: id, 2: "texts", 3: "2026-07"}]}               dropped: no key any more; of a renewed one
//	                                                                                        5: true, 6: names of rows that were erased
//
// An age file shows nothing about who made it; the mac does: a ring put together by somebody who knows only the public
// key does not open. Ids start at 1, rise, and are never given twice, so an id below the next free one that is not there was
// dropped, and a value of a dropped key is told from a damaged one. Of a month's dropped keys the last one stays, and the last
// renewed one with at most 16 names: a ring grows by some 400 bytes a month, however often keys are renewed. `tail -n +3 FILE | age -d -i MASTER` shows the content without this program.
//
// Each change is written to a hidden file beside it, fsynced, renamed, and the folder fsynced, before a new key seals
// anything. An older ring that is put back lacks the keys made since; what they sealed is then lost ([ErrUnknownKey]).
//
// # Sealed value
//
//	id          uvarint, shortest form: 1 byte up to id 127, 2 bytes up to 16383
//	nonce       24 bytes of crypto/rand
//	ciphertext  as long as the plaintext
//	tag         16 bytes
//
// XChaCha20-Poly1305; associated data is uvarint(len(bucket)) bucket key: a value that is moved to another bucket or key
// does not open. 41 bytes more than the plaintext, 42 from id 128 on.
//
// # Erasure
//
// [Ring.DropTexts] takes a month's keys out of the ring. To erase a single text, its row is overwritten, the month gets a new
// key ([Ring.RenewTexts]), the rest of the month is sealed again and the old key goes ([Ring.DropOldTexts]): until then two
// keys of a month are live, and the one with the higher id seals. Rows of class records that were erased go likewise, with
// [Ring.RotateRecords] and [Ring.DropOldRecords]. Copies of the ring made before (backups, blocks a disk has not
// overwritten) still hold it, wrapped; [Ring.Rewrap] to a new master key, and the old one destroyed, closes them as well.
//
// # Memory
//
// [Ring.Close] zeroes the key bytes this package holds. The copies inside the ciphers, the hash states, the CBOR encoder
// and the age identity cannot be reached; they are let go and end with the garbage collector or the process.
package seal
