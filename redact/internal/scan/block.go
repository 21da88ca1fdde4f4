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

// classify computes the masks of the block of text at from.
func classify(text string, from int, m *masks) {
	n := len(text) - from
	if !hasAVX2 {
		blockGo(text[from:min(len(text), from+blockRead)], m)
		return
	}
	p := unsafe.StringData(text[from:])
	halves := 2
	if n <= halfSize {
		halves = 1
	}
	// Reading behind the text is harmless inside of its memory page.
	if n >= blockRead || uintptr(unsafe.Pointer(p))&(pageSize-1) <= pageSize-blockRead {
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
}

// blockGo is blockAVX2 in Go. Bytes behind the text count as zero.
func blockGo(text string, m *masks) {
	*m = masks{}
	for i := range min(len(text), blockSize) {
		c := text[i]
		class := twin.class[c]
		m.alnum |= uint64(class&twinAlnum) << i
		m.escape |= uint64(class&twinEscape>>1) << i
		if class&twinAnchor != 0 || twin.bucket[0][c] != 0 && twin.candidate(text, i) {
			m.anchor |= 1 << i
		}
	}
}

// byteTables are the nibble tables by whole bytes.
type byteTables struct {
	class  [256]byte
	bucket [fingerprint][256]byte
}

const (
	twinAlnum  = 1
	twinEscape = 2
	twinAnchor = 4
)

var twin = buildTwin()

func buildTwin() (b byteTables) {
	t := &prefilter
	for c := range 256 {
		lo, hi := c&0x0F, c>>4
		class := t[classRow][lo] & t[classRow+1][hi]
		for k, bit := range [...]byte{twinAlnum, twinEscape, twinAnchor} {
			if class&classMasks[k] != 0 {
				b.class[c] |= bit
			}
		}
		if c == '@' || c >= 0x80 {
			b.class[c] |= twinAnchor
		}
		for k := range fingerprint {
			b.bucket[k][c] = t[2*k][lo] & t[2*k+1][hi]
		}
	}
	return b
}

// candidate reports whether a bucket holds for all four bytes at text[i].
func (b *byteTables) candidate(text string, i int) bool {
	a := byte(0xFF)
	for k := range fingerprint {
		c := byte(0)
		if i+k < len(text) {
			c = text[i+k]
		}
		a &= b.bucket[k][c]
	}
	return a != 0
}
