package scan

import "slices"

// Sources of shapes that no provider documents itself.
const (
	ruleSetGitleaks   = "the gitleaks rule set"
	ruleSetKingfisher = "the Kingfisher rule set"
)

// row is one kind of the table: what it is called, its shape and the public
// document that gives it. Ids are stable and never reused.
type row struct {
	id     Kind
	kind   string
	shape  string
	exact  bool // the prefix alone is weak: only the whole shape counts
	source string
}

// rows is the table of fixed shapes, by family.
var rows = slices.Concat(forgeRows, cloudRows, aiRows, messageRows, payRows, dataRows, observeRows, identityRows)

var shapes = compileShapes()

func compileShapes() []shape {
	out := make([]shape, len(rows))
	for i, r := range rows {
		out[i] = parseShape(r.shape)
	}
	return out
}

// leastBody is how many random-looking bytes after its prefix a token that was
// cut short needs.
const leastBody = 12

// matchRow tries row i with its anchor at text[at].
func matchRow(text string, at, i int) (Finding, bool) {
	s := &shapes[i]
	start, ok := s.start(text, at)
	if !ok || !bounded(text, start) {
		return Finding{}, false
	}
	end, full, ok := s.match(text, start)
	if !ok {
		return Finding{}, false
	}
	last := s.parts[len(s.parts)-1]
	if rows[i].exact {
		if !full || (last.chars != 0 && end < len(text) && is(text[end], last.chars|alnum)) {
			return Finding{}, false
		}
		if s.parts[0].text != "" && wordy(text[start+len(s.parts[0].text):end]) {
			return Finding{}, false
		}
		return Finding{Kind: rows[i].id, Start: start, End: end}, true
	}
	if last.chars != 0 {
		end = run(text, end, last.chars)
	}
	body := text[start:end]
	if s.parts[0].least == 0 {
		body = body[len(s.parts[0].text):]
	}
	switch {
	case full:
		ok = !wordy(body)
	case s.lead > 0:
		ok = false
	default:
		ok = len(body) >= leastBody && random(body)
	}
	return Finding{Kind: rows[i].id, Start: start, End: end}, ok
}

// start returns where the shape begins when its anchor is at text[at].
func (s *shape) start(text string, at int) (int, bool) {
	if s.leadMost == s.lead {
		return at - s.lead, at >= s.lead
	}
	start := back(text, at, s.leadMost, s.leadChars)
	return start, at-start >= s.lead
}

// bounded reports whether a token can begin at text[start]: not in the middle
// of a longer run of letters and digits.
func bounded(text string, start int) bool {
	return start == 0 || !is(text[start-1], alnum) || !is(text[start], alnum)
}
