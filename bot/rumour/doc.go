// Package rumour holds the rules of a rumour's life: how tellings become reports, reports one rumour, checks a verdict, a
// verdict an answer, and who is owed that answer.
//
//	new → triaged → investigating → review → decided → published → monitoring → closed
//	         └ watching                          └ withheld ─────────┘
//	new ─────────── the short lane ──→ review ─────────→ published
//
// moves.go is the whole table: state, verb, roles and guards; nothing is done to a rumour that is not in it.
// testdata/moves.txt is the same table as a desk reads it. Rules take a storage.Tx and never open one; times, ids and
// references are handed in. A refusal is a *bot.Error whose key names the sentence for the person.
package rumour
