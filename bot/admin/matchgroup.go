package admin

import (
	"context"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// ListGroups asks for reports under no rumour that tell the same, the largest group first.
	ListGroups struct {
		By
		Days  int `json:"days,omitempty"` // told since; 0 = usualGroupDays
		Limit int `json:"limit,omitempty"`
	}
	// Groups are those groups; More tells that there are smaller ones.
	Groups struct {
		Groups []Group `json:"groups"`
		More   bool    `json:"more,omitempty"`
		Days   int     `json:"days"`
	}
	// Group is a set of reports that tell the same. Those that the account may not see are not in it, nor counted.
	Group struct {
		Refs    []bot.Ref   `json:"refs"`    // the oldest first
		Numbers int         `json:"numbers"` // different people
		Since   bot.Instant `json:"since"`
		Last    bot.Instant `json:"last"`
		Burst   int         `json:"burst,omitempty"`  // different people who told it within a short time, where that looks organised
		Text    bot.Text    `json:"text,omitempty"`   // of one of them, redacted
		Rumour  *NearClaim  `json:"rumour,omitempty"` // that they may tell
	}
	// ListAlike asks for rumours that may be one.
	ListAlike struct {
		By
		Limit int `json:"limit,omitempty"`
	}
	// Alike are pairs of rumours that may be one, the likeliest first.
	Alike struct {
		Pairs []AlikePair `json:"pairs"`
	}
	// AlikePair is a rumour, and the one into which it could be merged: what is published stays, or else what is older. Nothing is merged
	// that differs in more than its words, or was judged otherwise.
	AlikePair struct {
		Rumour NearClaim   `json:"rumour"`
		Into   NearClaim   `json:"into"`
		Apart  match.Apart `json:"apart,omitempty"` // in what they differ all the same
		Merge  bool        `json:"merge,omitempty"` // the desk can do that now
	}
)

const (
	// usualGroupDays is how many days back groups are looked for unless asked otherwise, mostGroupDays at most.
	usualGroupDays = 14
	mostGroupDays  = 90
	// leastGroup is how many reports are a group.
	leastGroup = 2
)

func (s *Server) listGroups(ctx context.Context, h *hotline.Service, q ListGroups) (Groups, error) {
	act := s.act(h, q.By)
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, readers()...)
		return err
	})
	if err != nil {
		return Groups{}, err
	}
	if q.Days <= 0 {
		q.Days = usualGroupDays
	}
	q.Days = min(q.Days, mostGroupDays)
	limit := nearLimit(q.Limit)
	list := Groups{Groups: []Group{}, Days: q.Days}
	var found []match.Group
	if x := index(h); x != nil {
		found = x.Groups(act.At.Add(-time.Duration(q.Days)*24*time.Hour), wide)
	}
	var read []bot.Ref // reports whose words are shown
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		list.Groups, list.More, read = list.Groups[:0], false, nil
		for _, g := range found {
			shown, err := s.group(tx, sees, g)
			if err != nil {
				return err
			}
			if len(shown.Refs) < leastGroup {
				continue
			}
			if list.More = len(list.Groups) == limit; list.More {
				return nil
			}
			first, ok, err := s.firstText(h, tx, act, sees, g)
			if err != nil {
				return err
			}
			if ok {
				shown.Text, read = first.Text, append(read, first.Ref)
			}
			list.Groups = append(list.Groups, shown)
		}
		return nil
	})
	if err != nil || len(read) == 0 {
		return list, err
	}
	err = h.Store.Update(ctx, func(tx storage.Tx) error { return noteRead(tx, act, read) })
	if err != nil {
		return Groups{}, err
	}
	return list, nil
}

// noteRead notes that an account was shown the words of reports. It is apart from looking for them: groups have many, and whoever
// texts meanwhile does not wait.
func noteRead(tx storage.Tx, act people.Act, refs []bot.Ref) error {
	by, err := act.Actor(tx, readers()...)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if err := act.Note(tx, by, "report.read", string(ref), ""); err != nil {
			return err
		}
	}
	return nil
}

// group is a group without what is under a rumour by now, or about abuse.
func (s *Server) group(tx storage.Tx, sees sight, g match.Group) (Group, error) {
	shown := Group{}
	people := make(map[bot.ContactKey]bool)
	for _, id := range g.Reports {
		r, ok, err := untaken(tx, sees, id)
		if err != nil {
			return Group{}, err
		}
		if !ok {
			continue
		}
		shown.Refs = append(shown.Refs, r.Ref)
		if r.Contact != (bot.ContactKey{}) {
			people[r.Contact] = true
		}
		if shown.Since.IsZero() || r.ReceivedAt < shown.Since {
			shown.Since = r.ReceivedAt
		}
		shown.Last = max(shown.Last, r.ReceivedAt)
	}
	shown.Numbers = len(people)
	if g.Burst >= bot.BurstNumbers {
		shown.Burst = g.Burst
	}
	told, err := knownRumour(tx, sees.knowing, g.Claim)
	if err == nil && !told.ID.IsZero() {
		alike := g.Alike >= closely
		shown.Rumour = &NearClaim{RumourRow: rumourRow(told), Title: s.titleOf(told), Close: alike, Same: alike}
	}
	return shown, err
}

// firstText is the oldest report of a group that has a text still, if the account may see it.
func (s *Server) firstText(h *hotline.Service, tx storage.Tx, act people.Act, sees sight, g match.Group) (NearTelling, bool, error) {
	for _, id := range g.Reports {
		t, ok, err := s.tellingOf(h, tx, act, sees, id)
		if err != nil || ok && t.Text != "" {
			return t, ok, err
		}
	}
	return NearTelling{}, false, nil
}

// groupWith are the references of the reports that tell the same as one of them, which is the first.
func (s *Server) groupWith(ctx context.Context, h *hotline.Service, act people.Act, ref string) (refs []string, err error) {
	var sees sight
	var asked bot.Report
	err = h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if _, err = act.Actor(tx, readers()...); err != nil {
			return err
		}
		if sees, err = sightOf(tx, act); err != nil {
			return err
		}
		if asked, err = rumour.FindReport(tx, ref); err != nil {
			return err
		}
		if _, err = sees.look(tx, act, asked); err == nil && kept(asked) {
			err = bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(asked.Ref))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	refs = []string{string(asked.Ref)}
	x := index(h)
	if x == nil {
		return refs, nil
	}
	since := act.At.Add(-mostGroupDays * 24 * time.Hour)
	for _, g := range x.Groups(since, MostRows) {
		if !slices.Contains(g.Reports, asked.ID) {
			continue
		}
		err = h.Store.View(ctx, func(tx storage.Tx) (err error) {
			refs = refs[:1]
			if sees, err = sightOf(tx, act); err != nil {
				return err
			}
			for _, id := range g.Reports {
				r, ok, err := untaken(tx, sees, id)
				if err != nil {
					return err
				}
				if ok && r.ID != asked.ID {
					refs = append(refs, string(r.Ref))
				}
			}
			return nil
		})
		return refs, err
	}
	return refs, nil
}

// readGroup shows what a rumour of a whole group would take: each report with its first text redacted, which is noted. The one asked
// about is first; what is under a rumour already is not among them.
func (s *Server) readGroup(ctx context.Context, h *hotline.Service, q ReadGroup) (Nearest, error) {
	act := s.act(h, q.By)
	refs, err := s.groupWith(ctx, h, act, q.Ref)
	if err != nil {
		return Nearest{}, err
	}
	found := Nearest{Ref: bot.Ref(refs[0])}
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		found.Reports = nil
		by, err := act.Actor(tx, readers()...)
		if err != nil {
			return err
		}
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			r, err := rumour.FindReport(tx, ref)
			if err == nil {
				err = s.addTelling(h, tx, act, by, sees, match.Near{Report: r.ID}, &found)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

func (s *Server) listAlike(ctx context.Context, h *hotline.Service, q ListAlike) (Alike, error) {
	act := s.act(h, q.By)
	list := Alike{Pairs: []AlikePair{}}
	var found []match.Pair
	if x := index(h); x != nil {
		found = x.Alike(wide)
	}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		knows := knowingOf(tx, act)
		for _, p := range found {
			a, err := knownRumour(tx, knows, p.A)
			if err != nil {
				return err
			}
			b, err := knownRumour(tx, knows, p.B)
			if err != nil {
				return err
			}
			if a.ID.IsZero() || b.ID.IsZero() || ended(a) || ended(b) {
				continue
			}
			if into(a, b) {
				a, b = b, a
			}
			list.Pairs = append(list.Pairs, AlikePair{
				Rumour: NearClaim{RumourRow: rumourRow(a), Title: s.titleOf(a)}, Into: NearClaim{RumourRow: rumourRow(b), Title: s.titleOf(b)},
				Apart: p.Apart,
				Merge: slices.Contains(h.Desk.Possible(a), rumour.Merge) && p.Apart == "" && !otherVerdict(a.Verdict, b.Verdict),
			})
			if len(list.Pairs) == nearLimit(q.Limit) {
				return nil
			}
		}
		return nil
	})
	return list, err
}

// ended tells whether a rumour takes no further reports and is put under no other.
func ended(r bot.Rumour) bool { return r.State == bot.RumourMerged || r.State == bot.RumourRejected }

// into tells whether of two rumours the first is the one to stay: it is public and the other is not, or else it is older.
func into(a, b bot.Rumour) bool {
	if a.Public() != b.Public() {
		return a.Public()
	}
	return a.CreatedAt < b.CreatedAt
}

// claims are for the desk's own words to be redacted in.
func (l *Groups) claims() (list []*bot.Text) {
	for _, g := range l.Groups {
		if g.Rumour != nil {
			list = append(list, &g.Rumour.Claim)
		}
	}
	return list
}

func (l *Alike) claims() (list []*bot.Text) {
	for i := range l.Pairs {
		list = append(list, &l.Pairs[i].Rumour.Claim, &l.Pairs[i].Into.Claim)
	}
	return list
}
