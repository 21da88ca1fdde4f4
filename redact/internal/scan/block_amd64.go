package scan

import "unsafe"

var hasAVX2 = cpuHasAVX2()

// blockAVX2 classifies 32 bytes at p for each half. It reads three bytes more.
//
//go:noescape
func blockAVX2(p *byte, t *nibbles, m *masks, halves int)

func cpuHasAVX2() bool

// word returns the four bytes at text[i], first byte lowest, without a check.
// It is for places of a block that may be read whole.
func word(text string, i int) uint32 {
	return *(*uint32)(unsafe.Add(unsafe.Pointer(unsafe.StringData(text)), i))
}
