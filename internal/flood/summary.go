package flood

import (
	"math/rand/v2"
	"strings"
	"time"
)

// ID is the id of a summary.
type ID = [16]byte

// Scope says who shares the limit that a summary is about.
type Scope uint8

// The scopes.
const (
	ScopeTenant          Scope = iota // one tenant
	ScopeUnauthenticated              // all callers before authentication
	ScopeShared                       // tenants for which there was no slot
)

const (
	mostLines     = 128 // of one summary; a further one opens the next summary
	mostExemplars = 8   // of one summary
	exemplarBytes = 1024
)

// Summary says what was folded for the sharers of one limit. At most 128 lines and 8 exemplars.
type Summary struct {
	ID        ID
	Scope     Scope
	Tenant    string // of ScopeTenant
	From, To  time.Time
	Total     uint64 // the sum of the lines
	Lines     []Line
	Exemplars []Exemplar
}

// Line counts the denies of one tenant, action and reason.
type Line struct {
	Tenant, Action, Reason string
	Count                  uint64
}

// Exemplar is one of the folded denies, drawn evenly from all of the summary. The texts have at most 1,024 bytes.
type Exemplar struct {
	Time                                              time.Time
	Tenant, Action, Reason, Request, Origin, Resource string
}

// counterKey finds a counter.
type counterKey struct {
	scope                  Scope
	tenant, action, reason string
}

// counter is one line of an open window.
type counter struct {
	counterKey
	count  uint64
	window *window
}

// windowKey finds the open window of the sharers of one limit.
type windowKey struct {
	scope  Scope
	tenant string
}

// window is a summary that still counts.
type window struct {
	windowKey
	id        ID
	from, to  time.Time
	total     uint64
	lines     []*counter
	exemplars []sample
}

// sample is an exemplar whose buffers are used again for the next one that replaces it.
type sample struct {
	at                        time.Time
	counter                   *counter
	request, origin, resource []byte
}

// add counts d at now, and gives it its even chance to be an exemplar (reservoir sampling, algorithm R).
func (w *window) add(c *counter, d *Deny, now time.Time) {
	c.count++
	w.total++
	w.to = now
	if len(w.exemplars) < mostExemplars {
		w.exemplars = append(w.exemplars, sample{})
		w.exemplars[len(w.exemplars)-1].fill(c, d, now)
		return
	}
	if at := rand.Uint64N(w.total); at < mostExemplars {
		w.exemplars[at].fill(c, d, now)
	}
}

func (s *sample) fill(c *counter, d *Deny, now time.Time) {
	s.at, s.counter = now, c
	s.request = append(s.request[:0], d.Request[:min(len(d.Request), exemplarBytes)]...)
	s.origin = append(s.origin[:0], d.Shown[:min(len(d.Shown), exemplarBytes)]...)
	s.resource = append(s.resource[:0], d.Resource[:min(len(d.Resource), exemplarBytes)]...)
}

// summary returns what the window counted; it must not count any more.
func (w *window) summary() Summary {
	s := Summary{ID: w.id, Scope: w.scope, Tenant: w.tenant, From: w.from, To: w.to, Total: w.total,
		Lines: make([]Line, 0, len(w.lines)), Exemplars: make([]Exemplar, 0, len(w.exemplars))}
	for _, c := range w.lines {
		s.Lines = append(s.Lines, Line{Tenant: c.tenant, Action: c.action, Reason: c.reason, Count: c.count})
	}
	for i := range w.exemplars {
		e := &w.exemplars[i]
		s.Exemplars = append(s.Exemplars, Exemplar{
			Time: e.at, Tenant: e.counter.tenant, Action: e.counter.action, Reason: e.counter.reason,
			Request: string(e.request), Origin: string(e.origin), Resource: valid(e.resource),
		})
	}
	return s
}

// valid drops what a cut left of a rune.
func valid(b []byte) string { return strings.ToValidUTF8(string(b), "") }
