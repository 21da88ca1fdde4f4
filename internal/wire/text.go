package wire

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// plain marks the bytes that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for b := 0x20; b < 0x80; b++ {
		t[b] = b != '"' && b != '\\'
	}
	return t
}()

// AppendString appends s as a JSON string in the form of RFC 8785 section 3.2.2.2.
func AppendString[T ~string | ~[]byte](dst []byte, s T) []byte {
	if !allPlain(s) {
		return append(appendEscaped(append(dst, '"'), s), '"')
	}
	at, end := len(dst), len(dst)+len(s)+2
	if end > cap(dst) {
		dst = slices.Grow(dst, end-at)
	}
	dst = dst[:end]
	dst[at], dst[end-1] = '"', '"'
	copy(dst[at+1:], s)
	return dst
}

// appendText appends s as the inside of a JSON string.
func appendText[T ~string | ~[]byte](dst []byte, s T) []byte {
	if allPlain(s) {
		return append(dst, s...)
	}
	return appendEscaped(dst, s)
}

// allPlain reports whether every byte stands for itself, eight at a time. It reads the text and not a copy that
// was just written, whose bytes a processor cannot load at once as a word.
func allPlain[T ~string | ~[]byte](s T) bool {
	n := len(s)
	if n < 8 {
		for i := range n {
			if !plain[s[i]] {
				return false
			}
		}
		return true
	}
	odd := uint64(0)
	for i := 0; i < n-8; i += 8 {
		odd |= oddBytes(word(s[i : i+8]))
	}
	return (odd|oddBytes(word(s[n-8:])))&highs == 0
}

const ones, highs = 0x0101010101010101, 0x8080808080808080

// oddBytes has the highest bit set in a byte of w that is below 0x20, a quote, a backslash, or not ASCII.
// Subtraction may borrow into the byte above, but only from a byte that is odd itself.
func oddBytes(w uint64) uint64 {
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return w | (w - ones*0x20) | (quote - ones) | (slash - ones)
}

// word returns the first eight bytes of s, the first lowest.
func word[T ~string | ~[]byte](s T) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// appendEscaped appends the inside of a JSON string, byte by byte.
func appendEscaped[T ~string | ~[]byte](dst []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if plain[b] {
			i++
			continue
		}
		if b < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, b)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))])) // short enough not to be allocated
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\ufffd"...)
			start = i + 1
		}
		i += size
	}
	return append(dst, s[start:]...)
}

func appendEscape(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\b':
		return append(dst, '\\', 'b')
	case '\t':
		return append(dst, '\\', 't')
	case '\n':
		return append(dst, '\\', 'n')
	case '\f':
		return append(dst, '\\', 'f')
	case '\r':
		return append(dst, '\\', 'r')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&0xf])
}

// AppendUUID appends the 36 characters of a UUID in lower case (RFC 9562 section 4).
func AppendUUID(dst []byte, id [16]byte) []byte {
	dst = append(dst, "00000000-0000-0000-0000-000000000000"...)
	putUUID((*[36]byte)(dst[len(dst)-36:]), id)
	return dst
}

func putUUID(t *[36]byte, id [16]byte) {
	first, middle := hex4(binary.LittleEndian.Uint32(id[0:])), hex4(binary.LittleEndian.Uint32(id[4:]))
	last, end := hex4(binary.LittleEndian.Uint32(id[8:])), hex4(binary.LittleEndian.Uint32(id[12:]))
	binary.LittleEndian.PutUint64(t[0:], first)
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	binary.LittleEndian.PutUint32(t[9:], uint32(middle))
	binary.LittleEndian.PutUint32(t[14:], uint32(middle>>32))
	binary.LittleEndian.PutUint32(t[19:], uint32(last))
	binary.LittleEndian.PutUint32(t[24:], uint32(last>>32))
	binary.LittleEndian.PutUint64(t[28:], end)
}

// hex4 returns the eight digits of four bytes, the first lowest in both.
func hex4(v uint32) uint64 {
	w := uint64(v)
	w = (w | w<<16) & 0x0000ffff0000ffff
	w = (w | w<<8) & 0x00ff00ff00ff00ff
	w = (w>>4 | w<<8) & (ones * 0x0f)  // a digit a byte
	letter := (w + ones*6) >> 4 & ones // 1 where it is above 9
	return w + ones*'0' + letter*('a'-'0'-10)
}

// appendHex appends two digits for each byte of b, whose length is a multiple of four.
func appendHex(dst, b []byte) []byte {
	for ; len(b) >= 4; b = b[4:] {
		dst = binary.LittleEndian.AppendUint64(dst, hex4(binary.LittleEndian.Uint32(b)))
	}
	return dst
}

// appendParent appends the traceparent header value, version 00.
func (t Trace) appendParent(dst []byte) []byte {
	dst = append(dst, '0', '0', '-')
	dst = appendHex(dst, t.ID[:])
	dst = append(dst, '-')
	dst = appendHex(dst, t.Span[:])
	return append(dst, '-', hexDigits[t.Flags>>4], hexDigits[t.Flags&0xf])
}
