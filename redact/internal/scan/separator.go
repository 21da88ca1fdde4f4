package scan

import "strings"

// separator reads what joins name and value and returns where the value's
// opening begins.
func (p *pair) separator(text string, k int) (int, bool) {
	if k >= len(text) {
		return k, false
	}
	if p.nameStart > 0 {
		switch text[p.nameStart-1] {
		case '[', '{', '(', ' ', ',', '"', '\'', '\n', '&', '?', ';', '\t':
			p.boxed = true
		}
	}
	p.sep = text[k]
	switch text[k] {
	case '=':
		k++
		for k < len(text) && (text[k] == '=' || text[k] == '>') {
			k++
		}
		return k, true
	case ':':
		k = run(text, k, colon)
		if k < len(text) && text[k] == '=' {
			k++
		}
		return k, true
	case '(':
		p.sep = ','
		return k, !p.nameQuoted && literalAt(text, k)
	case '>':
		return k + 1, p.element(text) && xmlValue(text[k+1:], p.name(text))
	}
	if end := fallback(text, k); end > k {
		p.sep = '='
		return end, true
	}
	if p.dashed(text, k) {
		p.sep = ':'
		return k + len("- "), true
	}
	if end := operatorEnd(text, k); end > k && p.spaced {
		p.sep = '='
		return end, true
	}
	if text[k] == ',' && p.alone(text) {
		p.sep = '='
		return k + 1, true
	}
	if is(text[k], delimiter) && p.cell(text, k) {
		p.sep = '|'
		return k + 1, true
	}
	if text[k] == ',' && p.tuple(text) {
		return k + 1, true
	}
	p.sep = ' '
	if p.property(text, k) || p.directive(text, k) || p.listing(text) {
		p.sep = '='
		return k, true
	}
	return k, p.spaced && (!p.nameQuoted || text[k] == '"' || text[k] == '\'')
}

// property reports whether the name is that of a property, with dots in it, and
// it and the value at text[k] are all of a line, as files of properties have
// them when only white space is between them.
func (p *pair) property(text string, k int) bool {
	if k == p.nameEnd || p.nameQuoted || strings.Count(p.name(text), ".") < 2 {
		return false
	}
	if p.nameStart > 0 && text[p.nameStart-1] != '\n' && !strings.HasPrefix(p.name(text), "spark.") {
		return false // a name of a table in a sentence
	}
	end := runMax(text, k, maxValue, opaque)
	return end > k && (end == len(text) || is(text[end], quote) || text[end] == '\n' || text[end] == '\r')
}

// listing reports whether the pair is a line of a list of keys and values (Vault,
// kv get) below its header.
func (p *pair) listing(text string) bool {
	const reach = 1 << 10
	if p.nameStart == 0 || text[p.nameStart-1] != '\n' || !p.spaced {
		return false
	}
	above := text[max(0, p.nameStart-reach):p.nameStart]
	i := strings.LastIndex(above, "Value\n---")
	return i >= 0 && strings.Contains(above[:i], "Key ") && !strings.Contains(above[i:], "\n\n")
}

// operatorEnd returns the end of an operator that assigns at text[k], else k.
func operatorEnd(text string, k int) int {
	switch text[k] {
	case '-', '<', '.', '?', '+', '|':
		for _, o := range [...]string{"->", "<-", ".=", "?=", "+=", "||=", "??="} {
			if strings.HasPrefix(text[k:], o) {
				return k + len(o)
			}
		}
	}
	return k
}
