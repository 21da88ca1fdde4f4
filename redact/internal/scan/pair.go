package scan

import "strings"

// pair is a name and a value as they stand in a text, with how they are
// joined.
type pair struct {
	nameStart, nameEnd   int
	valueStart, valueEnd int
	sep                  byte
	spaced               bool // white space beside the separator
	plus                 bool // spaces are plus signs
	nameQuoted           bool
	quoted               bool // the value is in quotes
	boxed                bool // the name stands in a struct or map dump
	slashed              bool // a slash stands before the name of a password, as in jane/password:x
}

// maxValue is how much of a value is judged.
const maxValue = 512

// pairAt returns the pair whose name covers text[at].
func pairAt(text string, at int) (pair, bool) {
	end := runMax(text, at, maxName, name)
	if !joins(text, end) {
		return pair{}, false
	}
	p := pair{nameStart: back(text, at, maxName, name), nameEnd: end}
	return p, p.nameAt(text, at) && p.readValue(text)
}

// nameAt leaves the dots that end the name out, as far as they stand behind text[at],
// and reports whether it is a name.
func (p *pair) nameAt(text string, at int) bool {
	for p.nameEnd > at && text[p.nameEnd-1] == '.' {
		p.nameEnd--
	}
	return !inMark(text, p.nameStart)
}

// behindEscape returns the end of the escape that the name at text[start] seems to
// begin with, as in \\u0026token, else start.
func behindEscape(text string, start int) int {
	const digits = 4
	if start > 0 && text[start-1] == '\\' && text[start] == 'u' && runMax(text, start+1, digits, hexa) == start+1+digits {
		return start + 1 + digits
	}
	if start > 0 && is(text[start], digit) && escapes(text, start-1) {
		return start + 2
	}
	return start
}

// readValue finds the value behind the name.
func (p *pair) readValue(text string) bool {
	k, ok := p.closeName(text)
	if !ok {
		return false
	}
	if value, ok := p.member(text, k); ok {
		k, p.sep = value, '='
	} else if value, ok := p.attribute(text, k); ok {
		k, p.sep = value, '='
	} else if value, ok := p.defaulted(text, k); ok {
		k, p.sep = value, '='
	} else if p.preceding(text) {
		return true
	} else if k, ok = p.separator(text, k); !ok || p.literalEnds(text, k) {
		return false
	}
	if k, ok = p.nested(text, k); !ok {
		return false
	}
	p.openValue(text, k)
	if p.loose(text) && !p.boxed && !p.slashed && p.nameStart > 0 && text[p.nameStart-1] != '<' {
		return false // parts of a resource's name
	}
	p.closeValue(text)
	p.unwrap(text)
	p.verb(text)
	p.declared(text)
	return true
}

// closeName skips the quotes, brackets and white space behind the name.
func (p *pair) closeName(text string) (int, bool) {
	k := runMax(text, p.nameEnd, 5, quote)
	p.nameQuoted = k > p.nameEnd
	if p.nameQuoted && (p.nameStart == 0 && !joinsValue(text, k) || p.nameStart > 0 && is(text[p.nameStart-1], alnum|plus) && !p.labelled(text)) {
		return k, false // the quote closes more than a name
	}
	space := runMax(text, k, 24, white)
	if space == k && k < len(text) && text[k] == '+' {
		for space < len(text) && space-k < 24 && text[space] == '+' {
			space++ // a space in a form
		}
		p.plus = true
		if !all(p.name(text), letter|dash|under) || text[p.nameStart] != '-' && !wordy(text[back(text, p.nameEnd, maxName, b64):p.nameEnd]) {
			return k, false
		}
	}
	p.spaced = space > k
	return space, true
}

// joinsValue reports whether what joins a name to a value stands at text[k], perhaps
// behind a space: a text can begin inside of a name.
func joinsValue(text string, k int) bool {
	next := runMax(text, k, 2, white)
	return next < len(text) && (text[next] == ':' || text[next] == '=' && text[k-1] == ']')
}

// inMark reports whether a word at text[at] is the kind in a mark that stands
// for a secret, also when the mark's colon was percent-encoded.
func inMark(text string, at int) bool {
	if at < len("REDACTED:") || text[at-1] != ':' && text[at-1] != '%' {
		return false
	}
	word := text[at-len("REDACTED:") : at-1]
	return word == "REDACTED" || word == "REJECTED"
}

// valueEnd returns where the unquoted value ends that goes on at text[at].
func valueEnd(text string, at int) int {
	for at < len(text) && !ends(text, at) {
		at++
	}
	return at
}

// nextPair reports whether a name and an equals sign begin at text[at].
func nextPair(text string, at int) bool {
	end := runMax(text, at, 40, name)
	return end > at && end < len(text) && text[end] == '=' && is(text[at], letter|under) &&
		end+1 < len(text) && !is(text[end+1], equals|stop|dot|colon) && text[end+1] < 0x80
}

func (p *pair) name(text string) string  { return text[p.nameStart:p.nameEnd] }
func (p *pair) value(text string) string { return text[p.valueStart:p.valueEnd] }

// matchName judges the pair with the name text[start:end], which covers text[at], or
// the column with that name, which is set with its first secret. judged is the end of
// the value that was judged, 0 where a column was.
func matchName(text string, start, at, end int, column *grid) (f Finding, judged int, ok bool) {
	p := pair{nameStart: min(at, behindEscape(text, start)), nameEnd: end}
	if !p.nameAt(text, at) {
		return Finding{}, 0, false
	}
	if p.slashed = p.part(text); p.slashed && !p.passwordBehind(text) {
		return Finding{}, 0, false
	}
	e, known := lookup(p.name(text))
	if p.slashed && (!known || e.test != password) {
		return Finding{}, 0, false
	}
	if !known && p.numbered(text) {
		e, known = nameIndex.get("unsealkey"), true
	}
	if !known && p.nameEnd-p.nameStart != len("key") {
		ok := p.appRole(text)
		return Finding{Kind: kindAppRole, Start: p.valueStart, End: p.valueEnd}, p.valueEnd, ok
	}
	if p.inProse(text) && e.test != wordList {
		return Finding{}, 0, false
	}
	if p.below(text, e, known, column) {
		if f, ok := column.next(text); ok {
			return f, 0, true
		}
	}
	e = p.compound(text, e)
	if p.duplicate(text) {
		end, ok := p.literalSecret(text, e.test)
		return Finding{Kind: e.row.id, Start: p.valueStart, End: end}, 0, ok && known
	}
	if !p.readValue(text) {
		return Finding{}, 0, false
	}
	mess := 0
	if known {
		mess = p.mess(text, e.test)
	}
	if p.valueStart < p.valueEnd && (e.test.coded() || !p.hopeless(text)) {
		f, ok = p.judged(text, e, known)
	}
	if !ok && known && p.sep == '>' {
		f, ok = p.lastWord(text, e)
	}
	if mess > f.End {
		mess = p.others(text, mess)
		f, ok = Finding{Kind: e.row.id, Start: p.valueStart, End: mess}, true
	}
	return f, max(mess, p.valueEnd), ok
}

// judged judges the pair, whose name may be one of two words.
func (p *pair) judged(text string, e nameEntry, known bool) (Finding, bool) {
	if !known {
		if e, known = p.spelled(text); !known {
			return Finding{}, false
		}
	}
	if p.tooShort(text, e.test) || p.homonym(text, e) {
		return Finding{}, false
	}
	return p.match(text, e)
}

// match judges the value of the pair by the name's test.
func (p *pair) match(text string, e nameEntry) (Finding, bool) {
	if p.second(text) {
		e = nameIndex.get("password")
	}
	end, ok := p.phrased(text, e.test), true
	switch {
	case end > 0:
		return Finding{Kind: e.row.id, Start: p.valueStart, End: end}, true
	case e.test == header:
		end, ok = p.header(text, p.value(text))
	case e.test == cookies:
		j := openJar(text, p.valueStart, e.row.id)
		return j.next(text)
	case e.test == wordList:
		end = mnemonic(text, p.valueStart)
		return Finding{Kind: e.row.id, Start: p.valueStart, End: end}, end > 0
	case p.sep == ' ':
		end, ok = p.bare(text, e.test)
	default:
		if end, ok = p.judge(text, e.test); !ok && e.test == long && knows(schemes, p.value(text)) {
			end, ok = p.credential(text, p.value(text))
		}
	}
	if ok {
		end = p.whole(text, end)
	}
	return Finding{Kind: e.row.id, Start: p.valueStart, End: end}, ok
}

// inProse reports whether the name is one of the words of a sentence: a space and a
// short word in lower case stand behind it, which no value is and nothing opens.
func (p *pair) inProse(text string) bool {
	const longest = 11 // letters that always could be a word
	at := p.nameEnd + 1
	if at >= len(text) || text[at-1] != ' ' || !is(text[at], lower) || text[p.nameStart] == '-' {
		return false
	}
	if p.nameStart > 0 && (text[p.nameStart-1] != ' ' || p.nameStart < 2 || !is(text[p.nameStart-2], alnum)) {
		return false
	}
	end := runMax(text, at, longest+1, lower)
	word := text[at:end]
	if end < len(text) && text[end] == '.' {
		end++
	}
	if len(word) > longest || end < len(text) && text[end] != ' ' || end+1 < len(text) && !is(text[end+1], lower) {
		return false
	}
	return !knows(verbs, word) && !knows(values, word) && strings.IndexByte(p.name(text), '.') < 0
}

// tooShort reports whether the value has too few bytes for the test.
func (p *pair) tooShort(text string, t test) bool {
	if p.quoted {
		return false
	}
	switch v := p.value(text); t {
	case generated:
		return len(v) < 8
	case long:
		return len(v) < 12 && !knows(schemes, v)
	case session:
		return len(v) < 20
	}
	return false
}

// part reports whether the name is plainly a part of a resource's name, between
// a slash and a colon with nothing that opens a value behind it.
func (p *pair) part(text string) bool {
	k := p.nameEnd
	return k+1 < len(text) && text[k] == ':' && is(text[k+1], alnum) && text[k+1] != 'N' && p.nameStart > 0 && text[p.nameStart-1] == '/'
}

// loose reports whether the pair may be a resource name of colon-separated
// parts rather than a name and a value.
func (p *pair) loose(text string) bool {
	return p.sep == ':' && !p.spaced && !p.quoted && !p.nameQuoted && text[p.valueStart-1] == ':'
}
