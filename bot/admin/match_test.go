package admin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/rumour"
	"tinye/storage"
)

// matching has the site know rumours by their words, at once after each commit; what is sure is for the test to say.
func (s *site) matching() {
	s.t.Helper()
	m, err := hotline.NewMatcher(hotline.MatcherOptions{AtOnce: true, Weights: unlearned()})
	must(s.t, err)
	s.Service.Store = m.Watch(s.store)
	must(s.t, m.Load(s.t.Context()))
	s.Service.Matcher = m
}

// checked is a published rumour that somebody told, about a bridge.
func (s *site) checked() (ref string) {
	s.t.Helper()
	ref = s.rumour("Le pont de Markala serait fermé à la circulation", s.tell("75000019", "On dit que le pont de Markala est fermé à la circulation"))
	q := finding(ref, bot.ConfirmedFalse)
	q.Texts = map[string]string{"fra": "Le pont de Markala est ouvert, vu ce matin."}
	var r admin.Rumour
	s.ask("/rumour/submit", q, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: ref, Fallback: "fr", Titles: map[string]string{"fr": "Pont de Markala ouvert"}}, &r)
	return ref
}

// hint is what a machine found, of a published rumour.
func (s *site) hint(ref string) (h rumour.Hint) {
	s.t.Helper()
	must(s.t, s.Store.View(s.t.Context(), func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		h = rumour.Hint{Rumour: r.ID, AnswerNo: r.AnswerNo, Permille: 991, Weights: "w1"}
		return err
	}))
	return h
}

// linked is a report that a machine linked to a published rumour and answered.
func (s *site) linked(phone, text, ref string) (report string) {
	s.t.Helper()
	report, h := s.tell(phone, text), s.hint(ref)
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		r, err := rumour.FindReport(tx, report)
		if err != nil {
			return err
		}
		_, ok, err := s.Service.Desk.AnswerAtOnce(tx, r, h, s.NewID(), bot.At(s.Now()))
		if !ok {
			s.t.Errorf("report %s is not answered at once", report)
		}
		return err
	}))
	s.store.Time.Add(time.Second)
	return report
}

// suggested is a report for which a machine found a rumour that it is not sure of.
func (s *site) suggested(phone, text, ref string) (report string) {
	s.t.Helper()
	report, h := s.tell(phone, text), s.hint(ref)
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		r, err := rumour.FindReport(tx, report)
		if err == nil {
			_, err = s.Service.Desk.Suggest(tx, r, h, bot.At(s.Now()))
		}
		return err
	}))
	return report
}

func says(who, ref string, same bool) admin.MatchReport {
	return admin.MatchReport{By: by(who), Ref: ref, Same: same, Yes: true}
}

// A link that a machine made waits in a list of its own until somebody has said whether it is right; what it gave to the person is
// taken back where it was not.
func TestTheDeskLooksAtWhatAMachineLinked(t *testing.T) {
	s := newSite(t)
	s.matching()
	ref := s.checked()
	auto := func() (refs []string) {
		t.Helper()
		var list admin.Reports
		s.ask("/report/list", admin.ListReports{By: by("DJENEBA"), Auto: true}, &list)
		for _, r := range list.Reports {
			refs = append(refs, string(r.Ref))
		}
		return refs
	}
	right := s.linked(fanta, "Le pont de Markala ne laisse plus passer personne", ref)
	wrong := s.linked(moussa, "Un autre pont que Markala est fermé, celui de Konna", ref)
	if got := auto(); !slices.Equal(got, []string{wrong, right}) {
		t.Errorf("to look at: %q", got)
	}
	var shown admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: right}, &shown)
	if m := shown.Match; m == nil || m.Method != bot.MatchAuto || string(m.Rumour) != ref || m.Title != "Pont de Markala ouvert" || m.Permille != 991 || m.Given.IsZero() {
		t.Errorf("what the machine held it to tell: %+v", m)
	}

	var done admin.Matched
	s.ask("/report/match", says("DJENEBA", right, true), &done)
	if done.Match.Method != bot.MatchDesk || done.Match.By != "DJENEBA" || done.State != bot.ReportAnswered || string(done.Rumour) != ref {
		t.Errorf("confirmed: %+v, %+v", done, done.Match)
	}
	s.ask("/report/match", says("CISSE", wrong, false), &done)
	if done.State != bot.ReportReceived || done.Undone != nil || done.Answer == nil || done.Answer.State != bot.OutSuppressed {
		t.Errorf("taken back before the answer left: %+v, %+v", done, done.Answer)
	}
	if got := auto(); len(got) != 0 {
		t.Errorf("still to look at: %q", got)
	}
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: wrong}, &shown)
	if shown.Rumour != "" || !slices.Contains(shown.Match.Rejected, bot.Ref(ref)) {
		t.Errorf("after the no: under %q, %+v", shown.Rumour, shown.Match)
	}

	p := s.refused("/report/match", says("CISSE", wrong, false), http.StatusUnprocessableEntity, "desk.match_rejected")
	if !strings.Contains(p.Sentence, ref) || !strings.Contains(p.Sentence, "déjà été dit le ") {
		t.Errorf("a second no: %q", p.Sentence)
	}
	late := s.linked("75000022", "Le pont, celui de Konna, serait coupé", ref)
	s.send(bot.OutHandedOver)
	s.ask("/report/match", says("AMI", late, false), &done)
	if done.Undone == nil || done.Undone.State != bot.OutQueued || done.Answer == nil || done.Answer.State != bot.OutHandedOver {
		t.Errorf("taken back after the answer was read: %+v", done)
	}
	s.refused("/report/match", says("AMI", late, true), http.StatusUnprocessableEntity, "desk.match_none")
	said := map[string]bool{}
	for _, e := range s.all() {
		said[e.Actor+" "+e.Kind+" "+e.Key+" "+e.Reason] = true
	}
	for _, want := range []string{"DJENEBA report.match_confirmed " + right + " " + ref, "CISSE report.unlinked " + wrong + " " + ref} {
		if !said[want] {
			t.Errorf("no event %q", want)
		}
	}
}

// A rumour that was only suggested sends nothing until somebody at the desk agrees, and says to have meant it.
func TestTheDeskAgreesToASuggestion(t *testing.T) {
	s := newSite(t)
	s.matching()
	ref := s.checked()
	report := s.suggested(fanta, "Markala: plus de passage sur le pont ?", ref)
	var sends admin.Sends
	s.ask("/rumour/sends", admin.PreviewSends{By: by("AMI"), Reports: []string{report}}, &sends)
	if string(sends.Ref) != ref || sends.People != 1 {
		t.Errorf("it would send %+v", sends)
	}
	q := says("AMI", report, true)
	q.Yes = false
	s.refused("/report/match", q, http.StatusUnprocessableEntity, "desk.sends_yes")
	var done admin.Matched
	s.ask("/report/match", says("AMI", report, true), &done)
	if done.State != bot.ReportAnswered || done.Match.Method != bot.MatchDesk || done.Answer == nil || done.Answer.State != bot.OutQueued {
		t.Errorf("linked: %+v, %+v", done, done.Match)
	}
	other := s.suggested(moussa, "Le bac de Markala ne passe plus", ref)
	s.ask("/report/match", says("AMI", other, false), &done)
	if done.State != bot.ReportReceived || done.Answer != nil || done.Undone != nil || done.Match.Method != bot.MatchRejected {
		t.Errorf("refused: %+v, %+v", done, done.Match)
	}
}

// The figures are those of the reports: what was given at once, what people said to it, and of spam and abuse nothing.
func TestHowWellTheMachineDoes(t *testing.T) {
	s := newSite(t)
	s.matching()
	ref := s.checked()
	yes := s.linked(fanta, "Le pont de Markala ne laisse plus passer personne", ref)
	no := s.linked(moussa, "Un autre pont que Markala est fermé, celui de Konna", ref)
	s.linked("75000022", "Le pont, celui de Markala, serait coupé", ref)
	s.suggested("75000023", "Le bac de Markala ne passe plus", ref)
	s.ask("/report/match", says("AMI", yes, true), &admin.Matched{})
	s.ask("/report/match", says("AMI", no, false), &admin.Matched{})
	spam := s.tell("75000024", "Gagnez un million en appelant ce numéro")
	s.ask("/report/label", admin.LabelReport{By: by("AMI"), Ref: spam, Label: bot.LabelSpam}, &admin.ReportDone{})
	s.begun("75000025", bot.Draft{Protect: true}, aboutAChild)
	var m admin.Matching
	s.ask("/match/status", admin.MatchStatus{By: by("ROOT")}, &m)
	want := admin.MatchCount{Days: 30, Reports: 5, Given: 3, Waiting: 1, TakenBack: 1, Suggested: 1, Confirmed: 1, Rejected: 1}
	if m.Figures != want {
		t.Errorf("figures %+v, want %+v", m.Figures, want)
	}
	for _, l := range m.Langs {
		if l.Lang == bot.Bambara && (l.Learned || l.Needed != 200) {
			t.Errorf("Bambara: %+v", l)
		}
	}
	s.store.Time.Add(40 * 24 * time.Hour)
	if s.ask("/match/status", admin.MatchStatus{By: by("ROOT")}, &m); m.Figures != (admin.MatchCount{Days: 30}) {
		t.Errorf("40 days later: %+v", m.Figures)
	}

	row := one(t, lines(t, first(s.fetch(admin.Export{By: by("AMI")}))), "report", yes)
	if got, ok := row["match"].(map[string]any); !ok || got["method"] != "confirmed_human" || got["weights"] != "w1" || got["permille"] != 991.0 || got["rumour"] != ref {
		t.Errorf("exported: %v", row["match"])
	}
}

// copied is what several people tell in nearly the same words, the newest last.
func (s *site) copied() (refs []string) {
	s.t.Helper()
	for i, text := range []string{
		"La banque de Sikasso ne rembourse plus les commerçants du marché", "On dit que la banque de Sikasso ne rembourse plus les commerçants",
		"La banque de Sikasso ne rembourse plus les commerçants du marché, dit Zoumana Traoré", "banque de Sikasso ne rembourse plus commerçants marché",
		"La banque de Sikasso ne rembourse plus les commerçants du marché!", "La banque de Sikasso, ne rembourse plus les commerçants du marché.",
	} {
		refs = append(refs, s.tell(fmt.Sprintf("7500003%d", i), text))
	}
	return refs
}

// matches is the walk's part about what resembles what: words of reports that are shown with it are looks.
func (w *walk) matches() {
	w.t.Helper()
	w.matching()
	refs := w.copied()
	last := refs[len(refs)-1]
	w.does("/report/near", admin.NearReport{By: by("CISSE"), Ref: last}, &admin.Nearest{}, "CISSE", "report.read", refs[0])
	w.does("/report/search", admin.SearchReports{By: by("CISSE"), Words: "banque de Sikasso"}, &admin.Nearest{}, "CISSE", "report.read", refs[3])
	w.does("/match/group", admin.ReadGroup{By: by("CISSE"), Ref: refs[2]}, &admin.Nearest{}, "CISSE", "report.read", refs[1])
	w.does("/match/groups", admin.ListGroups{By: by("CISSE")}, &admin.Groups{}, "CISSE", "report.read", refs[0])
	ref := w.rumour("La banque de Sikasso ne rembourserait plus les commerçants")
	w.does("/rumour/near", admin.NearRumour{By: by("CISSE"), Rumour: ref}, &admin.Nearest{}, "CISSE", "report.read", refs[1])
	told := w.checked()
	w.does("/rumour/auto", admin.SetAuto{By: by("AMI"), Rumour: told}, &admin.Rumour{}, "AMI", "rumour.auto", told)
	report := w.suggested(moussa, "Markala: plus de passage sur le pont ?", told)
	w.does("/report/match", says("DJENEBA", report, false), &admin.Matched{}, "DJENEBA", "report.match_rejected", report)
}

// What resembles a report, a rumour or words is found, with people's words redacted; what tells the same is one group, and one
// command makes a rumour of it.
func TestWhatResemblesWhat(t *testing.T) {
	s := newSite(t)
	s.matching()
	ref := s.checked()
	refs := s.copied()
	var n admin.Nearest
	s.ask("/report/near", admin.NearReport{By: by("DJENEBA"), Ref: s.tell(fanta, "Le pont fermé à Markala, qui sait quelque chose ?")}, &n)
	if len(n.Rumours) == 0 || string(n.Rumours[0].Ref) != ref || n.Rumours[0].Title != "Pont de Markala ouvert" {
		t.Errorf("near a report: %+v", n)
	}
	s.ask("/rumour/search", admin.SearchRumours{By: by("DJENEBA"), Words: "markala"}, &n)
	if len(n.Rumours) != 1 || string(n.Rumours[0].Ref) != ref || len(n.Reports) != 0 {
		t.Errorf("rumours by a word: %+v", n)
	}
	s.refused("/rumour/search", admin.SearchRumours{By: by("DJENEBA"), Words: " "}, http.StatusBadRequest, "desk.no_words")
	s.ask("/report/search", admin.SearchReports{By: by("DJENEBA"), Words: "banque Sikasso", Limit: 20}, &n)
	if len(n.Reports) != len(refs) || len(n.Rumours) != 0 {
		t.Errorf("reports by words: %+v", n)
	}
	for _, r := range n.Reports {
		if strings.Contains(string(r.Text), "Zoumana") || !strings.Contains(string(r.Text), "Sikasso") {
			t.Errorf("a moderator reads %q", r.Text)
		}
	}

	var g admin.Groups
	s.ask("/match/groups", admin.ListGroups{By: by("DJENEBA")}, &g)
	if len(g.Groups) != 1 || len(g.Groups[0].Refs) != len(refs) || g.Groups[0].Numbers != len(refs) || g.Groups[0].Burst != len(refs) || g.Groups[0].Text == "" {
		t.Fatalf("groups: %+v", g)
	}
	var r admin.Rumour
	made := admin.NewRumour{By: by("DJENEBA"), Group: refs[2]}
	for _, made.Claim = range []string{"Ce qui se dit", "…", " ... "} {
		s.refused("/rumour/new", made, http.StatusBadRequest, "desk.claim_placeholder")
	}
	made.Claim = "La banque ne rembourserait plus"
	s.refused("/rumour/new", made, http.StatusUnprocessableEntity, "desk.group_yes")
	if s.ask("/match/group", admin.ReadGroup{By: by("DJENEBA"), Ref: refs[2]}, &n); len(n.Reports) != len(refs) || string(n.Reports[0].Ref) != refs[2] {
		t.Errorf("what the group takes: %+v", n)
	}
	for _, told := range n.Reports {
		if told.Text == "" || strings.Contains(string(told.Text), "Zoumana") {
			t.Errorf("a moderator reads %q", told.Text)
		}
	}
	made.Yes = true
	s.ask("/rumour/new", made, &r)
	if r.ReportCount != len(refs) {
		t.Errorf("a rumour of the group has %d reports, want %d", r.ReportCount, len(refs))
	}
	if s.ask("/match/groups", admin.ListGroups{By: by("DJENEBA")}, &g); len(g.Groups) != 0 {
		t.Errorf("groups of what is under a rumour: %+v", g)
	}

	elsewhere := s.rumour("Le pont de Kayes serait fermé à la circulation")
	s.ask("/rumour/near", admin.NearRumour{By: by("DJENEBA"), Rumour: elsewhere}, &n)
	if len(n.Rumours) != 1 || n.Rumours[0].Apart != match.ApartPlace || n.Rumours[0].Same {
		t.Errorf("near a rumour of another place: %+v", n.Rumours)
	}
	s.ask("/rumour/reject", admin.MoveRumour{By: by("AMI"), Rumour: elsewhere, Reason: "spam"}, &r)
	young := s.rumour("On fermerait le pont de Markala à la circulation")
	var alike admin.Alike
	s.ask("/match/alike", admin.ListAlike{By: by("DJENEBA")}, &alike)
	if len(alike.Pairs) != 1 || string(alike.Pairs[0].Rumour.Ref) != young || string(alike.Pairs[0].Into.Ref) != ref || !alike.Pairs[0].Merge {
		t.Errorf("alike: %+v", alike)
	}
	s.ask("/rumour/near", admin.NearRumour{By: by("DJENEBA"), Rumour: young}, &n)
	if len(n.Rumours) != 1 || string(n.Rumours[0].Ref) != ref {
		t.Errorf("near a rumour: %+v", n.Rumours)
	}
	s.ask("/rumour/merge", admin.MoveRumour{By: by("AMI"), Rumour: young, Into: ref, Yes: true}, &r)
	if s.ask("/match/alike", admin.ListAlike{By: by("DJENEBA")}, &alike); len(alike.Pairs) != 0 {
		t.Errorf("alike after the merge: %+v", alike)
	}
}

// A report about abuse is near nothing, and nothing is near it.
func TestNothingResemblesAbuse(t *testing.T) {
	s := newSite(t)
	s.matching()
	kept := string(s.begun(fanta, bot.Draft{Protect: true}, aboutAChild).Ref)
	s.store.Time.Add(time.Second)
	near := s.tell(moussa, aboutAChild+", dit-on")
	for _, name := range []string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"} {
		for path, q := range map[string]any{
			"/report/near": admin.NearReport{By: by(name), Ref: near}, "/report/search": admin.SearchReports{By: by(name), Words: aboutAChild},
			"/match/groups": admin.ListGroups{By: by(name)}, "/match/group": admin.ReadGroup{By: by(name), Ref: near}, "/report/show": admin.ShowReport{By: by(name), Ref: near},
		} {
			body, err := json.Marshal(q)
			must(t, err)
			if _, answer := s.post(http.MethodPost, path, string(body)); strings.Contains(string(answer), kept) {
				t.Errorf("%s shows it to %s: %s", path, name, answer)
			}
		}
	}
	s.refused("/report/near", admin.NearReport{By: by("AMI"), Ref: kept}, http.StatusForbidden, "desk.report_protected")
}

// What a machine held a report to tell is told to nobody who need not know of the rumour.
func TestARestrictedRumourIsNamedInNoMatch(t *testing.T) {
	s := newSite(t)
	s.matching()
	ref := s.checked()
	report := s.suggested(fanta, "Markala: plus de passage sur le pont ?", ref)
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		if err != nil {
			return err
		}
		r.Restricted = true
		return tx.PutRumour(r, r.Rev)
	}))
	_, answer := s.post(http.MethodPost, "/report/list", `{"as":"DJENEBA"}`)
	if !strings.Contains(string(answer), report) || strings.Contains(string(answer), ref) {
		t.Errorf("a moderator reads %s", answer)
	}
	s.refused("/report/match", says("DJENEBA", report, false), http.StatusUnprocessableEntity, "desk.match_none")
	for _, path := range []string{"/report/show", "/report/near"} {
		if _, answer = s.post(http.MethodPost, path, `{"as":"DJENEBA","ref":"`+report+`"}`); strings.Contains(string(answer), ref) {
			t.Errorf("%s tells a moderator %s", path, answer)
		}
	}
	if _, answer = s.post(http.MethodPost, "/report/list", `{"as":"AMI"}`); !strings.Contains(string(answer), ref) {
		t.Errorf("a coordinator reads %s", answer)
	}

	secret := s.rumour("Un convoi serait bloqué")
	yes := true
	s.ask("/rumour/risk", admin.MoveRumour{By: by("AMI"), Rumour: secret, Risk: bot.RiskHigh, Restrict: &yes}, &admin.Rumour{})
	other := s.suggested(moussa, "Le convoi de vivres ne passerait plus", secret)
	row := one(t, lines(t, first(s.fetch(admin.Export{By: by("AMI")}))), "report", other)
	if got, ok := row["match"].(map[string]any); !ok || got["method"] != "suggested" || got["rumour"] != nil {
		t.Errorf("exported: %v", row["match"])
	}
}
