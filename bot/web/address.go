package web

import (
	"net"
	"net/netip"
)

// comesFrom tells whether the other end of a connection is in one of the networks.
func comesFrom(networks []netip.Prefix, remote net.Addr) bool {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return false
	}
	// A listener for both families shows IPv4 callers as ::ffff:192.0.2.1, and link-local ones with their zone.
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	for _, n := range networks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// loopback is this machine.
func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}
