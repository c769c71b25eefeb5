package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Config holds all settings. Load fills it; its fields are valid as they are.
type Config struct {
	Listen  string // address of the web server, host:port
	Data    string // folder of everything Heed stores on disk
	DB      string // postgres://… or sqlite:FILE; see DatabaseURL
	File    string // the TOML file that was read, or ""
	LMTP    string // address that takes mail by LMTP (RFC 2033), host:port or unix:PATH; "" is off
	Demo    bool   // start with removable example data
	BaseURL string // what links in mail begin with, without a slash at the end

	AttachmentLimit int64 // bytes of one attachment
	MailLimit       int64 // bytes of one incoming mail

	BlobS3 BlobS3

	LogLevel  slog.Level
	LogFormat string // "text" or "json"

	MetricsToken  string         // bearer token of /metrics; "" is loopback only
	SecretKeyFile string         // "" is secret.key in the data folder
	Proxies       []netip.Prefix // whose X-Forwarded-For is believed
	AllowPrivate  []string       // host, host:port, address or CIDR that outgoing calls may reach though private
	SessionDays   int            // days until an unused sign-in ends

	sources map[string]string
}

// BlobS3 says where attachments go when not into the data folder. Without a
// bucket they stay in the data folder.
type BlobS3 struct {
	Endpoint  string // URL, https://s3.example.com
	Bucket    string
	Region    string
	AccessKey string
	SecretKey string
	Prefix    string // before each key, for a shared bucket
}

// DatabaseURL is the DB setting, or the SQLite file in the data folder.
func (c Config) DatabaseURL() string {
	if c.DB != "" {
		return c.DB
	}
	return "sqlite:" + c.Data + "/heed.db"
}

// setting is the one declaration of a setting.
type setting struct {
	name string // key in the file; flag and variable follow from it
	arg  string // what the help shows for the value; "" for a switch
	def  string
	help string
	set  func(c *Config, v string) error
	get  func(c *Config) string
	show func(v string) string // what of a secret value may be shown; nil is all
}

func (s setting) flag() string { return strings.ReplaceAll(s.name, "_", "-") }
func (s setting) env() string  { return "HEED_" + strings.ToUpper(s.name) }

func settings() []setting {
	return []setting{
		address("listen", "127.0.0.1:8080", "address of the web server", func(c *Config) *string { return &c.Listen }),
		text("data", "DIR", "heed-data", "folder for everything Heed stores; $XDG_DATA_HOME/heed if that variable is set", func(c *Config) *string { return &c.Data }, given),
		withoutPassword(text("db", "URL", "", "postgres://USER:PASSWORD@HOST/NAME; empty is SQLite in the data folder", func(c *Config) *string { return &c.DB }, database)),
		text("config", "FILE", "", "TOML file with settings", func(c *Config) *string { return &c.File }, nil),
		address("lmtp", "", "address that takes mail by LMTP, HOST:PORT or unix:PATH; empty is off", func(c *Config) *string { return &c.LMTP }),
		onOff("demo", "start with example data, which can be removed again", func(c *Config) *bool { return &c.Demo }),
		text("base_url", "URL", "", "what links in mail begin with, https://help.example.com; empty is made from listen", func(c *Config) *string { return &c.BaseURL }, webURL),
		size("attachment_limit", "25MB", "largest attachment", func(c *Config) *int64 { return &c.AttachmentLimit }),
		size("mail_limit", "60MB", "largest incoming mail", func(c *Config) *int64 { return &c.MailLimit }),
		text("blob_s3_endpoint", "URL", "", "S3-compatible store for attachments; empty is the data folder", func(c *Config) *string { return &c.BlobS3.Endpoint }, webURL),
		text("blob_s3_bucket", "NAME", "", "bucket of that store", func(c *Config) *string { return &c.BlobS3.Bucket }, nil),
		text("blob_s3_region", "NAME", "us-east-1", "region of that store", func(c *Config) *string { return &c.BlobS3.Region }, nil),
		text("blob_s3_access_key", "KEY", "", "access key of that store", func(c *Config) *string { return &c.BlobS3.AccessKey }, nil),
		hidden(text("blob_s3_secret_key", "KEY", "", "secret key of that store", func(c *Config) *string { return &c.BlobS3.SecretKey }, nil)),
		text("blob_s3_prefix", "PATH", "", "before each key, for a bucket shared with others", func(c *Config) *string { return &c.BlobS3.Prefix }, nil),
		{
			name: "log_level", arg: "LEVEL", def: "info", help: "least level that is logged: debug, info, warn or error",
			set: func(c *Config, v string) error {
				if c.LogLevel.UnmarshalText([]byte(v)) != nil {
					return errors.New("give debug, info, warn or error")
				}
				return nil
			},
			get: func(c *Config) string { return strings.ToLower(c.LogLevel.String()) },
		},
		text("log_format", "FORMAT", "text", "text for people or json for machines", func(c *Config) *string { return &c.LogFormat }, func(v string) (string, error) {
			if v != "text" && v != "json" {
				return "", errors.New("give text or json")
			}
			return v, nil
		}),
		hidden(text("metrics_token", "TOKEN", "", "bearer token that may read /metrics from elsewhere; empty is from this machine only", func(c *Config) *string { return &c.MetricsToken }, nil)),
		text("secret_key_file", "FILE", "", "file with the keys that encrypt stored secrets; empty is secret.key in the data folder", func(c *Config) *string { return &c.SecretKeyFile }, nil),
		{
			name: "trusted_proxies", arg: "LIST", help: "addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas",
			set: func(c *Config, v string) (err error) {
				c.Proxies, err = prefixes(v)
				return err
			},
			get: func(c *Config) string {
				out := make([]string, len(c.Proxies))
				for i, p := range c.Proxies {
					out[i] = p.String()
				}
				return strings.Join(out, ",")
			},
		},
		{
			name: "allow_private_outbound", arg: "LIST", help: "hosts, HOST:PORT or networks inside the house that Heed may call, separated by commas; for mail servers of your own",
			set: func(c *Config, v string) error {
				c.AllowPrivate = split(v)
				return nil
			},
			get: func(c *Config) string { return strings.Join(c.AllowPrivate, ",") },
		},
		{
			name: "session_days", arg: "DAYS", def: "14", help: "days until an unused sign-in ends",
			set: func(c *Config, v string) error {
				n, err := strconv.Atoi(v)
				if err != nil || n < 1 || n > 365 {
					return errors.New("give a number of days from 1 to 365")
				}
				c.SessionDays = n
				return nil
			},
			get: func(c *Config) string { return strconv.Itoa(c.SessionDays) },
		},
	}
}

func text(name, arg, def, help string, at func(*Config) *string, check func(string) (string, error)) setting {
	return setting{
		name: name, arg: arg, def: def, help: help,
		set: func(c *Config, v string) (err error) {
			if check != nil {
				if v, err = check(v); err != nil {
					return err
				}
			}
			*at(c) = v
			return nil
		},
		get: func(c *Config) string { return *at(c) },
	}
}

func hidden(s setting) setting {
	s.show = func(v string) string {
		if v == "" {
			return ""
		}
		return "(set)"
	}
	return s
}

// withoutPassword shows a URL but for its password.
func withoutPassword(s setting) setting {
	s.show = func(v string) string {
		u, err := url.Parse(v)
		if err != nil {
			return "(set)"
		}
		return u.Redacted()
	}
	return s
}

func address(name, def, help string, at func(*Config) *string) setting {
	return text(name, "ADDR", def, help, at, func(v string) (string, error) {
		if v == "" && def == "" || name == "lmtp" && strings.HasPrefix(v, "unix:") && len(v) > len("unix:") {
			return v, nil
		}
		_, port, err := net.SplitHostPort(v)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return "", errors.New("give HOST:PORT, such as 127.0.0.1:8080, or :8080 for every address of this machine")
		}
		return v, nil
	})
}

func onOff(name, help string, at func(*Config) *bool) setting {
	return setting{
		name: name, def: "false", help: help,
		set: func(c *Config, v string) error {
			b, err := strconv.ParseBool(v)
			if err != nil {
				return errors.New("give true or false")
			}
			*at(c) = b
			return nil
		},
		get: func(c *Config) string { return strconv.FormatBool(*at(c)) },
	}
}

func size(name, def, help string, at func(*Config) *int64) setting {
	return setting{
		name: name, arg: "SIZE", def: def, help: help,
		set: func(c *Config, v string) error {
			n, err := ParseSize(v)
			if err != nil {
				return err
			}
			*at(c) = n
			return nil
		},
		get: func(c *Config) string { return formatSize(*at(c)) },
	}
}

// ParseSize reads a size such as "25MB", "1.5 GB" or "1048576" (bytes). Units
// are powers of 1024, with or without "i", in either case.
func ParseSize(s string) (int64, error) {
	wrong := errors.New("give a size such as 25MB")
	t := strings.ToUpper(strings.TrimSpace(s))
	number := strings.TrimRight(t, "BIKMGT ")
	factor := int64(1)
	switch unit := strings.TrimSpace(t[len(number):]); unit {
	case "", "B":
	case "K", "KB", "KIB":
		factor = 1 << 10
	case "M", "MB", "MIB":
		factor = 1 << 20
	case "G", "GB", "GIB":
		factor = 1 << 30
	case "T", "TB", "TIB":
		factor = 1 << 40
	default:
		return 0, wrong
	}
	v, err := strconv.ParseFloat(number, 64)
	if v *= float64(factor); err != nil || math.IsNaN(v) || v < 1 || v > 1<<50 {
		return 0, wrong
	}
	return int64(v), nil
}

func formatSize(n int64) string {
	for _, u := range []struct {
		bits int
		name string
	}{{40, "TB"}, {30, "GB"}, {20, "MB"}, {10, "KB"}} {
		if n != 0 && n%(1<<u.bits) == 0 {
			return strconv.FormatInt(n>>u.bits, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}

func given(v string) (string, error) {
	if v == "" {
		return "", errors.New("name a folder")
	}
	return v, nil
}

func database(v string) (string, error) {
	for _, scheme := range []string{"postgres://", "postgresql://", "sqlite:"} {
		if strings.HasPrefix(v, scheme) && len(v) > len(scheme) {
			return v, nil
		}
	}
	if v == "" {
		return "", nil
	}
	return "", errors.New("give postgres://USER:PASSWORD@HOST/NAME, or leave it empty for SQLite in the data folder")
}

func webURL(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("give a whole address, such as https://help.example.com")
	}
	return strings.TrimRight(v, "/"), nil
}

func prefixes(list string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range split(list) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, addrErr := netip.ParseAddr(s)
			if addrErr != nil {
				return nil, fmt.Errorf("%q is neither; give addresses or networks such as 10.0.0.1 or 10.0.0.0/8", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// split takes a list apart at commas and white space.
func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
}
