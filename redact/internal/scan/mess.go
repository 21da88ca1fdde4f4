package scan

import (
	"math/bits"
	"strings"
)

// hard are marks that words, paths and encodings do not have; all but those that
// divide are strong.
const (
	hard   = "!$*@^`#&;?|"
	strong = 1<<6 - 1
	soft   = "+~%=,:"
)

// openers and closers are marks that stand around something, each at the same
// place.
const (
	openers = "([{<"
	closers = ")]}>"
)

// messy reports whether v mixes marks into letters and digits as generators of
// passwords do and neither words, paths, templates nor code have them.
func messy(v string) bool {
	const least, leastAlone, judged = 8, 12, 64
	if len(v) < least {
		return false
	}
	v = v[:min(len(v), judged)]
	letters := lettersOf(v)
	kinds := count(letters.lower != 0) + count(letters.upper != 0) + count(letters.digit != 0)
	if kinds < 2 || letters.mostChanges(len(v))*2 < len(v) {
		return false
	}
	m := mix(v)
	if m.changes*2 < len(v) {
		return false
	}
	switch marks := m.marks(); {
	case marks == 0, m.hard == 0 && m.open == [len(openers)]int8{}, marks == 1 && (kinds < 3 || len(v) < leastAlone), marks == 2 && m.hard&strong == 0 && kinds < 3:
		return false
	}
	return !m.words && !patterned(v)
}

// mixture is what a value is made of.
type mixture struct {
	hard    uint16             // bits of the hard marks
	soft    uint8              // bits of the soft ones
	open    [len(openers)]int8 // opened and not closed
	changes int                // between lower case, upper case, digits and marks
	words   bool               // a word of some length is in it
}

// marks counts the marks that tell: hard ones, what is opened or closed alone, and
// several soft ones.
func (m *mixture) marks() int {
	n := bits.OnesCount16(m.hard) + count(bits.OnesCount8(m.soft) > 1)
	for _, open := range m.open {
		n += count(open != 0)
	}
	return n
}

func mix(v string) (m mixture) {
	last := set(0)
	for i := 0; i < len(v); i++ {
		kind := sets[v[i]] & (lower | upper | digit)
		m.changes += count(i > 0 && (kind != last || kind == 0 && v[i] != v[i-1]))
		if kind&letter != 0 && last&letter == 0 {
			m.words = m.words || plainWord(v[i:run(v, i, letter)])
		}
		if last = kind; kind != 0 {
			continue
		}
		if at := strings.IndexByte(hard, v[i]); at >= 0 {
			m.hard |= 1 << at
		} else if at := strings.IndexByte(openers, v[i]); at >= 0 {
			m.open[at]++
		} else if at := strings.IndexByte(closers, v[i]); at >= 0 {
			m.open[at]--
		} else if at := strings.IndexByte(soft, v[i]); at >= 0 {
			m.soft |= 1 << at
		}
	}
	return m
}

// plainWord reports whether letters are a word of some length, in one case, perhaps
// with a capital, or a longer one of several words.
func plainWord(letters string) bool {
	const least, leastJoined = 6, 8
	return len(letters) >= least && (len(letters) >= leastJoined || all(letters[1:], lower) || all(letters, upper)) && wordPart(letters)
}

// patterned reports whether v has classes of characters as patterns have them, an
// address, a template, or a pair.
func patterned(v string) bool {
	for _, part := range [...]string{"a-z", "A-Z", "0-9", "a-f", "://"} {
		if strings.Contains(v, part) {
			return true
		}
	}
	for i := 0; i+2 < len(v); i++ {
		if is(v[i], alnum) {
			continue
		}
		switch end := runMax(v, i+1, maxName, letter|under); {
		case (v[i] == '$' || v[i] == '#') && (v[i+1] == '{' || v[i+1] == '('):
			if name := run(v, i+2, name); name > i+2 && name < len(v) && strings.IndexByte("}):[?", v[name]) >= 0 {
				return true
			}
		case end > i+3 && end < len(v) && (v[end] == '=' || v[end] == ':') && wordy(v[i+1:end]):
			return true
		}
	}
	return false
}

// longToken is the length from which a value without marks is all of a token.
const longToken = 16

// mess returns where the unquoted value ends when it is a password of all marks:
// at the next white space, whatever ends values elsewhere. 0 says that it is none.
func (p *pair) mess(text string, t test) int {
	if p.quoted || t != password && t != generated && t != nonEmpty || p.sep == '>' || p.sep == ',' || p.sep == '|' && text[p.nameEnd] != ' ' {
		return 0
	}
	if p.nameStart > 0 && text[p.nameStart-1] == '/' { // a segment of a path
		return 0
	}
	if end := p.valueEnd; end == len(text) || sets[text[end]]&(pause|white) != pause || p.sep == ' ' && text[p.valueStart] == '*' {
		return 0
	}
	if len(p.value(text)) >= longToken && all(p.value(text), opaque) {
		return 0 // a token, with something behind it
	}
	end, limit := p.valueStart, min(len(text), p.valueStart+maxValue)
	for end < limit && text[end] > ' ' && text[end] < 0x7F && text[end] != '"' && text[end] != '\'' && text[end] != '\\' && (text[end] != '&' || !isEscape(text, end)) {
		end++
	}
	if end-p.valueStart == maxValue || emptyBrackets(text, p.valueStart) {
		return 0
	}
	end = p.withoutFrame(text, end)
	if end <= p.valueEnd || !messy(text[p.valueStart:end]) {
		return 0
	}
	return end
}

// emptyBrackets reports whether brackets with nothing in them close at text[at].
func emptyBrackets(text string, at int) bool {
	i := strings.IndexByte(closers, text[at])
	return i >= 0 && text[at-1] == openers[i]
}

// withoutFrame returns the end of the value text[valueStart:end] without what
// closes the frame that it stands in and what ends a part of a sentence.
func (p *pair) withoutFrame(text string, end int) int {
	const reach = 64
	before := text[max(0, p.nameStart-reach):p.valueStart]
	if end > p.valueStart && strings.IndexByte(",;.:", text[end-1]) >= 0 {
		end--
	}
	for end > p.valueStart {
		at := strings.IndexByte(closers, text[end-1])
		if at < 0 {
			break
		}
		opener, closer := openers[at:at+1], closers[at:at+1]
		if strings.Count(before, opener) <= strings.Count(before, closer) {
			break
		}
		before = before[strings.Index(before, opener)+1:]
		end--
	}
	return end
}
