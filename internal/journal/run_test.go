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
	"github.com/daxis-io/arco-audit/internal/owner"
)

// twins are two journals that live the same life. For one of them every record is decided on alone.
type twins struct {
	t       *testing.T
	fs      [2]*faultfs.FS
	j       [2]*Journal
	routes  [2]*Route
	n       int
	tenants []string
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

// besides returns a tenant whose counters have the place of another's.
func besides(j *Journal, tenant string) string {
	for n := 0; ; n++ {
		other := fmt.Sprint(tenant, n)
		if j.shares.place(owner.Of(other)) == j.shares.place(owner.Of(tenant)) {
			return other
		}
	}
}

// counted does not lock, which would end a run: a run that goes on is counted here.
func (w *twins) counted(i int) string {
	j := w.j[i]
	of := map[owner.ID]int64{}
	for id, use := range j.shares.tenants {
		of[id] = use.total
	}
	n, records := j.run.granted-j.run.left, 0
	if j.run.chunk != nil {
		list := j.counts[j.run.from:len(j.run.chunk.items)]
		records = len(list)
		for _, c := range list {
			if c.owner != owner.None {
				of[c.owner] += int64(c.bytes)
			}
		}
	}
	totals := map[string]int64{}
	for _, tenant := range w.tenants {
		totals[tenant] = of[owner.Of(tenant)]
	}
	return fmt.Sprintln(len(of), j.next, j.synced.Load(), j.pending+n, j.flying, j.appended+int64(n), j.held, j.tail.total+n-records*frameHeaderSize, totals)
}

// TestRunsDecideAsOneByOne: whether records are decided on one by one or in runs, the same are taken and counted, under
// faults, with every kind of record, and with a tenant that fills its share.
func TestRunsDecideAsOneByOne(t *testing.T) {
	inRuns, refused := 0, map[string]int{}
	for seed := range uint64(100) {
		w, r := newTwins(t, 8<<10<<(seed%2*5)), rand.New(rand.NewPCG(seed, 1))
		tenant := ""
		w.tenants = []string{"", "a", "b", "c", besides(w.j[0], "a")}
		for range 600 {
			if r.IntN([]int{2, 12}[seed%3%2]) == 0 {
				tenant = w.tenants[r.IntN(len(w.tenants))]
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
			e := &Entry{Payload: make([]byte, size), Slot: size - 20, Tenant: owner.Of(tenant), Kind: kind}
			if kind == KindIntent || kind == KindEnd {
				e.Room = 100
			}
			if kind == KindEvent && !durable {
				if seq, ok := j.Follow(e.Payload, e.Slot, e.Tenant, Tag{}); ok {
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
		_, ok := j.Follow(make([]byte, bad.size), bad.slot, owner.None, Tag{})
		require.False(t, ok, bad)
	}
	seq, ok := j.Follow(make([]byte, 256), 236, owner.None, Tag{})
	require.True(t, ok)
	require.EqualValues(t, 1, seq)
	for _, j := range w.j {
		require.NoError(t, j.Close(t.Context()))
	}
}

// TestRunsGoOnOnceRoomIsBack: a tenant that has used up its share has every record decided on alone, no longer than that
// lasts.
func TestRunsGoOnOnceRoomIsBack(t *testing.T) {
	w := newTwins(t, 1<<20)
	j := w.j[0]
	for _, size := range []int{200, 1} {
		var err error
		for err == nil {
			_, err = j.Append(t.Context(), &Entry{Payload: make([]byte, size), Slot: -1, Tenant: owner.Of("loud")})
			require.NoError(t, j.commit())
		}
		require.ErrorIs(t, err, ErrTenantBusy)
	}
	follows := func() bool {
		_, err := j.Append(t.Context(), &Entry{Payload: make([]byte, 30), Tenant: owner.Of("quiet")})
		require.NoError(t, err)
		_, ok := j.Follow(make([]byte, 30), 10, owner.Of("quiet"), Tag{})
		return ok
	}
	require.False(t, follows())
	require.NoError(t, j.commit())
	require.NoError(t, w.routes[0].Advance(j.Synced()))
	j.keep()
	require.True(t, follows())
	for _, j := range w.j {
		require.NoError(t, j.Close(t.Context()))
	}
}
