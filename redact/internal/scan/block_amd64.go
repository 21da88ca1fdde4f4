package scan

var hasAVX2 = cpuHasAVX2()

// blockAVX2 classifies the 64 bytes at p. It reads blockRead bytes.
//
//go:noescape
func blockAVX2(p *byte, t *nibbles, m *masks)

func cpuHasAVX2() bool
