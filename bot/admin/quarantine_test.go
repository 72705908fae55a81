package admin_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

func (s *site) quarantined(all bool) []admin.QuarantinedRow {
	s.t.Helper()
	var list admin.QuarantinedList
	s.ask("/quarantine/list", admin.ListQuarantine{By: by("AMI"), All: all}, &list)
	return list.Quarantined
}

func TestARequestLeavesQuarantineWhenItCanBeHandled(t *testing.T) {
	s := newSite(t)
	body := `{"from":"+223` + fanta + `","texte":"Le pont est coupé","ts":"٢٠٢٦"}`
	must(t, s.Quarantine(t.Context(), bot.Quarantined{
		Gateway: "sim", Route: "mo", Reason: "undecodable", Method: "POST", Type: "application/json", Body: []byte(body),
		Query: []byte("from=%2B223" + fanta),
	}))
	rows := s.quarantined(false)
	if len(rows) != 1 || rows[0].Reason != "undecodable" || rows[0].Gateway != "sim" || rows[0].Bytes == 0 {
		t.Fatalf("quarantine: %+v", rows)
	}
	id := rows[0].ID.String()
	var shown admin.Quarantined
	s.ask("/quarantine/show", admin.ShowQuarantined{By: by("BAKARY"), ID: id}, &shown)
	if want := `{"from":"+###########","texte":"Le pont est coupé","ts":"####"}`; shown.Body != want {
		t.Errorf("shown as %s, want %s", shown.Body, want)
	}
	if want := "from=%#B###########"; shown.Query != want {
		t.Errorf("shown as %s, want %s", shown.Query, want)
	}
	s.ask("/quarantine/show", admin.ShowQuarantined{By: by("ROOT"), ID: id}, &shown)
	if want := `{"from":"+###########","texte":"xx xxxx xxx xxxxx","ts":"####"}`; shown.Body != want {
		t.Errorf("shown to an administrator as %s, want %s", shown.Body, want)
	}
	if want := "from=%#x###########"; shown.Query != want {
		t.Errorf("shown to an administrator as %s, want %s", shown.Query, want)
	}

	retry := admin.RetryQuarantined{By: by("AMI"), ID: id}
	s.decoded = func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) {
		return nil, nil, errors.New("cannot read " + body)
	}
	s.refused("/quarantine/retry", retry, http.StatusUnprocessableEntity, "desk.quarantine_again")
	s.decoded = func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) { panic(body) }
	s.refused("/quarantine/retry", retry, http.StatusUnprocessableEntity, "desk.quarantine_again")
	if rows = s.quarantined(false); len(rows) != 1 || rows[0].Tries != 2 || rows[0].Reason != "panic" {
		t.Errorf("after two tries: %+v", rows)
	}

	s.decoded = func(q bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) {
		if string(q.Body) != body {
			t.Errorf("decoded %q", q.Body)
		}
		in := bot.Inbound{Gateway: "sim", ExternalID: "1", Sender: "+223" + fanta, Text: "Le pont est coupé"}
		return []bot.Inbound{in}, []bot.DeliveryReport{{Outbound: bot.ID{1}, Gateway: "sim", State: bot.OutDelivered}}, nil
	}
	var done admin.QuarantinedRow
	s.ask("/quarantine/retry", retry, &done)
	if done.Done.IsZero() || done.Tries != 2 {
		t.Errorf("done: %+v", done)
	}
	var list admin.Reports
	s.ask("/report/list", admin.ListReports{By: by("AMI")}, &list)
	if len(list.Reports) != 1 {
		t.Errorf("%d reports, want the one that was in quarantine", len(list.Reports))
	}
	if rows = s.quarantined(false); len(rows) != 0 {
		t.Errorf("still in quarantine: %+v", rows)
	}
	if rows = s.quarantined(true); len(rows) != 1 || rows[0].Done.IsZero() {
		t.Errorf("with those that are done: %+v", rows)
	}
	s.refused("/quarantine/retry", retry, http.StatusUnprocessableEntity, "desk.no_such_quarantine")
	want := []string{
		"BAKARY quarantine.read " + id, "ROOT quarantine.read " + id, "AMI quarantine.retried " + id + " undecodable", "AMI quarantine.retried " + id + " panic",
		"AMI quarantine.retried " + id,
	}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// While storage cannot write, a retry is no failed try.
func TestARetryWaitsForStorage(t *testing.T) {
	s := newSite(t)
	must(t, s.Quarantine(t.Context(), bot.Quarantined{Gateway: "sim", Route: "mo", Method: "GET", Query: []byte("a=b")}))
	row := s.quarantined(false)[0]
	s.decoded = func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) { return nil, nil, storage.ErrFull }
	s.refused("/quarantine/retry", admin.RetryQuarantined{By: by("AMI"), ID: row.ID.String()}, http.StatusServiceUnavailable, "desk.unavailable")
	if again := s.quarantined(false); !slices.Equal(again, []admin.QuarantinedRow{row}) {
		t.Errorf("the row became %+v", again)
	}
}

func TestLongRequestsAreCut(t *testing.T) {
	s := newSite(t)
	must(t, s.Quarantine(t.Context(), bot.Quarantined{Gateway: "sim", Route: "mo", Method: "POST", Body: []byte(strings.Repeat("é\x00", 30000))}))
	var shown admin.Quarantined
	s.ask("/quarantine/show", admin.ShowQuarantined{By: by("AMI"), ID: s.quarantined(false)[0].ID.String()}, &shown)
	if n := len([]rune(shown.Body)); n != 4001 || !strings.HasSuffix(shown.Body, "é.…") {
		t.Errorf("%d characters are shown, ending with %q", n, shown.Body[len(shown.Body)-8:])
	}
}
