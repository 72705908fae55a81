// Package sim is a carrier that exists in memory only: the demo and `tinye phone` use it in place of an operator. It
// speaks the carrier's side of the generic dialect, keeps what it "delivered" per number, and lets a phone write to us.
//
//	POST /messages          from Tinye, with the bearer token; 202 {"message_id"}, 409 for an id that was taken before
//	POST /phone/{number}    {"text":"Bonjour"} from a phone: calls Tinye's mo; 200 {"message_id","status":200} with the
//	                        status that Tinye answered, 502 if it did not
//	GET  /phone/{number}    ?after=N&wait=S: the messages numbered above N, waiting up to S seconds (at most 30) for one;
//	                        {"messages":[{"n":1,"id":"0199…","text":"…","encoding":"gsm7","parts":1,"at":"…"}],"last":1}
//	GET  /hooks             where Tinye takes USSD, for phones that dial (Hooks)
//
// With Config.AT it also is Africa's Talking as far as that sends SMS, into the same phones (at.go).
//
// Nobody checks who asks for a phone's messages or for the addresses with their secret: it listens on the loopback interface of a demo, never elsewhere.
package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
)

// Limits of what a carrier keeps.
const (
	maxPhones     = 10_000
	maxPerPhone   = 200    // messages; the oldest go first
	maxKnownIDs   = 10_000 // ids by which a repeated message is known
	maxReports    = 1024   // delivery reports that wait; further ones are lost, as with real carriers
	maxRequest    = 64 << 10
	reportWorkers = 4
	reportTries   = 3
)

// Config is one simulated carrier.
type Config struct {
	Token    string           // what Tinye must present
	Callback string           // where Tinye is reached, the secret included: http://127.0.0.1:8080/in/SECRET/sim
	Client   *http.Client     // for calls to Tinye; nil = gateway.NewClient
	Now      func() time.Time // nil = time.Now
	NewID    func() bot.ID    // for message_id of what phones write; different at every start
	AT       *AT              // nil = it is not Africa's Talking too
}

// Hooks are the addresses at which Tinye takes the hops of USSD sessions, "" where it takes none in that dialect. Each
// holds the site's secret.
type Hooks struct {
	Generic string `json:"generic"`
	ATUSSD  string `json:"at_ussd,omitempty"`
	ATEvent string `json:"at_event,omitempty"` // for the end of a session
}

// Carrier is the simulated carrier; it is an http.Handler. Its delivery reports leave while Run runs.
type Carrier struct {
	c       Config
	mux     *http.ServeMux
	inboxes *inboxes
	reports chan call
	stopped chan struct{} // closed when Run ends, so that nobody waits for messages any more
}

// New checks the configuration.
func New(c Config) (*Carrier, error) {
	if err := gateway.CheckURL("callback", c.Callback); err != nil {
		return nil, fmt.Errorf("sim: %w", err)
	}
	if c.Token == "" || c.NewID == nil {
		return nil, errors.New("sim: a token and NewID are needed")
	}
	c.Callback = strings.TrimRight(c.Callback, "/")
	if c.AT != nil {
		at, err := c.AT.check()
		if err != nil {
			return nil, err
		}
		c.AT = &at
	}
	if c.Client == nil {
		c.Client = gateway.NewClient(reportWorkers)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Carrier{
		c:       c,
		mux:     http.NewServeMux(),
		inboxes: newInboxes(),
		reports: make(chan call, maxReports),
		stopped: make(chan struct{}),
	}
	s.mux.HandleFunc("POST /messages", s.take)
	s.mux.HandleFunc("POST /phone/{number}", s.write)
	s.mux.HandleFunc("GET /phone/{number}", s.read)
	s.mux.HandleFunc("GET /hooks", s.hooks)
	if c.AT != nil {
		s.mux.HandleFunc("POST /at/version1/messaging", s.takeAT)
		s.mux.HandleFunc("GET /at/version1/messaging", s.keptAT)
	}
	return s, nil
}

// ServeHTTP is the carrier's side of the dialect and the phones.
func (s *Carrier) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

var numberRule = regexp.MustCompile(`^\+?[0-9]{3,15}$`)

type refusal struct {
	Code      string `json:"code"`
	MessageID string `json:"message_id,omitempty"`
}

// take is Tinye handing over a message.
func (s *Carrier) take(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.c.Token {
		respond(w, http.StatusUnauthorized, refusal{Code: gateway.SendUnauthorised})
		return
	}
	var m struct {
		ID       string       `json:"id"`
		To       string       `json:"to"`
		Text     string       `json:"text"`
		Encoding bot.Encoding `json:"encoding"`
		Parts    int          `json:"parts"`
	}
	if err := readJSON(w, r, &m); err != nil || m.ID == "" {
		respond(w, http.StatusBadRequest, refusal{Code: gateway.SendBadRequest})
		return
	}
	if !numberRule.MatchString(m.To) {
		respond(w, http.StatusBadRequest, refusal{Code: gateway.SendBadNumber})
		return
	}
	external := "sim-" + m.ID
	isNew := s.inboxes.deliver(m.To, Message{
		ID: m.ID, Text: m.Text, Encoding: m.Encoding, Parts: m.Parts, At: s.c.Now().UTC(),
	})
	if !isNew {
		respond(w, http.StatusConflict, refusal{Code: "duplicate", MessageID: external})
		return
	}
	s.later(s.jsonCall("dlr", map[string]string{"id": m.ID, "status": "delivered", "message_id": external}))
	respond(w, http.StatusAccepted, map[string]string{"message_id": external})
}

// write is a phone writing to us.
func (s *Carrier) write(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("number")
	var m struct {
		Text *string `json:"text"`
	}
	if err := readJSON(w, r, &m); err != nil || m.Text == nil || !numberRule.MatchString(number) {
		respond(w, http.StatusBadRequest, refusal{Code: gateway.SendBadRequest})
		return
	}
	id := s.c.NewID().String()
	status, err := s.call(r.Context(), s.jsonCall("mo", map[string]any{
		"message_id": id, "channel": bot.ChannelSMS, "from": number, "to": "36000", "text": *m.Text, "sent_at": s.c.Now().UTC(),
	}))
	if err != nil {
		respond(w, http.StatusBadGateway, refusal{Code: gateway.SendUnreachable})
		return
	}
	respond(w, http.StatusOK, map[string]any{"message_id": id, "status": status})
}

// hooks tells a phone where to bring what it dials.
func (s *Carrier) hooks(w http.ResponseWriter, _ *http.Request) {
	hooks := Hooks{Generic: s.c.Callback + "/mo"}
	if s.c.AT != nil {
		hooks.ATUSSD, hooks.ATEvent = s.c.AT.Callback+"/ussd", s.c.AT.Callback+"/event"
	}
	respond(w, http.StatusOK, hooks)
}

func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		return fmt.Errorf("sim: read: %w", err)
	}
	return json.Unmarshal(body, v)
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever asked has gone
}
