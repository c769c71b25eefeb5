package customer

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
)

// PreferenceKind is what a preference is about.
type PreferenceKind string

// The kinds of preferences.
const (
	PreferChannel  PreferenceKind = "channel"
	PreferTime     PreferenceKind = "time"
	PreferTone     PreferenceKind = "tone"
	PreferLength   PreferenceKind = "length"
	PreferLanguage PreferenceKind = "language"
	PreferTaboo    PreferenceKind = "taboo" // what is not to be spoken of
	PreferOther    PreferenceKind = "other"
)

// PreferenceKinds lists the kinds.
func PreferenceKinds() []PreferenceKind {
	return []PreferenceKind{PreferChannel, PreferTime, PreferTone, PreferLength, PreferLanguage, PreferTaboo, PreferOther}
}

const (
	maxPreferences    = 30
	maxPreferenceText = 300
)

// Preference is how somebody likes to be treated (R405). Times are of the
// clock where he is; without a channel it holds for all.
type Preference struct {
	Kind      PreferenceKind `json:"kind"`
	Text      string         `json:"text"`
	Channel   string         `json:"channel"`
	NotBefore string         `json:"not_before"` // "10:00"; empty: from midnight on
	NotAfter  string         `json:"not_after"`  // "18:00"; empty: until midnight
	Warn      bool           `json:"warn"`       // whoever is about to act against it is told
}

func readPreferences(f *fault.Fields, in []Preference) []Preference {
	if len(in) > maxPreferences {
		f.Add("preferences", "field.too_many", "max", maxPreferences)
		return nil
	}
	out := make([]Preference, 0, len(in))
	for i, p := range in {
		at := func(part string) string { return place("preferences", i, part) }
		p.Text = strings.TrimSpace(p.Text)
		if utf8.RuneCountInString(p.Text) > maxPreferenceText {
			f.Add(at("text"), "field.too_long", "max", maxPreferenceText)
		}
		if !slices.Contains(PreferenceKinds(), p.Kind) {
			f.Add(at("kind"), "field.unknown_value")
		}
		if p.Channel != "" && !slices.Contains(Channels(), p.Channel) {
			f.Add(at("channel"), "field.unknown_value")
		}
		p.NotBefore, p.NotAfter = clockTime(f, at("not_before"), p.NotBefore), clockTime(f, at("not_after"), p.NotAfter)
		switch {
		case p.Kind == PreferTime && p.NotBefore == "" && p.NotAfter == "":
			f.Add(at("not_before"), "field.required")
		case p.Kind == PreferChannel && p.Channel == "":
			f.Add(at("channel"), "field.required")
		case p.Kind != PreferTime && p.Kind != PreferChannel && p.Text == "":
			f.Add(at("text"), "field.required")
		}
		if p.Kind != PreferTime {
			p.NotBefore, p.NotAfter = "", ""
		}
		out = append(out, p)
	}
	return out
}

// clockTime reads a time of day and gives it as "09:05", so that times compare
// as texts.
func clockTime(f *fault.Fields, name, s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "：", ":")
	if s == "" {
		return ""
	}
	if _, err := strconv.Atoi(s); err == nil {
		s += ":00"
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		f.Add(name, "field.time_invalid")
		return ""
	}
	return t.Format("15:04")
}

// The codes of warnings.
const (
	WarnTooEarly     = "too_early"
	WarnTooLate      = "too_late"
	WarnOtherChannel = "other_channel" // he likes another one better
	WarnNote         = "note"          // his own words
)

// Warning tells whoever is about to speak to a customer what he does not like.
type Warning struct {
	Code      string
	Kind      PreferenceKind
	Text      string
	Channel   string // the one that he likes, or that the warning is about
	NotBefore string
	NotAfter  string
	LocalTime string // what the clock says where he is
	Zone      string
}

// Warnings tells what to mind when the customer is spoken to by a channel
// (empty: any) at a time. firmZone is used when his own is not known.
func (c Customer) Warnings(channel string, at time.Time, firmZone string) []Warning {
	zone := c.Zone
	if zone == "" {
		zone = firmZone
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		place, zone = time.UTC, "UTC"
	}
	now := at.In(place).Format("15:04")
	out := []Warning{}
	for _, p := range c.Preferences.V {
		if !p.Warn {
			continue
		}
		w := Warning{Kind: p.Kind, Text: p.Text, Channel: p.Channel, NotBefore: p.NotBefore, NotAfter: p.NotAfter, LocalTime: now, Zone: zone}
		switch {
		case p.Kind == PreferChannel:
			if channel != "" && channel != p.Channel {
				w.Code = WarnOtherChannel
			}
		case p.Channel != "" && channel != "" && p.Channel != channel:
		case p.Kind == PreferTime:
			w.Code = p.against(now)
		default:
			w.Code = WarnNote
		}
		if w.Code != "" {
			out = append(out, w)
		}
	}
	return out
}

// against tells whether a time of day is before or behind the hours that he
// likes, which may go over midnight; empty when it is within.
func (p Preference) against(now string) string {
	early := p.NotBefore != "" && now < p.NotBefore
	late := p.NotAfter != "" && now >= p.NotAfter
	overMidnight := p.NotBefore != "" && p.NotAfter != "" && p.NotBefore > p.NotAfter
	switch {
	case overMidnight && early && late:
		return WarnTooEarly
	case overMidnight:
		return ""
	case early:
		return WarnTooEarly
	case late:
		return WarnTooLate
	}
	return ""
}
