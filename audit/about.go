package audit

import (
	"bytes"

	"github.com/daxis-io/arco-audit/redact"
)

// about returns the resource of an event as it is written, and lists what was withheld from it.
func (x *encoder) about(t *Trail, field string, e *Event, dst []byte, tenant string) []byte {
	m, name := e.marks(), e.appendResource(dst)
	if f, hit := scanEscaped(name[:len(name)-e.idSize()]); hit {
		e = e.withoutNames(f.Kind)
		m, name = e.marks(), e.appendResource(dst)
	}
	return x.named(t, field, m, name, tenant)
}

// destinationOf does what about does for the new name of a table.
func (x *encoder) destinationOf(t *Trail, to *Table, tenant string) []byte {
	m, name := to.ns.m, to.appendName(x.destination[:0])
	if f, hit := scanEscaped(name); hit {
		secret := withheld(f.Kind)
		m, name = secret.m, append(name[:0], secret.s...)
	}
	return x.named(t, "details.destination", m, name, tenant)
}

// scanEscaped looks once more at a name whose parts were looked at, if bytes of it are percent-encoded: undone, they read
// otherwise beside what is written around them. A line end inside of a token, say, is one that broke a full line where
// there is enough before it.
func scanEscaped(name []byte) (redact.Finding, bool) {
	if bytes.IndexByte(name, '%') < 0 {
		return redact.Finding{}, false
	}
	return redact.Scan(string(name))
}

// idSize is the length of the table's id and its colon at the end of the resource. Beside the word "token" it would look
// like one.
func (e *Event) idSize() int {
	switch e.action {
	case ActionCredVendAllow, ActionCredVendDeny:
		if e.change.table.id != [16]byte{} {
			return len(":00000000-0000-0000-0000-000000000000")
		}
	}
	return 0
}

// withoutNames returns the event about something of which only that its name was a secret can be kept.
func (e *Event) withoutNames(kind redact.Kind) *Event {
	w := *e
	secret := withheld(kind)
	w.op = Operation{t: secret}
	w.resource.name = secret
	table := &w.change.table
	if isNamespace := table.name == ""; isNamespace {
		table.ns = Namespace{set: true, m: secret.m}
		table.ns.levels[0] = secret.s
	} else {
		table.name = splitSecret(&table.ns, redact.Finding{Kind: kind})
	}
	return &w
}
