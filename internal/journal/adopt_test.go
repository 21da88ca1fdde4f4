package journal_test

import (
	"encoding/binary"
	"hash/crc32"
	"io/fs"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

func TestAdoptByExactlyOne(t *testing.T) {
	fsys := filled(t, small, 50, 5)
	var callers sync.WaitGroup
	var mu sync.Mutex
	var won []*journal.Journal
	for range 16 {
		callers.Go(func() {
			j, err := journal.Adopt(small(fsys))
			if err != nil {
				assert.ErrorIs(t, err, journal.ErrLive)
				return
			}
			mu.Lock()
			won = append(won, j)
			mu.Unlock()
		})
	}
	callers.Wait()
	require.Len(t, won, 1)
	require.ErrorIs(t, won[0].Remove(), journal.ErrInvalid, "undelivered records are not removed")
	r, err := won[0].Route("sink", journal.StartOldest, true)
	require.NoError(t, err)
	appendN(t, won[0], 50, 51)
	got, _ := readAll(t, won[0], r)
	assert.Equal(t, wants(0, 51), got)
	require.NoError(t, r.Advance(51))
	require.NoError(t, won[0].Remove())
	_, err = journal.Adopt(small(fsys))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestOpenBesideOthers(t *testing.T) {
	fsys := filled(t, small, 10, 5)
	// The first trail was written by a later version.
	require.NoError(t, fsys.Mutate(segments(fsys)[0], func(b []byte) []byte {
		binary.LittleEndian.PutUint32(b[8:], journal.Version+1)
		table := crc32.MakeTable(crc32.Castagnoli)
		binary.LittleEndian.PutUint32(b[60:], crc32.Checksum(b[:60], table)^crc32.Checksum([]byte(trailA), table))
		return b
	}))
	before := fsys.String()
	_, err := journal.Adopt(small(fsys))
	require.ErrorIs(t, err, journal.ErrNewer)
	_, err = journal.Walk(fsys, "/audit", trailA, nil)
	require.ErrorIs(t, err, journal.ErrNewer)
	assert.Equal(t, before, fsys.String(), "a newer trail is left alone")

	mine := small(fsys)
	mine.Trail = trailB
	j, err := journal.Open(mine)
	require.NoError(t, err)
	_, err = journal.Open(mine)
	require.Error(t, err)
	_, err = journal.Adopt(mine)
	require.ErrorIs(t, err, journal.ErrLive)
	appendN(t, j, 0, 10)
	trails, err := journal.Trails(fsys, "/audit")
	require.NoError(t, err)
	assert.Equal(t, []string{trailA, trailB}, trails)
	closeJournal(t, j)
	_, err = journal.Open(mine)
	require.Error(t, err, "a process life needs a trail of its own")
	got, report := recovered(t, mine)
	assert.Equal(t, wants(0, 10), got)
	assert.False(t, report.Unclean)
}

func TestAdoptEmptyTrail(t *testing.T) {
	fsys := faultfs.New()
	j, err := journal.Open(small(fsys))
	require.NoError(t, err)
	image := fsys.Crash(faultfs.LoseNothing())
	closeJournal(t, j)
	_, err = journal.Adopt(small(image))
	require.ErrorIs(t, err, journal.ErrEmpty)
	trails, err := journal.Trails(image, "/audit")
	require.NoError(t, err)
	assert.Empty(t, trails)
}
