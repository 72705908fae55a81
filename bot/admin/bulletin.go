package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// Requests about bulletins. Ref is a bulletin's reference; Lang takes fra or fr, bam or bm; a time is a day, a day with an hour, or so
// long from now (+3d, +12h), on the site's clock.
type (
	// SetBulletin is what a draft holds besides its texts. What is nil stays as it is.
	SetBulletin struct {
		Title    *string          `json:"title,omitempty"`
		Rumours  *[]string        `json:"rumours,omitempty"` // references
		Action   *string          `json:"action,omitempty"`  // the one thing that is asked of readers
		Places   *[]bot.PlaceCode `json:"places,omitempty"`
		Langs    *[]string        `json:"langs,omitempty"`
		Sexes    *[]bot.Sex       `json:"sexes,omitempty"`
		Ages     *[]bot.AgeBand   `json:"ages,omitempty"`
		Groups   *[]string        `json:"groups,omitempty"` // member, agent
		Themes   *[]bot.Theme     `json:"themes,omitempty"`
		Enrolled *string          `json:"enrolled,omitempty"` // for the people of this project alone
		Project  *string          `json:"project,omitempty"`  // that pays
		From     *string          `json:"from,omitempty"`
		Until    *string          `json:"until,omitempty"`
		Fallback *string          `json:"fallback,omitempty"` // "" for none

		NamesChecked bool `json:"names_checked,omitempty"` // somebody looked at whom texts name
	}
	// NewBulletin makes a draft. Texts are for SMS, by language.
	NewBulletin struct {
		By
		Kind     bot.BulletinKind  `json:"kind"`
		Corrects string            `json:"corrects,omitempty"` // of a correction or a withdrawal
		Texts    map[string]string `json:"texts,omitempty"`
		SetBulletin
	}
	// EditBulletin changes a draft.
	EditBulletin struct {
		By
		Ref string `json:"ref"`
		SetBulletin
	}
	// WriteBulletin sets the text in one language and for one channel; "" takes it out.
	WriteBulletin struct {
		By
		Ref     string             `json:"ref"`
		Lang    string             `json:"lang"`
		Channel bot.VariantChannel `json:"channel,omitempty"` // sms without it
		Text    string             `json:"text"`

		NamesChecked bool `json:"names_checked,omitempty"`
	}
	// BackBulletin notes how somebody put a translation back into the first language.
	BackBulletin struct {
		By
		Ref     string             `json:"ref"`
		Lang    string             `json:"lang"`
		Channel bot.VariantChannel `json:"channel,omitempty"`
		Text    string             `json:"text"`
		Differs bool               `json:"differs,omitempty"` // it does not say the same
	}
	// AnswerHarm answers the do-no-harm list: every question, in one of the two.
	AnswerHarm struct {
		By
		Ref string                      `json:"ref"`
		No  []bot.HarmQuestion          `json:"no,omitempty"`
		Yes map[bot.HarmQuestion]string `json:"yes,omitempty"` // with why it goes out nevertheless
	}
	// MoveBulletin submits, returns, approves or withdraws a bulletin.
	MoveBulletin struct {
		By
		Ref    string `json:"ref"`
		Holds  string `json:"rumour_holds,omitempty"` // approve a correction: why its rumours keep their answers
		Reason string `json:"reason,omitempty"`       // return, withdraw
	}
	// AirBulletin notes that a script was read out.
	AirBulletin struct {
		By
		Ref     string             `json:"ref"`
		Lang    string             `json:"lang,omitempty"`    // the first language without it
		Channel bot.VariantChannel `json:"channel,omitempty"` // radio without it
		Where   string             `json:"where"`
		At      string             `json:"at,omitempty"` // now without it
	}
	// AskScript asks for a script to print.
	AskScript struct {
		By
		Ref     string             `json:"ref"`
		Lang    string             `json:"lang"`
		Channel bot.VariantChannel `json:"channel"`
	}
	// ShowBulletin asks for one bulletin, or for its findings.
	ShowBulletin struct {
		By
		Ref string `json:"ref"`
	}
	// ListBulletins asks for bulletins, the newest first.
	ListBulletins struct {
		By
		State bot.BulletinState `json:"state,omitempty"` // "" = all
		Limit int               `json:"limit,omitempty"`
	}
)

// bulletinPaths are the endpoints of this file and of bulletinshow.go; those of runs stand beside what they do.
func (s *Server) bulletinPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/bulletin/new":      open(s, s.newBulletin),
		"/bulletin/edit":     open(s, s.editBulletin),
		"/bulletin/write":    open(s, s.writeBulletin),
		"/bulletin/back":     open(s, s.backBulletin),
		"/bulletin/harm":     open(s, s.answerHarm),
		"/bulletin/submit":   open(s, s.submitBulletin),
		"/bulletin/return":   open(s, s.returnBulletin),
		"/bulletin/approve":  open(s, s.approveBulletin),
		"/bulletin/withdraw": open(s, s.withdrawBulletin),
		"/bulletin/aired":    open(s, s.airBulletin),
		"/bulletin/script":   open(s, s.scriptBulletin),
		"/bulletin/check":    open(s, s.checkBulletin),
		"/bulletin/show":     open(s, s.showBulletin),
		"/bulletin/list":     open(s, s.listBulletins),
		"/bulletin/history":  open(s, s.bulletinHistory),
	}
}

// ruling runs a rule of bulletins and shows what came of it.
func (s *Server) ruling(ctx context.Context, h *hotline.Service, a people.Act, rule func(storage.Tx, bulletin.Desk) (bot.Bulletin, error)) (Bulletin, error) {
	var shown Bulletin
	_, err := h.Bulletin(ctx, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		b, err := rule(tx, d)
		if err == nil {
			shown, err = s.bulletinOf(h, tx, b, a.At)
		}
		return b, err
	})
	return shown, err
}

func (s *Server) newBulletin(ctx context.Context, h *hotline.Service, q NewBulletin) (Bulletin, error) {
	texts := wordings(q.Texts)
	if q.Action != nil {
		texts = append(texts, *q.Action)
	}
	if err := s.namesNobody(h, q.NamesChecked, texts...); err != nil {
		return Bulletin{}, err
	}
	langs, err := titlesOf(h.Desk, q.Texts)
	if err != nil {
		return Bulletin{}, err
	}
	for _, t := range langs {
		if strings.TrimSpace(t.Text) == "" {
			return Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_text_empty", "lang", string(t.Lang))
		}
	}
	set, err := s.draft(h, q.SetBulletin, bot.Audience{})
	if err != nil {
		return Bulletin{}, err
	}
	act, id, refs := s.act(h, q.By), h.NewID(), h.Refs()
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		b, err := d.New(tx, act, id, refs, q.Kind, q.Corrects, set)
		for _, t := range langs {
			if err == nil {
				b, err = d.Write(tx, act, string(b.Ref), t.Lang, bot.VariantSMS, t.Text)
			}
		}
		return b, err
	})
}

func (s *Server) editBulletin(ctx context.Context, h *hotline.Service, q EditBulletin) (Bulletin, error) {
	if q.Action != nil {
		if err := s.namesNobody(h, q.NamesChecked, *q.Action); err != nil {
			return Bulletin{}, err
		}
	}
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		b, err := bulletin.Find(tx, q.Ref)
		if err != nil { // the rule says it to those who may know
			b = bot.Bulletin{}
		}
		set, err := s.draft(h, q.SetBulletin, b.Audience)
		if err != nil {
			return bot.Bulletin{}, err
		}
		return d.Edit(tx, act, q.Ref, set)
	})
}

// draft reads what somebody sets; the rest of the audience stays as it was.
func (s *Server) draft(h *hotline.Service, q SetBulletin, was bot.Audience) (bulletin.Draft, error) {
	set := bulletin.Draft{Title: q.Title, Rumours: q.Rumours, Action: q.Action, Project: q.Project}
	now := bot.At(s.Now())
	if q.From != nil {
		at, err := moment(*q.From, now, h.Site.Zone, false)
		if err != nil {
			return bulletin.Draft{}, err
		}
		set.ValidFrom = &at
	}
	if q.Until != nil {
		at, err := moment(*q.Until, now, h.Site.Zone, true)
		if err != nil {
			return bulletin.Draft{}, err
		}
		set.ExpiresAt = &at
	}
	if q.Fallback != nil {
		var lang bot.Lang
		if *q.Fallback != "" {
			var err error
			if lang, err = language(h.Desk, *q.Fallback); err != nil {
				return bulletin.Draft{}, err
			}
		}
		set.Fallback = &lang
	}
	audience, err := q.audience(h, was)
	set.Audience = audience
	return set, err
}

// audience is the one that was, changed; nil where nothing was said about it.
func (q SetBulletin) audience(h *hotline.Service, a bot.Audience) (*bot.Audience, error) {
	said := false
	said = put(&a.Places, q.Places) || said
	said = put(&a.Sexes, q.Sexes) || said
	said = put(&a.Ages, q.Ages) || said
	said = put(&a.Roles, q.Groups) || said
	said = put(&a.Themes, q.Themes) || said
	if q.Enrolled != nil {
		a.Project, said = strings.ToUpper(strings.TrimSpace(*q.Enrolled)), true
	}
	if q.Langs != nil {
		a.Langs, said = nil, true
		for _, typed := range *q.Langs {
			l, err := language(h.Desk, typed)
			if err != nil {
				return nil, err
			}
			a.Langs = append(a.Langs, l)
		}
	}
	if !said {
		return nil, nil
	}
	return &a, nil
}

func put[T any](to *[]T, from *[]T) bool {
	if from == nil {
		return false
	}
	*to = slices.Clone(*from)
	return true
}

// moment reads a time on the site's clock: 2026-03-12 (its beginning, or its end where end is set), 2026-03-12 18:00, 2026-03-12T18:00:00Z, or +3d
// and +12h from now. "" is none.
func moment(typed string, now bot.Instant, zone *time.Location, end bool) (bot.Instant, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return 0, nil
	}
	if span, ok := strings.CutPrefix(typed, "+"); ok {
		days, ok := strings.CutSuffix(span, "d")
		if ok {
			span = days + "h"
		}
		d, err := time.ParseDuration(span)
		if ok {
			d *= 24
		}
		if err == nil && d > 0 && d < mostAhead {
			return now.Add(d), nil
		}
		return 0, bot.Fault(bot.CodeInvalid, "desk.bulletin_moment", "moment", typed)
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, typed, cmp.Or(zone, time.UTC)); err == nil {
			return bot.At(t), nil
		}
	}
	t, err := time.ParseInLocation(time.DateOnly, typed, cmp.Or(zone, time.UTC))
	if err != nil {
		return 0, bot.Fault(bot.CodeInvalid, "desk.bulletin_moment", "moment", typed)
	}
	if end { // its last minute: the day that people read is the one that was typed
		t = t.AddDate(0, 0, 1).Add(-time.Minute)
	}
	return bot.At(t), nil
}

// mostAhead is how far from now a time may be that is counted from it.
const mostAhead = 400 * 24 * time.Hour

func (s *Server) writeBulletin(ctx context.Context, h *hotline.Service, q WriteBulletin) (Bulletin, error) {
	lang, err := language(h.Desk, q.Lang)
	if err != nil {
		return Bulletin{}, err
	}
	if err := s.namesNobody(h, q.NamesChecked, q.Text); err != nil {
		return Bulletin{}, err
	}
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		return d.Write(tx, act, q.Ref, lang, cmp.Or(q.Channel, bot.VariantSMS), q.Text)
	})
}

func (s *Server) backBulletin(ctx context.Context, h *hotline.Service, q BackBulletin) (Bulletin, error) {
	lang, err := language(h.Desk, q.Lang)
	if err != nil {
		return Bulletin{}, err
	}
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		return d.BackTranslate(tx, act, q.Ref, lang, cmp.Or(q.Channel, bot.VariantSMS), q.Text, !q.Differs)
	})
}

func (s *Server) answerHarm(ctx context.Context, h *hotline.Service, q AnswerHarm) (Bulletin, error) {
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		return d.AnswerHarm(tx, act, q.Ref, q.No, q.Yes)
	})
}

func (s *Server) submitBulletin(ctx context.Context, h *hotline.Service, q MoveBulletin) (Bulletin, error) {
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		b, err := d.Submit(tx, act, q.Ref)
		return b, cmp.Or(err, s.ownsNames(h, b))
	})
}

func (s *Server) approveBulletin(ctx context.Context, h *hotline.Service, q MoveBulletin) (Bulletin, error) {
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		b, err := d.ApproveThough(tx, act, q.Ref, s.redacted(h, q.Holds))
		return b, cmp.Or(err, s.ownsNames(h, b))
	})
}

// ownsNames refuses a bulletin one of whose texts names somebody, while the do-no-harm list says that it names nobody: whoever let the
// name stand says why.
func (s *Server) ownsNames(h *hotline.Service, b bot.Bulletin) error {
	if b.Harm.Yes[bot.HarmNames] != "" {
		return nil
	}
	var found []string
	for _, v := range b.Variants {
		for _, r := range s.named(h, string(v.Text)) {
			if what := s.remark(r); !slices.Contains(found, what) {
				found = append(found, what)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return bot.Fault(bot.CodeRefused, "desk.bulletin_names", "named", strings.Join(found, ", "))
}

func (s *Server) returnBulletin(ctx context.Context, h *hotline.Service, q MoveBulletin) (Bulletin, error) {
	act := s.act(h, q.By)
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		return d.Return(tx, act, q.Ref, s.redacted(h, q.Reason))
	})
}

func (s *Server) withdrawBulletin(ctx context.Context, h *hotline.Service, q MoveBulletin) (Bulletin, error) {
	act := s.act(h, q.By)
	shown, err := s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) {
		return d.Withdraw(tx, act, q.Ref, s.redacted(h, q.Reason))
	})
	if err == nil && h.Wake != nil {
		h.Wake() // what is queued ends at once
	}
	return shown, err
}

func (s *Server) airBulletin(ctx context.Context, h *hotline.Service, q AirBulletin) (Bulletin, error) {
	act := s.act(h, q.By)
	at, err := moment(q.At, act.At, h.Site.Zone, false)
	if err != nil {
		return Bulletin{}, err
	}
	lang := h.Desk.Default()
	if q.Lang != "" {
		if lang, err = language(h.Desk, q.Lang); err != nil {
			return Bulletin{}, err
		}
	}
	x := bot.Airing{At: at, Lang: lang, Channel: cmp.Or(q.Channel, bot.VariantRadio), Where: s.redacted(h, q.Where)}
	return s.ruling(ctx, h, act, func(tx storage.Tx, d bulletin.Desk) (bot.Bulletin, error) { return d.Air(tx, act, q.Ref, x) })
}
