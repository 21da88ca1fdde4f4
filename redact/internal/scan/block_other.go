//go:build !amd64 || purego

package scan

var best = inGo

func blockVBMI(*byte, int, *tables, *block) {}

func readAVX2(*byte, *narrow, *masks, int) {}
