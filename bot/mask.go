package bot

// MaskKind is what a mask in a text hides.
type MaskKind string

// Kinds of masks.
const (
	MaskNumber  MaskKind = "number"  // a phone number, or another that is somebody's
	MaskAddress MaskKind = "address" // e-mail, web, a handle
	MaskName    MaskKind = "name"    // of a person
	MaskSpot    MaskKind = "spot"    // an exact place: a house, a street, behind the mosque
)

// MaskKinds are all kinds.
func MaskKinds() []MaskKind { return []MaskKind{MaskNumber, MaskAddress, MaskName, MaskSpot} }

// Mask is one that somebody at the desk put on a report by hand. It holds no word: only where the words stand in the
// report's texts, so that it says nothing any more once these are erased.
type Mask struct {
	No    int        `cbor:"1,keyasint,omitempty"` // 1, 2, 3 … within the report, never used again
	Kind  MaskKind   `cbor:"2,keyasint,omitempty"`
	By    string     `cbor:"3,keyasint,omitempty"` // the account
	At    Instant    `cbor:"4,keyasint,omitempty"`
	Spans []MaskSpan `cbor:"5,keyasint,omitempty"` // none once it was lifted
}

// MaskSpan is a piece of one text, in bytes of its UTF-8: from From to before To.
type MaskSpan struct {
	Text ID  `cbor:"1,keyasint,omitzero"` // the Inbound row
	From int `cbor:"2,keyasint,omitempty"`
	To   int `cbor:"3,keyasint,omitempty"`
}
