package benchmarks_test

import (
	"flag"
	"os"
	"runtime"
	"testing"
)

// heap gives every competitor the live heap of a service: with next to none, the collector runs every few
// thousand events, and its cycles are what is measured.
var heap = flag.Int("heap", 64, "live heap in MiB while benchmarks run")

func TestMain(m *testing.M) {
	flag.Parse()
	live := make([]byte, *heap<<20)
	for i := 0; i < len(live); i += 4096 {
		live[i] = 1
	}
	code := m.Run()
	runtime.KeepAlive(live)
	os.Exit(code)
}
