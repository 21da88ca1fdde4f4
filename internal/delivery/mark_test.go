package delivery

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// valid reports whether the waiters are a heap that knows where its members stand.
func (m *mark) valid() bool {
	for i, w := range m.waiters {
		if w.index != i || i > 0 && m.waiters[(i-1)/2].until > w.until || len(w.done) > 0 {
			return false
		}
	}
	return true
}

func TestMarkHeapAgainstAModel(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var m mark
		model := map[*waiter]uint64{}
		var at uint64
		for range 200 {
			switch n := rng.IntN(10); {
			case n < 6:
				until := at + 1 + rng.Uint64N(50)
				m.mu.Lock()
				w := m.waiter(until)
				m.mu.Unlock()
				model[w] = until
			case n < 9:
				for w := range model {
					require.True(t, m.drop(w), "seed %d", seed)
					require.False(t, m.drop(w), "seed %d", seed)
					delete(model, w)
					break
				}
			default:
				at += rng.Uint64N(20)
				m.set(at)
				for w, until := range model {
					if until <= at {
						require.Len(t, w.done, 1, "seed %d", seed)
						<-w.done
						delete(model, w)
						m.free = append(m.free, w)
					}
				}
			}
			require.True(t, m.valid(), "seed %d", seed)
			require.Len(t, m.waiters, len(model), "seed %d", seed)
		}
	}
}

// A waiter whose context ends while the mark passes must not leave its signal to the next user of its channel.
func TestMarkReusedWaitersHoldNoSignal(t *testing.T) {
	var m mark
	var wg sync.WaitGroup
	for i := range uint64(3000) {
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() {
			err := m.wait(ctx, i+1)
			if err == nil {
				assert.GreaterOrEqual(t, m.at.Load(), i+1)
				return
			}
			assert.ErrorIs(t, err, context.Canceled)
		})
		wg.Go(cancel)
		wg.Go(func() { m.set(i + 1) })
	}
	wg.Wait()
	assert.Empty(t, m.waiters)
	for _, w := range m.free {
		assert.Empty(t, w.done)
	}
	assert.LessOrEqual(t, len(m.free), freeWaiters)
}

func TestMarkWaitReturnsTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m mark
		cause := errors.New("client gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() { done <- m.wait(ctx, 1) }()
		synctest.Wait()
		cancel(cause)
		require.ErrorIs(t, <-done, cause)
		m.set(5)
		m.set(1)
		require.NoError(t, m.wait(ctx, 5), "a mark never goes back; what has happened is told whatever the context says")
		m.abandon()
		require.NoError(t, m.wait(t.Context(), 1))
		require.ErrorIs(t, m.wait(t.Context(), 6), ErrAbandoned)
	})
}
