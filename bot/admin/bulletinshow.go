package admin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/hotline"
	"tinye/storage"
)

type (
	// BulletinRow is a bulletin in a list.
	BulletinRow struct {
		Ref       bot.Ref           `json:"ref"`
		Kind      bot.BulletinKind  `json:"kind"`
		State     bot.BulletinState `json:"state"`
		Title     string            `json:"title,omitempty"` // the beginning of its text where it has none
		CreatedBy string            `json:"created_by"`
		CreatedAt bot.Instant       `json:"created_at"`
		ValidFrom bot.Instant       `json:"valid_from,omitzero"`
		ExpiresAt bot.Instant       `json:"expires_at,omitzero"`
		Langs     []bot.Lang        `json:"langs,omitempty"` // with a text for SMS
		Over      bool              `json:"over,omitempty"`  // its time is over
		Runs      int               `json:"runs,omitempty"`
		Fell      bot.Ref           `json:"fell,omitempty"` // the rumour that carries it no more
		Corrected bot.Ref           `json:"corrected,omitempty"`
	}
	// Bulletins are the newest; More tells that there are older ones.
	Bulletins struct {
		Bulletins []BulletinRow `json:"bulletins"`
		More      bool          `json:"more,omitempty"`
	}
	// Bulletin is all of it but how its runs go.
	Bulletin struct {
		BulletinRow
		Rumours    []bot.Ref          `json:"rumours,omitempty"`
		Corrects   bot.Ref            `json:"corrects,omitempty"`
		Action     bot.Text           `json:"action,omitempty"`
		Audience   BulletinAudience   `json:"audience,omitzero"`
		Project    string             `json:"project,omitempty"`
		Lang       bot.Lang           `json:"lang,omitempty"` // in which it was written first
		Fallback   bot.Lang           `json:"fallback,omitempty"`
		Texts      []BulletinText     `json:"texts"`
		Harm       *BulletinHarm      `json:"harm,omitempty"`
		Approvals  []BulletinApproval `json:"approvals,omitempty"`
		Night      bool               `json:"night,omitempty"` // quiet hours do not hold it
		TakenBy    string             `json:"taken_by,omitempty"`
		TakenAt    bot.Instant        `json:"taken_at,omitzero"`
		TakenWhy   bot.Text           `json:"taken_why,omitempty"`
		Aired      []bot.Airing       `json:"aired,omitempty"`
		RunState   bot.BroadcastState `json:"run_state,omitempty"` // of the latest run
		RunAt      bot.Instant        `json:"run_at,omitzero"`
		Schedule   *Schedule          `json:"schedule,omitempty"`    // nil: by hand
		MayCorrect bool               `json:"may_correct,omitempty"` // somebody may have got it, and no correction is approved
		Digest     []PreviewText      `json:"digest,omitempty"`      // of a digest: as it would go now
		RunTexts   []PreviewText      `json:"run_texts,omitempty"`   // of a digest: as the latest run went
		Unmended   []bot.Ref          `json:"unmended,omitempty"`    // of a correction: rumours that still say what it corrects
		Holds      bot.Text           `json:"holds,omitempty"`       // why they may
		Beside     []bot.Ref          `json:"beside,omitempty"`      // other corrections of the same that are being written
	}
	// BulletinAudience is whom it is for, with the places' names. What is empty leaves its question open.
	BulletinAudience struct {
		bot.Audience
		Names []string `json:"names,omitempty"`
	}
	// BulletinText is one text, and for an SMS what it costs with its frame.
	BulletinText struct {
		Lang       bot.Lang             `json:"lang"`
		Channel    bot.VariantChannel   `json:"channel"`
		Text       bot.Text             `json:"text"`
		State      bot.TranslationState `json:"state"`
		First      bool                 `json:"first,omitempty"` // in the language in which it was written first
		WrittenBy  string               `json:"written_by,omitempty"`
		WrittenAt  bot.Instant          `json:"written_at,omitzero"`
		BackBy     string               `json:"back_by,omitempty"`
		BackText   bot.Text             `json:"back_text,omitempty"`
		ApprovedBy string               `json:"approved_by,omitempty"`
		Sent       bot.Text             `json:"sent,omitempty"` // as it travels, with its frame
		Measure    *Measure             `json:"measure,omitempty"`
		Prices     []PartPrice          `json:"prices,omitempty"`
	}
	// PartPrice is what one person's message costs by a gateway, in XOF.
	PartPrice struct {
		Gateway string `json:"gateway"`
		XOF     int    `json:"xof"`
	}
	// BulletinHarm is how the do-no-harm list was answered. Void tells that the bulletin was changed since.
	BulletinHarm struct {
		By   string                      `json:"by"`
		At   bot.Instant                 `json:"at"`
		No   []bot.HarmQuestion          `json:"no,omitempty"`
		Yes  map[bot.HarmQuestion]string `json:"yes,omitempty"`
		Void bool                        `json:"void,omitempty"`
	}
	// BulletinApproval is one person's yes.
	BulletinApproval struct {
		By string      `json:"by"`
		At bot.Instant `json:"at"`
	}
	// Finding is one thing about a bulletin, in words, and what to do.
	Finding struct {
		Key      string   `json:"key"`
		Sentence string   `json:"sentence"`
		Blocks   bool     `json:"blocks,omitempty"` // it cannot be approved so
		Rewrite  bot.Text `json:"rewrite,omitempty"`
	}
	// Findings are all of them.
	Findings struct {
		Ref      bot.Ref          `json:"ref"`
		Findings []Finding        `json:"findings"`
		Texts    []BulletinText   `json:"texts"` // for SMS
		Kind     bot.BulletinKind `json:"kind"`
		Digest   []PreviewText    `json:"digest,omitempty"` // of a digest: as it would go now
	}
	// Script is an approved script and what stands around it on paper.
	Script struct {
		Service   string             `json:"service"`
		Ref       bot.Ref            `json:"ref"`
		Kind      bot.BulletinKind   `json:"kind"`
		Lang      bot.Lang           `json:"lang"`
		Channel   bot.VariantChannel `json:"channel"`
		Text      bot.Text           `json:"text"`
		Approved  bot.Instant        `json:"approved"`
		ExpiresAt bot.Instant        `json:"expires_at"`
		Corrects  bot.Ref            `json:"corrects,omitempty"`
		SMSNumber string             `json:"sms_number,omitempty"`
		Code      string             `json:"code,omitempty"` // to dial
	}
)

// bulletinRow shows a bulletin in a list.
func bulletinRow(tx storage.Tx, d bulletin.Desk, b bot.Bulletin, now bot.Instant) (BulletinRow, error) {
	r := BulletinRow{
		Ref: b.Ref, Kind: b.Kind, State: b.State, Title: b.Title, CreatedBy: b.CreatedBy, CreatedAt: b.CreatedAt,
		ValidFrom: b.ValidFrom, ExpiresAt: b.ExpiresAt, Over: !b.ExpiresAt.IsZero() && b.ExpiresAt <= now, Runs: b.Runs,
	}
	for _, v := range b.Variants {
		if v.Channel != bot.VariantSMS {
			continue
		}
		r.Langs = append(r.Langs, v.Lang)
		if r.Title == "" && v.Lang == b.Lang {
			r.Title = string(v.Text)
		}
	}
	fell, err := d.FellWith(tx, b)
	if err != nil {
		return BulletinRow{}, err
	}
	r.Fell = fell
	r.Corrected, err = bulletinRef(tx, b.Corrected)
	return r, err
}

// bulletinRef is the reference of a bulletin by its id, "" for none.
func bulletinRef(tx storage.Tx, id bot.ID) (bot.Ref, error) {
	if id.IsZero() {
		return "", nil
	}
	b, err := tx.Bulletin(id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return "", fmt.Errorf("admin: bulletin: %w", err)
	}
	return b.Ref, nil
}

// bulletinOf shows a bulletin.
func (s *Server) bulletinOf(h *hotline.Service, tx storage.Tx, b bot.Bulletin, now bot.Instant) (Bulletin, error) {
	d := h.Bulletins()
	row, err := bulletinRow(tx, d, b, now)
	if err != nil {
		return Bulletin{}, err
	}
	shown := Bulletin{
		BulletinRow: row, Action: b.Action, Audience: BulletinAudience{Audience: b.Audience}, Project: b.Project, Lang: b.Lang, Fallback: b.Fallback,
		Texts: make([]BulletinText, 0, len(b.Variants)), TakenBy: b.Taken.By, TakenAt: b.Taken.At, TakenWhy: b.Taken.Reason, Aired: b.Aired,
		Schedule: scheduleOf(h, b, now),
	}
	for _, p := range b.Audience.Places {
		shown.Audience.Names = append(shown.Audience.Names, s.placeName(h, p)+" ["+p.String()+"]")
	}
	for _, id := range b.Rumours {
		ref, err := refOf(tx, id)
		if err != nil {
			return Bulletin{}, err
		}
		shown.Rumours = append(shown.Rumours, ref)
	}
	if shown.Corrects, err = bulletinRef(tx, b.Corrects); err != nil {
		return Bulletin{}, err
	}
	coming, err := d.DigestNow(tx, b, now)
	if err != nil {
		return Bulletin{}, err
	}
	shown.Digest = previewTexts(coming)
	if shown.Unmended, err = bulletin.Unmended(tx, b); err != nil {
		return Bulletin{}, err
	}
	if shown.Beside, err = bulletin.Beside(tx, b); err != nil {
		return Bulletin{}, err
	}
	shown.Holds = b.Holds
	if shown.MayCorrect, err = bulletin.Correctable(tx, b); err != nil {
		return Bulletin{}, err
	}
	for _, v := range b.Variants {
		t, err := bulletinText(h, d, tx, b, v)
		if err != nil {
			return Bulletin{}, err
		}
		shown.Texts = append(shown.Texts, t)
	}
	if k := b.Harm; k.By != "" {
		shown.Harm = &BulletinHarm{By: k.By, At: k.At, No: k.No, Yes: k.Yes, Void: b.Kind != bot.BulletinDigest && !bulletin.HarmHolds(b)}
	}
	for _, a := range b.Approvals {
		shown.Approvals = append(shown.Approvals, BulletinApproval{By: a.By, At: a.At})
	}
	if shown.Night, err = bulletin.Night(tx, b); err != nil {
		return Bulletin{}, err
	}
	if !b.LastRun.IsZero() {
		run, err := tx.Broadcast(b.LastRun)
		if err != nil {
			return Bulletin{}, fmt.Errorf("admin: bulletin: %w", err)
		}
		shown.RunState, shown.RunAt = run.State, run.StartedAt
		if b.Kind == bot.BulletinDigest {
			shown.RunTexts = previewTexts(run.Texts)
		}
	}
	return shown, nil
}

// bulletinText shows one text.
func bulletinText(h *hotline.Service, d bulletin.Desk, tx storage.Tx, b bot.Bulletin, v bot.Variant) (BulletinText, error) {
	t := BulletinText{
		Lang: v.Lang, Channel: v.Channel, Text: v.Text, State: v.State, First: v.Lang == b.Lang, WrittenBy: v.WrittenBy, WrittenAt: v.WrittenAt,
		BackBy: v.BackBy, BackText: v.BackText, ApprovedBy: v.ApprovedBy,
	}
	if v.Channel != bot.VariantSMS {
		return t, nil
	}
	sent, size, err := d.Travels(tx, b, v)
	if err != nil {
		return BulletinText{}, err
	}
	m := measureOf(size)
	t.Sent, t.Measure = bot.Text(sent), &m
	for _, name := range slices.Sorted(maps.Keys(h.Site.Prices)) {
		if price := h.Site.Prices[name]; price > 0 {
			t.Prices = append(t.Prices, PartPrice{Gateway: name, XOF: price * m.Parts})
		}
	}
	return t, nil
}

// reading finds a bulletin for those who work on what people tell.
func (s *Server) reading(ctx context.Context, h *hotline.Service, by By, ref string, do func(storage.Tx, bot.Bulletin) error) error {
	act := s.act(h, by)
	return h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		b, err := bulletin.Find(tx, ref)
		if err != nil {
			return err
		}
		return do(tx, b)
	})
}

func (s *Server) showBulletin(ctx context.Context, h *hotline.Service, q ShowBulletin) (shown Bulletin, err error) {
	err = s.reading(ctx, h, q.By, q.Ref, func(tx storage.Tx, b bot.Bulletin) (err error) {
		shown, err = s.bulletinOf(h, tx, b, bot.At(s.Now()))
		return err
	})
	return shown, err
}

func (s *Server) checkBulletin(ctx context.Context, h *hotline.Service, q ShowBulletin) (list Findings, err error) {
	err = s.reading(ctx, h, q.By, q.Ref, func(tx storage.Tx, b bot.Bulletin) error {
		d := h.Bulletins()
		found, err := d.Examine(tx, b, bot.At(s.Now()))
		if err != nil {
			return err
		}
		list = Findings{Ref: b.Ref, Kind: b.Kind, Findings: []Finding{}, Texts: []BulletinText{}}
		coming, err := d.DigestNow(tx, b, bot.At(s.Now()))
		if err != nil {
			return err
		}
		list.Digest = previewTexts(coming)
		for _, f := range found {
			sentence := s.sentence(&bot.Error{Key: f.Key, Args: f.Args})
			list.Findings = append(list.Findings, Finding{Key: f.Key, Sentence: sentence, Blocks: f.Blocks, Rewrite: f.Rewrite})
		}
		var fault *bot.Error
		if errors.As(s.ownsNames(h, b), &fault) {
			list.Findings = append(list.Findings, Finding{Key: fault.Key, Sentence: s.sentence(fault), Blocks: true})
		}
		slices.SortStableFunc(list.Findings, func(x, y Finding) int {
			switch {
			case x.Blocks == y.Blocks:
				return 0
			case x.Blocks:
				return -1
			}
			return 1
		})
		for _, v := range b.Variants {
			if v.Channel != bot.VariantSMS {
				continue
			}
			t, err := bulletinText(h, d, tx, b, v)
			if err != nil {
				return err
			}
			list.Texts = append(list.Texts, t)
		}
		return nil
	})
	return list, err
}

func (s *Server) listBulletins(ctx context.Context, h *hotline.Service, q ListBulletins) (Bulletins, error) {
	if err := known(q.State, bot.BulletinStates()); err != nil {
		return Bulletins{}, err
	}
	act, n := s.act(h, q.By), rows(q.Limit)
	list := Bulletins{Bulletins: []BulletinRow{}}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		found, err := tx.Bulletins(q.State, newest(n))
		if err != nil {
			return fmt.Errorf("admin: bulletins: %w", err)
		}
		found, list.More = cut(found, n)
		for _, b := range found {
			row, err := bulletinRow(tx, h.Bulletins(), b, act.At)
			if err != nil {
				return err
			}
			list.Bulletins = append(list.Bulletins, row)
		}
		return nil
	})
	return list, err
}

func (s *Server) bulletinHistory(ctx context.Context, h *hotline.Service, q ShowBulletin) (History, error) {
	var ref bot.Ref
	err := s.reading(ctx, h, q.By, q.Ref, func(_ storage.Tx, b bot.Bulletin) error {
		ref = b.Ref
		return nil
	})
	if err != nil {
		return History{}, err
	}
	events, err := eventsOf(ctx, h.Store, ref)
	if err != nil {
		return History{}, err
	}
	list := History{Ref: ref, Events: make([]Event, 0, len(events))}
	for _, e := range events {
		if family, _, _ := strings.Cut(e.Kind, "."); family == "bulletin" || family == "broadcast" {
			list.Events = append(list.Events, eventOf(e))
		}
	}
	return list, nil
}

// scriptBulletin gives a script to print, and notes that: paper goes where it will.
func (s *Server) scriptBulletin(ctx context.Context, h *hotline.Service, q AskScript) (Script, error) {
	lang, err := language(h.Desk, q.Lang)
	if err != nil {
		return Script{}, err
	}
	act := s.act(h, q.By)
	var out Script
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		by, err := act.Actor(tx, readers()...)
		if err != nil {
			return err
		}
		b, v, err := h.Bulletins().Scripted(tx, q.Ref, lang, q.Channel, act.At)
		if err != nil {
			return err
		}
		out = Script{
			Service: h.Site.Service, Ref: b.Ref, Kind: b.Kind, Lang: v.Lang, Channel: v.Channel, Text: v.Text, Approved: b.Approvals[0].At,
			ExpiresAt: b.ExpiresAt, SMSNumber: h.Site.USSD.SMSNumber, Code: h.Site.USSD.Code,
		}
		if out.Corrects, err = bulletinRef(tx, b.Corrects); err != nil {
			return err
		}
		return act.Note(tx, by, "bulletin.script_made", string(b.Ref), string(v.Lang)+" "+string(v.Channel))
	})
	return out, err
}
