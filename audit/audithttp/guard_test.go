package audithttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/redact"
)

// service is a guarded handler whose events are kept in memory.
type service struct {
	t      *testing.T
	trail  *audit.Trail
	config audithttp.Config
	next   http.Handler

	mu     sync.Mutex
	lines  []string
	faults []error
}

// newService lets everybody in as a user of acme; tests change config and next before they serve.
func newService(t *testing.T, change func(*audit.Config)) *service {
	t.Helper()
	s := &service{t: t, next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("served"))
	})}
	c := audit.Config{
		Service: "catalog", Environment: "test", Instance: "one", Volatile: true, Keys: redact.EphemeralKeys(),
		OriginMode: audit.OriginFull,
		Routes:     []audit.Route{{Name: "memory", Sink: audit.SinkFunc(s.deliver), Required: true}},
	}
	if change != nil {
		change(&c)
	}
	var err error
	s.trail, err = audit.Open(c)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.trail.Close(context.Background()) })
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tables/{table}", func(http.ResponseWriter, *http.Request) {})
	s.config = audithttp.Config{
		Trail: s.trail, Operation: audithttp.MuxOperation(mux),
		Verify: func(*http.Request) (audithttp.Identity, error) { return s.ada(), nil },
		Failed: func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.faults = append(s.faults, err)
		},
	}
	return s
}

func (s *service) ada() audithttp.Identity {
	tenant := audit.NewTenant("acme")
	return audithttp.Identity{
		Actor: s.trail.User(tenant, "ada"), Tenant: tenant, Workspace: audit.NewWorkspace("main"), Method: audit.AuthMethodJWT,
	}
}

func (s *service) deliver(_ context.Context, batch []audit.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range batch {
		s.lines = append(s.lines, r.JSON())
	}
	return nil
}

func (s *service) serve(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	guard, err := audithttp.New(s.config)
	require.NoError(s.t, err)
	w := httptest.NewRecorder()
	guard(s.next).ServeHTTP(w, r)
	return w
}

// event is what the tests read of a record.
type event struct {
	ID, Action, Tenant, Workspace, Traceparent string
	Data                                       struct {
		Actor, Resource, DecisionReason, RequestID string
		Origin                                     struct{ Addr, Agent string }
		Details                                    struct{ ClaimedActor string }
		Redactions                                 []struct{ Field, Kind string }
	}
}

// only returns the one event that is not the trail's own.
func (s *service) only() event {
	s.t.Helper()
	require.NoError(s.t, s.trail.Flush(s.t.Context()))
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []event
	for _, line := range s.lines {
		var e event
		require.NoError(s.t, json.Unmarshal([]byte(line), &e))
		if !strings.HasPrefix(e.Action, "TRAIL_") {
			found = append(found, e)
		}
	}
	require.Len(s.t, found, 1, "one AUTH event a request")
	return found[0]
}

func get(target string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func TestNewRefusesIncompleteConfig(t *testing.T) {
	s := newService(t, nil)
	tests := []struct {
		name  string
		spoil func(*audithttp.Config)
		want  string
	}{
		{"trail", func(c *audithttp.Config) { c.Trail = nil }, "audithttp: Config.Trail is nil: open a trail with audit.Open"},
		{"verify", func(c *audithttp.Config) { c.Verify = nil }, "audithttp: Config.Verify is nil: give the func"},
		{"operation", func(c *audithttp.Config) { c.Operation = nil }, "audithttp: Config.Operation is nil: use MuxOperation"},
		{"proxies", func(c *audithttp.Config) { c.TrustedProxies = -1 }, "audithttp: Config.TrustedProxies is negative"},
		{"timeout", func(c *audithttp.Config) { c.Timeout = -1 }, "audithttp: Config.Timeout is negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := s.config
			tt.spoil(&c)
			guard, err := audithttp.New(c)
			assert.ErrorContains(t, err, tt.want)
			assert.Nil(t, guard)
		})
	}
	_, err := audithttp.New(audithttp.Config{})
	assert.Len(t, strings.Split(err.Error(), "\n"), 3, "every fault at once")
}

func TestGuardLetsIn(t *testing.T) {
	s := newService(t, nil)
	var seen audit.Request
	s.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = audit.RequestFrom(r.Context()) })
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	w := s.serve(get("/tables/orders?limit=3", "X-Request-Id", "r-1", "Traceparent", trace, "User-Agent", "PyIceberg/0.9.0 (more)"))
	e := s.only()

	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "AUTH_ALLOW", e.Action)
	assert.Equal(t, "GET /tables/{table}", e.Data.Resource)
	assert.Equal(t, "jwt_valid", e.Data.DecisionReason)
	assert.Regexp(t, "^user:[0-9a-f]{32}$", e.Data.Actor)
	assert.Equal(t, "acme", e.Tenant)
	assert.Equal(t, "main", e.Workspace)
	assert.Equal(t, trace, e.Traceparent)
	assert.Equal(t, "r-1", e.Data.RequestID)
	assert.Equal(t, "192.0.2.1", e.Data.Origin.Addr)
	assert.Equal(t, "PyIceberg/0.9.0", e.Data.Origin.Agent)
	assert.Equal(t, "r-1", w.Header().Get("X-Request-Id"))
	assert.Equal(t, e.ID, w.Header().Get("X-Audit-Event-Id"))
	assert.Equal(t, s.ada().Actor, seen.Actor, "the handler's events name the same caller")
	assert.Equal(t, "r-1", seen.ID.String())
}

func TestGuardRefuses(t *testing.T) {
	deny := audithttp.Deny
	tests := []struct {
		name                          string
		err                           error
		reason                        string
		status                        int
		challenge, retryAfter, header string
	}{
		{"missing", deny(audit.AuthReasonMissing), "missing_token", 401, "Bearer", "", ""},
		{"expired", deny(audit.AuthReasonExpired), "token_expired", 401, `Bearer error="invalid_token"`, "", ""},
		{"bad signature", deny(audit.AuthReasonBadSignature), "bad_signature", 401, `Bearer error="invalid_token"`, "", ""},
		{"wrapped", fmt.Errorf("parse: %w", deny(audit.AuthReasonMalformed)), "malformed_token", 401, `Bearer error="invalid_token"`, "", ""},
		{"unspecified", deny(0), "unspecified", 401, `Bearer error="invalid_token"`, "", ""},
		{"scope", deny(audit.AuthReasonScopeMismatch), "scope_mismatch", 403, `Bearer error="insufficient_scope"`, "", ""},
		{"not allowed", deny(audit.AuthReasonNotAllowed), "not_allowed", 403, `Bearer error="insufficient_scope"`, "", ""},
		{"unavailable", deny(audit.AuthReasonUnavailable), "verifier_unavailable", 503, "", "5", ""},
		{"any other error", errors.New("dial tcp: refused"), "verifier_unavailable", 503, "", "5", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			s.config.Verify = func(*http.Request) (audithttp.Identity, error) { return audithttp.Identity{}, tt.err }
			w := s.serve(get("/tables/orders"))
			e := s.only()

			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, http.StatusText(tt.status)+"\n", w.Body.String(), "the body tells nothing")
			assert.Equal(t, tt.challenge, w.Header().Get("WWW-Authenticate"))
			assert.Equal(t, tt.retryAfter, w.Header().Get("Retry-After"))
			assert.Equal(t, e.ID, w.Header().Get("X-Audit-Event-Id"))
			assert.Equal(t, "AUTH_DENY", e.Action)
			assert.Equal(t, tt.reason, e.Data.DecisionReason)
			assert.Equal(t, "anonymous", e.Data.Actor)
			assert.Empty(t, e.Tenant)
		})
	}
}

func TestGuardRefusalKeepsWhatWasProved(t *testing.T) {
	s := newService(t, nil)
	s.config.Verify = func(*http.Request) (audithttp.Identity, error) {
		return s.ada(), audithttp.Deny(audit.AuthReasonScopeMismatch)
	}
	s.config.Refuse = func(w http.ResponseWriter, _ *http.Request, status int) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"error":{"code":%d}}`, status)
	}
	w := s.serve(get("/tables/orders"))
	e := s.only()
	assert.Equal(t, "acme", e.Tenant)
	assert.Regexp(t, "^user:", e.Data.Actor)
	assert.Equal(t, `{"error":{"code":403}}`, w.Body.String(), "Refuse writes the service's own format")
	assert.NotEmpty(t, w.Header().Get("WWW-Authenticate"))
}

func TestGuardDeniesWhenVerifyMisbehaves(t *testing.T) {
	token := "opaque" + "-value-of-the-caller"
	tests := []struct {
		name   string
		verify func(*http.Request) (audithttp.Identity, error)
		status int
		fault  string
	}{
		{"panic", func(*http.Request) (audithttp.Identity, error) { panic(token) }, 500, "Verify panicked: string"},
		{"nil dereference", func(*http.Request) (audithttp.Identity, error) { var i *audithttp.Identity; return *i, nil }, 500,
			"Verify panicked: runtime error: invalid memory address"},
		{"abort", func(*http.Request) (audithttp.Identity, error) { panic(http.ErrAbortHandler) }, 500, "Verify panicked: *errors.errorString"},
		{"no actor", func(*http.Request) (audithttp.Identity, error) { return audithttp.Identity{}, nil }, 503, "neither an actor nor an error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			s.config.Verify = tt.verify
			s.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("handler reached") })
			w := s.serve(get("/tables/orders"))
			e := s.only()
			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, "AUTH_DENY", e.Action)
			assert.Equal(t, "verifier_unavailable", e.Data.DecisionReason)
			require.Len(t, s.faults, 1)
			assert.ErrorContains(t, s.faults[0], tt.fault)
			assert.NotContains(t, s.faults[0].Error(), token)
		})
	}
}

func TestGuardContainsPanicOfFailed(t *testing.T) {
	s := newService(t, nil)
	s.config.Verify = func(*http.Request) (audithttp.Identity, error) { return audithttp.Identity{}, errors.New("down") }
	s.config.Failed = func(error) { panic("reporter") }
	w := s.serve(get("/tables/orders"))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Equal(t, "AUTH_DENY", s.only().Action)
}

func TestGuardOperationThatMisbehaves(t *testing.T) {
	tests := []struct {
		name      string
		operation func(*http.Request) audit.Operation
	}{
		{"panic", func(*http.Request) audit.Operation { panic("router") }},
		{"zero", func(*http.Request) audit.Operation { return audit.Operation{} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			s.config.Operation = tt.operation
			w := s.serve(get("/tables/orders"))
			assert.Equal(t, http.StatusOK, w.Code)
			assert.Equal(t, "GET unmatched", s.only().Data.Resource)
		})
	}
}

func TestGuardPanicOfHandlerPasses(t *testing.T) {
	s := newService(t, nil)
	s.next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("handler") })
	assert.PanicsWithValue(t, "handler", func() { s.serve(get("/tables/orders")) })
	assert.Equal(t, "AUTH_ALLOW", s.only().Action)
}

func TestGuardVerifyPassesClaimsOn(t *testing.T) {
	type claimsKey struct{}
	s := newService(t, nil)
	s.config.Verify = func(r *http.Request) (audithttp.Identity, error) {
		assert.Equal(t, "r-7", audit.RequestFrom(r.Context()).ID.String())
		*r = *r.WithContext(context.WithValue(r.Context(), claimsKey{}, "reader"))
		return s.ada(), nil
	}
	var got any
	s.next = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Context().Value(claimsKey{}) })
	outer := get("/tables/orders", "X-Request-Id", "r-7")
	s.serve(outer)
	assert.Equal(t, "reader", got)
	assert.Nil(t, outer.Context().Value(claimsKey{}), "the caller's request is left alone")
}

func TestGuardRequestID(t *testing.T) {
	secret := strings.Join([]string{"AK", "IA", "QYLPMN5HHHFPZAM2"}, "")
	tests := []struct {
		name, header, want string
	}{
		{"kept", "abc-123", "^abc-123$"},
		{"absent", "", "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
		{"spaces", "two words", `^\[REJECTED:grammar\]$`},
		{"long", strings.Repeat("x", 1<<20), "^x{128}$"},
		{"address", "ada@example.com", `^\[EMAIL\]$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			r := get("/tables/orders")
			if tt.header != "" {
				r.Header.Set("X-Request-Id", tt.header)
			}
			w := s.serve(r)
			assert.Regexp(t, tt.want, w.Header().Get("X-Request-Id"))
			if tt.name == "absent" {
				id, err := uuid.Parse(s.only().Data.RequestID)
				require.NoError(t, err)
				assert.Equal(t, id.String(), w.Header().Get("X-Request-Id"))
			}
		})
	}
	t.Run("secret never comes back", func(t *testing.T) {
		s := newService(t, nil)
		w := s.serve(get("/tables/orders", "X-Request-Id", "id="+secret))
		assert.Equal(t, s.only().Data.RequestID, w.Header().Get("X-Request-Id"))
	})
}

func TestGuardIgnoresAmbiguousTrace(t *testing.T) {
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for name, headers := range map[string][]string{
		"two":     {"Traceparent", trace, "Traceparent", trace},
		"invalid": {"Traceparent", strings.ToUpper(trace)},
		"none":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			s.serve(get("/tables/orders", headers...))
			assert.Empty(t, s.only().Traceparent)
		})
	}
}

func TestGuardKeepsOuterRequest(t *testing.T) {
	s := newService(t, nil)
	ctx := audit.WithRequest(context.Background(), audit.Request{ID: audit.NewRequestID("outer"), Actor: audit.Service("edge")})
	s.serve(get("/tables/orders", "X-Request-Id", "inner").WithContext(ctx))
	e := s.only()
	assert.Equal(t, "outer", e.Data.RequestID)
	assert.Equal(t, "service:edge", e.Data.Actor, "the first actor stays")
}

func TestGuardRefusalUnderOuterActor(t *testing.T) {
	s := newService(t, nil)
	s.config.Verify = func(*http.Request) (audithttp.Identity, error) {
		return audithttp.Identity{}, audithttp.Deny(audit.AuthReasonNotAllowed)
	}
	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Service("edge")})
	s.serve(get("/tables/orders").WithContext(ctx))
	e := s.only()
	assert.Equal(t, "service:edge", e.Data.Actor)
	assert.Empty(t, e.Data.Details.ClaimedActor, "nobody claimed to be anonymous")
}

// closed makes Emit fail without a trace.
func closed(t *testing.T, s *service) {
	t.Helper()
	require.NoError(t, s.trail.Close(context.Background()))
}

func TestGuardWithoutAudit(t *testing.T) {
	deny := func(*http.Request) (audithttp.Identity, error) {
		return audithttp.Identity{}, audithttp.Deny(audit.AuthReasonMissing)
	}
	tests := []struct {
		name   string
		change func(*audithttp.Config)
		status int
		body   string
	}{
		{"allow is refused", func(*audithttp.Config) {}, 503, "Service Unavailable\n"},
		{"allow is served when said so", func(c *audithttp.Config) { c.ServeUnaudited = true }, 200, "served"},
		{"deny stays a deny", func(c *audithttp.Config) { c.Verify = deny }, 401, "Unauthorized\n"},
		{"deny stays a deny when said so", func(c *audithttp.Config) { c.Verify = deny; c.ServeUnaudited = true }, 401, "Unauthorized\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			tt.change(&s.config)
			closed(t, s)
			w := s.serve(get("/tables/orders"))
			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, tt.body, w.Body.String())
			assert.Empty(t, w.Header().Get("X-Audit-Event-Id"), "there is no event")
			require.Len(t, s.faults, 1)
			assert.ErrorIs(t, s.faults[0], audit.ErrClosed)
			assert.Equal(t, tt.status == 503, w.Header().Get("Retry-After") != "")
		})
	}
}

func TestGuardStrictViolationIsAccepted(t *testing.T) {
	s := newService(t, func(c *audit.Config) { c.Strict = true })
	token := strings.Join([]string{"eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJhZGEifQ", strings.Repeat("c2ln", 11)}, ".")
	w := s.serve(get("/tables/orders", "X-Request-Id", token))
	e := s.only()
	require.NotEmpty(t, e.Data.Redactions)
	assert.Equal(t, http.StatusOK, w.Code, "the event is accepted, so the caller is served")
	assert.Equal(t, e.ID, w.Header().Get("X-Audit-Event-Id"))
	assert.NotContains(t, w.Header().Get("X-Request-Id"), token)
}

func TestGuardRequireReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken bool
		var mu sync.Mutex
		s := newService(t, func(c *audit.Config) {
			inner := c.Routes[0].Sink
			c.Routes[0].Sink = audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
				mu.Lock()
				defer mu.Unlock()
				if broken {
					return errors.New("destination gone")
				}
				return inner.Deliver(ctx, batch)
			})
		})
		s.config.RequireReady = true
		assert.Equal(t, 200, s.serve(get("/tables/orders")).Code)
		mu.Lock()
		broken = true
		mu.Unlock()
		s.serve(get("/tables/orders")) // its event shows that the route fails
		<-time.After(time.Second)
		w := s.serve(get("/tables/orders"))
		assert.Equal(t, 503, w.Code)
		assert.NotEmpty(t, w.Header().Get("X-Audit-Event-Id"), "the event is written all the same")
		mu.Lock()
		broken = false
		mu.Unlock()
		<-time.After(time.Minute)
		assert.Equal(t, 200, s.serve(get("/tables/orders")).Code)
	})
}

func TestGuardTimeoutBoundsCriticalAuth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stalled bool
		var mu sync.Mutex
		s := newService(t, func(c *audit.Config) {
			c.Critical = []audit.Action{audit.ActionAuthAllow}
			inner := c.Routes[0].Sink
			c.Routes[0].Sink = audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
				mu.Lock()
				stop := stalled
				mu.Unlock()
				if stop {
					<-ctx.Done()
					return ctx.Err()
				}
				return inner.Deliver(ctx, batch)
			})
		})
		mu.Lock()
		stalled = true
		mu.Unlock()
		start := time.Now()
		w := s.serve(get("/tables/orders"))
		assert.Equal(t, 503, w.Code)
		assert.Equal(t, 5*time.Second, time.Since(start))
		require.Len(t, s.faults, 1)
		assert.ErrorIs(t, s.faults[0], audit.ErrUnknown)
		over, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.trail.Close(over)
	})
}
