// Package bot holds the words of the hotline: the types that every room speaks, and the errors it answers with.
//
// It imports the standard library only, and nothing of ours; every other room may import it. Who may import whom is
// written in imports_test.go at the root of the repository, which fails with the reason.
//
// A message's way through the rooms:
//
//	gateway → web (copies the request) → gateway/x (decodes to Inbound) → hotline (one Update: repeat?, store, contact,
//	class, rules, Outbound rows) → disk (one fsync for everybody waiting) → 200
//	outbox (claims Outbound rows that are due) → gateway/x.Send → delivery report → web → hotline (state moves forward)
//
// The integers in the cbor tags are field numbers on disk: a number once used is never given to another field.
// Enumerations are short lower-case strings, never iota, for the same reason. Identifiers that are also a row's key are
// not repeated in its value (cbor:"-"); the store fills them in when it reads.
package bot
