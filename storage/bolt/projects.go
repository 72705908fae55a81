package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

var projectsBucket = bucket{name: []byte("projects")}

// Project implements storage.Projects.
func (tx *Tx) Project(code string) (bot.Project, error) {
	p, _, err := tx.project(code)
	return p, err
}

// project also gives the sealed row.
func (tx *Tx) project(code string) (bot.Project, []byte, error) {
	sealed := tx.bucket(projectsBucket).Get([]byte(code))
	if code == "" || sealed == nil {
		return bot.Project{}, nil, storage.ErrNotFound
	}
	p, err := tx.openProject(code, sealed)
	return p, sealed, err
}

func (tx *Tx) openProject(code string, sealed []byte) (bot.Project, error) {
	var p bot.Project
	if err := tx.open(projectsBucket, []byte(code), sealed, &p); err != nil {
		return bot.Project{}, err
	}
	p.Code = code
	return p, nil
}

// PutProject implements storage.Projects.
func (tx *Tx) PutProject(p bot.Project, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if p.Code == "" {
		return invalid("a project without a code")
	}
	if err := checkTexts(p.Code, p.Title, p.Funder, p.From, p.Until, p.AddedBy); err != nil {
		return err
	}
	old, sealed, err := tx.project(p.Code)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	p.Rev = ifRev + 1
	key := []byte(p.Code)
	value, err := tx.record(projectsBucket, key, p)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(projectsBucket), key, value, sealed)
}

// Projects implements storage.Projects.
func (tx *Tx) Projects() ([]bot.Project, error) {
	var list []bot.Project
	err := tx.walk(tx.bucket(projectsBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		p, err := tx.openProject(string(k), v)
		list = append(list, p)
		return true, err
	})
	return list, err
}
