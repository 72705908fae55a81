package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/gateway"
	"tinye/bot/hotline"
	"tinye/storage"
	"tinye/storage/seal"
)

// adminServer is the API behind the command line.
func (h *process) adminServer() *admin.Server {
	return &admin.Server{
		Service: func() (*hotline.Service, bool) {
			o := h.open.Load()
			if o == nil {
				return nil, false
			}
			return o.service, true
		},
		Unlock:   h.unlockAsked,
		Running:  h.running,
		Decode:   h.decode,
		CheckKey: seal.CheckCasePublic, CloseExport: seal.CloseTo,
		DeskLang: h.cfg.Site.DeskLanguage,
		Backups: admin.BackupFolder{
			Path: h.cfg.Retention.Backups, Days: h.cfg.Retention.BackupsDays, Prune: pruner(h.d.now),
		},
		Air:   h.air,
		Texts: h.texts,
		Log:   h.d.log,
		Now:   h.d.now,
	}
}

// air is what the configuration says of a gateway's price and pace.
func (h *process) air(gateway string) (xof int, perSecond float64) {
	for _, g := range h.cfg.Gateways {
		if g.Name == gateway {
			return g.Price, g.Rate
		}
	}
	return 0, 0
}

// unlockAsked is unlock for whoever types the passphrase: why it does not open the store is theirs to know.
func (h *process) unlockAsked(ctx context.Context, passphrase string) error {
	err := h.unlock(ctx, passphrase)
	switch {
	case errors.Is(err, seal.ErrLocked):
		return bot.Fault(bot.CodeInvalid, "desk.no_passphrase")
	case errors.Is(err, seal.ErrWrongPassphrase):
		return err // the API has a sentence for storage.ErrWrongKey, which it is too
	case errors.Is(err, storage.ErrWrongKey):
		h.d.log.Error("unlock: the passphrase is right, but the master key is another database's", "key", h.cfg.Storage.Key, "database", h.cfg.Storage.Path)
		return bot.Fault(bot.CodeForbidden, "desk.other_key")
	}
	return err
}

// running is what tinye status shows of the process.
func (h *process) running() admin.Running {
	r := admin.Running{Version: versionLine()}
	o := h.open.Load()
	if o == nil {
		return r
	}
	sending := o.sender.Stats()
	r.Paused = sending.Paused
	r.OpenViews = o.store.OpenViews()
	for _, g := range sending.Gateways {
		row := admin.Gateway{Name: g.Name, Circuit: string(g.Circuit), InFlight: g.InFlight, Sent: g.Sent, Moved: g.Moved}
		if !g.DownSince.IsZero() {
			row.DownSince = bot.At(g.DownSince)
		}
		for _, n := range g.Failures {
			row.Failures += n
		}
		r.Gateways = append(r.Gateways, row)
	}
	return r
}

// decode reads a request in quarantine again, with the gateway as it is configured now.
func (h *process) decode(q bot.Quarantined) ([]bot.Inbound, []bot.DeliveryReport, error) {
	for _, m := range h.carriers.mounts {
		if m.Gateway.Name() != q.Gateway {
			continue
		}
		if q.Route == keptRoute {
			inbounds, err := decodeKept(q)
			return inbounds, nil, err
		}
		for _, route := range m.Gateway.Routes() {
			if route.Path != q.Route || route.Method != q.Method {
				continue
			}
			req, err := requestOf(q)
			if err != nil {
				return nil, nil, err
			}
			d, err := route.Decode(req)
			return d.Inbounds, d.Reports, err
		}
	}
	return nil, nil, fmt.Errorf("no gateway takes %s %s/%s now", q.Method, q.Gateway, q.Route)
}

// requestOf is the request as the gateway's adapter saw it, but for the headers that are not kept.
func requestOf(q bot.Quarantined) (gateway.Request, error) {
	query, err := url.ParseQuery(string(q.Query))
	if err != nil {
		return gateway.Request{}, errors.New("the query is none") // the parser's words would quote it
	}
	return gateway.Request{
		Method: q.Method, RawQuery: string(q.Query), Query: query, ContentType: q.Type,
		Header: map[string]string{"Content-Type": q.Type}, Body: q.Body,
	}, nil
}
