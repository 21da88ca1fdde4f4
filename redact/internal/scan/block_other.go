//go:build !amd64 || purego

package scan

const hasAVX2 = false

func blockAVX2(*byte, *nibbles, *masks, int) {}
