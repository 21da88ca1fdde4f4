package faultfs_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

func create(t *testing.T, fsys *faultfs.FS, name, content string) vfs.File {
	t.Helper()
	f, err := fsys.Create(name)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte(content), 0)
	require.NoError(t, err)
	return f
}

// read returns the content of a file, or "gone".
func read(t *testing.T, fsys *faultfs.FS, name string) string {
	t.Helper()
	f, err := fsys.Open(name)
	if err != nil {
		require.ErrorIs(t, err, fs.ErrNotExist)
		return "gone"
	}
	size, err := f.Size()
	require.NoError(t, err)
	b := make([]byte, size)
	_, err = f.ReadAt(b, 0)
	if size > 0 {
		require.NoError(t, err)
	}
	return string(b)
}

func TestCrashKeepsWhatIsSynced(t *testing.T) {
	fsys := faultfs.New()
	require.NoError(t, fsys.MkdirAll("/d"))
	f := create(t, fsys, "/d/a", "one")
	assert.Equal(t, "gone", read(t, fsys.Crash(faultfs.LoseAll()), "/d/a"))
	assert.Equal(t, "one", read(t, fsys.Crash(faultfs.LoseNothing()), "/d/a"))
	require.NoError(t, f.Sync())
	assert.Equal(t, "gone", read(t, fsys.Crash(faultfs.LoseAll()), "/d/a"), "the entry is not synced")
	require.NoError(t, fsys.SyncDir("/d"))
	assert.Equal(t, "one", read(t, fsys.Crash(faultfs.LoseAll()), "/d/a"))

	_, err := f.WriteAt([]byte("two"), 0)
	require.NoError(t, err)
	require.NoError(t, fsys.Rename("/d/a", "/d/b"))
	assert.Equal(t, "two", read(t, fsys, "/d/b"))
	after := fsys.Crash(faultfs.LoseAll())
	assert.Equal(t, "one", read(t, after, "/d/a"))
	assert.Equal(t, "gone", read(t, after, "/d/b"))
	assert.Equal(t, 2, fsys.Unsynced())

	require.NoError(t, fsys.Remove("/d/b"))
	assert.Equal(t, "gone", read(t, fsys, "/d/b"))
	assert.Equal(t, "one", read(t, fsys.Crash(faultfs.LoseAll()), "/d/a"), "neither rename nor unlink is synced")
	linked, err := f.Linked()
	require.NoError(t, err)
	assert.False(t, linked)
}

func TestCrashLosesSectorsInAnyOrder(t *testing.T) {
	fsys := faultfs.New()
	f := create(t, fsys, "/a", "")
	require.NoError(t, f.Allocate(4*faultfs.Sector))
	require.NoError(t, f.Sync())
	require.NoError(t, fsys.SyncDir("/"))
	b := make([]byte, 4*faultfs.Sector)
	for i := range b {
		b[i] = 'x'
	}
	_, err := f.WriteAt(b, 0)
	require.NoError(t, err)
	states := map[string]bool{}
	r := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		content := read(t, fsys.Crash(faultfs.LoseSome(r)), "/a")
		state := ""
		for at := 0; at < len(content); at += faultfs.Sector {
			assert.Equal(t, content[at], content[at+faultfs.Sector-1], "a sector is never torn")
			state += fmt.Sprint(content[at] == 'x')
		}
		states[state] = true
	}
	assert.Len(t, states, 16, "every subset of four sectors")
}

func TestFailedSyncIsForEver(t *testing.T) {
	fsys := faultfs.New()
	f := create(t, fsys, "/a", "old")
	require.NoError(t, f.Sync())
	require.NoError(t, fsys.SyncDir("/"))
	_, err := f.WriteAt([]byte("new"), 0)
	require.NoError(t, err)
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Times: 1, Err: syscall.EIO})
	require.ErrorIs(t, f.Sync(), syscall.EIO)
	require.NoError(t, f.Sync(), "the kernel has forgotten")
	assert.Equal(t, "new", read(t, fsys, "/a"))
	assert.Equal(t, "old", read(t, fsys.Crash(faultfs.LoseAll()), "/a"))
	assert.Equal(t, "new", read(t, fsys.Crash(faultfs.LoseNothing()), "/a"))
}

func TestRules(t *testing.T) {
	fsys := faultfs.New()
	f := create(t, fsys, "/a.seg", "")
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", After: 1, Times: 2, Err: syscall.EIO, Short: 2})
	for i, want := range []int{4, 2, 2, 4} {
		n, err := f.WriteAt([]byte("abcd"), 0)
		assert.Equal(t, want, n, "write %d", i)
		assert.Equal(t, want == 4, err == nil, "write %d", i)
	}
	rule := faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", After: 3, Err: syscall.EIO}
	assert.Equal(t, "(sync *.seg after 3, always: input/output error)", rule.String())
}

func TestCapacity(t *testing.T) {
	fsys := faultfs.New()
	f := create(t, fsys, "/a", "1234")
	fsys.SetCapacity(8)
	require.ErrorIs(t, f.Allocate(9), syscall.ENOSPC)
	_, err := f.WriteAt([]byte("56789"), 4)
	require.ErrorIs(t, err, syscall.ENOSPC)
	_, err = f.WriteAt([]byte("5678"), 4)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("overwritten"), 0)
	require.ErrorIs(t, err, syscall.ENOSPC)
	_, err = f.WriteAt([]byte("full"), 2)
	require.NoError(t, err, "overwriting needs no room")
	require.NoError(t, fsys.Remove("/a"), "nor does removing")
}

func TestLock(t *testing.T) {
	fsys := faultfs.New()
	lock, err := fsys.Lock("/lock")
	require.NoError(t, err)
	_, err = fsys.Lock("/lock")
	require.ErrorIs(t, err, vfs.ErrLocked)
	_, err = fsys.Crash(faultfs.LoseNothing()).Lock("/lock")
	require.NoError(t, err, "a lock ends with its holder")
	require.NoError(t, lock.Close())
	_, err = fsys.Lock("/lock")
	require.NoError(t, err)
}

// A file that is synced in a directory that is not may be gone after a crash.
func ExampleFS_Crash() {
	disk := faultfs.New()
	f, err := disk.Create("/log")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = f.WriteAt([]byte("hello"), 0)
	fmt.Println(err, f.Sync())
	fmt.Println("before the directory is synced:", disk.Crash(faultfs.LoseAll()).Files())
	fmt.Println(disk.SyncDir("/"))
	fmt.Println("after:", disk.Crash(faultfs.LoseAll()).Files())
	// Output:
	// <nil> <nil>
	// before the directory is synced: []
	// <nil>
	// after: [/log]
}
