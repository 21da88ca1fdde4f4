package scan

import "strings"

// preceding lets the pair be the member of an object that holds the value of the name
// and stands before it, when what labels the name is a member too and none of another
// name has that value: {"value":"x","name":"password"}, <param value="x" name="y"/>.
func (p *pair) preceding(text string) bool {
	const reach = maxValue + 96
	label, ok := p.label(text)
	if !ok {
		return false
	}
	low := max(0, label-reach)
	for i := label; i > low; {
		end := i
		for end > low && !is(text[end-1], name) {
			end--
		}
		if i = back(text, end, longestWord+1, name); i == end {
			return false
		}
		if !knows(values, text[i:end]) {
			continue
		}
		q := pair{nameStart: i, nameEnd: end, sep: '='}
		k, ok := q.behind(text, end)
		if !ok || k >= label {
			continue
		}
		q.openValue(text, k)
		q.closeValue(text)
		if q.valueEnd >= label || !together(text[q.valueEnd:label]) || q.named(text, low) {
			return false
		}
		*p = q
		return q.valueStart < q.valueEnd
	}
	return false
}

// together reports whether what stands between two members is of one object.
func together(between string) bool {
	const longest = 96
	return len(between) <= longest && !strings.ContainsAny(between, "{}<>()[]") && !strings.Contains(between, "\n\n") && !strings.Contains(between, "\n- ") && !strings.Contains(between, "\n  - ")
}

// named reports whether another label stands before the member, in the same object.
func (p *pair) named(text string, low int) bool {
	for i := p.nameStart; i > low && strings.IndexByte("{<[(\n", text[i-1]) < 0; i-- {
		if is(text[i-1], equals|colon) {
			end := i - 1
			for end > low && is(text[end-1], quote|white) {
				end--
			}
			if knows(labels, text[back(text, end, longestWord, name):end]) {
				return true
			}
		}
	}
	return false
}
