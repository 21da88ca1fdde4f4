package flow_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/examples/flow"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/redact"
)

const (
	tasksPath   = "/api/v1/tasks/"
	dispatching = "/internal/v1/tasks"
	finished    = `{"result":"succeeded"}`
)

func TestNewRefuses(t *testing.T) {
	h := start(t)
	tests := []struct {
		name  string
		spoil func(*flow.Config)
		want  string
	}{
		{"no trail", func(c *flow.Config) { c.Trail = nil }, "Config.Trail is nil"},
		{"no telemetry", func(c *flow.Config) { c.Telemetry = nil }, "Config.Telemetry is nil"},
		{"task key", func(c *flow.Config) { c.TaskKey = redact.NewSecret([]byte("short")) }, "Config.TaskKey is too short"},
		{"service key", func(c *flow.Config) { c.ServiceKey = redact.Secret[[]byte]{} }, "Config.ServiceKey is too short"},
		{"one key", func(c *flow.Config) { c.ServiceKey = c.TaskKey }, "Config.ServiceKey is TaskKey"},
		{"nobody", func(c *flow.Config) { c.Services = nil }, "Config.Services is empty"},
		{"no name", func(c *flow.Config) { c.Services = []string{""} }, "Config.Services[0] is no name"},
		{"life", func(c *flow.Config) { c.TokenTTL = -1 }, "Config.TokenTTL is negative"},
		{"patience", func(c *flow.Config) { c.Patience = -1 }, "Config.Patience is negative"},
		{"proxies", func(c *flow.Config) { c.TrustedProxies = -1 }, "Config.TrustedProxies is negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := h.config()
			tt.spoil(&c)
			f, err := flow.New(c)
			assert.ErrorContains(t, err, tt.want)
			assert.Nil(t, f)
		})
	}
}

func TestAuthenticationOfTasks(t *testing.T) {
	h := seeded(t)
	tests := []struct{ name, token, reason string }{
		{"none", "", "missing_token"},
		{"no token of ours", "opaque", "malformed_token"},
		{"signed by another key", func() string { h := *h; h.taskKey = key(); return h.task(nil) }(), "bad_signature"},
		{"of a service", h.service("scheduler"), "bad_signature"},
		{"expired", h.task(func(c *flow.TaskClaims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Hour)) }), "token_expired"},
		{"not yet", h.task(func(c *flow.TaskClaims) { c.NotBefore = jwt.NewNumericDate(time.Now().Add(time.Hour)) }), "token_not_yet_valid"},
		{"issued in the future", h.task(func(c *flow.TaskClaims) { c.IssuedAt = jwt.NewNumericDate(time.Now().Add(time.Hour)) }), "invalid_token"},
		{"other audience", h.task(func(c *flow.TaskClaims) { c.Audience = jwt.ClaimStrings{flow.ServiceAudience} }), "wrong_audience"},
		{"other issuer", h.task(func(c *flow.TaskClaims) { c.Issuer = "x" }), "wrong_issuer"},
		{"no attempt", h.task(func(c *flow.TaskClaims) { c.Attempt = 0 }), "malformed_token"},
		{"no run", h.task(func(c *flow.TaskClaims) { c.RunID = "" }), "malformed_token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := h.send("POST", tasksPath+"task-1/started", tt.token, "")
			entries := h.trail.Take()
			assert.Equal(t, 401, got.status)
			require.Equal(t, []string{"AUTH_DENY " + tt.reason + " POST /api/v1/tasks/{task_id}/started"}, said(entries))
			assert.Equal(t, "anonymous", entries[0].Actor)
			assert.Equal(t, entries[0].ID.String(), got.header.Get(flow.EventIDHeader))
		})
	}
}

func TestAuthenticationOfServices(t *testing.T) {
	h := start(t)
	tests := []struct {
		name, token   string
		status        int
		actor, reason string
	}{
		{"allowed", h.service("compactor"), 400, "service:compactor", "workload_valid"},
		{"not in the allowlist", h.service("reporter"), 403, "service:reporter", "not_allowed"},
		{"no name", h.service("re porter"), 401, "anonymous", "malformed_token"},
		{"task token", h.task(nil), 401, "anonymous", "bad_signature"},
		{"none", "", 401, "anonymous", "missing_token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := h.send("POST", dispatching, tt.token, "{}")
			entries := h.trail.Take()
			assert.Equal(t, tt.status, got.status)
			require.NotEmpty(t, entries)
			assert.Equal(t, tt.reason+" POST "+dispatching, entries[0].Reason+" "+entries[0].Resource)
			assert.Equal(t, tt.actor, entries[0].Actor)
			if tt.status != 400 {
				assert.Len(t, entries, 1)
			}

			_, header, err := h.call("Get", tt.token, run1)
			entries = h.trail.Take()
			require.Equal(t, []string{tt.reason + " /arco.flow.v1.Runs/Get"}, []string{entries[0].Reason + " " + entries[0].Resource})
			assert.Len(t, entries, 1, "a read is an AUTH event only")
			assert.Equal(t, tt.actor, entries[0].Actor)
			assert.Equal(t, map[int]codes.Code{400: codes.NotFound, 403: codes.PermissionDenied, 401: codes.Unauthenticated}[tt.status], status.Code(err))
			assert.Equal(t, []string{entries[0].ID.String()}, header.Get("x-audit-event-id"))
		})
	}
}

func TestCallback(t *testing.T) {
	const id = "task-1"
	begin := func(h *harness) {
		require.Equal(h.t, 204, h.send("POST", tasksPath+"task-1/started", h.task(nil), "").status)
	}
	end := func(h *harness) {
		begin(h)
		require.Equal(h.t, 204, h.send("POST", tasksPath+"task-1/completed", h.task(nil), finished).status)
	}
	cancel := func(h *harness) {
		_, _, err := h.call("Cancel", h.service("scheduler"), run1)
		require.NoError(h.t, err)
	}
	with := func(change func(*flow.TaskClaims)) func(*flow.TaskClaims) { return change }
	tests := []struct {
		name, path, operation string
		before                func(*harness)
		claims                func(*flow.TaskClaims)
		body                  string
		status                int
		want                  string
	}{
		{"started", id, "started", nil, nil, "", 204, "TASK_CALLBACK_ALLOW accepted task/started:task-1"},
		{"heartbeat", id, "heartbeat", begin, nil, "", 204, "TASK_HEARTBEAT_ALLOW accepted task/heartbeat:task-1"},
		{"succeeded", id, "completed", begin, nil, finished, 204, "TASK_CALLBACK_ALLOW accepted task/completed:task-1"},
		{"failed", id, "completed", begin, nil, `{"result":"failed"}`, 204, "TASK_CALLBACK_ALLOW accepted task/completed:task-1"},
		{"other task", "task-2", "started", nil, nil, "", 401, "TASK_CALLBACK_DENY task_mismatch task/started:task-2"},
		{"no such task", "task-2", "started", nil, with(func(c *flow.TaskClaims) { c.TaskID = "task-2" }), "", 404, "TASK_CALLBACK_DENY task_not_found task/started:task-2"},
		{"other tenant", id, "started", nil, with(func(c *flow.TaskClaims) { c.TenantID = "umbrella" }), "", 401, "TASK_CALLBACK_DENY tenant_mismatch task/started:task-1"},
		{"other workspace", id, "started", nil, with(func(c *flow.TaskClaims) { c.WorkspaceID = "prod" }), "", 401, "TASK_CALLBACK_DENY workspace_mismatch task/started:task-1"},
		{"other run", id, "started", nil, with(func(c *flow.TaskClaims) { c.RunID = "run-2" }), "", 409, "TASK_CALLBACK_DENY run_mismatch task/started:task-1"},
		{"other attempt", id, "heartbeat", nil, with(func(c *flow.TaskClaims) { c.Attempt = 2 }), "", 409, "TASK_HEARTBEAT_DENY attempt_mismatch task/heartbeat:task-1"},
		{"started twice", id, "started", begin, nil, "", 409, "TASK_CALLBACK_DENY already_started task/started:task-1"},
		{"heartbeat too early", id, "heartbeat", nil, nil, "", 409, "TASK_HEARTBEAT_DENY not_started task/heartbeat:task-1"},
		{"completed too early", id, "completed", nil, nil, finished, 409, "TASK_CALLBACK_DENY not_started task/completed:task-1"},
		{"completed twice", id, "completed", end, nil, finished, 410, "TASK_CALLBACK_DENY task_finished task/completed:task-1"},
		{"heartbeat too late", id, "heartbeat", end, nil, "", 410, "TASK_HEARTBEAT_DENY task_finished task/heartbeat:task-1"},
		{"cancelled", id, "started", cancel, nil, "", 410, "TASK_CALLBACK_DENY run_cancelled task/started:task-1"},
		{"no result", id, "completed", begin, nil, `{}`, 400, "TASK_CALLBACK_DENY invalid_request task/completed:task-1"},
		{"result that is none", id, "completed", begin, nil, `{"result":"queued"}`, 400, "TASK_CALLBACK_DENY invalid_request task/completed:task-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := seeded(t)
			if tt.before != nil {
				tt.before(h)
				h.trail.Take()
			}
			tenant := "acme"
			token := h.task(func(c *flow.TaskClaims) {
				if tt.claims != nil {
					tt.claims(c)
				}
				tenant = c.TenantID
			})
			got := h.send("POST", tasksPath+tt.path+"/"+tt.operation, token, tt.body, "X-Request-Id", "r-3")
			entries := h.trail.Take()
			assert.Equal(t, tt.status, got.status)
			require.Equal(t, []string{authOf(tt.operation), tt.want}, said(entries))
			for _, e := range entries {
				assert.Equal(t, tenant, e.Tenant, "the tenant that the token proves")
				assert.Equal(t, "tenant:"+tenant, e.Actor)
				assert.Equal(t, "r-3", e.RequestID)
			}
			assert.Equal(t, []string{entries[1].ID.String()}, got.header.Values(flow.EventIDHeader))
		})
	}
}

var label = regexp.MustCompile(`([a-zA-Z_]+)="`)

func TestMetricsNameNobody(t *testing.T) {
	h := seeded(t)
	require.Equal(t, 204, h.send("GET", "/readyz", "", "").status)
	h.send("POST", tasksPath+"task-1/started", h.task(nil), "")
	h.send("POST", tasksPath+"task-1/completed", h.task(func(c *flow.TaskClaims) { c.TenantID = "umbrella" }), finished)
	h.send("POST", tasksPath+"task-1/completed", h.task(nil), finished)
	_, _, _ = h.call("Cancel", h.service("scheduler"), run1)
	text := h.send("GET", "/metrics", "", "").body
	assert.Contains(t, text, `arco_flow_transitions_total{from_state="queued",to_state="running"} 1`)
	assert.Contains(t, text, `arco_flow_decisions_total{operation="completed",reason="tenant",result="deny"} 1`)
	assert.Contains(t, text, "arco_audit_ready_ratio 1")
	own := []string{"state", "from_state", "to_state", "operation", "queue", "result", "handler", "controller", "lane", "status", "source", "reason", "endpoint"}
	trail := []string{"action", "outcome", "reason", "route"}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		allowed := own
		if strings.HasPrefix(line, "arco_audit_") {
			allowed = trail
		}
		for _, found := range label.FindAllStringSubmatch(line, -1) {
			assert.True(t, slices.Contains(allowed, found[1]), "label %s: %s", found[1], line)
		}
		for _, name := range []string{"acme", "umbrella", "main\"", "run-1", "task-1", "scheduler"} {
			assert.NotContains(t, line, name)
		}
	}
}

func TestSecretsGoNowhere(t *testing.T) {
	h := seeded(t)
	var g servicetest.Garden
	good, service := h.task(nil), h.service("scheduler")
	answers := ""
	keep := func(a answer) {
		b, err := json.Marshal(a.header)
		require.NoError(t, err)
		answers += string(b) + a.body
	}
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	started := tasksPath + "task-1/started"
	for range 11 { // every kind of secret in every place
		keep(h.send("POST", started, g.Next(), ""))
		keep(h.send("POST", started+"?q="+url.QueryEscape(g.Next()), good, "", "X-Request-Id", g.Next(), "User-Agent", g.Next(), "Traceparent", g.Next()))
		keep(h.send("POST", tasksPath+url.PathEscape(g.Next())+"/heartbeat", good, ""))
		keep(h.send("POST", tasksPath+"task-1/completed", good, `{"result":`+quote(g.Next())+`}`))
		keep(h.send("POST", started, h.task(func(c *flow.TaskClaims) { c.TenantID, c.RunID = g.Next(), g.Next() }), ""))
		keep(h.send("POST", dispatching, h.service(g.Next()), "{}"))
		keep(h.dispatch(`{"taskId":` + quote(g.Next()) + `,"runId":` + quote(g.Next()) + `}`))
		_, header, err := h.call("Cancel", service, map[string]any{"tenant": "acme", "workspace": "main", "run": g.Next()}, "x-request-id", g.Next())
		answers += strings.Join(header.Get("x-request-id"), " ") + err.Error()
		_, _, err = h.call("Get", g.Next(), run1)
		answers += err.Error()
	}
	require.GreaterOrEqual(t, g.Size(), 40)
	g.Keep(good[strings.Index(good, ".")+1:])
	g.Keep(service[strings.Index(service, ".")+1:])
	for place, text := range map[string]string{
		"sink": servicetest.Text(h.trail.Take()), "log": h.log.String() + "\n", "metric": h.send("GET", "/metrics", "", "").body, "response": answers,
	} {
		require.NotEmpty(t, text, place)
		kind, leaked := g.Leak(text)
		assert.False(t, leaked, "a secret of kind %d is in a %s", kind, place)
	}
}

func TestRunRefusesToStart(t *testing.T) {
	good := map[string]string{
		"ARCO_FLOW_LISTEN": "127.0.0.1:0", "ARCO_FLOW_LISTEN_GRPC": "127.0.0.1:0", "ARCO_FLOW_SERVICES": "scheduler",
		"ARCO_FLOW_TASK_KEY": base64.StdEncoding.EncodeToString(key()), "ARCO_FLOW_SERVICE_KEY": base64.StdEncoding.EncodeToString(key()),
		"ARCO_AUDIT_SERVICE": "flow", "ARCO_AUDIT_ENVIRONMENT": "test", "ARCO_AUDIT_VOLATILE": "true", "ARCO_AUDIT_KEYS": "ephemeral",
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct{ name, variable, value, want string }{
		{"whole", "", "", ""},
		{"no service name", "ARCO_AUDIT_SERVICE", "", "Config.Service is empty"},
		{"no durability", "ARCO_AUDIT_VOLATILE", "", "Config.Dir is empty"},
		{"no keys", "ARCO_AUDIT_KEYS", "", "Config.Keys is unset"},
		{"no services", "ARCO_FLOW_SERVICES", "", "Config.Services[0] is no name"},
		{"key", "ARCO_FLOW_TASK_KEY", "%", "ARCO_FLOW_TASK_KEY is not standard base64"},
		{"address", "ARCO_FLOW_LISTEN", "256.0.0.1:x", "ARCO_FLOW_LISTEN"},
		{"gRPC address", "ARCO_FLOW_LISTEN_GRPC", "256.0.0.1:x", "ARCO_FLOW_LISTEN_GRPC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, log bytes.Buffer
			err := flow.Run(ended, func(name string) string {
				if name == tt.variable {
					return tt.value
				}
				return good[name]
			}, &out, &log)
			if tt.want == "" {
				require.NoError(t, err)
				assert.Contains(t, out.String(), "TRAIL_CLOSED")
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
