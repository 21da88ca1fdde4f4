package wire

import (
	"encoding/binary"
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
	dst = append(dst, '"')
	dst = appendText(dst, s)
	return append(dst, '"')
}

// appendText appends s as the inside of a JSON string.
func appendText[T ~string | ~[]byte](dst []byte, s T) []byte {
	at := len(dst)
	dst = append(dst, s...)
	if !allPlain(dst[at:]) {
		dst = appendEscaped(dst[:at], s)
	}
	return dst
}

// allPlain reports whether every byte stands for itself, eight at a time: a byte is not plain when it is
// below 0x20, a quote, a backslash, or not ASCII. Subtraction may borrow into the byte above, but only from a
// byte that is not plain itself.
func allPlain(b []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		w := binary.LittleEndian.Uint64(b)
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		if (w|(w-ones*0x20)|(quote-ones)|(slash-ones))&highs != 0 {
			return false
		}
	}
	for _, c := range b {
		if !plain[c] {
			return false
		}
	}
	return true
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

// hexPairs holds the two digits of every byte, the first in the low half.
var hexPairs = func() (t [256]uint16) {
	for i := range t {
		t[i] = uint16(hexDigits[i>>4]) | uint16(hexDigits[i&0xf])<<8
	}
	return t
}()

// AppendUUID appends the 36 characters of a UUID in lower case (RFC 9562 section 4).
func AppendUUID(dst []byte, id [16]byte) []byte {
	dst = append(dst, "00000000-0000-0000-0000-000000000000"...)
	t := dst[len(dst)-36:]
	for i, at := range [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34} {
		binary.LittleEndian.PutUint16(t[at:], hexPairs[id[i]])
	}
	return dst
}

func appendHex(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&0xf])
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
