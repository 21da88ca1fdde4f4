package journal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

func TestRouteSegmentDeletedWhileLagging(t *testing.T) {
	fsys := faultfs.New()
	o := small(fsys)
	o.TailBytes = 1024
	j, err := journal.Open(o)
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	for n := 0; n < 200; n += 5 {
		appendN(t, j, n, n+5)
	}
	require.NoError(t, fsys.Remove(segments(fsys)[0]))
	got, gaps := readAll(t, j, r)
	require.Len(t, gaps, 1)
	assert.Equal(t, journal.ReasonDeleted, gaps[0].Reason)
	assert.Equal(t, wants(int(gaps[0].To), 200), got)
	closeJournal(t, j)
}

func TestRouteReadsASegmentThatGrows(t *testing.T) {
	o := roomy(faultfs.New())
	o.TailBytes = 512
	j, err := journal.Open(o)
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	frames := make([]journal.Frame, 3)
	next := 0
	for from := 0; from < 400; from += 20 {
		appendN(t, j, from, from+20)
		n, err := r.Next(t.Context(), frames, 1000)
		require.NoError(t, err)
		for _, f := range frames[:n] {
			assert.Equal(t, want(uint64(next), next), string(f.Payload))
			next++
		}
	}
	require.NoError(t, r.Advance(uint64(next)))
	got, gaps := readAll(t, j, r)
	assert.Equal(t, wants(next, 400), got)
	assert.Empty(t, gaps)
	closeJournal(t, j)
}

func TestRouteFramesMayBeKept(t *testing.T) {
	o := roomy(faultfs.New())
	o.TailBytes = 2048
	j, err := journal.Open(o)
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	var kept []journal.Frame
	for n := range 300 {
		appendN(t, j, n, n+1)
		frames := make([]journal.Frame, 1)
		_, err := r.Next(t.Context(), frames, 1000)
		require.NoError(t, err)
		kept = append(kept, frames...)
	}
	for n, f := range kept {
		assert.Equal(t, want(uint64(n), n), string(f.Payload))
	}
	closeJournal(t, j)
}
