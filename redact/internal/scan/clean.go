package scan

import "strings"

const (
	// shortText is the length up to which a text is decoded on the stack to see
	// that there is nothing in it.
	shortText = 512
	// shortDepth bounds texts inside of texts on the stack.
	shortDepth = 4
)

// clean reports whether s plainly holds nothing. A false is no verdict: the
// ladder decides.
func clean(s string) bool { return cleanAt(s, 0) }

func cleanAt(s string, depth int) bool {
	if len(s) < least {
		return true
	}
	w := sweep{text: s}
	w.begin()
	if _, _, ok := w.next(0); ok {
		return false
	}
	return w.cleanUnder(depth)
}

// cleanUnder reports whether nothing is encoded in a text in which nothing
// stands as it is.
func (w *sweep) cleanUnder(depth int) bool {
	if w.paired = paired(w.text); !w.encoded() {
		return true
	}
	if len(w.text) > shortText {
		return false
	}
	w.traces = tracesOf(w.text)
	return depth < shortDepth && w.cleanTexts(depth) && w.cleanRuns(depth)
}

// cleanTexts undoes the steps over the whole text.
func (w *sweep) cleanTexts(depth int) bool {
	first, end := stepEscapes, stepBase64
	if w.escapes == 0 {
		first = stepHidden
	}
	if !w.hidden {
		end = stepHidden
	}
	for by := first; by < end; by++ {
		if w.applies(by) && !w.cleanText(by, depth) {
			return false
		}
	}
	return true
}

func (w *sweep) cleanText(by step, depth int) bool {
	var buf [shortText]byte
	made, _ := decodeText(buf[:0], w.text, by, len(w.text))
	text := view(made)
	return text == w.text || cleanAt(text, depth+1)
}

// cleanRuns decodes the runs of base64 and hexadecimal digits.
func (w *sweep) cleanRuns(depth int) bool {
	if w.paired && hasPairs(w.text) {
		return false
	}
	if w.wideAt > 0 || w.hidden && w.byteDump() >= 0 {
		return false
	}
	for by := stepBase64; by <= stepHex; by++ {
		at := w.base64At
		if by == stepHex {
			at = w.hexRun()
		}
		if at >= 0 && !w.cleanRunsFrom(at, by, depth) {
			return false
		}
	}
	return true
}

func (w *sweep) cleanRunsFrom(at int, by step, depth int) bool {
	var buf [shortText]byte
	for at < len(w.text) {
		end := at
		if startsRun(w.text, at) {
			end = runEnd(w.text, at, by)
		}
		if end == at {
			at++
			continue
		}
		made := decodeRun(buf[:0], w.text[at:end], by)
		if by == stepBase64 && strings.IndexByte(w.text[at:end], '\n') >= 0 || !cleanAt(view(made), depth+1) {
			return false
		}
		at = end
	}
	return true
}

// maxMarkup bounds the texts of which escapes of one kind are undone alone.
const maxMarkup = 8 << 10

// applies reports whether a step over the whole text can change it in a way
// that matters.
func (w *sweep) applies(by step) bool {
	switch by {
	case stepEscapes:
		return w.escapes != 0 && (w.anchored || w.hidden || w.base64At >= 0) && hasEscape(w.text)
	case stepMarkup: // what %2F stands for can end a password or a signature
		return w.escapes != 0 && w.traces.has(ofPercent|ofMarkup) && (w.anchored || w.hidden) && len(w.text) <= maxMarkup && strings.Contains(w.text, "%2") && hasMarkup(w.text)
	case stepForm:
		return w.escapes != 0 && w.traces.has(ofPercent|ofPlus) && (w.anchored || w.hidden) && len(w.text) <= maxMarkup && isForm(w.text)
	case stepHidden:
		return w.hidden && w.traces.has(ofUnseen) && hasHidden(w.text)
	case stepWraps:
		return w.hidden && w.traces.has(ofLines) && hasWrap(w.text)
	case stepQuoted:
		return w.hidden && w.traces.has(ofEquals) && len(w.text) <= maxMarkup && hasQuoted(w.text)
	}
	return false
}
