package audit_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCloseReportsWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := &capture{}
		trail, err := audit.Open(config(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "topic", Sink: obeying}))
		require.NoError(t, err)
		for range 10 {
			_, err := trail.Emit(anonymous(t.Context()), deny)
			require.NoError(t, err)
		}
		start := time.Now()
		err = trail.Close(closing(t, 5*time.Second))
		var undelivered *audit.UndeliveredError
		require.ErrorAs(t, err, &undelivered)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, undelivered.Routes, 1)
		assert.Equal(t, "topic", undelivered.Routes[0].Route)
		assert.EqualValues(t, 12, undelivered.Routes[0].Events)
		assert.Zero(t, undelivered.Routes[0].From)
		assert.InDelta(t, 5, time.Since(start).Seconds(), 0.2, "Close returns by its deadline")
		assert.Len(t, good.all(), 10)
		assert.Equal(t, err, trail.Close(t.Context()), "further calls return the same")
		_, err = trail.Emit(anonymous(t.Context()), deny)
		require.ErrorIs(t, err, audit.ErrClosed)
		assert.True(t, trail.Health().Closed)
		assert.False(t, trail.Health().Ready())
	})
}

func TestCloseReturnsWhileASinkHangs(t *testing.T) {
	block := make(chan struct{})
	defer close(block)
	trail, err := audit.Open(config(audit.Route{Name: "a", Sink: audit.SinkFunc(func(context.Context, []audit.Record) error { <-block; return nil })}))
	require.NoError(t, err)
	waiting := make(chan error, 1)
	go func() { waiting <- trail.Flush(context.Background()) }()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	var undelivered *audit.UndeliveredError
	require.ErrorAs(t, trail.Close(over), &undelivered)
	require.ErrorAs(t, <-waiting, &undelivered, "who waits without a deadline is told that the trail is over")
}

func TestCloseWakesCriticalEmits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "a", Sink: obeying, Required: true})
		c.StartOffline = true
		trail, err := audit.Open(c)
		require.NoError(t, err)
		done := make(chan error, 1)
		go func() { _, err := trail.Emit(anonymous(t.Context()), commit); done <- err }()
		synctest.Wait()
		require.Error(t, trail.Close(closing(t, time.Second)))
		require.ErrorIs(t, <-done, audit.ErrUnknown)
	})
}

// closer is a sink that counts how often it is closed.
type closer struct {
	capture
	closed int
}

func (c *closer) Close() error { c.closed++; return nil }

var _ io.Closer = (*closer)(nil)

func TestCloseClosesSinksAfterTheirLastRecord(t *testing.T) {
	c := &closer{}
	trail, err := audit.Open(config(audit.Route{Name: "a", Sink: c}))
	require.NoError(t, err)
	_, err = trail.Emit(anonymous(t.Context()), deny)
	require.NoError(t, err)
	require.NoError(t, trail.Close(t.Context()))
	assert.Equal(t, 1, c.closed)
	assert.Len(t, c.records, 3)
}
