package audit

import "github.com/daxis-io/arco-audit/redact"

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
	return Resource{kind: kind, name: t}
}

// before returns the resource, without its name if that is a secret together with word, which is written behind it.
func (r Resource) before(word string) Resource {
	var stack [2 * partLimit]byte
	if f, hit := redact.Scan(string(append(append(append(stack[:0], r.name.s...), ':'), word...))); hit {
		r.name = withheld(f.Kind)
	}
	return r
}

var kindBytes = byteSet(lowerLetters + digits + "_-/")

func (r *Resource) set() bool { return r.kind != "" }

func (r *Resource) append(dst []byte) []byte {
	dst = append(dst, r.kind...)
	dst = append(dst, ':')
	return append(dst, r.name.s...)
}
