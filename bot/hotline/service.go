package hotline

import (
	"log/slog"
	"time"

	"tinye/bot"
	"tinye/bot/langid"
	"tinye/bot/msisdn"
	"tinye/bot/people"
	"tinye/bot/rumour"
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
	Quiet   people.Quiet
	Limits  people.Limits
	Zone    *time.Location
}

// Service is the hotline. All fields but Wake and Seen are required; it is safe for concurrent use.
type Service struct {
	Site    Site
	Store   storage.Store
	Desk    rumour.Desk
	Texts   *locales.Printer
	Langs   *langid.Detector
	Numbers msisdn.Normaliser
	Words   *Vocabulary
	Now     func() time.Time
	NewID   func() bot.ID
	Random  func() uint64 // for references; need not be secret
	Log     *slog.Logger

	Wake func()                // called after a commit that queued something
	Seen func(bot.Class, bool) // called after a commit, with the class of the message and whether it was a repeat
}

// refTries is how many references of each length are drawn for one row. With four tries the longer form is used for one
// message in sixteen once half of the shorter ones are taken.
const refTries = 4

// Refs draws the candidates for one reference: some of six digits, then of seven, and so on.
func (s *Service) Refs() []bot.Ref {
	refs := make([]bot.Ref, 0, refTries*(bot.MaxRefDigits-bot.RefDigits+1))
	for digits := bot.RefDigits; digits <= bot.MaxRefDigits; digits++ {
		for range refTries {
			if ref, err := bot.NewRef(s.Random(), digits); err == nil {
				refs = append(refs, ref)
			}
		}
	}
	return refs
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
