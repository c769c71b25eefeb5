package desk

import (
	"testing"
	"time"
)

func TestWhatWasSaidBeforeOneJoinedIsNotUnread(t *testing.T) {
	t.Parallel()
	said := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	b := Base{Incoming: 3, Row: TicketRow{LastMessageAt: said}}
	for _, c := range []struct {
		name   string
		seen   int64
		joined time.Time
		unread int64
	}{
		{"an old hand has seen none", 0, said.Add(-time.Hour), 3},
		{"an old hand has seen two", 2, said.Add(-time.Hour), 1},
		{"a newcomer meets an old ticket", 0, said.Add(time.Hour), 0},
		{"a newcomer who looked at it once", 1, said.Add(time.Hour), 2},
		{"more seen than there are (after a removal)", 5, said.Add(-time.Hour), 0},
	} {
		if got := b.For(c.seen, false, c.joined).Unread; got != c.unread {
			t.Errorf("%s: %d unread, want %d", c.name, got, c.unread)
		}
	}
}
