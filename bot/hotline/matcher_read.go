package hotline

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/match"
	"tinye/bot/panicked"
	"tinye/bot/rumour"
	"tinye/storage"
)

const (
	// mostLoose is how many reports that are linked to nothing the index knows, the newest; looseSlack is by how many more it
	// grows before the oldest go.
	mostLoose  = 20_000
	looseSlack = 1_000
	// linksAtOnce is how many reports of a rumour are read in one go.
	linksAtOnce = 500
)

type claimRead struct {
	match.Claim
	claimKept
}

// reportRead is a report; one whose in is false is not to be known.
type reportRead struct {
	match.Report
	in     bool
	joined []bot.ID
}

// apply puts rows as they are now into the index. The caller holds m.applying.
func (m *Matcher) apply(ctx context.Context, t touched) error {
	for _, c := range t.contacts {
		m.each(func(x *match.Index) { x.DropContact(c) })
	}
	if len(t.contacts) > 0 || len(t.texts) > 0 {
		m.erased = true
		m.generation.Add(1) // before: a look under way keeps nothing after it
		m.results.forget()
		clear(m.tellings)
	}
	var claims []claimRead
	var linked []bot.ID // to a rumour that is known now and was not before, or the other way about
	err := m.store.View(ctx, func(tx storage.Tx) (err error) {
		claims, linked = nil, nil
		for _, id := range t.rumours {
			c, err := readClaim(tx, id)
			if err != nil {
				return err
			}
			if was, known := m.claims[id]; known && was.in != c.in {
				if linked, err = allLinks(tx, id, linked); err != nil {
					return err
				}
			}
			claims = append(claims, c)
		}
		for _, id := range t.bulletins {
			c, err := readBulletinClaim(tx, id)
			if err != nil {
				return err
			}
			claims = append(claims, c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.putClaims(claims)
	ids := append(slices.Clone(t.reports), linked...)
	for _, text := range t.texts {
		if of, ok := m.joined[text]; ok {
			text = of
		}
		ids = append(ids, text)
	}
	for len(ids) > 0 {
		n := min(len(ids), applyAtOnce)
		var reports []reportRead
		err := m.store.View(ctx, func(tx storage.Tx) error {
			reports = nil
			for _, id := range ids[:n] {
				r, err := m.readReport(tx, id)
				if err != nil {
					return err
				}
				reports = append(reports, r)
			}
			return nil
		})
		if err != nil {
			m.touch(touched{reports: ids}) // the rumours behind them are in the index already
			return err
		}
		m.putReports(reports)
		for _, r := range reports {
			if r.in {
				m.noteTold(r.Report)
			}
		}
		ids = ids[n:]
	}
	return nil
}

// allLinks appends a rumour's reports to a list.
func allLinks(tx storage.Tx, rumour bot.ID, ids []bot.ID) ([]bot.ID, error) {
	var after bot.LinkCursor
	for {
		links, err := tx.Links(rumour, after, linksAtOnce)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			after = l
			ids = append(ids, l.Report)
		}
		if len(links) < linksAtOnce {
			return ids, nil
		}
	}
}

// each does something to the index, and to the one that is being built in its place. A row that makes it panic is counted and passed
// over: one text must not keep all others from being known, nor the hotline from starting.
func (m *Matcher) each(do func(*match.Index)) {
	for _, x := range []*match.Index{m.live.Load(), m.next} {
		if x == nil {
			continue
		}
		if err := caught(func() error { do(x); return nil }); err != nil {
			m.counts.failed.Add(1)
		}
	}
}

// caught makes an error of a panic.
func caught(do func() error) (err error) {
	defer panicked.Catch(&err)
	return do()
}

// putClaims puts claims into the index, or takes them out.
func (m *Matcher) putClaims(claims []claimRead) {
	for _, c := range claims {
		if c.in {
			m.each(func(x *match.Index) { x.PutClaim(c.Claim) })
		} else {
			m.each(func(x *match.Index) { x.DropClaim(c.ID) })
		}
		if was := m.claims[c.ID]; was.open != c.open {
			if c.open {
				m.open.Add(1)
			} else {
				m.open.Add(-1)
			}
		}
		m.claims[c.ID] = c.claimKept
		m.newest.Store(max(m.newest.Load(), int64(c.since)))
	}
	if len(claims) > 0 {
		m.generation.Add(1)
		m.results.forget() // nobody would get one of them again
	}
}

// putReports puts reports into the index, or takes them out.
func (m *Matcher) putReports(reports []reportRead) {
	changed := false
	for _, r := range reports {
		delete(m.loose, r.ID)
		for _, id := range r.joined {
			if r.in {
				m.joined[id] = r.ID
			} else {
				delete(m.joined, id)
			}
		}
		if !r.in {
			m.each(func(x *match.Index) { x.DropReport(r.ID) })
			changed = true // it may be about abuse: its words must not wait in a result, either
			continue
		}
		m.each(func(x *match.Index) { x.PutReport(r.Report) })
		if r.Claim.IsZero() && len(r.Rejected) == 0 {
			m.loose[r.ID] = struct{}{}
		} else {
			changed = true
		}
	}
	if changed { // a report that tells nothing known changes no answer
		m.generation.Add(1)
		m.results.forget()
	}
	m.dropOldest()
}

// dropOldest takes the oldest reports out that are linked to nothing, once there are too many.
func (m *Matcher) dropOldest() {
	if len(m.loose) <= mostLoose+looseSlack {
		return
	}
	ids := make([]bot.ID, 0, len(m.loose))
	for id := range m.loose {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b bot.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids[:len(ids)-mostLoose] {
		delete(m.loose, id)
		m.each(func(x *match.Index) { x.DropReport(id) })
	}
}

// readClaim reads a rumour for the index.
func readClaim(tx storage.Tx, id bot.ID) (claimRead, error) {
	r, err := tx.Rumour(id)
	if errors.Is(err, storage.ErrNotFound) {
		return claimRead{Claim: match.Claim{ID: id}}, nil
	}
	return claimOf(r), err
}

// claimOf is a rumour as the index knows it. What is merged, rejected or restricted is not in it.
func claimOf(r bot.Rumour) claimRead {
	c := claimRead{Claim: match.Claim{ID: r.ID}}
	if r.Restricted || r.State == bot.RumourMerged || r.State == bot.RumourRejected {
		return c
	}
	c.in = true
	c.Texts = []match.Text{{Kind: match.KindClaim, Text: string(r.Claim)}}
	c.Places = r.Areas
	c.Checked = rumour.CheckedAt(r)
	if !r.Public() || r.Withdrawn() {
		return c
	}
	c.open, c.since, c.Open, c.Answers = true, r.PublishedAt, true, r.Auto == bot.AutoAllowed
	for _, a := range rumour.AsPublished(r).Answers {
		if !a.Approved() {
			continue
		}
		c.Texts = append(c.Texts,
			match.Text{Kind: match.KindTitle, Lang: a.Lang, Text: string(rumour.TitleOf(a))},
			match.Text{Kind: match.KindAnswer, Lang: a.Lang, Text: string(a.Text)})
	}
	return c
}

// readBulletinClaim reads a bulletin for the index: those that stand in the menu. Whether one still holds is for whoever shows it.
func readBulletinClaim(tx storage.Tx, id bot.ID) (claimRead, error) {
	b, err := tx.Bulletin(id)
	if errors.Is(err, storage.ErrNotFound) {
		return claimRead{Claim: match.Claim{ID: id}}, nil
	}
	return bulletinClaim(b), err
}

func bulletinClaim(b bot.Bulletin) claimRead {
	c := claimRead{Claim: match.Claim{ID: b.ID}}
	if b.State != bot.BulletinApproved && b.State != bot.BulletinSending && b.State != bot.BulletinSent {
		return c
	}
	for _, v := range b.Variants {
		done, ok := bulletin.VariantIn(b, v.Lang, bot.VariantUSSD)
		if v.Channel != bot.VariantUSSD || !ok {
			continue
		}
		c.Texts = append(c.Texts,
			match.Text{Kind: match.KindTitle, Lang: v.Lang, Text: rumour.TitleOf(bot.Answer{Text: done.Text})},
			match.Text{Kind: match.KindAnswer, Lang: v.Lang, Text: string(done.Text)})
	}
	c.in, c.Open, c.Lookup = len(c.Texts) > 0, true, true
	return c
}

// readReport reads a report for the index.
func (m *Matcher) readReport(tx storage.Tx, id bot.ID) (reportRead, error) {
	r, err := tx.Report(id)
	if errors.Is(err, storage.ErrNotFound) {
		return reportRead{Report: match.Report{ID: id}}, nil
	}
	if err != nil {
		return reportRead{}, err
	}
	return m.reportOf(tx, r)
}

// reportOf is a report as the index knows it: what is told of a rumour that it knows, and what still waits for the desk. What is
// about abuse is not in it, nor what was erased.
func (m *Matcher) reportOf(tx storage.Tx, r bot.Report) (reportRead, error) {
	out := reportRead{Report: match.Report{
		ID: r.ID, Claim: r.Rumour, Confirmed: !r.Rumour.IsZero() && r.Match.Method != bot.MatchAuto, Lang: r.Lang, Contact: r.Contact,
		At: r.ReceivedAt, Rejected: r.Match.Rejected,
	}, joined: r.Joined}
	if !m.knows(r) {
		return out, nil
	}
	if !r.Contact.IsZero() {
		c, err := tx.Contact(r.Contact)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return reportRead{}, err
		}
		if err == nil && c.ErasedAt >= r.ReceivedAt {
			return out, nil // its texts are still to be taken off
		}
	}
	var text strings.Builder
	for _, id := range r.Texts() {
		in, err := tx.Inbound(id)
		if errors.Is(err, storage.ErrErased) || errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return reportRead{}, err
		}
		if text.Len() > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(string(in.Text))
	}
	out.Text = text.String()
	out.in = out.Text != ""
	return out, nil
}

// knows tells whether a report belongs into the index.
func (m *Matcher) knows(r bot.Report) bool {
	if r.Protect || r.State == bot.ReportProtected || r.Label == bot.LabelProtection || r.Closed == bot.CloseErased {
		return false
	}
	if !r.Rumour.IsZero() {
		return m.claims[r.Rumour].in
	}
	return r.State == bot.ReportReceived && !r.Stale && (r.Label == "" || r.Label == bot.LabelQuestion)
}
