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
	"tinye/storage"
)

const (
	probe       = "Le pont de Gao est coupé, dit Zoumana Traoré, appelez le 70 00 00 12 ou Kémoko le boucher"
	probeMasked = "Le pont de Gao est coupé, dit [nom], appelez le [numéro] ou Kémoko le boucher"
)

// readable is the text of a report as an account sees it.
func (s *site) readable(as, ref string) (string, admin.Report) {
	s.t.Helper()
	var r admin.Report
	s.ask("/report/show", admin.ShowReport{By: by(as), Ref: ref}, &r)
	texts := make([]string, len(r.Said))
	for i, said := range r.Said {
		texts[i] = string(said.Text)
	}
	return strings.Join(texts, "\n"), r
}

func TestTextsAreShownRedacted(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, probe)
	for _, as := range []string{"AMI", "CISSE", "DJENEBA"} {
		if got, r := s.readable(as, ref); got != probeMasked || r.Raw || r.Said[0].Hidden != 2 {
			t.Errorf("%s reads %q, raw %v", as, got, r.Raw)
		}
	}
	raw := func(as, reason string) admin.ShowReport {
		return admin.ShowReport{By: by(as), Ref: ref, Raw: true, Reason: reason}
	}
	for _, as := range []string{"CISSE", "DJENEBA"} {
		s.refused("/report/show", raw(as, "vérifier"), http.StatusForbidden, "desk.no_role")
	}
	for _, reason := range []string{"", "  ", "12", "a\nb", strings.Repeat("x", 201)} {
		s.refused("/report/show", raw("AMI", reason), http.StatusBadRequest, "desk.raw_reason")
	}
	var r admin.Report
	s.ask("/report/show", raw("AMI", " rappeler Zoumana Traoré au 70 00 00 12 "), &r)
	if !r.Raw || string(r.Said[0].Text) != probe {
		t.Errorf("the coordinator reads %q", string(r.Said[0].Text))
	}
	events := s.events()
	want := []string{
		"AMI report.read " + ref, "CISSE report.read " + ref, "DJENEBA report.read " + ref,
		"AMI report.raw_shown " + ref + " rappeler [nom] au [numéro]", "AMI report.read " + ref,
	}
	if !slices.Equal(events, want) {
		t.Errorf("events %q, want %q", events, want)
	}
}

func TestMasksByHand(t *testing.T) {
	s := newSite(t)
	s.Site.Limits.Join = 10 * time.Minute
	ref := s.tell(fanta, probe)
	mask := func(as, words string) admin.MaskReport {
		return admin.MaskReport{By: by(as), Ref: ref, Words: bot.Text(words)}
	}
	var r admin.Report
	s.ask("/report/mask", mask("CISSE", "KEMOKO le Boucher"), &r)
	const masked = "Le pont de Gao est coupé, dit [nom], appelez le [numéro] ou [nom]"
	if got, shown := s.readable("DJENEBA", ref); got != masked || len(shown.Masks) != 1 || shown.Masks[0].By != "CISSE" || shown.Masks[0].No != 1 {
		t.Errorf("reads %q with marks %+v", got, shown.Masks)
	}
	// Nobody learns by trying what is hidden, nor hides what is not there.
	for _, words := range []string{"Zoumana", "Traoré", "70 00 00 12", "kemoko", "le puits", "!"} {
		s.refused("/report/mask", mask("CISSE", words), http.StatusUnprocessableEntity, "desk.mask_absent")
	}
	s.refused("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: ref, Words: "pont", Kind: "word"}, http.StatusBadRequest, "desk.mask_kind")
	s.refused("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: ref, Words: "pont", Unmask: 1}, http.StatusBadRequest, "desk.mask_one")
	s.refused("/report/mask", mask("FOUSSENI", "pont"), http.StatusForbidden, "desk.no_role")

	// Words of a later text of the same report are hidden too.
	s.tellMore(fanta, "Kémoko le boucher a tout vu de ses yeux")
	if got, _ := s.readable("CISSE", ref); got != masked+"\n[nom] a tout vu de ses yeux" {
		t.Errorf("with a second text: %q", got)
	}

	// The marks are offered for the other reports of the rumour.
	other := s.tell(moussa, "Kemoko le boucher dit que le pont est fermé")
	var rumour admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: "Le pont serait coupé", From: []string{ref, other}}, &rumour)
	got, shown := s.readable("CISSE", other)
	if got != "Kemoko le boucher dit que le pont est fermé" || len(shown.Offers) != 1 || string(shown.Offers[0].Report) != ref {
		t.Errorf("%q with offers %+v", got, shown.Offers)
	}
	s.ask("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: other, Like: ref}, &r)
	if got, shown = s.readable("CISSE", other); got != "[nom] dit que le pont est fermé" || len(shown.Offers) != 0 {
		t.Errorf("taken over: %q with offers %+v", got, shown.Offers)
	}
	s.refused("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: other, Like: ref}, http.StatusUnprocessableEntity, "desk.mask_like")

	lift := func(as string, no int) admin.MaskReport { return admin.MaskReport{By: by(as), Ref: ref, Unmask: no} }
	s.refused("/report/mask", lift("CISSE", 1), http.StatusForbidden, "desk.no_role")
	s.refused("/report/mask", lift("AMI", 2), http.StatusNotFound, "desk.mask_none")
	s.ask("/report/mask", lift("AMI", 1), &r)
	s.refused("/report/mask", lift("AMI", 1), http.StatusNotFound, "desk.mask_none")
	if got, shown := s.readable("CISSE", ref); !strings.HasPrefix(got, probeMasked) || len(shown.Masks) != 0 {
		t.Errorf("lifted: %q", got)
	}
	s.ask("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: ref, Words: "pont", Kind: bot.MaskSpot}, &r)
	if len(r.Masks) != 1 || r.Masks[0].No != 2 || !strings.HasPrefix(string(r.Said[0].Text), "Le [lieu] de Gao") {
		t.Errorf("masked again: %+v", r.Masks)
	}
	events := s.events()
	for _, want := range []string{
		"CISSE report.masked " + ref + " 1 name", "CISSE report.masked " + other + " 1 name", "AMI report.unmasked " + ref + " 1",
		"CISSE report.masked " + ref + " 2 spot",
	} {
		if !slices.Contains(events, want) {
			t.Errorf("no event %q in %q", want, events)
		}
	}
	// What is stored of a mark names nobody.
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		_, id, err := tx.FindRef(bot.Ref(ref))
		if err != nil {
			return err
		}
		rep, err := tx.Report(id)
		if row := fmt.Sprintf("%#v", rep.Masks); len(rep.Masks) != 2 || strings.Contains(strings.ToLower(row), "boucher") {
			t.Errorf("stored: %s", row)
		}
		return err
	}))
}

// tellMore has somebody add to the last report.
func (s *site) tellMore(phone, text string) {
	s.t.Helper()
	in := bot.Inbound{Gateway: "sim", ExternalID: s.NewID().String(), Sender: phone, To: "36000", Text: bot.Text(text)}
	_, err := s.Receive(s.t.Context(), in)
	must(s.t, err)
}

// changes is 1 for an endpoint that may change something, 0 for one that only shows.
func changes(path string) int {
	if strings.HasSuffix(path, "/show") || strings.HasSuffix(path, "/list") || strings.HasSuffix(path, "/history") {
		return 0
	}
	return 1
}

// A number and a name in a text reach nobody who may not read them, whatever is asked, in whichever form.
func TestNoEndpointShowsRawTexts(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, probe)
	hidden := string(s.begun(moussa, bot.Draft{Protect: true}, probe).Ref)
	must(t, s.Quarantine(t.Context(), bot.Quarantined{Gateway: "sim", Route: "mo", Method: "POST", Body: []byte(probe)}))
	id := s.quarantined(false)[0].ID.String()
	var made admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Zoumana Traoré (70 00 00 12) dit le pont coupé", From: []string{ref}}, &made)
	if string(made.Claim) == "" || made.Claim != "Zoumana Traoré (70 00 00 12) dit le pont coupé" {
		t.Errorf("the coordinator's own words: %q", string(made.Claim))
	}
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		_, rid, err := tx.FindRef(made.Ref)
		if err != nil {
			return err
		}
		r, err := tx.Rumour(rid)
		if err != nil {
			return err
		}
		r.HarmNote = probe
		r.Notes = append(r.Notes, bot.Note{Verb: "watch", Text: probe, By: "AMI"})
		r.Evidence = append(r.Evidence, bot.Evidence{Note: probe, DoneBy: "AMI"})
		r.Proposal = bot.Proposal{Verdict: bot.ConfirmedFalse, Public: "Le pont est ouvert.", Internal: probe, By: "CISSE"}
		return tx.PutRumour(r, r.Rev)
	}))
	paths := s.server.Paths()
	if len(paths) < 20 {
		t.Fatalf("only %q", paths)
	}
	slices.SortStableFunc(paths, func(a, b string) int { // what only shows first, before anything changes
		return changes(a) - changes(b)
	})
	asked := map[string]int{}
	for _, path := range paths {
		if path == "/unlock" || path == "/backup" || path == "/clock/accept" {
			continue
		}
		for _, as := range []string{"ROOT", "AMI", "CISSE", "DJENEBA", "ELI", "FOUSSENI", "NOBODY", ""} {
			for _, more := range []map[string]any{
				{}, {"ref": ref}, {"ref": hidden}, {"rumour": string(made.Ref)}, {"id": id}, {"ref": ref, "raw": true, "reason": "voir"},
				{"ref": hidden, "raw": true, "reason": "voir"}, {"rumour": string(made.Ref), "lang": "fr", "text": "Le pont est ouvert."},
				{"rumour": string(made.Ref), "verdict": "confirmed_false"}, {"rumour": string(made.Ref), "reports": []string{ref}},
				{"ref": ref, "words": "Le pont"}, {"state": ""}, {"all": true}, {"words": "Zoumana"},
			} {
				question := map[string]any{"as": as}
				for k, v := range more {
					question[k] = v
				}
				body, err := json.Marshal(question)
				must(t, err)
				status, answer := s.post(http.MethodPost, path, string(body))
				if status == http.StatusOK {
					asked[path]++
				}
				raw := more["raw"] == true
				may := raw && (as == "AMI" && more["ref"] == ref || as == "FOUSSENI" && more["ref"] == hidden)
				may = may || as == "AMI" && (strings.HasPrefix(path, "/rumour/") || path == "/quarantine/show")
				for _, secret := range []string{"Zoumana", "Traor", "70 00 00 12", "70000012"} {
					if strings.Contains(string(answer), secret) && !may {
						t.Errorf("%s, asked %s, shows %q", path, body, secret)
					}
				}
				if raw && path == "/report/show" && may && !strings.Contains(string(answer), "Zoumana") {
					t.Errorf("%s, asked %s, does not show the raw text", path, body)
				}
			}
		}
	}
	for _, path := range []string{"/report/protect", "/source/for"} { // from the files of their own
		if !slices.Contains(paths, path) {
			t.Errorf("%s is not among the paths", path)
		}
	}
	for _, path := range []string{"/report/list", "/report/show", "/rumour/list", "/rumour/show", "/quarantine/show", "/outbox/list"} {
		if asked[path] == 0 {
			t.Errorf("%s answered nobody", path)
		}
	}
}

// A mark holds no word: with the text gone for good, nothing in the store or in a new backup says what was hidden, the
// history included.
func TestAMarkSaysNothingOnceItsTextIsGone(t *testing.T) {
	s := newSite(t)
	s.focalKey("one")
	ref := s.tell(fanta, probe)
	var r admin.Report
	s.ask("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: ref, Words: "Kémoko le boucher"}, &r)
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: ref, Raw: true, Reason: "rappeler Zoumana Traoré"}, &r)
	words := []string{"boucher", "Kémoko", "Zoumana", "70 00 00 12"}
	if got := s.backupHolds(words...); !slices.Equal(got, words) {
		t.Fatalf("before, a backup must hold all of it, or this test shows nothing: %q", got)
	}
	s.store.Time.Add(time.Minute)
	s.ask("/report/protect", admin.ProtectReport{By: by("DJENEBA"), Ref: ref, Kind: bot.ReferChild}, &admin.ReportProtected{})
	if got := s.backupHolds(words...); len(got) > 0 {
		t.Errorf("afterwards it holds %q", got)
	}
	p, refused := s.try("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: ref, Words: "pont"})
	if !refused || p.Code != bot.CodeForbidden {
		t.Errorf("masked when it is gone: %v %s", refused, p.Key)
	}
	p, refused = s.try("/report/mask", admin.MaskReport{By: by("FOUSSENI"), Ref: ref, Words: "pont"})
	if !refused || p.Code == bot.CodeInternal {
		t.Errorf("masked by the focal point when it is gone: %v %s", refused, p.Key)
	}
}
