package auditgrpc_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditgrpc"
)

const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// deny returns a Verify that answers with err.
func deny(err error) func(context.Context, string) (context.Context, auditgrpc.Identity, error) {
	return func(context.Context, string) (context.Context, auditgrpc.Identity, error) {
		return nil, auditgrpc.Identity{}, err
	}
}

func TestNewRefusesIncompleteConfig(t *testing.T) {
	s := newService(t, nil)
	tests := []struct {
		name  string
		spoil func(*auditgrpc.Config)
		want  string
	}{
		{"trail", func(c *auditgrpc.Config) { c.Trail = nil }, "auditgrpc: Config.Trail is nil: open a trail with audit.Open"},
		{"verify", func(c *auditgrpc.Config) { c.Verify = nil }, "auditgrpc: Config.Verify is nil: give the func"},
		{"proxies", func(c *auditgrpc.Config) { c.TrustedProxies = -1 }, "auditgrpc: Config.TrustedProxies is negative"},
		{"timeout", func(c *auditgrpc.Config) { c.Timeout = -1 }, "auditgrpc: Config.Timeout is negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := s.config
			tt.spoil(&c)
			guard, err := auditgrpc.New(c)
			assert.ErrorContains(t, err, tt.want)
			assert.Nil(t, guard)
		})
	}
	_, err := auditgrpc.New(auditgrpc.Config{})
	assert.Len(t, strings.Split(err.Error(), "\n"), 2, "every fault at once")
}

func TestGuardLetsIn(t *testing.T) {
	for _, method := range []string{unary, watch} {
		t.Run(method, func(t *testing.T) {
			s := newService(t, nil)
			s.peer = "198.51.100.7:4711"
			var seen audit.Request
			var kept []string
			s.handler = func(ctx context.Context) error {
				seen, kept = audit.RequestFrom(ctx), metadata.ValueFromIncomingContext(ctx, "x-request-id")
				return nil
			}
			header, err := s.call(method, "x-request-id", "r-1", "traceparent", trace)
			e := s.only()

			require.NoError(t, err)
			assert.Equal(t, "AUTH_ALLOW", e.Action)
			assert.Equal(t, method, e.Data.Resource)
			assert.Equal(t, "jwt_valid", e.Data.DecisionReason)
			assert.Equal(t, "jwt", e.Data.Details.Method)
			assert.Regexp(t, "^user:[0-9a-f]{32}$", e.Data.Actor)
			assert.Equal(t, "acme", e.Tenant)
			assert.Equal(t, "main", e.Workspace)
			assert.Equal(t, trace, e.Traceparent)
			assert.Equal(t, "r-1", e.Data.RequestID)
			assert.Equal(t, "198.51.100.7", e.Data.Origin.Addr)
			assert.Equal(t, "FlowWorker/2.1", e.Data.Origin.Agent)
			assert.Equal(t, []string{"r-1"}, header.Get("x-request-id"))
			assert.Equal(t, []string{e.ID}, header.Get("x-audit-event-id"))
			assert.Equal(t, s.ada().Actor, seen.Actor, "the handler's events name the same caller")
			assert.Equal(t, "r-1", seen.ID.String())
			assert.Equal(t, []string{"r-1"}, kept, "no context from Verify is the call's own")
		})
	}
}

func TestGuardRefuses(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		reason string
		code   codes.Code
		text   string
	}{
		{"missing", auditgrpc.Deny(audit.AuthReasonMissing), "missing_token", codes.Unauthenticated, "unauthenticated"},
		{"expired", auditgrpc.Deny(audit.AuthReasonExpired), "token_expired", codes.Unauthenticated, "unauthenticated"},
		{"wrapped", fmt.Errorf("parse: %w", auditgrpc.Deny(audit.AuthReasonMalformed)), "malformed_token", codes.Unauthenticated, "unauthenticated"},
		{"unspecified", auditgrpc.Deny(0), "unspecified", codes.Unauthenticated, "unauthenticated"},
		{"scope", auditgrpc.Deny(audit.AuthReasonScopeMismatch), "scope_mismatch", codes.PermissionDenied, "permission denied"},
		{"not allowed", auditgrpc.Deny(audit.AuthReasonNotAllowed), "not_allowed", codes.PermissionDenied, "permission denied"},
		{"unavailable", auditgrpc.Deny(audit.AuthReasonUnavailable), "verifier_unavailable", codes.Unavailable, "unavailable, retry later"},
		{"any other error", errors.New("dial tcp: refused"), "verifier_unavailable", codes.Unavailable, "unavailable, retry later"},
	}
	for _, tt := range tests {
		for _, method := range []string{unary, watch} {
			t.Run(tt.name+method, func(t *testing.T) {
				s := newService(t, nil)
				s.config.Verify = deny(tt.err)
				s.handler = func(context.Context) error { t.Error("handler reached"); return nil }
				header, err := s.call(method)
				e := s.only()

				assert.Equal(t, tt.code, status.Code(err))
				assert.Equal(t, tt.text, status.Convert(err).Message(), "the message tells nothing")
				assert.Equal(t, []string{e.ID}, header.Get("x-audit-event-id"))
				assert.Equal(t, "AUTH_DENY", e.Action)
				assert.Equal(t, tt.reason, e.Data.DecisionReason)
				assert.Equal(t, method, e.Data.Resource)
				assert.Equal(t, "anonymous", e.Data.Actor)
				assert.Empty(t, e.Tenant)
			})
		}
	}
}

func TestGuardRefusalKeepsWhatWasProved(t *testing.T) {
	s := newService(t, nil)
	s.config.Verify = func(context.Context, string) (context.Context, auditgrpc.Identity, error) {
		return nil, s.ada(), auditgrpc.Deny(audit.AuthReasonScopeMismatch)
	}
	_, err := s.call(unary)
	e := s.only()
	assert.Equal(t, codes.PermissionDenied, status.Code(err))
	assert.Equal(t, "acme", e.Tenant)
	assert.Regexp(t, "^user:", e.Data.Actor)
}

func TestGuardDeniesWhenVerifyMisbehaves(t *testing.T) {
	token := "opaque" + "-value-of-the-caller"
	type verify = func(context.Context, string) (context.Context, auditgrpc.Identity, error)
	tests := []struct {
		name   string
		verify verify
		code   codes.Code
		fault  string
	}{
		{"panic", func(context.Context, string) (context.Context, auditgrpc.Identity, error) { panic(token) }, codes.Internal, "Verify panicked: string"},
		{"nil dereference", func(context.Context, string) (context.Context, auditgrpc.Identity, error) {
			var i *auditgrpc.Identity
			return nil, *i, nil
		}, codes.Internal, "Verify panicked: runtime error: invalid memory address"},
		{"no actor", deny(nil), codes.Unavailable, "neither an actor nor an error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			s.config.Verify = tt.verify
			s.handler = func(context.Context) error { t.Error("handler reached"); return nil }
			_, err := s.call(unary)
			e := s.only()
			assert.Equal(t, tt.code, status.Code(err))
			assert.Equal(t, "AUTH_DENY", e.Action)
			assert.Equal(t, "verifier_unavailable", e.Data.DecisionReason)
			require.Len(t, s.faults, 1)
			assert.ErrorContains(t, s.faults[0], tt.fault)
			assert.NotContains(t, s.faults[0].Error(), token)
			assert.NotContains(t, err.Error(), token)
		})
	}
}

func TestGuardContainsPanicOfFailed(t *testing.T) {
	s := newService(t, nil)
	s.config.Verify = deny(errors.New("down"))
	s.config.Failed = func(error) { panic("reporter") }
	_, err := s.call(unary)
	assert.Equal(t, codes.Unavailable, status.Code(err))
	assert.Equal(t, "AUTH_DENY", s.only().Action)
}

func TestGuardUnknownMethodIsOnRecord(t *testing.T) {
	s := newService(t, nil)
	_, err := s.call(unknown)
	e := s.only()
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	assert.Equal(t, "AUTH_ALLOW", e.Action)
	assert.Equal(t, "unmatched", e.Data.Resource, "the client's text is no method")
}

func TestGuardVerifyPassesClaimsOn(t *testing.T) {
	type claimsKey struct{}
	for _, method := range []string{unary, watch} {
		t.Run(method, func(t *testing.T) {
			s := newService(t, nil)
			s.config.Verify = func(ctx context.Context, called string) (context.Context, auditgrpc.Identity, error) {
				assert.Equal(t, method, called)
				assert.Equal(t, "r-7", audit.RequestFrom(ctx).ID.String())
				md, _ := metadata.FromIncomingContext(ctx)
				assert.Equal(t, []string{"r-7"}, md.Get("x-request-id"))
				return context.WithValue(ctx, claimsKey{}, "reader"), s.ada(), nil
			}
			var got any
			s.handler = func(ctx context.Context) error { got = ctx.Value(claimsKey{}); return nil }
			_, err := s.call(method, "x-request-id", "r-7")
			require.NoError(t, err)
			assert.Equal(t, "reader", got)
		})
	}
}

func TestGuardErrorOfHandlerPasses(t *testing.T) {
	s := newService(t, nil)
	s.handler = func(context.Context) error { return status.Error(codes.NotFound, "no such run") }
	_, err := s.call(unary)
	assert.Equal(t, codes.NotFound, status.Code(err))
	assert.Equal(t, "AUTH_ALLOW", s.only().Action)
}

func TestGuardRequestID(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"kept", "abc-123", "^abc-123$"},
		{"absent", "", "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
		{"spaces", "two words", `^\[REJECTED:grammar\]$`},
		{"long", strings.Repeat("x", 1<<12), "^x{128}$"},
		{"address", "ada@example.com", `^\[EMAIL\]$`},
		{"secret", strings.Join([]string{"AK", "IA", "QYLPMN5HHHFPZAM2"}, ""), "."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			var pairs []string
			if tt.value != "" {
				pairs = []string{"x-request-id", tt.value}
			}
			header, err := s.call(unary, pairs...)
			require.NoError(t, err)
			require.Len(t, header.Get("x-request-id"), 1)
			assert.Regexp(t, tt.want, header.Get("x-request-id")[0])
			if tt.name != "address" {
				assert.Equal(t, s.only().Data.RequestID, header.Get("x-request-id")[0], "the client is told what is on record")
			}
		})
	}
}

func TestGuardIgnoresAmbiguousTrace(t *testing.T) {
	for name, pairs := range map[string][]string{
		"two":     {"traceparent", trace, "traceparent", trace},
		"invalid": {"traceparent", strings.ToUpper(trace)},
		"none":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			_, err := s.call(unary, pairs...)
			require.NoError(t, err)
			assert.Empty(t, s.only().Traceparent)
		})
	}
}

func TestGuardOrigin(t *testing.T) {
	const proxy = "10.0.0.1:80"
	tests := []struct {
		name, peer string
		forwarded  []string
		proxies    int
		want       string
	}{
		{"peer", "198.51.100.7:4711", []string{"203.0.113.9"}, 0, "198.51.100.7"},
		{"IPv6 peer", "[2001:db8::7]:4711", nil, 0, "2001:db8::7"},
		{"no address", "@", nil, 0, ""},
		{"one proxy, forged entries", proxy, []string{"1.1.1.1, 2.2.2.2, 203.0.113.9"}, 1, "203.0.113.9"},
		{"two proxies, two values", proxy, []string{"1.1.1.1, 203.0.113.9", "10.0.0.2"}, 2, "203.0.113.9"},
		{"IPv6 in brackets", proxy, []string{"[2001:db8::9]"}, 1, "2001:db8::9"},
		{"port and zone", proxy, []string{"[fe80::9%eth0]:443"}, 1, "fe80::9"},
		{"none given", proxy, nil, 1, "10.0.0.1"},
		{"too few entries", proxy, []string{"203.0.113.9"}, 2, "10.0.0.1"},
		{"no address between", proxy, []string{"203.0.113.9, _hidden, 10.0.0.2"}, 2, "10.0.0.1"},
		{"brackets around IPv4", proxy, []string{"[203.0.113.9]"}, 1, "10.0.0.1"},
		{"long entry", proxy, []string{"fe80::9%" + strings.Repeat("z", 1<<12)}, 1, "10.0.0.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			s.peer, s.config.TrustedProxies = tt.peer, tt.proxies
			var pairs []string
			for _, f := range tt.forwarded {
				pairs = append(pairs, "x-forwarded-for", f)
			}
			_, err := s.call(unary, pairs...)
			require.NoError(t, err)
			assert.Equal(t, tt.want, s.only().Data.Origin.Addr)
		})
	}
}

func TestGuardWithoutAudit(t *testing.T) {
	missing := deny(auditgrpc.Deny(audit.AuthReasonMissing))
	tests := []struct {
		name   string
		change func(*auditgrpc.Config)
		code   codes.Code
	}{
		{"allow is refused", func(*auditgrpc.Config) {}, codes.Unavailable},
		{"allow is served when said so", func(c *auditgrpc.Config) { c.ServeUnaudited = true }, codes.OK},
		{"deny stays a deny", func(c *auditgrpc.Config) { c.Verify = missing }, codes.Unauthenticated},
		{"deny stays a deny when said so", func(c *auditgrpc.Config) { c.Verify = missing; c.ServeUnaudited = true }, codes.Unauthenticated},
	}
	for _, tt := range tests {
		for _, method := range []string{unary, watch} {
			t.Run(tt.name+method, func(t *testing.T) {
				s := newService(t, nil)
				tt.change(&s.config)
				served := false
				s.handler = func(context.Context) error { served = true; return nil }
				require.NoError(t, s.trail.Close(context.Background()))
				header, err := s.call(method)
				assert.Equal(t, tt.code, status.Code(err))
				assert.Equal(t, tt.code == codes.OK, served)
				assert.Empty(t, header.Get("x-audit-event-id"), "there is no event")
				require.Len(t, s.faults, 1)
				assert.ErrorIs(t, s.faults[0], audit.ErrClosed)
			})
		}
	}
}

func TestGuardStrictViolationIsAccepted(t *testing.T) {
	s := newService(t, func(c *audit.Config) { c.Strict = true })
	token := strings.Join([]string{"eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJhZGEifQ", strings.Repeat("c2ln", 11)}, ".")
	header, err := s.call(unary, "x-request-id", token)
	e := s.only()
	require.NoError(t, err, "the event is accepted, so the caller is served")
	require.NotEmpty(t, e.Data.Redactions)
	assert.Equal(t, []string{e.ID}, header.Get("x-audit-event-id"))
	assert.NotContains(t, header.Get("x-request-id")[0], token)
}

func TestGuardRequireReady(t *testing.T) {
	var broken atomic.Bool
	failed := make(chan struct{})
	var once sync.Once
	s := newService(t, func(c *audit.Config) {
		inner := c.Routes[0].Sink
		c.Routes[0].Sink = audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if broken.Load() {
				return errors.New("destination gone")
			}
			return inner.Deliver(ctx, batch)
		})
		c.Hooks = &audit.Hooks{Failed: func(string, error) { once.Do(func() { close(failed) }) }}
	})
	s.config.RequireReady = true
	_, err := s.call(unary)
	require.NoError(t, err)
	broken.Store(true)
	_, _ = s.call(unary) // its event shows that the route fails
	<-failed
	require.Eventually(t, func() bool { return !s.trail.Health().Ready() }, 10*time.Second, time.Millisecond)
	header, err := s.call(unary)
	assert.Equal(t, codes.Unavailable, status.Code(err))
	assert.Len(t, header.Get("x-audit-event-id"), 1, "the event is written all the same")
}

func TestGuardTimeoutBoundsCriticalAuth(t *testing.T) {
	var stalled atomic.Bool
	s := newService(t, func(c *audit.Config) {
		c.Critical = []audit.Action{audit.ActionAuthAllow}
		inner := c.Routes[0].Sink
		c.Routes[0].Sink = audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if stalled.Load() {
				<-ctx.Done()
				return ctx.Err()
			}
			return inner.Deliver(ctx, batch)
		})
	})
	s.config.Timeout = 20 * time.Millisecond
	s.handler = func(context.Context) error { t.Error("handler reached"); return nil }
	stalled.Store(true)
	_, err := s.call(unary)
	assert.Equal(t, codes.Unavailable, status.Code(err))
	require.Len(t, s.faults, 1)
	assert.ErrorIs(t, s.faults[0], audit.ErrUnknown)
}
