package scan

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Macaroons of version 2, each part of them one byte off.
func TestMacaroonsAreKnownByTheirPackets(t *testing.T) {
	ending := "\x00\x00\x06\x20" + strings.Repeat("s", 32)
	located := func(size byte, location string) string {
		return "\x02\x01" + string([]byte{size}) + location + "\x02\x04wxyz"
	}
	for _, tc := range []struct {
		name, bytes string
		want        bool
	}{
		{"location", located(5, "hello") + ending, true},
		{"location of one byte", located(1, "h"), true},
		{"location without an end", located(5, "hello")[:8], true},
		{"location that was cut", located(5, "hello")[:6], true},
		{"header alone", "\x02\x01", false},
		{"no location", located(0, ""), false},
		{"long location", located(127, strings.Repeat("h", 127)), true},
		{"longer location", located(128, strings.Repeat("h", 128)), false},
		{"space in the location", located(5, "he lo"), false},
		{"exclamation mark in the location", located(5, "he!lo"), true},
		{"tilde in the location", located(5, "he~lo"), true},
		{"deletion in the location", located(5, "he\x7flo"), false},
		{"last byte of the location", located(5, "hell "), false},
		{"no identifier behind the location", strings.Replace(located(5, "hello"), "\x02\x04w", "\x03\x04w", 1), false},
		{"another version", "\x01" + located(5, "hello")[1:], false},
		{"another packet", "\x02\x03" + located(5, "hello")[2:], false},
		{"identifier", "\x02\x02\x04wxyz" + ending, true},
		{"identifier of one byte", "\x02\x02\x01w" + ending, true},
		{"identifier of no bytes", "\x02\x02\x00" + ending, false},
		{"long identifier", "\x02\x02\x70" + strings.Repeat("i", 112) + ending, true},
		{"longer identifier", "\x02\x02\x7f" + strings.Repeat("i", 113) + ending, true},
		{"identifier alone", "\x02\x02\x04wxyz", false},
		{"signature of another size", "\x02\x02\x04wxyz" + strings.Replace(ending, "\x20", "\x1f", 1), false},
		{"signature of another type", "\x02\x02\x04wxyz" + strings.Replace(ending, "\x06", "\x05", 1), false},
		{"no end of the caveats", "\x02\x02\x04wxyz\x00\x01" + ending[2:], false},
		{"signature one byte short", "\x02\x02\x04wxyz" + ending[:35], false},
		{"signature one byte long", "\x02\x02\x04wxyz" + ending + "s", false},
	} {
		for _, behind := range []string{"", "=", "=="} {
			token := base64.RawURLEncoding.EncodeToString([]byte(tc.bytes)) + behind
			assert.Equal(t, tc.want, macaroonV2(token), "%s %q", tc.name, behind)
		}
	}
	assert.False(t, macaroonV2(""))
}
