package audit

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of Emit. Except for ErrUnknown and redact.Violation, nothing was written when Emit returns one.
var (
	// ErrUnknown: the event may be recorded, or may still be. Treat the decision as failed and do not emit
	// the event again.
	ErrUnknown = errors.New("audit: outcome unknown: the event may be recorded; fail the request and do not emit again")
	// ErrFull: the trail takes no event for now. It holds as much as it may while a required route is behind, or
	// the disk is full, refuses writes or is too slow; the wrapping error says what is known. Fail the request; it
	// ends with the cause, which Health shows.
	ErrFull = errors.New("audit: trail full: a required route is behind; fail the request, see Health")
	// ErrTenantBusy: this tenant holds more than its share of a trail that is filling up. Fail the request;
	// other tenants are served.
	ErrTenantBusy = errors.New("audit: tenant over its share of the trail; fail the request and retry later")
	// ErrClosed: Close was called.
	ErrClosed = errors.New("audit: trail closed")
	// ErrInvalid: the event or its request lacks something. The wrapping error names it; it is a mistake in
	// the program.
	ErrInvalid = errors.New("audit: invalid event")
)

// unknown is ErrUnknown with what ended the wait, whose text is foreign and so masked.
type unknown struct{ cause error }

func (u unknown) Error() string   { return ErrUnknown.Error() + " (" + masked{u.cause}.Error() + ")" }
func (u unknown) Unwrap() []error { return []error{ErrUnknown, u.cause} }

// full is ErrFull with what the disk said.
type full struct{ cause error }

func (f full) Error() string {
	return "audit: trail full: the disk takes nothing for now; fail the request, see Health (" + masked{f.cause}.Error() + ")"
}
func (f full) Unwrap() []error { return []error{ErrFull, f.cause} }

// errTooLarge cannot happen to an event of a caller: its parts are capped.
var errTooLarge = invalid("event: it has more than 64 KiB")

func invalid(what string) error { return fmt.Errorf("%w: %s", ErrInvalid, what) }

// UndeliveredError is what Flush and Close return when their context ended first, and Close when folded denies are
// counted nowhere.
type UndeliveredError struct {
	Routes []Undelivered
	// Dir is the directory in which a journal keeps the events; "" when they were in memory only.
	Dir string
	// LastResort is how many of the events Config.LastResort took.
	LastResort int
	// Uncounted is how many denies were folded and are in no DENIES_SUPPRESSED event, because there was no room for one.
	Uncounted uint64
	cause     error
}

var errLastResort = errors.New("audit: Config.LastResort panicked")

// Undelivered is what one route had not delivered.
type Undelivered struct {
	Route    string
	Required bool
	Events   uint64   // that the route had not settled, those it filters out included
	From     Sequence // the first of them
	Last     string   // the route's last error, secrets masked; "" for none
}

// Error names the routes and how much each is behind.
func (e *UndeliveredError) Error() string {
	var b strings.Builder
	b.WriteString("audit: undelivered:")
	for i, r := range e.Routes {
		if i > 0 {
			b.WriteByte(';')
		}
		fmt.Fprintf(&b, " route %s: %d events from sequence %d", r.Route, r.Events, r.From)
		if r.Last != "" {
			fmt.Fprintf(&b, " (%s)", r.Last)
		}
	}
	switch {
	case e.LastResort > 0:
		fmt.Fprintf(&b, "; LastResort took %d events", e.LastResort)
	case e.Dir != "" && len(e.Routes) > 0:
		b.WriteString("; the journal keeps them")
	}
	if e.Uncounted > 0 {
		fmt.Fprintf(&b, "; %d folded denies are in no event: give the journal or Keep.Bytes more room", e.Uncounted)
	}
	return strings.Replace(b.String(), ":;", ":", 1)
}

// Unwrap returns why the context ended.
func (e *UndeliveredError) Unwrap() error { return e.cause }
