package scan

import "strings"

// hopeless reports whether no test can hold, whatever the name is.
func (p *pair) hopeless(text string) bool {
	if !p.quoted && (p.sep == '=' && p.behindNothing(text) || p.sep == ':' && p.spaced && p.beforeNext(text)) {
		return true
	}
	if p.sep == ' ' {
		v := p.value(text)
		if p.quoted {
			return false
		}
		return len(v) < 8 && !inNetrc(text, p.nameStart) || len(v) < 20 && text[p.nameStart] != '-' && all(v, letter|dash|under|dot) && !random(v)
	}
	return p.valueEnd == p.valueStart+1 || inEscapedMark(text, p.valueStart-1)
}

// beforeNext reports whether what seems to be the value is the next member, behind an
// empty one: on a line of its own in YAML, or in a dump of a struct or a map of Go,
// which has a space between its members only and no commas.
func (p *pair) beforeNext(text string) bool {
	next := runMax(text, p.valueStart, maxName, name)
	if next >= len(text) || text[next] != ':' || !is(text[p.valueStart], letter|under) {
		return false
	}
	if between := text[p.nameEnd:p.valueStart]; between != ": " {
		return strings.IndexByte(between, '\n') >= 0 && (next+1 == len(text) || is(text[next+1], white))
	}
	before := text[max(0, p.nameStart-maxRow):p.nameStart]
	switch {
	case strings.HasSuffix(before, "{"):
		return is(text[p.nameStart], upper)
	case strings.HasSuffix(before, " ") && !strings.HasSuffix(before, ", "):
		line := strings.TrimRight(before, " ")
		return !strings.HasSuffix(line, "\n") && !strings.HasSuffix(line, `\n`) && inBrackets(before)
	}
	return strings.HasSuffix(before, "map[")
}

// inBrackets reports whether a bracket or a brace of text is open at its end.
func inBrackets(text string) bool {
	closed := 0
	for i := len(text) - 1; i >= 0; i-- {
		switch text[i] {
		case ']', '}':
			closed++
		case '[', '{':
			if closed == 0 {
				return true
			}
			closed--
		}
	}
	return false
}

// behindNothing reports whether what seems to be the value is the next pair or the
// next line, behind an empty value.
func (p *pair) behindNothing(text string) bool {
	if text[p.nameEnd] == ' ' {
		return strings.HasPrefix(text[p.nameEnd:], " =") && text[p.valueStart-1] == '\n'
	}
	return text[p.nameEnd] == '=' && is(text[p.nameEnd+1], white) && (nextPair(text, p.valueStart) || endsLine(text, p.nameEnd))
}
