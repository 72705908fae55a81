package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// caseLimit is the longest protected report that we read, in bytes; one of twenty long texts has about 40 kB.
const caseLimit = 1 << 20

// CaseKey is the private key of a protection focal point, an age X25519 identity. It is made and kept on their own stick and
// never comes near a store. It shows only its public key.
type CaseKey struct {
	identity *age.X25519Identity
}

// Public is the public key (age1…), to which reports are sealed.
func (k *CaseKey) Public() string { return k.identity.Recipient().String() }

// String shows the public key only.
func (k *CaseKey) String() string { return "protection key " + k.Public() }

// Format shows the public key only, for every verb.
func (k *CaseKey) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }

// LogValue shows the public key only.
func (k *CaseKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// NewCaseKey makes a focal point's key and its file at path, mode 0600, on disk when it returns; the age tool reads it. A
// file that exists is never overwritten (fs.ErrExist).
func NewCaseKey(path string, created time.Time) (*CaseKey, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("seal: make a protection key: %w", err)
	}
	k := &CaseKey{identity: identity}
	data := fmt.Appendf(nil, "# Tinye protection key. Whoever has this file can read protected reports.\n"+
		"# created: %s\n# public key: %s\n%s\n", created.UTC().Format(time.RFC3339), k.Public(), identity)
	defer clear(data)
	if err := createFile(path, data); err != nil {
		return nil, fmt.Errorf("seal: write the protection key: %w", err)
	}
	return k, nil
}

// ReadCaseKey reads a focal point's key; ErrDamaged for a file that holds no such key, fs.ErrNotExist.
func ReadCaseKey(path string) (*CaseKey, error) {
	data, err := readFile(path, masterLimit)
	if err != nil {
		return nil, fmt.Errorf("seal: read the protection key: %w", err)
	}
	defer clear(data)
	// The parser's own error quotes from the line it could not read; that line is the secret, so the error stops here.
	found, err := age.ParseIdentities(bytes.NewReader(data))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("seal: %s holds no protection key: %w", path, ErrDamaged)
	}
	identity, ok := found[0].(*age.X25519Identity)
	if !ok {
		return nil, fmt.Errorf("seal: %s holds no X25519 key: %w", path, ErrDamaged)
	}
	return &CaseKey{identity: identity}, nil
}

// CheckCasePublic refuses what is no public key of the kind that NewCaseKey makes.
func CheckCasePublic(public string) error {
	_, err := age.ParseX25519Recipient(public)
	if err != nil { // it would quote what was typed, which may be a private key
		return fmt.Errorf("seal: not an age public key: %w", ErrDamaged)
	}
	return nil
}

// Case closes plain to public keys, so that each of their private keys opens it and nothing else does: an armoured age file.
func Case(public []string, plain []byte) ([]byte, error) {
	if len(public) == 0 {
		return nil, errors.New("seal: a case is closed to nobody")
	}
	to := make([]age.Recipient, len(public))
	for i, p := range public {
		r, err := age.ParseX25519Recipient(p)
		if err != nil {
			return nil, fmt.Errorf("seal: close a case: %w", ErrDamaged)
		}
		to[i] = r
	}
	var out bytes.Buffer
	arm := armor.NewWriter(&out)
	w, err := age.Encrypt(arm, to...)
	if err != nil {
		return nil, fmt.Errorf("seal: close a case: %w", err)
	}
	_, err = w.Write(plain)
	if err = errors.Join(err, w.Close(), arm.Close()); err != nil {
		return nil, fmt.Errorf("seal: close a case: %w", err)
	}
	return out.Bytes(), nil
}

// Open is the inverse of Case: ErrWrongKey if the case was closed to others, ErrDamaged.
func (k *CaseKey) Open(sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(sealed)), k.identity)
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return nil, fmt.Errorf("seal: open a case: %w", ErrWrongKey)
	}
	if err != nil {
		return nil, fmt.Errorf("seal: open a case: %w", ErrDamaged)
	}
	plain, err := io.ReadAll(io.LimitReader(r, caseLimit))
	if err != nil {
		return nil, fmt.Errorf("seal: open a case: %w", ErrDamaged)
	}
	return plain, nil
}
