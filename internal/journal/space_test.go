package journal_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/owner"
)

// fill appends until the journal refuses and returns the number of accepted records and the refusal.
func fill(t *testing.T, j *journal.Journal, from int) (next int, refusal error) {
	t.Helper()
	for n := from; ; n++ {
		seq, err := j.Append(t.Context(), entry(n))
		if err != nil {
			return n, err
		}
		require.NoError(t, j.Wait(t.Context(), seq))
		require.Less(t, n, 100_000, "the journal never fills")
	}
}

// The reserve is for alarms and ends, also while it is the segment in use.
func TestReserveIsNotForOrdinaryRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		o := small(fsys)
		o.Reserve = 2048
		j, err := journal.Open(o)
		require.NoError(t, err)
		_, err = j.Route("sink", journal.StartOldest, true)
		require.NoError(t, err)
		fsys.SetCapacity(fsys.Size())
		full, err := fill(t, j, 0)
		require.ErrorIs(t, err, journal.ErrFull)
		for range 5 {
			alarm := entry(full)
			alarm.Kind = journal.KindSystem
			seq, err := j.Append(t.Context(), alarm)
			require.NoError(t, err)
			require.NoError(t, j.Wait(t.Context(), seq))
			next, err := fill(t, j, full+1)
			require.ErrorIs(t, err, journal.ErrFull)
			require.Equal(t, full+1, next, "no ordinary record fits")
			full = next
		}
		fsys.SetCapacity(0)
		closeJournal(t, j)
	})
}

func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		j, err := journal.Open(small(fsys))
		require.NoError(t, err)
		r, err := j.Route("sink", journal.StartOldest, true)
		require.NoError(t, err)
		appendN(t, j, 0, 10)
		intent, err := j.Append(t.Context(), &journal.Entry{Payload: payload(10), Slot: 4, Kind: journal.KindIntent, Room: 200})
		require.NoError(t, err)
		require.NoError(t, j.Wait(t.Context(), intent))
		fsys.SetCapacity(fsys.Size() + 3000)
		full, err := fill(t, j, 11)
		require.ErrorIs(t, err, journal.ErrFull)
		assert.Error(t, j.Stats().Full)

		// An alarm and the end of the intent still fit; an ordinary record and another intent do not.
		alarm := entry(full)
		alarm.Kind = journal.KindSystem
		seq, err := j.Append(t.Context(), alarm)
		require.NoError(t, err)
		require.NoError(t, j.Wait(t.Context(), seq))
		_, err = j.Append(t.Context(), &journal.Entry{Payload: payload(1), Slot: 4, Kind: journal.KindIntent, Room: 200})
		require.ErrorIs(t, err, journal.ErrFull)
		end := journal.Entry{Payload: []byte(fmt.Sprintf("seq=%020d %0170d", 0, 0)), Slot: 4, Kind: journal.KindEnd, Room: 200}
		seq, err = j.Append(t.Context(), &end)
		require.NoError(t, err)
		require.NoError(t, j.Wait(t.Context(), seq))
		assert.Zero(t, j.Stats().Held)

		// Everything that was accepted is there, and cursors and retention work without any room.
		got, gaps := readAll(t, j, r)
		assert.Len(t, got, full+2)
		assert.Empty(t, gaps)
		require.NoError(t, r.Advance(j.Synced()))
		<-time.After(3 * time.Second)
		_, err = j.Append(t.Context(), entry(full+2))
		require.NoError(t, err, "room came back")
		_, err = fill(t, j, full+3)
		require.ErrorIs(t, err, journal.ErrFull)
		closeJournal(t, j)
	})
}

func TestFullDiskHasRoomForEveryEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		j := opened(t, fsys)
		appendN(t, j, 0, 5)
		fsys.SetCapacity(fsys.Size() + 4096)
		intents := 0
		for {
			seq, err := j.Append(t.Context(), &journal.Entry{Payload: payload(1), Slot: 4, Kind: journal.KindIntent, Room: 200})
			if err != nil {
				require.ErrorIs(t, err, journal.ErrFull)
				break
			}
			require.NoError(t, j.Wait(t.Context(), seq))
			intents++
		}
		require.Greater(t, intents, 5)
		for range intents {
			seq, err := j.Append(t.Context(), &journal.Entry{Payload: make([]byte, 200), Slot: 4, Kind: journal.KindEnd, Room: 200})
			require.NoError(t, err)
			require.NoError(t, j.Wait(t.Context(), seq))
		}
		assert.Zero(t, j.Stats().Held)
		closeJournal(t, j)
	})
}

func TestFullCeiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := small(faultfs.New())
		o.Keep.Bytes = 8 << 10
		j, err := journal.Open(o)
		require.NoError(t, err)
		r, err := j.Route("required", journal.StartOldest, true)
		require.NoError(t, err)
		full, err := fill(t, j, 0)
		require.ErrorIs(t, err, journal.ErrFull)
		assert.LessOrEqual(t, j.Stats().Disk, o.Keep.Bytes)
		got, _ := readAll(t, j, r)
		assert.Equal(t, wants(0, full), got)
		require.NoError(t, r.Advance(j.Synced()))
		<-time.After(2 * time.Second)
		appendN(t, j, full, full+5)
		closeJournal(t, j)
	})
}

func TestFullDropsForRoutesThatAreNotRequired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		o := small(fsys)
		o.Keep.Bytes = 8 << 10
		j, err := journal.Open(o)
		require.NoError(t, err)
		r, err := j.Route("best effort", journal.StartOldest, false)
		require.NoError(t, err)
		for n := range 1000 {
			appendN(t, j, n, n+1)
		}
		assert.LessOrEqual(t, j.Stats().Disk, o.Keep.Bytes)
		dropped := r.Dropped()
		assert.Positive(t, dropped)
		_, err = r.Next(t.Context(), make([]journal.Frame, 1), 1000)
		var gap *journal.GapError
		require.ErrorAs(t, err, &gap)
		assert.Equal(t, journal.GapError{From: 0, To: dropped, Reason: journal.ReasonDropped}, *gap)
		closeJournal(t, j)
		_, report := recovered(t, o)
		assert.Equal(t, dropped, report.Cursors[0].Dropped, "the count outlives the process")
	})
}

func TestDiskRefusesNewFiles(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		want error
	}{
		{"EMFILE", syscall.EMFILE, journal.ErrUnavailable},
		{"EROFS", syscall.EROFS, journal.ErrUnavailable},
		{"EDQUOT", syscall.EDQUOT, journal.ErrFull},
		{"ENOSPC", syscall.ENOSPC, journal.ErrFull},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fsys := faultfs.New()
				j := opened(t, fsys)
				appendN(t, j, 0, 5)
				fsys.Inject(faultfs.Rule{Kind: faultfs.KindCreate, Err: tc.err})
				next, err := fill(t, j, 5)
				require.ErrorIs(t, err, tc.want)
				fsys.Inject()
				<-time.After(2 * time.Second)
				appendN(t, j, next, next+5)
				got, _ := recovered(t, onCrash(fsys, faultfs.LoseAll()))
				assert.Equal(t, wants(0, next+5), got)
				closeJournal(t, j)
			})
		})
	}
}

func TestTenantShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := small(faultfs.New())
		o.Keep.Bytes = 64 << 10
		o.TenantShare = 0.25
		j, err := journal.Open(o)
		require.NoError(t, err)
		r, err := j.Route("sink", journal.StartOldest, true)
		require.NoError(t, err)
		flood := func(tenant string) (n int, err error) {
			for ; err == nil && n < 5000; n++ {
				e := entry(n)
				e.Tenant = owner.Of(tenant)
				_, err = j.Append(t.Context(), e)
			}
			return n, err
		}
		_, err = flood("hog")
		require.ErrorIs(t, err, journal.ErrTenantBusy)
		e := entry(0)
		e.Tenant = owner.Of("other")
		seq, err := j.Append(t.Context(), e)
		require.NoError(t, err, "others go on")
		require.NoError(t, j.Wait(t.Context(), seq))
		require.NoError(t, r.Advance(j.Synced()))
		e.Tenant = owner.Of("hog")
		_, err = j.Append(t.Context(), e)
		require.NoError(t, err, "delivery gives room back")
		closeJournal(t, j)
	})
}

func TestCloseDuringAnOutage(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	appendN(t, j, 0, 5)
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Err: syscall.EIO}, faultfs.Rule{Kind: faultfs.KindCreate, Err: syscall.EIO})
	_, err := j.Append(t.Context(), entry(5))
	require.NoError(t, err)
	require.ErrorIs(t, j.Close(t.Context()), syscall.EIO)
	fsys.Inject()
	got, report := recovered(t, onCrash(fsys, faultfs.LoseAll()))
	assert.Equal(t, wants(0, 5), got[:5])
	assert.True(t, report.Unclean)
}

func TestAppendWaitsForRoomAndHonoursItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		j, err := journal.Open(small(fsys))
		require.NoError(t, err)
		release := make(chan struct{})
		appendN(t, j, 0, 5)
		synctest.Wait()
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindCreate, Block: release})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for n := 5; err == nil; n++ {
			_, err = j.Append(ctx, entry(n))
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, journal.ErrUnknown, "nothing was written")
		close(release)
		fsys.Inject()
		closeJournal(t, j)
	})
}

func TestLiveSegmentUnlinked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		o := small(fsys)
		o.SegmentBytes = 64 << 10
		j, err := journal.Open(o)
		require.NoError(t, err)
		_, err = j.Route("sink", journal.StartOldest, true)
		require.NoError(t, err)
		appendN(t, j, 0, 20)
		require.NoError(t, fsys.Remove(segments(fsys)[0]))
		<-time.After(2 * time.Second)
		appendN(t, j, 20, 30)
		assert.Equal(t, 1, j.Stats().Relinked)
		got, report := recovered(t, roomy(fsys.Crash(faultfs.LoseAll())))
		assert.Equal(t, wants(0, 30), got)
		assert.Empty(t, report.Gaps)
		closeJournal(t, j)
	})
}

func TestRouteStartAndForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		o := small(fsys)
		j, err := journal.Open(o)
		require.NoError(t, err)
		_, err = j.Route("first", journal.StartOldest, true)
		require.NoError(t, err)
		_, err = j.Route("first", journal.StartOldest, true)
		require.ErrorIs(t, err, journal.ErrInvalid)
		appendN(t, j, 0, 100)
		late, err := j.Route("late", journal.StartNow, true)
		require.NoError(t, err)
		oldest, err := j.Route("oldest", journal.StartOldest, true)
		require.NoError(t, err)
		assert.Equal(t, uint64(100), late.Cursor())
		assert.Equal(t, uint64(0), oldest.Cursor())
		require.NoError(t, late.Advance(100))
		require.NoError(t, oldest.Advance(100))
		require.ErrorIs(t, late.Advance(101), journal.ErrInvalid)
		closeJournal(t, j)

		// The next life has no route of the first name: it pins the records, visibly, until it is forgotten.
		j, err = journal.Adopt(o)
		require.NoError(t, err)
		for _, name := range []string{"late", "oldest"} {
			_, err = j.Route(name, journal.StartOldest, true)
			require.NoError(t, err)
		}
		s := j.Stats()
		assert.Equal(t, journal.RouteStats{Name: "first", Required: true}, s.Routes[0])
		require.ErrorIs(t, j.Remove(), journal.ErrInvalid)
		require.NoError(t, j.Forget("first"))
		require.NoError(t, j.Remove())
	})
}

func TestRetentionKeepsByAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		o := small(fsys)
		o.Keep.Age = time.Minute
		j, err := journal.Open(o)
		require.NoError(t, err)
		appendN(t, j, 0, 100)
		<-time.After(50 * time.Second)
		assert.Greater(t, j.Stats().Segments, 3)
		<-time.After(20 * time.Second)
		assert.LessOrEqual(t, j.Stats().Segments, 1)
		closeJournal(t, j)
	})
}
