package redact

import (
	"iter"

	"github.com/daxis-io/arco-audit/redact/internal/scan"
)

// Finding is one secret in a text: what it is and the half-open byte span
// [Start, End) of the scanned text that carries it, also when the secret was
// found under an encoding.
type Finding struct {
	Kind       Kind
	Start, End int
}

// Scan returns the first secret that stands in s as it is, or else the first
// that is found under an encoding. It is a pure function, safe for concurrent
// use, linear in len(s), and allocates nothing when s is clean.
func Scan(s string) (Finding, bool) {
	f, ok := scan.First(s)
	return finding(f), ok
}

// ScanAll yields the secrets of s in the order of their positions; spans do
// not overlap.
func ScanAll(s string) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for _, f := range scan.All(s) {
			if !yield(finding(f)) {
				return
			}
		}
	}
}

func finding(f scan.Finding) Finding {
	return Finding{Kind: Kind(f.Kind), Start: f.Start, End: f.End}
}
