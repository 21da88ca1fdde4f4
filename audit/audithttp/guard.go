package audithttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// The headers of the answer.
const (
	headerRequestID = "X-Request-Id"
	headerEventID   = "X-Audit-Event-Id"
)

// guard is the middleware around one handler.
type guard struct {
	config Config
	next   http.Handler
}

// verdict is what came of Verify.
type verdict struct {
	who     Identity
	allowed bool
	reason  audit.AuthReason // of a refusal
	status  int              // of a refusal
}

// ServeHTTP authenticates r, records the answer, and passes r on or refuses it.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	about := g.describe(r)
	if !about.ID.IsZero() {
		w.Header().Set(headerRequestID, about.ID.String())
	}
	op := g.operation(r)
	r = r.WithContext(audit.WithRequest(r.Context(), about))
	v := g.verify(r)
	r = r.WithContext(audit.WithRequest(r.Context(), identify(about, v.who)))
	event := audit.AuthDeny(op, v.reason)
	if v.allowed {
		event = audit.AuthAllow(op, v.who.Method)
	}
	recorded := g.emit(w, r, event)
	switch {
	case !v.allowed:
		g.refuse(w, r, v.status, v.reason)
	case !recorded && !g.config.ServeUnaudited, g.config.RequireReady && !g.config.Trail.Health().Ready():
		g.refuse(w, r, http.StatusServiceUnavailable, audit.AuthReasonUnavailable)
	default:
		g.next.ServeHTTP(w, r)
	}
}

// identify completes what is known of a request by who makes it.
func identify(about audit.Request, who Identity) audit.Request {
	if !who.Actor.IsZero() {
		about.Actor = who.Actor
	}
	if about.Actor.IsZero() {
		about.Actor = audit.Anonymous()
	}
	if !who.Tenant.IsZero() {
		about.Tenant = who.Tenant
	}
	if who.Workspace != (audit.Workspace{}) {
		about.Workspace = who.Workspace
	}
	return about
}

// emit records the event and reports whether it was accepted.
func (g *guard) emit(w http.ResponseWriter, r *http.Request, e audit.Event) bool {
	ctx, cancel := context.WithTimeout(r.Context(), g.config.Timeout)
	defer cancel()
	id, err := g.config.Trail.Emit(ctx, e)
	if !id.IsZero() {
		w.Header().Set(headerEventID, id.String())
	}
	if err == nil {
		return true
	}
	g.failed(err)
	var withheld *redact.Violation // strict trails return it beside accepting the event
	return errors.As(err, &withheld)
}

// describe collects what is known of a request before authentication. What an outer middleware put in the
// context stays.
func (g *guard) describe(r *http.Request) audit.Request {
	about := audit.RequestFrom(r.Context())
	if about.ID.IsZero() {
		about.ID = audit.NewRequestID(r.Header.Get(headerRequestID))
	}
	if about.ID.IsZero() {
		if fresh, err := uuid.NewV7(); err == nil {
			about.ID = audit.NewRequestID(fresh.String())
		}
	}
	if about.Trace.IsZero() {
		// Several headers are as good as none (W3C Trace Context section 3.2).
		if parents := r.Header["Traceparent"]; len(parents) == 1 {
			about.Trace = audit.ParseTraceParent(parents[0])
		}
	}
	if !about.Origin.IsValid() {
		about.Origin = origin(r, g.config.TrustedProxies)
	}
	if about.Agent == (audit.Agent{}) {
		about.Agent = audit.NewAgent(r.UserAgent())
	}
	return about
}

// operation calls Config.Operation and makes do without its answer.
func (g *guard) operation(r *http.Request) (op audit.Operation) {
	defer func() {
		if p := recover(); p != nil {
			g.failed(panicked("Operation", p))
		}
		if op == (audit.Operation{}) {
			op = audit.HTTPOperation(r.Method, "")
		}
	}()
	return g.config.Operation(r)
}

// verify calls Config.Verify and turns whatever it does into a verdict.
func (g *guard) verify(r *http.Request) (v verdict) {
	defer func() {
		if p := recover(); p != nil {
			g.failed(panicked("Verify", p))
			v = verdict{reason: audit.AuthReasonUnavailable, status: http.StatusInternalServerError}
		}
	}()
	who, err := g.config.Verify(r)
	var d denial
	switch {
	case errors.As(err, &d):
		return verdict{who: who, reason: d.reason, status: status(d.reason)}
	case err != nil:
		g.failed(err)
	case who.Actor.IsZero():
		g.failed(errors.New("audithttp: Verify returned neither an actor nor an error: set Identity.Actor, or return Deny"))
	default:
		return verdict{who: who, allowed: true}
	}
	return verdict{reason: audit.AuthReasonUnavailable, status: http.StatusServiceUnavailable}
}

// failed calls Config.Failed and contains its panics, so that an event follows all the same.
func (g *guard) failed(err error) {
	defer func() { _ = recover() }()
	g.config.Failed(err)
}

// panicked describes a panic without its value, which may be a token; errors of the runtime carry none.
func panicked(where string, p any) error {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(interface{ RuntimeError() }); ok {
		what = fmt.Sprint(e)
	}
	return fmt.Errorf("audithttp: Config.%s panicked: %s\n%s", where, what, debug.Stack())
}
