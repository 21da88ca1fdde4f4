package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
)

// twins are two journals that live the same life. For one of them every record is decided on alone.
type twins struct {
	t      *testing.T
	fs     [2]*faultfs.FS
	j      [2]*Journal
	routes [2]*Route
	n      int
}

func newTwins(t *testing.T, tail int) *twins {
	w := &twins{t: t}
	for i := range w.j {
		w.fs[i] = faultfs.New()
		o := Options{
			FS: w.fs[i], Dir: "/d", Trail: crashTrail, MaxPayload: 256, SegmentBytes: 4 << 10, Reserve: 2 << 10,
			Keep: Keep{Bytes: 32 << 10}, TenantShare: 0.3, PendingBytes: 4 << 10, TailBytes: tail,
		}
		var err error
		w.j[i], err = open(o, true)
		require.NoError(t, err)
		w.routes[i], err = w.j[i].Route("sink", StartOldest, true)
		require.NoError(t, err)
	}
	return w
}

// both does something to each and compares what it returns, and then all that is counted.
func (w *twins) both(what string, do func(i int, j *Journal) any) {
	w.t.Helper()
	w.n++
	w.j[1].Next() // ends the run
	got := [2]any{do(0, w.j[0]), do(1, w.j[1])}
	require.Equal(w.t, got[1], got[0], "step %d, %s", w.n, what)
	require.Equal(w.t, w.counted(1), w.counted(0), "step %d, %s", w.n, what)
}

// counted does not lock, which would end a run: a run that goes on is counted here.
func (w *twins) counted(i int) string {
	j := w.j[i]
	of := j.run.granted - j.run.left
	n := of + j.run.counted
	totals := map[string]int64{}
	for name, use := range j.shares.tenants {
		totals[name] = use.total
	}
	if of > 0 && j.run.tenant != "" {
		totals[j.run.tenant] += int64(of)
	}
	records := 0
	if n > 0 {
		records = int(j.next - j.run.first)
	}
	return fmt.Sprintln(j.next, j.synced.Load(), j.pending+n, j.flying, j.appended+int64(n), j.held, j.tail.total+n-records*frameHeaderSize, totals)
}

// TestRunsDecideAsOneByOne: whether records are decided on one by one or in runs, the same are taken and counted, under
// faults, with every kind of record, and with a tenant that fills its share.
func TestRunsDecideAsOneByOne(t *testing.T) {
	inRuns, refused := 0, map[string]int{}
	for seed := range uint64(100) {
		w, r := newTwins(t, 8<<10<<(seed%2*5)), rand.New(rand.NewPCG(seed, 1))
		tenant := ""
		for range 600 {
			if r.IntN([]int{2, 12}[seed%3%2]) == 0 {
				tenant = []string{"", "a", "b", "c", "e"}[r.IntN(5)] // the counters of a and e have one place
			}
			w.step(r, tenant, &inRuns, refused)
		}
		for _, j := range w.j {
			_ = j.Close(context.Background())
		}
	}
	require.Greater(t, inRuns, 5000, "records that followed")
	for _, why := range []error{ErrFull, ErrTenantBusy, ErrUnavailable, ErrClosed} {
		require.NotZero(t, refused[why.Error()], why)
	}
}

func (w *twins) step(r *rand.Rand, tenant string, inRuns *int, refused map[string]int) {
	switch r.IntN(40) {
	case 0:
		w.both("commit", func(_ int, j *Journal) any { return j.commit() == nil })
	case 1: // everything, since room comes back a bucket at a time, and runs fill buckets otherwise
		w.both("commit", func(_ int, j *Journal) any { return j.commit() == nil })
		if w.j[0].Synced() == w.j[0].next && r.IntN(3) == 0 {
			w.both("deliver", func(i int, j *Journal) any { return w.routes[i].Advance(j.Synced()) })
			w.both("keep", func(_ int, j *Journal) any { j.keep(); return nil })
		}
	case 2:
		if r.IntN(4) == 0 {
			w.both("a fault", func(i int, j *Journal) any {
				w.fs[i].Inject(faultfs.Rule{Kind: faultfs.KindSync, Times: 4, Err: syscall.EIO})
				return j.commit() == nil
			})
		}
	case 3:
		for i := range w.fs {
			w.fs[i].Inject()
		}
		w.both("repaired", func(_ int, j *Journal) any { return j.commit() == nil })
	case 4:
		if w.n > 500 {
			w.both("shut", func(_ int, j *Journal) any { j.Shut(); return nil })
		}
	default:
		size, kind, durable := 30+r.IntN(120), KindEvent, r.IntN(20) == 0
		if r.IntN(15) == 0 {
			kind = Kind(r.IntN(4))
		}
		w.both("append", func(i int, j *Journal) any {
			e := &Entry{Payload: make([]byte, size), Slot: size - 20, Tenant: tenant, Kind: kind}
			if kind == KindIntent || kind == KindEnd {
				e.Room = 100
			}
			if kind == KindEvent && !durable {
				if seq, ok := j.Follow(e.Payload, e.Slot, tenant, Tag{}); ok {
					*inRuns += 1 - i
					return fmt.Sprint(seq, "", string(e.Payload[size-20:]))
				}
			}
			seq, _, err := j.append(context.Background(), e, durable)
			why := ""
			for _, known := range []error{ErrFull, ErrTenantBusy, ErrUnavailable, ErrClosed} {
				if errors.Is(err, known) {
					why = known.Error()
				}
			}
			refused[why]++
			return fmt.Sprint(seq, why, string(e.Payload[size-20:]))
		})
	}
}

// TestFollowLeavesWhatAppendRefuses: in the middle of a row too.
func TestFollowLeavesWhatAppendRefuses(t *testing.T) {
	w := newTwins(t, 1<<20)
	j := w.j[0]
	_, err := j.Append(t.Context(), &Entry{Payload: make([]byte, 30)})
	require.NoError(t, err)
	for _, bad := range []struct{ size, slot int }{{257, 0}, {30, -1}, {30, 11}, {0, 0}} {
		_, ok := j.Follow(make([]byte, bad.size), bad.slot, "", Tag{})
		require.False(t, ok, bad)
	}
	seq, ok := j.Follow(make([]byte, 256), 236, "", Tag{})
	require.True(t, ok)
	require.EqualValues(t, 1, seq)
	for _, j := range w.j {
		require.NoError(t, j.Close(t.Context()))
	}
}
