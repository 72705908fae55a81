package bot

import "log/slog"

// Role is what a desk account may do. Every desk command names its user; the guards of a rule name the role they want.
type Role string

// Roles (domain §5).
const (
	RoleFieldAgent      Role = "field_agent"
	RoleModerator       Role = "moderator"
	RoleVerifier        Role = "verifier"
	RoleCoordinator     Role = "coordinator"
	RoleProtectionFocal Role = "protection_focal"
	RoleAdmin           Role = "admin"
)

// Roles are all roles.
func Roles() []Role {
	return []Role{RoleFieldAgent, RoleModerator, RoleVerifier, RoleCoordinator, RoleProtectionFocal, RoleAdmin}
}

// User is a desk account. Name is a code name of 2 to 32 letters, digits, dot, dash or underscore: it stands in events.
type User struct {
	Name      string  `cbor:"-"`
	Rev       uint64  `cbor:"1,keyasint,omitempty"`
	Roles     []Role  `cbor:"2,keyasint,omitempty"`
	CreatedAt Instant `cbor:"3,keyasint,omitempty"`
	CreatedBy string  `cbor:"4,keyasint,omitempty"`
	// Number is the phone registered for the account, E.164; NumberKey is the key of its DeskNumber.
	Number    Address    `cbor:"5,keyasint,omitzero"`
	NumberKey ContactKey `cbor:"6,keyasint,omitzero"`
	// FocalAt is when a protection focal point was last told by SMS that something waits, Focal that message.
	FocalAt Instant `cbor:"7,keyasint,omitempty"`
	Focal   ID      `cbor:"8,keyasint,omitzero"`
}

// Has tells whether the account has one of the roles.
func (u User) Has(roles ...Role) bool {
	for _, have := range u.Roles {
		for _, want := range roles {
			if have == want {
				return true
			}
		}
	}
	return false
}

// LogValue shows the account without its phone.
func (u User) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", u.Name), slog.Any("roles", u.Roles))
}

// Actor is who does something, in which role, by which way in.
type Actor struct {
	Name string
	Role Role
	Via  string // socket, sms, web
}

// Event is one thing that a person did. Events are appended and never edited.
type Event struct {
	Site   string  `cbor:"1,keyasint,omitempty"`
	Epoch  ID      `cbor:"-"` // drawn when a store is created or restored
	Seq    uint64  `cbor:"-"` // 1, 2, 3 … within the epoch
	At     Instant `cbor:"2,keyasint,omitempty"`
	Actor  string  `cbor:"3,keyasint,omitempty"`
	Role   Role    `cbor:"4,keyasint,omitempty"`
	Via    string  `cbor:"5,keyasint,omitempty"`
	Kind   string  `cbor:"6,keyasint,omitempty"` // rumour.decided, answer.approved, user.added …
	Key    string  `cbor:"7,keyasint,omitempty"` // what it was done to: an id, a reference or a user's name
	Reason string  `cbor:"8,keyasint,omitempty"` // a short code or value, such as a verdict or a language
}
