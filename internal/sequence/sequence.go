// Package sequence writes places in a trail as events and the journal have them: 20 decimal digits, padded with zeros.
package sequence

import "encoding/binary"

// Digits is how many characters a place has.
const Digits = 20

// ascii is what makes eight digits of a word, one a byte, characters.
const ascii = 0x3030303030303030

// Put writes n over the start of dst.
func Put(dst []byte, n uint64) {
	var c Counter
	c.set(n)
	c.write(dst)
}

// Counter writes places that follow each other, for a few stores each. The zero Counter begins with 0. It is not safe for
// concurrent use.
type Counter struct {
	next uint64 // whose digits follow, one a byte, the first in the highest
	high uint32
	mid  uint64
	low  uint64
}

// Put writes n over the start of dst. It is quick when n is the place after that of the Put before.
func (c *Counter) Put(dst []byte, n uint64) {
	if n != c.next || n == 0 { // which is what follows the last of all
		c.set(n)
	}
	c.write(dst)
	c.next++
	if c.low++; byte(c.low) == 10 {
		c.carry()
	}
}

// carry follows nines.
func (c *Counter) carry() {
	for at := 0; byte(c.low>>at) == 10; at += 8 {
		if at == 56 {
			c.set(c.next)
			return
		}
		c.low += 246 << at // 256 - 10: the digit becomes 0, and the one before it one more
	}
}

// write is small, so that it is inlined.
func (c *Counter) write(dst []byte) {
	d := (*[Digits]byte)(dst)
	binary.BigEndian.PutUint32(d[:], c.high+ascii&0xffffffff)
	binary.BigEndian.PutUint64(d[4:], c.mid+ascii)
	binary.BigEndian.PutUint64(d[12:], c.low+ascii)
}

func (c *Counter) set(n uint64) {
	const most = 100_000_000
	c.next = n
	c.high, c.mid, c.low = uint32(eight(n/most/most)), eight(n/most%most), eight(n%most)
}

// eight returns the eight digits of n, which has no more: halves, quarters and eighths of the word are divided at once, by
// multiplying with what 1/100 and 1/10 are in fractions of 2^20 and 2^10, exact for numbers as small as these.
func eight(n uint64) uint64 {
	n = n/10000<<32 | n%10000
	hundreds := n * 10486 >> 20 & 0x0000007f_0000007f
	n = hundreds<<16 | (n - hundreds*100)
	tens := n * 103 >> 10 & 0x000f000f_000f000f
	return tens<<8 | (n - tens*10)
}
