package scan

import "strings"

// Lines of quoted-printable (RFC 2045, 6.7) that were broken because they were full
// have so many bytes with the equals sign that ends them.
const (
	leastQuoted = 70
	mostQuoted  = 76
	// leastBroken is that of lines which writers broke that count across line ends.
	leastBroken = 24
)

// hasQuoted reports whether the text is quoted-printable: an escaped equals sign or
// a line that an equals sign ends.
func hasQuoted(text string) bool {
	if strings.Contains(text, "=3D") {
		return true
	}
	for i := index(text, 0, '\n'); i < len(text); i = index(text, i+1, '\n') {
		at := i - 1
		if at > 0 && text[at] == '\r' {
			at--
		}
		if at > 0 && softBreak(text, at) > 0 {
			return true
		}
	}
	return false
}

// isQuoted reports whether the equals sign at text[i] begins an escaped byte.
func isQuoted(text string, i int) bool {
	return len(text)-i >= 3 && is(text[i+1], digit) && text[i+1] >= '2' && text[i+1] < '8' && is(text[i+2], hexa&^lowhex|digit)
}

// softBreak returns the size of the equals sign at text[i] and the line end behind it
// when it breaks a full line, else 0.
func softBreak(text string, i int) int {
	if text[i] != '=' {
		return 0
	}
	end := i + 1
	if end < len(text) && text[end] == '\r' {
		end++
	}
	if end >= len(text)-1 || text[end] != '\n' {
		return 0
	}
	low := max(0, i-mostQuoted)
	from := low + strings.LastIndexByte(text[low:i], '\n') + 1
	switch size := i + 1 - from; {
	case size > mostQuoted:
		return 0
	case size >= leastQuoted:
	case size < leastBroken || is(text[end+1], white) || text[end-1] != '\r' || all(text[from:i], name) || pairAhead(text, end+1):
		return 0 // a variable without a value
	}
	return end + 1 - i
}

// endsLine reports whether the equals sign at text[i] ends a full line of
// quoted-printable, and joins nothing.
func endsLine(text string, i int) bool {
	if end := lineEnd(text, i); end > i+2 || end == i+2 && text[i+1] != '\r' {
		return false
	}
	from := strings.LastIndexByte(text[max(0, i-mostQuoted):i], '\n') + 1 + max(0, i-mostQuoted)
	return i+1-from >= leastQuoted && i+1-from <= mostQuoted
}
