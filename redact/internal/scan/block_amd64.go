//go:build !purego

package scan

var hasVBMI = cpuHasVBMI()

// blockVBMI classifies the first of n > 0 bytes at p into b. It reads no byte
// behind them.
//
//go:noescape
func blockVBMI(p *byte, n int, t *tables, b *block)

func cpuHasVBMI() bool
