package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"heed/internal/kernel/fault"
)

// brake is how a counter of failed tries slows down: nothing for the first
// free ones, then a pause that doubles from first up to most. After quiet
// without a try all is forgotten.
type brake struct {
	free        int64
	first, most time.Duration
	quiet       time.Duration
}

// The brakes, as the package comment explains them.
var (
	byPair    = brake{free: 5, first: 2 * time.Second, most: 15 * time.Minute, quiet: 24 * time.Hour}
	byAddress = brake{free: 50, first: time.Second, most: 2 * time.Minute, quiet: time.Hour}
	byAccount = brake{free: 30, first: time.Second, most: 30 * time.Second, quiet: time.Hour}
)

// pause is how long to wait after so many failures in a row.
func (b brake) pause(failures int64) time.Duration {
	over := failures - b.free
	if over <= 0 {
		return 0
	}
	if over > 20 { // 2^20 seconds are past every most
		return b.most
	}
	return min(b.first<<(over-1), b.most)
}

// counter is the state of one brake.
type counter struct {
	Key      string    `db:"key"`
	Failures int64     `db:"failures"`
	LastAt   time.Time `db:"last_at"`
	UntilAt  time.Time `db:"until_at"` // no try before
}

// try is a counter that a try has to pass.
type try struct {
	key   string
	brake brake
}

// tries gives the counters for a try at an account from an address, in the
// order in which they are locked. known says that the agent has come in from
// that address before.
func tries(account, address string, known bool) []try {
	account, address = keyOf(account), network(address)
	out := []try{{"a:" + address, byAddress}, {"p:" + account + ":" + address, byPair}}
	if !known {
		out = append(out, try{"u:" + account, byAccount})
	}
	return out
}

// keyOf hides what was typed as an account: sometimes it is a password.
func keyOf(account string) string {
	sum := sha256.Sum256([]byte(account))
	return hex.EncodeToString(sum[:12])
}

// network is what counts as one place: an IPv4 address, or an IPv6 network of
// 64 bits, of which one customer of a provider has all addresses.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.Masked().String()
}

// count counts a try, or refuses it with the fault "signin.throttled" when one
// of the counters still pauses. What is refused does not count, so that nobody
// prolongs another's pause by knocking on.
func (s *Service) count(ctx context.Context, ts []try) error {
	slices.SortFunc(ts, func(a, b try) int {
		if a.key < b.key {
			return -1
		}
		return 1
	})
	var wait time.Duration
	err := s.db.Write(ctx, func(ctx context.Context) error {
		wait = 0
		now := s.clock.Now()
		counters := make([]counter, len(ts))
		for i, t := range ts {
			c, err := s.lockCounter(ctx, t.key)
			if err != nil {
				return err
			}
			if now.Sub(c.LastAt) > t.brake.quiet {
				c.Failures, c.UntilAt = 0, time.UnixMicro(0)
			}
			wait = max(wait, c.UntilAt.Sub(now))
			c.Failures++
			c.LastAt, c.UntilAt = now, now.Add(t.brake.pause(c.Failures))
			counters[i] = c
		}
		if wait > 0 {
			return nil
		}
		for _, c := range counters {
			if err := s.saveCounter(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		s.log.WarnContext(ctx, "sign-in refused after too many tries", "wait_seconds", strconv.Itoa(seconds))
		return fault.TooMany("signin.throttled", "retry_after", seconds)
	}
	return err
}

// uncount takes back a try that turned out well. The pair starts anew; the
// others keep what other people failed at.
func (s *Service) uncount(ctx context.Context, ts []try) error {
	for _, t := range ts {
		var err error
		if t.key[0] == 'p' {
			err = s.deleteCounter(ctx, t.key)
		} else {
			err = s.lowerCounter(ctx, t.key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
