package redact

import (
	"strconv"

	"github.com/daxis-io/arco-audit/redact/internal/scan"
)

// Kind names what a finding is. The numbers are stable within a major version
// but are never to be persisted: store String. The zero Kind is no kind.
type Kind uint16

// Kinds that are marks of package audit or of the scanner itself rather than
// shapes of a secret.
const (
	KindNone      Kind = iota
	KindOverflow       // the scanner's budget was spent before it could decide: withheld
	KindGrammar        // text that does not fit the grammar of its field
	KindTruncated      // text that was cut at a cap
	KindControl        // control characters that were made visible
	KindEmail          // an e-mail address where an identifier was expected
)

// String returns the stable name of the kind, [a-z0-9-]+, "none" for the zero
// Kind and "kind-N" for a number that this version does not know.
func (k Kind) String() string {
	if int(k) < len(scan.Names) && scan.Names[k] != "" {
		return scan.Names[k]
	}
	return "kind-" + strconv.Itoa(int(k))
}
