package hotline

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/langid"
	"tinye/bot/msisdn"
	"tinye/bot/people"
	"tinye/bot/place"
	"tinye/bot/redact"
	"tinye/bot/rumour"
	"tinye/flows"
	"tinye/locales"
	"tinye/storage"
)

// Site is what the hotline says and keeps to at one site.
type Site struct {
	ID      string // stands in events
	Service string // the service's name, at most 11 GSM-7 characters
	Langs   []bot.Lang
	Danger  string // the number for immediate danger
	Cap     int    // bulletins a week at most, as the consent text says
	Hours   rumour.Hours
	Clock   bot.DeskClock // by which the desk's own times run; "" = elapsed
	Quiet   people.Quiet
	Limits  people.Limits
	Zone    *time.Location
	Gateway string             // by which a number that never wrote to us is answered: the desk took the call
	Prices  map[string]int     // XOF for a part, by gateway; none for one that says none
	Rates   map[string]float64 // parts per second, by gateway
	USSD    USSD

	Retention Retention
}

// Calendar is by when the desk wants to have done things.
func (s Site) Calendar() rumour.Calendar { return rumour.Calendar{Hours: s.Hours, Clock: s.Clock} }

// USSD is what the menus know of the site.
type USSD struct {
	Code      string          // what people dial, such as *384#; "" = not told
	SMSNumber string          // where a message begun in the menu is sent by SMS; "" = not told
	Places    []bot.PlaceCode // the site's own, at most four, offered first
	CallBack  bool            // people may ask to be rung
	Idle      time.Duration   // a session without input is over after this; 0 = three minutes
	Septets   map[string]int  // of a page, by gateway: 120 to 182; 160 for one that is not named
}

// Offered tells whether the site has menus of its own. Where it has none and counts no texts either, a report by SMS is not
// noted for "my messages": that is a row for each message, a fifth of what storing one costs.
func (u USSD) Offered() bool { return u.Code != "" || u.SMSNumber != "" || len(u.Places) > 0 }

// Service is the hotline. All fields but Wake, Seen and Hopped are required; it is safe for concurrent use.
type Service struct {
	Site    Site
	Store   storage.Store
	Desk    rumour.Desk
	Texts   *locales.Printer
	Langs   *langid.Detector
	Numbers msisdn.Normaliser
	Words   *Vocabulary
	Alarms  *Alarms
	Redact  *redact.Redactor
	Flow    *flows.Flow
	Now     func() time.Time
	NewID   func() bot.ID
	Random  func() uint64 // for references; need not be secret
	Log     *slog.Logger

	// Matcher knows rumours by their words; nil: nothing is matched, and nothing is found by words.
	Matcher *Matcher

	// Route names the gateway for a number; see bulletin.Desk. nil: the one that it last wrote to, or the site's.
	Route func(number bot.Address, known string) string

	// Carries tells whether the site has a gateway of that name; see bulletin.Desk. nil: all.
	Carries func(gateway string) bool

	// CloseCase closes a protected report to the focal points' public keys.
	CloseCase rumour.Closer

	Wake func()                // called after a commit that queued something
	Seen func(bot.Class, bool) // called after a commit, with the class of the message and whether it was a repeat

	// Hopped is called after a commit for each thing to count in the menus, or once for a repeat, with the caller's language.
	Hopped func(t bot.ScreenTally, lang bot.Lang, repeat bool)

	lengths   refLength
	early     earlyReports
	tallies   tallies
	kept      retention
	places    atomic.Pointer[place.Gazetteer]
	walking   sync.Mutex // one portion of a run at a time
	reloading sync.Mutex // one look at the store's places at a time, so that the latest one stays
}

// New loads what every hotline needs: words, languages, the numbers of a region (ISO 3166-1 alpha-2), what is masked and the menus. The
// caller fills in the other fields.
func New(region string) (*Service, error) {
	words, err := LoadVocabulary()
	if err != nil {
		return nil, err
	}
	alarms, err := LoadAlarms()
	if err != nil {
		return nil, err
	}
	langs, err := langid.New()
	if err != nil {
		return nil, err
	}
	numbers, err := msisdn.New(region)
	if err != nil {
		return nil, err
	}
	flow, err := flows.Load()
	if err != nil {
		return nil, err
	}
	masks, err := redact.Load()
	if err != nil {
		return nil, err
	}
	return &Service{Words: words, Alarms: alarms, Langs: langs, Numbers: numbers, Flow: flow, Redact: masks}, nil
}

const (
	// refTries is how many references of one length are drawn for a row before a longer one is taken: with four, one row
	// in sixteen gets the longer form once half of the shorter ones are taken.
	refTries = 4
	// refRunShort is how many rows in a row had to take a longer reference before its length is drawn from the start: then
	// about nineteen in twenty of the shorter ones are taken. A restart begins with six digits again.
	refRunShort = 8
)

// Refs draws the candidates for one reference: some of the length in use, some one digit longer, and one of each length
// beyond.
func (s *Service) Refs() []bot.Ref {
	inUse := min(bot.RefDigits+int(s.lengths.longer.Load()), bot.MaxRefDigits)
	refs := make([]bot.Ref, 0, 2*refTries+bot.MaxRefDigits-bot.RefDigits)
	for digits := inUse; digits <= bot.MaxRefDigits; digits++ {
		tries := refTries
		if digits > inUse+1 {
			tries = 1
		}
		for range tries {
			if ref, err := bot.NewRef(s.Random(), digits); err == nil {
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

// refLength remembers how long references have to be by now.
type refLength struct {
	longer atomic.Int32 // digits beyond six
	missed atomic.Int32 // rows in a row that had to take a longer one
}

// took notes the reference that a row got.
func (l *refLength) took(ref bot.Ref) {
	longer := l.longer.Load()
	if len(ref) <= bot.RefDigits+int(longer) {
		l.missed.Store(0)
	} else if l.missed.Add(1) >= refRunShort && l.longer.CompareAndSwap(longer, longer+1) {
		l.missed.Store(0)
	}
}

// now is the present time, but never earlier than our own last commit while the clock is behind that: a box without a
// battery may start years ago, and a STOP would then count as older than what it stops.
func (s *Service) now() bot.Instant {
	now := bot.At(s.Now())
	if c := s.Store.Clock(); c.Behind {
		return c.Last
	}
	return now
}

func (s *Service) wake() {
	if s.Wake != nil {
		s.Wake()
	}
}

func (s *Service) seen(class bot.Class, repeat bool) {
	if s.Seen != nil {
		s.Seen(class, repeat)
	}
}
