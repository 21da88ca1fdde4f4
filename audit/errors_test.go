package audit_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// broken is an error whose methods panic, as those of a typed nil pointer do.
type broken struct{ cause error }

func (b *broken) Error() string { return b.cause.Error() }

func TestErrorWithPanickingMethodsIsContained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config(audit.Route{Name: "a", Sink: audit.SinkFunc(func(context.Context, []audit.Record) error { return (*broken)(nil) })},
			audit.Route{Name: "b", Sink: audit.SinkFunc(func(context.Context, []audit.Record) error { return audit.Poison((*broken)(nil)) })})
		c.Hooks = &audit.Hooks{Failed: func(_ string, err error) { _ = err.Error() }}
		trail, err := audit.Open(c)
		require.NoError(t, err)
		<-time.After(time.Second)
		assert.NotEmpty(t, trail.Health().Routes[0].LastError)
		err = trail.Close(closing(t, time.Second))
		var undelivered *audit.UndeliveredError
		require.ErrorAs(t, err, &undelivered)
		assert.NotEmpty(t, err.Error())
	})
}

func TestErrorTextsHoldNoMailAndNoControls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		foreign := errors.New("permission denied for bob@example.com\x1b[31m " + strings.Repeat("x", 1<<20))
		var told []string
		kept := &capture{}
		c := config(audit.Route{Name: "a", Sink: audit.SinkFunc(func(context.Context, []audit.Record) error { return foreign })},
			audit.Route{Name: "b", Sink: audit.SinkFunc(func(_ context.Context, b []audit.Record) error {
				if b[0].Action() != audit.ActionEventQuarantined {
					return audit.Poison(foreign)
				}
				return nil
			})}, audit.Route{Name: "c", Sink: kept})
		var mu sync.Mutex
		note := func(_ string, err error) { mu.Lock(); told = append(told, err.Error()); mu.Unlock() }
		c.Hooks = &audit.Hooks{Failed: note, Quarantined: note}
		trail, err := audit.Open(c)
		require.NoError(t, err)
		<-time.After(time.Second)
		note("", errors.New(trail.Health().Routes[0].LastError))
		reports := kept.of(audit.ActionEventQuarantined)
		require.NotEmpty(t, reports)
		note("", errors.New(decode(t, reports[0]).details()["error"].(string)))
		assert.Contains(t, decode(t, reports[0]).redactions(), "details.error email")
		note("", trail.Close(closing(t, time.Second)))
		mu.Lock()
		defer mu.Unlock()
		for _, s := range told {
			assert.NotContains(t, s, "example.com")
			assert.NotContains(t, s, "\x00")
			assert.NotContains(t, s, "\x1b")
			assert.Less(t, len(s), 1024)
			assert.Contains(t, s, "permission denied")
		}
	})
}

func TestUnknownOutcomeHidesTheTextOfTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		token := fakeJWT()
		cause := errors.New("client sent " + token)
		var told error
		c := config(audit.Route{Name: "a", Sink: obeying, Required: true})
		c.StartOffline = true
		c.Hooks = &audit.Hooks{Refused: func(_ string, err error) { told = err }}
		trail, err := audit.Open(c)
		require.NoError(t, err)
		ctx, cancel := context.WithCancelCause(anonymous(t.Context()))
		cancel(cause)
		_, err = trail.Emit(ctx, commit)
		require.ErrorIs(t, err, audit.ErrUnknown)
		require.ErrorIs(t, err, cause)
		require.ErrorIs(t, told, audit.ErrUnknown)
		assert.NotContains(t, err.Error(), token)
		assert.NotContains(t, told.Error(), token)
		require.Error(t, trail.Close(closing(t, time.Second)))
	})
}

func TestThrottledForNoTimeBesideFailedIndices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &capture{}
		first := true
		trail, err := audit.Open(config(audit.Route{Name: "a", Batch: audit.Batch{Linger: time.Second}, Sink: audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			if n := len(b) - 1; first && n > 1 {
				first = false
				return errors.Join(audit.Throttled(0, errors.New("slow down")), audit.Failed(errors.New("no"), n), kept.Deliver(ctx, b[:n]))
			}
			return kept.Deliver(ctx, b)
		})}))
		require.NoError(t, err)
		for range 2 {
			_, err := trail.Emit(anonymous(t.Context()), deny)
			require.NoError(t, err)
		}
		require.NoError(t, trail.Close(t.Context()))
		assert.Len(t, kept.all(), 2, "delivered once")
	})
}
