package bolt

import (
	"slices"

	"tinye/bot"
	"tinye/storage"
)

var (
	agentsBucket     = bucket{name: []byte("agents")}
	enrolCodesBucket = bucket{name: []byte("enrol_codes"), fill: fillRows}
	enrolCodesLike   = bucket{name: []byte("enrol_codes_like")}
	arrivalsBucket   = bucket{name: []byte("arrivals")}
)

// Agent implements storage.Agents.
func (tx *Tx) Agent(name string) (bot.Agent, error) {
	a, _, err := tx.agent(name)
	return a, err
}

// agent also gives the sealed row.
func (tx *Tx) agent(name string) (bot.Agent, []byte, error) {
	sealed := tx.bucket(agentsBucket).Get([]byte(name))
	if name == "" || sealed == nil {
		return bot.Agent{}, nil, storage.ErrNotFound
	}
	a, err := tx.openAgent(name, sealed)
	return a, sealed, err
}

func (tx *Tx) openAgent(name string, sealed []byte) (bot.Agent, error) {
	var a bot.Agent
	if err := tx.open(agentsBucket, []byte(name), sealed, &a); err != nil {
		return bot.Agent{}, err
	}
	a.Name = name
	return a, nil
}

// PutAgent implements storage.Agents.
func (tx *Tx) PutAgent(a bot.Agent, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if a.Name == "" {
		return invalid("an agent without a name")
	}
	err := checkTexts(a.Name, string(a.Via), string(a.Place.Scheme), a.Place.Code, string(a.Lang), a.Project, string(a.Status), a.AddedBy,
		string(a.LastPlace.Scheme), a.LastPlace.Code, string(a.LastLang))
	if err != nil {
		return err
	}
	old, sealed, err := tx.agent(a.Name)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	a.Rev = ifRev + 1
	key := []byte(a.Name)
	value, err := tx.record(agentsBucket, key, a)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(agentsBucket), key, value, sealed)
}

// Agents implements storage.Agents.
func (tx *Tx) Agents() ([]bot.Agent, error) {
	var list []bot.Agent
	err := tx.walk(tx.bucket(agentsBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		a, err := tx.openAgent(string(k), v)
		list = append(list, a)
		return true, err
	})
	return list, err
}

// EnrolCode implements storage.Agents.
func (tx *Tx) EnrolCode(id bot.ID) (bot.EnrolCode, error) {
	c, _, err := tx.enrolCode(id)
	return c, err
}

// enrolCode also gives the sealed row.
func (tx *Tx) enrolCode(id bot.ID) (bot.EnrolCode, []byte, error) {
	sealed := tx.bucket(enrolCodesBucket).Get(id[:])
	if sealed == nil {
		return bot.EnrolCode{}, nil, storage.ErrNotFound
	}
	c, err := tx.openEnrolCode(id, sealed)
	return c, sealed, err
}

func (tx *Tx) openEnrolCode(id bot.ID, sealed []byte) (bot.EnrolCode, error) {
	var c bot.EnrolCode
	if err := tx.open(enrolCodesBucket, id[:], sealed, &c); err != nil {
		return bot.EnrolCode{}, err
	}
	c.ID = id
	return c, nil
}

// PutEnrolCode implements storage.Agents.
func (tx *Tx) PutEnrolCode(c bot.EnrolCode, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if c.ID.IsZero() || len(c.Digits) != bot.EnrolDigits || c.Agent == "" {
		return invalid("a code without an id, its four digits or an agent")
	}
	if err := checkTexts(c.Digits, c.Agent, c.From, c.Until, c.Project, c.DrawnBy); err != nil {
		return err
	}
	old, sealed, err := tx.enrolCode(c.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	if ifRev > 0 && old.Digits != c.Digits {
		return invalid("a code whose digits change")
	}
	c.Rev = ifRev + 1
	value, err := tx.record(enrolCodesBucket, c.ID[:], c)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(enrolCodesBucket), slices.Clone(c.ID[:]), value, sealed); err != nil {
		return err
	}
	return tx.mark(tx.bucket(enrolCodesLike), slices.Concat([]byte(c.Digits), c.ID[:]))
}

// EnrolCodes implements storage.Agents.
func (tx *Tx) EnrolCodes(p storage.Page) ([]bot.EnrolCode, error) {
	var after []byte
	if !p.After.IsZero() {
		after = p.After[:]
	}
	var list []bot.EnrolCode
	err := tx.walk(tx.bucket(enrolCodesBucket), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		c, err := tx.openEnrolCode(bot.ID(k), v)
		list = append(list, c)
		return len(list) < p.Size(), err
	})
	return list, err
}

// EnrolCodesLike implements storage.Agents.
func (tx *Tx) EnrolCodesLike(digits string) ([]bot.EnrolCode, error) {
	if len(digits) != bot.EnrolDigits {
		return nil, tx.ended()
	}
	var list []bot.EnrolCode
	err := tx.walk(tx.bucket(enrolCodesLike), []byte(digits), nil, false, func(k, _ []byte) (bool, error) {
		c, err := tx.EnrolCode(lastID(k))
		list = append(list, c)
		return true, err
	})
	return list, err
}

func arrivalKey(code bot.ID, contact bot.ContactKey) []byte {
	return slices.Concat(code[:], contact[:])
}

// PutArrival implements storage.Agents.
func (tx *Tx) PutArrival(a bot.Arrival) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if a.Code.IsZero() || a.Contact.IsZero() {
		return invalid("an arrival by no code or of nobody")
	}
	if err := checkTexts(string(a.Channel)); err != nil {
		return err
	}
	key := arrivalKey(a.Code, a.Contact)
	if tx.bucket(arrivalsBucket).Get(key) != nil {
		return storage.ErrConflict
	}
	value, err := tx.record(arrivalsBucket, key, a)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(arrivalsBucket), key, value, nil)
}

// Arrivals implements storage.Agents.
func (tx *Tx) Arrivals(code bot.ID, after bot.ContactKey, limit int) ([]bot.Arrival, error) {
	var from []byte
	if !after.IsZero() {
		from = arrivalKey(code, after)
	}
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Arrival
	err := tx.walk(tx.bucket(arrivalsBucket), code[:], from, false, func(k, v []byte) (bool, error) {
		a, err := tx.openArrival(k, v)
		list = append(list, a)
		return len(list) < size, err
	})
	return list, err
}

func (tx *Tx) openArrival(key, sealed []byte) (bot.Arrival, error) {
	var a bot.Arrival
	if err := tx.open(arrivalsBucket, key, sealed, &a); err != nil {
		return bot.Arrival{}, err
	}
	a.Code, a.Contact = bot.ID(key[:idSize]), bot.ContactKey(key[idSize:])
	return a, nil
}
