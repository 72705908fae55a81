package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/sheet"
	"tinye/storage"
)

// imports measures lists of numbers: rows a second through the admin socket into an empty database, and what the process holds
// meanwhile, both ends together.
func imports(ctx context.Context, l *lab, f figures) error {
	for _, kind := range []string{"csv", "xlsx"} {
		dir, err := os.MkdirTemp("", "tinye-") // a socket's path has at most 107 bytes, a data folder below var/bench may have more
		if err != nil {
			return err
		}
		o := importOptions{Dir: filepath.Join(l.dir, "import-"+kind+"-"+filepath.Base(dir)), Socket: filepath.Join(dir, "s"), Rows: l.listed, Workbook: kind == "xlsx"}
		done, err := importIn(ctx, l, o)
		if err := errors.Join(err, os.RemoveAll(dir), os.RemoveAll(o.Dir)); err != nil {
			return err
		}
		name := map[bool]string{false: "import", true: "import_xlsx"}[o.Workbook]
		f[name+"_rows_per_s"], f[name+"_rss_mb"] = float64(done.New)/done.Seconds, megabytes(done.AnonBytes)
		l.say("  %-8s %d rows: %.0f a second, %.0f MB", kind, done.New, f[name+"_rows_per_s"], f[name+"_rss_mb"])
	}
	return nil
}

// importIn runs the part in a process of its own: what it holds is its own, too.
func importIn(ctx context.Context, l *lab, o importOptions) (done imported, err error) {
	p, err := l.start(ctx, roleImport, o)
	if err != nil {
		return done, err
	}
	return done, errors.Join(p.read(&done), p.end())
}

type importOptions struct {
	Dir      string // an empty data folder
	Socket   string
	Rows     int
	Workbook bool // XLSX, else CSV
}

// imported is what one import took.
type imported struct {
	New       int // people in the database
	Seconds   float64
	AnonBytes int64 // the most RssAnon after a portion
}

// importList brings a list in, as the command line does, through a socket of its own process.
func importList(ctx context.Context, o importOptions, out io.Writer) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // as cmd/tinye does
	}
	s, err := openSite(ctx, o.Dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	act := people.Act{At: bot.At(time.Now()), As: "AMI", Via: "socket", Site: "bench"}
	err = s.db.Update(ctx, func(tx storage.Tx) error {
		_, err := people.AddUser(tx, act, "AMI", []bot.Role{bot.RoleAdmin, bot.RoleCoordinator})
		return err
	})
	if err != nil {
		return err
	}
	ln, err := admin.Listen(o.Socket)
	if err != nil {
		return err
	}
	server := &admin.Server{
		Service:  func() (*hotline.Service, bool) { return s.service, true },
		DeskLang: bot.French, Texts: s.service.Texts, Log: log, Now: time.Now,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	defer func() { err = errors.Join(err, server.Shutdown(ctx), <-served) }()

	path := filepath.Join(o.Dir, "list")
	if err := writeList(path, o); err != nil {
		return err
	}
	done, err := bringIn(ctx, path, o.Socket)
	if err != nil {
		return err
	}
	if done.New != o.Rows {
		return fmt.Errorf("%d of %d people are in the database", done.New, o.Rows)
	}
	return json.NewEncoder(out).Encode(done)
}

// writeList writes as many numbers as there are rows.
func writeList(path string, o importOptions) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	f := sheet.CSV()
	if o.Workbook {
		f = sheet.Workbook()
	}
	w, err := sheet.NewWriter(file, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.Write([]string{"N°", "Téléphone", "Langue", "Sexe", "Âge", "Région"}); err != nil {
		return err
	}
	for i := range o.Rows {
		row := []string{strconv.Itoa(i), numberOf(i), "bambara", "F", strconv.Itoa(15 + i%60), "Mopti"}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}

func bringIn(ctx context.Context, path, socket string) (done imported, err error) {
	begun := time.Now()
	file, err := os.Open(path)
	if err != nil {
		return done, err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return done, err
	}
	table, err := sheet.Open(file, size, sheet.Options{Head: people.IsListHead, Under: people.GoesUnderListHead})
	if err != nil {
		return done, err
	}
	defer table.Close()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, // as the command line does
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
	i := admin.Importer{
		By: admin.By{As: "AMI"}, Heads: table.Heads, List: admin.ImportList{File: hex.EncodeToString(sum.Sum(nil)), Source: "bench"},
		Next: func() (admin.ListRow, error) {
			row, err := table.Next()
			return admin.ListRow{Line: row.Line, Cells: row.Cells, Broken: row.Broken}, err
		},
		Post: func(ctx context.Context, path string, q, a any) error { return post(ctx, &client, path, q, a) },
		Bad: func(row admin.ListRow, wrong admin.WrongLine) error {
			return fmt.Errorf("line %d is wrong: %s", row.Line, wrong.Key)
		},
		Done: func(admin.Import) {
			if anon, err := rssAnon(); err == nil {
				done.AnonBytes = max(done.AnonBytes, anon)
			}
		},
	}
	if _, err := i.Begin(ctx); err != nil {
		return done, err
	}
	sums, err := i.Send(ctx)
	done.New, done.Seconds = sums.New, time.Since(begun).Seconds()
	return done, err
}

func post(ctx context.Context, client *http.Client, path string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://tinye"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s was answered %d", path, response.StatusCode)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
