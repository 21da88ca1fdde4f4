package audit

import (
	"strings"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
)

const (
	// partLimit bounds one level of a namespace or one name, escapes counted.
	partLimit = 256
	// nameLimit bounds a dotted name, so that a resource stays below the 1024 bytes of a Pub/Sub attribute.
	nameLimit = 768
	// inlineLevels of a namespace are kept without an allocation.
	inlineLevels = 3
	// splitLength is the least length of a part at which a token may have been split over several.
	splitLength = 16
)

// Namespace names a namespace of a catalog. The zero Namespace is unset.
type Namespace struct {
	// levels are escaped; the last used one may hold several, joined by dots.
	levels [inlineLevels]string
	m      marks
	set    bool
}

// NewNamespace returns the namespace with these levels. In each, "%", ".", ":" and control characters are
// percent-encoded, so that no name can forge another; secrets are masked. At most 768 bytes in all.
func NewNamespace(parts []string) Namespace {
	ns, _ := names(parts, "", false)
	return ns
}

// Table names a table of a catalog. The zero Table is unset: an event with it is refused by Emit.
type Table struct {
	ns   Namespace
	name string // escaped
	id   uuid.UUID
}

// NewTable returns the table name in namespace, treated as NewNamespace does. id is the table's UUID from
// its metadata; uuid.Nil means unknown and is left out.
func NewTable(namespace []string, name string, id uuid.UUID) Table {
	ns, n := names(namespace, name, true)
	return Table{ns: ns, name: n, id: id}
}

// names cleans the parts of a name, and looks at them together when a secret could be split over them.
func names(parts []string, name string, hasName bool) (Namespace, string) {
	if len(parts) > inlineLevels {
		return manyNames(parts, name, hasName)
	}
	ns, room := Namespace{set: true}, nameLimit
	dense := tokenLike(name)
	for i, p := range parts {
		ns.levels[i] = ns.part(p, &room)
		dense = dense || tokenLike(p)
	}
	clean := name
	if hasName {
		clean = ns.part(name, &room)
	}
	if room < 0 {
		return manyNames(parts, name, hasName)
	}
	if dense && len(parts) > 0 {
		if f, hit := scanDotted(&ns, clean); hit {
			return splitSecret(f)
		}
	}
	return ns, clean
}

// tokenLike reports whether s could be a segment of a token whose segments are divided by dots: all such
// tokens that are known have one of base64url, and so capital letters.
func tokenLike(s string) bool {
	if len(s) < splitLength {
		return false
	}
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return true
		}
	}
	return false
}

// part cleans one level or name, and takes its length and a dot's from room; an empty one does not fit the
// grammar.
func (n *Namespace) part(s string, room *int) string {
	t := clean(s, partLimit, asPart)
	if s == "" {
		t = grammar()
	}
	n.m.merge(t.m)
	*room -= t.written() + 1
	return t.s
}

// truncatedLevels stands for the levels of a namespace that are over the cap. No caller can write it: the colon
// of a level would be escaped.
const truncatedLevels = "[TRUNCATED:levels]"

// manyNames handles deep or long names: the levels that are over the cap are dropped.
func manyNames(parts []string, name string, hasName bool) (Namespace, string) {
	ns, room := Namespace{set: true}, nameLimit-len(truncatedLevels)-1
	if hasName {
		name = ns.part(name, &room)
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte('.')
		}
		s := ns.part(p, &room)
		if room < 0 {
			b.WriteString(truncatedLevels)
			ns.m.add(redact.KindTruncated)
			break
		}
		b.WriteString(s)
	}
	ns.levels[0] = b.String()
	if f, hit := scanDotted(&ns, name); hit {
		return splitSecret(f)
	}
	return ns, name
}

// scanDotted scans the whole dotted name, since dots separate the segments of many tokens.
func scanDotted(ns *Namespace, name string) (redact.Finding, bool) {
	var stack [nameLimit + 2*partLimit]byte
	b := appendDotted(stack[:0], ns, name)
	return redact.Scan(string(b))
}

// splitSecret is the name of which only that it was a secret can be kept.
func splitSecret(f redact.Finding) (Namespace, string) {
	t := withheld(f.Kind)
	return Namespace{set: true, m: t.m}, t.s
}

func appendDotted(dst []byte, ns *Namespace, name string) []byte {
	for i := range ns.levels {
		if ns.levels[i] == "" {
			break
		}
		if i > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, ns.levels[i]...)
	}
	if name == "" {
		return dst
	}
	if ns.levels[0] != "" {
		dst = append(dst, '.')
	}
	return append(dst, name...)
}

func (t *Table) set() bool { return t.ns.set && t.name != "" }

func (t *Table) appendName(dst []byte) []byte { return appendDotted(dst, &t.ns, t.name) }
