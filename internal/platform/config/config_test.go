package config_test

import (
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heed/internal/platform/config"
)

func env(kv ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(kv); i += 2 {
			if kv[i] == name {
				return kv[i+1], true
			}
		}
		return "", false
	}
}

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heed.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsAreReadyForUse(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil, env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.Data != "heed-data" || c.DatabaseURL() != "sqlite:heed-data/heed.db" ||
		c.BaseURL != "http://127.0.0.1:8080" || c.AttachmentLimit != 25<<20 || c.MailLimit != 60<<20 ||
		c.LogLevel != slog.LevelInfo || c.LogFormat != "text" || c.SessionDays != 14 || c.Demo || c.LMTP != "" {
		t.Errorf("got %+v", c)
	}
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	t.Parallel()
	path := write(t, `
listen = "127.0.0.1:1001"
data = "from-file"
session_days = 3
demo = true
trusted_proxies = ["10.0.0.1", "192.168.0.0/16"]
`)
	c, err := config.Load([]string{"--config", path, "--listen=:1003"}, env("HEED_LISTEN", "127.0.0.1:1002", "HEED_DATA", "from-env", "HEED_DEMO", ""))
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":1003" || c.Data != "from-env" || c.SessionDays != 3 || !c.Demo || c.MailLimit != 60<<20 {
		t.Errorf("got %+v", c)
	}
	if c.BaseURL != "http://localhost:1003" {
		t.Errorf("base URL %s", c.BaseURL)
	}
	if len(c.Proxies) != 2 || c.Proxies[0].String() != "10.0.0.1/32" || c.Proxies[1].String() != "192.168.0.0/16" {
		t.Errorf("proxies %v", c.Proxies)
	}
	sources := map[string]string{}
	for _, s := range c.Settings() {
		sources[s.Name] = s.Source
	}
	for name, want := range map[string]string{
		"listen": "the flag --listen", "data": "HEED_DATA in the environment",
		"session_days": "session_days in " + path + ", line 4", "mail_limit": "the default of mail_limit",
	} {
		if sources[name] != want {
			t.Errorf("%s comes from %q, want %q", name, sources[name], want)
		}
	}
}

func TestDataFolderFollowsXDG(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil, env("XDG_DATA_HOME", "/var/lib/x"))
	if err != nil || c.Data != "/var/lib/x/heed" {
		t.Errorf("got %q, %v", c.Data, err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		file string
		args []string
		env  []string
		want string
	}{
		{"a misspelt flag", "", []string{"--lisen", ":1"}, nil, "there is no flag --lisen; did you mean --listen?"},
		{"a flag like no other", "", []string{"--zzzzzz"}, nil, "there is no flag --zzzzzz; see --help"},
		{"a flag without its value", "", []string{"--listen"}, nil, "--listen needs a value"},
		{"a stray argument", "", []string{"serve"}, nil, `"serve" is one argument too many; settings begin with --, such as --listen`},
		{"a wrong address", "", []string{"--listen", "8080"}, nil, `the flag --listen is "8080": give HOST:PORT, such as 127.0.0.1:8080, or :8080 for every address of this machine`},
		{"a wrong size in the environment", "", nil, []string{"HEED_MAIL_LIMIT", "big"}, `HEED_MAIL_LIMIT in the environment is "big": give a size such as 25MB`},
		{"a misspelt key", "demo = true\n\nlissten = \":1\"\n", nil, nil, "FILE, line 3: there is no setting lissten; did you mean listen?"},
		{"a table", "[server]\nlisten = \":1\"\n", nil, nil, "FILE, line 1: there is no setting server; see heed serve --help"},
		{"a wrong value in the file", "# days\nsession_days = 0\n", nil, nil, `session_days in FILE, line 2, is "0": give a number of days from 1 to 365`},
		{"a wrong kind of value", "listen = [1]\n", nil, nil, "FILE, line 1: listen must be a text, a number, true, false or a list of texts"},
		{"no TOML", "listen = \n", nil, nil, "FILE, line 1 is no TOML: "},
		{"a wrong log level", "", []string{"--log-level=loud"}, nil, `the flag --log-level is "loud": give debug, info, warn or error`},
		{"a foreign database, its password unsaid", "", []string{"--db=mysql://me:hush@host/db"}, nil, `the flag --db is "mysql://me:xxxxx@host/db": give postgres://USER:PASSWORD@HOST/NAME, or leave it empty for SQLite in the data folder`},
		{"a base URL without scheme", "", []string{"--base-url=help.example.com"}, nil, `the flag --base-url is "help.example.com": give a whole address, such as https://help.example.com`},
		{"a wrong proxy", "", []string{"--trusted-proxies=10.0.0.1,proxy"}, nil, `the flag --trusted-proxies is "10.0.0.1,proxy": "proxy" is neither; give addresses or networks such as 10.0.0.1 or 10.0.0.0/8`},
		{"limits that contradict", "", []string{"--mail-limit=1MB"}, nil, "mail_limit (1MB) is less than attachment_limit (25MB): a mail with the largest attachment would be refused; raise mail_limit to at least one and a half times attachment_limit"},
		{"half an S3 setting", "", []string{"--blob-s3-bucket=b"}, nil, "blob_s3_endpoint and blob_s3_bucket belong together: give both, or neither to keep attachments in the data folder"},
		{"half a key pair", "", []string{"--blob-s3-access-key=b"}, nil, "blob_s3_access_key and blob_s3_secret_key belong together: give both or neither"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args, path := tt.args, ""
			if tt.file != "" {
				path = write(t, tt.file)
				args = append(args, "--config", path)
			}
			_, err := config.Load(args, env(tt.env...))
			if err == nil {
				t.Fatal("no error")
			}
			want := strings.Replace(tt.want, "FILE", path, 1)
			if !strings.HasPrefix(err.Error(), want) {
				t.Errorf("\n got %s\nwant %s", err, want)
			}
		})
	}
	if _, err := config.Load([]string{"--config", "/nonexistent/heed.toml"}, env()); err == nil || !strings.Contains(err.Error(), "create it or leave") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestVerbsHaveTheirOwnFlagsBetweenArguments(t *testing.T) {
	t.Parallel()
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	dry := fs.Bool("dry-run", false, "")
	c, rest, err := config.LoadVerb(fs, []string{"agents", "--data", "d", "people.csv", "--dry-run", "--", "--odd"}, env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "d" || !*dry || !slices.Equal(rest, []string{"agents", "people.csv", "--odd"}) {
		t.Errorf("data %q, dry %v, rest %q", c.Data, *dry, rest)
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	t.Parallel()
	if _, err := config.Load([]string{"-h"}, env()); !errors.Is(err, config.ErrHelp) {
		t.Errorf("got %v", err)
	}
	c, err := config.Load(nil, env())
	if err != nil {
		t.Fatal(err)
	}
	help := config.Help()
	for _, s := range c.Settings() {
		if !strings.Contains(help, "--"+strings.ReplaceAll(s.Name, "_", "-")) || !strings.Contains(help, "HEED_"+strings.ToUpper(s.Name)) {
			t.Errorf("the help says nothing of %s", s.Name)
		}
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{"--db=postgres://me:hush@host/db", "--metrics-token=hush", "--blob-s3-access-key=a", "--blob-s3-secret-key=hush"}, env())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "hush") {
			t.Errorf("%s shows %s", s.Name, s.Value)
		}
	}
}

func TestEveryShownValueIsReadAgain(t *testing.T) {
	t.Parallel()
	args := []string{"--listen=:1", "--lmtp=unix:/run/heed.sock", "--attachment-limit=1536KB", "--trusted-proxies=::1 10.0.0.0/8", "--allow-private-outbound=mail.internal.example, 10.1.0.0/16", "--log-level=warn", "--demo"}
	c, err := config.Load(args, env())
	if err != nil {
		t.Fatal(err)
	}
	var again []string
	for _, s := range c.Settings() {
		again = append(again, "--"+strings.ReplaceAll(s.Name, "_", "-")+"="+s.Value)
	}
	d, err := config.Load(again, env())
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range c.Settings() {
		if d.Settings()[i].Value != s.Value {
			t.Errorf("%s: %q became %q", s.Name, s.Value, d.Settings()[i].Value)
		}
	}
}

func TestUnknownVariablesOfTheEnvironmentAreErrors(t *testing.T) {
	t.Parallel()
	if err := config.CheckEnv([]string{"HEED_LISTEN=:1", "PATH=/bin", "HEEDLESS=1", "HEED_TEST_POSTGRES=x"}); err != nil {
		t.Error(err)
	}
	err := config.CheckEnv([]string{"HEED_LISTN=:1"})
	if err == nil || err.Error() != "the environment has HEED_LISTN, which is no setting; did you mean HEED_LISTEN?" {
		t.Errorf("got %v", err)
	}
}

func TestParseSize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"25MB": 25 << 20, "25 MiB": 25 << 20, "1.5gb": 3 << 29, "500k": 500 << 10, "1048576": 1 << 20, "7B": 7} {
		if got, err := config.ParseSize(in); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "MB", "-1MB", "0", "1XB", "1MBMB", "9999999TB", "NaN", "inf"} {
		if got, err := config.ParseSize(in); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", in, got)
		}
	}
}
