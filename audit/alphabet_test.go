package audit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAlphabetEveryByte(t *testing.T) {
	slug := func(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '_' || b == '-' }
	text := func(b byte) bool { return 0x20 <= b && b < 0x7f && b != '@' && b != '%' }
	tests := []struct {
		name string
		set  *alphabet
		want func(b byte) bool
	}{
		{"slug", &slugBytes, slug},
		{"visible", &visibleBytes, func(b byte) bool { return 0x20 < b && b < 0x7f }},
		{"text", &plainText, text},
		{"part", &plainPart, func(b byte) bool { return text(b) && b != '.' && b != ':' }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for i := range 256 {
				b := byte(i)
				s := "a" + string([]byte{b}) + "a"
				c := test.set.class(s)
				want := test.want(b)
				assert.Equal(t, want, c&belongs != 0, "byte %#x", b)
				assert.Equal(t, want, within(s, test.set), "byte %#x", b)
				assert.Equal(t, want && b != '@' && b != '%', c&quiet != 0, "byte %#x", b)
				assert.Equal(t, want && (b < 'A' || 'Z' < b), c&small != 0, "byte %#x", b)
			}
			assert.True(t, within("", test.set))
		})
	}
}

func TestPartTokenLike(t *testing.T) {
	tests := []struct {
		name, part string
		dense      bool
	}{
		{"capital", strings.Repeat("a", 15) + "A", true},
		{"capital, short", strings.Repeat("a", 14) + "A", false},
		{"no capital", strings.Repeat("a", 40), false},
		{"capital, not ASCII", "A" + strings.Repeat("ä", 8), true},
		{"no capital, not ASCII", strings.Repeat("ä", 9), false},
		{"over the limit", strings.Repeat("b c ", partLimit) + "A", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var n Namespace
			room := nameLimit
			_, dense := n.part(test.part, &room)
			assert.Equal(t, test.dense, dense)
		})
	}
}
