package scan

import "unsafe"

// traces has a bit for each group of bytes of which one stands in a text, so that
// what has no byte to begin with is not looked for.
type traces uint8

const (
	ofPercent traces = 1 << iota
	ofMarkup         // backslash, &
	ofLines          // CR, LF
	ofUnseen         // control characters that hide others, all outside of ASCII
	ofEquals
	ofPlus
	ofHex   // x, before hexadecimal digits
	ofDumps // [, {
)

// traceTable has the traces of the bytes of ASCII.
var traceTable = buildTraces()

func buildTraces() *[128]traces {
	return &[128]traces{
		'%': ofPercent, '\\': ofMarkup, '&': ofMarkup, '\r': ofLines, '\n': ofLines, escape: ofUnseen, 0: ofUnseen,
		'=': ofEquals, '+': ofPlus, 'x': ofHex, 'X': ofHex, '[': ofDumps, '{': ofDumps,
	}
}

// tracesOf returns the traces of a text.
func tracesOf(text string) traces {
	if best == byVBMI && text != "" {
		return tracesVBMI(unsafe.StringData(text), len(text), traceTable)
	}
	return readTraces(text)
}

func readTraces(text string) (t traces) {
	for i := range len(text) {
		if c := text[i]; c < 0x80 {
			t |= traceTable[c]
		} else {
			t |= ofUnseen
		}
	}
	return t
}

// has reports whether a byte of each group is there.
func (t traces) has(groups traces) bool { return t&groups == groups }
