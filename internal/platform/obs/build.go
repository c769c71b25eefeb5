package obs

import (
	"runtime/debug"
	"strings"
)

// Build says what was built.
type Build struct {
	Version string // "1.4.0", or "devel"
	Commit  string // short, with "+" when the tree had changes; "" when unknown
	Time    string // of the commit, RFC 3339; "" when unknown
	Go      string // the compiler, "go1.26.8"
}

// NewBuild completes the version, which the linker set in main, with what the
// Go tool noted in the binary.
func NewBuild(version string) Build {
	b := Build{Version: version}
	if version == "" {
		b.Version = "devel"
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	changed := ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				changed = "+"
			}
		}
	}
	if b.Commit != "" {
		b.Commit += changed
	}
	return b
}

// String is the line of "heed version".
func (b Build) String() string {
	return strings.Join(strings.Fields("heed "+b.Version+" "+b.Commit+" "+b.Time+" "+b.Go), " ")
}
