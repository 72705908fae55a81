package rumour

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/redact"
	"tinye/storage"
)

const (
	// mostMasks is how many marks one report takes: a page of text has fewer names.
	mostMasks = 100
	// mostWords is how long words to hide may be, in bytes.
	mostWords = 200
	// mostOffering is how many of a rumour's reports are looked through for marks that would fit another one.
	mostOffering = 200
)

// Masking is what verifiers see of people's texts: the redactor's masks, and those that the desk put by hand.
type Masking struct {
	Redactor *redact.Redactor
	Marks    redact.Marks // in the reader's language
}

// ReadText is one text of a report.
type ReadText struct {
	ID     bot.ID
	At     bot.Instant
	Raw    bot.Text
	Hidden []redact.Span // of Raw
	Erased bool
}

// Redacted is the text with marks for what is hidden.
func (t ReadText) Redacted(m redact.Marks) bot.Text {
	return bot.Text(redact.Apply(string(t.Raw), t.Hidden, m))
}

// MaskOffer is a report of the same rumour with marks that would fit.
type MaskOffer struct {
	Report bot.Ref
	Masks  int
}

// Texts are the texts of a report with what is hidden in each, oldest first.
func (m Masking) Texts(tx storage.Tx, r bot.Report) ([]ReadText, error) {
	told, err := rawTexts(tx, r)
	if err != nil {
		return nil, err
	}
	for i := range told {
		var byHand []redact.Span
		for _, mask := range r.Masks {
			byHand = append(byHand, maskSpans(mask, told, i)...)
		}
		told[i].Hidden = m.Redactor.Beside(string(told[i].Raw), byHand, m.Marks)
	}
	return told, nil
}

func rawTexts(tx storage.Tx, r bot.Report) ([]ReadText, error) {
	var told []ReadText
	for _, id := range r.Texts() {
		in, err := tx.Inbound(id)
		switch {
		case errors.Is(err, storage.ErrErased):
			told = append(told, ReadText{ID: id, Erased: true})
		case err != nil:
			return nil, fmt.Errorf("rumour: a text of a report: %w", err)
		default:
			told = append(told, ReadText{ID: id, At: in.ReceivedAt, Raw: in.Text})
		}
	}
	return told, nil
}

// maskSpans is where the words of a mask stand in text i: those it was put on, wherever they are said.
func maskSpans(mask bot.Mask, told []ReadText, i int) []redact.Span {
	var spans []redact.Span
	for _, words := range maskWords(mask, told) {
		for _, s := range redact.Occurrences(string(told[i].Raw), words) {
			s.Kind = mask.Kind
			spans = append(spans, s)
		}
	}
	return spans
}

// maskWords reads the words of a mask where they stand. Where the text is erased there are none, which is why a mask holds a
// place in each text that has them.
func maskWords(mask bot.Mask, told []ReadText) []string {
	var words []string
	for _, s := range mask.Spans {
		for _, t := range told {
			if t.ID != s.Text || t.Erased || s.From < 0 || s.To > len(t.Raw) || s.From >= s.To {
				continue
			}
			if w := string(t.Raw[s.From:s.To]); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	return words
}

// maskedBy is who puts a mark on a report; the protection focal point on those that are for nobody else, and of a restricted
// rumour's only who needs to know of it.
func maskedBy(tx storage.Tx, act people.Act, r bot.Report) (bot.Actor, error) {
	if r.Protect {
		return focal(tx, act, r)
	}
	by, err := act.Actor(tx, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator)
	if err != nil {
		return bot.Actor{}, err
	}
	return by, NeedsToKnowOf(tx, act, r)
}

// focal lets the protection focal point through, and tells others whose a report is.
func focal(tx storage.Tx, act people.Act, r bot.Report) (bot.Actor, error) {
	by, err := act.Actor(tx, bot.RoleProtectionFocal)
	if fault, ok := errors.AsType[*bot.Error](err); ok && fault.Key == "desk.no_role" {
		return bot.Actor{}, bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(r.Ref))
	}
	return by, err
}

// Unveiler is who may see a report's words as they were sent, and lift marks: a coordinator; of a protected one, the
// protection focal point.
func Unveiler(tx storage.Tx, act people.Act, r bot.Report) (bot.Actor, error) {
	if r.Protect {
		return focal(tx, act, r)
	}
	return act.Actor(tx, bot.RoleCoordinator)
}

// Mask hides words in a report, wherever and however spelt they stand in its texts. They must stand where they can be read:
// so that nobody learns by trying whether a hidden word is there. The report is given with its new mask last.
func (m Masking) Mask(tx storage.Tx, act people.Act, ref string, kind bot.MaskKind, words string) (bot.Report, error) {
	r, err := FindReport(tx, ref)
	if err != nil {
		return bot.Report{}, err
	}
	by, err := maskedBy(tx, act, r)
	if err != nil {
		return bot.Report{}, err
	}
	if !slices.Contains(bot.MaskKinds(), kind) {
		return bot.Report{}, bot.Fault(bot.CodeInvalid, "desk.mask_kind")
	}
	told, err := m.Texts(tx, r)
	if err != nil {
		return bot.Report{}, err
	}
	if r, err = addMask(tx, act, by, r, told, kind, words); err != nil {
		return bot.Report{}, err
	}
	return saveMasks(tx, r)
}

// addMask adds a mask to a report that the caller saves.
func addMask(tx storage.Tx, act people.Act, by bot.Actor, r bot.Report, told []ReadText, kind bot.MaskKind, words string) (bot.Report, error) {
	if len(r.Masks) >= mostMasks {
		return r, bot.Fault(bot.CodeRefused, "desk.mask_full", "ref", string(r.Ref))
	}
	mask := bot.Mask{No: len(r.Masks) + 1, Kind: kind, By: by.Name, At: act.At}
	for _, t := range told {
		if len(words) > mostWords {
			break
		}
		if spans := redact.Readable(string(t.Raw), words, t.Hidden); len(spans) > 0 {
			mask.Spans = append(mask.Spans, bot.MaskSpan{Text: t.ID, From: spans[0].From, To: spans[0].To})
		}
	}
	if len(mask.Spans) == 0 {
		return r, bot.Fault(bot.CodeRefused, "desk.mask_absent", "ref", string(r.Ref))
	}
	r.Masks = append(r.Masks, mask)
	return r, act.Note(tx, by, "report.masked", string(r.Ref), strconv.Itoa(mask.No)+" "+string(kind))
}

func saveMasks(tx storage.Tx, r bot.Report) (bot.Report, error) {
	if err := tx.PutReport(r, r.Rev); err != nil {
		return bot.Report{}, fmt.Errorf("rumour: mask: %w", err)
	}
	r.Rev++
	return r, nil
}

// MaskLike puts on a report the marks of another one of the same rumour that fit it.
func (m Masking) MaskLike(tx storage.Tx, act people.Act, ref, like string) (bot.Report, error) {
	r, err := FindReport(tx, ref)
	if err != nil {
		return bot.Report{}, err
	}
	other, err := FindReport(tx, like)
	if err != nil {
		return bot.Report{}, err
	}
	by, err := maskedBy(tx, act, r)
	if err != nil {
		return bot.Report{}, err
	}
	if r.Rumour.IsZero() || r.Rumour != other.Rumour || other.Protect || r.ID == other.ID {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.mask_like", "ref", string(r.Ref), "other", string(other.Ref))
	}
	fitting, err := m.fitting(tx, r, other)
	if err != nil {
		return bot.Report{}, err
	}
	if len(fitting) == 0 {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.mask_like", "ref", string(r.Ref), "other", string(other.Ref))
	}
	for _, fit := range fitting {
		told, err := m.Texts(tx, r) // with the marks put so far
		if err != nil {
			return bot.Report{}, err
		}
		r, err = addMask(tx, act, by, r, told, fit.kind, fit.words)
		if err != nil && bot.CodeOf(err) == bot.CodeRefused && len(r.Masks) < mostMasks {
			continue // two marks that cover each other
		}
		if err != nil {
			return bot.Report{}, err
		}
	}
	return saveMasks(tx, r)
}

// maskFit is a mark of another report with its words, which can be read in this one.
type maskFit struct {
	kind  bot.MaskKind
	words string
}

func (m Masking) fitting(tx storage.Tx, r, other bot.Report) ([]maskFit, error) {
	told, err := m.Texts(tx, r)
	if err != nil {
		return nil, err
	}
	return fittingMasks(tx, told, other)
}

func fittingMasks(tx storage.Tx, told []ReadText, other bot.Report) ([]maskFit, error) {
	if other.Protect || len(other.Masks) == 0 {
		return nil, nil
	}
	theirs, err := rawTexts(tx, other)
	if err != nil {
		return nil, err
	}
	var found []maskFit
	for _, mask := range other.Masks {
		for _, words := range maskWords(mask, theirs) {
			if slices.ContainsFunc(told, func(t ReadText) bool { return len(redact.Readable(string(t.Raw), words, t.Hidden)) > 0 }) {
				found = append(found, maskFit{mask.Kind, words})
			}
		}
	}
	return found, nil
}

// Offered are the reports of the same rumour whose marks would hide something that can still be read in this one, as Texts
// gave it.
func (m Masking) Offered(tx storage.Tx, r bot.Report, told []ReadText) ([]MaskOffer, error) {
	if r.Rumour.IsZero() {
		return nil, nil
	}
	links, err := tx.Links(r.Rumour, bot.LinkCursor{}, mostOffering)
	if err != nil {
		return nil, fmt.Errorf("rumour: marks of other reports: %w", err)
	}
	var offers []MaskOffer
	for _, l := range links {
		if l.Report == r.ID {
			continue
		}
		other, err := tx.Report(l.Report)
		if err != nil {
			return nil, fmt.Errorf("rumour: marks of other reports: %w", err)
		}
		found, err := fittingMasks(tx, told, other)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			offers = append(offers, MaskOffer{Report: other.Ref, Masks: len(found)})
		}
	}
	return offers, nil
}

// Unmask lifts a mark that was put by hand. Its number is not used again.
func (m Masking) Unmask(tx storage.Tx, act people.Act, ref string, no int) (bot.Report, error) {
	r, err := FindReport(tx, ref)
	if err != nil {
		return bot.Report{}, err
	}
	by, err := Unveiler(tx, act, r)
	if err != nil {
		return bot.Report{}, err
	}
	if no < 1 || no > len(r.Masks) || len(r.Masks[no-1].Spans) == 0 {
		return bot.Report{}, bot.Fault(bot.CodeNotFound, "desk.mask_none", "ref", string(r.Ref), "n", strconv.Itoa(no))
	}
	r.Masks = slices.Clone(r.Masks)
	r.Masks[no-1].Spans = nil
	if err := act.Note(tx, by, "report.unmasked", string(r.Ref), strconv.Itoa(no)); err != nil {
		return bot.Report{}, err
	}
	return saveMasks(tx, r)
}
