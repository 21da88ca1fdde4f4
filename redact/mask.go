package redact

import (
	"slices"
	"strings"
)

// Mask returns s with every secret replaced by "[REDACTED:kind]" and what was
// replaced, with spans of s. A clean s is returned as it is, with nil, without
// allocation. The result scans clean, masking it again changes nothing, and
// bytes outside the spans are kept; spans never cut a UTF-8 sequence.
func Mask(s string) (string, []Finding) {
	if _, ok := Scan(s); !ok {
		return s, nil
	}
	found := slices.Collect(ScanAll(s))
	masked := replaceSpans(s, found)
	if _, dirty := Scan(masked); dirty {
		// A replacement brought parts together that form a new secret, or the
		// budget was spent: what cannot be shown to be clean is withheld.
		return mark(found[0].Kind), []Finding{{Kind: found[0].Kind, Start: 0, End: len(s)}}
	}
	return masked, found
}

// mark is the text that stands for a secret of kind k.
func mark(k Kind) string { return "[REDACTED:" + k.String() + "]" }

func replaceSpans(s string, found []Finding) string {
	var b strings.Builder
	b.Grow(len(s))
	at := 0
	for _, f := range found {
		b.WriteString(s[at:f.Start])
		b.WriteString("[REDACTED:")
		b.WriteString(f.Kind.String())
		b.WriteByte(']')
		at = f.End
	}
	b.WriteString(s[at:])
	return b.String()
}
