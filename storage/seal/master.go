package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
)

const (
	// masterLimit is the longest master key file we read, in bytes; ours have about 200 plain, 600 under a passphrase.
	masterLimit = 64 << 10
	// maxWorkFactor is the highest scrypt cost we accept when reading: 2^20 takes 1 GiB of memory, age writes 2^18.
	maxWorkFactor = 20
	// ageIntro is the first line of every binary age file (age-encryption.org/v1).
	ageIntro = "age-encryption.org/v1\n"
)

// MasterKey opens the key ring. It shows only its public key.
type MasterKey struct {
	identity *age.X25519Identity
}

// Public is the public key (age1…), by which people tell master keys apart.
func (m *MasterKey) Public() string { return m.identity.Recipient().String() }

// String shows the public key only.
func (m *MasterKey) String() string { return "master key " + m.Public() }

// Format shows the public key only, for every verb.
func (m *MasterKey) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

// LogValue shows the public key only.
func (m *MasterKey) LogValue() slog.Value { return slog.StringValue(m.String()) }

// wrapper is what the ring keeps of the master key to write itself again: not the secret.
func (m *MasterKey) wrapper() (wrapper, error) {
	mac, err := hkdf.Key(sha256.New, []byte(m.identity.String()), nil, "tinye key ring mac", keySize)
	if err != nil {
		return wrapper{}, fmt.Errorf("seal: derive the ring's mac key: %w", err)
	}
	return wrapper{to: m.identity.Recipient(), mac: mac}, nil
}

// MasterOptions say how NewMasterKey writes the file.
type MasterOptions struct {
	Created    time.Time // written into the file's comment, UTC
	Passphrase string    // none: the file is plain
	WorkFactor int       // scrypt cost 2^n; 0 is age's own (2^18: about 1 s and 256 MiB)
}

// NewMasterKey makes a master key and its file at path, mode 0600, on disk when it returns. A file that exists is never
// overwritten (fs.ErrExist).
func NewMasterKey(path string, o MasterOptions) (*MasterKey, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("seal: make a master key: %w", err)
	}
	m := &MasterKey{identity: identity}
	data := fmt.Appendf(nil, "# Tinye master key. Whoever has this file can read the site's data.\n"+
		"# created: %s\n# public key: %s\n%s\n", o.Created.UTC().Format(time.RFC3339), m.Public(), identity)
	defer clear(data)
	content := data
	if o.Passphrase != "" {
		if content, err = lockText(data, o); err != nil {
			return nil, fmt.Errorf("seal: lock the master key: %w", err)
		}
	}
	if err := createFile(path, content); err != nil {
		return nil, fmt.Errorf("seal: write the master key: %w", err)
	}
	return m, nil
}

// lockText encrypts text under the passphrase, armoured.
func lockText(text []byte, o MasterOptions) ([]byte, error) {
	to, err := age.NewScryptRecipient(o.Passphrase)
	if err != nil {
		return nil, err
	}
	if o.WorkFactor != 0 {
		if o.WorkFactor < 1 || o.WorkFactor > maxWorkFactor {
			return nil, fmt.Errorf("scrypt cost %d is not between 1 and %d", o.WorkFactor, maxWorkFactor)
		}
		to.SetWorkFactor(o.WorkFactor)
	}
	var out bytes.Buffer
	arm := armor.NewWriter(&out)
	w, err := age.Encrypt(arm, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := arm.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// MasterFile is a master key file as read, still closed if it is under a passphrase.
type MasterFile struct {
	path   string
	data   secret // the text of a plain file, the binary or armoured age file of a locked one
	locked bool
	mode   fs.FileMode
}

// ReadMasterKey reads the file at path and tells by its form whether it needs a passphrase.
func ReadMasterKey(path string) (*MasterFile, error) {
	data, err := readFile(path, masterLimit)
	if err != nil {
		return nil, fmt.Errorf("seal: read the master key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("seal: read the master key: %w", err)
	}
	data = bytes.TrimLeft(data, " \t\r\n")
	locked := bytes.HasPrefix(data, []byte(ageIntro)) || bytes.HasPrefix(data, []byte(armor.Header))
	return &MasterFile{path: path, data: data, locked: locked, mode: info.Mode()}, nil
}

// Format shows the path only, for every verb.
func (f MasterFile) Format(s fmt.State, _ rune) { io.WriteString(s, "master key file "+f.path) }

// LogValue shows the path only.
func (f MasterFile) LogValue() slog.Value { return slog.StringValue("master key file " + f.path) }

// OpenToOthers tells whether others than the owner may read or write the file. On a stick with FAT the mode is the mount's.
func (f MasterFile) OpenToOthers() bool { return f.mode.Perm()&0o077 != 0 }

// NeedsPassphrase tells whether Unlock needs one.
func (f MasterFile) NeedsPassphrase() bool { return f.locked }

// Unlock gives the master key. A plain file ignores the passphrase; a locked one answers ErrLocked without one and
// ErrWrongPassphrase for another one. It may be tried again.
func (f MasterFile) Unlock(passphrase string) (*MasterKey, error) {
	text := f.data
	if f.locked {
		if passphrase == "" {
			return nil, fmt.Errorf("seal: %s: %w", f.path, ErrLocked)
		}
		plain, err := unlockText(f.data, passphrase)
		if err != nil {
			return nil, fmt.Errorf("seal: unlock %s: %w", f.path, err)
		}
		defer clear(plain)
		text = plain
	}
	// The parser's own error quotes from the line it could not read; that line is the secret, so the error stops here.
	found, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("seal: %s holds no master key: %w", f.path, ErrDamaged)
	}
	identity, ok := found[0].(*age.X25519Identity)
	if !ok || len(found) != 1 {
		return nil, fmt.Errorf("seal: %s does not hold exactly one X25519 key: %w", f.path, ErrDamaged)
	}
	return &MasterKey{identity: identity}, nil
}

// unlockText is the inverse of lockText; it reads binary files as well.
func unlockText(data []byte, passphrase string) ([]byte, error) {
	with, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	with.SetMaxWorkFactor(maxWorkFactor)
	var src io.Reader = bytes.NewReader(data)
	if !bytes.HasPrefix(data, []byte(ageIntro)) {
		src = armor.NewReader(src)
	}
	r, err := age.Decrypt(src, with)
	if noMatch, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		if slices.Contains(noMatch.StanzaTypes, "scrypt") {
			return nil, ErrWrongPassphrase
		}
		return nil, fmt.Errorf("locked to a key, not under a passphrase: %w", ErrDamaged)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	text, err := io.ReadAll(io.LimitReader(r, masterLimit))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return text, nil
}
