package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
)

// ErrHelp is returned when the arguments ask for help; see Help.
var ErrHelp = flag.ErrHelp

// Load reads the settings from args (without the program's name and verb), the
// environment and the file they name. env is os.LookupEnv but in tests. The
// error is a sentence for the person who started Heed, or ErrHelp.
func Load(args []string, env func(string) (string, bool)) (Config, error) {
	c, rest, err := LoadVerb(flag.NewFlagSet("heed", flag.ContinueOnError), args, env)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%q is one argument too many; settings begin with --, such as --listen", rest[0])
	}
	return c, err
}

// LoadVerb is Load for verbs with flags of their own, which fs already has. It
// returns the arguments that are not flags; they may stand between flags.
func LoadVerb(fs *flag.FlagSet, args []string, env func(string) (string, bool)) (Config, []string, error) {
	l := loader{settings: settings(), flags: map[string]*captured{}, env: env}
	rest, err := l.parse(fs, args)
	if err != nil {
		return Config{}, nil, err
	}
	if err := l.readFile(); err != nil {
		return Config{}, nil, err
	}
	c := Config{sources: map[string]string{}}
	for _, s := range l.settings {
		v, source := l.value(s)
		if err := s.set(&c, v); err != nil {
			return Config{}, nil, fmt.Errorf("%s is %q: %w", source, s.shown(v), err)
		}
		c.sources[s.name] = source
	}
	return c, rest, c.complete()
}

// captured is the value of a setting's flag.
type captured struct {
	v    string
	set  bool
	bare bool // a switch: --demo is --demo=true
}

func (c *captured) String() string   { return c.v }
func (c *captured) IsBoolFlag() bool { return c.bare }

func (c *captured) Set(v string) error {
	c.v, c.set = v, true
	return nil
}

type loader struct {
	settings []setting
	flags    map[string]*captured
	env      func(string) (string, bool)
	path     string
	file     map[string]fileValue
}

type fileValue struct {
	v    string
	line int
}

// parse reads the flags, wherever they stand among the other arguments.
func (l *loader) parse(fs *flag.FlagSet, args []string) ([]string, error) {
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	for _, s := range l.settings {
		c := &captured{bare: s.arg == ""}
		l.flags[s.name] = c
		fs.Var(c, s.flag(), s.help)
	}
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, l.flagError(fs, err)
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		if stop := len(args) - fs.NArg() - 1; stop >= 0 && args[stop] == "--" {
			return append(rest, fs.Args()...), nil
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

func (l *loader) flagError(fs *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return ErrHelp
	}
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		if name, missing := strings.CutPrefix(err.Error(), "flag needs an argument: -"); missing {
			return fmt.Errorf("--%s needs a value", name)
		}
		return err
	}
	name = strings.TrimPrefix(name, "-")
	var known []string
	fs.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	return fmt.Errorf("there is no flag --%s; %s", name, suggest(name, known, "--", "see --help"))
}

// value finds a setting's value and tells where it was given.
func (l *loader) value(s setting) (v, source string) {
	if f := l.flags[s.name]; f.set {
		return f.v, "the flag --" + s.flag()
	}
	if v, ok := l.env(s.env()); ok && v != "" {
		return v, s.env() + " in the environment"
	}
	if f, ok := l.file[s.name]; ok {
		return f.v, fmt.Sprintf("%s in %s, line %d,", s.name, l.path, f.line)
	}
	if s.name == "data" {
		if dir, ok := l.env("XDG_DATA_HOME"); ok && filepath.IsAbs(dir) {
			return filepath.Join(dir, "heed"), "the default of data"
		}
	}
	return s.def, "the default of " + s.name
}

// readFile reads the file named by flag or variable, if there is one.
func (l *loader) readFile() error {
	if f := l.flags["config"]; f.set {
		l.path = f.v
	} else if v, ok := l.env("HEED_CONFIG"); ok {
		l.path = v
	}
	if l.path == "" {
		return nil
	}
	data, err := os.ReadFile(l.path)
	if err != nil {
		return fmt.Errorf("the settings file cannot be read: %w; create it or leave --config and HEED_CONFIG out", err)
	}
	var raw map[string]any
	md, err := toml.Decode(string(data), &raw)
	if err != nil {
		if pe, ok := errors.AsType[toml.ParseError](err); ok {
			return fmt.Errorf("%s, line %d is no TOML: %s", l.path, pe.Position.Line, pe.Message)
		}
		return fmt.Errorf("%s is no TOML: %w", l.path, err)
	}
	known := map[string]bool{}
	var names []string
	for _, s := range l.settings {
		if s.name != "config" {
			known[s.name] = true
			names = append(names, s.name)
		}
	}
	l.file = map[string]fileValue{}
	for _, key := range md.Keys() {
		name := key.String()
		line := lineOf(string(data), key)
		if !known[name] {
			return fmt.Errorf("%s, line %d: there is no setting %s; %s", l.path, line, name, suggest(name, names, "", "see heed serve --help"))
		}
		v, ok := plain(raw[name])
		if !ok {
			return fmt.Errorf("%s, line %d: %s must be a text, a number, true, false or a list of texts", l.path, line, name)
		}
		l.file[name] = fileValue{v, line}
	}
	return nil
}

// plain writes a TOML value as a flag would give it.
func plain(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool, int64, float64:
		return fmt.Sprint(v), true
	case []any:
		out := make([]string, len(v))
		for i, e := range v {
			s, ok := e.(string)
			if !ok {
				return "", false
			}
			out[i] = s
		}
		return strings.Join(out, ","), true
	}
	return "", false
}

// lineOf finds the line where a key of the file begins, which the TOML reader
// does not tell.
func lineOf(data string, key toml.Key) int {
	for i, line := range strings.Split(data, "\n") {
		line = strings.TrimLeft(strings.TrimSpace(line), "[ \"'")
		after, ok := strings.CutPrefix(line, key[0])
		if ok && (after == "" || strings.ContainsAny(after[:1], " \t=.]\"'")) {
			return i + 1
		}
	}
	return 1
}

// complete checks what involves several settings and fills what follows from
// others.
func (c *Config) complete() error {
	if c.MailLimit < c.AttachmentLimit {
		return fmt.Errorf("mail_limit (%s) is less than attachment_limit (%s): a mail with the largest attachment would be refused; raise mail_limit to at least one and a half times attachment_limit",
			formatSize(c.MailLimit), formatSize(c.AttachmentLimit))
	}
	s3 := c.BlobS3
	if (s3.Endpoint == "") != (s3.Bucket == "") {
		return errors.New("blob_s3_endpoint and blob_s3_bucket belong together: give both, or neither to keep attachments in the data folder")
	}
	if (s3.AccessKey == "") != (s3.SecretKey == "") {
		return errors.New("blob_s3_access_key and blob_s3_secret_key belong together: give both or neither")
	}
	if c.BaseURL == "" {
		host, port, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return err
		}
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "localhost"
		}
		c.BaseURL = (&url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}).String()
	}
	return nil
}

// CheckEnv returns an error for a HEED_… variable among environ (as from
// os.Environ) that is no setting: most likely it is misspelt and has no effect.
// HEED_TEST_… belongs to the tests.
func CheckEnv(environ []string) error {
	var names []string
	known := map[string]bool{}
	for _, s := range settings() {
		names = append(names, s.env())
		known[s.env()] = true
	}
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "HEED_") && !strings.HasPrefix(name, "HEED_TEST_") && !known[name] {
			return fmt.Errorf("the environment has %s, which is no setting; %s", name, suggest(name, names, "", "see heed serve --help"))
		}
	}
	return nil
}

// suggest names the nearest of the known names, if one is near.
func suggest(name string, known []string, prefix, otherwise string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return otherwise
	}
	return "did you mean " + prefix + best + "?"
}

// distance is the number of letters to change, add or drop (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
