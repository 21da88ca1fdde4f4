//go:build !amd64 || purego

package scan

const hasVBMI = false

func blockVBMI(*byte, int, *tables, *block) {}
