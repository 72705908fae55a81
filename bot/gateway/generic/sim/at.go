package sim

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"tinye/bot/gateway"
	"tinye/bot/sms"
)

// AT is the carrier's second face: Africa's Talking's SMS API, as far as Tinye uses it.
//
//	POST /at/version1/messaging    apiKey: KEY; form username, to (several with commas), message, from
//	                               201 {"SMSMessageData":{"Message":"Sent to 1/1 …","Recipients":[{"statusCode":101,…}]}}
//	GET  /at/version1/messaging    apiKey: KEY; ?username=U&lastReceivedId=0: nothing is ever kept
//
// Reports go to the route dlr as a form. The API knows no id of the sender's: a message handed over twice comes twice.
// Source: developers.africastalking.com, SMS sending and SMS notifications.
type AT struct {
	Key      string // what Tinye must present as apiKey
	Callback string // where Tinye is reached for this gateway, the secret included: http://127.0.0.1:8080/in/SECRET/at
}

// The API's own words and numbers.
const (
	atSent      = 101
	atBadNumber = 403
	atNetwork   = "99999" // the sandbox's network code
)

func (a AT) check() (AT, error) {
	if err := gateway.CheckURL("callback", a.Callback); err != nil {
		return AT{}, fmt.Errorf("sim: at: %w", err)
	}
	if a.Key == "" {
		return AT{}, errors.New("sim: at: a key is needed")
	}
	a.Callback = strings.TrimRight(a.Callback, "/")
	return a, nil
}

type atRecipient struct {
	StatusCode int    `json:"statusCode"`
	Number     string `json:"number"`
	Status     string `json:"status"`
	Cost       string `json:"cost"`
	MessageID  string `json:"messageId"`
}

// takeAT is Tinye handing over a message.
func (s *Carrier) takeAT(w http.ResponseWriter, r *http.Request) {
	if !s.knownToAT(w, r) {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseForm(); err != nil || r.PostForm.Get("username") == "" || r.PostForm.Get("to") == "" || r.PostForm.Get("message") == "" {
		http.Error(w, "Request is missing required form field", http.StatusBadRequest)
		return
	}
	text := r.PostForm.Get("message")
	size := sms.Measure(text)
	recipients := []atRecipient{}
	sent := 0
	for number := range strings.SplitSeq(r.PostForm.Get("to"), ",") {
		number = strings.TrimSpace(number)
		if !numberRule.MatchString(number) {
			recipients = append(recipients, atRecipient{
				StatusCode: atBadNumber, Number: number, Status: "InvalidPhoneNumber", Cost: "0", MessageID: "None",
			})
			continue
		}
		drawn := s.c.NewID()
		id := "ATXid_" + hex.EncodeToString(drawn[:])
		s.inboxes.deliver(number, Message{ID: id, Text: text, Encoding: size.Encoding, Parts: size.Parts, At: s.c.Now().UTC()})
		s.later(call{
			url: s.c.AT.Callback + "/dlr", contentType: "application/x-www-form-urlencoded",
			body: []byte(url.Values{
				"id": {id}, "status": {"Success"}, "phoneNumber": {number}, "networkCode": {atNetwork},
			}.Encode()),
		})
		sent++
		recipients = append(recipients, atRecipient{
			StatusCode: atSent, Number: number, Status: "Success", Cost: "XOF 0.0000", MessageID: id,
		})
	}
	respond(w, http.StatusCreated, map[string]any{"SMSMessageData": map[string]any{
		"Message":    fmt.Sprintf("Sent to %d/%d Total Cost: XOF 0.0000", sent, len(recipients)),
		"Recipients": recipients,
	}})
}

// keptAT is Tinye asking for what came while it was down: what phones write goes to the generic dialect's mo.
func (s *Carrier) keptAT(w http.ResponseWriter, r *http.Request) {
	if s.knownToAT(w, r) {
		respond(w, http.StatusOK, map[string]any{"SMSMessageData": map[string]any{"Messages": []struct{}{}}})
	}
}

func (s *Carrier) knownToAT(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("apiKey") == s.c.AT.Key {
		return true
	}
	http.Error(w, "The supplied authentication is invalid", http.StatusUnauthorized)
	return false
}
