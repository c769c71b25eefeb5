package portal

import (
	"net/netip"
	"sync"
	"time"
)

// How much one network may send in an hour. Many people may share an address
// (an office, a mobile provider), so that a careful person never meets it.
const (
	formsMost  = 20
	voicesMost = 60
)

// placesMost bounds what a meter remembers.
const placesMost = 10_000

// meter counts what comes from where, on this node.
type meter struct {
	most int
	span time.Duration

	mu   sync.Mutex
	seen map[string][]time.Time
}

func newMeter(most int, span time.Duration) *meter {
	return &meter{most: most, span: span, seen: map[string][]time.Time{}}
}

// count counts one more from an address and tells whether it is still within
// bounds; else how long to wait.
func (m *meter) count(address string, now time.Time) (time.Duration, bool) {
	key := network(address)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.seen) >= placesMost {
		m.sweep(now)
	}
	times := m.recent(key, now)
	if len(times) >= m.most {
		m.seen[key] = times
		return times[0].Add(m.span).Sub(now), false
	}
	m.seen[key] = append(times, now)
	return 0, true
}

func (m *meter) recent(key string, now time.Time) []time.Time {
	times := m.seen[key]
	for len(times) > 0 && now.Sub(times[0]) >= m.span {
		times = times[1:]
	}
	return times
}

// sweep forgets what is over. Where that is not enough, all is forgotten: who
// comes from ten thousand places is not stopped by counting.
func (m *meter) sweep(now time.Time) {
	for key := range m.seen {
		if len(m.recent(key, now)) == 0 {
			delete(m.seen, key)
		}
	}
	if len(m.seen) >= placesMost {
		clear(m.seen)
	}
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
