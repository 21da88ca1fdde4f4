package scan

import (
	"slices"
	"sync"
	"unsafe"
)

const (
	maxDepth  = 8        // texts inside of texts
	maxDecode = 3        // of them made by base64, hexadecimal digits or byte dumps
	minBudget = 64 << 10 // bytes of decoded text, or twice the input
)

// step is one way to undo an encoding.
type step uint8

const (
	stepRaw step = iota
	stepEscapes
	stepMarkup // escapes of JSON and HTML, but not those of URLs
	stepForm   // escapes of URLs, in which a plus sign is a space
	stepHidden
	stepWraps
	stepQuoted // quoted-printable
	stepBase64
	stepHex
	stepBytes
	stepPairs
)

// frame is one text of the ladder: how it was made from its parent.
type frame struct {
	text       string
	by         step
	start, end int // the run of the parent that was decoded
}

// ladder scans a text and what is encoded in it.
type ladder struct {
	frames [maxDepth]frame
	depth  int
	found  []Finding
	arena  []byte
	budget int
	spent  bool
}

var ladders = sync.Pool{New: func() any { return new(ladder) }}

// First returns the first secret that stands in s as it is, or else the first
// that is found under an encoding.
func First(s string) (Finding, bool) {
	if len(s) < least {
		return Finding{}, false
	}
	var b block
	escapes := uint64(0)
	base := b.skip(s, 0, &escapes)
	if base == len(s) && !isWide(s) && !paired(s) {
		return Finding{}, false
	}
	w := sweep{text: s}
	w.begin()
	w.escapes = escapes
	if f, _, ok := w.blocks(base, &b); ok {
		return f, true
	}
	if w.cleanUnder(0) {
		return Finding{}, false
	}
	l := climb(s)
	var f Finding
	ok := len(l.found) > 0
	if ok {
		f = l.found[0]
	}
	l.release()
	return f, ok
}

// All returns every secret of s, in order, without overlaps.
func All(s string) []Finding {
	if clean(s) {
		return nil
	}
	l := climb(s)
	out := slices.Clone(l.found)
	l.release()
	return out
}

func climb(s string) *ladder {
	l := ladders.Get().(*ladder)
	l.depth, l.spent = 0, false
	l.found, l.arena = l.found[:0], l.arena[:0]
	l.budget = max(minBudget, 2*len(s))
	l.visit(frame{text: s}, 0)
	if l.spent && len(l.found) == 0 {
		l.found = append(l.found, Finding{Kind: kindOverflow, Start: 0, End: len(s)})
	}
	l.merge()
	return l
}

func (l *ladder) release() {
	clear(l.frames[:])
	clear(l.arena)
	if cap(l.arena) > 4*minBudget {
		l.arena = nil
	}
	ladders.Put(l)
}

// visit scans a text and the texts that can be made of it. decoded counts the
// runs that were decoded on the way to it.
func (l *ladder) visit(f frame, decoded int) {
	if l.depth == maxDepth || l.spent {
		l.spent = true
		return
	}
	l.frames[l.depth] = f
	l.depth++
	l.scan(f, decoded)
	l.depth--
}

func (l *ladder) scan(f frame, decoded int) {
	text := f.text
	w := sweep{text: text}
	w.begin()
	for i := 0; ; {
		hit, at, ok := w.next(i)
		if !ok {
			break
		}
		l.add(hit)
		w.hidden, w.escapes = true, 1 // what lies between an anchor and its finding was not looked at
		i = at
	}
	w.traces = tracesOf(text)
	for by := stepEscapes; by < stepBase64; by++ {
		if by == stepQuoted && f.by == stepWraps {
			continue // its lines are not those of the text
		}
		if by != f.by && w.applies(by) || by == stepEscapes && w.applies(by) {
			l.derive(text, by, decoded)
		}
	}
	if decoded < maxDecode {
		l.runs(text, &w, decoded)
	} else if w.base64At >= 0 || w.hexRun() >= 0 {
		l.spent = true
	}
}

// derive makes a text by a step over the whole text and visits it when it
// differs.
func (l *ladder) derive(text string, by step, decoded int) {
	if l.budget < len(text) {
		l.spent = true
		return
	}
	from := len(l.arena)
	l.arena, _ = decodeText(l.arena, text, by, len(text))
	made := l.arena[from:]
	if string(made) == text {
		l.arena = l.arena[:from]
		return
	}
	l.budget -= len(made)
	l.visit(frame{text: view(made), by: by}, decoded)
}

// view returns bytes as a string without a copy. The arena only grows while
// the ladder is in use, so the bytes do not change under the string.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// runs decodes the base64, hexadecimal and byte-dump runs of a text.
func (l *ladder) runs(text string, w *sweep, decoded int) {
	if w.wideAt > 0 {
		l.decodeRun(text, w.wideAt, base64Run(text, w.wideAt), stepBase64, decoded+1)
	}
	if w.base64At >= 0 {
		l.eachRun(text, w.base64At, stepBase64, decoded)
	}
	if at := w.hexRun(); at >= 0 {
		l.eachRun(text, at, stepHex, decoded)
	}
	if at := w.byteDump(); at >= 0 {
		l.eachRun(text, at, stepBytes, decoded)
	}
	if paired(text) {
		l.eachRun(text, 0, stepPairs, decoded)
	}
}

func (l *ladder) eachRun(text string, at int, by step, decoded int) {
	for at < len(text) && !l.spent {
		end := at + 1
		if by == stepBytes || startsRun(text, at) {
			if stop := runEnd(text, at, by); stop > at {
				end = stop
				l.eachLine(text, at, stop, by, decoded+1)
			}
		}
		at = end
	}
}

// startsRun reports whether an encoded run can begin at text[at]: where a word
// does, also behind the marks 0x and \x.
func startsRun(text string, at int) bool {
	return at == 0 || !is(text[at-1], alnum) || at > 1 && text[at-1]|0x20 == 'x' && (text[at-2] == '\\' || text[at-2] == '0' && (at == 2 || !is(text[at-3], alnum)))
}

// hexRun returns where the first run of hexadecimal digits of text begins, -1
// when there is none.
func (w *sweep) hexRun() int {
	if w.hexAt >= 0 || !w.hidden || !w.traces.has(ofHex) {
		return w.hexAt
	}
	for _, mark := range [...]string{"0x", "0X", `\x`} {
		if i := behind(w.text, mark); hexText(w.text, i) {
			return i
		}
	}
	return -1
}

// behind returns the end of the mark of two bytes that stands first in text, or the
// length. The second byte is looked for: it is the rare one.
func behind(text, mark string) int {
	i := index(text, min(1, len(text)), mark[1])
	for i < len(text) && text[i-1] != mark[0] {
		i = index(text, i+1, mark[1])
	}
	return min(len(text), i+1)
}

// runEnd returns the end of the encoded run at text[at], or at when there is
// none.
func runEnd(text string, at int, by step) int {
	switch by {
	case stepBase64:
		if base64Text(text, at) {
			return textRun(text, at)
		}
	case stepHex:
		if hexText(text, at) {
			return run(text, at, hexa)
		}
	case stepBytes:
		if end := dumpEnd(text, at); end > at {
			return end
		}
	case stepPairs:
		if is(text[at], hexa) {
			return pairsEnd(text, at)
		}
	}
	return at
}

// eachLine decodes a run that may be broken into lines: as a whole, and each
// line by itself when there is nothing in the whole, since lines of base64 can
// be texts of their own.
func (l *ladder) eachLine(text string, start, end int, by step, decoded int) {
	found := len(l.found)
	l.decodeRun(text, start, end, by, decoded)
	if by != stepBase64 || len(l.found) > found || end-start > longRun {
		return
	}
	for at := lineEnd(text[:end], start); at < end && !l.spent; at = lineEnd(text[:end], at) {
		at = run(text[:end], at, white)
		if line := run(text[:end], at, b64any|equals); base64Text(text[:line], at) {
			l.decodeRun(text, at, line, by, decoded)
		}
	}
}

// longRun is the length from which a run of base64 has to show more text than
// chance gives, before the budget is spent on it.
const longRun = 4 << 10

// textRun returns the end of the run of base64 at text[at], or at when it is long
// and no text. What is no text costs no more than longRun, since it is looked at
// again from its next word on.
func textRun(text string, at int) int {
	const gap = 64 // what can stand between two lines
	end := wrappedRun(text[:min(len(text), at+longRun+gap)], at)
	switch {
	case end-at <= longRun:
		return end
	case !textual(text[at:end]):
		return at
	}
	return wrappedRun(text, at)
}

// textual reports whether the beginning of a long run of base64 is text.
func textual(run string) bool {
	const sample = 256
	var buf [sample]byte
	plain := decodeBase64(buf[:0], run[:sample])
	n := 0
	for _, c := range plain {
		n += count(textByte(c) || c >= 0xC2)
	}
	return n*4 >= len(plain)*3
}

// wrappedRun returns the end of a base64 run that may be broken into lines.
func wrappedRun(text string, at int) int {
	end := base64Run(text, at)
	for end-at >= 60 && end < len(text) && (text[end] == '\n' || text[end] == '\r') {
		next := run(text, end, white)
		more := base64Run(text, next)
		if more == next {
			break
		}
		end = more
	}
	return run(text, end, equals)
}

// decodeRun appends the bytes of an encoded run.
func decodeRun(dst []byte, run string, by step) []byte {
	switch by {
	case stepBase64:
		return decodeBase64(dst, run)
	case stepHex:
		return decodeHex(dst, run)
	case stepPairs:
		return decodePairs(dst, run)
	}
	return decodeDump(dst, run)
}

func (l *ladder) decodeRun(text string, start, end int, by step, decoded int) {
	if l.budget < end-start {
		l.spent = true
		return
	}
	from := len(l.arena)
	l.arena = decodeRun(l.arena, text[start:end], by)
	made := l.arena[from:]
	l.budget -= len(made)
	if len(made) >= least {
		l.visit(frame{text: view(made), by: by, start: start, end: end}, decoded)
	}
}

// add records a finding of the innermost text in positions of the first.
func (l *ladder) add(f Finding) {
	for d := l.depth - 1; d > 0; d-- {
		fr := &l.frames[d]
		parent := l.frames[d-1].text
		switch fr.by {
		case stepBase64, stepHex, stepBytes, stepPairs:
			f.Start, f.End = fr.start, fr.end
		default:
			f.Start, f.End = locate(parent, fr.by, f.Start), locate(parent, fr.by, f.End)
		}
	}
	l.found = append(l.found, f)
}

// merge sorts the findings and joins those that overlap; the one that was
// found on the lowest rung gives the kind.
func (l *ladder) merge() {
	if len(l.found) < 2 {
		return
	}
	slices.SortStableFunc(l.found, func(a, b Finding) int { return a.Start - b.Start })
	out := l.found[:1]
	for _, f := range l.found[1:] {
		last := &out[len(out)-1]
		if f.Start < last.End {
			last.End = max(last.End, f.End)
			continue
		}
		out = append(out, f)
	}
	l.found = out
}
