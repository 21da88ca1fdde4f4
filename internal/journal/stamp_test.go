package journal_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stampFiles returns the files that hold stamps, or were to.
func stampFiles(fsys *faultfs.FS) []string {
	var list []string
	for _, name := range fsys.Files() {
		if strings.Contains(name, "stamp-") {
			list = append(list, name)
		}
	}
	return list
}

func TestStamps(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	r, err := j.Route("a/b", journal.StartOldest, true)
	require.NoError(t, err)
	got, err := r.Stamps()
	require.NoError(t, err)
	assert.Empty(t, got)

	first := []journal.Stamp{{From: 1, To: 1 << 63, Millis: -5}, {From: 7, To: 9, Millis: 1_700_000_000_000}}
	require.NoError(t, r.KeepStamps(first))
	got, err = r.Stamps()
	require.NoError(t, err)
	assert.Equal(t, first, got)
	require.Len(t, stampFiles(fsys), 1)
	assert.Equal(t, stampFiles(fsys), stampFiles(fsys.Crash(faultfs.LoseAll())), "a power cut leaves them")

	for _, kind := range []faultfs.Kind{faultfs.KindCreate, faultfs.KindWrite, faultfs.KindSync, faultfs.KindRename} {
		fsys.Inject(faultfs.Rule{Kind: kind, Pattern: "spare-stamp-*", Times: 1, Err: syscall.EIO})
		require.ErrorIs(t, r.KeepStamps(first[:1]), syscall.EIO, kind)
		got, err = r.Stamps()
		require.NoError(t, err)
		assert.Equal(t, first, got, "%s: those before stay", kind)
	}
	require.NoError(t, r.KeepStamps(nil))
	got, err = r.Stamps()
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestStampsDamaged(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	r, err := j.Route("a", journal.StartOldest, true)
	require.NoError(t, err)
	require.NoError(t, r.KeepStamps([]journal.Stamp{{From: 1, To: 2, Millis: 3}}))
	name := stampFiles(fsys)[0]
	var whole []byte
	require.NoError(t, fsys.Mutate(name, func(b []byte) []byte {
		whole = append(whole, b...)
		return b
	}))
	for i := range whole {
		flipped := append([]byte(nil), whole...)
		flipped[i] ^= 0x10
		for _, damaged := range [][]byte{flipped, whole[:i]} {
			require.NoError(t, fsys.Mutate(name, func([]byte) []byte { return damaged }))
			_, err := r.Stamps()
			assert.ErrorContains(t, err, "damaged", i)
		}
	}
}

func TestForgetRemovesStamps(t *testing.T) {
	fsys := faultfs.New()
	j := opened(t, fsys)
	r, err := j.Route("a", journal.StartOldest, true)
	require.NoError(t, err)
	require.NoError(t, r.KeepStamps([]journal.Stamp{{From: 1, To: 2, Millis: 3}}))
	require.NoError(t, j.Forget("a"))
	assert.Empty(t, stampFiles(fsys))
}
