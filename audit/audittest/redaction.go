package audittest

import (
	"slices"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

// ExpectRedaction says that the test makes a program emit something of this kind in this field, such as
// "jwt" in "resource", once or more often; the names are those of an event's redactions. The test fails if it
// does not happen.
func (r *Recorder) ExpectRedaction(field, kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expected = append(r.expected, auditread.Redaction{Field: field, Kind: kind})
}

// AllowRedactions says that the test is not about what is withheld: it may be anything, or nothing.
func (r *Recorder) AllowRedactions() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.allowed = true
}

// judgeRedactions fails the test for what was withheld and not expected, and the other way round.
func (r *Recorder) judgeRedactions() {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[auditread.Redaction]bool{}
	for _, e := range r.entries(func(audit.Record) bool { return true }) {
		for _, withheld := range e.Redactions {
			seen[withheld] = true
			if !r.allowed && !slices.Contains(r.expected, withheld) {
				r.t.Errorf("audittest: %s %s: withheld %s from field %s: pass an identifier there, or call Recorder.ExpectRedaction",
					e.ActionName, e.ID, withheld.Kind, withheld.Field)
			}
		}
	}
	for _, want := range r.expected {
		if !seen[want] {
			r.t.Errorf("audittest: expected redaction did not happen: %s in field %s", want.Kind, want.Field)
		}
	}
}
