package flow_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/flow"
)

func TestDispatch(t *testing.T) {
	begin := func(h *harness) { h.send("POST", tasksPath+"task-1/started", h.task(nil), "") }
	tests := []struct {
		name   string
		before func(*harness)
		body   string
		status int
		want   string
	}{
		{"new", nil, body("task-2", "run-1", 1), 201, "TASK_DISPATCH_ALLOW dispatched task/dispatch:task-2"},
		{"next attempt", nil, body("task-1", "run-1", 2), 201, "TASK_DISPATCH_ALLOW dispatched task/dispatch:task-1"},
		{"same attempt", nil, body("task-1", "run-1", 1), 409, "TASK_DISPATCH_DENY already_exists task/dispatch:task-1"},
		{"into another run", nil, body("task-1", "run-2", 2), 409, "TASK_DISPATCH_DENY already_exists task/dispatch:task-1"},
		{"of a finished task", func(h *harness) { begin(h); h.send("POST", tasksPath+"task-1/completed", h.task(nil), finished) },
			body("task-1", "run-1", 2), 410, "TASK_DISPATCH_DENY task_finished task/dispatch:task-1"},
		{"after a failure", func(h *harness) {
			begin(h)
			h.send("POST", tasksPath+"task-1/completed", h.task(nil), `{"result":"failed"}`)
		}, body("task-1", "run-1", 2), 201, "TASK_DISPATCH_ALLOW dispatched task/dispatch:task-1"},
		{"into a cancelled run", func(h *harness) { _, _, _ = h.call("Cancel", h.service("scheduler"), run1) },
			body("task-2", "run-1", 1), 410, "TASK_DISPATCH_DENY run_cancelled task/dispatch:task-2"},
		{"no JSON", nil, "{", 400, "TASK_DISPATCH_DENY invalid_request task/dispatch:[REJECTED:grammar]"},
		{"no attempt", nil, body("task-2", "run-1", 0), 400, "TASK_DISPATCH_DENY invalid_request task/dispatch:task-2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := seeded(t)
			if tt.before != nil {
				tt.before(h)
				h.trail.Take()
			}
			got := h.dispatch(tt.body)
			entries := h.trail.Take()
			assert.Equal(t, tt.status, got.status)
			require.Equal(t, []string{"AUTH_ALLOW workload_valid POST " + dispatching, tt.want}, said(entries))
			assert.Equal(t, "service:scheduler", entries[1].Actor)
			assert.Equal(t, tt.status != 400, entries[1].Tenant == "acme")
			assert.Equal(t, []string{entries[1].ID.String()}, got.header.Values(flow.EventIDHeader))
			var out struct{ Token string }
			require.NoError(t, json.Unmarshal([]byte(got.body), &out))
			assert.Equal(t, tt.status == 201, out.Token != "")
		})
	}
}

// Not one byte of a task token leaves before its event is accepted.
func TestNoByteLeavesBeforeTheEventIsAccepted(t *testing.T) {
	h := start(t)
	r := httptest.NewRequestWithContext(t.Context(), "POST", dispatching, strings.NewReader(body("task-1", "run-1", 1)))
	r.Header.Set("Authorization", "Bearer "+h.service("scheduler"))
	status, answer := h.trail.FirstByte(t, h.trail.Watch(h.flow), r, audit.ActionOther)
	assert.Equal(t, 201, status)
	assert.Contains(t, answer, "token")
}

func TestDispatchThatCannotBeSigned(t *testing.T) {
	h := start(t, func(c *flow.Config) {
		c.SignTask = func(flow.TaskClaims) (string, error) { return "", errors.New("no access to " + "the-signing-key") }
	})
	got := h.dispatch(body("task-1", "run-1", 1))
	assert.Equal(t, 500, got.status)
	assert.NotContains(t, got.body+h.log.String(), "the-signing-key")
	assert.Equal(t, []string{"AUTH_ALLOW workload_valid POST " + dispatching, "TASK_DISPATCH_DENY signing_failed task/dispatch:task-1"}, said(h.trail.Take()))
}

func TestDispatchedTokenWorksUntilTheNextAttempt(t *testing.T) {
	h := start(t)
	token := func(attempt int) string {
		var out struct{ Token string }
		require.NoError(t, json.Unmarshal([]byte(h.dispatch(body("task-1", "run-1", attempt)).body), &out))
		return out.Token
	}
	first := token(1)
	assert.Equal(t, 204, h.send("POST", tasksPath+"task-1/started", first, "").status)
	second := token(2)
	h.trail.Take()
	assert.Equal(t, 409, h.send("POST", tasksPath+"task-1/completed", first, finished).status)
	assert.Contains(t, said(h.trail.Take()), "TASK_CALLBACK_DENY attempt_mismatch task/completed:task-1")
	assert.Equal(t, 204, h.send("POST", tasksPath+"task-1/started", second, "").status)
}
