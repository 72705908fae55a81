package main

import (
	"tinye/bot"
	"tinye/bot/config"
)

// router tells by which gateway a number is written to.
type router struct {
	cfg  config.Config
	site string // the gateway for numbers that never wrote to us and that no route names
}

// route is the first gateway of a number's route, or else the one that it last wrote to, or else the site's.
func (r router) route(number bot.Address, known string) string {
	if way, ok := r.cfg.RouteOf(number.Value); ok && len(way.Gateways) > 0 {
		return way.Gateways[0]
	}
	if known != "" {
		return known
	}
	return r.site
}

// carriers are the gateways of a number's route, the one in use first; nil where no route names it.
func (r router) carriers(number bot.Address) []string {
	way, _ := r.cfg.RouteOf(number.Value)
	return way.Gateways
}
