package scan

import "strings"

// leastLine is the length of a line that was broken because it was full.
const leastLine = 60

// leastWrapped is how much of a token stands before a line end inside of it.
const leastWrapped = 12

// hasWrap reports whether the text has line ends that wrapSize knows.
func hasWrap(text string) bool {
	return hasWrapAt(text, '\n') || hasWrapAt(text, '\r')
}

func hasWrapAt(text string, mark byte) bool {
	for i := index(text, 0, mark); i < len(text); i = index(text, i+1, mark) {
		if wrapSize(text, i) > 0 || i > 0 && continued(text, i-1) > 0 {
			return true
		}
	}
	return false
}

// wrapSize returns the size of a line end with its indentation between bytes
// of a token, else 0.
func wrapSize(text string, i int) int {
	if text[i] != '\n' && text[i] != '\r' || i == 0 || text[i-1] == '\n' || text[i-1] == '=' || text[i] == '\n' && text[i-1] == '\r' {
		return 0
	}
	end := run(text, i, white)
	if end >= len(text) {
		return 0
	}
	full := i >= leastLine && strings.IndexByte(text[i-leastLine:i], '\n') < 0
	if !full && (!is(text[end], opaque) || i-back(text, i, leastWrapped, opaque) < leastWrapped) {
		return 0
	}
	if next := runMax(text, end, 4, opaque); next-end < 4 && next < len(text) && text[next] == ' ' {
		return 0 // a word of a sentence
	}
	if word := runMax(text, end, longestWord, letter); word < len(text) && text[word] == ' ' && knows(heads, text[end:word]) {
		return 0 // of a line that sets another variable
	}
	if next := run(text, end, name); next < len(text) && is(text[end], letter) && (text[next] == ':' && !(full && tied(text, end, next)) || text[next] == '=' && !full && !padded(text, next)) {
		return 0 // the next line is a pair
	}
	return end - i
}

// tied reports whether the colon at text[i] stands inside of what a generator made,
// which goes on from text[from], rather than behind a name.
func tied(text string, from, i int) bool {
	const least = 20
	if strings.HasPrefix(text[i:], "::") {
		return true
	}
	v := text[i+1 : runMax(text, i+1, maxName, opaque)]
	if len(v) < least || !mixed(v) || !random(v) {
		return false
	}
	_, known := lookup(text[from:i])
	return !known && !all(text[from:i], lower|under)
}

// padded reports whether text[i] is padding of base64 rather than what joins a
// name to a value.
func padded(text string, i int) bool {
	end := run(text, i, equals)
	return end-i <= 2 && (end == len(text) || is(text[end], white|quote|delimiter))
}

// continued returns the size of a backslash and the line end behind it inside of a
// token or between cookies, with the indentation of the next line: shells and files
// of properties join such lines.
func continued(text string, i int) int {
	const least = 6
	if text[i] != '\\' || i+1 >= len(text) || text[i+1] != '\n' && text[i+1] != '\r' || i == 0 {
		return 0
	}
	end := run(text, i+1, white)
	if end == len(text) || !is(text[end], opaque) {
		return 0
	}
	indented := text[end-1] != '\n'
	if text[end] == '-' && (indented || strings.HasPrefix(text[end:], "--")) || indented && pairAhead(text, end) && text[i-1] != ';' {
		return 0 // another argument
	}
	if text[i-1] != ';' && i-back(text, i, least, opaque) < least {
		return 0
	}
	return end - i
}
