// Package config reads tinye.toml: strict, once, into a plain struct of typed values.
//
// Nothing else in the program reads the file, the environment or the secret files. Unknown keys are errors. Every wrong
// value and every wrong combination has a sentence of its own (Problem) that names the key and says what to do. Secrets
// are of type Secret, which prints as "(hidden)" however it is printed.
package config

import (
	"net"
	"net/netip"
	"time"

	"tinye/bot"
)

// Config is the whole configuration, with defaults filled in and paths made absolute to the file's folder.
type Config struct {
	Site    Site
	Hours   *Hours // nil: the desk is always open
	Desk    Desk
	Quiet   Span // From > To spans midnight; From == To: no quiet hours
	Limits  Limits
	Storage Storage
	Web     Web
	Admin   Admin
	Outbox  Outbox
	USSD    USSD

	Retention Retention

	Gateways []Gateway
	Routes   []Route // by which gateway we write to whom; none: the one that a person last wrote to, or the first

	origin origin
}

// origin is what Check has to know about the file a Config came from; zero for one made in code.
type origin struct {
	lines    map[string]int
	unfilled []string // keys with a placeholder that has no typed value
	exposed  bool     // everybody on the machine may read the file
}

// Site is what people read and the rules go by.
type Site struct {
	Name            string     // {S} in every text: at most 11 of A–Z a–z 0–9 space . -
	ID              string     // stands in events: 1 to 16 of a–z 0–9 -
	Languages       []bot.Lang // the first is the default
	DeskLanguage    bot.Lang
	Zone            *time.Location
	Region          string // home region of numbers, ISO 3166-1 alpha-2
	DangerNumber    string // as people are to dial it
	FreeToUser      bool
	AnswerWithin    time.Duration // whole hours; 0: nothing is promised
	BulletinCap     int           // per week and person, 1 to 14
	AllowUnreviewed []bot.Lang    // languages whose unreviewed critical strings may go out
	Locales         string        // folder with the site's own language files, "" for none
	Wire            Wire
	Demo            bool // placeholders and unreviewed strings are let through
}

// Wire is how texts are spelt on the air.
type Wire string

// Wire forms: GSM-7 with the accents it has, ASCII, or the official spelling (UCS-2 where a letter needs it).
const (
	WireGSMAccent Wire = "gsm-accent"
	WireASCII     Wire = "ascii"
	WireOfficial  Wire = "official"
)

// Hours is when somebody sits at the desk, in the site's time zone.
type Hours struct {
	Week     [7][]Span // Monday first; spans in order, never overlapping; an empty day is closed
	Holidays []Date    // closed
}

// Span is a part of a day in minutes since midnight, To excluded; To may be 1440.
type Span struct{ From, To int }

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Desk is how the desk counts its own time.
type Desk struct {
	Clock bot.DeskClock
}

// Limits are what one number may send (dialogues §1 and §6).
type Limits struct {
	FloodBurst int           // texts in 10 minutes; 0: no limit
	FloodDay   int           // texts a day; 0: no limit
	Join       time.Duration // a second text within this joins the first; 0: never
}

// Storage is where the data lie.
type Storage struct {
	Path string // the database
	Key  string // the master key file
}

// Web is the listener for gateways.
type Web struct {
	Listen   string // host:port
	Callback string // how gateways reach it: http(s)://host[:port][/path], no slash at the end
	Secret   Secret // part of every webhook's path
}

// Admin is the listener for the command line.
type Admin struct {
	Socket string // path of the unix socket, at most 107 bytes
}

// Outbox is how sending starts.
type Outbox struct {
	Paused bool // nothing is sent
	// FailOver is how long a gateway has not worked when what waits for it goes to the next of its route; FailOverUrgent is that of
	// alerts, corrections and what the desk itself is told. 0: never.
	FailOver, FailOverUrgent time.Duration
}

// GatewayType names an adapter.
type GatewayType string

// Adapters.
const (
	GatewayKannel         GatewayType = "kannel"
	GatewayGeneric        GatewayType = "generic"
	GatewayAfricasTalking GatewayType = "africastalking"
)

// Gateway is one way in and out.
type Gateway struct {
	Name           string // 1 to 16 of a–z 0–9 -, unique: stands in URLs and keys
	Type           GatewayType
	Rate           float64 // parts per second
	InFlight       int     // sends at a time, and so how many a kill can leave unknown: 1 to 50
	Timeout        time.Duration
	AllowFrom      []netip.Prefix  // callbacks are accepted from; empty: from everybody who knows the secret
	Price          int             // XOF per part, for previews of cost
	USSDSeptets    int             // of a page of a menu, 120 to 182
	Kannel         *Kannel         // set if Type is kannel
	Generic        *Generic        // set if Type is generic
	AfricasTalking *AfricasTalking // set if Type is africastalking
}

// Kannel is the sendsms interface of Kannel's smsbox.
type Kannel struct {
	URL      string
	Username string
	Password Secret
	From     string // our number or short code
	SMSC     string // which line; "" lets Kannel choose
	DLRMask  int    // 1 delivered, 2 failed, 4 buffered, 8 accepted, 16 rejected
}

// Generic is our own JSON form.
type Generic struct {
	URL   string
	Token Secret
}

// AfricasTalking is an account with Africa's Talking.
type AfricasTalking struct {
	URL      string
	Username string // of the application; "sandbox" for the sandbox
	APIKey   Secret
	From     string // our short code or registered name; "" = the account's usual one
}

// url is where the gateway is sent to, "" if its table is missing.
func (g Gateway) url() string {
	switch {
	case g.Kannel != nil:
		return g.Kannel.URL
	case g.Generic != nil:
		return g.Generic.URL
	case g.AfricasTalking != nil:
		return g.AfricasTalking.URL
	}
	return ""
}

// loopback tells whether a host, without its port, is this machine only.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// defaults is what holds where the file says nothing. (UTC is the time of Mali all year; Parse puts Africa/Bamako.)
func defaults() Config {
	return Config{
		Site: Site{
			Languages: []bot.Lang{bot.French, bot.Bambara}, DeskLanguage: bot.French, Zone: time.UTC, Region: "ML",
			BulletinCap: 2, Wire: WireGSMAccent,
		},
		Desk:    Desk{Clock: bot.ClockElapsed},
		Quiet:   Span{From: 21 * 60, To: 7 * 60},
		Limits:  Limits{FloodBurst: 5, FloodDay: 20, Join: 10 * time.Minute},
		Storage: Storage{Path: "var/tinye.db", Key: "var/tinye.key"},
		Web:     Web{Listen: "127.0.0.1:8080", Callback: "http://127.0.0.1:8080"},
		Admin:   Admin{Socket: "var/admin.sock"},
		Outbox:  Outbox{FailOver: defaultFailOver, FailOverUrgent: defaultFailOverUrgent},
		USSD:    USSD{Idle: 3 * time.Minute},

		Retention: Retention{TextsDays: 90, NumbersDays: 365, BackupsDays: 30},
	}
}
