package scan

import "strings"

// openValue skips white space, quotes and brackets before the value.
func (p *pair) openValue(text string, k int) {
	for limit := min(len(text), k+32); k < limit; {
		next := p.opens(text, k)
		if next == k {
			break
		}
		if next-k > 4 { // what wraps a value is long
			limit = min(len(text), next+32)
		}
		if k = next; emptyQuotes(text, k) {
			break
		}
	}
	p.valueStart = k
}

const (
	bullet   = "\u2022"
	ellipsis = "\u2026"
)

// emptyQuotes reports whether quotes close at text[k] that the byte before it
// opened, with nothing behind them that goes on. They can be escaped.
func emptyQuotes(text string, k int) bool {
	const deepest = 7
	mark := text[k-1]
	if mark != '"' && mark != '\'' {
		return false
	}
	slashes := 0
	for slashes < deepest && slashes < k-1 && text[k-2-slashes] == '\\' {
		slashes++
	}
	end := k + slashes
	return end < len(text) && text[end] == mark && text[k:end] == text[k-1-slashes:k-1] &&
		(end+1 == len(text) || is(text[end+1], stop) && !is(text[end+1], quote))
}

// opens returns the end of what stands before a value at text[k], k when the
// value begins there.
func (p *pair) opens(text string, k int) int {
	switch text[k] {
	case ' ', '\t', '\n', '\r':
		p.spaced = true
	case '"', '\'', '`':
		p.quoted = true
	case 'N':
		if k+1 == len(text) || text[k+1] != '\'' || p.sep != '=' {
			return k
		}
	case '[':
		return typeEnd(text, k) + 1
	case '-': // of an item of a list
		if p.sep != ':' || !strings.HasPrefix(text[k:], "- ") || strings.IndexByte(text[p.nameEnd:k], '\n') < 0 {
			return k
		}
		return k + len("- ")
	case '|', '>':
		if p.sep != ':' {
			return k
		}
		return blockScalar(text, k)
	case '!', '&':
		if p.sep != ':' || !p.spaced {
			return k
		}
		return tagEnd(text, k)
	case '(':
		if end := cast(text, k); end > k {
			return end
		}
	case '@':
		if k+1 == len(text) || text[k+1] != '"' {
			return k
		}
	case '<':
		return k + literalMark(text, k)
	case '\\', '{':
	case '+': // a space of a form, in which no other stands
		if p.sep != ':' || is(text[k-1], white|quote) || text[k-1] == '[' {
			return k
		}
		p.spaced = true
	default:
		if strings.HasPrefix(text[k:], bullet) || strings.HasPrefix(text[k:], ellipsis) {
			return k // of a mask, or of what was cut
		}
		return k + punctuation(text, k)
	}
	return k + 1
}

// blockScalar returns the position of the line end behind the header of a block
// scalar (YAML 1.2, 8.1) at text[k], else k.
func blockScalar(text string, k int) int {
	end := k + 1
	for end < len(text) && end < k+3 && (text[end] == '-' || text[end] == '+' || is(text[end], digit)) {
		end++
	}
	if end+2 < len(text) && text[end] == '\r' {
		end++
	}
	if end+1 < len(text) && text[end] == '\n' && text[end+1] == ' ' {
		return end
	}
	return k
}

// tagEnd returns the position behind a tag like !!str or an anchor like &x (YAML
// 1.2, 6.9) with a value behind it, else k.
func tagEnd(text string, k int) int {
	from := k + 1
	if strings.HasPrefix(text[k:], "!!") {
		from++
	} else if text[k] == '!' {
		return k
	}
	end := runMax(text, from, 24, name)
	if end == from || end+1 >= len(text) || text[end] != ' ' || is(text[end+1], white) {
		return k
	}
	return end + 1
}

// typeEnd returns the position of the brace when a Go slice type like []string{
// stands at text[k], else k.
func typeEnd(text string, k int) int {
	if k+1 >= len(text) || text[k+1] != ']' {
		return k
	}
	if end := runMax(text, k+2, 32, name|white); end < len(text) && (text[end] == '{' || text[end] == '(') {
		return end
	}
	return k
}

// literalMark returns the size of what opens a section of character data (XML 1.0,
// 2.7) or a binary of Erlang at text[k].
func literalMark(text string, k int) int {
	const section, binary = "<![CDATA[", "<<"
	switch {
	case strings.HasPrefix(text[k:], section):
		return len(section)
	case strings.HasPrefix(text[k:], binary+`"`):
		return len(binary)
	}
	return 0
}
