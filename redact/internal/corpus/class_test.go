package corpus_test

import (
	"fmt"
	"os"
	"sort"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

func TestClassCost(t *testing.T) {
	if os.Getenv("COST") == "" {
		return
	}
	type row struct {
		n  string
		ns float64
		b  float64
	}
	var rows []row
	sum, bytes := 0.0, 0.0
	for name, list := range corpus.New(7).Legit(300) {
		best := time.Hour
		for range 30 {
			s := time.Now()
			for _, v := range list {
				redact.Scan(v)
			}
			best = min(best, time.Since(s))
		}
		n := 0
		for _, v := range list {
			n += len(v)
		}
		ns := float64(best.Nanoseconds()) / float64(len(list))
		rows = append(rows, row{name, ns, float64(n) / float64(len(list))})
		sum += ns
		bytes += float64(n) / float64(len(list))
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].ns > rows[j].ns })
	for _, r := range rows {
		fmt.Printf("%-24s %7.1f ns %5.1f B\n", r.n, r.ns, r.b)
	}
	fmt.Printf("mean %.1f ns %.1f B %.1f MB/s\n", sum/float64(len(rows)), bytes/float64(len(rows)), bytes/sum*1000)
}
