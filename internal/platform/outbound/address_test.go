package outbound

import (
	"net/netip"
	"testing"
)

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"1.1.1.1": true, "93.184.215.14": true, "172.32.0.1": true, "2606:4700::1111": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "100.64.0.1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false, "fec0::1": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false,
		"192.0.2.1": false, "198.51.100.1": false, "203.0.113.1": false, "198.18.0.1": false, "2001:db8::1": false,
		"::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:1.1.1.1": true, "::127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::101:101": true, "64:ff9b:1::1": false,
		"2002:7f00:1::": false, "2002:101:101::": true, "2001::1": false,
	}
	for s, want := range tests {
		if got := public(netip.MustParseAddr(s)); got != want {
			t.Errorf("public(%s) = %v", s, got)
		}
	}
}

func TestAllowedEntries(t *testing.T) {
	t.Parallel()
	a, err := parseAllowed([]string{"mail.house.example", "imap.house.example:993", "10.1.0.0/16", "192.168.1.5", "[fd00::5]", "Upper.Example"})
	if err != nil {
		t.Fatal(err)
	}
	hosts := []struct {
		host, port string
		want       bool
	}{
		{"mail.house.example", "25", true},
		{"MAIL.house.example.", "25", true},
		{"sub.mail.house.example", "25", false},
		{"imap.house.example", "993", true},
		{"imap.house.example", "143", false},
		{"upper.example", "1", true},
	}
	for _, h := range hosts {
		if got := a.host(h.host, h.port); got != h.want {
			t.Errorf("%s:%s is %v", h.host, h.port, got)
		}
	}
	for s, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "192.168.1.5": true, "fd00::5": true, "fd00::6": false} {
		if got := a.address(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s is %v", s, got)
		}
	}
	for _, s := range []string{"", "https://mail.example", "*.example", "10.0.0.0/99", "host:", "a b"} {
		if _, err := parseAllowed([]string{s}); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
