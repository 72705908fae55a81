package bulletin

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// MostParts is the most parts that a bulletin's SMS may take on the air.
const MostParts = 3

// writers may draft and edit bulletins.
func writers() []bot.Role {
	return []bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator}
}

const (
	// mostTitle, mostAction and mostPlaces bound what a bulletin holds besides its texts, in characters and in number.
	mostTitle, mostAction, mostPlaces = 120, 160, 60
	// correctionValid is how long a correction or a withdrawal is worth telling, where nobody says otherwise.
	correctionValid = 7 * 24 * time.Hour
)

// Draft is what somebody sets of a bulletin. A nil field is left as it is.
type Draft struct {
	Title     *string
	Rumours   *[]string // references
	Action    *string
	Audience  *bot.Audience
	Project   *string
	ValidFrom *bot.Instant
	ExpiresAt *bot.Instant
	Fallback  *bot.Lang
}

// New makes a draft. Corrects is the reference of the bulletin that a correction or withdrawal is about, "" for other kinds. refs are
// candidates for its reference.
func (d Desk) New(tx storage.Tx, a people.Act, id bot.ID, refs []bot.Ref, kind bot.BulletinKind, corrects string, set Draft) (bot.Bulletin, error) {
	by, err := a.Actor(tx, writers()...)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if !slices.Contains(bot.BulletinKinds(), kind) {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_kind", "kind", string(kind))
	}
	b := bot.Bulletin{ID: id, Kind: kind, State: bot.BulletinDraft, CreatedBy: by.Name, CreatedAt: a.At}
	if corrects != "" || kind.Lane() == bot.LaneCorrection {
		if b, err = d.correcting(tx, b, corrects); err != nil {
			return bot.Bulletin{}, err
		}
	}
	if kind == bot.BulletinWithdrawal {
		b = d.neutral(b)
	}
	if b, err = d.set(tx, b, set); err != nil {
		return bot.Bulletin{}, err
	}
	if b.Ref, err = tx.TakeRef(refs, bot.RefBulletin, id); err != nil {
		return bot.Bulletin{}, fmt.Errorf("bulletin: new: %w", err)
	}
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.created", string(b.Ref), string(kind))
}

// correcting makes a draft the correction or withdrawal of a bulletin that people may have heard: it goes to them, in their languages.
func (d Desk) correcting(tx storage.Tx, b bot.Bulletin, corrects string) (bot.Bulletin, error) {
	if b.Kind.Lane() != bot.LaneCorrection {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_corrects_kind")
	}
	if strings.TrimSpace(corrects) == "" {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_corrects_what")
	}
	first, err := Find(tx, corrects)
	switch {
	case err != nil:
		return bot.Bulletin{}, err
	case first.Runs == 0 && len(first.Aired) == 0:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_never_sent", "ref", corrects)
	}
	if free, err := uncorrected(tx, first); err != nil {
		return bot.Bulletin{}, err
	} else if !free {
		return bot.Bulletin{}, hasCorrection(tx, first)
	}
	b.Corrects, b.Rumours, b.Project, b.Fallback = first.ID, first.Rumours, first.Project, first.Fallback
	b.ExpiresAt = b.CreatedAt.Add(correctionValid)
	for _, v := range first.Variants {
		if v.Channel == bot.VariantSMS && v.State == bot.TranslationDone && !slices.Contains(b.Audience.Langs, v.Lang) {
			b.Audience.Langs = append(b.Audience.Langs, v.Lang)
		}
	}
	return b, nil
}

// withdrawalKey is what a withdrawal says unless somebody writes something else.
const withdrawalKey = "sms.bulletin_withdrawal"

// neutral gives a withdrawal our own sentence, in each language that has it: it repeats nothing of what is taken back.
func (d Desk) neutral(b bot.Bulletin) bot.Bulletin {
	for i, l := range d.Langs {
		text := d.Texts.Text(l, withdrawalKey, nil)
		if text.Lang != l {
			continue
		}
		v := bot.Variant{Lang: l, Channel: bot.VariantSMS, Text: bot.Text(text.Text), State: bot.TranslationBack, WrittenAt: b.CreatedAt}
		if b.Lang == "" || i == 0 {
			b.Lang, v.State = l, bot.TranslationDraft
		}
		b.Variants = append(b.Variants, v)
	}
	if b.Fallback == "" { // better in another language at once than in theirs too late
		b.Fallback = b.Lang
	}
	return b
}

// Edit changes a draft. What was asked to be approved goes back to its author; what is approved is frozen.
func (d Desk) Edit(tx storage.Tx, a people.Act, ref string, set Draft) (bot.Bulletin, error) {
	by, b, err := d.editable(tx, a, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if b, err = d.set(tx, b, set); err != nil {
		return bot.Bulletin{}, err
	}
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.edited", string(b.Ref), "")
}

func (d Desk) set(tx storage.Tx, b bot.Bulletin, set Draft) (bot.Bulletin, error) {
	if set.Audience != nil && !b.Corrects.IsZero() {
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_correction_audience")
	}
	put(&b.Title, set.Title)
	put(&b.Audience, set.Audience)
	put(&b.Project, set.Project)
	put(&b.ValidFrom, set.ValidFrom)
	put(&b.ExpiresAt, set.ExpiresAt)
	put(&b.Fallback, set.Fallback)
	b.Title, b.Project = strings.TrimSpace(b.Title), strings.ToUpper(strings.TrimSpace(b.Project))
	if set.Action != nil {
		b.Action = bot.Text(strings.TrimSpace(*set.Action))
	}
	if err := short(b.Title, mostTitle); err != nil {
		return bot.Bulletin{}, err
	}
	if err := short(string(b.Action), mostAction); err != nil {
		return bot.Bulletin{}, err
	}
	if b.Fallback != "" && !slices.Contains(d.Langs, b.Fallback) {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(b.Fallback), "langs", list(d.Langs))
	}
	if b.Project != "" {
		if _, err := tx.Project(b.Project); err != nil {
			return bot.Bulletin{}, notFound(err, "desk.no_such_project", "project", b.Project)
		}
	}
	if err := d.checkAudience(tx, b.Audience); err != nil {
		return bot.Bulletin{}, err
	}
	if set.Rumours == nil {
		return b, nil
	}
	if !b.Corrects.IsZero() {
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_correction_audience")
	}
	b.Rumours = nil
	for _, ref := range *set.Rumours {
		r, err := ground(tx, b.Kind, ref)
		if err != nil {
			return bot.Bulletin{}, err
		}
		if !slices.Contains(b.Rumours, r.ID) {
			b.Rumours = append(b.Rumours, r.ID)
		}
	}
	return b, nil
}

func put[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// short refuses a text of one line that is too long, or holds signs that are none.
func short(text string, most int) error {
	if strings.ToValidUTF8(text, "") != text || strings.ContainsFunc(text, unicode.IsControl) {
		return bot.Fault(bot.CodeInvalid, "desk.text_control")
	}
	if utf8.RuneCountInString(text) > most {
		return bot.Fault(bot.CodeInvalid, "desk.bulletin_line_long", "max", strconv.Itoa(most))
	}
	return nil
}

// Write sets the text of a draft in a language and for a channel; "" takes it out.
func (d Desk) Write(tx storage.Tx, a people.Act, ref string, l bot.Lang, channel bot.VariantChannel, text string) (bot.Bulletin, error) {
	by, b, err := d.editable(tx, a, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if !slices.Contains(d.Langs, l) {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(l), "langs", list(d.Langs))
	}
	if !slices.Contains(bot.VariantChannels(), channel) {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_channel", "channel", string(channel))
	}
	text = strings.TrimSpace(text)
	if strings.ToValidUTF8(text, "") != text || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.text_control")
	}
	same := func(o bot.Variant) bool { return o.Lang == l && o.Channel == channel }
	if i := slices.IndexFunc(b.Variants, same); i >= 0 && string(b.Variants[i].Text) == text {
		return b, nil
	}
	v := bot.Variant{Lang: l, Channel: channel, Text: bot.Text(text), State: bot.TranslationDraft, WrittenBy: by.Name, WrittenAt: a.At}
	if size := d.Measure(b, v, longestDay); channel == bot.VariantSMS && size.Parts > MostParts {
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_too_long", "parts", strconv.Itoa(size.Parts), "max", strconv.Itoa(MostParts))
	}
	if utf8.RuneCountInString(text) > mostScript {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_line_long", "max", strconv.Itoa(mostScript))
	}
	b.Variants = slices.DeleteFunc(slices.Clone(b.Variants), same)
	if text != "" {
		b.Variants = append(b.Variants, v)
	}
	b = settleLang(b, l, channel)
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.written", string(b.Ref), string(l)+" "+string(channel))
}

const (
	// longestDay stands in for a day when a text is measured.
	longestDay = "00/00"
	// mostScript is the longest text of any channel, in characters: some three minutes read aloud.
	mostScript = 3000
)

// settleLang notes in which language a bulletin was written first, after a text of the language l was set or taken out. What was
// translated from that language is a translation of another text now.
func settleLang(b bot.Bulletin, l bot.Lang, channel bot.VariantChannel) bot.Bulletin {
	if !slices.ContainsFunc(b.Variants, func(v bot.Variant) bool { return v.Lang == b.Lang }) {
		b.Lang = ""
		if len(b.Variants) > 0 {
			b.Lang = slices.MinFunc(b.Variants, func(x, y bot.Variant) int { return cmp.Compare(x.WrittenAt, y.WrittenAt) }).Lang
		}
	}
	if l != b.Lang {
		return b
	}
	for i, v := range b.Variants {
		if v.Lang != l && v.Channel == channel {
			b.Variants[i].State, b.Variants[i].BackBy, b.Variants[i].BackText = bot.TranslationDraft, "", ""
		}
	}
	return b
}

// BackTranslate keeps how somebody else put a translated text back into the first language; same tells whether it says the same.
func (d Desk) BackTranslate(tx storage.Tx, a people.Act, ref string, l bot.Lang, channel bot.VariantChannel, back string, same bool) (bot.Bulletin, error) {
	by, b, err := d.editable(tx, a, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	i := slices.IndexFunc(b.Variants, func(v bot.Variant) bool { return v.Lang == l && v.Channel == channel })
	switch {
	case i < 0:
		return bot.Bulletin{}, bot.Fault(bot.CodeNotFound, "desk.bulletin_no_text", "ref", ref, "lang", string(l))
	case l == b.Lang:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_back_first", "lang", string(l))
	case b.Variants[i].WrittenBy == by.Name:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_back_self", "name", by.Name)
	case strings.TrimSpace(back) == "":
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.text_empty")
	}
	b.Variants = slices.Clone(b.Variants)
	v := &b.Variants[i]
	v.BackBy, v.BackText, v.State = by.Name, bot.Text(strings.TrimSpace(back)), bot.TranslationDraft
	if same {
		v.State = bot.TranslationBack
	}
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.back_translated", string(b.Ref), string(l)+" "+string(channel))
}

// editable finds a bulletin whose text may still change. One in review goes back to draft by that.
func (d Desk) editable(tx storage.Tx, a people.Act, ref string) (bot.Actor, bot.Bulletin, error) {
	by, err := a.Actor(tx, writers()...)
	if err != nil {
		return bot.Actor{}, bot.Bulletin{}, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Actor{}, bot.Bulletin{}, err
	}
	if b.State != bot.BulletinDraft && b.State != bot.BulletinReview {
		return bot.Actor{}, bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_frozen", "ref", ref)
	}
	b.State, b.Approvals = bot.BulletinDraft, nil
	return by, b, nil
}

// digest stands for what somebody says yes to: texts, audience, times. It changes with any of them.
func digest(b bot.Bulletin) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%q\x00%v\x00%v\x00%s\x00%d\x00%d\x00%s\x00", b.Kind, b.Lang, string(b.Action), b.Rumours, b.Corrects, b.Fallback, b.ValidFrom, b.ExpiresAt, b.Project)
	fmt.Fprintf(h, "%v\x00", b.Audience)
	for _, v := range b.Variants {
		fmt.Fprintf(h, "%s\x00%s\x00%q\x00", v.Lang, v.Channel, string(v.Text))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func save(tx storage.Tx, b bot.Bulletin) (bot.Bulletin, error) {
	if err := tx.PutBulletin(b, b.Rev); err != nil {
		return bot.Bulletin{}, fmt.Errorf("bulletin: save: %w", err)
	}
	b.Rev++
	return b, nil
}

func list[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
