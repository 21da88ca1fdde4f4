package scan

import "unicode/utf8"

// hasHidden reports whether the text has characters that hiddenSize knows.
func hasHidden(text string) bool {
	for i := index(text, 0, escape); i < len(text); i = index(text, i+1, escape) {
		if controlSize(text, i) > 0 {
			return true
		}
	}
	if isWide(text) {
		return true
	}
	for i := ascii(text, 0); i < len(text); i = ascii(text, i+1) {
		switch text[i] {
		case 0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF: // their first bytes
			if hiddenSize(text, i) > 0 || spaceSize(text, i) > 0 {
				return true
			}
		}
	}
	return false
}

// hiddenSize returns the size of an invisible character at text[i]: soft
// hyphen, zero-width and directional marks, joiners, variation selectors, byte
// order mark, sequence for the terminal; else 0.
func hiddenSize(text string, i int) int {
	switch text[i] {
	case escape:
		return controlSize(text, i)
	case 0:
		return count(wide(text, i))
	}
	if text[i] < 0x80 {
		return 0
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F:
		return n
	}
	return 0
}

// spaceSize returns the size of a space of Unicode beyond ASCII at text[i], as
// editors and mail put in the place of one: no-break, of a fixed width, ideographic;
// else 0.
func spaceSize(text string, i int) int {
	switch text[i] {
	case 0xC2, 0xE2, 0xE3:
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == 0xA0 || r >= 0x2000 && r <= 0x200A || r == 0x202F || r == 0x205F || r == 0x3000 {
			return n
		}
	}
	return 0
}

const escape = 0x1B

// isWide reports whether the text begins as UTF-16 does, perhaps with a byte order
// mark.
func isWide(text string) bool {
	if len(text) < least || text[1] != 0 && text[2] != 0 && text[3] != 0 {
		return false
	}
	return text[1]|text[3] == 0 || text[0]|text[2] == 0 || text[0]^text[1] == 1 && text[0]|text[1] == 0xFF
}

// wide reports whether the zero at text[i] is a half of a character of UTF-16.
func wide(text string, i int) bool {
	plain := func(k int) bool { return k >= 0 && k < len(text) && textByte(text[k]) }
	zero := func(k int) bool { return k >= 0 && k < len(text) && text[k] == 0 }
	return plain(i-1) && (zero(i-2) || zero(i+2)) || plain(i+1) && (zero(i-2) || zero(i+2))
}

// controlSize returns the size of the control sequence (ECMA-48, 5.4) at text[i], as
// terminals take colours by, 0 when it is none.
func controlSize(text string, i int) int {
	const longest = 32
	if i+1 >= len(text) || text[i+1] != '[' {
		return 0
	}
	end := i + 2
	for limit := min(len(text), i+longest); end < limit && (is(text[end], digit|colon) || text[end] == ';' || text[end] == '?'); {
		end++
	}
	if end == len(text) || !is(text[end], letter) {
		return 0
	}
	return end + 1 - i
}
