package journal_test

import (
	"context"
	"errors"
	"flag"
	"path"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

func entry(n int) *journal.Entry { return &journal.Entry{Payload: payload(n), Slot: 4} }

// recovered adopts the trail on a disk and returns its records and the report.
func recovered(t *testing.T, o journal.Options) ([]string, journal.Report) {
	t.Helper()
	j, err := journal.Adopt(o)
	require.NoError(t, err)
	var got []string
	_, err = journal.Walk(vfsOf(o), o.Dir, o.Trail, func(f journal.Frame) error {
		got = append(got, string(f.Payload))
		return nil
	})
	require.NoError(t, err)
	closeJournal(t, j)
	return got, j.Recovered()
}

// opened returns a journal with a route that has delivered nothing, so that every record stays.
func opened(t *testing.T, fsys *faultfs.FS) *journal.Journal {
	t.Helper()
	j, err := journal.Open(small(fsys))
	require.NoError(t, err)
	_, err = j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	return j
}

// onCrash returns options for the disk as a crash would leave it.
func onCrash(fsys *faultfs.FS, loss faultfs.Loss) journal.Options {
	return small(fsys.Crash(loss))
}

func TestCommitFailsOnce(t *testing.T) {
	for _, tc := range []struct {
		name string
		rule faultfs.Rule
	}{
		{"sync", faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", Times: 1, Err: syscall.EIO}},
		{"write", faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Times: 1, Err: syscall.EIO}},
		{"short write", faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Times: 1, Err: syscall.ENOSPC, Short: 40}},
		{"rename", faultfs.Rule{Kind: faultfs.KindRename, Times: 1, Err: syscall.EIO}},
		{"directory sync", faultfs.Rule{Kind: faultfs.KindSyncDir, Times: 1, Err: syscall.EIO}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fsys := faultfs.New()
			j := opened(t, fsys)
			if tc.name != "rename" && tc.name != "directory sync" {
				appendN(t, j, 0, 2)
			}
			from := int(j.Stats().Next)
			fsys.Inject(tc.rule)
			appendN(t, j, from, from+3)
			got, report := recovered(t, onCrash(fsys, faultfs.LoseAll()))
			assert.Equal(t, wants(0, from+3), got)
			assert.Empty(t, report.Gaps)
			assert.NoError(t, j.Stats().Failure)
			closeJournal(t, j)
		})
	}
}

func TestCommitNeverSyncsAFailedDescriptorAgain(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	appendN(t, j, 0, 2)
	var mu sync.Mutex
	synced := map[string]int{}
	fsys.Observe(func(op faultfs.Op) {
		mu.Lock()
		defer mu.Unlock()
		if op.Kind == faultfs.KindSync {
			synced[path.Base(op.Name)]++
		}
	})
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", Times: 1, Err: syscall.EIO})
	appendN(t, j, 2, 4)
	appendN(t, j, 4, 6)
	mu.Lock()
	assert.Equal(t, 1, synced["0000000000-00000000000000000000.seg"])
	mu.Unlock()
	closeJournal(t, j)
}

func TestCommitFailsAlways(t *testing.T) {
	for _, kind := range []faultfs.Kind{faultfs.KindSync, faultfs.KindWrite} {
		t.Run(kind.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fsys := faultfs.New()
				j := opened(t, fsys)
				appendN(t, j, 0, 2)
				fsys.Inject(faultfs.Rule{Kind: kind, Err: syscall.EIO})
				start := time.Now()
				seq, err := j.Append(t.Context(), entry(2))
				require.NoError(t, err)
				require.ErrorIs(t, j.Wait(t.Context(), seq), journal.ErrUnknown)
				_, err = j.Append(t.Context(), entry(3))
				require.ErrorIs(t, err, journal.ErrUnavailable)
				require.ErrorIs(t, err, syscall.EIO)
				assert.Less(t, time.Since(start), time.Second)
				assert.Equal(t, uint64(2), j.Synced())

				fsys.Inject()
				<-time.After(10 * time.Second)
				assert.NoError(t, j.Stats().Failure)
				assert.Equal(t, uint64(3), j.Synced(), "the record of unknown outcome became durable")
				appendN(t, j, 3, 5)
				got, _ := recovered(t, onCrash(fsys, faultfs.LoseAll()))
				assert.Equal(t, wants(0, 5), got)
				closeJournal(t, j)
			})
		})
	}
}

func TestCommitSyncHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		j := opened(t, fsys)
		appendN(t, j, 0, 2)
		release := make(chan struct{})
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", Times: 1, Block: release})
		seq, err := j.Append(t.Context(), entry(2))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err = j.Wait(ctx, seq)
		require.ErrorIs(t, err, journal.ErrUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 3*time.Second, j.Stats().Stalled)

		// The append lock is free all the while.
		appended := make(chan error, 1)
		go func() {
			_, err := j.Append(context.Background(), entry(3))
			appended <- err
		}()
		synctest.Wait()
		select {
		case err := <-appended:
			assert.NoError(t, err)
		default:
			assert.Fail(t, "append waits for the sync of another batch")
		}
		closing, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		require.ErrorIs(t, j.Close(closing), context.DeadlineExceeded)
		close(release)
		closeJournal(t, j)
		got, report := recovered(t, onCrash(fsys, faultfs.LoseAll()))
		assert.Equal(t, wants(0, 4), got)
		assert.False(t, report.Unclean)
	})
}

func TestAppendDuringSync(t *testing.T) {
	// A mutex held over a sync shows as appends that cannot finish before it; a channel proves that they can.
	fsys := faultfs.New()
	j := opened(t, fsys)
	appendN(t, j, 0, 2)
	release, entered := make(chan struct{}), make(chan struct{}, 1)
	fsys.Observe(func(op faultfs.Op) {
		if op.Kind == faultfs.KindSync && path.Ext(op.Name) == ".seg" {
			select {
			case entered <- struct{}{}:
			default:
			}
		}
	})
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", Times: 1, Block: release})
	_, err := j.Append(t.Context(), entry(2))
	require.NoError(t, err)
	<-entered
	done := make(chan error, 1)
	go func() {
		_, err := j.Append(context.Background(), entry(3))
		done <- err
	}()
	select {
	case err := <-done:
		assert.NoError(t, err)
	case <-time.After(5 * time.Second):
		assert.Fail(t, "the append lock is held during a sync")
	}
	close(release)
	closeJournal(t, j)
}

func TestWaitCancelledIsUnknownAndDurableLater(t *testing.T) {
	j, err := journal.Open(small(faultfs.New()))
	require.NoError(t, err)
	seq, err := j.Append(t.Context(), entry(0))
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the caller went away")
	cancel(cause)
	err = j.Wait(ctx, seq)
	if err != nil {
		require.ErrorIs(t, err, journal.ErrUnknown)
		require.ErrorIs(t, err, cause)
	}
	require.NoError(t, j.Wait(t.Context(), seq))
	require.ErrorIs(t, j.Wait(t.Context(), seq+1), journal.ErrInvalid)
	closeJournal(t, j)
	_, err = j.Append(t.Context(), entry(1))
	require.ErrorIs(t, err, journal.ErrClosed)
}

func TestAppendRejectsWhatBreaksTheContract(t *testing.T) {
	j, err := journal.Open(small(faultfs.New()))
	require.NoError(t, err)
	for _, tc := range []struct {
		name string
		e    journal.Entry
	}{
		{"empty", journal.Entry{Slot: -1}},
		{"too long", journal.Entry{Payload: make([]byte, 257), Slot: -1}},
		{"slot beyond the end", journal.Entry{Payload: make([]byte, 30), Slot: 11}},
		{"negative room", journal.Entry{Payload: make([]byte, 30), Slot: 0, Room: -1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := j.Append(t.Context(), &tc.e)
			require.ErrorIs(t, err, journal.ErrInvalid)
		})
	}
	assert.Equal(t, uint64(0), j.Stats().Next)
	closeJournal(t, j)
}

var manyEmitters = flag.Int("journal.emitters", 5000, "goroutines that append at once in TestAppendBoundsMemory")

func TestAppendBoundsMemory(t *testing.T) {
	o := journal.Options{Dir: filepath.ToSlash(t.TempDir()), Trail: trailA, PendingBytes: 13 * *manyEmitters}
	j, err := journal.Open(o)
	require.NoError(t, err)
	var emitters sync.WaitGroup
	for n := range *manyEmitters {
		emitters.Go(func() {
			seq, err := j.Append(context.Background(), entry(n))
			if assert.NoError(t, err) {
				assert.NoError(t, j.Wait(context.Background(), seq))
			}
			assert.LessOrEqual(t, j.Stats().Pending, o.PendingBytes)
		})
	}
	emitters.Wait()
	assert.Equal(t, uint64(*manyEmitters), j.Synced())
	closeJournal(t, j)
}

func TestAppendRacesClose(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	var emitters sync.WaitGroup
	var mu sync.Mutex
	acked := uint64(0)
	for range 8 {
		emitters.Go(func() {
			for {
				seq, err := j.Append(context.Background(), entry(1))
				if err != nil {
					assert.ErrorIs(t, err, journal.ErrClosed)
					return
				}
				if assert.NoError(t, j.Wait(context.Background(), seq)) {
					mu.Lock()
					acked = max(acked, seq+1)
					mu.Unlock()
				}
			}
		})
	}
	appendN(t, j, 0, 100)
	closeJournal(t, j)
	emitters.Wait()
	got, report := recovered(t, onCrash(fsys, faultfs.LoseAll()))
	assert.GreaterOrEqual(t, uint64(len(got)), acked)
	assert.False(t, report.Unclean)
}
