package scan

import "strings"

// whole returns where the secret ends whose judged value ends at text[end]. What
// ends values elsewhere can stand inside of one: the frame of the value says where
// it ends, the tag, the bracket, the cell, the quote or the line.
func (p *pair) whole(text string, end int) int {
	judged := end == p.valueEnd
	end = p.wholeEnd(text, end)
	switch {
	case p.quoted:
		return p.wholeList(text, end)
	case !judged || end == len(text):
		return end
	case text[p.valueStart-1] == '>':
		return p.tagged(text, end)
	case p.sep == '|':
		return p.wholeCell(text, end)
	case text[p.valueStart-1] == '[':
		return bracketed(text, end)
	case p.itemStart(text) > 0:
		return p.items(text, end)
	case p.blockStart(text):
		return blockEnd(text, p.valueStart, end)
	}
	limit, line := p.line(text)
	for end < limit {
		next := p.goesOn(text, end, limit, line)
		if next == end {
			break
		}
		end = next
	}
	return end
}

// others returns the end of the values of the name that follow the one that ends at
// text[end], in brackets or as items of a list.
func (p *pair) others(text string, end int) int {
	switch {
	case p.valueStart > 0 && text[p.valueStart-1] == '[':
		return bracketed(text, end)
	case p.itemStart(text) > 0:
		return p.items(text, end)
	}
	return end
}

// wholeEnd returns the end of a secret whose value was longer than what was
// judged.
func (p *pair) wholeEnd(text string, end int) int {
	if end-p.valueStart < maxValue {
		return end
	}
	if p.quoted {
		if i := strings.IndexByte(text[end:], text[p.valueStart-1]); i >= 0 {
			end += i
			for text[end-1] == '\\' {
				end--
			}
			return end
		}
	}
	return valueEnd(text, end)
}

// tagged returns the end of the element's text that goes on at text[end].
func (p *pair) tagged(text string, end int) int {
	rest := text[end:min(len(text), end+maxValue)]
	if i := strings.IndexByte(rest, '<'); i > 0 && strings.HasPrefix(rest[i:], "</") {
		return end + len(strings.TrimRight(rest[:i], " \t\r\n"))
	}
	return end
}

// wholeCell returns the end of the field of a list or a table that goes on at
// text[end].
func (p *pair) wholeCell(text string, end int) int {
	mark := strings.TrimLeft(text[p.nameEnd:p.valueStart], " \"'\\]")
	if mark == "" || !is(mark[0], delimiter) {
		return end
	}
	_, end = trim(text, end, fieldEnd(text[:lineEnd(text, end)], end, mark[:1]))
	return end
}

// bracketed returns the end of the values in brackets that go on at text[end]: all
// of them are secrets of the name.
func bracketed(text string, end int) int {
	limit := min(len(text), end+maxValue)
	for at := end; at < limit && text[at] != '\n'; at++ {
		if text[at] == ']' && (at+1 == len(text) || text[at+1] == ' ' || text[at+1] == ']' || text[at+1] == '}' || is(text[at+1], white)) {
			return at
		}
	}
	return end
}

// itemStart returns where the dash stands behind which the value is an item of a
// list of YAML, 0 when it is none.
func (p *pair) itemStart(text string) int {
	dash := p.valueStart - len("- ")
	if p.sep == ':' && dash > p.nameEnd && text[dash] == '-' && text[dash+1] == ' ' && strings.IndexByte(text[p.nameEnd:dash], '\n') >= 0 {
		return dash
	}
	return 0
}

// items returns the end of the last item of the list of YAML whose first one ends
// at text[end].
func (p *pair) items(text string, end int) int {
	dash := p.itemStart(text)
	head := text[strings.LastIndexByte(text[:dash], '\n'):p.valueStart]
	for {
		line := lineEnd(text, end)
		if !strings.HasPrefix(text[line:], head) {
			return end
		}
		next := lineEnd(text, line+len(head))
		if v := text[line+len(head) : next]; len(v) < leastPassword || strings.Contains(v, ": ") || p.saysNothing(text, v) {
			return end
		}
		end = next
	}
}

// blockStart reports whether the value stands in a block scalar or in a part of a
// form, where lines have nothing but the value.
func (p *pair) blockStart(text string) bool {
	before := text[p.nameEnd:p.valueStart]
	i := strings.IndexByte(before, '\n')
	return i > 0 && strings.Trim(before[i:], " \t\r\n") == "" && strings.ContainsAny(before[:i], "|>") || strings.HasSuffix(before, "\n\r\n") || strings.HasSuffix(before, "\n\n")
}

// blockEnd returns the end of the lines that go on at text[end] and are indented
// like the one with text[start].
func blockEnd(text string, start, end int) int {
	head := text[strings.LastIndexByte(text[:start], '\n'):start]
	for {
		end = lineEnd(text, end)
		if len(head) == 1 || !strings.HasPrefix(text[end:], head) {
			return len(strings.TrimRight(text[:end], " \r\n"))
		}
		end += len(head)
	}
}

// heads are words that stand before a name at the beginning of a line.
var heads = stateSet(`export set setx env declare local readonly typeset const let var arg global`)

// line returns where the line ends that the pair is all of, or the quotes that it
// fills, and whether there is one.
func (p *pair) line(text string) (int, bool) {
	limit := max(p.valueEnd, min(len(text), p.valueStart+maxValue))
	if p.sep != '=' && p.sep != ':' {
		return limit, false
	}
	at := p.nameStart
	if at > 0 && (text[at-1] == '"' || text[at-1] == '\'') && !p.nameQuoted {
		end := index(text[:limit], p.valueEnd, text[at-1])
		return end, end < limit
	}
	if end := p.inBraces(text, limit); end > 0 {
		return end, true
	}
	const most = 2
	for range most {
		at = back(text, at, maxName, white|dash) // of items of a list too
		word := back(text, at, maxName, letter)
		if word == at || !knows(heads, text[word:at]) {
			break
		}
		at = word
	}
	if space := strings.IndexByte(text[at:p.nameStart], '\n'); space >= 0 {
		at += space + 1
	}
	if at > 0 && text[at-1] != '\n' {
		return limit, false
	}
	end := index(text[:limit], p.valueEnd, '\n')
	return end - count(end < limit && text[end-1] == '\r'), true
}

// inBraces returns where the braces or parentheses close in which the pair stands
// among others that commas divide, 0 when it does not.
func (p *pair) inBraces(text string, limit int) int {
	at := p.nameStart
	if p.sep != '=' || at == 0 || text[at-1] != '{' && text[at-1] != '(' && (at < 2 || text[at-2:at] != ", ") {
		return 0
	}
	for end := p.valueEnd; end < limit && text[end] != '\n'; end++ {
		if (text[end] == '}' || text[end] == ')') && (end+1 == len(text) || is(text[end+1], stop) || text[end+1] == ':') {
			return end
		}
	}
	return 0
}

// goesOn returns the end of what stands behind the mark at text[at] when it belongs
// to the value, else at. limit is where the frame ends, line says that there is
// nothing in it but the pair.
func (p *pair) goesOn(text string, at, limit int, line bool) int {
	c, from := text[at], at+1
	switch {
	case (c == '&' || c == '\\') && isEscape(text, at):
		return at
	case c == ',' || c == '&':
	case !line || !is(c, stop) || c == '\n' || is(c, quote) && c != ']' && (from == limit || !is(text[from], alnum)):
		return at
	}
	for from < limit && is(text[from], stop) && (text[from] == ']' || !is(text[from], white|quote)) && text[from] != '<' {
		from++
	}
	end := valueEnd(text[:limit], from)
	v := text[from:end]
	if end-p.valueStart == maxValue { // no end was seen
		return at
	}
	if v == "" || is(c, white) && (wordy(v) || !is(v[0], alnum)) || p.saysNothing(text, v) || placeholder(v) {
		return at
	}
	if pairAhead(text, from) && !p.ring(text, from) {
		return at
	}
	return end
}

// pairAhead reports whether a name and what joins it to a value begin at text[at].
func pairAhead(text string, at int) bool {
	end := runMax(text, at, maxName, name)
	if end == at || end == len(text) || !is(text[at], letter|under) {
		return false
	}
	last := end+1 == len(text) || is(text[end+1], white|equals)
	return (text[end] == '=' || text[end] == ':') && (!last || wordy(text[at:end]))
}

// saysNothing reports whether v, which stands behind the value, holds no secret. Codes
// are numbers, and follow each other.
func (p *pair) saysNothing(text, v string) bool {
	return harmless(v) && (!codeLike(v) || !codeLike(p.value(text)))
}

// ring reports whether the value is a ring of keys, each with its id and a colon
// before it, that goes on at text[at].
func (p *pair) ring(text string, at int) bool {
	const longest, least = 24, 8
	first := runMax(text, p.valueStart, longest, name)
	next := runMax(text, at, longest, name)
	return text[first] == ':' && text[next] == ':' && valueEnd(text, next)-next > least
}

// wholeList returns the end of the last element of the list whose first one ends
// at text[end]: all of them are secrets of the name.
func (p *pair) wholeList(text string, end int) int {
	if p.valueStart < 2 || text[p.valueStart-2] != '[' {
		return end
	}
	mark := text[p.valueStart-1]
	for end < len(text) && text[end] == mark {
		next := runMax(text, end+1, 1, delimiter)
		next = runMax(text, next, 24, white)
		if next == end+1 || next >= len(text) || text[next] != mark {
			break
		}
		limit := min(len(text), next+1+maxValue)
		last := index(text[:limit], next+1, mark)
		if last == next+1 || last == limit && limit < len(text) {
			break
		}
		if end = last; last == limit { // the quote was cut off
			return next + 1 + excerpt(text[next+1:])
		}
	}
	return end
}
