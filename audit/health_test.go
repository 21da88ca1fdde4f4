package audit_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHealth(t *testing.T) {
	token := fakeJWT()
	var healed atomic.Bool
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(context.Context, []audit.Record) error {
			if !healed.Load() {
				return audit.Down(errors.New("permission denied for " + token))
			}
			return nil
		})})
		c.StartOffline = true
		trail, err := audit.Open(c)
		require.NoError(t, err)
		<-time.After(time.Second)
		h := trail.Health()
		assert.False(t, h.Ready())
		assert.Equal(t, "down", h.Routes[0].State)
		assert.EqualValues(t, 1, h.Routes[0].Lag)
		assert.Contains(t, h.Routes[0].LastError, "permission denied for [REDACTED:")
		assert.NotContains(t, h.Routes[0].LastError, token)
		healed.Store(true)
		require.NoError(t, trail.Flush(t.Context()))
		h = trail.Health()
		assert.True(t, h.Ready())
		assert.Empty(t, h.Routes[0].LastError)
		assert.Zero(t, h.Routes[0].Lag)
		assert.Equal(t, trail.ID(), h.Trail)
		require.NoError(t, trail.Close(t.Context()))
	})
}

func TestHealthCounts(t *testing.T) {
	trail, _ := recording(t)
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("a b"), Actor: audit.Anonymous()})
	for range 3 {
		_, err := trail.Emit(ctx, deny)
		require.NoError(t, err)
	}
	_, err := trail.Emit(ctx, audit.Event{})
	require.Error(t, err)
	h := trail.Health()
	assert.EqualValues(t, 3, h.Accepted)
	assert.EqualValues(t, 1, h.Refused)
	assert.EqualValues(t, 3, h.Withheld)
	assert.EqualValues(t, 4, h.Next)
}

func TestReadyNeedsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "a", Sink: obeying, Required: true, Deadline: time.Hour})
		c.StartOffline, c.Keep.Bytes = true, 1<<20
		trail, err := audit.Open(c)
		require.NoError(t, err)
		synctest.Wait()
		assert.True(t, trail.Health().Ready())
		for err == nil {
			_, err = trail.Emit(anonymous(t.Context()), deny)
		}
		require.ErrorIs(t, err, audit.ErrFull)
		assert.Zero(t, trail.Health().Routes[0].FailuresRow, "it only hangs")
		assert.False(t, trail.Health().Ready())
		require.Error(t, trail.Close(closing(t, time.Second)))
	})
}
