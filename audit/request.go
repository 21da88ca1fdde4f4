package audit

import (
	"context"
	"net/netip"
	"strings"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// Request is what an event takes from the request in which it happens. All fields but Actor are optional.
type Request struct {
	ID        RequestID
	Actor     Actor
	Tenant    Tenant
	Workspace Workspace
	Origin    netip.Addr // client address; recorded as Config.OriginMode says
	Agent     Agent
	Trace     TraceParent
}

type requestKey struct{}

// scope is a context that carries a request; it is never changed after it was made. Being the context
// itself, it costs one allocation and not two.
type scope struct {
	context.Context
	Request
	claimed *Actor   // a second actor that somebody tried to set; nil for none
	intent  [16]byte // that the event ends; zero for none
}

// Value returns the scope for its key, and otherwise what the parent has.
func (s *scope) Value(key any) any {
	if _, ours := key.(requestKey); ours {
		return s
	}
	return s.Context.Value(key)
}

// WithRequest returns a context that carries r for every Emit under it. When ctx carries an actor already,
// that one stays: another actor in r does not replace it, and events say who was claimed instead.
func WithRequest(ctx context.Context, r Request) context.Context {
	s := &scope{Context: orBackground(ctx), Request: r}
	if old := scopeOf(ctx); old != nil && !old.Actor.IsZero() {
		s.Actor, s.claimed = old.Actor, old.claimed
		if r.Actor != old.Actor && !r.Actor.IsZero() {
			claimed := r.Actor
			s.claimed = &claimed
		}
	}
	return s
}

// orBackground stands in for a context that a caller forgot.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// RequestFrom returns what ctx carries, or the zero Request. Authentication completes it: it sets Actor and
// Tenant on the copy and stores that with WithRequest.
func RequestFrom(ctx context.Context) Request {
	if s := scopeOf(ctx); s != nil {
		return s.Request
	}
	return Request{}
}

func scopeOf(ctx context.Context) *scope {
	if ctx == nil {
		return nil
	}
	s, _ := ctx.Value(requestKey{}).(*scope)
	return s
}

// Agent is the product token of a User-Agent; the zero Agent is none.
type Agent struct{ t text }

// NewAgent returns the first product of a User-Agent header, such as "PyIceberg/0.9.0" (RFC 9110 section
// 10.1.5): "name" or "name/version", at most 64 bytes. The rest of the header is not kept.
func NewAgent(userAgent string) Agent {
	const most = 64
	head := userAgent
	if len(head) > most+1 {
		head = head[:most+1]
	}
	product := head
	if i := strings.IndexAny(head, " \t("); i >= 0 {
		product = head[:i]
	}
	name, version, found := strings.Cut(product, "/")
	if len(product) > most || found && (name == "" || version == "") || !within(name, &tokenBytes) || !within(version, &tokenBytes) {
		t := cleanSlow(product, most, asText)
		if k := t.m.secret(); k != 0 {
			return Agent{withheld(k)}
		}
		return Agent{grammar()}
	}
	return Agent{clean(product, most, asText)}
}

// TraceParent is a W3C trace context; the zero TraceParent is none.
type TraceParent struct{ t wire.Trace }

// NewTraceParent returns the trace context with these ids, as a tracer's span context has them. A trace id or
// span id of zeros is no trace context.
func NewTraceParent(traceID [16]byte, spanID [8]byte, flags byte) TraceParent {
	t := wire.Trace{ID: traceID, Span: spanID, Flags: flags}
	if t.IsZero() {
		t = wire.Trace{}
	}
	return TraceParent{t}
}

// ParseTraceParent reads a traceparent header (W3C Trace Context section 3.2). A header that is not valid
// gives none, as the specification demands.
func ParseTraceParent(header string) TraceParent {
	var t wire.Trace
	var version [1]byte
	var flags [1]byte
	ok := len(header) >= 55 && header[2] == '-' && header[35] == '-' && header[52] == '-' &&
		unhex(version[:], header[:2]) && unhex(t.ID[:], header[3:35]) && unhex(t.Span[:], header[36:52]) && unhex(flags[:], header[53:55])
	if !ok || version[0] == 0xff || version[0] == 0 && len(header) != 55 || len(header) > 55 && header[55] != '-' || t.IsZero() {
		return TraceParent{}
	}
	t.Flags = flags[0]
	return TraceParent{t}
}

// IsZero reports whether there is no trace context.
func (p TraceParent) IsZero() bool { return p.t.IsZero() }

// unhex decodes lower-case hexadecimal digits.
func unhex(dst []byte, s string) bool {
	for i := range dst {
		hi, lo := hexValue(s[2*i]), hexValue(s[2*i+1])
		if hi > 15 || lo > 15 {
			return false
		}
		dst[i] = hi<<4 | lo
	}
	return true
}

func hexValue(b byte) byte {
	switch {
	case '0' <= b && b <= '9':
		return b - '0'
	case 'a' <= b && b <= 'f':
		return b - 'a' + 10
	}
	return 0xff
}
