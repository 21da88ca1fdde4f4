//go:build !purego

package scan

var hasAVX2 = cpuHasAVX2()

// blockAVX2 classifies 32 bytes at p for each half. It reads three bytes more.
//
//go:noescape
func blockAVX2(p *byte, t *nibbles, m *masks, halves int)

func cpuHasAVX2() bool
