package redact

import "strings"

// FieldFinding says that a secret of a kind was withheld from a field.
type FieldFinding struct {
	Field string
	Kind  Kind
}

// Violation is the error that a strict trail returns beside an accepted event
// from which something was withheld. It names fields and kinds, never values.
type Violation struct {
	Findings []FieldFinding
}

// Error lists every field and kind and the remedy.
func (v *Violation) Error() string {
	var b strings.Builder
	b.WriteString("audit: ")
	for i, f := range v.Findings {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("field " + f.Field + ": withheld " + f.Kind.String())
	}
	if len(v.Findings) == 0 {
		b.WriteString("withheld a value")
	}
	b.WriteString("; pass an identifier, not a credential")
	return b.String()
}
