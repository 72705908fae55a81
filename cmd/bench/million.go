package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// full is a data folder with many messages.
type full struct {
	dir             string
	seconds         float64 // that filling it took
	bytesPerMessage float64
}

// million measures the inbound path with a million messages stored (-preload says how many), and what one takes on disk:
// the growth of the file from the known senders alone to them with all messages, divided by the number of messages. Free
// pages and bbolt's steps of 16 MiB are part of it; the acknowledgements are still in the queue. The rounds share the
// folder and go on filling it.
func million(ctx context.Context, l *lab, f figures) error {
	if l.filled == nil {
		if err := l.fillUp(ctx); err != nil {
			return err
		}
	}
	o, err := l.run(ctx, serveOptions{Mode: modeInbound, Dir: l.filled.dir}, most)
	if err != nil {
		return err
	}
	f.take("inbound_"+manyName(l.preload)+"_c256", l, o)
	f["rss_anon_"+manyName(l.preload)+"_mb"] = megabytes(o.server.AnonBytes)
	f["bytes_per_message"] = l.filled.bytesPerMessage
	f["preload_rps"] = float64(l.preload) / l.filled.seconds
	return nil
}

// manyName stands for the number of messages in names: 1m, unless -preload or -quick made it another.
func manyName(n int) string {
	if n == 1_000_000 {
		return "1m"
	}
	return strconv.Itoa(n)
}

func (l *lab) fillUp(ctx context.Context) error {
	empty, err := l.fresh(ctx)
	if err != nil {
		return err
	}
	before, err := os.Stat(filepath.Join(empty, databaseName))
	if err != nil {
		return err
	}
	dir := filepath.Join(l.dir, "full")
	l.say("  storing %d messages", l.preload)
	start := time.Now()
	if err := l.fill(ctx, fillOptions{Dir: dir, Messages: l.preload}); err != nil {
		return err
	}
	took := time.Since(start)
	after, err := os.Stat(filepath.Join(dir, databaseName))
	if err != nil {
		return err
	}
	l.filled = &full{
		dir: dir, seconds: took.Seconds(),
		bytesPerMessage: float64(after.Size()-before.Size()) / float64(l.preload),
	}
	return nil
}
