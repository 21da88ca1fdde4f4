package audit

import (
	"strings"

	"github.com/daxis-io/arco-audit/redact"
)

// stringConstant is the type of parameters that take constants only: outside this package a string
// variable cannot be converted to it, an untyped constant is.
type stringConstant string

// Resource names what a service's own action or the control store is about.
type Resource struct {
	kind stringConstant
	name text
}

// NewResource returns the resource "kind:name". kind is a constant such as "grant" or "config/limits"; name
// is treated as a part of a table's name is: percent-encoded, masked, at most 256 bytes.
func NewResource(kind stringConstant, name string) Resource {
	t := clean(name, partLimit, asPart)
	if name == "" {
		t = grammar()
	}
	if _, hit := redact.Scan(string(kind)); hit || kind == "" || len(kind) > 64 || !within(string(kind), &kindBytes) {
		kind = rejected
		t.m.add(redact.KindGrammar)
	}
	r := Resource{kind: kind, name: t}
	if escaped(t.s) {
		return r.before("") // the longest that is written around it
	}
	return r
}

// inStore stands before the resources of the control store.
const inStore = "control-store/"

// before returns the resource, without its name if that is a secret where the control store's event has it, with word
// behind it.
func (r Resource) before(word string) Resource {
	var stack [2 * partLimit]byte
	b := append(r.append(append(stack[:0], inStore...)), ':')
	if f, hit := redact.Scan(string(append(b, word...))); hit {
		r.name = withheld(f.Kind)
	}
	return r
}

// escaped reports whether a text has percent-encoded bytes. Undone, they read otherwise beside what is written around
// the text: a line that ends in a token is one that was broken where there is enough before it.
func escaped(s string) bool { return strings.IndexByte(s, '%') >= 0 }

var kindBytes = byteSet(lowerLetters + digits + "_-/")

func (r *Resource) set() bool { return r.kind != "" }

func (r *Resource) append(dst []byte) []byte {
	dst = append(dst, r.kind...)
	dst = append(dst, ':')
	return append(dst, r.name.s...)
}
