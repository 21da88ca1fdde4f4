package scan

import "strings"

// dashed reports whether a dash between spaces stands at text[k] and a secret behind
// it, as notes have them: vendor token - 'x'. A dash is also what goes on with a
// sentence, so that a generator must have made what stands behind it.
func (p *pair) dashed(text string, k int) bool {
	const least, leastBare = 12, 16
	if !p.spaced || !strings.HasPrefix(text[k:], "- ") {
		return false
	}
	from := k + len("- ")
	limit := min(len(text), from+maxValue)
	if from < limit && (text[from] == '"' || text[from] == '\'') {
		end := index(text[:limit], from+1, text[from])
		return end < limit && end-from > least && !wordy(text[from+1:end])
	}
	v := text[from:valueEnd(text[:limit], from)]
	return len(v) >= leastBare && all(v, opaque) && !all(v, hexa|dash) && !wordy(v) && random(v)
}

// passwordBehind reports whether what stands behind the colon is a password rather
// than the next part of a resource's name.
func (p *pair) passwordBehind(text string) bool {
	v := text[p.nameEnd+1 : valueEnd(text[:min(len(text), p.nameEnd+maxValue)], p.nameEnd+1)]
	return len(v) >= leastPassword && !all(v, hexa|dash) && (chosen(v) || marked(v) || !wordy(v) && !spelled(v) && random(v))
}

// lastWord judges the last of several words of an element's text, as forms and
// settings have a note before the value: <secret>vendor x</secret>.
func (p *pair) lastWord(text string, e nameEntry) (Finding, bool) {
	const least = 16
	if e.test != generated && e.test != long && e.test != password {
		return Finding{}, false
	}
	rest := text[p.valueStart:min(len(text), p.valueStart+maxValue)]
	tag := strings.Index(rest, "</")
	if tag < 0 {
		return Finding{}, false
	}
	rest = strings.TrimRight(rest[:tag], " \t\r\n}")
	start := strings.LastIndexByte(rest, ' ') + 1
	v := rest[start:]
	ok := start > 0 && len(v) >= least && all(v, opaque|bang) && secretLike(v) && random(v) && !strings.Contains(v, "://")
	return Finding{Kind: e.row.id, Start: p.valueStart + start, End: p.valueStart + len(rest)}, ok
}
