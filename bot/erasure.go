package bot

// ErasureKind is what was erased.
type ErasureKind string

// Kinds of erasure.
const (
	ErasedPerson  ErasureKind = "person"  // somebody who asked for it: the number, what hangs on it, and the texts
	ErasedNumber  ErasureKind = "number"  // a number not heard of for long, and what hangs on it; the texts have a time of their own
	ErasedText    ErasureKind = "text"    // the text of an Inbound row
	ErasedRequest ErasureKind = "request" // the raw bytes of a request in quarantine
)

// Erasure is an entry of the ledger of what was erased: ids and keyed hashes, never a number or a text. A backup that is put
// back brings none of it back.
type Erasure struct {
	Kind ErasureKind
	At   Instant
	ID   [16]byte // of the row, or the ContactKey
}
