package scan

import "strings"

// grid is the column that a sweep came upon last: the rows from at on are still to
// be looked at. The column has the name text[nameStart:nameEnd].
type grid struct {
	at                 int
	nameStart, nameEnd int
	before, marks      int // delimiters before the name and in its line
	left               int // rows that are looked at before one with a secret
	entry              nameEntry
	mark               byte // between fields of lines, 0 for tuples
}

const (
	maxRow  = 512 // bytes of a line of a table, or of a list of columns, that are looked at
	maxRows = 8   // lines of it
)

// next returns the secret of the next row that has one.
func (g *grid) next(text string) (Finding, bool) {
	for ; g.left > 0; g.left-- {
		p := pair{nameStart: g.nameStart, nameEnd: g.nameEnd}
		found := false
		if g.mark != 0 {
			found = g.line(text, &p) && p.filled(text, g.entry)
		} else if g.tuple(text, &p) {
			_, found = p.literalSecret(text, g.entry.test)
		}
		if found {
			g.left = maxRows + 1
			return Finding{Kind: g.entry.row.id, Start: p.valueStart, End: p.valueEnd}, true
		}
	}
	return Finding{}, false
}

// line sets the value to the field of the next line and reports whether it has one.
func (g *grid) line(text string, p *pair) bool {
	from := min(len(text), g.at)
	end := lineEnd(text, from)
	g.at = end + 1
	if end == from {
		g.left = 0
		return false
	}
	mark := string([]byte{g.mark})
	whole := end == len(text) || strings.Count(text[from:end], mark) == g.marks || strings.IndexByte(text[from:end], '"') >= 0
	if !whole || !p.field(text[:end], from, g.before, mark) {
		return false
	}
	if strings.Contains(p.value(text), ": ") { // the line is that of a member
		g.left = 1
		return false
	}
	return true
}

// tuple sets the value to the field of the tuple that begins at the parenthesis
// text[at], and at to where the next one begins.
func (g *grid) tuple(text string, p *pair) bool {
	limit := min(len(text), g.at+4*maxRow)
	if g.at >= limit || text[g.at] != '(' {
		g.left = 0
		return false
	}
	start, column, depth, ok := g.at+1, 0, 0, false
	i := start
	for ; i < limit; i++ {
		switch c := text[i]; c {
		case '\'', '"':
			i = literalEnd(text[:limit], i)
		case '(':
			depth++
		case ',', ')':
			if depth > 0 {
				depth -= count(c == ')')
				continue
			}
			if column == g.before && !ok {
				ok = p.literal(text, start, i)
			}
			if column, start = column+1, i+1; c == ')' {
				limit = i
			}
		}
	}
	if i > len(text) || i == len(text) && text[i-1] != ')' { // the text was cut
		ok = ok || column == g.before && p.literal(text, start, len(text))
	}
	g.at = run(text, min(len(text), run(text, i, white)+1), white)
	return ok
}

// literalEnd returns the position of the quote that closes the literal of SQL whose
// quote is text[i]. Two quotes stand for one.
func literalEnd(text string, i int) int {
	mark := text[i]
	for i++; i < len(text); i++ {
		if text[i] == mark {
			if i+1 == len(text) || text[i+1] != mark {
				break
			}
			i++
		}
	}
	return i
}

// literal sets the value to the literal in text[start:end].
func (p *pair) literal(text string, start, end int) bool {
	start = run(text[:end], start, white)
	if start+1 < end && is(text[start], letter) && text[start+1] == '\'' {
		start++ // of another character set
	}
	p.sep, p.valueStart, p.valueEnd = '=', start, start+len(strings.TrimRight(text[start:end], " \t\r\n"))
	if size := p.valueEnd - start; size > 2 && (text[start] == '\'' || text[start] == '"') && text[p.valueEnd-1] == text[start] {
		p.quoted, p.valueStart, p.valueEnd = true, start+1, p.valueEnd-1
	}
	return p.valueStart < p.valueEnd
}

// literalSecret judges a value of a statement. A word without quotes is the name of
// something, and what has parentheses is a call.
func (p *pair) literalSecret(text string, t test) (int, bool) {
	v := p.value(text)
	switch {
	case t.coded() && t.holds(v):
		return p.valueEnd, true
	case !p.quoted && (wordy(v) && !chosen(v) && (t != password || !scattered(v)) || strings.IndexByte(v, '(') >= 0):
		return 0, false
	case t == header:
		return p.header(text, v)
	}
	return p.judge(text, t)
}

// duplicate sets the value to the entry that errors of MySQL (ER_DUP_ENTRY) have
// before the name of its key: Duplicate entry 'x' for key 't.name'.
func (p *pair) duplicate(text string) bool {
	const joint, entry = "' for key '", "entry '"
	end := p.nameStart - len(joint)
	if end < 1 || text[end:p.nameStart] != joint {
		return false
	}
	low := max(0, end-maxValue)
	i := strings.LastIndex(text[low:end], entry)
	if i < 0 || p.nameEnd == len(text) || text[p.nameEnd] != '\'' {
		return false
	}
	p.nameStart, p.nameEnd = low+i, low+i+len("entry") // what stands before the value
	p.sep, p.quoted, p.valueStart, p.valueEnd = '=', true, low+i+len(entry), end
	return p.valueStart < end
}

// below sets the column of the name when it stands above one.
func (p *pair) below(text string, e nameEntry, known bool, g *grid) bool {
	return p.column(text, e, known, g) || known && p.tuples(text, e, g)
}

// tuples sets the column of the name when it stands in a list of columns in
// parentheses with tuples of values behind it: INSERT INTO t (a, b) VALUES ('x',
// 'y'), and Key (a, b)=(x, y) as errors of PostgreSQL have it.
func (p *pair) tuples(text string, e nameEntry, g *grid) bool {
	if next := runMax(text, p.nameEnd, 3, quote|white); e.test == cookies || next == len(text) || text[next] != ',' && text[next] != ')' {
		return false
	}
	from := max(0, p.nameStart-maxRow)
	if strings.IndexByte(text[from:p.nameStart], '(') < 0 || strings.IndexByte(text[p.nameEnd:min(len(text), p.nameEnd+maxRow)], ')') < 0 {
		return false
	}
	const listed = name | white | quote
	low := p.nameStart
	for low > 0 && p.nameStart-low < maxRow && (is(text[low-1], listed) || text[low-1] == ',') {
		low--
	}
	end := p.nameEnd
	for end < len(text) && end-p.nameEnd < maxRow && (is(text[end], listed) || text[end] == ',') {
		end++
	}
	if low == 0 || text[low-1] != '(' || end == len(text) || text[end] != ')' {
		return false
	}
	at := run(text, end+1, white)
	switch {
	case hasFold(text, at, "values"):
		at = run(text, at+len("values"), white)
	case !strings.HasPrefix(text[end:], ")=("):
		return false
	default:
		at = end + len(")=")
	}
	if at == len(text) || text[at] != '(' {
		return false
	}
	*g = grid{at: at, nameStart: p.nameStart, nameEnd: p.nameEnd, before: strings.Count(text[low:p.nameStart], ","), left: maxRows, entry: e}
	return true
}
