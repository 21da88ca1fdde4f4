package journal_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/owner"
)

const trailA, trailB = "0190a5f0-0000-7000-8000-00000000000a", "0190a5f0-0000-7000-8000-00000000000b"

// small are options under which everything happens soon.
func small(fsys *faultfs.FS) journal.Options {
	o := journal.Options{Dir: "/audit", Trail: trailA, SegmentBytes: 2048, MaxPayload: 256, Reserve: 1024,
		Keep: journal.Keep{Bytes: 1 << 20}}
	if fsys != nil {
		o.FS = fsys
	}
	return o
}

// payload is a record whose slot for the sequence is at 4.
func payload(n int) []byte {
	return []byte(fmt.Sprintf("seq=%020d n=%06d %s", 0, n, strings.Repeat("x", n%97)))
}

func want(seq uint64, n int) string {
	return fmt.Sprintf("seq=%020d n=%06d %s", seq, n, strings.Repeat("x", n%97))
}

func appendN(t *testing.T, j *journal.Journal, from, to int) {
	t.Helper()
	var last uint64
	for n := from; n < to; n++ {
		seq, err := j.Append(t.Context(), &journal.Entry{Payload: payload(n), Slot: 4})
		require.NoError(t, err)
		last = seq
	}
	require.NoError(t, j.Wait(t.Context(), last))
}

// readAll reads until the route has come to the synced mark.
func readAll(t *testing.T, j *journal.Journal, r *journal.Route) (got []string, gaps []journal.GapError) {
	t.Helper()
	frames := make([]journal.Frame, 7)
	for next := r.Cursor(); next < j.Synced(); {
		n, err := r.Next(t.Context(), frames, 1000)
		if gap, ok := errors.AsType[*journal.GapError](err); ok {
			gaps = append(gaps, *gap)
			next = gap.To
			continue
		}
		require.NoError(t, err)
		for _, f := range frames[:n] {
			require.Equal(t, next, f.Sequence)
			got = append(got, string(f.Payload))
			next++
		}
	}
	return got, gaps
}

func wants(from, to int) []string {
	var all []string
	for n := from; n < to; n++ {
		all = append(all, want(uint64(n), n))
	}
	return all
}

func closeJournal(t *testing.T, j *journal.Journal) {
	t.Helper()
	require.NoError(t, j.Close(context.Background()))
}

func TestJournalAppendAndRead(t *testing.T) {
	for _, tc := range []struct {
		name string
		o    journal.Options
	}{
		{"memory", small(faultfs.New())},
		{"disk", journal.Options{Dir: filepath.ToSlash(t.TempDir()), Trail: trailA, SegmentBytes: 4096, MaxPayload: 256,
			Reserve: 1024}},
		{"short tail", journal.Options{FS: faultfs.New(), Dir: "/a", Trail: trailA, SegmentBytes: 2048, MaxPayload: 256,
			Reserve: 1024, TailBytes: 512}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			j, err := journal.Open(tc.o)
			require.NoError(t, err)
			r, err := j.Route("sink", journal.StartOldest, true)
			require.NoError(t, err)
			appendN(t, j, 0, 200)
			got, gaps := readAll(t, j, r)
			assert.Equal(t, wants(0, 200), got)
			assert.Empty(t, gaps)
			require.NoError(t, r.Advance(120))
			closeJournal(t, j)

			j, err = journal.Adopt(tc.o)
			require.NoError(t, err)
			report := j.Recovered()
			assert.Equal(t, uint64(200), report.Next)
			assert.False(t, report.Unclean)
			assert.Empty(t, report.Gaps)
			r, err = j.Route("sink", journal.StartOldest, true)
			require.NoError(t, err)
			assert.Equal(t, uint64(120), r.Cursor())
			appendN(t, j, 200, 210)
			got, gaps = readAll(t, j, r)
			assert.Equal(t, wants(120, 210), got)
			assert.Empty(t, gaps)
			require.NoError(t, r.Advance(210))
			require.NoError(t, j.Remove())
			trails, err := journal.Trails(vfsOf(tc.o), tc.o.Dir)
			require.NoError(t, err)
			assert.Empty(t, trails)
		})
	}
}

func TestJournalConcurrentEmittersAndRoutes(t *testing.T) {
	o := journal.Options{Dir: filepath.ToSlash(t.TempDir()), Trail: trailA, SegmentBytes: 64 << 10, MaxPayload: 256,
		Reserve: 1024, TailBytes: 32 << 10}
	j, err := journal.Open(o)
	require.NoError(t, err)
	const emitters, each = 32, 50
	var readers, writers sync.WaitGroup
	for i := range 3 {
		r, err := j.Route(fmt.Sprintf("sink/%d", i), journal.StartOldest, i == 0)
		require.NoError(t, err)
		readers.Go(func() {
			frames := make([]journal.Frame, 1+50*i)
			for next := uint64(0); next < emitters*each; {
				n, err := r.Next(context.Background(), frames, 10000)
				if !assert.NoError(t, err) {
					return
				}
				for _, f := range frames[:n] {
					assert.Equal(t, next, f.Sequence)
					assert.Equal(t, fmt.Sprintf("%020d", next), string(f.Payload[4:24]))
					next++
				}
				assert.NoError(t, r.Advance(next))
			}
		})
	}
	for e := range emitters {
		writers.Go(func() {
			for i := range each {
				seq, err := j.Append(context.Background(), &journal.Entry{Payload: payload(e*each + i), Slot: 4, Tenant: owner.Of("t")})
				if assert.NoError(t, err) {
					assert.NoError(t, j.Wait(context.Background(), seq))
					assert.Less(t, seq, j.Synced())
				}
			}
		})
	}
	writers.Wait()
	readers.Wait()
	closeJournal(t, j)
}

func TestJournalSyncsWithinSyncEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, err := journal.Open(small(faultfs.New()))
		require.NoError(t, err)
		_, err = j.Append(t.Context(), &journal.Entry{Payload: []byte("x"), Slot: -1})
		require.NoError(t, err)
		<-time.After(49 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, uint64(0), j.Synced())
		<-time.After(2 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, uint64(1), j.Synced())
		closeJournal(t, j)
	})
}

func vfsOf(o journal.Options) vfs.FS {
	if o.FS == nil {
		return vfs.OS{}
	}
	return o.FS
}

func TestCloseKeepsTheLastBatch(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	for n := range 3 {
		_, err := j.Append(t.Context(), entry(n))
		require.NoError(t, err)
	}
	closeJournal(t, j)
	got, report := recovered(t, onCrash(fsys, faultfs.LoseAll()))
	assert.Equal(t, wants(0, 3), got)
	assert.False(t, report.Unclean)
}
