package scan

// Text is written byte by byte as pairs of hexadecimal digits with marks between them
// (%x of Go with a space, lists of C), or in the lines of a dump with an offset before
// the bytes and perhaps their text behind them (xxd(1), hexdump(1), od(1)).
const (
	leastSpread = 12 // bytes
	leastShown  = 35 // bytes of a text that has as many
	pairsLine   = 16 // bytes of a line of a dump
)

// paired reports whether bytes may be written so in a text: at one of a few places in
// it there are some with the same mark between them, or characters apart.
func paired(text string) bool {
	const window, stride = 12, 24
	for p := leastShown - window; p+window <= len(text); p += stride {
		if marked8(load(text, p)) && (groupsAt(text, p) || charsAt(text[p:p+window])) {
			return true
		}
	}
	return false
}

// marked8 reports whether one of eight bytes stands before the digits in ASCII, as
// nearly all marks do, or is a colon.
func marked8(v uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	colons := v ^ ones*':'
	return ((v-ones*'0')&^v|(colons-ones)&^colons)&tops != 0
}

// groupsAt reports whether three groups of digits of one size follow each other from
// text[p] on, behind what is left of another.
func groupsAt(text string, p int) bool {
	const word, most, groups = 4, 3, 3
	at, size, mark := runMax(text, p, word+1, hexa), 0, byte(0)
	for range groups {
		next := runMax(text, at, most, between)
		if next == at || mark != 0 && text[next-1] != mark {
			return false
		}
		mark = text[next-1]
		if hasFold(text, next, "0x") {
			next += len("0x")
		}
		at = runMax(text, next, word+1, hexa)
		if at-next != 2 && (at-next != word || mark != ' ') || size != 0 && at-next != size {
			return false
		}
		size = at - next
	}
	return true
}

// charsAt reports whether characters stand apart in a part of a line, as od -c has them.
func charsAt(part string) bool {
	if part[0]|part[1] != ' ' && part[2]|part[3] != ' ' {
		return false
	}
	spaces := 0
	for i := range len(part) {
		spaces += count(part[i] == ' ')
	}
	return spaces*3 >= len(part)*2 && spaces < len(part)-1
}

// hasPairs reports whether bytes of text are written so in a text.
func hasPairs(text string) bool {
	for at := range len(text) {
		if is(text[at], hexa) && startsRun(text, at) && pairsEnd(text, at) > at {
			return true
		}
	}
	return false
}

// dump reads bytes that are written one by one.
type dump struct {
	text    string
	at      int
	keep    bool // the bytes are wanted
	lines   bool // an offset stands before each line
	swap    bool // words of two bytes, the second one first
	apart   bool // characters, as od -c has them
	bytes   int
	strange int // bytes that no text has
}

// pairsEnd returns the end of the bytes that begin at text[at], or at.
func pairsEnd(text string, at int) int {
	d := dump{text: text, at: at}
	_, end := d.read(nil)
	return end
}

// decodePairs appends the bytes that a run is.
func decodePairs(dst []byte, run string) []byte {
	d := dump{text: run, keep: true}
	dst, _ = d.read(dst)
	return dst
}

// read appends lines as long as they are text, and returns where those end. Bytes go
// through parameters and results, so that what is looked at stays on the stack.
func (d *dump) read(dst []byte) ([]byte, int) {
	start, end, bytes, stop := d.at, d.at, 0, 0
	for d.offset() {
		dst, stop = d.line(dst)
		if d.strange*4 > d.bytes {
			break
		}
		if end, bytes = stop, d.bytes; !d.lines {
			break
		}
		end = index(d.text, stop, '\n') // the text of the bytes too
		d.at = min(end+1, len(d.text))
	}
	if bytes < leastSpread {
		return dst, start
	}
	return dst, end
}

// line appends the bytes of a line and returns where they end.
func (d *dump) line(dst []byte) ([]byte, int) {
	end, ok := d.at, false
	for n := 0; n < pairsLine || !d.lines; n++ {
		if dst, ok = d.group(dst); !ok {
			break
		}
		end = d.at
		if dst, ok = d.mark(dst); !ok {
			break
		}
	}
	return dst, end
}

// add appends a byte.
func (d *dump) add(dst []byte, c byte) []byte {
	d.strange += count(!textByte(c))
	if d.bytes++; d.keep {
		dst = append(dst, c)
	}
	return dst
}

// offset skips what stands before the bytes of a line. Only a line of a dump has
// others behind it.
func (d *dump) offset() bool {
	const least, most = 6, 16
	if d.at >= len(d.text) {
		return false
	}
	end := runMax(d.text, d.at, most, hexa)
	if end-d.at < least {
		return !d.lines && is(d.text[d.at], hexa)
	}
	next := end + count(end < len(d.text) && d.text[end] == ':')
	first := runMax(d.text, next, 8, white)
	if first == next || first >= len(d.text) || d.text[next] == '\n' {
		return false
	}
	if !d.lines {
		d.lines, d.swap = true, next == end
		d.apart = first-next >= 3 && first+4 < len(d.text) && (d.text[first+1] == ' ' || d.text[first] == '\\')
	}
	d.at = first
	return true
}

// group takes a byte, or two of a word.
func (d *dump) group(dst []byte) ([]byte, bool) {
	if d.apart {
		return d.char(dst)
	}
	const word = 4
	i := d.at
	if hasFold(d.text, i, "0x") {
		i += len("0x")
	}
	end := runMax(d.text, i, word+1, hexa)
	switch {
	case end-i == word && d.lines:
		first, second := pair2(d.text[i:]), pair2(d.text[i+2:])
		if d.swap {
			first, second = second, first
		}
		dst = d.add(d.add(dst, first), second)
	case end-i != 2 || !d.lines && !textByte(pair2(d.text[i:])): // only dumps have bytes that no text has
		return dst, false
	default:
		dst = d.add(dst, pair2(d.text[i:]))
	}
	d.at = end
	return dst, true
}

// pair2 is the byte of two hexadecimal digits.
func pair2(v string) byte { return nibble(v[0])<<4 | nibble(v[1]) }

// char takes a character as od -c has it: a mark and a letter, or three digits, for
// what is none.
func (d *dump) char(dst []byte) ([]byte, bool) {
	const octal = 3
	if d.at >= len(d.text) || d.text[d.at] <= ' ' || d.text[d.at] > '~' {
		return dst, false
	}
	c, size := d.text[d.at], 1
	switch {
	case c == '\\' && d.at+1 < len(d.text) && d.text[d.at+1] > ' ':
		c, size = '\n', 2
	case runMax(d.text, d.at, octal, digit)-d.at == octal:
		c, size = 0, octal
	}
	d.at += size
	return d.add(dst, c), true
}

// mark skips what stands between two bytes, and reports whether anything does and the
// text of the bytes does not begin behind it.
func (d *dump) mark(dst []byte) ([]byte, bool) {
	const most, column = 3, 4
	if d.apart {
		next := runMax(d.text, d.at, 2*column-1, white)
		if next-d.at > column { // a space stands for itself
			dst = d.add(dst, ' ')
		}
		d.at = next
		return dst, next < len(d.text) && d.text[next-1] != '\n'
	}
	next := runMax(d.text, d.at, most, between)
	if next == d.at || next >= len(d.text) || d.lines && (d.text[next-1] == '\n' || !d.swap && next-d.at > 1) {
		return dst, false
	}
	d.at = next
	return dst, true
}
