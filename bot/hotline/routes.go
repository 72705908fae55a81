package hotline

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Carriers names, for the outbox, the gateways that may carry a message, the best one first; of gives those of a number. A message to
// nobody whose number is known stays where it is.
func Carriers(of func(bot.Address) []string) func(storage.Tx, bot.Outbound) ([]string, error) {
	return func(tx storage.Tx, o bot.Outbound) ([]string, error) {
		number, err := numberOf(tx, o)
		if err != nil || !number.Answerable() {
			return nil, err
		}
		return of(number), nil
	}
}

// numberOf is the number that a message goes to; the zero Address where none is known.
func numberOf(tx storage.Tx, o bot.Outbound) (bot.Address, error) {
	if o.Kind == bot.KindDesk {
		n, registered, err := people.DeskNumber(tx, o.Contact)
		if err != nil || !registered {
			return bot.Address{}, err
		}
		u, err := tx.User(n.User)
		if err != nil {
			return bot.Address{}, fmt.Errorf("hotline: the number of a message: %w", err)
		}
		return u.Number, nil
	}
	c, err := tx.Contact(o.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Address{}, nil
	}
	if err != nil {
		return bot.Address{}, fmt.Errorf("hotline: the number of a message: %w", err)
	}
	return c.Number, nil
}
