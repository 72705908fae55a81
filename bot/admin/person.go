package admin

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// AskPerson asks about a number, for a reason that is kept.
type AskPerson struct {
	By
	Number string `json:"number"` // as it was typed
	Reason string `json:"reason"`
}

// Person is what is held about a number: never a text, and of the number its end.
type Person struct {
	Ends      string             `json:"ends"`
	Stored    bool               `json:"stored"` // the number itself; false once it was forgotten
	FirstSeen bot.Instant        `json:"first_seen,omitzero"`
	LastSeen  bot.Instant        `json:"last_seen,omitzero"`
	StoppedAt bot.Instant        `json:"stopped_at,omitzero"`
	ErasedAt  bot.Instant        `json:"erased_at,omitzero"`
	Lang      bot.Lang           `json:"lang,omitempty"`
	Consent   bot.ConsentState   `json:"consent,omitempty"`
	ConsentAt bot.Instant        `json:"consent_at,omitzero"`
	AgeBand   bot.AgeBand        `json:"age_band,omitempty"`
	Place     string             `json:"place,omitempty"` // region or cercle
	ReplyBy   bot.ReplyBy        `json:"reply_by,omitempty"`
	Questions []bot.QuestionKind `json:"questions,omitempty"` // open or waiting
	Reports   []PersonReport     `json:"reports"`             // newest first, at most mostLooked are looked through
}

// PersonReport is a report of theirs. Those about abuse are not among them, nor those of a restricted rumour where the account
// need not know of it.
type PersonReport struct {
	Ref   bot.Ref         `json:"ref"`
	At    bot.Instant     `json:"at,omitzero"`
	State bot.ReportState `json:"state"`
}

// Forgot tells who was forgotten.
type Forgot struct {
	Ends    string `json:"ends"`
	Unknown bool   `json:"unknown,omitempty"` // nobody with that number was known; it is barred all the same
}

func (s *Server) showPerson(ctx context.Context, h *hotline.Service, q AskPerson) (Person, error) {
	act := s.act(h, q.By)
	phone, err := phoneTyped(h, q.Number)
	if err != nil {
		return Person{}, err
	}
	reason := s.redacted(h, q.Reason)
	var c bot.Contact
	err = h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		c, err = people.LookUp(tx, act, phone, reason)
		return err
	})
	if err != nil {
		return Person{}, err
	}
	shown := Person{
		Ends: people.LastDigits(phone.Number), Stored: c.Number.Value != "", FirstSeen: c.FirstSeen, LastSeen: c.LastSeen,
		StoppedAt: c.StoppedAt, ErasedAt: c.ErasedAt, Lang: c.Lang, Consent: c.Consent.State, ConsentAt: c.Consent.At,
		AgeBand: c.AgeBand, Place: c.Place.Code, ReplyBy: c.ReplyBy, Reports: []PersonReport{},
	}
	if c.Question != nil {
		shown.Questions = append(shown.Questions, c.Question.Kind)
	}
	for _, q := range c.Waiting {
		shown.Questions = append(shown.Questions, q.Kind)
	}
	page := storage.Page{Limit: 500, Newest: true}
	for looked := 0; looked < mostLooked; looked += page.Limit {
		var list []bot.Report
		var theirs []PersonReport
		err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
			theirs = nil
			if list, err = tx.Reports("", page); err != nil {
				return err
			}
			knows := knowingOf(tx, act)
			for _, r := range list {
				if r.Contact != c.Key || r.Protect || r.State == bot.ReportProtected {
					continue
				}
				may, err := knows.about(r.Rumour)
				if err != nil {
					return err
				}
				if may {
					theirs = append(theirs, PersonReport{Ref: r.Ref, At: r.ReceivedAt, State: r.State})
				}
			}
			return nil
		})
		if err != nil {
			return Person{}, err
		}
		shown.Reports = append(shown.Reports, theirs...)
		if len(list) < page.Limit {
			break
		}
		page.After = list[len(list)-1].ID
	}
	return shown, nil
}

func (s *Server) forgetPerson(ctx context.Context, h *hotline.Service, q AskPerson) (Forgot, error) {
	act := s.act(h, q.By)
	phone, err := phoneTyped(h, q.Number)
	if err != nil {
		return Forgot{}, err
	}
	reason := s.redacted(h, q.Reason)
	unknown := false
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		c, err := tx.Contact(phone.Key)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		unknown = err != nil || c.Number.Value == ""
		return people.ForgetFor(tx, act, phone, reason)
	})
	if err != nil {
		return Forgot{}, err
	}
	return Forgot{Ends: people.LastDigits(phone.Number), Unknown: unknown}, nil
}

// SetPersonLang notes the language that the person of a number asked for.
type SetPersonLang struct {
	AskPerson
	Lang string `json:"lang"` // fra or fr, bam …; also one without texts
}

func (s *Server) setPersonLang(ctx context.Context, h *hotline.Service, q SetPersonLang) (Person, error) {
	lang, ok := bot.ParseLang(q.Lang)
	if !ok {
		return Person{}, bot.Fault(bot.CodeInvalid, "desk.lang_without_texts", "lang", q.Lang)
	}
	act := s.act(h, q.By)
	phone, err := phoneTyped(h, q.Number)
	if err != nil {
		return Person{}, err
	}
	reason := s.redacted(h, q.Reason)
	err = h.Store.Update(ctx, func(tx storage.Tx) error { return people.SetLangFor(tx, act, phone, lang, reason) })
	return Person{Ends: people.LastDigits(phone.Number), Lang: lang}, err
}

func phoneTyped(h *hotline.Service, typed string) (people.Phone, error) {
	number, _, err := h.Numbers.ParseTyped(typed)
	return people.Phone{Number: number, Key: h.Store.ContactKey(number)}, err
}

// PruneBackups asks for backups past their time to be removed from the site's folder.
type PruneBackups struct {
	By
	Folder string `json:"folder,omitempty"` // must be the site's, if it is given
	Days   int    `json:"days,omitempty"`   // how long a backup is kept; 0 = as the site says
}

// Backups are those removed and those left.
type Backups struct {
	Folder  string       `json:"folder"`
	Removed []KeptBackup `json:"removed"`
	Left    []KeptBackup `json:"left"`
}

// KeptBackup is a backup in the site's folder, or one that was there.
type KeptBackup struct {
	Name    string      `json:"name"`
	Made    bot.Instant `json:"made"`
	Expires bot.Instant `json:"expires"`
}

// BackupFolder is the folder that a site keeps its backups in.
type BackupFolder struct {
	Path string // "" = none is named
	Days int    // how long one is kept
	// Prune removes those that are older, and lists what was removed and what is left.
	Prune func(path string, keep time.Duration) (removed, left []KeptBackup, err error)
}

func (s *Server) pruneBackups(ctx context.Context, h *hotline.Service, q PruneBackups) (Backups, error) {
	done := Backups{Folder: s.Backups.Path}
	err := s.asRole(ctx, h, q.By, []bot.Role{bot.RoleAdmin}, "backup.pruned", func() (err error) {
		days := q.Days
		if days == 0 {
			days = s.Backups.Days
		}
		if done.Folder == "" || s.Backups.Prune == nil || q.Folder != "" && filepath.Clean(q.Folder) != filepath.Clean(done.Folder) {
			return bot.Fault(bot.CodeRefused, "desk.backup_folder")
		}
		if days < 1 || days > s.Backups.Days {
			return bot.Fault(bot.CodeRefused, "desk.backup_days")
		}
		done.Removed, done.Left, err = s.Backups.Prune(done.Folder, time.Duration(days)*24*time.Hour)
		return backupFault(err)
	})
	return done, err
}

// Retained is what the last run of the retention did.
type Retained struct {
	At       bot.Instant `json:"at"`
	Texts    int         `json:"texts"`    // erased
	Requests int         `json:"requests"` // erased
	Numbers  int         `json:"numbers"`  // forgotten
	Needed   int         `json:"needed"`   // texts as old as that which are still needed
}

func retainedOf(k hotline.Kept) *Retained {
	if k.At.IsZero() {
		return nil
	}
	return &Retained{At: k.At, Texts: k.Texts, Requests: k.Requests, Numbers: k.Numbers, Needed: k.Needed}
}
