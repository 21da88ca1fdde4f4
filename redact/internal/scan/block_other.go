//go:build !amd64

package scan

const hasAVX2 = false

func blockAVX2(*byte, *nibbles, *masks, int) {}

func word(text string, i int) uint32 { return load4(text, i) }
