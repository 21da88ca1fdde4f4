//go:build !purego

package scan

var best = cpuVectors()

// blockVBMI classifies the first of n > 0 bytes at p into b. It reads no byte
// behind them.
//
//go:noescape
func blockVBMI(p *byte, n int, t *tables, b *block)

// readAVX2 sets the masks for 32 bytes at p for each half. It reads three bytes
// more.
//
//go:noescape
func readAVX2(p *byte, t *narrow, m *masks, halves int)

func cpuVectors() kernel

// sextetsVBMI returns how many of n > 0 bytes at p are sextets before the first
// that is none.
//
//go:noescape
func sextetsVBMI(p *byte, n int, t *vectorTables) int

// tracesVBMI returns the traces of n > 0 bytes at p.
//
//go:noescape
func tracesVBMI(p *byte, n int, t *[128]traces) traces

// lettersVBMI classifies the first 64 of n > 0 bytes at p.
//
//go:noescape
func lettersVBMI(p *byte, n int, m *letters)

// decodeVBMI decodes groups of four sextets of n > 0 bytes at p to dst, up to the
// first that is not whole, and returns how many bytes it read.
//
//go:noescape
func decodeVBMI(dst, p *byte, n int, t *vectorTables) int
