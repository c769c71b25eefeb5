// Package day is a date without a time: from when a price holds, until when a
// dealer may sell. It is written as people write it (ISO 8601), so that days
// compare as text, and belongs to the firm's zone.
package day

import "time"

// Day is a date "2026-11-24". Empty is no date: as a beginning it is always, as an end never.
type Day string

// Of gives the day that it is at t in a zone.
func Of(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// In gives the day that it is at t in the zone with an IANA name; UTC when there is none.
func In(t time.Time, zone string) Day {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return Of(t, loc)
}

// Valid tells whether d is a date or empty.
func (d Day) Valid() bool {
	if d == "" {
		return true
	}
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Format(time.DateOnly) == string(d)
}

// Add gives the day n days later; of an empty day an empty one.
func (d Day) Add(n int) Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// Within tells whether d is from the one day to the other, both included.
func (d Day) Within(from, to Day) bool { return from <= d && (to == "" || d <= to) }
