package audithttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGuardOrigin(t *testing.T) {
	tests := []struct {
		name      string
		peer      string
		forwarded []string
		proxies   int
		want      string
	}{
		{"peer", "198.51.100.7:4711", nil, 0, "198.51.100.7"},
		{"header without proxies", "198.51.100.7:4711", []string{"203.0.113.9"}, 0, "198.51.100.7"},
		{"IPv6 peer", "[2001:db8::7]:4711", nil, 0, "2001:db8::7"},
		{"IPv6 peer with zone", "[fe80::7%eth0]:4711", nil, 0, "fe80::7"},
		{"mapped peer", "[::ffff:198.51.100.7]:4711", nil, 0, "198.51.100.7"},
		{"peer without port", "198.51.100.7", nil, 0, "198.51.100.7"},
		{"Unix socket", "@", nil, 0, ""},
		{"one proxy", "10.0.0.1:80", []string{"203.0.113.9"}, 1, "203.0.113.9"},
		{"one proxy, forged entries", "10.0.0.1:80", []string{"1.1.1.1, 2.2.2.2, 203.0.113.9"}, 1, "203.0.113.9"},
		{"two proxies", "10.0.0.1:80", []string{"1.1.1.1, 203.0.113.9, 10.0.0.2"}, 2, "203.0.113.9"},
		{"two proxies, two lines", "10.0.0.1:80", []string{"1.1.1.1, 203.0.113.9", "10.0.0.2"}, 2, "203.0.113.9"},
		{"spaces and tabs", "10.0.0.1:80", []string{"203.0.113.9 ,\t10.0.0.2 "}, 2, "203.0.113.9"},
		{"entry with port", "10.0.0.1:80", []string{"203.0.113.9:5555"}, 1, "203.0.113.9"},
		{"IPv6 entry", "10.0.0.1:80", []string{"2001:db8::9"}, 1, "2001:db8::9"},
		{"IPv6 entry in brackets", "10.0.0.1:80", []string{"[2001:db8::9]"}, 1, "2001:db8::9"},
		{"IPv6 entry with port", "10.0.0.1:80", []string{"[2001:db8::9]:443"}, 1, "2001:db8::9"},
		{"IPv6 entry with zone", "10.0.0.1:80", []string{"fe80::9%eth0"}, 1, "fe80::9"},
		{"IPv6 entry with zone and port", "10.0.0.1:80", []string{"[fe80::9%eth0]:443"}, 1, "fe80::9"},
		{"no header", "10.0.0.1:80", nil, 1, "10.0.0.1"},
		{"too few entries", "10.0.0.1:80", []string{"203.0.113.9"}, 2, "10.0.0.1"},
		{"empty header", "10.0.0.1:80", []string{""}, 1, "10.0.0.1"},
		{"no address", "10.0.0.1:80", []string{"unknown"}, 1, "10.0.0.1"},
		{"no address between", "10.0.0.1:80", []string{"203.0.113.9, _hidden, 10.0.0.2"}, 2, "10.0.0.1"},
		{"no address beyond", "10.0.0.1:80", []string{"unknown, 203.0.113.9"}, 1, "203.0.113.9"},
		{"empty entry", "10.0.0.1:80", []string{"203.0.113.9,,10.0.0.2"}, 2, "10.0.0.1"},
		{"brackets around IPv4", "10.0.0.1:80", []string{"[203.0.113.9]"}, 1, "10.0.0.1"},
		{"open bracket", "10.0.0.1:80", []string{"[2001:db8::9"}, 1, "10.0.0.1"},
		{"long entry", "10.0.0.1:80", []string{"fe80::9%" + strings.Repeat("z", 1<<20)}, 1, "10.0.0.1"},
		{"unknown peer behind a proxy", "@", []string{"203.0.113.9"}, 1, "203.0.113.9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			s.config.TrustedProxies = tt.proxies
			r := get("/tables/orders")
			r.RemoteAddr = tt.peer
			r.Header[http.CanonicalHeaderKey("X-Forwarded-For")] = tt.forwarded
			s.serve(r)
			assert.Equal(t, tt.want, s.only().Data.Origin.Addr)
		})
	}
}
