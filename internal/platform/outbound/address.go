package outbound

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// reserved are the networks that are not on the public internet, by the IANA
// special-purpose address registries (RFC 6890 and its updates), besides what
// netip knows: private, loopback, link-local, multicast, unspecified.
var reserved = mustPrefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
)

func mustPrefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// nat64 and sixToFour hold an IPv4 address inside (RFC 6052, RFC 3056).
var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
)

// public tells whether an address is one of the public internet.
func public(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	if a.Is6() {
		b := a.As16()
		switch {
		case nat64.Contains(a):
			return public(netip.AddrFrom4([4]byte(b[12:16])))
		case sixToFour.Contains(a):
			return public(netip.AddrFrom4([4]byte(b[2:6])))
		}
	}
	return true
}

// allowed are the exceptions.
type allowed struct {
	hosts    map[string]bool // "host" or "host:port", lower case
	networks []netip.Prefix
}

func parseAllowed(list []string) (allowed, error) {
	a := allowed{hosts: map[string]bool{}}
	for _, s := range list {
		s = strings.ToLower(strings.TrimSpace(s))
		if p, err := netip.ParsePrefix(s); err == nil {
			a.networks = append(a.networks, p.Masked())
			continue
		}
		if ip, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
			a.networks = append(a.networks, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		host, port, err := net.SplitHostPort(s)
		if err != nil {
			host, port = s, ""
		}
		if host == "" || strings.ContainsAny(host, "/*@ ") || strings.ContainsAny(s, "/") || err == nil && port == "" {
			return a, fmt.Errorf("allow_private_outbound holds %q, which is no host, host:port, address or network", s)
		}
		host = strings.TrimSuffix(host, ".")
		if port != "" {
			host = net.JoinHostPort(host, port)
		}
		a.hosts[host] = true
	}
	return a, nil
}

// host tells whether a name, as it was asked for, is allowed whatever it
// resolves to.
func (a allowed) host(host, port string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return a.hosts[host] || a.hosts[net.JoinHostPort(host, port)]
}

func (a allowed) address(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap()
	for _, p := range a.networks {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
