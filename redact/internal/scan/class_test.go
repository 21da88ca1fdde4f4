package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every set has the bytes that it says, and no other.
func TestSetsHaveTheirBytes(t *testing.T) {
	const (
		digits, lowers, uppers = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		stops                  = " \t\r\n\"'`<>,;&|()[]{}\\"
	)
	var controls, high strings.Builder
	for c := range 256 {
		switch {
		case c < 0x20 || c == 0x7F:
			controls.WriteByte(byte(c))
		case c >= 0x80:
			high.WriteByte(byte(c))
		}
	}
	for _, tc := range []struct {
		name string
		set  set
		want string
	}{
		{"digit", digit, digits}, {"lowhex", lowhex, digits + "abcdef"}, {"hexa", hexa, digits + "abcdefABCDEF"},
		{"lower", lower, lowers}, {"upper", upper, uppers}, {"dash", dash, "-"}, {"under", under, "_"}, {"dot", dot, "."},
		{"plus", plus, "+/"}, {"equals", equals, "="}, {"tilde", tilde, "~"}, {"base32", base32, uppers + "234567"},
		{"bech32", bech32, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"}, {"white", white, " \t\r\n"}, {"bang", bang, "!$*@#%^&"}, {"colon", colon, ":"},
		{"quote", quote, "\"'\\`]"}, {"forms", forms, " \t+\"\\'"}, {"joint", joint, "=:><\"'`\\]+ \t\r\n|,;()}"}, {"delimiter", delimiter, ",;|\t"},
		{"stop", stop, stops + controls.String()}, {"percent", percent, "%"}, {"markup", markup, "&\\"},
		{"separates", separates, separatorBytes + "|)}*"}, {"breaks", breaks, "\\\r\n"}, {"unseen", unseen, "\x1b\x00" + high.String()},
		{"pause", pause, "~/?+:|" + stops + controls.String() + high.String()},
	} {
		for c := range 256 {
			assert.Equal(t, strings.IndexByte(tc.want, byte(c)) >= 0, is(byte(c), tc.set), "%s %q", tc.name, byte(c))
		}
	}
}

// Runs are as long as they may be, in both directions.
func TestRunsEndAtTheirLimits(t *testing.T) {
	const text = "ab12-cd"
	assert.Equal(t, 4, run(text, 0, alnum))
	assert.Equal(t, 4, run(text, 4, alnum))
	assert.Equal(t, 7, run(text, 5, alnum))
	for most, want := range []int{0, 1, 2, 3, 4, 4, 4, 4, 4} {
		assert.Equal(t, want, runMax(text, 0, most, alnum))
		assert.Equal(t, min(7, 5+most), runMax(text, 5, most, alnum))
		assert.Equal(t, max(0, 4-most), back(text, 4, most, alnum))
	}
	assert.Equal(t, 5, back(text, 7, 9, alnum))
	assert.True(t, hasFold("xAB", 1, "ab"))
	assert.True(t, hasFold("x[z", 1, "[z"))
	for _, from := range []int{-1, 2, 3, 4} {
		assert.False(t, hasFold("xAB", from, "ab"), "%d", from)
	}
}
