package scan

import "strings"

// closeValue finds the end of the value: the closing quote, or a byte that
// ends unquoted values, or the next pair behind a separator that values may
// hold themselves.
func (p *pair) closeValue(text string) {
	limit := min(len(text), p.valueStart+maxValue)
	if p.quoted {
		mark := text[p.valueStart-1]
		p.quoted = mark == '"' || mark == '\'' || mark == '`'
	}
	var end int
	if p.quoted {
		end = p.quoteEnd(text, limit)
	} else {
		end = p.pauseEnd(text, limit)
	}
	if end == len(text) && (p.quoted || strings.HasSuffix(text[p.valueStart:], "...")) {
		end = p.valueStart + excerpt(text[p.valueStart:]) // an excerpt lost the quote
	}
	if p.sep == '=' && !p.quoted && p.nameStart > 0 && text[p.nameStart-1] == '/' {
		if i := strings.IndexByte(text[p.valueStart:end], '/'); i >= 0 {
			end = p.valueStart + i // the next segment of a path
		}
	}
	p.valueEnd = p.definedEnd(text, end, limit)
	p.extend(text)
}

// quoteEnd returns where the quote closes that stands before the value.
func (p *pair) quoteEnd(text string, limit int) int {
	mark := text[p.valueStart-1]
	end := p.valueStart
	for end < limit {
		at := index(text[:min(len(text), limit+1)], end, mark)
		if at > end && at < len(text) && text[at-1] == '\\' {
			at--
		}
		if at >= limit {
			return limit
		}
		if mark != '"' || !p.escaped(text, at) {
			return at
		}
		end = at + 2 // a quote inside of the value
	}
	return end
}

// pauseEnd returns where an unquoted value ends.
func (p *pair) pauseEnd(text string, limit int) int {
	for end := p.valueStart; ; end++ {
		for end < limit && sets[text[end]]&pause == 0 {
			end++
		}
		if end >= limit || p.stops(text, end) {
			return end
		}
	}
}

// definedEnd returns the end of an unquoted value that the grammar around it
// ends: the tag of an element, the semicolon of a connection string. Marks that
// end values elsewhere stand inside of it.
func (p *pair) definedEnd(text string, end, limit int) int {
	var mark byte
	switch {
	case p.sep == '>' && text[p.valueStart-1] == '[': // a section of character data
		if i := strings.Index(text[p.valueStart:limit], "]]>"); i >= 0 {
			return p.valueStart + i
		}
		return end
	case p.sep == '>':
		mark = '<'
	case p.sep == '=' && !p.quoted && !p.spaced && p.nameStart > 0 && text[p.nameStart-1] == ';':
		mark = ';'
	default:
		return end
	}
	at := p.valueStart
	for at < limit && text[at] != mark && text[at] > ' ' && (text[at] != '&' || mark == '<') {
		at++
	}
	if at < limit && text[at] == mark && at > end && (mark == ';' || strings.HasPrefix(text[at:], "</")) {
		p.quoted = false
		return at
	}
	return end
}

// escaped reports whether the quote at text[at], or behind the backslash there,
// stands inside of the value: it has more backslashes before it than the quote
// that opened it.
func (p *pair) escaped(text string, at int) bool {
	if text[at] != '\\' {
		return false
	}
	const deep = 16
	opened := p.valueStart - 1
	for opened > 0 && p.valueStart-opened < deep && text[opened-1] == '\\' {
		opened--
	}
	first := at
	for first > p.valueStart && at-first < deep && text[first-1] == '\\' {
		first--
	}
	slashes := at + 1 - first
	if depth := p.valueStart - 1 - opened; depth > 0 {
		return slashes > depth
	}
	return slashes%2 == 1
}

// excerpt returns the length of a value without the dots that say that it was
// cut, and what stands behind them.
func excerpt(v string) int {
	for _, dots := range [...]string{"\u2026", "..."} {
		if i := strings.Index(v, dots); i >= 0 {
			v = v[:i]
		}
	}
	return len(strings.TrimRight(v, "."))
}

// pairName reports whether v is a name rather than the last bytes of base64 before its
// padding.
func pairName(v string) bool {
	const leastMixed = 5
	return len(v) > 1 && wordy(v) && (all(v, lower|dash|under|dot) || len(v) >= leastMixed)
}

// stops reports whether the unquoted value ends before text[at].
func (p *pair) stops(text string, at int) bool {
	switch text[at] {
	case '/', '+': // of base64 too, whose padding is no sign of a pair
		return text[at] == '+' && p.plus || nextPair(text, at+1) && pairName(text[at+1:runMax(text, at+1, maxName, name)])
	case '~', '?':
		return nextPair(text, at+1)
	case ':':
		return nextPair(text, at+1) || at+1 < len(text) && is(text[at+1], white)
	case '|':
		return p.sep != '=' || at == p.valueStart || !all(text[p.valueStart:at], digit) || at+1 == len(text) || !is(text[at+1], alnum)
	}
	return ends(text, at)
}
