package scan

import "strings"

// manifest is the secret of Kubernetes (kubernetes.io: Secrets) that a sweep came upon
// last: every value of its data is one, whatever its name is. The lines or members
// from at on are still to be looked at.
type manifest struct {
	at, end int
	indent  int  // of the members of the object in YAML, -1 in JSON
	inData  bool // at is inside of the data
}

const (
	manifestBefore = 4 << 10
	manifestReach  = 16 << 10
)

// open notes the manifest whose kind stands at text[at].
func (m *manifest) open(text string, at int) {
	kind := runMax(text, runMax(text, at, 1, quote)+len("kind"), 4, quote|colon|white)
	if end := kind + len("Secret"); at < m.end || !strings.HasPrefix(text[kind:], "Secret") || end < len(text) && is(text[end], name) {
		return
	}
	low := max(m.end, at-manifestBefore)
	if text[at] == '"' {
		m.at, m.end, m.indent, m.inData = objectStart(text, low, at), min(objectEnd(text, at), at+manifestReach), -1, false
		return
	}
	line := low + strings.LastIndexByte(text[low:at], '\n') + 1
	if !all(text[line:at], white|dash) {
		return
	}
	m.indent, m.inData = at-line, false
	m.at, m.end = m.bounds(text, low, line)
}

// objectStart returns the position behind the brace of the object in which text[at]
// stands, not before low.
func objectStart(text string, low, at int) int {
	depth := 0
	for i := at - 1; i >= low; i-- {
		switch text[i] {
		case '}':
			depth++
		case '{':
			if depth--; depth < 0 {
				return i + 1
			}
		}
	}
	return low
}

// bounds returns the lines around the one at text[line] that are of the same mapping:
// up to the dash that begins it as an item of a list, and down to the next.
func (m *manifest) bounds(text string, low, line int) (from, to int) {
	from, to = line, index(text, line, '\n')+1
	for from > low && !m.item(text, from) {
		above := low + strings.LastIndexByte(text[low:from-1], '\n') + 1
		if m.ends(text, above) && !m.item(text, above) {
			break
		}
		from = above
	}
	for to < len(text) && to-line < manifestReach && !m.ends(text, to) {
		to = index(text, to, '\n') + 1
	}
	return from, min(to, len(text))
}

// item reports whether the line at text[i] begins the mapping as an item of a list.
func (m *manifest) item(text string, i int) bool {
	return m.indent >= 2 && i+m.indent <= len(text) && text[i+m.indent-2] == '-' && all(text[i:i+m.indent-2], white)
}

// ends reports whether the line at text[i] is no longer of the mapping.
func (m *manifest) ends(text string, i int) bool {
	first := run(text, i, white)
	return first < len(text) && (first-i < m.indent || strings.HasPrefix(text[i:], "---"))
}

// next returns the next value of the data.
func (m *manifest) next(text string) (Finding, bool) {
	for m.at < m.end {
		start, end := 0, 0
		if m.indent < 0 {
			start, end = m.member(text[:m.end])
		} else {
			start, end = m.line(text[:m.end])
		}
		if start < end && storedValue(text[start:end]) {
			return Finding{Kind: kindStored, Start: start, End: end}, true
		}
	}
	return Finding{}, false
}

// line takes the next line and returns the value in it, or none.
func (m *manifest) line(text string) (start, end int) {
	from := m.at
	first := runMax(text, from, m.indent+64, white)
	stop := index(text, from, '\n')
	m.at = min(stop+1, len(text))
	if first >= stop {
		return 0, 0
	}
	if text[first] == '-' {
		first = runMax(text[:stop], first+1, 1, white)
	}
	if first-from <= m.indent {
		m.inData = hasFold(text, first, "data:") || hasFold(text, first, "stringdata:")
		return 0, 0
	}
	colon := strings.Index(text[first:stop], ": ")
	if !m.inData || colon < 0 {
		return 0, 0
	}
	start, end = trim(text, first+colon+len(": "), stop)
	if start == end || text[start] != '|' && text[start] != '>' {
		return start, end
	}
	start = run(text, stop, white)
	for m.at < len(text) && run(text, m.at, white)-m.at > first-from {
		m.at = min(index(text, m.at, '\n')+1, len(text))
	}
	return start, max(start, len(strings.TrimRight(text[:m.at], " \r\n")))
}

// member takes the next member and returns the value of it, or none.
func (m *manifest) member(text string) (start, end int) {
	if !m.inData {
		i := strings.Index(text[m.at:], `ata"`)
		if i < 0 {
			m.at = len(text)
			return 0, 0
		}
		m.at = runMax(text, m.at+i+len(`ata"`), 8, white|colon)
		m.inData = m.at < len(text) && text[m.at] == '{'
		return 0, 0
	}
	key := run(text, m.at+1, white|delimiter)
	if key >= len(text) || text[key] != '"' {
		m.inData, m.at = false, key
		return 0, 0
	}
	behind := memberEnd(text, key)
	open := run(text, behind, white|colon)
	if behind == 0 || open >= len(text) || text[open] != '"' {
		m.inData, m.at = false, max(behind, key+1)
		return 0, 0
	}
	end = index(text, open+1, '"')
	m.at = min(end, len(text)-1)
	return open + 1, end
}
