package scan

import "strings"

// leastPassword is the length of a password that a person chose, in a place
// where others stand.
const leastPassword = 6

// column sets the column of the name when it stands in the first line of a table
// (RFC 4180, also with other delimiters and a ruled line).
func (p *pair) column(text string, e nameEntry, known bool, g *grid) bool {
	if next := p.behindName(text); next == len(text) || text[next] != '\n' && !is(text[next], delimiter) {
		return false
	}
	end := lineEnd(text, p.nameEnd)
	if end == len(text) || e.test == header || e.test == cookies {
		return false
	}
	low := back(text, p.nameStart, maxRow, name|white|delimiter|quote)
	low += strings.LastIndexByte(text[low:p.nameStart], '\n') + 1
	mark := p.delimiter(text[:end])
	if !known {
		e, known = p.spelled(text)
	}
	if low > 0 && (text[low-1] == '/' || text[low-1] == '#' || text[low-1] == '*') {
		return false // a comment
	}
	if mark == "" || !known || !all(text[low:end], name|white|delimiter|quote) {
		return false
	}
	if line := strings.TrimRight(text[low:end], " \r"); mark != "|" && line[len(line)-1:] == mark {
		return false // of a list that goes on
	}
	*g = grid{marks: strings.Count(text[low:end], mark), at: end + 1, nameStart: p.nameStart, nameEnd: p.nameEnd, before: strings.Count(text[low:p.nameStart], mark), left: maxRows, entry: e, mark: mark[0]}
	return true
}

// lineEnd returns the position of the line end at or behind from.
func lineEnd(text string, from int) int {
	if size := strings.IndexByte(text[from:min(len(text), from+maxRow)], '\n'); size >= 0 {
		return from + size
	}
	return len(text)
}

// behindName returns the position of what stands behind the name and its quote.
func (p *pair) behindName(line string) int {
	next := p.nameEnd
	for next < len(line) && (line[next] == ' ' || line[next] == '"' || line[next] == '\r') {
		next++
	}
	return next
}

// delimiter returns what sets the name off from the field behind it in a line,
// or from the one before it when it is the last.
func (p *pair) delimiter(line string) string {
	next := p.behindName(line)
	if next == len(line) {
		next = p.nameStart - 1
		for next > 0 && p.nameStart-next < maxName && (is(line[next], name) || line[next] == ' ' || line[next] == '"') {
			next-- // of several words
		}
	}
	if next < 0 || !is(line[next], delimiter) {
		return ""
	}
	return line[next : next+1]
}

// field sets the value to the field of the line from at on that has so many
// marks before it; the line ends where text does.
func (p *pair) field(text string, at, before int, mark string) bool {
	for ; before > 0; before-- {
		end := fieldEnd(text, at, mark)
		if end == len(text) {
			return false
		}
		at = end + 1
	}
	end := fieldEnd(text, at, mark)
	p.valueStart, p.valueEnd = trim(text, at, end)
	p.sep, p.quoted = '|', p.valueStart > at && text[p.valueStart-1] == '"'
	return p.valueStart < p.valueEnd
}

// fieldEnd returns the end of the field that begins at text[at]. Marks inside of
// quotes belong to it.
func fieldEnd(text string, at int, mark string) int {
	from := at
	for from < len(text) && text[from] == ' ' {
		from++
	}
	if from < len(text) && text[from] == '"' {
		if i := strings.IndexByte(text[from+1:], '"'); i >= 0 {
			from += i + 1
		}
	}
	if i := strings.Index(text[from:], mark); i >= 0 {
		return from + i
	}
	return len(text)
}

// trim leaves white space and quotes around a field out.
func trim(text string, start, end int) (int, int) {
	for start < end && is(text[start], white|quote) {
		start++
	}
	for start < end && is(text[end-1], white|quote) {
		end--
	}
	return start, end
}

// cell reports whether a name and a value are neighbours in a list with the
// delimiter at text[k]: both are whole fields.
func (p *pair) cell(text string, k int) bool {
	mark := text[k : k+1]
	before := p.nameStart
	for before > 0 && (text[before-1] == ' ' || p.nameQuoted && text[before-1] == '"') {
		before--
	}
	if before > 0 && text[before-1] != text[k] && text[before-1] != '\n' {
		return false
	}
	end := fieldEnd(text[:lineEnd(text, k)], k+1, mark)
	from, to := trim(text, k+1, end)
	return from < to && strings.IndexByte(text[from:to], ' ') < 0
}

// filled reports whether a field that stands in no pair is a secret: the names
// of columns are words of prose too, so that a generator must have made it.
func (p *pair) filled(text string, e nameEntry) bool {
	v := p.value(text)
	if e.test == password && len(v) >= leastPassword && mixesDigits(v) && !placeholder(v) && !harmless(v) && strings.IndexByte(v, ' ') < 0 {
		return true
	}
	_, ok := p.judge(text, e.test)
	return ok
}

// inert reports whether a value is a field of a table or an item of a list that holds no
// secret: a word that is not one that rules for passwords ask for, or an identifier.
func (p *pair) inert(text, v string, t test) bool {
	words := wordy(v) && !messy(v)
	if words && p.worded(text) && (t != password || !scattered(v)) {
		return true
	}
	if p.sep != ',' && p.sep != '|' {
		return false
	}
	if words && (t != password || !chosen(v) && (len(v) < 8 || !mixesDigits(v))) {
		return true
	}
	return p.sep == '|' && p.listed(text, v, t) || p.sep == ',' && !p.apart(text, v, t)
}

// worded reports whether the value is where words stand that are no secrets: in an
// item of a list, in the brackets of a type, behind a comparison or a default, at
// the beginning of a sentence.
func (p *pair) worded(text string) bool {
	start := p.valueStart - 1
	if end := p.valueEnd + 1; p.quoted && start > 0 && text[start-1] == '(' && end < len(text) && text[end] == ',' {
		return true // of two names
	}
	if p.sep == '=' && p.spaced && !p.quoted {
		return p.sentence(text)
	}
	if p.sep == '=' && p.quoted {
		return strings.ContainsAny(text[p.nameEnd:start], "!|?")
	}
	return p.sep != ',' && start > 0 && text[start] == '[' && is(text[start-1], alnum) || p.itemStart(text) > 0
}

// listed reports whether a value in a list of fields is an identifier: lists of
// those begin with the kind of what they identify, as subjects of OpenID Connect
// do with the provider.
func (p *pair) listed(text, v string, t test) bool {
	switch t {
	case session:
		return true
	case long:
	default:
		return isUUID(v)
	}
	return all(v, hexa|dash) || hasFold(text, p.nameStart, "auth") || hasFold(text, p.nameStart, "oauth")
}
