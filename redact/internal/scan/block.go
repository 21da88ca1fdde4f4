package scan

import "unsafe"

const (
	blockSize = 64
	halfSize  = 32
	// blockRead is how many bytes the classification of a block reads.
	blockRead = blockSize + fingerprint - 1
)

// masks has one bit for each byte of a block.
type masks struct {
	// anchor: an anchor in the middle of a word may begin here, or the byte is
	// an anchor by itself.
	anchor uint64
	alnum  uint64 // a letter or a digit
	escape uint64 // % & \ and the vertical bar
}

// starts returns where words of letters and digits begin, also behind an
// escape like %20 or \n. before is the byte before the block, escape the
// escapes of the block before.
func (m *masks) starts(before byte, escape uint64) uint64 {
	inside := m.alnum << 1
	if is(before, alnum) {
		inside |= 1
	}
	starts := m.alnum &^ inside
	if m.escape|escape != 0 {
		starts |= (m.escape<<2 | m.escape<<3 | m.escape<<6 | escape>>62 | escape>>61 | escape>>58) & m.alnum
	}
	return starts
}

// long returns where a run of encoded text may begin: leastBase64 letters and
// digits, or fewer that reach the end of the block or that one of the marks of
// base64 can follow. A mark stands for > ? or ~ and is the last of its group.
func (m *masks) long() uint64 {
	one := m.alnum
	two := one & (one>>1 | 1<<63)
	four := two & (two>>2 | 3<<62)
	eight := four & (four>>4 | 15<<60)
	whole := eight & (eight>>8 | 255<<56)
	three := two & (one >> 2) &^ (one >> 3)
	seven := four & (two >> 4) & (one >> 6) &^ (one >> 7)
	eleven := eight & (two >> 8) & (one >> 10) &^ (one >> 11)
	return whole | three | seven | eleven
}

const pageSize = 4096

// classify computes the masks of the block of text at from, and reports whether
// word may read at any place of the block.
func classify(text string, from int, m *masks) bool {
	n := len(text) - from
	if !hasAVX2 {
		blockGo(text[from:min(len(text), from+blockRead)], m)
		return false
	}
	p := unsafe.StringData(text[from:])
	halves := 2
	if n <= halfSize {
		halves = 1
	}
	// Reading behind the text is harmless inside of its memory page.
	whole := n >= blockRead || uintptr(unsafe.Pointer(p))&(pageSize-1) <= pageSize-blockRead
	if whole {
		blockAVX2(p, &prefilter, m, halves)
	} else {
		var buf [blockRead]byte
		copy(buf[:], text[from:])
		blockAVX2(&buf[0], &prefilter, m, halves)
	}
	if n < blockSize {
		valid := uint64(1)<<n - 1
		m.anchor &= valid
		m.alnum &= valid
		m.escape &= valid
	}
	return whole
}

// blockGo is blockAVX2 in Go. Bytes behind the text count as zero.
func blockGo(text string, m *masks) {
	*m = masks{}
	t := &prefilter
	for i := range min(len(text), blockSize) {
		bit := uint64(1) << i
		c := text[i]
		class := t[classRow][c&0x0F] & t[classRow+1][c>>4]
		if class&classMasks[0] != 0 {
			m.alnum |= bit
		}
		if class&classMasks[1] != 0 {
			m.escape |= bit
		}
		if class&classMasks[2] != 0 || c == '@' || c >= 0x80 || t.candidate(text, i) {
			m.anchor |= bit
		}
	}
}

// candidate reports whether a bucket holds for all four bytes at text[i].
func (t *nibbles) candidate(text string, i int) bool {
	a := byte(0xFF)
	for k := range fingerprint {
		c := byte(0)
		if i+k < len(text) {
			c = text[i+k]
		}
		a &= t[2*k][c&0x0F] & t[2*k+1][c>>4]
	}
	return a != 0
}
