package bot

// ImportRun is one list of numbers that was brought in, or is being brought in. Nothing is sent by that: whom it brought waits
// to be asked.
type ImportRun struct {
	ID        ID        `cbor:"-"`
	Rev       uint64    `cbor:"1,keyasint,omitempty"`
	File      RepeatKey `cbor:"2,keyasint,omitzero"` // keyed hash of the file's SHA-256: the same file again is known
	By        string    `cbor:"3,keyasint,omitempty"`
	At        Instant   `cbor:"4,keyasint,omitempty"`
	Source    string    `cbor:"5,keyasint,omitempty"` // where the list is from and by what right it is used, redacted
	Project   string    `cbor:"6,keyasint,omitempty"` // code of a Project
	Lang      Lang      `cbor:"7,keyasint,omitempty"` // of those whose row names none
	Place     PlaceCode `cbor:"8,keyasint,omitzero"`  // likewise
	Rows      int       `cbor:"9,keyasint,omitempty"` // rows of the file that were handled
	New       int       `cbor:"10,keyasint,omitempty"`
	Known     int       `cbor:"11,keyasint,omitempty"` // numbers that we knew before, left as they are
	Elsewhere int       `cbor:"12,keyasint,omitempty"` // of those, enrolled for another project
	Stopped   int       `cbor:"13,keyasint,omitempty"` // said STOP, or were forgotten: not touched, and not listed
	Bad       int       `cbor:"14,keyasint,omitempty"` // handed back with their reason
	DoneAt    Instant   `cbor:"15,keyasint,omitempty"`
	DroppedAt Instant   `cbor:"16,keyasint,omitempty"` // when the run was forgotten; its file may be imported again
	DroppedBy string    `cbor:"17,keyasint,omitempty"`
	Dropped   int       `cbor:"18,keyasint,omitempty"` // numbers that went with it
}

// Short is how people name a run: the last six signs of its id, which are drawn at random.
func (r ImportRun) Short() string {
	id := r.ID.String()
	return id[len(id)-6:]
}

// Imported is somebody on an imported list. Row counts the file's rows below its heads, from 1.
type Imported struct {
	Row     int
	Contact ContactKey
}
