package rumour_test

import (
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// hotlined is a site with somebody who can be answered and a published rumour whose answer the machine may give.
func hotlined(t *testing.T) (*site, bot.Rumour) {
	s := newSite(t)
	s.person()
	return s, s.put(bot.RumourPublished, func(r *bot.Rumour) { r.Auto = bot.AutoAllowed })
}

// found is what the machine holds a report to tell.
func found(r bot.Rumour) rumour.Hint {
	return rumour.Hint{Rumour: r.ID, AnswerNo: r.AnswerNo, Permille: 987, Weights: "test-1"}
}

func (s *site) reportOf(ref string) (rep bot.Report) {
	s.t.Helper()
	s.must(s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		rep, err = rumour.FindReport(tx, ref)
		return err
	}))
	return rep
}

func (s *site) rumourOf(id bot.ID) (r bot.Rumour) {
	s.t.Helper()
	s.must(s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		r, err = tx.Rumour(id)
		return err
	}))
	return r
}

// messageOf is a message; its state is "" where there is none.
func (s *site) messageOf(id bot.ID) (o bot.Outbound) {
	s.t.Helper()
	_ = s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		o, err = tx.Outbound(id)
		return err
	})
	return o
}

func (s *site) atOnce(ref string, h rumour.Hint) (rep bot.Report, id bot.ID, ok bool) {
	s.t.Helper()
	id = s.store.IDs.New()
	s.must(s.update(func(tx storage.Tx) error {
		row, err := rumour.FindReport(tx, ref)
		if err == nil {
			rep, ok, err = s.AnswerAtOnce(tx, row, h, id, s.store.Time.Instant())
		}
		return err
	}))
	return rep, id, ok
}

func (s *site) deny(ref string, r bot.ID) (rep bot.Report) {
	s.t.Helper()
	s.must(s.update(func(tx storage.Tx) error {
		row, err := rumour.FindReport(tx, ref)
		if err == nil {
			rep, err = s.Deny(tx, row, r, s.store.Time.Instant())
		}
		return err
	}))
	return rep
}

// left lets a queued message leave.
func (s *site) left(id bot.ID) {
	s.t.Helper()
	token := s.store.IDs.New()
	s.must(s.update(func(tx storage.Tx) error {
		o, err := tx.Outbound(id)
		if err != nil {
			return err
		}
		o.State, o.Token, o.LeaseUntil = bot.OutClaimed, token, s.store.Time.Instant().Add(time.Minute)
		if err := tx.PutOutbound(o, o.Rev); err != nil {
			return err
		}
		o.State, o.Token, o.LeaseUntil = bot.OutHandedOver, bot.ID{}, 0
		return tx.PutOutbound(o, o.Rev+1)
	}))
}

// fan queues what a rumour owes.
func (s *site) fan(id bot.ID) {
	(&owing{site: s, rumours: []bot.ID{id}}).fan()
}

// What the machine links is answered with the approved answer and kept with how sure it was; who reads it can say that another matter
// was meant.
func TestTheMachineAnswersAtOnce(t *testing.T) {
	s, r := hotlined(t)
	rep, id, ok := s.atOnce(s.report, found(r))
	if !ok || rep.Rumour != r.ID || rep.State != bot.ReportAnswered || rep.Answer != id || rep.AnswerNo != 1 {
		t.Fatalf("answered %t: %s", ok, rep.State)
	}
	if o := s.messageOf(id); o.Key != rumour.AutoAnswerKey || o.State != bot.OutQueued || o.Lang != bot.French || o.Report != rep.ID {
		t.Errorf("the answer: %s in %s, %s", o.Key, o.Lang, o.State)
	}
	want := bot.Match{
		Method: bot.MatchAuto, Rumour: r.ID, Permille: 987, At: s.store.Time.Instant(), Weights: "test-1",
		Looked: s.store.Time.Instant(), Given: s.store.Time.Instant(),
	}
	if rep.Match.Method != want.Method || rep.Match.Permille != want.Permille || rep.Match.Weights != want.Weights || rep.Match.At != want.At ||
		rep.Match.Looked != want.Looked || rep.Match.Given != want.Given || rep.Match.Rumour != want.Rumour {
		t.Errorf("kept of the match: %+v", rep.Match)
	}
	if now := s.rumourOf(r.ID); now.Reports != 1 || now.FanOut.Queued != 1 {
		t.Errorf("the rumour has %d reports and %d answers", now.Reports, now.FanOut.Queued)
	}
	s.fan(r.ID)
	if now := s.rumourOf(r.ID); now.FanOut.Queued != 1 {
		t.Errorf("queued again: %d", now.FanOut.Queued)
	}
}

// Where the machine may not answer, or what it found holds no more, nothing is changed: each by what is in the way.
func TestWhenTheMachineIsSilent(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		rumour func(*bot.Rumour)
		report func(*bot.Report)
		hint   func(*rumour.Hint)
		wait   time.Duration
		speaks bool
	}{
		"allowed":                      {speaks: true},
		"refused":                      {rumour: func(r *bot.Rumour) { r.Auto = bot.AutoRefused }},
		"never":                        {rumour: func(r *bot.Rumour) { r.Auto = bot.AutoNever }},
		"too long":                     {rumour: func(r *bot.Rumour) { r.Auto = bot.AutoTooLong }},
		"from before there was a tick": {rumour: func(r *bot.Rumour) { r.Auto = "" }},
		"for those who must know":      {rumour: func(r *bot.Rumour) { r.Restricted = true }},
		"not published":                {rumour: func(r *bot.Rumour) { r.State, r.PublishedAt = bot.RumourDecided, 0 }},
		"withdrawn":                    {rumour: func(r *bot.Rumour) { r.AnswerKind = bot.AnswerWithdrawal }},
		"about to be corrected": {rumour: func(r *bot.Rumour) {
			r.Pending = bot.Pending{Verb: string(rumour.Correct), Value: "x", By: "AMI"}
		}},
		"about to be withdrawn": {rumour: func(r *bot.Rumour) {
			r.Pending = bot.Pending{Verb: string(rumour.Withdraw), Value: "x", By: "AMI"}
		}},
		"another answer since":   {hint: func(h *rumour.Hint) { h.AnswerNo = 2 }},
		"a rumour that is gone":  {hint: func(h *rumour.Hint) { h.Rumour = bot.ID{7} }},
		"no text for the reader": {report: func(r *bot.Report) { r.Lang = bot.Bambara }},
		"the fallback for the reader": {
			report: func(r *bot.Report) { r.Lang = bot.Bambara }, rumour: func(r *bot.Rumour) { r.Fallback = bot.French }, speaks: true,
		},
		"stale":                       {report: func(r *bot.Report) { r.Stale = true }},
		"about abuse":                 {report: func(r *bot.Report) { r.Protect = true }},
		"perhaps a STOP":              {report: func(r *bot.Report) { r.MaybeStop = true }},
		"labelled":                    {report: func(r *bot.Report) { r.Label = bot.LabelQuestion }},
		"answered directly":           {report: func(r *bot.Report) { r.State = bot.ReportAnsweredDirect }},
		"nobody to answer":            {report: func(r *bot.Report) { r.Contact = bot.ContactKey{} }},
		"a rice rumour a week old":    {wait: 7 * day, speaks: true},
		"an attack of today":          {rumour: func(r *bot.Rumour) { r.Theme = bot.RumourSecurityAttack }, wait: day - time.Minute, speaks: true},
		"an attack of yesterday":      {rumour: func(r *bot.Rumour) { r.Theme = bot.RumourSecurityAttack }, wait: day},
		"an armed group of yesterday": {rumour: func(r *bot.Rumour) { r.Theme = bot.RumourArmedGroup }, wait: day},
		"an abduction of yesterday":   {rumour: func(r *bot.Rumour) { r.Theme = bot.RumourAbduction }, wait: day},
		"a blockade of yesterday":     {rumour: func(r *bot.Rumour) { r.Theme = bot.RumourBlockade }, wait: day},
		"a blockade of yesterday, decided on an older check": {rumour: func(r *bot.Rumour) {
			r.Theme, r.DecidedOn = bot.RumourBlockade, 1
			r.Evidence[0].DoneAt = r.DecidedAt.Add(-23 * time.Hour)
		}, wait: time.Hour},
		"a blockade of yesterday that was checked again": {rumour: func(r *bot.Rumour) {
			r.Theme, r.DecidedOn = bot.RumourBlockade, 1
			r.Evidence[1].DoneAt, r.Evidence[1].Supports = r.DecidedAt.Add(23*time.Hour), bot.SupportsFalse
		}, wait: day, speaks: true},
		"a blockade of yesterday, and a check that says otherwise": {rumour: func(r *bot.Rumour) {
			r.Theme, r.DecidedOn = bot.RumourBlockade, 1
			r.Evidence[1].DoneAt, r.Evidence[1].Supports = r.DecidedAt.Add(23*time.Hour), bot.SupportsTrue
		}, wait: day},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.person()
			r := s.put(bot.RumourPublished, func(r *bot.Rumour) {
				r.Auto = bot.AutoAllowed
				if c.rumour != nil {
					c.rumour(r)
				}
			})
			s.store.Time.Add(c.wait)
			ref, h := s.tell(), found(r)
			if c.report != nil {
				s.must(s.update(func(tx storage.Tx) error {
					row, err := rumour.FindReport(tx, ref)
					if err != nil {
						return err
					}
					c.report(&row)
					return tx.PutReport(row, row.Rev)
				}))
			}
			if c.hint != nil {
				c.hint(&h)
			}
			before := s.reportOf(ref)
			after, id, ok := s.atOnce(ref, h)
			if ok != c.speaks || (s.messageOf(id).State != "") != c.speaks {
				t.Fatalf("answered %t, a message %q", ok, s.messageOf(id).State)
			}
			if now := s.rumourOf(r.ID); !c.speaks && (after.Rev != before.Rev || now.Rev != 1 || now.Reports != 0) {
				t.Error("something was changed")
			}
		})
	}
}

// Who says 0 before the answer has left does not get it: the report is before the desk again, and is not held to tell it a second time.
// Linked to another rumour, it is answered with that.
func TestAnotherMatterBeforeTheAnswerLeft(t *testing.T) {
	s, r := hotlined(t)
	other := s.put(bot.RumourPublished, nil)
	_, id, _ := s.atOnce(s.report, found(r))
	rep := s.deny(s.report, r.ID)
	if rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || !rep.Answer.IsZero() || rep.AnswerNo != 0 {
		t.Fatalf("the report is %s", rep.State)
	}
	if o := s.messageOf(id); o.State != bot.OutSuppressed {
		t.Errorf("the answer is %s", o.State)
	}
	if rep.Match.Method != bot.MatchRejected || !slices.Equal(rep.Match.Rejected, []bot.ID{r.ID}) || rep.Match.Given.IsZero() {
		t.Errorf("kept of the match: %+v", rep.Match)
	}
	if now := s.rumourOf(r.ID); now.Reports != 0 {
		t.Errorf("the rumour has %d reports", now.Reports)
	}
	if _, _, ok := s.atOnce(s.report, found(r)); ok {
		t.Error("it was answered at once with what the person said it was not")
	}
	s.must(s.update(func(tx storage.Tx) error {
		m, err := s.Suggest(tx, rep, found(r), s.store.Time.Instant())
		if m.Match.Method != bot.MatchRejected {
			t.Errorf("it is asked about again: %s", m.Match.Method)
		}
		return err
	}))
	_, rep = s.linked(other, s.report)
	if rep.State != bot.ReportAnswered || s.messageOf(rep.Answer).Rumour != other.ID {
		t.Errorf("under the other rumour it is %s", rep.State)
	}
	if rep.Match.Method != bot.MatchDesk || rep.Match.Rumour != other.ID || rep.Match.By != string(bot.RoleModerator) {
		t.Errorf("kept of the desk's link: %+v", rep.Match)
	}
}

// Who says 0 after they have read the answer is told when that is corrected, though they tell something else.
func TestACorrectionReachesWhoReadTheAnswerToAnotherMatter(t *testing.T) {
	s, r := hotlined(t)
	_, id, _ := s.atOnce(s.report, found(r))
	s.left(id)
	s.deny(s.report, r.ID)
	_, err := s.as("coordinator", rumour.Desk.Withdraw, r, rumour.Step{Comment: "deux témoins disent le contraire"})
	s.must(err)
	s.fan(r.ID)
	var told int
	s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
		all, err := tx.Outbounds(bot.OutQueued, storage.Page{Limit: 50})
		for _, o := range all {
			if o.Key == rumour.WithdrawnKey {
				told++
			}
		}
		return err
	}))
	if told != 1 {
		t.Errorf("told %d times that it does not hold", told)
	}
	if rep := s.reportOf(s.report); rep.State != bot.ReportReceived {
		t.Errorf("the report is %s", rep.State)
	}
}

// A person's other reports under a rumour stay answered by a message that has left, and are owed one of their own where the
// message was taken back.
func TestTheOtherReportsOfThePersonStayAnswered(t *testing.T) {
	for _, gone := range []bool{false, true} {
		s, r := hotlined(t)
		first := s.tell()
		s.linked(r, first)
		mine := s.reportOf(first).Answer
		s.store.Time.Add(time.Second)
		second := s.tell()
		s.must(s.update(func(tx storage.Tx) error { // the first message did not arrive
			o, err := tx.Outbound(mine)
			if err != nil {
				return err
			}
			o.State = bot.OutSuppressed
			return tx.PutOutbound(o, o.Rev)
		}))
		_, id, ok := s.atOnce(second, found(r))
		if !ok {
			t.Fatal("not answered")
		}
		s.must(s.update(func(tx storage.Tx) error { // and the second one answers both
			row, err := rumour.FindReport(tx, first)
			if err != nil {
				return err
			}
			row.Answer = id
			return tx.PutReport(row, row.Rev)
		}))
		if gone {
			s.left(id)
		}
		s.deny(second, r.ID)
		s.fan(r.ID)
		rep := s.reportOf(first)
		if rep.State != bot.ReportAnswered || (rep.Answer == id) != gone || s.messageOf(rep.Answer).State == bot.OutSuppressed {
			t.Errorf("the message had left: %t; the other report is %s by a message that is %s", gone, rep.State, s.messageOf(rep.Answer).State)
		}
	}
}

// The desk takes a wrong link back. Who may have read the answer is told that it was about something else, and nobody else.
func TestTheDeskTakesALinkBack(t *testing.T) {
	for _, gone := range []bool{false, true} {
		s, r := hotlined(t)
		_, answer, _ := s.atOnce(s.report, found(r))
		if gone {
			s.left(answer)
		}
		id := s.store.IDs.New()
		var rep bot.Report
		s.must(s.update(func(tx storage.Tx) (err error) {
			rep, err = s.RejectMatch(tx, s.act(bot.RoleVerifier), s.report, id)
			return err
		}))
		if rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || rep.Match.By != string(bot.RoleVerifier) {
			t.Errorf("the report is %s", rep.State)
		}
		o := s.messageOf(id)
		if gone && (o.Key != rumour.UndoneKey || o.State != bot.OutQueued || o.Report != rep.ID) || !gone && o.State != "" {
			t.Errorf("the answer had left: %t; told %q", gone, o.Key)
		}
		if !gone && s.messageOf(answer).State != bot.OutSuppressed {
			t.Error("the answer still leaves")
		}
	}
}

// The desk says that a link is right; then it is another way of telling the rumour. What is not linked cannot be confirmed, and where
// nothing was found there is nothing to reject.
func TestTheDeskConfirmsALink(t *testing.T) {
	s, r := hotlined(t)
	confirm := func() (rep bot.Report, err error) {
		err = s.update(func(tx storage.Tx) (err error) {
			rep, err = s.ConfirmMatch(tx, s.act(bot.RoleModerator), s.report)
			return err
		})
		return rep, err
	}
	_, err := confirm()
	s.refused(err, "desk.match_unlinked")
	s.refused(s.update(func(tx storage.Tx) error {
		_, err := s.RejectMatch(tx, s.act(bot.RoleModerator), s.report, bot.ID{9})
		return err
	}), "desk.match_none")
	s.atOnce(s.report, found(r))
	rep, err := confirm()
	s.must(err)
	if rep.Match.Method != bot.MatchDesk || !rep.Match.Method.Confirmed() || rep.Match.By != "moderator" || rep.Match.Permille != 987 {
		t.Errorf("kept: %+v", rep.Match)
	}
}

// Who says that it is this one is answered as if the desk had linked it, also where the rumour was merged since; who says it of what
// the desk has linked meanwhile gets nothing twice.
func TestThePersonSaysThatItIsThisOne(t *testing.T) {
	s, r := hotlined(t)
	into := s.put(bot.RumourPublished, nil)
	s.must(s.update(func(tx storage.Tx) error {
		row, err := rumour.FindReport(tx, s.report)
		if err == nil {
			_, err = s.Suggest(tx, row, found(r), s.store.Time.Instant())
		}
		return err
	}))
	if m := s.reportOf(s.report).Match; m.Method != bot.MatchSuggested || m.Rumour != r.ID || m.Permille != 987 {
		t.Errorf("what was asked: %+v", m)
	}
	_, err := s.as("moderator", func(d rumour.Desk, tx storage.Tx, a people.Act, ref string, _ rumour.Step) (bot.Rumour, error) {
		return d.Merge(tx, a, ref, string(into.Ref))
	}, r, rumour.Step{})
	s.must(err)
	affirm := func() (rep bot.Report, id bot.ID, ok bool) {
		id = s.store.IDs.New()
		s.must(s.update(func(tx storage.Tx) error {
			row, err := rumour.FindReport(tx, s.report)
			if err == nil {
				rep, ok, err = s.Affirm(tx, row, r.ID, id, s.store.Time.Instant())
			}
			return err
		}))
		return rep, id, ok
	}
	rep, id, ok := affirm()
	if !ok || rep.Rumour != into.ID || rep.Answer != id || s.messageOf(id).Key != rumour.AnswerKey || rep.Match.Method != bot.MatchPerson {
		t.Fatalf("linked %t, %s, %+v", ok, rep.State, rep.Match)
	}
	if again, other, ok := affirm(); !ok || again.Answer != id || s.messageOf(other).State != "" {
		t.Errorf("said twice: linked %t, another message %q", ok, s.messageOf(other).State)
	}
}

// What was matched goes along when rumours are merged; what is split off tells something else, as the desk says.
func TestAMatchFollowsItsRumour(t *testing.T) {
	s, r := hotlined(t)
	into := s.put(bot.RumourPublished, nil)
	s.atOnce(s.report, found(r))
	_, err := s.as("moderator", func(d rumour.Desk, tx storage.Tx, a people.Act, ref string, _ rumour.Step) (bot.Rumour, error) {
		return d.Merge(tx, a, ref, string(into.Ref))
	}, r, rumour.Step{})
	s.must(err)
	if m := s.reportOf(s.report).Match; m.Method != bot.MatchAuto || m.Rumour != into.ID || m.Permille != 987 {
		t.Errorf("after the merge: %+v", m)
	}
	id, refs := s.store.IDs.New(), s.refs()
	s.must(s.update(func(tx storage.Tx) error {
		step := rumour.Step{Claim: "Autre chose", Reports: []string{s.report}}
		_, _, err := s.Split(tx, s.act(bot.RoleModerator), string(into.Ref), step, id, refs)
		return err
	}))
	m := s.reportOf(s.report).Match
	if m.Method != bot.MatchDesk || m.Rumour != id || m.Permille != 0 || !slices.Equal(m.Rejected, []bot.ID{into.ID}) {
		t.Errorf("after the split: %+v", m)
	}
}

// Whose report is split off after they may have read the other rumour's answer are told that it was not for them: one person at
// once, several only if a coordinator says so.
func TestWhoReadAnotherRumoursAnswerIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		people int
		as     bot.Role
		sure   bool
		gone   bool
		want   int
	}{
		"one who has not read it":              {people: 1, as: bot.RoleModerator},
		"one who may have":                     {people: 1, as: bot.RoleModerator, gone: true, want: 1},
		"two":                                  {people: 2, as: bot.RoleCoordinator, gone: true},
		"two, and a moderator is sure":         {people: 2, as: bot.RoleModerator, sure: true, gone: true},
		"two, and a coordinator says so":       {people: 2, as: bot.RoleCoordinator, sure: true, gone: true, want: 2},
		"two who have not read it, to be sure": {people: 2, as: bot.RoleCoordinator, sure: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, r := hotlined(t)
			reports, ids := []string{s.report}, []bot.ID{s.store.IDs.New(), s.store.IDs.New()}
			if c.people == 2 {
				who := bot.Contact{Key: bot.ContactKey{2}, Number: bot.Address{Kind: bot.Phone, Value: "+22370000002"}}
				in, refs := bot.Inbound{ID: s.store.IDs.New(), Gateway: "sim", Contact: who.Key, ReceivedAt: s.store.Time.Instant()}, s.refs()
				s.must(s.update(func(tx storage.Tx) error {
					if err := tx.PutContact(who, 0); err != nil {
						return err
					}
					_, err := rumour.Tell(tx, rumour.Telling{In: in, Refs: refs, Lang: bot.French})
					return err
				}))
				reports = append(reports, string(refs[0]))
			}
			for _, ref := range reports {
				if _, rep := s.linked(r, ref); c.gone {
					s.left(rep.Answer)
				}
			}
			id, refs := s.store.IDs.New(), s.refs()
			told := 0
			s.must(s.update(func(tx storage.Tx) error {
				made, from, err := s.Split(tx, s.act(bot.RoleModerator), string(r.Ref), rumour.Step{Claim: "Autre chose", Reports: reports}, id, refs)
				if err == nil {
					told, err = s.TellMisled(tx, s.act(c.as), made, from, c.sure, ids)
				}
				return err
			}))
			if told != c.want {
				t.Errorf("told %d people, want %d", told, c.want)
			}
			for i, id := range ids {
				if o := s.messageOf(id); (o.Key == rumour.UndoneKey && o.State == bot.OutQueued) != (i < c.want) {
					t.Errorf("message %d: %q", i+1, o.Key)
				}
			}
		})
	}
}
