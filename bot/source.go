package bot

import "log/slog"

// Source is somebody whom verifiers ask: an entry of their address book. Code is a pseudonym of 2 to 12 letters and digits
// and the only word for the source in evidence, events and lists; how to reach it stands in Contact alone.
type Source struct {
	Code       string        `cbor:"-"`
	Rev        uint64        `cbor:"1,keyasint,omitempty"`
	Kind       SourceType    `cbor:"2,keyasint,omitempty"`
	Place      PlaceCode     `cbor:"3,keyasint,omitzero"`  // region or cercle of which it knows, never finer
	Themes     []RumourTheme `cbor:"4,keyasint,omitempty"` // none = of all
	Group      string        `cbor:"5,keyasint,omitempty"` // independence group, a short code: its members repeat one origin and count once
	Contact    Text          `cbor:"6,keyasint,omitempty"` // how to reach it: a number, or words
	Note       Text          `cbor:"7,keyasint,omitempty"`
	AddedBy    string        `cbor:"8,keyasint,omitempty"` // a user's name
	AddedAt    Instant       `cbor:"9,keyasint,omitempty"`
	LastUsedAt Instant       `cbor:"10,keyasint,omitempty"` // when its contact was last looked at, or it was named in evidence
	RetiredBy  string        `cbor:"11,keyasint,omitempty"`
	RetiredAt  Instant       `cbor:"12,keyasint,omitempty"` // 0 = it may be asked
}

// Retired tells whether the source is not to be asked any more; what it said stays.
func (s Source) Retired() bool { return !s.RetiredAt.IsZero() }

// Origin is what two sources have in common that repeat one origin: the group or, without one, the source itself.
func (s Source) Origin() string {
	if s.Group != "" {
		return "group " + s.Group
	}
	return "source " + s.Code
}

// Knows tells whether the source knows of a theme.
func (s Source) Knows(themes ...RumourTheme) bool {
	if len(s.Themes) == 0 || len(themes) == 0 {
		return true
	}
	for _, have := range s.Themes {
		for _, want := range themes {
			if have == want {
				return true
			}
		}
	}
	return false
}

// LogValue shows the code and the kind.
func (s Source) LogValue() slog.Value {
	return slog.GroupValue(slog.String("code", s.Code), slog.String("kind", string(s.Kind)))
}

// RumourThemes are the themes of rumours that what a person chose in a menu may be about.
func (t Theme) RumourThemes() []RumourTheme {
	switch t {
	case ThemeSecurity:
		return []RumourTheme{RumourSecurityAttack, RumourArmedGroup, RumourForcesConduct, RumourIntercommunal, RumourAbduction}
	case ThemeHealth:
		return []RumourTheme{RumourHealth}
	case ThemeAid:
		return []RumourTheme{RumourAid, RumourBlockade, RumourDisplacement}
	case ThemeAuthorities:
		return []RumourTheme{RumourElections, RumourPublicFigure}
	default:
		return nil
	}
}
