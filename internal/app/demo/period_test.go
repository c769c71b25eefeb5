package demo

import (
	"testing"
	"time"
)

func TestACampaignHoldsWhenItsTextSays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string][2]string{
		"活动 3 月 1 日至 6 月 30 日，下单时登记":                     {"2026-03-01", "2026-07-01"},
		"6 月 1 日到 8 月 31 日，免费检查":                         {"2026-06-01", "2026-09-01"},
		"From 1 November to 28 February the check costs": {"2026-11-01", "2027-03-01"},
		"12 月 31 日前，任何品牌":                                {"2026-01-01", "2027-01-01"},
		"Order by 30 September and pay less":             {"2026-01-01", "2026-10-01"},
		"没有日期":                                           {"2026-10-30", "2027-01-08"},
	} {
		from, to := period(text, now)
		got := [2]string{from.Add(8 * time.Hour).Format(time.DateOnly), to.Add(8 * time.Hour).Format(time.DateOnly)}
		if got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	winter := time.Date(2027, 1, 24, 12, 0, 0, 0, time.UTC)
	if from, to := period("From 1 November to 28 February", winter); !from.Before(winter) || !to.After(winter) {
		t.Error(from, to)
	}
}
