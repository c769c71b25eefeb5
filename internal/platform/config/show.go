package config

import (
	"fmt"
	"strings"
)

// Setting is one setting as it stands, for the doctor's report.
type Setting struct {
	Name   string
	Value  string // "(set)" for a secret
	Source string // "the flag --listen", "the default of listen", …
}

// Settings lists all settings with where each comes from. Secrets and the
// password of the database are not shown.
func (c Config) Settings() []Setting {
	var out []Setting
	for _, s := range settings() {
		out = append(out, Setting{Name: s.name, Value: s.shown(s.get(&c)), Source: strings.TrimSuffix(c.sources[s.name], ",")})
	}
	return out
}

func (s setting) shown(v string) string {
	if s.show == nil {
		return v
	}
	return s.show(v)
}

// Help lists all settings as flags, with variable and default.
func Help() string {
	var b strings.Builder
	b.WriteString("Settings (flag, else variable, else key in the file given by --config, else default):\n")
	for _, s := range settings() {
		head := "--" + s.flag()
		if s.arg != "" {
			head += " " + s.arg
		}
		def := s.def
		if def != "" {
			def = ", default " + def
		}
		fmt.Fprintf(&b, "  %-32s %s (%s%s)\n", head, s.help, s.env(), def)
	}
	return b.String()
}
