package flow_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/flow"
)

func TestFailsClosed(t *testing.T) {
	impatient := func(c *flow.Config) { c.Patience = 50 * time.Millisecond }
	stalled := func(h *harness, method, path, token, body string) answer {
		h.trail.Stall()
		got := h.send(method, path, token, body)
		h.trail.Resume()
		h.trail.Take()
		return got
	}
	t.Run("no token leaves", func(t *testing.T) {
		h := seeded(t, impatient)
		got := stalled(h, "POST", dispatching, h.service("scheduler"), body("task-2", "run-1", 1))
		assert.Equal(t, 503, got.status)
		assert.NotContains(t, got.body, "token")
		assert.Empty(t, got.header.Get(flow.EventIDHeader))
		assert.Equal(t, 201, h.dispatch(body("task-2", "run-1", 1)).status, "nothing was queued")
	})
	t.Run("no state changes", func(t *testing.T) {
		h := seeded(t, impatient)
		assert.Equal(t, 503, stalled(h, "POST", tasksPath+"task-1/started", h.task(nil), "").status)
		assert.Equal(t, 204, h.send("POST", tasksPath+"task-1/started", h.task(nil), "").status)
	})
	t.Run("no run is cancelled", func(t *testing.T) {
		h := seeded(t, impatient)
		h.trail.Stall()
		_, _, err := h.call("Cancel", h.service("scheduler"), run1)
		assert.Equal(t, codes.Unavailable, status.Code(err))
		h.trail.Resume()
		h.trail.Take()
		out, _, err := h.call("Get", h.service("scheduler"), run1)
		require.NoError(t, err)
		assert.Equal(t, false, out.AsMap()["cancelled"])
	})
	t.Run("a deny stays a deny", func(t *testing.T) {
		h := seeded(t)
		held := h.trail.Hold(audit.ActionAuthAllow)
		body, end := io.Pipe()
		answers := make(chan *http.Response, 1)
		go func() {
			r, err := http.NewRequestWithContext(t.Context(), "POST", h.server.URL+dispatching, body)
			assert.NoError(t, err)
			r.Header.Set("Authorization", "Bearer "+h.service("scheduler"))
			got, err := h.server.Client().Do(r)
			assert.NoError(t, err)
			answers <- got
		}()
		<-held // the caller is in, and its request is not read yet
		h.trail.Resume()
		require.NoError(t, h.trail.Close(t.Context()))
		_, err := end.Write([]byte("{"))
		require.NoError(t, err)
		require.NoError(t, end.Close())
		got := <-answers
		require.NotNil(t, got)
		defer got.Body.Close()
		assert.Equal(t, 400, got.StatusCode)
		assert.Empty(t, got.Header.Get(flow.EventIDHeader), "there is no event")
		assert.Contains(t, h.log.String(), "the recording of a refusal")
	})
	t.Run("nobody gets in off the record", func(t *testing.T) {
		h := seeded(t)
		require.NoError(t, h.trail.Close(t.Context()))
		assert.Equal(t, 503, h.send("GET", "/readyz", "", "").status)
		assert.Equal(t, 503, h.dispatch(body("task-2", "run-1", 1)).status)
		_, _, err := h.call("Cancel", h.service("scheduler"), run1)
		assert.Equal(t, codes.Unavailable, status.Code(err))
	})
}
