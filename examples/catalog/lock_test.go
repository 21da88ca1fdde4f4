package catalog

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLocksExclude(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocks()
		release, err := l.acquire(t.Context(), "b", "a", "b")
		require.NoError(t, err)
		got := make(chan struct{})
		go func() {
			again, err := l.acquire(t.Context(), "b", "c")
			assert.NoError(t, err)
			close(got)
			again()
		}()
		synctest.Wait()
		select {
		case <-got:
			t.Fatal("a held name was acquired")
		default:
		}
		release()
		<-got
	})
}

func TestLocksGiveUpWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocks()
		release, err := l.acquire(t.Context(), "b")
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = l.acquire(ctx, "a", "b")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		again, err := l.acquire(t.Context(), "a")
		require.NoError(t, err, "what was acquired before giving up is released")
		again()
		release()
	})
}
