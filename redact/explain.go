package redact

import (
	"strings"

	"github.com/daxis-io/arco-audit/redact/internal/scan"
)

// Explanation tells a person about one finding. No field holds a byte of the
// value.
type Explanation struct {
	Finding Finding
	Why     string // the structure that gave it away, and where that is documented
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
	kind := scan.Kind(k)
	switch {
	case k == KindOverflow:
		return "the text is encoded in more layers than the scanner undoes, so it is withheld unread",
			"pass the identifier without encodings"
	case scan.ByName(kind):
		why = "a value that a generator or a person makes stands beside the name of a " + k.String()
	default:
		why = "the text has the structure of a " + k.String()
	}
	if source := scan.Source(kind); source != "" {
		why += " (" + source + ")"
	}
	return why, remedy(k)
}

func remedy(k Kind) string {
	switch k.String() {
	case "url-password":
		return "pass the URL without userinfo, or the host alone"
	case "jwt", "jwe", "bearer-token":
		return "pass the subject or the token's jti, never the token"
	}
	if name := k.String(); strings.HasSuffix(name, "signature") || strings.HasSuffix(name, "-url") {
		return "pass the object's name without its query"
	}
	return "pass an identifier of the credential, such as its id or the name of its secret, never the credential"
}
