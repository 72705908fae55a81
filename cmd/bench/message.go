package main

import (
	"net/url"
	"strconv"
	"time"

	"tinye/bot"
)

const (
	// senders is how many numbers write, all of them known before a run.
	senders = 30_000
	// firstSender is the first of them, without its country code.
	firstSender = 70_000_000
	shortCode   = "36000"
	// everyBambara: one number in so many writes in Bambara, the others in French. Each keeps to its language.
	everyBambara = 4
)

// The texts have about 100 characters, as reports have.
var (
	french = []string{
		"On dit au marché que le puits du quartier est empoisonné depuis hier soir. Est-ce que c'est vrai ou pas?",
		"Quelqu'un raconte que la vaccination de la semaine prochaine rend les enfants malades. Que faut-il croire?",
		"Il paraît que la route de Gao est fermée par des camions depuis ce matin, tout le monde en parle ici",
		"Un message vocal dit que les prix du riz et du mil vont doubler demain à cause du nouveau poste de contrôle",
		"Les gens disent que l'aide alimentaire de la commune a été vendue à Bamako par le comité. Nous avons peur",
		"J'ai entendu que l'école va fermer tout le mois parce que des enseignants sont partis, est-ce la vérité?",
		"On raconte que l'eau du fleuve est devenue dangereuse à boire et que deux familles sont déjà malades ici",
		"Une vidéo montre un camion qui brûle près du pont, elle dit que c'était cette nuit. Pouvez-vous vérifier?",
	}
	bambara = []string{
		"Mɔgɔw b'a fɔ ko kɔlɔn ji ma ɲi ani ko denmisɛnw banana an ka dugu kɔnɔ. A ye tiɲɛ ye wa? Aw ka an jaabi",
		"An ye a mɛn sugu la ko boloci bɛ denmisɛnw bana. Nin kuma in ye tiɲɛ ye wa, walima nkalon don? An bɛ siran",
		"U ko Gao sira datugulen don kabini sɔgɔma, ko mɔgɔ si tɛ se ka taa. Aw k'a sɛgɛsɛgɛ k'a fɔ an ye joona",
		"Dɔw b'a fɔ ko malo ni ɲɔ sɔngɔ bɛna yɛlɛn sini. Nin kibaru in bɔra min? Aw bɛ se k'a sɛgɛsɛgɛ an ye wa?",
	}
)

// textOf is what a sender writes; n is any number.
func textOf(sender int, n uint32) string {
	if sender%everyBambara == 0 {
		return bambara[n%uint32(len(bambara))]
	}
	return french[n%uint32(len(french))]
}

// numberOf is a sender in E.164.
func numberOf(sender int) string { return "+223" + strconv.Itoa(firstSender+sender) }

// requests writes the requests of one connection into one buffer, as Kannel 1.4.5 makes them.
type requests struct {
	head, tail []byte
	prefix     string // of the ids
	escaped    map[string]string
	n          uint64
	buf        []byte
}

// newRequests gives requests with ids that are unique to the run and the connection.
func newRequests(host string, run uint32, connection int) *requests {
	r := &requests{
		head:    []byte("GET " + moPath + "?from=%2B223"),
		tail:    []byte("&coding=0&charset=UTF-8&meta= HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: Kannel/1.4.5\r\nHost: " + host + "\r\n\r\n"),
		prefix:  padded(uint64(run), 8) + "-" + padded(uint64(connection), 4) + "-4000-8000-",
		escaped: make(map[string]string),
	}
	for _, texts := range [][]string{french, bambara} {
		for _, t := range texts {
			r.escaped[t] = url.QueryEscape(t)
		}
	}
	return r
}

// next is the next request; it is good until the one after it.
func (r *requests) next(sender int, text string, at time.Time) []byte {
	b := append(r.buf[:0], r.head...)
	b = strconv.AppendInt(b, int64(firstSender+sender), 10)
	b = append(b, "&to="+shortCode+"&text="...)
	b = append(b, r.escaped[text]...)
	b = append(b, "&unix="...)
	b = strconv.AppendInt(b, at.Unix(), 10)
	b = append(b, "&smsc=operator&id="...)
	b = append(b, r.prefix...)
	b = append(b, padded(r.n, 12)...)
	r.buf = append(b, r.tail...)
	r.n++
	return r.buf
}

// padded is a number in hexadecimal with zeros before it.
func padded(n uint64, width int) string {
	const zeros = "000000000000"
	s := strconv.FormatUint(n, 16)
	if len(s) < width {
		s = zeros[:width-len(s)] + s
	}
	return s
}

// inbound is the message of one request as the adapter hands it over.
func inbound(sender int, text, id string, at time.Time) bot.Inbound {
	return bot.Inbound{
		Gateway: gatewayName, ExternalID: id, Channel: bot.ChannelSMS, Sender: numberOf(sender), To: shortCode,
		Text: bot.Text(text), SentAt: bot.At(at.Truncate(time.Second)),
	}
}
