package wire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendString(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", `""`},
		{"plain", "orders", `"orders"`},
		{"RFC 8785 section 3.2.2.2", "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/", `"€$\u000f\nA'B\"\\\\\"/"`},
		{"short escapes", "\b\t\n\f\r\"\\", `"\b\t\n\f\r\"\\"`},
		{"other controls", "\x00\x0b\x1f", `"\u0000\u000b\u001f"`},
		{"delete and C1 stand", "\x7f\u0080", "\"\x7f\u0080\""},
		{"separators stand", "\u2028\u2029", "\"\u2028\u2029\""},
		{"no HTML escapes", "<&>", `"<&>"`},
		{"no normalisation", "A\u030a", "\"A\u030a\""},
		{"beyond the basic plane", "\U0001F600", "\"\U0001F600\""},
		{"wrong bytes one by one", "a\xff\xfeb", "\"a\ufffd\ufffdb\""},
		{"surrogate in UTF-8", "\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
		{"cut rune", "é\xc3", "\"é\ufffd\""},
		{"overlong", "\xc0\xaf", "\"\ufffd\ufffd\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, "@"+test.want, string(wire.AppendString([]byte("@"), test.text)))
			assert.Equal(t, test.want, string(wire.AppendString(nil, []byte(test.text))))
		})
	}
}

// Every byte at every place of a word of eight, which is how plain text is told from other.
func TestAppendStringEveryByte(t *testing.T) {
	for length := 1; length <= 17; length++ {
		for at := range length {
			for b := range 256 {
				text := []byte(strings.Repeat("a", length))
				text[at] = byte(b)
				wantString(t, string(text))
			}
		}
	}
}

// What is not plain is found wherever it stands, in the words of eight bytes and in what is left of them.
func TestAppendStringEveryPosition(t *testing.T) {
	for n := 1; n <= 26; n++ {
		for at := range n {
			for _, odd := range []string{"\"", "\\", "\x00", "\x1f", "\x7f", "\x80", "ä"} {
				wantString(t, strings.Repeat("a", at)+odd+strings.Repeat("b", n-at-1))
			}
		}
	}
}

// wantString holds AppendString to encoding/json by meaning, and to jcs by bytes.
func wantString(t *testing.T, s string) {
	t.Helper()
	got := wire.AppendString(nil, s)
	valid := string([]rune(s))
	var back string
	if err := json.Unmarshal(got, &back); err != nil || back != valid {
		require.NoError(t, err)
		require.Equal(t, valid, back)
	}
	canonical, err := jcs.Transform(append(append([]byte("["), got...), ']'))
	if err != nil || string(canonical) != "["+string(got)+"]" {
		require.NoError(t, err)
		require.Equal(t, string(canonical), "["+string(got)+"]")
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "orders", "a\"b\\c", "\x00\x1f\x7f\x80", "é€😀\u2028", "\xff\xed\xa0\x80", "12345678\"", "\u00a0\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(wantString)
}
