package scan

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Sources of shapes that no provider documents itself.
const (
	ruleSetGitleaks    = "the gitleaks rule set"
	ruleSetKingfisher  = "the Kingfisher rule set"
	ruleSetTruffleHog  = "the TruffleHog detectors"
	ruleSetTitus       = "the titus rule set"
	ruleSetBetterleaks = "the betterleaks rule set"
	ruleSetNoseyParker = "the Nosey Parker rule set"
	ruleSetCredSweeper = "the CredSweeper rules"
	ruleSetSemgrep     = "the Semgrep rules"
	ruleSetLeakTK      = "the leaktk patterns"
)

// row is one kind of the table: what it is called, its shape and the public
// document that gives it. Ids are stable and never reused.
type row struct {
	id      Kind
	kind    string
	shape   string
	common  bool                      // identifiers of others have the prefix too: a cut token does not count
	exact   bool                      // the prefix alone is weak: only the whole shape counts
	plain   bool                      // the whole shape counts whatever its runs look like
	packet  bool                      // what follows is a macaroon's first packet
	tail    bool                      // a dash and marks of any kind follow the runs
	check   check                     // what the shape does not say
	example func(r *rand.Rand) string // where the shape alone makes none
	near    string                    // a part of the host beside which a cut token counts although its prefix is weak
	beside  bool                      // the whole one counts only there too
	source  string
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
const leastBody = 9

// matchRow tries row i with its anchor at text[at].
func matchRow(text string, at, i int) (Finding, bool) {
	s, r := &shapes[i], &rows[i]
	start, ok := s.start(text, at)
	if !ok || !s.bounded(text, start) {
		return Finding{}, false
	}
	end, matched := s.match(text, start)
	full := matched == len(s.parts)
	if s.glued(r, text, start) && (!full || !s.named(r, text, start, end)) {
		return Finding{}, false
	}
	if r.beside && !r.nearby(text, start, end) || !r.check.passes(text[start:end]) {
		return Finding{}, false
	}
	last := s.parts[len(s.parts)-1].chars
	f := Finding{Kind: r.id, Start: start, End: end}
	if r.packet && !macaroonV2(text[start:end]) {
		return packetInPath(text, f)
	}
	if full && r.exact {
		return f, (last == 0 || end == len(text) || !is(text[end], last|alnum) && !s.continued(text, end) || inPath(text, start, end)) && (r.plain || s.plausible(text[start:end]))
	}
	if full {
		if s.overrun(text, end) || len(s.prefix) < 4 && end < len(text) && s.continued(text, end) {
			return f, false
		}
		if ok = r.plain || s.plausible(text[start:end]); ok && last != 0 {
			f.End = s.segment(text, start, s.trailing(text, s.whole(text, start, end)))
		}
		if r.tail {
			f.End = tailEnd(text, f.End)
		}
		return f, ok
	}
	return f, matched > 0 && r.cut(s, text, start, end, matched)
}

// tailEnd returns the end of the marks behind the dash at text[at]: white space
// and what quotes values is not among them.
func tailEnd(text string, at int) int {
	const longest = 32
	end := at
	for end < len(text) && end-at < longest && text[end] > ' ' && text[end] < 0x7F && strings.IndexByte("\"'`\\", text[end]) < 0 && (end > at || text[end] == '-') {
		end++
	}
	return end
}

// packetInPath judges a run of base64 in a path as a macaroon that ends at the
// next segment.
func packetInPath(text string, f Finding) (Finding, bool) {
	i := strings.IndexByte(text[f.Start:f.End], '/')
	if i < 0 || f.Start == 0 || text[f.Start-1] != '/' {
		return f, false
	}
	f.End = f.Start + i
	return f, macaroonV2(text[f.Start:f.End])
}

// continued reports whether base64 goes on at text[end] behind a prefix that any
// base64 can begin with. A plus sign before a word is a space of a form.
func (s *shape) continued(text string, end int) bool {
	return !s.marked && is(text[end], plus) && !wordy(text[end+1:runMax(text, end+1, maxName, b64)])
}

// whole returns the end of a token that matched up to text[end]: what goes on
// behind it belongs to it, but not a part of a dotted name it stands in.
func (s *shape) whole(text string, start, end int) int {
	p := &s.parts[len(s.parts)-1]
	if p.chars&dot == 0 {
		return run(text, end, p.chars)
	}
	stop := run(text, end, p.chars&^dot)
	i := strings.LastIndexByte(text[start:stop], '.')
	if i < 0 || i < len(s.prefix)+p.least || !all(text[start+i+1:stop], lower|under) || !wordy(text[start+i+1:stop]) {
		return stop
	}
	return start + i
}

// trailing returns the end of what a generator made behind a dash or an underscore at
// text[end], which the alphabet of the shape does not have: another shape that begins
// alike has it.
func (s *shape) trailing(text string, end int) int {
	const least = 9
	if end == len(text) || !is(text[end], dash|under) {
		return end
	}
	stop := run(text, end, b64url)
	v := text[end+1 : stop]
	if cutAt(text, stop) && !wordy(v) || len(v) >= least && mixed(v) && random(v) && !spelled(v) {
		return stop
	}
	return end
}

// overrun reports whether a run of one length behind a short prefix goes on at
// text[end]: longer encoded bytes can begin like it.
func (s *shape) overrun(text string, end int) bool {
	p := &s.parts[len(s.parts)-1]
	return len(s.prefix) < 4 && len(s.parts) == 2 && p.least == p.most && end < len(text) && is(text[end], p.chars)
}

// segment returns the end of a token whose alphabet has the slash and that
// stands in a path: words in lower case behind a slash are the next segments.
func (s *shape) segment(text string, start, end int) int {
	if start == 0 || text[start-1] != '/' || s.parts[len(s.parts)-1].chars&plus == 0 {
		return end
	}
	const leastWord = 3
	for {
		slash := strings.LastIndexByte(text[start:end], '/')
		if word := text[start+slash+1 : end]; slash < s.size || len(word) < leastWord || !all(word, lower|dash|under) || !wordy(word) {
			return end
		}
		end = start + slash
	}
}

// inPath reports whether text[start:end] is a whole segment of a path.
func inPath(text string, start, end int) bool {
	return start > 0 && text[start-1] == '/' && text[end] == '/' && strings.IndexByte(text[start:end], '/') < 0
}

// plausible reports whether what stands behind the prefix was made by a
// generator.
func (s *shape) plausible(token string) bool {
	body := token[len(s.prefix):]
	return !spelled(body) && (!wordy(body) || s.marked && len(s.prefix) > 4 && scattered(body)) && (!s.cased || hasBothCases(body) || oneCase(body)) && !isULID(body)
}

// oneCase reports whether body is too long for a digest or the words of a name,
// and of digits and letters of one case, as some generators write.
func oneCase(body string) bool {
	const leastRun = 34
	return len(body) >= leastRun && (all(body, lower|digit) || all(body, upper|digit)) && !all(body, hexa) && random(body)
}

// cut reports whether a token that ends early is still one: its prefix is
// telling, and enough of what follows looks random.
func (r *row) cut(s *shape, text string, start, end, matched int) bool {
	if end-start <= len(s.prefix) {
		return false
	}
	body := text[start+len(s.prefix) : end]
	switch {
	case r.near != "":
		return len(body) >= 24 && random(body) && r.nearby(text, start, end)
	case s.lead > 0 && s.leadMost != len(s.prefix):
		return cutAt(text, end) && (len(body)-s.lead >= leastBody+3 || s.lead >= 32 && matched >= 2) && random(body)
	case (r.exact || len(s.prefix) < 4 && !r.plain) && matched >= 3 && len(s.prefix) > 1:
		return random(body) && ((matched >= 5 || len(body) >= 24) && cutAt(text, end) || s.begun(body, matched)) && (end == len(text) || !is(text[end], name|plus|equals) || cutAt(text, end))
	case !s.marked && start > 0 && is(text[start-1], plus) && !behindPath(text, start-1):
		return false // any base64 can begin so
	case r.exact || len(s.prefix) < 4:
		return !r.common && s.remains(text, start, end, body)
	}
	digits := all(body, hexa) && mixesDigits(body) && len(body) >= leastBody+3
	return (len(body) >= leastBody || len(body) >= leastBody-2 && len(s.prefix) >= 8) && (random(body) || digits || len(s.prefix) > 8 && !wordy(body)) &&
		(!s.cased || hasBothCases(body)) && !isULID(body) && (!s.mixed || r.plain || len(body) < leastID || !all(body, hexa))
}

// nearby reports whether a word of near stands around text[start:end].
func (r *row) nearby(text string, start, end int) bool {
	const reach = 512
	around := text[max(0, start-reach):min(len(text), end+reach)]
	for word := range strings.FieldsSeq(r.near) {
		if containsFold(around, word) {
			return true
		}
	}
	return false
}

// remains reports whether body is what is left of a token behind a prefix that
// identifiers of others can have too: it stands by itself, half of it is there,
// and it has none of the lengths that identifiers have.
func (s *shape) remains(text string, start, end int, body string) bool {
	const least = 10
	last := s.parts[len(s.parts)-1].chars
	switch {
	case !cutAt(text, end), start > 0 && !is(text[start-1], stop|equals|colon|plus) || joined(text, start):
		return false
	case !s.marked && (len(s.prefix) < 3 || s.size > maxWeak && last&(plus|under) != 0), len(s.prefix) < 4 && last&under != 0 && all(s.prefix, last):
		return false // binary data in base64 can begin so
	case len(body) < least, 2*len(body) < s.size-len(s.prefix), !random(body), s.mixed && !hasBothCases(body):
		return false
	}
	if !s.marked {
		body = text[start:end] // an identifier would begin with the prefix
	}
	return !usual(body) || 2*leastID < len(body) && s.marked && !all(body, hexa)
}

// maxWeak is a size that base64 of binary data often reaches.
const maxWeak = 60

// leastID is the length of a short identifier in hexadecimal digits.
const leastID = 16

// usual reports whether an identifier of a common kind looks like v: bytes in
// hexadecimal digits or base64, KSUID, ULID, CUID, XID, Nano ID.
func usual(v string) bool {
	n := len(v)
	switch {
	case all(v, hexa):
		return n < leastID || n == 16 || n == 20 || n == 24 || n == 32 || n == 40 || n == 48 || n == 64 || n == 96 || n == 128
	case isULID(v):
		return true
	case all(v, lower|digit):
		return n == 16 || n == 20 || n == 24 || n == 25 || n == 32
	case all(v, upper|digit):
		return n == 16 || n == 20 || n == 32
	}
	return n == 16 || n == 21 || n == 22 || n == 24 || n == 27 && v[0] < '4' || n == 43
}

// begun reports whether body ends within a part that looks generated. A word
// behind a separator is what the text goes on with, not a part of the token.
func (s *shape) begun(body string, matched int) bool {
	last := body[strings.LastIndex(body, s.parts[matched-1].text)+len(s.parts[matched-1].text):]
	return last == "" || s.parts[matched-1].text == "" || !wordy(last)
}

// cutAt reports whether the text, or an excerpt in it, ends at text[end].
func cutAt(text string, end int) bool {
	return end == len(text) || strings.HasPrefix(text[end:], "...") || strings.HasPrefix(text[end:], "\u2026")
}

// start returns where the shape begins when its anchor is at text[at].
func (s *shape) start(text string, at int) (int, bool) {
	if s.leadMost == s.lead {
		return at - s.lead, at >= s.lead
	}
	start := back(text, at, s.leadMost, s.leadChars)
	return start, at-start >= s.lead
}

// bounded reports whether the shape can begin at text[start]. Digits may follow
// letters ("bot123:"), if digits are all that stands before the anchor.
func (s *shape) bounded(text string, start int) bool {
	return bounded(text, start) || s.leadMost > s.lead && s.leadChars == digit && !is(text[start-1], digit)
}

// glued reports whether a shape whose prefix is weak goes on from what stands
// before it. A prefix of hexadecimal digits can be a group of a UUID.
func (s *shape) glued(r *row, text string, start int) bool {
	if !r.exact && len(s.prefix) >= 4 && (len(s.prefix) > 4 || s.marked) && !all(s.prefix, hexa|dash) {
		return false
	}
	return joined(text, start) || len(s.prefix) == 2 && start > 0 && text[start-1] == '.'
}

// named reports whether a whole token that goes on from what stands before it is one
// that somebody gave a name, as in tbl-dapi or x_AIza: words and a mark, and a body
// that no identifier behind a short prefix has.
func (s *shape) named(r *row, text string, start, end int) bool {
	const longest, leastSize = 24, 30
	if r.common || s.lead > 0 || s.size < leastSize || len(s.prefix) < 3 || len(s.prefix) == 3 && !s.marked || !is(text[start-1], dash|under) || end < len(text) && is(text[end], b64any) {
		return false
	}
	low := back(text, start-1, longest+1, b64any)
	before := text[low : start-1]
	if before == "" || len(before) > longest || !all(before, letter|dash|under) || !wordy(before) {
		return false
	}
	return len(s.prefix) >= 4 && !all(s.prefix, hexa|dash) || !usual(text[start+len(s.prefix):end])
}

// isULID reports whether v is a ULID of this age of the world, or a UUIDv7
// written like one; identifiers of many systems are a prefix and such a value.
func isULID(v string) bool {
	return len(v) == 26 && v[0] == '0' && v[1] == '1' && is(v[2], letter) && (all(v, upper|digit) || all(v, lower|digit))
}

func hasBothCases(v string) bool {
	var seen set
	for i := range len(v) {
		seen |= sets[v[i]]
	}
	return seen&lower != 0 && seen&upper != 0
}

// bounded reports whether a token can begin at text[start]: not in the middle
// of a longer run of letters and digits.
func bounded(text string, start int) bool {
	return start == 0 || !is(text[start-1], alnum) || !is(text[start], alnum)
}
