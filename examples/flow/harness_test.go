package flow_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/flow"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/redact"
)

// harness is a service on a port, its gRPC server in memory, and what both left behind.
type harness struct {
	t                   *testing.T
	trail               *servicetest.Trail
	log                 *servicetest.Log
	taskKey, serviceKey []byte
	flow                *flow.Flow
	server              *httptest.Server
	conn                *grpc.ClientConn
}

func key() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}

func (h *harness) config() flow.Config {
	return flow.Config{
		Trail: h.trail.Trail, Telemetry: h.trail.Telemetry, Services: []string{"scheduler", "compactor"},
		TaskKey: redact.NewSecret(h.taskKey), ServiceKey: redact.NewSecret(h.serviceKey), Log: slog.New(slog.NewJSONHandler(h.log, nil)),
	}
}

func start(t *testing.T, change ...func(*flow.Config)) *harness {
	t.Helper()
	h := &harness{t: t, trail: servicetest.Open(t, "flow"), log: &servicetest.Log{}, taskKey: key(), serviceKey: key()}
	var err error
	c := h.config()
	for _, one := range change {
		one(&c)
	}
	h.flow, err = flow.New(c)
	require.NoError(t, err)
	h.server = httptest.NewServer(h.trail.Watch(h.flow))
	t.Cleanup(h.server.Close)
	server := h.flow.NewServer(grpc.StatsHandler(h.trail.Calls()))
	listener := bufconn.Listen(1 << 16)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	h.conn, err = grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(t, err)
	t.Cleanup(func() { _ = h.conn.Close() })
	return h
}

// seeded has one queued task, and no events.
func seeded(t *testing.T, change ...func(*flow.Config)) *harness {
	t.Helper()
	h := start(t, change...)
	require.Equal(t, 201, h.dispatch(body("task-1", "run-1", 1)).status)
	h.trail.Take()
	return h
}

func registered(audience, subject string) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{Issuer: flow.Issuer, Audience: jwt.ClaimStrings{audience}, Subject: subject, ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Hour))}
}

// task signs the token of task-1 after a change.
func (h *harness) task(change func(*flow.TaskClaims)) string {
	h.t.Helper()
	c := flow.TaskClaims{RegisteredClaims: registered(flow.TaskAudience, ""), TaskID: "task-1", TenantID: "acme", WorkspaceID: "main", RunID: "run-1", Attempt: 1}
	if change != nil {
		change(&c)
	}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(h.taskKey)
	require.NoError(h.t, err)
	return signed
}

// service signs the token of an internal service.
func (h *harness) service(name string) string {
	h.t.Helper()
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, registered(flow.ServiceAudience, name)).SignedString(h.serviceKey)
	require.NoError(h.t, err)
	return signed
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (h *harness) send(method, path, token, body string, headers ...string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, strings.NewReader(body))
	require.NoError(h.t, err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w, err := h.server.Client().Do(r)
	require.NoError(h.t, err)
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	require.NoError(h.t, err)
	return answer{w.StatusCode, w.Header, string(b)}
}

func body(task, run string, attempt int) string {
	b, _ := json.Marshal(map[string]any{"taskId": task, "tenantId": "acme", "workspaceId": "main", "runId": run, "attempt": attempt})
	return string(b)
}

func (h *harness) dispatch(body string) answer {
	h.t.Helper()
	return h.send("POST", dispatching, h.service("scheduler"), body)
}

// call makes a gRPC call as the scheduler.
func (h *harness) call(method, token string, in map[string]any, pairs ...string) (*structpb.Struct, metadata.MD, error) {
	h.t.Helper()
	message, err := structpb.NewStruct(in)
	require.NoError(h.t, err)
	ctx := metadata.AppendToOutgoingContext(h.t.Context(), append([]string{"authorization", "Bearer " + token}, pairs...)...)
	out, header := &structpb.Struct{}, metadata.MD{}
	if method == "Cancel" {
		return nil, header, h.conn.Invoke(ctx, "/"+flow.RunsService+"/Cancel", message, &emptypb.Empty{}, grpc.Header(&header))
	}
	return out, header, h.conn.Invoke(ctx, "/"+flow.RunsService+"/"+method, message, out, grpc.Header(&header))
}

var run1 = map[string]any{"tenant": "acme", "workspace": "main", "run": "run-1"}

func said(entries []auditread.Entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.ActionName+" "+e.Reason+" "+e.Resource)
	}
	return list
}

func authOf(operation string) string {
	return "AUTH_ALLOW task_token_valid POST /api/v1/tasks/{task_id}/" + operation
}
