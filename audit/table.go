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
	var ns Namespace
	if secret := names(&ns, parts, "", false); secret != "" {
		ns.levels[0] = secret
	}
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
	t := Table{id: id}
	t.name = names(&t.ns, namespace, name, true)
	return t
}

// names cleans the parts of a name into ns, which is zero, and returns the name. It looks at them together when a
// secret could be split over them.
func names(ns *Namespace, parts []string, name string, hasName bool) string {
	if len(parts) > inlineLevels {
		return manyNames(ns, parts, name, hasName)
	}
	ns.set = true
	room, dense, clean := nameLimit, false, ""
	for i, p := range parts {
		s, d := ns.part(p, &room)
		ns.levels[i], dense = s, dense || d
	}
	if hasName {
		s, d := ns.part(name, &room)
		clean, dense = s, dense || d
	}
	if room < 0 {
		*ns = Namespace{}
		return manyNames(ns, parts, name, hasName)
	}
	if dense {
		if f, hit := scanWritten(ns, clean); hit {
			return splitSecret(ns, f)
		}
	}
	return clean
}

// part cleans one level or name, and takes its length and a dot's from room; an empty one does not fit the
// grammar. dense says that it could be a segment of a token whose segments are divided by dots: all such tokens
// that are known have one of base64url, and so capital letters. So could one with a colon be the beginning of a URL whose
// userinfo ends in the next.
func (n *Namespace) part(s string, room *int) (out string, dense bool) {
	if uint(len(s)-1) < partLimit {
		if c := plainPart.class(s); c&belongs != 0 {
			if _, hit := redact.Scan(s); !hit {
				*room -= len(s) + 1
				return s, len(s) >= splitLength && c&small == 0
			}
		}
	}
	return n.oddPart(s, room), len(s) >= splitLength && strings.ContainsAny(s, upperLetters) || strings.IndexByte(s, ':') >= 0
}

// oddPart is part for a text that does not stay as it is, or is not plain ASCII.
func (n *Namespace) oddPart(s string, room *int) string {
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
func manyNames(ns *Namespace, parts []string, name string, hasName bool) string {
	ns.set = true
	room := nameLimit - len(truncatedLevels) - 1
	if hasName {
		name = ns.oddPart(name, &room)
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte('.')
		}
		s := ns.oddPart(p, &room)
		if room < 0 {
			b.WriteString(truncatedLevels)
			ns.m.add(redact.KindTruncated)
			break
		}
		b.WriteString(s)
	}
	ns.levels[0] = b.String()
	if f, hit := scanWritten(ns, name); hit {
		return splitSecret(ns, f)
	}
	return name
}

// What stands around a name in the longest resources.
const (
	beforeName = "iceberg/catalog:namespace:"
	behindName = ":properties"
)

// scanWritten scans the whole name as a resource has it: dots and colons separate the segments of many tokens.
func scanWritten(ns *Namespace, name string) (redact.Finding, bool) {
	var stack [len(beforeName) + nameLimit + 2*partLimit + len(behindName)]byte
	b := appendDotted(append(stack[:0], beforeName...), ns, name)
	return redact.Scan(string(append(b, behindName...)))
}

// splitSecret makes ns empty and returns the name of which only that it was a secret can be kept.
func splitSecret(ns *Namespace, f redact.Finding) string {
	t := withheld(f.Kind)
	*ns = Namespace{set: true, m: t.m}
	return t.s
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
