package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/storage"
)

// enrollers are who may add agents, pause them and draw their codes.
func enrollers() []bot.Role { return []bot.Role{bot.RoleCoordinator, bot.RoleAdmin} }

// AgentToAdd is what is known of an agent when it is added.
type AgentToAdd struct {
	Name    string
	Event   bool
	Phone   Phone // zero = none, or the account has one
	Place   bot.PlaceCode
	Lang    bot.Lang // "" = the site's first
	Project string
}

// AddAgent adds an event, or somebody with a phone: their account, of role field_agent, is made where there is none. Only an
// administrator adds an account as an agent that has another role as well: its phone would be changed with it.
func AddAgent(tx storage.Tx, a Act, add AgentToAdd, langs []bot.Lang, places *place.Gazetteer) (bot.Agent, error) {
	by, err := a.Actor(tx, enrollers()...)
	if err != nil {
		return bot.Agent{}, err
	}
	if add.Lang == "" {
		add.Lang = langs[0]
	}
	if err := checkAgent(tx, add, langs, places); err != nil {
		return bot.Agent{}, err
	}
	made := bot.Agent{
		Name: add.Name, Event: add.Event, Via: bot.EnrolFieldAgent, Place: add.Place, Lang: add.Lang, Project: add.Project,
		Status: bot.AgentActive, StatusAt: a.At, AddedBy: by.Name, AddedAt: a.At,
	}
	if add.Event {
		made.Via = bot.EnrolEvent
	} else if err := agentAccount(tx, a, by, add); err != nil {
		return bot.Agent{}, err
	}
	if err := tx.PutAgent(made, 0); err != nil {
		return bot.Agent{}, fmt.Errorf("people: add an agent: %w", err)
	}
	made.Rev = 1
	return made, a.Note(tx, by, "agent.added", made.Name, string(made.Via))
}

func checkAgent(tx storage.Tx, add AgentToAdd, langs []bot.Lang, places *place.Gazetteer) error {
	if !userName.MatchString(add.Name) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_user_name")
	}
	if add.Event && !add.Phone.Key.IsZero() {
		return bot.Fault(bot.CodeInvalid, "desk.event_number")
	}
	if !slices.Contains(langs, add.Lang) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(add.Lang), "langs", joinLangs(langs))
	}
	if !add.Place.IsZero() {
		if p, ok := places.Place(add.Place); !ok || p.Level > bot.LevelCercle {
			return bot.Fault(bot.CodeInvalid, "desk.bad_source_place")
		}
	}
	if add.Project != "" {
		if _, err := tx.Project(add.Project); errors.Is(err, storage.ErrNotFound) {
			return bot.Fault(bot.CodeNotFound, "desk.no_such_project", "project", add.Project)
		} else if err != nil {
			return fmt.Errorf("people: add an agent: %w", err)
		}
	}
	if member, err := isMember(tx, add.Name); err != nil {
		return err
	} else if member {
		return bot.Fault(bot.CodeRefused, "desk.agent_is_member", "name", add.Name)
	}
	_, err := tx.Agent(add.Name)
	if err == nil {
		return bot.Fault(bot.CodeConflict, "desk.agent_exists", "name", add.Name)
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("people: add an agent: %w", err)
	}
	return nil
}

// agentAccount finds or makes the account of an agent and registers its phone.
func agentAccount(tx storage.Tx, a Act, by bot.Actor, add AgentToAdd) error {
	u, err := tx.User(add.Name)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		u = bot.User{Name: add.Name, Roles: []bot.Role{bot.RoleFieldAgent}, CreatedAt: a.At, CreatedBy: a.As}
		if u, err = putUser(tx, u); err == nil {
			err = a.Note(tx, by, "user.added", u.Name, joinRoles(u.Roles))
		}
		if err != nil {
			return err
		}
	case err != nil:
		return fmt.Errorf("people: add an agent: %w", err)
	case !u.Has(bot.RoleFieldAgent), len(u.Roles) > 1 && by.Role != bot.RoleAdmin:
		return bot.Fault(bot.CodeRefused, "desk.agent_account", "name", add.Name)
	}
	if add.Phone.Key.IsZero() {
		return nil
	}
	_, err = setNumber(tx, a, by, u, add.Phone)
	return err
}

// Agent is an agent by name, for those who add them and for the agent.
func Agent(tx storage.Tx, a Act, name string) (bot.Agent, error) {
	if err := mayCount(tx, a, name); err != nil {
		return bot.Agent{}, err
	}
	return findAgent(tx, name)
}

func findAgent(tx storage.Tx, name string) (bot.Agent, error) {
	agent, err := tx.Agent(name)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Agent{}, bot.Fault(bot.CodeNotFound, "desk.no_such_agent", "name", name)
	}
	if err != nil {
		return bot.Agent{}, fmt.Errorf("people: agent: %w", err)
	}
	return agent, nil
}

// Agents are all agents, for those who add them.
func Agents(tx storage.Tx, a Act) ([]bot.Agent, error) {
	if _, err := a.Actor(tx, enrollers()...); err != nil {
		return nil, err
	}
	return tx.Agents()
}

// agentEvents are the events of an agent's statuses.
func agentEvents() map[bot.AgentStatus]string {
	return map[bot.AgentStatus]string{bot.AgentActive: "agent.resumed", bot.AgentPaused: "agent.paused", bot.AgentExited: "agent.exited"}
}

// SetAgentStatus pauses an agent, has one go on, or notes that one has left. It holds at once: codes that are out take nobody
// any more, and the phone of somebody who left and is nothing else at the desk is an ordinary one again. Who has left does not
// come back under the same code name: the codes would take people again, and the phone is no longer known.
func SetAgentStatus(tx storage.Tx, a Act, name string, status bot.AgentStatus) (bot.Agent, error) {
	by, err := a.Actor(tx, enrollers()...)
	if err != nil {
		return bot.Agent{}, err
	}
	kind := agentEvents()[status]
	if kind == "" {
		return bot.Agent{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	agent, err := findAgent(tx, name)
	if err != nil || agent.Status == status {
		return agent, err
	}
	if agent.Status == bot.AgentExited {
		return bot.Agent{}, bot.Fault(bot.CodeRefused, "desk.agent_exited", "name", name)
	}
	if member, err := isMember(tx, name); err != nil {
		return bot.Agent{}, err
	} else if member {
		return bot.Agent{}, bot.Fault(bot.CodeRefused, "desk.agent_is_member", "name", name)
	}
	return setAgentStatus(tx, a, by, agent, status)
}

func setAgentStatus(tx storage.Tx, a Act, by bot.Actor, agent bot.Agent, status bot.AgentStatus) (bot.Agent, error) {
	name, kind := agent.Name, agentEvents()[status]
	agent.Status, agent.StatusAt = status, a.At
	if err := tx.PutAgent(agent, agent.Rev); err != nil {
		return bot.Agent{}, fmt.Errorf("people: agent status: %w", err)
	}
	agent.Rev++
	if err := a.Note(tx, by, kind, name, ""); err != nil || status != bot.AgentExited || agent.Event {
		return agent, err
	}
	return agent, loseNumber(tx, a, by, name)
}

// loseNumber takes the phone from the account of an agent who left.
func loseNumber(tx storage.Tx, a Act, by bot.Actor, name string) error {
	u, err := tx.User(name)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (len(u.Roles) > 1 || u.NumberKey.IsZero()) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: agent status: %w", err)
	}
	if err := dropNumber(tx, u); err != nil {
		return err
	}
	u.Number, u.NumberKey = bot.Address{}, bot.ContactKey{}
	if _, err := putUser(tx, u); err != nil {
		return err
	}
	return a.Note(tx, by, "user.number_removed", name, "")
}

// mayEnrol tells whether an agent may bring people now; one who is a member of a cohort must be cleared, and neither paused nor
// gone. Codes, the agent's form and INSCRIRE all come by here.
func mayEnrol(tx storage.Tx, agent bot.Agent) (bool, error) {
	if agent.Status != bot.AgentActive {
		return false, nil
	}
	if agent.Event {
		return true, nil
	}
	u, err := tx.User(agent.Name)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("people: may enrol: %w", err)
	}
	if !u.Has(bot.RoleFieldAgent) {
		return false, nil
	}
	return works(tx, agent.Name)
}

// AgentOf is the agent whose phone a registered number is; ok is false for that of any other account, and for one who left.
func AgentOf(tx storage.Tx, phone bot.DeskNumber) (agent bot.Agent, ok bool, err error) {
	if phone.User == "" {
		return bot.Agent{}, false, nil
	}
	agent, err = tx.Agent(phone.User)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Agent{}, false, nil
	}
	if err != nil {
		return bot.Agent{}, false, fmt.Errorf("people: agent of a phone: %w", err)
	}
	return agent, !agent.Event && agent.Status != bot.AgentExited, nil
}

func joinLangs(langs []bot.Lang) string {
	words := make([]string, len(langs))
	for i, l := range langs {
		words[i] = string(l)
	}
	return strings.Join(words, ", ")
}
