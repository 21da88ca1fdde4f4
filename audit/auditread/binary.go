package auditread

import (
	"strings"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// DecodeBinary reads an event of the binary content mode of CloudEvents, as Decode reads what Assemble makes of it;
// Entry.JSON is that. Its texts share memory with attributes too.
func DecodeBinary[T ~string | ~[]byte](attributes map[string]string, prefix string, data T) (Entry, error) {
	var e Entry
	if join(&e, attributes, prefix, data) {
		return e, nil
	}
	event, err := Assemble(attributes, prefix, data)
	if err != nil {
		return Entry{}, err
	}
	return Decode(event)
}

// join reads an event whose attributes are all known and plain, which those of every sink of this module are, without
// reading again what is apart already. It returns false for any other, and for one that has a fault.
func join[T ~string | ~[]byte](e *Entry, attributes map[string]string, prefix string, data T) bool {
	if len(data) == 0 || data[0] != '{' {
		return false
	}
	var p wire.Parts
	for key, value := range attributes {
		name, found := strings.CutPrefix(key, prefix)
		switch {
		case found && name == contentType:
			return false
		case found:
		case isContentType(key):
			name = contentType
		default:
			continue
		}
		if !p.Attribute(name, value) {
			return false
		}
	}
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	var ok bool
	*buf, e.JSON, ok = wire.Join(&p, (*buf)[:0], data)
	return ok && e.read(&p) == nil
}
