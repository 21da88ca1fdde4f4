package journal_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/owner"
)

func TestAppendDurableAllocates(t *testing.T) {
	j, err := journal.Open(journal.Options{Dir: filepath.ToSlash(t.TempDir()), Trail: trailA})
	require.NoError(t, err)
	payload := make([]byte, 512)
	allocs := testing.AllocsPerRun(500, func() {
		if _, err := j.AppendDurable(context.Background(), &journal.Entry{Payload: payload, Slot: 0, Tenant: owner.Of("t")}); err != nil {
			t.Error(err)
		}
	})
	assert.LessOrEqual(t, allocs, 1.0)
	closeJournal(t, j)
}

// countingFS counts the bytes that are written to files.
type countingFS struct {
	vfs.FS
	written atomic.Int64
}

type countingFile struct {
	vfs.File
	fs *countingFS
}

func (c *countingFS) wrap(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return countingFile{f, c}, nil
}

func (c *countingFS) Create(name string) (vfs.File, error) { return c.wrap(c.FS.Create(name)) }
func (c *countingFS) Open(name string) (vfs.File, error)   { return c.wrap(c.FS.Open(name)) }

func (f countingFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	f.fs.written.Add(int64(n))
	return n, err
}

// TestBytesWritten counts everything that goes to files, cursors and headers included, once segments are reused.
func TestBytesWritten(t *testing.T) {
	counting := &countingFS{FS: faultfs.New()}
	o := journal.Options{FS: counting, Dir: "/d", Trail: trailA, SegmentBytes: 512 << 10, MaxPayload: 1024}
	j, err := journal.Open(o)
	require.NoError(t, err)
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	const records, size = 8192, 512
	run := func() {
		for n := range records {
			e := journal.Entry{Payload: make([]byte, size), Slot: 0}
			seq, err := j.Append(t.Context(), &e)
			require.NoError(t, err)
			if n%16 == 15 {
				require.NoError(t, j.Wait(t.Context(), seq))
				require.NoError(t, r.Advance(seq+1))
			}
		}
	}
	run()
	first := counting.written.Swap(0)
	run()
	again := counting.written.Load()
	t.Logf("bytes written per byte: %.3f while segments are new, %.3f once they are reused",
		float64(first)/(records*size), float64(again)/(records*size))
	assert.LessOrEqual(t, float64(again)/(records*size), 1.05)
	closeJournal(t, j)
}

// BenchmarkRecover adopts a trail of 512-byte records that nobody has delivered.
func BenchmarkRecover(b *testing.B) {
	o := journal.Options{Dir: filepath.ToSlash(b.TempDir()), Trail: trailA}
	j, err := journal.Open(o)
	require.NoError(b, err)
	_, err = j.Route("sink", journal.StartOldest, true)
	require.NoError(b, err)
	for range 400_000 {
		_, err := j.Append(context.Background(), &journal.Entry{Payload: make([]byte, 512), Slot: 0})
		require.NoError(b, err)
	}
	require.NoError(b, j.Close(context.Background()))
	for b.Loop() {
		j, err := journal.Adopt(o)
		require.NoError(b, err)
		b.SetBytes(j.Recovered().Bytes)
		b.StopTimer()
		require.Empty(b, j.Recovered().Gaps)
		require.NoError(b, j.Close(context.Background()))
		b.StartTimer()
	}
}

// BenchmarkAppend is what the caller of Append waits for while the disk keeps up.
func BenchmarkAppend(b *testing.B) {
	j, err := journal.Open(journal.Options{Dir: filepath.ToSlash(b.TempDir()), Trail: trailA})
	require.NoError(b, err)
	memory := make([]byte, 8<<20)
	const size = 800
	var took, rounds time.Duration
	for b.Loop() {
		start := time.Now()
		for n := range 1000 {
			e := journal.Entry{Payload: memory[n*size:][:size:size], Slot: 0, Tenant: owner.Of("acme")}
			if _, err := j.Append(context.Background(), &e); err != nil {
				b.Fatal(err)
			}
		}
		took, rounds = took+time.Since(start), rounds+1
		require.NoError(b, j.Wait(context.Background(), j.Next()-1))
	}
	b.ReportMetric(float64(took.Nanoseconds())/1000/float64(rounds), "ns/record")
	require.NoError(b, j.Close(context.Background()))
}
