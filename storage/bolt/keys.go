package bolt

import (
	"bytes"
	"encoding/binary"
	"slices"

	"tinye/bot"
)

// bucket is one bucket of the drawing in schema.go.
type bucket struct {
	name []byte
	// fill is how full a page is left when it is split; 0 is bbolt's own .5, which is right for keys in random order.
	fill float64
}

const (
	// fillIndex: keys come in order and entries never grow, so pages may stay full.
	fillIndex = .95
	// fillRows: keys come in order, but rows grow by 20 to 80 bytes once they are sent and answered. (Measured, bytes of
	// the messages bucket per message, when new and when sent: .95 729 and 1,424, for nearly every page is split again;
	// .90 718 and 718; .88 733 and 743, with room for a delivery report; .85 739 and 752.)
	fillRows = .88
)

var (
	metaBucket       = bucket{name: []byte("meta")}
	messagesBucket   = bucket{name: []byte("messages"), fill: fillRows}
	repeatsBucket    = bucket{name: []byte("repeats")}
	refsBucket       = bucket{name: []byte("refs")}
	contactsBucket   = bucket{name: []byte("contacts")}
	consentsDue      = bucket{name: []byte("consents_due")}
	maybeStops       = bucket{name: []byte("maybe_stops"), fill: fillIndex}
	activityBucket   = bucket{name: []byte("activity")}
	sessionsBucket   = bucket{name: []byte("sessions")}
	openSessions     = bucket{name: []byte("sessions_open"), fill: fillIndex}
	talliesBucket    = bucket{name: []byte("tallies")}
	placesBucket     = bucket{name: []byte("places")}
	newsBucket       = bucket{name: []byte("news"), fill: fillIndex}
	wordsBucket      = bucket{name: []byte("words")}    // of the second schema alone
	wordsOfBucket    = bucket{name: []byte("words_of")} // likewise
	handedBucket     = bucket{name: []byte("handed")}
	reportsByBucket  = bucket{name: []byte("reports_by"), fill: fillIndex}
	labelledBucket   = bucket{name: []byte("reports_labelled")}
	unsealedBucket   = bucket{name: []byte("reports_unsealed")}
	rumoursBucket    = bucket{name: []byte("rumours"), fill: fillRows}
	rumoursByBucket  = bucket{name: []byte("rumours_by"), fill: fillIndex}
	fanOutsBucket    = bucket{name: []byte("fanouts"), fill: fillIndex}
	linksBucket      = bucket{name: []byte("links")}
	toldBucket       = bucket{name: []byte("told")}
	queueBucket      = bucket{name: []byte("queue"), fill: fillIndex}
	claimsBucket     = bucket{name: []byte("claims"), fill: fillIndex}
	outboxByBucket   = bucket{name: []byte("outbox_by"), fill: fillIndex}
	quarantineBucket = bucket{name: []byte("quarantine"), fill: fillRows}
	openQuarantine   = bucket{name: []byte("quarantine_open"), fill: fillIndex}
	usersBucket      = bucket{name: []byte("users")}
	deskNumbers      = bucket{name: []byte("desk_numbers")}
	codesBucket      = bucket{name: []byte("codes")}
	switchesBucket   = bucket{name: []byte("switches")}
	followUpsBucket  = bucket{name: []byte("follow_ups"), fill: fillIndex}
	stocksBucket     = bucket{name: []byte("stocks")}
	helpedBucket     = bucket{name: []byte("helped")}
	eventsBucket     = bucket{name: []byte("events"), fill: fillIndex}
)

// Keys of the meta bucket.
var (
	schemaKey = []byte("schema")
	canaryKey = []byte("canary")
	epochKey  = []byte("epoch")
	clockKey  = []byte("clock")
)

// Kinds of row in messagesBucket, the last byte of the key.
const (
	inboundRow  byte = 'i'
	reportRow   byte = 'r'
	outboundRow byte = 'o'
)

const idSize = len(bot.ID{})

func messageKey(id bot.ID, kind byte) []byte {
	return append(append(make([]byte, 0, idSize+1), id[:]...), kind)
}

// dayName is the name of the bucket of a UTC day.
func dayName(at bot.Instant) []byte { return at.Time().AppendFormat(nil, "20060102") }

// dayKey binds a value to its day as well as to its key.
func dayKey(day, key []byte) []byte { return slices.Concat(day, key) }

func statePrefix(state string) []byte { return append([]byte(state), 0) }

func stateKey(state string, id bot.ID) []byte {
	return append(append(append(make([]byte, 0, len(state)+1+idSize), state...), 0), id[:]...)
}

// lastID reads the id at the end of an index key.
func lastID(key []byte) bot.ID { return bot.ID(key[len(key)-idSize:]) }

// openKey is a session's place among the open ones.
func openKey(s bot.Session) []byte {
	return append(appendInstant(make([]byte, 0, 8+len(s.Key)), s.StartedAt), s.Key[:]...)
}

// sessionOf reads the key in an openKey.
func sessionOf(key []byte) bot.SessionKey { return bot.SessionKey(key[8:]) }

func hopKey(s bot.SessionKey, hop bot.HopKey) []byte { return slices.Concat(s[:], hop[:]) }

func tallyKey(t bot.ScreenTally) []byte {
	return []byte(t.Flow + "\x00" + t.Version + "\x00" + t.Screen)
}

func placeKey(p bot.PlaceCode) []byte { return []byte(string(p.Scheme) + "\x00" + p.Code) }

// newsKey is a published rumour's place in the news.
func newsKey(r bot.Rumour) []byte {
	return append(appendInstant(make([]byte, 0, 8+idSize), r.PublishedAt), r.ID[:]...)
}

func linkKey(rumour bot.ID, l bot.LinkCursor) []byte {
	return slices.Concat(rumour[:], l.Contact[:], l.Report[:])
}

// linkOf is the inverse of linkKey.
func linkOf(key []byte) bot.LinkCursor {
	return bot.LinkCursor{Contact: bot.ContactKey(key[idSize : 2*idSize]), Report: bot.ID(key[2*idSize:])}
}

func toldKey(rumour bot.ID, contact bot.ContactKey) []byte {
	return slices.Concat(rumour[:], contact[:])
}

// contactAtKey is a moment and a contact.
func contactAtKey(at bot.Instant, c bot.ContactKey) []byte {
	return append(appendInstant(make([]byte, 0, 8+len(c)), at), c[:]...)
}

// contactAt reads the contact in a contactAtKey.
func contactAt(key []byte) bot.ContactKey { return bot.ContactKey(key[8:]) }

// followUpKey is due, rumour, contact, and 1 where it ends a question.
func followUpKey(f bot.FollowUp) []byte {
	key := append(appendInstant(make([]byte, 0, 8+2*idSize+1), f.At), f.Rumour[:]...)
	ends := byte(0)
	if f.Ends {
		ends = 1
	}
	return append(append(key, f.Contact[:]...), ends)
}

// followUpOf is the inverse of followUpKey.
func followUpOf(key []byte) bot.FollowUp {
	return bot.FollowUp{
		At: instantOf(key), Rumour: bot.ID(key[8 : 8+idSize]), Contact: bot.ContactKey(key[8+idSize : 8+2*idSize]),
		Ends: key[8+2*idSize] == 1,
	}
}

func eventKey(epoch bot.ID, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, idSize+8), epoch[:]...), seq)
}

// seqOf reads the number at the end of an event's key.
func seqOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[idSize:]) }

// appendInstant writes a moment so that keys sort by time; moments before 1970 and "not set" become the first one.
func appendInstant(key []byte, i bot.Instant) []byte {
	return binary.BigEndian.AppendUint64(key, uint64(max(i, 1)))
}

func instantOf(b []byte) bot.Instant { return bot.Instant(binary.BigEndian.Uint64(b)) }

// laneDigit is the lane's place in the queue's keys; 0 for a lane that does not exist. A digit once used stays the
// lane's own.
func laneDigit(l bot.Lane) byte {
	switch l {
	case bot.LaneCorrection:
		return '0'
	case bot.LaneReply:
		return '1'
	case bot.LaneAlert:
		return '2'
	case bot.LaneBulletin:
		return '3'
	case bot.LaneFollowUp:
		return '4'
	case bot.LaneCommand:
		return '5'
	case bot.LaneAlarm:
		return '6'
	}
	return 0
}

// lanePrefix begins the queue keys of a gateway's lane.
func lanePrefix(gateway string, lane bot.Lane) []byte {
	return append(append(make([]byte, 0, len(gateway)+2+8+idSize), gateway...), 0, laneDigit(lane))
}

func queueKey(o bot.Outbound) []byte {
	return append(appendInstant(lanePrefix(o.Gateway, o.Lane), o.NextAt), o.ID[:]...)
}

// dueOf reads the moment in a queue key.
func dueOf(key []byte) bot.Instant { return instantOf(key[len(key)-idSize-8:]) }

func claimKey(o bot.Outbound) []byte {
	return append(appendInstant(make([]byte, 0, 8+idSize), o.LeaseUntil), o.ID[:]...)
}

// leaseOf reads the moment in a claim key.
func leaseOf(key []byte) bot.Instant { return instantOf(key) }

// prefixEnd is the first key after all those that begin with prefix; nil if there is none.
func prefixEnd(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}
