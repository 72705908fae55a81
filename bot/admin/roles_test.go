package admin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// Each endpoint lets in the accounts it names, and tells the others which role they lack.
func TestWhoMayDoWhat(t *testing.T) {
	s := newSite(t)
	s.decoded = func(bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) { return nil, nil, nil }
	everybody := []string{"ROOT", "AMI", "CISSE", "DJENEBA", "ELI", "FOUSSENI"}
	desk := []string{"AMI", "CISSE", "DJENEBA"}
	mentors := []string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"} // who may be one
	n := 0
	for path, c := range map[string]struct {
		may      []string
		question func(admin.By) any
	}{
		"/user/add": {[]string{"ROOT"}, func(b admin.By) any {
			n++
			return admin.AddUser{By: b, Name: fmt.Sprintf("NEW%d", n), Roles: []bot.Role{bot.RoleFieldAgent}}
		}},
		"/user/list": {everybody, func(b admin.By) any { return admin.ListUsers{By: b} }},
		"/user/number": {[]string{"ROOT"}, func(b admin.By) any {
			return admin.SetNumber{By: b, Name: "AMI", Number: "66000098"}
		}},
		"/user/numbers":   {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ListNumbers{By: b} }},
		"/codes/print":    {everybody, func(b admin.By) any { return admin.PrintCodes{By: b, Count: 1} }},
		"/outbox/sending": {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.SetSending{By: b} }},
		"/report/list":    {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ListReports{By: b} }},
		"/report/show":    {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ShowReport{By: b, Ref: "482918"} }},
		"/report/new": {[]string{"AMI", "CISSE", "DJENEBA", "ELI", "FOUSSENI"}, func(b admin.By) any {
			return admin.NewReport{By: b, Channel: bot.ChannelRadio}
		}},
		"/report/ask":      {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.AskReporter{By: b, Ref: "482918"} }},
		"/report/reply":    {[]string{"AMI", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ReplyToReport{By: b, Ref: "482918"} }},
		"/report/label":    {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.LabelReport{By: b, Ref: "482918"} }},
		"/report/close":    {[]string{"AMI", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.CloseReport{By: b, Ref: "482918"} }},
		"/report/calls":    {[]string{"AMI", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ListCalls{By: b} }},
		"/report/call":     {[]string{"AMI", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ShowCall{By: b, Ref: "482918"} }},
		"/report/called":   {[]string{"AMI", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.NoteCall{By: b, Ref: "482918"} }},
		"/rumour/new":      {[]string{"AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.NewRumour{By: b, Claim: "x"} }},
		"/rumour/link":     {[]string{"AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.LinkReports{By: b, Rumour: "482918", Reports: []string{"1"}} }},
		"/rumour/sends":    {[]string{"AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.PreviewSends{By: b, Rumour: "482918"} }},
		"/rumour/list":     {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ListRumours{By: b} }},
		"/rumour/show":     {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ShowRumour{By: b, Rumour: "482918"} }},
		"/rumour/decide":   {[]string{"AMI"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/triage":   {[]string{"AMI", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/watch":    {[]string{"AMI"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/risk":     {[]string{"AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/assign":   {[]string{"AMI"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/evidence": {[]string{"AMI", "CISSE"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/submit":   {[]string{"CISSE"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/return":   {[]string{"AMI", "CISSE"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/confirm":  {[]string{"AMI"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/withhold": {[]string{"AMI", "FOUSSENI"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/lift":     {[]string{"FOUSSENI"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/merge":    {[]string{"AMI", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/claim":    {[]string{"AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/split":    {[]string{"AMI", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/reject":   {[]string{"AMI", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/close":    {[]string{"AMI", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/reopen":   {[]string{"AMI", "DJENEBA"}, func(b admin.By) any { return admin.MoveRumour{By: b, Rumour: "482918"} }},
		"/rumour/history":  {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.RumourHistory{By: b, Rumour: "482918"} }},
		"/rumour/answer":   {[]string{"AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.WriteAnswer{By: b, Rumour: "482918", Lang: "fr"} }},
		"/rumour/approve":  {[]string{"AMI"}, func(b admin.By) any { return admin.ApproveAnswer{By: b, Rumour: "482918", Lang: "fr"} }},
		"/outbox/list":     {[]string{"ROOT", "AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.ListMessages{By: b} }},
		"/outbox/retry":    {[]string{"AMI"}, func(b admin.By) any { return admin.RetryMessage{By: b, ID: bot.ID{1}.String()} }},
		"/quarantine/list": {[]string{"ROOT", "AMI", "CISSE", "DJENEBA"}, func(b admin.By) any { return admin.ListQuarantine{By: b} }},
		"/quarantine/show": {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ShowQuarantined{By: b, ID: "x"} }},
		"/quarantine/retry": {[]string{"ROOT", "AMI", "DJENEBA"}, func(b admin.By) any {
			return admin.RetryQuarantined{By: b, ID: "x"}
		}},
		"/agent/add":         {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.AddAgent{By: b, Name: "X1", Event: true} }},
		"/agent/list":        {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ListAgents{By: b} }},
		"/agent/show":        {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ShowAgent{By: b, Name: "X1"} }},
		"/agent/status":      {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.SetAgentStatus{By: b, Name: "X1", Status: bot.AgentPaused} }},
		"/agent/form":        {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.AgentForm{By: b, Agent: "X1"} }},
		"/code/new":          {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.NewCode{By: b, Agent: "X1"} }},
		"/code/list":         {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ListCodes{By: b} }},
		"/code/tally":        {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.TallyCodes{By: b} }},
		"/bulletin/new":      {desk, func(b admin.By) any { return admin.NewBulletin{By: b, Kind: bot.BulletinPrevention} }},
		"/bulletin/edit":     {desk, func(b admin.By) any { return admin.EditBulletin{By: b, Ref: "482918"} }},
		"/bulletin/write":    {desk, func(b admin.By) any { return admin.WriteBulletin{By: b, Ref: "482918", Lang: "fr"} }},
		"/bulletin/back":     {desk, func(b admin.By) any { return admin.BackBulletin{By: b, Ref: "482918", Lang: "bm"} }},
		"/bulletin/harm":     {desk, func(b admin.By) any { return admin.AnswerHarm{By: b, Ref: "482918"} }},
		"/bulletin/submit":   {desk, func(b admin.By) any { return admin.MoveBulletin{By: b, Ref: "482918"} }},
		"/bulletin/return":   {[]string{"AMI", "CISSE"}, func(b admin.By) any { return admin.MoveBulletin{By: b, Ref: "482918"} }},
		"/bulletin/approve":  {[]string{"AMI"}, func(b admin.By) any { return admin.MoveBulletin{By: b, Ref: "482918"} }},
		"/bulletin/withdraw": {[]string{"AMI"}, func(b admin.By) any { return admin.MoveBulletin{By: b, Ref: "482918"} }},
		"/bulletin/aired":    {desk, func(b admin.By) any { return admin.AirBulletin{By: b, Ref: "482918"} }},
		"/bulletin/script":   {desk, func(b admin.By) any { return admin.AskScript{By: b, Ref: "482918", Lang: "fr"} }},
		"/bulletin/check":    {desk, func(b admin.By) any { return admin.ShowBulletin{By: b, Ref: "482918"} }},
		"/bulletin/show":     {desk, func(b admin.By) any { return admin.ShowBulletin{By: b, Ref: "482918"} }},
		"/bulletin/preview":  {desk, func(b admin.By) any { return admin.AskPreview{By: b, Ref: "482918"} }},
		"/bulletin/send":     {[]string{"AMI"}, func(b admin.By) any { return admin.NameRun{By: b, Ref: "482918"} }},
		"/bulletin/pause":    {[]string{"AMI"}, func(b admin.By) any { return admin.NameRun{By: b, Ref: "482918"} }},
		"/bulletin/resume":   {[]string{"AMI"}, func(b admin.By) any { return admin.NameRun{By: b, Ref: "482918"} }},
		"/bulletin/list":     {desk, func(b admin.By) any { return admin.ListBulletins{By: b} }},
		"/bulletin/schedule": {desk, func(b admin.By) any { return admin.ScheduleBulletin{By: b, Ref: "482918", None: true} }},
		"/bulletin/history":  {desk, func(b admin.By) any { return admin.ShowBulletin{By: b, Ref: "482918"} }},
		"/broadcast/walk":    {desk, func(b admin.By) any { return admin.NameRun{By: b, Ref: "482918"} }},
		"/broadcast/list":    {desk, func(b admin.By) any { return admin.ListBroadcasts{By: b} }},
		"/broadcast/show":    {desk, func(b admin.By) any { return admin.ShowBroadcast{NameRun: admin.NameRun{By: b, Ref: "482918"}} }},
		"/broadcast/report":  {desk, func(b admin.By) any { return admin.NameRun{By: b, Ref: "482918"} }},
		"/broadcast/resend": {[]string{"AMI"}, func(b admin.By) any {
			return admin.ResendBroadcast{NameRun: admin.NameRun{By: b, Ref: "482918"}, Only: bot.OutFailed, Reason: "x"}
		}},
		"/request/new":      {[]string{"AMI"}, func(b admin.By) any { return admin.NewRequest{By: b, List: "x"} }},
		"/request/approve":  {[]string{"AMI"}, func(b admin.By) any { return admin.MoveRequest{By: b, ID: "x"} }},
		"/request/withdraw": {[]string{"AMI"}, func(b admin.By) any { return admin.MoveRequest{By: b, ID: "x"} }},

		"/report/match":  {desk, func(b admin.By) any { return admin.MatchReport{By: b, Ref: "482918"} }},
		"/report/near":   {desk, func(b admin.By) any { return admin.NearReport{By: b, Ref: "482918"} }},
		"/report/search": {desk, func(b admin.By) any { return admin.SearchReports{By: b, Words: "pont"} }},
		"/rumour/near":   {desk, func(b admin.By) any { return admin.NearRumour{By: b, Rumour: "482918"} }},
		"/rumour/search": {desk, func(b admin.By) any { return admin.SearchRumours{By: b, Words: "pont"} }},
		"/match/groups":  {desk, func(b admin.By) any { return admin.ListGroups{By: b} }},
		"/match/group":   {desk, func(b admin.By) any { return admin.ReadGroup{By: b, Ref: "482918"} }},
		"/match/alike":   {desk, func(b admin.By) any { return admin.ListAlike{By: b} }},
		"/match/status":  {append([]string{"ROOT"}, desk...), func(b admin.By) any { return admin.MatchStatus{By: b} }},

		"/place/import":  {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ImportPlaces{By: b} }},
		"/place/find":    {everybody, func(b admin.By) any { return admin.FindPlaces{By: b, Words: "Gao"} }},
		"/place/list":    {everybody, func(b admin.By) any { return admin.ListPlaces{By: b} }},
		"/people/show":   {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.AskPerson{By: b, Number: "76123456", Reason: "x"} }},
		"/project/new":   {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.NewProject{By: b, Code: "X", Title: "X"} }},
		"/project/list":  {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ListProjects{By: b} }},
		"/project/show":  {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.ShowProject{By: b, Code: "XX"} }},
		"/cohort/new":    {[]string{"AMI"}, func(b admin.By) any { return admin.PutCohort{By: b, Name: "X"} }},
		"/cohort/change": {[]string{"AMI"}, func(b admin.By) any { return admin.PutCohort{By: b, Name: "XX"} }},
		"/cohort/notice": {[]string{"AMI"}, func(b admin.By) any { return admin.NoticeOf{By: b, Name: "XX", Lang: "fra"} }},
		"/cohort/list":   {mentors, func(b admin.By) any { return admin.ListCohorts{By: b} }},
		"/cohort/show":   {mentors, func(b admin.By) any { return admin.ShowCohort{By: b, Name: "XX"} }},
		"/cohort/add":    {mentors, func(b admin.By) any { return admin.AddMember{By: b, Cohort: "XX", CodeName: "X-1"} }},
		"/cohort/member": {mentors, func(b admin.By) any { return admin.NameMember{By: b, CodeName: "X-1"} }},
		"/cohort/number": {mentors, func(b admin.By) any {
			return admin.SetMemberNumber{By: b, CodeName: "X-1", Number: "76123456"}
		}},
		"/cohort/conduct": {mentors, func(b admin.By) any { return admin.AskConduct{By: b, CodeName: "X-1"} }},
		"/cohort/vet":     {mentors, func(b admin.By) any { return admin.VetMember{By: b, CodeName: "X-1"} }},
		"/cohort/clear":   {[]string{"AMI"}, func(b admin.By) any { return admin.NameMember{By: b, CodeName: "X-1"} }},
		"/cohort/vetting": {[]string{"AMI"}, func(b admin.By) any {
			return admin.MoveVetting{By: b, CodeName: "X-1", To: bot.VettingDeclined, Reason: "x"}
		}},
		"/cohort/status": {mentors, func(b admin.By) any {
			return admin.SetMemberStatus{By: b, CodeName: "X-1", Status: bot.AgentPaused}
		}},
		"/cohort/replace": {mentors, func(b admin.By) any { return admin.ReplaceMember{By: b, Old: "X-1", New: "X-2"} }},
		"/cohort/met":     {mentors, func(b admin.By) any { return admin.NameMember{By: b, CodeName: "X-1"} }},
		"/cohort/incident": {mentors, func(b admin.By) any {
			return admin.NoteIncident{By: b, CodeName: "X-1", Kind: bot.IncidentOther, Note: "x"}
		}},
		"/cohort/incidents":      {[]string{"AMI", "FOUSSENI"}, func(b admin.By) any { return admin.ListIncidents{By: b} }},
		"/cohort/incidents/done": {[]string{"AMI", "FOUSSENI"}, func(b admin.By) any { return admin.IncidentDone{By: b, Incident: "abcdef"} }},
		"/people/maybe":          {[]string{"AMI", "CISSE", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.ListMaybeStops{By: b} }},
		"/people/decide":         {[]string{"AMI", "DJENEBA", "FOUSSENI"}, func(b admin.By) any { return admin.DecideMaybeStop{By: b, Ref: "482918"} }},
		"/people/lang": {[]string{"ROOT", "AMI"}, func(b admin.By) any {
			return admin.SetPersonLang{AskPerson: admin.AskPerson{By: b, Number: "76123456", Reason: "x"}, Lang: "fra"}
		}},
		"/people/forget": {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.AskPerson{By: b, Number: "76123456", Reason: "x"} }},
		"/backup/prune":  {[]string{"ROOT"}, func(b admin.By) any { return admin.PruneBackups{By: b} }},
		"/backup":        {[]string{"ROOT"}, func(b admin.By) any { return admin.Backup{By: b, Path: "/no/such/folder/x"} }},
		"/clock/accept":  {[]string{"ROOT", "AMI"}, func(b admin.By) any { return admin.AcceptClock{By: b} }},
	} {
		t.Run(strings.Trim(path, "/"), func(t *testing.T) {
			s.t = t
			for _, name := range everybody {
				question := c.question(by(name))
				if slices.Contains(c.may, name) {
					s.letIn(path, question)
				} else if p := s.refused(path, question, http.StatusForbidden, "desk.no_role"); !strings.Contains(p.Sentence, name) {
					t.Errorf("%q does not name %s", p.Sentence, name)
				}
			}
			s.refused(path, c.question(by("NOBODY")), http.StatusForbidden, "desk.no_such_user")
			s.refused(path, c.question(by("")), http.StatusBadRequest, "desk.as_needed")
		})
	}
	s.t = t
}

// letIn sends a question that may be refused for what it asks, but not for who asks.
func (s *site) letIn(path string, question any) {
	s.t.Helper()
	if p, refused := s.try(path, question); refused && (p.Code == bot.CodeForbidden || p.Code == bot.CodeInternal) {
		s.t.Errorf("%s refuses %+v: %s", path, question, p.Key)
	}
}

func TestAccounts(t *testing.T) {
	s := newSite(t)
	add := func(as, name string, roles ...bot.Role) admin.AddUser {
		return admin.AddUser{By: by(as), Name: name, Roles: roles}
	}
	var u admin.User
	s.ask("/user/add", add("ROOT", "GAO-1", bot.RoleVerifier, bot.RoleModerator), &u)
	if u.Name != "GAO-1" || u.CreatedBy != "ROOT" || len(u.Roles) != 2 || u.CreatedAt.IsZero() {
		t.Errorf("made %+v", u)
	}
	s.refused("/user/add", add("ROOT", "GAO-1", bot.RoleVerifier), http.StatusConflict, "desk.user_exists")
	s.refused("/user/add", add("ROOT", "un nom", bot.RoleVerifier), http.StatusBadRequest, "desk.bad_user_name")
	s.refused("/user/add", add("ROOT", "GAO-2", "chief"), http.StatusBadRequest, "desk.bad_role")
	s.refused("/user/add", add("ROOT", "GAO-2"), http.StatusBadRequest, "desk.bad_role")
	var list admin.Users
	s.ask("/user/list", admin.ListUsers{By: by("ELI")}, &list)
	if len(list.Users) != 8 || list.Users[0].Name != "AMI" {
		t.Errorf("accounts: %+v", list)
	}
	if got := s.events(); !slices.Equal(got, []string{"ROOT user.added GAO-1 verifier, moderator"}) {
		t.Errorf("events: %q", got)
	}
}

func TestTheFirstAccountIsAnAdmin(t *testing.T) {
	s := emptySite(t)
	s.refused("/user/add", admin.AddUser{Name: "AMI", Roles: []bot.Role{bot.RoleCoordinator}}, http.StatusUnprocessableEntity, "desk.first_user_admin")
	s.ask("/user/add", admin.AddUser{Name: "ROOT", Roles: []bot.Role{bot.RoleAdmin}}, &admin.User{})
	s.refused("/user/add", admin.AddUser{Name: "AMI", Roles: []bot.Role{bot.RoleCoordinator}}, http.StatusBadRequest, "desk.as_needed")
	s.ask("/user/add", admin.AddUser{By: by("ROOT"), Name: "AMI", Roles: []bot.Role{bot.RoleCoordinator}}, &admin.User{})
	want := []string{"ROOT user.added ROOT admin", "ROOT user.added AMI coordinator"}
	if got := s.events(); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}
