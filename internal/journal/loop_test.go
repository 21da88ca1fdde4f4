package journal

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
)

// TestSyncEvery: a record that nobody waits for is durable SyncEvery after it came at the latest, whatever the committer
// did when it came; and while records come one after another, none has to wake the committer.
func TestSyncEvery(t *testing.T) {
	for after := time.Duration(0); after < 130*time.Millisecond; after += 7 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			j, err := Open(Options{FS: faultfs.New(), Dir: "/d", Trail: crashTrail, MaxPayload: 256, SegmentBytes: 4 << 10, Reserve: 2 << 10})
			require.NoError(t, err)
			woken := 0
			appendOne := func() uint64 {
				j.mu.Lock()
				if !j.looking {
					woken++
				}
				j.mu.Unlock()
				seq, err := j.Append(t.Context(), &Entry{Payload: make([]byte, 30), Slot: 0})
				require.NoError(t, err)
				return seq
			}
			appendOne()
			<-time.After(after)
			seq := appendOne()
			<-time.After(50 * time.Millisecond)
			synctest.Wait()
			assert.Greater(t, j.Synced(), seq, "%v after the one before", after)
			woken = 0
			for range 50 {
				<-time.After(20 * time.Millisecond)
				appendOne()
			}
			assert.LessOrEqual(t, woken, 1)
			<-time.After(time.Second)
			woken = 0
			appendOne()
			assert.Equal(t, 1, woken, "it sleeps when nothing comes")
			require.NoError(t, j.Close(t.Context()))
		})
	}
}

// TestWhoWaitsIsNotHeldUp: a record that somebody waits for is written at once, whatever the committer does when it comes
// and whether others are queued.
func TestWhoWaitsIsNotHeldUp(t *testing.T) {
	for after := time.Duration(0); after < 130*time.Millisecond; after += 7 * time.Millisecond {
		for queued := range 3 {
			synctest.Test(t, func(t *testing.T) {
				j, err := Open(Options{FS: faultfs.New(), Dir: "/d", Trail: crashTrail, MaxPayload: 256, SegmentBytes: 4 << 10, Reserve: 2 << 10})
				require.NoError(t, err)
				e := func() *Entry { return &Entry{Payload: make([]byte, 30), Slot: 0} }
				_, err = j.AppendDurable(t.Context(), e())
				require.NoError(t, err)
				<-time.After(after)
				for range queued {
					_, err := j.Append(t.Context(), e())
					require.NoError(t, err)
				}
				synctest.Wait()
				start := time.Now()
				_, err = j.AppendDurable(t.Context(), e())
				require.NoError(t, err)
				assert.Zero(t, time.Since(start), "%v after a batch, %d queued", after, queued)
				require.NoError(t, j.Close(t.Context()))
			})
		}
	}
}
