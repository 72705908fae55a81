package bot

import (
	"errors"
	"strings"
)

// PlaceScheme says whose codes a place code belongs to. The same code means different places in different schemes: ML0501
// is Bandiagara in one and Mopti in another, so a code never goes without its scheme.
type PlaceScheme string

// Schemes (domain §4.3).
const (
	// SchemeOCHA2021 is OCHA's COD-AB for Mali, valid from 2021-12-20: 10 regions, 53 cercles.
	SchemeOCHA2021 PlaceScheme = "ocha_cod_2021"
	// SchemeCT2023 follows law 2023-007 on the territorial collectivities: 19 regions and the District of Bamako.
	SchemeCT2023 PlaceScheme = "ml_ct_2023"
)

// PlaceCode is a place: its code in a scheme.
type PlaceCode struct {
	Scheme PlaceScheme `cbor:"1,keyasint,omitempty"`
	Code   string      `cbor:"2,keyasint,omitempty"`
}

// IsZero tells whether there is no place.
func (p PlaceCode) IsZero() bool { return p == PlaceCode{} }

// String is such as ml_ct_2023:ML0701; "" for no place.
func (p PlaceCode) String() string {
	if p.IsZero() {
		return ""
	}
	return string(p.Scheme) + ":" + p.Code
}

// MarshalText gives the form of String.
func (p PlaceCode) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (p *PlaceCode) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = PlaceCode{}
		return nil
	}
	code, ok := ParsePlaceCode(string(b))
	if !ok {
		return errors.New("un lieu s'écrit avec sa liste et son code, comme ml_ct_2023:ML0701 (tinye place find)")
	}
	*p = code
	return nil
}

// ParsePlaceCode reads SCHEME:CODE, both of letters, digits and _; whether there is such a place is another question.
func ParsePlaceCode(s string) (PlaceCode, bool) {
	scheme, code, ok := strings.Cut(s, ":")
	if !ok || !isCode(scheme) || !isCode(code) {
		return PlaceCode{}, false
	}
	return PlaceCode{Scheme: PlaceScheme(scheme), Code: code}, true
}

func isCode(s string) bool {
	return s != "" && len(s) <= 24 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// PlaceLevel is how fine a place is.
type PlaceLevel int

// Levels of Mali's administrative division.
const (
	LevelRegion  PlaceLevel = 1
	LevelCercle  PlaceLevel = 2
	LevelCommune PlaceLevel = 3
)

// Place is one unit of the administrative division.
type Place struct {
	Code    PlaceCode       `cbor:"-"`
	Level   PlaceLevel      `cbor:"1,keyasint,omitempty"`
	Names   map[Lang]string `cbor:"2,keyasint,omitempty"` // in right spelling; French is always there
	Parent  string          `cbor:"3,keyasint,omitempty"` // code of the unit it lies in, in the same scheme; "" for a region
	Aliases []string        `cbor:"4,keyasint,omitempty"` // other names that people type
	SameAs  []PlaceCode     `cbor:"5,keyasint,omitempty"` // the unit of the same name in other schemes; its borders may differ
	Source  string          `cbor:"6,keyasint,omitempty"` // where the row is from
}

// Name is the place's name for a reader, in French where there is none in their language.
func (p Place) Name(l Lang) string {
	if name := p.Names[l]; name != "" {
		return name
	}
	return p.Names[French]
}
