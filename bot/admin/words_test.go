package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// What a refusal lists stands in words, with the code to type behind; a title is no command.
func TestRefusalsNameCommandsInWords(t *testing.T) {
	s := newSite(t)
	ref := s.rumour("Le puits serait empoisonné", s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier"))
	p := s.refused("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: ref}, http.StatusUnprocessableEntity, "desk.move_state")
	if !strings.Contains(p.Sentence, "[triage]") || strings.Contains(p.Sentence, "title") {
		t.Errorf("%q", p.Sentence)
	}
	sub := finding(ref, bot.ConfirmedFalse)
	sub.Evidence = sub.Evidence[:1]
	var r admin.Rumour
	s.ask("/rumour/submit", sub, &r)
	p = s.refused("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: ref}, http.StatusUnprocessableEntity, "desk.sources_confirmed")
	if !strings.Contains(p.Sentence, "[confirmed_false]") || !strings.Contains(p.Sentence, "sources 1, types 1") {
		t.Errorf("%q", p.Sentence)
	}
}
