package scan

import (
	"math/bits"
	"unsafe"
)

// least is the length of the shortest text that can hold a secret.
const least = 6

// sweep walks the anchors of one text.
type sweep struct {
	text string
	skip int // anchors before it lie in a finding
	body int // the end of public key material, whose line ends hide nothing
	// named is the end of the last name that was judged: a name can hold
	// several anchors.
	named int
	// run is the end of the last run of base64, as far as it was looked at.
	run int
	// key is the JSON Web Key whose members are being looked at.
	key object
	// grid has the rows below the last column that was found, behind is where its
	// name ends.
	grid   grid
	behind int
	// jar has the cookies that stand behind the last one that was found.
	jar jar
	// secret is the manifest that was found last.
	secret manifest
	// names has a bit for each byte of a name in the block at base.
	base  int
	names uint64
	// anchored: an anchor stood in the text; hidden: an encoding that hides
	// anchors did.
	anchored, hidden bool
	traces           traces // what encodings could begin with, once that is asked
	escapes          uint64 // not 0 when there is a byte that escapes begin with
	// first base64 or hexadecimal run that holds text, -1 when none.
	base64At, hexAt int
	wideAt          int  // base64 of UTF-16, 0 when none
	paired          bool // bytes may be written one by one, once that is asked
}

// begin prepares a sweep that has its text and nothing else.
func (w *sweep) begin() {
	w.base64At, w.hexAt, w.hidden = -1, -1, isWide(w.text)
}

// next returns the first finding at or behind position i, and the position to
// go on from.
func (w *sweep) next(i int) (Finding, int, bool) {
	text := w.text
	if f, ok := w.pending(); ok {
		return f, i, true
	}
	var b block
	if i > 0 && is(text[i-1], alnum) {
		b.words = 1 << 63
	}
	return w.blocks(b.skip(text, i, &w.escapes), &b)
}

// pending returns the next finding of the key or the header that is being looked at.
func (w *sweep) pending() (Finding, bool) {
	if w.key.at < w.key.end {
		if f, ok := w.key.next(w.text); ok {
			return f, true
		}
	}
	if w.jar.at < w.jar.limit {
		if f, ok := w.jar.next(w.text); ok {
			w.skip = max(w.skip, f.End)
			return f, true
		}
	}
	if w.secret.at < w.secret.end {
		if f, ok := w.secret.next(w.text); ok {
			w.skip = max(w.skip, f.End)
			return f, true
		}
	}
	if w.grid.left > 0 {
		return w.grid.next(w.text)
	}
	return Finding{}, false
}

// blocks is next from the block at base on, whose candidates are in b.
func (w *sweep) blocks(base int, b *block) (Finding, int, bool) {
	for base < len(w.text) {
		if f, at, ok := w.block(base, b); ok {
			return f, w.after(f, at), true
		}
		base = b.skip(w.text, base+blockSize, &w.escapes)
	}
	return Finding{}, len(w.text), false
}

// after returns where a sweep goes on behind a finding that the position at led to.
func (w *sweep) after(f Finding, at int) int {
	end := max(f.End, at+1)
	if w.behind > 0 {
		end, w.behind = w.behind, 0
	}
	return end
}

// skip classifies blocks of text from a position on until one has candidates, and
// returns where it begins, or the length.
func (b *block) skip(text string, from int, escapes *uint64) int {
	for base := from; base < len(text); base += blockSize {
		if best == byVBMI {
			blockVBMI(unsafe.StringData(text[base:]), len(text)-base, prefilter, b)
		} else {
			b.classify(text, base)
		}
		*escapes |= b.escapes
		if b.sift(text, base); b.runs|b.anchors != 0 {
			return base
		}
	}
	return len(text)
}

// block looks at the runs and anchors of a block of text up to the first finding,
// which comes with the position that led to it.
func (w *sweep) block(base int, b *block) (f Finding, at int, ok bool) {
	text := w.text
	w.base, w.names = base, b.names
	for todo := b.runs | b.anchors; todo != 0; todo &= todo - 1 {
		bit := todo & -todo
		at = base + bits.TrailingZeros64(todo)
		if b.runs&bit != 0 {
			if f, ok = w.encodedRun(at); ok {
				return f, at, true
			}
		}
		if c := text[at]; c == '\n' || c == '\r' { // nothing else begins with it
			w.hideLine(at)
		} else if f, ok = w.at(at, load(text, at), b.has(at-base)); ok {
			return f, at, true
		}
	}
	return Finding{}, at, false
}

// encodedRun notes where the first runs of encoded text begin, and judges
// those that can be the header of a token. Base64 of text has hardly any marks,
// so that its first bytes are letters and digits.
func (w *sweep) encodedRun(at int) (Finding, bool) {
	if is(w.text[at], digit) {
		if w.hexAt < 0 && hexText(w.text, at) {
			w.hexAt = at
		}
		return Finding{}, false
	}
	if !base64Text(w.text, at) {
		return Finding{}, false
	}
	if w.base64At < 0 {
		w.base64At = at
	}
	if at < w.skip {
		return Finding{}, false
	}
	w.run = base64Run(w.text[:min(len(w.text), at+maxHeader+1)], max(at, w.run))
	if w.run == len(w.text) || w.text[w.run] != '.' {
		return Finding{}, false // no part of a token ends here
	}
	f, ok := matchJOSE(w.text, at)
	if !ok {
		f, ok = matchDiscord(w.text, at)
	}
	if ok {
		w.skip = f.End
	}
	return f, ok
}

// at tries the anchors at position i, where the text goes on with v. Hardly ever
// more than one of the lists has what counts there.
func (w *sweep) at(i int, v uint64, has need) (Finding, bool) {
	single, four, three := table.at(uint32(v))
	if need(single|four|three)&has == 0 {
		return Finding{}, false
	}
	one, others := three, single
	if need(four)&has != 0 {
		one, others = four, single|three
	}
	if need(others)&has != 0 {
		return w.tryAll(single, four, three, i, v, has)
	}
	return w.try(one.list(), i, v, has)
}

// tryAll tries several lists, those of fours and threes in the order of their
// anchors.
func (w *sweep) tryAll(single, four, three head, i int, v uint64, has need) (Finding, bool) {
	if need(single)&has != 0 {
		if f, ok := w.try(single.list(), i, v, has); ok {
			return f, true
		}
	}
	switch {
	case need(three)&has == 0 && need(four)&has == 0:
		return Finding{}, false
	case need(three)&has == 0:
		return w.try(four.list(), i, v, has)
	case need(four)&has == 0:
		return w.try(three.list(), i, v, has)
	}
	return w.tryBoth(four.list(), three.list(), i, v, has)
}

// try tries a list of anchors at position i, where the text goes on with v.
func (w *sweep) try(list, i int, v uint64, has need) (Finding, bool) {
	for ; ; list++ {
		n := &table.entries[list]
		if n.need&has != 0 && n.matches(w.text, i, v) {
			if f, ok := w.judge(n, i); ok {
				return f, true
			}
		}
		if n.last {
			return Finding{}, false
		}
	}
}

// tryBoth tries two lists in the order of their anchors.
func (w *sweep) tryBoth(a, b, i int, v uint64, has need) (Finding, bool) {
	for {
		if table.entries[b].order < table.entries[a].order {
			a, b = b, a
		}
		x := &table.entries[a]
		if x.need&has != 0 && x.matches(w.text, i, v) {
			if f, ok := w.judge(x, i); ok {
				return f, true
			}
		}
		if x.last {
			return w.try(b, i, v, has)
		}
		a++
	}
}

// judge runs the handler of an anchor that stands at position i.
func (w *sweep) judge(n *entry, i int) (Finding, bool) {
	switch n.on {
	case onName:
		return w.judgeName(i)
	case onHidden:
		w.hide(n, i)
		return Finding{}, false
	case onWide:
		w.openWide(i)
		return Finding{}, false
	case onManifest:
		w.anchored = true
		if w.secret.open(w.text, i); w.secret.at < w.secret.end {
			return w.secret.next(w.text)
		}
		return Finding{}, false
	case onJWK:
		w.anchored = true
		if w.key.open(w.text, i); w.key.at < w.key.end {
			return w.key.next(w.text)
		}
		return Finding{}, false
	}
	w.anchored = true
	if i < w.skip {
		return Finding{}, false
	}
	f, ok := n.decide(w.text, i)
	switch {
	case ok:
		w.skip = f.End
	case n.on == onPEM:
		w.body = publicEnd(w.text, i)
		w.skip = w.body
	}
	return f, ok
}

// judgeName judges the pair whose name covers position i.
func (w *sweep) judgeName(i int) (Finding, bool) {
	if i < w.named {
		return Finding{}, false
	}
	w.named = w.nameEnd(i)
	if !mayJoin(w.text, w.named) {
		return Finding{}, false
	}
	w.anchored = true
	if i < w.skip || !joins(w.text, w.named) {
		return Finding{}, false
	}
	f, judged, ok := matchName(w.text, w.nameStart(i), i, w.named, &w.grid)
	switch {
	case ok && w.grid.left > 0: // other columns stand behind this name
		w.behind = w.named
	case ok:
		if w.skip = f.End; judged > i && judged < f.End && f.End-f.Start <= maxValue {
			w.skip, w.behind = judged, judged // others stand in what the value seems to go on with
		}
		if f.Kind == kindCookie && f.End > w.jar.at {
			w.jar = openJar(w.text, skipDivider(w.text, f.End), f.Kind)
		}
	}
	return f, ok
}

// nameEnd returns the end of the name that covers position i, which has no more
// than maxName bytes from there.
func (w *sweep) nameEnd(i int) int {
	at := uint(i - w.base)
	if at >= blockSize || w.names>>at&1 == 0 {
		return runMax(w.text, i, maxName, name)
	}
	end := at + uint(bits.TrailingZeros64(^(w.names >> at)))
	if end < blockSize {
		return w.base + int(end)
	}
	return runMax(w.text, w.base+blockSize, maxName-blockSize+int(at), name)
}

// nameStart returns where the name begins that covers position i, which has no
// more than maxName bytes before it.
func (w *sweep) nameStart(i int) int {
	at := uint(i - w.base)
	if at >= blockSize || w.names>>at&1 == 0 {
		return back(w.text, i, maxName, name)
	}
	if others := ^w.names & (1<<at - 1); others != 0 {
		return w.base + bits.Len64(others)
	}
	return back(w.text, w.base, maxName-int(at), name)
}

// hide notes that an encoding that hides anchors begins at position i.
func (w *sweep) hide(n *entry, i int) {
	switch c := w.text[i]; {
	case c == '\n' || c == '\r':
		w.hideLine(i)
	case n.span == 0 || n.size > 1:
		w.hidden = true
	default:
		w.hidden = w.hidden || dumpEnd(w.text, i) > i
	}
}

// hideLine notes that a line ends at position i.
func (w *sweep) hideLine(i int) { w.hidden = w.hidden || i >= w.body && i+1 < len(w.text) }

// joins reports whether what stands at text[i] can join a name to a value.
func joins(text string, i int) bool {
	return i < len(text) && is(text[i], joint)
}

// mayJoin reports whether what stands at text[i] can join a name to a value,
// also when it is escaped. Names that fill the window have no end.
func mayJoin(text string, i int) bool {
	return i < len(text) && twin.classes[text[i]]&inJoint != 0
}

// encoded reports whether the text may hold more than what stands in it.
func (w *sweep) encoded() bool {
	return w.hidden || w.paired || w.wideAt > 0 || w.base64At >= 0 || w.hexAt >= 0 || w.anchored && w.escapes != 0
}
