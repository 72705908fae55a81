package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var fullSecrets = []string{"0123456789abcdef_-", "s3same-open", "t0ken-of-phone", "atsk_0123"}

// hides fails if text holds one of the secrets, in clear or in hexadecimal.
func hides(t *testing.T, what, text string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", s)) {
			t.Errorf("%s shows a secret:\n%.500s", what, text)
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	cfg, err := Parse("tinye.toml", []byte(full), "/etc/tinye")
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Web.Secret.Reveal() != fullSecrets[0] || cfg.Gateways[0].Kannel.Password.Reveal() != fullSecrets[1] ||
		cfg.Gateways[1].Generic.Token.Reveal() != fullSecrets[2] || cfg.Gateways[2].AfricasTalking.APIKey.Reveal() != fullSecrets[3] {
		t.Fatal("the secrets were not read")
	}
	hides(t, "Effective", cfg.Effective(), fullSecrets...)
	values := map[string]any{
		"the configuration": cfg, "a pointer to it": &cfg, "web": cfg.Web, "the gateways": cfg.Gateways, "kannel": *cfg.Gateways[0].Kannel,
		"generic": cfg.Gateways[1].Generic, "the secret": cfg.Web.Secret, "a pointer to the secret": &cfg.Web.Secret,
		"a list of secrets": []Secret{cfg.Web.Secret},
	}
	for what, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
			hides(t, what+" as "+verb, fmt.Sprintf(verb, v), fullSecrets...)
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		hides(t, what+" as JSON", string(data), fullSecrets...)
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		hides(t, what+" in a log", log.String(), fullSecrets...)
	}
	if got := fmt.Sprint(cfg.Web.Secret, Secret{}); got != "(hidden) " {
		t.Errorf("a secret and no secret print as %q", got)
	}
}

// Whatever is wrong with a line that holds a secret, the error does not repeat it.
func TestSecretsStayOutOfErrors(t *testing.T) {
	for _, line := range []string{
		`password = hunter2x`, `password = "hunter2x`, `password = 'hunter2x`, `password = "hunter2x\q"`, `password = "hunter2x" y`,
		`password hunter2x`, `password: hunter2x`, `password = ["hunter2x"]`, `password = "CHANGE-hunter2x"`, `password = "hunter2x\u0001"`,
		"password = \"hunter2x\"\npassword = \"hunter2x\"", "password = \"hunter2x\"\npassword_file = \"x\"",
		`pasword = "hunter2x"`, `password.x = "hunter2x"`, `password = {x = "hunter2x"}`, "password = \"\"\"hunter2x\nhunter2x\\q\"\"\"",
		`url = "http://u:hunter2x@127.0.0.1/"`, `url = "http://127.0.0.1/?password=hunter2x"`, `url = "http://127.0.0.1/#hunter2x"`,
		`url = "u:hunter2x@127.0.0.1"`, `url = "http://u:hunter2x@127.0.0.1:port/"`,
	} {
		file := strings.Replace(full, `password = "s3same-open"`, line, 1)
		if strings.HasPrefix(line, "url") {
			file = strings.Replace(full, `url = "http://192.168.1.9:13013/cgi-bin/sendsms"`, line, 1)
		}
		cfg, err := Parse("tinye.toml", []byte(file), "/etc/tinye")
		ps := cfg.Check()
		if err == nil && len(ps) == 0 {
			t.Errorf("%s: nothing is said", line)
		}
		hides(t, line, fmt.Sprintf("%v %+v %v %+v", err, err, ps, cfg), "hunter2x")
		if err == nil {
			hides(t, line, cfg.Effective(), "hunter2x")
		}
	}
}

func TestSecretFromFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, value string, mode fs.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("good", "s3same-from-a-file\n", 0o640)
	write("windows", "s3same-from-a-file\r\n", 0o600)
	write("open", "s3same-from-a-file\n", 0o644)
	write("empty", "\n", 0o600)
	write("lines", "s3same-from-a-file\n\n", 0o600)
	write("large", strings.Repeat("s3same-from-a-file", 400), 0o600)
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ file, key, says string }{
		{"good", "", ""},
		{"windows", "", ""},
		{filepath.Join(dir, "good"), "", ""},
		{"open", "web.secret_file", "chmod o="},
		{"empty", "web.secret_file", "is empty"},
		{"lines", "web.secret", "line break"},
		{"large", "web.secret_file", "larger than"},
		{"folder", "web.secret_file", "no ordinary file"},
		{"missing", "web.secret_file", "no such file"},
	} {
		file := strings.Replace(full, `secret = "0123456789abcdef_-"`, fmt.Sprintf("secret_file = %q", tt.file), 1)
		cfg, err := Parse("tinye.toml", []byte(file), dir)
		ps, ok := errors.AsType[Problems](err)
		if !ok {
			ps = cfg.Check()
		}
		hides(t, tt.file, fmt.Sprintf("%v %v %+v", err, ps, cfg)+cfg.Effective(), "s3same-from-a-file")
		if tt.key == "" {
			if len(ps) > 0 || cfg.Web.Secret.Reveal() != "s3same-from-a-file" {
				t.Errorf("%s: %v", tt.file, ps)
			}
			if !strings.Contains(cfg.Effective(), "secret_file = \""+dir) {
				t.Errorf("the file of the secret is not shown:\n%s", cfg.Effective())
			}
			continue
		}
		if len(ps) != 1 || ps[0].Key != tt.key || !strings.Contains(ps[0].Text, tt.says) {
			t.Errorf("%s: want %s … %s, got %v", tt.file, tt.key, tt.says, ps)
		}
	}
}

func TestFileThatEverybodyCanRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tinye.toml")
	if err := os.WriteFile(path, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[fs.FileMode]int{0o640: 0, 0o644: len(fullSecrets)} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		cfg, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		ps := cfg.Check()
		if len(ps) != want || ps.Err() != nil {
			t.Errorf("mode %v: %d warnings, want %d:\n%v", mode, len(ps), want, ps)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "none.toml"), dir} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Load(%s): %v", path, err)
		}
	}
}
