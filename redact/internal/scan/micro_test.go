package scan

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

func BenchmarkMicro(b *testing.B) {
	f, _ := os.Open("/tmp/redact/legit.txt")
	sc := bufio.NewScanner(f)
	var vs []string
	for sc.Scan() {
		if strings.Contains(sc.Text(), os.Getenv("GREP")) {
			vs = append(vs, sc.Text())
		}
	}
	b.Run("first", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			First(vs[i%len(vs)])
		}
	})
	b.Run("classify", func(b *testing.B) {
		var m masks
		for i := 0; b.Loop(); i++ {
			classify(vs[i%len(vs)], 0, &m)
		}
	})
}
