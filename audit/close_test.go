package audit_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCloseHonoursTheContextOfEveryCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "a", Sink: obeying})
		trail, err := audit.Open(c)
		require.NoError(t, err)
		first, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		done := make(chan error, 1)
		go func() { done <- trail.Close(first) }()
		synctest.Wait()
		start := time.Now()
		var undelivered *audit.UndeliveredError
		require.ErrorAs(t, trail.Close(closing(t, time.Second)), &undelivered)
		assert.InDelta(t, 1, time.Since(start).Seconds(), 0.2)
		stop()
		require.ErrorAs(t, <-done, &undelivered)
	})
}

func TestNilContextIsNoPanic(t *testing.T) {
	trail, c := recording(t)
	var none context.Context
	_, err := trail.Emit(none, deny)
	require.ErrorIs(t, err, audit.ErrInvalid)
	_, err = trail.Emit(audit.WithRequest(none, audit.Request{Actor: audit.Anonymous()}), commit)
	require.NoError(t, err)
	assert.Zero(t, audit.RequestFrom(none))
	require.NoError(t, trail.Flush(none))
	require.NoError(t, trail.Close(none))
	assert.Len(t, c.all(), 1)
}

func TestOpenThatFailsLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	c := config(audit.Route{Name: "a", Sink: obeying, Required: true}, audit.Route{Name: "b", Sink: discard})
	c.StartTimeout = time.Millisecond
	trail, err := audit.Open(c)
	require.Error(t, err)
	assert.Nil(t, trail)
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
	routes := make([]audit.Route, 1100)
	for i := range routes {
		routes[i] = audit.Route{Name: fmt.Sprintf("%060d", i), Sink: discard}
	}
	trail, err = audit.Open(config(routes...))
	require.ErrorContains(t, err, "Config.Routes")
	assert.Nil(t, trail)
}

// shared is a sink that complains of records after its end.
type shared struct {
	capture
	gate   chan struct{}
	closed atomic.Int32
	late   atomic.Int32
}

func (s *shared) Deliver(ctx context.Context, b []audit.Record) error {
	if s.closed.Load() > 0 {
		s.late.Add(1)
	}
	for _, r := range b {
		if r.Action() == audit.ActionIcebergCommitDeny {
			select {
			case <-s.gate:
			case <-ctx.Done():
			}
		}
	}
	return s.capture.Deliver(ctx, b)
}

func (s *shared) Close() error { s.closed.Add(1); return nil }

var _ io.Closer = (*shared)(nil)

func TestSinkOfTwoRoutesIsClosedAfterBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shared{gate: make(chan struct{})}
		trail, err := audit.Open(config(audit.Route{Name: "a", Sink: s, Actions: []audit.Action{audit.ActionIcebergCommitDeny}},
			audit.Route{Name: "b", Sink: s, Actions: []audit.Action{audit.ActionAuthDeny}}))
		require.NoError(t, err)
		ctx := anonymous(t.Context())
		_, err = trail.Emit(ctx, audit.IcebergCommitDeny(audit.NewTable(nil, "t", uuid.Nil), audit.CommitReasonConflict))
		require.NoError(t, err)
		done := make(chan error, 1)
		go func() { done <- trail.Close(ctx) }()
		synctest.Wait()
		assert.Zero(t, s.closed.Load(), "the other route still delivers")
		close(s.gate)
		require.NoError(t, <-done)
		assert.EqualValues(t, 1, s.closed.Load())
		assert.Zero(t, s.late.Load())
	})
}
