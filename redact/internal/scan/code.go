package scan

// A code that is used once, or a PIN, has so many digits.
const (
	leastCode = 4
	mostCode  = 8
	usualCode = 6 // and more, of those that are used once
)

// orElse is what a name asks for of a value that is no code.
func (t test) orElse() test {
	switch t {
	case oneTime, codeOrLong:
		return long
	case passcode:
		return password
	case pin, cardCode:
		return pass
	}
	return t
}

// coded reports whether the name is that of a code.
func (t test) coded() bool { return t >= oneTime }

// holds reports whether v is such a code.
func (t test) holds(v string) bool {
	const card = 3
	switch t {
	case cardCode:
		return (len(v) == card || len(v) == card+1) && all(v, digit)
	case oneTime:
		return len(v) >= usualCode && codeLike(v)
	}
	return codeLike(v)
}

// codeLike reports whether v is the digits of a code, perhaps in two groups.
func codeLike(v string) bool {
	half := runMax(v, 0, mostCode, digit)
	if half == len(v) {
		return half >= leastCode && !repeated(v)
	}
	const least = 3
	return half >= least && half <= leastCode && len(v) == 2*half+1 && (v[half] == '-' || v[half] == ' ') && all(v[half+1:], digit)
}

// compound returns what the table knows of the name together with the word before
// it, as in verification code, when that makes it the name of a code.
func (p *pair) compound(text string, e nameEntry) nameEntry {
	const longest = 16
	if p.nameStart < 2 || text[p.nameStart-1] != ' ' || e.test != long && e.test != password && e.test != pin {
		return e
	}
	before := text[back(text, p.nameStart-1, longest, alnum|dash) : p.nameStart-1]
	if last := p.name(text); len(last) > len("passcode") || before == "" {
		return e
	}
	if c, known := lookup(before + "-" + p.name(text)); known && c.test.coded() {
		return c
	}
	return e
}

// bareCode judges digits that only white space, or a verb, sets off from the name of a
// code.
func (p *pair) bareCode(text string, t test) bool {
	v := p.value(text)
	said := p.valueStart > p.nameEnd+2 && knows(verbs, text[p.nameEnd+1:p.valueStart-1])
	return t.holds(v) && (text[p.nameStart] == '-' || said || t.orElse() == long && len(v) >= usualCode)
}
