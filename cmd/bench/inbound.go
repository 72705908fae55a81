package main

import (
	"context"
	"fmt"
	"os"
)

// edge measures one mode at every number of connections, each with a data folder of its own.
func edge(mode string) func(context.Context, *lab, figures) error {
	return func(ctx context.Context, l *lab, f figures) error {
		for _, connections := range l.connections {
			o, err := l.once(ctx, mode, connections)
			if err != nil {
				return err
			}
			f.take(nameAt(mode, connections), l, o)
			if mode == modeInbound && connections == most {
				f["inbound_c256_group"] = o.server.Group
				f["rss_anon_mb"] = megabytes(o.server.AnonBytes)
			}
		}
		return nil
	}
}

// limits measures the inbound path with the guards against floods and the joining of texts, which cost a row for each
// number and day. The senders write so often that most texts join an earlier one, and most numbers are in a flood.
func limits(ctx context.Context, l *lab, f figures) error {
	o, err := l.once(ctx, modeLimits, most)
	if err == nil {
		f.take("inbound_c256_limits", l, o)
	}
	return err
}

// once runs one mode on a new data folder, which goes afterwards.
func (l *lab) once(ctx context.Context, mode string, connections int) (outcome, error) {
	s := serveOptions{Mode: mode}
	if mode != modeNoop && mode != modeParse {
		dir, err := l.fresh(ctx)
		if err != nil {
			return outcome{}, err
		}
		defer os.RemoveAll(dir)
		s.Dir = dir
	}
	o, err := l.run(ctx, s, connections)
	if err != nil || s.Dir == "" {
		return o, err
	}
	o.grown, err = l.growth(s.Dir)
	return o, err
}

func nameAt(mode string, connections int) string { return fmt.Sprintf("%s_c%d", mode, connections) }
