package scan

import (
	"bufio"
	"fmt"
	"math/bits"
	"os"
	"sort"
	"strings"
	"testing"
)

func TestStats(t *testing.T) {
	f, err := os.Open("/tmp/redact/legit.txt")
	if err != nil {
		return
	}
	sc := bufio.NewScanner(f)
	want := os.Getenv("GREP")
	n, cand, pos, match := 0, 0, 0, 0
	by := map[string]int{}
	for sc.Scan() {
		s := sc.Text()
		if !strings.Contains(s, want) {
			continue
		}
		n++
		var m masks
		before := byte(0)
		for base := 0; base < len(s); base += blockSize {
			classify(s, base, &m)
			todo := m.anchor | m.starts(before, 0)
			before = s[min(base+blockSize, len(s))-1]
			cand += bits.OnesCount64(todo)
			for ; todo != 0; todo &= todo - 1 {
				i := base + bits.TrailingZeros64(todo)
				if !table.possible(load4(s, i)) {
					continue
				}
				pos++
				v := load(s, i)
				for _, l := range [][]entry{table.single[s[i]], table.list3(uint32(v))} {
					for k := range l {
						if l[k].matches(s, i, v) {
							match++
							by[fmt.Sprintf("%q %d", s[i:min(len(s), i+int(l[k].size))], l[k].on)]++
						}
					}
				}
			}
		}
	}
	fmt.Printf("values %d cand %.2f possible %.2f match %.3f\n", n, float64(cand)/float64(n), float64(pos)/float64(n), float64(match)/float64(n))
	var ks []string
	for k := range by {
		ks = append(ks, k)
	}
	sort.Slice(ks, func(i, j int) bool { return by[ks[i]] > by[ks[j]] })
	for _, k := range ks[:min(30, len(ks))] {
		fmt.Println("   ", k, by[k])
	}
}
