package sim

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"tinye/bot"
)

// maxWait is the longest that a phone may wait for a message.
const maxWait = 30 * time.Second

// Message is one message that a phone got.
type Message struct {
	N        int          `json:"n"` // 1, 2, 3 … per number
	ID       string       `json:"id"`
	Text     string       `json:"text"`
	Encoding bot.Encoding `json:"encoding"`
	Parts    int          `json:"parts"`
	At       time.Time    `json:"at"`
}

// inboxes are what the phones got, bounded in every direction.
type inboxes struct {
	mu     sync.Mutex
	phones map[string]*inbox
	order  []string // numbers, oldest first
	known  map[string]bool
	ids    []string // known ids, oldest first
}

type inbox struct {
	last     int
	messages []Message
	changed  chan struct{} // closed and replaced when a message comes
}

func newInboxes() *inboxes {
	return &inboxes{phones: map[string]*inbox{}, known: map[string]bool{}}
}

// deliver puts a message into a phone; false if its id was taken before.
func (b *inboxes) deliver(number string, m Message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known[m.ID] {
		return false
	}
	b.known[m.ID] = true
	b.ids = append(b.ids, m.ID)
	if len(b.ids) > maxKnownIDs {
		delete(b.known, b.ids[0])
		b.ids = b.ids[1:]
	}
	box := b.phone(number)
	box.last++
	m.N = box.last
	box.messages = append(box.messages, m)
	if len(box.messages) > maxPerPhone {
		box.messages = box.messages[1:]
	}
	close(box.changed)
	box.changed = make(chan struct{})
	return true
}

// phone finds or makes a number's inbox. The caller holds the lock.
func (b *inboxes) phone(number string) *inbox {
	if box, ok := b.phones[number]; ok {
		return box
	}
	box := &inbox{changed: make(chan struct{})}
	b.phones[number] = box
	b.order = append(b.order, number)
	if len(b.order) > maxPhones {
		delete(b.phones, b.order[0])
		b.order = b.order[1:]
	}
	return box
}

// since gives the messages above n, the number of the last one, and what closes when another comes.
func (b *inboxes) since(number string, n int) (messages []Message, last int, changed <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	box := b.phone(number)
	messages = []Message{}
	for _, m := range box.messages {
		if m.N > n {
			messages = append(messages, m)
		}
	}
	return messages, box.last, box.changed
}

// read is a phone looking for new messages.
func (s *Carrier) read(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("number")
	after, errAfter := queryInt(r, "after")
	seconds, errWait := queryInt(r, "wait")
	if errAfter != nil || errWait != nil || !numberRule.MatchString(number) {
		respond(w, http.StatusBadRequest, refusal{Code: "bad_request"})
		return
	}
	timer := time.NewTimer(min(time.Duration(min(seconds, 3600))*time.Second, maxWait))
	defer timer.Stop()
	for waiting := true; ; {
		messages, last, changed := s.inboxes.since(number, after)
		if len(messages) > 0 || !waiting {
			respond(w, http.StatusOK, struct {
				Messages []Message `json:"messages"`
				Last     int       `json:"last"`
			}{messages, last})
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			waiting = false
		case <-s.stopped:
			waiting = false
		case <-r.Context().Done():
			return
		}
	}
}

// queryInt reads a number from 0 on; absent is 0.
func queryInt(r *http.Request, name string) (int, error) {
	v := r.URL.Query().Get(name)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(v, 10, 31)
	return int(n), err
}
