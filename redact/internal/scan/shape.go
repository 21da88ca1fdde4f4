package scan

import "strings"

// A shape is written as literal text and runs in angle brackets: <h32> is 32
// lower-case hexadecimal digits, <A20-40> 20 to 40 letters and digits, <b20->
// 20 or more base64url bytes. A caret marks where the anchor begins when it is
// not the start. The letters are in runSets.
type part struct {
	text  string // literal when least is 0
	chars set
	least int
	most  int
}

type shape struct {
	parts []part
	// lead is the number of bytes or, when leadMost is larger, the range of
	// bytes before the anchor.
	lead, leadMost int
	leadChars      set
	anchor         string // literal that the prefilter looks for
	prefix         string // literal that the shape begins with
	mixed          bool   // a long run holds both cases
	cased          bool   // so, and the prefix is short
	marked         bool   // the prefix has more than letters and digits
	size           int    // the least bytes of a token
}

// unbounded is how much of a run without an upper bound is looked at; what
// goes on behind it belongs to the token all the same.
const unbounded = 512

var runSets = map[byte]set{
	'd': digit, 'h': lowhex, 'H': hexa, 'l': lower | digit, 'a': lower, 'U': upper | digit, 'L': letter,
	'A': alnum, 'w': alnum | under, 'k': alnum | dash, 'b': b64url, 'B': b64, 'p': b64 | equals,
	'q': b64url | equals, 't': b64url | dot, 'r': b64any | equals, 'x': opaque, '2': base32, '3': bech32, 'e': equals,
	'z': b64url | tilde | dot, 'u': lower | digit | dash | under, 'i': lower | digit | dash, 's': dash | under,
	'c': alnum | plus | dot, 'f': name | equals,
}

func parseShape(text string) shape {
	var s shape
	anchored := 0
	for text != "" {
		switch text[0] {
		case '<':
			end := strings.IndexByte(text, '>')
			s.parts = append(s.parts, parseRun(text[1:end]))
			text = text[end+1:]
		case '^':
			anchored = len(s.parts)
			text = text[1:]
		default:
			end := strings.IndexAny(text, "<^")
			if end < 0 {
				end = len(text)
			}
			s.parts = append(s.parts, part{text: text[:end]})
			text = text[end:]
		}
	}
	s.measure(anchored)
	return s
}

// measure sets what follows from the parts; the anchor begins at part anchored.
func (s *shape) measure(anchored int) {
	for i, p := range s.parts {
		if p.chars == 0 && (i == 0 || s.parts[i-1].chars == 0) {
			s.prefix += p.text
		}
		s.size += max(p.least, len(p.text))
		s.mixed = s.mixed || p.chars&letter == letter && p.least >= 20
	}
	s.marked = !all(s.prefix, alnum)
	s.cased = s.mixed && (len(s.prefix) < 4 || !s.marked)
	s.anchor, _, _ = strings.Cut(s.parts[anchored].text, " ")
	for _, p := range s.parts[:anchored] {
		s.lead += max(p.least, len(p.text))
		s.leadMost += max(p.most, len(p.text))
		s.leadChars |= p.chars
		for i := range len(p.text) {
			s.leadChars |= sets[p.text[i]]
		}
	}
}

func parseRun(text string) part {
	p := part{chars: runSets[text[0]]}
	low, high, ranged := strings.Cut(text[1:], "-")
	p.least = number(low)
	switch {
	case !ranged:
		p.most = p.least
	case high == "":
		p.most = unbounded
	default:
		p.most = number(high)
	}
	return p
}

func number(text string) int {
	n := 0
	for i := range len(text) {
		n = n*10 + int(text[i]-'0')
	}
	return n
}

// match matches the shape at from. It is greedy and does not go back: a run
// that swallows the literal behind it ends the match, so shapes put a byte
// outside of the run's set there. matched counts the parts that are whole.
func (s *shape) match(text string, from int) (end, matched int) {
	at := from
	for i := range s.parts {
		p := &s.parts[i]
		if p.least == 0 && p.most == 0 {
			if !literal(text[at:], p.text) {
				return at, i
			}
			at += len(p.text)
			continue
		}
		stop := runMax(text, at, p.most, p.chars)
		if stop-at < p.least {
			return stop, i
		}
		at = stop
	}
	return at, len(s.parts)
}

// literal reports whether text begins with want; a space in it may be the plus
// sign that forms write for one.
func literal(text, want string) bool {
	if len(text) < len(want) {
		return false
	}
	for i := range len(want) {
		if text[i] != want[i] && (want[i] != ' ' || text[i] != '+') {
			return false
		}
	}
	return true
}

// following returns the set of the byte at distance k behind the anchor, 0 when
// the shape does not say.
func (s *shape) following(k int) set {
	for i, p := range s.parts {
		if p.chars == 0 && len(p.text) == len(s.anchor) && p.text == s.anchor && i+1 < len(s.parts) && s.parts[i+1].least > k {
			return s.parts[i+1].chars
		}
	}
	return 0
}
