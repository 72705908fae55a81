package main

import (
	"context"
	"io"
	"log/slog"
)

// logLevel is how much is logged.
type logLevel struct {
	LogLevel slog.Level `default:"info" env:"TINYE_LOG_LEVEL" placeholder:"LEVEL" help:"Journal à partir de ce niveau: debug, info, warn ou error."`
}

func (l logLevel) logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l.LogLevel}))
}

type serveCmd struct {
	logLevel `embed:""`
	Config   string `required:"" placeholder:"FILE" help:"Le fichier de configuration."`
}

// Run runs the hotline until it is told to stop.
func (c serveCmd) Run(ctx context.Context, std streams) error {
	cfg, err := loadConfig(std, c.Config)
	if err != nil {
		return err
	}
	return run(ctx, cfg, deps{log: c.logger(std.err)})
}
