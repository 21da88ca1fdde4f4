package redact

// Explanation tells a person about one finding. No field holds a byte of the
// value.
type Explanation struct {
	Finding Finding
	Why     string // the structure that gave it away
	Instead string // what to pass in its place
}

// Explain scans s and explains each finding: which kind, where, why, and what
// to do instead. It is for tools and tests, not for a hot path.
func Explain(s string) []Explanation {
	var out []Explanation
	for f := range ScanAll(s) {
		why, instead := explainKind(f.Kind)
		out = append(out, Explanation{Finding: f, Why: why, Instead: instead})
	}
	return out
}

func explainKind(k Kind) (why, instead string) {
	return "the text has the structure of " + k.String(), "pass an identifier, not a credential"
}
