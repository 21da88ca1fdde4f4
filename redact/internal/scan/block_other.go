//go:build !amd64 || purego

package scan

var best = inGo

func blockVBMI(*byte, int, *tables, *block) {}

func readAVX2(*byte, *narrow, *masks, int) {}

func sextetsVBMI(*byte, int, *vectorTables) int { return 0 }

func lettersVBMI(*byte, int, *letters) {}

func tracesVBMI(*byte, int, *[128]traces) traces { return 0 }

func decodeVBMI(*byte, *byte, int, *vectorTables) int { return 0 }
