package admin_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
	"tinye/storage/seal"
)

// fetch asks for an export, and tells whether it came whole.
func (s *site) fetch(q admin.Export) (body []byte, whole bool) {
	s.t.Helper()
	response := s.stream(q)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(s.t, err)
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("export: %d %s", response.StatusCode, body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard.Write(body)
	return body, response.Trailer.Get(admin.WholeTrailer) != ""
}

// stream begins an export.
func (s *site) stream(q admin.Export) *http.Response {
	s.t.Helper()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", s.socket)
		},
	}}
	question, err := json.Marshal(q)
	must(s.t, err)
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://tinye/export", bytes.NewReader(question))
	must(s.t, err)
	response, err := client.Do(request)
	must(s.t, err)
	return response
}

// line is one line of an export.
type line map[string]any

func (l line) is(kind, ref string) bool { return l["kind"] == kind && (ref == "" || l["ref"] == ref) }

// lines reads an export line by line; each is an object with a kind, and the last tells how many there were.
func lines(t *testing.T, export []byte) (all []line) {
	t.Helper()
	for text := range strings.Lines(string(export)) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if kind, ok := l["kind"].(string); !ok || kind == "" {
			t.Errorf("a line without its kind: %q", text)
		}
		all = append(all, l)
	}
	if last := all[len(all)-1]; last["kind"] != "end" || last["lines"] != float64(len(all)-1) || all[0]["kind"] != "export" {
		t.Errorf("%d lines, from %v to %v", len(all), all[0], last)
	}
	return all
}

// one is the only line of a kind about a reference.
func one(t *testing.T, all []line, kind, ref string) line {
	t.Helper()
	var found []line
	for _, l := range all {
		if l.is(kind, ref) {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d lines of %s %s, want one", len(found), kind, ref)
	}
	return found[0]
}

// total is a figure of an export, -1 for few, -2 where there is none.
func total(all []line, of, by, value string) int {
	for _, l := range all {
		text := func(field string) string { s, _ := l[field].(string); return s }
		if l["kind"] != "total" || text("of") != of || text("by") != by || text("value") != value {
			continue
		}
		if n, ok := l["n"].(float64); ok && l["few"] == nil {
			return int(n)
		}
		if l["few"] == true && l["n"] == nil {
			return -1
		}
	}
	return -2
}

// filled is a store with probes in every place where there may be words of people or a number.
type filled struct {
	public, secret, withdrawn, restricted string // rumours
	report, menu, sealed                  string // reports
	probes                                []string
	shown                                 []string // that may be seen redacted
}

func (s *site) fill() (f filled) {
	s.t.Helper()
	s.focalKey("focal")
	f.probes = []string{
		"Zoumana", "Traoré", "70 00 00 12", "PROBEsaid", "PROBEasked", "PROBEreply", "PROBEclaim", "PROBEfinding", "PROBEinternal",
		"PROBEnote", "PROBEcheck", "PROBEdraft", "PROBEharm", "PROBEwithdrawn", "PROBEraw", "PROBEreason", "PROBEmasked", "GAO-12",
		"GAO1", "Sory", "66 55 44 33", "PROBEperson", "…56", "armed_group", fanta, moussa, "76998877", "fillette", "voisin",
	}
	f.shown = []string{"PROBEsaid", "PROBEclaim", "PROBEfinding"}
	f.report = s.tell(fanta, "PROBEsaid: Zoumana Traoré, 70 00 00 12, dit PROBEmasked que le pont est fermé")
	s.ask("/report/mask", admin.MaskReport{By: by("CISSE"), Ref: f.report, Words: "PROBEmasked"}, &admin.Report{})
	s.ask("/report/ask", admin.AskReporter{By: by("AMI"), Ref: f.report, Text: "PROBEasked quel jour ?"}, &admin.Written{})
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: f.report, Raw: true, Reason: "PROBEreason il le faut"}, &admin.Report{})
	var entered admin.ReportEntered
	s.ask("/report/new", admin.NewReport{
		By: by("ELI"), Channel: bot.ChannelVoiceCall, Number: "76998877", SaidBy: "GAO-12", ReplyBy: bot.ReplyByCall, Text: "Où vacciner ?",
	}, &entered)
	s.ask("/report/reply", admin.ReplyToReport{By: by("AMI"), Ref: string(entered.Ref), Text: "PROBEreply au centre"}, &admin.Written{})
	s.ask("/people/show", admin.AskPerson{By: by("AMI"), Number: fanta, Reason: "PROBEperson, Zoumana Traoré l'a dit"}, &admin.Person{})
	must(s.t, s.Quarantine(s.t.Context(), bot.Quarantined{Gateway: "sim", Route: "mo", Reason: "undecodable", Body: []byte("PROBEraw " + fanta)}))
	s.ask("/source/add", admin.AddSource{By: by("CISSE"), Code: "GAO1", Kind: bot.SourceEyewitness, Contact: secret}, &admin.SourceRow{})

	var r admin.Rumour
	made := func(claim string, from ...string) string {
		s.ask("/rumour/new", admin.NewRumour{By: by("DJENEBA"), Claim: claim, From: from}, &r)
		return string(r.Ref)
	}
	checked := func(ref string) admin.MoveRumour {
		q := finding(ref, bot.ConfirmedFalse)
		q.Finding, q.Internal, q.Evidence[0].Note = "PROBEfinding vu", "PROBEinternal", "PROBEcheck"
		return q
	}
	publish := func(ref, text string) {
		s.ask("/rumour/submit", checked(ref), &r)
		s.ask("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: ref}, &r)
		s.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fr", Text: text}, &r)
		s.ask("/rumour/approve", admin.ApproveAnswer{By: by("AMI"), Rumour: ref, Lang: "fr"}, &r)
		s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref, Fallback: "fr"}, &r)
	}
	f.public = made("PROBEclaim le pont serait fermé", f.report)
	publish(f.public, "Le pont est ouvert.")
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: f.public, Lang: "bm", Text: "PROBEdraft"}, &r)
	f.withdrawn = made("PROBEclaim bis")
	publish(f.withdrawn, "PROBEwithdrawn")
	s.store.Time.Add(time.Second)
	s.ask("/rumour/withdraw", admin.MoveRumour{By: by("AMI"), Rumour: f.withdrawn, Comment: "PROBEnote"}, &r)
	f.secret = made("PROBEclaim ter")
	s.ask("/rumour/submit", checked(f.secret), &r)
	s.ask("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: f.secret}, &r)
	s.ask("/rumour/withhold", admin.MoveRumour{By: by("AMI"), Rumour: f.secret, Comment: "PROBEharm"}, &r)
	f.restricted = made("PROBEclaim quater")
	restrict := true
	s.ask("/rumour/triage", admin.MoveRumour{
		By: by("AMI"), Rumour: f.restricted, Theme: bot.RumourArmedGroup, Risk: bot.RiskMedium, Restrict: &restrict, Redacted: true,
	}, &r)

	f.menu = string(s.begun(moussa, bot.Draft{Protect: true}, aboutAChild).Ref)
	f.sealed = s.tell(fanta, abuse)
	s.ask("/report/label", admin.LabelReport{By: by("AMI"), Ref: f.sealed, Label: bot.LabelQuestion}, &admin.ReportDone{})
	s.ask("/report/protect", admin.ProtectReport{By: by("AMI"), Ref: f.sealed, Kind: bot.ReferChild}, &admin.ReportProtected{})
	s.store.Time.Add(time.Second)
	return f
}

// Nothing that people said, no number, no pseudonym of a source and nothing about a protected report stands in the clear
// export, whatever the store holds; public wordings, codes and figures do.
func TestTheClearExport(t *testing.T) {
	s := newSite(t)
	f := s.fill()
	body, whole := s.fetch(admin.Export{By: by("ROOT")})
	if !whole {
		t.Error("the export does not say that it is whole")
	}
	for _, p := range append(f.probes, f.menu, f.sealed) {
		if strings.Contains(string(body), p) {
			t.Errorf("the export holds %q", p)
		}
	}
	all := lines(t, body)
	public := one(t, all, "rumour", f.public)
	want := []any{map[string]any{"lang": "fra", "text": "Le pont est ouvert."}}
	if fmt.Sprint(public["answers"]) != fmt.Sprint(want) || public["verdict"] != "confirmed_false" || public["risk"] != "low" || public["reports"] != 1.0 {
		t.Errorf("the published rumour: %v", public)
	}
	for _, ref := range []string{f.withdrawn, f.secret, f.restricted} {
		if l := one(t, all, "rumour", ref); l["answers"] != nil || l["claim"] != nil {
			t.Errorf("%s: %v", l["state"], l)
		}
	}
	report := one(t, all, "report", f.report)
	if report["channel"] != "sms" || report["lang"] != "fra" || report["rumour"] != f.public || report["count"] != 1.0 || report["said"] != nil {
		t.Errorf("the report: %v", report)
	}
	events := map[string]int{}
	for _, l := range all {
		if l["kind"] == "event" {
			events[l["event"].(string)]++
			if l["actor"] == nil || l["role"] == nil || l["via"] == nil || l["at"] == nil {
				t.Errorf("an event with something missing: %v", l)
			}
		}
	}
	for kind, n := range map[string]int{
		"report.raw_shown": 1, "rumour.published": 2, "source.added": 1, "report.labelled": 0, "report.protected": 0,
		"protection.key_added": 0, "person.shown": 1,
	} {
		if events[kind] != n {
			t.Errorf("%d events %s, want %d", events[kind], kind, n)
		}
	}
	for what, got := range map[string]int{
		"protected": total(all, "protected_reports", "", ""), "reports": total(all, "reports", "", ""), "by channel": total(all, "reports", "channel", "sms"),
	} {
		if got != -1 {
			t.Errorf("%s: %d, want few", what, got)
		}
	}
}

// A period leaves out what is of another time; figures of five and more are told; a commune is told as its cercle.
func TestAnExportOfAPeriod(t *testing.T) {
	s := newSite(t)
	s.ask("/place/import", admin.ImportPlaces{By: by("ROOT"), File: []byte(gao)}, &admin.PlacesImported{})
	before := s.tell(fanta, "Le marché de Mopti est fermé dit-on")
	since := bot.At(s.Now())
	commune := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML070301"}
	var refs []string
	for range 5 {
		var made admin.ReportEntered
		s.ask("/report/new", admin.NewReport{By: by("ELI"), Channel: bot.ChannelRadio, Place: commune, Theme: bot.ThemeAid, Text: "Un prix"}, &made)
		refs = append(refs, string(made.Ref))
		s.store.Time.Add(time.Minute)
	}
	until := bot.At(s.Now())
	after := s.tell(moussa, "Le pont de Markala est fermé dit-on")
	body, _ := s.fetch(admin.Export{By: by("AMI"), Since: when(since), Until: when(until)})
	all := lines(t, body)
	for _, ref := range []string{before, after} {
		if strings.Contains(string(body), ref) {
			t.Errorf("the export holds %s, of another time", ref)
		}
	}
	for _, ref := range refs {
		place := map[string]any{"scheme": "ml_ct_2023", "code": "ML0703", "level": 2.0, "name": "Ansongo"}
		if l := one(t, all, "report", ref); fmt.Sprint(l["place"]) != fmt.Sprint(place) || l["theme"] != "aid" {
			t.Errorf("a report: %v", l)
		}
	}
	if got := total(all, "reports", "region", "ml_ct_2023:ML07"); got != 5 {
		t.Errorf("by region: %d, want 5", got)
	}
	if got := total(all, "protected_reports", "", ""); got != 0 {
		t.Errorf("protected: %d, want 0", got)
	}
	s.refused("/export", admin.Export{By: by("AMI"), Since: when(until), Until: when(since)}, http.StatusBadRequest, "desk.bad_period")
	s.refused("/export", admin.Export{By: by("AMI"), Since: when(bot.At(s.Now()).Add(time.Hour))}, http.StatusBadRequest, "desk.bad_period")
}

// Redacted texts leave with two people and for one key: the token serves once, within its time, and for who asked.
func TestAnExportWithTexts(t *testing.T) {
	s := newSite(t)
	f := s.fill()
	file := filepath.Join(t.TempDir(), "key")
	k, err := seal.NewCaseKey(file, s.Now())
	must(t, err)
	ask := admin.AskExport{By: by("AMI"), To: k.Public()}
	var asked, approved admin.ExportAsked
	s.ask("/export/ask", ask, &asked)
	first := asked.Token
	s.ask("/export/ask", ask, &asked)
	if first == asked.Token || len(first) < 10 || asked.GoodUntil != bot.At(s.Now()).Add(admin.ExportWithin) {
		t.Errorf("asked: %+v, after %s", asked, first)
	}
	fetch := admin.Export{By: by("AMI"), Token: asked.Token}
	approve := func(name, token string) admin.ApproveExport { return admin.ApproveExport{By: by(name), Token: token} }
	s.refused("/export", fetch, http.StatusUnprocessableEntity, "desk.export_not_approved")
	s.refused("/export/approve", approve("AMI", asked.Token), http.StatusUnprocessableEntity, "desk.export_other")
	s.refused("/export/approve", approve("BAKARY", first), http.StatusNotFound, "desk.no_such_export")
	s.ask("/export/approve", approve("BAKARY", " "+strings.ToLower(asked.Token)), &approved)
	if approved.AskedBy != "AMI" || approved.ApprovedBy != "BAKARY" || approved.To != k.Public() || approved.Token != "" {
		t.Errorf("approved: %+v", approved)
	}
	s.refused("/export/approve", approve("FOUSSENI", asked.Token), http.StatusNotFound, "desk.no_such_export")
	s.refused("/export", admin.Export{By: by("BAKARY"), Token: asked.Token}, http.StatusForbidden, "desk.export_mine")
	sealed, whole := s.fetch(fetch)
	s.refused("/export", fetch, http.StatusNotFound, "desk.no_such_export")
	if !whole || bytes.Contains(sealed, []byte(`"kind"`)) || bytes.Contains(sealed, []byte(f.report)) {
		t.Error("the export is not closed")
	}

	key, err := os.ReadFile(file)
	must(t, err)
	identities, err := age.ParseIdentities(bytes.NewReader(key))
	must(t, err)
	plain, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	must(t, err)
	body, err := io.ReadAll(plain)
	must(t, err)
	for _, p := range append(f.probes, f.menu, f.sealed) {
		if shown := slices.Contains(f.shown, p) && p != "PROBEfinding"; strings.Contains(string(body), p) != shown {
			t.Errorf("the texts hold %q: %v, want %v", p, !shown, shown)
		}
	}
	all := lines(t, body)
	said := fmt.Sprint(one(t, all, "report", f.report)["said"])
	for _, want := range []string{"le pont est fermé", "[nom", "[numéro"} {
		if !strings.Contains(said, want) {
			t.Errorf("the report says %q, without %q", said, want)
		}
	}
	if l := one(t, all, "rumour", f.restricted); l["claim"] != nil {
		t.Errorf("a restricted rumour: %v", l)
	}
	other, err := age.GenerateX25519Identity()
	must(t, err)
	if _, err := age.Decrypt(bytes.NewReader(sealed), other); err == nil {
		t.Error("another key opens it")
	}

	s.ask("/export/ask", ask, &asked)
	s.store.Time.Add(admin.ExportWithin)
	s.refused("/export/approve", approve("BAKARY", asked.Token), http.StatusNotFound, "desk.no_such_export")
	var kinds []string
	for _, e := range s.events() {
		if strings.Contains(e, " export.") {
			kinds = append(kinds, strings.Join(strings.Fields(e)[:2], " "))
		}
	}
	if want := []string{"AMI export.asked", "AMI export.asked", "BAKARY export.approved", "AMI export.made", "AMI export.asked"}; !slices.Equal(kinds, want) {
		t.Errorf("events %q, want %q", kinds, want)
	}
	for _, to := range []string{"", "age1x", string(key)} {
		s.refused("/export/ask", admin.AskExport{By: by("AMI"), To: to}, http.StatusBadRequest, "desk.bad_export_key")
	}
}

func TestWhoMayExport(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"ROOT", "AMI", "CISSE", "DJENEBA", "ELI", "FOUSSENI"} {
		for path, c := range map[string]struct {
			may      []string
			question any
		}{
			"/export":         {[]string{"ROOT", "AMI"}, admin.Export{By: by(name), Since: when(bot.At(s.Now()).Add(time.Hour))}}, // which is no period
			"/export/ask":     {[]string{"AMI"}, admin.AskExport{By: by(name), To: "x"}},
			"/export/approve": {[]string{"ROOT", "AMI", "FOUSSENI"}, admin.ApproveExport{By: by(name), Token: "x"}},
		} {
			p, refused := s.try(path, c.question)
			if !refused || (p.Key != "desk.no_role") != slices.Contains(c.may, name) {
				t.Errorf("%s asks %s: %v %s", name, path, refused, p.Key)
			}
		}
		if name == "ROOT" || name == "AMI" {
			continue
		}
		s.refused("/export", admin.Export{By: by(name)}, http.StatusForbidden, "desk.no_role")
	}
	s.refused("/export", admin.Export{By: by("ROOT"), Token: "x"}, http.StatusForbidden, "desk.no_role")
	s.refused("/export", admin.Export{By: by("NOBODY")}, http.StatusForbidden, "desk.no_such_user")
	s.locked = true
	s.refused("/export", admin.Export{By: by("AMI")}, http.StatusServiceUnavailable, "desk.locked")
}

// An export that fails on its way says so by what it lacks at its end, and its token is spent.
func TestAnExportThatBreaksOff(t *testing.T) {
	s := newSite(t)
	k, err := seal.NewCaseKey(filepath.Join(t.TempDir(), "key"), s.Now())
	must(t, err)
	s.server.CloseExport = func(io.Writer, string) (io.WriteCloser, error) { return nil, errors.New("no room") }
	var asked admin.ExportAsked
	s.ask("/export/ask", admin.AskExport{By: by("AMI"), To: k.Public()}, &asked)
	s.ask("/export/approve", admin.ApproveExport{By: by("BAKARY"), Token: asked.Token}, &admin.ExportAsked{})
	if body, whole := s.fetch(admin.Export{By: by("AMI"), Token: asked.Token}); whole || len(body) != 0 {
		t.Errorf("%d bytes, whole %v", len(body), whole)
	}
	s.refused("/export", admin.Export{By: by("AMI"), Token: asked.Token}, http.StatusNotFound, "desk.no_such_export")
}

// The memory of an export does not grow with the store: while 50,000 reports go by, less stays alive than is written.
func TestALongExportNeedsLittleMemory(t *testing.T) {
	s := newSite(t)
	const reports, portion = 50_000, 2_500
	for from := 0; from < reports; from += portion {
		must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
			for i := range portion {
				ref, err := bot.NewRef(uint64(from+i), bot.RefDigits)
				if err != nil {
					return err
				}
				r := bot.Report{
					ID: s.NewID(), Ref: ref, State: bot.ReportReceived, Channel: bot.ChannelSMS, Lang: bot.French, Theme: bot.ThemeHealth,
					ReceivedAt: bot.At(s.Now()),
				}
				if err := tx.PutReport(r, 0); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	s.store.Time.Add(time.Second)
	alive := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := alive(), uint64(0)
	response := s.stream(admin.Export{By: by("AMI")})
	defer response.Body.Close()
	scanner, n, written := bufio.NewScanner(response.Body), 0, 0
	for scanner.Scan() {
		written += len(scanner.Bytes())
		if strings.HasPrefix(scanner.Text(), `{"kind":"report"`) {
			n++
		}
		if n%10_000 == 2_500 {
			most = max(most, alive())
		}
	}
	must(t, scanner.Err())
	const bound = 6 << 20
	if n != reports || response.Trailer.Get(admin.WholeTrailer) == "" || written < bound {
		t.Errorf("%d lines of %d bytes", n, written)
	}
	if most > before+bound {
		t.Errorf("%d kB more were alive during an export of %d kB", (most-before)>>10, written>>10)
	}
	t.Logf("%d kB written, %d kB more alive at most", written>>10, (int64(most)-int64(before))>>10)
}
