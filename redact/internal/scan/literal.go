package scan

import "strings"

// program reports whether the value is what programs have beside a name: the
// name again, another secret's name, a number in hexadecimal digits, a type, or
// bytes that are no text.
func (p *pair) program(text, v string, t test) bool {
	return strings.EqualFold(v, p.name(text)[strings.LastIndexByte(p.name(text), '.')+1:]) || hexNumber(v) || headerAlone(text, p.valueStart) || escapedBytes(v) || !p.setting(text) && secretName(v, t) || p.sep == ' ' && pointer(v)
}

// headerAlone reports whether the header of a token begins at text[at] and a
// placeholder stands in the place of the rest.
func headerAlone(text string, at int) bool {
	if at+1 >= len(text) || text[at] != 'e' || text[at+1] != 'y' {
		return false
	}
	end := runMax(text, at, maxHeader, b64url)
	if end+1 >= len(text) || text[end] != '.' || text[end+1] != '*' && text[end+1] != '[' && !hasFold(text, end+1, "redacted") {
		return false
	}
	alg, enc := headerMembers(text[at:end])
	return alg || enc
}

// hexNumber reports whether v is a number of at most eight bytes.
func hexNumber(v string) bool {
	const longest = len("0x0123_4567_89ab_cdef")
	return len(v) > 2 && len(v) <= longest && v[0] == '0' && v[1]|0x20 == 'x' && all(v[2:], hexa|under)
}

// pointer reports whether v is the type of a pointer, like *analysis.Pass.
func pointer(v string) bool {
	return len(v) > 2 && v[0] == '*' && is(v[1], letter|under) && all(v[1:], name) && (wordy(v[1:]) || spelled(v))
}

// setting reports whether the value is that of a member beside the name, which holds
// what is set and no name of a variable: <add key="x" value="y"/>.
func (p *pair) setting(text string) bool {
	return p.quoted && hasFold(text, p.valueStart-len(`value="`), "value=")
}

// secretName reports whether v is itself the name of a secret. People choose names
// as passwords too, but hardly any of several words.
func secretName(v string, t test) bool {
	if !all(v, name) || !wordy(v) && !spelled(v) {
		return false
	}
	if t == password && (digits(v) > 0 || all(v, letter) && humps(v) == 0) {
		return false
	}
	_, known := lookup(v)
	return known
}

// escapedBytes reports whether v holds bytes that no text has, or consists of escapes:
// what those stand for is judged by itself.
func escapedBytes(v string) bool {
	if strings.Contains(v, `\x00`) || strings.IndexByte(v, 0) >= 0 {
		return true
	}
	v = strings.TrimPrefix(v, `\`)
	for {
		switch {
		case len(v) >= 3 && v[0] == 'x' && is(v[1], hexa) && is(v[2], hexa):
			v = v[3:]
		case len(v) >= 5 && v[0] == 'u' && all(v[1:5], hexa):
			v = v[5:]
		default:
			return false
		}
		if v == "" {
			return true
		}
		if v[0] != '\\' {
			return false
		}
		v = v[1:]
	}
}

// literalEnds reports whether the quote at text[k] closes the literal that the
// name stands in, as in "PWD=" + dir, rather than opening a value.
func (p *pair) literalEnds(text string, k int) bool {
	if k >= len(text) || !is(text[k], quote) || p.nameQuoted || p.spaced || p.nameStart == 0 || text[p.nameStart-1] != text[k] {
		return false
	}
	return k+1 == len(text) || is(text[k+1], white|plus) || strings.IndexByte("),;]}", text[k+1]) >= 0
}
