package journal_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

func TestTagComesBackFromTheTail(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	r, err := j.Route("a", journal.StartOldest, true)
	require.NoError(t, err)
	for n := range 300 {
		e := entry(n)
		e.Tag = journal.Tag{A: uint64(n) + 1, B: 7}
		_, err := j.AppendDurable(t.Context(), e)
		require.NoError(t, err)
	}
	frames := make([]journal.Frame, 7)
	for seq := uint64(0); seq < 300; {
		n, err := r.Next(t.Context(), frames, 1000)
		require.NoError(t, err)
		for _, f := range frames[:n] {
			require.Equal(t, journal.Tag{A: seq + 1, B: 7}, f.Tag)
			seq++
		}
	}
	require.NoError(t, j.Release(t.Context()))
	j, err = journal.Adopt(small(fsys))
	require.NoError(t, err)
	r, err = j.Route("a", journal.StartOldest, true)
	require.NoError(t, err)
	_, err = r.Next(t.Context(), frames, 1000)
	require.NoError(t, err)
	assert.Zero(t, frames[0].Tag, "a tag is not stored")
	closeJournal(t, j)
}

func TestSubmitAndWait(t *testing.T) {
	j := opened(t, faultfs.New())
	for n := range 10 {
		seq, ticket, err := j.Submit(t.Context(), entry(n))
		require.NoError(t, err)
		require.NoError(t, ticket.Wait(t.Context()))
		require.EqualValues(t, n, seq)
		assert.Greater(t, j.Synced(), seq)
	}
	assert.EqualValues(t, 10, j.Next())
	closeJournal(t, j)
}

func TestShutTakesSystemRecordsAndEndsOnly(t *testing.T) {
	j := opened(t, faultfs.New())
	j.Shut()
	for _, k := range []journal.Kind{journal.KindEvent, journal.KindIntent} {
		e := entry(0)
		e.Kind = k
		_, err := j.Append(t.Context(), e)
		assert.ErrorIs(t, err, journal.ErrClosed, k)
	}
	for _, k := range []journal.Kind{journal.KindEnd, journal.KindSystem} {
		e := entry(0)
		e.Kind = k
		_, err := j.AppendDurable(t.Context(), e)
		require.NoError(t, err, k)
		_, err = j.Append(t.Context(), e)
		require.NoError(t, err, k)
		_, err = j.Append(t.Context(), entry(0))
		require.ErrorIs(t, err, journal.ErrClosed, "an ordinary record right behind it: %v", k)
	}
	closeJournal(t, j)
}

func TestSyncedIsTold(t *testing.T) {
	o := small(faultfs.New())
	told := make(chan uint64, 1)
	o.Synced = func(next uint64) { told <- next }
	j, err := journal.Open(o)
	require.NoError(t, err)
	for n := range 3 {
		_, err := j.AppendDurable(t.Context(), entry(n))
		require.NoError(t, err)
		assert.EqualValues(t, n+1, <-told)
	}
	closeJournal(t, j)
}

func TestReleaseLeavesNoMarkOfACleanClose(t *testing.T) {
	for name, clean := range map[string]bool{"close": true, "release": false} {
		t.Run(name, func(t *testing.T) {
			fsys := faultfs.New()
			j := opened(t, fsys)
			appendN(t, j, 0, 3)
			if clean {
				closeJournal(t, j)
			} else {
				require.NoError(t, j.Release(t.Context()))
			}
			found, err := journal.Inspect(fsys, "/audit", trailA)
			require.NoError(t, err)
			assert.Equal(t, journal.Summary{Closed: clean, Next: 3}, found)
			j, err = journal.Adopt(small(fsys))
			require.NoError(t, err)
			assert.Equal(t, !clean, j.Recovered().Unclean)
			assert.Equal(t, want(2, 2), string(j.Recovered().Last))
			require.NoError(t, j.Release(t.Context()))
			found, err = journal.Inspect(fsys, "/audit", trailA)
			require.NoError(t, err)
			assert.Equal(t, clean, found.Closed, "an adopter that gives up changes nothing")
		})
	}
}

func TestInspectLiveNewerAndTorn(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	appendN(t, j, 0, 40)
	found, err := journal.Inspect(fsys, "/audit", trailA)
	require.NoError(t, err)
	assert.Equal(t, journal.Summary{Live: true}, found)

	crashed := fsys.Crash(faultfs.LoseAll())
	found, err = journal.Inspect(crashed, "/audit", trailA)
	require.NoError(t, err)
	assert.Equal(t, journal.Summary{Next: 40}, found)
	_, err = journal.Inspect(crashed, "/audit", trailB)
	require.Error(t, err)
	_, err = crashed.ReadDir("/audit/" + trailB)
	require.Error(t, err, "looking makes no directory")
	closeJournal(t, j)
}

// Somebody who looks for dead trails may hold the lock of a directory that its owner has just made.
func TestOpenWhileSomebodyLooks(t *testing.T) {
	fsys := faultfs.New()
	dir := fmt.Sprintf("/audit/%s", trailA)
	require.NoError(t, fsys.MkdirAll(dir))
	lock, err := fsys.Lock(dir + "/lock")
	require.NoError(t, err)
	result := make(chan error)
	go func() {
		j, err := journal.Open(small(fsys))
		if err == nil {
			err = j.Close(t.Context())
		}
		result <- err
	}()
	require.NoError(t, fsys.Remove(dir+"/lock"))
	require.NoError(t, lock.Close())
	require.NoError(t, <-result)
}
