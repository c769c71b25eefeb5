package day_test

import (
	"testing"
	"time"

	"heed/internal/kernel/day"
)

func TestADayBelongsToAZone(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)
	for zone, want := range map[string]day.Day{"UTC": "2026-11-24", "Asia/Shanghai": "2026-11-25", "America/New_York": "2026-11-24", "Nowhere": "2026-11-24"} {
		if got := day.In(evening, zone); got != want {
			t.Errorf("in %s it is %s", zone, got)
		}
	}
}

func TestDaysAreCheckedAndCompared(t *testing.T) {
	t.Parallel()
	for d, want := range map[day.Day]bool{"": true, "2026-02-28": true, "2026-02-30": false, "2026-2-3": false, "tomorrow": false, "2024-02-29": true} {
		if d.Valid() != want {
			t.Errorf("%q", d)
		}
	}
	if got := day.Day("2026-12-31").Add(1); got != "2027-01-01" {
		t.Error(got)
	}
	if got := day.Day("").Add(1); got != "" {
		t.Error(got)
	}
	for _, tt := range []struct {
		d, from, to day.Day
		want        bool
	}{
		{"2026-05-01", "", "", true},
		{"2026-05-01", "2026-05-01", "2026-05-01", true},
		{"2026-05-01", "2026-05-02", "", false},
		{"2026-05-01", "", "2026-04-30", false},
	} {
		if tt.d.Within(tt.from, tt.to) != tt.want {
			t.Errorf("%+v", tt)
		}
	}
}
