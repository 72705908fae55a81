package main

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/config"
)

// A route stands above the gateway that a person last wrote to; where there is none, that one is kept, or else the site's.
func TestByWhichGatewayANumberIsWrittenTo(t *testing.T) {
	r := router{site: "first", cfg: config.Config{Routes: []config.Route{{Prefix: "+2236", Gateways: []string{"moov", "phone"}}}}}
	for _, c := range []struct{ number, known, want string }{
		{"+22366123456", "orange", "moov"}, {"+22366123456", "", "moov"}, {"+22370123456", "orange", "orange"}, {"+22370123456", "", "first"},
	} {
		if got := r.route(bot.Address{Kind: bot.Phone, Value: c.number}, c.known); got != c.want {
			t.Errorf("known by %q: written to by %q, want %q", c.known, got, c.want)
		}
	}
	if got := r.carriers(bot.Address{Kind: bot.Phone, Value: "+22366123456"}); !slices.Equal(got, []string{"moov", "phone"}) {
		t.Errorf("carried by %v", got)
	}
	if got := r.carriers(bot.Address{Kind: bot.Phone, Value: "+22370123456"}); got != nil {
		t.Errorf("what no route names may move to %v", got)
	}
}
