package bot

// Encoding is how the text of a short message travels on the air interface (3GPP TS 23.038).
type Encoding string

const (
	// GSM7 is the default 7-bit alphabet with its extension table: 160 septets in a single message, 153 in a part.
	GSM7 Encoding = "gsm7"
	// UCS2 is 16-bit text, read as UTF-16 by phones: 70 units in a single message, 67 in a part.
	UCS2 Encoding = "ucs2"
)
