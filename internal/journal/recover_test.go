package journal_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// roomy are options under which everything fits into one segment.
func roomy(fsys *faultfs.FS) journal.Options {
	o := small(fsys)
	o.SegmentBytes = 64 << 10
	return o
}

// filled returns the disk of a process that died with n records, appended in batches, none delivered.
func filled(t *testing.T, o func(*faultfs.FS) journal.Options, n, batch int) *faultfs.FS {
	t.Helper()
	fsys := faultfs.New()
	j, err := journal.Open(o(fsys))
	require.NoError(t, err)
	_, err = j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	for from := 0; from < n; from += batch {
		appendN(t, j, from, min(n, from+batch))
	}
	image := fsys.Crash(faultfs.LoseAll())
	closeJournal(t, j)
	return image
}

func segments(fsys *faultfs.FS) []string {
	return slices.DeleteFunc(fsys.Files(), func(name string) bool { return !strings.HasSuffix(name, ".seg") })
}

// adoptAndRead adopts a trail and reads it through its route.
func adoptAndRead(t *testing.T, o journal.Options) (got []string, gaps []journal.GapError, report journal.Report) {
	t.Helper()
	j, err := journal.Adopt(o)
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	got, gaps = readAll(t, j, r)
	report = j.Recovered()
	closeJournal(t, j)
	return got, gaps, report
}

func TestRecoverTornRecord(t *testing.T) {
	for _, edge := range []int{512, 4096} {
		t.Run(map[int]string{512: "sector", 4096: "page"}[edge], func(t *testing.T) {
			fsys := filled(t, roomy, 200, 200)
			// The only batch is torn: from the edge on nothing of it was written.
			require.NoError(t, fsys.Mutate(segments(fsys)[0], func(b []byte) []byte {
				clear(b[edge:])
				return b
			}))
			got, gaps, report := adoptAndRead(t, roomy(fsys))
			assert.Equal(t, wants(0, len(got)), got)
			assert.NotEmpty(t, got)
			assert.Empty(t, gaps)
			assert.Empty(t, report.Gaps)
			assert.True(t, report.Unclean)
			assert.Positive(t, report.Torn)
		})
	}
}

func TestRecoverTornBatchKeepsItsPrefix(t *testing.T) {
	fsys := filled(t, roomy, 40, 20)
	// Of the second batch a sector in the middle never came to the disk; what follows did.
	cut := 0
	require.NoError(t, fsys.Mutate(segments(fsys)[0], func(b []byte) []byte {
		at := bytes.Index(b, []byte("n=000025"))
		clear(b[at : at+8])
		cut = bytes.LastIndex(b, []byte("n=000039")) - at
		return b
	}))
	got, gaps, report := adoptAndRead(t, roomy(fsys))
	assert.Equal(t, wants(0, 25), got)
	assert.Empty(t, gaps)
	assert.Empty(t, report.Gaps)
	assert.Greater(t, report.Torn, int64(cut))
	assert.Equal(t, uint64(20), report.Synced)
}

func TestRecoverDamage(t *testing.T) {
	flip := func(b []byte, n int) { b[n] ^= 1 }
	for _, tc := range []struct {
		name     string
		damage   func(b []byte)
		from, to int
	}{
		{"bit flip in a payload", func(b []byte) { flip(b, bytes.Index(b, []byte("n=000030"))) }, 30, 31},
		{"bit flip in a length", func(b []byte) { flip(b, bytes.Index(b, wantBytes(30))-8) }, 30, 31},
		{"bit flip in a checksum", func(b []byte) { flip(b, bytes.Index(b, wantBytes(30))-3) }, 30, 31},
		{"zeroed range", func(b []byte) {
			clear(b[bytes.Index(b, wantBytes(10))-8 : bytes.Index(b, wantBytes(20))-8])
		}, 10, 20},
		{"header", func(b []byte) { clear(b[:64]) }, 0, 0},
		{"misdirected block", func(b []byte) {
			first, last := bytes.Index(b, wantBytes(10))-8, bytes.Index(b, wantBytes(11))-8
			copy(b[bytes.Index(b, wantBytes(30))-8:], b[first:last])
		}, 30, 31},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fsys := filled(t, roomy, 60, 5)
			require.NoError(t, fsys.Mutate(segments(fsys)[0], func(b []byte) []byte {
				tc.damage(b)
				return b
			}))
			o := roomy(fsys)
			got, gaps, report := adoptAndRead(t, o)
			if tc.from == tc.to {
				assert.Equal(t, wants(0, 60), got)
				assert.Empty(t, report.Gaps)
				return
			}
			require.Len(t, report.Gaps, 1)
			gap := report.Gaps[0]
			assert.Equal(t, uint64(tc.from), gap.From)
			assert.GreaterOrEqual(t, gap.To, uint64(tc.to))
			assert.Equal(t, journal.ReasonDamaged, gap.Reason)
			assert.False(t, gap.Delivered)
			assert.Equal(t, []journal.GapError{{From: gap.From, To: gap.To, Reason: journal.ReasonDamaged}}, gaps)
			assert.Equal(t, append(wants(0, tc.from), wants(int(gap.To), 60)...), got)
			assert.Contains(t, fsys.Files(), path.Join("/audit", trailA, gap.Quarantine))

			_, _, again := adoptAndRead(t, o)
			assert.Equal(t, report.Gaps, again.Gaps, "a second recovery says the same")
		})
	}
}

func TestRecoverDamageOnAFullDisk(t *testing.T) {
	fsys := filled(t, roomy, 60, 5)
	require.NoError(t, fsys.Mutate(segments(fsys)[0], func(b []byte) []byte {
		b[bytes.Index(b, []byte("n=000030"))] ^= 1
		return b
	}))
	fsys.SetCapacity(1)
	j, err := journal.Adopt(roomy(fsys))
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	got, _ := readAll(t, j, r)
	assert.Equal(t, append(wants(0, 30), wants(31, 60)...), got)
	require.Len(t, j.Recovered().Gaps, 1)
	assert.Empty(t, j.Recovered().Gaps[0].Quarantine)
	require.NoError(t, r.Advance(60))
	require.NoError(t, j.Remove(), "removing needs no room")
}

func wantBytes(n int) []byte { return []byte(want(uint64(n), n)) }

func TestRecoverDamageBelowTheCursors(t *testing.T) {
	fsys := faultfs.New()
	j, err := journal.Open(roomy(fsys))
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	appendN(t, j, 0, 20)
	require.NoError(t, r.Advance(20))
	closeJournal(t, j)
	require.NoError(t, fsys.Mutate(segments(fsys)[0], func(b []byte) []byte {
		b[bytes.Index(b, []byte("n=000007"))] ^= 1
		return b
	}))
	report, err := journal.Walk(fsys, "/audit", trailA, nil)
	require.NoError(t, err)
	assert.Equal(t, []journal.Gap{{From: 7, To: 8, Reason: journal.ReasonDamaged, Delivered: true}}, report.Gaps)
}

func TestRecoverReusedSegmentHoldsNoGhosts(t *testing.T) {
	fsys := faultfs.New()
	j, err := journal.Open(small(fsys))
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	for n := range 400 {
		appendN(t, j, n, n+1)
		require.NoError(t, r.Advance(uint64(n)))
		for _, loss := range []faultfs.Loss{faultfs.LoseAll(), faultfs.LoseNothing()} {
			report, err := journal.Walk(fsys.Crash(loss), "/audit", trailA, func(f journal.Frame) error {
				assert.Equal(t, want(f.Sequence, int(f.Sequence)), string(f.Payload))
				return nil
			})
			require.NoError(t, err)
			assert.Empty(t, report.Gaps)
			assert.Equal(t, uint64(n+1), report.Next)
		}
	}
	assert.Positive(t, strings.Count(strings.Join(segments(fsys), " "), ".seg"))
	closeJournal(t, j)
}

func TestRecoverSegmentDeleted(t *testing.T) {
	fsys := filled(t, small, 200, 5)
	names := segments(fsys)
	require.Greater(t, len(names), 3)
	require.NoError(t, fsys.Remove(names[1]))
	got, gaps, report := adoptAndRead(t, small(fsys))
	require.Len(t, report.Gaps, 1)
	gap := report.Gaps[0]
	assert.Equal(t, journal.ReasonDeleted, gap.Reason)
	assert.Equal(t, []journal.GapError{{From: gap.From, To: gap.To, Reason: journal.ReasonDeleted}}, gaps)
	assert.Equal(t, append(wants(0, int(gap.From)), wants(int(gap.To), 200)...), got)
}

func TestRecoverCursor(t *testing.T) {
	cursor := path.Join("/audit", trailA, "cursor-sink")
	for _, tc := range []struct {
		name   string
		damage func(t *testing.T, fsys *faultfs.FS)
		next   uint64
		lost   bool
	}{
		{"intact", func(*testing.T, *faultfs.FS) {}, 20, false},
		{"newer slot damaged", func(t *testing.T, fsys *faultfs.FS) { damageNewerSlot(t, fsys, cursor) }, 10, false},
		{"both slots zero", func(t *testing.T, fsys *faultfs.FS) {
			require.NoError(t, fsys.Mutate(cursor, func(b []byte) []byte { clear(b); return b }))
		}, 0, true},
		{"empty file", func(t *testing.T, fsys *faultfs.FS) {
			require.NoError(t, fsys.Mutate(cursor, func(b []byte) []byte { return b[:0] }))
		}, 0, true},
		{"missing", func(t *testing.T, fsys *faultfs.FS) { require.NoError(t, fsys.Remove(cursor)) }, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fsys := faultfs.New()
			o := roomy(fsys)
			j, err := journal.Open(o)
			require.NoError(t, err)
			r, err := j.Route("sink", journal.StartOldest, true)
			require.NoError(t, err)
			appendN(t, j, 0, 30)
			require.NoError(t, r.Advance(10))
			closeJournal(t, j)
			j, err = journal.Adopt(o)
			require.NoError(t, err)
			r, err = j.Route("sink", journal.StartOldest, true)
			require.NoError(t, err)
			require.NoError(t, r.Advance(20))
			closeJournal(t, j)

			tc.damage(t, fsys)
			got, gaps, report := adoptAndRead(t, o)
			assert.Equal(t, wants(int(tc.next), 30), got)
			assert.Empty(t, gaps)
			assert.Empty(t, report.Gaps)
			if tc.name != "missing" {
				assert.Equal(t, tc.lost, report.Cursors[0].Lost)
			}
		})
	}
}

func damageNewerSlot(t *testing.T, fsys *faultfs.FS, cursor string) {
	require.NoError(t, fsys.Mutate(cursor, func(b []byte) []byte {
		slot := b[:64]
		if binary.LittleEndian.Uint64(b[4096+8:]) > binary.LittleEndian.Uint64(b[8:]) {
			slot = b[4096:]
		}
		slot[16] ^= 1
		return b
	}))
}

func TestRecoverCursorAheadOfTheJournal(t *testing.T) {
	backup := filled(t, roomy, 10, 5)
	var old []byte
	require.NoError(t, backup.Mutate(segments(backup)[0], func(b []byte) []byte {
		old = slices.Clone(b)
		return b
	}))
	fsys := faultfs.New()
	o := roomy(fsys)
	j, err := journal.Open(o)
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	appendN(t, j, 0, 30)
	require.NoError(t, r.Advance(25))
	closeJournal(t, j)
	require.NoError(t, fsys.Mutate(segments(fsys)[0], func([]byte) []byte { return old }))

	j, err = journal.Adopt(o)
	require.NoError(t, err)
	report := j.Recovered()
	assert.True(t, report.Cursors[0].Ahead)
	assert.Equal(t, uint64(30), report.Next, "no sequence is given out twice")
	require.NotEmpty(t, report.Gaps)
	r, err = j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	appendN(t, j, 30, 33)
	got, gaps := readAll(t, j, r)
	assert.Equal(t, wants(30, 33), got, "no new record is skipped")
	assert.Len(t, gaps, 1)
	closeJournal(t, j)
}

func TestWalkStopsAtTheVisitorsError(t *testing.T) {
	fsys := filled(t, small, 10, 5)
	stop := errors.New("enough")
	_, err := journal.Walk(fsys, "/audit", trailA, func(f journal.Frame) error {
		if f.Sequence == 3 {
			return stop
		}
		return nil
	})
	require.ErrorIs(t, err, stop)
	_, err = journal.Walk(fsys, "/audit", "../etc", nil)
	require.ErrorIs(t, err, journal.ErrInvalid)
}

// unsyncedModel is a modelled disk whose user never syncs and dies without anybody noticing.
type unsyncedModel struct{ *faultfs.FS }

type nothing struct{}

func (nothing) Close() error { return nil }

func (unsyncedModel) Lock(string) (io.Closer, error) { return nothing{}, nil }
func (unsyncedModel) SyncDir(string) error           { return nil }
func (u unsyncedModel) Create(name string) (vfs.File, error) {
	f, err := u.FS.Create(name)
	return unsyncedFile{f}, err
}

// Records whose sync failed are still read, and a later sync leaves them out: what recovery shows to routes it has written
// again.
func TestRecoverWritesAgainWhatAFailedSyncLeft(t *testing.T) {
	fsys := faultfs.New()
	j, err := journal.Open(small(fsys))
	require.NoError(t, err)
	_, err = j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	appendN(t, j, 0, 10)
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Err: syscall.EIO}, faultfs.Rule{Kind: faultfs.KindCreate, Err: syscall.EIO})
	for n := 10; n < 13; n++ {
		_, err := j.AppendDurable(t.Context(), entry(n))
		require.Error(t, err)
	}
	require.Error(t, j.Close(t.Context()))
	fsys.Inject()
	adopted, err := journal.Adopt(small(fsys))
	require.NoError(t, err)
	require.Greater(t, adopted.Synced(), uint64(10), "the test needs a record that is still read")
	found, _ := recovered(t, onCrash(fsys, faultfs.LoseAll()))
	assert.Equal(t, wants(0, int(adopted.Synced())), found, "what a route may have been given is gone")
	closeJournal(t, adopted)
}

func TestRecoverMakesDurableWhatItFinds(t *testing.T) {
	fsys := faultfs.New()
	o := small(fsys)
	o.FS = unsyncedModel{fsys}
	j, err := journal.Open(o)
	require.NoError(t, err)
	_, err = j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	appendN(t, j, 0, 50)
	adopted, err := journal.Adopt(small(fsys))
	require.NoError(t, err)
	require.Equal(t, uint64(50), adopted.Synced())
	after, _ := recovered(t, onCrash(fsys, faultfs.LoseAll()))
	assert.Equal(t, wants(0, 50), after, "what a route may have been given is gone")
	closeJournal(t, adopted)
	closeJournal(t, j)
}
